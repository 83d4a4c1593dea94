/** Discord's error answers: a status, a code and, for a wrong body, where it is wrong. */

/** One thing that is wrong in a body. */
export interface Fieldwise {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An answer other than success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: number;
  readonly at: readonly Fieldwise[];
  /** Whether a correct bot never gets this. */
  readonly violation: boolean;

  constructor(
    status: number,
    code: number,
    options: { message: string; at?: readonly Fieldwise[]; violation?: boolean },
  ) {
    super(options.message);
    this.status = status;
    this.code = code;
    this.at = options.at ?? [];
    this.violation = options.violation ?? false;
  }

  /** The body as Discord writes it. */
  body(): unknown {
    const errors: ErrorTree = {};
    for (const { path, message } of this.at) {
      let node = errors;
      for (const key of path) node = node[key] ??= {};
      Object.assign(node, { _errors: [{ code: "BASE_TYPE_BAD", message }] });
    }
    return { message: this.message, code: this.code, ...(this.at.length > 0 ? { errors } : {}) };
  }
}

interface ErrorTree {
  [key: string]: ErrorTree;
}

/** 400/50035, the answer to a body that breaks a rule. */
export function invalidForm(at: readonly Fieldwise[]): ApiError {
  return new ApiError(400, 50035, { message: "Invalid Form Body", at, violation: true });
}

/** 404 with one of the "Unknown …" codes. */
export function unknown(what: string, code: number): ApiError {
  return new ApiError(404, code, { message: `Unknown ${what}` });
}
