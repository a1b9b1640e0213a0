//! A sheet of what is to be covered, read and held against the documents.
//!
//! The newest sheet of a request says all of its redactions; an empty one takes them back. A quoted text is looked for in
//! the document as it reads now and kept as a range of characters with a digest: what is covered is written nowhere.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::produce::retained::ArchiveReader;
use crate::review::table::{self, Table, TableRow};
use duces_ledger::DocumentRow;
use duces_model::{
    BatesNumber, BatesRange, Disposition, DocId, Mistake, Mistakes, Points, ProducedAs, RedactedField,
    RedactedPlace, Redaction, RequestId, Sha256,
};
use duces_packager::{Fetched, Retained as _};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The columns of the sheet.
const COLUMNS: [&str; 13] = [
    "document",
    "page",
    "x",
    "y",
    "width",
    "height",
    "field",
    "start",
    "end",
    "text",
    "occurrence",
    "reason",
    "by",
];

/// Name of the sheet, where it is a workbook.
const SHEET: &str = "redactions";

/// Redactions were taken from a sheet.
#[derive(Debug, Serialize)]
pub struct RedactionsTaken {
    /// The request.
    pub request: RequestId,
    /// Number of the sheet.
    pub sheet: i64,
    /// Documents with redactions.
    pub documents: u64,
    /// Redactions.
    pub redactions: u64,
    /// Documents with redactions that are not decided to be redacted.
    pub not_decided: Vec<DocId>,
    /// Documents that are decided to be redacted and have no redaction.
    pub without: Vec<DocId>,
}

impl RedactionsTaken {
    /// Whether sheet and decisions differ.
    pub fn needs_person(&self) -> bool {
        !self.not_decided.is_empty() || !self.without.is_empty()
    }
}

/// Mistakes of a row, by column.
type Wrong = Vec<(&'static str, String)>;

impl Workspace {
    /// Takes the redactions of a request from a sheet, CSV or workbook: all of it or nothing.
    ///
    /// # Errors
    /// Every mistake with its row: documents that are not of the request, places that are none, texts that do not stand
    /// in the document or stand there more than once.
    pub fn take_redactions(
        &mut self,
        request: &RequestId,
        file: &Path,
        actor: &Actor,
    ) -> Result<RedactionsTaken, WorkspaceError> {
        let population = self.population(request)?;
        let table = table::read_with(file, SHEET, &COLUMNS, needed)?;
        let rows = self.population_rows(&population)?;
        let documents: BTreeMap<DocId, DocumentRow> = rows.iter().map(|row| (row.id, row.clone())).collect();
        let redactions = self.read_redactions(request, &table, &documents, &actor.name)?;
        let sheet = self.ledger.record_redactions(&actor.act(), population.key, table.sha256, &redactions)?;
        let decided = self.decided(&population)?;
        let to_redact = Disposition::Produce { form: ProducedAs::Redacted };
        let named: std::collections::BTreeSet<DocId> =
            redactions.iter().map(|(document, _)| *document).collect();
        let without = decided.iter().filter(|(id, one)| **one == to_redact && !named.contains(id));
        Ok(RedactionsTaken {
            request: request.clone(),
            sheet,
            documents: named.len() as u64,
            redactions: redactions.len() as u64,
            without: without.map(|(id, _)| *id).collect(),
            not_decided: named.into_iter().filter(|id| decided.get(id) != Some(&to_redact)).collect(),
        })
    }

    fn read_redactions(
        &self,
        request: &RequestId,
        table: &Table,
        documents: &BTreeMap<DocId, DocumentRow>,
        person: &str,
    ) -> Result<Vec<(DocId, Redaction)>, WorkspaceError> {
        let numbered = self.numbers_of(request)?;
        let mut reader =
            ArchiveReader::new(&self.root, &self.config, documents, self.journal_reports(documents)?);
        let (mut found, mut mistakes) = (Vec::<(DocId, Redaction)>::new(), Vec::new());
        for row in &table.rows {
            let wrong = |(column, message): (&'static str, String)| {
                Mistake::in_row(&table.file, row.line, Some(column), message)
            };
            let named = row.cell("document");
            let document = named.parse::<DocId>().ok().or_else(|| {
                let number = BatesRange::starting_at(named.parse::<BatesNumber>().ok()?, 1).ok()?;
                numbered.iter().find(|(range, _)| range.overlaps(&number)).map(|(_, document)| *document)
            });
            let Some(document) = document.filter(|document| documents.contains_key(document)) else {
                let message =
                    format!("found {named:?}, expected a document or a Bates number of this request");
                mistakes.push(wrong(("document", message)));
                continue;
            };
            let reason = row.cell("reason");
            if reason.is_empty() {
                mistakes.push(wrong(("reason", "found no reason; it is printed in the box".to_owned())));
            }
            let by = Some(row.cell("by")).filter(|by| !by.is_empty()).unwrap_or_else(|| person.to_owned());
            let places = match places(row, || reader.fetch(&document).map_err(|error| error.to_string())) {
                Ok(places) => places,
                Err(all) => {
                    mistakes.extend(all.into_iter().map(wrong));
                    continue;
                }
            };
            for place in places {
                if found.iter().any(|(other, one)| *other == document && one.place == place) {
                    mistakes.push(wrong(("document", "the same place is covered in a row above".to_owned())));
                    continue;
                }
                let region = |place: &RedactedPlace| matches!(place, RedactedPlace::Region { .. });
                if found.iter().any(|(other, one)| *other == document && region(&one.place) != region(&place))
                {
                    let message = "found both regions and texts of one document, expected one kind: the box for a text \
                                   moves what a region was drawn around";
                    mistakes.push(wrong(("document", message.to_owned())));
                    continue;
                }
                found.push((document, Redaction { place, reason: reason.clone(), by: by.clone() }));
            }
        }
        Ok(Mistakes::or(mistakes, found)?)
    }

    /// The numbers of the request's sealed volumes, each with its document.
    fn numbers_of(&self, request: &RequestId) -> Result<Vec<(BatesRange, DocId)>, WorkspaceError> {
        let mut found = Vec::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            found.extend(sealed.members.iter().filter_map(|one| Some((one.bates.clone()?, one.document))));
        }
        Ok(found)
    }
}

