/**
 * The services of `proto/` as gRPC needs them, made at start from the texts themselves: there is no generated code, and nothing is
 * read from disk, so that a bundled program has them too.
 */
import { logVerbosity, type MethodDefinition, type ServiceDefinition, setLogVerbosity } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import admin from "../../../proto/admin.proto" with { type: "text" };
import common from "../../../proto/common.proto" with { type: "text" };
import discord from "../../../proto/discord.proto" with { type: "text" };
import health from "../../../proto/health.proto" with { type: "text" };
import notes from "../../../proto/notes.proto" with { type: "text" };
import quotes from "../../../proto/quotes.proto" with { type: "text" };
import reflection from "../../../proto/reflection.proto" with { type: "text" };
import wiki from "../../../proto/wiki.proto" with { type: "text" };

/** Google's own messages that the files above import; protobufjs carries them. */
const WELL_KNOWN = ["google/protobuf/empty.proto", "google/protobuf/timestamp.proto"];

/**
 * How messages look in memory: fields are named as in `proto/` and always there (`""`, `0`, `[]`; `null` for an absent message), 64-bit
 * numbers are plain numbers. The interfaces of `*_wire.ts` rely on it.
 */
const IN_MEMORY = { defaults: true, arrays: true, longs: Number, enums: String, oneofs: true };

// The library writes to the console on its own; all it has to say comes as failures, too.
setLogVerbosity(logVerbosity.NONE);

const packages = fromJSON(parseAll(), IN_MEMORY);

function parseAll(): protobuf.INamespace {
  const root = new protobuf.Root();
  // Clients of some age ask for the same service under its earlier name.
  const earlierReflection = reflection.replace("grpc.reflection.v1;", "grpc.reflection.v1alpha;");
  for (const text of [admin, common, discord, health, notes, quotes, reflection, earlierReflection, wiki]) {
    protobuf.parse(text, root, { keepCase: true });
  }
  for (const name of WELL_KNOWN) root.addJSON(protobuf.common.get(name)?.nested ?? {});
  return root.toJSON();
}

/** A service by its full name, such as `hivemind.wiki.WikiService`. */
export function serviceDefinition(name: string): ServiceDefinition {
  const found = packages[name];
  if (found === undefined || "format" in found) throw new TypeError(`proto/ declares no service ${name}`);
  return found;
}

/**
 * One rpc with the types of its messages.
 *
 * The types are the caller's word: nothing here can check them. `proto_test.ts` checks the descriptors below them.
 */
export function method<Request extends object, Response extends object>(
  service: string,
  rpc: string,
): MethodDefinition<Request, Response> {
  const found = serviceDefinition(service)[rpc];
  if (found === undefined) throw new TypeError(`proto/ declares no ${rpc} in ${service}`);
  return found as MethodDefinition<Request, Response>;
}

/** Every file that `proto/` makes, as the library describes it. */
export function fileDescriptors(): readonly Uint8Array[] {
  const anyMessage = packages["grpc.health.v1.HealthCheckRequest"];
  return anyMessage !== undefined && "fileDescriptorProtos" in anyMessage &&
      Array.isArray(anyMessage.fileDescriptorProtos)
    ? anyMessage.fileDescriptorProtos
    : [];
}
