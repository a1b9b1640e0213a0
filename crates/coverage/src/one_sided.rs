//! Evidence: internal mail stands in one party's capture and not in the other's.
//!
//! Input: the firm's internal mail by source and day (the ledger's module `sided` says what counts as internal and as
//! held): held by the source only, by another party only, by both.
//!
//! Statistic: of the messages that another party holds, the share that the source does not hold; module `leak` judges
//! when it rose, and whether it is too high all along. Where the other party has a different capture path, capture and
//! recapture (module `capture_recapture`) adds an estimate of what both sides lost of the mail that they share; what it
//! leaves out is said beside it.
//!
//! Assumptions: a source keeps what it sends and what it receives; all who take part are captured one by one. For
//! capture and recapture also: different capture paths fail independently; the population is closed, so that only
//! days are taken on which both were in service, the source captured something, and nothing was disposed of.
//!
//! Limits: the missing messages themselves are retained, under another source: they bound from below what the source
//! lost. With the same capture path on both sides, or where no message is on both, what both lost is not known. Nothing
//! is said of mail with outsiders, which may be lost more or less often. A mailbox from which its owner deleted mail
//! before it was copied looks like a leak. Recipients whom no header and no envelope names cannot be judged.

use crate::calendar::{Span, counted};
use crate::capture_recapture::{OnNeither, Overlap, on_neither};

use crate::leaking::{LeakFigure, Leaking};
use crate::looked::Looked;
use chrono::NaiveDate;
use duces_model::{Evidence, Gap, Quantity, SourceId};
use duces_register::{Register, Source};
use std::collections::{BTreeMap, BTreeSet};

const BLIND_TO: &str = "it cannot see mail with outsiders, messages of which every copy is lost, and recipients whom no \
                        header names; mail deleted before it was captured looks like a leak";

/// Internal messages of one day in which one source and at least one other take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidedCounts {
    /// The source.
    pub source: SourceId,
    /// Where present, only others of this capture path are looked at; where absent, all others.
    pub others: Option<String>,
    /// The messages' day.
    pub day: NaiveDate,
    /// Held by the source and by none of the others.
    pub own_only: u64,
    /// Held by at least one of the others and not by the source.
    pub other_only: u64,
    /// Held by the source and by at least one of the others.
    pub both: u64,
    /// Where copies of the first few of `other_only` lie.
    pub copies: Vec<String>,
}

/// Sources whose copies of internal mail are missing where others have them. `captured` tells the days on which
/// anything at all was captured of a source. The result does not depend on the order of the input.
pub(crate) fn find(
    register: &Register,
    input: &[SidedCounts],
    captured: &[(SourceId, NaiveDate)],
) -> (Vec<LeakFigure>, Vec<Gap>) {
    let captured: BTreeSet<(&SourceId, NaiveDate)> =
        captured.iter().map(|(source, day)| (source, *day)).collect();
    let mut by_source: BTreeMap<&SourceId, Vec<&SidedCounts>> = BTreeMap::new();
    for row in input {
        by_source.entry(&row.source).or_default().push(row);
    }
    let (mut figures, mut gaps) = (Vec::new(), Vec::new());
    for source in &register.sources {
        let Some(rows) = by_source.get(&source.id) else { continue };
        let judged = |row: &&&SidedCounts| {
            source.is_in_service(row.day) && register.lawfully_disposed(&source.id, row.day).is_none()
        };
        let rows: Vec<&SidedCounts> = rows.iter().filter(judged).copied().collect();
        let closed = |row: &SidedCounts| captured.contains(&(&row.source, row.day));
        let (figure, found) = of_source(source, &rows, &closed);
        figures.push(figure);
        gaps.extend(found);
    }
    figures.sort_by(|a, b| a.source.cmp(&b.source));
    gaps.sort_by(|a, b| (&a.sources, a.first_day).cmp(&(&b.sources, b.first_day)));
    (figures, gaps)
}

