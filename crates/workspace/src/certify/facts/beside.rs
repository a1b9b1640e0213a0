//! Items that no search answers, and files that people added by hand.

use super::Decided;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_instruments::facts::{AddedFile, AddedPopulation, BesideFacts, BesideKind, Decisions, NamedFile};
use duces_ledger::{CollectedRecord, Population, Why};
use duces_model::{Disposition, DocId, ItemId, RequestId};
use duces_query::{Beside, ItemKind, Request, Resolved};
use std::collections::{BTreeMap, BTreeSet};

impl Workspace {
    /// The items of a request that no search answers, in the order of its file.
    pub(super) fn beside_facts(
        &self,
        request: &Request<Resolved>,
        population: &Population,
        decided: &Decided,
        added: &mut BTreeMap<ItemId, Vec<AddedFile>>,
    ) -> Vec<BesideFacts> {
        let one = |item: &Beside<Resolved>, kind: BesideKind, added: Vec<AddedFile>| BesideFacts {
            id: item.id.clone(),
            kind,
            text: item.text.clone(),
            // The first line names the kind, which stands apart.
            asks: item.explain().into_iter().skip(1).collect(),
            period: item.period,
            see: item.letter.see.clone(),
            expects_nil: item.letter.expects_nil,
            added,
            population: added_population(&item.id, population, decided),
        };
        let items = request.beside().iter();
        items
            .filter_map(|item| {
                let added = added.remove(&item.id).unwrap_or_default();
                Some(one(item, beside_kind(item.asks.kind())?, added))
            })
            .collect()
    }

    /// The files that were added by hand, by item.
    pub(super) fn added_files(
        &self,
        id: &RequestId,
        population: &Population,
        decided: &Decided,
    ) -> Result<BTreeMap<ItemId, Vec<AddedFile>>, WorkspaceError> {
        let mut files: BTreeMap<ItemId, Vec<AddedFile>> = BTreeMap::new();
        for record in self.ledger.collected(id)? {
            let read = self.ledger.container(record.file.container)?.is_some_and(|state| state.complete());
            let rows = if read { self.ledger.container_rows(record.file.container)? } else { Vec::new() };
            let documents: Vec<DocId> =
                self.ledger.documents(&rows)?.into_iter().map(|document| document.id).collect();
            let file = added_file(&record, &documents, &by_hand(&record.file.item, population), decided);
            files.entry(record.file.item).or_default().push(file);
        }
        Ok(files)
    }
}

/// The kind as a certificate has it; nothing for an item that is searched for.
fn beside_kind(kind: ItemKind) -> Option<BesideKind> {
    match kind {
        ItemKind::Search => None,
        ItemKind::Checklist => Some(BesideKind::Checklist),
        ItemKind::Narrative => Some(BesideKind::Narrative),
        ItemKind::Schedule => Some(BesideKind::Schedule),
        ItemKind::DefinedTerm => Some(BesideKind::DefinedTerm),
        ItemKind::CrossReference => Some(BesideKind::CrossReference),
    }
}

/// The hits of an item in the population: what was added by hand is among them.
fn by_hand(item: &ItemId, population: &Population) -> BTreeSet<DocId> {
    let items = population.items.iter().filter(|frozen| frozen.item == *item);
    items.flat_map(|item| &item.members).filter(|(_, why)| *why == Why::Hit).map(|(id, _)| *id).collect()
}

/// A file is named only where all that came of it goes out, or went out: the name of a file that is withheld
/// would say what the withheld document is.
fn added_file(
    record: &CollectedRecord,
    documents: &[DocId],
    hits: &BTreeSet<DocId>,
    decided: &Decided,
) -> AddedFile {
    let taken_in = documents.iter().filter(|document| hits.contains(document)).count();
    let goes_out = |document: &DocId| {
        hits.contains(document)
            && matches!(
                decided.get(document),
                Some(Disposition::Produce { .. } | Disposition::ExcludeAlreadyProduced { .. })
            )
    };
    let named = !documents.is_empty() && documents.iter().all(goes_out);
    AddedFile {
        added_by: record.by.clone(),
        added_at: record.at,
        documents: documents.len() as u64,
        taken_in: taken_in as u64,
        named: named.then(|| NamedFile {
            path: record.file.path.clone(),
            sha256: record.file.file_sha256,
            came_from: record.file.came_from.clone(),
            note: record.file.note.clone(),
        }),
    }
}

fn added_population(item: &ItemId, population: &Population, decided: &Decided) -> Option<AddedPopulation> {
    let frozen = population.items.iter().find(|frozen| frozen.item == *item)?;
    let hits = frozen.members.iter().filter(|(_, why)| *why == Why::Hit).count() as u64;
    let of = |(document, _): &(DocId, Why)| decided.get(document).unwrap_or(&Disposition::Pending);
    Some(AddedPopulation {
        by_hand: hits,
        by_family: frozen.members.len() as u64 - hits,
        decisions: Decisions::of(frozen.members.iter().map(of)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_ledger::Collected;
    use duces_model::{ArchivePath, ContainerId, Sha256};

    fn record() -> CollectedRecord {
        let path = ArchivePath::from_escaped("r/memo.pdf".to_owned());
        CollectedRecord {
            file: Collected {
                request: "r".parse().unwrap(),
                item: "2".parse().unwrap(),
                container: ContainerId::new("collected", &path),
                path: "r/memo.pdf".into(),
                file_sha256: Sha256::of("memo"),
                came_from: "share/memo.pdf".into(),
                note: String::new(),
            },
            at: "2024-09-20T14:00:00Z".parse().unwrap(),
            by: "P. Legal".into(),
        }
    }

    fn id(name: &str) -> DocId {
        DocId::from_digest(Sha256::of(name))
    }

    #[test]
    fn a_file_is_named_only_where_all_of_it_goes_out() {
        let documents = [id("memo"), id("inside")];
        let hits: BTreeSet<DocId> = documents.into_iter().collect();
        let withheld = Disposition::WithholdPrivilege { privilege: "attorney".into(), by: "P".into() };
        let whole = Disposition::WHOLE;
        for (second, named) in [
            (Some(whole.clone()), true),
            (Some(withheld), false),
            (Some(Disposition::Pending), false),
            (None, false),
        ] {
            let mut decided = Decided::from([(id("memo"), whole.clone())]);
            decided.extend(second.map(|second| (id("inside"), second)));
            let file = added_file(&record(), &documents, &hits, &decided);
            assert_eq!((file.named.is_some(), file.taken_in), (named, 2));
        }
    }

    #[test]
    fn a_file_that_came_after_the_population_is_late_and_not_named() {
        let decided = Decided::from([(id("memo"), Disposition::WHOLE)]);
        let late = added_file(&record(), &[id("memo")], &BTreeSet::new(), &decided);
        assert!(late.is_late() && late.named.is_none());
        let unread = added_file(&record(), &[], &BTreeSet::new(), &decided);
        assert!(unread.is_late() && unread.named.is_none());
    }
}
