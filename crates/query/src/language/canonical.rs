//! The one form in which a tree is shown, whatever the dialect that it was written in.

use super::lexer::is_reserved;
use super::tree::{Element, GlobPart, Near, Node, Pattern, Phrase, Side, Within, Words};
use std::fmt::{self, Display, Formatter};

/// How a plural is marked: `merger(s)`.
pub(super) const PLURAL: &str = "(s)";
/// How any word at all is written, inside a phrase.
pub(super) const ANY: &str = "*";

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glob(parts) => parts.iter().try_for_each(|part| match part {
                GlobPart::Text(text) => f.write_str(text),
                GlobPart::One => f.write_str("?"),
                GlobPart::Digit => f.write_str("="),
                GlobPart::Many => f.write_str("*"),
            }),
            Self::Stem(word) => write!(f, "{word}~"),
            Self::Fuzzy { exact, rest, differences } => {
                write!(f, "{exact}{}{rest}", "%".repeat(usize::from(*differences)))
            }
            Self::Range(from, to) => write!(f, "{from}~~{to}"),
            Self::Regex(pattern) => write!(f, "\"##{pattern}\""),
            Self::Plural(word) => write!(f, "{word}{PLURAL}"),
        }
    }
}

impl Display for Element {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Pattern(pattern) => pattern.fmt(f),
            Self::Any => f.write_str(ANY),
        }
    }
}

impl Display for Phrase {
    /// One word stands bare where that is safe, all else in quotes; a regular expression has quotes
    /// of its own, so that a phrase with one is several pieces in a row.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let [only] = self.elements()
            && !matches!(only, Element::Word(word) if is_reserved(word))
        {
            return only.fmt(f);
        }
        let is_regex = |element: &Element| matches!(element, Element::Pattern(Pattern::Regex(_)));
        let pieces = self.elements().chunk_by(|a, b| !is_regex(a) && !is_regex(b));
        for (at, piece) in pieces.enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            match piece {
                [only] if is_regex(only) => only.fmt(f)?,
                several => {
                    let words: Vec<String> = several.iter().map(ToString::to_string).collect();
                    write!(f, "\"{}\"", words.join(" "))?;
                }
            }
        }
        Ok(())
    }
}

/// Writes parts with a word between them.
fn joined<T>(
    f: &mut Formatter<'_>,
    parts: &[T],
    word: &str,
    write: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    parts.iter().enumerate().try_for_each(|(at, part)| {
        if at > 0 {
            write!(f, " {word} ")?;
        }
        write(f, part)
    })
}

impl Display for Words {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phrase(phrase) => phrase.fmt(f),
            Self::AnyOf(several) => joined(f, several, "or", |f, words| grouped(words, f)),
            Self::Near(near) => near.fmt(f),
        }
    }
}

/// A phrase as it is, all else in parentheses.
fn grouped(words: &Words, f: &mut Formatter<'_>) -> fmt::Result {
    match words {
        Words::Phrase(phrase) => phrase.fmt(f),
        _ => write!(f, "({words})"),
    }
}

impl Display for Side {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => grouped(words, f),
            Self::AllOf(several) => {
                f.write_str("(")?;
                joined(f, several, "and", |f, words| grouped(words, f))?;
                f.write_str(")")
            }
            Self::FirstWord => f.write_str("xfirstword"),
            Self::LastWord => f.write_str("xlastword"),
        }
    }
}

impl Display for Near {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "not " } else { "" };
        let operator = if self.ordered { "pre" } else { "w" };
        write!(f, "{} {not}{operator}/", self.left)?;
        match self.within {
            Within::Words(words) => write!(f, "{words}")?,
            Within::Sentence => f.write_str("s")?,
            Within::Paragraph => f.write_str("p")?,
        }
        write!(f, " {}", self.right)
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let child = |f: &mut Formatter<'_>, child: &Self| match child {
            Self::And(_) | Self::Or(_) | Self::Words(Words::Near(_) | Words::AnyOf(_)) => {
                write!(f, "({child})")
            }
            _ => child.fmt(f),
        };
        match self {
            Self::And(children) => joined(f, children, "and", child),
            Self::Or(children) => joined(f, children, "or", child),
            Self::Not(inner) => match **inner {
                Self::Words(Words::Phrase(_)) | Self::Field(..) | Self::AtLeast(..) => {
                    write!(f, "not {inner}")
                }
                _ => write!(f, "not ({inner})"),
            },
            Self::Field(field, child) => write!(f, "{} contains ({child})", field.as_str()),
            Self::Words(words) => words.fmt(f),
            Self::AtLeast(times, words) => write!(f, "atleast{times}({words})"),
        }
    }
}
