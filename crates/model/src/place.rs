//! What is wrong in a file that a person edits, and where.

use serde::Serialize;
use std::fmt;

/// One mistake in one place of one user's file.
///
/// Lines and columns count from 1. In a table (CSV) `line` is the line on which the row starts and
/// `field` names the column; in a text, `column` counts characters and `excerpt` shows the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The file, as the user knows it (relative to the workspace where it lies inside).
    pub file: String,
    /// Line, from 1; 0 where the mistake is of the file as a whole.
    pub line: u64,
    /// Column in characters, from 1; 0 where it is of the line as a whole.
    pub column: u64,
    /// How many characters are meant, for the caret; at least 1 where `column` is given.
    pub length: u64,
    /// Name of the table's column or of the key, where there is one.
    pub field: Option<String>,
    /// What was found and what was expected; lower case, no full stop.
    pub message: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
    /// The line of text in which the mistake stands, for drawing.
    pub excerpt: Option<String>,
}

impl Mistake {
    /// A mistake of the file as a whole.
    pub fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            length: 0,
            field: None,
            message: message.into(),
            hint: None,
            excerpt: None,
        }
    }

    /// A mistake in a row of a table; `line` from 1, the header being line 1.
    pub fn in_row(
        file: impl Into<String>,
        line: u64,
        field: Option<&str>,
        message: impl Into<String>,
    ) -> Self {
        Self { line, field: field.map(str::to_owned), ..Self::of_file(file, message) }
    }

    /// A mistake at a span of bytes of a text; the span may reach beyond one line, the first is drawn.
    pub fn in_text(
        file: impl Into<String>,
        text: &str,
        span: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let floor =
            |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (from, to) = (floor(span.start), floor(span.end.max(span.start)));
        let line_from = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let line_to = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let chars = |range: &str| u64::try_from(range.chars().count()).unwrap_or(u64::MAX);
        Self {
            line: chars_of_lines(&text[..from]),
            column: chars(&text[line_from..from]) + 1,
            length: chars(&text[from..to.min(line_to).max(from)]).max(1),
            excerpt: Some(text[line_from..line_to].trim_end_matches('\r').to_owned()),
            ..Self::of_file(file, message)
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn chars_of_lines(before: &str) -> u64 {
    u64::try_from(before.matches('\n').count()).unwrap_or(u64::MAX) + 1
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        if let Some(field) = &self.field {
            write!(f, ", column {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything that is wrong in the files read, never just the first thing; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{} {} found", .0.len(), if .0.len() == 1 { "mistake" } else { "mistakes" })]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// `Ok(value)` where nothing is wrong, else all that is, in the order of file and place.
    pub fn or<T>(mut mistakes: Vec<Mistake>, value: T) -> Result<T, Self> {
        if mistakes.is_empty() {
            return Ok(value);
        }
        mistakes.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Err(Self(mistakes))
    }

    /// One mistake as an error.
    pub fn one(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }

    /// The mistakes, in the order of file and place.
    pub fn iter(&self) -> std::slice::Iter<'_, Mistake> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_span_is_placed_by_line_and_character_not_by_byte() {
        let mistake = Mistake::in_text("r.toml", "a\nüü = x y\n", 9..10, "found x");
        assert_eq!((mistake.line, mistake.column, mistake.length), (2, 6, 1));
        assert_eq!(mistake.excerpt.as_deref(), Some("üü = x y"));
        assert_eq!(mistake.to_string(), "r.toml:2:6: found x");
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_has_a_place(text in "\\PC{0,30}(\n\\PC{0,30}){0,3}", from in 0_usize..200, len in 0_usize..200) {
            let mistake = Mistake::in_text("f", &text, from..from + len, "m");
            prop_assert!(mistake.line >= 1 && mistake.column >= 1 && mistake.length >= 1);
        }
    }
}
