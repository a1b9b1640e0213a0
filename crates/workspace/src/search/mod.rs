//! Free searches, for a person at a terminal: the only place where contents of messages are shown.

mod asked;
mod cut;
mod facets;
mod open;
mod snippet;

pub use asked::Asked;
pub use facets::Facets;
pub use open::{OpenedDocument, SavedDocument, ShownAttachment, ShownParticipant};
pub use snippet::{Piece, Snippet};

use crate::error::WorkspaceError;
use crate::hits::TermExpansion;
use crate::home::{Actor, Workspace};
use crate::produce::journal::JournalReports;
use crate::produce::retained::ArchiveReader;
use chrono::{DateTime, Utc};
use duces_indexer::Snapshot;
use duces_ledger::{DocumentRow, FreeSearch};
use duces_model::{DocId, DocumentKind, SourceId};
use duces_packager::Retained as _;
use duces_query::Terms;
use serde::Serialize;
use std::collections::BTreeMap;

/// A document in a list at the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchCard {
    /// Its identity; `duces search --open` takes its first sixteen digits too.
    pub document: String,
    /// Which kind.
    pub kind: String,
    /// When its message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Sender as written.
    pub from: String,
    /// Subject, or the attachment's name.
    pub title: String,
    /// Sources it belongs to.
    pub sources: Vec<String>,
    /// A piece of its text with what was found; absent where no word of the search stands in it.
    pub snippet: Option<Snippet>,
    /// Why its text cannot be shown, where it cannot.
    pub not_shown: Option<String>,
}

/// The result of a free search.
#[derive(Debug, Clone, Serialize)]
pub struct AdHocReport {
    /// Its number in the ledger.
    pub search: i64,
    /// The terms in the one canonical form; empty where none were asked for.
    pub canonical: String,
    /// Everything that was asked, in plain words.
    pub asked: Vec<String>,
    /// What the reader of the terms must know: another dialect reads them otherwise, and the like.
    pub warnings: Vec<String>,
    /// The words that each pattern of the terms stands for: all of them.
    pub expansions: Vec<TermExpansion>,
    /// How many documents match.
    pub hits: u64,
    /// For how many it cannot be told.
    pub cannot_tell: u64,
    /// The same by reason; a document may have several.
    pub cannot_tell_because: BTreeMap<String, u64>,
    /// How many were searched: where sources or channels are asked, those of them and those of no certain source.
    pub searched: u64,
    /// Sources asked for of which nothing was captured: that nothing of them was found means nothing.
    pub not_captured: Vec<SourceId>,
    /// Whether nothing at all was there to be searched that is certain to be of what was asked: no source
    /// asked for was captured, or the archive is empty.
    pub nothing_captured: bool,
    /// Whether that is because no source of the register is of the sources and channels asked.
    pub no_source: bool,
    /// Which page this is, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// Counts over all hits; absent where no list was asked for.
    pub facets: Option<Facets>,
    /// The hits of this page, the newest first.
    pub cards: Vec<SearchCard>,
}

impl AdHocReport {
    /// Whether a person must look: it cannot be told of some, or something asked for was never captured.
    pub fn needs_person(&self) -> bool {
        self.cannot_tell > 0 || self.nothing_captured || !self.not_captured.is_empty()
    }
}

impl Workspace {
    /// Searches freely, for a person at a terminal, and records the search.
    ///
    /// # Errors
    /// Mistakes in the terms or the criteria, an index that is missing.
    pub fn search_terms(&mut self, asked: &Asked, actor: &Actor) -> Result<AdHocReport, WorkspaceError> {
        let register = self.register()?;
        let resolved = asked.resolve(&self.people(&register))?;
        let snapshot = self.snapshot()?;
        let found = duces_query::search(&snapshot, &resolved.ad_hoc, usize::MAX)?;
        let asked_sources = self.asked_sources(&snapshot, &register, resolved.sources.as_deref())?;
        let cut = cut::cut(found.rows, &found.cannot_tell, asked_sources.bounds.as_ref());
        let (rows, hits, cannot_tell) = (cut.rows, cut.hits, cut.cannot_tell);
        let expansion =
            |found: duces_query::Expansion| TermExpansion { pattern: found.pattern, words: found.terms };
        let expansions: Vec<TermExpansion> = found.expansions.into_iter().map(expansion).collect();
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let from = limit.saturating_mul(usize::try_from(asked.page.saturating_sub(1)).unwrap_or(usize::MAX));
        let listed: Vec<u64> = rows.iter().skip(from).take(limit).copied().collect();
        let facets = if limit == 0 { None } else { Some(self.facets(&register, &rows)?) };
        let cards = self.cards(&snapshot, &listed, resolved.ad_hoc.terms.as_ref())?;
        let recorded = FreeSearch {
            dialect: asked.dialect.clone().unwrap_or_default(),
            written: asked.terms.clone().unwrap_or_default(),
            exact: resolved.exact().to_string(),
            snapshot: self.snapshot_id()?,
            register_sha256: register.digest(),
            analyzer: duces_indexer::ANALYZER_VERSION,
            documents: snapshot.documents(),
            counts: serde_json::json!({
                "hits": hits, "cannot_tell": cannot_tell, "cannot_tell_because": cut.because,
                "searched": asked_sources.searched, "not_captured": asked_sources.not_captured,
                "nothing_captured": asked_sources.nothing_captured, "no_source": asked_sources.no_source,
                "expansions": expansions,
            }),
        };
        let search = self.ledger.record_free_search(&actor.act(), &recorded)?;
        Ok(AdHocReport {
            search,
            canonical: resolved.ad_hoc.terms.as_ref().map(Terms::canonical).unwrap_or_default(),
            asked: resolved.explain(),
            warnings: resolved.warnings(),
            expansions,
            hits,
            cannot_tell,
            cannot_tell_because: cut.because,
            searched: asked_sources.searched,
            not_captured: asked_sources.not_captured,
            nothing_captured: asked_sources.nothing_captured,
            no_source: asked_sources.no_source,
            page: asked.page,
            pages: hits.div_ceil(asked.limit.max(1)),
            facets,
            cards,
        })
    }

    fn cards(
        &self,
        snapshot: &Snapshot,
        rows: &[u64],
        terms: Option<&Terms>,
    ) -> Result<Vec<SearchCard>, WorkspaceError> {
        let documents = self.ledger.documents(rows)?;
        let by_id: BTreeMap<DocId, DocumentRow> =
            documents.iter().map(|document| (document.id, document.clone())).collect();
        let mut reader = ArchiveReader::new(&self.root, &self.config, &by_id, JournalReports::default());
        let mut cards = Vec::new();
        for document in &documents {
            let Some(card) = snapshot.card(document.row)? else { continue };
            let (snippet, not_shown) = match reader.fetch(&document.id) {
                Ok(fetched) => (snippet::of(&fetched.document, &fetched.message, terms), None),
                Err(error) => (None, Some(error.to_string())),
            };
            cards.push(SearchCard {
                document: document.id.to_string(),
                kind: document.kind.as_str().to_owned(),
                sent_at: document.sent_at,
                from: card.from.unwrap_or_default(),
                title: match document.kind {
                    DocumentKind::Message => card.subject.or(card.file_name),
                    _ => card.file_name.or(card.subject),
                }
                .unwrap_or_default(),
                sources: crate::hits::source_names(document),
                snippet,
                not_shown,
            });
        }
        Ok(cards)
    }
}
