//! From the record to a sheet: which statements stand, with which figures, for each instrument.
//!
//! What a sentence cannot be carried by is an error that says what is missing; what the reader would need to know
//! stands where the record has it.

mod declarations;
mod gaps;
mod letters;
mod notices;
mod reports;

pub use declarations::{copies, custodian, system};
pub use gaps::{RequestsOnRecord, gap_certification, issue_summary};
pub use letters::{foia_copy, password, rule_83, transmittal};
pub use notices::{claw_back, supplement};
pub use reports::{nil, scope};

use super::dossier::{Delivered, Dossier};
use super::{About, Facts, Kind, Passage, SHEET_FORMAT, Sheet};
use crate::check::check;
use crate::error::InstrumentError;
use crate::facts::{FirmFacts, NumberRange, VerifiedVolume, VolumeFacts};
use crate::standing::is_scheduled;
use crate::wording::{count, day, number};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// By whom, when and in which zone facts were taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The firm.
    pub firm: FirmFacts,
    /// When the facts were taken.
    pub as_known_at: DateTime<Utc>,
    /// The firm's zone.
    pub zone: Tz,
    /// Version of the program.
    pub tool_version: String,
    /// Whether a draft was asked for.
    pub draft: bool,
}

/// An empty sheet.
fn blank(kind: Kind, title: impl Into<String>, about: About, taken: &Taken) -> Sheet {
    let mut sheet = Sheet {
        format: SHEET_FORMAT,
        instrument: kind,
        title: title.into(),
        about,
        firm: taken.firm.clone(),
        as_known_at: taken.as_known_at,
        zone: taken.zone,
        tool_version: taken.tool_version.clone(),
        draft: taken.draft,
        questions: Vec::new(),
        common: Facts::new(),
        sections: BTreeMap::new(),
    };
    sheet.put("page", Passage::default().all(&["header", "footer"]));
    sheet
}

/// A sheet about a request. Its facts are checked first: sums that do not close are refused.
fn about_request(
    kind: Kind,
    title: impl Into<String>,
    dossier: &Dossier,
    taken: &Taken,
) -> Result<Sheet, InstrumentError> {
    check(&dossier.facts)?;
    for one in &dossier.delivered {
        let verified = verified(dossier, one)?;
        let parts = [
            ("e-mail messages", one.made_of.emails),
            ("chats", one.made_of.chats),
            ("attachments", one.made_of.attachments),
            ("loose files", one.made_of.loose),
            ("sheets", one.made_of.sheets),
        ];
        let subject = format!("volume {}", one.name);
        duces_model::accounting::check_sum(&subject, ("rows of the load file", verified.rows), &parts)?;
    }
    let request = &dossier.facts.request;
    let about = About {
        request: Some(request.id.clone()),
        volumes: dossier.delivered.iter().map(|one| one.name.clone()).collect(),
        gaps: scheduled(dossier),
        clawback: None,
    };
    let mut sheet = blank(kind, title, about, taken);
    let common = [
        ("authority", &request.authority),
        ("number", &request.number),
        ("request", &request.id.to_string()),
    ]
    .map(|(name, fact)| (name.to_owned(), fact.clone()));
    sheet.common.extend(common);
    Ok(sheet)
}

/// The candidate and confirmed gaps that touch an item: those that a text about the request counts.
fn scheduled(dossier: &Dossier) -> Vec<String> {
    let gaps = dossier.facts.gaps.iter().filter(|gap| is_scheduled(gap, &dossier.facts));
    gaps.map(|gap| gap.gap.id.clone()).collect()
}

/// What was read back of a volume. Nothing goes out of one that was not.
fn verified<'a>(dossier: &'a Dossier, one: &Delivered) -> Result<&'a VerifiedVolume, InstrumentError> {
    let found = dossier.facts.volumes.iter().find_map(|volume| match volume {
        VolumeFacts::Verified(verified) if verified.name == one.name => Some(verified),
        _ => None,
    });
    found.ok_or_else(|| InstrumentError::Refused {
        what: format!("nothing can be said of volume {}", one.name),
        missing: vec!["it was not read back from disk, or did not verify".to_owned()],
    })
}

