//! The rows of a list that is text: CSV, or one term a line.
//!
//! CSV is read strictly (RFC 4180): a lenient reader drops quotes that a term's phrase needs.

/// Why something is refused, and what to do about it.
pub(super) type Refused = (String, String);

/// One cell of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// It stands in quotes that the format did not ask for.
    pub(super) needless_quotes: bool,
    /// What a person sees in it may not be what it holds: it is no term and no head of a column.
    pub(super) refused: Option<Box<Refused>>,
}

impl Cell {
    /// Whether it holds nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.refused.is_none() && self.text.trim().is_empty()
    }
}

/// One row: where it starts, counted as people count (lines of a text, rows of a sheet, from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Vec<Cell>,
}

/// What is wrong with a row, and what to do about it.
pub(super) type RowMistake = (u64, String, String);

/// Bytes as text, without the mark that some programs put before it.
pub(super) fn decoded(bytes: &[u8]) -> Result<&str, (String, String)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        (
            format!("line {line} is no UTF-8"),
            "save the list as \"CSV UTF-8\", or as plain text in UTF-8".to_owned(),
        )
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Each line a row of one cell.
pub(super) fn lines(text: &str) -> Vec<Row> {
    let cell = |line: &str| Cell { text: line.to_owned(), ..Cell::default() };
    text.lines().zip(1..).map(|(line, number)| Row { number, cells: vec![cell(line)] }).collect()
}

/// The rows of a CSV text; all its mistakes at once.
pub(super) fn csv(text: &str) -> Result<Vec<Row>, Vec<RowMistake>> {
    let mut reader = Csv { text, at: 0, line: 1 };
    let mut rows = Vec::new();
    let mut mistakes = Vec::new();
    while reader.at < text.len() {
        let number = reader.line;
        match reader.row() {
            Ok(cells) => rows.push(Row { number, cells }),
            Err((message, hint)) => {
                mistakes.push((number, message, hint));
                reader.skip_line();
            }
        }
    }
    if mistakes.is_empty() { Ok(rows) } else { Err(mistakes) }
}

struct Csv<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl<'t> Csv<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_line(&mut self) {
        let length = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
        self.at += length;
        self.line += 1;
    }

    /// The cells up to the end of the row, which is passed.
    fn row(&mut self) -> Result<Vec<Cell>, (String, String)> {
        let mut cells = Vec::new();
        loop {
            let cell = if self.rest().starts_with('"') { self.quoted()? } else { self.bare() };
            cells.push(cell);
            match self.rest().chars().next() {
                Some(',') => self.at += 1,
                None => return Ok(cells),
                Some(_) => {
                    self.skip_line();
                    return Ok(cells);
                }
            }
        }
    }

    /// Everything up to a comma or the end of the line; quotes inside are the cell's own.
    fn bare(&mut self) -> Cell {
        let length = self.rest().find([',', '\n']).unwrap_or(self.rest().len());
        let text = self.rest()[..length].trim_end_matches('\r');
        self.at += text.len();
        Cell { text: text.to_owned(), ..Cell::default() }
    }

    fn quoted(&mut self) -> Result<Cell, (String, String)> {
        let mut text = String::new();
        let mut walk = self.rest().char_indices().skip(1).peekable();
        let length = loop {
            match (walk.next(), walk.peek()) {
                (Some((_, '"')), Some((_, '"'))) => {
                    walk.next();
                    text.push('"');
                }
                (Some((at, '"')), _) => break at + 1,
                (Some((_, c)), _) => text.push(c),
                (None, _) => {
                    let hint = "a cell in quotes ends with one; quotes inside it are doubled";
                    return Err(("a quote of CSV is never closed".to_owned(), hint.to_owned()));
                }
            }
        };
        let behind = self.rest()[length..].chars().next();
        if !matches!(behind, None | Some(',' | '\n' | '\r')) {
            let hint = "a cell with quotes of its own stands in quotes, and its own are doubled: \
                        \"\"\"insider trading\"\" w/5 fee\"; or keep the list as plain text (.txt)";
            return Err(("words stand behind a cell in quotes".to_owned(), hint.to_owned()));
        }
        let breaks = text.matches('\n').count();
        self.line += u64::try_from(breaks).unwrap_or(u64::MAX);
        self.at += length;
        if self.rest().starts_with("\r\n") {
            self.at += 1;
        }
        let needless_quotes = !text.contains([',', '"', '\n', '\r']);
        Ok(Cell { text, needless_quotes, refused: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(csv_text: &str) -> Vec<(u64, Vec<String>)> {
        csv(csv_text)
            .unwrap()
            .into_iter()
            .map(|row| (row.number, row.cells.into_iter().map(|cell| cell.text).collect()))
            .collect()
    }

    #[test]
    fn quoted_commas_newlines_and_quotes_belong_to_their_cell() {
        let text = "a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n\r\n\"one\ntwo\",z\nlast";
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            texts(text),
            [
                (1, owned(&["a", "b"])),
                (2, owned(&["x, y", "say \"hi\""])),
                (3, owned(&[""])),
                (4, owned(&["one\ntwo", "z"])),
                (6, owned(&["last"])),
            ]
        );
    }

    #[test]
    fn quotes_that_a_lenient_reader_drops_are_a_mistake_with_their_row() {
        let mistakes = csv("fee\n\"insider trading\" w/5 fee\n\"never closed\nfee\n").unwrap_err();
        let rows: Vec<u64> = mistakes.iter().map(|mistake| mistake.0).collect();
        assert_eq!(rows, [2, 3]);
        assert!(mistakes[0].2.contains("doubled"));
    }
}