fn of_source(
    source: &Source,
    rows: &[&SidedCounts],
    closed: &dyn Fn(&SidedCounts) -> bool,
) -> (LeakFigure, Vec<Gap>) {
    let mut days: BTreeMap<NaiveDate, Looked> = BTreeMap::new();
    let mut copies: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.others.is_none()) {
        let looked = days.entry(row.day).or_default();
        looked.missing += row.other_only;
        looked.all += row.other_only + row.both;
        copies.entry(row.day).or_default().extend(row.copies.iter().map(String::as_str));
    }
    days.retain(|_, looked| looked.all > 0);
    let leaking = Leaking {
        evidence: Evidence::OneSidedMail,
        source: &source.id,
        days,
        looked_for: "internal messages that another party holds",
        missing: "are not held by this source",
        blind_to: BLIND_TO,
        behind_days: 0,
    };
    let place = |day: NaiveDate| {
        let mut copies = copies.get(&day).cloned().unwrap_or_default();
        copies.sort_unstable();
        if copies.is_empty() { String::new() } else { format!("; copies lie at {}", copies.join(", ")) }
    };
    let quantity = |first: NaiveDate, last: NaiveDate| {
        let days = Span::new(first, last)?;
        Some(lost(source, rows, days, closed))
    };
    leaking.found(&place, &quantity)
}

/// What the source lost of internal mail in those days.
fn lost(
    source: &Source,
    rows: &[&SidedCounts],
    days: Span,
    closed: &dyn Fn(&SidedCounts) -> bool,
) -> (Quantity, String) {
    let within = |row: &&&SidedCounts| days.first <= row.day && row.day <= days.last;
    let missing: u64 =
        rows.iter().filter(within).filter(|row| row.others.is_none()).map(|row| row.other_only).sum();
    let looked: u64 = rows
        .iter()
        .filter(within)
        .filter(|row| row.others.is_none())
        .map(|row| row.other_only + row.both)
        .sum();
    let at_least = |why: &str| {
        (Quantity::AtLeast { count: missing }, format!("what both sides lost is not known: {why}"))
    };
    let Some(own) = &source.capture_path else {
        return at_least("the register states no capture path of the source");
    };
    let mut paths: BTreeMap<&str, Overlap> = BTreeMap::new();
    for row in rows.iter().filter(within).filter(|row| closed(row)) {
        let Some(path) = row.others.as_deref().filter(|path| *path != own.as_str()) else { continue };
        let overlap = paths.entry(path).or_default();
        overlap.first_only += row.own_only;
        overlap.second_only += row.other_only;
        overlap.both += row.both;
    }
    // The path with the largest overlap tells most; of equals the first by name.
    let most = paths.iter().max_by(|a, b| a.1.both.cmp(&b.1.both).then(b.0.cmp(a.0)));
    let Some((path, overlap)) = most else {
        return at_least(
            "no other party with another capture path took part on days on which the source captured anything",
        );
    };
    let Some(OnNeither { count, low, high }) = on_neither(*overlap) else {
        return at_least("no message is on both sides");
    };
    let quantity = Quantity::Estimated { count: missing + count, low: missing + low, high: missing + high };
    let how = format!(
        "{} held by others and not here; of those shared with capture path {path} on days on which the source captured \
         anything, {} here only, {} there only and {} on both, so that about {count} ({low} to {high}) are on neither \
         (capture and recapture, Chapman 1951), if the two paths fail independently{}",
        counted(missing, "message"),
        overlap.first_only,
        overlap.second_only,
        overlap.both,
        beyond(looked, overlap),
    );
    (quantity, how)
}

