/** As a client sees it that has no files: it learns the calls from the server alone, with Google's own protobuf library. */
import { assert, assertEquals, assertObjectMatch } from "@std/assert";
import { Client, credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import descriptor, { type IDescriptorProto, type IFileDescriptorProto } from "protobufjs/ext/descriptor/index.js";
import { serviceDefinition } from "../../../src/backend/grpc/protocol.ts";
import { startBackendServer } from "../../../src/backend/server.ts";
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../../src/clock.ts";
import { SILENT } from "../grpc_fixtures.ts";

// deno-lint-ignore no-explicit-any -- answers stand here as they do in proto/
type Message = any;

async function serve() {
  const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await startBackendServer({ backend, listen, serviceToken: "s3cret", clock: systemClock, log: SILENT });
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  return {
    port: server.port,
    /** Asks one thing, in one of the versions. */
    reflect(request: object, version = "v1"): Promise<Message> {
      const rpc = serviceDefinition(`grpc.reflection.${version}.ServerReflection`).ServerReflectionInfo;
      if (rpc === undefined) throw new Error("proto/ declares no reflection");
      const call = client.makeBidiStreamRequest<Message, Message>(
        rpc.path,
        rpc.requestSerialize,
        rpc.responseDeserialize,
      );
      const answered = new Promise((resolve, reject) => call.on("data", resolve).on("error", reject));
      call.write(request);
      call.end();
      return answered;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
      await backend.close();
    },
  };
}

function filesOf({ file_descriptor_response }: Message): IFileDescriptorProto[] {
  const bytes: Uint8Array[] = file_descriptor_response.file_descriptor_proto;
  const { FileDescriptorProto } = descriptor;
  return bytes.map((file) => FileDescriptorProto.toObject(FileDescriptorProto.decode(file)));
}

for (const version of ["v1", "v1alpha"]) {
  Deno.test(`reflection ${version} names every service, without a token`, async () => {
    await using server = await serve();
    const { list_services_response } = await server.reflect({ list_services: "" }, version);
    const names = list_services_response.service.map(({ name }: { name: string }) => name);
    for (const name of ["hivemind.wiki.WikiService", "hivemind.admin.v1.AdminService", "grpc.health.v1.Health"]) {
      assert(names.includes(name), name);
    }
  });
}

Deno.test("a name leads to its file and all that this needs, in an order that can be linked", async () => {
  await using server = await serve();
  for (
    const name of ["hivemind.quotes.QuoteService", "hivemind.quotes.QuoteService.GetQuote", "hivemind.wiki.WikiPage"]
  ) {
    const seen = new Set<string>();
    const declared = new Set<string>();
    for (const file of filesOf(await server.reflect({ file_containing_symbol: name }))) {
      for (const dependency of file.dependency ?? []) assert(seen.has(dependency), `${file.name}: ${dependency}`);
      const declare = (message: IDescriptorProto, scope: string) => {
        declared.add(`${scope}.${message.name}`);
        for (const nested of message.nestedType ?? []) declare(nested, `${scope}.${message.name}`);
      };
      for (const message of file.messageType ?? []) declare(message, `.${file.package}`);
      const used = [
        ...(file.messageType ?? []).flatMap(({ field }) => (field ?? []).map(({ typeName }) => typeName)),
        ...(file.service ?? []).flatMap(({ method }) => method ?? []).flatMap((rpc) => [rpc.inputType, rpc.outputType]),
      ];
      for (const type of used) assert(type === undefined || declared.has(type), `${file.name}: ${type}`);
      seen.add(file.name ?? "");
    }
  }
  const [timestamp] = filesOf(await server.reflect({ file_by_filename: "google/protobuf/timestamp.proto" }));
  assertEquals(timestamp?.messageType?.map(({ name }) => name), ["Timestamp"]);
});

Deno.test("what a client learns so is enough to make a call", async () => {
  await using server = await serve();
  const answer = await server.reflect({ file_containing_symbol: "hivemind.admin.v1.AdminService" });
  const set = protobuf.Writer.create();
  for (const file of answer.file_descriptor_response.file_descriptor_proto) set.uint32(10).bytes(file);
  const learned = loadFileDescriptorSetFromBuffer(Buffer.from(set.finish()), { keepCase: true });
  loadPackageDefinition(learned);
  const service = learned["hivemind.admin.v1.AdminService"];
  assert(service !== undefined && !("format" in service));
  assertEquals(Object.keys(service), ["GetSystemInfo", "GetHealthCheck"]);
});

Deno.test("what nobody declares is not found, and the conversation goes on", async () => {
  await using server = await serve();
  for (
    const request of [
      { file_containing_symbol: "hivemind.wiki.Nothing" },
      { file_by_filename: "nothing.proto" },
      { all_extension_numbers_of_type: "hivemind.Nothing" },
      { file_containing_extension: { containing_type: "hivemind.wiki.WikiPage", extension_number: 7 } },
    ]
  ) assertObjectMatch(await server.reflect(request), { error_response: { error_code: 5 } });
  assertObjectMatch(await server.reflect({ all_extension_numbers_of_type: "hivemind.wiki.WikiPage" }), {
    all_extension_numbers_response: { extension_number: [] },
  });
});
