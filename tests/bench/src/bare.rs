//! The bare loop: reads, parses, hashes and feeds Tantivy, and does nothing else. It keeps no ledger,
//! no defects, no accounts and no families, and what is killed is lost: the least that any program on
//! these libraries must spend.

use crate::failure::Failure;
use duces_model::Sha256;
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tantivy::schema::{FAST, Field, INDEXED, STORED, STRING, Schema, TEXT};
use tantivy::{Index, IndexWriter, TantivyDocument};

#[derive(Debug, Clone, Copy)]
struct Fields {
    row: Field,
    sha256: Field,
    subject: Field,
    body: Field,
    attachment_name: Field,
    address: Field,
    sent_at: Field,
    message_id: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        row: schema.add_u64_field("row", FAST | INDEXED | STORED),
        sha256: schema.add_text_field("sha256", STRING),
        subject: schema.add_text_field("subject", TEXT),
        body: schema.add_text_field("body", TEXT),
        attachment_name: schema.add_text_field("attachment_name", TEXT),
        address: schema.add_text_field("address", STRING),
        sent_at: schema.add_i64_field("sent_at", FAST | INDEXED),
        message_id: schema.add_text_field("message_id", STRING),
    };
    (schema.build(), fields)
}

/// Indexes all files below `archive`, one mail each, and says how many there were.
pub(crate) fn index(archive: &Path, index: &Path, threads: usize, heap_mb: u64) -> Result<u64, Failure> {
    let files = files(archive)?;
    let failed = |doing| move |source| Failure::Tantivy { doing, source };
    std::fs::create_dir_all(index)
        .map_err(|source| Failure::io("make the folder of the bare loop", source))?;
    let (schema, fields) = schema();
    let made = Index::create_in_dir(index, schema).map_err(failed("make"))?;
    let heap = usize::try_from(heap_mb << 20).unwrap_or(usize::MAX);
    let mut writer: IndexWriter = made.writer_with_num_threads(threads, heap).map_err(failed("open"))?;
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| feed(&files, &next, &writer, fields))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| Failure::Thread)?)
    })?;
    writer.commit().map_err(failed("commit"))?;
    writer.wait_merging_threads().map_err(failed("merge"))?;
    Ok(u64::try_from(files.len()).unwrap_or(u64::MAX))
}

fn files(archive: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(archive).sort_by_file_name() {
        let entry = entry.map_err(|source| Failure::Walk { path: archive.to_owned(), source })?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Takes one file after the other until none is left.
fn feed(files: &[PathBuf], next: &AtomicUsize, writer: &IndexWriter, fields: Fields) -> Result<(), Failure> {
    let parser = MessageParser::default();
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(path) = files.get(place) else { return Ok(()) };
        let bytes =
            std::fs::read(path).map_err(|source| Failure::io(format!("read {}", path.display()), source))?;
        let row = u64::try_from(place).unwrap_or(u64::MAX);
        let sha256 = Sha256::of(&bytes).to_string();
        let Some(message) = parser.parse(&bytes) else { continue };
        for document in documents(&message, row, sha256, fields) {
            writer.add_document(document).map_err(|source| Failure::Tantivy { doing: "add to", source })?;
        }
    }
}

/// The message and its attachments, each a document.
fn documents(message: &Message<'_>, row: u64, sha256: String, fields: Fields) -> Vec<TantivyDocument> {
    let mut root = TantivyDocument::default();
    root.add_u64(fields.row, row);
    root.add_text(fields.sha256, sha256);
    root.add_text(fields.subject, message.subject().unwrap_or_default());
    root.add_text(fields.message_id, message.message_id().unwrap_or_default());
    if let Some(date) = message.date() {
        root.add_i64(fields.sent_at, date.to_timestamp());
    }
    for group in [message.from(), message.to(), message.cc()].into_iter().flatten() {
        for address in group.iter().filter_map(|one| one.address()) {
            root.add_text(fields.address, address.to_lowercase());
        }
    }
    for place in 0..message.text_body_count() {
        root.add_text(fields.body, message.body_text(place).unwrap_or_default());
    }
    let mut documents = Vec::new();
    for part in message.attachments() {
        let mut document = TantivyDocument::default();
        document.add_u64(fields.row, row);
        document.add_text(fields.sha256, Sha256::of(part.contents()).to_string());
        if let Some(name) = part.attachment_name() {
            root.add_text(fields.attachment_name, name);
            document.add_text(fields.attachment_name, name);
        }
        if let Some(text) = part.text_contents() {
            document.add_text(fields.body, text);
        }
        documents.push(document);
    }
    documents.insert(0, root);
    documents
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_samples::synthetic::{Form, Size, write_archive};

    #[test]
    fn every_mail_and_every_attachment_is_a_document() {
        let home = tempfile::tempdir().unwrap();
        let archive = home.path().join("archive");
        let size = Size { messages: 60, seed: 1, form: Form::Maildir };
        let totals = write_archive(&archive, &size).unwrap();
        let made = home.path().join("index");
        assert_eq!(index(&archive, &made, 2, 64).unwrap(), 60);
        let reader = Index::open_in_dir(&made).unwrap().reader().unwrap();
        assert_eq!(reader.searcher().num_docs(), totals.messages + totals.attachments);
    }
}
