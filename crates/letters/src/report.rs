//! What became of each line of a letter, in numbers and in lists.

use crate::draft::Draft;
use crate::file;
use crate::sections::Bucket;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many lines of a letter are what; their sum is the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Lines of the letter that are not blank.
    pub lines: usize,
    /// By what they are, in the order of their names.
    pub of: BTreeMap<String, usize>,
}

impl Bucket {
    /// In plain words.
    pub fn words(&self) -> String {
        match self {
            Self::Furniture => "heads, feet and numbers of pages".to_owned(),
            Self::Head => "letterhead, date, address, subject".to_owned(),
            Self::Heading => "heads of parts".to_owned(),
            Self::Item => "items".to_owned(),
            Self::Definition => "definitions".to_owned(),
            Self::Recognised(rule) => format!("recognised: {rule}"),
            Self::Closing => "closing words, signature".to_owned(),
            Self::NotPlaced => "not placed".to_owned(),
        }
    }
}

impl Draft {
    /// The draft as a request file that is not accepted yet.
    pub fn to_toml(&self) -> String {
        file::write(self)
    }

    /// What became of each line.
    pub fn account(&self) -> Account {
        let mut of = BTreeMap::new();
        for bucket in &self.lines {
            *of.entry(bucket.words()).or_default() += 1;
        }
        Account { lines: self.letter.lines().len(), of }
    }

    /// For a person to read before the file: what was found, what was not, and every line accounted for.
    pub fn report(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}: {}, {} lines",
            self.letter.name(),
            self.letter.form(),
            self.letter.lines().len()
        );
        let found = |found: bool| if found { "found" } else { "not found" };
        let head = &self.head;
        for (what, is) in [
            ("authority", head.authority.is_some()),
            ("number", head.number.is_some()),
            ("letter's day", head.letter_date.is_some()),
            ("due day", !head.due.is_empty()),
            ("period", !head.period.is_empty()),
        ] {
            let _ = writeln!(out, "  {what}: {}", found(is));
        }
        let notes: usize = self.items.iter().map(|item| item.notes.len()).sum();
        let defined = self.definitions.iter().filter(|definition| definition.means.is_some()).count();
        let _ = writeln!(out, "  items: {}, with {notes} notes; definitions: {defined}", self.items.len());
        let account = self.account();
        for (what, lines) in &account.of {
            let _ = writeln!(out, "  lines: {lines:>5}  {what}");
        }
        let sum: usize = account.of.values().sum();
        let _ = writeln!(out, "  lines: {sum:>5}  in all, of {}", account.lines);
        for remark in &self.remarks {
            let _ = writeln!(out, "  note: {}", file::commented(remark));
        }
        for source in &self.not_placed {
            let _ = writeln!(out, "  not placed, {}: “{}”", source.place, file::commented(&source.words));
        }
        out
    }
}
