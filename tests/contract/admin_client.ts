/**
 * `CoordinationV1Api` over the platform's own `fetch`: the client as its makers wrote it, but for the transport. Their default speaks
 * HTTP/2 through `node:http2`, which ends a Deno process by a failed assertion when such a connection is closed.
 */
import {
  CoordinationV1Api,
  createConfiguration,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from "@kubernetes/client-node";

export interface AdminAccess {
  /** URL of the API. */
  server: string;
  /** PEM. */
  ca: string;
  /** A bearer token, or a client certificate and its key, PEM. */
  credentials: { token: string } | { cert: string; key: string };
}

export interface AdminClient extends Disposable {
  readonly api: CoordinationV1Api;
}

/** A client; dispose it at the end. */
export function openAdminClient({ ca, credentials, server }: AdminAccess): AdminClient {
  const token = "token" in credentials ? credentials.token : undefined;
  const certificate = "token" in credentials ? {} : credentials;
  const client = Deno.createHttpClient({ caCerts: [ca], http2: false, ...certificate });
  const send = async (request: RequestContext) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(request.getUrl(), {
      method: request.getHttpMethod(),
      headers: { ...request.getHeaders(), ...authorization },
      body: request.getBody()?.toString() ?? null,
      client,
    });
    const text = await response.text();
    return new ResponseContext(response.status, Object.fromEntries(response.headers), {
      text: () => Promise.resolve(text),
      binary: () => Promise.reject(new Error("the API sends text")),
      stream: () => null,
    });
  };
  const baseServer = new ServerConfiguration(server, {});
  const api = new CoordinationV1Api(createConfiguration({ baseServer, httpApi: wrapHttpLibrary({ send }) }));
  return { api, [Symbol.dispose]: () => client.close() };
}
