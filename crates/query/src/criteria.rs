//! What is asked of a document, as a tree that knows no engine.

use crate::identifier::Identifier;
use crate::language::Terms;
use crate::state::State;
use duces_model::Role;
use std::fmt;

/// What is asked of a document. Each leaf answers yes, no or cannot tell; the branches combine the
/// answers by Kleene's rules ([`duces_model::Answer`]).
#[derive(Debug, Clone, PartialEq)]
pub enum Criteria<S: State> {
    /// All hold; holds where there is none.
    All(Vec<Self>),
    /// At least one holds; fails where there is none.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// The nearest message was sent in the period.
    Sent(S::Window),
    /// The nearest message was received in the period, by the date of its topmost Received header.
    Received(S::Window),
    /// One of the people takes part in the nearest message in that way.
    Party {
        /// In which way.
        side: Side,
        /// Which people.
        party: S::Party,
    },
    /// Somebody outside these domains of the firm, and outside those below them, takes part in the
    /// nearest message.
    Outside(S::Firm),
    /// The document is of that kind.
    Documents(Documents),
    /// The words are found.
    Terms(Terms),
    /// One of the identifier's spellings is found.
    Identifier(Identifier),
}

/// In which way somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Sends: header From or Sender, or envelope sender.
    From,
    /// Header To.
    To,
    /// Header Cc.
    Cc,
    /// Bcc of header or envelope.
    Bcc,
    /// Receives in any way: To, Cc, Bcc, envelope recipient, or through a group's expansion.
    Recipients,
    /// Takes part in any way.
    Participants,
}

impl Side {
    /// All sides, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::From, Self::To, Self::Cc, Self::Bcc, Self::Recipients, Self::Participants];

    /// The key that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::Recipients => "recipients",
            Self::Participants => "participants",
        }
    }

    /// The roles that count.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::From => &[Role::From, Role::Sender, Role::EnvelopeFrom],
            Self::To => &[Role::To],
            Self::Cc => &[Role::Cc],
            Self::Bcc => &[Role::Bcc],
            Self::Recipients => &[Role::To, Role::Cc, Role::Bcc, Role::EnvelopeTo],
            Self::Participants => &Role::ALL,
        }
    }

    /// In plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::From => "sent by",
            Self::To => "addressed to (To)",
            Self::Cc => "copied to (Cc)",
            Self::Bcc => "blind-copied to (Bcc)",
            Self::Recipients => "received by (To, Cc, Bcc or envelope)",
            Self::Participants => "sent or received by",
        }
    }
}

/// Which kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Documents {
    /// All.
    #[default]
    All,
    /// Messages, those attached to other messages included.
    Messages,
    /// Files: attachments that are no messages, and loose files.
    Attachments,
}

impl Documents {
    /// All rules, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::All, Self::Messages, Self::Attachments];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Messages => "messages",
            Self::Attachments => "attachments",
        }
    }
}

/// A domain as it is compared: lower case. `client.example` is that domain alone;
/// `*.client.example` is every domain below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// Why a text is no domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected a domain such as client.example, or *.client.example for all below it")]
pub struct DomainError {
    /// The text as found.
    pub found: String,
}

impl Domain {
    /// Takes a domain, with or without `*.` before it.
    ///
    /// # Errors
    /// Where the text is none, an address for example.
    pub fn new(text: &str) -> Result<Self, DomainError> {
        let lower = text.trim().to_lowercase();
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        let bare = lower.strip_prefix("*.").unwrap_or(&lower);
        if bare.split('.').all(label) { Ok(Self(lower)) } else { Err(DomainError { found: text.to_owned() }) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an address with that domain is meant.
    pub fn covers(&self, domain: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(below) => domain.ends_with(below) && domain.len() > below.len(),
            None => domain == self.0,
        }
    }

    /// Whether a domain is this one or lies below it.
    pub fn holds(&self, domain: &str) -> bool {
        let own = self.0.trim_start_matches("*.");
        domain.strip_suffix(own).is_some_and(|below| below.is_empty() || below.ends_with('.'))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_itself_and_with_a_star_all_below_it() {
        let exact = Domain::new("Client.Example").unwrap();
        assert!(exact.covers("client.example") && !exact.covers("us.client.example"));
        let below = Domain::new("*.client.example").unwrap();
        assert!(below.covers("us.client.example") && below.covers("a.us.client.example"));
        assert!(!below.covers("client.example") && !below.covers("notclient.example"));
        for wrong in ["", "a@b.example", "*", "*.", "a..b", "a b", "b*.example"] {
            assert!(Domain::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
