//! Lexemes in, a tree with places out.

mod chain;

use super::TermMistake;
use super::grammar::Grammar;
use super::lexer::{Kind, Lexeme, unknown_field};
use super::near;
use super::noise;
use super::operator::Nearness;
use super::placed::{Tree, TreeKind};
use super::rewrite::Rewrite;
use super::tree::{Element, Phrase, Side, Words};
use super::warning::Warning;
use duces_indexer::TextField;
use std::ops::Range;

/// What was read; the tree counts only where there is no mistake.
pub(super) struct Read {
    pub(super) tree: Tree,
    pub(super) warnings: Vec<Warning>,
    pub(super) mistakes: Vec<TermMistake>,
}

/// Reads the pieces of a query; all mistakes at once.
pub(super) fn parse(
    grammar: Grammar,
    text: &str,
    fields: &[TextField],
    noise: &[String],
    lexemes: &[Lexeme],
) -> Read {
    let mut parser = Parser {
        grammar,
        text,
        fields,
        noise,
        lexemes,
        at: 0,
        depth: 0,
        gave_up: false,
        field: None,
        warnings: Vec::new(),
        mistakes: Vec::new(),
    };
    let tree = parser.chain();
    while let Some(lexeme) = parser.next() {
        // A chain ends at the end or at a parenthesis that was never opened.
        let mistake = TermMistake::new(lexeme.span.clone(), "this parenthesis was never opened");
        parser.mistakes.push(mistake.hint("leave it out, or open it before what belongs together"));
        if matches!(parser.peek(), Some(Kind::And | Kind::Or | Kind::ButNot | Kind::Near(_))) {
            parser.at += 1;
        }
        if !matches!(parser.peek(), None | Some(Kind::Close)) {
            parser.chain();
        }
    }
    Read { tree, warnings: parser.warnings, mistakes: parser.mistakes }
}

