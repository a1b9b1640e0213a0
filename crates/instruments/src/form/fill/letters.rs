//! Letters that go with a volume: transmittal, password, confidential treatment and its copy.

use super::{
    Taken, about_request, documents, letter_head, numbers, ranges, require_volumes, signature, verified,
};
use crate::error::InstrumentError;
use crate::form::dossier::{Delivered, Dossier};
use crate::form::{Kind, Passage, Sheet};
use crate::nil::not_backed;
use crate::standing::{Open, Standing, is_scheduled};
use crate::wording::{capital, count, list, number};

/// The words with which the legend of confidential treatment begins (17 CFR 200.83(c)(2)).
const LEGEND: &str = "Confidential Treatment Requested by";

/// The letter that goes with volumes (I-6).
///
/// # Errors
/// [`InstrumentError::Refused`] where no volume verifies; those of the check of the facts.
pub fn transmittal(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    require_volumes(Kind::Transmittal, dossier)?;
    let mut sheet = about_request(Kind::Transmittal, "Letter of Transmittal", dossier, taken)?;
    letter_head(&mut sheet, dossier, &[]);
    sheet.put("opening", Passage::default().say("delivered", &[("volumes", volumes(dossier))]));
    for one in &dossier.delivered {
        let passage = volume(dossier, one)?;
        sheet.put("volume", passage);
        if !one.encrypted && dossier.facts.request.authority == "FINRA" {
            // Secondary: Smarsh on Regulatory Notice 10-59, Rule 8210(g).
            sheet.questions.push(format!(
                "Volume {}: its archives are not encrypted. What goes to FINRA on a disk, a drive or other portable media must \
                 be encrypted (Rule 8210(g)): send it by the portal, or produce under a profile with aes-256.",
                one.name
            ));
        }
        if one.deliveries.is_empty() {
            sheet.questions.push(format!(
                "Volume {}: on which medium, or by which way, and on which day it goes out is not on record (duces request \
                 delivered).",
                one.name
            ));
        }
    }
    let (passage, questions) = answers(dossier);
    sheet.put("answers", passage);
    sheet.questions.extend(questions);
    let mut enclosures = Passage::default().say("heading", &[]);
    for one in &dossier.delivered {
        enclosures = enclosures.say("volume", &[("volume", one.name.to_string())]);
    }
    enclosures = enclosures.say_if(dossier.logged > 0, "log", &[]);
    for earlier in dossier.earlier.iter().filter(|earlier| earlier.gaps.is_some()) {
        enclosures = enclosures.say("certificate", &[("certificate", capital(&earlier.what))]);
    }
    let encrypted = dossier.delivered.iter().any(|one| one.encrypted);
    sheet.put("enclosures", enclosures.say_if(encrypted, "password", &[]));
    // The SEC's instructions ask in which way the subpoena is met; that is for the signer to say.
    if dossier.facts.request.authority == "SEC" {
        let keys = ["heading", "note", "searched", "sent", "not_met"];
        sheet.put("declaration", Passage::default().all(&keys));
    }
    signature(&mut sheet);
    Ok(sheet)
}

fn volumes(dossier: &Dossier) -> String {
    let names: Vec<String> = dossier.delivered.iter().map(|one| one.name.to_string()).collect();
    match names.as_slice() {
        [one] => format!("volume {one}"),
        several => format!("volumes {}", list(several)),
    }
}

