/** Defects to be found, each one line of src/election replaced by another: the simulation is worth what it finds of them. */
import { Elector } from "../../src/election/elector.ts";
import { LeaseApi } from "../../src/election/lease_api.ts";
import { begin, step } from "../../src/election/machine.ts";
import type { ElectionCode } from "./world.ts";

interface Plant {
  /** Below src/election. */
  readonly file: string;
  /** As it stands there once, without its indentation. */
  readonly line: string;
  readonly instead: string;
}

/** By name. */
export const PLANTS = {
  /** D1: what names another holder is no reason to stop. */
  "keeps-leading-after-another-holder": {
    file: "leading.ts",
    line:
      "if (!isHeldBy(lease, state.nonce, now.rules)) return lose(state, `the Lease is held by ${nameOf(lease, now)}`, now);",
    instead: "if (!isHeldBy(lease, state.nonce, now.rules)) return stay(state);",
  },
  /** D2: a term that was lost is handed back as if it were still held. */
  "releases-after-loss": {
    file: "leading.ts",
    line: "return endTerm(state, reason, { mayRelease: false, untilMs: now.nowMs + toStopMs });",
    instead: "return endTerm(state, reason, { mayRelease: true, untilMs: now.nowMs + toStopMs });",
  },
  /** D3: a release is built on what was seen last. */
  "releases-without-reading": {
    file: "handover.ts",
    line: `return stay({ name: "releasing", memory, nonce, untilMs, ...awaiting(read(now, "doubt"), untilMs) });`,
    instead:
      `return stay({ name: "releasing", memory, nonce, untilMs, ...awaiting(write({ kind: "release", base: memory.sight?.lease, nonce }, now), untilMs) });`,
  },
  /** D4: a renewal counts from when its answer came. */
  "counts-from-the-answer": {
    file: "leading.ts",
    line: `if (request.kind === "write") return prolong(next.state, request.sentAtMs, now);`,
    instead: `if (request.kind === "write") return prolong(next.state, now.nowMs, now);`,
  },
  /** Who is refused leads all the same. */
  "falls-back-to-leading": {
    file: "following.ts",
    line: `const inDoubt = answer.kind === "unknown" ? { nonce, sentAtMs } : undefined;`,
    instead:
      `if (answer.kind === "refused" && state.memory.sight?.lease) return elect(state.memory, state.memory.sight.lease, state, now); const inDoubt = undefined;`,
  },
  /** A shutdown releases at once. */
  "releases-before-work-ends": {
    file: "machine.ts",
    line: `return give(state, "shutting down", now);`,
    instead:
      `return { ...give(state, "shutting down", now), state: release(give(state, "shutting down", now).state as never, now).state };`,
  },
  /** The holder's own account of time says when its lease runs out. */
  "trusts-the-remote-clock": {
    file: "lease_api.ts",
    line: `if (response.ok) return { kind: "lease", lease: toRecord(JSON.parse(text)) };`,
    instead:
      `if (response.ok) return { kind: "lease", lease: { ...toRecord(JSON.parse(text)), durationMs: Date.parse(JSON.parse(text).spec.renewTime) + 1000 * JSON.parse(text).spec.leaseDurationSeconds - this.#options.clock.wallMs() } };`,
  },
  /** A conflict is a loss, even if it was with a write of one's own. */
  "ignores-own-409": {
    file: "leading.ts",
    line: `case "conflict":`,
    instead: `case "conflict": return lose(state, "another write came first", now);`,
  },
  /** A restarted container goes on with the term that it finds. */
  "same-token-after-restart": {
    file: "following.ts",
    line: "const { inDoubt, memory } = state;",
    instead:
      `const { memory, inDoubt = memory.sight?.lease?.holder === now.rules.identity ? { nonce: memory.sight.lease.nonce ?? "", sentAtMs: now.nowMs } : undefined } = state;`,
  },
  /** Writes name no version. */
  "no-resource-version-on-write": {
    file: "lease.ts",
    line:
      "return { ...base, metadata: { ...base.metadata, annotations }, spec: { ...base.spec, ...times, ...holding } };",
    instead:
      "return { ...base, metadata: { ...base.metadata, annotations, resourceVersion: undefined }, spec: { ...base.spec, ...times, ...holding } };",
  },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof PLANTS;

/** Whether there is a defect of that name. */
export function isPlant(name: string): name is PlantName {
  return Object.hasOwn(PLANTS, name);
}

/** The election as it is. */
export const asItIs: ElectionCode = { Elector, LeaseApi, begin, step };

/**
 * The election with a defect: a copy of the sources with one line replaced, in a folder that is gone when this returns.
 *
 * @throws if the line does not stand in its file exactly once.
 */
export async function withPlant(name: PlantName): Promise<ElectionCode> {
  const source = new URL("../../src/", import.meta.url);
  const dir = await Deno.makeTempDir({ prefix: "hivemind-plant-" });
  try {
    await Deno.mkdir(`${dir}/election`);
    await Promise.all(["clock.ts", "failure.ts"].map((file) => Deno.copyFile(new URL(file, source), `${dir}/${file}`)));
    for await (const { name: file } of Deno.readDir(new URL("election", source))) {
      const text = await Deno.readTextFile(new URL(`election/${file}`, source));
      await Deno.writeTextFile(`${dir}/election/${file}`, planted(name, file, text));
    }
    const [{ Elector }, { LeaseApi }, { begin, step }] = await Promise.all(
      ["elector", "lease_api", "machine"].map((file) => import(`file://${dir}/election/${file}.ts`)),
    );
    return { Elector, LeaseApi, begin, step };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function planted(name: PlantName, file: string, text: string): string {
  const { file: where, instead, line }: Plant = PLANTS[name];
  if (file !== where) return text;
  const lines = text.split("\n");
  const places = lines.flatMap((other, index) => other.trim() === line ? [index] : []);
  const [place] = places;
  if (place === undefined || places.length > 1) {
    throw new Error(`The line that ${name} replaces stands ${places.length} times in src/election/${file}: ${line}`);
  }
  return lines.with(place, instead).join("\n");
}
