/** The commands as Discord is told about them. Names and options are those of servers that use the bot already. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import { en } from "../texts/en.ts";
import { LIMITS } from "../discord/limits.ts";

const texts = en.commands;
const { String: Text, Subcommand } = ApplicationCommandOptionType;

/** A quote with its author's name stays short enough for the modal that edits it. */
const QUOTE_LENGTH = 3_800;
const SHORT = 100;

const inServers = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
};

/** All commands, ready to be registered. */
export const definitions: RESTPostAPIApplicationCommandsJSONBody[] = [
  {
    type: ApplicationCommandType.ChatInput,
    name: "ping",
    description: texts.ping,
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: "wiki",
    description: texts.wiki,
    ...inServers,
    options: [
      {
        type: Subcommand,
        name: "search",
        description: texts.wikiSearch,
        options: [{ type: Text, name: "query", description: texts.wikiSearchQuery, required: true, max_length: SHORT }],
      },
      {
        type: Subcommand,
        name: "view",
        description: texts.wikiView,
        options: [{
          type: Text,
          name: "title",
          description: texts.wikiViewTitle,
          required: true,
          autocomplete: true,
          max_length: LIMITS.embedTitle,
        }],
      },
      {
        type: Subcommand,
        name: "edit",
        description: texts.wikiEdit,
        options: [{
          type: Text,
          name: "title",
          description: texts.wikiEditTitle,
          autocomplete: true,
          max_length: LIMITS.embedTitle,
        }],
      },
    ],
  },
  {
    type: ApplicationCommandType.ChatInput,
    name: "quote",
    description: texts.quote,
    ...inServers,
    options: [
      {
        type: Subcommand,
        name: "add",
        description: texts.quoteAdd,
        options: [
          { type: Text, name: "text", description: texts.quoteAddText, required: true, max_length: QUOTE_LENGTH },
          { type: Text, name: "author", description: texts.quoteAddAuthor, max_length: SHORT },
          { type: Text, name: "tags", description: texts.quoteAddTags, max_length: LIMITS.embedTitle },
        ],
      },
      {
        type: Subcommand,
        name: "random",
        description: texts.quoteRandom,
        options: [{ type: Text, name: "tags", description: texts.quoteRandomTags, max_length: LIMITS.embedTitle }],
      },
    ],
  },
  { type: ApplicationCommandType.Message, name: "Save as Quote", ...inServers },
];
