//! Content that must not reach a log.

use crate::digest::Sha256;
use std::fmt;

/// Content whose `Debug` and `Display` show length and digest only, so that privileged text
/// cannot reach a log, a message or a panic by way of a format string.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Covers the content.
    pub fn new(content: T) -> Self {
        Self(content)
    }

    /// The content itself, on purpose and visibly so at the place of use.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the content out.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T: AsRef<[u8]>> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref();
        let digest = Sha256::of(bytes).to_string();
        write!(f, "[{} bytes, sha256 {}…]", bytes.len(), &digest[..12])
    }
}

impl<T: AsRef<[u8]>> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_format_string_shows_the_content(secret in "[a-z ]{16,80}") {
            let covered = Redacted::new(secret.clone());
            for shown in [format!("{covered}"), format!("{covered:?}"), format!("{covered:#?}")] {
                prop_assert!(!shown.contains(&secret));
                let length = format!("{} bytes", secret.len());
                prop_assert!(shown.contains(&length));
            }
        }
    }
}
