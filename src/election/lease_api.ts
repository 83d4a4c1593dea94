/**
 * The Lease in the Kubernetes API, over plain `fetch`.
 *
 * HTTP/1.1 only: over HTTP/2 one connection that swallows everything makes each following request time out as well. The
 * client is made anew after a timeout and when the CA changes; watches have clients of their own.
 */
import { type Clock, deadline } from "../clock.ts";
import { explain, Failure } from "../failure.ts";
import { type Answer, type LeaseObject, type LeaseStore, toRecord, type WatchEnd, type WatchRequest } from "./lease.ts";
import type { Credentials } from "./service_account.ts";
import { type Connection, platformTransport, type Transport } from "./transport.ts";

export interface LeaseApiOptions {
  clock: Clock;
  /** `KUBERNETES_SERVICE_HOST`; IPv6 with or without brackets. */
  host: string;
  port: number;
  namespace: string;
  /** Of the Lease. */
  name: string;
  serviceAccountDir: string;
  /** This machine's by default. */
  transport?: Transport;
  /** After each answer, for metrics; `code` is the status, or `none` without an answer. */
  onRequest?(verb: Verb, code: string): void;
}

export type Verb = "get" | "create" | "update" | "watch";

/** For the head of a watch's answer, which comes at once even if no event does. */
const WATCH_OPENING_MS = 10_000;
/** When the other side does not end a watch by itself. */
const WATCH_GRACE_MS = 10_000;
/** For a 429 without `Retry-After`. */
const DEFAULT_RETRY_AFTER_MS = 1000;

/** The API's own account of a failure, as far as it is read here. */
interface Status {
  readonly message?: string;
  readonly code?: number;
}

/** The Lease of one name in one namespace. */
export class LeaseApi implements LeaseStore {
  readonly #options: LeaseApiOptions;
  readonly #transport: Transport;
  #client: { http: Connection; ca: string } | undefined;

  constructor(options: LeaseApiOptions) {
    this.#options = options;
    this.#transport = options.transport ?? platformTransport;
  }

  get(signal: AbortSignal): Promise<Answer> {
    return this.#request("get", { method: "GET", signal });
  }

  create(lease: LeaseObject, signal: AbortSignal): Promise<Answer> {
    return this.#request("create", { method: "POST", body: JSON.stringify(lease), signal });
  }

  update(lease: LeaseObject, signal: AbortSignal): Promise<Answer> {
    return this.#request("update", { method: "PUT", body: JSON.stringify(lease), signal });
  }

  /** Ends what is open. */
  close(): void {
    this.#client?.http.close();
    this.#client = undefined;
  }

