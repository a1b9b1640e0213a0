//! Findings, collected so that a thousand of one kind are one finding.

use crate::code::{Code, Severity};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How many places of one finding are kept; all are counted.
pub const EXAMPLES_MAX: usize = 10;

/// One place at which something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The file, as a path below the volume; empty where it is of the volume as a whole.
    pub file: String,
    /// Row of the load file or line of the manifest, from 1; the header is row 1.
    pub row: Option<u64>,
    /// The column, as the header names it.
    pub field: Option<String>,
    /// What was found and what was expected; lower case, no full stop.
    pub message: String,
}

impl Example {
    /// Something about the volume as a whole.
    pub(crate) fn of_volume(message: impl Into<String>) -> Self {
        Self::of_file("", message)
    }

    /// Something about one file.
    pub(crate) fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), row: None, field: None, message: message.into() }
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.file.is_empty() { "volume" } else { &self.file })?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything found of one kind: the first place, how many, and the first examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// What it means for the volume.
    pub severity: Severity,
    /// Status and source of the rule.
    pub authority: &'static str,
    /// File of the first place.
    pub file: String,
    /// Row of the first place.
    pub row: Option<u64>,
    /// Column of the first place.
    pub field: Option<String>,
    /// What was found and what was expected at the first place.
    pub message: String,
    /// How many places there are.
    pub count: u64,
    /// The first [`EXAMPLES_MAX`] places, the first one included.
    pub examples: Vec<Example>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.severity, self.code)?;
        if let Some(first) = self.examples.first() {
            write!(f, ": {first}")?;
        }
        if self.count > 1 {
            write!(f, " (and {} more)", self.count - 1)?;
        }
        write!(f, " [{}]", self.authority)
    }
}

/// Where checks put what they find.
#[derive(Debug, Default)]
pub(crate) struct Findings(BTreeMap<Code, (u64, Vec<Example>)>);

impl Findings {
    pub(crate) fn add(&mut self, code: Code, example: Example) {
        self.add_with(code, || example);
    }

    /// Adds a place whose example is made only where it is kept: a million of one kind cost no million texts.
    pub(crate) fn add_with(&mut self, code: Code, example: impl FnOnce() -> Example) {
        let (count, examples) = self.0.entry(code).or_default();
        *count += 1;
        if examples.len() < EXAMPLES_MAX {
            examples.push(example());
        }
    }

    /// Adds places of which only this example is known.
    pub(crate) fn add_many(&mut self, code: Code, example: Example, more: u64) {
        self.add(code, example);
        self.0.entry(code).or_default().0 += more;
    }

    pub(crate) fn of_volume(&mut self, code: Code, message: impl Into<String>) {
        self.add(code, Example::of_volume(message));
    }

    pub(crate) fn of_file(&mut self, code: Code, file: &str, message: impl Into<String>) {
        self.add(code, Example::of_file(file, message));
    }

    pub(crate) fn in_row(
        &mut self,
        code: Code,
        file: &str,
        row: u64,
        field: Option<&str>,
        message: impl Into<String>,
    ) {
        let field = field.map(str::to_owned);
        self.add(code, Example { row: Some(row), field, ..Example::of_file(file, message) });
    }

    /// All findings, the gravest first, within one severity in the order of the catalogue.
    pub(crate) fn into_sorted(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .0
            .into_iter()
            .filter_map(|(code, (count, examples))| {
                let first = examples.first()?.clone();
                let Example { file, row, field, message } = first;
                let (severity, authority) = (code.severity(), code.authority());
                Some(Finding { code, severity, authority, file, row, field, message, count, examples })
            })
            .collect();
        findings.sort_by_key(|finding| (finding.severity, finding.code));
        findings
    }
}

/// A value of a file that somebody else wrote, cut and with control signs made visible, for messages.
pub(crate) fn shown(value: &str) -> String {
    const SHOWN_MAX: usize = 80;
    let cut: String = value.chars().take(SHOWN_MAX).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_of_one_kind_are_one_finding_with_count_and_first_examples() {
        let mut findings = Findings::default();
        for row in 1..=1000 {
            findings.in_row(Code::FieldCount, "a.dat", row, None, "found 2 fields, expected 3");
        }
        findings.of_volume(Code::FinalNewline, "none");
        let found = findings.into_sorted();
        assert_eq!((found.len(), found[0].count, found[0].examples.len()), (2, 1000, EXAMPLES_MAX));
        assert_eq!(found[0].row, Some(1));
        assert!(found[0].to_string().contains("(and 999 more)"));
    }

    #[test]
    fn what_others_wrote_cannot_steer_a_terminal() {
        assert_eq!(shown("a\u{1b}[2J"), "\"a\\u{1b}[2J\"");
        assert!(shown(&"x".repeat(500)).chars().count() < 90);
    }
}
