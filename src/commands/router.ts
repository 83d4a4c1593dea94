/**
 * From an interaction to its handler, with everything around it: who asks, in which language, how much time there is, and the metrics.
 * The router knows nothing of single commands.
 */
import type {
  AutocompleteInteraction,
  BaseInteraction,
  ChatInputCommandInteraction,
  Interaction,
  RepliableInteraction,
} from "discord.js";
import { parseCustomId } from "../discord/custom_id.ts";
import { explain } from "../failure.ts";
import { messageMenu } from "./message_menu.ts";
import { type Outcome, perform, performSuggest, type Stage } from "./perform.ts";
import { ping } from "./ping.ts";
import { quote } from "./quote.ts";
import { Refusal } from "./refusal.ts";
import { mergeRoutes, type Route, type Routes, type Suggest, type Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { wiki } from "./wiki.ts";

/** The first answer is due 3 s after the interaction was made. Reading for it may take this long; the rest is for the way. */
const OPENING_MS = 1_800;
/** From the claim to the answer. Discord would wait for 15 minutes; people do not. */
const ANSWER_MS = 15_000;

/** What to do with an interaction. */
interface Work {
  readonly command: string;
  readonly perform: (stage: Stage, leftMs: (budgetMs: number) => number) => Promise<Outcome>;
}

/** A function that handles one interaction. It never rejects, and resolves when all work of the interaction is done. */
export function createRouter(services: CommandServices): (interaction: Interaction) => Promise<void> {
  const { clock, log, metrics } = services;
  const routes = mergeRoutes([closing, ping(services), wiki(services), quote(services), messageMenu(services)]);

  async function handle(interaction: Interaction): Promise<void> {
    const receivedMs = clock.monotonicMs();
    const leftMs = (budgetMs: number) => receivedMs + budgetMs - clock.monotonicMs();
    const work = workFor(interaction, routes, services);
    if (work === undefined) return log.warn("interaction of an unknown kind", { kind: interaction.type });
    const { command } = work;
    metrics.interactionsRunning.inc();
    try {
      const outcome = await work.perform({
        services,
        command,
        openingLeftMs: () => leftMs(OPENING_MS),
        onClaimed: () => metrics.interactionLatency.observe({ command }, (clock.monotonicMs() - receivedMs) / 1000),
      }, leftMs);
      metrics.interactions.inc({ command, outcome });
    } finally {
      metrics.interactionsRunning.dec();
    }
  }

  return (interaction) => {
    return handle(interaction).catch((error) => log.error("interaction broke its handler", { cause: explain(error) }));
  };
}

/** Takes any message of the bot away that its reader is done with. */
const closing: Routes = {
  button: { close: { claimBy: "update", inDms: true, run: () => Promise.resolve({ remove: true }) } },
};

function workFor(interaction: Interaction, routes: Required<Routes>, services: CommandServices): Work | undefined {
  if (interaction.isAutocomplete()) return suggesting(interaction, routes, services);
  if (interaction.isChatInputCommand()) {
    const path = pathOf(interaction);
    return working({ kind: "", name: path, args: [], interaction, route: routes.slash[path] }, services);
  }
  if (interaction.isMessageContextMenuCommand()) {
    const name = interaction.commandName;
    return working({ kind: "", name, args: [], interaction, route: routes.messageMenu[name] }, services);
  }
  if (interaction.isButton()) return byCustomId(interaction, routes.button, { kind: "button", services });
  if (interaction.isStringSelectMenu()) return byCustomId(interaction, routes.select, { kind: "select", services });
  if (interaction.isModalSubmit()) return byCustomId(interaction, routes.modal, { kind: "modal", services });
  return undefined;
}

function byCustomId<I extends RepliableInteraction & { customId: string }>(
  interaction: I,
  named: Readonly<Record<string, Route<I>>>,
  { kind, services }: { kind: string; services: CommandServices },
): Work {
  const { action = "", args = [] } = parseCustomId(interaction.customId) ?? {};
  return working({ kind, name: action, args, interaction, route: named[action] }, services);
}

interface Found<I> {
  readonly kind: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly interaction: I;
  readonly route: Route<I> | undefined;
}

function working<I extends RepliableInteraction>(found: Found<I>, services: CommandServices): Work {
  const { interaction, kind, name } = found;
  const route = found.route ?? outdated;
  // What an old message carries must not make new values of a metric's label.
  const command = found.route ? `${kind} ${name}`.trim() : `${kind} unknown`.trim();
  const allowed = interaction.guildId !== null || route.inDms ? route : guildsOnly;
  return {
    command,
    perform: (stage, leftMs) => {
      const budgetMs = allowed.claimBy === "opening" ? OPENING_MS : ANSWER_MS;
      return perform<I>(allowed, turnFor(interaction, found.args, services, () => leftMs(budgetMs)), stage);
    },
  };
}

function suggesting(interaction: AutocompleteInteraction, routes: Required<Routes>, services: CommandServices): Work {
  const path = pathOf(interaction);
  const run: Suggest = routes.autocomplete[path] ?? outdated.run;
  return {
    command: `autocomplete ${path in routes.autocomplete ? path : "unknown"}`,
    perform: (stage, leftMs) => {
      return performSuggest(run, turnFor(interaction, [], services, () => leftMs(OPENING_MS)), stage);
    },
  };
}

/** `wiki view`, `ping` */
function pathOf({ commandName, options }: ChatInputCommandInteraction | AutocompleteInteraction): string {
  return [commandName, options.getSubcommandGroup(false), options.getSubcommand(false)].filter(Boolean).join(" ");
}

function turnFor<I extends BaseInteraction>(
  interaction: I,
  args: readonly string[],
  { textsFor }: CommandServices,
  leftMs: () => number,
): Turn<I> {
  const { user, guildId, locale } = interaction;
  return {
    interaction,
    args,
    caller: { userId: user.id, guildId, username: user.username },
    texts: textsFor(locale),
    call: () => ({ deadlineMs: Math.max(1, leftMs()) }),
  };
}

/** For a command or button that this version does not know: a replica of another version, as there are in a rollout, may. */
const outdated = {
  claimBy: "opening" as const,
  inDms: true,
  run: ({ texts }: Turn<unknown>) => Promise.reject(new Refusal(texts.outdated, { final: false })),
};

const guildsOnly = {
  claimBy: "opening" as const,
  run: ({ texts }: Turn<unknown>) => Promise.reject(new Refusal(texts.serversOnly)),
};
