/** Everything that can happen in a small world, each in every order: the pure machine keeps its guarantees in all of it. */
import { assert, assertEquals } from "@std/assert";
import { asItIs, type PlantName, withPlant } from "../simulation/plants.ts";
import { type Bounds, firstMoment, type Machine, type SmallWorld, successors } from "./small_world.ts";

interface Walk {
  readonly moments: number;
  /** The most in any order. */
  readonly handovers: number;
  /** What leads to the first violation, event by event, and the violation. */
  readonly violation: readonly string[] | undefined;
}

interface Path {
  readonly what: string;
  readonly before: Path | undefined;
}

/** Breadth first, so that a violation is found by the fewest events. */
function walk(machine: Machine, bounds: Bounds, begin = firstMoment): Walk {
  const seen = new Set<number>();
  let handovers = 0;
  let moments: [SmallWorld, Path][] = [[begin(machine, bounds), { what: "all begin", before: undefined }]];
  while (moments.length > 0) {
    const following: [SmallWorld, Path][] = [];
    for (const [before, path] of moments) {
      for (const [what, world] of successors(machine, before)) {
        const next = { what, before: path };
        if (world.violation !== undefined) {
          return { moments: seen.size, handovers, violation: storyOf(next, world.violation) };
        }
        const key = keyOf(world);
        if (seen.has(key)) continue;
        seen.add(key);
        handovers = Math.max(handovers, world.handovers);
        following.push([world, next]);
      }
    }
    moments = following;
  }
  return { moments: seen.size, handovers, violation: undefined };
}

/** One candidate leads and the others know of it, from when on everything is walked. */
function ledBy(machine: Machine, bounds: Bounds): SmallWorld {
  const followers = ["b", "c"].slice(0, bounds.replicas - 1);
  const script = [
    ...["a: the API answers absent", "a hears absent", "a: the API answers lease", "a hears lease"],
    ...followers.flatMap((name) => [`${name}: the API answers lease`, `${name} hears lease`]),
  ];
  return script.reduce((world, what) => {
    const next = successors(machine, world).find(([name]) => name === what);
    assert(next, what);
    return next[1];
  }, firstMoment(machine, bounds));
}

function storyOf(path: Path, violation: string): string[] {
  const story = [violation];
  for (let last: Path | undefined = path; last !== undefined; last = last.before) story.unshift(last.what);
  return story;
}

/** A hash of 53 bits of all that tells two moments apart. */
function keyOf({ replicas, lease, left, ...world }: SmallWorld): number {
  const text = [textOf(world), textOf(left), textOf(lease ?? {}), ...replicas.map(textOf)].join();
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b) ^ (other >>> 13);
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}

/** Nothing here changes once it is made, so most of it has been met before. */
const texts = new WeakMap<object, string>();

function textOf(part: object): string {
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part, (key, value) => {
    // Of a Lease, holder, nonce and version tell all.
    if (key === "object" || key === "annotations" || key === "pulse") return undefined;
    return value === Infinity ? "never" : value;
  });
  texts.set(part, text);
  return text;
}

const NOTHING = { losses: 0, lateSeconds: 0, crashes: 0, shutdowns: 0 };
const WALKS: readonly [name: string, begin: typeof firstMoment, bounds: Bounds][] = [
  ["two candidates begin", firstMoment, { ...NOTHING, replicas: 2, seconds: 3, losses: 1 }],
  ["three candidates begin", firstMoment, { ...NOTHING, replicas: 3, seconds: 1 }],
  ["one of two dies", ledBy, { ...NOTHING, replicas: 2, seconds: 5, crashes: 1 }],
  ["one of two is told to end, and a message is lost", ledBy, {
    ...NOTHING,
    replicas: 2,
    seconds: 2,
    shutdowns: 1,
    losses: 1,
  }],
  ["messages are lost", ledBy, { ...NOTHING, replicas: 2, seconds: 4, losses: 2 }],
  ["something is late", ledBy, { ...NOTHING, replicas: 2, seconds: 4, lateSeconds: 3 }],
  ["one of three dies", ledBy, { ...NOTHING, replicas: 3, seconds: 3, crashes: 1 }],
];

for (const [name, begin, bounds] of WALKS) {
  Deno.test(`in every order: ${name}`, () => {
    const { handovers, moments, violation } = walk(asItIs, bounds, begin);
    assertEquals(violation, undefined);
    assert(moments > 1_000, `only ${moments} moments`);
    if (begin === ledBy) assert(handovers > 0, "the Lease changes hands");
  });
}

/** A walk that meets nothing is worth something only if it meets these. */
const DEFECTS: readonly [plant: PlantName, bounds: Bounds, violation: string][] = [
  [
    "counts-from-the-answer",
    { ...NOTHING, replicas: 1, seconds: 5, lateSeconds: 3 },
    "a holds a term that others may take",
  ],
  [
    "releases-before-work-ends",
    { ...NOTHING, replicas: 1, seconds: 1, shutdowns: 1 },
    "a releases while its work goes on",
  ],
  ["same-token-after-restart", { ...NOTHING, replicas: 1, seconds: 1, crashes: 1 }, "token 101 comes after 101"],
];

for (const [plant, bounds, expected] of DEFECTS) {
  Deno.test(`in every order: the planted defect ${plant} is met`, async () => {
    assertEquals(walk(await withPlant(plant), bounds).violation?.at(-1), expected);
    assertEquals(walk(asItIs, bounds).violation, undefined);
  });
}