fn volume(dossier: &Dossier, one: &Delivered) -> Result<Passage, InstrumentError> {
    let read = verified(dossier, one)?;
    let name = ("volume", one.name.to_string());
    let made_of = &one.made_of;
    let text_only = read.text_only().unwrap_or(0);
    let mut passage = Passage::default()
        .say("heading", &[name])
        .say("numbers", &[("numbers", numbers(read))])
        .say("records", &[("records", count(read.rows, "record"))])
        .say(
            "made_of",
            &[
                ("emails", count(made_of.emails, "e-mail message")),
                ("chats", count(made_of.chats, "chat record")),
                ("attachments", count(made_of.attachments, "attachment")),
                ("loose", count(made_of.loose, "loose file")),
            ],
        )
        .say_if(made_of.sheets > 0, "sheets", &[("sheets", count(made_of.sheets, "numbered sheet"))])
        .say(
            "files",
            &[
                ("natives", count(read.natives, "native")),
                ("texts", count(read.texts, "text file")),
                ("images", count(one.images, "page image")),
            ],
        )
        .say("zone", &[("zone", one.zone.clone())])
        .say("manifest", &[("manifest", read.manifest_sha256.to_string())])
        .say(if one.encrypted { "encrypted" } else { "not_encrypted" }, &[])
        .say_if(text_only > 0, "text_only", &[("text_only", documents(text_only))])
        .say("fields", &[("fields", one.fields.join(", "))]);
    if let Some(legend) = &one.legend {
        passage = passage.say("legend", &[("legend", legend.clone())]);
    }
    match one.deliveries.last() {
        Some((day, to, means)) => {
            passage = passage.say("medium", &[("medium", format!("{means}, to {to} on {day}"))]);
        }
        None => passage = passage.say("medium_blank", &[]),
    }
    let replaced = one.replaces.len() as u64;
    passage = passage.say_if(replaced > 0, "replaces", &[("replaced", documents(replaced))]);
    passage = passage.table("archives", archives(one));
    let row =
        |(name, documents, numbers): (&str, u64, String)| vec![name.to_owned(), number(documents), numbers];
    let custodians = one.custodians.iter().map(|(name, n, runs)| row((name, *n, ranges(runs))));
    passage = passage.say("custodians_before", &[]).table("custodians", custodians.collect());
    if !one.items.is_empty() {
        let items = one.items.iter().map(|(item, n, runs)| row((item.as_str(), *n, ranges(runs))));
        passage = passage.say("items_before", &[]).table("items", items.collect());
    }
    Ok(passage)
}

fn archives(one: &Delivered) -> Vec<Vec<String>> {
    one.archives.iter().map(|(name, digest)| vec![name.clone(), digest.to_string()]).collect()
}

/// What the volumes do not answer, said with what is known; and what counsel has to look at.
fn answers(dossier: &Dossier) -> (Passage, Vec<String>) {
    let facts = &dossier.facts;
    let standing = Standing::of(facts);
    let mut questions = Vec::new();
    let mut passage = Passage::default().say("heading", &[]);
    for item in &facts.items {
        let name = ("item", item.id.to_string());
        if item.is_nil() {
            let backed = not_backed(item, facts).is_empty();
            passage = passage.say(if backed { "nil" } else { "not_backed" }, &[name]);
        } else if !dossier
            .delivered
            .iter()
            .any(|one| one.items.iter().any(|(id, n, _)| *id == item.id && *n > 0))
        {
            passage = passage.say("not_here", &[name]);
        }
    }
    for open in &standing.open {
        passage = match open {
            Open::NotAnswered { item, kind } => {
                passage.say("not_answered", &[("item", item.to_string()), ("kind", (*kind).to_owned())])
            }
            Open::Pending { documents: n } => passage.say("pending", &[("pending", documents(*n))]),
            Open::Queue { item, documents: n } => {
                passage.say("queue", &[("item", item.to_string()), ("documents", documents(*n))])
            }
            Open::Moved { what } => passage.say("moved", &[("what", (*what).to_owned())]),
            Open::Unread { files } => passage.say("unread", &[("files", count(*files, "file"))]),
            Open::PopulationNotFrozen
            | Open::AddedLate { .. }
            | Open::Unsealed { .. }
            | Open::Unverified { .. }
            | Open::Failed { .. }
            | Open::NotProduced { .. } => {
                questions.push(format!(
                    "Something of the request is open that this letter does not carry: {open:?}"
                ));
                passage
            }
        };
    }
    let withheld = facts.population.as_ref().map_or(0, |one| one.decisions.withheld);
    passage = passage.say_if(withheld > 0, "withheld", &[("withheld", documents(withheld))]);
    let gaps = facts.gaps.iter().filter(|gap| is_scheduled(gap, facts)).count() as u64;
    passage = match gaps {
        0 => passage.say("no_gaps", &[]),
        gaps => passage.say("gaps", &[("gaps", count(gaps, "candidate or confirmed gap"))]),
    };
    if gaps > 0 && !dossier.earlier.iter().any(|earlier| earlier.gaps.is_some()) {
        questions.push(
            "The letter refers to gaps, and no completeness certification that lists them is issued (duces certify)."
                .to_owned(),
        );
    }
    (passage, questions)
}

