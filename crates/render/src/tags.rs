//! The structure of the document for readers that do not see it (tagged PDF).

use krilla::tagging::{Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// What a part of the document is.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    HeadRows,
    Rows,
    Row,
    /// Names the column below it.
    ColumnHead,
    /// Names the row after it.
    RowHead,
    Cell,
}

/// A part that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartId(usize);

#[derive(Debug)]
enum Child {
    Part(PartId),
    Leaf(Identifier),
}

/// All parts, in reading order.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    parts: Vec<(Part, Vec<Child>)>,
    roots: Vec<PartId>,
}

impl Tags {
    /// Opens a part inside another, or at the top.
    pub(crate) fn open(&mut self, part: Part, inside: Option<PartId>) -> PartId {
        let id = PartId(self.parts.len());
        self.parts.push((part, Vec::new()));
        match inside {
            Some(parent) => self.parts[parent.0].1.push(Child::Part(id)),
            None => self.roots.push(id),
        }
        id
    }

    /// Says that a piece of a page belongs to a part.
    pub(crate) fn leaf(&mut self, part: PartId, leaf: Identifier) {
        self.parts[part.0].1.push(Child::Leaf(leaf));
    }

    /// The tree as the PDF writer takes it.
    pub(crate) fn into_tree(mut self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for root in std::mem::take(&mut self.roots) {
            tree.push(self.group(root));
        }
        tree
    }

    fn group(&mut self, id: PartId) -> TagGroup {
        let (part, children) = std::mem::replace(&mut self.parts[id.0], (Part::Paragraph, Vec::new()));
        let mut group = TagGroup::new(kind(part));
        for child in children {
            match child {
                Child::Part(id) => group.push(self.group(id)),
                Child::Leaf(leaf) => group.push(leaf),
            }
        }
        group
    }
}

fn kind(part: Part) -> TagKind {
    match part {
        Part::Heading(level, text) => {
            Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text)).into()
        }
        Part::Paragraph => Tag::P.into(),
        Part::List => Tag::L(ListNumbering::None).into(),
        Part::Item => Tag::LI.into(),
        Part::Label => Tag::Lbl.into(),
        Part::Body => Tag::LBody.into(),
        Part::Table => Tag::Table.into(),
        Part::HeadRows => Tag::THead.into(),
        Part::Rows => Tag::TBody.into(),
        Part::Row => Tag::TR.into(),
        Part::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Part::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Part::Cell => Tag::TD.into(),
    }
}
