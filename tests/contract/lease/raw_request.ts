/** Requests to a Lease API as they travel, past the bot's own client: for the words and codes of the answers. */
import type { OpenLeaseApi } from "./provider.ts";

/** The API's account of a failure. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

export interface RawRequest {
  /** In the collection of Leases; none: the collection itself. */
  name?: string;
  query?: string;
  body?: unknown;
  /** Instead of the account's own. */
  token?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends one request in the name of the bot's account and reads the whole answer, a watch to its end. */
export async function rawRequest(side: OpenLeaseApi, method: string, request: RawRequest = {}): Promise<RawAnswer> {
  const { body, name = "", query = "", token = await Deno.readTextFile(`${side.serviceAccountDir}/token`) } = request;
  const ca = await Deno.readTextFile(`${side.serviceAccountDir}/ca.crt`);
  const leases = `https://${side.host}:${side.port}/apis/coordination.k8s.io/v1/namespaces/${side.namespace}/leases`;
  using client = Deno.createHttpClient({ caCerts: [ca], http2: false });
  const response = await fetch(`${leases}${name && `/${name}`}${query && `?${query}`}`, {
    method,
    headers: { authorization: `Bearer ${token.trim()}`, "content-type": "application/json" },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    client,
  });
  return { status: response.status, text: await response.text() };
}

/** Code, reason and message of a refusal. */
export async function refusal(side: OpenLeaseApi, method: string, request: RawRequest = {}): Promise<Status> {
  const { status, text } = await rawRequest(side, method, request);
  const { code, message, reason }: Status = JSON.parse(text);
  if (code !== status) throw new Error(`HTTP ${status} with ${text}`);
  return { code, reason: reason ?? "", message: message ?? "" };
}
