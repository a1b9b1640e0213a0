//! Elusion: what a random sample of the documents that were not selected says of those that were missed.

mod answers;
mod draw;
mod statistics;
mod universe;

pub use draw::{DrawReport, NullSampleOptions};
pub use statistics::Interval;
pub use universe::{Universe, UniverseKind};

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::home::{Actor, Workspace};
use duces_ledger::{Drawn, NullDraw, NullSampleRecord, SampleUnit, Why};
use duces_model::{Disposition, DocId, ItemId, RequestId};
use serde::Serialize;
use statistics::{documents_of_families, interval, recall_at_least};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the answers to a sample say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ElusionReport {
    /// The request.
    pub request: RequestId,
    /// The item, where only one's scope was drawn from.
    pub item: Option<ItemId>,
    /// The sample's number.
    pub sample: i64,
    /// How many samples of this request are registered.
    pub samples_registered: u64,
    /// Which set of answers to this sample it is, from 1.
    pub answer_set: u64,
    /// What was drawn: documents or families.
    pub unit: &'static str,
    /// How many.
    pub size: u64,
    /// The seed.
    pub seed: u64,
    /// From what it was drawn, in words.
    pub universe: Universe,
    /// Documents of the universe that were not selected.
    pub not_selected: u64,
    /// Families to which they belong.
    pub families_not_selected: u64,
    /// Documents that were read.
    pub read: u64,
    /// Of them responsive.
    pub responsive: u64,
    /// Families with a responsive document among the drawn, where families were drawn.
    pub families_responsive: Option<u64>,
    /// Families with a responsive document among all not selected, where families were drawn.
    pub families_missed: Option<Interval>,
    /// Responsive documents among all that were not selected.
    pub missed: Interval,
    /// The same as shares of what was not selected, in percent, rounded outward.
    pub elusion_percent: [String; 2],
    /// Chance in percent, at least, that the intervals hold the truth.
    pub confidence_percent: u64,
    /// What was found among the selected.
    pub found: Found,
    /// At least so much of what is responsive was found, in percent, rounded down; absent where it is not known.
    pub recall_at_least_percent: Option<String>,
    /// What each number rests on.
    pub rests_on: Vec<String>,
}

/// Responsive documents among the selected, as people decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Hits of the population.
    pub hits: u64,
    /// Hits that are responsive by a person's decision.
    pub responsive: u64,
    /// Hits that a person excluded as not responsive.
    pub not_responsive: u64,
    /// Hits of which it is not known yet.
    pub not_known_yet: u64,
}

impl ElusionReport {
    /// Whether decisions are missing for a bound on recall to say all it could.
    pub fn needs_person(&self) -> bool {
        self.found.not_known_yet > 0
    }
}

impl Workspace {
    /// Takes the reviewer's answers to the newest draw of a request, or to the numbered one, and says what follows.
    ///
    /// # Errors
    /// All mistakes of the sheet, with row and column; nothing drawn yet.
    pub fn answer_null_sample(
        &mut self,
        id: &RequestId,
        number: Option<i64>,
        sheet: &Path,
        actor: &Actor,
    ) -> Result<ElusionReport, WorkspaceError> {
        let samples = self.ledger.null_samples(id)?;
        let registered = samples.len() as u64;
        let (record, draw) = drawn(id, samples, number)?;
        let bytes = std::fs::read(sheet).doing("read", sheet)?;
        let responsive = answers::read(&sheet.display().to_string(), &bytes, &draw.drawn)?;
        let found = self.found(&record)?;
        let report = conclude(&record, &draw, &responsive, found, registered);
        let report = report.ok_or_else(|| WorkspaceError::Refused {
            what: format!("sample {} and its answers do not fit together", record.key),
            reasons: vec!["more was drawn than there was".to_owned()],
            hint: "duces audit checks the ledger".to_owned(),
        })?;
        let file_sha256 = self.ledger.store_bytes(&bytes)?;
        let result = serde_json::to_value(&report).unwrap_or_default();
        self.ledger.record_null_answers(&actor.act(), record.key, file_sha256, &responsive, &result)?;
        Ok(report)
    }

