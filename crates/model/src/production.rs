//! The road from a draft to a sealed production.

use crate::bates::BatesRange;
use crate::disposition::Disposition;
use crate::document::DocId;
use crate::ids::{RequestId, VolumeName};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// Not sealed: members may lack a number, decisions may be open.
#[derive(Debug, Clone, Copy)]
pub enum Draft {}

/// Sealed: every rule of sealing held, and nothing can be changed any more.
#[derive(Debug, Clone, Copy)]
pub enum Sealed {}

/// What a production says of one document of its population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Which document.
    pub document: DocId,
    /// Root of its family.
    pub family: DocId,
    /// What becomes of it.
    pub disposition: Disposition,
    /// Its numbers, where it takes any.
    pub bates: Option<BatesRange>,
}

/// A rule of sealing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Violation {
    /// Nobody has decided about a document.
    #[error("document {document} is still pending")]
    Pending {
        /// Which.
        document: DocId,
    },
    /// A document stands in the production twice.
    #[error("document {document} stands in the production twice")]
    Twice {
        /// Which.
        document: DocId,
    },
    /// A document that takes a number has none.
    #[error("document {document} is {disposition} but has no number")]
    Unnumbered {
        /// Which.
        document: DocId,
        /// Its disposition.
        disposition: &'static str,
    },
    /// A document that takes no number has one.
    #[error("document {document} is {disposition} but has the numbers {bates}")]
    Numbered {
        /// Which.
        document: DocId,
        /// Its disposition.
        disposition: &'static str,
        /// The numbers.
        bates: BatesRange,
    },
    /// Two documents share a number, or a number between them was skipped.
    #[error("{after} does not follow {before} without a hole or overlap")]
    NotContiguous {
        /// The range before.
        before: BatesRange,
        /// The range after.
        after: BatesRange,
    },
    /// Members of one family do not stand together.
    #[error("the family of {family} does not stand together")]
    FamilySplit {
        /// Root of the family.
        family: DocId,
    },
    /// A document is suppressed in favour of one that is not produced.
    #[error("document {document} is suppressed as a duplicate of {survivor}, which is not produced here")]
    SurvivorMissing {
        /// The suppressed document.
        document: DocId,
        /// The document that should stand for it.
        survivor: DocId,
    },
}

/// A production: one disposition for each document of a frozen population, in the order of the volume.
#[derive(Debug, Clone)]
pub struct Production<State> {
    volume: VolumeName,
    request: RequestId,
    members: Vec<Member>,
    state: PhantomData<State>,
}

impl Production<Draft> {
    /// A draft with its members in the order of the volume.
    pub fn draft(volume: VolumeName, request: RequestId, members: Vec<Member>) -> Self {
        Self { volume, request, members, state: PhantomData }
    }

    /// Seals, or reports every violation and gives the draft back.
    pub fn seal(self) -> Result<Production<Sealed>, (Self, Vec<Violation>)> {
        let violations = violations(&self.members);
        if violations.is_empty() {
            Ok(Production {
                volume: self.volume,
                request: self.request,
                members: self.members,
                state: PhantomData,
            })
        } else {
            Err((self, violations))
        }
    }
}

impl<State> Production<State> {
    /// Name of the volume.
    pub fn volume(&self) -> &VolumeName {
        &self.volume
    }

    /// The request that it answers.
    pub fn request(&self) -> &RequestId {
        &self.request
    }

    /// Its members, in the order of the volume.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// How many documents fall in each bucket, all buckets listed.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts: BTreeMap<_, _> = Disposition::BUCKETS.iter().map(|bucket| (*bucket, 0)).collect();
        for member in &self.members {
            *counts.entry(member.disposition.bucket()).or_default() += 1;
        }
        counts
    }

    /// First to last number, where any was taken.
    pub fn bates(&self) -> Option<BatesRange> {
        let mut ranges = self.members.iter().filter_map(|member| member.bates.as_ref());
        let first = ranges.next()?;
        let last = ranges.next_back().unwrap_or(first);
        BatesRange::new(first.first().clone(), last.last().clone()).ok()
    }
}

