//! Which messages an occurrence answers, as digests.

use crate::error::{Fault, damaged};
use crate::varint;
use duces_model::Sha256;

/// The first 16 bytes of the SHA-256 of a Message-ID (without angle brackets, in UTF-8). Half a digest
/// tells messages apart as well as a whole one at any number of messages that an archive can hold.
pub(crate) type Head = [u8; 16];

/// The head of a Message-ID's digest.
pub(crate) fn head(digest: &Sha256) -> Head {
    std::array::from_fn(|at| digest.as_bytes()[at])
}

/// In-Reply-To and References of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Thread {
    /// Of the messages named by In-Reply-To, in the order written.
    pub(crate) in_reply_to: Vec<Head>,
    /// Of the messages named by References, oldest first.
    pub(crate) references: Vec<Head>,
}

impl Thread {
    /// Digests the Message-IDs.
    pub(crate) fn of(in_reply_to: &[String], references: &[String]) -> Self {
        let heads = |ids: &[String]| ids.iter().map(|id| head(&Sha256::of(id))).collect();
        Self { in_reply_to: heads(in_reply_to), references: heads(references) }
    }

    /// The messages that it answers: what In-Reply-To names, or else the last of References
    /// (RFC 5322 section 3.6.4: the parent's Message-ID stands last there).
    pub(crate) fn parents(&self) -> &[Head] {
        if self.in_reply_to.is_empty() {
            &self.references[self.references.len().saturating_sub(1)..]
        } else {
            &self.in_reply_to
        }
    }

    /// As stored: empty where there are none, else the count of In-Reply-To as a varint, its heads, and
    /// the heads of References to the end.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.in_reply_to.is_empty() && self.references.is_empty() {
            return bytes;
        }
        varint::push(&mut bytes, crate::columns::count(self.in_reply_to.len()));
        self.in_reply_to.iter().chain(&self.references).for_each(|head| bytes.extend(head));
        bytes
    }

    /// Reads what [`Thread::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let wrong = || damaged("found a thread that is no list of digests");
        let (answered, rest) = varint::take(bytes).ok_or_else(wrong)?;
        let (heads, left) = rest.as_chunks::<16>();
        let answered = usize::try_from(answered).map_err(|_| wrong())?;
        if !left.is_empty() || answered > heads.len() {
            return Err(wrong());
        }
        let (in_reply_to, references) = heads.split_at(answered);
        Ok(Self { in_reply_to: in_reply_to.to_vec(), references: references.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_parent_is_in_reply_to_or_else_the_last_reference() {
        let ids = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let both = Thread::of(&ids(&["b"]), &ids(&["a", "c"]));
        assert_eq!(both.parents(), [head(&Sha256::of("b"))]);
        assert_eq!(Thread::of(&[], &ids(&["a", "c"])).parents(), [head(&Sha256::of("c"))]);
        assert!(Thread::default().parents().is_empty());
    }

    #[test]
    fn bytes_that_are_no_thread_are_refused() {
        assert!(Thread::from_bytes(&[0, 1, 2]).is_err());
        assert!(Thread::from_bytes(&[5]).is_err());
    }

    proptest! {
        #[test]
        fn a_thread_reads_back_as_it_was_written(
            a in prop::collection::vec("[a-z]{0,9}", 0..5), b in prop::collection::vec("[a-z]{0,9}", 0..200)
        ) {
            let thread = Thread::of(&a, &b);
            prop_assert_eq!(Thread::from_bytes(&thread.to_bytes()).unwrap(), thread);
        }
    }
}
