/** The port: HTTP and WebSocket, with the replica's name in the path. */

import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Arrival, Departure } from "./rest.ts";
import type { Wire } from "./gateway_session.ts";

const API = "/api/v10";

/** Whom the port serves. */
export interface Served {
  rest(arrival: Arrival): Promise<Departure>;
  /** The bytes of an uploaded file, by its path. */
  file(path: string): Uint8Array | undefined;
  acceptsGateway(replica: string): boolean;
  gateway(wire: Wire, replica: string): { receive(frame: string): void; ended(code: number): void };
}

/** An open port. */
export interface Port {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the port. */
export async function listen(at: { hostname: string; port: number }, served: Served): Promise<Port> {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  const http = createServer((request, response) => {
    const done = answer(request, { response, served, ending: ending.signal }).catch(() => {
      response.destroy();
    }).finally(() => running.delete(done));
    running.add(done);
  });
  // A kept connection that the server ends is a race that Discord's edge does not show; the client ends them.
  http.keepAliveTimeout = 0;
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { replica, rest } = splitPath(new URL(request.url ?? "/", "http://double").pathname);
    if (rest !== "/gateway" || !served.acceptsGateway(replica)) socket.destroy();
    else sockets.handleUpgrade(request, socket, head, (open: WebSocket) => carry(open, served, replica));
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(at.port, at.hostname, resolve);
  });
  const address = http.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : at.port,
    async close() {
      ending.abort();
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await Promise.all(running);
      http.closeAllConnections();
      await closed;
    },
  };
}

function carry(socket: WebSocket, served: Served, replica: string): void {
  const wire: Wire = {
    send: (frame) => socket.send(frame),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
  const connection = served.gateway(wire, replica);
  socket.on("message", (data: RawData) => connection.receive(String(data)));
  socket.on("close", (code: number) => connection.ended(code));
  socket.on("error", () => connection.ended(1006));
}

/** `/r/NAME/rest` → its two parts; without a name the whole path is the rest. */
function splitPath(path: string): { replica: string; rest: string } {
  const [, name, rest] = path.match(/^\/r\/([^/]+)(\/.*)$/) ?? [];
  return { replica: decodeURIComponent(name ?? ""), rest: (rest ?? path).replace(/(?<=.)\/$/, "") };
}

async function answer(
  request: IncomingMessage,
  { response, served, ending }: { response: ServerResponse; served: Served; ending: AbortSignal },
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? "/", "http://double");
  const { replica, rest } = splitPath(url.pathname);
  const file = served.file(rest);
  if (file) return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(file);
  const departure = await served.rest({
    replica,
    method: request.method ?? "GET",
    path: rest.startsWith(`${API}/`) ? rest.slice(API.length) : rest,
    query: url.searchParams,
    headers: headersOf(request),
    body: new Uint8Array(Buffer.concat(chunks)),
    signal: AbortSignal.any([gone.signal, ending]),
  });
  if (!departure || ending.aborted) return void response.destroy();
  response.writeHead(departure.status, { ...departure.headers, via: "1.1 double" });
  response.end(departure.body);
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}
