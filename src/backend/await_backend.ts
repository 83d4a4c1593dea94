/** Waiting for the backend at start, but not for ever: without it the bot can at least say so. */
import { type Clock, deadline, sleep } from "../clock.ts";
import { explain, toFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Backend } from "./backend.ts";

const RETRY_MS = 1_000;

export interface AwaitBackendOptions {
  clock: Clock;
  log: Log;
  /** How long to wait at most. Milliseconds. */
  patienceMs: number;
  /** Ends the wait. */
  signal: AbortSignal;
}

/** Whether the backend answered and accepts the service token; what is wrong stands in the log. Never rejects. */
export async function awaitBackend(
  backend: Pick<Backend, "ping" | "isMember">,
  { clock, log, patienceMs, signal: stop }: AwaitBackendOptions,
): Promise<boolean> {
  using patience = deadline(clock, patienceMs, stop);
  const { signal } = patience;
  let complaint: string | undefined;
  while (!signal.aborted) {
    try {
      await backend.ping({ signal });
      // The health check of the protocol needs no token; this call does, and touches nothing.
      await backend.isMember("0", "0", { signal });
      log.info("backend reachable");
      return true;
    } catch (thrown) {
      if (signal.aborted) break;
      const failure = toFailure(thrown);
      if (failure.kind === "refused_token") {
        log.error("the backend refuses the bot", { error: explain(failure) });
        return false;
      }
      if (failure.message !== complaint) log.warn("waiting for the backend", { error: explain(failure) });
      complaint = failure.message;
      await sleep(clock, RETRY_MS, signal).catch(() => {});
    }
  }
  if (!stop.aborted) {
    log.error("the backend cannot be reached; commands will say so until it can", { error: complaint });
  }
  return false;
}
