/**
 * Keeps a goodbye of the other side from ending this process.
 *
 * Deno's HTTP/2 (measured with 2.9.6) tells of a GOAWAY frame while it is still reading it. A session that is closed from there may be
 * freed at once, and the rest of the frame is read from freed memory: an assertion of nghttp2 or a segmentation fault, in every client of
 * a server that is stopped in order, and in a server that a client leaves while calls of it run. So a session that was told to go away
 * is closed a moment later.
 */
import http2, { type Http2Session } from "node:http2";
import { systemClock } from "../../clock.ts";

let isDone = false;

/** From now on, for every HTTP/2 connection of this process, whichever side opened it. */
export function surviveGoaway(): void {
  if (isDone) return;
  isDone = true;
  const { connect, createSecureServer, createServer } = http2;
  Reflect.set(http2, "connect", (...args: Parameters<typeof connect>) => guarded(connect(...args)));
  for (const [name, create] of Object.entries({ createSecureServer, createServer })) {
    Reflect.set(http2, name, (...args: Parameters<typeof create>) => {
      const server = Reflect.apply(create, http2, args);
      server.on("session", guarded);
      return server;
    });
  }
}

function guarded<Session extends Http2Session>(session: Session): Session {
  const emit: (event: string | symbol, ...args: unknown[]) => boolean = session.emit.bind(session);
  // Not a listener: the gRPC library removes those of others.
  session.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event === "goaway") endLater(session);
    return emit(event, ...args);
  };
  return session;
}

/** A moment of the real clock, whatever the rest of the program goes by: it is about the stack of the runtime, not about time. */
function endLater(session: Http2Session): void {
  const close = session.close.bind(session);
  const destroy = session.destroy.bind(session);
  session.close = (...args) => void systemClock.after(0, () => close(...args));
  session.destroy = (...args) => void systemClock.after(0, () => destroy(...args));
}
