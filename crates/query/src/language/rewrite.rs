//! The readings of a text that reads two ways, written with parentheses.

use super::grammar::Grammar;
use super::placed::{Tree, TreeKind};
use super::tree::Words;
use std::ops::Range;

/// Most parts, and longest text, of which a proposal is written out: beyond them nobody reads it, and it
/// grows with the product of both sides.
const PARTS_MAX: usize = 20;
const TEXT_MAX: usize = 4096;
/// Most operands of a row of proximities that are shown.
const CHAIN_MAX: usize = 10;

/// What joins two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
    /// `%`, and Lexis' `and not`: the operand behind it is a `Not`, its place that of what is excluded.
    ButNot,
    /// A mistake, noted already.
    Wrong,
}

/// Writes parts of a text anew, in its own dialect.
#[derive(Clone, Copy)]
pub(super) struct Rewrite<'t> {
    pub(super) grammar: Grammar,
    pub(super) text: &'t str,
}

impl Rewrite<'_> {
    /// An operand as written.
    fn written(&self, tree: &Tree) -> &str {
        self.text[tree.span.clone()].trim()
    }

    /// An operand as written, in parentheses where it needs them beside an operator.
    pub(super) fn grouped(&self, tree: &Tree) -> String {
        let alone = tree.grouped
            || matches!(
                tree.kind,
                TreeKind::Words(Words::Phrase(_)) | TreeKind::Field(..) | TreeKind::AtLeast(..)
            );
        if alone { self.written(tree).to_owned() } else { format!("({})", self.written(tree)) }
    }

    /// With spaces around it.
    fn joint(&self, joint: Joint) -> String {
        match joint {
            Joint::And | Joint::Wrong => format!(" {} ", self.grammar.and()),
            Joint::Or => self.grammar.or().to_owned(),
            Joint::ButNot => format!(" {} ", self.grammar.and_not()),
        }
    }

    /// Operands with what joins them; `joints[i]` stands before `units[i + 1]`.
    fn chain(&self, units: &[Tree], joints: &[Joint]) -> String {
        let mut text = String::new();
        for (at, unit) in units.iter().enumerate() {
            if at > 0 {
                text += &self.joint(joints[at - 1]);
            }
            text += self.written(unit);
        }
        text
    }

    /// "And" and "or" mixed: with the one joining more tightly, then the other.
    pub(super) fn mixed(&self, units: &[Tree], joints: &[Joint]) -> [String; 2] {
        [false, true].map(|tight_or| {
            let is_tight = |joint: &Joint| (*joint == Joint::Or) == tight_or;
            let mut text = String::new();
            let mut from = 0;
            for to in 1..=units.len() {
                if joints.get(to - 1).is_some_and(is_tight) {
                    continue;
                }
                let group = self.chain(&units[from..to], &joints[from..to - 1]);
                text += &if to - from > 1 { format!("({group})") } else { group };
                if let Some(joint) = joints.get(to - 1) {
                    text += &self.joint(*joint);
                }
                from = to;
            }
            text
        })
    }

    /// Something excluded before another operator: the next operand alone, then all that follows.
    pub(super) fn exclusion(&self, units: &[Tree], joints: &[Joint], at: usize) -> [String; 2] {
        let (before, behind) = (&units[..=at], &units[at + 1..]);
        let alone = self.chain(&units[..at + 2], &joints[..=at]);
        let rest = self.chain(&units[at + 2..], joints.get(at + 2..).unwrap_or(&[]));
        let all = self.chain(behind, &joints[at + 1..]);
        [
            format!("({alone}){}{rest}", self.joint(joints[at + 1])),
            format!("{}{}({all})", self.chain(before, &joints[..at]), self.joint(joints[at])),
        ]
    }

    /// An "or" beside a proximity without parentheses: the proximity tighter, then the "or".
    pub(super) fn loose(&self, units: &[Tree], joints: &[Joint]) -> [String; 2] {
        let or = self.joint(Joint::Or);
        let near: Vec<String> = units
            .iter()
            .map(|unit| {
                if unit.is_loose_proximity() {
                    format!("({})", self.written(unit))
                } else {
                    self.written(unit).to_owned()
                }
            })
            .collect();
        let mut text = String::new();
        let mut group: Vec<&str> = Vec::new();
        let close = |group: &mut Vec<&str>| match group.len() {
            1 => group.remove(0).to_owned(),
            _ => format!("({})", std::mem::take(group).join(&or)),
        };
        for unit in units {
            match unit.seam.clone().filter(|_| unit.is_loose_proximity()) {
                None => group.push(self.written(unit)),
                Some(seam) => {
                    group.push(self.text[unit.span.start..seam.start].trim());
                    text += &format!("{} {} ", close(&mut group), &self.text[seam.clone()]);
                    group.push(self.text[seam.end..unit.span.end].trim());
                }
            }
        }
        text += &close(&mut group);
        debug_assert_eq!(units.len(), joints.len() + 1, "each joint has two operands");
        [near.join(&or), text]
    }

    /// Several proximities in a row: grouped from the left, then from the right. Of a long row the first
    /// ones are shown.
    pub(super) fn chained(&self, sides: &[Tree], seams: &[Range<usize>]) -> [String; 2] {
        let sides = &sides[..sides.len().min(CHAIN_MAX)];
        let operator = |at: usize| &self.text[seams[at].clone()];
        let mut left = self.written(&sides[0]).to_owned();
        for (at, side) in sides.iter().enumerate().skip(1) {
            left = format!("{left} {} {}", operator(at - 1), self.written(side));
            if at + 1 < sides.len() {
                left = format!("({left})");
            }
        }
        let mut right = self.written(&sides[sides.len() - 1]).to_owned();
        for at in (0..sides.len() - 1).rev() {
            right = format!("{} {} {right}", self.written(&sides[at]), operator(at));
            if at > 0 {
                right = format!("({right})");
            }
        }
        [left, right]
    }

    /// A proximity for each part of one side, joined; `None` where that is too long to be read.
    pub(super) fn distributed(
        &self,
        parts: &[Tree],
        joint: Joint,
        near: impl Fn(&str) -> String,
    ) -> Option<String> {
        if parts.len() > PARTS_MAX || self.text.len() > TEXT_MAX {
            return None;
        }
        let each: Vec<String> = parts.iter().map(|part| format!("({})", near(&self.grouped(part)))).collect();
        Some(each.join(&self.joint(joint)))
    }
}
