/**
 * Keeps a server's goodbye from ending this process.
 *
 * Deno's HTTP/2 client (measured with 2.9.6) tells of a GOAWAY frame while it is still reading it. A session that is closed from there
 * is freed at once when the server has closed the connection too, and the rest of the frame is read from freed memory: an assertion of
 * nghttp2 or a segmentation fault, in every process that is connected to a server which is stopped in order. So a session that was
 * told to go away is closed a moment later.
 */
import http2, { type ClientHttp2Session } from "node:http2";
import { systemClock } from "../../clock.ts";

let isDone = false;

/** From now on, for every HTTP/2 connection of this process. */
export function surviveGoaway(): void {
  if (isDone) return;
  isDone = true;
  const connect = http2.connect;
  Reflect.set(http2, "connect", (...args: Parameters<typeof connect>) => {
    const session = connect(...args);
    const emit: (event: string | symbol, ...args: unknown[]) => boolean = session.emit.bind(session);
    // Not a listener: the gRPC library removes those of others.
    session.emit = (event: string | symbol, ...args: unknown[]) => {
      if (event === "goaway") endLater(session);
      return emit(event, ...args);
    };
    return session;
  });
}

/** A moment of the real clock, whatever the rest of the program goes by: it is about the stack of the runtime, not about time. */
function endLater(session: ClientHttp2Session): void {
  const close = session.close.bind(session);
  const destroy = session.destroy.bind(session);
  session.close = (...args) => void systemClock.after(0, () => close(...args));
  session.destroy = (...args) => void systemClock.after(0, () => destroy(...args));
}
