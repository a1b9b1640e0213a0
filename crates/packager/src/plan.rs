//! The plan of a production: order, forms, bars, and all that has to be settled or said.

use crate::bars::Bars;
use crate::candidate::Candidate;
use crate::dedup::{Approvals, DedupRule};
use crate::error::Obstacle;
use crate::exception::ExceptionKind;
use crate::numbers::deal;
use crate::order::order;
use crate::pages::shows_all;
use crate::profile::{DedupPolicy, Natives, PageKind, Profile};
use crate::standing::Standing;
use duces_model::production::Member;
use duces_model::{BatesNumber, BatesPrefix, BatesRange, Disposition, DocId, ProducedAs, Production};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// In which form a document stands in the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Its native and its text; its pages too, or a placeholder, where the profile has pages.
    Native,
    /// Its pages and its text.
    Pages,
    /// Its text only: a withheld or redacted document lies inside its native.
    TextOnly,
    /// Its pages and text without what is covered.
    Redacted,
    /// A numbered sheet.
    SlipSheet,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "native",
            Self::Pages => "pages",
            Self::TextOnly => "text-only",
            Self::Redacted => "redacted",
            Self::SlipSheet => "slip-sheet",
        })
    }
}

/// A document in its place.
pub(crate) struct Placed<'a> {
    pub(crate) candidate: &'a Candidate,
    /// Absent for what does not go into the volume.
    pub(crate) form: Option<Form>,
    /// Numbers that it takes: one, until its pages were counted.
    pub(crate) pages: u64,
    /// Whether a placeholder stands on its page, since its own pages cannot all be drawn.
    pub(crate) undrawn: bool,
    /// What stands on its pages, once they are counted; absent for a withheld document.
    pub(crate) standing: Option<Standing>,
    /// Place of the document to which it is attached, where that is in the population.
    pub(crate) parent: Option<usize>,
    /// Places of its family.
    pub(crate) family: Range<usize>,
    /// Places of withheld and redacted documents inside its native.
    pub(crate) withheld_inside: Vec<usize>,
    /// Whether it lies inside a withheld document.
    pub(crate) inside_withheld: bool,
    /// Its own custodians, then those of its suppressed duplicates.
    pub(crate) custodians: Vec<String>,
    /// Its own paths, then those of its suppressed duplicates.
    pub(crate) paths: Vec<String>,
}

impl Placed<'_> {
    /// Whether nothing of it but a sheet may be seen.
    pub(crate) fn withheld(&self) -> bool {
        self.candidate.disposition.bars_content() && !self.redacted()
    }

    /// How it is designated. Nothing is told so of what is withheld.
    pub(crate) fn designation(&self) -> Option<&str> {
        let mark = self.candidate.confidentiality.trim();
        (!mark.is_empty() && self.form.is_some() && !self.withheld()).then_some(mark)
    }

    /// Whether it goes out with parts covered.
    pub(crate) fn redacted(&self) -> bool {
        self.candidate.disposition.is_redacted()
    }
}

/// A production as it would be made.
pub(crate) struct Plan<'a> {
    pub(crate) placed: Vec<Placed<'a>>,
    pub(crate) obstacles: Vec<Obstacle>,
    pub(crate) exceptions: Vec<(usize, ExceptionKind)>,
}

impl<'a> Plan<'a> {
    /// Puts candidates in order, finds their forms, and checks all that needs neither a number nor an
    /// original.
    pub(crate) fn new(profile: &Profile, candidates: &'a [Candidate], approved: &Approvals) -> Self {
        let ordered = order(&profile.order.value, candidates);
        let in_order: Vec<&Candidate> = ordered.order.iter().map(|at| &candidates[*at]).collect();
        let parents = parents(&in_order);
        let bars = Bars::new(&in_order, &parents);
        let forms: Vec<Option<Form>> =
            (0..in_order.len()).map(|at| form(profile, in_order[at], &bars, at)).collect();
        let families = families(&in_order);
        let placed: Vec<Placed<'a>> = in_order
            .iter()
            .enumerate()
            .map(|(at, candidate)| Placed {
                candidate,
                form: forms[at],
                pages: u64::from(candidate.disposition.takes_number()),
                undrawn: false,
                standing: None,
                parent: parents[at],
                family: families[at].clone(),
                withheld_inside: bars.withheld_inside[at].iter().copied().collect(),
                inside_withheld: bars.inside_withheld[at],
                custodians: unique(&candidate.all_custodians),
                paths: unique(&candidate.all_paths),
            })
            .collect();
        let mut plan = Self { placed, obstacles: ordered.obstacles, exceptions: Vec::new() };
        plan.merge_duplicates();
        plan.obstacles.extend(plan.decisions(profile));
        plan.obstacles.extend(plan.unapproved(profile.delivery.dedup.value, approved));
        plan.obstacles.extend(bars.conflicts(&in_order, &forms));
        plan.exceptions = (0..in_order.len()).flat_map(|at| plan.exceptions_of(at, &bars)).collect();
        plan
    }

