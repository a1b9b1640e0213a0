//! A family on its way into the index: each document beside the message whose people and date it answers with.

use crate::error::WorkspaceError;
use duces_indexer::{IndexedDocument, Writer};
use duces_model::{ArchivePath, DocId, Document, DocumentKind, Occurrence};
use std::collections::BTreeMap;

/// Adds a family of this container to the index, each document beside the message whose people and date it answers with.
pub(super) fn add_family(
    writer: &Writer,
    first_row: u64,
    occurrence: &Occurrence,
    container: &ArchivePath,
) -> Result<(), WorkspaceError> {
    let root = occurrence.root().id;
    let inside = occurrence.folder.iter().map(String::as_str);
    let folder = std::iter::once(container.as_str()).chain(inside).collect::<Vec<_>>().join("/");
    let by_id: BTreeMap<DocId, &Document> =
        occurrence.documents.iter().map(|document| (document.id, document)).collect();
    for (row, document) in (first_row..).zip(&occurrence.documents) {
        let message = nearest_message(document, &by_id);
        let attachment_names = if document.kind == DocumentKind::Message {
            names_of_children(document.id, &occurrence.documents)
        } else {
            document.file_name.as_deref().into_iter().collect()
        };
        let thread =
            message.references.first().or(message.in_reply_to.first()).or(message.message_id.as_ref());
        writer.add(
            row,
            &IndexedDocument {
                document,
                message,
                root,
                attachment_names,
                thread: thread.map(String::as_str),
                delivery: occurrence
                    .journal
                    .as_ref()
                    .filter(|_| message.id == root)
                    .map(|own| own.delivery_group),
                folder: &folder,
            },
        )?;
    }
    Ok(())
}

fn names_of_children(parent: DocId, documents: &[Document]) -> Vec<&str> {
    documents
        .iter()
        .filter(|child| child.parent == Some(parent))
        .filter_map(|child| child.file_name.as_deref())
        .collect()
}

/// The document itself where it is a message, else the nearest message above it.
pub(crate) fn nearest_message<'a>(
    document: &'a Document,
    by_id: &BTreeMap<DocId, &'a Document>,
) -> &'a Document {
    let mut at = document;
    while at.kind != DocumentKind::Message {
        match at.parent.and_then(|parent| by_id.get(&parent)) {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}
