//! Criteria taken apart into leaves that each answer for themselves; still engine-neutral.

use crate::criteria::{Criteria, Documents, Domain, Side};
use crate::language::{Node, Words};
use crate::leaf_people;
use crate::party::Party;
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
    Received(DateWindow),
    /// Addresses and domains that count at all times.
    Party(Side, Party),
    /// Somebody outside these domains takes part.
    Outside(Vec<Domain>),
    /// The document is a message.
    Message,
    /// The words stand in one of the fields.
    Words(Vec<TextField>, Words),
    /// The words stand in the fields at least that often.
    AtLeast(Vec<TextField>, u32, Words),
}

impl Leaf {
    /// What keeps the leaf from being denied where it does not hold.
    pub(crate) fn unknowns(&self) -> &'static [Flag] {
        match self {
            Self::Sent(_) => &[Flag::Date, Flag::Unreadable],
            // What is not known of the date is told by the column itself.
            Self::Received(_) => &[Flag::Unreadable],
            Self::Party(..) | Self::Outside(_) => &[Flag::Participants, Flag::Unreadable],
            Self::Message => &[],
            Self::Words(fields, _) | Self::AtLeast(fields, ..) if fields.contains(&TextField::Body) => {
                &[Flag::Text, Flag::Unreadable]
            }
            Self::Words(..) | Self::AtLeast(..) => &[Flag::Unreadable],
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
        Criteria::Received(window) => Formula::Leaf(Leaf::Received(*window)),
        Criteria::Party { side, party } => leaf_people::of_party(*side, party),
        Criteria::Outside(firm) => Formula::Leaf(Leaf::Outside(firm.clone())),
        Criteria::Documents(Documents::All) => Formula::All(Vec::new()),
        Criteria::Documents(Documents::Messages) => Formula::Leaf(Leaf::Message),
        Criteria::Documents(Documents::Attachments) => Formula::Not(Box::new(Formula::Leaf(Leaf::Message))),
        Criteria::Terms(terms) => of_node(terms.node(), terms.fields()),
        Criteria::Identifier(one) => of_node(&one.node(), one.fields()),
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
        Node::Words(words) => Formula::Leaf(Leaf::Words(fields.to_vec(), words.clone())),
        Node::AtLeast(times, words) => Formula::Leaf(Leaf::AtLeast(fields.to_vec(), *times, words.clone())),
    }
}
