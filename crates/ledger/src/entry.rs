//! What indexing says of one occurrence: the small part of it that the ledger keeps.

use crate::columns::{count, unknown_bits};
use crate::error::LedgerError;
use crate::participants::participants_sha256;
use crate::thread::Thread;
use chrono::NaiveDate;
use duces_model::{
    Attribution, ContainerId, Defect, DocId, Document, DocumentKind, EmailAddress, Locator, Occurrence,
    OccurrenceId, OccurrenceStatus, PartPath, Role, Searchability, Sha256, Unknown,
};
use std::collections::{BTreeMap, BTreeSet};

/// One occurrence on its way into the ledger. It holds no text, so that a whole checkpoint of them is
/// small, and making it takes the digests, so that workers can do that side by side.
#[derive(Debug, Clone)]
pub struct OccurrenceEntry {
    /// Row of the family's root; its other documents have the rows after it, in order.
    pub first_row: u64,
    pub(crate) id: OccurrenceId,
    pub(crate) container: ContainerId,
    pub(crate) locator: Locator,
    pub(crate) retained_sha256: Sha256,
    pub(crate) defective: Option<Defect>,
    pub(crate) sent_at: Option<i64>,
    pub(crate) day: Option<NaiveDate>,
    pub(crate) message_id: Option<Sha256>,
    pub(crate) thread: Vec<u8>,
    pub(crate) participants: Vec<(Role, EmailAddress)>,
    pub(crate) participants_sha256: Sha256,
    pub(crate) delivery_group: Option<Sha256>,
    pub(crate) journal: bool,
    pub(crate) attributions: Vec<Attribution>,
    pub(crate) documents: Vec<DocumentEntry>,
}

/// One document of it.
#[derive(Debug, Clone)]
pub(crate) struct DocumentEntry {
    pub(crate) id: DocId,
    /// How many rows after the root its parent stands.
    pub(crate) parent: Option<u64>,
    pub(crate) part: PartPath,
    pub(crate) kind: DocumentKind,
    pub(crate) media_type: String,
    pub(crate) file_name: Option<String>,
    pub(crate) native: duces_model::Native,
    pub(crate) unsearchable: Option<Defect>,
    pub(crate) unknown: i64,
    pub(crate) sent_at: Option<i64>,
    pub(crate) defects: Vec<Defect>,
}

impl OccurrenceEntry {
    /// Takes what the ledger keeps of an occurrence.
    ///
    /// `first_row` is the row of its root document (it may be set later), `day` the civil day of its
    /// root message in the firm's zone.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] where the family breaks a rule of [`Occurrence::documents`]: empty, a
    /// document twice, a root with a parent, another document without one, a parent after its child.
    pub fn new(
        occurrence: &Occurrence,
        first_row: u64,
        day: Option<NaiveDate>,
        attributions: Vec<Attribution>,
    ) -> Result<Self, LedgerError> {
        let parents = parents(occurrence)?;
        let Some(root) = occurrence.documents.first() else {
            return Err(wrong(occurrence, "it has no document"));
        };
        let defective = match &occurrence.status {
            OccurrenceStatus::Parsed => None,
            OccurrenceStatus::Defective(defect) => Some(defect.clone()),
        };
        let participants = participants(root);
        let mut documents: Vec<DocumentEntry> = Vec::with_capacity(occurrence.documents.len());
        let mut nearest: Vec<usize> = Vec::with_capacity(occurrence.documents.len());
        for (at, document) in occurrence.documents.iter().enumerate() {
            let message = match parents[at] {
                Some(parent) if document.kind != DocumentKind::Message => nearest[parent],
                _ => at,
            };
            nearest.push(message);
            let message = &occurrence.documents[message];
            let parent = parents[at].map(count);
            documents.push(DocumentEntry::new(document, message, parent, defective.as_ref()));
        }
        Ok(Self {
            first_row,
            id: occurrence.id,
            container: occurrence.container,
            locator: occurrence.locator,
            retained_sha256: occurrence.retained_sha256,
            defective,
            sent_at: root.sent_at.map(|at| at.timestamp()),
            day,
            message_id: root.message_id.as_ref().map(Sha256::of),
            thread: Thread::of(&root.in_reply_to, &root.references).to_bytes(),
            participants_sha256: participants_sha256(&participants),
            participants,
            delivery_group: occurrence.journal.as_ref().map(|journal| journal.delivery_group),
            journal: occurrence.journal.is_some(),
            attributions,
            documents,
        })
    }

    /// How many rows its family takes.
    pub fn documents(&self) -> u64 {
        count(self.documents.len())
    }

    /// Its container.
    pub fn container(&self) -> ContainerId {
        self.container
    }

    /// Its place in the container.
    pub fn locator(&self) -> Locator {
        self.locator
    }
}

