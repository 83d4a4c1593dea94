/**
 * The wire facts: every service and message of the backend's contract, with numbers, names and types, as a server that runs today speaks
 * them. Data on its own, so that a slip in `proto/` shows in `proto_test.ts` and not against that server.
 */

/** A package of the contract. */
export interface WirePackage {
  package: string;
  service: string | null;
  /** rpc → [request, response] */
  rpcs: Record<string, [string, string]>;
  /** message → fields, each "number name: type" */
  messages: Record<string, string[]>;
}

/** File name below `proto/`, without its ending → what it declares. */
export const WIRE_FACTS: Record<string, WirePackage> = {
  "common": {
    "package": "hivemind.common.v1",
    "service": null,
    "rpcs": {},
    "messages": {
      "APIToken": [
        "1 token_id: string",
        "2 user_id: string",
        "3 device_name: string",
        "4 scopes: repeated string",
        "5 expires_at: Timestamp",
        "6 created_at: Timestamp",
        "7 last_used: Timestamp",
        "8 revoked: bool",
        "9 revoked_at: Timestamp",
      ],
      "SuccessResponse": [
        "1 success: bool",
        "2 message: string",
      ],
    },
  },
  "admin": {
    "package": "hivemind.admin.v1",
    "service": "AdminService",
    "rpcs": {
      "GetSystemInfo": [
        "google.protobuf.Empty",
        "GetSystemInfoResponse",
      ],
      "GetHealthCheck": [
        "google.protobuf.Empty",
        "GetHealthCheckResponse",
      ],
    },
    "messages": {
      "GetSystemInfoResponse": [
        "1 version: string",
        "2 start_time: Timestamp",
        "3 uptime_seconds: int64",
        "4 database_type: string",
        "5 total_users: int32",
        "6 total_notes: int32",
        "7 active_tokens: int32",
      ],
      "GetHealthCheckResponse": [
        "1 status: string",
        "2 checks: map<string, string>",
        "3 timestamp: Timestamp",
      ],
    },
  },
  "discord": {
    "package": "hivemind.discord",
    "service": "DiscordService",
    "rpcs": {
      "UpsertGuild": [
        "UpsertGuildRequest",
        "UpsertGuildResponse",
      ],
      "DisableGuild": [
        "DisableGuildRequest",
        "DisableGuildResponse",
      ],
      "GetGuild": [
        "GetGuildRequest",
        "GetGuildResponse",
      ],
      "UpsertGuildMember": [
        "UpsertGuildMemberRequest",
        "UpsertGuildMemberResponse",
      ],
      "UpsertGuildMembersBatch": [
        "UpsertGuildMembersBatchRequest",
        "UpsertGuildMembersBatchResponse",
      ],
      "RemoveGuildMember": [
        "RemoveGuildMemberRequest",
        "RemoveGuildMemberResponse",
      ],
      "CheckGuildMembership": [
        "CheckGuildMembershipRequest",
        "CheckGuildMembershipResponse",
      ],
      "ListUserGuilds": [
        "ListUserGuildsRequest",
        "ListUserGuildsResponse",
      ],
      "UpdateGuildSettings": [
        "UpdateGuildSettingsRequest",
        "UpdateGuildSettingsResponse",
      ],
      "GetGuildSettings": [
        "GetGuildSettingsRequest",
        "GetGuildSettingsResponse",
      ],
    },
    "messages": {
      "Guild": [
        "1 guild_id: string",
        "2 guild_name: string",
        "3 icon_url: string",
        "4 owner_discord_id: string",
        "5 enabled: bool",
        "6 added_at: Timestamp",
        "7 last_activity: Timestamp",
      ],
      "UpsertGuildRequest": [
        "1 guild_id: string",
        "2 guild_name: string",
        "3 icon_url: string",
        "4 owner_discord_id: string",
      ],
      "UpsertGuildResponse": [
        "1 guild: Guild",
      ],
      "DisableGuildRequest": [
        "1 guild_id: string",
      ],
      "DisableGuildResponse": [
        "1 success: bool",
      ],
      "GetGuildRequest": [
        "1 guild_id: string",
      ],
      "GetGuildResponse": [
        "1 guild: Guild",
      ],
      "GuildMember": [
        "1 guild_id: string",
        "2 discord_id: string",
        "3 guild_nick: string",
        "4 guild_avatar_hash: string",
        "5 roles: repeated string",
        "6 joined_at: Timestamp",
        "7 synced_at: Timestamp",
        "8 last_seen: Timestamp",
        "9 discord_username: string",
        "10 discord_global_name: string",
        "11 avatar_hash: string",
      ],
      "UpsertGuildMemberRequest": [
        "1 guild_id: string",
        "2 discord_id: string",
        "3 guild_nick: string",
        "4 guild_avatar_hash: string",
        "5 roles: repeated string",
        "6 joined_at: Timestamp",
        "7 discord_username: string",
        "8 discord_global_name: string",
        "9 avatar_hash: string",
      ],
      "UpsertGuildMemberResponse": [
        "1 success: bool",
      ],
      "UpsertGuildMembersBatchRequest": [
        "1 members: repeated GuildMember",
      ],
      "UpsertGuildMembersBatchResponse": [
        "1 count: int32",
      ],
      "RemoveGuildMemberRequest": [
        "1 guild_id: string",
        "2 discord_id: string",
      ],
      "RemoveGuildMemberResponse": [
        "1 success: bool",
      ],
      "CheckGuildMembershipRequest": [
        "1 guild_id: string",
        "2 discord_id: string",
      ],
      "CheckGuildMembershipResponse": [
        "1 is_member: bool",
      ],
      "ListUserGuildsRequest": [
        "1 discord_id: string",
      ],
      "ListUserGuildsResponse": [
        "1 guild_ids: repeated string",
      ],
      "GuildSettings": [
        "1 announcements: AnnouncementSettings",
      ],
      "AnnouncementSettings": [
        "1 enabled: bool",
        "2 channel_id: string",
        "3 notify_wiki_create: bool",
        "4 notify_wiki_edit: bool",
        "5 notify_quote_create: bool",
        "6 create_threads: bool",
        "7 thread_auto_archive_minutes: int32",
      ],
      "UpdateGuildSettingsRequest": [
        "1 guild_id: string",
        "2 settings: GuildSettings",
      ],
      "UpdateGuildSettingsResponse": [
        "1 settings: GuildSettings",
      ],
      "GetGuildSettingsRequest": [
        "1 guild_id: string",
      ],
      "GetGuildSettingsResponse": [
        "1 settings: GuildSettings",
      ],
    },
  },
  "quotes": {
    "package": "hivemind.quotes",
    "service": "QuoteService",
    "rpcs": {
      "CreateQuote": [
        "CreateQuoteRequest",
        "Quote",
      ],
      "GetQuote": [
        "GetQuoteRequest",
        "Quote",
      ],
      "ListQuotes": [
        "ListQuotesRequest",
        "ListQuotesResponse",
      ],
      "DeleteQuote": [
        "DeleteQuoteRequest",
        "hivemind.common.v1.SuccessResponse",
      ],
      "UpdateQuote": [
        "UpdateQuoteRequest",
        "Quote",
      ],
      "SearchQuotes": [
        "SearchQuotesRequest",
        "SearchQuotesResponse",
      ],
      "GetRandomQuote": [
        "GetRandomQuoteRequest",
        "Quote",
      ],
    },
    "messages": {
      "Quote": [
        "1 id: string",
        "2 body: string",
        "3 author_id: string",
        "4 author_username: string",
        "5 guild_id: string",
        "6 guild_name: string",
        "7 source_msg_id: string",
        "8 source_channel_id: string",
        "9 source_channel_name: string",
        "10 source_msg_author_discord_id: string",
        "11 source_msg_author_username: string",
        "12 mentioned_user_ids: repeated string",
        "13 tags: repeated string",
        "14 created_at: Timestamp",
        "15 author_discord_id: string",
        "16 source_msg_timestamp: Timestamp",
        "17 author_guild_nick: string",
        "18 source_msg_author_guild_nick: string",
        "19 author_guild_avatar_hash: string",
        "20 author_user_avatar_hash: string",
        "21 source_msg_author_guild_avatar_hash: string",
        "22 source_msg_author_user_avatar_hash: string",
      ],
      "CreateQuoteRequest": [
        "1 body: string",
        "2 guild_id: string",
        "3 source_msg_id: string",
        "4 source_channel_id: string",
        "5 source_msg_author_discord_id: string",
        "6 source_msg_author_username: string",
        "7 tags: repeated string",
        "8 source_channel_name: string",
        "9 source_msg_timestamp: Timestamp",
      ],
      "GetQuoteRequest": [
        "1 id: string",
      ],
      "ListQuotesRequest": [
        "1 guild_id: string",
        "2 source_msg_author_discord_id: string",
        "3 tags: repeated string",
        "4 limit: int32",
        "5 offset: int32",
        "6 order_by: string",
        "7 ascending: bool",
      ],
      "ListQuotesResponse": [
        "1 quotes: repeated Quote",
        "2 total: int32",
      ],
      "DeleteQuoteRequest": [
        "1 id: string",
      ],
      "UpdateQuoteRequest": [
        "1 id: string",
        "2 body: string",
        "3 tags: repeated string",
      ],
      "SearchQuotesRequest": [
        "1 guild_id: string",
        "2 query: string",
        "3 tags: repeated string",
        "4 limit: int32",
        "5 offset: int32",
      ],
      "SearchQuotesResponse": [
        "1 quotes: repeated Quote",
        "2 total: int32",
      ],
      "GetRandomQuoteRequest": [
        "1 guild_id: string",
        "2 tags: repeated string",
      ],
    },
  },
  "notes": {
    "package": "hivemind.notes",
    "service": "NoteService",
    "rpcs": {
      "CreateNote": [
        "CreateNoteRequest",
        "Note",
      ],
      "GetNote": [
        "GetNoteRequest",
        "Note",
      ],
      "ListNotes": [
        "ListNotesRequest",
        "ListNotesResponse",
      ],
      "UpdateNote": [
        "UpdateNoteRequest",
        "Note",
      ],
      "DeleteNote": [
        "DeleteNoteRequest",
        "hivemind.common.v1.SuccessResponse",
      ],
      "SearchNotes": [
        "SearchNotesRequest",
        "SearchNotesResponse",
      ],
      "AutocompleteNoteTitles": [
        "AutocompleteNoteTitlesRequest",
        "AutocompleteNoteTitlesResponse",
      ],
      "AddNoteMessageReference": [
        "AddNoteMessageReferenceRequest",
        "NoteMessageReference",
      ],
      "ListNoteMessageReferences": [
        "ListNoteMessageReferencesRequest",
        "ListNoteMessageReferencesResponse",
      ],
    },
    "messages": {
      "Note": [
        "1 id: string",
        "2 title: string",
        "3 body: string",
        "4 author_id: string",
        "5 author_username: string",
        "6 guild_id: string",
        "7 guild_name: string",
        "8 channel_id: string",
        "9 channel_name: string",
        "10 source_msg_id: string",
        "11 source_channel_id: string",
        "12 mentioned_user_ids: repeated string",
        "13 tags: repeated string",
        "14 created_at: Timestamp",
        "15 updated_at: Timestamp",
      ],
      "CreateNoteRequest": [
        "1 title: string",
        "2 body: string",
        "3 guild_id: string",
        "4 channel_id: string",
        "5 source_msg_id: string",
        "6 tags: repeated string",
      ],
      "GetNoteRequest": [
        "1 id: string",
      ],
      "ListNotesRequest": [
        "1 guild_id: string",
        "2 tags: repeated string",
        "3 limit: int32",
        "4 offset: int32",
        "5 order_by: string",
        "6 ascending: bool",
      ],
      "ListNotesResponse": [
        "1 notes: repeated Note",
        "2 total: int32",
      ],
      "UpdateNoteRequest": [
        "1 id: string",
        "2 title: string",
        "3 body: string",
        "4 tags: repeated string",
      ],
      "DeleteNoteRequest": [
        "1 id: string",
      ],
      "SearchNotesRequest": [
        "1 query: string",
        "2 guild_id: string",
        "3 tags: repeated string",
        "4 limit: int32",
        "5 offset: int32",
      ],
      "SearchNotesResponse": [
        "1 notes: repeated Note",
        "2 total: int32",
      ],
      "AutocompleteNoteTitlesRequest": [
        "1 guild_id: string",
      ],
      "AutocompleteNoteTitlesResponse": [
        "1 suggestions: repeated NoteTitleSuggestion",
      ],
      "NoteTitleSuggestion": [
        "1 id: string",
        "2 title: string",
      ],
      "AttachmentMetadata": [
        "1 url: string",
        "2 content_type: string",
        "3 filename: string",
        "4 width: int32",
        "5 height: int32",
        "6 size: int64",
      ],
      "NoteMessageReference": [
        "1 id: string",
        "2 note_id: string",
        "3 message_id: string",
        "4 channel_id: string",
        "5 guild_id: string",
        "6 content: string",
        "7 author_id: string",
        "8 author_username: string",
        "9 author_display_name: string",
        "10 author_guild_avatar_hash: string",
        "11 message_timestamp: Timestamp",
        "12 attachments: repeated AttachmentMetadata",
        "13 added_at: Timestamp",
        "14 discord_link: string",
        "15 author_user_avatar_hash: string",
      ],
      "AddNoteMessageReferenceRequest": [
        "1 note_id: string",
        "2 message_id: string",
        "3 channel_id: string",
        "4 guild_id: string",
        "5 content: string",
        "6 author_id: string",
        "7 author_username: string",
        "8 author_display_name: string",
        "9 message_timestamp: Timestamp",
        "10 attachments: repeated AttachmentMetadata",
      ],
      "ListNoteMessageReferencesRequest": [
        "1 note_id: string",
      ],
      "ListNoteMessageReferencesResponse": [
        "1 references: repeated NoteMessageReference",
      ],
    },
  },
  "wiki": {
    "package": "hivemind.wiki",
    "service": "WikiService",
    "rpcs": {
      "CreateWikiPage": [
        "CreateWikiPageRequest",
        "WikiPage",
      ],
      "GetWikiPage": [
        "GetWikiPageRequest",
        "WikiPage",
      ],
      "GetWikiPageByTitle": [
        "GetWikiPageByTitleRequest",
        "WikiPage",
      ],
      "SearchWikiPages": [
        "SearchWikiPagesRequest",
        "SearchWikiPagesResponse",
      ],
      "AutocompleteWikiTitles": [
        "AutocompleteWikiTitlesRequest",
        "AutocompleteWikiTitlesResponse",
      ],
      "UpdateWikiPage": [
        "UpdateWikiPageRequest",
        "WikiPage",
      ],
      "UpsertWikiPage": [
        "UpsertWikiPageRequest",
        "UpsertWikiPageResponse",
      ],
      "DeleteWikiPage": [
        "DeleteWikiPageRequest",
        "hivemind.common.v1.SuccessResponse",
      ],
      "ListWikiPages": [
        "ListWikiPagesRequest",
        "ListWikiPagesResponse",
      ],
      "AddWikiMessageReference": [
        "AddWikiMessageReferenceRequest",
        "WikiMessageReference",
      ],
      "ListWikiMessageReferences": [
        "ListWikiMessageReferencesRequest",
        "ListWikiMessageReferencesResponse",
      ],
      "MergeWikiPages": [
        "MergeWikiPagesRequest",
        "WikiPage",
      ],
    },
    "messages": {
      "WikiPage": [
        "1 id: string",
        "2 title: string",
        "3 body: string",
        "4 author_id: string",
        "5 author_username: string",
        "6 guild_id: string",
        "7 guild_name: string",
        "8 channel_id: string",
        "9 channel_name: string",
        "10 tags: repeated string",
        "11 linked_page_ids: repeated string",
        "12 created_at: Timestamp",
        "13 updated_at: Timestamp",
        "14 slug: string",
      ],
      "CreateWikiPageRequest": [
        "1 title: string",
        "2 body: string",
        "3 guild_id: string",
        "4 channel_id: string",
        "5 tags: repeated string",
      ],
      "GetWikiPageRequest": [
        "1 id: string",
      ],
      "GetWikiPageByTitleRequest": [
        "1 guild_id: string",
        "2 title: string",
      ],
      "SearchWikiPagesRequest": [
        "1 guild_id: string",
        "2 query: string",
        "3 tags: repeated string",
        "4 limit: int32",
        "5 offset: int32",
      ],
      "SearchWikiPagesResponse": [
        "1 pages: repeated WikiPage",
        "2 total: int32",
      ],
      "UpdateWikiPageRequest": [
        "1 id: string",
        "2 title: string",
        "3 body: string",
        "4 tags: repeated string",
      ],
      "UpsertWikiPageRequest": [
        "1 title: string",
        "2 body: string",
        "3 guild_id: string",
        "4 channel_id: string",
        "5 tags: repeated string",
      ],
      "UpsertWikiPageResponse": [
        "1 page: WikiPage",
        "2 created: bool",
      ],
      "DeleteWikiPageRequest": [
        "1 id: string",
      ],
      "ListWikiPagesRequest": [
        "1 guild_id: string",
        "2 limit: int32",
        "3 offset: int32",
        "4 order_by: string",
        "5 ascending: bool",
      ],
      "ListWikiPagesResponse": [
        "1 pages: repeated WikiPage",
        "2 total: int32",
      ],
      "AutocompleteWikiTitlesRequest": [
        "1 guild_id: string",
      ],
      "AutocompleteWikiTitlesResponse": [
        "1 suggestions: repeated WikiTitleSuggestion",
      ],
      "WikiTitleSuggestion": [
        "1 id: string",
        "2 title: string",
        "3 slug: string",
      ],
      "WikiMessageReference": [
        "1 id: string",
        "2 wiki_page_id: string",
        "3 message_id: string",
        "4 channel_id: string",
        "5 guild_id: string",
        "6 content: string",
        "7 author_id: string",
        "8 author_username: string",
        "9 author_display_name: string",
        "10 message_timestamp: Timestamp",
        "11 attachment_urls: repeated string",
        "12 added_at: Timestamp",
        "13 added_by_user_id: string",
        "14 discord_link: string",
        "15 attachments: repeated AttachmentMetadata",
        "16 author_guild_avatar_hash: string",
        "17 author_user_avatar_hash: string",
      ],
      "AttachmentMetadata": [
        "1 url: string",
        "2 content_type: string",
        "3 filename: string",
        "4 width: int32",
        "5 height: int32",
        "6 size: int64",
      ],
      "AddWikiMessageReferenceRequest": [
        "1 wiki_page_id: string",
        "2 message_id: string",
        "3 channel_id: string",
        "4 guild_id: string",
        "5 content: string",
        "6 author_id: string",
        "7 author_username: string",
        "8 author_display_name: string",
        "9 message_timestamp: Timestamp",
        "10 attachment_urls: repeated string",
        "11 attachments: repeated AttachmentMetadata",
      ],
      "ListWikiMessageReferencesRequest": [
        "1 wiki_page_id: string",
      ],
      "ListWikiMessageReferencesResponse": [
        "1 references: repeated WikiMessageReference",
      ],
      "MergeWikiPagesRequest": [
        "1 source_page_id: string",
        "2 target_page_id: string",
      ],
    },
  },
};
