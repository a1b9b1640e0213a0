//! What may stand on the two sides of a proximity, and inside `atleast`.

use super::TermMistake;
use super::grammar::Grammar;
use super::operator::Nearness;
use super::placed::{Tree, TreeKind};
use super::rewrite::{Joint, Rewrite};
use super::tree::{Near, Side, Within, Words};
use std::ops::Range;

/// What cannot stand in a side, and where.
struct Misfit<'t> {
    tree: &'t Tree,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Its mistake is noted already.
    Noted,
    Not,
    Field,
    AtLeast,
    Edge,
    /// An and-group deeper than the side itself.
    And,
    /// A proximity with an and-group, inside another proximity.
    Nested,
}

/// Makes the proximity of two operands, its operator being how near, whether negated, and where.
pub(super) fn near(
    rewrite: &Rewrite<'_>,
    left: &Tree,
    right: &Tree,
    (nearness, negated, seam): (Nearness, bool, Range<usize>),
) -> Result<Near, Vec<TermMistake>> {
    let sides = [side(left), side(right)];
    let mut mistakes = Vec::new();
    let operator = &rewrite.text[seam.clone()];
    for (found, (own, other)) in sides.iter().zip([(left, right), (right, left)]) {
        if let Err(misfit) = found {
            let own_first = std::ptr::eq(own, left);
            mistakes.extend(mistake_of(rewrite, misfit, own, |part| {
                let other = rewrite.grouped(other);
                if own_first {
                    format!("{part} {operator} {other}")
                } else {
                    format!("{other} {operator} {part}")
                }
            }));
        }
    }
    let [Ok(left_side), Ok(right_side)] = sides else { return Err(mistakes) };
    let whole = left.span.start..right.span.end;
    let is_edge = |side: &Side| matches!(side, Side::FirstWord | Side::LastWord);
    let wrong = |message: &str, hint: String| Err(vec![TermMistake::new(whole.clone(), message).hint(hint)]);
    match (&left_side, &right_side) {
        (Side::AllOf(_), Side::AllOf(_)) => {
            let TreeKind::And(parts) = &right.kind else { return Err(mistakes) };
            let text = rewrite.distributed(parts, Joint::And, |part| {
                format!("{} {operator} {part}", rewrite.grouped(left))
            });
            wrong(
                "both sides of a proximity are joined by \"and\", which reads several ways",
                match text {
                    Some(text) => format!("write {text}, if that is meant"),
                    None => "write a proximity for each part of one side".to_owned(),
                },
            )
        }
        (Side::AllOf(_), _) | (_, Side::AllOf(_)) if negated => wrong(
            "a group joined by \"and\" stands beside \"not w/N\", which reads two ways",
            "write a proximity for each of its parts, joined by \"and\" or by \"or\"".to_owned(),
        ),
        (a, b) if is_edge(a) && is_edge(b) => {
            wrong("both sides of a proximity are edges of the text", "name a word on one side".to_owned())
        }
        (a, _) if is_edge(a) && negated => wrong(
            "an edge of the text stands before \"not w/N\"",
            "put the word first: fee not w/5 xfirstword".to_owned(),
        ),
        (a, b) if (is_edge(a) || is_edge(b)) && !is_plain(nearness) => wrong(
            "an edge of the text stands beside an operator other than \"w/N\"",
            "write fee w/5 xfirstword for a place among the first five words".to_owned(),
        ),
        _ => Ok(Near {
            left: left_side,
            right: right_side,
            within: nearness.within,
            ordered: nearness.ordered,
            negated,
        }),
    }
}

fn is_plain(nearness: Nearness) -> bool {
    !nearness.ordered && matches!(nearness.within, Within::Words(_))
}

fn side(tree: &Tree) -> Result<Side, Misfit<'_>> {
    match &tree.kind {
        TreeKind::Edge(edge) => Ok(edge.clone()),
        TreeKind::And(parts) => Ok(Side::AllOf(parts.iter().map(words).collect::<Result<_, _>>()?)),
        _ => words(tree).map(Side::Words),
    }
}

