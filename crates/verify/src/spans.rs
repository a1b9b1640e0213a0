//! Barred content that stands inside a larger text, found by length and digest alone.
//!
//! The content itself is not at hand, only its length and digest. Content that was copied into a text
//! stands between line breaks, so every run of whole lines of a barred length is digested. The runs that
//! start and end at a line break and have just that length are few.

use duces_model::Sha256;

/// Shorter content is compared as a whole only: a line such as "Thanks." stands in many texts.
pub(crate) const SPAN_BYTES_MIN: usize = 64;

/// How much may still be tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Comparisons of a place with a length.
    pub(crate) trials: u64,
    /// Bytes digested.
    pub(crate) bytes: u64,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Searched {
    /// A digest of the list.
    Found(Sha256),
    /// Nothing, and everything was looked at.
    Nothing,
    /// Nothing yet when the effort was spent.
    Unfinished,
}

/// Looks for a run of whole lines that has one of `lengths` (ascending) and a digest that `barred` knows.
pub(crate) fn search(
    text: &[u8],
    lengths: &[usize],
    barred: &dyn Fn(&Sha256) -> bool,
    effort: &mut Effort,
) -> Searched {
    let lengths = &lengths[lengths.partition_point(|length| *length < SPAN_BYTES_MIN)..];
    // The whole is compared elsewhere.
    let lengths = &lengths[..lengths.partition_point(|length| *length < text.len())];
    if lengths.is_empty() {
        return Searched::Nothing;
    }
    let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    for from in std::iter::once(0).chain(breaks) {
        for length in lengths.iter().take_while(|length| **length <= text.len() - from) {
            if effort.trials == 0 {
                return Searched::Unfinished;
            }
            effort.trials -= 1;
            if !ends_line(text, from + length) {
                continue;
            }
            if effort.bytes < *length as u64 {
                return Searched::Unfinished;
            }
            effort.bytes -= *length as u64;
            let digest = Sha256::of(&text[from..from + length]);
            if barred(&digest) {
                return Searched::Found(digest);
            }
        }
    }
    Searched::Nothing
}

/// Whether a run may end before `at`: at the end of the text, before a line break or behind one.
fn ends_line(text: &[u8], at: usize) -> bool {
    matches!(&text[at..], [] | [b'\n', ..] | [b'\r', b'\n', ..]) || text[at - 1] == b'\n'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLENTY: Effort = Effort { trials: 1 << 20, bytes: 1 << 20 };

    #[test]
    fn an_effort_that_is_spent_is_not_the_same_as_nothing_found() {
        let text = "a line of text that is copied around\n".repeat(20);
        let never = |_: &Sha256| false;
        assert_eq!(search(text.as_bytes(), &[74], &never, &mut PLENTY.clone()), Searched::Nothing);
        let mut little = Effort { trials: 3, bytes: 1 << 20 };
        assert_eq!(search(text.as_bytes(), &[74], &never, &mut little), Searched::Unfinished);
        let mut little = Effort { trials: 1 << 20, bytes: 100 };
        assert_eq!(search(text.as_bytes(), &[74], &never, &mut little), Searched::Unfinished);
    }

    proptest! {
        #[test]
        fn copied_lines_are_found_wherever_they_stand(
            before in "([a-z ]{0,30}\n){0,6}", barred in "[A-Z ]{64,90}(\n[A-Z]{0,9}){0,4}", after in "(\r?\n[a-z]{0,30}){0,6}"
        ) {
            let text = format!("{before}{barred}{after}");
            let digest = Sha256::of(&barred);
            let known = |found: &Sha256| *found == digest;
            let found = search(text.as_bytes(), &[barred.len()], &known, &mut PLENTY.clone());
            let whole = text.len() == barred.len();
            prop_assert_eq!(found, if whole { Searched::Nothing } else { Searched::Found(digest) });
        }
    }
}
