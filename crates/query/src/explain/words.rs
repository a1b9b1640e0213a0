//! A query in plain words, as a tree that a lawyer can read.

use super::{fields, line};
use crate::language::{
    Element, GlobPart, Near, Node, Pattern, Phrase, Side, Terms, Within, Words, plural_forms,
};

/// The query with what it reads from and what its reader must know.
pub(super) fn explain_terms(terms: &Terms, level: usize, lines: &mut Vec<String>) {
    let head =
        format!("words ({}) in {}: {}", terms.dialect().as_str(), fields(terms.fields()), terms.canonical());
    lines.push(line(level, &head));
    explain_node(terms.node(), level + 1, lines);
    if !terms.noise().is_empty() {
        let noise = format!("noise words, for which any word stands: {}", terms.noise().join(", "));
        lines.push(line(level, &noise));
    }
    if let Some(list) = terms.list() {
        let sheet = list.sheet().map_or(String::new(), |sheet| format!(", sheet {sheet}"));
        let column = list.column().map_or(String::new(), |column| format!(", column {column}"));
        let counts =
            format!("{} terms, {} rows without one passed over", list.terms(), list.rows_without_term());
        lines.push(line(level, &format!("from the list {}{sheet}{column}: {counts}", list.name())));
    }
    for warning in terms.warnings() {
        lines.push(line(level, &format!("warning: {}", warning.message)));
    }
}

fn explain_node(node: &Node, level: usize, lines: &mut Vec<String>) {
    let branch = |head: &str, parts: &[Node], lines: &mut Vec<String>| {
        lines.push(line(level, head));
        parts.iter().for_each(|part| explain_node(part, level + 1, lines));
    };
    match node {
        Node::And(parts) => branch("all of:", parts, lines),
        Node::Or(parts) => branch("at least one of:", parts, lines),
        Node::Not(part) => branch("not:", std::slice::from_ref(part), lines),
        Node::Field(field, part) => {
            branch(&format!("in {} only:", fields(&[*field])), std::slice::from_ref(part), lines);
        }
        Node::Words(words) => explain_words(words, level, lines),
        Node::AtLeast(times, words) => {
            let times = if *times == 1 { "once".to_owned() } else { format!("{times} times") };
            lines.push(line(level, &format!("at least {times}, counted over all fields searched:")));
            explain_words(words, level + 1, lines);
        }
    }
}

fn explain_words(words: &Words, level: usize, lines: &mut Vec<String>) {
    match words {
        Words::Phrase(phrase) => lines.push(line(level, &explain_phrase(phrase))),
        Words::AnyOf(several) => {
            lines.push(line(level, "any of:"));
            several.iter().for_each(|words| explain_words(words, level + 1, lines));
        }
        Words::Near(near) => explain_near(near, level, lines),
    }
}

fn explain_near(near: &Near, level: usize, lines: &mut Vec<String>) {
    let edge = |side: &Side| match side {
        Side::FirstWord => Some("the beginning of the text"),
        Side::LastWord => Some("the end of the text"),
        Side::Words(_) | Side::AllOf(_) => None,
    };
    lines.push(line(level, &nearness(near, edge(&near.left).or(edge(&near.right)))));
    explain_side(&near.left, level + 1, lines);
    explain_side(&near.right, level + 1, lines);
}

fn explain_side(side: &Side, level: usize, lines: &mut Vec<String>) {
    match side {
        Side::Words(words) => explain_words(words, level, lines),
        Side::AllOf(several) => {
            lines.push(line(level, "each of these, near the same place of the other:"));
            several.iter().for_each(|words| explain_words(words, level + 1, lines));
        }
        // Named in the line above.
        Side::FirstWord | Side::LastWord => {}
    }
}

fn nearness(near: &Near, edge: Option<&str>) -> String {
    let other = match (edge, near.negated) {
        (Some(edge), _) => edge,
        (None, true) => "it",
        (None, false) => "each other",
    };
    let distance = match near.within {
        Within::Words(1) => format!("right beside {other}"),
        Within::Words(words) => format!("within {words} words of {other}"),
        Within::Sentence => "in the same sentence".to_owned(),
        Within::Paragraph => "in the same paragraph".to_owned(),
    };
    match (edge, near.negated, near.ordered) {
        (Some(_), true, _) => format!("not {distance}:"),
        (Some(_), false, _) => format!("{distance}:"),
        (None, true, _) => format!("the first, where the second does not stand {distance}, in either order:"),
        (None, false, true) => format!("the first before the second, {distance}:"),
        (None, false, false) => format!("{distance}, in either order:"),
    }
}

fn explain_phrase(phrase: &Phrase) -> String {
    match phrase.elements() {
        [Element::Word(only)] => format!("the word {only:?}"),
        [Element::Pattern(pattern)] => explain_pattern(pattern),
        [Element::Any] => "any word".to_owned(),
        several => {
            let word = |element: &Element| match element {
                Element::Word(word) => format!("{word:?}"),
                Element::Pattern(Pattern::Plural(word)) => {
                    let plurals = plurals(word);
                    let all = std::iter::once(format!("{word:?}")).chain(plurals);
                    all.collect::<Vec<_>>().join(" or ")
                }
                Element::Pattern(pattern) => explain_pattern(pattern),
                Element::Any => "any word".to_owned(),
            };
            format!(
                "side by side, in this order: {}",
                several.iter().map(word).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

fn explain_pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Glob(parts) => explain_glob(pattern, parts),
        Pattern::Stem(word) => format!("a word with the same stem as {word:?}"),
        Pattern::Fuzzy { exact, rest, differences } => {
            let first = match exact.chars().count() {
                0 => "none of its letters exact".to_owned(),
                1 => "the first letter exact".to_owned(),
                count => format!("the first {count} letters exact"),
            };
            let letters = if *differences == 1 { "letter" } else { "letters" };
            let word = format!("{exact}{rest}");
            format!("a word like {word:?}, {first}, at most {differences} {letters} different")
        }
        Pattern::Range(from, to) => format!("a number of digits alone from {from} to {to}"),
        Pattern::Regex(expression) => {
            format!(
                "a word that the regular expression {expression:?} matches from its first letter to its last"
            )
        }
        Pattern::Plural(word) => format!("the word {word:?} or its plural {}", plurals(word).join(" or ")),
    }
}

/// The plurals of a word, in quotes.
fn plurals(word: &str) -> Vec<String> {
    let others = plural_forms(word).into_iter().filter(|form| form != word);
    others.map(|form| format!("{form:?}")).collect()
}

fn explain_glob(pattern: &Pattern, parts: &[GlobPart]) -> String {
    match parts {
        [GlobPart::Text(start), GlobPart::Many] => return format!("a word that starts with {start:?}"),
        [GlobPart::Many, GlobPart::Text(end)] => return format!("a word that ends with {end:?}"),
        [GlobPart::Many, GlobPart::Text(inside), GlobPart::Many] => {
            return format!("a word that holds {inside:?}");
        }
        _ => {}
    }
    let meanings = [
        (GlobPart::One, "? is one character"),
        (GlobPart::Digit, "= is one digit"),
        (GlobPart::Many, "* is any number of characters"),
    ];
    let used = meanings.iter().filter(|(part, _)| parts.contains(part)).map(|(_, meaning)| *meaning);
    format!("a word of the form \"{pattern}\", where {}", used.collect::<Vec<_>>().join(", "))
}
