//! Everything that is on record of one number.

use crate::dedup::{copies_of, delivered_of};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::{DateTime, NaiveDate, Utc};
use duces_ledger::{AuditRow, ClawbackRecord, IssuedNumber, NumberState, Replaced};
use duces_model::{BatesNumber, BatesRange, DocId, RedactedPlace, Redaction, RequestId, VolumeName};
use serde::Serialize;

/// Everything that is on record of one number.
#[derive(Debug, Serialize)]
pub struct NumberReport {
    /// The number.
    pub number: BatesNumber,
    /// Prefix of its series.
    pub series: String,
    /// Which number of the series it is, from 1.
    pub position: u64,
    /// `issued`, `reserved` or `voided`.
    pub state: &'static str,
    /// The volume for which it was set aside.
    pub volume: VolumeName,
    /// All numbers of that volume.
    pub volume_bates: BatesRange,
    /// The request that the volume answers.
    pub request: RequestId,
    /// When it was set aside.
    pub reserved_at: DateTime<Utc>,
    /// By whom.
    pub reserved_by: String,
    /// Why it is void; absent where it is not.
    pub voided: Option<VoidedNumber>,
    /// The document whose number it is; absent where its volume is not sealed.
    pub document: Option<Box<NumberDocument>>,
    /// What was done with its volume, its document or itself, by the audit trail, oldest first.
    pub acts: Vec<ActOnNumber>,
}

