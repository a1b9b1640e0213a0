//! Criteria taken apart into leaves that each answer for themselves; still engine-neutral.

use crate::criteria::{Criteria, Documents, Party, Side};
use crate::language::{Node, Phrase};
use crate::state::Resolved;
use duces_indexer::{Flag, TextField};
use duces_model::DateWindow;

/// A formula over leaves.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Not(Box<Formula>),
    Leaf(Leaf),
}

/// One question to a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Leaf {
    Sent(DateWindow),
    Party(Side, Party),
    /// The document is a message.
    Message,
    /// The phrase stands in one of the fields.
    Phrase(Vec<TextField>, Phrase),
}

impl Leaf {
    /// What keeps the leaf from being denied where it does not hold.
    pub(crate) fn unknowns(&self) -> &'static [Flag] {
        match self {
            Self::Sent(_) => &[Flag::Date, Flag::Unreadable],
            Self::Party(..) => &[Flag::Participants, Flag::Unreadable],
            Self::Message => &[],
            Self::Phrase(fields, _) if fields.contains(&TextField::Body) => &[Flag::Text, Flag::Unreadable],
            Self::Phrase(..) => &[Flag::Unreadable],
        }
    }
}

/// Takes criteria apart.
pub(crate) fn of_criteria(criteria: &Criteria<Resolved>) -> Formula {
    let all = |criteria: &[Criteria<Resolved>]| criteria.iter().map(of_criteria).collect();
    match criteria {
        Criteria::All(criteria) => Formula::All(all(criteria)),
        Criteria::Any(criteria) => Formula::Any(all(criteria)),
        Criteria::Not(criteria) => Formula::Not(Box::new(of_criteria(criteria))),
        Criteria::Sent(window) => Formula::Leaf(Leaf::Sent(*window)),
        Criteria::Party { side, party } => Formula::Leaf(Leaf::Party(*side, party.clone())),
        Criteria::Documents(Documents::All) => Formula::All(Vec::new()),
        Criteria::Documents(Documents::Messages) => Formula::Leaf(Leaf::Message),
        Criteria::Documents(Documents::Attachments) => Formula::Not(Box::new(Formula::Leaf(Leaf::Message))),
        Criteria::Terms(terms) => of_node(terms.node(), terms.fields()),
    }
}

/// Takes words apart; `fields` are those to be searched where the tree names none.
pub(crate) fn of_node(node: &Node, fields: &[TextField]) -> Formula {
    let all = |nodes: &[Node]| nodes.iter().map(|node| of_node(node, fields)).collect();
    match node {
        Node::And(nodes) => Formula::All(all(nodes)),
        Node::Or(nodes) => Formula::Any(all(nodes)),
        Node::Not(node) => Formula::Not(Box::new(of_node(node, fields))),
        Node::Field(field, node) => of_node(node, &[*field]),
        Node::Phrase(phrase) => Formula::Leaf(Leaf::Phrase(fields.to_vec(), phrase.clone())),
    }
}