    /// Documents that would give a withheld one away, with the forms as they are now.
    pub(crate) fn conflicts(&self) -> Vec<Obstacle> {
        let candidates: Vec<&Candidate> = self.placed.iter().map(|placed| placed.candidate).collect();
        let parents: Vec<Option<usize>> = self.placed.iter().map(|placed| placed.parent).collect();
        let forms: Vec<Option<Form>> = self.placed.iter().map(|placed| placed.form).collect();
        Bars::new(&candidates, &parents).conflicts(&candidates, &forms)
    }

    /// How many numbers the volume takes.
    pub(crate) fn numbers(&self) -> u64 {
        self.placed.iter().map(|placed| placed.pages).sum()
    }

    /// The members with the numbers dealt to them.
    pub(crate) fn members(&self, dealt: &[Option<BatesRange>]) -> Vec<Member> {
        let member = |(placed, bates): (&Placed<'_>, &Option<BatesRange>)| Member {
            document: placed.candidate.document,
            family: placed.candidate.family,
            disposition: placed.candidate.disposition.clone(),
            bates: bates.clone(),
        };
        self.placed.iter().zip(dealt).map(member).collect()
    }

    /// The survivor carries custodians and paths of each duplicate that is suppressed for it. A path
    /// that would name a withheld message's file is not carried.
    fn merge_duplicates(&mut self) {
        let places: BTreeMap<DocId, usize> =
            self.placed.iter().enumerate().map(|(at, placed)| (placed.candidate.document, at)).collect();
        let mut carried: BTreeMap<usize, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for placed in &self.placed {
            if let Disposition::Suppress { duplicate_of, .. } = &placed.candidate.disposition
                && let Some(survivor) = places.get(duplicate_of)
            {
                let (custodians, paths) = carried.entry(*survivor).or_default();
                custodians.extend(placed.custodians.iter().cloned());
                if !placed.inside_withheld {
                    paths.extend(placed.paths.iter().cloned());
                }
            }
        }
        for (survivor, (mut custodians, mut paths)) in carried {
            custodians.sort();
            paths.sort();
            let placed = &mut self.placed[survivor];
            placed.custodians = unique(placed.custodians.iter().chain(&custodians));
            placed.paths = unique(placed.paths.iter().chain(&paths));
        }
    }

    /// What the decisions leave open. Sealing is tried with numbers of no series, so that nothing that
    /// would break it comes to light only when numbers are spent.
    fn decisions(&self, profile: &Profile) -> Vec<Obstacle> {
        let mut found = Vec::new();
        for placed in &self.placed {
            let document = placed.candidate.document;
            if placed.redacted() && profile.delivery.pages.value == PageKind::None {
                found.push(Obstacle::CannotRedact {
                    document,
                    why: format!(
                        "the profile {} has no pages; produce under one that has (--profile), withhold it, or let a \
                         slip-sheet stand for it",
                        profile.name
                    ),
                });
            }
            if let Err(source) = placed.candidate.disposition.clone().checked() {
                found.push(Obstacle::NoPerson { document, source });
            }
        }
        found.extend(self.trial().into_iter().map(Obstacle::Violation));
        if self.numbers() == 0 {
            found.push(Obstacle::NothingToProduce { candidates: self.placed.len() as u64 });
        }
        found
    }

    /// Duplicates that the profile does not let be left out without an approval, those that another rule than the
    /// approved one left out, and messages that are left out as contained in others without an approval.
    fn unapproved(&self, policy: DedupPolicy, approved: &Approvals) -> Vec<Obstacle> {
        let custodians: BTreeMap<DocId, &str> = self
            .placed
            .iter()
            .map(|one| (one.candidate.document, one.candidate.custodian.as_str()))
            .collect();
        let mut count = 0;
        let mut by_another: BTreeMap<&str, u64> = BTreeMap::new();
        let (mut contained, mut contained_by_another) = (0, 0);
        for placed in &self.placed {
            match &placed.candidate.disposition {
                Disposition::Suppress { duplicate_of, recipe } => {
                    let survivor = custodians.get(duplicate_of).copied();
                    let within = survivor == Some(placed.candidate.custodian.as_str());
                    let by_hand = recipe.parse::<DedupRule>().is_err();
                    match (policy, &approved.dedup) {
                        (DedupPolicy::Off, _) => count += 1,
                        (DedupPolicy::WithinCustodian, _) if within => {}
                        (_, None) => count += 1,
                        (_, Some(rule)) if by_hand || rule.to_string() == *recipe => {}
                        (_, Some(_)) => *by_another.entry(recipe).or_default() += 1,
                    }
                }
                Disposition::Contained { rule, .. } => match approved.threads {
                    None => contained += 1,
                    Some(approved) => contained_by_another += u64::from(approved.as_str() != rule),
                },
                _ => {}
            }
        }
        let mut found = Vec::new();
        if count > 0 {
            found.push(Obstacle::DedupNotApproved { count, policy });
        }
        if let Some(approved) = approved.dedup {
            let other = |(used, count): (&str, u64)| {
                let used = used.to_owned();
                Obstacle::OtherDedupRule { count, used, approved, policy }
            };
            found.extend(by_another.into_iter().map(other));
        }
        if contained + contained_by_another > 0 {
            found.push(Obstacle::ThreadsNotApproved { count: contained + contained_by_another });
        }
        found
    }

