//! The state of an index as of one commit.

use crate::error::IndexError;
use crate::index::Index;
use crate::schema::{Fields, TextField};
use chrono::{DateTime, Utc};
use duces_model::DocumentKind;
use std::path::PathBuf;
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocSet as _, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term};

/// The documents as of one commit, for reading. Later commits do not change it.
pub struct Snapshot {
    searcher: Searcher,
    fields: Fields,
    path: PathBuf,
}

/// What a list at a terminal shows of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Subject of its nearest message.
    pub subject: Option<String>,
    /// Sender of its nearest message, as written.
    pub from: Option<String>,
    /// When that was sent, to the microsecond.
    pub sent_at: Option<DateTime<Utc>>,
    /// Its own file name.
    pub file_name: Option<String>,
    /// Its kind.
    pub kind: DocumentKind,
}

impl Snapshot {
    pub(crate) fn new(index: &Index) -> Result<Self, IndexError> {
        let reader = index
            .engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error| index.failed("read the index", error))?;
        Ok(Self { searcher: reader.searcher(), fields: index.fields.clone(), path: index.path.clone() })
    }

    /// How many documents it holds.
    pub fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// What a list shows of the document of that row; `None` where there is none.
    ///
    /// # Errors
    /// `Damaged` or `Io` where the index cannot be read.
    pub fn card(&self, row: u64) -> Result<Option<Card>, IndexError> {
        let failed = |error| IndexError::engine(&self.path, "read a document", error);
        let Some(address) = self.find(row).map_err(failed)? else { return Ok(None) };
        let stored: TantivyDocument = self.searcher.doc(address).map_err(failed)?;
        let text = |field: Field| stored.get_first(field).and_then(|value| value.as_str().map(str::to_owned));
        let micros = stored.get_first(self.fields.sent_at).and_then(|value| value.as_i64());
        let kind = text(self.fields.kind).unwrap_or_default().parse().map_err(|detail| {
            IndexError::Damaged { path: self.path.clone(), detail: format!("row {row}: {detail}") }
        })?;
        Ok(Some(Card {
            subject: text(self.fields.text(TextField::Subject)),
            from: text(self.fields.from_shown),
            sent_at: micros.and_then(DateTime::from_timestamp_micros),
            file_name: text(self.fields.file_name),
            kind,
        }))
    }

    fn find(&self, row: u64) -> tantivy::Result<Option<DocAddress>> {
        let term = Term::from_field_u64(self.fields.row, row);
        for (segment, reader) in (0_u32..).zip(self.searcher.segment_readers()) {
            let index = reader.inverted_index(self.fields.row)?;
            if let Some(postings) = index.read_postings(&term, IndexRecordOption::Basic)?
                && postings.doc() != TERMINATED
            {
                return Ok(Some(DocAddress::new(segment, postings.doc())));
            }
        }
        Ok(None)
    }

    /// The engine's view, for `duces-query` alone.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The fields, for `duces-query` alone.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }
}
