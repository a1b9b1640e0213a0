//! One document shown as text, or saved as it was retained.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::produce::retained::ArchiveReader;
use chrono::{DateTime, Utc};
use duces_ledger::DocumentRow;
use duces_model::{DocId, Participant, Sha256};
use duces_packager::{Fetched, Retained as _};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A document as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenedDocument {
    /// Its identity.
    pub document: String,
    /// Root of its family.
    pub family: String,
    /// The document to which it is attached.
    pub parent: Option<String>,
    /// Which kind.
    pub kind: String,
    /// Content type as declared.
    pub media_type: String,
    /// File name as written.
    pub file_name: Option<String>,
    /// Where it lies: archive, path, message.
    pub place: String,
    /// Sources it belongs to.
    pub sources: Vec<String>,
    /// When its nearest message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Subject of its nearest message.
    pub subject: Option<String>,
    /// Who takes part in its nearest message.
    pub participants: Vec<ShownParticipant>,
    /// The header block as written, where it is a message.
    pub header_block: Option<String>,
    /// Its text.
    pub text: String,
    /// What is attached to it.
    pub attachments: Vec<ShownAttachment>,
    /// Why no word search can answer for it; absent where one can.
    pub unsearchable: Option<String>,
    /// What is wrong with it.
    pub defects: Vec<String>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownParticipant {
    /// How.
    pub role: &'static str,
    /// The address; absent where what is written is none.
    pub address: Option<String>,
    /// The name, or the text that is no address.
    pub name: Option<String>,
}

/// Something attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAttachment {
    /// Its identity.
    pub document: String,
    /// Its name as written.
    pub file_name: Option<String>,
    /// Its content type as declared.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A document was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedDocument {
    /// Its identity.
    pub document: String,
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its digest, the one taken at indexing.
    pub sha256: String,
    /// The conversion that made it from the retained bytes; absent where it is those themselves.
    pub conversion: Option<String>,
}

impl Workspace {
    /// Shows a document as text. That it was opened is recorded.
    ///
    /// # Errors
    /// No such document, retained bytes that are gone or changed.
    pub fn open_document(&mut self, name: &str, actor: &Actor) -> Result<OpenedDocument, WorkspaceError> {
        let row = self.find_document(name)?;
        let fetched = self.fetch(&row)?;
        let family = self.ledger.documents(&self.ledger.families(&[row.row])?)?;
        let attached = family.into_iter().filter(|document| document.parent == Some(row.id));
        let Fetched { document, message, .. } = fetched;
        self.ledger.audit(&actor.act(), "open a document", &serde_json::json!({ "document": row.id }))?;
        Ok(OpenedDocument {
            document: row.id.to_string(),
            family: row.root.to_string(),
            parent: row.parent.map(|parent| parent.to_string()),
            kind: row.kind.as_str().to_owned(),
            media_type: row.media_type.clone(),
            file_name: row.file_name.clone(),
            place: format!("{}:{}, message {}", row.archive, row.path, row.locator.ordinal + 1),
            sources: crate::hits::source_names(&row),
            sent_at: row.sent_at,
            subject: message.subject.clone(),
            participants: message.participants.iter().map(shown).collect(),
            header_block: document.header_block,
            text: document.text,
            attachments: attached
                .map(|document| ShownAttachment {
                    document: document.id.to_string(),
                    file_name: document.file_name,
                    media_type: document.media_type,
                    bytes: document.bytes,
                })
                .collect(),
            unsearchable: row.unsearchable.map(|defect| defect.to_string()),
            defects: document.defects.iter().map(ToString::to_string).collect(),
        })
    }

    /// Saves a document's native: the retained bytes, or the named conversion of them. That it was saved
    /// is recorded.
    ///
    /// # Errors
    /// No such document, bytes that are gone or changed, a file that exists already.
    pub fn save_document(
        &mut self,
        name: &str,
        file: &Path,
        actor: &Actor,
    ) -> Result<SavedDocument, WorkspaceError> {
        let row = self.find_document(name)?;
        if file.symlink_metadata().is_ok() {
            return Err(WorkspaceError::Exists { path: file.to_owned() });
        }
        let native = self.fetch(&row)?.native;
        if Sha256::of(&native) != row.native_sha256 {
            return Err(not_to_be_had(&row, "its bytes are no longer those that were indexed"));
        }
        files::create(file, &native)?;
        let detail = serde_json::json!({ "document": row.id, "sha256": row.native_sha256 });
        self.ledger.audit(&actor.act(), "save a document", &detail)?;
        Ok(SavedDocument {
            document: row.id.to_string(),
            file: file.to_owned(),
            bytes: native.len() as u64,
            sha256: row.native_sha256.to_string(),
            conversion: row.conversion,
        })
    }

    /// The document of that identity, or of its first sixteen or more digits.
    fn find_document(&self, name: &str) -> Result<DocumentRow, WorkspaceError> {
        let found = self.ledger.documents_starting(name)?;
        if let [only] = found.as_slice()
            && let Some(row) = self.ledger.document(only)?
        {
            return Ok(row);
        }
        let known = match found.as_slice() {
            [] => {
                vec!["those that duces search lists, by sixteen or more digits of their identity".to_owned()]
            }
            several => several.iter().map(DocId::to_string).collect(),
        };
        Err(WorkspaceError::Unknown { what: "document", name: name.to_owned(), known })
    }

    fn fetch(&self, row: &DocumentRow) -> Result<Fetched, WorkspaceError> {
        let rows = BTreeMap::from([(row.id, row.clone())]);
        let mut reader = ArchiveReader::new(&self.root, &self.config, &rows, self.journal_reports(&rows)?);
        reader.fetch(&row.id).map_err(|error| not_to_be_had(row, &error.to_string()))
    }
}

fn not_to_be_had(row: &DocumentRow, why: &str) -> WorkspaceError {
    WorkspaceError::TooEarly {
        missing: format!("document {} cannot be read: {why}", row.id),
        hint: "run duces index, which says what became of the file".to_owned(),
    }
}

fn shown(participant: &Participant) -> ShownParticipant {
    ShownParticipant {
        role: participant.role.as_str(),
        address: participant.address.as_ref().map(ToString::to_string),
        name: participant.name.clone(),
    }
}
