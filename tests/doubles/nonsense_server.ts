/** A port behind which something other than a gRPC server answers. */
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";

export type Nonsense =
  /** Bytes that are no protocol. */
  | "bytes"
  /** A web server of the first generation. */
  | "http/1.1"
  /** Takes connections and says nothing. */
  | "silence"
  /** Ends connections as soon as they are there. */
  | "hangup"
  /** A web page instead of a message. */
  | "page"
  /** A proxy that does not know where to. */
  | "bad gateway"
  /** Messages that are none. */
  | "messages"
  /** Half a message. */
  | "half";

export interface NonsenseServer extends AsyncDisposable {
  readonly port: number;
}

const RAW: Partial<Record<Nonsense, string>> = {
  "bytes": "\x00\xff\x07nonsense ".repeat(20),
  "http/1.1": "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  "silence": "",
};

export async function startNonsense(what: Nonsense, { port = 0 } = {}): Promise<NonsenseServer> {
  const raw = RAW[what];
  return what === "hangup" || raw !== undefined ? startRaw(raw, port) : await startHttp2(what, port);
}

/** Says the same to everybody; undefined ends the connection instead. */
function startRaw(text: string | undefined, port: number): NonsenseServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const connections = new Set<Deno.TcpConn>();
  const accepting = (async () => {
    for await (const connection of listener) {
      if (text === undefined) connection.close();
      else {
        connections.add(connection);
        await connection.write(new TextEncoder().encode(text)).catch(() => {});
      }
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of connections) connection.close();
    },
  };
}

const PAGE = { ":status": 200, "content-type": "text/html" };
const GRPC = { ":status": 200, "content-type": "application/grpc" };

function answer(stream: ServerHttp2Stream, what: Nonsense): void {
  if (what === "page") {
    stream.respond(PAGE);
    stream.end("<html>Welcome</html>");
  } else if (what === "bad gateway") {
    stream.respond({ ...PAGE, ":status": 502 });
    stream.end("<html>502</html>");
  } else {
    stream.respond(GRPC);
    // A message's head says how long it is: as long as it is, or much longer.
    stream.end(Uint8Array.of(0, 0, 0, what === "half" ? 9 : 0, 3, 0xff, 0xff, 0xff));
  }
}

async function startHttp2(what: Nonsense, port: number): Promise<NonsenseServer> {
  const server: Http2Server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => void sessions.add(session));
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("error", () => {});
    answer(stream, what);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
