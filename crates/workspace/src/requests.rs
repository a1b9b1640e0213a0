//! Requests read from their files and resolved against the register.

mod lists;

pub(crate) use lists::Kept;

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono_tz::Tz;
use duces_ledger::Population;
use duces_model::{EmailAddress, GroupId, ItemId, Mistake, Mistakes, PersonId, RequestId, Sha256, SourceId};
use duces_query::{Beside, Days, Directory, GroupPart, ItemKind, Request, Resolved};
use duces_register::Register;
use lists::Folder;
use serde::Serialize;

/// The register as the query language asks it.
pub(crate) struct People<'a> {
    pub(crate) register: &'a Register,
    /// The firm's domains.
    pub(crate) domains: &'a [String],
    pub(crate) zone: Tz,
}

impl Directory for People<'_> {
    fn person(&self, id: &PersonId) -> Option<Vec<(EmailAddress, Days)>> {
        let held = self.register.addresses_of(self.register.person(id)?).into_iter();
        Some(held.map(|held| (held.address, Days { from: held.from, to: held.to })).collect())
    }

    fn people(&self) -> Vec<PersonId> {
        self.register.people.iter().map(|person| person.id.clone()).collect()
    }

    fn group(&self, id: &GroupId) -> Option<Vec<(GroupPart, Days)>> {
        let rows = self.register.group(id);
        let part = |row: &duces_register::GroupRow| {
            let part = match &row.part {
                duces_register::GroupPart::Person(person) => GroupPart::Person(person.clone()),
                duces_register::GroupPart::Address(address) => GroupPart::Address(address.clone()),
                duces_register::GroupPart::Own(address) => GroupPart::Own(address.clone()),
            };
            (part, Days { from: row.from, to: row.to })
        };
        (!rows.is_empty()).then(|| rows.into_iter().map(part).collect())
    }

    fn groups(&self) -> Vec<GroupId> {
        self.register.group_ids().into_iter().cloned().collect()
    }

    fn firm_domains(&self) -> Vec<String> {
        self.domains.to_vec()
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

/// An item that no search answers, as reports list it.
#[derive(Debug, Clone, Serialize)]
pub struct BesideReport {
    /// Number of the item.
    pub item: ItemId,
    /// Which kind of item.
    pub kind: String,
    /// The letter's words.
    pub text: String,
    /// What it asks for, in plain words.
    pub asks: Vec<String>,
}

impl BesideReport {
    /// Whether it asks for something: a defined term does not.
    pub fn needs_answer(&self) -> bool {
        self.kind != ItemKind::DefinedTerm.as_str()
    }
}

/// The items of a request that are answered beside the searches, in the order of the file.
pub(crate) fn beside(request: &Request<Resolved>) -> Vec<BesideReport> {
    let one = |item: &Beside<Resolved>| BesideReport {
        item: item.id.clone(),
        kind: item.asks.kind().as_str().to_owned(),
        text: item.text.clone(),
        asks: item.explain(),
    };
    request.beside().iter().map(one).collect()
}

/// A request read from its file.
pub(crate) struct ReadRequest {
    pub(crate) request: Request<Resolved>,
    /// The file's bytes, with those of the lists that it names.
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
        let request = self.read_request_text(&file, text, register)?;
        let bytes = Kept::to_bytes(&bytes, &request.term_lists());
        Ok(ReadRequest { request, bytes })
    }

    /// Reads a request's text and resolves it; lists of terms lie in the folder of requests.
    pub(crate) fn read_request_text(
        &self,
        name: &str,
        text: &str,
        register: &Register,
    ) -> Result<Request<Resolved>, WorkspaceError> {
        let lists = Folder(self.root.join("requests"));
        Ok(duces_query::read(name, text, &lists, &self.people(register))?)
    }

    /// A request as it was kept, with the lists that it names.
    pub(crate) fn kept_request(
        &self,
        name: &str,
        bytes: &[u8],
        register: &Register,
    ) -> Result<Request<Resolved>, WorkspaceError> {
        let damaged = || Mistakes::one(Mistake::of_file(name, "found no request where one was kept"));
        let kept = Kept::of(bytes).ok_or_else(damaged)?;
        let text = String::from_utf8_lossy(&kept.file);
        Ok(duces_query::read(name, &text, &kept, &self.people(register))?)
    }

    /// The request as it was when the population was frozen: the ledger keeps its bytes.
    pub(crate) fn pinned_request(
        &self,
        id: &RequestId,
        population: &Population,
        register: &Register,
    ) -> Result<Request<Resolved>, WorkspaceError> {
        let bytes = self.ledger.bytes(&population.pins.request_sha256)?.unwrap_or_default();
        let name = format!("requests/{id}.toml as frozen on {}", population.frozen_at.date_naive());
        self.kept_request(&name, &bytes, register)
    }

    /// The register as the query language asks it.
    pub(crate) fn people<'a>(&'a self, register: &'a Register) -> People<'a> {
        People { register, domains: &self.config.firm.domains, zone: self.config.firm.zone }
    }
}
