//! Names that people give to what the register lists beside sources and people.

use duces_model::SourceId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SourceId);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = <SourceId as FromStr>::Err;

            /// Reads what a source's name may be: all are names in the same kind of list.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

name!(
    /// Name of a way by which communications reach the archive: a journal rule, a copy rule, a connector.
    CapturePathId
);
name!(
    /// Name of a system on which sources live: a mail server, a chat service.
    SystemId
);
name!(
    /// Name of a row of numbers that should not skip: tickets, confirmations, journal entries.
    SequenceId
);
