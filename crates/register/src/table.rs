//! A file of the register as rows of trimmed cells.

use crate::encoding;
use crate::header::{self, Columns, Header, Layout};
use crate::listed::Listed;
use crate::quoting;
use crate::row::Row;
use duces_model::Mistake;

/// Reads each row of a file by `read`, which gives nothing for a row with mistakes. Absent where the
/// file could not be cut into rows at all.
pub(crate) fn read<T>(
    file: &str,
    bytes: &[u8],
    layout: Layout,
    mistakes: &mut Vec<Mistake>,
    read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    read_columns(file, bytes, &Columns::Own(layout), mistakes, read)
}

/// As [`read`], by other columns than those of a file of the register.
pub(crate) fn read_columns<T>(
    file: &str,
    bytes: &[u8],
    columns: &Columns<'_>,
    mistakes: &mut Vec<Mistake>,
    read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut listed = Listed::new(file);
    let rows = read_rows(file, bytes, columns, &mut listed, read);
    listed.end(mistakes);
    rows
}

fn read_rows<T>(
    file: &str,
    bytes: &[u8],
    columns: &Columns<'_>,
    listed: &mut Listed<'_>,
    mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let text = encoding::decode(file, bytes).map_err(|mistake| listed.push(*mistake)).ok()?;
    let cut = header::cut(&text, columns);
    let body = &text[cut.offset..];
    quoting::check(file, body, cut.line, cut.delimiter).map_err(|mistake| listed.push(*mistake)).ok()?;
    let mut lines = Lines { text: body, at: 0, line: cut.line };
    let mut cells = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(cut.delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut header: Option<Header> = None;
    let mut rows = Vec::new();
    loop {
        let line = lines.of_row_at(cells.position().byte());
        match cells.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                listed.push(Mistake::in_row(
                    file,
                    line,
                    None,
                    format!("found a row that cannot be read: {error}"),
                ));
                return None;
            }
        }
        if record.iter().all(|cell| trimmed(cell).is_empty()) {
            continue;
        }
        match &header {
            None => {
                let before = listed.mistakes.len();
                let placed = header::place(file, line, &record, columns, &mut listed.mistakes);
                if listed.mistakes.len() > before {
                    // Rows under a header that is not understood would repeat its mistake in each cell.
                    return None;
                }
                header = Some(placed);
            }
            Some(header) => {
                beyond(file, line, &record, header, cut.delimiter, &mut listed.mistakes);
                rows.extend(read(&mut Row::new(file, line, &record, header, &mut listed.mistakes)));
                listed.bound();
            }
        }
    }
    if header.is_none() {
        let message = format!("found no header, expected the columns {}", columns.names());
        listed.push(Mistake::of_file(file, message));
        return None;
    }
    Some(rows)
}

/// Cells that stand under no column: a comma that should have been quoted moved them there.
fn beyond(
    file: &str,
    line: u64,
    record: &csv::StringRecord,
    header: &Header,
    delimiter: char,
    mistakes: &mut Vec<Mistake>,
) {
    let is_named = |at: usize| header.named.get(at) == Some(&true);
    let stray = record.iter().enumerate().find(|(at, cell)| !trimmed(cell).is_empty() && !is_named(*at));
    if let Some((at, cell)) = stray {
        let message = format!(
            "found {cell:?} in cell {}, which stands under no column, expected {} cells",
            at + 1,
            header.width
        );
        let hint = format!("put a cell that holds {delimiter:?} into quotes");
        mistakes.push(Mistake::in_row(file, line, None, message).hint(hint));
    }
}

