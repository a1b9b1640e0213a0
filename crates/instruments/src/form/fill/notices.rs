//! Notices that something said or sent before no longer stands: supplement and claw-back.

use super::{Taken, about_request, blank, documents, letter_head, numbers, signature, verified};
use crate::error::InstrumentError;
use crate::form::dossier::{ClawbackFile, Dossier, Earlier};
use crate::form::{About, Kind, Passage, Sheet};
use crate::nil::not_backed;
use crate::standing::is_scheduled;
use crate::wording::{count, list, number};
use duces_model::Quantity;
use std::collections::BTreeSet;

/// The notice that an earlier answer is supplemented or replaced (I-12), about the last of the volumes.
///
/// # Errors
/// [`InstrumentError::Refused`] where there is no volume that verifies, or nothing earlier to supplement.
pub fn supplement(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    super::require_volumes(Kind::Supplement, dossier)?;
    let Some(one) = dossier.delivered.last() else {
        return Err(InstrumentError::Refused {
            what: "there is no supplement".to_owned(),
            missing: Vec::new(),
        });
    };
    let before: Vec<&Earlier> = dossier.earlier.iter().filter(|earlier| earlier.at < one.sealed_at).collect();
    if before.is_empty() {
        return Err(InstrumentError::Refused {
            what: format!("volume {} supplements nothing", one.name),
            missing: vec![format!(
                "nothing of request {} was certified, written or delivered before it was sealed",
                dossier.facts.request.id
            )],
        });
    }
    let read = verified(dossier, one)?;
    let mut sheet = about_request(Kind::Supplement, "Notice of Supplement", dossier, taken)?;
    sheet.about.volumes = vec![one.name.clone()];
    letter_head(&mut sheet, dossier, &[]);
    let name = ("volume", one.name.to_string());
    sheet.put("opening", Passage::default().say("supplement", std::slice::from_ref(&name)));
    let mut earlier = Passage::default().say("heading", &[]);
    for before in &before {
        let day = before.at.with_timezone(&taken.zone).date_naive().to_string();
        earlier = earlier.say("statement", &[("day", day), ("what", before.what.clone())]);
    }
    sheet.put("earlier", earlier);
    let facts = [name, ("numbers", numbers(read)), ("records", count(read.rows, "record"))];
    let mut changed = Passage::default().say("heading", &[]).say("new", &facts);
    if one.replaces.is_empty() {
        changed = changed.say("stands", &[]);
    } else {
        let rows = one.replaces.iter().map(|(volume, old, new, why)| {
            vec![volume.to_string(), old.to_string(), new.to_string(), why.clone()]
        });
        changed = changed.say("replaced_before", &[]).table("replaced", rows.collect());
        sheet.questions.push(
            "The reasons in the table are the words with which the replacement was recorded: are they to go out as they are?"
                .to_owned(),
        );
    }
    changed = since(dossier, &before, changed).say("reason", &[]);
    sheet.put("changed", changed);
    sheet.put("unknown", unknown(dossier));
    signature(&mut sheet);
    Ok(sheet)
}

/// Gaps that touch an item now and that no earlier statement lists.
fn since(dossier: &Dossier, before: &[&Earlier], changed: Passage) -> Passage {
    let facts = &dossier.facts;
    let listed: BTreeSet<&str> =
        before.iter().filter_map(|one| one.gaps.as_ref()).flatten().map(String::as_str).collect();
    let new: Vec<_> = facts
        .gaps
        .iter()
        .filter(|gap| is_scheduled(gap, facts) && !listed.contains(gap.gap.id.as_str()))
        .collect();
    if new.is_empty() {
        return changed.say("gaps_same", &[]);
    }
    new.into_iter().fold(changed.say("gaps", &[]), |changed, gap| {
        changed.say("gap", &[("gap", gap.gap.id.clone()), ("finding", gap.gap.finding.clone())])
    })
}