fn violations(members: &[Member]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut families_left = BTreeSet::new();
    let mut family_now = None;
    let mut before: Option<&BatesRange> = None;
    // What an earlier volume holds stands for others too.
    let earlier =
        |disposition: &Disposition| matches!(disposition, Disposition::ExcludeAlreadyProduced { .. });
    let produced: BTreeSet<DocId> = members
        .iter()
        .filter(|member| member.disposition.takes_number() || earlier(&member.disposition))
        .map(|member| member.document)
        .collect();
    for member in members {
        if !seen.insert(member.document) {
            found.push(Violation::Twice { document: member.document });
        }
        if family_now != Some(member.family) {
            if let Some(left) = family_now.replace(member.family) {
                families_left.insert(left);
            }
            if families_left.contains(&member.family) {
                found.push(Violation::FamilySplit { family: member.family });
            }
        }
        if let Disposition::Suppress { duplicate_of: survivor, .. }
        | Disposition::Contained { inside: survivor, .. } = member.disposition
            && !produced.contains(&survivor)
        {
            found.push(Violation::SurvivorMissing { document: member.document, survivor });
        }
        let disposition = member.disposition.bucket();
        match (&member.disposition, &member.bates) {
            (Disposition::Pending, _) => found.push(Violation::Pending { document: member.document }),
            (kind, None) if kind.takes_number() => {
                found.push(Violation::Unnumbered { document: member.document, disposition });
            }
            (kind, Some(bates)) if !kind.takes_number() => {
                found.push(Violation::Numbered {
                    document: member.document,
                    disposition,
                    bates: bates.clone(),
                });
            }
            (_, Some(bates)) => {
                if let Some(before) = before
                    && before.last().plus(1).ok().as_ref() != Some(bates.first())
                {
                    found.push(Violation::NotContiguous { before: before.clone(), after: bates.clone() });
                }
                before = Some(bates);
            }
            (_, None) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bates::BatesNumber;
    use crate::digest::Sha256;
    use proptest::prelude::*;

    fn id(n: usize) -> DocId {
        DocId::from_digest(Sha256::of(n.to_string()))
    }

    fn member(n: usize, family: usize, at: u64, pages: u64) -> Member {
        let first: BatesNumber = format!("ECP{at:07}").parse().unwrap();
        Member {
            document: id(n),
            family: id(family),
            disposition: Disposition::WHOLE,
            bates: Some(BatesRange::starting_at(first, pages).unwrap()),
        }
    }

    fn seal(members: Vec<Member>) -> Vec<Violation> {
        let draft = Production::draft("ECP001".parse().unwrap(), "r".parse().unwrap(), members);
        draft.seal().err().map(|(_, violations)| violations).unwrap_or_default()
    }

    #[test]
    fn multi_page_documents_are_no_gaps() {
        assert_eq!(seal(vec![member(1, 1, 1, 5), member(2, 1, 6, 1), member(3, 3, 7, 2)]), vec![]);
    }

    #[test]
    fn sealing_reports_every_violation_not_the_first() {
        let pending = Member { disposition: Disposition::Pending, bates: None, ..member(4, 4, 1, 1) };
        let found = seal(vec![member(1, 1, 1, 1), member(1, 1, 3, 1), pending]);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_family_stands_together_and_a_survivor_is_produced() {
        let split = seal(vec![member(1, 1, 1, 1), member(2, 2, 2, 1), member(3, 1, 3, 1)]);
        assert_eq!(split, vec![Violation::FamilySplit { family: id(1) }]);
        let suppress = Disposition::Suppress { duplicate_of: id(9), recipe: "r1".into() };
        let lone = seal(vec![Member { disposition: suppress, bates: None, ..member(1, 1, 1, 1) }]);
        assert_eq!(lone, vec![Violation::SurvivorMissing { document: id(1), survivor: id(9) }]);
    }

    proptest! {
        #[test]
        fn a_contiguous_production_seals_and_one_shifted_number_does_not(
            pages in prop::collection::vec(1_u64..9, 2..20), at in 1_usize..19
        ) {
            let mut next = 1;
            let mut members: Vec<_> = pages.iter().enumerate().map(|(n, pages)| {
                let made = member(n, n, next, *pages);
                next += pages;
                made
            }).collect();
            prop_assert!(seal(members.clone()).is_empty());
            let at = at % members.len();
            let first = members[at].bates.as_ref().unwrap().first().plus(1).unwrap();
            members[at].bates = Some(BatesRange::starting_at(first, pages[at]).unwrap());
            prop_assert!(!seal(members).is_empty());
        }
    }
}