/// A cell without blanks around it, also those that spreadsheets and web pages bring along.
pub(crate) fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Counts lines from row to row; `\r\n`, `\n` and `\r` each end one.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the row starts that follows the byte offset; empty lines are no rows.
    fn of_row_at(&mut self, offset: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let mut to = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        while matches!(bytes.get(to), Some(b'\r' | b'\n')) {
            to += 1;
        }
        while self.at < to {
            let ends_line = match bytes[self.at] {
                b'\n' => true,
                b'\r' => bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends_line);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::{optional, required};
    use proptest::prelude::*;

    const LAYOUT: Layout = &[required("id"), optional("list"), optional("note")];

    type Cells = (u64, String, String, String);

    fn rows(text: impl AsRef<[u8]>) -> (Option<Vec<Cells>>, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let rows = read("f.csv", text.as_ref(), LAYOUT, &mut mistakes, |row| {
            let cell = |name: &str| row.cell(name).to_owned();
            Some((row.line(), cell("id"), cell("list"), cell("note")))
        });
        (rows, mistakes)
    }

    fn row(line: u64, id: &str, list: &str, note: &str) -> Cells {
        (line, id.to_owned(), list.to_owned(), note.to_owned())
    }

    #[test]
    fn what_spreadsheets_write_is_read_with_the_line_on_which_each_row_starts() {
        let expected = vec![row(2, "a", "x;y", "two\nlines"), row(5, "b", "", "")];
        for text in [
            "id,list,note\n a ,x;y,\"two\nlines\"\n,,\nb,,\n\n,,\n",
            "id,list,note,,\n\u{a0}a,x;y,\"two\nlines\",,\n,,,,\nb,,,,\n",
            "ID; List ;note\na;\"x;y\";\"two\nlines\"\n;;\nb;;\n",
            "id\tlist\tnote\na\tx;y\t\"two\nlines\"\n\t\t\nb\n",
        ] {
            let (found, mistakes) = rows(text);
            assert!(mistakes.is_empty(), "{mistakes:?}");
            assert_eq!(found, Some(expected.clone()), "{text}");
        }
        let windows = "\u{feff}id,list,note\r\na,x;y,\"two\nlines\"\r\n\r\nb\r\n";
        assert_eq!(rows(windows).0, Some(expected.clone()));
        let excel = "sep=;\r\nid;list;note\r\n\r\nb;\"x;y\";\r\n";
        assert_eq!(rows(excel).0, Some(vec![row(4, "b", "x;y", "")]));
    }

    #[test]
    fn a_cell_under_no_column_is_a_mistake_and_an_empty_one_is_not() {
        let (_, mistakes) = rows("id,list,note\na,x,y,z\nb,x,y,\n");
        assert_eq!(mistakes.len(), 1);
        assert_eq!(mistakes[0].line, 2);
        assert!(mistakes[0].message.contains("\"z\" in cell 4"));
        assert_eq!(rows("id,,note\na,lost,\n").1.len(), 1);
    }

    #[test]
    fn a_file_without_header_is_a_mistake_and_one_without_rows_is_not() {
        assert_eq!(rows("").1.len(), 1);
        assert_eq!(rows("\r\n,,\r\n").1.len(), 1);
        assert_eq!(rows("id\n"), (Some(vec![]), vec![]));
    }

    #[test]
    fn too_many_mistakes_are_counted() {
        let text = format!("id\n{}", "a,b\n".repeat(1_500));
        let (_, mistakes) = rows(text);
        assert_eq!(mistakes.len(), 1_001);
        assert!(mistakes[1_000].message.contains("500 more"));
    }

    proptest! {
        #[test]
        fn any_rows_written_read_back_with_their_lines(
            cells in prop::collection::vec(("[a-z]{1,3}", "[a-z\";,\r\n]{0,6}"), 0..8), end in prop::sample::select(vec!["\n", "\r\n"]),
            delimiter in prop::sample::select(vec![',', ';', '\t'])
        ) {
            let mut text = format!("id{delimiter}list{end}");
            let mut expected = Vec::new();
            for (id, list) in &cells {
                let line = text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() + 1;
                expected.push(row(line as u64, id, trimmed(list), ""));
                text.push_str(&format!("{id}{delimiter}\"{}\"{end}", list.replace('"', "\"\"")));
            }
            let (found, mistakes) = rows(&text);
            prop_assert!(mistakes.is_empty(), "{:?}", mistakes);
            prop_assert_eq!(found, Some(expected));
        }

        #[test]
        fn no_bytes_make_it_fail_otherwise_than_by_mistakes(bytes: Vec<u8>) {
            let (found, mistakes) = rows(&bytes);
            prop_assert!(found.is_some() || !mistakes.is_empty());
        }

        #[test]
        fn no_text_makes_it_fail_otherwise_than_by_mistakes(text in "(id,list\r?\n)?[a\",; \r\n\t]{0,30}") {
            let (found, mistakes) = rows(&text);
            prop_assert!(found.is_some() || !mistakes.is_empty());
        }
    }
}
