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

    /// The messages that it answers, from its stored form: what In-Reply-To names, or else the last of
    /// References (RFC 5322 section 3.6.4: the parent's Message-ID stands last there).
    pub(crate) fn parents_of(bytes: &[u8]) -> Result<&[Head], Fault> {
        let (in_reply_to, references) = lists(bytes)?;
        Ok(if in_reply_to.is_empty() {
            &references[references.len().saturating_sub(1)..]
        } else {
            in_reply_to
        })
    }
}

/// In-Reply-To and References, from what [`Thread::to_bytes`] wrote.
fn lists(bytes: &[u8]) -> Result<(&[Head], &[Head]), Fault> {
    if bytes.is_empty() {
        return Ok((&[], &[]));
    }
    let wrong = || damaged("found a thread that is no list of digests");
    let (answered, rest) = varint::take(bytes).ok_or_else(wrong)?;
    let (heads, left) = rest.as_chunks::<16>();
    let answered = usize::try_from(answered).map_err(|_| wrong())?;
    if !left.is_empty() || answered > heads.len() {
        return Err(wrong());
    }
    Ok(heads.split_at(answered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_parent_is_in_reply_to_or_else_the_last_reference() {
        let ids = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let both = Thread::of(&ids(&["b"]), &ids(&["a", "c"]));
        assert_eq!(Thread::parents_of(&both.to_bytes()).unwrap(), [head(&Sha256::of("b"))]);
        let without = Thread::of(&[], &ids(&["a", "c"])).to_bytes();
        assert_eq!(Thread::parents_of(&without).unwrap(), [head(&Sha256::of("c"))]);
        assert!(Thread::parents_of(&Thread::default().to_bytes()).unwrap().is_empty());
    }

    #[test]
    fn bytes_that_are_no_thread_are_refused() {
        assert!(Thread::parents_of(&[0, 1, 2]).is_err());
        assert!(Thread::parents_of(&[5]).is_err());
    }

    proptest! {
        #[test]
        fn a_thread_reads_back_as_it_was_written(
            a in prop::collection::vec("[a-z]{0,9}", 0..5), b in prop::collection::vec("[a-z]{0,9}", 0..200)
        ) {
            let thread = Thread::of(&a, &b);
            let bytes = thread.to_bytes();
            let (in_reply_to, references) = lists(&bytes).unwrap();
            prop_assert_eq!(in_reply_to, thread.in_reply_to);
            prop_assert_eq!(references, thread.references);
        }
    }
}
