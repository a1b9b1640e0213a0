//! Declarations that make records admissible: Federal Rules of Evidence 803(6), 902(11), 902(13) and 902(14).

use super::{Taken, about_request, declarant, documents, parties, require_volumes, verified, volumes_table};
use crate::error::InstrumentError;
use crate::facts::AnyItem;
use crate::form::dossier::Dossier;
use crate::form::{Kind, Passage, Sheet};
use crate::wording::{count, instant, number};

/// The declaration of the custodian of records (I-3).
///
/// # Errors
/// [`InstrumentError::Refused`] where no volume verifies; those of the check of the facts.
pub fn custodian(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    require_volumes(Kind::Custodian, dossier)?;
    let title = "Declaration of Custodian of Records";
    let mut sheet = about_request(Kind::Custodian, title, dossier, taken)?;
    parties(&mut sheet, dossier);
    let sheets: u64 = dossier.delivered.iter().map(|one| one.made_of.sheets).sum();
    let converted = converted(dossier);
    let redacted: u64 = dossier.delivered.iter().map(|one| one.made_of.redacted).sum();
    let by_hand = added(dossier);
    let front = Passage::default()
        .say("purpose", &[])
        .say_if(sheets > 0, "sheets", &[("sheets", count(sheets, "numbered sheet"))])
        .say_if(redacted > 0, "redacted", &[("redacted", documents(redacted))])
        .say_if(converted > 0, "converted", &[("converted", count(converted, "native"))])
        .say_if(by_hand > 0, "by_hand", &[("by_hand", count(by_hand, "file"))]);
    sheet.put("front", front);
    volumes_table(&mut sheet, dossier, |at| instant(at, taken.zone))?;
    let affirmations = ["custodian", "qualified", "made", "kept", "regular", "copies"];
    declarant(&mut sheet, &affirmations, true);
    Ok(sheet)
}

/// The certificate of the system (I-4).
///
/// # Errors
/// As [`custodian`].
pub fn system(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    require_volumes(Kind::System, dossier)?;
    let title = "Certification of an Electronic Process";
    let mut sheet = about_request(Kind::System, title, dossier, taken)?;
    parties(&mut sheet, dossier);
    sheet.put("front", Passage::default().say("purpose", &[]));
    volumes_table(&mut sheet, dossier, |at| instant(at, taken.zone))?;
    let archive = &dossier.facts.archive;
    let unread = archive.unread.iter().filter(|file| !file.by_rule).count() as u64;
    let unsupported = archive.unsupported.len() as u64;
    let containers = ("containers", count(archive.containers, "file"));
    let process = Passage::default()
        .say("heading", &[])
        .say("version", &[("version", dossier.facts.tool_version.clone())])
        .say(
            "read",
            &[
                containers.clone(),
                ("found", number(archive.found)),
                ("parsed", number(archive.parsed)),
                ("defective", number(archive.defective)),
            ],
        )
        .say("twice", &[("twice", number(archive.counted_twice)), containers])
        .say(
            "documents",
            &[
                ("documents", documents(archive.documents)),
                ("indexed", number(archive.indexed)),
                ("unsearchable", number(archive.unsearchable)),
            ],
        )
        .all(&["three", "written", "verified"])
        .say_if(unread > 0, "unread", &[("unread", count(unread, "file"))])
        .say_if(unsupported > 0, "unsupported", &[("unsupported", count(unsupported, "container"))]);
    sheet.put("process", process);
    declarant(&mut sheet, &["operator", "order", "accurate"], true);
    Ok(sheet)
}

/// The certificate of copies by their digests (I-5).
///
/// # Errors
/// As [`custodian`]; [`InstrumentError::Unexplained`] where the natives listed are not those that were read back.
pub fn copies(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    require_volumes(Kind::Copies, dossier)?;
    let title = "Certification of Copies by Digital Identification";
    let mut sheet = about_request(Kind::Copies, title, dossier, taken)?;
    parties(&mut sheet, dossier);
    sheet.put("front", Passage::default().say("purpose", &[]));
    volumes_table(&mut sheet, dossier, |at| instant(at, taken.zone))?;
    let (mut natives, mut not_opened, mut at) = (0, 0, None);
    let mut rows = Vec::new();
    for one in &dossier.delivered {
        let volume = verified(dossier, one)?;
        let listed = [("listed", one.copies.len() as u64)];
        let subject = format!("volume {}, natives", one.name);
        duces_model::accounting::check_sum(&subject, ("read back", volume.natives), &listed)?;
        natives += volume.natives;
        not_opened += volume.natives_not_opened;
        at = Some(volume.verified_at);
        rows.extend(one.copies.iter().map(|copy| {
            let how = copy.conversion.clone().unwrap_or_else(|| "as retained".to_owned());
            vec![copy.number.clone(), copy.sha256.to_string(), how]
        }));
    }
    let converted = converted(dossier);
    let sheets: u64 = dossier.delivered.iter().map(|one| one.made_of.sheets).sum();
    let at = at.map_or_else(String::new, |at| instant(at, taken.zone));
    let same = Passage::default()
        .say("heading", &[])
        .say("same", &[("natives", count(natives, "native")), ("verified_at", at)])
        .say("algorithm", &[("version", dossier.facts.tool_version.clone())])
        .say_if(converted > 0, "converted", &[("converted", count(converted, "native"))])
        .say_if(sheets > 0, "sheets", &[("sheets", count(sheets, "numbered sheet"))])
        .say_if(not_opened > 0, "not_opened", &[("not_opened", count(not_opened, "native"))]);
    sheet.put("match", same);
    let listed = Passage::default().say("heading", &[]);
    let listed = if rows.is_empty() { listed.say("none", &[]) } else { listed.table("table", rows) };
    sheet.put("copies", listed);
    declarant(&mut sheet, &["qualified", "acquired", "compared"], true);
    Ok(sheet)
}

fn converted(dossier: &Dossier) -> u64 {
    let all = dossier.delivered.iter().flat_map(|one| &one.copies);
    all.filter(|copy| copy.conversion.is_some()).count() as u64
}

/// Files that people added by hand and that are in the population.
fn added(dossier: &Dossier) -> u64 {
    let of = |item: AnyItem<'_>| match item {
        AnyItem::Searched(item) => item.added.iter().filter(|file| file.taken_in > 0).count(),
        AnyItem::Beside(item) => item.added.iter().filter(|file| file.taken_in > 0).count(),
    };
    dossier.facts.all_items().into_iter().map(of).sum::<usize>() as u64
}
