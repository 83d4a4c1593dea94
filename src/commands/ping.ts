/** `/ping`: whether the parts of the program reach each other. It answers even when the backend does not. */
import { type ChatInputCommandInteraction, escapeMarkdown } from "discord.js";
import { nameOfAsker } from "../discord/names.ts";
import { explain } from "../failure.ts";
import type { Answer, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";

const BACKEND_WITHIN_MS = 2_000;

export function ping({ backend, describeReplica, log }: CommandServices): Routes {
  async function backendLatency(): Promise<number | undefined> {
    try {
      return Math.round(await backend.ping({ deadlineMs: BACKEND_WITHIN_MS }));
    } catch (error) {
      log.warn("backend does not answer a ping", { cause: explain(error) });
      return undefined;
    }
  }

  async function pong({ interaction, texts }: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const backendMs = await backendLatency();
    const { replica, syncLeader, gatewayLatencyMs } = describeReplica();
    const lines = [
      texts.ping.pong(escapeMarkdown(nameOfAsker(interaction))),
      texts.ping.gateway(gatewayLatencyMs === undefined ? undefined : Math.round(gatewayLatencyMs)),
      texts.ping.backend(backendMs),
      texts.ping.replica(escapeMarkdown(replica)),
      texts.ping.syncLeader(syncLeader === undefined ? undefined : escapeMarkdown(syncLeader)),
    ];
    return { show: { content: lines.join("\n") } };
  }

  return { slash: { ping: { claimBy: "reply", inDms: true, run: pong } } };
}
