//! Noise words: not searched for, but their places count.

use super::TermMistake;
use super::tree::{Element, Pattern};
use super::warning::Warning;
use std::ops::Range;

/// A phrase without its noise words: inside it any word stands for each, at its edges they are left
/// out and a warning says so; nothing but noise cannot be searched.
pub(super) fn without(
    noise: &[String],
    mut elements: Vec<Element>,
    span: Range<usize>,
) -> Result<(Vec<Element>, Option<Warning>), TermMistake> {
    let word = |element: &Element| match element {
        Element::Word(word) | Element::Pattern(Pattern::Plural(word)) if noise.contains(word) => {
            Some(word.clone())
        }
        _ => None,
    };
    let names =
        |words: &[String]| words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
    let Some(first) = elements.iter().position(|element| word(element).is_none()) else {
        let left: Vec<String> = elements.iter().filter_map(word).collect();
        let message = format!("only noise words stand here: {}", names(&left));
        return Err(
            TermMistake::new(span, message).hint("leave them out, or take them off the list \"noise\"")
        );
    };
    let last = elements.iter().rposition(|element| word(element).is_none()).unwrap_or(first);
    let edges: Vec<String> = elements[..first].iter().chain(&elements[last + 1..]).filter_map(word).collect();
    elements.truncate(last + 1);
    elements.drain(..first);
    for element in &mut elements {
        if word(element).is_some() {
            *element = Element::Any;
        }
    }
    let warning = (!edges.is_empty()).then(|| {
        let message = format!(
            "at the edge of a phrase a noise word is not searched for, and is left out: {}",
            names(&edges)
        );
        Warning { span, message }
    });
    Ok((elements, warning))
}
