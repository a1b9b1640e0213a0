//! Claw-backs: what went out and should not have.
//!
//! The record holds what Federal Rule of Evidence 502(b) turns on. Nobody can be made to return anything by a
//! program: the list names what return or sequestration is *requested* of. The old entries stay.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::produce::{LastSealed, ReplaceTarget};
use crate::sheet::Sheet;
use chrono::NaiveDate;
use duces_ledger::{Clawback, ClawbackRecord, EarlierNumbers, Replaced};
use duces_model::{BatesRange, Disposition, DocId, LegalBar, RequestId, VolumeName};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a person says of a claw-back.
#[derive(Debug, Clone)]
pub struct ClawbackOptions {
    /// The request.
    pub request: RequestId,
    /// What is clawed back.
    pub documents: Vec<ReplaceTarget>,
    /// The privilege claimed, for example `attorney-client`; absent where the law bars production otherwise.
    pub privilege: Option<String>,
    /// The day on which it went out.
    pub disclosed_on: NaiveDate,
    /// The day on which somebody saw that.
    pub discovered_on: NaiveDate,
    /// What had been done to prevent it.
    pub steps: String,
    /// How it came about.
    pub why: String,
}

/// A claw-back on record.
#[derive(Debug, Serialize)]
pub struct ClawbackReport {
    /// Its number.
    pub clawback: i64,
    /// The request.
    pub request: RequestId,
    /// What is clawed back.
    pub documents: Vec<ClawedBackDocument>,
    /// The privilege or protection claimed.
    pub basis: String,
    /// The day on which it went out.
    pub disclosed_on: NaiveDate,
    /// The day on which somebody saw that.
    pub discovered_on: NaiveDate,
    /// What had been done to prevent it.
    pub steps: String,
    /// How it came about.
    pub why: String,
    /// Of whom return or sequestration was requested, and when.
    pub notices: Vec<(NaiveDate, String)>,
    /// The list of what return or sequestration is requested of; absent where it was not written by this command.
    pub list: Option<PathBuf>,
    /// Documents that are decided to be withheld by this command.
    pub decided: u64,
}

/// A document that is clawed back.
#[derive(Debug, Serialize)]
pub struct ClawedBackDocument {
    /// Which document.
    pub document: DocId,
    /// The volume in which it went out.
    pub volume: VolumeName,
    /// Its numbers there.
    pub bates: BatesRange,
    /// Its numbers in the volume that replaces it; absent where none does yet.
    pub replaced_by: Option<(VolumeName, BatesRange)>,
}

const HEADS: [&str; 7] = [
    "volume",
    "first number",
    "last number",
    "pages",
    "requested",
    "replacement volume",
    "replacement first number",
];

/// The claim of a claw-back that is not a privilege. Which bar it is stands nowhere.
const BARRED: &str = "barred by law";

impl Workspace {
    /// Records a claw-back, decides its documents to be withheld, and writes the list of what return or sequestration is
    /// requested of.
    ///
    /// # Errors
    /// Numbers that are in no sealed volume of the request, days that cannot be, words that are missing.
    pub fn claw_back(
        &mut self,
        options: &ClawbackOptions,
        actor: &Actor,
    ) -> Result<ClawbackReport, WorkspaceError> {
        let last = self.last_sealed(&options.request)?;
        let named = self.targeted(&options.request, &options.documents, &last)?;
        let mut documents: Vec<EarlierNumbers> =
            named.iter().filter_map(|document| last.get(document)).map(|one| one.numbers.clone()).collect();
        documents.sort_by_key(|one| (one.volume.clone(), one.bates.first().position()));
        let basis = options.privilege.clone().unwrap_or_else(|| BARRED.to_owned());
        let clawback = Clawback {
            request: options.request.clone(),
            documents,
            basis,
            disclosed_on: options.disclosed_on,
            discovered_on: options.discovered_on,
            steps: options.steps.clone(),
            why: options.why.clone(),
        };
        let key = self.ledger.claw_back(&actor.act(), &clawback)?;
        let decided = self.withhold_clawed_back(key, options, &clawback, actor)?;
        let mut report = self.clawback_numbered(key)?;
        report.decided = decided;
        report.list = Some(self.write_clawback_list(&report, &last)?);
        Ok(report)
    }

    /// Records that return or sequestration was requested of somebody.
    ///
    /// # Errors
    /// No such claw-back, a day before the discovery, no recipient.
    pub fn clawback_notice(
        &mut self,
        clawback: i64,
        notified_on: NaiveDate,
        recipient: &str,
        actor: &Actor,
    ) -> Result<ClawbackReport, WorkspaceError> {
        self.ledger.clawback_notice(&actor.act(), clawback, notified_on, recipient)?;
        self.clawback_numbered(clawback)
    }

