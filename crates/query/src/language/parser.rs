//! Lexemes in, a tree with places out.

use super::TermMistake;
use super::lexer::{Kind, Lexeme, unknown_field};
use super::tree::{Element, Phrase};
use duces_indexer::TextField;
use std::ops::Range;

/// Deepest nesting of parentheses: more is no query that anybody wrote.
const DEPTH_MAX: usize = 100;

/// A tree whose parts know where they stand.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) kind: TreeKind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum TreeKind {
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    Field(TextField, Box<Tree>),
    Phrase(Phrase),
}

/// Reads the pieces of a query; all mistakes at once.
pub(super) fn parse(text: &str, fields: &[TextField], lexemes: &[Lexeme]) -> Result<Tree, Vec<TermMistake>> {
    let mut parser = Parser { text, fields, lexemes, at: 0, depth: 0, field: None, mistakes: Vec::new() };
    let tree = parser.chain();
    while let Some(lexeme) = parser.next() {
        // A chain ends at the end or at a parenthesis that was never opened.
        parser.mistakes.push(TermMistake::new(lexeme.span.clone(), "this parenthesis was never opened"));
        if matches!(parser.peek(), Some(Kind::And | Kind::Or)) {
            parser.at += 1;
        }
        if !matches!(parser.peek(), None | Some(Kind::Close)) {
            parser.chain();
        }
    }
    match tree {
        Some(tree) if parser.mistakes.is_empty() => Ok(tree),
        _ => Err(parser.mistakes),
    }
}