/// Why a number is void.
#[derive(Debug, Serialize)]
pub struct VoidedNumber {
    /// Why.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// The document whose number it is.
#[derive(Debug, Serialize)]
pub struct NumberDocument {
    /// Its identity.
    pub document: DocId,
    /// Its numbers in this volume.
    pub bates: BatesRange,
    /// Which of its pages has the number, from 1.
    pub page: u64,
    /// How many pages it has.
    pub pages: u64,
    /// What was decided of it when the volume was sealed.
    pub disposition: &'static str,
    /// When the volume was sealed.
    pub sealed_at: DateTime<Utc>,
    /// By whom.
    pub sealed_by: String,
    /// Where the volume was written, below the workspace.
    pub path: String,
    /// Its kind; absent where the ledger no longer knows the document.
    pub kind: Option<&'static str>,
    /// Its file name as written.
    pub file_name: Option<String>,
    /// When its nearest message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Where it is retained: archive, path, message.
    pub place: Option<String>,
    /// The custodian under whom it was delivered.
    pub custodian: String,
    /// All its custodians as delivered, those of the duplicates for which it stands among them.
    pub all_custodians: Vec<String>,
    /// All places as delivered, those of the duplicates for which it stands among them.
    pub all_paths: Vec<String>,
    /// The documents of the volume for which it stands: duplicates that were left out.
    pub stands_for: Vec<DocId>,
    /// Its family in this volume, in order, itself among them.
    pub family: Vec<FamilyMember>,
    /// The items of the request that it answers.
    pub items: Vec<ItemAnswered>,
    /// Every decision about it in the volume's population, oldest first.
    pub decided: Vec<DecisionStep>,
    /// What of it was covered in this volume, in the order of the sheet; empty where it is not redacted.
    pub redactions: Vec<RedactionTold>,
    /// The newest verification of the volume.
    pub verified: Option<LastVerification>,
    /// Certificates of the request that were issued since the volume was sealed.
    pub certificates: Vec<CertificateOfVolume>,
    /// Its numbers in other volumes.
    pub elsewhere: Vec<NumberElsewhere>,
    /// The later volumes that replace it.
    pub replaced_by: Vec<ReplacedNumbers>,
    /// The numbers of earlier volumes that it replaces.
    pub replaces: Vec<ReplacedNumbers>,
    /// The claw-backs that name it.
    pub clawed_back: Vec<ClawedBack>,
}

/// A member of the family in the volume.
#[derive(Debug, Serialize)]
pub struct FamilyMember {
    /// Which document.
    pub document: DocId,
    /// Its numbers; absent where it takes none.
    pub bates: Option<BatesRange>,
    /// What was decided of it when the volume was sealed.
    pub disposition: &'static str,
    /// Whether it is the root of the family.
    pub root: bool,
}

/// An item of the request that it answers.
#[derive(Debug, Serialize)]
pub struct ItemAnswered {
    /// Number of the item.
    pub item: String,
    /// Why it is in the item's population: `hit`, `family` or `cannot-tell`.
    pub why: &'static str,
}

/// A decision about the document.
#[derive(Debug, Serialize)]
pub struct DecisionStep {
    /// What was decided.
    pub disposition: &'static str,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// The note that came with it.
    pub note: String,
}

/// Something that was covered.
#[derive(Debug, Serialize)]
pub struct RedactionTold {
    /// Where, in words.
    pub place: String,
    /// Why, as it is printed in the box.
    pub reason: String,
    /// Who decided it.
    pub by: String,
}

/// A verification of the volume.
#[derive(Debug, Serialize)]
pub struct LastVerification {
    /// Whether it passed.
    pub passed: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A certificate that speaks of the volume.
#[derive(Debug, Serialize)]
pub struct CertificateOfVolume {
    /// Its number in the ledger.
    pub certificate: i64,
    /// Its title.
    pub title: String,
    /// Whether it is about this volume, rather than about another one of the request.
    pub about_this_volume: bool,
    /// When it was issued.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Digest of its PDF.
    pub pdf_sha256: String,
}

/// Its numbers in another volume.
#[derive(Debug, Serialize)]
pub struct NumberElsewhere {
    /// Which volume.
    pub volume: VolumeName,
    /// Its numbers there.
    pub bates: BatesRange,
}

/// Numbers that were replaced, or that replace.
#[derive(Debug, Serialize)]
pub struct ReplacedNumbers {
    /// In which volume the others stand.
    pub volume: VolumeName,
    /// The other numbers.
    pub bates: BatesRange,
    /// Why they were replaced.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A claw-back that names it.
#[derive(Debug, Serialize)]
pub struct ClawedBack {
    /// Number of the claw-back.
    pub clawback: i64,
    /// The privilege or protection claimed.
    pub basis: String,
    /// The day on which it went out.
    pub disclosed_on: NaiveDate,
    /// The day on which somebody saw that.
    pub discovered_on: NaiveDate,
    /// How it came about.
    pub why: String,
    /// Of whom its return or sequestration was requested.
    pub notices: Vec<NoticeGiven>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A notice of a claw-back.
#[derive(Debug, Serialize)]
pub struct NoticeGiven {
    /// The day.
    pub on: NaiveDate,
    /// To whom.
    pub to: String,
}

/// Something that was done, by the audit trail.
#[derive(Debug, Serialize)]
pub struct ActOnNumber {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What.
    pub action: String,
}

impl Workspace {
    /// Everything that is on record of a number. Which legal bar keeps a document back is not told.
    ///
    /// # Errors
    /// A number that was never set aside.
    pub fn explain_number(&self, number: &BatesNumber) -> Result<NumberReport, WorkspaceError> {
        let Some(record) = self.ledger.number(number)? else {
            return Err(WorkspaceError::Unknown {
                what: "number",
                name: number.to_string(),
                known: self.known_series()?,
            });
        };
        let (state, voided, document) = match record.state {
            NumberState::Reserved => ("reserved", None, None),
            NumberState::Voided { reason, at, by } => {
                ("voided", Some(VoidedNumber { why: reason, at, by }), None)
            }
            NumberState::Issued(issued) => {
                let told = self.number_document(number, &record.volume, &record.request, *issued)?;
                ("issued", None, Some(Box::new(told)))
            }
        };
        let subject = document.as_ref().map(|told| told.document.to_string());
        let names = |row: &AuditRow| {
            let detail = row.detail.to_string();
            row.detail["volume"].as_str() == Some(record.volume.as_str())
                || subject.as_ref().is_some_and(|id| detail.contains(id.as_str()))
                || detail.contains(&format!("\"{number}\""))
        };
        let acts = self.ledger.audit_rows()?.into_iter().filter(names);
        Ok(NumberReport {
            number: number.clone(),
            series: number.prefix().to_string(),
            position: number.position(),
            state,
            volume_bates: record.range,
            request: record.request,
            reserved_at: record.reserved_at,
            reserved_by: record.reserved_by,
            voided,
            document,
            acts: acts.map(|row| ActOnNumber { at: row.at, by: row.by, action: row.action }).collect(),
            volume: record.volume,
        })
    }

