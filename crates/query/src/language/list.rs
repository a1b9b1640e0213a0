//! A counsel's list of terms: one term a row, each read by itself.

use super::breaks::Break;
use super::reading::Reading;
use super::rows::{self, Cell, Row};
use super::terms::{Alternative, Contents, Terms};
use super::tree::Node;
use super::warning::Warning;
use super::workbook::{self, COLUMNS_MAX, Sheet, cell_name};
use super::{Dialect, TermMistake};
use duces_model::{Mistake, Mistakes};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

mod kept;
#[cfg(test)]
mod tests;

pub use kept::{ListPart, NoTermLists, TermList, TermLists};

/// Largest list, in bytes.
pub const LIST_BYTES_MAX: usize = 1 << 20;
/// Most terms of a list.
pub const LIST_ROWS_MAX: usize = 10_000;

/// What a column of terms is often called: a first row of these is no term.
const HEADERS: [&str; 13] = [
    "keyword",
    "keywords",
    "queries",
    "query",
    "search string",
    "search strings",
    "search term",
    "search terms",
    "string",
    "strings",
    "syntax",
    "term",
    "terms",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Lines,
    Workbook,
}

impl Form {
    fn of(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let forms = [(".csv", Self::Csv), (".txt", Self::Lines), (".xlsx", Self::Workbook)];
        forms.into_iter().find(|(ending, _)| lower.ends_with(ending)).map(|(_, form)| form)
    }
}

/// Reads a list of terms: an "or" of its rows, each read by itself.
///
/// `name` is the list's name as the user knows it; its ending says what it is: `.csv` (UTF-8), `.txt` (one
/// term a line) or `.xlsx`. Where a column is named the first row that is not empty is a header and
/// names it; else there is no header and the list has one column.
///
/// # Errors
/// Everything that is wrong, each with its row, its column or cell, and the place in the term.
pub fn term_list(reading: &Reading, name: &str, bytes: &[u8], part: ListPart<'_>) -> Result<Terms, Mistakes> {
    let of_file = |message: String, hint: &str| Mistakes::one(Mistake::of_file(name, message).hint(hint));
    let Some(form) = Form::of(name) else {
        let message = "the list's name ends in no known form, expected .csv, .txt or .xlsx".to_owned();
        return Err(of_file(message, "save the list as one of these; a spreadsheet program does"));
    };
    if bytes.len() > LIST_BYTES_MAX {
        let message =
            format!("the list has {} bytes, expected at most {LIST_BYTES_MAX} (1 MiB)", bytes.len());
        return Err(of_file(message, "split it over several items"));
    }
    if let (Some(sheet), Form::Csv | Form::Lines) = (part.sheet, form) {
        return Err(of_file(format!("a list that is text has no sheet {sheet:?}"), "leave the key out"));
    }
    let placed = |mistakes: Vec<rows::RowMistake>| {
        let placed = |(row, message, hint): rows::RowMistake| {
            Mistake::in_row(name, row, part.column, message).hint(hint)
        };
        refused(mistakes.into_iter().map(placed).collect())
    };
    let text = || rows::decoded(bytes).map_err(|(message, hint)| of_file(message, &hint));
    let mut sheet = None;
    let rows = match form {
        Form::Csv => rows::csv(text()?).map_err(placed)?,
        Form::Lines => rows::lines(text()?),
        Form::Workbook => {
            let read = workbook::read(bytes, part.sheet);
            let mut read = read.map_err(|(message, hint)| of_file(message, &hint))?;
            let rows = std::mem::take(&mut read.rows);
            sheet = Some(read);
            rows
        }
    };
    let mut reader = Lister {
        reading,
        name,
        form,
        sheet: sheet.as_ref(),
        column: part.column,
        mistakes: Vec::new(),
        warnings: Vec::new(),
    };
    let Some((at, body)) = reader.column(&rows) else { return Err(refused(reader.mistakes)) };
    reader.terms(body, at, bytes)
}

fn refused(mistakes: Vec<Mistake>) -> Mistakes {
    match Mistakes::or(mistakes, ()) {
        Err(mistakes) => mistakes,
        Ok(()) => unreachable!("a list is refused with at least one mistake"),
    }
}

struct Lister<'l> {
    reading: &'l Reading,
    name: &'l str,
    form: Form,
    sheet: Option<&'l Sheet>,
    column: Option<&'l str>,
    mistakes: Vec<Mistake>,
    warnings: Vec<Warning>,
}

