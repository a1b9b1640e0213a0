//! The Concordance load file: delimiters, quoting, and what values cannot carry.
//!
//! Delimiters: FTC Bureau of Competition Production Guide, revision 1.6, August 2015 (verified);
//! the same for the SEC from memory. UTF-8 with a byte-order mark, CRLF rows and quoting every
//! value, also an empty one, are choices of ours.

use crate::error::VolumeError;
use crate::forms::{Delimiters, Encoding};
use duces_model::BatesNumber;
use serde::Serialize;
use std::collections::BTreeSet;

/// The byte-order mark, by which receivers tell the encoding.
pub(crate) const MARK: &str = "\u{feff}";
/// End of a row.
pub(crate) const ROW_END: &str = "\r\n";

/// What had to be replaced in a value, because the load file uses the sign itself or cannot carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replaced {
    /// þ stands as `th`: it is the quote.
    Quote,
    /// U+0014 stands as a space: it is the separator of fields.
    FieldSeparator,
    /// ® stands as `(R)`: it would be read as a new line.
    NewLineSign,
    /// `;` in an entry of several stands as `,`: it would be read as two entries.
    ListSeparator,
    /// A control character was left out (a tab is kept; line ends become ®).
    ControlCharacter,
    /// A sign that the encoding lacks stands as `?`.
    Encoding,
}

impl Replaced {
    const ALL: [Self; 6] = [
        Self::Quote,
        Self::FieldSeparator,
        Self::NewLineSign,
        Self::ListSeparator,
        Self::ControlCharacter,
        Self::Encoding,
    ];
}

/// A replacement that was made in one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// First number of the document.
    pub bates: BatesNumber,
    /// Field of the load file.
    pub field: String,
    /// What was replaced.
    pub what: Replaced,
    /// How often in this value.
    pub count: u64,
}

/// How often each thing was replaced in one value.
#[derive(Debug, Default)]
pub(crate) struct Tally([u64; Replaced::ALL.len()]);

impl Tally {
    fn count(&mut self, what: Replaced) {
        self.0[what as usize] += 1;
    }

    /// What was replaced, with its count.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Replaced, u64)> {
        Replaced::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}

/// How rows are written: signs and encoding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    pub(crate) signs: Delimiters,
    pub(crate) encoding: Encoding,
}

impl Writing {
    /// Writes one entry of a value in a form that the load file can carry.
    fn clean(self, entry: &str, in_list: bool, tally: &mut Tally, into: &mut String) {
        let Delimiters { field, quote, new_line, list } = self.signs;
        let mut signs = entry.chars().peekable();
        while let Some(sign) = signs.next() {
            let mut replace = |what, by| {
                tally.count(what);
                into.push_str(by);
            };
            match sign {
                '\r' if signs.peek() == Some(&'\n') => {}
                '\r' | '\n' | '\u{2028}' | '\u{2029}' => into.push(new_line),
                sign if sign == quote => {
                    replace(Replaced::Quote, if quote == '\u{fe}' { "th" } else { "'" });
                }
                sign if sign == field => replace(Replaced::FieldSeparator, " "),
                sign if sign == new_line => {
                    replace(Replaced::NewLineSign, if new_line == '\u{ae}' { "(R)" } else { " " });
                }
                sign if sign == list && in_list => {
                    replace(Replaced::ListSeparator, if list == ',' { " " } else { "," });
                }
                '\t' => into.push('\t'),
                control if control.is_control() => replace(Replaced::ControlCharacter, ""),
                lacking if self.encoding == Encoding::Windows1252 && windows_1252(lacking).is_none() => {
                    replace(Replaced::Encoding, "?");
                }
                plain => into.push(plain),
            }
        }
    }

    /// Writes one quoted value of one entry.
    pub(crate) fn push_text(self, row: &mut String, value: &str, tally: &mut Tally) {
        row.push(self.signs.quote);
        self.clean(value, false, tally, row);
        row.push(self.signs.quote);
    }

    /// Writes one quoted value of several entries.
    pub(crate) fn push_list(self, row: &mut String, entries: &[String], tally: &mut Tally) {
        row.push(self.signs.quote);
        for (n, entry) in entries.iter().enumerate() {
            if n > 0 {
                row.push(self.signs.list);
                row.push(' ');
            }
            self.clean(entry, true, tally, row);
        }
        row.push(self.signs.quote);
    }

    /// The first row, behind the byte-order mark where the encoding has one.
    pub(crate) fn header(self, fields: &[String]) -> Result<String, VolumeError> {
        let mut seen = BTreeSet::new();
        let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'#');
        let mut row = if self.encoding == Encoding::Windows1252 { String::new() } else { MARK.to_owned() };
        for (n, name) in fields.iter().enumerate() {
            if name.is_empty() || !name.bytes().all(sign) || !seen.insert(name) {
                return Err(VolumeError::FieldName { name: name.clone() });
            }
            if n > 0 {
                row.push(self.signs.field);
            }
            row.push(self.signs.quote);
            row.push_str(name);
            row.push(self.signs.quote);
        }
        row.push_str(ROW_END);
        Ok(row)
    }

    /// The bytes of a row.
    pub(crate) fn encode(self, row: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => row.as_bytes().to_vec(),
            Encoding::Utf16Le => row.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            // What the encoding lacks was replaced when the value was written.
            Encoding::Windows1252 => row.chars().map(|sign| windows_1252(sign).unwrap_or(b'?')).collect(),
        }
    }
}

