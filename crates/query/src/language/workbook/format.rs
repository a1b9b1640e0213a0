//! How cells are shown: number formats and fonts, as far as they make a cell look unlike what it holds.

use super::package::{attribute, elements, parse};
use super::strings::is_struck;
use crate::language::rows::Refused;
use std::collections::BTreeMap;

/// Most digits that the format "General" shows of a whole number.
const GENERAL_DIGITS: usize = 11;

/// The looks of cells, by their number.
#[derive(Debug, Default)]
pub(super) struct Styles {
    looks: Vec<Look>,
    codes: BTreeMap<u32, String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Look {
    format: u32,
    struck: bool,
}

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        let document = parse(text)?;
        let root = document.root_element();
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok());
        let codes = elements(root, "numFmts").flat_map(|list| elements(list, "numFmt")).filter_map(|one| {
            Some((number(attribute(one, "numFmtId"))?, attribute(one, "formatCode")?.to_owned()))
        });
        let codes = codes.collect();
        let fonts = elements(root, "fonts").flat_map(|list| elements(list, "font"));
        let struck: Vec<bool> = fonts.map(is_struck).collect();
        let looks = elements(root, "cellXfs").flat_map(|list| elements(list, "xf")).map(|one| {
            let font = number(attribute(one, "fontId")).and_then(|font| usize::try_from(font).ok());
            Look {
                format: number(attribute(one, "numFmtId")).unwrap_or(0),
                struck: font.and_then(|font| struck.get(font)).copied().unwrap_or(false),
            }
        });
        Ok(Self { looks: looks.collect(), codes })
    }

    fn look(&self, style: usize) -> Look {
        self.looks.get(style).copied().unwrap_or_default()
    }

    /// Whether the cell's font strikes its words through.
    pub(super) fn strikes(&self, style: usize) -> bool {
        self.look(style).struck
    }

    /// The code of the format that a cell has; `None` for one that programs know by its number alone.
    fn code(&self, style: usize) -> Option<&str> {
        let format = self.look(style).format;
        match self.codes.get(&format) {
            Some(code) => Some(code),
            None => [(0, "General"), (1, "0"), (49, "@")]
                .into_iter()
                .find_map(|(known, code)| (known == format).then_some(code)),
        }
    }

    /// A number as it is shown; `None` where its format may show something else than what is stored.
    pub(super) fn number<'n>(&self, style: usize, stored: &'n str) -> Option<&'n str> {
        let code = self.code(style)?;
        let whole = !stored.is_empty() && stored.bytes().all(|byte| byte.is_ascii_digit());
        let plain = stored.starts_with(|c: char| c.is_ascii_digit())
            && stored.ends_with(|c: char| c.is_ascii_digit())
            && stored.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && stored.matches('.').count() <= 1;
        let shown = match code {
            "0" => whole,
            "@" => plain,
            code => code.eq_ignore_ascii_case("General") && plain,
        };
        (shown && stored.len() <= GENERAL_DIGITS).then_some(stored)
    }

    /// Whether words are shown as they are: a format may add words to them, or hide them.
    pub(super) fn shows_words(&self, style: usize) -> bool {
        self.code(style).is_none_or(shows_words)
    }
}

/// Whether the format's part for words, its fourth or one with `@`, shows them as they are. Colours,
/// conditions and padding (`_x`, `*x`) change no word.
fn shows_words(code: &str) -> bool {
    let mut sections = vec![String::new()];
    let mut signs = code.chars();
    while let Some(c) = signs.next() {
        if c == ';' {
            sections.push(String::new());
            continue;
        }
        let section = sections.len() - 1;
        match c {
            '_' | '*' => {
                let _ = signs.next();
            }
            '[' => {
                let _ = signs.by_ref().find(|c| *c == ']');
            }
            '"' => {
                // Whatever stands in quotes is shown beside the words, be it a semicolon.
                sections[section].push('"');
                sections[section].extend(signs.by_ref().take_while(|c| *c != '"').map(|_| '"'));
            }
            '\\' => {
                sections[section].push('\\');
                let _ = signs.next();
            }
            c => sections[section].push(c),
        }
    }
    let of_words = |(at, section): (usize, &String)| at >= 3 || section.contains('@');
    sections.iter().enumerate().filter(|section| of_words(*section)).all(|(_, section)| section.trim() == "@")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_adds_to_words_or_hides_them_is_seen() {
        for code in [
            "General",
            "@",
            "0.00",
            "0;-0;0;@",
            "[Red]@",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
            "dd;mm",
        ] {
            assert!(shows_words(code), "{code}");
        }
        for code in [";;;", "\"not \"@", "0;0;0;\"x\"", "@\\!", "0;0;0;", "\";\"@", "@@", "x@"] {
            assert!(!shows_words(code), "{code}");
        }
    }
}
