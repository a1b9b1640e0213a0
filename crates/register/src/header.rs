//! The header row: which delimiter the file has, and where each known column stands.

use crate::nearest::{did_you_mean, nearest};
use duces_model::Mistake;

/// One column that a file may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Name as documented.
    pub(crate) name: &'static str,
    /// Whether the file must have it.
    pub(crate) required: bool,
}

/// A column that the file must have.
pub(crate) const fn required(name: &'static str) -> Column {
    Column { name, required: true }
}

/// A column that may be left out.
pub(crate) const fn optional(name: &'static str) -> Column {
    Column { name, required: false }
}

/// The columns that a kind of file may have, in their documented order.
pub(crate) type Layout = &'static [Column];

/// Which columns are looked for.
pub(crate) enum Columns<'c> {
    /// Those of a file of the register: any other is a mistake.
    Own(Layout),
    /// Those that a mapping names in a report of another system: any other is the report's own matter.
    Mapped {
        /// Our name of each, and the report's.
        names: &'c [(&'static str, String)],
        /// Between cells, where the mapping says.
        delimiter: Option<char>,
        /// Lines before the header row: titles, and when the report was made.
        skip_lines: usize,
        /// The mapping, as its mistakes name it.
        mapping: &'c str,
    },
}

impl Columns<'_> {
    fn is_known(&self, cell: &str) -> bool {
        let cell = spelled(cell);
        match self {
            Self::Own(layout) => layout.iter().any(|column| column.name == cell),
            Self::Mapped { names, .. } => names.iter().any(|(_, name)| spelled(name) == cell),
        }
    }

    /// The names of the columns, for a message.
    pub(crate) fn names(&self) -> String {
        match self {
            Self::Own(layout) => names(layout),
            Self::Mapped { names, .. } => {
                names.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// How a file is cut into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Between cells.
    pub(crate) delimiter: char,
    /// Where the header starts: behind Excel's `sep=` line, where there is one, and lines that a mapping skips.
    pub(crate) offset: usize,
    /// Line of the header.
    pub(crate) line: u64,
}

/// Where the columns stand.
pub(crate) struct Header {
    /// Each known column of the file with its place.
    pub(crate) places: Vec<(&'static str, usize)>,
    /// How many cells the header has, without empty ones at its end.
    pub(crate) width: usize,
    /// Of each of these cells whether it holds a name.
    pub(crate) named: Vec<bool>,
    /// Names of columns as a report has them, where they are not ours.
    pub(crate) shown: Vec<(&'static str, String)>,
}

/// Told by the header: the delimiter under which the most known columns appear.
pub(crate) fn cut(text: &str, columns: &Columns<'_>) -> Cut {
    let (said, skip_lines) = match columns {
        Columns::Mapped { delimiter, skip_lines, .. } => (*delimiter, *skip_lines),
        Columns::Own(_) => (None, 0),
    };
    if skip_lines > 0 {
        let offset = after_lines(text, skip_lines);
        let told = || declared(text).map(|(delimiter, _)| delimiter);
        let delimiter = said.or_else(told).unwrap_or_else(|| told_by(first_line(&text[offset..]), columns));
        return Cut { delimiter, offset, line: skip_lines as u64 + 1 };
    }
    if let Some((delimiter, offset)) = declared(text) {
        return Cut { delimiter: said.unwrap_or(delimiter), offset, line: 2 };
    }
    if let Some(delimiter) = said {
        return Cut { delimiter, offset: 0, line: 1 };
    }
    Cut { delimiter: told_by(first_line(text), columns), offset: 0, line: 1 }
}

/// The delimiter under which a header row has the most known columns.
fn told_by(first: &str, columns: &Columns<'_>) -> char {
    let known = |delimiter: char| {
        first.split(delimiter).filter(|cell| columns.is_known(cell.trim_matches('"'))).count()
    };
    let mut best = ',';
    for delimiter in [';', '\t'] {
        if known(delimiter) > known(best) {
            best = delimiter;
        }
    }
    best
}

/// Where the text goes on after so many lines; its end where it has no more. `\r\n`, `\n` and `\r` each end one.
fn after_lines(text: &str, lines: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    for _ in 0..lines {
        let Some(end) = bytes[at..].iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            return bytes.len();
        };
        at += end + if bytes[at + end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    at
}

/// The first line that is not blank, nor cells without text.
fn first_line(text: &str) -> &str {
    let is_empty = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"');
    text.lines().find(|line| !line.chars().all(is_empty)).unwrap_or_default()
}

/// Whether the header of a file has a column of that name, told as [`cut`] tells the delimiter.
pub(crate) fn has_column(text: &str, layout: Layout, name: &str) -> bool {
    let cut = cut(text, &Columns::Own(layout));
    let first = first_line(text.get(cut.offset..).unwrap_or_default());
    first.split(cut.delimiter).any(|cell| spelled(cell.trim().trim_matches('"')) == name)
}

/// Excel's own first line `sep=;`, which names the delimiter.
fn declared(text: &str) -> Option<(char, usize)> {
    let end = text.find(['\r', '\n'])?;
    let line = text.get(..end)?;
    let (key, value) = line.split_at_checked(4)?;
    let delimiter = value.chars().next().filter(|c| matches!(c, ',' | ';' | '\t'))?;
    let next = if text[end..].starts_with("\r\n") { end + 2 } else { end + 1 };
    (key.eq_ignore_ascii_case("sep=") && value.len() == 1).then_some((delimiter, next))
}

/// A column's name as it is compared: without blanks around, in lower case, words joined by `_`.
fn spelled(cell: &str) -> String {
    let words: Vec<&str> = cell
        .split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '\u{feff}'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_").to_lowercase()
}

/// Places the columns; every column unknown, doubled or missing is a mistake.
pub(crate) fn place(
    file: &str,
    line: u64,
    cells: &csv::StringRecord,
    columns: &Columns<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Header {
    match columns {
        Columns::Own(layout) => place_own(file, line, cells, layout, mistakes),
        Columns::Mapped { names, mapping, .. } => place_mapped((file, line), cells, names, mapping, mistakes),
    }
}

fn width(cells: &csv::StringRecord) -> usize {
    (0..cells.len()).rposition(|at| !cells[at].trim().is_empty()).map_or(0, |at| at + 1)
}

/// Finds the columns that a mapping names, each once.
fn place_mapped(
    (file, line): (&str, u64),
    cells: &csv::StringRecord,
    names: &[(&'static str, String)],
    mapping: &str,
    mistakes: &mut Vec<Mistake>,
) -> Header {
    let mut places = Vec::new();
    for (ours, theirs) in names {
        let wanted = spelled(theirs);
        let found: Vec<usize> = (0..cells.len()).filter(|at| spelled(&cells[*at]) == wanted).collect();
        let mut wrong = |message: String, hint: Option<String>| {
            let mistake = Mistake::in_row(file, line, Some(theirs), message);
            mistakes.push(Mistake { hint, ..mistake });
        };
        match found.as_slice() {
            [at] => places.push((*ours, *at)),
            [] => {
                let meant = did_you_mean(theirs, cells.iter().filter(|cell| !cell.trim().is_empty()));
                let hint = meant.or_else(|| Some("name it there as the header row has it".to_owned()));
                wrong(format!("found no such column, which {mapping} names as {ours}"), hint);
            }
            several => wrong(format!("found the column {} times, expected it once", several.len()), None),
        }
    }
    let width = width(cells);
    let named = (0..width).map(|at| !spelled(&cells[at]).is_empty()).collect();
    Header { places, width, named, shown: names.to_vec() }
}

fn place_own(
    file: &str,
    line: u64,
    cells: &csv::StringRecord,
    layout: Layout,
    mistakes: &mut Vec<Mistake>,
) -> Header {
    let mut places: Vec<(&'static str, usize)> = Vec::new();
    let mut unknown = Vec::new();
    let width = width(cells);
    for (at, cell) in cells.iter().enumerate().take(width) {
        let name = spelled(cell);
        match layout.iter().find(|column| column.name == name) {
            _ if name.is_empty() => {}
            None => unknown.push(cell.trim().to_owned()),
            Some(column) if places.iter().any(|(known, _)| *known == column.name) => {
                let message = "found the column twice, expected it once";
                mistakes.push(Mistake::in_row(file, line, Some(column.name), message));
            }
            Some(column) => places.push((column.name, at)),
        }
    }
    let is_absent = |column: &&Column| !places.iter().any(|(known, _)| *known == column.name);
    let absent: Vec<&Column> = layout.iter().filter(is_absent).collect();
    for cell in &unknown {
        mistakes.push(unknown_column(file, line, cell, layout, &absent));
    }
    for column in absent.iter().filter(|column| column.required) {
        let meant = |cell: &&String| nearest(&spelled(cell), [column.name]).is_some();
        if unknown.iter().find(meant).is_none() {
            let message = format!("found no such column, expected the columns {}", names(layout));
            mistakes.push(Mistake::in_row(file, line, Some(column.name), message));
        }
    }
    let named = (0..width).map(|at| places.iter().any(|(_, place)| *place == at)).collect();
    Header { places, width, named, shown: Vec::new() }
}

fn unknown_column(file: &str, line: u64, cell: &str, layout: Layout, absent: &[&Column]) -> Mistake {
    let message = format!("found the unknown column {cell:?}, expected the columns {}", names(layout));
    let mistake = Mistake::in_row(file, line, Some(cell), message);
    match did_you_mean(&spelled(cell), absent.iter().map(|column| column.name)) {
        Some(hint) => mistake.hint(hint),
        None if layout.iter().any(|column| column.name == "note") => {
            mistake.hint("remove the column, or write what it says into note")
        }
        None => mistake.hint("remove the column"),
    }
}

/// The names of the columns, for a message.
fn names(layout: Layout) -> String {
    let names: Vec<&str> = layout.iter().map(|column| column.name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = &[required("source"), required("day"), optional("count")];

    fn placed(header: &[&str]) -> (Header, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let cells = csv::StringRecord::from(header.to_vec());
        let header = place("f", 1, &cells, &Columns::Own(LAYOUT), &mut mistakes);
        (header, mistakes)
    }

    #[test]
    fn the_delimiter_is_told_by_the_header() {
        let delimiter = |text| cut(text, &Columns::Own(LAYOUT)).delimiter;
        assert_eq!(delimiter("source,day,count\n"), ',');
        assert_eq!(delimiter("\"source\";Day;count\r\n"), ';');
        assert_eq!(delimiter("source\tday\tcount\n"), '\t');
        assert_eq!(
            cut("sep=;\r\nsource;day\r\n", &Columns::Own(LAYOUT)),
            Cut { delimiter: ';', offset: 7, line: 2 }
        );
    }

    #[test]
    fn lines_that_a_mapping_skips_are_counted_as_an_editor_shows_them() {
        let names = [("source", "Mailbox".to_owned()), ("count", "Messages".to_owned())];
        let columns =
            |skip_lines| Columns::Mapped { names: &names, delimiter: None, skip_lines, mapping: "m.toml" };
        let text = "Report; \"A\r\nmade on 2 May\r\n\r\nMailbox;Messages\r\nx;1\r\n";
        let offset = text.find("Mailbox").unwrap();
        assert_eq!(cut(text, &columns(3)), Cut { delimiter: ';', offset, line: 4 });
        let excel = "sep=;\nTitle\nMailbox;Messages\n";
        assert_eq!(cut(excel, &columns(2)), Cut { delimiter: ';', offset: 12, line: 3 });
        assert_eq!(cut("one\rtwo", &columns(9)).offset, 7);
    }

    #[test]
    fn case_blanks_and_empty_columns_at_the_end_do_not_matter() {
        let (header, mistakes) = placed(&[" Source", "DAY ", "Count", "", " "]);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(header.places, [("source", 0), ("day", 1), ("count", 2)]);
        assert_eq!(header.width, 3);
        assert_eq!(spelled("In Service  From"), "in_service_from");
    }

    #[test]
    fn unknown_doubled_and_missing_columns_are_each_reported() {
        let (_, mistakes) = placed(&["sourc", "count", "Count", "colour"]);
        let said: Vec<String> =
            mistakes.iter().map(|m| format!("{m} | {}", m.hint.as_deref().unwrap_or(""))).collect();
        assert_eq!(said.len(), 4, "{said:#?}");
        assert!(said[0].contains("twice"));
        assert!(said[1].contains("\"sourc\"") && said[1].ends_with("did you mean source"));
        assert!(said[2].contains("\"colour\""));
        assert!(said[3].contains("column day"));
    }
}
