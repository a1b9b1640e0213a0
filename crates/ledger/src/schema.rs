//! The tables. `SCHEMA.md` describes them; a change of meaning raises [`FORMAT`].

mod format_4;
mod format_5;

use crate::error::Fault;
use format_4::SINCE_FORMAT_4;
use format_5::SINCE_FORMAT_5;
use rusqlite::Connection;

/// The format of the file, kept in `PRAGMA user_version`. Rules for raising it are in `SCHEMA.md`.
pub const FORMAT: u32 = 5;

/// `PRAGMA application_id`: the letters `DUCE`.
pub(crate) const APPLICATION_ID: i64 = 0x4455_4345;

/// Tables whose rows are never changed and never go away.
pub(crate) const APPEND_ONLY: [&str; 59] = [
    "audit",
    "index_run",
    "index_run_ended",
    "series",
    "reservation",
    "volume_voided",
    "volume_sealed",
    "volume_member",
    "verification",
    "blob",
    "certificate",
    "certificate_pin",
    "search_run",
    "population",
    "population_item",
    "population_member",
    "population_unknown",
    "decision",
    "gap",
    "gap_version",
    "gap_merge",
    "gap_seen",
    "gap_status",
    "collected",
    "index_unread",
    "search_detail",
    "search_set",
    "free_search",
    "null_sample",
    "null_draw",
    "null_drawn",
    "null_answers",
    "null_answer",
    "gap_note",
    "gap_merged",
    "gap_split",
    "past_request",
    "capture_test",
    "capture_test_seen",
    "approval",
    "suppressed",
    "replacement",
    "replaced",
    "clawback",
    "clawback_document",
    "clawback_notice",
    "twin_allowed",
    "passage_allowed",
    "review_sheet",
    "review_import",
    "review_coding",
    "gate_acknowledged",
    "redaction_sheet",
    "redaction",
    "request_extension",
    "request_standing",
    "delivery",
    "instrument",
    "certificate_text",
];

/// Where among them those begin that came with format 2.
const SINCE_2: usize = 23;

/// Where among them those begin that came with format 3.
const SINCE_3: usize = 33;

/// Where among them those begin that came with format 4.
const SINCE_4: usize = 39;

/// Where among them those begin that came with format 5.
const SINCE_5: usize = 54;

/// Makes the tables in an empty database.
pub(crate) fn create(connection: &Connection) -> Result<(), Fault> {
    connection.execute_batch(INDEXING)?;
    connection.execute_batch(ACTS)?;
    connection.execute_batch(SINCE_FORMAT_2)?;
    connection.execute_batch(SINCE_FORMAT_3)?;
    connection.execute_batch(SINCE_FORMAT_4)?;
    connection.execute_batch(SINCE_FORMAT_5)?;
    append_only(connection, &APPEND_ONLY)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    Ok(())
}

/// Moves a ledger of an older format up, one format after the other: format 2 added tables, and what a run did not
/// read became rows; format 3 added what people say of gaps, answers given before this program, and capture tests; format 4
/// added review sheets, acknowledgements and redactions, approvals, replacements, claw-backs, and what may stand beside a
/// withheld document; format 5 added extensions, answered requests, deliveries, instruments and
/// the text of certificates.
pub(crate) fn move_up(connection: &Connection, from: u32) -> Result<(), Fault> {
    if from < 2 {
        connection.execute_batch(SINCE_FORMAT_2)?;
        connection.execute_batch(UNREAD_OF_FORMAT_1)?;
        append_only(connection, &APPEND_ONLY[SINCE_2..SINCE_3])?;
    }
    if from < 3 {
        connection.execute_batch(SINCE_FORMAT_3)?;
        append_only(connection, &APPEND_ONLY[SINCE_3..SINCE_4])?;
    }
    if from < 4 {
        connection.execute_batch(SINCE_FORMAT_4)?;
        append_only(connection, &APPEND_ONLY[SINCE_4..SINCE_5])?;
    }
    connection.execute_batch(SINCE_FORMAT_5)?;
    append_only(connection, &APPEND_ONLY[SINCE_5..])?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    Ok(())
}

