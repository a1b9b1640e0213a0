//! What a workspace holds, and what waits for whom.

use crate::deadlines::Due;
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::select::buckets;
use chrono::NaiveDate;
use duces_ledger::{LedgerError, VolumeState};
use duces_model::{BatesRange, ContainerAccount, DocumentAccount, GapStatus, RequestId, VolumeName};
use serde::Serialize;
use std::collections::BTreeMap;

/// The state of a workspace.
#[derive(Debug, Serialize)]
pub struct StatusReport {
    /// The firm.
    pub firm: String,
    /// Identity of the index, where there is one.
    pub snapshot: Option<String>,
    /// Sum over all containers.
    pub containers: ContainerAccount,
    /// Sum over all documents.
    pub documents: DocumentAccount,
    /// Gaps by status.
    pub gaps: BTreeMap<&'static str, u64>,
    /// Requests with their state.
    pub requests: Vec<RequestStatus>,
    /// Volumes with their state.
    pub volumes: Vec<VolumeStatus>,
    /// What waits for a person, in plain words.
    pub waiting: Vec<String>,
}

/// The state of a request.
#[derive(Debug, Serialize)]
pub struct RequestStatus {
    /// The request.
    pub request: RequestId,
    /// When the answer is due, with what was granted since the letter.
    pub due: Option<Due>,
    /// Since when it is answered, as a person says.
    pub answered_on: Option<NaiveDate>,
    /// What is wrong with its file, where something is.
    pub mistakes: Option<String>,
    /// Documents in each disposition of the newest population, where one is frozen.
    pub dispositions: Option<BTreeMap<&'static str, u64>>,
    /// Certificates issued.
    pub certificates: u64,
}

/// The state of a volume.
#[derive(Debug, Serialize)]
pub struct VolumeStatus {
    /// The volume.
    pub volume: VolumeName,
    /// The request it answers.
    pub request: RequestId,
    /// Reserved, sealed or voided.
    pub state: String,
    /// Its numbers.
    pub bates: BatesRange,
    /// Whether its newest verification passed; absent where it was never verified.
    pub verified: Option<bool>,
}

impl Workspace {
    /// The state of the workspace.
    ///
    /// # Errors
    /// Where the ledger or the register cannot be read.
    pub fn status(&self, actor: &Actor) -> Result<StatusReport, WorkspaceError> {
        let today = actor.now.with_timezone(&self.config.firm.zone).date_naive();
        let mut waiting = Vec::new();
        let mut containers = ContainerAccount::default();
        self.ledger.each_container_account(|row| {
            row.account.check(&format!("{}:{}", row.archive, row.path)).map_err(LedgerError::from)?;
            containers.found += row.account.found;
            containers.parsed += row.account.parsed;
            containers.defective += row.account.defective;
            Ok::<_, LedgerError>(())
        })?;
        let documents = self.ledger.document_account()?;
        let mut gaps: BTreeMap<&'static str, u64> = BTreeMap::new();
        for row in self.counting_gaps()? {
            *gaps.entry(row.gap.status.as_str()).or_default() += 1;
        }
        if let Some(n) = gaps.get(GapStatus::Candidate.as_str()) {
            waiting.push(format!("{n} gap candidates wait for a person's word (duces gap list)"));
        }
        let requests = self.request_statuses(today, &mut waiting)?;
        let volumes = self.volume_statuses()?;
        Ok(StatusReport {
            firm: self.config.firm.name.clone(),
            snapshot: (documents.documents > 0)
                .then(|| self.snapshot_id())
                .transpose()?
                .map(|id| id.to_string()),
            containers,
            documents,
            gaps,
            requests,
            volumes,
            waiting,
        })
    }

    fn request_statuses(
        &self,
        today: NaiveDate,
        waiting: &mut Vec<String>,
    ) -> Result<Vec<RequestStatus>, WorkspaceError> {
        let register = self.register()?;
        let certificates = self.ledger.certificates()?;
        let mut statuses = Vec::new();
        for id in self.requests()? {
            let read = self.read_request(&id, &register);
            let in_time = self.request_in_time(&id, read.as_ref(), &register, today)?;
            let dispositions = match self.ledger.population(&id)? {
                None => None,
                Some(population) => {
                    let rows = self.ledger.dispositions(population.key)?;
                    Some(buckets(rows.iter().map(|row| &row.disposition)))
                }
            };
            let waits = in_time.waiting.iter();
            waiting.extend(waits.map(|one| format!("request {id}, {}: {}", one.who.as_str(), one.what)));
            statuses.push(RequestStatus {
                due: in_time.due,
                answered_on: in_time.answered_on,
                mistakes: in_time.mistakes,
                dispositions,
                certificates: certificates
                    .iter()
                    .filter(|certificate| certificate.record.request == id)
                    .count() as u64,
                request: id,
            });
        }
        Ok(statuses)
    }

    fn volume_statuses(&self) -> Result<Vec<VolumeStatus>, WorkspaceError> {
        let mut statuses = Vec::new();
        for volume in self.ledger.volumes()? {
            let verified =
                self.ledger.last_verification(&volume.name)?.map(|verification| verification.passed);
            statuses.push(VolumeStatus {
                state: state_word(&volume.state),
                request: volume.request,
                volume: volume.name,
                bates: volume.range,
                verified,
            });
        }
        Ok(statuses)
    }
}

fn state_word(state: &VolumeState) -> String {
    match state {
        VolumeState::Reserved => "begun".to_owned(),
        VolumeState::Voided { reason, .. } => format!("voided: {reason}"),
        VolumeState::Sealed { .. } => "sealed".to_owned(),
    }
}
