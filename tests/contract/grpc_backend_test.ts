/** The gRPC backend against the project's own server over the embedded backend: nothing is lost on the wire. */
import { createGrpcBackend } from "../../src/backend/grpc_backend.ts";
import { startBackendServer } from "../../src/backend/server.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { backendContract } from "./backend_contract.ts";

const log = createLog({ level: "error", format: "text" });

backendContract({
  name: "gRPC backend",
  reconciles: false,
  fences: true,
  searchesFully: true,
  showsEveryName: true,
  savesAtomically: true,
  freesTitles: true,
  async open() {
    const kept = openSqliteBackend({ path: ":memory:", clock: systemClock, log });
    const server = await startBackendServer({
      backend: kept,
      listen: { host: "127.0.0.1", port: 0 },
      serviceToken: "s3cret",
      clock: systemClock,
      log,
    });
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
        await server.close();
        await kept.close();
      },
    };
  },
});
