/**
 * Performs one route: claims the interaction, runs the handler, shows what it gives. Whatever fails on the way reaches the person as a
 * sentence as long as Discord takes one. Never rejects.
 */
import { type AutocompleteInteraction, MessageFlags, type RepliableInteraction } from "discord.js";
import { sleep } from "../clock.ts";
import { type Claim, claim } from "../discord/claim.ts";
import { asEdit, asMessage, type Card } from "../discord/reply.ts";
import { explain } from "../failure.ts";
import { describeFailure, Unshown } from "./failure_card.ts";
import { isFinal } from "./refusal.ts";
import type { Answer, Opening, Route, Suggest, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";

/** How an interaction ended, for the metric. `lost`: another replica has it. */
export type Outcome = "done" | "lost" | "refused" | "failed";

/** What performing needs beside the turn. */
export interface Stage {
  readonly services: Pick<CommandServices, "clock" | "log">;
  /** The command's name for logs and metrics. */
  readonly command: string;
  /** Milliseconds left for reading what a first answer needs. */
  readonly openingLeftMs: () => number;
  /** Called when Discord has accepted this replica's first answer. */
  readonly onClaimed: () => void;
}

/** Performs a route for an interaction that can be replied to. */
export async function perform<I extends RepliableInteraction>(
  route: Route<I>,
  turn: Turn<I>,
  stage: Stage,
): Promise<Outcome> {
  try {
    return route.claimBy === "opening" ? await open(route.run, turn, stage) : await answer(route, turn, stage);
  } catch (error) {
    return unanswered(error, stage);
  }
}

/** Performs autocomplete. Who cannot suggest anything leaves it to the other replicas, then suggests nothing. */
export async function performSuggest(
  run: Suggest,
  turn: Turn<AutocompleteInteraction>,
  stage: Stage,
): Promise<Outcome> {
  let outcome: Outcome = "done";
  try {
    const choices = await run(turn).catch(async (error) => {
      outcome = describeFailure(error, turn, stage).outcome;
      await letOthersAnswer(stage);
      return [];
    });
    return await claimed(() => turn.interaction.respond(choices), stage) === "lost" ? "lost" : outcome;
  } catch (error) {
    return unanswered(error, stage);
  }
}

async function open<I extends RepliableInteraction>(
  run: (turn: Turn<I>) => Promise<Opening>,
  turn: Turn<I>,
  stage: Stage,
): Promise<Outcome> {
  const { interaction } = turn;
  const reply = (card: Card) => interaction.reply({ ...asMessage(card), flags: MessageFlags.Ephemeral });
  try {
    const opening = await run(turn);
    const first = () => "modal" in opening ? showModal(interaction, opening.modal) : reply(opening.show);
    return await claimed(first, stage) === "lost" ? "lost" : "done";
  } catch (error) {
    if (!isFinal(error)) await letOthersAnswer(stage);
    const { card, outcome } = describeFailure(error, turn, stage);
    return await claimed(() => reply(card), stage) === "lost" ? "lost" : outcome;
  }
}

async function answer<I extends RepliableInteraction>(
  route: Exclude<Route<I>, { claimBy: "opening" }>,
  turn: Turn<I>,
  stage: Stage,
): Promise<Outcome> {
  const { interaction } = turn;
  if (await claimed(() => defer(interaction, route.claimBy), stage) === "lost") return "lost";
  let given: Answer | undefined;
  try {
    given = await route.run(turn);
    await deliver(interaction, given);
    return "done";
  } catch (error) {
    const failure = given === undefined ? error : new Unshown("the answer could not be shown", { cause: error });
    const { card, outcome } = describeFailure(failure, turn, stage);
    if (route.claimBy === "reply") await interaction.editReply(asEdit(card));
    else await interaction.followUp({ ...asMessage(card), flags: MessageFlags.Ephemeral });
    return outcome;
  } finally {
    await given?.afterwards?.().catch((error) => {
      const fields = { command: stage.command, cause: explain(error) };
      stage.services.log.warn("work after an answer failed", fields);
    });
  }
}

async function claimed(first: () => Promise<unknown>, { onClaimed }: Stage): Promise<Claim> {
  const result = await claim(first);
  if (result === "won") onClaimed();
  return result;
}

function defer(interaction: RepliableInteraction, how: "reply" | "update"): Promise<unknown> {
  if (how === "reply") return interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if ("deferUpdate" in interaction) return interaction.deferUpdate();
  throw new TypeError("Only an interaction with a message can be claimed by an update");
}

function showModal(interaction: RepliableInteraction, modal: Extract<Opening, { modal: unknown }>["modal"]) {
  if ("showModal" in interaction) return interaction.showModal(modal);
  throw new TypeError("A modal cannot answer a modal");
}

function deliver(interaction: RepliableInteraction, given: Answer): Promise<unknown> {
  if ("show" in given) return interaction.editReply(asEdit(given.show));
  if ("post" in given) return interaction.followUp(asMessage(given.post));
  return interaction.deleteReply();
}

/** A replica that cannot answer must not be the fastest to say so: it waits until the others had their time. */
function letOthersAnswer({ services, openingLeftMs }: Stage): Promise<void> {
  return sleep(services.clock, Math.max(0, openingLeftMs()));
}

function unanswered(error: unknown, { services, command }: Stage): Outcome {
  services.log.error("interaction could not be answered", { command, cause: explain(error) });
  return "failed";
}
