/** The contract, asked of any server; `backend.ts` runs it. It expects no more than what every server can keep. */
import { createGrpcBackend } from "../../src/backend/grpc_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { backendContract } from "./backend_contract.ts";
import { serverOfEnvironment } from "./backend_setup.ts";

const server = serverOfEnvironment();
const log = createLog({ level: "error", format: "text" });

const GOODBYE_MS = 50;

backendContract({
  name: server.host,
  reconciles: false,
  fences: false,
  searchesFully: false,
  showsEveryName: false,
  savesAtomically: false,
  freesTitles: false,
  open() {
    const backend = createGrpcBackend({ ...server, clock: systemClock, log });
    return Promise.resolve({
      backend,
      async [Symbol.asyncDispose]() {
        await backend.close();
        // The other side ends the connection, too.
        await sleep(systemClock, GOODBYE_MS);
      },
    });
  },
});
