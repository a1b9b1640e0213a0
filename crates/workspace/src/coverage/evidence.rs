//! What each kind of evidence looked for of each source, what it found, and from what size a loss would have shown: so that
//! nobody takes a kind that could see nothing for one that saw nothing.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::sheet::Sheet;
use chrono::NaiveDate;
use duces_coverage::{Coverage, LeakFigure, SourceCoverage};
use duces_model::{Evidence, SourceId};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What one kind of evidence looked for of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceFigure {
    /// The source.
    pub source: SourceId,
    /// The kind.
    pub evidence: Evidence,
    /// Whether it could have seen any loss at all.
    pub could_see: bool,
    /// Communications, numbers or marked messages that it looked for; absent where it counts none.
    pub looked_for: Option<u64>,
    /// Of these, not found where they should be.
    pub missing: Option<u64>,
    /// First day that it looked at.
    pub first_day: Option<NaiveDate>,
    /// Last such day.
    pub last_day: Option<NaiveDate>,
    /// What it could have seen and what not, in words.
    pub says: String,
}

/// How many numbers far off the others are named.
const STRAYS_NAMED: usize = 5;

/// The figures of every source, by source and kind.
pub(super) fn figures(register: &Register, coverage: &Coverage) -> Vec<EvidenceFigure> {
    let mut found = Vec::new();
    for source in &coverage.sources {
        let declared = register.source(&source.source).and_then(|own| own.silence_days_max);
        found.push(silence(source, declared));
        found.push(control_totals(source, coverage));
        found.push(leak(source, Evidence::DanglingReference, &coverage.answered));
        found.push(leak(source, Evidence::OneSidedMail, &coverage.sided));
        found.extend(sequences(source, register, coverage));
        found.extend(tests(source, coverage));
    }
    found.sort_by(|a, b| (&a.source, a.evidence).cmp(&(&b.source, b.evidence)));
    found
}

fn figure(source: &SourceCoverage, evidence: Evidence, says: String) -> EvidenceFigure {
    EvidenceFigure {
        source: source.source.clone(),
        evidence,
        could_see: true,
        looked_for: None,
        missing: None,
        first_day: None,
        last_day: None,
        says,
    }
}

/// `declared` is the longest ordinary silence, in business days, where somebody says one.
fn silence(source: &SourceCoverage, declared: Option<u64>) -> EvidenceFigure {
    let told = source.judged_by.contains(&Evidence::Silence);
    let alone = source.resolution.as_ref().and_then(|resolution| resolution.alone_days);
    let sooner = declared.filter(|declared| alone.is_none_or(|days| *declared < days));
    let mut says = match (told, sooner.or(alone)) {
        (true, Some(days)) if sooner.is_some() => {
            format!(
                "a silence of more than {days} working days would have shown: somebody declared that none is ordinary"
            )
        }
        (true, Some(days)) => {
            format!(
                "a loss of everything would have shown after {days} working days at the source's ordinary rate"
            )
        }
        (false, Some(days)) => {
            format!("too sparse: a loss of everything would have to last {days} working days")
        }
        (_, None) => "nothing was captured that shows a pattern".to_owned(),
    };
    for (shared, days) in source.resolution.iter().flat_map(|resolution| &resolution.together_days) {
        says.push_str(&format!("; one of all sources of {shared}: {days} working days"));
    }
    says.push_str("; a leak of a small part, or one from the beginning on, has no dip");
    let (first_day, last_day) = (source.first_day, source.last_day);
    EvidenceFigure { could_see: told, first_day, last_day, ..figure(source, Evidence::Silence, says) }
}

fn control_totals(source: &SourceCoverage, coverage: &Coverage) -> EvidenceFigure {
    let listed = coverage.listed.iter().filter(|day| day.source == source.source);
    let (mut ids, mut elsewhere, mut missing, mut days) = (0, 0, 0, 0_u64);
    let mut span: Option<(NaiveDate, NaiveDate)> = None;
    for day in listed {
        (ids, elsewhere, missing) = (ids + day.listed, elsewhere + day.elsewhere, missing + day.missing);
        days += 1;
        span = Some(span.map_or((day.day, day.day), |(first, last)| (first.min(day.day), last.max(day.day))));
    }
    if let Some((first, last)) = span {
        let mut says = format!(
            "{ids} communications are listed by id on {days} days, {elsewhere} of them retained under another source: every \
             one that is missing shows, exactly"
        );
        if let Some(control) = &source.control {
            says.push_str(&format!("; {} days are counted too", control.days));
        }
        return EvidenceFigure {
            looked_for: Some(ids),
            missing: Some(missing),
            first_day: Some(first),
            last_day: Some(last),
            ..figure(source, Evidence::ControlTotal, says)
        };
    }
    let Some(control) = &source.control else {
        let says = "the source has no control totals: it could see nothing".to_owned();
        return EvidenceFigure { could_see: false, ..figure(source, Evidence::ControlTotal, says) };
    };
    let mut says = format!(
        "{} days are counted by a system of record: each net loss on one of them shows, also of a single communication, but \
         for what duplicates make up",
        control.days
    );
    if control.cut_elsewhere {
        says = format!(
            "{} days are counted by a system of record that cuts its days elsewhere: a loss shows where it is larger than \
             what the cut moves",
            control.days
        );
    }
    EvidenceFigure {
        looked_for: Some(control.expected),
        missing: Some(control.missing),
        first_day: Some(control.first_day),
        last_day: Some(control.last_day),
        ..figure(source, Evidence::ControlTotal, says)
    }
}

