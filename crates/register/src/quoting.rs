//! Quotes that do not close, found before the rows are read.
//!
//! A lenient reader takes everything after a quote that was never closed for one cell: every row below
//! would vanish into it without a word. So the quoting is checked first, by itself.

use duces_model::Mistake;

enum At {
    FieldStart,
    Blank,
    Bare,
    Quoted,
    QuoteInQuoted,
    Closed,
}

/// The first mistake of quoting in `text`, whose first line is line `line`.
pub(crate) fn check(file: &str, text: &str, line: u64, delimiter: char) -> Result<(), Box<Mistake>> {
    let mut at = At::FieldStart;
    let (mut line, mut row, mut opened) = (line, line, line);
    let mut previous = '\0';
    for c in text.chars() {
        let ends_line = c == '\r' || (c == '\n' && previous != '\r');
        previous = c;
        line += u64::from(ends_line);
        at = match (at, c) {
            (At::Quoted, '"') => At::QuoteInQuoted,
            (At::Quoted, _) => At::Quoted,
            (At::FieldStart, '"') => {
                opened = row;
                At::Quoted
            }
            (At::QuoteInQuoted, '"') => At::Quoted,
            (At::Blank, '"') => return Err(wrong(file, row, "a blank before a quote")),
            (_, '\r' | '\n') => {
                row = line;
                At::FieldStart
            }
            (_, c) if c == delimiter => At::FieldStart,
            (At::FieldStart | At::Blank, c) if c.is_whitespace() => At::Blank,
            (At::QuoteInQuoted | At::Closed, c) if c.is_whitespace() => At::Closed,
            (At::QuoteInQuoted | At::Closed, _) => {
                return Err(wrong(file, row, "text after a closing quote"));
            }
            (At::FieldStart | At::Blank | At::Bare, _) => At::Bare,
        };
    }
    match at {
        At::Quoted => Err(wrong(file, opened, "a quote that is opened here and never closed")),
        _ => Ok(()),
    }
}

fn wrong(file: &str, row: u64, found: &str) -> Box<Mistake> {
    let message = format!("found {found}, expected quotes around the whole cell");
    let hint = "a quote inside a quoted cell is written twice: \"\"";
    Box::new(Mistake::in_row(file, row, None, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(text: &str) -> Option<u64> {
        check("f", text, 1, ',').err().map(|mistake| mistake.line)
    }

    #[test]
    fn a_quote_that_never_closes_is_found_where_it_was_opened() {
        assert_eq!(line_of("a,b\r\n1,\"x\r\n2,y\r\n3,z\r\n"), Some(2));
        assert_eq!(line_of("a,b\n\"1\n\",x\n2,\"y\n"), Some(4));
    }

    #[test]
    fn text_beside_a_quoted_cell_is_found_and_blanks_after_it_are_not() {
        assert_eq!(line_of("a\n\"x\"y\n"), Some(2));
        assert_eq!(line_of("a,b\n1, \"x;y\"\n"), Some(2));
        assert_eq!(line_of("a,b\n\"1\" ,\"2\"\n"), None);
    }

    #[test]
    fn doubled_quotes_and_quoted_line_ends_are_in_order() {
        assert_eq!(line_of("a,b\n\"say \"\"no\"\"\",\"one\ntwo\"\n5\" wide,x\n"), None);
    }
}