/// What capture and recapture leaves out of the messages looked for: those that are not shared with the other path, or lie
/// on days on which the source captured nothing.
fn beyond(looked: u64, overlap: &Overlap) -> String {
    match looked.saturating_sub(overlap.second_only + overlap.both) {
        0 => String::new(),
        others => format!(
            "; {others} of the {looked} looked for are shared with other parties only, or lie on days on which the source \
             captured nothing: what both sides lost of such is not in the figure"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::fixture::{day, register};
    use chrono::Days;

    const CAPTURES: (&str, &str) = (
        "captures.csv",
        "capture_path,changed_on,change\njournal,2010-01-01,added\nexport,2010-01-01,added\n",
    );

    /// A year of internal mail between `ann` (by `journal`) and another of `path`, lost by chance on either side.
    fn mail(
        seed: u64,
        per_day: u64,
        path: &str,
        lost: impl Fn(u64) -> (f64, f64),
    ) -> (Vec<SidedCounts>, Vec<u64>) {
        let mut dice = Dice::new(seed);
        let (mut rows, mut on_neither) = (Vec::new(), Vec::new());
        for n in (0..364).filter(|n| n % 7 < 5) {
            let (own, other) = lost(n);
            let mut counts = [0, 0, 0, 0];
            for _ in 0..per_day {
                counts[usize::from(dice.hits(own)) * 2 + usize::from(dice.hits(other))] += 1;
            }
            let row = |others: Option<&str>| SidedCounts {
                source: "ann".parse().unwrap(),
                others: others.map(str::to_owned),
                day: day("2023-01-02") + Days::new(n),
                own_only: counts[1],
                other_only: counts[2],
                both: counts[0],
                copies: vec![format!("mail:bob.mbox message {n}")],
            };
            rows.extend([row(None), row(Some(path))]);
            on_neither.push(counts[3]);
        }
        (rows, on_neither)
    }

    fn found(rows: &[SidedCounts]) -> (Vec<LeakFigure>, Vec<Gap>) {
        let register = register(&["ann,2020-01-01,,journal", "bob,2020-01-01,,export"], &[CAPTURES]);
        let captured: Vec<_> = rows.iter().map(|row| (row.source.clone(), row.day)).collect();
        let found = find(&register, rows, &captured);
        let reversed: Vec<SidedCounts> = rows.iter().rev().cloned().collect();
        assert_eq!(find(&register, &reversed, &captured), found);
        found
    }

    #[test]
    fn a_leak_is_found_and_both_sides_loss_estimated_where_paths_differ() {
        let window = |n: u64| (105..210).contains(&n);
        let (mut held, mut told) = (0, 0);
        for seed in 0..20 {
            let (rows, _) = mail(seed, 8, "export", |n| (if window(n) { 0.3 } else { 0.0 }, 0.1));
            let (_, gaps) = found(&rows);
            let [gap] = gaps.as_slice() else { panic!("seed {seed}: {gaps:?}") };
            let Quantity::Estimated { count, low, high } = gap.quantity else { panic!("{gap:?}") };
            assert!(low <= count && count <= high);
            // 15 weeks of 5 days of 8 messages, of which 0.3 are lost by ann.
            told += 1;
            held += i32::from(low <= 190 && 170 <= high);
            assert!(
                gap.grounds[0].says.contains("copies lie at mail:bob.mbox message"),
                "{:?}",
                gap.grounds[0]
            );
        }
        assert!(held >= told - 3, "{held} of {told}");
    }

    #[test]
    fn with_the_same_capture_path_or_without_overlap_there_is_only_a_lower_bound() {
        let leak = |n: u64| (if n >= 182 { 0.4 } else { 0.0 }, 0.0);
        let (_, gaps) = found(&mail(1, 8, "journal", leak).0);
        assert!(
            matches!(gaps[0].quantity, Quantity::AtLeast { .. }) && gaps[0].finding.contains("not known")
        );
        let (_, gaps) = found(&mail(1, 8, "export", |n| (if n >= 182 { 1.0 } else { 0.0 }, 0.0)).0);
        assert_eq!(gaps[0].quantity, Quantity::AtLeast { count: 26 * 5 * 8 });
        assert_eq!((gaps[0].first_day, gaps[0].last_day), (Some(day("2023-07-03")), None));
    }

    #[test]
    fn what_capture_and_recapture_leaves_out_is_said() {
        let (mut rows, _) = mail(3, 8, "export", |n| (if n >= 182 { 0.3 } else { 0.0 }, 0.1));
        assert!(!found(&rows).1[0].finding.contains("not in the figure"));
        // As many again are shared with parties of the source's own path only.
        for row in rows.iter_mut().filter(|row| row.others.is_none()) {
            (row.other_only, row.both) = (2 * row.other_only, 2 * row.both);
        }
        let (_, gaps) = found(&rows);
        assert!(matches!(gaps[0].quantity, Quantity::Estimated { .. }));
        assert!(gaps[0].finding.contains("shared with other parties only"), "{}", gaps[0].finding);
    }

    #[test]
    fn an_even_leak_of_one_in_twenty_is_found_and_sound_capture_is_not_accused() {
        let (figures, gaps) = found(&mail(2, 12, "export", |_| (0.05, 0.02)).0);
        assert_eq!(gaps.iter().map(|gap| gap.first_day).collect::<Vec<_>>(), [None]);
        assert!(gaps[0].finding.contains("evenly"), "{}", gaps[0].finding);
        assert!(figures[0].seen_from_per_mille.is_some_and(|least| least < 50));
        let (figures, gaps) = found(&mail(2, 12, "export", |_| (0.002, 0.2)).0);
        assert_eq!((gaps.len(), figures.len()), (0, 1));
    }
}