    /// What people decided of the hits of the population. A document is decided by a person only once a
    /// person has handed a review sheet back: before, the default rules alone have spoken.
    fn found(&self, record: &NullSampleRecord) -> Result<Found, WorkspaceError> {
        let sample = &record.sample;
        let population = self.ledger.population_numbered(sample.population)?;
        let items =
            population.items.iter().filter(|item| sample.item.as_ref().is_none_or(|only| *only == item.item));
        let hits: BTreeSet<DocId> = items
            .flat_map(|item| &item.members)
            .filter(|(_, why)| *why == Why::Hit)
            .map(|(document, _)| *document)
            .collect();
        // Before review sheets had a record of their own, the trail alone said that one came back.
        let by_the_trail = || {
            self.ledger.audit_rows().map(|rows| {
                rows.iter().any(|row| {
                    row.action == "record decisions"
                        && row.by != crate::select::BY_RULE
                        && row.detail["population"] == serde_json::json!(sample.population)
                })
            })
        };
        let handed_back = !self.ledger.review_imports(sample.population)?.is_empty() || by_the_trail()?;
        let mut found = Found { hits: hits.len() as u64, responsive: 0, not_responsive: 0, not_known_yet: 0 };
        for decision in self.ledger.dispositions(sample.population)? {
            if !hits.contains(&decision.document) {
                continue;
            }
            match decision.disposition {
                Disposition::Pending => found.not_known_yet += 1,
                _ if !handed_back => found.not_known_yet += 1,
                Disposition::ExcludeNonResponsive { .. } => found.not_responsive += 1,
                _ => found.responsive += 1,
            }
        }
        Ok(found)
    }
}

/// The sample whose answers are taken.
fn drawn(
    id: &RequestId,
    samples: Vec<NullSampleRecord>,
    number: Option<i64>,
) -> Result<(NullSampleRecord, NullDraw), WorkspaceError> {
    let known: Vec<String> =
        samples.iter().filter(|sample| sample.draw.is_some()).map(|sample| sample.key.to_string()).collect();
    let newest = samples
        .into_iter()
        .filter_map(|mut sample| sample.draw.take().map(|draw| (sample, draw)))
        .rfind(|(sample, _)| number.is_none_or(|number| sample.key == number));
    match (newest, number) {
        (Some(found), _) => Ok(found),
        (None, Some(number)) => {
            Err(WorkspaceError::Unknown { what: "sample", name: number.to_string(), known })
        }
        (None, None) => Err(WorkspaceError::TooEarly {
            missing: format!("no sample of request {id} is drawn yet"),
            hint: format!("run duces sample {id} --null-set N --seed S first"),
        }),
    }
}

/// What follows from the answers; `None` where they do not fit the draw.
fn conclude(
    record: &NullSampleRecord,
    draw: &NullDraw,
    responsive: &[bool],
    found: Found,
    samples_registered: u64,
) -> Option<ElusionReport> {
    let sample = &record.sample;
    let yes: Vec<&Drawn> =
        draw.drawn.iter().zip(responsive).filter(|(_, yes)| **yes).map(|(drawn, _)| drawn).collect();
    let documents = yes.len() as u64;
    let (missed, families_missed, families_responsive) = match sample.unit {
        SampleUnit::Documents => (interval(draw.documents, draw.drawn.len() as u64, documents)?, None, None),
        SampleUnit::Families => {
            let with_one = yes.iter().map(|drawn| drawn.family).collect::<BTreeSet<_>>().len() as u64;
            let families = interval(draw.families, sample.size, with_one)?;
            let bound = documents_of_families(families, with_one, documents, &undrawn(draw));
            (bound, Some(families), Some(with_one))
        }
    };
    // Nobody decided on any hit: the bound would say nothing but that.
    let decided = found.responsive + found.not_responsive > 0;
    let recall = if decided { recall_at_least(found.responsive, missed.most) } else { None };
    Some(ElusionReport {
        request: sample.request.clone(),
        item: sample.item.clone(),
        sample: record.key,
        samples_registered,
        answer_set: record.answers.len() as u64 + 1,
        unit: sample.unit.as_str(),
        size: sample.size,
        seed: sample.seed,
        universe: universe::of_sample(sample),
        not_selected: draw.documents,
        families_not_selected: draw.families,
        read: draw.drawn.len() as u64,
        responsive: documents,
        families_responsive,
        families_missed,
        missed,
        elusion_percent: [
            percent(missed.least, draw.documents, false),
            percent(missed.most, draw.documents, true),
        ],
        confidence_percent: statistics::CONFIDENCE_PERCENT,
        rests_on: rests_on(sample.unit, &found, samples_registered, record.answers.len()),
        found,
        recall_at_least_percent: recall.map(|recall| format!("{}.{:02}", recall / 100, recall % 100)),
    })
}

/// How many families that were not drawn have so many documents that were not selected.
fn undrawn(draw: &NullDraw) -> BTreeMap<u64, u64> {
    let mut read: BTreeMap<DocId, u64> = BTreeMap::new();
    for drawn in &draw.drawn {
        *read.entry(drawn.family).or_default() += 1;
    }
    let mut undrawn = draw.sizes.clone();
    for size in read.values() {
        if let Some(families) = undrawn.get_mut(size) {
            *families = families.saturating_sub(1);
        }
    }
    undrawn
}