    /// The claw-backs of a request, oldest first.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn clawbacks(&self, request: &RequestId) -> Result<Vec<ClawbackReport>, WorkspaceError> {
        let replaced = self.ledger.replacements()?;
        let records = self.ledger.clawbacks()?.into_iter();
        Ok(records
            .filter(|record| record.clawback.request == *request)
            .map(|record| report(record, &replaced))
            .collect())
    }

    fn clawback_numbered(&self, key: i64) -> Result<ClawbackReport, WorkspaceError> {
        let replaced = self.ledger.replacements()?;
        let mut records = self.ledger.clawbacks()?;
        let known = records.iter().map(|record| record.key.to_string()).collect();
        let at = records.iter().position(|record| record.key == key).ok_or(WorkspaceError::Unknown {
            what: "claw-back",
            name: key.to_string(),
            known,
        })?;
        Ok(report(records.swap_remove(at), &replaced))
    }

    /// What is clawed back is withheld from now on; a decision that withholds it already stays as it is.
    fn withhold_clawed_back(
        &mut self,
        key: i64,
        options: &ClawbackOptions,
        clawback: &Clawback,
        actor: &Actor,
    ) -> Result<u64, WorkspaceError> {
        let population = self.population(&options.request)?;
        let decided: BTreeMap<DocId, Disposition> = self
            .ledger
            .dispositions(population.key)?
            .into_iter()
            .map(|row| (row.document, row.disposition))
            .collect();
        let by = actor.name.clone();
        let withheld = match &options.privilege {
            Some(privilege) => Disposition::WithholdPrivilege { privilege: privilege.clone(), by },
            None => Disposition::WithholdLegalBar { bar: LegalBar::Other, by },
        };
        let open = |document: &DocId| decided.get(document).is_some_and(|now| !now.bars_content());
        let decisions: Vec<_> = clawback
            .documents
            .iter()
            .filter(|one| open(&one.document))
            .map(|one| (one.document, withheld.clone(), format!("clawed back, no. {key}")))
            .collect();
        if !decisions.is_empty() {
            self.ledger.set_dispositions(&actor.act(), population.key, &decisions)?;
        }
        Ok(decisions.len() as u64)
    }

    /// With each document go the natives of its ancestors, which hold it.
    fn write_clawback_list(
        &self,
        report: &ClawbackReport,
        last: &BTreeMap<DocId, LastSealed>,
    ) -> Result<PathBuf, WorkspaceError> {
        let mut sheet = Sheet::new(&HEADS);
        for one in &report.documents {
            let mut above = self.ledger.document(&one.document)?.and_then(|row| row.parent);
            while let Some(holder) = above {
                if let Some(holder) = last.get(&holder).filter(|holder| holder.numbers.volume == one.volume) {
                    let bates = &holder.numbers.bates;
                    sheet.row([
                        one.volume.to_string(),
                        bates.first().to_string(),
                        bates.last().to_string(),
                        bates.pages().to_string(),
                        format!(
                            "return, sequestration or destruction of its native, which holds {}",
                            one.bates.first()
                        ),
                        String::new(),
                        String::new(),
                    ]);
                }
                above = self.ledger.document(&holder)?.and_then(|row| row.parent);
            }
            let (volume, first) =
                one.replaced_by.as_ref().map_or_else(Default::default, |(volume, bates)| {
                    (volume.to_string(), bates.first().to_string())
                });
            sheet.row([
                one.volume.to_string(),
                one.bates.first().to_string(),
                one.bates.last().to_string(),
                one.bates.pages().to_string(),
                "return, sequestration or destruction of this document and every copy".to_owned(),
                volume,
                first,
            ]);
        }
        let path =
            self.root.join("drafts").join(format!("clawback-{}-{}.csv", report.request, report.clawback));
        files::create(&path, &sheet.into_bytes())?;
        Ok(path)
    }
}

fn report(record: ClawbackRecord, replaced: &[Replaced]) -> ClawbackReport {
    let Clawback { request, documents, basis, disclosed_on, discovered_on, steps, why } = record.clawback;
    let documents = documents.into_iter().map(|one| ClawedBackDocument {
        replaced_by: replaced
            .iter()
            .rfind(|later| later.earlier == one)
            .map(|later| (later.volume.clone(), later.bates.clone())),
        document: one.document,
        volume: one.volume,
        bates: one.bates,
    });
    ClawbackReport {
        clawback: record.key,
        request,
        documents: documents.collect(),
        basis,
        disclosed_on,
        discovered_on,
        steps,
        why,
        notices: record.notices.into_iter().map(|one| (one.notified_on, one.recipient)).collect(),
        list: None,
        decided: 0,
    }
}
