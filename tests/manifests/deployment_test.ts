import { assert, assertArrayIncludes, assertEquals, assertGreater } from "@std/assert";
import { readMetricsPort } from "../../src/config.ts";
import { VARIABLES } from "../../src/environment.ts";
import { startHealthServer } from "../../src/health.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { botContainer, textOf, theOnly } from "./project_files.ts";

const spec = theOnly("Deployment").spec;
const pod = spec?.template.spec;
const bot = botContainer();

/** The port that the bot serves its probes on when nothing is set. */
const defaultPort = readMetricsPort({});

Deno.test("three replicas roll one by one and never fewer", () => {
  assertEquals(spec?.replicas, 3);
  assertEquals(spec?.strategy, { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
});

Deno.test("the selector finds the pods, and logs by label do too", () => {
  assertEquals(spec?.selector.matchLabels, { app: "hivemind-bot" });
  assertEquals(spec?.template.metadata?.labels, { app: "hivemind-bot" });
});

Deno.test("the pod outlives the bot's own bound for stopping", () => {
  const boundMs = Number(textOf("src/shutdown.ts").match(/STOP_BOUND_MS = ([\d_]+)/)?.[1]?.replaceAll("_", ""));
  assertGreater((pod?.terminationGracePeriodSeconds ?? 0) * 1000, boundMs);
});

Deno.test("liveness and start ask /health, readiness asks /ready, on the default port", () => {
  const port = bot.ports?.find(({ name }) => name === "metrics");
  assertEquals(port?.containerPort, defaultPort);
  assertEquals(bot.startupProbe?.httpGet, { path: "/health", port: "metrics" });
  assertEquals(bot.livenessProbe?.httpGet, { path: "/health", port: "metrics" });
  assertEquals(bot.readinessProbe?.httpGet, { path: "/ready", port: "metrics" });
  assertEquals(spec?.template.metadata?.annotations?.["prometheus.io/port"], `${defaultPort}`);
});

Deno.test("the bot serves what the probes ask for", async () => {
  const server = startHealthServer({
    port: 0,
    log: createLog({ level: "error", format: "text" }),
    metrics: createMetrics(),
    unhealthy: () => undefined,
    unready: () => undefined,
    state: () => ({}),
  });
  for (const probe of [bot.startupProbe, bot.livenessProbe, bot.readinessProbe]) {
    const response = await fetch(`http://127.0.0.1:${server.port}${probe?.httpGet?.path}`);
    assertEquals([response.status, await response.text()], [200, "ok\n"]);
  }
  await server.close();
});

Deno.test("every variable is one that the configuration reads", () => {
  const known = VARIABLES.flatMap((name) => [name, `${name}_FILE`]);
  const names = bot.env?.map(({ name }) => name) ?? [];
  assertArrayIncludes(known, names);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("the namespace comes from the pod, and HOSTNAME stays the pod's name", () => {
  const find = (wanted: string) => bot.env?.find(({ name }) => name === wanted);
  assertEquals(find("POD_NAMESPACE")?.valueFrom?.fieldRef?.fieldPath, "metadata.namespace");
  assertEquals(find("HOSTNAME"), undefined);
  assertEquals([pod?.hostNetwork, pod?.hostname, pod?.setHostnameAsFQDN], [undefined, undefined, undefined]);
});

Deno.test("secrets are files, and each is a key of the Secret", () => {
  const { metadata, stringData = {} } = theOnly("Secret");
  const [volume] = pod?.volumes ?? [];
  const [mount] = bot.volumeMounts ?? [];
  assertEquals(volume?.secret?.secretName, metadata?.name);
  assertEquals(mount?.name, volume?.name);
  const files = bot.env?.filter(({ name }) => name.endsWith("_FILE")) ?? [];
  assertEquals(
    files.map(({ name, value }) => [name, value]).toSorted(),
    Object.keys(stringData).map((key) => [`${key}_FILE`, `${mount?.mountPath}/${key}`]).toSorted(),
  );
});

Deno.test("the bot runs as nobody, without rights, on a root that it cannot write to", () => {
  assertEquals(pod?.securityContext, {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    fsGroup: 65532,
    seccompProfile: { type: "RuntimeDefault" },
  });
  assertEquals(bot.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  // The files of the Secret are root's; the group of the process must be able to read them, and nobody else.
  assertEquals(pod?.volumes?.[0]?.secret?.defaultMode, 0o440);
});

Deno.test("memory is limited, CPU is not", () => {
  assertEquals(Object.keys(bot.resources?.requests ?? {}).toSorted(), ["cpu", "memory"]);
  assertEquals(Object.keys(bot.resources?.limits ?? {}), ["memory"]);
});

Deno.test("replicas spread over nodes and zones, and a full cluster does not hold them back", () => {
  const constraints = pod?.topologySpreadConstraints ?? [];
  assertEquals(
    constraints.map(({ topologyKey }) => topologyKey),
    ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
  );
  assert(constraints.every(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway"));
});