impl DocumentEntry {
    fn new(document: &Document, message: &Document, parent: Option<u64>, defective: Option<&Defect>) -> Self {
        let unsearchable = match &document.searchability {
            Searchability::Indexed => None,
            Searchability::Unsearchable(defect) => Some(defect.clone()),
        };
        let unknown = [
            (Unknown::NoDate, message.sent_at.is_none()),
            (Unknown::Participants, !message.participants_complete),
            (Unknown::Text, unsearchable.is_some()),
            (Unknown::Unreadable, defective.is_some()),
        ];
        // Each flaw is listed once: an unreadable message's is that of the occurrence, and the reason of
        // being unsearchable is one of the document's.
        let mut defects: Vec<Defect> = Vec::new();
        for defect in document.defects.iter().chain(&unsearchable) {
            if Some(defect) != defective && !defects.contains(defect) {
                defects.push(defect.clone());
            }
        }
        Self {
            id: document.id,
            parent,
            part: document.part.clone(),
            kind: document.kind,
            media_type: document.media_type.clone(),
            file_name: document.file_name.clone(),
            native: document.native.clone(),
            unsearchable,
            unknown: unknown_bits(unknown.iter().filter(|(_, holds)| *holds).map(|(reason, _)| *reason)),
            sent_at: message.sent_at.map(|at| at.timestamp()),
            defects,
        }
    }
}

fn wrong(occurrence: &Occurrence, why: &str) -> LedgerError {
    let what = format!("occurrence {}: {why}", occurrence.id);
    LedgerError::Conflict { what }
}

/// For each document the place of its parent in the family.
fn parents(occurrence: &Occurrence) -> Result<Vec<Option<usize>>, LedgerError> {
    let mut places = BTreeMap::new();
    let mut parents = Vec::with_capacity(occurrence.documents.len());
    for (at, document) in occurrence.documents.iter().enumerate() {
        let parent = match (at, document.parent) {
            (0, None) => None,
            (0, Some(_)) => return Err(wrong(occurrence, "the root has a parent, expected none")),
            (_, None) => return Err(wrong(occurrence, "a second document has no parent, expected one root")),
            (_, Some(parent)) => match places.get(&parent) {
                Some(place) => Some(*place),
                None => return Err(wrong(occurrence, "a document's parent does not stand before it")),
            },
        };
        if places.insert(document.id, at).is_some() {
            return Err(wrong(occurrence, "a document stands in its family twice"));
        }
        parents.push(parent);
    }
    Ok(parents)
}

/// Everybody with an address, in the order written, without repetition.
fn participants(root: &Document) -> Vec<(Role, EmailAddress)> {
    let mut seen = BTreeSet::new();
    let addressed = root.participants.iter().filter_map(|who| Some((who.role, who.address.clone()?)));
    addressed.filter(|who| seen.insert(who.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, entry};

    #[test]
    fn an_attachment_answers_by_its_nearest_message() {
        let mut mail = Mail::new("a.mbox", 0).attachments(1).occurrence();
        let mut inner = mail.documents[0].clone();
        inner.part = PartPath::whole().child(9);
        inner.id = DocId::new(mail.id, &inner.part);
        inner.parent = Some(mail.documents[0].id);
        inner.sent_at = None;
        let mut below = mail.documents[1].clone();
        below.part = inner.part.child(1);
        below.id = DocId::new(mail.id, &below.part);
        below.parent = Some(inner.id);
        mail.documents.extend([inner, below]);
        let entry = entry(&mail, 1);
        let dated: Vec<bool> = entry.documents.iter().map(|document| document.sent_at.is_some()).collect();
        assert_eq!(dated, [true, true, false, false]);
        let no_date = unknown_bits([Unknown::NoDate]);
        assert_eq!(
            entry.documents.iter().map(|d| d.unknown & no_date).collect::<Vec<_>>(),
            [0, 0, no_date, no_date]
        );
    }

    #[test]
    fn a_family_that_breaks_a_rule_is_refused() {
        let good = Mail::new("a.mbox", 0).attachments(2).occurrence();
        let mut empty = good.clone();
        empty.documents.clear();
        let mut twice = good.clone();
        twice.documents[2] = twice.documents[1].clone();
        let mut two_roots = good.clone();
        two_roots.documents[1].parent = None;
        let mut late_parent = good.clone();
        late_parent.documents[1].parent = Some(late_parent.documents[2].id);
        let mut parented = good.clone();
        parented.documents[0].parent = Some(good.documents[1].id);
        for broken in [empty, twice, two_roots, late_parent, parented] {
            let error = OccurrenceEntry::new(&broken, 1, None, vec![]).unwrap_err();
            assert!(matches!(error, LedgerError::Conflict { .. }), "{error}");
        }
        assert_eq!(OccurrenceEntry::new(&good, 1, None, vec![]).unwrap().documents(), 3);
    }

    #[test]
    fn each_flaw_is_listed_once() {
        let mail = Mail::new("a.mbox", 0).defective().occurrence();
        assert!(entry(&mail, 1).documents[0].defects.is_empty(), "it is the occurrence's");
        let mail = Mail::new("a.mbox", 0).attachments(1).occurrence();
        assert_eq!(entry(&mail, 1).documents[1].defects.len(), 1, "the reason of being unsearchable");
    }
}
