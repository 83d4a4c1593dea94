/** The gRPC backend against a double of the server that its users run: everything above the port is the same as with the embedded one. */
import { surviveGoaway } from "../../src/backend/grpc/goaway.ts";
import { createGrpcBackend } from "../../src/backend/grpc_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { HivemindServerDouble } from "../doubles/hivemind_server/double.ts";
import { backendContract } from "./backend_contract.ts";

surviveGoaway(); // or a client that leaves could end the tests

const log = createLog({ level: "error", format: "text" });

/** What both sides need to see that the other has gone. */
const GOODBYE_MS = 20;

backendContract({
  name: "gRPC backend, hivemind-server",
  reconciles: false,
  fences: false,
  searchesFully: false,
  showsEveryName: false,
  savesAtomically: false,
  freesTitles: false,
  async open() {
    const server = await HivemindServerDouble.start();
    const backend = createGrpcBackend({
      host: "127.0.0.1",
      port: server.port,
      serviceToken: () => "s3cret",
      clock: systemClock,
      log,
    });
    return {
      backend,
      async [Symbol.asyncDispose]() {
        await backend.close();
        await server[Symbol.asyncDispose]();
        await sleep(systemClock, GOODBYE_MS);
      },
    };
  },
});
