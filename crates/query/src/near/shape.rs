//! A tree of words with its words as numbered slots.

use crate::error::QueryError;
use crate::language::{self, Element, Phrase, Within, Words};

/// As [`Words`], each word or pattern replaced by the number of its slot.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Slots one behind the other; `None` is any word at all.
    Phrase(Vec<Option<usize>>),
    AnyOf(Vec<Shape>),
    Near(Box<Near>),
}

/// As [`language::Near`].
#[derive(Debug)]
pub(crate) struct Near {
    pub(crate) left: Side,
    pub(crate) right: Side,
    pub(crate) within: Within,
    pub(crate) ordered: bool,
    pub(crate) negated: bool,
}

/// As [`language::Side`].
#[derive(Debug)]
pub(crate) enum Side {
    Words(Shape),
    AllOf(Vec<Shape>),
    First,
    Last,
}

/// What must be read besides the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    pub(crate) sentences: bool,
    pub(crate) paragraphs: bool,
    /// First and last words.
    pub(crate) edges: bool,
}

/// A tree ready to be asked.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) shape: Shape,
    /// What stands for each slot, each different one once; never `Any`.
    pub(crate) slots: Vec<Element>,
    pub(crate) needs: Needs,
}

/// Numbers the words of a tree.
///
/// # Errors
/// `NoMeaning` for what the language does not define; its parser refuses it before.
pub(crate) fn compile(words: &Words) -> Result<Compiled, QueryError> {
    let mut compiler = Compiler { slots: Vec::new(), needs: Needs::default() };
    let shape = compiler.words(words)?;
    Ok(Compiled { shape, slots: compiler.slots, needs: compiler.needs })
}

struct Compiler {
    slots: Vec<Element>,
    needs: Needs,
}

impl Compiler {
    fn words(&mut self, words: &Words) -> Result<Shape, QueryError> {
        Ok(match words {
            Words::Phrase(phrase) => self.phrase(phrase)?,
            Words::AnyOf(parts) => Shape::AnyOf(self.all(parts)?),
            Words::Near(near) => Shape::Near(Box::new(self.near(near)?)),
        })
    }

    fn all(&mut self, parts: &[Words]) -> Result<Vec<Shape>, QueryError> {
        parts.iter().map(|part| self.words(part)).collect()
    }

    fn phrase(&mut self, phrase: &Phrase) -> Result<Shape, QueryError> {
        let elements = phrase.elements();
        if matches!(elements.first(), Some(Element::Any)) || matches!(elements.last(), Some(Element::Any)) {
            return Err(QueryError::NoMeaning { what: "a phrase that starts or ends with any word at all" });
        }
        Ok(Shape::Phrase(elements.iter().map(|element| self.slot(element)).collect()))
    }

    fn slot(&mut self, element: &Element) -> Option<usize> {
        if *element == Element::Any {
            return None;
        }
        let known = self.slots.iter().position(|slot| slot == element);
        Some(known.unwrap_or_else(|| {
            self.slots.push(element.clone());
            self.slots.len() - 1
        }))
    }

    fn near(&mut self, near: &language::Near) -> Result<Near, QueryError> {
        let several = |side: &language::Side| matches!(side, language::Side::AllOf(_));
        if several(&near.left) && several(&near.right) {
            return Err(QueryError::NoMeaning { what: "a proximity with `and` on both sides" });
        }
        if several(&near.left) && near.negated {
            return Err(QueryError::NoMeaning { what: "a `not w/N` with `and` on its left" });
        }
        match near.within {
            Within::Words(_) => {}
            Within::Sentence => self.needs.sentences = true,
            Within::Paragraph => self.needs.paragraphs = true,
        }
        Ok(Near {
            left: self.side(&near.left)?,
            right: self.side(&near.right)?,
            within: near.within,
            ordered: near.ordered,
            negated: near.negated,
        })
    }

    fn side(&mut self, side: &language::Side) -> Result<Side, QueryError> {
        Ok(match side {
            language::Side::Words(words) => Side::Words(self.words(words)?),
            language::Side::AllOf(parts) => Side::AllOf(self.all(parts)?),
            language::Side::FirstWord => {
                self.needs.edges = true;
                Side::First
            }
            language::Side::LastWord => {
                self.needs.edges = true;
                Side::Last
            }
        })
    }
}

impl Shape {
    /// The slots that it uses, each once, ascending.
    pub(crate) fn slots(&self) -> Vec<usize> {
        let mut used = Vec::new();
        self.add_slots(&mut used);
        used.sort_unstable();
        used.dedup();
        used
    }

    fn add_slots(&self, used: &mut Vec<usize>) {
        match self {
            Self::Phrase(slots) => used.extend(slots.iter().flatten()),
            Self::AnyOf(parts) => parts.iter().for_each(|part| part.add_slots(used)),
            Self::Near(near) => {
                for side in [&near.left, &near.right] {
                    side.shapes().iter().for_each(|shape| shape.add_slots(used));
                }
            }
        }
    }
}

impl Side {
    /// The words of this side; none at an edge of the text.
    pub(crate) fn shapes(&self) -> &[Shape] {
        match self {
            Self::Words(shape) => std::slice::from_ref(shape),
            Self::AllOf(shapes) => shapes,
            Self::First | Self::Last => &[],
        }
    }
}