/// Until format 2 the notes of a run stood in one cell.
const UNREAD_OF_FORMAT_1: &str = "
INSERT INTO index_unread (run, place, file, what, detail)
  SELECT run, ROW_NUMBER() OVER (PARTITION BY run ORDER BY part, place), file, what, detail FROM (
    SELECT e.run, 1 AS part, n.key AS place, n.value ->> 'container' AS file, n.value ->> 'what' AS what,
      n.value ->> 'detail' AS detail
    FROM index_run_ended e, json_each(e.unread, '$.notes') n
    UNION ALL
    SELECT e.run, 2, n.key, n.value ->> 'file', 'ignored', n.value ->> 'reason'
    FROM index_run_ended e, json_each(e.unread, '$.ignored') n);
ALTER TABLE index_run_ended DROP COLUMN unread;
";

fn append_only(connection: &Connection, tables: &[&str]) -> Result<(), Fault> {
    for table in tables {
        for verb in ["UPDATE", "DELETE"] {
            connection.execute_batch(&format!(
                "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
                 BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed and never deleted'); END;"
            ))?;
        }
    }
    Ok(())
}

/// What indexing writes. The tables of many rows have no foreign keys among themselves: only
/// `write_checkpoint` writes them, and taking back a checkpoint would search every child for each row.
const INDEXING: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  number INTEGER PRIMARY KEY,
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
  container_from INTEGER NOT NULL, occurrence_from INTEGER NOT NULL, document_from INTEGER NOT NULL,
  defect_from INTEGER NOT NULL, address_from INTEGER NOT NULL, media_type_from INTEGER NOT NULL,
  source_from INTEGER NOT NULL
) STRICT;

CREATE TABLE container (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  archive TEXT NOT NULL
) STRICT;

