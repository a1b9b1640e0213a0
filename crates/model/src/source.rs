//! How an occurrence belongs to sources.

use crate::ids::SourceId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why an occurrence is said to belong to a source, from the strongest basis to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributionBasis {
    /// A container or path rule of the register.
    Rule,
    /// The envelope of a journal report.
    Envelope,
    /// The message's own headers: weak, because From can be spoofed or mistyped.
    Header,
}

impl AttributionBasis {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Envelope => "envelope",
            Self::Header => "header",
        }
    }
}

impl fmt::Display for AttributionBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AttributionBasis {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Rule, Self::Envelope, Self::Header]
            .into_iter()
            .find(|basis| basis.as_str() == text)
            .ok_or_else(|| format!("found attribution basis {text:?}, expected rule, envelope or header"))
    }
}

/// One occurrence belongs to one source, on one basis. The relation is many-to-many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attribution {
    /// The source.
    pub source: SourceId,
    /// Why.
    pub basis: AttributionBasis,
}

/// What kind of communication a source carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Electronic mail.
    Email,
    /// Instant messages and chat rooms.
    Chat,
    /// Notices that a system sends: confirmations, statements, alerts.
    Notification,
    /// Service-desk tickets and their comments.
    Ticket,
    /// Text messages of telephones.
    Text,
    /// Recorded calls.
    Voice,
    /// Files that lie beside communications.
    File,
}

impl Channel {
    /// All channels, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::Email, Self::Chat, Self::Notification, Self::Ticket, Self::Text, Self::Voice, Self::File];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Chat => "chat",
            Self::Notification => "notification",
            Self::Ticket => "ticket",
            Self::Text => "text",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|channel| channel.as_str()).collect();
            format!("found channel {text:?}, expected one of {}", known.join(", "))
        })
    }
}
