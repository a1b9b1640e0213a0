//! Where each byte of a TOML string's value stands in the file, for carets inside a query.

use std::ops::Range;

/// For each byte of `value`, and for its end, the offset in `file` of what it was written as. `None`
/// where the string at `span` does not read as `value` by the rules known here (TOML 1.1, "String").
pub(super) fn raw_offsets(file: &str, span: Range<usize>, value: &str) -> Option<Vec<usize>> {
    let raw = file.get(span.clone())?;
    let (quotes, escapes) = match raw {
        _ if raw.starts_with("\"\"\"") => (3, true),
        _ if raw.starts_with("'''") => (3, false),
        _ if raw.starts_with('"') => (1, true),
        _ if raw.starts_with('\'') => (1, false),
        _ => return None,
    };
    let body = raw.get(quotes..raw.len().checked_sub(quotes)?)?;
    let mut walk = Walk { body, at: 0, base: span.start + quotes, value, places: Vec::new() };
    if quotes == 3 {
        walk.at = line_break(body).unwrap_or(0);
    }
    while let Some(c) = walk.rest().chars().next() {
        match c {
            '\\' if escapes => walk.escape(quotes == 3)?,
            // The value may hold a line break as written or as a line feed.
            '\r' if !walk.wanted().starts_with('\r') => walk.at += 1,
            _ => walk.take(c, c.len_utf8())?,
        }
    }
    walk.places.push(walk.base + walk.at);
    (walk.places.len() == value.len() + 1).then_some(walk.places)
}

/// Length of a line break at the start of the text.
fn line_break(text: &str) -> Option<usize> {
    match text {
        _ if text.starts_with("\r\n") => Some(2),
        _ if text.starts_with('\n') => Some(1),
        _ => None,
    }
}

struct Walk<'t> {
    body: &'t str,
    at: usize,
    base: usize,
    value: &'t str,
    places: Vec<usize>,
}

impl<'t> Walk<'t> {
    fn rest(&self) -> &'t str {
        &self.body[self.at..]
    }

    fn wanted(&self) -> &'t str {
        self.value.get(self.places.len()..).unwrap_or("")
    }

    /// `c` stands in the value for the next `length` bytes of the file.
    fn take(&mut self, c: char, length: usize) -> Option<()> {
        if !self.wanted().starts_with(c) {
            return None;
        }
        self.places.extend(std::iter::repeat_n(self.base + self.at, c.len_utf8()));
        self.at += length;
        Some(())
    }

    fn escape(&mut self, several_lines: bool) -> Option<()> {
        let letter = self.rest()[1..].chars().next()?;
        let simple = match letter {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            '"' | '\\' => letter,
            'x' => return self.code(2),
            'u' => return self.code(4),
            'U' => return self.code(8),
            _ if several_lines && letter.is_whitespace() => {
                let kept = self.rest()[1..].trim_start_matches([' ', '\t', '\r', '\n']);
                self.at = self.body.len() - kept.len();
                return Some(());
            }
            _ => return None,
        };
        self.take(simple, 2)
    }

    fn code(&mut self, digits: usize) -> Option<()> {
        let code = u32::from_str_radix(self.rest().get(2..2 + digits)?, 16).ok()?;
        self.take(char::from_u32(code)?, 2 + digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toml::de::DeTable;

    /// The value of `q` and the places of its bytes.
    fn read(file: &str) -> (String, Option<Vec<usize>>) {
        let table = DeTable::parse(file).unwrap();
        let value = table.get_ref().get("q").unwrap();
        let text = value.get_ref().as_str().unwrap().to_owned();
        let places = raw_offsets(file, value.span(), &text);
        (text, places)
    }

    fn check(file: &str, word: &str, written_as: &str) {
        let (text, places) = read(file);
        let places = places.unwrap();
        let at = text.find(word).unwrap();
        assert_eq!(&file[places[at]..places[at + word.len()]], written_as, "{file:?}");
    }

    #[test]
    fn a_word_is_found_in_every_form_of_string() {
        check("q = 'a word b'", "word", "word");
        check("q = \"a \\u00fc word b\"", "word", "word");
        check("q = \"a w\\u006Frd b\"", "word", "w\\u006Frd");
        check("q = '''\nfirst\r\n word'''", "word", "word");
        check("q = '''word'''", "word", "word");
        check("q = \"\"\"\r\nüü \\\n   word \\\"x\\\" \"\"\"", "word", "word");
        check("q = \"\"\"\\x77ord\"\"\"", "word", "\\x77ord");
    }

    proptest! {
        #[test]
        fn every_string_that_the_parser_reads_is_mapped(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["a", "ü", " ", "\\n", "\\t", "\\\"", "\\\\", "\\u00fc", "\\U0001F44D", "\\x41", "\\e", "'"]),
                0..20,
            ),
            breaks in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "\\\n  ", "\\ \r\n\r\n"]), 0..3),
        ) {
            let one = pieces.concat();
            let several = format!("{one}{}", breaks.iter().map(|b| format!("{b}{one}")).collect::<String>());
            for file in [format!("q = \"{one}\""), format!("x = 1\nq = \"\"\"\n{several}\"\"\"  # end")] {
                let (text, places) = read(&file);
                let places = places.unwrap();
                prop_assert_eq!(places.len(), text.len() + 1);
                prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1]));
            }
        }
    }
}
