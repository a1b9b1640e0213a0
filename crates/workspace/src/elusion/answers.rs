//! The reviewer's answers, read back from a spreadsheet.

use crate::error::WorkspaceError;
use crate::sheet::{delimiter_of, line_of};
use duces_ledger::Drawn;
use duces_model::{DocId, Mistake, Mistakes};
use std::collections::BTreeMap;

/// The column of answers; a spreadsheet's user may drop the question mark.
pub(super) const COLUMN: &str = "responsive?";

const EXPECTED: &str = "expected yes or no";

/// Reads the sheet whole: whether each document drawn is responsive, in the order of the draw.
///
/// # Errors
/// Everything that is wrong in it, with row and column.
pub(super) fn read(file: &str, bytes: &[u8], drawn: &[Drawn]) -> Result<Vec<bool>, WorkspaceError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter_of(bytes)).from_reader(bytes);
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads.iter().map(|head| head.trim().to_lowercase()).collect(),
        Err(error) => return Err(Mistakes::one(Mistake::of_file(file, error.to_string())).into()),
    };
    let place = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (document_at, answer_at) = (place(&["document"]), place(&[COLUMN, "responsive"]));
    let mut mistakes = Vec::new();
    for (column, at) in [("document", document_at), (COLUMN, answer_at)] {
        if at.is_none() {
            mistakes.push(Mistake::in_row(file, 1, Some(column), "the column is missing"));
        }
    }
    // Where a column is missing there is a mistake, and nothing beyond it is read.
    let mut mistakes = Mistakes::or(mistakes, Vec::new())?;
    let (document_at, answer_at) = (document_at.unwrap_or_default(), answer_at.unwrap_or_default());
    let mut answers: BTreeMap<DocId, Option<bool>> =
        drawn.iter().map(|drawn| (drawn.document, None)).collect();
    let mut wrongly_answered = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                mistakes.push(Mistake::in_row(
                    file,
                    line_of(bytes, error.position()),
                    None,
                    "expected UTF-8 text",
                ));
                continue;
            }
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = line_of(bytes, record.position());
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let wrong = |column: &str, message: String| Mistake::in_row(file, line, Some(column), message);
        let Ok(document) = cell(document_at).parse::<DocId>() else {
            mistakes.push(wrong(
                "document",
                format!("found {:?}, expected a document of the draw", cell(document_at)),
            ));
            continue;
        };
        let answer = match cell(answer_at).to_lowercase().as_str() {
            "yes" | "y" => Some(true),
            "no" | "n" => Some(false),
            "" => {
                let hint = "answer yes where in doubt: the bounds then stay safe";
                mistakes.push(wrong(COLUMN, format!("found no answer, {EXPECTED}")).hint(hint));
                None
            }
            other => {
                mistakes.push(wrong(COLUMN, format!("found {other:?}, {EXPECTED}")));
                None
            }
        };
        match answers.get_mut(&document) {
            None => mistakes.push(wrong("document", format!("document {document} was not drawn"))),
            Some(known) if known.is_some() || wrongly_answered.contains(&document) => {
                mistakes.push(wrong("document", format!("document {document} stands in the sheet twice")));
            }
            Some(known) => {
                *known = answer;
                if answer.is_none() {
                    wrongly_answered.push(document);
                }
            }
        }
    }
    let unanswered = answers.iter().filter(|(id, answer)| answer.is_none() && !wrongly_answered.contains(id));
    mistakes.extend(unanswered.map(|(document, _)| {
        Mistake::of_file(file, format!("document {document} of the draw is missing from the sheet"))
    }));
    let answers = drawn.iter().filter_map(|drawn| answers.get(&drawn.document).copied().flatten()).collect();
    Ok(Mistakes::or(mistakes, answers)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Sha256;

    fn drawn(count: u8) -> Vec<Drawn> {
        let id = |n: u8| DocId::from_digest(Sha256::from_bytes([n; 32]));
        (1..=count).map(|n| Drawn { document: id(n), family: id(n) }).collect()
    }

    fn mistakes(text: &str, count: u8) -> Vec<String> {
        match read("s.csv", text.as_bytes(), &drawn(count)) {
            Err(WorkspaceError::Mistakes(found)) => found.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sheet_comes_back_as_spreadsheets_write_it() {
        let ids: Vec<String> = drawn(3).iter().map(|drawn| drawn.document.to_string()).collect();
        let text = format!(
            "\u{feff}Document;source;Responsive?\r\n{};x; YES\r\n{};x;n\r\n{};x;No\r\n;;\r\n",
            ids[1], ids[0], ids[2]
        );
        assert_eq!(read("s.csv", text.as_bytes(), &drawn(3)).unwrap(), [false, true, false]);
        let commas = text.replace(';', ",").replace("Responsive?", "responsive");
        assert_eq!(read("s.csv", commas.as_bytes(), &drawn(3)).unwrap(), [false, true, false]);
    }

    #[test]
    fn everything_wrong_in_a_sheet_is_said_at_once_with_row_and_column() {
        let ids: Vec<String> = drawn(5).iter().map(|drawn| drawn.document.to_string()).collect();
        let text = format!(
            "document,responsive?\n{0},yes\n{0},no\n{1},\n{2},perhaps\nabc,yes\n{3},yes\n",
            ids[0], ids[1], ids[2], ids[4]
        );
        let found = mistakes(&text, 4);
        assert_eq!(found.len(), 6, "{found:#?}");
        let has =
            |start: &str, end: &str| found.iter().any(|said| said.starts_with(start) && said.ends_with(end));
        assert!(has("s.csv:3, column document", "twice"), "{found:#?}");
        assert!(has("s.csv:4, column responsive?: found no answer", "yes or no"));
        assert!(has("s.csv:5, column responsive?: found \"perhaps\"", "expected yes or no"));
        assert!(has("s.csv:6, column document: found \"abc\"", "of the draw"));
        assert!(has("s.csv:7, column document", "was not drawn"));
        assert!(has(&format!("s.csv: document {}", ids[3]), "missing from the sheet"));
        assert_eq!(mistakes("a,b\n", 1).len(), 2);
    }
}
