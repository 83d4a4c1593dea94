/** The services of `proto/`, read by itself: wire facts, and how messages look in memory. */
import { type ServiceDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

// deno-lint-ignore no-explicit-any -- messages stand here as they do in proto/
export type Message = any;

/** A moment on the wire. */
export interface Moment {
  seconds: number;
  nanos: number;
}

/** What a call fails with. */
export class StatusError extends Error {
  override readonly name = "StatusError";

  constructor(readonly code: keyof typeof status, readonly details: string) {
    super(`${code}: ${details}`);
  }
}

/** An error that the server's handler let through without giving it a code. */
export function unknown(details: string): StatusError {
  return new StatusError("UNKNOWN", details);
}

const FILES = ["admin", "discord", "health", "notes", "quotes", "wiki"];

/** Full name → service. */
export function services(): Record<string, ServiceDefinition> {
  const directory = new URL("../../../proto/", import.meta.url).pathname;
  const loaded = loadSync(FILES.map((file) => `${file}.proto`), {
    includeDirs: [directory],
    keepCase: true,
    defaults: true,
    longs: Number,
    enums: String,
  });
  const found = Object.entries(loaded).filter(([, definition]) => !("format" in definition));
  return Object.fromEntries(found) as Record<string, ServiceDefinition>;
}
