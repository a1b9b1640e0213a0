//! What was read, and the sources' accounts.

use crate::blind::FormReport;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::index::Account;
use duces_instruments::facts::{
    Altered, ArchiveFacts, BlindSpotFacts, CodeCount, Fate, FormFacts, SourceFacts, UnreadFile,
    UnsupportedContainer,
};
use duces_ledger::ContainerFate;
use duces_model::ContainerKind;
use duces_register::Register;
use std::collections::BTreeMap;

/// What is not as it should be with files and containers.
#[derive(Default)]
struct Exceptions {
    unsupported: Vec<UnsupportedContainer>,
    unread: Vec<UnreadFile>,
    altered: Vec<Altered>,
}

impl Workspace {
    pub(super) fn archive_facts(&self, account: &Account) -> Result<ArchiveFacts, WorkspaceError> {
        let counts = |rows: Vec<(duces_model::DefectCode, u64)>| {
            rows.into_iter().map(|(code, count)| CodeCount { code, count }).collect()
        };
        let exceptions = self.exceptions()?;
        Ok(ArchiveFacts {
            containers: account.containers,
            counted_twice: account.counted_twice,
            found: account.total.found,
            parsed: account.total.parsed,
            defective: account.total.defective,
            documents: account.documents.documents,
            indexed: account.documents.indexed,
            unsearchable: account.documents.unsearchable,
            unsearchable_by_reason: counts(self.ledger.unsearchable_by_reason()?),
            defects: counts(self.ledger.defects_by_code()?),
            unsupported: exceptions.unsupported,
            unread: exceptions.unread,
            altered: exceptions.altered,
        })
    }

    /// Containers that cannot be read or are not as they were read, and files that the last indexing could
    /// not read or passed over by a rule.
    fn exceptions(&self) -> Result<Exceptions, WorkspaceError> {
        let mut found = Exceptions::default();
        let mut unread = BTreeMap::new();
        self.ledger.each_container(|state| {
            let (archive, path) = (&state.entry.archive, state.entry.path.to_string());
            if !state.complete() {
                let reason = ("it was not read to its end".to_owned(), false);
                unread.insert(format!("{archive}:{path}"), reason);
            }
            if state.entry.kind == ContainerKind::Unsupported {
                let (archive, path, bytes) = (archive.clone(), path.clone(), state.entry.file_bytes);
                found.unsupported.push(UnsupportedContainer { archive, path, bytes });
            }
            let fate = match state.fate {
                ContainerFate::Vanished => Fate::Vanished,
                ContainerFate::Changed => Fate::Changed,
                ContainerFate::Present | ContainerFate::Moved(_) => return Ok(()),
            };
            found.altered.push(Altered { archive: archive.clone(), path, fate });
            Ok::<_, WorkspaceError>(())
        })?;
        if let Some(run) = self.ledger.last_run()? {
            self.ledger.unread(run.key, &mut |note| match note.what.as_str() {
                "ignored" => drop(unread.insert(note.file, (note.detail, true))),
                // These stand among the altered ones.
                "changed" | "vanished" => {}
                what => drop(unread.insert(note.file, (format!("{what}: {}", note.detail), false))),
            })?;
        }
        let file = |(file, (reason, by_rule))| UnreadFile { file, reason, by_rule };
        found.unread = unread.into_iter().map(file).collect();
        Ok(found)
    }
}

pub(super) fn form_facts(report: FormReport) -> FormFacts {
    let spots = report.cannot_contain.into_iter();
    FormFacts {
        form: report.form,
        title: report.title,
        sources: report.sources,
        of_no_source: report.of_no_source,
        cannot_contain: spots
            .map(|spot| BlindSpotFacts { what: spot.what, known: spot.known, says: spot.says })
            .collect(),
    }
}

pub(super) fn source_facts(register: &Register, account: &Account) -> Vec<SourceFacts> {
    register
        .sources
        .iter()
        .map(|source| {
            let row = account.sources.iter().find(|row| row.source.as_ref() == Some(&source.id));
            let count = |of: fn(&duces_ledger::SourceAccount) -> u64| row.map_or(0, of);
            SourceFacts {
                source: source.id.clone(),
                name: source.name.clone(),
                channel: source.channel,
                in_service_from: source.in_service_from,
                in_service_to: source.in_service_to,
                occurrences: count(|row| row.occurrences),
                by_headers_only: count(|row| row.by_basis.header),
                documents: count(|row| row.documents),
                indexed: count(|row| row.indexed),
                unsearchable: count(|row| row.unsearchable),
                undated: count(|row| row.undated),
                first_day: row.and_then(|row| row.first_day),
                last_day: row.and_then(|row| row.last_day),
            }
        })
        .collect()
}