/// A phrase, an or-group or a nested proximity.
fn words(tree: &Tree) -> Result<Words, Misfit<'_>> {
    let why = match &tree.kind {
        TreeKind::Words(words) if has_all_of(words) => Why::Nested,
        TreeKind::Words(words) => return Ok(words.clone()),
        TreeKind::Or(parts) => return Ok(Words::AnyOf(parts.iter().map(words).collect::<Result<_, _>>()?)),
        TreeKind::And(_) => Why::And,
        TreeKind::Not(_) => Why::Not,
        TreeKind::Field(..) => Why::Field,
        TreeKind::AtLeast(..) => Why::AtLeast,
        TreeKind::Edge(_) => Why::Edge,
        TreeKind::Wrong => Why::Noted,
    };
    Err(Misfit { tree, why })
}

/// Whether a proximity with an and-group is among the words.
fn has_all_of(words: &Words) -> bool {
    let in_side = |side: &Side| match side {
        Side::AllOf(_) => true,
        Side::Words(words) => has_all_of(words),
        Side::FirstWord | Side::LastWord => false,
    };
    match words {
        Words::Phrase(_) => false,
        Words::AnyOf(several) => several.iter().any(has_all_of),
        Words::Near(near) => in_side(&near.left) || in_side(&near.right),
    }
}

/// The words whose matches `atleast` counts.
pub(super) fn counted(tree: &Tree) -> Result<Words, Option<TermMistake>> {
    words(tree).map_err(|misfit| {
        let message = match misfit.why {
            Why::Noted | Why::Edge => return None,
            Why::Not => "\"not\" stands inside \"atleast\", whose words are counted",
            Why::Field => "a field stands inside \"atleast\", which counts over all fields",
            Why::AtLeast => "\"atleast\" stands inside \"atleast\"",
            Why::And | Why::Nested => "\"and\" stands inside \"atleast\", and it is not clear what to count",
        };
        let hint = "count a word, a phrase, an or-group or a proximity of two words";
        Some(TermMistake::new(misfit.tree.span.clone(), message).hint(hint))
    })
}

/// What to say of a side that cannot be one; `near` writes the proximity with a part in its stead.
fn mistake_of(
    rewrite: &Rewrite<'_>,
    misfit: &Misfit<'_>,
    side: &Tree,
    near: impl Fn(&str) -> String,
) -> Option<TermMistake> {
    let (and, not) = (rewrite.grammar.and(), rewrite.grammar.and_not());
    let (message, hint) = match misfit.why {
        Why::Noted => return None,
        Why::Edge => ("an edge of the text stands in a group", "write fee w/5 xfirstword".to_owned()),
        Why::Not => {
            let hint = match rewrite.grammar {
                Grammar::DtSearch | Grammar::Canonical => {
                    "write \"a not w/5 b\", or put the \"not\" outside: (a w/5 b) and not c".to_owned()
                }
                _ => format!("put it outside, behind the proximity: {not:?}"),
            };
            ("\"not\" stands inside one side of a proximity", hint)
        }
        Why::Field => (
            "a field stands inside a proximity",
            "put the proximity inside the field: subject contains (a w/5 b)".to_owned(),
        ),
        Why::AtLeast => ("\"atleast\" stands inside a proximity", format!("join the two with {and:?}")),
        Why::Nested => (
            "a proximity with a group joined by \"and\" stands inside another proximity",
            format!("write a proximity for each part of the group, joined by {and:?}"),
        ),
        Why::And => {
            let proposal = match &side.kind {
                TreeKind::Or(parts) => rewrite.distributed(parts, Joint::Or, near),
                _ => None,
            };
            let hint = match proposal {
                Some(text) => format!("write {text}"),
                None => format!("write a proximity for each part, joined by {and:?} or \"or\""),
            };
            ("\"and\" stands inside an or-group on one side of a proximity", hint)
        }
    };
    Some(TermMistake::new(misfit.tree.span.clone(), message).hint(hint))
}
