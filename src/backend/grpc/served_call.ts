/** What every call has in common on the server's side: the token, the caller, what bounds it, and what becomes of its failure. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { handleUnaryCall, MethodDefinition, Server, ServerUnaryCall } from "@grpc/grpc-js";
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Log } from "../../log.ts";
import type { Backend, Caller, CallOptions, FencedOptions } from "../backend.ts";
import { AUTHORIZATION, callerOf, FENCING_TOKEN, valueOf } from "./metadata.ts";
import { statusOf } from "./status.ts";

export interface ServiceOptions {
  backend: Backend;
  /** Calls must bring it; without one, everybody is served. */
  serviceToken: string | undefined;
  log: Log;
  clock: Clock;
}

/** A call that has been let in. */
export interface ServedCall {
  /** Ends with the client's deadline, or when the client gives up. */
  options: CallOptions;
  /** The same, in the term of leadership that the client names. */
  fenced: FencedOptions;
  /** For whom it is made, in the guild that the request names. @throws {Failure} `bad_input`, `not_yours` */
  caller(guildId?: string): Promise<Caller>;
}

type Run<Request, Response> = (request: Request, call: ServedCall) => Promise<Response>;

/** Adds calls to a server, one after another. */
export class Services {
  readonly #server: Server;
  readonly #options: ServiceOptions;

  constructor(server: Server, options: ServiceOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Serves a call to whoever brings the service token. */
  on<Request, Response>(method: MethodDefinition<Request, Response>, run: Run<Request, Response>): void {
    this.#register(method, (request, call) => {
      checkToken(valueOf(call.metadata, AUTHORIZATION), this.#options.serviceToken);
      return run(request, this.#servedCall(call));
    });
  }

  /** Serves a call to everybody. */
  onOpen<Request, Response>(method: MethodDefinition<Request, Response>, run: Run<Request, Response>): void {
    this.#register(method, (request, call) => run(request, this.#servedCall(call)));
  }

  #register<Request, Response>(
    method: MethodDefinition<Request, Response>,
    serve: (request: Request, call: ServerUnaryCall<Request, Response>) => Promise<Response>,
  ): void {
    const context = { rpc: method.path, log: this.#options.log };
    const handle: handleUnaryCall<Request, Response> = (call, callback) => {
      Promise.try(serve, call.request, call).then(
        (response) => callback(null, response),
        (error) => callback(statusOf(error, context)),
      );
    };
    this.#server.register(method.path, handle, method.responseSerialize, method.requestDeserialize, "unary");
  }

  #servedCall<Request, Response>(call: ServerUnaryCall<Request, Response>): ServedCall {
    const { backend, clock } = this.#options;
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort(new DOMException("the client gave up", "AbortError")));
    const remainingMs = Number(call.getDeadline()) - clock.wallMs();
    const options = { signal: gone.signal, ...(Number.isFinite(remainingMs) ? { deadlineMs: remainingMs } : {}) };
    const fencingToken = valueOf(call.metadata, FENCING_TOKEN);
    return {
      options,
      fenced: fencingToken === "" ? options : { ...options, fencingToken },
      caller: (guildId = "") => checkedCaller(backend, callerOf(call.metadata), { guildId, options }),
    };
  }
}

/**
 * The caller in the guild that a request names. Whoever uses a command in a guild is there; any other guild must have them as a
 * member.
 */
async function checkedCaller(
  backend: Backend,
  caller: Caller,
  { guildId, options }: { guildId: string; options: CallOptions },
): Promise<Caller> {
  if (guildId === "" || guildId === caller.guildId) return caller;
  if (await backend.isMember(guildId, caller.userId, options)) return { ...caller, guildId };
  throw new Failure("not_yours", `User ${caller.userId} is not a member of guild ${guildId}`);
}

/** Compares without telling by the time it takes how much of the token is right. @throws {Failure} `refused_token` */
function checkToken(authorization: string, serviceToken: string | undefined): void {
  if (serviceToken === undefined) return;
  const given = authorization.match(/^Bearer (.+)$/i)?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(serviceToken))) return;
  const what = authorization === "" ? "is missing" : "is not the one of this server";
  throw new Failure("refused_token", `The service token ${what}; send "authorization: Bearer …"`);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