    fn trial(&self) -> Vec<duces_model::Violation> {
        let first =
            BatesPrefix::new("TRIAL").and_then(|p| BatesNumber::new(p, duces_model::bates::WIDTH_MAX, 1));
        let dealt = first.and_then(|first| deal(&first, self.placed.iter().map(|placed| placed.pages)));
        let dealt = dealt.expect("a series of 18 digits is longer than any volume");
        let volume = "TRIAL".parse().expect("a literal name");
        let request = "trial".parse().expect("a literal name");
        let sealed = Production::draft(volume, request, self.members(&dealt)).seal();
        sealed.err().map(|(_, violations)| violations).unwrap_or_default()
    }

    fn exceptions_of(&self, at: usize, bars: &Bars) -> Vec<(usize, ExceptionKind)> {
        let placed = &self.placed[at];
        let numbered = |at: usize| self.placed[at].pages > 0;
        let family_goes = || placed.family.clone().any(numbered);
        let mut found = Vec::new();
        match &placed.candidate.disposition {
            Disposition::Suppress { .. } if family_goes() => found.push(ExceptionKind::SuppressedInFamily),
            Disposition::ExcludeNonResponsive { .. }
            | Disposition::ExcludeAlreadyProduced { .. }
            | Disposition::Contained { .. }
                if family_goes() =>
            {
                found.push(ExceptionKind::ExcludedFromFamily);
            }
            _ => {}
        }
        if let Disposition::ExcludeAlreadyProduced { bates } = &placed.candidate.disposition
            && bars.withholds(placed.candidate.native_sha256)
        {
            found.push(ExceptionKind::TwinProducedBefore { bates: bates.clone() });
        }
        if placed.pages > 0 && placed.candidate.parent.is_some() && !placed.parent.is_some_and(numbered) {
            found.push(ExceptionKind::ParentWithoutNumber);
        }
        match placed.form {
            Some(Form::TextOnly) => found.push(ExceptionKind::TextOnly),
            Some(Form::Redacted) => found.push(ExceptionKind::Redacted),
            Some(Form::SlipSheet) if !placed.withheld() => found.push(ExceptionKind::SlipSheet),
            Some(Form::Native) if placed.candidate.bytes == 0 => found.push(ExceptionKind::EmptyNative),
            _ => {}
        }
        if placed.pages > 0 && placed.family.start == at && placed.candidate.sorted_at.is_none() {
            found.push(ExceptionKind::Undated);
        }
        found.into_iter().map(|kind| (at, kind)).collect()
    }
}

fn form(profile: &Profile, candidate: &Candidate, bars: &Bars, at: usize) -> Option<Form> {
    let delivery = &profile.delivery;
    match &candidate.disposition {
        Disposition::Produce { form: ProducedAs::Whole } if bars.withheld_inside[at].is_empty() => {
            let paged = delivery.pages.value != PageKind::None
                && shows_all(candidate)
                && !delivery.stays_native(&candidate.extension);
            Some(if paged && delivery.natives.value == Natives::Unpaged { Form::Pages } else { Form::Native })
        }
        Disposition::Produce { form: ProducedAs::Whole } => Some(Form::TextOnly),
        Disposition::Produce { form: ProducedAs::Redacted } => Some(Form::Redacted),
        other if other.takes_number() => Some(Form::SlipSheet),
        _ => None,
    }
}

/// The place of each document's parent. A parent stands before its child, so that one found behind it
/// (in a circle, which is an obstacle) is none.
fn parents(in_order: &[&Candidate]) -> Vec<Option<usize>> {
    let places: BTreeMap<DocId, usize> =
        in_order.iter().enumerate().map(|(at, candidate)| (candidate.document, at)).collect();
    let parent = |(at, candidate): (usize, &&Candidate)| {
        let parent = *places.get(&candidate.parent?)?;
        (parent < at && in_order[parent].family == candidate.family).then_some(parent)
    };
    in_order.iter().enumerate().map(parent).collect()
}

/// For each document, the places of its family.
fn families(in_order: &[&Candidate]) -> Vec<Range<usize>> {
    let mut spans = Vec::with_capacity(in_order.len());
    for run in in_order.chunk_by(|a, b| a.family == b.family) {
        let start = spans.len();
        spans.extend(run.iter().map(|_| start..start + run.len()));
    }
    spans
}

/// Each text once, in the order of first appearance.
fn unique<'t>(texts: impl IntoIterator<Item = &'t String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts.into_iter().filter(|text| seen.insert(text.as_str())).cloned().collect()
}
