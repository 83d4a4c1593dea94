/** How the contract gets at a backend, and the guilds and people it acts with. */
import { assertEquals, assertRejects } from "@std/assert";
import type { Backend, Caller, GuildMember } from "../../../src/backend/backend.ts";
import { Failure, type FailureKind } from "../../../src/failure.ts";

/** What not every backend can keep; the numbers are rows of the list of what `hivemind-server` does. */
export interface Capabilities {
  /** Full passes over the members can be reconciled. */
  reconciles: boolean;
  /** Writes of an older term are refused. */
  fences: boolean;
  /** Beginnings of words and accents are found in texts too, and hits in titles come first (10). */
  searchesFully: boolean;
  /** Names of people who are no members are known (24, 25). */
  showsEveryName: boolean;
  /** Several who save the same new title at once make one page (2). */
  savesAtomically: boolean;
  /** The title of a deleted page is free again (15). */
  freesTitles: boolean;
}

export interface OpenBackend extends AsyncDisposable {
  backend: Backend;
}

export interface Provider extends Capabilities {
  /** Stands before the name of each test. */
  name: string;
  /** A backend for one test, empty or not. */
  open(): Promise<OpenBackend>;
}

/** Defines one test over a fresh backend; `needs` names the capability without which it is left out. */
export function rule(
  provider: Provider,
  name: string,
  test: (backend: Backend) => Promise<void>,
  needs?: keyof Capabilities,
): void {
  const ignore = needs !== undefined && !provider[needs];
  Deno.test(`${provider.name}: ${name}`, { ignore }, async () => {
    await using opened = await provider.open();
    await test(opened.backend);
  });
}

let lastId = BigInt(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) * 1_000_000_000n / 3n + 10n ** 17n;

/** An id like Discord's that no other run has used. */
export function newId(): string {
  return String(++lastId);
}

/** A member with a name of its own. */
export function memberOf(guildId: string, overrides: Partial<GuildMember> = {}): GuildMember {
  const userId = overrides.userId ?? newId();
  return {
    guildId,
    userId,
    username: `user${userId.slice(-6)}`,
    globalName: "",
    nickname: "",
    guildAvatarHash: "",
    avatarHash: "",
    roleIds: [],
    joinedAt: Date.UTC(2024, 0, 1),
    ...overrides,
  };
}

/** Makes a guild with as many members as asked, who then act in it. */
export async function guildWith(backend: Backend, count: number): Promise<Caller[]> {
  const guildId = newId();
  await backend.upsertGuild({ id: guildId, name: "Test guild", iconUrl: "", ownerId: newId() });
  const members = Array.from({ length: count }, () => memberOf(guildId));
  await backend.upsertMembers(members);
  return members.map(({ userId, username }) => ({ userId, guildId, username }));
}

/** One member of a new guild. */
export async function someone(backend: Backend): Promise<Caller & { guildId: string }> {
  const [caller] = await guildWith(backend, 1);
  if (caller === undefined || caller.guildId === null) throw new Error("A guild has no member");
  return { ...caller, guildId: caller.guildId };
}

/** Two members of one new guild. */
export async function two(backend: Backend): Promise<[Caller, Caller]> {
  const [first, second] = await guildWith(backend, 2);
  if (first === undefined || second === undefined) throw new Error("A guild has too few members");
  return [first, second];
}

/** Expects a failure of this kind, with a message. */
export async function assertFails(kind: FailureKind, call: () => Promise<unknown>): Promise<Failure> {
  const failure = await assertRejects(call, Failure);
  assertEquals(failure.kind, kind, failure.message);
  return failure;
}

/** A whole slice, for tests that do not page. */
export const ALL = { limit: 100, offset: 0 } as const;
