/** What an elector lives through without being started anew: expired tokens, an API that restarts, a Lease that is deleted. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sleep, systemClock } from "../../../src/clock.ts";
import { Elector } from "../../../src/election/elector.ts";
import { isLater, renewed } from "../../../src/election/lease.ts";
import type { LeaseApi } from "../../../src/election/lease_api.ts";
import { createLog } from "../../../src/log.ts";
import {
  create,
  LEASE_NAME,
  type LeaseApiProvider,
  leaseOf,
  openApi,
  removeLease,
  SIGNATURE,
  testsOf,
  WALL_MS,
  watchUntil,
} from "./provider.ts";

/** Defines the tests. */
export function outageContract(provider: LeaseApiProvider): void {
  const test = testsOf(provider);

  for (const [what, needs, tokenOf] of TOKENS) {
    test(`${what} is refused; with the next one in its file all is well again`, async ({ side, signal }) => {
      const dir = await Deno.makeTempDir();
      const bad = await tokenOf(side);
      const ca = await Deno.readTextFile(`${side.serviceAccountDir}/ca.crt`);
      await Promise.all([Deno.writeTextFile(`${dir}/ca.crt`, ca), Deno.writeTextFile(`${dir}/token`, bad)]);
      const api = openApi(side, { serviceAccountDir: dir });
      try {
        const answer = await api.get(signal);
        assert(answer.kind === "refused", answer.kind);
        assertStringIncludes(answer.reason, "401, Unauthorized; is the token at");
        const end = await watchUntil(api, undefined, { signal }, () => {});
        assert(end.kind === "failed", end.kind);
        assertStringIncludes(end.reason, "401");
        await Deno.copyFile(`${side.serviceAccountDir}/token`, `${dir}/token`);
        assertEquals(await api.get(signal), { kind: "absent" });
      } finally {
        api.close();
        await Deno.remove(dir, { recursive: true });
      }
    }, needs);
  }

  test(
    "a restart ends watches, keeps Lease and tokens, and forgets the history before it",
    async ({ api, side, signal }) => {
      const { version } = await create(api, signal);
      const before = leaseOf(
        await api.update(renewed(leaseOf(await api.get(signal)), { ...SIGNATURE, wallMs: 1 }), signal),
      );
      const watch = watchUntil(api, before.version, { signal }, () => {});
      await side.restart(async () => {
        assert(["ended", "failed"].includes((await watch).kind));
        assertEquals((await api.get(signal)).kind, "unknown");
      });
      const after = await againFrom(api, signal);
      assertEquals([after.version, after.holder], [before.version, "bot-a"]);
      assertEquals(await watchUntil(api, version, { signal }, () => {}), { kind: "outdated" });
      const next = leaseOf(await api.update(renewed(after, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
      assert(isLater(next.version, before.version));
    },
    "restarts",
  );

  test("a leader whose Lease is deleted loses its term; the next term has a greater token", async ({ api, side, signal }) => {
    const { elector, terms, lost } = campaign(api);
    const ending = new AbortController();
    const ended = elector.run(ending.signal);
    const [first = ""] = await soonIn(terms, 1);
    await removeLease(side);
    const [, second = ""] = await soonIn(terms, 2);
    assertEquals(lost, ["the Lease was deleted"]);
    assert(isLater(second, first), `${first} → ${second}`);
    ending.abort();
    await ended;
    assertEquals(leaseOf(await api.get(signal)).holder, "");
  });
}

const TOKENS: [string, "expires" | undefined, (side: Parameters<typeof openApi>[0]) => Promise<string>][] = [
  ["a token that is not known", undefined, () => Promise.resolve("not-a-token")],
  ["a token that has expired", "expires", (side) => side.expiredToken()],
];

/** An elector of one's own, with what it was elected for and why it lost. */
function campaign(store: LeaseApi) {
  const terms: string[] = [];
  const lost: string[] = [];
  const elector = new Elector({
    clock: systemClock,
    log: createLog({ level: "error", format: "text" }),
    random: Math.random,
    store,
    leaseName: LEASE_NAME,
    identity: "bot-a",
    namespace: "any",
    timing: { leaseDurationMs: 2_000, renewDeadlineMs: 1_500, retryPeriodMs: 500 },
    async lead({ signal, token = "" }) {
      terms.push(token);
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
    onEvent: (event) => void (event.type === "lost" && lost.push(event.reason)),
  });
  return { elector, terms, lost };
}

/** Waits until the list is this long. */
async function soonIn(list: readonly string[], length: number): Promise<readonly string[]> {
  for (let tries = 0; list.length < length; tries++) {
    assert(tries < 500, `${list.length} of ${length} after 10 s`);
    await sleep(systemClock, 20);
  }
  return list;
}

/** The Lease, as soon as the API answers. */
async function againFrom(api: LeaseApi, signal: AbortSignal) {
  for (let tries = 0;; tries++) {
    const answer = await api.get(signal);
    if (answer.kind === "lease") return answer.lease;
    assert(tries < 200, JSON.stringify(answer));
    await sleep(systemClock, 50);
  }
}
