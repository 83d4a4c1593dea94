-- Version 1 of the embedded backend's file; schema_2.sql and what follows it lead on. This file never changes again.
-- Times are milliseconds since 1970. `seq` is the order in which things were saved, whatever the clock said.

CREATE TABLE guilds (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL DEFAULT '',
  icon_url TEXT NOT NULL DEFAULT '',
  owner_id TEXT NOT NULL DEFAULT '',
  enabled  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE announcements (
  guild_id            TEXT PRIMARY KEY REFERENCES guilds (id),
  enabled             INTEGER NOT NULL DEFAULT 0,
  channel_id          TEXT NOT NULL DEFAULT '',
  notify_wiki_create  INTEGER NOT NULL DEFAULT 0,
  notify_wiki_edit    INTEGER NOT NULL DEFAULT 0,
  notify_quote_create INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Everyone who was ever seen, as a member or as a caller.
CREATE TABLE users (
  id          TEXT PRIMARY KEY,
  username    TEXT NOT NULL DEFAULT '',
  global_name TEXT NOT NULL DEFAULT '',
  avatar_hash TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  guild_id    TEXT NOT NULL REFERENCES guilds (id),
  user_id     TEXT NOT NULL REFERENCES users (id),
  nickname    TEXT NOT NULL,
  avatar_hash TEXT NOT NULL,
  role_ids    TEXT NOT NULL, -- a JSON array
  joined_at   INTEGER NOT NULL CHECK (joined_at > 0),
  seen_pass   INTEGER NOT NULL, -- the guild's pass in which it was last confirmed
  PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;

-- How many full passes over the members of a guild have begun.
CREATE TABLE member_passes (
  guild_id TEXT PRIMARY KEY REFERENCES guilds (id),
  pass     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The largest fencing token seen: one row, a decimal number of any length.
CREATE TABLE fence (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  token TEXT NOT NULL
) STRICT;

-- The body comes last: what stands before it is read without fetching a long text.
CREATE TABLE pages (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  guild_id   TEXT NOT NULL REFERENCES guilds (id),
  slug       TEXT NOT NULL CHECK (slug <> ''),
  channel_id TEXT NOT NULL,
  author_id  TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  title      TEXT NOT NULL,
  body       TEXT NOT NULL
) STRICT;
-- A deleted page frees its title.
CREATE UNIQUE INDEX pages_by_slug ON pages (guild_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX pages_by_age ON pages (guild_id, seq) WHERE deleted_at IS NULL;

-- Titles under which a page is found beside its own.
CREATE TABLE page_aliases (
  guild_id TEXT NOT NULL REFERENCES guilds (id),
  slug     TEXT NOT NULL,
  page     INTEGER NOT NULL REFERENCES pages (seq) ON DELETE CASCADE,
  PRIMARY KEY (guild_id, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_aliases_by_page ON page_aliases (page);

CREATE TABLE page_tags (
  guild_id TEXT NOT NULL,
  tag      TEXT NOT NULL,
  entry    INTEGER NOT NULL REFERENCES pages (seq) ON DELETE CASCADE,
  PRIMARY KEY (guild_id, tag, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_tags_by_entry ON page_tags (entry);

CREATE TABLE page_references (
  seq         INTEGER PRIMARY KEY,
  page        INTEGER NOT NULL REFERENCES pages (seq) ON DELETE CASCADE,
  message_id  TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  guild_id    TEXT NOT NULL,
  content     TEXT NOT NULL,
  author_id   TEXT NOT NULL,
  author_name TEXT NOT NULL,
  sent_at     INTEGER NOT NULL,
  UNIQUE (page, message_id)
) STRICT;

CREATE TABLE quotes (
  seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
  id                  TEXT NOT NULL UNIQUE,
  guild_id            TEXT NOT NULL REFERENCES guilds (id),
  saved_by            TEXT NOT NULL REFERENCES users (id),
  created_at          INTEGER NOT NULL,
  source_message_id   TEXT, -- NULL, as are the next, when the text was typed
  source_channel_id   TEXT,
  source_channel_name TEXT,
  source_author_id    TEXT,
  source_author_name  TEXT,
  source_sent_at      INTEGER,
  body                TEXT NOT NULL
) STRICT;
CREATE INDEX quotes_by_age ON quotes (guild_id, seq);

CREATE TABLE quote_tags (
  guild_id TEXT NOT NULL,
  tag      TEXT NOT NULL,
  entry    INTEGER NOT NULL REFERENCES quotes (seq) ON DELETE CASCADE,
  PRIMARY KEY (guild_id, tag, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_tags_by_entry ON quote_tags (entry);

-- Two indexes of the same texts: stems answer whole words (`running` finds `run`), plain words answer beginnings (`runni` finds
-- `running`, whose stem does not begin so). They keep no text of their own. The guild is indexed too, so that a search reads one guild's hits.
CREATE VIRTUAL TABLE page_stems USING fts5 (
  guild_id, title, body, content = 'pages', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE page_words USING fts5 (
  guild_id, title, body, content = 'pages', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE VIRTUAL TABLE quote_stems USING fts5 (
  guild_id, body, content = 'quotes', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE quote_words USING fts5 (
  guild_id, body, content = 'quotes', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TRIGGER pages_indexed AFTER INSERT ON pages WHEN new.deleted_at IS NULL BEGIN
  INSERT INTO page_stems (rowid, guild_id, title, body) VALUES (new.seq, new.guild_id, new.title, new.body);
  INSERT INTO page_words (rowid, guild_id, title, body) VALUES (new.seq, new.guild_id, new.title, new.body);
END;
CREATE TRIGGER pages_reindexed AFTER UPDATE OF title, body, deleted_at ON pages WHEN old.deleted_at IS NULL BEGIN
  INSERT INTO page_stems (page_stems, rowid, guild_id, title, body) VALUES ('delete', old.seq, old.guild_id, old.title, old.body);
  INSERT INTO page_words (page_words, rowid, guild_id, title, body) VALUES ('delete', old.seq, old.guild_id, old.title, old.body);
  INSERT INTO page_stems (rowid, guild_id, title, body)
    SELECT new.seq, new.guild_id, new.title, new.body WHERE new.deleted_at IS NULL;
  INSERT INTO page_words (rowid, guild_id, title, body)
    SELECT new.seq, new.guild_id, new.title, new.body WHERE new.deleted_at IS NULL;
END;
-- A deleted page is found under none of its titles.
CREATE TRIGGER pages_unaliased AFTER UPDATE OF deleted_at ON pages WHEN new.deleted_at IS NOT NULL BEGIN
  DELETE FROM page_aliases WHERE page = new.seq;
END;

CREATE TRIGGER quotes_indexed AFTER INSERT ON quotes BEGIN
  INSERT INTO quote_stems (rowid, guild_id, body) VALUES (new.seq, new.guild_id, new.body);
  INSERT INTO quote_words (rowid, guild_id, body) VALUES (new.seq, new.guild_id, new.body);
END;
CREATE TRIGGER quotes_reindexed AFTER UPDATE OF body ON quotes BEGIN
  INSERT INTO quote_stems (quote_stems, rowid, guild_id, body) VALUES ('delete', old.seq, old.guild_id, old.body);
  INSERT INTO quote_words (quote_words, rowid, guild_id, body) VALUES ('delete', old.seq, old.guild_id, old.body);
  INSERT INTO quote_stems (rowid, guild_id, body) VALUES (new.seq, new.guild_id, new.body);
  INSERT INTO quote_words (rowid, guild_id, body) VALUES (new.seq, new.guild_id, new.body);
END;
CREATE TRIGGER quotes_unindexed AFTER DELETE ON quotes BEGIN
  INSERT INTO quote_stems (quote_stems, rowid, guild_id, body) VALUES ('delete', old.seq, old.guild_id, old.body);
  INSERT INTO quote_words (quote_words, rowid, guild_id, body) VALUES ('delete', old.seq, old.guild_id, old.body);
END;
