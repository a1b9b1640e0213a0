//! What letters, reports and statements that were issued say that a gap bears on: by the statements that stand in them.

use super::TouchedItem;
use super::certified::{Sentence, Verdict};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_instruments::form::{Facts, Kind, Passage, Sheet, SheetFile};
use duces_ledger::InstrumentRecord;
use duces_model::{Axis, Gap, RequestId};
use std::collections::BTreeSet;

/// What an instrument says, what the gap does to it, and why.
type Bearing = (String, Verdict, String);

impl Workspace {
    /// What a request's issued instruments say that the gap bears on, in the order of their issue: of each that answers
    /// items that the gap crosses, at least that no sentence of it does. Drafts never left the firm, and are not listed.
    pub(super) fn letter_sentences(
        &self,
        id: &RequestId,
        gap: &Gap,
        items: &[TouchedItem],
        names: &BTreeSet<String>,
    ) -> Result<Vec<Sentence>, WorkspaceError> {
        self.said_of(|record| record.request.as_ref() == Some(id), |sheet| bearing(sheet, gap, items, names))
    }

    /// What instruments that answer no one request say of the gap itself, in the order of their issue.
    pub(super) fn gap_statements(&self, gap: &Gap) -> Result<Vec<Sentence>, WorkspaceError> {
        self.said_of(|record| record.request.is_none(), |sheet| of_gap(sheet, gap).into_iter().collect())
    }

    fn said_of(
        &self,
        is_asked: impl Fn(&InstrumentRecord) -> bool,
        bearing: impl Fn(&Sheet) -> Vec<Bearing>,
    ) -> Result<Vec<Sentence>, WorkspaceError> {
        let mut found = Vec::new();
        for issued in self.ledger.instruments()? {
            if issued.record.draft || !is_asked(&issued.record) {
                continue;
            }
            let bytes = self.ledger.bytes(&issued.record.json_sha256)?;
            let bearing = match bytes.and_then(|bytes| SheetFile::read(&bytes).ok()) {
                Some(file) => bearing(&file.sheet),
                // What cannot be read is never taken for untouched.
                None => vec![(
                    "its facts cannot be read by this version".to_owned(),
                    Verdict::Unsupported,
                    "it cannot be told whether the gap bears on it: read the text itself".to_owned(),
                )],
            };
            found.extend(bearing.into_iter().map(|(says, verdict, because)| Sentence {
                certificate: None,
                instrument: Some(issued.key),
                title: issued.record.title.clone(),
                issued_at: issued.at,
                issued_by: issued.by.clone(),
                says,
                verdict,
                because,
            }));
        }
        Ok(found)
    }
}

/// What a statement of gaps says of one gap, held against what is known of it now; nothing where it does not name it.
fn of_gap(sheet: &Sheet, gap: &Gap) -> Option<Bearing> {
    let passages = sheet.sections.get("gap").into_iter().flatten();
    let fact = |passage: &Passage, statement: &str| {
        let facts = passage.says.get(statement).and_then(|said| said.first());
        facts.and_then(|facts| facts.get(if statement == "heading" { "gap" } else { statement }).cloned())
    };
    let passage = passages.into_iter().find(|one| fact(one, "heading").as_ref() == Some(&gap.id))?;
    let (finding, status) = (fact(passage, "finding")?, fact(passage, "status")?);
    let says = format!("{}, {status}: {finding}", gap.id);
    Some(if finding != gap.finding {
        (says, Verdict::Incomplete, format!("it is found now: {}", gap.finding))
    } else if !status.starts_with(gap.status.as_str()) {
        (says, Verdict::Incomplete, format!("the gap is {} now", gap.status.as_str()))
    } else {
        (says, Verdict::Stands, "it tells the gap as it is known now".to_owned())
    })
}

/// What an instrument says of the items that the gap crosses. `names` are those of the gap's sources in the register.
fn bearing(sheet: &Sheet, gap: &Gap, items: &[TouchedItem], names: &BTreeSet<String>) -> Vec<Bearing> {
    let mut found = Vec::new();
    let passages = |section: &'static str| sheet.sections.get(section).into_iter().flatten();
    let said = |section: &'static str, key: &'static str| {
        passages(section).filter_map(move |passage| passage.says.get(key)).flatten()
    };
    if said("answers", "no_gaps").next().is_some() && !items.is_empty() {
        found.push((
            "it says that no candidate or confirmed gap touches the items".to_owned(),
            Verdict::Wrong,
            format!("{} touches them: {}", gap.id, gap.finding),
        ));
    } else if matches!(sheet.instrument, Kind::GapCertification | Kind::IssueSummary) {
        let missed = || {
            let because = format!("{} is not among them: {}", gap.id, gap.finding);
            ("the gaps that it tells".to_owned(), Verdict::Incomplete, because)
        };
        return of_gap(sheet, gap).or_else(|| (!items.is_empty()).then(missed)).into_iter().collect();
    } else if matches!(sheet.instrument, Kind::Transmittal | Kind::Supplement) && !items.is_empty() {
        found.push(if sheet.about.gaps.contains(&gap.id) {
            let says = "what it says of gaps that touch the items".to_owned();
            (says, Verdict::Stands, format!("{} was on record then", gap.id))
        } else {
            let says = "what it says of gaps that touch the items".to_owned();
            (says, Verdict::Incomplete, format!("{} was not among them then: {}", gap.id, gap.finding))
        });
    }
    if gap.axis == Axis::Preserved {
        found.extend(of_retained(sheet, gap, items, names));
    }
    if found.is_empty() && !items.is_empty() {
        found.push((
            "nothing of what was retained or found for the items".to_owned(),
            Verdict::Stands,
            "the gap bears on none of its sentences, though it answers items that the gap crosses".to_owned(),
        ));
    }
    found
}

/// What an instrument says of what was retained or found for the items that the gap crosses.
fn of_retained(sheet: &Sheet, gap: &Gap, items: &[TouchedItem], names: &BTreeSet<String>) -> Vec<Bearing> {
    let crossed = |facts: &Facts| {
        facts.get("item").is_some_and(|item| items.iter().any(|one| one.item.as_str() == item))
    };
    let mut found = Vec::new();
    let passages = |section: &'static str| sheet.sections.get(section).into_iter().flatten();
    let said = |section: &'static str, key: &'static str| {
        passages(section).filter_map(move |passage| passage.says.get(key)).flatten()
    };
    let nil = [("answers", "nil"), ("answers", "not_backed"), ("item", "nil")];
    for facts in nil.into_iter().flat_map(|(section, key)| said(section, key)).filter(|facts| crossed(facts))
    {
        found.push((
            format!("item {}: nil", facts.get("item").map_or("", String::as_str)),
            Verdict::Unsupported,
            "what was not retained could not be found; the nil answer holds only for what was".to_owned(),
        ));
    }
    for passage in passages("item") {
        let Some(item) = passage.says.get("heading").into_iter().flatten().find(|facts| crossed(facts))
        else {
            continue;
        };
        for row in passage.tables.get("searched").into_iter().flatten() {
            if let [source, coverage, reason] = row.as_slice()
                && names.contains(source)
                && coverage == "covered"
            {
                found.push((
                    format!(
                        "item {}: {source}: covered by evidence ({reason})",
                        item.get("item").map_or("", String::as_str)
                    ),
                    Verdict::Wrong,
                    format!("communications of these days are missing: {}", gap.finding),
                ));
            }
        }
    }
    found
}