CREATE TABLE container_state (
  container INTEGER NOT NULL REFERENCES container (key),
  version INTEGER NOT NULL,
  checkpoint INTEGER NOT NULL,
  act INTEGER,
  fate TEXT NOT NULL CHECK (fate IN ('present', 'vanished', 'changed', 'moved')),
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  compressed INTEGER NOT NULL,
  file_bytes INTEGER NOT NULL,
  modified INTEGER,
  file_sha256 BLOB, found INTEGER, independent INTEGER, unquoted INTEGER, stream_sha256 BLOB, stream_bytes INTEGER,
  PRIMARY KEY (container, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX container_state_by_checkpoint ON container_state (checkpoint);

CREATE TABLE address (key INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE media_type (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE source (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE occurrence (
  key INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  container INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  indexed INTEGER NOT NULL,
  unsearchable INTEGER NOT NULL,
  day INTEGER,
  sent_at INTEGER,
  defective TEXT,
  journal INTEGER NOT NULL,
  id BLOB NOT NULL,
  retained_sha256 BLOB NOT NULL,
  message_id BLOB,
  participants_sha256 BLOB NOT NULL,
  delivery_group BLOB,
  participants BLOB NOT NULL,
  thread BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX occurrence_by_place ON occurrence (container, ordinal);

CREATE TABLE document (
  row INTEGER PRIMARY KEY,
  occurrence INTEGER NOT NULL,
  parent INTEGER,
  part TEXT NOT NULL,
  kind TEXT NOT NULL,
  media_type INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  sent_at INTEGER,
  bytes INTEGER NOT NULL,
  unsearchable TEXT, unsearchable_detail TEXT,
  id BLOB NOT NULL,
  native_sha256 BLOB NOT NULL,
  native_md5 BLOB NOT NULL,
  conversion TEXT,
  extension TEXT NOT NULL,
  file_name TEXT
) STRICT;
CREATE INDEX document_by_id ON document (substr(id, 1, 8));

CREATE TABLE attribution (
  occurrence INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES source (key),
  bases INTEGER NOT NULL CHECK (bases BETWEEN 1 AND 7),
  PRIMARY KEY (occurrence, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX attribution_by_source ON attribution (source, occurrence);

CREATE TABLE defect (
  key INTEGER PRIMARY KEY,
  checkpoint INTEGER NOT NULL,
  container INTEGER NOT NULL,
  occurrence INTEGER,
  document INTEGER,
  code TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX defect_of_container ON defect (container) WHERE occurrence IS NULL;
";

/// What acts of people write.
const ACTS: &str = "
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE index_run (key INTEGER PRIMARY KEY, outstanding INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE index_run_ended (
  run INTEGER PRIMARY KEY REFERENCES index_run (key), at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE search_run (
  key INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, request TEXT NOT NULL, item TEXT NOT NULL,
  exact TEXT NOT NULL, snapshot BLOB NOT NULL, register_sha256 BLOB NOT NULL, counts TEXT NOT NULL
) STRICT;

CREATE TABLE population (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, snapshot BLOB NOT NULL,
  register_sha256 BLOB NOT NULL, request_sha256 BLOB NOT NULL, items INTEGER NOT NULL
) STRICT;
CREATE INDEX population_by_request ON population (request);
CREATE TABLE population_item (
  population INTEGER NOT NULL REFERENCES population (key), place INTEGER NOT NULL, item TEXT NOT NULL,
  in_scope INTEGER NOT NULL, hit INTEGER NOT NULL, not_hit INTEGER NOT NULL, cannot_tell INTEGER NOT NULL,
  members INTEGER NOT NULL,
  PRIMARY KEY (population, place), UNIQUE (population, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE population_member (
  population INTEGER NOT NULL, item INTEGER NOT NULL, place INTEGER NOT NULL, document BLOB NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (population, item, place), UNIQUE (population, document, item),
  FOREIGN KEY (population, item) REFERENCES population_item (population, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE population_unknown (
  population INTEGER NOT NULL, item INTEGER NOT NULL, place INTEGER NOT NULL, document BLOB NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (population, item, place),
  FOREIGN KEY (population, item) REFERENCES population_item (population, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision (
  key INTEGER PRIMARY KEY, population INTEGER NOT NULL REFERENCES population (key), document BLOB NOT NULL,
  disposition TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX decision_by_document ON decision (population, document, key);

CREATE TABLE series (prefix TEXT PRIMARY KEY COLLATE NOCASE, width INTEGER NOT NULL) STRICT;
CREATE TABLE reservation (
  key INTEGER PRIMARY KEY,
  volume TEXT NOT NULL UNIQUE COLLATE NOCASE,
  request TEXT NOT NULL,
  prefix TEXT NOT NULL REFERENCES series (prefix),
  first INTEGER NOT NULL CHECK (first >= 1), last INTEGER NOT NULL CHECK (last >= first),
  at TEXT NOT NULL, by TEXT NOT NULL,
  UNIQUE (prefix, first)
) STRICT;
CREATE TABLE volume_voided (
  reservation INTEGER PRIMARY KEY REFERENCES reservation (key), reason TEXT NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE TABLE volume_sealed (
  reservation INTEGER PRIMARY KEY REFERENCES reservation (key), request TEXT NOT NULL,
  population INTEGER NOT NULL REFERENCES population (key), manifest_sha256 BLOB NOT NULL, path TEXT NOT NULL,
  facts TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE volume_member (
  reservation INTEGER NOT NULL REFERENCES volume_sealed (reservation), place INTEGER NOT NULL,
  document BLOB NOT NULL, family BLOB NOT NULL, disposition TEXT NOT NULL, first INTEGER, last INTEGER,
  PRIMARY KEY (reservation, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_member_by_document ON volume_member (document);
CREATE TABLE verification (
  key INTEGER PRIMARY KEY, reservation INTEGER NOT NULL REFERENCES volume_sealed (reservation),
  passed INTEGER NOT NULL, findings TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;

CREATE TABLE gap (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE gap_merge (number INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE gap_version (
  key INTEGER PRIMARY KEY, gap INTEGER NOT NULL REFERENCES gap (key), merge INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX gap_version_by_gap ON gap_version (gap, key);
CREATE TABLE gap_seen (
  gap INTEGER NOT NULL REFERENCES gap (key), merge INTEGER NOT NULL REFERENCES gap_merge (number),
  PRIMARY KEY (gap, merge)
) STRICT, WITHOUT ROWID;
CREATE TABLE gap_status (
  key INTEGER PRIMARY KEY, gap INTEGER NOT NULL REFERENCES gap (key), status TEXT NOT NULL, why TEXT NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX gap_status_by_gap ON gap_status (gap, key);

CREATE TABLE blob (sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE certificate (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, volume TEXT, title TEXT NOT NULL,
  pdf_sha256 BLOB NOT NULL REFERENCES blob (sha256), facts_sha256 BLOB NOT NULL REFERENCES blob (sha256),
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE certificate_pin (
  certificate INTEGER NOT NULL REFERENCES certificate (key), place INTEGER NOT NULL, what TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  PRIMARY KEY (certificate, place)
) STRICT, WITHOUT ROWID;
";

/// What format 2 added: files collected by hand, notes of runs, searches kept with their documents, free searches,
/// samples of what was not selected.
const SINCE_FORMAT_2: &str = "
CREATE TABLE collected (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, item TEXT NOT NULL, container BLOB NOT NULL, path TEXT NOT NULL,
  file_sha256 BLOB NOT NULL, came_from TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
  UNIQUE (request, item, container)
) STRICT;
CREATE TABLE index_unread (
  run INTEGER NOT NULL REFERENCES index_run_ended (run), place INTEGER NOT NULL, file TEXT NOT NULL,
  what TEXT NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_detail (
  search INTEGER PRIMARY KEY REFERENCES search_run (key), run INTEGER NOT NULL REFERENCES search_run (key),
  request_sha256 BLOB NOT NULL REFERENCES blob (sha256), analyzer INTEGER NOT NULL, documents INTEGER NOT NULL
) STRICT;
CREATE INDEX search_detail_by_run ON search_detail (run);
CREATE TABLE search_set (
  search INTEGER NOT NULL REFERENCES search_detail (search), place INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('hit', 'cannot-tell', 'term')), term TEXT NOT NULL,
  documents INTEGER NOT NULL, rows_sha256 BLOB NOT NULL REFERENCES blob (sha256),
  PRIMARY KEY (search, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE free_search (
  key INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, dialect TEXT NOT NULL, written TEXT NOT NULL,
  exact TEXT NOT NULL, snapshot BLOB NOT NULL, register_sha256 BLOB NOT NULL, analyzer INTEGER NOT NULL,
  documents INTEGER NOT NULL, counts TEXT NOT NULL
) STRICT;

CREATE TABLE null_sample (
  key INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, request TEXT NOT NULL, item TEXT NOT NULL,
  population INTEGER NOT NULL REFERENCES population (key), snapshot BLOB NOT NULL, unit TEXT NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 1), seed INTEGER NOT NULL
) STRICT;
CREATE INDEX null_sample_by_request ON null_sample (request);
CREATE TABLE null_draw (
  sample INTEGER PRIMARY KEY REFERENCES null_sample (key), documents INTEGER NOT NULL, families INTEGER NOT NULL,
  sizes TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE null_drawn (
  sample INTEGER NOT NULL REFERENCES null_draw (sample), place INTEGER NOT NULL, document BLOB NOT NULL,
  family BLOB NOT NULL,
  PRIMARY KEY (sample, place), UNIQUE (sample, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE null_answers (
  key INTEGER PRIMARY KEY, sample INTEGER NOT NULL REFERENCES null_draw (sample),
  file_sha256 BLOB NOT NULL REFERENCES blob (sha256), result TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE null_answer (
  answers INTEGER NOT NULL REFERENCES null_answers (key), place INTEGER NOT NULL,
  responsive INTEGER NOT NULL CHECK (responsive IN (0, 1)),
  PRIMARY KEY (answers, place)
) STRICT, WITHOUT ROWID;
";

/// What format 3 added: which finding a person judged, notes, merged and split gaps, answers given before this
/// program, capture tests.
const SINCE_FORMAT_3: &str = "
ALTER TABLE gap_status ADD COLUMN version INTEGER REFERENCES gap_version (key);
CREATE TABLE gap_note (
  key INTEGER PRIMARY KEY, gap INTEGER NOT NULL REFERENCES gap (key), field TEXT NOT NULL, text TEXT NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX gap_note_by_gap ON gap_note (gap, key);
CREATE TABLE gap_merged (
  key INTEGER PRIMARY KEY, gap INTEGER NOT NULL REFERENCES gap (key), with_gap INTEGER REFERENCES gap (key),
  why TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX gap_merged_by_gap ON gap_merged (gap, key);
CREATE TABLE gap_split (
  part INTEGER PRIMARY KEY REFERENCES gap (key), whole INTEGER NOT NULL REFERENCES gap (key),
  version INTEGER NOT NULL REFERENCES gap_version (key), why TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX gap_split_by_whole ON gap_split (whole);
CREATE TABLE past_request (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, body TEXT NOT NULL,
  file_sha256 BLOB NOT NULL REFERENCES blob (sha256), at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX past_request_by_request ON past_request (request, key);
CREATE TABLE capture_test (
  key INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, source TEXT NOT NULL, address TEXT NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE capture_test_seen (
  key INTEGER PRIMARY KEY, test INTEGER NOT NULL REFERENCES capture_test (key), sent_on INTEGER, archived_on INTEGER,
  occurrence BLOB, reviewed_on INTEGER, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX capture_test_seen_by_test ON capture_test_seen (test, key);
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::ledger;
    use duces_model::Sha256;

    fn schema(kind: &str) -> Vec<(String, String)> {
        let (_folder, ledger) = ledger();
        let read = "SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL ORDER BY name";
        let mut statement = ledger.connection.prepare(read).unwrap();
        let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn what_people_do_is_never_changed_and_never_deleted() {
        let triggers: Vec<String> = schema("trigger").into_iter().map(|(name, _)| name).collect();
        for table in APPEND_ONLY {
            for verb in ["UPDATE", "DELETE"] {
                assert!(triggers.contains(&format!("{table}_no_{verb}")), "{table} {verb}");
            }
        }
        let indexing = ["address", "attribution", "checkpoint", "container", "container_state", "defect"];
        let open: Vec<String> = schema("table").into_iter().map(|(name, _)| name).collect();
        let open: Vec<&str> =
            open.iter().map(String::as_str).filter(|table| !APPEND_ONLY.contains(table)).collect();
        assert_eq!(open[..6], indexing);
        assert_eq!(open[6..], ["document", "media_type", "meta", "occurrence", "source"]);
    }

    #[test]
    fn tables_do_not_change_without_a_new_format() {
        let mut hasher = Sha256::hasher();
        for kind in ["table", "index", "trigger"] {
            for (name, sql) in schema(kind) {
                let words: Vec<&str> = sql.split_whitespace().collect();
                hasher.update(format!("{kind} {name} {}\n", words.join(" ")));
            }
        }
        // Format 1 was 4a4af552c02c872b09e360489b7f98621fef3b90a4d142551286a8be63b769ab; fixtures/format-1.sql is one.
        // Format 2 was d2f82c10b1b726e018732c396fe5d4c551d0408368dcb3e84e04141919bacacd; fixtures/format-2.sql is one.
        // Format 3 was a5ecdb053ecec9d2f5c231b098c785b65313546c967a091fa81bd64549877520; fixtures/format-3.sql is one.
        // Format 4 was ec2554b92e854e136ecfd5c4a2216f74698ebd5d8ba4f5cc5f74e4ee90a17829; fixtures/format-4.sql is one.
        let format = (5, "f69f860e42e4f0906af3806b2bf3fd3a56d1c18207a60a1a0cf03013f2f87fa4");
        assert_eq!((FORMAT, hasher.finish().to_string().as_str()), format);
    }
}
