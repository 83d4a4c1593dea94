-- Version 2: notes, and one range of numbers for each list of entries. This file never changes again.

-- A list of entries: the pages or quotes of a guild, the notes of a user. The `seq` of an entry is its list's number times 2^30 plus its
-- place in the list, so that an index reads one list and skips all others, and counting a list is reading one row.
CREATE TABLE shelves (
  no   INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE, -- `pages 123`, `quotes 123`, `notes 456`
  last INTEGER NOT NULL DEFAULT 0, -- the place given last; never given again
  size INTEGER NOT NULL DEFAULT 0  -- how many can be found
) STRICT;
INSERT INTO shelves (name, last, size)
  SELECT 'pages ' || guild_id, max(seq), count(*) FILTER (WHERE deleted_at IS NULL) FROM pages GROUP BY guild_id;
INSERT INTO shelves (name, last, size) SELECT 'quotes ' || guild_id, max(seq), count(*) FROM quotes GROUP BY guild_id;

DROP TRIGGER pages_indexed;
DROP TRIGGER pages_reindexed;
DROP TRIGGER pages_unaliased;
DROP TRIGGER quotes_indexed;
DROP TRIGGER quotes_reindexed;
DROP TRIGGER quotes_unindexed;
DROP TABLE page_stems;
DROP TABLE page_words;
DROP TABLE quote_stems;
DROP TABLE quote_words;

PRAGMA defer_foreign_keys = ON;
UPDATE page_references SET page = page + (
  SELECT no << 30 FROM pages JOIN shelves ON name = 'pages ' || pages.guild_id WHERE pages.seq = page_references.page);
UPDATE page_aliases SET page = page + (SELECT no << 30 FROM shelves WHERE name = 'pages ' || guild_id);

