/** How requests leave this program: connections, and the mounted credentials. Given to the client, so that a simulation can stand in for both. */
import { type Credentials, readCredentials } from "./service_account.ts";

/** A pool of connections whose fate is shared: what has swallowed one request may swallow the next. */
export interface Connection {
  /** As the global `fetch`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Whatever is still under way ends with an error. */
  close(): void;
}

export interface Transport {
  /** Token and CA as they are at this moment. */
  credentials(serviceAccountDir: string): Promise<Credentials>;
  /** Connections that trust `ca` (PEM). */
  connect(ca: string): Connection;
}

/** The network and the files of this machine. HTTP/1.1 only, for the reason that lease_api.ts gives. */
export const platformTransport: Transport = {
  credentials: readCredentials,
  connect(ca) {
    const client = Deno.createHttpClient({ caCerts: [ca], http2: false });
    return { fetch: (url, init) => fetch(url, { ...init, client }), close: () => client.close() };
  },
};
