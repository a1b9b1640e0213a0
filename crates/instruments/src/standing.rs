//! Where a certification stands: what is open, which gaps touch it, and the title that follows.

use crate::facts::{AnyItem, CompletenessFacts, Fate, GapFacts, ItemFacts, VolumeFacts};
use duces_model::{ItemId, VolumeName};

/// Something that keeps a certification partial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// No population is frozen.
    PopulationNotFrozen,
    /// An item has documents of which it cannot be told and on which nobody has decided.
    Queue {
        /// Which item.
        item: ItemId,
        /// How many documents.
        documents: u64,
    },
    /// An item that no search answers, and for which this production holds no answer.
    NotAnswered {
        /// Which item.
        item: ItemId,
        /// Its kind, in words.
        kind: &'static str,
    },
    /// Files were added by hand for an item after the population was frozen.
    AddedLate {
        /// Which item.
        item: ItemId,
        /// How many files.
        files: u64,
    },
    /// Documents of the population on which nobody has decided.
    Pending {
        /// How many.
        documents: u64,
    },
    /// A volume is not sealed.
    Unsealed {
        /// Which.
        volume: VolumeName,
    },
    /// A volume was not read back.
    Unverified {
        /// Which.
        volume: VolumeName,
    },
    /// A volume was read back and found wrong.
    Failed {
        /// Which.
        volume: VolumeName,
        /// How many findings fail it.
        failures: u64,
    },
    /// Documents that are to be produced and stand in no verified volume.
    NotProduced {
        /// How many.
        documents: u64,
    },
    /// Files of the archives are not in the counts: not read, not to their end, or changed since.
    Unread {
        /// How many.
        files: u64,
    },
    /// Something that the counts rest on has changed since.
    Moved {
        /// What.
        what: &'static str,
    },
}

/// Where a certification stands. It is worked out from the facts and cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What is open; the certification is partial while there is anything.
    pub open: Vec<Open>,
    /// Whether a candidate or confirmed gap touches an item.
    pub gaps_touch: bool,
}

/// The plain title.
const TITLE: &str = "Certification of Completeness";

impl Standing {
    /// Works it out.
    pub fn of(facts: &CompletenessFacts) -> Self {
        let mut open = Vec::new();
        if facts.population.is_none() {
            open.push(Open::PopulationNotFrozen);
        }
        open.extend(unread(facts));
        open.extend(moved(facts));
        open.extend(queues(facts));
        open.extend(late(facts));
        open.extend(
            facts
                .not_answered()
                .into_iter()
                .map(|item| Open::NotAnswered { item: item.id.clone(), kind: item.kind.words() }),
        );
        if let Some(documents) = pending(facts) {
            open.push(Open::Pending { documents });
        }
        open.extend(facts.volumes.iter().filter_map(unfinished));
        let missing = not_in_a_verified_volume(facts);
        if missing > 0 {
            open.push(Open::NotProduced { documents: missing });
        }
        Self { open, gaps_touch: facts.gaps.iter().any(|gap| is_scheduled(gap, facts)) }
    }

    /// Whether anything is open.
    pub fn is_partial(&self) -> bool {
        !self.open.is_empty()
    }

    /// The title: partial while anything is open, subject to the Schedule of Gaps while a candidate or
    /// confirmed gap touches an item, both where both hold, plain otherwise.
    pub fn title(&self) -> String {
        let partial = if self.is_partial() { "Partial " } else { "" };
        let subject = if self.gaps_touch { ", Subject to the Schedule of Gaps" } else { "" };
        format!("{partial}{TITLE}{subject}")
    }

    /// Whether what is produced was sealed and read back, so that the text may go out without the
    /// word DRAFT across it.
    pub fn may_be_issued(&self) -> bool {
        !self.open.iter().any(|open| match open {
            Open::PopulationNotFrozen
            | Open::Unsealed { .. }
            | Open::Unverified { .. }
            | Open::Failed { .. }
            | Open::NotProduced { .. } => true,
            Open::Queue { .. }
            | Open::NotAnswered { .. }
            | Open::AddedLate { .. }
            | Open::Pending { .. }
            | Open::Unread { .. }
            | Open::Moved { .. } => false,
        })
    }
}

