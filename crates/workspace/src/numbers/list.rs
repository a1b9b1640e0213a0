//! A series of numbers from the first position to the last, each run with what became of it.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::{DateTime, Utc};
use duces_ledger::{ClawbackRecord, Replaced, Series, SpanState, VolumeRecord, VolumeState};
use duces_model::{BatesPrefix, BatesRange, RequestId, VolumeName};
use serde::Serialize;
use std::collections::BTreeMap;

/// A series: its runs cover every position from 1 to the last one set aside.
#[derive(Debug, Serialize)]
pub struct SeriesReport {
    /// Its prefix.
    pub prefix: String,
    /// Its count of digits.
    pub width: u8,
    /// Numbers ever set aside.
    pub numbers: u64,
    /// Of these, in sealed volumes.
    pub issued: u64,
    /// Of these, set aside for volumes that are not sealed yet.
    pub reserved: u64,
    /// Of these, void: they stand in no volume and never will.
    pub voided: u64,
    /// Its runs, in order, without a hole between them.
    pub runs: Vec<SpanReport>,
}

/// A run of numbers of one volume.
#[derive(Debug, Serialize)]
pub struct SpanReport {
    /// First to last.
    pub bates: BatesRange,
    /// How many numbers.
    pub numbers: u64,
    /// For which volume.
    pub volume: VolumeName,
    /// Which request that answers.
    pub request: RequestId,
    /// `issued`, `reserved` or `voided`.
    pub state: &'static str,
    /// Why the numbers are void; absent where they are not.
    pub why: Option<String>,
    /// When it became so: sealed, voided, or set aside.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Documents with numbers in it; absent where it is not sealed.
    pub documents: Option<u64>,
    /// How many of its documents a later volume replaces.
    pub replaced: u64,
    /// How many of its documents were clawed back.
    pub clawed_back: u64,
    /// How many documents of earlier volumes it replaces.
    pub replaces: u64,
}

impl Workspace {
    /// Every series, or the one with this prefix, without holes: a number that is in no volume says why.
    ///
    /// # Errors
    /// No such series, or a ledger in which a position is in no run or in two.
    pub fn list_numbers(&self, prefix: Option<&BatesPrefix>) -> Result<Vec<SeriesReport>, WorkspaceError> {
        let volumes: BTreeMap<VolumeName, VolumeRecord> =
            self.ledger.volumes()?.into_iter().map(|volume| (volume.name.clone(), volume)).collect();
        let replacements = self.ledger.replacements()?;
        let clawbacks = self.ledger.clawbacks()?;
        let asked = match prefix {
            Some(prefix) => vec![prefix.clone()],
            None => self.ledger.prefixes()?,
        };
        let mut reports = Vec::new();
        for prefix in asked {
            let Some(series) = self.ledger.series(&prefix)? else {
                return Err(self.unknown_series(&prefix)?);
            };
            reports.push(report(&series, &volumes, &replacements, &clawbacks));
        }
        Ok(reports)
    }
}

fn report(
    series: &Series,
    volumes: &BTreeMap<VolumeName, VolumeRecord>,
    replacements: &[Replaced],
    clawbacks: &[ClawbackRecord],
) -> SeriesReport {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    let mut runs = Vec::new();
    for span in &series.spans {
        let Some(volume) = volumes.get(&span.volume) else { continue };
        let (state, why) = match &span.state {
            SpanState::Issued => ("issued", None),
            SpanState::Reserved => ("reserved", None),
            SpanState::Voided { reason } => ("voided", Some(reason.clone())),
        };
        let (at, by) = match &volume.state {
            VolumeState::Reserved => (volume.reserved_at, &volume.reserved_by),
            VolumeState::Voided { at, by, .. } | VolumeState::Sealed { at, by, .. } => (*at, by),
        };
        let clawed_back = clawbacks
            .iter()
            .flat_map(|record| &record.clawback.documents)
            .filter(|one| one.volume == span.volume);
        *totals.entry(state).or_default() += span.range.pages();
        runs.push(SpanReport {
            bates: span.range.clone(),
            numbers: span.range.pages(),
            volume: span.volume.clone(),
            request: volume.request.clone(),
            state,
            why,
            at,
            by: by.clone(),
            documents: volume
                .sealed()
                .map(|sealed| sealed.members.iter().filter(|member| member.bates.is_some()).count() as u64),
            replaced: replacements.iter().filter(|one| one.earlier.volume == span.volume).count() as u64,
            clawed_back: clawed_back.count() as u64,
            replaces: replacements.iter().filter(|one| one.volume == span.volume).count() as u64,
        });
    }
    let total = |state: &str| totals.get(state).copied().unwrap_or(0);
    SeriesReport {
        prefix: series.prefix.to_string(),
        width: series.width,
        numbers: series.next_position() - 1,
        issued: total("issued"),
        reserved: total("reserved"),
        voided: total("voided"),
        runs,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Actor, NewFirm, Workspace};
    use duces_model::BatesPrefix;

    #[test]
    fn a_run_that_is_in_no_volume_says_why_and_no_position_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor {
            name: "P. Legal".into(),
            now: chrono::DateTime::from_timestamp(1_725_000_000, 0).unwrap(),
        };
        let firm = NewFirm {
            name: "Small Firm LLC".into(),
            crd: "1".into(),
            domains: vec!["small.example".into()],
            zone: chrono_tz::America::New_York,
            archive: "archive".into(),
            prefix: "SF".into(),
        };
        Workspace::init(folder.path(), &firm, &actor).unwrap();
        let mut workspace = Workspace::open(folder.path(), &actor).unwrap();
        assert!(workspace.list_numbers(None).unwrap().is_empty());
        let prefix = BatesPrefix::new("SF").unwrap();
        let request = "r".parse().unwrap();
        for (volume, pages) in [("SF001", 4), ("SF002", 2)] {
            workspace
                .ledger
                .reserve(&actor.act(), &prefix, 5, pages, &volume.parse().unwrap(), &request)
                .unwrap();
        }
        workspace.ledger.void(&actor.act(), &"SF001".parse().unwrap(), "the disk was full").unwrap();
        let listed = workspace.list_numbers(Some(&prefix)).unwrap();
        let [series] = listed.as_slice() else { panic!("{listed:?}") };
        assert_eq!((series.numbers, series.issued, series.reserved, series.voided), (6, 0, 2, 4));
        let runs: Vec<_> =
            series.runs.iter().map(|run| (run.bates.to_string(), run.state, run.why.as_deref())).collect();
        assert_eq!(
            runs,
            [
                ("SF00001 - SF00004".to_owned(), "voided", Some("the disk was full")),
                ("SF00005 - SF00006".to_owned(), "reserved", None)
            ]
        );
        let number = |text: &str| workspace.explain_number(&text.parse().unwrap());
        assert_eq!(
            number("SF00003").unwrap().voided.map(|voided| voided.why).as_deref(),
            Some("the disk was full")
        );
        assert_eq!(number("SF00006").unwrap().state, "reserved");
        assert!(number("SF00007").is_err() && number("SF0001").is_err());
    }
}
