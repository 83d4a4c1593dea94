import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { deadline, systemClock } from "../../src/clock.ts";
import { acquired, type Answer, renewed, type WatchEnd } from "../../src/election/lease.ts";
import { baseUrl, LeaseApi } from "../../src/election/lease_api.ts";
import { electorRights, type Right, type ServiceAccount } from "../doubles/lease_api/accounts.ts";
import { type Fault, type LeaseApiDouble, startLeaseApi } from "../doubles/lease_api/double.ts";

const NAME = "hivemind-bot-sync-leader";
const NAMESPACE = "hivemind";
const SIGNATURE = { identity: "bot-a", nonce: "n1", durationMs: 15_000, wallMs: Date.UTC(2026, 0, 1), name: NAME };

interface Scene {
  double: LeaseApiDouble;
  account: ServiceAccount;
  api: LeaseApi;
  /** Verbs and codes as counted for metrics. */
  counted: string[];
  /** A request's own deadline. */
  within(durationMs: number, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer>;
}

async function scene(
  run: (scene: Scene) => Promise<void>,
  rights: readonly Right[] = electorRights(NAME),
): Promise<void> {
  const double = await startLeaseApi();
  const account = await double.addServiceAccount({ namespace: NAMESPACE, name: "bot", rights });
  const counted: string[] = [];
  const api = apiOf(double, account.dir, counted);
  const within: Scene["within"] = async (durationMs, ask) => {
    using limit = deadline(systemClock, durationMs);
    return await ask(limit.signal);
  };
  try {
    await run({ double, account, api, counted, within });
  } finally {
    api.close();
    await double.close();
  }
}

function apiOf(
  { host, port }: { host: string; port: number },
  serviceAccountDir: string,
  counted: string[] = [],
): LeaseApi {
  const onRequest = (verb: string, code: string) => void counted.push(`${verb} ${code}`);
  return new LeaseApi({
    clock: systemClock,
    host,
    port,
    namespace: NAMESPACE,
    name: NAME,
    serviceAccountDir,
    onRequest,
  });
}

function once(fault: Fault): () => Fault | undefined {
  let left = 1;
  return () => left-- > 0 ? fault : undefined;
}

function reasonOf(answer: Answer | WatchEnd): string {
  return "reason" in answer ? answer.reason : "";
}

const never = new AbortController().signal;

Deno.test("hosts of IPv6 stand in brackets", () => {
  assertEquals(baseUrl({ host: "fd00::1", port: 443 }), "https://[fd00::1]:443");
  assertEquals(baseUrl({ host: "[fd00::1]", port: 443 }), "https://[fd00::1]:443");
  assertEquals(baseUrl({ host: "10.96.0.1", port: 6443 }), "https://10.96.0.1:6443");
});

Deno.test("a token that was replaced is read again after a 401, and the request sent once more", () =>
  scene(async ({ account, api, counted, double }) => {
    const token = await Deno.readTextFile(`${account.dir}/token`);
    await Deno.writeTextFile(`${account.dir}/token`, "stale");
    double.fault = () => {
      Deno.writeTextFileSync(`${account.dir}/token`, token);
      return undefined;
    };
    assertEquals(await api.get(never), { kind: "absent" });
    assertEquals(double.requests.map(({ code }) => code), [401, 404]);
    assertEquals(counted, ["get 404"]);
  }));

Deno.test("a token that rotates is used with the next request", () =>
  scene(async ({ account, api, double }) => {
    await api.get(never);
    await account.rotateToken();
    await api.get(never);
    assertEquals(double.requests.map(({ code }) => code), [404, 404]);
  }));

Deno.test("a token that stays wrong is refused after two tries, with where to look", () =>
  scene(async ({ account, api, double }) => {
    await Deno.writeTextFile(`${account.dir}/token`, "stale");
    const answer = await api.get(never);
    assertEquals(answer.kind, "refused");
    assertStringIncludes(reasonOf(answer), `${account.dir}/token`);
    assertEquals(double.requests.length, 2);
  }));

Deno.test("a token that cannot be read is said with its path, and nothing is sent", () =>
  scene(async ({ account, api, double }) => {
    await Deno.remove(`${account.dir}/token`);
    const answer = await api.get(never);
    assertEquals(answer.kind, "refused");
    assertStringIncludes(reasonOf(answer), "Cannot read the service account token at");
    assertStringIncludes(reasonOf(answer), "serviceAccountName");
    assertEquals(double.requests.length, 0);
  }));

Deno.test("a new CA is trusted from the next request on", () =>
  scene(async ({ account, api, double }) => {
    assertEquals(await api.get(never), { kind: "absent" });
    const { dir } = account;
    const { port } = double;
    await Promise.all([double.close(), api.get(never)]);
    await Deno.mkdir(dir);
    const renewedDouble = await startLeaseApi({ port });
    try {
      const rights = electorRights(NAME);
      await Deno.writeTextFile(`${dir}/ca.crt`, double.ca);
      await Deno.writeTextFile(`${dir}/token`, "any");
      assertEquals((await api.get(never)).kind, "unknown", "the old CA did not sign the new certificate");
      await renewedDouble.addServiceAccount({ namespace: NAMESPACE, name: "bot", rights, dir });
      assertEquals(await api.get(never), { kind: "absent" });
    } finally {
      await renewedDouble.close();
      await Deno.remove(dir, { recursive: true });
    }
  }));

Deno.test("a request that nobody answers ends with its deadline, and the next one gets through", () =>
  scene(async ({ api, double, within }) => {
    double.fault = once({ lose: "request" });
    const answer = await within(60, (signal) => api.get(signal));
    assertEquals(answer.kind, "unknown");
    assertStringIncludes(reasonOf(answer), "no answer within 60 ms");
    assertEquals(await within(5_000, (signal) => api.get(signal)), { kind: "absent" });
  }));

Deno.test("a write whose answer is lost is open, and was carried out", () =>
  scene(async ({ api, double, within }) => {
    double.fault = once({ lose: "answer" });
    assertEquals((await within(60, (signal) => api.create(acquired(undefined, SIGNATURE), signal))).kind, "unknown");
    const answer = await api.get(never);
    assert(answer.kind === "lease");
    assertEquals(answer.lease.nonce, "n1");
  }));

Deno.test("a 429 says when to come again", () =>
  scene(async ({ api, double }) => {
    double.fault = () => ({ status: 429, retryAfterSeconds: 7 });
    const answer = await api.get(never);
    assert(answer.kind === "refused");
    assertEquals(answer.retryAfterMs, 7_000);
    double.fault = () => ({ status: 429 });
    const vague = await api.get(never);
    assert(vague.kind === "refused");
    assertEquals(vague.retryAfterMs, 1_000);
  }));

for (const status of [500, 503, 504]) {
  Deno.test(`a ${status} leaves open whether a write was carried out`, () =>
    scene(async ({ api, counted, double }) => {
      double.fault = once({ status });
      const answer = await api.create(acquired(undefined, SIGNATURE), never);
      assertEquals(answer.kind, "unknown");
      assertStringIncludes(reasonOf(answer), String(status));
      assertEquals(counted, [`create ${status}`]);
    }));
}

for (const verb of ["get", "create", "update", "watch"] as const) {
  Deno.test(`without the right to ${verb} the refusal names it and the command that shows it`, () =>
    scene(async ({ api, double }) => {
      const admin = await double.addServiceAccount({
        namespace: NAMESPACE,
        name: "admin",
        rights: electorRights(NAME),
      });
      const other = apiOf(double, admin.dir);
      const made = await other.create(acquired(undefined, SIGNATURE), never);
      other.close();
      assert(made.kind === "lease");
      const ask = {
        get: () => api.get(never),
        create: () => api.create(acquired(undefined, SIGNATURE), never),
        update: () => api.update(renewed(made.lease, SIGNATURE), never),
        watch: () => api.watch({ fromVersion: undefined, durationMs: 50, onOpen() {}, onChange() {}, signal: never }),
      };
      const answer = await ask[verb]();
      assertEquals(answer.kind, verb === "watch" ? "denied" : "refused");
      const resource = verb === "create" ? "leases.coordination.k8s.io" : `leases.coordination.k8s.io/${NAME}`;
      assertStringIncludes(
        reasonOf(answer),
        `kubectl auth can-i ${verb} ${resource} --namespace hivemind --as system:serviceaccount:hivemind:bot`,
      );
    }, electorRights(NAME).filter((right) => right.verb !== verb)));
}

Deno.test("nobody at the address leaves the outcome open", async () => {
  const double = await startLeaseApi();
  const { dir } = await double.addServiceAccount({
    namespace: NAMESPACE,
    name: "bot",
    rights: [],
    dir: await Deno.makeTempDir(),
  });
  await double.close();
  const api = apiOf(double, dir);
  assertEquals((await api.get(never)).kind, "unknown");
  const end = await api.watch({ fromVersion: undefined, durationMs: 50, onOpen() {}, onChange() {}, signal: never });
  assertEquals(end.kind, "failed");
  api.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a server of another authority is not spoken to", () =>
  scene(async ({ account, api, double }) => {
    const stranger = await startLeaseApi();
    await Deno.writeTextFile(`${account.dir}/ca.crt`, stranger.ca);
    await stranger.close();
    assertEquals((await api.get(never)).kind, "unknown");
    assertEquals(double.requests.length, 0);
  }));

Deno.test("a watch asks for one Lease, and ends with a server that restarts", () =>
  scene(async ({ api, counted, double }) => {
    const opened = Promise.withResolvers<void>();
    const watch = api.watch({
      fromVersion: undefined,
      durationMs: 60_000,
      onOpen: opened.resolve,
      onChange() {},
      signal: never,
    });
    await opened.promise;
    assertEquals(double.requests.map(({ name, verb }) => `${verb} ${name}`), [`watch ${NAME}`]);
    double.endWatches();
    assertEquals(await watch, { kind: "ended" });
    assertEquals(counted, ["watch 200"]);
  }));

Deno.test("a watch that is given up ends at once", () =>
  scene(async ({ api }) => {
    const ending = new AbortController();
    const watch = api.watch({
      fromVersion: undefined,
      durationMs: 60_000,
      onOpen: () => ending.abort(),
      onChange() {},
      signal: ending.signal,
    });
    await watch;
  }));

Deno.test("a watch that meets a 5xx has failed, and one that meets a 410 is outdated", () =>
  scene(async ({ api, double }) => {
    const watch = () => api.watch({ fromVersion: "5", durationMs: 50, onOpen() {}, onChange() {}, signal: never });
    double.fault = once({ status: 503 });
    assertEquals((await watch()).kind, "failed");
    double.fault = once({ status: 410 });
    assertEquals(await watch(), { kind: "outdated" });
    double.compact();
    assertEquals(await watch(), { kind: "outdated" });
  }));
