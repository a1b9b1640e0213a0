//! Path rules of the register: `archive:glob`.
//!
//! `*` stands for any characters within one segment, `?` for one character, `**` as a whole segment for
//! any number of segments; everything else, brackets and braces too, stands for itself. Matching goes
//! back only to the last star, so its time is bounded by the length of the pattern times that of the
//! path. Both are compared in Unicode normalization form C: macOS spells `ü` in two characters.

use std::borrow::Cow;
use std::fmt;
use std::str::{Chars, FromStr};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// One segment of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// `**`: any number of segments, also none.
    AnyDepth,
    /// A name without wildcards.
    Literal(String),
    /// A name with `*` or `?`.
    Pattern(String),
}

/// A pattern over the path of a file below the root of its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    written: String,
    segments: Vec<Segment>,
}

/// Why a text is no glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Nothing is written.
    #[error("found no pattern, expected one such as mailboxes/ann-lee/**")]
    Empty,
    /// Paths are relative to the archive's root.
    #[error("found {0:?}, which starts with '/', expected a path below the archive's root")]
    Absolute(String),
    /// The separator is `/` on every system.
    #[error("found {0:?} with '\\', expected '/' between folders")]
    Backslash(String),
    /// Two slashes together, or one at the end.
    #[error(
        "found {0:?} with an empty name between or after slashes, expected names (for a whole folder, end it in /**)"
    )]
    EmptySegment(String),
    /// `.` or `..`.
    #[error("found {0:?} with '.' or '..' as a name, expected names")]
    Dots(String),
    /// `**` together with other characters.
    #[error("found {0:?}, in which '**' is only part of a name, expected '**' between slashes")]
    PartialAnyDepth(String),
}

impl FromStr for Glob {
    type Err = GlobError;
    fn from_str(text: &str) -> Result<Self, GlobError> {
        let written = || text.to_owned();
        match text {
            "" => return Err(GlobError::Empty),
            _ if text.starts_with('/') => return Err(GlobError::Absolute(written())),
            _ if text.contains('\\') => return Err(GlobError::Backslash(written())),
            _ => {}
        }
        let mut segments = Vec::new();
        for name in text.split('/') {
            segments.push(match name {
                "" => return Err(GlobError::EmptySegment(written())),
                "." | ".." => return Err(GlobError::Dots(written())),
                "**" => Segment::AnyDepth,
                _ if name.contains("**") => return Err(GlobError::PartialAnyDepth(written())),
                _ if name.contains(['*', '?']) => Segment::Pattern(normal(name).into_owned()),
                _ => Segment::Literal(normal(name).into_owned()),
            });
        }
        if segments.last() == Some(&Segment::AnyDepth) {
            // A folder's `/**` means what lies in it, which has at least one name more.
            segments.push(Segment::Pattern("*".to_owned()));
        }
        Ok(Self { written: written(), segments })
    }
}

impl Glob {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether a path, its segments joined by `/`, matches.
    pub fn matches(&self, path: &str) -> bool {
        let path = normal(path);
        let names: Vec<&str> = path.split('/').collect();
        segments_match(&self.segments, &names)
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// One entry of the column `archive_paths`: files of an archive that belong to the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRule {
    /// Name of the archive, from `duces.toml`; whether there is one is for the workspace to check.
    pub archive: String,
    /// Which files.
    pub glob: Glob,
}

impl fmt::Display for PathRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.archive, self.glob)
    }
}

/// The text in Unicode normalization form C.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether names match segments: on a mismatch, the last `**` takes one name more.
pub(crate) fn segments_match(segments: &[Segment], names: &[&str]) -> bool {
    let (mut s, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (segments.get(s), names.get(n)) {
            (Some(Segment::AnyDepth), _) => {
                s += 1;
                retry = Some((s, n));
                continue;
            }
            (Some(Segment::Literal(literal)), Some(name)) if literal == name => {}
            (Some(Segment::Pattern(pattern)), Some(name)) if name_matches(pattern, name) => {}
            (None, None) => return true,
            _ => match &mut retry {
                Some((after, from)) if *from < names.len() => {
                    *from += 1;
                    (s, n) = (*after, *from);
                    continue;
                }
                _ => return false,
            },
        }
        s += 1;
        n += 1;
    }
}

