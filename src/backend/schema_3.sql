-- Version 3: how many entries stand in each block of 1,024 places, so that a list can be read from its middle. This file never changes again.

CREATE TABLE shelf_blocks (
  no   INTEGER PRIMARY KEY, -- of the block: `seq >> 10` of each entry in it
  size INTEGER NOT NULL     -- how many can be found
) STRICT;
INSERT INTO shelf_blocks (no, size)
  SELECT no, sum(size) FROM (
    SELECT seq >> 10 AS no, count(*) AS size FROM pages WHERE deleted_at IS NULL GROUP BY seq >> 10
    UNION ALL SELECT seq >> 10, count(*) FROM quotes GROUP BY seq >> 10
    UNION ALL SELECT seq >> 10, count(*) FROM notes GROUP BY seq >> 10
  ) GROUP BY no;

CREATE TRIGGER pages_counted AFTER INSERT ON pages WHEN new.deleted_at IS NULL BEGIN
  INSERT INTO shelf_blocks (no, size) VALUES (new.seq >> 10, 1) ON CONFLICT (no) DO UPDATE SET size = size + 1;
END;
CREATE TRIGGER pages_uncounted AFTER UPDATE OF deleted_at ON pages
WHEN old.deleted_at IS NULL AND new.deleted_at IS NOT NULL BEGIN
  UPDATE shelf_blocks SET size = size - 1 WHERE no = new.seq >> 10;
END;
CREATE TRIGGER quotes_counted AFTER INSERT ON quotes BEGIN
  INSERT INTO shelf_blocks (no, size) VALUES (new.seq >> 10, 1) ON CONFLICT (no) DO UPDATE SET size = size + 1;
END;
CREATE TRIGGER quotes_uncounted AFTER DELETE ON quotes BEGIN
  UPDATE shelf_blocks SET size = size - 1 WHERE no = old.seq >> 10;
END;
CREATE TRIGGER notes_counted AFTER INSERT ON notes BEGIN
  INSERT INTO shelf_blocks (no, size) VALUES (new.seq >> 10, 1) ON CONFLICT (no) DO UPDATE SET size = size + 1;
END;
CREATE TRIGGER notes_uncounted AFTER DELETE ON notes BEGIN
  UPDATE shelf_blocks SET size = size - 1 WHERE no = old.seq >> 10;
END;
