/** What the tests of the member sync have in common: a list of members to read, a real backend that can be slow or fail, terms. */
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { type Clock, sleep } from "../../src/clock.ts";
import { openTerm, type OwnedTerm } from "../../src/election/term.ts";
import { Failure, type FailureKind } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { compareIds } from "../../src/sync/checkpoint.ts";
import type { GuildMember, MemberPage, MemberPages, MemberSink, SyncedGuild } from "../../src/sync/ports.ts";
import { VirtualClock } from "../doubles/virtual_clock.ts";

/** A guild by its number. */
export function guild(number: number): SyncedGuild {
  return { id: String(number), name: `guild ${number}`, iconUrl: "", ownerId: "1" };
}

/** A member by number, whose id sorts by it. */
export function member(number: number, change: Partial<GuildMember> = {}): GuildMember {
  const names = { username: `user${number}`, globalName: "", nickname: "" };
  const hashes = { guildAvatarHash: "", avatarHash: "" };
  return { guildId: "1", userId: String(100_000 + number), ...names, ...hashes, roleIds: [], joinedAt: 1, ...change };
}

/** How long calls take, and which of the next ones fail. */
class Weather {
  latencyMs = 0;
  readonly #clock: Clock;
  readonly #failures: { call: string; kind: FailureKind; left: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next `times` calls whose name begins with `call` fail. */
  fail(call: string, { kind = "unreachable", times = 1 }: { kind?: FailureKind; times?: number } = {}): void {
    this.#failures.push({ call, kind, left: times });
  }

  async pass(call: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.latencyMs > 0) await sleep(this.#clock, this.latencyMs, signal);
    const planned = this.#failures.find((failure) => failure.left > 0 && call.startsWith(failure.call));
    if (planned === undefined) return;
    planned.left--;
    throw new Failure(planned.kind, `planted: ${call}`);
  }
}

/** Discord's members. A page shows the list as it was when it was asked for, and arrives later. */
export class MemberList extends Weather implements MemberPages {
  readonly guilds = new Map<string, Map<string, GuildMember>>();
  readonly requests: string[] = [];

  add(...members: GuildMember[]): void {
    for (const one of members) {
      const list = this.guilds.get(one.guildId) ?? new Map<string, GuildMember>();
      this.guilds.set(one.guildId, list.set(one.userId, one));
    }
  }

  remove({ guildId, userId }: GuildMember): void {
    this.guilds.get(guildId)?.delete(userId);
  }

  async list(guildId: string, { after, limit, signal }: { after: string; limit: number; signal: AbortSignal }) {
    this.requests.push(`${guildId} after ${after}`);
    const all = [...this.guilds.get(guildId)?.values() ?? []].toSorted((a, b) => compareIds(a.userId, b.userId));
    const members = all.filter(({ userId }) => compareIds(userId, after) > 0).slice(0, limit);
    const page: MemberPage = { members, next: members.length < limit ? null : members.at(-1)?.userId ?? null };
    await this.pass(`list ${guildId}`, signal);
    return page;
  }
}

/** A backend whose calls are written down as `upsert 1 ×3`, with the token that they carried. */
function slowSink(backend: ReturnType<typeof openSqliteBackend>, clock: Clock) {
  const weather = new Weather(clock);
  const calls: string[] = [];
  const tokens = new Set<string | undefined>();
  type Options = { signal?: AbortSignal; fencingToken?: string };
  const through = async <T>(call: string, options: Options | undefined, work: () => Promise<T>): Promise<T> => {
    calls.push(call);
    tokens.add(options?.fencingToken);
    await weather.pass(call, options?.signal);
    return await work();
  };
  const sink: MemberSink = {
    upsertGuild: (one, options) => through(`guild ${one.id}`, options, () => backend.upsertGuild(one, options)),
    disableGuild: (id, options) => through(`disable ${id}`, options, () => backend.disableGuild(id, options)),
    upsertMembers: (members, options) =>
      through(
        `upsert ${members[0]?.guildId} ×${members.length}`,
        options,
        () => backend.upsertMembers(members, options),
      ),
    removeMember: (id, user, options) =>
      through(`remove ${id}/${user}`, options, () => backend.removeMember(id, user, options)),
    markMemberPass: (id, options) => through(`mark ${id}`, options, () => backend.markMemberPass(id, options)),
    removeMembersUnseenSince: (id, mark, options) =>
      through(`sweep ${id}`, options, () => backend.removeMembersUnseenSince(id, mark, options)),
  };
  return { sink, calls, tokens, weather };
}

/** Virtual time, a list of members and a backend in memory. */
export function setup() {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "text", write: (line) => lines.push(line) });
  const backend = openSqliteBackend({ path: ":memory:", clock, log });
  const { sink, calls, tokens, weather } = slowSink(backend, clock);
  const metrics = createMetrics();
  const openTerms: OwnedTerm[] = [];
  return {
    clock,
    log,
    lines,
    metrics,
    backend,
    sink,
    calls,
    tokens,
    weather,
    pages: new MemberList(clock),
    random: () => 1,
    /**
     * Lets time pass in steps: the backend sweeps in real turns of the event loop, which no virtual clock waits for.
     */
    async elapse(durationMs: number): Promise<void> {
      const stepMs = Math.max(1, Math.ceil(durationMs / 500));
      for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) await clock.advance(Math.min(stepMs, leftMs));
      for (let turn = 0; turn < 10; turn++) await clock.advance(0);
    },
    /** Opens a term; those still open end with the test. */
    term(token = 1, annotations: Record<string, string> = {}): OwnedTerm {
      const term = openTerm({ clock, token: String(token), validUntilMs: Infinity, annotations });
      openTerms.push(term);
      return term;
    },
    /** Which of these are members, as the backend says. */
    async present(members: readonly GuildMember[]): Promise<string[]> {
      const found = members.map(async (one) => (await backend.isMember(one.guildId, one.userId)) ? [one.username] : []);
      return (await Promise.all(found)).flat();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const term of openTerms) term.end("the test is over");
      await clock.advance(0);
      await backend.close();
    },
  };
}