/// The letter that carries the password. The record never holds the password: the signer writes it.
///
/// # Errors
/// [`InstrumentError::Refused`] where no volume is encrypted.
pub fn password(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    require_volumes(Kind::Password, dossier)?;
    let encrypted: Vec<Delivered> = dossier.delivered.iter().filter(|one| one.encrypted).cloned().collect();
    if encrypted.is_empty() {
        return Err(InstrumentError::Refused {
            what: "there is no password to send".to_owned(),
            missing: vec![format!("the archives of {} are not encrypted", volumes(dossier))],
        });
    }
    let dossier = Dossier { delivered: encrypted, ..dossier.clone() };
    let mut sheet = about_request(Kind::Password, "Password of Encrypted Archives", &dossier, taken)?;
    letter_head(&mut sheet, &dossier, &[]);
    let opening = Passage::default().say("password", &[("volumes", volumes(&dossier))]).say("apart", &[]);
    sheet.put("opening", opening);
    for one in &dossier.delivered {
        let passage = Passage::default()
            .say("heading", &[("volume", one.name.to_string())])
            .table("archives", archives(one))
            .all(&["method", "password"]);
        sheet.put("volume", passage);
    }
    signature(&mut sheet);
    Ok(sheet)
}

/// The request for confidential treatment under the SEC's rule 83 (I-8).
///
/// # Errors
/// [`InstrumentError::Refused`] where the request is not the SEC's, or where a volume does not carry the legend that the
/// rule asks for.
pub fn rule_83(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    let legends = legends(Kind::Rule83, dossier)?;
    let mut sheet = about_request(Kind::Rule83, "FOIA Confidential Treatment Request", dossier, taken)?;
    letter_head(&mut sheet, dossier, &["address", "telephone"]);
    sheet.put("opening", Passage::default().all(&["asked", "notice", "copy"]));
    let passage = marked(dossier, &legends)?;
    sheet.put("volume", passage);
    sheet.put("grounds", Passage::default().all(&["heading", "note", "blank"]));
    signature(&mut sheet);
    Ok(sheet)
}

/// The copy of that request for the FOIA office: of the request, and not of the records.
///
/// # Errors
/// As [`rule_83`].
pub fn foia_copy(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    let legends = legends(Kind::FoiaCopy, dossier)?;
    let title = "FOIA Confidential Treatment Request: Copy for the FOIA Office";
    let mut sheet = about_request(Kind::FoiaCopy, title, dossier, taken)?;
    letter_head(&mut sheet, dossier, &["address", "telephone"]);
    sheet.put("opening", Passage::default().all(&["copy", "no_records"]));
    let passage = marked(dossier, &legends)?;
    sheet.put("volume", passage);
    signature(&mut sheet);
    Ok(sheet)
}

fn marked(dossier: &Dossier, legends: &[String]) -> Result<Passage, InstrumentError> {
    let mut rows = Vec::new();
    for (one, legend) in dossier.delivered.iter().zip(legends) {
        let read = verified(dossier, one)?;
        rows.push(vec![one.name.to_string(), numbers(read), number(read.rows), legend.clone()]);
    }
    let mut each = legends.to_vec();
    each.dedup();
    Ok(Passage::default().table("table", rows).say("legend", &[("legend", list(&each))]))
}

/// The legend of each volume.
fn legends(kind: Kind, dossier: &Dossier) -> Result<Vec<String>, InstrumentError> {
    require_volumes(kind, dossier)?;
    let request = &dossier.facts.request;
    let mut missing = Vec::new();
    if request.authority != "SEC" {
        missing.push(format!(
            "17 CFR 200.83 is a rule of the SEC, and request {} is of {}",
            request.id, request.authority
        ));
    }
    let mut legends = Vec::new();
    for one in &dossier.delivered {
        match &one.legend {
            Some(legend) if legend.to_lowercase().contains(&LEGEND.to_lowercase()) => {
                legends.push(legend.clone())
            }
            Some(other) => {
                missing.push(format!("the pages of volume {} carry {other:?}, not {LEGEND:?} …", one.name))
            }
            None => missing.push(format!(
                "volume {} carries no legend: the rule asks for {LEGEND:?} with the name on each page",
                one.name
            )),
        }
    }
    if missing.is_empty() {
        return Ok(legends);
    }
    Err(InstrumentError::Refused { what: "confidential treatment cannot be requested".to_owned(), missing })
}