    fn number_document(
        &self,
        number: &BatesNumber,
        volume: &VolumeName,
        request: &RequestId,
        issued: IssuedNumber,
    ) -> Result<NumberDocument, WorkspaceError> {
        let id = issued.member.document;
        let row = self.ledger.document(&id)?;
        let sealed = self.sealed(volume)?;
        let described = self.described(&sealed)?;
        let covered = self.redactions_of_sealed(&sealed)?.1.remove(&id).unwrap_or_default();
        let redacted = issued.member.disposition.is_redacted();
        let custodian = described.of(&id).map(|(custodian, ..)| custodian.clone()).unwrap_or_default();
        let (all_custodians, all_paths) = delivered_of(&sealed, &described, id);
        let bates = match &issued.member.bates {
            Some(bates) => bates.clone(),
            None => BatesRange::starting_at(number.clone(), 1).map_err(duces_ledger::LedgerError::Bates)?,
        };
        let population = self.ledger.population_numbered(issued.population)?;
        let items = population.items.iter().filter_map(|item| {
            let (_, why) = item.members.iter().find(|(document, _)| *document == id)?;
            Some(ItemAnswered { item: item.item.to_string(), why: why.as_str() })
        });
        let decided = self.ledger.disposition_history(issued.population, &id)?.into_iter();
        let certificates = self.ledger.certificates()?.into_iter();
        let numbers = self.ledger.numbers_of(&id)?.into_iter();
        let replacements = self.ledger.replacements()?;
        let here = |other: &VolumeName, range: &BatesRange| other == volume && *range == bates;
        Ok(NumberDocument {
            page: issued.page,
            pages: bates.pages(),
            disposition: issued.member.disposition.bucket(),
            sealed_at: issued.at,
            sealed_by: issued.by,
            path: issued.path,
            kind: row.as_ref().map(|row| row.kind.as_str()),
            file_name: row.as_ref().and_then(|row| row.file_name.clone()),
            sent_at: row.as_ref().and_then(|row| row.sent_at),
            place: row
                .as_ref()
                .map(|row| format!("{}:{}, message {}", row.archive, row.path, row.locator.ordinal + 1)),
            custodian,
            all_custodians: all_custodians.into_iter().collect(),
            all_paths: all_paths.into_iter().collect(),
            stands_for: copies_of(&sealed, id).collect(),
            family: issued
                .family
                .into_iter()
                .map(|member| FamilyMember {
                    document: member.document,
                    disposition: member.disposition.bucket(),
                    root: member.document == member.family,
                    bates: member.bates,
                })
                .collect(),
            items: items.collect(),
            decided: decided
                .map(|step| DecisionStep {
                    disposition: step.disposition.bucket(),
                    by: step.by,
                    at: step.at,
                    note: step.note,
                })
                .collect(),
            redactions: covered.iter().filter(|_| redacted).map(redaction).collect(),
            verified: self.ledger.last_verification(volume)?.map(|last| LastVerification {
                passed: last.passed,
                at: last.at,
                by: last.by,
            }),
            certificates: certificates
                .filter(|issue| issue.record.request == *request && issue.at >= issued.at)
                .map(|issue| CertificateOfVolume {
                    certificate: issue.key,
                    title: issue.record.title,
                    about_this_volume: issue.record.volume.as_ref() == Some(volume),
                    at: issue.at,
                    by: issue.by,
                    pdf_sha256: issue.record.pdf_sha256.to_string(),
                })
                .collect(),
            elsewhere: numbers
                .filter(|(other, _)| other != volume)
                .map(|(volume, bates)| NumberElsewhere { volume, bates })
                .collect(),
            replaced_by: replacements
                .iter()
                .filter(|one| here(&one.earlier.volume, &one.earlier.bates))
                .map(|one| replaced(one, &one.volume, &one.bates))
                .collect(),
            replaces: replacements
                .iter()
                .filter(|one| here(&one.volume, &one.bates))
                .map(|one| replaced(one, &one.earlier.volume, &one.earlier.bates))
                .collect(),
            clawed_back: self
                .ledger
                .clawbacks()?
                .into_iter()
                .filter(|record| record.clawback.documents.iter().any(|one| here(&one.volume, &one.bates)))
                .map(clawed_back)
                .collect(),
            document: id,
            bates,
        })
    }
}

fn replaced(one: &Replaced, volume: &VolumeName, bates: &BatesRange) -> ReplacedNumbers {
    ReplacedNumbers {
        volume: volume.clone(),
        bates: bates.clone(),
        why: one.why.clone(),
        at: one.at,
        by: one.by.clone(),
    }
}

fn redaction(one: &Redaction) -> RedactionTold {
    let place = match &one.place {
        RedactedPlace::Region { page, x, y, width, height } => {
            format!("page {page}, {width} by {height} points at {x}, {y}")
        }
        RedactedPlace::Range { field, start, end, .. } => {
            format!("{}, characters {start} to {end}", field.as_str())
        }
    };
    RedactionTold { place, reason: one.reason.clone(), by: one.by.clone() }
}

fn clawed_back(record: ClawbackRecord) -> ClawedBack {
    let notices = record.notices.into_iter();
    ClawedBack {
        clawback: record.key,
        basis: record.clawback.basis,
        disclosed_on: record.clawback.disclosed_on,
        discovered_on: record.clawback.discovered_on,
        why: record.clawback.why,
        notices: notices.map(|one| NoticeGiven { on: one.notified_on, to: one.recipient }).collect(),
        at: record.at,
        by: record.by,
    }
}
