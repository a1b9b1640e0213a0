//! The tree of a query whose parts know where they stand.

use super::tree::{Node, Side, Words};
use duces_indexer::TextField;
use std::ops::Range;

/// A tree whose parts know where they stand.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) kind: TreeKind,
    pub(super) span: Range<usize>,
    /// It stands in parentheses of its own.
    pub(super) grouped: bool,
    /// Where the operator of a proximity stands, also of one below a `not`.
    pub(super) seam: Option<Range<usize>>,
}

#[derive(Debug, Clone)]
pub(super) enum TreeKind {
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    Field(TextField, Box<Tree>),
    Words(Words),
    AtLeast(u32, Words),
    /// An edge of a text, until it has become the side of a proximity.
    Edge(Side),
    /// What could not be read; its mistake is noted.
    Wrong,
}

impl Tree {
    pub(super) fn new(kind: TreeKind, span: Range<usize>) -> Self {
        Self { kind, span, grouped: false, seam: None }
    }

    /// The tree without places. Only a tree without a [`Tree::hole`] is asked.
    pub(super) fn lower(&self) -> Node {
        let all = |trees: &[Self]| trees.iter().map(Self::lower).collect();
        match &self.kind {
            TreeKind::And(children) => Node::And(all(children)),
            TreeKind::Or(children) => Node::Or(all(children)),
            TreeKind::Not(child) => Node::Not(Box::new(child.lower())),
            TreeKind::Field(field, child) => Node::Field(*field, Box::new(child.lower())),
            TreeKind::Words(words) => Node::Words(words.clone()),
            TreeKind::AtLeast(times, words) => Node::AtLeast(*times, words.clone()),
            TreeKind::Edge(_) | TreeKind::Wrong => unreachable!("a tree with a hole is not lowered"),
        }
    }

    /// Where it holds what could not be read, or an edge that is no side.
    pub(super) fn hole(&self) -> Option<Range<usize>> {
        match &self.kind {
            TreeKind::And(children) | TreeKind::Or(children) => children.iter().find_map(Self::hole),
            TreeKind::Not(child) | TreeKind::Field(_, child) => child.hole(),
            TreeKind::Words(_) | TreeKind::AtLeast(..) => None,
            TreeKind::Edge(_) | TreeKind::Wrong => Some(self.span.clone()),
        }
    }

    /// Whether it is a proximity, or the `not` of one, without parentheses of its own.
    pub(super) fn is_loose_proximity(&self) -> bool {
        !self.grouped && self.seam.is_some()
    }
}
