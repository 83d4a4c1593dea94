/** A process that saves pages for ever and prints the title of each one that was acknowledged; a test kills it. */
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../../src/clock.ts";
import { save, silentLog } from "./file.ts";

const [path = ""] = Deno.args;
const backend = openSqliteBackend({ path, clock: systemClock, log: silentLog });
const encoder = new TextEncoder();
for (let i = 0;; i++) {
  const { page } = await save(backend, `Page ${i}`, `a durable text ${"x".repeat(i % 5000)}`, ["kept"]);
  Deno.stdout.writeSync(encoder.encode(`${page.title}\n`));
}
