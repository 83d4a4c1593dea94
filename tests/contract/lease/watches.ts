/** What a watch tells, in which order, and how it ends. */
import { assert, assertEquals } from "@std/assert";
import { isLater, type LeaseRecord, renewed } from "../../../src/election/lease.ts";
import {
  create,
  LEASE_NAME,
  type LeaseApiProvider,
  leaseOf,
  type OpenLeaseApi,
  PATIENCE_MS,
  removeLease,
  SIGNATURE,
  testsOf,
  WALL_MS,
  watchUntil,
} from "./provider.ts";
import { rawRequest } from "./raw_request.ts";

/** An event as it travels. */
interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly resourceVersion: string };
    readonly spec?: unknown;
  };
}

/** Defines the tests. */
export function watchContract(provider: LeaseApiProvider): void {
  const test = testsOf(provider);

  test("a watch tells each change in order, also the deletion, and ends by itself", async ({ api, side, signal }) => {
    const created = await create(api, signal);
    const seen: [string, boolean][] = [];
    const opened = Promise.withResolvers<void>();
    const watch = api.watch({
      fromVersion: created.version,
      durationMs: 1000,
      onOpen: opened.resolve,
      onChange: (changed, isDeleted) => void seen.push([changed.version, isDeleted]),
      signal,
    });
    await opened.promise;
    const second = leaseOf(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
    const third = leaseOf(await api.update(renewed(second, { ...SIGNATURE, wallMs: WALL_MS + 2 }), signal));
    await removeLease(side);
    assertEquals(await watch, { kind: "ended" });
    assertEquals(seen.map(([, isDeleted]) => isDeleted), [false, false, true]);
    assertEquals(seen.slice(0, 2).map(([version]) => version), [second.version, third.version]);
    assert(isLater(seen[2]?.[0] ?? "", third.version), "a deletion has a version of its own");
  });

  for (const from of ["a version", "no version"]) {
    test(`a watch from ${from} tells a change at once, not only at its end`, async ({ api, signal }) => {
      const created = await create(api, signal);
      const ending = new AbortController();
      const later = Promise.withResolvers<string>();
      const opened = Promise.withResolvers<void>();
      const watch = api.watch({
        fromVersion: from === "a version" ? created.version : undefined,
        durationMs: PATIENCE_MS,
        onOpen: opened.resolve,
        onChange: ({ version }) => isLater(version, created.version) && later.resolve(version),
        signal: ending.signal,
      });
      const ended = watch.then(() => "the watch ended");
      await opened.promise;
      const renewal = leaseOf(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
      assertEquals(await Promise.race([later.promise, ended]), renewal.version);
      ending.abort();
      await watch;
    });
  }

  test("a watch without a version begins with the Lease as it is", async ({ api, signal }) => {
    const created = await create(api, signal);
    const ending = new AbortController();
    let first: LeaseRecord | undefined;
    await watchUntil(api, undefined, { signal: ending.signal }, (changed) => {
      first = changed;
      ending.abort();
    });
    assertEquals(first?.version, created.version);
  });

  test("a watch from a version that is long forgotten is outdated", async ({ api, signal }) => {
    await create(api, signal);
    assertEquals(await watchUntil(api, "1", { signal }, () => {}), { kind: "outdated" });
  });

  test("a watch from before some writes tells each of them once, in the order they were written", async ({ api, signal }) => {
    const created = await create(api, signal);
    const written: string[] = [];
    let last = created;
    for (let count = 1; count <= 5; count++) {
      last = leaseOf(await api.update(renewed(last, { ...SIGNATURE, wallMs: WALL_MS + count }), signal));
      written.push(last.version);
    }
    const told: string[] = [];
    const ending = new AbortController();
    await watchUntil(api, created.version, { signal: ending.signal }, ({ version }) => {
      told.push(version);
      if (version === last.version) ending.abort();
    });
    assertEquals(told, written);
  });

  test("bookmarks move the version on by what happened elsewhere, and are no change of the Lease", async ({ api, side, signal }) => {
    const { version } = await create(api, signal);
    const changes: string[] = [];
    const onChange = (seen: LeaseRecord) => void changes.push(seen.version);
    const watch = api.watch({ fromVersion: version, durationMs: BOOKMARKED_S * 1000, onOpen() {}, onChange, signal });
    const bookmark = await firstBookmark(side, version);
    assert(isLater(bookmark.metadata.resourceVersion, version));
    assertEquals([bookmark.kind, bookmark.spec], ["Lease", {}], "a bookmark holds a version and nothing else");
    assertEquals([await watch, changes], [{ kind: "ended" }, []]);
  });
}

/** Long enough for a bookmark, which comes two seconds before the end. */
const BOOKMARKED_S = 4;
/** The real API promises no bookmark; most watches get one while something happens. */
const WATCHES = 8;

/** What the first bookmark holds after `version`, while another Lease comes and goes. */
async function firstBookmark(side: OpenLeaseApi, version: string): Promise<WatchEvent["object"]> {
  const query = `watch=true&fieldSelector=metadata.name=${LEASE_NAME}&resourceVersion=${version}` +
    `&allowWatchBookmarks=true&timeoutSeconds=${BOOKMARKED_S}`;
  for (let count = 0; count < WATCHES; count++) {
    const watch = rawRequest(side, "GET", { query });
    const metadata = { name: `elsewhere-${crypto.randomUUID()}` };
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata };
    await side.admin.createNamespacedLease({ namespace: side.namespace, body });
    await removeLease(side, metadata.name);
    const lines = (await watch).text.split("\n").filter((line) => line !== "");
    const events = lines.map((line): WatchEvent => JSON.parse(line));
    assertEquals(events.filter(({ type }) => type !== "BOOKMARK"), []);
    const last = events.at(-1);
    if (last !== undefined) return last.object;
  }
  throw new Error(`no bookmark in ${WATCHES} watches of ${BOOKMARKED_S} s`);
}