/// Whether a gap is candidate or confirmed and touches an item.
pub(crate) fn is_scheduled(gap: &GapFacts, facts: &CompletenessFacts) -> bool {
    gap.gap.status.is_open() && facts.items.iter().any(|item| gap.crosses(item))
}

/// Whether a candidate or confirmed gap touches an item.
pub(crate) fn open_gaps<'a>(
    item: &'a ItemFacts,
    facts: &'a CompletenessFacts,
) -> impl Iterator<Item = &'a GapFacts> {
    facts.gaps.iter().filter(|gap| gap.gap.status.is_open() && gap.crosses(item))
}

fn unread(facts: &CompletenessFacts) -> Option<Open> {
    let unread = facts.archive.unread.iter().filter(|file| !file.by_rule).count();
    let changed = facts.archive.altered.iter().filter(|one| one.fate == Fate::Changed).count();
    let files = (unread + changed) as u64;
    (files > 0).then_some(Open::Unread { files })
}

fn moved(facts: &CompletenessFacts) -> Vec<Open> {
    let (then, now) = (&facts.rests_on, &facts.as_found);
    let changes = [
        ("The index", then.index_snapshot != now.index_snapshot),
        ("The register", then.register_sha256 != now.register_sha256),
        ("The request file", then.request_sha256 != now.request_sha256),
    ];
    changes.into_iter().filter(|(_, changed)| *changed).map(|(what, _)| Open::Moved { what }).collect()
}

fn queues(facts: &CompletenessFacts) -> impl Iterator<Item = Open> {
    facts.items.iter().filter_map(|item| {
        let documents = match item.population {
            Some(_) => item.queue_open,
            // Nobody can have decided on a population that is not frozen.
            None => item.counts.cannot_tell_total().max(item.queue_open),
        };
        (documents > 0).then(|| Open::Queue { item: item.id.clone(), documents })
    })
}

/// Files that were added by hand and are not, or not whole, in the frozen population.
fn late(facts: &CompletenessFacts) -> Vec<Open> {
    let of = |item: AnyItem<'_>| {
        let (id, added) = match item {
            AnyItem::Searched(item) => (&item.id, &item.added),
            AnyItem::Beside(item) => (&item.id, &item.added),
        };
        let files = added.iter().filter(|file| file.is_late()).count() as u64;
        (files > 0).then(|| Open::AddedLate { item: id.clone(), files })
    };
    facts.all_items().into_iter().filter_map(of).collect()
}

/// Pending decisions of the population, or of an item where the population's figure hides them.
fn pending(facts: &CompletenessFacts) -> Option<u64> {
    let whole = facts.population.as_ref().map_or(0, |population| population.decisions.pending);
    let items = facts.items.iter().filter_map(|item| item.population.as_ref());
    let items = items.map(|population| population.decisions.pending);
    let beside = facts.beside.iter().filter_map(|item| item.population.as_ref());
    let most = items.chain(beside.map(|population| population.decisions.pending)).max().unwrap_or(0);
    Some(whole.max(most)).filter(|documents| *documents > 0)
}

fn unfinished(volume: &VolumeFacts) -> Option<Open> {
    match volume {
        VolumeFacts::Unsealed { name, .. } => Some(Open::Unsealed { volume: name.clone() }),
        VolumeFacts::Unverified { name, failures: None, .. } => {
            Some(Open::Unverified { volume: name.clone() })
        }
        VolumeFacts::Unverified { name, failures: Some(failures), .. } => {
            Some(Open::Failed { volume: name.clone(), failures: *failures })
        }
        VolumeFacts::Verified(_) | VolumeFacts::Voided { .. } => None,
    }
}

/// Documents that take a number, less those that a verified volume was found to hold.
fn not_in_a_verified_volume(facts: &CompletenessFacts) -> u64 {
    let numbered = facts.population.as_ref().map_or(0, |population| population.decisions.numbered());
    let held: u64 = facts
        .volumes
        .iter()
        .map(|volume| match volume {
            VolumeFacts::Verified(volume) => volume.rows_of_population,
            _ => 0,
        })
        .fold(0, u64::saturating_add);
    numbered.saturating_sub(held)
}