struct Parser<'t> {
    text: &'t str,
    fields: &'t [TextField],
    lexemes: &'t [Lexeme],
    at: usize,
    depth: usize,
    /// The field within which we are.
    field: Option<TextField>,
    mistakes: Vec<TermMistake>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Kind> {
        self.lexemes.get(self.at).map(|lexeme| &lexeme.kind)
    }

    fn next(&mut self) -> Option<&'t Lexeme> {
        let lexeme = self.lexemes.get(self.at)?;
        self.at += 1;
        Some(lexeme)
    }

    /// Where the next piece stands, or the end of the text.
    fn here(&self) -> Range<usize> {
        let end = self.text.trim_end().len();
        self.lexemes.get(self.at).map_or(end..end, |lexeme| lexeme.span.clone())
    }

    fn wrong(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.mistakes.push(TermMistake::new(span, message).hint(hint));
    }

    /// Operands between `and`s or `or`s, up to the end or a closing parenthesis.
    fn chain(&mut self) -> Option<Tree> {
        let mut operands = Vec::new();
        let mut joints = Vec::new();
        let mut whole = true;
        loop {
            match self.operand() {
                Some(tree) => operands.push(tree),
                None => whole = false,
            }
            match self.peek() {
                Some(Kind::And) => joints.push(Joint::And),
                Some(Kind::Or) => joints.push(Joint::Or),
                None | Some(Kind::Close) => break,
                Some(_) => {
                    let hint = "put \"and\", \"or\" or \"and not\" between them";
                    self.wrong(self.here(), "expected an operator before this", hint);
                    whole = false;
                    continue;
                }
            }
            self.at += 1;
        }
        if !whole {
            return None;
        }
        if joints.contains(&Joint::And) && joints.contains(&Joint::Or) {
            self.mixed(&operands, &joints);
            return None;
        }
        Some(join(operands, joints.first().copied()))
    }

    /// Parentheses are required where `and` and `or` are mixed: both readings are shown.
    fn mixed(&mut self, operands: &[Tree], joints: &[Joint]) {
        let span = match operands {
            [first, .., last] => first.span.start..last.span.end,
            _ => self.here(),
        };
        let reading = |tight| self.reading(operands, joints, tight);
        let hint = format!("write {} or {}", reading(Joint::And), reading(Joint::Or));
        self.wrong(span, "\"and\" and \"or\" are mixed without parentheses, which reads two ways", &hint);
    }

    /// The text with parentheses around what one of the two operators joins.
    fn reading(&self, operands: &[Tree], joints: &[Joint], tight: Joint) -> String {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for (at, operand) in operands.iter().enumerate() {
            let written = &self.text[operand.span.clone()];
            match groups.last_mut() {
                Some(group) if joints.get(at.wrapping_sub(1)) == Some(&tight) => group.push(written),
                _ => groups.push(vec![written]),
            }
        }
        let (inner, outer) = if tight == Joint::And { (" and ", " or ") } else { (" or ", " and ") };
        let shown = |group: &Vec<&str>| match group.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("({})", several.join(inner)),
        };
        groups.iter().map(shown).collect::<Vec<_>>().join(outer)
    }

    fn operand(&mut self) -> Option<Tree> {
        let start = self.here().start;
        if self.depth >= DEPTH_MAX {
            self.wrong(self.here(), "parentheses are nested too deep", "split the query into several items");
            self.at = self.lexemes.len();
            return None;
        }
        self.depth += 1;
        let tree = self.operand_at(start);
        self.depth -= 1;
        tree
    }

    fn operand_at(&mut self, start: usize) -> Option<Tree> {
        match self.peek() {
            Some(Kind::Not) => {
                self.at += 1;
                let child = self.operand()?;
                let span = start..child.span.end;
                Some(Tree { kind: TreeKind::Not(Box::new(child)), span })
            }
            Some(Kind::Open) => self.group(),
            Some(Kind::Field(field)) => {
                let span = self.here();
                self.at += 1;
                self.within(*field, span)
            }
            Some(Kind::Words(_)) => self.words(),
            Some(Kind::Contains) => {
                let hint = "write subject contains (…), or put \"contains\" in quotes to search for the word";
                self.wrong(self.here(), "expected a field's name before \"contains\"", hint);
                self.at += 1;
                None
            }
            Some(Kind::And | Kind::Or | Kind::Close) | None => {
                let message = if self.lexemes.is_empty() {
                    "the query is empty"
                } else {
                    "expected a word, a phrase or a group here"
                };
                self.wrong(self.here(), message, "put operators in quotes to search for them as words");
                None
            }
        }
    }

    fn group(&mut self) -> Option<Tree> {
        let open = self.here();
        self.at += 1;
        let inner = self.chain();
        if self.peek() != Some(&Kind::Close) {
            self.wrong(open, "this parenthesis is never closed", "close it behind what belongs together");
            return None;
        }
        let span = open.start..self.here().end;
        self.at += 1;
        inner.map(|tree| Tree { span, ..tree })
    }

    /// What stands behind `field::` or `field contains`.
    fn within(&mut self, field: TextField, name: Range<usize>) -> Option<Tree> {
        if !self.fields.contains(&field) {
            let searched: Vec<&str> = self.fields.iter().map(|field| field.as_str()).collect();
            let hint = format!("fields names only: {}", searched.join(", "));
            self.wrong(name.clone(), "this field is not among the fields to be searched", &hint);
        }
        if self.field.is_some() {
            self.wrong(
                name.clone(),
                "a field inside a field can hold nothing",
                "name the field once, outside",
            );
        }
        let outer = self.field.replace(field);
        let child = match self.peek() {
            Some(Kind::Open) => self.group(),
            Some(Kind::Words(_)) => self.words(),
            _ => {
                let hint = "write subject::word or subject contains (…)";
                self.wrong(self.here(), "expected a word, a phrase or a group behind the field", hint);
                None
            }
        };
        self.field = outer;
        let child = child?;
        let span = name.start..child.span.end;
        Some(Tree { kind: TreeKind::Field(field, Box::new(child)), span })
    }

    /// Words side by side: one phrase.
    fn words(&mut self) -> Option<Tree> {
        let from = self.at;
        let mut elements: Vec<Element> = Vec::new();
        while let Some(Kind::Words(phrase)) = self.peek() {
            elements.extend(phrase.elements().iter().cloned());
            self.at += 1;
        }
        if self.peek() == Some(&Kind::Contains) {
            return self.contains(from);
        }
        let span = self.lexemes[from].span.start..self.lexemes[self.at - 1].span.end;
        Phrase::new(elements).map(|phrase| Tree { kind: TreeKind::Phrase(phrase), span })
    }

    /// The words from `from` to here stand before `contains`: one of them, a field's name.
    fn contains(&mut self, from: usize) -> Option<Tree> {
        let name = self.lexemes[self.at - 1].span.clone();
        if self.at - from > 1 {
            let span = self.lexemes[from].span.start..self.lexemes[self.at - 2].span.end;
            self.wrong(
                span,
                "expected an operator behind this",
                "put \"and\" or \"or\" before the field's name",
            );
        }
        self.at += 1;
        let written = self.text[name.clone()].to_lowercase();
        match TextField::ALL.into_iter().find(|field| field.as_str() == written) {
            Some(field) => self.within(field, name),
            None => {
                self.mistakes.push(unknown_field(&self.text[name.clone()], name));
                self.operand()
            }
        }
    }
}

/// Joins operands; a group of the same kind dissolves in its parent.
fn join(mut operands: Vec<Tree>, joint: Option<Joint>) -> Tree {
    let (Some(joint), [first, .., last]) = (joint, operands.as_slice()) else {
        return operands.remove(0);
    };
    let span = first.span.start..last.span.end;
    let mut children = Vec::new();
    for operand in operands {
        match (joint, operand.kind) {
            (Joint::And, TreeKind::And(inner)) | (Joint::Or, TreeKind::Or(inner)) => children.extend(inner),
            (_, kind) => children.push(Tree { kind, span: operand.span }),
        }
    }
    let kind = if joint == Joint::And { TreeKind::And(children) } else { TreeKind::Or(children) };
    Tree { kind, span }
}