/// A share in percent with three decimals, rounded down or up.
fn percent(part: u64, whole: u64, up: bool) -> String {
    let scaled = u128::from(part) * 100_000;
    let whole = u128::from(whole.max(1));
    let thousandths = if up { scaled.div_ceil(whole) } else { scaled / whole };
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn rests_on(unit: SampleUnit, found: &Found, registered: u64, answered_before: usize) -> Vec<String> {
    let mut texts = vec![
        "Missed, elusion and recall are of the universe stated, and of nothing outside it.".to_owned(),
        "The intervals are exact (hypergeometric, finite population) and hold for a simple random sample whose answers are all right; a wrong answer is not in them.".to_owned(),
    ];
    if unit == SampleUnit::Families {
        texts.push("Families were drawn: the exact interval is that of families with a responsive document. Documents are bounded without any assumption on how they spread: each further family is counted with all its documents, the largest first; so the bound is wide.".to_owned());
    }
    texts.push("Recall is a lower bound only: responsive hits as people decided, over these plus the most that may have been missed. Responsive members of selected families are left out above the line, which keeps the bound safe.".to_owned());
    if found.not_known_yet > 0 {
        texts.push(format!(
            "Of {} hits it is not known yet whether they are responsive; they count as not responsive, so the bound can only rise.",
            found.not_known_yet
        ));
    }
    if registered > 1 {
        texts.push(format!("{registered} samples of this request are registered. The stated confidence is that of one sample chosen before its draw; the best of several has less."));
    }
    if answered_before > 0 {
        texts.push(format!(
            "This sample was answered {answered_before} times before; every set of answers is in the ledger."
        ));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_ledger::NullSample;
    use duces_model::{Sha256, SnapshotId};

    fn id(n: u8) -> DocId {
        DocId::from_digest(Sha256::from_bytes([n; 32]))
    }

    fn record(unit: SampleUnit, size: u64) -> NullSampleRecord {
        NullSampleRecord {
            key: 4,
            at: chrono::DateTime::UNIX_EPOCH,
            by: "A".into(),
            sample: NullSample {
                request: "r".parse().unwrap(),
                item: None,
                population: 1,
                snapshot: SnapshotId::from_digest(Sha256::of("")),
                unit,
                size,
                seed: 1,
                universe: None,
            },
            draw: None,
            answers: Vec::new(),
        }
    }

    fn found(responsive: u64, not_known_yet: u64) -> Found {
        Found { hits: responsive + not_known_yet, responsive, not_responsive: 0, not_known_yet }
    }

    #[test]
    fn recall_is_a_lower_bound_and_not_known_before_a_person_decided() {
        let drawn = [1, 2, 3, 4].map(|n| Drawn { document: id(n), family: id(n) }).to_vec();
        let draw = NullDraw { documents: 10, families: 10, sizes: [(1, 10)].into(), drawn };
        let record = record(SampleUnit::Documents, 4);
        let answers = [true, false, false, false];
        let report = conclude(&record, &draw, &answers, found(20, 0), 1).unwrap();
        assert_eq!((report.responsive, report.missed.least), (1, 1));
        // Registered before universes were recorded: it says what was drawn from then.
        assert_eq!(report.universe.name, "sources-and-period");
        assert!(report.missed.most >= 5 && report.missed.most <= 7, "{:?}", report.missed);
        let expected = 20 * 10_000 / (20 + report.missed.most);
        assert_eq!(report.recall_at_least_percent, Some(format!("{}.{:02}", expected / 100, expected % 100)));
        let unknown = conclude(&record, &draw, &answers, found(0, 20), 1).unwrap();
        assert_eq!(unknown.recall_at_least_percent, None);
        assert!(unknown.needs_person());
    }

    #[test]
    fn families_bound_documents_by_their_largest() {
        // Three families were drawn of six: one with two documents of which one is responsive.
        let drawn =
            [(1, 1), (2, 1), (3, 3), (4, 4)].map(|(n, f)| Drawn { document: id(n), family: id(f) }).to_vec();
        let draw = NullDraw { documents: 17, families: 6, sizes: [(1, 3), (2, 1), (6, 2)].into(), drawn };
        let report =
            conclude(&record(SampleUnit::Families, 3), &draw, &[true, false, false, false], found(5, 0), 2)
                .unwrap();
        let families = report.families_missed.unwrap();
        assert_eq!((report.families_responsive, families.least), (Some(1), 1));
        // Undrawn: one family of one document, two of six.
        let largest: u64 = [6, 6, 1].iter().take(usize::try_from(families.most - 1).unwrap()).sum();
        assert_eq!(report.missed, Interval { least: 1, most: 1 + largest });
        assert!(report.rests_on.iter().any(|text| text.contains("the best of several")));
    }

    #[test]
    fn shares_are_rounded_outward() {
        assert_eq!([percent(1, 3, false), percent(1, 3, true)], ["33.333", "33.334"]);
        assert_eq!([percent(0, 7, false), percent(7, 7, true)], ["0.000", "100.000"]);
    }
}