  async #request(verb: Verb, init: RequestInit & { signal: AbortSignal }): Promise<Answer> {
    const path = verb === "create" ? "" : `/${this.#options.name}`;
    try {
      const response = await this.#authorized(path, init, (ca) => this.#clientFor(ca));
      this.#count(verb, response.status);
      return await this.#answerOf(verb, response);
    } catch (error) {
      this.#count(verb, undefined);
      if (init.signal.aborted) this.close();
      const kind = error instanceof Failure && error.kind === "refused_token" ? "refused" : "unknown";
      return { kind, reason: explain(error) };
    }
  }

  /** Sends with the token of this moment; after a 401 once more, for it may just have been replaced. */
  async #authorized(path: string, init: RequestInit, clientFor: (ca: string) => Connection): Promise<Response> {
    const send = ({ token, ca }: Credentials) => {
      const headers = {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "content-type": "application/json",
      };
      return clientFor(ca).fetch(`${this.#leasesUrl()}${path}`, { ...init, headers });
    };
    const { serviceAccountDir } = this.#options;
    const response = await send(await this.#transport.credentials(serviceAccountDir));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return send(await this.#transport.credentials(serviceAccountDir));
  }

  #leasesUrl(): string {
    const { namespace } = this.#options;
    return `${baseUrl(this.#options)}/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  }

  #clientFor(ca: string): Connection {
    if (this.#client?.ca !== ca) {
      this.close();
      this.#client = { http: this.#transport.connect(ca), ca };
    }
    return this.#client.http;
  }

  #count(verb: Verb, status: number | undefined): void {
    this.#options.onRequest?.(verb, status === undefined ? "none" : String(status));
  }

  async #answerOf(verb: Verb, response: Response): Promise<Answer> {
    const text = await response.text();
    if (response.ok) return { kind: "lease", lease: toRecord(JSON.parse(text)) };
    const reason = this.#explained(verb, response.status, statusOf(text));
    switch (response.status) {
      case 404:
        return verb === "create" ? { kind: "refused", reason } : { kind: "absent" };
      case 409:
        return { kind: "conflict" };
      case 429:
        return { kind: "refused", reason, retryAfterMs: retryAfterMs(response.headers) };
    }
    return { kind: response.status < 500 ? "refused" : "unknown", reason };
  }

  #explained(verb: Verb, code: number, { message = "no reason given" }: Status): string {
    const { name, namespace, serviceAccountDir } = this.#options;
    const attempt = `Cannot ${verb} leases/${name} in namespace ${namespace}: ${code}, ${message}`;
    if (code === 401) return `${attempt}; is the token at ${serviceAccountDir}/token of this cluster, and still valid?`;
    if (code !== 403) return attempt;
    const user = message.match(/User "([^"]+)"/)?.[1];
    const what = verb === "create" ? "leases.coordination.k8s.io" : `leases.coordination.k8s.io/${name}`;
    const check = `kubectl auth can-i ${verb} ${what} --namespace ${namespace}${
      user === undefined ? "" : ` --as ${user}`
    }`;
    return `${attempt}; give the service account the verb ${verb} on leases by a Role, and see whether it has it: ${check}`;
  }

  async watch(request: WatchRequest): Promise<WatchEnd> {
    const { clock } = this.#options;
    using whole = deadline(clock, request.durationMs + WATCH_GRACE_MS, request.signal);
    const opening = new AbortController();
    const cancelOpening = clock.after(WATCH_OPENING_MS, () => {
      opening.abort(new DOMException(`no answer within ${WATCH_OPENING_MS} ms`, "TimeoutError"));
    });
    const clients: Connection[] = [];
    try {
      const signal = AbortSignal.any([whole.signal, opening.signal]);
      const response = await this.#authorized(`?${this.#watchQuery(request)}`, { signal }, (ca) => {
        const client = this.#transport.connect(ca);
        clients.push(client);
        return client;
      });
      cancelOpening();
      this.#count("watch", response.status);
      if (!response.ok) return this.#watchRefused(response.status, statusOf(await response.text()));
      request.onOpen();
      return await this.#follow(response, request);
    } catch (error) {
      return { kind: "failed", reason: explain(error) };
    } finally {
      cancelOpening();
      for (const client of clients) client.close();
    }
  }

  #watchQuery({ durationMs, fromVersion }: WatchRequest): URLSearchParams {
    return new URLSearchParams({
      watch: "true",
      fieldSelector: `metadata.name=${this.#options.name}`,
      timeoutSeconds: String(Math.ceil(durationMs / 1000)),
      // With bookmarks and without a version kube-apiserver 1.37 sends what there is and then nothing more (measured).
      ...(fromVersion ? { resourceVersion: fromVersion, allowWatchBookmarks: "true" } : {}),
    });
  }

  #watchRefused(code: number, status: Status): WatchEnd {
    if (code === 410) return { kind: "outdated" };
    const reason = this.#explained("watch", code, status);
    return { kind: code === 403 ? "denied" : "failed", reason };
  }

  async #follow(response: Response, request: WatchRequest): Promise<WatchEnd> {
    for await (const line of linesOf(response)) {
      const { type, object } = JSON.parse(line);
      if (type === "ERROR") return this.#watchRefused(object?.code ?? 0, object ?? {});
      if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") {
        request.onChange(toRecord(object), type === "DELETED");
      }
    }
    return { kind: "ended" };
  }
}

/** Of the API: `https://HOST:PORT`, with brackets around an IPv6 host. */
export function baseUrl({ host, port }: { host: string; port: number }): string {
  return `https://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}

/** `Retry-After` in seconds; the API does not send dates. */
function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : DEFAULT_RETRY_AFTER_MS;
}

function statusOf(text: string): Status {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return { message: text.slice(0, 200).trim() }; // A proxy in between speaks no JSON.
  }
}

async function* linesOf(response: Response): AsyncIterable<string> {
  if (response.body === null) return;
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.trim() !== "");
  }
}
