/** Service accounts: their tokens, their mount folders, and what each may do. */
import { forbidden, unauthorized } from "./status.ts";

/** One right. As in RBAC, a right limited by name covers no request without one, such as create. */
export interface Right {
  verb: "get" | "list" | "watch" | "create" | "update" | "delete";
  /** Undefined: every Lease of the namespace. */
  resourceName?: string;
}

/** What an elector needs. */
export function electorRights(resourceName: string): Right[] {
  return [{ verb: "create" }, { verb: "get", resourceName }, { verb: "update", resourceName }, {
    verb: "watch",
    resourceName,
  }];
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  /** The folder with `token`, `ca.crt` and `namespace`, as a pod finds it. */
  readonly dir: string;
  /** May be replaced at any time; holds for the next request. */
  rights: readonly Right[];
  /** Makes a new token and writes it; the old one is refused from now on. */
  rotateToken(): Promise<void>;
}

interface Entry extends ServiceAccount {
  token: string;
}

export class Accounts {
  readonly #entries: Entry[] = [];
  readonly #dirs: string[] = [];

  /** @param options.dir where the mount is written; a temporary folder, removed at the end, by default */
  async add(
    ca: string,
    options: { namespace: string; name: string; rights: readonly Right[]; dir?: string },
  ): Promise<ServiceAccount> {
    const { namespace, name, rights } = options;
    const dir = options.dir ?? await this.#temporaryDir();
    await Deno.mkdir(dir, { recursive: true });
    const entry: Entry = {
      namespace,
      name,
      dir,
      rights,
      token: newToken(),
      async rotateToken() {
        entry.token = newToken();
        await Deno.writeTextFile(`${dir}/token`, entry.token);
      },
    };
    await Promise.all([
      Deno.writeTextFile(`${dir}/token`, entry.token),
      Deno.writeTextFile(`${dir}/ca.crt`, ca),
      Deno.writeTextFile(`${dir}/namespace`, namespace),
    ]);
    this.#entries.push(entry);
    return entry;
  }

  /** @throws {Refusal} 401 without a token that counts. */
  authenticate(headers: Headers): ServiceAccount {
    const token = headers.get("authorization")?.match(/^Bearer (.+)$/)?.[1];
    const entry = this.#entries.find((account) => account.token === token);
    if (entry === undefined) throw unauthorized();
    return entry;
  }

  /** @throws {Refusal} 403 if no right of the account covers it. */
  authorize(account: ServiceAccount, ask: { verb: Right["verb"]; namespace: string; name: string | undefined }): void {
    const covers = ({ verb, resourceName }: Right) =>
      verb === ask.verb && (resourceName === undefined || resourceName === ask.name);
    if (account.namespace === ask.namespace && account.rights.some(covers)) return;
    const user = userOf(account);
    throw forbidden({ user, ...ask });
  }

  async removeFolders(): Promise<void> {
    await Promise.all(this.#dirs.splice(0).map((dir) => Deno.remove(dir, { recursive: true })));
  }

  async #temporaryDir(): Promise<string> {
    const dir = await Deno.makeTempDir({ prefix: "service-account-" });
    this.#dirs.push(dir);
    return dir;
  }
}

function userOf({ namespace, name }: ServiceAccount): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

function newToken(): string {
  return `token.${crypto.randomUUID()}.${crypto.randomUUID()}`;
}