fn unknown(dossier: &Dossier) -> Passage {
    let facts = &dossier.facts;
    let mut unknown = Passage::default().say("heading", &[]);
    let gaps =
        facts.gaps.iter().filter(|gap| is_scheduled(gap, facts) && gap.gap.quantity == Quantity::Unknown);
    let gaps = gaps.count() as u64;
    unknown = unknown.say_if(gaps > 0, "quantity", &[("gaps", count(gaps, "candidate or confirmed gap"))]);
    for item in facts.items.iter().filter(|item| item.is_nil() && !not_backed(item, facts).is_empty()) {
        unknown = unknown.say("not_backed", &[("item", item.id.to_string())]);
    }
    let pending = facts.population.as_ref().map_or(0, |one| one.decisions.pending);
    unknown = unknown.say_if(pending > 0, "pending", &[("documents", documents(pending))]);
    let none = unknown.says.len() == 1;
    unknown.say_if(none, "none", &[])
}

/// The notice that what went out should not have, and what is asked of whoever holds it (I-7).
///
/// How it came about and what had been done to prevent it stay in the record: counsel chooses the words.
///
/// # Errors
/// Those of the wording.
pub fn claw_back(
    clawback: &ClawbackFile,
    (authority, asked_number, matter): (&str, &str, &str),
    taken: &Taken,
) -> Result<Sheet, InstrumentError> {
    let mut volumes: Vec<_> = clawback.documents.iter().map(|(volume, ..)| volume.clone()).collect();
    volumes.dedup();
    let about = About {
        request: Some(clawback.request.clone()),
        volumes,
        clawback: Some(clawback.key),
        ..About::default()
    };
    let mut sheet = blank(Kind::ClawBack, "Notice of Claw-back", about, taken);
    let common = [
        ("authority", authority.to_owned()),
        ("number", asked_number.to_owned()),
        ("request", clawback.request.to_string()),
    ];
    sheet.common.extend(common.map(|(name, fact)| (name.to_owned(), fact)));
    let head = Passage::default()
        .all(&["sender", "addressee", "date"])
        .say("matter", &[("matter", matter.to_owned())])
        .say("asked", &[("asked", format!("{authority} {asked_number}"))]);
    sheet.put("head", head);
    let days = [
        ("disclosed_on", clawback.disclosed_on.to_string()),
        ("discovered_on", clawback.discovered_on.to_string()),
    ];
    let opening = Passage::default().say("notice", &days).say("basis", &[("basis", clawback.basis.clone())]);
    sheet.put("opening", opening);
    let rows = clawback.documents.iter().map(|(volume, numbers, by)| {
        let (by, new) = by.as_ref().map_or_else(
            || ("none yet".to_owned(), String::new()),
            |(volume, numbers)| (volume.to_string(), numbers.to_string()),
        );
        vec![volume.to_string(), numbers.to_string(), by, new]
    });
    let documents = Passage::default().say("heading", &[]).table("table", rows.collect()).say("holders", &[]);
    sheet.put("documents", documents);
    let mut asked = Passage::default().all(&["heading", "return", "use", "confirm"]);
    let mut replaced: Vec<String> = clawback
        .documents
        .iter()
        .filter_map(|(_, _, by)| by.as_ref().map(|(volume, _)| volume.to_string()))
        .collect();
    replaced.dedup();
    asked = if replaced.is_empty() {
        asked.say("no_replacement", &[])
    } else {
        asked.say("replacement", &[("volumes", list(&replaced))])
    };
    let notices: Vec<String> = clawback.notices.iter().map(|(day, to)| format!("{to} on {day}")).collect();
    asked = asked.say_if(!notices.is_empty(), "notices", &[("notices", list(&notices))]);
    sheet.put("asked", asked.all(&["no_waiver", "steps"]));
    let lacking = clawback.documents.iter().filter(|(_, _, by)| by.is_none()).count() as u64;
    if lacking > 0 {
        sheet.questions.push(format!(
            "{} of the claw-back stand in no replacement yet (duces produce --replaces).",
            number(lacking)
        ));
    }
    sheet.questions.push(
        "Which of the recorded steps against disclosure, and of the account of how it came about, are to be stated (duces \
         clawback shows them)?"
            .to_owned(),
    );
    signature(&mut sheet);
    Ok(sheet)
}
