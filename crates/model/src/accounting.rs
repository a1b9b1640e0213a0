//! Sums that must close. A sum that does not is never rounded away: the stage fails and names it.

use serde::{Deserialize, Serialize};

/// A sum that does not close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{place}: {equation} does not close, {unexplained} unexplained")]
pub struct Unexplained {
    /// The container, source or item of which the sum is.
    pub place: String,
    /// The equation with its figures: `found 12 = parsed 10 + defective 1`.
    pub equation: String,
    /// Left side minus right side; never 0 here.
    pub unexplained: i128,
}

/// Checks that `whole` is the sum of its parts, each named.
pub fn check_sum(place: &str, whole: (&str, u64), parts: &[(&str, u64)]) -> Result<(), Unexplained> {
    let sum: u128 = parts.iter().map(|(_, n)| u128::from(*n)).sum();
    if u128::from(whole.1) == sum {
        return Ok(());
    }
    let right: Vec<String> = parts.iter().map(|(name, n)| format!("{name} {n}")).collect();
    let signed = |n: u128| i128::try_from(n).unwrap_or(i128::MAX);
    Err(Unexplained {
        place: place.to_owned(),
        equation: format!("{} {} = {}", whole.0, whole.1, right.join(" + ")),
        unexplained: signed(u128::from(whole.1)) - signed(sum),
    })
}

/// The account of one container: messages found against an independent count, and what became of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContainerAccount {
    /// Messages (or loose files) that the reader found.
    pub found: u64,
    /// The same by a second, cheaper method; absent where the kind of container has none.
    pub independent: Option<u64>,
    /// Found and read.
    pub parsed: u64,
    /// Found and not read as a message; kept with a defect.
    pub defective: u64,
}

impl ContainerAccount {
    /// Checks found = parsed + defective, and found = independent count where there is one.
    pub fn check(&self, place: &str) -> Result<(), Unexplained> {
        check_sum(place, ("found", self.found), &[("parsed", self.parsed), ("defective", self.defective)])?;
        match self.independent {
            Some(count) => check_sum(place, ("independent count", count), &[("found", self.found)]),
            None => Ok(()),
        }
    }
}

/// The account of documents: indexed or unsearchable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentAccount {
    /// Messages and attachments.
    pub documents: u64,
    /// Word searches can answer for them.
    pub indexed: u64,
    /// They cannot; each has its reason.
    pub unsearchable: u64,
}

impl DocumentAccount {
    /// Checks documents = indexed + unsearchable.
    pub fn check(&self, place: &str) -> Result<(), Unexplained> {
        let parts = [("indexed", self.indexed), ("unsearchable", self.unsearchable)];
        check_sum(place, ("documents", self.documents), &parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reader_that_loses_messages_is_caught_by_the_independent_count() {
        let account = ContainerAccount { found: 12, independent: Some(26), parsed: 12, defective: 0 };
        let error = account.check("a.mbox").unwrap_err();
        assert_eq!(error.unexplained, 14);
        assert_eq!(
            error.to_string(),
            "a.mbox: independent count 26 = found 12 does not close, 14 unexplained"
        );
    }

    proptest! {
        #[test]
        fn a_sum_closes_exactly_when_nothing_is_left(whole in 0_u64..100, a in 0_u64..60, b in 0_u64..60) {
            let checked = check_sum("x", ("w", whole), &[("a", a), ("b", b)]);
            prop_assert_eq!(checked.is_ok(), whole == a + b);
        }
    }
}
