//! Which Message-IDs that somebody else lists are retained.

use std::sync::atomic::{AtomicU8, Ordering};

/// Whether a listed message is retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdFate {
    /// Nowhere in the archives.
    Missing,
    /// An occurrence has this Message-ID, none that is attributed to the source.
    Elsewhere,
    /// An occurrence of the source has it.
    Retained,
}

/// A Message-ID as its digest is taken: without angle brackets.
pub(crate) fn bare(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id).trim()
}

/// One byte for each listed message. Each is told once, by whichever thread has its part.
#[derive(Debug)]
pub(crate) struct IdFates(Vec<AtomicU8>);

impl IdFates {
    /// All missing.
    pub(crate) fn new(listed: usize) -> Self {
        Self((0..listed).map(|_| AtomicU8::new(0)).collect())
    }

    /// Tells the fate of the one at a place of the list.
    pub(crate) fn tell(&self, place: u64, fate: IdFate) {
        if let Some(told) = usize::try_from(place).ok().and_then(|place| self.0.get(place)) {
            told.store(fate as u8, Ordering::Relaxed);
        }
    }

    /// In the order of the list.
    pub(crate) fn told(self) -> Vec<IdFate> {
        let fate = |told: AtomicU8| match told.into_inner() {
            0 => IdFate::Missing,
            1 => IdFate::Elsewhere,
            _ => IdFate::Retained,
        };
        self.0.into_iter().map(fate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Asked;
    use crate::Ledger;
    use crate::fixture::{Mail, index, ledger};
    use duces_model::SourceId;
    use proptest::prelude::*;

    fn fates(ledger: &Ledger, listed: &[(&SourceId, &str)]) -> Vec<IdFate> {
        ledger.evidence(&Asked { listed, ..Asked::default() }).unwrap().fates
    }

    #[test]
    fn an_id_is_retained_under_its_source_or_elsewhere_or_missing() {
        let (_folder, mut ledger) = ledger();
        let mail = |n: u64, id: &str| Mail::new("a.mbox", n).message_id(id);
        index(
            &mut ledger,
            &[mail(0, "a@x").source("desk"), mail(1, "b@x").source("other"), mail(2, "b@x"), mail(3, "c@x")],
        );
        let (desk, new): (SourceId, SourceId) = ("desk".parse().unwrap(), "new".parse().unwrap());
        let asked = [
            (&desk, " <a@x> "),
            (&desk, "b@x"),
            (&desk, "c@x"),
            (&desk, "d@x"),
            (&new, "a@x"),
            (&desk, "a@x"),
        ];
        use IdFate::{Elsewhere, Missing, Retained};
        let expected = [Retained, Elsewhere, Elsewhere, Missing, Elsewhere, Retained];
        assert_eq!(fates(&ledger, &asked), expected);
        assert_eq!(fates(&ledger, &asked), expected, "asking twice changes nothing");
        assert_eq!(fates(&ledger, &[]), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn each_id_asked_gets_its_own_answer(held in prop::collection::vec(0_u8..9, 0..9), asked in prop::collection::vec(0_u8..9, 0..20)) {
            let (_folder, mut ledger) = ledger();
            let mails: Vec<Mail> = held.iter().enumerate()
                .map(|(n, id)| Mail::new("a.mbox", n as u64).message_id(&format!("{id}@x")).source("desk")).collect();
            index(&mut ledger, &mails);
            let desk: SourceId = "desk".parse().unwrap();
            let ids: Vec<String> = asked.iter().map(|id| format!("{id}@x")).collect();
            let listed: Vec<(&SourceId, &str)> = ids.iter().map(|id| (&desk, id.as_str())).collect();
            let fates = fates(&ledger, &listed);
            let expected: Vec<IdFate> = asked.iter()
                .map(|id| if held.contains(id) { IdFate::Retained } else { IdFate::Missing }).collect();
            prop_assert_eq!(fates, expected);
        }
    }
}
