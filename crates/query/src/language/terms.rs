//! A query as read, with what its reader must know.

use super::Dialect;
use super::list::TermList;
use super::placed::{Tree, TreeKind};
use super::reading::Reading;
use super::tree::Node;
use super::warning::{self, Warning};
use duces_indexer::TextField;
use std::sync::Arc;

/// A query as read; cheap to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Arc<Contents>);

/// What a query holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) dialect: Dialect,
    pub(super) fields: Vec<TextField>,
    pub(super) noise: Vec<String>,
    pub(super) written: String,
    pub(super) node: Node,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) warnings: Vec<Warning>,
    pub(super) list: Option<TermList>,
}

/// One of the terms that a hit report counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// As written.
    pub written: String,
    /// As read.
    pub node: Node,
}

impl Terms {
    /// What was read from `text`; the warnings' places are those of the text.
    pub(super) fn of_text(reading: &Reading, text: &str, tree: &Tree, warnings: Vec<Warning>) -> Self {
        let written = text.trim();
        let blank = text.len() - text.trim_start().len();
        let alternative = |tree: &Tree| Alternative {
            written: text[tree.span.clone()].trim().to_owned(),
            node: tree.lower(),
        };
        let node = tree.lower();
        let alternatives = match &tree.kind {
            TreeKind::Or(children) => children.iter().map(alternative).collect(),
            _ => vec![Alternative { written: written.to_owned(), node: node.clone() }],
        };
        let place = |at: usize| at.saturating_sub(blank).min(written.len());
        let placed = |warning: Warning| Warning {
            span: place(warning.span.start)..place(warning.span.end),
            message: warning.message,
        };
        let mut warnings: Vec<Warning> = warnings.into_iter().map(placed).collect();
        warnings.extend(warning::in_other_dialects(
            reading.dialect(),
            reading.fields(),
            reading.noise(),
            written,
            &node,
        ));
        Self::new(Contents {
            dialect: reading.dialect(),
            fields: reading.fields().to_vec(),
            noise: reading.noise().to_vec(),
            written: written.to_owned(),
            node,
            alternatives,
            warnings,
            list: None,
        })
    }

    pub(super) fn new(contents: Contents) -> Self {
        Self(Arc::new(contents))
    }

    /// The dialect in which it was written.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// The fields that are searched where the text names none.
    pub fn fields(&self) -> &[TextField] {
        &self.0.fields
    }

    /// The noise words for which any word stands inside a phrase.
    pub fn noise(&self) -> &[String] {
        &self.0.noise
    }

    /// As written, without the space around it; of a list, its terms one a line.
    pub fn written(&self) -> &str {
        &self.0.written
    }

    /// The tree.
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// The terms that a hit report counts: the rows of a list, else the alternatives of an `or` on
    /// top, else the whole.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.0.alternatives
    }

    /// What its writer may not have meant: other readings, words left out, terms that stand twice.
    pub fn warnings(&self) -> &[Warning] {
        &self.0.warnings
    }

    /// The list from which it came, where it came from one.
    pub fn list(&self) -> Option<&TermList> {
        self.0.list.as_ref()
    }

    /// The one text for this tree: reading it as canonical form gives the same tree again.
    pub fn canonical(&self) -> String {
        self.0.node.to_string()
    }
}