/// Whether a name matches a pattern: on a mismatch, the last `*` takes one character more.
fn name_matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let (mut rest, mut left) = (pattern.clone(), name.clone());
        match (rest.next(), left.next()) {
            (Some('*'), _) => {
                retry = Some((rest.clone(), name.clone()));
                pattern = rest;
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (pattern, name) = (rest, left);
            }
            (None, None) => return true,
            _ => {
                let Some((after, from)) = &mut retry else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, name) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(glob: &str, path: &str) -> bool {
        glob.parse::<Glob>().unwrap().matches(path)
    }

    #[test]
    fn a_star_stays_in_its_segment_and_two_stars_do_not() {
        assert!(matches("mail/*.mbox", "mail/ann.mbox"));
        assert!(!matches("mail/*.mbox", "mail/2024/ann.mbox"));
        assert!(matches("mail/**/*.mbox", "mail/ann.mbox"));
        assert!(matches("mail/**/*.mbox", "mail/2024/q1/ann.mbox"));
        assert!(matches("**", "a/b"));
        assert!(matches("mail/ann/**", "mail/ann/cur/1"));
        assert!(!matches("mail/ann/**", "mail/anna/cur/1"));
        assert!(!matches("mail/ann/**", "mail/ann"));
        assert!(matches("**/cur/*", "a/cur/cur/1"));
        assert!(matches("q?.eml", "qü.eml"));
        assert!(!matches("q?.eml", "q.eml"));
    }

    #[test]
    fn brackets_and_braces_stand_for_themselves() {
        assert!(matches("[Gmail]/{x}", "[Gmail]/{x}"));
        assert!(!matches("[Gmail]", "G"));
    }

    #[test]
    fn two_spellings_of_one_letter_match() {
        assert!(matches("M\u{fc}ller/**", "Mu\u{308}ller/1.eml"));
        assert!(matches("Mu\u{308}*/**", "M\u{fc}ller/1.eml"));
    }

    #[test]
    fn a_pattern_that_can_match_no_file_is_refused() {
        for text in ["", "/mail", "a//b", "a/", "../x", "a/./b", "a**b", "a\\b", "a/**b/c"] {
            assert!(text.parse::<Glob>().is_err(), "{text}");
        }
    }

    #[test]
    fn many_stars_take_no_more_than_pattern_times_path() {
        let glob = format!("{}b", "*a".repeat(40));
        assert!(!matches(&glob, &"a".repeat(4_000)));
        let deep = format!("{}/z", vec!["**/a"; 40].join("/"));
        assert!(!matches(&deep, &vec!["a"; 2_000].join("/")));
    }

    /// The same rules, by trying everything.
    fn by_trying(segments: &[Segment], names: &[&str]) -> bool {
        match segments.split_first() {
            None => names.is_empty(),
            Some((Segment::AnyDepth, rest)) => {
                (0..=names.len()).any(|taken| by_trying(rest, &names[taken..]))
            }
            Some((Segment::Literal(text) | Segment::Pattern(text), rest)) => names
                .split_first()
                .is_some_and(|(name, names)| chars_by_trying(text, name) && by_trying(rest, names)),
        }
    }

    fn chars_by_trying(pattern: &str, name: &str) -> bool {
        let mut rest = pattern.chars();
        match rest.next() {
            None => name.is_empty(),
            Some('*') => (0..=name.len())
                .any(|at| name.get(at..).is_some_and(|left| chars_by_trying(rest.as_str(), left))),
            Some(wanted) => {
                let mut left = name.chars();
                left.next().is_some_and(|found| wanted == '?' || wanted == found)
                    && chars_by_trying(rest.as_str(), left.as_str())
            }
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_trying_everything(
            glob in "([ab*?]{1,4}|\\*\\*)(/([ab*?]{1,3}|\\*\\*)){0,4}", path in "[ab]{1,4}(/[ab]{1,3}){0,5}"
        ) {
            if let Ok(glob) = glob.parse::<Glob>() {
                let names: Vec<&str> = path.split('/').collect();
                prop_assert_eq!(glob.matches(&path), by_trying(&glob.segments, &names));
            }
        }
    }
}
