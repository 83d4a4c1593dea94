/** The subcommand `register`: shows what will change in Discord's list of commands, then writes it. */
import { definitions } from "./commands/definitions.ts";
import type { RegisterConfig } from "./config.ts";
import { readApplicationId } from "./discord/application.ts";
import { applyRegistration, describePlan, planRegistration } from "./discord/register.ts";
import { createRest } from "./discord/rest.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

export interface RegisterOptions {
  /** Where to register; `null` is everywhere. */
  guildId: string | null;
  /** Also remove the commands of the other kind. */
  cleanup: boolean;
  /** Takes each line for the operator. */
  print(line: string): void;
}

/** @throws {Failure} when Discord refuses or cannot be reached */
export async function registerCommands({ discord, log }: RegisterConfig, options: RegisterOptions): Promise<void> {
  const { guildId, cleanup, print } = options;
  const rest = createRest({
    ...discord,
    log: createLog({ ...log, secrets: [discord.token] }),
    metrics: createMetrics(),
  });
  const applicationId = discord.applicationId ?? await readApplicationId(rest);
  const plan = await planRegistration({ rest, applicationId, definitions, scope: { guildId }, cleanup });
  for (const line of describePlan(plan)) print(line);
  await applyRegistration(plan);
  print("done");
}
