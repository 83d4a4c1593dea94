/** Every command, sent once and received by all replicas: who tried to answer, and what came of it. */
import type { Report } from "./report.ts";
import type { Stage } from "./stage.ts";
import { pause } from "./sync.ts";
import type { InteractionHandle } from "../tests/doubles/discord/double.ts";
import type { BotProcess } from "../tests/process/bot_process.ts";

interface Trial {
  name: string;
  /** Sends it; resolves with the interaction whose answer counts. */
  send(): Promise<InteractionHandle>;
  /** How often it took effect. */
  effects(handle: InteractionHandle): number;
}

/** Sends each command and checks: every replica tried, one was accepted, one effect, nobody lost. */
export async function sendEveryCommand(
  stage: Stage,
  report: Report,
  replicas: readonly BotProcess[],
): Promise<void> {
  for (const trial of trialsFor(stage)) {
    const handle = await trial.send();
    await handle.attempted(replicas.length, { withinMs: 4_000 }).catch(() => {/* the check below tells */});
    await handle.firstAnswer();
    const winner = handle.accepted?.replica ?? "nobody";
    const effects = await settled(() => trial.effects(handle));
    const lost = replicas.filter((replica) => replica.ended !== undefined).length;
    const tried = new Set(handle.attempts.map((attempt) => attempt.replica)).size;
    report.check(trial.name, {
      figure: `${tried} replicas, ${effects} effect, ${lost} lost (${winner} answered)`,
      wanted: `${replicas.length} replicas, 1 effect, 0 lost`,
      holds: tried === replicas.length && effects === 1 && lost === 0 && handle.refused.length === replicas.length - 1,
    });
  }
}

function trialsFor(stage: Stage): Trial[] {
  const { discord: { interact, effects, world }, guild } = stage;
  const accepted = (handle: InteractionHandle) => handle.attempts.filter((attempt) => attempt.accepted).length;
  /** How many were added since it was last asked. */
  const added = (count: () => number) => {
    let before = count();
    return { mark: () => before = count(), since: () => count() - before };
  };
  const pages = added(() => stage.count("SELECT count(*) FROM pages"));
  const quotes = added(() => stage.count("SELECT count(*) FROM quotes"));
  const posts = added(() => effects.of("message").filter(({ ephemeral }) => !ephemeral).length);
  const reactions = added(() => effects.of("reaction").length);
  const message = world.addMessage({ channelId: guild.channelId, content: "Never open a hive in the rain #weather" });
  const once = (name: string, send: () => InteractionHandle): Trial => {
    return { name, send: () => Promise.resolve(send()), effects: accepted };
  };
  /** Effects that must all be there once. */
  const each = (...counts: { since: () => number }[]) => () => {
    const found = counts.map(({ since }) => since());
    return found.every((count) => count === found[0]) ? found[0] ?? 0 : NaN;
  };
  const shown = async (handle: InteractionHandle) => {
    await handle.answer();
    for (const { mark } of [pages, quotes, posts, reactions]) mark();
    return handle;
  };
  return [
    once("/ping", () => interact.slash("ping")),
    {
      name: "/wiki edit: one page, one announcement",
      async send() {
        const form = await shown(interact.slash("wiki edit"));
        return interact.modal(form, { title: "Winter feeding", body: "Sugar syrup until **October** #winter" });
      },
      effects: each(pages, posts),
    },
    once("/wiki view, while typing", () => {
      return interact.autocomplete("wiki view", { title: "wint" }, { focused: "title" });
    }),
    once("/wiki view", () => interact.slash("wiki view", { title: "Winter feeding" })),
    once("/wiki search", () => interact.slash("wiki search", { query: "syrup" })),
    {
      name: "Add to chat: one message",
      async send() {
        const page = await shown(interact.slash("wiki view", { title: "Winter feeding" }));
        return interact.button(page, { label: /chat/i });
      },
      effects: each(posts),
    },
    {
      name: "/quote add: one quote, one announcement",
      async send() {
        await shown(interact.slash("ping"));
        return interact.slash("quote add", { text: "The bees know.", author: "Ada", tags: "bees" });
      },
      effects: each(quotes, posts),
    },
    once("/quote random", () => interact.slash("quote random")),
    {
      name: "Save as Quote: one quote, one announcement, one reaction",
      send: async () => interact.modal(await shown(interact.messageMenu("Save as Quote", message))),
      effects: each(quotes, posts, reactions),
    },
  ];
}

/** The count once it has not changed for a while: a second effect would come late. */
async function settled(count: () => number): Promise<number> {
  for (let tries = 0; count() === 0 && tries < 100; tries++) await pause(50);
  let seen = count();
  for (let unchanged = 0; unchanged < 4; unchanged++) {
    await pause(50);
    const now = count();
    if (now !== seen) unchanged = -1;
    seen = now;
  }
  return seen;
}
