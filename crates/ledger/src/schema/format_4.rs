//! The tables that format 4 added.

/// What format 4 added: sheets for review and what came back on them, open questions of a production that people
/// acknowledged, redactions; approvals and what was left out on them, volumes that replace earlier numbers, claw-backs, pairs
/// and passages that may stand beside a withheld document.
pub(super) const SINCE_FORMAT_4: &str = "
CREATE TABLE approval (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, what TEXT NOT NULL CHECK (what IN ('dedup', 'threads')),
  recipe TEXT NOT NULL, approved_by TEXT NOT NULL, approved_on INTEGER NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX approval_by_request ON approval (request, key);
CREATE TABLE suppressed (
  key INTEGER PRIMARY KEY, approval INTEGER NOT NULL REFERENCES approval (key),
  population INTEGER NOT NULL REFERENCES population (key), document BLOB NOT NULL, duplicate_of BLOB NOT NULL
) STRICT;
CREATE INDEX suppressed_by_approval ON suppressed (approval);
CREATE TABLE replacement (
  reservation INTEGER PRIMARY KEY REFERENCES volume_sealed (reservation), why TEXT NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE TABLE replaced (
  reservation INTEGER NOT NULL REFERENCES replacement (reservation), place INTEGER NOT NULL, document BLOB NOT NULL,
  old INTEGER NOT NULL REFERENCES volume_sealed (reservation), first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (reservation, place), UNIQUE (reservation, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE clawback (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, basis TEXT NOT NULL, disclosed_on INTEGER NOT NULL,
  discovered_on INTEGER NOT NULL, steps TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE clawback_document (
  clawback INTEGER NOT NULL REFERENCES clawback (key), place INTEGER NOT NULL, document BLOB NOT NULL,
  reservation INTEGER NOT NULL REFERENCES volume_sealed (reservation), first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (clawback, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE clawback_notice (
  key INTEGER PRIMARY KEY, clawback INTEGER NOT NULL REFERENCES clawback (key), notified_on INTEGER NOT NULL,
  recipient TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX clawback_notice_by_clawback ON clawback_notice (clawback, key);
CREATE TABLE twin_allowed (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, barred BLOB NOT NULL, other BLOB NOT NULL, why TEXT NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX twin_allowed_by_request ON twin_allowed (request, key);
CREATE TABLE passage_allowed (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, sha256 BLOB NOT NULL REFERENCES blob (sha256), why TEXT NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX passage_allowed_by_request ON passage_allowed (request, key);
CREATE TABLE review_sheet (
  key INTEGER PRIMARY KEY, population INTEGER NOT NULL REFERENCES population (key), screens_sha256 BLOB NOT NULL,
  last_decision INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE review_import (
  key INTEGER PRIMARY KEY, sheet INTEGER NOT NULL REFERENCES review_sheet (key), file_sha256 BLOB NOT NULL,
  changed INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE TABLE review_coding (
  import INTEGER NOT NULL REFERENCES review_import (key), document BLOB NOT NULL,
  decision INTEGER NOT NULL UNIQUE REFERENCES decision (key), body TEXT NOT NULL,
  PRIMARY KEY (import, document)
) STRICT, WITHOUT ROWID;
CREATE TABLE gate_acknowledged (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, question TEXT NOT NULL, facts_sha256 BLOB NOT NULL,
  why TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX gate_acknowledged_by_request ON gate_acknowledged (request, question, key);
CREATE TABLE redaction_sheet (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, population INTEGER NOT NULL REFERENCES population (key),
  file_sha256 BLOB NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX redaction_sheet_by_request ON redaction_sheet (request, key);
CREATE TABLE redaction (
  sheet INTEGER NOT NULL REFERENCES redaction_sheet (key), place INTEGER NOT NULL, document BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (sheet, place)
) STRICT, WITHOUT ROWID;
";
