//! The facts of a certificate, gathered.

mod account;
mod beside;
mod gaps;
mod items;
mod volumes;

pub(super) use volumes::{sealed, unsealed};

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::index::Account;
use crate::plan::plan_item;
use account::{form_facts, source_facts};
use duces_instruments::facts::{
    CompletenessFacts, Decisions, FirmFacts, Pins, PopulationFacts, RequestFacts, VolumeFacts,
};
use duces_ledger::Population;
use duces_model::{Disposition, DocId, RequestId};
use duces_register::Register;
use items::item_facts;
use std::collections::BTreeMap;

/// Each document of the population with what was decided.
pub(super) type Decided = BTreeMap<DocId, Disposition>;

impl Workspace {
    pub(super) fn decisions(&self, population: &Population) -> Result<Decided, WorkspaceError> {
        let rows = self.ledger.dispositions(population.key)?;
        Ok(rows.into_iter().map(|row| (row.document, row.disposition)).collect())
    }

    pub(super) fn facts(
        &self,
        id: &RequestId,
        register: &Register,
        account: &Account,
        population: &Population,
        volumes: Vec<VolumeFacts>,
        actor: &Actor,
    ) -> Result<CompletenessFacts, WorkspaceError> {
        let read = self.read_request(id, register)?;
        let pinned = self.pinned_request(id, population, register)?;
        let decided = self.decisions(population)?;
        let mut added = self.added_files(id, population, &decided)?;
        let coverage = self.assess(register)?;
        let gaps = self.counting_gaps()?;
        let plans: Vec<_> =
            pinned.items().iter().map(|item| plan_item(item, register, &coverage, &gaps)).collect();
        let forms = self.forms_of(pinned.items().iter().zip(&plans))?;
        let items = pinned
            .items()
            .iter()
            .zip(&plans)
            .map(|(item, plan)| {
                let added = added.remove(&item.id).unwrap_or_default();
                item_facts(item, plan, population, &decided, register, added)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let request = &read.request;
        let pins = &population.pins;
        Ok(CompletenessFacts {
            format: duces_instruments::facts::FACTS_FORMAT,
            as_known_at: actor.now,
            zone: self.config.firm.zone,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            firm: FirmFacts { name: self.config.firm.name.clone(), crd: self.config.firm.crd.clone() },
            on_behalf_of: Vec::new(),
            request: RequestFacts {
                id: id.clone(),
                authority: request.authority.clone(),
                number: request.number.clone(),
                title: request.title.clone(),
                received: request.received,
                due: request.due,
                declaration_1746: request.declaration_1746,
            },
            rests_on: Pins {
                index_snapshot: pins.snapshot,
                register_sha256: pins.register_sha256,
                request_sha256: pins.request_sha256,
            },
            as_found: Pins {
                index_snapshot: self.checked_snapshot_id()?,
                register_sha256: register.digest(),
                request_sha256: read.sha256(),
            },
            sources: source_facts(register, account),
            unattributed_documents: account
                .sources
                .iter()
                .filter(|row| row.source.is_none())
                .map(|row| row.documents)
                .sum(),
            archive: self.archive_facts(account)?,
            forms: forms.into_iter().map(form_facts).collect(),
            item_numbers: pinned.numbers().into_iter().cloned().collect(),
            items,
            beside: self.beside_facts(&pinned, population, &decided, &mut added),
            population: Some(PopulationFacts {
                frozen_at: population.frozen_at,
                frozen_by: population.frozen_by.clone(),
                members: decided.len() as u64,
                decisions: Decisions::of(decided.values()),
            }),
            volumes,
            gaps: self.gap_facts(register)?,
        })
    }
}
