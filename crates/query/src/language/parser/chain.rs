//! Operands joined by "and", "or" and "but not", and what of these reads two ways.

use super::Parser;
use crate::language::TermMistake;
use crate::language::grammar::Grammar;
use crate::language::lexer::Kind;
use crate::language::placed::{Tree, TreeKind};
use crate::language::rewrite::Joint;
use crate::language::tree::Words;
use crate::language::warning::Warning;
use std::ops::Range;

impl Parser<'_> {
    /// Operands between `and`s or `or`s, up to the end or a closing parenthesis.
    pub(super) fn chain(&mut self) -> Tree {
        let mut units = vec![self.unit()];
        let mut joints = Vec::new();
        while let Some(joint) = self.joint(&units) {
            let unit = self.unit();
            units.push(match joint {
                Joint::ButNot => {
                    let span = unit.span.clone();
                    Tree::new(TreeKind::Not(Box::new(unit)), span)
                }
                _ => unit,
            });
            joints.push(joint);
        }
        for unit in &mut units {
            if matches!(unit.kind, TreeKind::Edge(_)) {
                *unit = self.stray_edge(unit.span.clone());
            }
        }
        let span = units[0].span.start..units[units.len() - 1].span.end;
        if self.reads_two_ways(&units, &joints, span.clone()) || joints.contains(&Joint::Wrong) {
            return Tree::new(TreeKind::Wrong, span);
        }
        join(units, &joints, span)
    }

    /// What joins the next operand to those before; `None` at the end of the chain.
    fn joint(&mut self, units: &[Tree]) -> Option<Joint> {
        let lexis_not = self.grammar == Grammar::Lexis && self.peek_second() == Some(&Kind::Not);
        let joint = match self.peek()? {
            Kind::Close => return None,
            Kind::And if lexis_not => {
                self.at += 1;
                Joint::ButNot
            }
            Kind::And => Joint::And,
            Kind::Or => Joint::Or,
            Kind::ButNot => Joint::ButNot,
            Kind::WrongOperator => Joint::Wrong,
            _ if self.grammar == Grammar::Westlaw => return Some(Joint::Or),
            _ => {
                self.no_operator(units);
                return Some(Joint::Wrong);
            }
        };
        self.at += 1;
        Some(joint)
    }

    /// Two operands side by side, in a dialect that gives this no meaning.
    fn no_operator(&mut self, units: &[Tree]) {
        let here = self.here();
        let before = units.last().filter(|unit| matches!(unit.kind, TreeKind::Words(Words::Phrase(_))));
        let (message, hint) = match (self.grammar, self.peek(), before) {
            (Grammar::Lexis, Some(Kind::Words(_)), Some(before)) => {
                let two = [&self.text[before.span.clone()], &self.text[here.clone()]]
                    .map(|word| word.trim_matches('"'));
                (
                    "words side by side are not known in Lexis, and read two ways".to_owned(),
                    format!(
                        "write \"{0} {1}\" in quotes for the phrase, or {0} or {1} for either word",
                        two[0], two[1]
                    ),
                )
            }
            _ => {
                let (and, not) = (self.grammar.and(), self.grammar.and_not());
                (
                    "expected an operator before this".to_owned(),
                    format!("put {and:?}, \"or\" or {not:?} between them"),
                )
            }
        };
        self.mistakes.push(TermMistake::new(here, message).hint(hint));
    }

    /// Whether a chain reads two ways; the mistake, or the warning, is noted.
    fn reads_two_ways(&mut self, units: &[Tree], joints: &[Joint], span: Range<usize>) -> bool {
        let rewrite = self.rewrite();
        let has_or = joints.contains(&Joint::Or);
        let excludes = joints.iter().rposition(|joint| *joint == Joint::ButNot);
        if has_or && joints.iter().any(|joint| matches!(joint, Joint::And | Joint::ButNot)) {
            let [tight_and, tight_or] = rewrite.mixed(units, joints);
            let message = match self.grammar {
                Grammar::Westlaw => {
                    "\"and\" (\"&\", \"%\") and \"or\" (a space) are mixed without parentheses, which reads two ways"
                }
                _ => "\"and\" and \"or\" are mixed without parentheses, which reads two ways",
            };
            self.wrong(span, message, format!("write {tight_and} or {tight_or}"));
            return true;
        }
        if let Some(first) = joints.iter().position(|joint| *joint == Joint::ButNot)
            && (excludes != Some(first) || first + 1 < joints.len())
        {
            let [left, right] = rewrite.exclusion(units, joints, first);
            let not = self.grammar.and_not();
            let message = format!("{not:?} before another operator reads two ways: what does it exclude");
            self.wrong(span, message, format!("write {left} or {right}"));
            return true;
        }
        if has_or && units.iter().any(Tree::is_loose_proximity) {
            let [near, or] = rewrite.loose(units, joints);
            if self.grammar.is_legal() {
                let message = "\"or\" beside a proximity reads two ways without parentheses";
                self.wrong(span, message, format!("write {near} or {or}"));
                return true;
            }
            let message =
                format!("\"or\" beside a proximity reads two ways; it is read as {near}, not as {or}");
            self.warnings.push(Warning { span, message });
        }
        false
    }
}

/// Joins operands; a group of the same kind dissolves in its parent.
fn join(mut units: Vec<Tree>, joints: &[Joint], span: Range<usize>) -> Tree {
    let Some(first) = joints.first() else {
        return units.remove(0);
    };
    let or = *first == Joint::Or;
    let mut children = Vec::new();
    for unit in units {
        match (or, unit.kind) {
            (false, TreeKind::And(inner)) | (true, TreeKind::Or(inner)) => children.extend(inner),
            (_, kind) => children.push(Tree { kind, ..unit }),
        }
    }
    Tree::new(if or { TreeKind::Or(children) } else { TreeKind::And(children) }, span)
}
