//! The audit trail for people: checked, written out to be read, and held against what was written out before.
//!
//! 17 CFR 240.17a-4(f)(2)(iv) wants the audit trail of a record in a human-readable and in a reasonably usable electronic
//! format: the page is the one, the table the other. The table holds each row as it is hashed, so that anybody can compute
//! the chain anew (`crates/ledger/SCHEMA.md` says how; an apostrophe before a sign of formulas is not hashed), and a copy kept elsewhere shows a trail that was rewritten whole.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::{Actor, Workspace};
use crate::html::{escape, grouped, page};
use crate::sheet::{Sheet, harmless};
use duces_ledger::AuditRow;
use duces_model::{Mistake, Mistakes, Sha256};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const HEADS: [&str; 6] = ["row", "at", "by", "action", "detail", "sha256"];

/// The trail was checked.
#[derive(Debug, Serialize)]
pub struct AuditReport {
    /// Its rows.
    pub rows: u64,
    /// Digest of the last one; together with the number it pins the whole trail.
    pub last_sha256: Sha256,
    /// Rows of an earlier copy that were held against it; absent where none was.
    pub compared: Option<u64>,
    /// What was written.
    pub written: Vec<PathBuf>,
}

impl Workspace {
    /// Checks the chain of the audit trail; where a copy written out earlier is given, each of its rows against the trail.
    ///
    /// # Errors
    /// The row at which the chain breaks, or that differs from the copy; a copy that cannot be read.
    pub fn check_audit(&self, copy: Option<&Path>) -> Result<AuditReport, WorkspaceError> {
        let rows = self.ledger.audit_check().map_err(|broken| WorkspaceError::Refused {
            what: "the audit trail does not hold".to_owned(),
            reasons: vec![broken.to_string()],
            hint: "keep a copy of .duces/ledger.sqlite as it is, and find out who changed it".to_owned(),
        })?;
        let compared = copy.map(|copy| self.compare(copy)).transpose()?;
        Ok(AuditReport { rows, last_sha256: self.ledger.audit_head()?.hash, compared, written: Vec::new() })
    }

    /// Checks the chain and writes it out: `reports/audit.csv` and `audit.html`.
    ///
    /// # Errors
    /// A chain that does not hold: what is written out is whole.
    pub fn export_audit(&self, actor: &Actor) -> Result<AuditReport, WorkspaceError> {
        let mut report = self.check_audit(None)?;
        let rows = self.ledger.audit_rows()?;
        let (csv, html) = (self.report("audit.csv"), self.report("audit.html"));
        let mut sheet = Sheet::staged(&csv, &HEADS)?;
        for row in &rows {
            sheet.row(cells(row));
        }
        sheet.finish()?;
        files::replace(&html, self.audit_page(&rows, actor).as_bytes())?;
        report.written = vec![csv, html];
        Ok(report)
    }

    /// Holds each row of a copy against the trail; says how many there are.
    fn compare(&self, copy: &Path) -> Result<u64, WorkspaceError> {
        let bytes = std::fs::read(copy).doing("read", copy)?;
        let name = copy.display().to_string();
        let rows: BTreeMap<String, AuditRow> =
            self.ledger.audit_rows()?.into_iter().map(|row| (row.seq.to_string(), row)).collect();
        let mut reader = csv::Reader::from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
        let is_copy = reader.headers().is_ok_and(|heads| heads.iter().eq(HEADS));
        let mut reasons = Vec::new();
        let mut compared = 0;
        for record in reader.records() {
            let record = match record {
                Ok(record) if is_copy => record,
                _ => return Err(no_copy(&name, compared + 2)),
            };
            compared += 1;
            let number = record.get(0).unwrap_or_default();
            match rows.get(number) {
                None => reasons.push(format!("row {number} of {name} is not in the trail")),
                Some(row) if record.iter().eq(cells(row).iter().map(|cell| harmless(cell))) => {}
                Some(row) => reasons.push(format!(
                    "row {number} is other than in {name}: found {} by {} at {}",
                    row.action, row.by, row.at
                )),
            }
        }
        if !is_copy || compared == 0 {
            return Err(no_copy(&name, 1));
        }
        if reasons.is_empty() {
            return Ok(compared);
        }
        let more = reasons.len().saturating_sub(REASONS_MAX);
        reasons.truncate(REASONS_MAX);
        if more > 0 {
            reasons.push(format!("and {more} more rows"));
        }
        Err(WorkspaceError::Refused {
            what: "the audit trail is not the one that was written out".to_owned(),
            reasons,
            hint: "keep a copy of .duces/ledger.sqlite as it is, and find out who changed which of the two"
                .to_owned(),
        })
    }

    fn audit_page(&self, rows: &[AuditRow], actor: &Actor) -> String {
        let mut body = String::from("<h1>Audit trail</h1>\n");
        let last = rows.last().map(|row| row.hash.to_string()).unwrap_or_default();
        let _ = writeln!(
            body,
            "<p class=\"quiet\">{}. Internal work product. {} rows, written out on {} by {}. Each row's digest is over the row \
             before; that of the last is <code>{last}</code>. Instants are UTC.</p>",
            escape(&self.config.firm.name),
            grouped(rows.len() as u64),
            actor.now.format("%Y-%m-%d %H:%M:%S"),
            escape(&actor.name)
        );
        body.push_str(
            "<table><thead><tr><th class=\"n\">Row</th><th>When</th><th>Who</th><th>What</th><th>Detail</th></tr></thead>\n<tbody>\n",
        );
        for row in rows {
            let _ = writeln!(
                body,
                "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                grouped(row.seq),
                row.at.format("%Y-%m-%d %H:%M:%S"),
                escape(&row.by),
                escape(&row.action),
                detail(&row.detail)
            );
        }
        body.push_str("</tbody></table>\n");
        page("Audit trail", "", &body)
    }
}

/// The most rows that a refusal names.
const REASONS_MAX: usize = 20;

fn cells(row: &AuditRow) -> [String; 6] {
    [
        row.seq.to_string(),
        row.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        row.by.clone(),
        row.action.clone(),
        row.detail.to_string(),
        row.hash.to_string(),
    ]
}

fn no_copy(name: &str, line: u64) -> WorkspaceError {
    let message = format!("found no row of an audit trail, expected the columns {}", HEADS.join(", "));
    Mistakes::one(Mistake::in_row(name, line, None, message).hint("duces audit export writes a copy")).into()
}

/// Keys and values, one pair a line.
fn detail(value: &Value) -> String {
    let Value::Object(pairs) = value else { return escape(&value.to_string()) };
    let lines: Vec<String> = pairs
        .iter()
        .map(|(key, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{}: {}", escape(&key.replace('_', " ")), escape(&value))
        })
        .collect();
    lines.join("<br>")
}