struct Parser<'t> {
    grammar: Grammar,
    text: &'t str,
    fields: &'t [TextField],
    noise: &'t [String],
    lexemes: &'t [Lexeme],
    at: usize,
    depth: usize,
    /// Nesting went too deep: what follows was not looked at.
    gave_up: bool,
    /// The field within which we are.
    field: Option<TextField>,
    warnings: Vec<Warning>,
    mistakes: Vec<TermMistake>,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Kind> {
        self.lexemes.get(self.at).map(|lexeme| &lexeme.kind)
    }

    fn peek_second(&self) -> Option<&'t Kind> {
        self.lexemes.get(self.at + 1).map(|lexeme| &lexeme.kind)
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

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Tree {
        self.mistakes.push(TermMistake::new(span.clone(), message).hint(hint));
        Tree::new(TreeKind::Wrong, span)
    }

    fn rewrite(&self) -> Rewrite<'t> {
        Rewrite { grammar: self.grammar, text: self.text }
    }

    /// Takes care that nothing nests without end.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Tree) -> Tree {
        if self.depth >= self.grammar.depth_max() {
            let here = self.here();
            self.at = self.lexemes.len();
            self.gave_up = true;
            let message = format!(
                "parentheses and \"not\" are nested too deep, expected at most {} levels",
                self.grammar.depth_max()
            );
            return self.wrong(here, message, "split the query into several items");
        }
        self.depth += 1;
        let tree = read(self);
        self.depth -= 1;
        tree
    }

    fn stray_edge(&mut self, span: Range<usize>) -> Tree {
        let message = "an edge of the text stands beside no proximity";
        self.wrong(span, message, "write fee w/5 xfirstword")
    }

    /// A proximity or an operand, with the `not`s before it.
    fn unit(&mut self) -> Tree {
        let is_not = self.peek() == Some(&Kind::Not) && !matches!(self.peek_second(), Some(Kind::Near(_)));
        if !is_not {
            return self.proximity();
        }
        let start = self.here();
        self.at += 1;
        let child = self.deeper(Self::unit);
        if self.grammar == Grammar::Lexis {
            let hint = "write \"a and not b\"";
            return self.wrong(start, "\"not\" is known in Lexis behind \"and\" alone", hint);
        }
        if matches!(child.kind, TreeKind::Edge(_)) {
            return self.stray_edge(child.span);
        }
        let span = start.start..child.span.end;
        let seam = child.seam.clone().filter(|_| child.is_loose_proximity());
        Tree { seam, ..Tree::new(TreeKind::Not(Box::new(child)), span) }
    }

    /// Operands with proximities between them; more than one of these needs parentheses.
    fn proximity(&mut self) -> Tree {
        let mut sides = vec![self.deeper(Self::operand)];
        let mut operators: Vec<(Nearness, bool, Range<usize>)> = Vec::new();
        while let Some(operator) = self.nearness() {
            operators.push(operator);
            sides.push(self.deeper(Self::side));
        }
        let span = sides[0].span.start..sides[sides.len() - 1].span.end;
        let seams: Vec<Range<usize>> = operators.iter().map(|(_, _, span)| span.clone()).collect();
        match (operators.as_slice(), sides.as_slice()) {
            ([], _) => sides.remove(0),
            ([(nearness, negated, seam)], [left, right]) => {
                match near::near(&self.rewrite(), left, right, (*nearness, *negated, seam.clone())) {
                    Ok(near) => Tree {
                        seam: Some(seam.clone()),
                        ..Tree::new(TreeKind::Words(Words::Near(Box::new(near))), span)
                    },
                    Err(mistakes) => {
                        self.mistakes.extend(mistakes);
                        Tree { seam: Some(seam.clone()), ..Tree::new(TreeKind::Wrong, span) }
                    }
                }
            }
            _ if sides.iter().any(|side| matches!(side.kind, TreeKind::Wrong)) => {
                Tree::new(TreeKind::Wrong, span)
            }
            _ => {
                let [left, right] = self.rewrite().chained(&sides, &seams);
                let message = "several proximities in a row read two ways without parentheses";
                self.wrong(span, message, format!("write {left} or {right}"))
            }
        }
    }

    fn nearness(&mut self) -> Option<(Nearness, bool, Range<usize>)> {
        let start = self.here();
        match (self.peek()?, self.peek_second()) {
            (Kind::Near(nearness), _) => {
                self.at += 1;
                Some((*nearness, false, start))
            }
            (Kind::Not, Some(Kind::Near(nearness))) => {
                self.at += 1;
                let span = start.start..self.here().end;
                self.at += 1;
                let hint = "write \"w/N\" with \"not\", or join two searches with \"and not\"";
                if self.grammar.is_legal() {
                    let message =
                        format!("\"not\" before a proximity is not known in {}", self.grammar.name());
                    self.wrong(span.clone(), message, "join two searches with \"and not\"");
                } else if nearness.ordered {
                    self.wrong(span.clone(), "\"not\" stands before \"pre/N\", expected \"not w/N\"", hint);
                }
                Some((*nearness, true, span))
            }
            _ => None,
        }
    }

    /// What stands behind a proximity's operator.
    fn side(&mut self) -> Tree {
        if self.peek() != Some(&Kind::Not) {
            return self.operand();
        }
        let here = self.here();
        let unit = self.unit();
        self.wrong(
            here.start..unit.span.end,
            "\"not\" stands inside one side of a proximity",
            "write \"a not w/5 b\", or put the \"not\" outside: (a w/5 b) and not c",
        )
    }

    fn operand(&mut self) -> Tree {
        let here = self.here();
        match self.peek() {
            Some(Kind::Open) => self.group(),
            Some(Kind::Field(field)) => {
                self.at += 1;
                self.within(*field, here)
            }
            Some(Kind::Words(_) | Kind::WrongWords) => self.words(),
            Some(Kind::FirstWord) => {
                self.at += 1;
                Tree::new(TreeKind::Edge(Side::FirstWord), here)
            }
            Some(Kind::LastWord) => {
                self.at += 1;
                Tree::new(TreeKind::Edge(Side::LastWord), here)
            }
            Some(Kind::AtLeast(times)) => self.at_least(*times, here),
            Some(Kind::WrongOperator) => {
                self.at += 1;
                Tree::new(TreeKind::Wrong, here)
            }
            Some(Kind::Contains) => {
                self.at += 1;
                let hint = "write subject contains (…), or put \"contains\" in quotes to search for the word";
                self.wrong(here, "expected a field's name before \"contains\"", hint)
            }
            Some(Kind::And | Kind::Or | Kind::ButNot | Kind::Not | Kind::Near(_) | Kind::Close) | None => {
                let message = if self.lexemes.is_empty() {
                    "the query is empty"
                } else {
                    "expected a word, a phrase or a group here"
                };
                self.wrong(here, message, "put operators in quotes to search for them as words")
            }
        }
    }

    fn group(&mut self) -> Tree {
        let open = self.here();
        self.at += 1;
        let inner = self.chain();
        if self.gave_up {
            return Tree::new(TreeKind::Wrong, open);
        }
        if self.peek() != Some(&Kind::Close) {
            return self.wrong(
                open,
                "this parenthesis is never closed",
                "close it behind what belongs together",
            );
        }
        let span = open.start..self.here().end;
        self.at += 1;
        Tree { span, grouped: true, ..inner }
    }

    fn at_least(&mut self, times: u32, name: Range<usize>) -> Tree {
        self.at += 1;
        if self.peek() != Some(&Kind::Open) {
            let hint = format!("write atleast{times}(…), or put it in quotes to search for the word");
            return self.wrong(name, "expected a group in parentheses behind this", hint);
        }
        let group = self.group();
        let span = name.start..group.span.end;
        match near::counted(&group) {
            Ok(words) => Tree::new(TreeKind::AtLeast(times, words), span),
            Err(mistake) => {
                self.mistakes.extend(mistake);
                Tree::new(TreeKind::Wrong, span)
            }
        }
    }

    /// What stands behind `field::` or `field contains`.
    fn within(&mut self, field: TextField, name: Range<usize>) -> Tree {
        // The folder narrows where the words lie, not in which of their fields they stand: any query may name it.
        if field != TextField::Folder && !self.fields.contains(&field) {
            let searched: Vec<&str> = self.fields.iter().map(|field| field.as_str()).collect();
            let hint = format!("fields names only: {}", searched.join(", "));
            self.wrong(name.clone(), "this field is not among the fields to be searched", hint);
        }
        if self.field.is_some() {
            let hint = "name the field once, outside";
            self.wrong(name.clone(), "a field inside a field can hold nothing", hint);
        }
        let outer = self.field.replace(field);
        let child = match self.peek() {
            Some(Kind::Open) => self.group(),
            Some(Kind::Words(_) | Kind::WrongWords) => self.words(),
            _ => {
                let hint = "write subject::word or subject contains (…)";
                let here = self.here();
                self.wrong(here, "expected a word, a phrase or a group behind the field", hint)
            }
        };
        self.field = outer;
        let span = name.start..child.span.end;
        Tree::new(TreeKind::Field(field, Box::new(child)), span)
    }

    /// Words, in dtSearch several side by side: one phrase.
    fn words(&mut self) -> Tree {
        let from = self.at;
        let mut elements: Vec<Element> = Vec::new();
        let mut whole = true;
        loop {
            match self.peek() {
                Some(Kind::Words(words)) => elements.extend(words.iter().cloned()),
                Some(Kind::WrongWords) => whole = false,
                _ => break,
            }
            self.at += 1;
            if self.grammar.is_legal() {
                break;
            }
        }
        if self.peek() == Some(&Kind::Contains) {
            return self.contains(from);
        }
        let span = self.lexemes[from].span.start..self.lexemes[self.at - 1].span.end;
        if !whole {
            return Tree::new(TreeKind::Wrong, span);
        }
        if elements.first() == Some(&Element::Any) || elements.last() == Some(&Element::Any) {
            return self.wrong(
                span,
                "a phrase starts or ends with any word",
                "any word has its place inside",
            );
        }
        match noise::without(self.noise, elements, span.clone()) {
            Ok((elements, warning)) => {
                self.warnings.extend(warning);
                let kind = Phrase::new(elements)
                    .map_or(TreeKind::Wrong, |phrase| TreeKind::Words(Words::Phrase(phrase)));
                Tree::new(kind, span)
            }
            Err(mistake) => {
                self.mistakes.push(mistake);
                Tree::new(TreeKind::Wrong, span)
            }
        }
    }

    /// The words from `from` to here stand before `contains`: one of them, a field's name.
    fn contains(&mut self, from: usize) -> Tree {
        let name = self.lexemes[self.at - 1].span.clone();
        if self.at - from > 1 {
            let span = self.lexemes[from].span.start..self.lexemes[self.at - 2].span.end;
            let hint = "put \"and\" or \"or\" before the field's name";
            self.wrong(span, "expected an operator behind this", hint);
        }
        self.at += 1;
        let written = self.text[name.clone()].to_lowercase();
        match TextField::ALL.into_iter().find(|field| field.as_str() == written) {
            Some(field) => self.within(field, name),
            None => {
                self.mistakes.push(unknown_field(&self.text[name.clone()], name));
                self.deeper(Self::operand)
            }
        }
    }
}
