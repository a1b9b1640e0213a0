//! A letter, declaration or report of the past: its stored bytes, and what comes of making it again.

use super::{folder, named};
use crate::certify::{Issued, Remade, refuse_several};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::{DateTime, NaiveDate, Utc};
use duces_instruments::form::{Kind, SheetFile, make};
use duces_ledger::IssuedInstrument;
use duces_model::Sha256;
use duces_model::window::day_of;
use serde::Serialize;
use std::path::PathBuf;

/// An instrument of the past, as it was issued.
#[derive(Debug, Serialize)]
pub struct StoredInstrument {
    /// Its number among the instruments of the ledger.
    pub instrument: i64,
    /// Which kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom.
    pub issued_by: String,
    /// Where its bytes now lie.
    pub pdf: PathBuf,
    /// Digest of the document.
    pub pdf_sha256: Sha256,
    /// Where the same to be edited now lies.
    pub docx: PathBuf,
    /// Where its facts now lie.
    pub json: PathBuf,
    /// Digest of the facts, as printed on it.
    pub facts_sha256: Sha256,
    /// PDF, DOCX and JSON made again by this version, of the kept facts and the kept wording.
    pub remade: [Remade; 3],
    /// Why it comes out otherwise; empty where it does not.
    pub because: Vec<String>,
}

impl Workspace {
    /// Returns the stored bytes of the newest instrument of a kind issued up to the end of a day, or of that number among
    /// these, and makes it again from what the ledger kept. Drafts are not issued.
    ///
    /// # Errors
    /// Where there is none; where several were issued on that very day and none is named, each with its number; where the
    /// ledger no longer holds its bytes.
    pub fn instrument_as_known_on(
        &self,
        kind: Kind,
        about: &[String],
        day: NaiveDate,
        number: Option<i64>,
    ) -> Result<StoredInstrument, WorkspaceError> {
        let zone = self.config.firm.zone;
        let of = about.join(" ");
        let mut all = Vec::new();
        for issued in self.ledger.instruments()? {
            if issued.record.kind != kind.as_str() || issued.record.draft {
                continue;
            }
            let sheet = self.stored_sheet(&issued)?;
            let request = sheet.sheet.about.request.iter().map(ToString::to_string);
            if named(&sheet.sheet) == about || request.eq(about.iter().cloned()) {
                all.push((issued, sheet));
            }
        }
        let days: Vec<String> = all.iter().map(|(issued, _)| day_of(issued.at, zone).to_string()).collect();
        all.retain(|(issued, _)| day_of(issued.at, zone) <= day);
        if let Some(number) = number {
            let known = all.iter().map(|(issued, _)| issued.key.to_string()).collect();
            all.retain(|(issued, _)| issued.key == number);
            if all.is_empty() {
                let what = "instrument up to that day";
                return Err(WorkspaceError::Unknown { what, name: number.to_string(), known });
            }
        } else {
            let command = if kind.is_letter() { "letter" } else { "certify" };
            let command = format!("duces {command} {kind} {of} --as-known-on {day} --number");
            let each = all.iter().map(|(issued, _)| Issued {
                key: issued.key,
                at: issued.at,
                by: &issued.by,
                title: &issued.record.title,
            });
            let each: Vec<Issued<'_>> = each.collect();
            refuse_several(&format!("instrument ({kind} of {of})"), day, &each, zone, &command)?;
        }
        let Some((issued, sheet)) = all.pop() else {
            return Err(WorkspaceError::TooEarly {
                missing: format!("no {kind} of {of} was issued up to {day}"),
                hint: match days.as_slice() {
                    [] => "none was issued at all".to_owned(),
                    days => format!("issued on {}", days.join(", ")),
                },
            });
        };
        self.give_out(kind, day, issued, &sheet)
    }

    fn give_out(
        &self,
        kind: Kind,
        day: NaiveDate,
        issued: IssuedInstrument,
        sheet: &SheetFile,
    ) -> Result<StoredInstrument, WorkspaceError> {
        let kept = |digest: &Sha256| {
            self.bytes_if_whole(digest)?.ok_or_else(|| WorkspaceError::Refused {
                what: format!("instrument {} cannot be given out", issued.key),
                reasons: vec![format!(
                    "the ledger no longer holds its bytes, of which the digest is {digest}"
                )],
                hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
            })
        };
        let record = &issued.record;
        let bytes = [kept(&record.pdf_sha256)?, kept(&record.docx_sha256)?, kept(&record.json_sha256)?];
        let (remade, because) = self.make_again(&issued, sheet, &bytes);
        let put = |at: usize, ending: &str| {
            let name = format!("as-known-on-{day}-{kind}-{}.{ending}", issued.key);
            self.put_out(folder(kind, false), &name, &bytes[at])
        };
        Ok(StoredInstrument {
            instrument: issued.key,
            kind,
            pdf: put(0, "pdf")?,
            docx: put(1, "docx")?,
            json: put(2, "json")?,
            pdf_sha256: record.pdf_sha256,
            facts_sha256: record.facts_sha256,
            title: issued.record.title,
            issued_at: issued.at,
            issued_by: issued.by,
            remade,
            because,
        })
    }

    /// Sets the kept facts anew with the kept wording.
    fn make_again(
        &self,
        issued: &IssuedInstrument,
        sheet: &SheetFile,
        bytes: &[Vec<u8>; 3],
    ) -> ([Remade; 3], Vec<String>) {
        let made = self
            .stored_wording(issued, sheet.sheet.instrument)
            .and_then(|wording| Ok(make(&wording, &sheet.sheet)?));
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                let why = format!("this version does not set these facts with the kept wording: {error}");
                return ([Remade::NotMade; 3], vec![why]);
            }
        };
        let same = |same: bool| if same { Remade::Identical } else { Remade::Differs };
        let [pdf, docx, json] = bytes;
        let remade = [same(made.pdf == *pdf), same(made.docx == *docx), same(made.json == *json)];
        let (then, this) = (&sheet.sheet.tool_version, env!("CARGO_PKG_VERSION"));
        let because = match remade == [Remade::Identical; 3] {
            true => Vec::new(),
            false if then != this => vec![format!("it was made by Duces {then}; this is {this}")],
            false => vec!["the program differs within its version".to_owned()],
        };
        (remade, because)
    }
}