/// The byte of a sign in Windows-1252, as the WHATWG's encoding standard has it; absent where it has none.
fn windows_1252(sign: char) -> Option<u8> {
    if sign.is_ascii() {
        return u8::try_from(sign).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, lacking) = encoding_rs::WINDOWS_1252.encode(sign.encode_utf8(&mut buffer));
    if lacking { None } else { bytes.first().copied() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIELD_SEPARATOR: char = '\u{14}';
    const QUOTE: char = '\u{fe}';
    const NEW_LINE: char = '\u{ae}';

    fn writing() -> Writing {
        Writing { signs: Delimiters::default(), encoding: Encoding::Utf8 }
    }

    fn text(value: &str) -> (String, Vec<(Replaced, u64)>) {
        let (mut row, mut tally) = (String::new(), Tally::default());
        writing().push_text(&mut row, value, &mut tally);
        (row, tally.iter().collect())
    }

    #[test]
    fn an_empty_value_is_quoted_too() {
        assert_eq!(text(""), ("þþ".to_owned(), vec![]));
    }

    #[test]
    fn every_kind_of_line_end_is_one_new_line_sign_and_needs_no_log() {
        let ends = text("a\r\nb\nc\rd\u{2028}e\u{2029}f\r\n\r\n\tg");
        assert_eq!(ends, ("þa®b®c®d®e®f®®\tgþ".to_owned(), vec![]));
    }

    #[test]
    fn signs_that_the_load_file_uses_itself_are_replaced_and_logged() {
        let (row, log) = text("þorn þ \u{14} Acme®; x\u{0}\u{7}\u{85}");
        assert_eq!(row, "þthorn th   Acme(R); xþ");
        let expected = [
            (Replaced::Quote, 2),
            (Replaced::FieldSeparator, 1),
            (Replaced::NewLineSign, 1),
            (Replaced::ControlCharacter, 3),
        ];
        assert_eq!(log, expected);
    }

    #[test]
    fn a_semicolon_is_replaced_only_where_entries_are_many() {
        let (mut row, mut tally) = (String::new(), Tally::default());
        writing().push_list(&mut row, &["Lee; Ann <a@x>".into(), "b@x".into()], &mut tally);
        assert_eq!(row, "þLee, Ann <a@x>; b@xþ");
        assert_eq!(tally.iter().collect::<Vec<_>>(), [(Replaced::ListSeparator, 1)]);
        assert_eq!(text("a;b"), ("þa;bþ".to_owned(), vec![]));
    }

    #[test]
    fn a_header_with_a_repeated_or_unloadable_name_is_refused() {
        for names in [vec!["A", "A"], vec!["ä"], vec![""], vec!["A B"]] {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            assert!(writing().header(&names).is_err(), "{names:?}");
        }
        let names = ["FIRSTBATES".to_owned(), "TIME_SENT/TIME_ZONE".to_owned()];
        assert_eq!(writing().header(&names).unwrap(), "\u{feff}þFIRSTBATESþ\u{14}þTIME_SENT/TIME_ZONEþ\r\n");
    }

    #[test]
    fn a_sign_that_the_encoding_lacks_is_replaced_and_logged() {
        let writing = Writing { encoding: Encoding::Windows1252, ..writing() };
        let (mut row, mut tally) = (String::new(), Tally::default());
        writing.push_text(&mut row, "Zoë “漢字” €5", &mut tally);
        assert_eq!(tally.iter().collect::<Vec<_>>(), [(Replaced::Encoding, 2)]);
        assert_eq!(writing.encode(&row), b"\xfeZo\xeb \x93??\x94 \x805\xfe");
        assert!(!writing.header(&["A".to_owned()]).unwrap().starts_with('\u{feff}'), "it has no mark");
    }

    #[test]
    fn sixteen_bits_have_their_mark_and_the_low_byte_first() {
        let writing = Writing { encoding: Encoding::Utf16Le, ..writing() };
        let header = writing.encode(&writing.header(&["A".to_owned()]).unwrap());
        assert_eq!(header, b"\xff\xfe\xfe\x00A\x00\xfe\x00\r\x00\n\x00");
    }

    proptest! {
        #[test]
        fn no_value_breaks_out_of_its_quotes(values in prop::collection::vec(any::<String>(), 1..6)) {
            let mut row = String::new();
            for (n, value) in values.iter().enumerate() {
                if n > 0 { row.push(FIELD_SEPARATOR); }
                writing().push_text(&mut row, value, &mut Tally::default());
            }
            prop_assert!(!row.contains(['\r', '\n']));
            let cut: Vec<&str> = row.split(FIELD_SEPARATOR).collect();
            prop_assert_eq!(cut.len(), values.len());
            for quoted in cut {
                let inner = quoted.strip_prefix(QUOTE).and_then(|rest| rest.strip_suffix(QUOTE));
                prop_assert!(inner.is_some_and(|inner| !inner.contains(QUOTE)));
            }
        }

        #[test]
        fn what_needs_no_replacing_reads_back_as_it_was(value in "[a-zA-Z0-9 ,;:äßΩ漢<>@\"'\n]{0,60}") {
            let (row, log) = text(&value);
            prop_assert!(log.is_empty());
            prop_assert_eq!(row.trim_matches(QUOTE).replace(NEW_LINE, "\n"), value);
        }
    }
}
