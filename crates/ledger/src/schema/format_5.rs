//! The tables that format 5 added.

/// What format 5 added: extensions of requests, which of them are answered, what was delivered, instruments
/// other than the completeness certificate, and the text of certificates to be edited.
pub(super) const SINCE_FORMAT_5: &str = "
CREATE TABLE request_extension (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, item TEXT, due INTEGER NOT NULL, granted_by TEXT NOT NULL,
  granted_on INTEGER NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX request_extension_by_request ON request_extension (request, key);
CREATE TABLE request_standing (
  key INTEGER PRIMARY KEY, request TEXT NOT NULL, answered_on INTEGER, why TEXT NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
CREATE INDEX request_standing_by_request ON request_standing (request, key);
CREATE TABLE delivery (
  key INTEGER PRIMARY KEY, reservation INTEGER NOT NULL REFERENCES volume_sealed (reservation),
  delivered_on INTEGER NOT NULL, recipient TEXT NOT NULL, means TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_by_reservation ON delivery (reservation, key);
CREATE TABLE instrument (
  key INTEGER PRIMARY KEY, kind TEXT NOT NULL, request TEXT, title TEXT NOT NULL, draft INTEGER NOT NULL,
  facts_sha256 BLOB NOT NULL, json_sha256 BLOB NOT NULL, pdf_sha256 BLOB NOT NULL, docx_sha256 BLOB NOT NULL,
  template_sha256 BLOB NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX instrument_by_facts ON instrument (facts_sha256, key);
CREATE TABLE certificate_text (
  certificate INTEGER PRIMARY KEY REFERENCES certificate (key), docx_sha256 BLOB NOT NULL REFERENCES blob (sha256),
  printed_sha256 BLOB NOT NULL
) STRICT;
";