CREATE TABLE numbered_page_tags (
  tag   TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES pages (seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_page_tags
  SELECT tag, entry + (no << 30) FROM page_tags JOIN shelves ON name = 'pages ' || guild_id;
DROP TABLE page_tags;
ALTER TABLE numbered_page_tags RENAME TO page_tags;
CREATE INDEX page_tags_by_entry ON page_tags (entry);

CREATE TABLE numbered_quote_tags (
  tag   TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES quotes (seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_quote_tags
  SELECT tag, entry + (no << 30) FROM quote_tags JOIN shelves ON name = 'quotes ' || guild_id;
DROP TABLE quote_tags;
ALTER TABLE numbered_quote_tags RENAME TO quote_tags;
CREATE INDEX quote_tags_by_entry ON quote_tags (entry);

UPDATE pages SET seq = seq + (SELECT no << 30 FROM shelves WHERE name = 'pages ' || guild_id);
UPDATE quotes SET seq = seq + (SELECT no << 30 FROM shelves WHERE name = 'quotes ' || guild_id);
CREATE INDEX pages_by_change ON pages (guild_id, updated_at, seq) WHERE deleted_at IS NULL;

CREATE TABLE notes (
  seq               INTEGER PRIMARY KEY,
  id                TEXT NOT NULL UNIQUE,
  author_id         TEXT NOT NULL REFERENCES users (id),
  guild_id          TEXT REFERENCES guilds (id), -- NULL when it was written in a direct message
  channel_id        TEXT NOT NULL,
  source_message_id TEXT NOT NULL,
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  title             TEXT NOT NULL,
  body              TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_age ON notes (author_id, seq);
CREATE INDEX notes_by_change ON notes (author_id, updated_at, seq);

CREATE TABLE note_tags (
  tag   TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES notes (seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_tags_by_entry ON note_tags (entry);

CREATE TABLE note_references (
  seq         INTEGER PRIMARY KEY,
  note        INTEGER NOT NULL REFERENCES notes (seq) ON DELETE CASCADE,
  message_id  TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  guild_id    TEXT NOT NULL,
  content     TEXT NOT NULL,
  author_id   TEXT NOT NULL,
  author_name TEXT NOT NULL,
  sent_at     INTEGER NOT NULL,
  UNIQUE (note, message_id)
) STRICT;

-- Two indexes of the same texts: stems answer whole words (`running` finds `run`), plain words answer beginnings (`runni` finds
-- `running`, whose stem does not begin so). They keep no text of their own.
CREATE VIRTUAL TABLE page_stems USING fts5 (
  title, body, content = 'pages', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE page_words USING fts5 (
  title, body, content = 'pages', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE quote_stems USING fts5 (
  body, content = 'quotes', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE quote_words USING fts5 (
  body, content = 'quotes', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4'
);
CREATE VIRTUAL TABLE note_stems USING fts5 (
  title, body, content = 'notes', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE note_words USING fts5 (
  title, body, content = 'notes', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4'
);
-- Any part of a slug, for suggestions.
CREATE VIRTUAL TABLE page_slugs USING fts5 (slug, content = 'pages', content_rowid = 'seq', tokenize = 'trigram');

INSERT INTO page_stems (rowid, title, body) SELECT seq, title, body FROM pages WHERE deleted_at IS NULL;
INSERT INTO page_words (rowid, title, body) SELECT seq, title, body FROM pages WHERE deleted_at IS NULL;
INSERT INTO page_slugs (rowid, slug) SELECT seq, slug FROM pages WHERE deleted_at IS NULL;
INSERT INTO quote_stems (quote_stems) VALUES ('rebuild');
INSERT INTO quote_words (quote_words) VALUES ('rebuild');

CREATE TRIGGER pages_indexed AFTER INSERT ON pages WHEN new.deleted_at IS NULL BEGIN
  INSERT INTO page_stems (rowid, title, body) VALUES (new.seq, new.title, new.body);
  INSERT INTO page_words (rowid, title, body) VALUES (new.seq, new.title, new.body);
  INSERT INTO page_slugs (rowid, slug) VALUES (new.seq, new.slug);
  UPDATE shelves SET size = size + 1 WHERE no = new.seq >> 30;
END;
CREATE TRIGGER pages_reindexed AFTER UPDATE OF title, body ON pages WHEN old.deleted_at IS NULL BEGIN
  INSERT INTO page_stems (page_stems, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO page_words (page_words, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO page_stems (rowid, title, body) VALUES (new.seq, new.title, new.body);
  INSERT INTO page_words (rowid, title, body) VALUES (new.seq, new.title, new.body);
END;
-- A deleted page is found under none of its titles.
CREATE TRIGGER pages_unindexed AFTER UPDATE OF deleted_at ON pages
WHEN old.deleted_at IS NULL AND new.deleted_at IS NOT NULL BEGIN
  INSERT INTO page_stems (page_stems, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO page_words (page_words, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO page_slugs (page_slugs, rowid, slug) VALUES ('delete', old.seq, old.slug);
  DELETE FROM page_aliases WHERE page = new.seq;
  DELETE FROM page_tags WHERE entry = new.seq;
  UPDATE shelves SET size = size - 1 WHERE no = new.seq >> 30;
END;

CREATE TRIGGER quotes_indexed AFTER INSERT ON quotes BEGIN
  INSERT INTO quote_stems (rowid, body) VALUES (new.seq, new.body);
  INSERT INTO quote_words (rowid, body) VALUES (new.seq, new.body);
  UPDATE shelves SET size = size + 1 WHERE no = new.seq >> 30;
END;
CREATE TRIGGER quotes_reindexed AFTER UPDATE OF body ON quotes BEGIN
  INSERT INTO quote_stems (quote_stems, rowid, body) VALUES ('delete', old.seq, old.body);
  INSERT INTO quote_words (quote_words, rowid, body) VALUES ('delete', old.seq, old.body);
  INSERT INTO quote_stems (rowid, body) VALUES (new.seq, new.body);
  INSERT INTO quote_words (rowid, body) VALUES (new.seq, new.body);
END;
CREATE TRIGGER quotes_unindexed AFTER DELETE ON quotes BEGIN
  INSERT INTO quote_stems (quote_stems, rowid, body) VALUES ('delete', old.seq, old.body);
  INSERT INTO quote_words (quote_words, rowid, body) VALUES ('delete', old.seq, old.body);
  UPDATE shelves SET size = size - 1 WHERE no = old.seq >> 30;
END;

CREATE TRIGGER notes_indexed AFTER INSERT ON notes BEGIN
  INSERT INTO note_stems (rowid, title, body) VALUES (new.seq, new.title, new.body);
  INSERT INTO note_words (rowid, title, body) VALUES (new.seq, new.title, new.body);
  UPDATE shelves SET size = size + 1 WHERE no = new.seq >> 30;
END;
CREATE TRIGGER notes_reindexed AFTER UPDATE OF title, body ON notes BEGIN
  INSERT INTO note_stems (note_stems, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO note_words (note_words, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO note_stems (rowid, title, body) VALUES (new.seq, new.title, new.body);
  INSERT INTO note_words (rowid, title, body) VALUES (new.seq, new.title, new.body);
END;
CREATE TRIGGER notes_unindexed AFTER DELETE ON notes BEGIN
  INSERT INTO note_stems (note_stems, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  INSERT INTO note_words (note_words, rowid, title, body) VALUES ('delete', old.seq, old.title, old.body);
  UPDATE shelves SET size = size - 1 WHERE no = old.seq >> 30;
END;
