import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { backendContract } from "./backend_contract.ts";

const log = createLog({ level: "error", format: "text" });

backendContract({
  name: "embedded backend",
  reconciles: true,
  fences: true,
  searchesFully: true,
  showsEveryName: true,
  savesAtomically: true,
  freesTitles: true,
  open() {
    const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log });
    return Promise.resolve({ backend, [Symbol.asyncDispose]: () => backend.close() });
  },
});
