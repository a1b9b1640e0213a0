//! Digests with one spelling each: lower-case hexadecimal.

use md5::Digest as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}, expected {expected} lower-case hexadecimal digits")]
pub struct DigestError {
    /// The text as it was found.
    pub found: String,
    /// How many digits this kind of digest has.
    pub expected: usize,
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident, $(#[$hasher_doc:meta])* $hasher:ident, $inner:ty, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The digest of `bytes`.
            pub fn of(bytes: impl AsRef<[u8]>) -> Self {
                Self(<$inner>::digest(bytes.as_ref()).into())
            }

            /// A digest read back from where its raw bytes were stored.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }

            /// Starts a digest over bytes that arrive in pieces.
            pub fn hasher() -> $hasher {
                $hasher(<$inner>::new())
            }
        }

        $(#[$hasher_doc])*
        #[derive(Clone)]
        pub struct $hasher($inner);

        impl $hasher {
            /// Adds the next bytes.
            pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
                self.0.update(bytes.as_ref());
            }

            /// The digest of all bytes added.
            pub fn finish(self) -> $name {
                $name(self.0.finalize().into())
            }
        }

        impl fmt::Debug for $hasher {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($hasher))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = DigestError;

            /// Reads exactly the spelling that `Display` writes.
            fn from_str(text: &str) -> Result<Self, DigestError> {
                let wrong = || DigestError { found: text.to_owned(), expected: 2 * $bytes };
                if text.len() != 2 * $bytes {
                    return Err(wrong());
                }
                let mut bytes = [0; $bytes];
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
                    let digit = |c: u8| match c {
                        b'0'..=b'9' => Ok(c - b'0'),
                        b'a'..=b'f' => Ok(c - b'a' + 10),
                        _ => Err(wrong()),
                    };
                    *byte = digit(pair[0])? << 4 | digit(pair[1])?;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

digest!(
    /// A SHA-256 digest (FIPS 180-4). A field that holds one says of what: `native_sha256`.
    Sha256,
    /// A SHA-256 over bytes that arrive in pieces.
    Sha256Hasher,
    sha2::Sha256,
    32
);
digest!(
    /// An MD5 digest (RFC 1321), for the load-file field MD5HASH only: it proves nothing against
    /// a forger, and SHA-256 stands beside it wherever it is written.
    Md5,
    /// An MD5 over bytes that arrive in pieces.
    Md5Hasher,
    md5::Md5,
    16
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_digests_of_nothing_are_the_published_ones() {
        assert_eq!(
            Sha256::of("").to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Md5::of("").to_string(), "d41d8cd98f00b204e9800998ecf8427e");
    }

    #[test]
    fn upper_case_and_short_digests_are_refused() {
        assert!("D41D8CD98F00B204E9800998ECF8427E".parse::<Md5>().is_err());
        assert!("d41d".parse::<Md5>().is_err());
        assert!("é".repeat(16).parse::<Md5>().is_err());
    }

    proptest! {
        #[test]
        fn a_digest_reads_back_as_it_was_written(bytes: Vec<u8>) {
            let digest = Sha256::of(&bytes);
            prop_assert_eq!(digest.to_string().parse::<Sha256>().unwrap(), digest);
        }

        #[test]
        fn pieces_digest_like_the_whole(bytes: Vec<u8>, cut: prop::sample::Index) {
            let cut = if bytes.is_empty() { 0 } else { cut.index(bytes.len()) };
            let mut hasher = Sha256::hasher();
            hasher.update(&bytes[..cut]);
            hasher.update(&bytes[cut..]);
            prop_assert_eq!(hasher.finish(), Sha256::of(&bytes));
        }
    }
}
