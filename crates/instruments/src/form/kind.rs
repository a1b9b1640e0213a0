//! Which instruments there are, and what the template of each holds.

use super::catalog;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a statement is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Stands above or below every page.
    Running,
    /// A heading of this level.
    Heading(u8),
    /// A paragraph.
    Text,
    /// Smaller text.
    Note,
    /// A point of a list; it may stand several times.
    Point,
    /// A name and its value, parted by the first colon.
    Field,
    /// A name and a finding, the parts of which stand below each other.
    Finding,
    /// Heads of a table's columns, parted by `|`; the shares of the width.
    Table(&'static [u16]),
    /// A choice, not ticked.
    Choice,
    /// A line to be filled in by hand.
    Blank,
}

/// A statement that a template must hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) facts: &'static [&'static str],
}

/// Which instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Gaps, each with its evidence, cause, scope and impact (I-2).
    GapCertification,
    /// Records kept in the course of business: Federal Rules of Evidence 803(6) and 902(11) (I-3).
    Custodian,
    /// An electronic process that gives an accurate result: 902(13) (I-4).
    System,
    /// Copies authenticated by their digests: 902(14) (I-5).
    Copies,
    /// The letter that goes with a volume (I-6).
    Transmittal,
    /// The letter that carries the password, by another way.
    Password,
    /// A request for confidential treatment: 17 CFR 200.83 (I-8).
    #[serde(rename = "rule-83")]
    Rule83,
    /// Its copy for the FOIA office, without records.
    FoiaCopy,
    /// Cause, scope and impact of gaps (I-9).
    IssueSummary,
    /// Items for which nothing was found (I-10).
    Nil,
    /// What was searched, and what was not (I-11).
    Scope,
    /// What supplements or replaces an earlier answer (I-12).
    Supplement,
    /// The request to return what should not have gone out (I-7).
    ClawBack,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::GapCertification,
        Self::Custodian,
        Self::System,
        Self::Copies,
        Self::Transmittal,
        Self::Password,
        Self::Rule83,
        Self::FoiaCopy,
        Self::IssueSummary,
        Self::Nil,
        Self::Scope,
        Self::Supplement,
        Self::ClawBack,
    ];

    /// The word on the command line, in files and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GapCertification => "gap-certification",
            Self::Custodian => "custodian",
            Self::System => "system",
            Self::Copies => "copies",
            Self::Transmittal => "transmittal",
            Self::Password => "password",
            Self::Rule83 => "rule-83",
            Self::FoiaCopy => "foia-copy",
            Self::IssueSummary => "issue-summary",
            Self::Nil => "nil",
            Self::Scope => "scope",
            Self::Supplement => "supplement",
            Self::ClawBack => "claw-back",
        }
    }

    /// Whether it is a letter, which counsel signs; a declarant signs the others.
    pub const fn is_letter(self) -> bool {
        matches!(
            self,
            Self::Transmittal
                | Self::Password
                | Self::Rule83
                | Self::FoiaCopy
                | Self::Supplement
                | Self::ClawBack
        )
    }

    /// The file name under which a firm's own wording stands.
    pub fn file(self) -> String {
        format!("{}.toml", self.as_str())
    }

    /// The wording that the program carries.
    pub const fn builtin(self) -> &'static str {
        macro_rules! template {
            ($name:literal) => {
                include_str!(concat!("../../../../templates/instruments/", $name, ".toml"))
            };
        }
        match self {
            Self::GapCertification => template!("gap-certification"),
            Self::Custodian => template!("custodian"),
            Self::System => template!("system"),
            Self::Copies => template!("copies"),
            Self::Transmittal => template!("transmittal"),
            Self::Password => template!("password"),
            Self::Rule83 => template!("rule-83"),
            Self::FoiaCopy => template!("foia-copy"),
            Self::IssueSummary => template!("issue-summary"),
            Self::Nil => template!("nil"),
            Self::Scope => template!("scope"),
            Self::Supplement => template!("supplement"),
            Self::ClawBack => template!("claw-back"),
        }
    }

    /// Every statement of its template, each required.
    pub(super) fn entries(self) -> Vec<Entry> {
        catalog::entries(self)
    }

    /// Facts that every statement may use.
    pub(super) const fn common(self) -> &'static [&'static str] {
        match self {
            Self::GapCertification | Self::IssueSummary => &["firm", "crd", "title", "as_known_at"],
            _ => &["firm", "crd", "title", "as_known_at", "authority", "number", "request"],
        }
    }

    /// The section to which a firm may add statements: choices of a declaration, or text before the signature of a letter.
    pub(super) const fn addable(self) -> &'static str {
        if self.is_letter() { "closing" } else { "affirmation" }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("found {text:?}, expected one of {}", known.join(", "))
        })
    }
}
