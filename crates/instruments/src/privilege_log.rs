//! The privilege log (instrument I-7): what was withheld or redacted for privilege, and on what claim.
//!
//! It says nothing of a document's content: neither subject nor file name is among its fields, and what a person
//! writes as a description is held against the document by whoever makes the log. Nothing but privilege is in it:
//! what is withheld on any other ground neither has a row nor leaves a hole in the numbers of the log.
//!
//! Fields: the usual instructions on withheld documents and the practice of the FTC's and the DOJ Antitrust
//! Division's logs, from memory.

use crate::error::InstrumentError;
use chrono::{DateTime, Utc};
use duces_render::{Block, Column, Pages, Rendition, to_pdf};

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number in the log, from 1 within a request.
    pub number: u64,
    /// Its number in a volume; empty where none is issued yet.
    pub bates: String,
    /// `alone`, `parent` or `attachment`, with the number of the document to which it is attached.
    pub family: String,
    /// Day of its message.
    pub date: String,
    /// What kind of document.
    pub kind: String,
    /// Who wrote it, as far as the message says.
    pub author: String,
    /// Recipients, with titles; attorneys are marked.
    pub to: String,
    /// Recipients of copies.
    pub cc: String,
    /// Recipients of blind copies.
    pub bcc: String,
    /// The attorneys among them, and those that a reviewer names.
    pub attorneys: String,
    /// The privilege claimed.
    pub privilege: String,
    /// What it is, without what it says.
    pub description: String,
    /// `withheld` or `redacted`.
    pub treatment: String,
    /// Who holds it.
    pub held_by: String,
    /// The paragraphs of the request that it answers.
    pub paragraphs: String,
    /// On what the claim rests; for work product, the litigation anticipated.
    pub basis: String,
}

/// The heads of the log's columns, in the order of [`LogEntry::cells`].
pub const LOG_COLUMNS: [&str; 16] = [
    "Log number",
    "Bates number",
    "Family",
    "Date",
    "Type",
    "Author",
    "To",
    "Cc",
    "Bcc",
    "Attorneys",
    "Privilege claimed",
    "Description",
    "Treatment",
    "Held by",
    "Request paragraph",
    "Basis",
];

impl LogEntry {
    /// The row for a table.
    pub fn cells(&self) -> [String; 16] {
        let texts = [
            &self.bates,
            &self.family,
            &self.date,
            &self.kind,
            &self.author,
            &self.to,
            &self.cc,
            &self.bcc,
            &self.attorneys,
            &self.privilege,
            &self.description,
            &self.treatment,
            &self.held_by,
            &self.paragraphs,
            &self.basis,
        ];
        let mut cells = [const { String::new() }; 16];
        cells[0] = self.number.to_string();
        for (cell, text) in cells[1..].iter_mut().zip(texts) {
            cell.clone_from(text);
        }
        cells
    }
}

/// A privilege log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeLog {
    /// Legal name of the firm.
    pub firm: String,
    /// Who asked, under which number.
    pub request: String,
    /// Of which volumes; none where nothing is produced yet.
    pub volumes: Vec<String>,
    /// The instant that the document states of itself.
    pub dated: DateTime<Utc>,
    /// Its rows.
    pub entries: Vec<LogEntry>,
}

/// The mark behind an attorney's name.
pub const ATTORNEY_MARK: char = '*';

/// Sets the log on pages.
///
/// # Errors
/// [`InstrumentError::Render`] where the pages cannot be made.
pub fn privilege_log(log: &PrivilegeLog) -> Result<Rendition, InstrumentError> {
    let of = match log.volumes.as_slice() {
        [] => "No volume is produced yet: numbers are still to be given.".to_owned(),
        [one] => format!("Volume {one}."),
        several => format!("Volumes {}.", several.join(", ")),
    };
    let mut blocks = vec![
        Block::Title("Privilege Log".to_owned()),
        Block::Paragraph(format!("{}: {}. {of}", log.firm, log.request)),
        Block::Note(format!(
            "{ATTORNEY_MARK} marks an attorney. A Bates number is that of the sheet that stands for a withheld document, or of the \
             redacted document itself."
        )),
    ];
    if log.entries.is_empty() {
        blocks.push(Block::Paragraph("Nothing was withheld or redacted for privilege.".to_owned()));
    } else {
        let columns = vec![
            Column::new("No., Bates, family", 16),
            Column::new("Date, type", 13),
            Column::new("Author", 16),
            Column::new("Recipients", 18),
            Column::new("Privilege and its basis", 15),
            Column::new("Description, treatment", 16),
            Column::new("Paragraph, held by", 13),
        ];
        blocks.push(Block::Table { columns, rows: log.entries.iter().map(row).collect() });
    }
    let pages = Pages {
        title: format!("Privilege Log, {}", log.request),
        language: "en-US".to_owned(),
        dated: log.dated,
        header: format!("{} — Privilege Log", log.firm),
        footer: log.request.clone(),
        mark: None,
        blocks,
    };
    Ok(to_pdf(&pages)?)
}

fn row(entry: &LogEntry) -> Vec<String> {
    let named =
        |label: &str, text: &str| if text.is_empty() { String::new() } else { format!("{label}: {text}") };
    vec![
        lines([entry.number.to_string(), entry.bates.clone(), entry.family.clone()]),
        lines([entry.date.clone(), entry.kind.clone()]),
        entry.author.clone(),
        lines([named("To", &entry.to), named("Cc", &entry.cc), named("Bcc", &entry.bcc)]),
        lines([entry.privilege.clone(), entry.basis.clone(), named("Attorneys", &entry.attorneys)]),
        lines([entry.description.clone(), named("Treatment", &entry.treatment)]),
        lines([entry.paragraphs.clone(), entry.held_by.clone()]),
    ]
}

fn lines<const N: usize>(texts: [String; N]) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(entries: usize) -> PrivilegeLog {
        let text = |what: &str| format!("{what} of an entry");
        let entry = |number: usize| LogEntry {
            number: number as u64,
            bates: format!("ECP{number:07}"),
            family: "attachment of ECP0000001".into(),
            date: "2024-01-08".into(),
            kind: "e-mail message".into(),
            author: "Noor Haddad* <noor@firm.example> (General counsel)".into(),
            to: text("to"),
            cc: String::new(),
            bcc: String::new(),
            attorneys: "Noor Haddad".into(),
            privilege: "attorney-client".into(),
            description: text("description"),
            treatment: "withheld".into(),
            held_by: text("holder"),
            paragraphs: "1; 2".into(),
            basis: text("basis"),
        };
        PrivilegeLog {
            firm: "Elm & Cedar".into(),
            request: "FINRA 1".into(),
            volumes: vec!["ECP001".into()],
            dated: DateTime::UNIX_EPOCH,
            entries: (1..=entries).map(entry).collect(),
        }
    }

    #[test]
    fn a_log_of_many_rows_breaks_over_pages_and_one_of_none_says_so() {
        let many = privilege_log(&log(120)).unwrap();
        assert!(many.pages > 5 && many.bytes.starts_with(b"%PDF"));
        assert_eq!(many.bytes, privilege_log(&log(120)).unwrap().bytes);
        assert_eq!(privilege_log(&log(0)).unwrap().pages, 1);
    }

    #[test]
    fn every_field_has_its_column() {
        let cells = log(1).entries[0].cells();
        assert_eq!(cells.len(), LOG_COLUMNS.len());
        assert_eq!((cells[0].as_str(), cells[15].as_str()), ("1", "basis of an entry"));
    }
}
