//! Names that people give to things, each checked once.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is no identifier of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected {expected}")]
pub struct IdError {
    /// The text as found.
    pub found: String,
    /// What the identifier looks like.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { found: text.to_owned(), expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn slug(text: &str, more: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

id!(
    /// A source of the register: a mailbox, group mailbox, chat tenant or notification system.
    SourceId,
    "1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit",
    |text| slug(text, "-_.")
);
id!(
    /// A person of the register.
    PersonId,
    "1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit",
    |text| slug(text, "-_.")
);
id!(
    /// A group of the register: a distribution list, a desk, a team.
    GroupId,
    "1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit",
    |text| slug(text, "-_.")
);
id!(
    /// A request: the name of its file without the ending.
    RequestId,
    "1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit",
    |text| slug(text, "-_.")
);
id!(
    /// An item of a request, as the letter numbers it: `3`, `3.b`, `3(a)`, `II.4`.
    ItemId,
    "1 to 64 letters, digits, '-', '_', '.', '(' or ')', the first a letter or digit",
    |text| slug(text, "-_.()")
);
id!(
    /// A produced volume: letters, digits and underscores only, since the name becomes a folder
    /// at the regulator (SEC data delivery standards, general instruction 10; secondary source).
    VolumeName,
    "1 to 64 letters, digits or underscores, the first a letter or digit",
    |text| slug(text, "_")
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_could_leave_its_folder_is_refused() {
        for text in ["", "../x", "a/b", "a b", ".hidden", "-x", "ü"] {
            assert!(text.parse::<RequestId>().is_err(), "{text}");
        }
        for text in ["3(a)", "II.4", "3.b", "3(a)(ii)"] {
            assert!(text.parse::<ItemId>().is_ok(), "{text}");
        }
        assert!("(a)".parse::<ItemId>().is_err() && "3/a".parse::<ItemId>().is_err());
        assert!("8210-2024-0042".parse::<RequestId>().is_ok());
        assert!("ECP001".parse::<VolumeName>().is_ok());
        assert!("ECP-001".parse::<VolumeName>().is_err());
    }
}
