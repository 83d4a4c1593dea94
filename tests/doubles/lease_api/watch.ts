/** A watch: the body of an answer that goes on, one JSON object a line. */
import type { Clock } from "../../../src/clock.ts";
import type { Call } from "./call.ts";
import { Refusal, statusOf } from "./status.ts";
import type { Change, Storage } from "./storage.ts";

const encoder = new TextEncoder();
/** As kube-apiserver does, beside one a minute, which no test waits for. */
const BOOKMARK_BEFORE_END_MS = 2_000;

/** Ends by itself after the time that the call asks for, and as soon as `over` aborts. */
export function watchResponse(
  call: Call,
  { clock, over, storage }: { clock: Clock; over: AbortSignal; storage: Storage },
) {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (type: string, object: unknown) =>
        controller.enqueue(encoder.encode(`${JSON.stringify({ type, object })}\n`));
      const end = () => {
        stop();
        controller.close();
      };
      try {
        let isMute = false;
        const unfollow = storage.follow(call.version, (change) => {
          if (!isMute && isMeant(call, change)) say(change.type, change.object);
        });
        // As kube-apiserver 1.37 does: what there is, and then nothing more.
        isMute = call.wantsBookmarks && call.version === undefined;
        const endsInMs = call.timeoutSeconds * 1000;
        const timers = [clock.after(endsInMs, end)];
        if (call.wantsBookmarks && endsInMs > BOOKMARK_BEFORE_END_MS) {
          const mark = () => say("BOOKMARK", bookmark(storage.version));
          timers.push(clock.after(endsInMs - BOOKMARK_BEFORE_END_MS, mark));
        }
        over.addEventListener("abort", end, { once: true });
        stop = () => {
          unfollow();
          for (const cancel of timers) cancel();
          over.removeEventListener("abort", end);
        };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        say("ERROR", statusOf(error));
        controller.close();
      }
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

function isMeant({ namespace, selected }: Call, { object: { metadata } }: Change): boolean {
  return metadata.namespace === namespace && (selected === undefined || metadata.name === selected);
}

function bookmark(version: number) {
  const metadata = { resourceVersion: String(version) };
  return { kind: "Lease", apiVersion: "coordination.k8s.io/v1", metadata, spec: {} };
}
