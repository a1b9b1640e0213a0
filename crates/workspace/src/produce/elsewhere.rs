//! What other volumes and requests withhold or have delivered, for the packager to hold against a new volume.

use super::gather::Gathered;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::{DocumentRow, EarlierNumbers};
use duces_model::{Disposition, DocId, ProducedAs, Redaction, RequestId, Sha256};
use duces_packager::{Elsewhere, ElsewhereDocument};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a document in a request, as last sealed.
struct Stands {
    disposition: Disposition,
    place: String,
    /// Whether its native went out with all that lies inside it.
    whole_family: bool,
    /// What of it was covered, where it went out redacted.
    redactions: Option<Vec<Redaction>>,
}

/// Why a document is barred: where, and what of it, where that is not all.
type Bar = (String, Option<Vec<Redaction>>);

/// A request's document that is withheld, or redacted and how.
type Withheld = (RequestId, DocId, Option<Vec<Redaction>>);

/// A document that is withheld in one place and redacted in another is barred as a whole; what is covered in any
/// place is barred.
fn bar(barred: &mut BTreeMap<DocId, Bar>, document: DocId, place: String, parts: Option<Vec<Redaction>>) {
    match (barred.get_mut(&document), parts) {
        (None, parts) => {
            barred.insert(document, (place, parts));
        }
        (Some((_, Some(known))), Some(more)) => {
            let new: Vec<Redaction> = more.into_iter().filter(|one| !known.contains(one)).collect();
            known.extend(new);
        }
        (Some((known, parts @ Some(_))), None) => (*known, *parts) = (place, None),
        (Some((_, None)), _) => {}
    }
}

impl Workspace {
    /// What stands in sealed volumes of any request and what is decided to be withheld anywhere, with the documents
    /// of which the originals will be read. What the volume itself replaces is put right by it.
    pub(super) fn elsewhere(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        replaced: &BTreeMap<DocId, EarlierNumbers>,
    ) -> Result<(Elsewhere, BTreeMap<DocId, DocumentRow>), WorkspaceError> {
        let barred_here: BTreeSet<DocId> = gathered
            .candidates
            .iter()
            .filter(|candidate| candidate.disposition.bars_content())
            .map(|candidate| candidate.document)
            .collect();
        // What is redacted here goes out in part, and so is held against what is barred elsewhere.
        let withheld_here: BTreeSet<DocId> = gathered
            .candidates
            .iter()
            .filter(|candidate| candidate.disposition.bars_content() && !candidate.disposition.is_redacted())
            .map(|candidate| candidate.document)
            .collect();
        let sealed = self.as_last_sealed()?;
        let clawed_back = self.clawed_back_documents()?;
        let (mut barred, mut shown) = (BTreeMap::new(), BTreeMap::new());
        for ((of, document), stands) in &sealed {
            let went_back = clawed_back.contains(&(of.clone(), *document));
            // A redaction that is lifted, or drawn anew, is put right by the volume that replaces it.
            let redrawn = stands.redactions.is_some() && of == request && replaced.contains_key(document);
            if went_back {
                bar(&mut barred, *document, stands.place.clone(), None);
            } else if stands.disposition.bars_content() && !redrawn {
                bar(&mut barred, *document, stands.place.clone(), stands.redactions.clone());
            }
            let went_out = matches!(
                stands.disposition,
                Disposition::Produce { form: ProducedAs::Whole | ProducedAs::Redacted }
            );
            // What only this volume bars can be given away by what went out.
            let put_right = (of == request && replaced.contains_key(document)) || went_back;
            if went_out && !barred_here.is_empty() && !put_right {
                shown.entry(*document).or_insert(stands);
            }
        }
        for (of, document, parts) in self.decided_to_be_withheld()? {
            if of != *request || !barred_here.contains(&document) {
                bar(&mut barred, document, format!("decided so for request {of}"), parts);
            }
        }
        barred.retain(|document, _| !withheld_here.contains(document));
        let mut documents = BTreeMap::new();
        let mut elsewhere = Elsewhere {
            barred: Vec::new(),
            shown: Vec::new(),
            allowed: BTreeSet::new(),
            passages: Vec::new(),
        };
        for row in self.in_archive_order(barred.keys())? {
            let (place, parts) = barred.get(&row.id).cloned().unwrap_or_default();
            elsewhere.barred.push(outside(&row, Vec::new(), place, parts));
            documents.insert(row.id, row);
        }
        for row in self.in_archive_order(shown.keys())? {
            let Some(stands) = shown.get(&row.id) else { continue };
            let inside = if stands.whole_family { self.natives_inside(&row)? } else { Vec::new() };
            elsewhere.shown.push(outside(&row, inside, stands.place.clone(), stands.redactions.clone()));
            documents.insert(row.id, row);
        }
        let allowed = self.ledger.twins_allowed(request)?;
        elsewhere.allowed = allowed.into_iter().map(|pair| (pair.barred, pair.other)).collect();
        for passage in self.ledger.passages_allowed(request)? {
            let bytes = self.ledger.bytes(&passage.sha256)?.unwrap_or_default();
            elsewhere.passages.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok((elsewhere, documents))
    }

    /// Of each request and document what stands in the last sealed volume that has numbers for it.
    fn as_last_sealed(&self) -> Result<BTreeMap<(RequestId, DocId), Stands>, WorkspaceError> {
        let mut found = BTreeMap::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed() else { continue };
            let barring: BTreeSet<DocId> = sealed
                .members
                .iter()
                .filter(|member| member.disposition.bars_content())
                .map(|member| member.family)
                .collect();
            let (_, redactions) = self.redactions_of_sealed(sealed)?;
            for member in &sealed.members {
                let Some(bates) = &member.bates else { continue };
                let redacted = member.disposition.is_redacted();
                let stands = Stands {
                    redactions: redacted.then(|| redactions.get(&member.document).cloned()).flatten(),
                    disposition: member.disposition.clone(),
                    place: format!(
                        "{} in volume {} of request {}",
                        bates.first(),
                        volume.name,
                        sealed.request
                    ),
                    whole_family: !barring.contains(&member.family),
                };
                found.insert((sealed.request.clone(), member.document), stands);
            }
        }
        Ok(found)
    }