const REGION: [&str; 5] = ["page", "x", "y", "width", "height"];
const TEXT: [&str; 5] = ["field", "start", "end", "text", "occurrence"];

/// The columns without which a sheet with these says nothing: those of a region where it has any of them, and a field
/// with a quoted text or with start and end where it has any of those.
fn needed(there: &[&'static str]) -> Vec<&'static str> {
    let has = |columns: &[&'static str]| columns.iter().any(|column| there.contains(column));
    let mut needed = vec!["document", "reason"];
    let texts = has(&TEXT);
    if has(&REGION) || !texts {
        needed.extend(REGION);
    }
    if texts {
        needed.push("field");
        if has(&["start", "end"]) || !has(&["text"]) {
            needed.extend(["start", "end"]);
        }
        if has(&["occurrence"]) {
            needed.push("text");
        }
    }
    needed
}

/// The places that a row covers: a region of a page, a range of a text, or each occurrence of a quoted text.
fn places(
    row: &TableRow,
    fetch: impl FnOnce() -> Result<Fetched, String>,
) -> Result<Vec<RedactedPlace>, Wrong> {
    let filled = |columns: [&'static str; 5]| columns.into_iter().any(|column| !row.cell(column).is_empty());
    match (filled(REGION), filled(TEXT)) {
        (true, false) => region(row).map(|region| vec![region]),
        (false, true) => ranges(row, fetch),
        _ => Err(vec![(
            "page",
            "expected either a region (page, x, y, width, height) or a text (field with start and end, or with text)"
                .to_owned(),
        )]),
    }
}

fn region(row: &TableRow) -> Result<RedactedPlace, Wrong> {
    let mut wrong = Vec::new();
    let page = row.cell("page").parse::<u32>().ok().filter(|page| *page > 0);
    if page.is_none() {
        wrong.push(("page", format!("found {:?}, expected the number of a page, from 1", row.cell("page"))));
    }
    let mut points = |column: &'static str, nothing: bool| match row.cell(column).parse::<Points>() {
        Ok(points) if nothing || points.hundredths() > 0 => Some(points),
        Ok(_) => {
            wrong.push((column, "found 0, expected more than nothing".to_owned()));
            None
        }
        Err(message) => {
            wrong.push((column, message));
            None
        }
    };
    let sides = (points("x", true), points("y", true), points("width", false), points("height", false));
    match (page, sides) {
        (Some(page), (Some(x), Some(y), Some(width), Some(height))) => {
            Ok(RedactedPlace::Region { page, x, y, width, height })
        }
        _ => Err(wrong),
    }
}

fn ranges(
    row: &TableRow,
    fetch: impl FnOnce() -> Result<Fetched, String>,
) -> Result<Vec<RedactedPlace>, Wrong> {
    let word = row.cell("field").to_lowercase();
    let Some(field) = RedactedField::ALL.into_iter().find(|field| field.as_str() == word) else {
        let known: Vec<&str> = RedactedField::ALL.iter().map(|field| field.as_str()).collect();
        return Err(vec![("field", format!("found {word:?}, expected one of {}", known.join(", ")))]);
    };
    let fetched = fetch().map_err(|why| vec![("document", format!("the document cannot be read: {why}"))])?;
    let document = &fetched.document;
    let text = match field {
        RedactedField::Body => Some(document.text.as_str()),
        RedactedField::Subject => document.subject.as_deref(),
        RedactedField::FileName => document.file_name.as_deref(),
    };
    let Some(text) = text else {
        return Err(vec![("field", format!("the document has no {}", field.as_str()))]);
    };
    let letters: Vec<char> = text.chars().collect();
    let spans = match (row.cell("start"), row.cell("end"), row.cell("text")) {
        (start, end, quoted) if quoted.is_empty() => vec![span(&start, &end, letters.len())?],
        (start, end, quoted) if start.is_empty() && end.is_empty() => {
            occurrences(&letters, &quoted, &row.cell("occurrence"))?
        }
        _ => {
            return Err(vec![(
                "text",
                "found a text beside start or end, expected one of the two".to_owned(),
            )]);
        }
    };
    let place = |(start, end): (usize, usize)| {
        let covered: String = letters.get(start..end).unwrap_or_default().iter().collect();
        let covers_sha256 = Sha256::of(covered);
        RedactedPlace::Range { field, start: start as u64, end: end as u64, covers_sha256 }
    };
    Ok(spans.into_iter().map(place).collect())
}

fn span(start: &str, end: &str, letters: usize) -> Result<(usize, usize), Wrong> {
    let (from, to) = (start.parse::<usize>().ok(), end.parse::<usize>().ok());
    match (from, to) {
        (Some(from), Some(to)) if from < to && to <= letters => Ok((from, to)),
        _ => {
            let message = format!(
                "found {start:?} to {end:?}, expected characters from 0 to {letters}, the end behind the start"
            );
            Err(vec![("start", message)])
        }
    }
}

/// Where a quoted text stands, letter for letter.
fn occurrences(letters: &[char], quoted: &str, which: &str) -> Result<Vec<(usize, usize)>, Wrong> {
    let quoted: Vec<char> = quoted.chars().collect();
    let at: Vec<(usize, usize)> = (0..(letters.len() + 1).saturating_sub(quoted.len()))
        .filter(|at| letters.get(*at..*at + quoted.len()) == Some(quoted.as_slice()))
        .map(|at| (at, at + quoted.len()))
        .collect();
    if at.is_empty() {
        return Err(vec![("text", "the text does not stand in the document, letter for letter".to_owned())]);
    }
    match which {
        "all" => Ok(at),
        "" if at.len() == 1 => Ok(at),
        "" => {
            let message =
                format!("the text stands there {} times, expected which: a number from 1, or all", at.len());
            Err(vec![("occurrence", message)])
        }
        number => {
            let one = number.parse::<usize>().ok().and_then(|number| at.get(number.checked_sub(1)?)).copied();
            one.map(|one| vec![one]).ok_or_else(|| {
                let message = format!("found occurrence {number:?}, expected 1 to {}, or all", at.len());
                vec![("occurrence", message)]
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn a_quoted_text_is_where_it_stands_and_several_need_a_number() {
        let text = letters("är ab ab");
        assert_eq!(occurrences(&text, "är", ""), Ok(vec![(0, 2)]), "characters, not bytes");
        assert_eq!(occurrences(&text, "ab", "2"), Ok(vec![(6, 8)]));
        assert_eq!(occurrences(&text, "ab", "all").map(|all| all.len()), Ok(2));
        for (quoted, which, column) in [
            ("ab", "", "occurrence"),
            ("ab", "3", "occurrence"),
            ("ab", "0", "occurrence"),
            ("AB", "", "text"),
        ] {
            assert_eq!(occurrences(&text, quoted, which).expect_err("refused")[0].0, column);
        }
        assert!(occurrences(&letters("a"), "longer than the text", "").is_err());
    }

    #[test]
    fn a_sheet_needs_the_columns_of_its_own_kind_alone() {
        assert_eq!(
            needed(&["document", "field", "text", "occurrence", "reason"]),
            ["document", "reason", "field", "text"]
        );
        assert_eq!(
            needed(&["document", "field", "start", "reason"]),
            ["document", "reason", "field", "start", "end"]
        );
        let region = ["document", "reason", "page", "x", "y", "width", "height"];
        assert_eq!(needed(&["document", "page", "reason"]), region);
        assert_eq!(needed(&["document", "reason"]), region, "one kind or the other has to be there");
        assert_eq!(needed(&COLUMNS).len(), COLUMNS.len() - 2, "occurrence and by may be left out");
    }

    #[test]
    fn a_range_lies_inside_its_text() {
        assert_eq!(span("0", "3", 3), Ok((0, 3)));
        for (start, end) in [("0", "4"), ("2", "2"), ("", "1"), ("-1", "1"), ("3", "1")] {
            assert!(span(start, end, 3).is_err(), "{start} to {end}");
        }
    }
}
