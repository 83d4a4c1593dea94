/** Every call of the port, so that trouble can be tried on each of them. */
import type { Backend, CallOptions, MessageReference } from "../../src/backend/backend.ts";
import { ALICE, GUILD, memberOf } from "./grpc_fixtures.ts";

type PortCall = (backend: Backend, options: CallOptions) => Promise<unknown>;

const TEXTS = { title: "Title", body: "text", tags: ["a"] };
const DRAFT = { ...TEXTS, channelId: "", sourceMessageId: "" };
const SLICE = { tags: [], limit: 10, offset: 0 };
const SEARCH = { ...SLICE, query: "words" };
const TYPED = { typed: "t", limit: 5 };
const GUILD_DATA = { id: GUILD, name: "Guild", iconUrl: "", ownerId: "1" };
const REFERENCE: MessageReference = {
  messageId: "1",
  channelId: "2",
  guildId: GUILD,
  content: "",
  authorId: "3",
  authorName: "x",
  sentAt: 1,
  link: "",
};

/** Over gRPC, closing and the marks of a pass ask nobody. */
type Asking = Exclude<keyof Backend, "close" | "markMemberPass" | "removeMembersUnseenSince">;

export const CALLS: Readonly<Record<Asking, PortCall>> = {
  ping: (backend, options) => backend.ping(options),
  getPage: (backend, options) => backend.getPage(ALICE, "1", options),
  findPage: (backend, options) => backend.findPage(ALICE, "Title", options),
  searchPages: (backend, options) => backend.searchPages(ALICE, SEARCH, options),
  listPages: (backend, options) => backend.listPages(ALICE, SLICE, options),
  listTitles: (backend, options) => backend.listTitles(ALICE, options),
  suggestTitles: (backend, options) => backend.suggestTitles(ALICE, TYPED, options),
  listPageReferences: (backend, options) => backend.listPageReferences(ALICE, "1", options),
  getNote: (backend, options) => backend.getNote(ALICE, "1", options),
  listNotes: (backend, options) => backend.listNotes(ALICE, SLICE, options),
  searchNotes: (backend, options) => backend.searchNotes(ALICE, SEARCH, options),
  suggestNoteTitles: (backend, options) => backend.suggestNoteTitles(ALICE, TYPED, options),
  listNoteReferences: (backend, options) => backend.listNoteReferences(ALICE, "1", options),
  getQuote: (backend, options) => backend.getQuote(ALICE, "1", options),
  randomQuote: (backend, options) => backend.randomQuote(ALICE, [], options),
  searchQuotes: (backend, options) => backend.searchQuotes(ALICE, SEARCH, options),
  listQuotes: (backend, options) => backend.listQuotes(ALICE, SLICE, options),
  getGuild: (backend, options) => backend.getGuild(GUILD, options),
  getAnnouncements: (backend, options) => backend.getAnnouncements(GUILD, options),
  isMember: (backend, options) => backend.isMember(GUILD, "1", options),
  listGuildsOf: (backend, options) => backend.listGuildsOf("1", options),
  upsertPage: (backend, options) => backend.upsertPage(ALICE, DRAFT, options),
  createPage: (backend, options) => backend.createPage(ALICE, DRAFT, options),
  updatePage: (backend, options) => backend.updatePage(ALICE, "1", TEXTS, options),
  deletePage: (backend, options) => backend.deletePage(ALICE, "1", options),
  mergePages: (backend, options) => backend.mergePages(ALICE, { sourceId: "1", targetId: "2" }, options),
  addPageReference: (backend, options) => backend.addPageReference(ALICE, "1", REFERENCE, options),
  createNote: (backend, options) => backend.createNote(ALICE, DRAFT, options),
  updateNote: (backend, options) => backend.updateNote(ALICE, "1", TEXTS, options),
  deleteNote: (backend, options) => backend.deleteNote(ALICE, "1", options),
  addNoteReference: (backend, options) => backend.addNoteReference(ALICE, "1", REFERENCE, options),
  createQuote: (backend, options) => backend.createQuote(ALICE, { ...TEXTS, source: null }, options),
  updateQuote: (backend, options) => backend.updateQuote(ALICE, "1", TEXTS, options),
  deleteQuote: (backend, options) => backend.deleteQuote(ALICE, "1", options),
  upsertGuild: (backend, options) => backend.upsertGuild(GUILD_DATA, options),
  disableGuild: (backend, options) => backend.disableGuild(GUILD, options),
  updateAnnouncements: (backend, options) => backend.updateAnnouncements(GUILD, { enabled: true }, options),
  upsertMembers: (backend, options) => backend.upsertMembers([memberOf("1")], options),
  removeMember: (backend, options) => backend.removeMember(GUILD, "1", options),
};
