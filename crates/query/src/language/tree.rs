//! The tree of a query, and its one canonical form.

use super::Dialect;
use super::parser::{Tree, TreeKind};
use duces_indexer::TextField;
use std::fmt;

/// What is asked of a document's words. Branches have at least two children, and none is of its
/// parent's kind: `(a or b) or c` is one branch of three.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// All hold.
    And(Vec<Node>),
    /// At least one holds.
    Or(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// It holds within that field alone.
    Field(TextField, Box<Node>),
    /// The words stand one behind the other.
    Phrase(Phrase),
}

/// Words that stand one behind the other in one field; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase(Vec<Element>);

/// One word of a phrase, as the tokenisation writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Element {
    /// That word.
    Word(String),
    /// Any word that starts so.
    Prefix(String),
}

impl Phrase {
    /// The words in their order; `None` where there is none.
    pub(crate) fn new(elements: Vec<Element>) -> Option<Self> {
        (!elements.is_empty()).then_some(Self(elements))
    }

    /// The words in their order.
    pub fn elements(&self) -> &[Element] {
        &self.0
    }
}

/// A query as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    dialect: Dialect,
    fields: Vec<TextField>,
    written: String,
    node: Node,
    alternatives: Vec<Alternative>,
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
    pub(super) fn assemble(dialect: Dialect, fields: Vec<TextField>, text: &str, tree: &Tree) -> Self {
        let alternative = |tree: &Tree| Alternative {
            written: text[tree.span.clone()].trim().to_owned(),
            node: lower(tree),
        };
        let alternatives = match &tree.kind {
            TreeKind::Or(children) => children.iter().map(alternative).collect(),
            _ => vec![Alternative { written: text.trim().to_owned(), node: lower(tree) }],
        };
        Self { dialect, fields, written: text.trim().to_owned(), node: lower(tree), alternatives }
    }

    /// The dialect in which it was written.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The fields that are searched where the text names none.
    pub fn fields(&self) -> &[TextField] {
        &self.fields
    }

    /// As written, without the space around it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The tree.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The terms that a hit report counts: the alternatives of an `or` on top, else the whole.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// The one text for this tree: reading it gives the same tree again.
    pub fn canonical(&self) -> String {
        self.node.to_string()
    }
}

fn lower(tree: &Tree) -> Node {
    let all = |trees: &[Tree]| trees.iter().map(lower).collect();
    match &tree.kind {
        TreeKind::And(children) => Node::And(all(children)),
        TreeKind::Or(children) => Node::Or(all(children)),
        TreeKind::Not(child) => Node::Not(Box::new(lower(child))),
        TreeKind::Field(field, child) => Node::Field(*field, Box::new(lower(child))),
        TreeKind::Phrase(phrase) => Node::Phrase(phrase.clone()),
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Prefix(start) => write!(f, "{start}*"),
        }
    }
}

impl fmt::Display for Phrase {
    /// One word stands bare where that is safe, all else in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.0.as_slice()
            && !matches!(only, Element::Word(word) if super::lexer::is_reserved(word))
        {
            return only.fmt(f);
        }
        let words: Vec<String> = self.0.iter().map(Element::to_string).collect();
        write!(f, "\"{}\"", words.join(" "))
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, children: &[Self], word: &str| {
            for (at, child) in children.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                match child {
                    Self::And(_) | Self::Or(_) => write!(f, "({child})")?,
                    _ => child.fmt(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::And(children) => joined(f, children, "and"),
            Self::Or(children) => joined(f, children, "or"),
            Self::Not(child) if matches!(**child, Self::Phrase(_) | Self::Field(..)) => {
                write!(f, "not {child}")
            }
            Self::Not(child) => write!(f, "not ({child})"),
            Self::Field(field, child) => write!(f, "{} contains ({child})", field.as_str()),
            Self::Phrase(phrase) => phrase.fmt(f),
        }
    }
}
