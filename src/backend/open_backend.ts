/** From settings to a backend: the one over gRPC where a host is named, else the embedded one. */
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Backend } from "./backend.ts";
import { createGrpcBackend } from "./grpc_backend.ts";
import { backUp } from "./sqlite/backup.ts";
import { openSqliteBackend } from "./sqlite_backend.ts";

/** Paths of PEM files. */
export interface TlsFiles {
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
}

export type BackendChoice =
  | { kind: "grpc"; host: string; port: number; serviceToken(): string; tls: TlsFiles | undefined }
  | { kind: "embedded"; dataDir: string };

/** What every backend is given. */
export interface BackendSurroundings {
  clock: Clock;
  log: Log;
  metrics?: Metrics;
}

/** @throws {Failure} `bad_input` for a TLS file that cannot be read, and what {@linkcode openSqliteBackend} throws */
export function openBackend(choice: BackendChoice, surroundings: BackendSurroundings): Backend {
  if (choice.kind === "embedded") return openEmbedded(choice.dataDir, surroundings);
  const { host, port, serviceToken, tls } = choice;
  return createGrpcBackend({ ...surroundings, host, port, serviceToken, ...(tls && { tls: readTls(tls) }) });
}

/** The embedded backend in a folder, which is made when missing. @throws {Failure} as {@linkcode openSqliteBackend} */
export function openEmbedded(dataDir: string, { clock, log }: BackendSurroundings): Backend {
  return openSqliteBackend({ path: fileIn(dataDir), clock, log });
}

/** Copies the embedded backend of a folder into a file, while it is in use. @throws {Failure} as {@linkcode backUp} */
export function backUpEmbedded(dataDir: string, to: string): number {
  return backUp({ from: fileIn(dataDir), to });
}

function fileIn(dataDir: string): string {
  return `${dataDir}/hivemind.sqlite`;
}

/** The texts of PEM files. @throws {Failure} `bad_input` */
export function readTls({ caFile, certFile, keyFile }: TlsFiles): { ca?: string; cert?: string; key?: string } {
  return {
    ...(caFile !== undefined && { ca: readPem(caFile, "BACKEND_TLS_CA_FILE") }),
    ...(certFile !== undefined && { cert: readPem(certFile, "BACKEND_TLS_CERT_FILE") }),
    ...(keyFile !== undefined && { key: readPem(keyFile, "BACKEND_TLS_KEY_FILE") }),
  };
}

function readPem(path: string, variable: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new Failure("bad_input", `Cannot read "${path}", which ${variable} leads to; may this user read it?`, {
      cause,
    });
  }
}
