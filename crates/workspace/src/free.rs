//! Free searches, for a person at a terminal.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use chrono::{DateTime, Utc};
use duces_indexer::Snapshot;
use duces_query::AdHoc;
use serde::Serialize;
use std::collections::BTreeMap;

/// A document in a list at the terminal.
#[derive(Debug, Serialize)]
pub struct SearchCard {
    /// Its identity.
    pub document: String,
    /// When its message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Sender as written.
    pub from: String,
    /// Subject, or the attachment's name.
    pub title: String,
    /// Sources it belongs to.
    pub sources: Vec<String>,
}

/// The result of a free search.
#[derive(Debug, Serialize)]
pub struct AdHocReport {
    /// The terms in the one canonical form.
    pub canonical: String,
    /// How many documents match.
    pub hits: u64,
    /// For how many it cannot be told.
    pub cannot_tell: u64,
    /// How many were searched.
    pub searched: u64,
    /// The newest of the hits.
    pub cards: Vec<SearchCard>,
}

impl Workspace {
    /// Searches freely, for a person at a terminal.
    ///
    /// # Errors
    /// Mistakes in the terms, an index that is missing.
    pub fn search_terms(
        &mut self,
        dialect: &str,
        terms: &str,
        limit: usize,
        actor: &Actor,
    ) -> Result<AdHocReport, WorkspaceError> {
        let parsed = duces_query::parse_terms(dialect, terms, "the command line")?;
        let canonical = parsed.canonical();
        let snapshot = self.snapshot()?;
        let found =
            duces_query::search(&snapshot, &AdHoc { terms: Some(parsed), ..AdHoc::default() }, limit)?;
        let cards = self.cards(&snapshot, &found.rows)?;
        let detail = serde_json::json!({ "dialect": dialect, "terms": terms, "canonical": canonical, "hits": found.total });
        self.ledger.audit(&actor.act(), "search", &detail)?;
        Ok(AdHocReport {
            canonical,
            hits: found.total,
            cannot_tell: found.cannot_tell,
            searched: snapshot.documents(),
            cards,
        })
    }

    fn cards(&self, snapshot: &Snapshot, rows: &[u64]) -> Result<Vec<SearchCard>, WorkspaceError> {
        let documents: BTreeMap<u64, _> =
            self.ledger.documents(rows)?.into_iter().map(|document| (document.row, document)).collect();
        let mut cards = Vec::new();
        for row in rows {
            let (Some(card), Some(document)) = (snapshot.card(*row)?, documents.get(row)) else { continue };
            cards.push(SearchCard {
                document: document.id.to_string(),
                sent_at: document.sent_at,
                from: card.from.unwrap_or_default(),
                title: card.file_name.or(card.subject).unwrap_or_default(),
                sources: document.attributions.iter().map(|a| a.source.to_string()).collect(),
            });
        }
        Ok(cards)
    }
}
