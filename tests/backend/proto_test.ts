import { assertEquals } from "@std/assert";
import { loadFileDescriptorSetFromBuffer, type PackageDefinition } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { serviceDefinition } from "../../src/backend/grpc/protocol.ts";
import { WIRE_FACTS } from "./wire_facts.ts";

interface FieldDescriptor {
  name: string;
  number: number;
  label: string;
  type: string;
  typeName: string;
}

interface MessageDescriptor {
  name: string;
  field: FieldDescriptor[];
  nestedType: { name: string; field: FieldDescriptor[]; options: { mapEntry: boolean } | null }[];
}

/** All that the program's own definitions declare, read back from the descriptors that it hands to gRPC. */
function declared(): PackageDefinition {
  const check = serviceDefinition("grpc.health.v1.Health").Check as unknown as {
    requestType: { fileDescriptorProtos: Uint8Array[] };
  };
  const set = protobuf.Writer.create();
  for (const file of check.requestType.fileDescriptorProtos) set.uint32(10).bytes(file);
  return loadFileDescriptorSetFromBuffer(Buffer.from(set.finish()));
}

const definitions = declared();

function descriptor(name: string): MessageDescriptor {
  const found = definitions[name];
  if (found === undefined || !("format" in found)) throw new Error(`proto/ declares no message ${name}`);
  return found.type as unknown as MessageDescriptor;
}

function scalar(field: FieldDescriptor): string {
  return field.type === "TYPE_MESSAGE" ? field.typeName.replace(/^\./, "") : field.type.slice(5).toLowerCase();
}

/** `number name: type`, as the tables write it. */
function described(field: FieldDescriptor, message: MessageDescriptor): string {
  const entry = message.nestedType.find((nested) => field.typeName === nested.name);
  if (entry?.options?.mapEntry) {
    const [key, value] = entry.field.map(scalar);
    return `${field.number} ${field.name}: map<${key}, ${value}>`;
  }
  return `${field.number} ${field.name}: ${field.label === "LABEL_REPEATED" ? "repeated " : ""}${scalar(field)}`;
}

/** A field of the tables as a descriptor has it: messages of the own package go by their short name. */
function expected(fact: string): string {
  return fact.replace(/\bTimestamp$/, "google.protobuf.Timestamp");
}

for (const [file, facts] of Object.entries(WIRE_FACTS)) {
  for (const [name, fields] of Object.entries(facts.messages)) {
    Deno.test(`proto/${file}.proto declares ${name} as it goes over the wire`, () => {
      const message = descriptor(`${facts.package}.${name}`);
      assertEquals(
        message.field.map((field) => described(field, message)),
        fields.map(expected),
      );
    });
  }

  if (facts.service === null) continue;
  const service = `${facts.package}.${facts.service}`;
  Deno.test(`proto/${file}.proto declares the calls of ${facts.service}, all of them unary`, () => {
    const calls = Object.entries(serviceDefinition(service)).map(([rpc, call]) => {
      const { requestType, responseType } = call as unknown as Record<"requestType" | "responseType", {
        type: { name: string };
      }>;
      assertEquals([call.path, call.requestStream, call.responseStream], [`/${service}/${rpc}`, false, false]);
      return [rpc, [requestType.type.name, responseType.type.name]];
    });
    const contract = Object.entries(facts.rpcs).map((
      [rpc, types],
    ) => [rpc, types.map((type) => type.split(".").at(-1))]);
    assertEquals(Object.fromEntries(calls), Object.fromEntries(contract));
  });
}

Deno.test("proto/ declares nothing that the contract does not have, but for the standard messages", () => {
  const contract = Object.values(WIRE_FACTS).flatMap((facts) => [
    ...Object.keys(facts.messages).map((name) => `${facts.package}.${name}`),
    ...(facts.service === null ? [] : [`${facts.package}.${facts.service}`]),
  ]);
  const own = Object.keys(definitions).filter((name) => name.startsWith("hivemind.") && !name.endsWith("ChecksEntry"));
  assertEquals(own.sort(), contract.sort());
});
