//! Free searches, for a person at a terminal: the only place where contents of messages are shown.

mod asked;
mod facets;
mod open;
mod snippet;

pub use asked::Asked;
pub use facets::Facets;
pub use open::{OpenedDocument, SavedDocument, ShownAttachment, ShownParticipant};
pub use snippet::{Piece, Snippet};

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::produce::retained::ArchiveReader;
use crate::row_set::RowSet;
use crate::scope::Bounds;
use asked::Resolved;
use chrono::{DateTime, Utc};
use duces_indexer::Snapshot;
use duces_ledger::{DocumentRow, FreeSearch};
use duces_model::{DocId, DocumentKind};
use duces_packager::Retained as _;
use duces_query::Terms;
use duces_register::Register;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdHocReport {
    /// Its number in the ledger.
    pub search: i64,
    /// The terms in the one canonical form; empty where none were asked for.
    pub canonical: String,
    /// Everything that was asked, in plain words.
    pub asked: Vec<String>,
    /// How many documents match.
    pub hits: u64,
    /// For how many it cannot be told.
    pub cannot_tell: u64,
    /// Whether that is a bound: with sources or channels given, some of them may be of others.
    pub cannot_tell_at_most: bool,
    /// How many were searched.
    pub searched: u64,
    /// Which page this is, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
    /// Counts over all hits; absent where no list was asked for.
    pub facets: Option<Facets>,
    /// The hits of this page, the newest first.
    pub cards: Vec<SearchCard>,
}

impl Workspace {
    /// Searches freely, for a person at a terminal, and records the search.
    ///
    /// # Errors
    /// Mistakes in the terms or the criteria, an index that is missing.
    pub fn search_terms(&mut self, asked: &Asked, actor: &Actor) -> Result<AdHocReport, WorkspaceError> {
        let register = self.register()?;
        let resolved = asked.resolve(&register, self.config.firm.zone)?;
        let snapshot = self.snapshot()?;
        let found = duces_query::search(&snapshot, &resolved.ad_hoc, usize::MAX)?;
        let (rows, uncertain, searched) = self.of_sources(&snapshot, &register, &resolved, found.rows)?;
        let hits = rows.len() as u64;
        let cannot_tell = found.cannot_tell + uncertain;
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
            counts: serde_json::json!({ "hits": hits, "cannot_tell": cannot_tell, "searched": searched }),
        };
        let search = self.ledger.record_free_search(&actor.act(), &recorded)?;
        Ok(AdHocReport {
            search,
            canonical: resolved.ad_hoc.terms.as_ref().map(Terms::canonical).unwrap_or_default(),
            asked: resolved.explain(),
            hits,
            cannot_tell,
            cannot_tell_at_most: resolved.sources.is_some() && cannot_tell > 0,
            searched,
            page: asked.page,
            pages: hits.div_ceil(asked.limit.max(1)),
            facets,
            cards,
        })
    }

    /// The rows that belong to the sources asked, in their order, how many may belong to them, and how many
    /// documents those sources have.
    fn of_sources(
        &self,
        snapshot: &Snapshot,
        register: &Register,
        resolved: &Resolved,
        rows: Vec<u64>,
    ) -> Result<(Vec<u64>, u64, u64), WorkspaceError> {
        let Some(sources) = &resolved.sources else { return Ok((rows, 0, snapshot.documents())) };
        self.require_attributed(register)?;
        let documents = snapshot.documents();
        let bounds = Bounds {
            inside: RowSet::of(documents, &self.ledger.source_rows(sources)?),
            uncertain: RowSet::of(documents, &self.ledger.weakly_attributed_rows()?),
        };
        let uncertain = rows
            .iter()
            .filter(|row| !bounds.inside.contains(**row) && bounds.uncertain.contains(**row))
            .count();
        Ok((crate::census::within(&bounds.inside, &rows), uncertain as u64, bounds.inside.count()))
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
        let mut reader = ArchiveReader::new(&self.root, &self.config.archives, &by_id);
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