/// Refuses where an instrument speaks of volumes and there is none that verifies.
fn require_volumes(kind: Kind, dossier: &Dossier) -> Result<(), InstrumentError> {
    if !dossier.delivered.is_empty() {
        return Ok(());
    }
    let mut missing: Vec<String> = dossier
        .facts
        .volumes
        .iter()
        .filter_map(|volume| match volume {
            VolumeFacts::Unsealed { name, .. } => Some(format!("volume {name} is not sealed")),
            VolumeFacts::Unverified { name, .. } => Some(format!("volume {name} does not verify")),
            VolumeFacts::Voided { name, .. } => Some(format!("volume {name} is void")),
            VolumeFacts::Verified(_) => None,
        })
        .collect();
    if missing.is_empty() {
        missing.push(format!("no volume was made in answer to request {}", dossier.facts.request.id));
    }
    Err(InstrumentError::Refused {
        what: format!("no {kind} can be made without a volume that is sealed and verifies"),
        missing,
    })
}

/// `ECP0000001 to ECP0000009; …`.
fn ranges(ranges: &[NumberRange]) -> String {
    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn numbers(volume: &VerifiedVolume) -> String {
    volume.numbers.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// The head of a letter: lines to be filled in, and what it answers.
fn letter_head(sheet: &mut Sheet, dossier: &Dossier, more: &[&str]) {
    let asked = asked(dossier);
    let head = Passage::default()
        .all(&["sender", "addressee", "date"])
        .all(more)
        .say("matter", &[("matter", dossier.facts.request.title.clone())])
        .say("asked", &[("asked", asked)]);
    sheet.put("head", head);
}

fn asked(dossier: &Dossier) -> String {
    let request = &dossier.facts.request;
    let received = day(request.received, "on a day that is not recorded");
    format!("{} {}, received {received}", request.authority, request.number)
}

fn signature(sheet: &mut Sheet) {
    sheet.put("closing", Passage::default());
    sheet.put("signature", Passage::default().all(&["heading", "name", "for_firm", "date", "signature"]));
}

fn parties(sheet: &mut Sheet, dossier: &Dossier) {
    let parties = Passage::default()
        .say("firm", &[])
        .say("asked", &[("asked", asked(dossier))])
        .say("matter", &[("matter", dossier.facts.request.title.clone())])
        .say("known", &[]);
    sheet.put("parties", parties);
}

/// Affirmations as choices, the declarant's block, and counsel's. A sentence of 28 U.S.C. 1746 stands only where the
/// request calls for one, or where the instrument is nothing without it.
fn declarant(sheet: &mut Sheet, affirmations: &[&str], penalty_of_perjury: bool) {
    sheet.put("affirmation", Passage::default().all(&["heading", "note"]).all(affirmations));
    let mut declaration = Passage::default().all(&["heading"]);
    if penalty_of_perjury {
        declaration = declaration.all(&["choose", "within", "outside"]);
    }
    sheet.put(
        "declaration",
        declaration.all(&["name", "position", "authority", "place", "date", "signature"]),
    );
    sheet.put("reviewer", Passage::default().all(&["heading", "note", "name", "date"]));
}

/// The table of volumes with their digests.
fn volumes_table(
    sheet: &mut Sheet,
    dossier: &Dossier,
    instant: impl Fn(DateTime<Utc>) -> String,
) -> Result<(), InstrumentError> {
    let mut rows = Vec::new();
    let mut at = None;
    for one in &dossier.delivered {
        let volume = verified(dossier, one)?;
        at = Some(volume.verified_at);
        rows.push(vec![
            one.name.to_string(),
            numbers(volume),
            number(volume.rows),
            number(volume.natives),
            format!("manifest {}\nload file {}", volume.manifest_sha256, volume.load_file_sha256),
        ]);
    }
    let at = at.map_or_else(String::new, instant);
    sheet.put(
        "volumes",
        Passage::default().say("heading", &[]).table("table", rows).say("meaning", &[("verified_at", at)]),
    );
    Ok(())
}

fn documents(n: u64) -> String {
    count(n, "document")
}
