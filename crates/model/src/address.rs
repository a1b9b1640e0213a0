//! E-mail addresses as they are compared.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An e-mail address in the one form in which addresses are compared: trimmed, without angle
/// brackets or a `mailto:`, and in lower case.
///
/// Lower-casing the local part goes beyond RFC 5321 section 2.4 (which leaves it to the receiving
/// host); every archive read treats it as case-blind, and a search that did not would miss mail.
/// Nothing else is folded: dots, plus-tags and look-alike letters stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected an address such as name@example.com")]
pub struct AddressError {
    /// The text as found.
    pub found: String,
}

impl EmailAddress {
    /// Takes an address in any of its written forms.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError { found: text.to_owned() };
        let bare = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let bare = match bare.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &bare[7..],
            _ => bare,
        };
        let (local, domain) = bare.rsplit_once('@').ok_or_else(wrong)?;
        let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';');
        if local.is_empty() || domain.is_empty() || bare.chars().any(bad) || bare.len() > 512 {
            return Err(wrong());
        }
        Ok(Self(bare.to_lowercase()))
    }

    /// An address read back from where it was stored, as it was stored: taking it as a written form again
    /// could change it (`mailto:mailto:a@b.example` loses one scheme at a time) or refuse it.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::new(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_forms_of_one_address_are_equal() {
        let plain = EmailAddress::new("ann.lee@example.com").unwrap();
        for text in [
            "Ann.Lee@Example.COM",
            " <ann.lee@example.com> ",
            "mailto:ann.lee@example.com",
            "MAILTO:Ann.Lee@example.com",
        ] {
            assert_eq!(EmailAddress::new(text).unwrap(), plain, "{text}");
        }
        assert_eq!(plain.domain(), "example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b,c@d", "undisclosed-recipients:;"]
        {
            assert!(EmailAddress::new(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_address_reads_back_equal(text in "(mailto:|<){0,3}\\PC{0,20}@\\PC{0,20}") {
            if let Ok(address) = EmailAddress::new(&text) {
                prop_assert_eq!(EmailAddress::from_stored(address.as_str()), address);
            }
        }

        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,40}@\\PC{0,40}") {
            if let Ok(once) = EmailAddress::new(&text) {
                prop_assert_eq!(EmailAddress::new(once.as_str()).map(|a| a.to_string().to_lowercase()), Ok(once.to_string().to_lowercase()));
            }
        }
    }
}