    /// Documents that were clawed back, by request.
    pub(crate) fn clawed_back_documents(&self) -> Result<BTreeSet<(RequestId, DocId)>, WorkspaceError> {
        let records = self.ledger.clawbacks()?.into_iter();
        Ok(records
            .flat_map(|record| {
                let request = record.clawback.request;
                record.clawback.documents.into_iter().map(move |one| (request.clone(), one.document))
            })
            .collect())
    }

    /// Documents of the newest population of each request that are decided to be withheld, or redacted and how.
    fn decided_to_be_withheld(&self) -> Result<Vec<Withheld>, WorkspaceError> {
        let mut found = Vec::new();
        for request in self.requests()? {
            let Some(population) = self.ledger.population(&request)? else { continue };
            let sheet = self.ledger.redactions(&request)?.map(|sheet| sheet.redactions).unwrap_or_default();
            for row in self.ledger.dispositions(population.key)? {
                if row.disposition.bars_content() {
                    // Before it is said what of it is covered, all of it is.
                    let parts = sheet.get(&row.document).filter(|_| row.disposition.is_redacted()).cloned();
                    found.push((request.clone(), row.document, parts));
                }
            }
        }
        Ok(found)
    }

    /// The documents in the order in which they lie in the archive, so that each file is read in one go.
    fn in_archive_order<'d>(
        &self,
        documents: impl Iterator<Item = &'d DocId>,
    ) -> Result<Vec<DocumentRow>, WorkspaceError> {
        let ids: Vec<DocId> = documents.copied().collect();
        let mut rows = self.ledger.rows_of(&ids)?;
        rows.sort_unstable();
        Ok(self.ledger.documents(&rows)?)
    }

    /// Digests of the natives of everything inside a document, at any depth.
    fn natives_inside(&self, of: &DocumentRow) -> Result<Vec<Sha256>, WorkspaceError> {
        let family = self.ledger.documents(&self.ledger.families(&[of.row])?)?;
        let mut inside = BTreeSet::from([of.id]);
        let mut natives = Vec::new();
        // Parents stand before their children.
        for document in family {
            if document.parent.is_some_and(|parent| inside.contains(&parent)) {
                inside.insert(document.id);
                natives.push(document.native_sha256);
            }
        }
        Ok(natives)
    }
}

fn outside(
    row: &DocumentRow,
    embedded: Vec<Sha256>,
    place: String,
    redactions: Option<Vec<Redaction>>,
) -> ElsewhereDocument {
    ElsewhereDocument { document: row.id, native_sha256: row.native_sha256, embedded, redactions, place }
}