/// What shows a leak by what other messages say of the source's own.
fn leak(source: &SourceCoverage, evidence: Evidence, figures: &[LeakFigure]) -> EvidenceFigure {
    let what = match evidence {
        Evidence::DanglingReference => "messages of its addresses that retained replies answer",
        _ => "internal messages that another party's capture holds",
    };
    let Some(own) = figures.iter().find(|own| own.source == source.source && own.looked_for > 0) else {
        let says = format!("there are no {what}: it could see nothing");
        return EvidenceFigure { could_see: false, ..figure(source, evidence, says) };
    };
    let says = match own.seen_from_per_mille {
        Some(share) => format!(
            "{what}: {}; a leak of {}.{} % or more all along would have shown",
            own.looked_for,
            share / 10,
            share % 10
        ),
        None => format!("{what}: {}, too few: not even the loss of all would have shown", own.looked_for),
    };
    EvidenceFigure {
        could_see: own.seen_from_per_mille.is_some(),
        looked_for: Some(own.looked_for),
        missing: Some(own.missing),
        first_day: own.first_day,
        last_day: own.last_day,
        ..figure(source, evidence, says)
    }
}

fn sequences(source: &SourceCoverage, register: &Register, coverage: &Coverage) -> Vec<EvidenceFigure> {
    let of_source: BTreeMap<_, _> = register
        .sequences
        .iter()
        .filter(|sequence| sequence.source == source.source)
        .map(|sequence| (&sequence.sequence, sequence))
        .collect();
    let of_sequence = |own: &duces_coverage::SequenceFigure| {
        let sequence = of_source.get(&own.sequence)?;
        let mut says = format!("numbers of {}: {} seen, {} skipped", own.sequence, own.seen, own.skipped);
        if !own.resets.is_empty() {
            let days: Vec<String> = own.resets.iter().map(ToString::to_string).collect();
            says.push_str(&format!("; they began anew on {}", days.join(", ")));
        }
        if own.strays_in_all > 0 {
            let named: Vec<String> = own.strays.iter().take(STRAYS_NAMED).map(ToString::to_string).collect();
            says.push_str(&format!(
                "; {} far off the others were set aside, the first: {}",
                own.strays_in_all,
                named.join(", ")
            ));
        }
        says.push_str(match sequence.dense_attested_by.trim() {
            "" => "; nobody attests that every number was given to a communication",
            _ => "; each skip is a loss, by the word of who attests it",
        });
        Some(EvidenceFigure {
            could_see: own.seen > 1,
            looked_for: Some(own.seen + own.skipped),
            missing: Some(own.skipped),
            ..figure(source, Evidence::BrokenSequence, says)
        })
    };
    coverage.sequences.iter().filter_map(of_sequence).collect()
}

/// The capture tests that arrived.
fn tests(source: &SourceCoverage, coverage: &Coverage) -> Option<EvidenceFigure> {
    let own: Vec<_> = coverage.proofs.iter().filter(|proof| proof.source == source.source).collect();
    let (first, last) = (own.iter().map(|proof| proof.day).min()?, own.iter().map(|proof| proof.day).max()?);
    let reviewed = own.iter().filter(|proof| proof.seen_in_review_on.is_some()).count();
    let says = format!(
        "{} marked messages arrived, {reviewed} of them in review too: capture worked on the days of these, and nothing is \
         said of others",
        own.len()
    );
    Some(EvidenceFigure {
        looked_for: Some(own.len() as u64),
        missing: Some(0),
        first_day: Some(first),
        last_day: Some(last),
        ..figure(source, Evidence::CaptureTest, says)
    })
}

impl Workspace {
    pub(super) fn evidence_sheet(&self, figures: &[EvidenceFigure]) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "source",
            "evidence",
            "could have seen a loss",
            "looked for",
            "missing",
            "first day",
            "last day",
            "what it could and could not have seen",
        ];
        let mut sheet = Sheet::internal(&heads);
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        for one in figures {
            sheet.row([
                one.source.to_string(),
                one.evidence.as_str().to_owned(),
                if one.could_see { "yes" } else { "no" }.to_owned(),
                number(one.looked_for),
                number(one.missing),
                day(one.first_day),
                day(one.last_day),
                one.says.clone(),
            ]);
        }
        let path = self.report("coverage-evidence.csv");
        sheet.replace(&path)?;
        Ok(path)
    }
}
