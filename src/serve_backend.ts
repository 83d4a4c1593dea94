/** The subcommand `backend`: the embedded backend as a gRPC server, until SIGTERM or SIGINT; and copies of it. */
import { backUpEmbedded, openEmbedded, readTls } from "./backend/open_backend.ts";
import { type BackendServer, startBackendServer } from "./backend/server.ts";
import { aborted, systemClock } from "./clock.ts";
import type { BackendServerConfig } from "./config.ts";
import { Failure } from "./failure.ts";
import { createLog } from "./log.ts";
import { listenForStop, stopInOrder } from "./shutdown.ts";

export interface ServeBackendOptions {
  /** Where to listen. */
  host: string;
  /** Where the configuration says otherwise. */
  port: number;
  dataDir: string;
}

/** Serves until told to stop. @throws {Failure} `bad_input` when it cannot listen or the data cannot be used */
export async function serveBackend(config: BackendServerConfig, options: ServeBackendOptions): Promise<void> {
  const { serviceToken, tls } = config;
  const clock = systemClock;
  const log = createLog({ ...config.log, secrets: serviceToken === undefined ? [] : [serviceToken] });
  using stop = listenForStop(log, () => Deno.exit(1));
  const backend = openEmbedded(options.dataDir, { clock, log });
  let server: BackendServer;
  try {
    server = await startBackendServer({
      backend,
      listen: { host: options.host, port: options.port },
      log,
      clock,
      ...(serviceToken !== undefined && { serviceToken }),
      ...(tls && { tls: serverTls(readTls(tls)) }),
    });
  } catch (error) {
    await backend.close();
    throw error;
  }
  await aborted(stop.signal);
  await stopInOrder([
    { name: "gRPC server", boundMs: 8_000, run: () => server.close() },
    { name: "backend", boundMs: 5_000, run: () => backend.close() },
  ], { clock, log });
}

/** Copies the data into a file, while a server or a bot uses it. @throws {Failure} `bad_input`, `unreachable`, `unknown` */
export function backUpBackend(options: { dataDir: string; file: string; print(text: string): void }): void {
  const { dataDir, file, print } = options;
  const bytes = backUpEmbedded(dataDir, file);
  print(`Backed up ${dataDir} to ${file}: ${(bytes / 1e6).toFixed(1)} MB, checked.`);
}

function serverTls({ ca, cert, key }: ReturnType<typeof readTls>): { cert: string; key: string; ca?: string } {
  if (cert === undefined || key === undefined) {
    throw new Failure(
      "bad_input",
      "BACKEND_TLS is true, and a server needs BACKEND_TLS_CERT_FILE and BACKEND_TLS_KEY_FILE; set both.",
    );
  }
  return { cert, key, ...(ca !== undefined && { ca }) };
}
