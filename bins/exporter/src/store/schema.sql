-- Records and their salts, and the leaf of each. The leaf is never changed and no row is ever deleted: an index that was given is never given again.
-- Erasing sets everything but the leaf to NULL.
CREATE TABLE entry (
    idx INTEGER PRIMARY KEY CHECK (idx >= 0),
    leaf BLOB NOT NULL,
    kind TEXT,
    subject TEXT,
    salt BLOB,
    body BLOB,
    -- A keyed hash of the body, so that the same row is not imported twice.
    mark BLOB UNIQUE
) STRICT;
CREATE INDEX entry_of_subject ON entry (subject, idx) WHERE subject IS NOT NULL;
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TRIGGER leaf_stays BEFORE UPDATE OF idx, leaf ON entry BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER entries_have_no_gap BEFORE INSERT ON entry
    WHEN NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM entry) BEGIN SELECT RAISE(ABORT, 'an index is never given twice'); END;