impl Lister<'_> {
    fn wrong(&mut self, row: u64, message: String, hint: String) {
        let message = match self.sheet {
            Some(sheet) => format!("sheet {:?}: {message}", sheet.name),
            None => message,
        };
        self.mistakes.push(Mistake::in_row(self.name, row, self.column, message).hint(hint));
    }

    /// The place of a cell before what is wrong with it, where cells have names.
    fn in_cell(&self, row: u64, column: usize, message: String) -> String {
        match self.sheet {
            Some(sheet) => format!("sheet {:?}, cell {}: {message}", sheet.name, cell_name(row, column)),
            None => message,
        }
    }

    /// Whether a cell can be read for what it looks like; the mistake is noted.
    fn is_plain(&mut self, row: u64, column: usize, cell: &Cell) -> bool {
        if let Some(refused) = &cell.refused {
            let message = self.in_cell(row, column, refused.0.clone());
            self.mistakes.push(
                Mistake { field: None, ..Mistake::in_row(self.name, row, None, message) }.hint(&refused.1),
            );
        }
        cell.refused.is_none()
    }

    /// Which column holds the terms, and the rows below the header.
    fn column<'r>(&mut self, rows: &'r [Row]) -> Option<(usize, &'r [Row])> {
        let is_blank = |row: &Row| row.cells.iter().all(Cell::is_blank);
        if let Some(wide) = rows.iter().find(|row| row.cells.len() > COLUMNS_MAX) {
            let message = format!("the row has {} columns, expected at most {COLUMNS_MAX}", wide.cells.len());
            self.wrong(wide.number, message, "keep the terms alone in a list".to_owned());
            return None;
        }
        let Some(first) = rows.iter().position(|row| !is_blank(row)) else {
            let hint = "write one term a row".to_owned();
            self.wrong(0, "the list holds no term".to_owned(), hint);
            return None;
        };
        let head = &rows[first];
        let names: Vec<&str> = head.cells.iter().map(|cell| cell.text.trim()).collect();
        let Some(wanted) = self.column else {
            let used: Vec<usize> = (0..rows.iter().map(|row| row.cells.len()).max().unwrap_or(0))
                .filter(|at| rows.iter().any(|row| row.cells.get(*at).is_some_and(|cell| !cell.is_blank())))
                .collect();
            let [only] = used.as_slice() else {
                let message = format!("{} columns have content, expected one", used.len());
                let hint = format!(
                    "name the one with the terms, column = {:?}; a term with a comma stands in quotes in CSV",
                    names.iter().find(|name| !name.is_empty()).unwrap_or(&"Term")
                );
                self.wrong(0, message, hint);
                return None;
            };
            let name = names.get(*only).copied().unwrap_or_default();
            if HEADERS.contains(&name.to_lowercase().as_str()) {
                let message = format!("the first row, {name:?}, looks like a header");
                let hint = format!("give column = {name:?}; to search for the word put it in quotes");
                self.wrong(head.number, message, hint);
                return None;
            }
            return self.seen(*only).then(|| (*only, &rows[first..]));
        };
        if self.form == Form::Lines {
            let hint = "leave the key out".to_owned();
            self.wrong(0, format!("a list of lines has no column {wanted:?}"), hint);
            return None;
        }
        let matching: Vec<usize> =
            (0..names.len()).filter(|at| names[*at].to_lowercase() == wanted.trim().to_lowercase()).collect();
        let [only] = matching.as_slice() else {
            let message = match matching.len() {
                0 => format!("the first row names no column {wanted:?}"),
                count => format!("the first row names {count} columns {wanted:?}, expected one"),
            };
            let hint = crate::suggest::hint(wanted, &names)
                .unwrap_or_else(|| "the first row that is not empty names the columns".to_owned());
            self.wrong(head.number, message, hint);
            return None;
        };
        let is_plain = head.cells.get(*only).is_some_and(|cell| self.is_plain(head.number, *only, cell));
        (is_plain && self.seen(*only)).then(|| (*only, &rows[first + 1..]))
    }

    /// Whether the column of terms is shown; the mistake is noted.
    fn seen(&mut self, column: usize) -> bool {
        let hidden = self.sheet.is_some_and(|sheet| sheet.hides(column));
        if hidden {
            let message = format!("the column of {} is hidden", cell_name(1, column));
            self.wrong(0, message, "show it, so that what is searched for is seen".to_owned());
        }
        !hidden
    }

    fn terms(mut self, rows: &[Row], at: usize, bytes: &[u8]) -> Result<Terms, Mistakes> {
        let mut alternatives: Vec<Alternative> = Vec::new();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let mut written = String::new();
        let (mut without, mut without_so_far) = (0, 0);
        for row in rows {
            let cell = row.cells.get(at);
            let text = cell.map_or("", |cell| cell.text.as_str());
            if cell.is_none_or(Cell::is_blank) {
                self.without_term(row, written.len());
                without_so_far += 1;
                continue;
            }
            without = without_so_far;
            if !cell.is_some_and(|cell| self.is_plain(row.number, at, cell)) {
                continue;
            }
            let Some(terms) = self.term(row, at, text) else { continue };
            if !written.is_empty() {
                written.push('\n');
            }
            let span = written.len()..written.len() + terms.written().len();
            written += terms.written();
            let in_row = |warning: &Warning| Warning {
                span: span.start + warning.span.start..span.start + warning.span.end,
                message: format!("row {}: {}", row.number, warning.message),
            };
            self.warnings.extend(terms.warnings().iter().map(in_row));
            match seen.entry(terms.canonical()) {
                Entry::Occupied(first) => {
                    let message = format!("row {}: the same term stands in row {}", row.number, first.get());
                    self.warnings.push(Warning { span, message });
                }
                Entry::Vacant(new) => {
                    new.insert(row.number);
                }
            }
            alternatives
                .push(Alternative { written: terms.written().to_owned(), node: terms.node().clone() });
        }
        if alternatives.is_empty() && self.mistakes.is_empty() {
            self.wrong(0, "the list holds no term".to_owned(), "write one term a row".to_owned());
        }
        if alternatives.len() > LIST_ROWS_MAX {
            let message =
                format!("the list has {} terms, expected at most {LIST_ROWS_MAX}", alternatives.len());
            self.wrong(0, message, "split it over several items".to_owned());
        }
        let list = TermList {
            name: self.name.to_owned(),
            sheet: self.sheet.map(|sheet| sheet.name.clone()),
            column: self.column.map(str::to_owned),
            bytes: bytes.into(),
            terms: u64::try_from(alternatives.len()).unwrap_or(u64::MAX),
            rows_without_term: without,
        };
        Mistakes::or(self.mistakes, ())?;
        Ok(Terms::new(Contents {
            dialect: self.reading.dialect(),
            fields: self.reading.fields().to_vec(),
            noise: self.reading.noise().to_vec(),
            written,
            node: any_of(&alternatives),
            alternatives,
            warnings: self.warnings,
            list: Some(list),
        }))
    }

    /// A row with words in other columns and no term in this one may have lost it.
    fn without_term(&mut self, row: &Row, at: usize) {
        if row.cells.iter().any(|cell| !cell.is_blank()) {
            let message = format!("row {}: it has content, but no term in the column of terms", row.number);
            self.warnings.push(Warning { span: at..at, message });
        }
    }

    /// One row's term; `None` where it cannot be read, the mistakes being noted.
    fn term(&mut self, row: &Row, at: usize, text: &str) -> Option<Terms> {
        let needless = row.cells.get(at).is_some_and(|cell| cell.needless_quotes);
        if needless && self.reading.dialect() == Dialect::Westlaw && text.trim().contains(char::is_whitespace)
        {
            let message =
                "quotes around a cell belong to CSV and make no phrase, which reads two ways".to_owned();
            let hint = format!(
                "for the phrase write \"\"\"{0}\"\"\", for either word {0} without quotes",
                text.trim()
            );
            self.wrong(row.number, message, hint);
            return None;
        }
        if let Some(found) = Break::within(text.trim()) {
            self.broken(row, at, text, found);
            return None;
        }
        match self.reading.read(text) {
            Ok(terms) => Some(terms),
            Err(mistakes) => {
                let mistakes = mistakes.into_iter().map(|mistake| self.placed(row, at, text, mistake));
                let mistakes: Vec<Mistake> = mistakes.collect();
                self.mistakes.extend(mistakes);
                None
            }
        }
    }

    /// Notes a line break or a tab inside a term: two terms, or two cells, may have come together.
    fn broken(&mut self, row: &Row, column: usize, text: &str, found: Break) {
        let start = text.len() - text.trim_start().len();
        let length = text.trim().find(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        let at = start + length.unwrap_or_default();
        let span = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
        let hint = match found {
            Break::Line => "write the term on one line; each term has a row of its own",
            Break::Tab => {
                "a tab parts the cells of a table: keep the column of the terms alone, or write a space"
            }
        };
        let message = format!("{} stands inside a term, expected one term on one line", found.words());
        let mistake = self.placed(row, column, text, TermMistake::new(span, message).hint(hint));
        self.mistakes.push(mistake);
    }

    fn placed(&self, row: &Row, column: usize, text: &str, mistake: TermMistake) -> Mistake {
        let message = self.in_cell(row.number, column, mistake.message);
        let placed = Mistake::in_text(self.name, text, mistake.span, message);
        let (line, field) = match self.form {
            Form::Csv => (row.number + placed.line - 1, self.column.map(str::to_owned)),
            Form::Lines | Form::Workbook => (row.number, None),
        };
        Mistake { line, field, hint: mistake.hint, ..placed }
    }
}

/// At least one of the terms; a term that is an "or" itself dissolves.
fn any_of(alternatives: &[Alternative]) -> Node {
    if let [only] = alternatives {
        return only.node.clone();
    }
    let parts = alternatives.iter().flat_map(|alternative| match &alternative.node {
        Node::Or(nodes) => nodes.clone(),
        node => vec![node.clone()],
    });
    Node::Or(parts.collect())
}
