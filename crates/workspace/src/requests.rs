//! Requests read from their files and resolved against the register.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono_tz::Tz;
use duces_ledger::Population;
use duces_model::{EmailAddress, Mistake, Mistakes, PersonId, RequestId, Sha256, SourceId};
use duces_query::{Directory, Request, Resolved};
use duces_register::Register;

/// The register as the query language asks it.
pub(crate) struct People<'a> {
    pub(crate) register: &'a Register,
    pub(crate) zone: Tz,
}

impl Directory for People<'_> {
    fn person(&self, id: &PersonId) -> Option<Vec<EmailAddress>> {
        self.register.person(id).map(|person| person.addresses.clone())
    }

    fn people(&self) -> Vec<PersonId> {
        self.register.people.iter().map(|person| person.id.clone()).collect()
    }

    fn has_source(&self, id: &SourceId) -> bool {
        self.register.source(id).is_some()
    }

    fn source_ids(&self) -> Vec<SourceId> {
        self.register.sources.iter().map(|source| source.id.clone()).collect()
    }

    fn default_zone(&self) -> Tz {
        self.zone
    }
}

/// A request read from its file.
pub(crate) struct ReadRequest {
    pub(crate) request: Request<Resolved>,
    pub(crate) bytes: Vec<u8>,
}

impl ReadRequest {
    pub(crate) fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }
}

impl Workspace {
    /// Reads a request file and resolves it against the register.
    pub(crate) fn read_request(
        &self,
        id: &RequestId,
        register: &Register,
    ) -> Result<ReadRequest, WorkspaceError> {
        let file = format!("requests/{id}.toml");
        let path = self.root.join(&file);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let known = self.requests()?.iter().map(ToString::to_string).collect();
                return Err(WorkspaceError::Unknown { what: "request", name: id.to_string(), known });
            }
            Err(source) => return Err(WorkspaceError::Io { doing: "read", path, source }),
        };
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Mistakes::one(Mistake::of_file(&file, "expected UTF-8 text")))?;
        let people = People { register, zone: self.config.firm.zone };
        let request = duces_query::parse(&file, text)?.resolve(&people)?;
        Ok(ReadRequest { request, bytes })
    }

    /// The request as it was when the population was frozen: the ledger keeps its bytes.
    pub(crate) fn pinned_request(
        &self,
        id: &RequestId,
        population: &Population,
        register: &Register,
    ) -> Result<Request<Resolved>, WorkspaceError> {
        let bytes = self.ledger.bytes(&population.pins.request_sha256)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let people = People { register, zone: self.config.firm.zone };
        let name = format!("requests/{id}.toml as frozen on {}", population.frozen_at.date_naive());
        Ok(duces_query::parse(&name, &text)?.resolve(&people)?)
    }
}
