//! Retained bytes, fetched again and held against the digests taken at indexing.

use super::journal::{JournalReports, United};
use crate::config::{Archive, Config};
use crate::index::nearest_message;
use crate::limits;
use duces_ingest::{FoundFile, RawMessage, Rereader};
use duces_ledger::DocumentRow;
use duces_model::{ContainerKind, DocId, Document, DocumentKind, Occurrence, OccurrenceId, PartPath, Sha256};
use duces_packager::{Fetched, InlinePart, Markup, Retained, RetainedError, Said, Talk};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads documents from the archive; keeps the last message, since a family is asked for in a row, and the last export of
/// chats, since its room-days are. A journal report comes with the people of all reports of its message.
pub(crate) struct ArchiveReader<'a> {
    root: &'a Path,
    archives: &'a [Archive],
    documents: &'a BTreeMap<DocId, DocumentRow>,
    files: Rereader,
    journal: JournalReports,
    last: Option<(OccurrenceId, RawMessage, Occurrence)>,
    united: Option<(Sha256, United)>,
}

impl<'a> ArchiveReader<'a> {
    /// `journal` has the reports beside the documents; none where nobody asks for people.
    pub(crate) fn new(
        root: &'a Path,
        config: &'a Config,
        documents: &'a BTreeMap<DocId, DocumentRow>,
        journal: JournalReports,
    ) -> Self {
        let files = Rereader::new(limits(config));
        Self { root, archives: &config.archives, documents, files, journal, last: None, united: None }
    }

    /// All documents of the family to which this one belongs, in order, read anew.
    pub(crate) fn family(&mut self, id: &DocId) -> Result<Vec<Document>, RetainedError> {
        let row =
            self.documents.get(id).ok_or_else(|| RetainedError::new("the ledger has no such document"))?;
        self.load(row)?;
        Ok(self.last.as_ref().map(|(_, _, occurrence)| occurrence.documents.clone()).unwrap_or_default())
    }

    fn load(&mut self, row: &DocumentRow) -> Result<(), RetainedError> {
        if self.last.as_ref().is_some_and(|(id, _, _)| *id == row.occurrence) {
            return Ok(());
        }
        let (message, mut occurrence) = self.read(row)?;
        self.unite(row, &mut occurrence)?;
        self.last = Some((row.occurrence, message, occurrence));
        Ok(())
    }

    /// Gives a journal report the people of all reports of its delivery.
    fn unite(&mut self, row: &DocumentRow, occurrence: &mut Occurrence) -> Result<(), RetainedError> {
        let Some(delivery) = row.delivery_group else { return Ok(()) };
        let Some(reports) = self.journal.of(&delivery) else { return Ok(()) };
        if self.united.as_ref().is_none_or(|(known, _)| *known != delivery) {
            let mut united = United::default();
            for report in reports.iter() {
                if report.occurrence == row.occurrence {
                    united.add(occurrence.root());
                    continue;
                }
                let (_, other) = self.read(report).map_err(|why| {
                    let why = format!("another journal report of its message cannot be read, which says who else got it: {why}");
                    RetainedError::new(why)
                })?;
                united.add(other.root());
            }
            self.united = Some((delivery, united));
        }
        if let (Some((_, united)), Some(root)) = (&self.united, occurrence.documents.first_mut()) {
            united.give(root);
        }
        Ok(())
    }

    fn read(&mut self, row: &DocumentRow) -> Result<(RawMessage, Occurrence), RetainedError> {
        let fail = |why: String| RetainedError::new(why);
        let archive = self
            .archives
            .iter()
            .find(|archive| archive.name == row.archive)
            .ok_or_else(|| fail(format!("archive {} is no longer in duces.toml", row.archive)))?;
        let file = FoundFile::recorded(&archive.absolute(self.root), &row.archive, &row.path, false);
        let bytes = self
            .files
            .retained_bytes(&file.absolute, row.container_kind, row.compressed, row.locator)
            .map_err(RetainedError::new)?;
        if Sha256::of(&bytes) != row.retained_sha256 {
            let place = format!("{}:{}, message {}", row.archive, row.path, row.locator.ordinal + 1);
            // What is retained of a room's day is made of the export: with its zone, and by its mapping.
            let made = match row.container_kind {
                ContainerKind::Chat | ContainerKind::Rsmf => {
                    ", or the firm's zone or the mapping changed by which a room's day is made of them (then: duces index --rebuild)"
                }
                _ => "",
            };
            return Err(fail(format!("{place}: the retained bytes changed since they were indexed{made}")));
        }
        let message = RawMessage::reread(row.locator, bytes);
        let name = row.path.as_str().rsplit('/').next();
        let limits = self.files.limits();
        let occurrence = duces_ingest::parse(row.container, row.container_kind, &message, name, limits);
        Ok((message, occurrence))
    }
}

/// The same in the words of whoever sets it on pages.
fn for_pages(markup: duces_ingest::Markup) -> Markup {
    let inline = markup.inline.into_iter().map(|part| InlinePart {
        called: part.called,
        media_type: part.media_type,
        bytes: part.bytes,
    });
    Markup { html: markup.html, inline: inline.collect() }
}

fn talked(conversation: duces_ingest::chat::Conversation) -> Talk {
    let said = |one: duces_ingest::chat::Said| Said { time: one.time, who: one.who, text: one.text };
    Talk { said: conversation.said.into_iter().map(said).collect(), around: conversation.around }
}

impl Retained for ArchiveReader<'_> {
    fn fetch(&mut self, id: &DocId) -> Result<Fetched, RetainedError> {
        let row =
            self.documents.get(id).ok_or_else(|| RetainedError::new("the ledger has no such document"))?;
        self.load(row)?;
        let fail = |why: &'static str| RetainedError::new(why);
        let Some((_, message, occurrence)) = &self.last else { return Err(fail("nothing was read")) };
        let document = occurrence
            .documents
            .iter()
            .find(|document| document.id == *id)
            .ok_or_else(|| fail("this version no longer finds the document in its message"))?;
        let by_id: BTreeMap<DocId, &Document> = occurrence.documents.iter().map(|d| (d.id, d)).collect();
        let name = row.path.as_str().rsplit('/').next();
        let limits = self.files.limits();
        let native = duces_ingest::part_bytes(row.container_kind, message, name, &document.part, limits)
            .ok_or_else(|| fail("this version no longer finds the document's bytes"))?;
        let markup = match document.kind {
            DocumentKind::Message => {
                duces_ingest::markup(row.container_kind, message, name, &document.part, limits)
            }
            _ => None,
        };
        let talk = match document.kind {
            DocumentKind::Message if document.part == PartPath::whole() => {
                duces_ingest::conversation(row.container_kind, message, limits)
            }
            _ => None,
        };
        Ok(Fetched {
            talk: talk.map(talked),
            document: document.clone(),
            message: nearest_message(document, &by_id).clone(),
            native,
            markup: markup.map(for_pages),
        })
    }
}
