use super::list::{PAIRS_MAX, TooMany};
use super::{Page, Spans, compile};
use crate::evaluate::Evaluator;
use crate::formula;
use crate::language::{Element, Near, Node, Pattern, Phrase, Side, Within, Words};
use crate::run::tests::archive::{document, index_messages, unsearchable};
use duces_indexer::{Snapshot, TextField, placed_words};
use duces_model::{Answer, DefectCode, Document, DocumentKind, Unknown};
use oracle::Text;
use proptest::prelude::*;
use std::collections::BTreeSet;

mod corpora;
mod firm;
mod golden;
pub(crate) mod oracle;
mod trees;

/// What a query answers of the documents of a snapshot, by row.
fn answers(snapshot: &Snapshot, node: &Node) -> Vec<(Answer, BTreeSet<Unknown>)> {
    let mut evaluator = Evaluator::new(snapshot, 1000);
    let formula = formula::of_node(node, &TextField::ALL);
    let mut all = Vec::new();
    for segment in evaluator.segments() {
        let segment = segment.unwrap();
        let told = evaluator.told(&formula, &segment, &segment.all).unwrap();
        let open = told.cannot_tell();
        for one in segment.all.iter() {
            let answer = match (told.yes.contains(one), open.contains(one)) {
                (true, _) => Answer::Yes,
                (_, true) => Answer::CannotTell,
                _ => Answer::No,
            };
            let reasons = told.open.iter().zip(crate::evaluate::FLAGS).filter(|(bits, _)| bits.contains(one));
            all.push((segment.row(one).unwrap(), (answer, reasons.map(|(_, (_, reason))| reason).collect())));
        }
    }
    all.sort_unstable_by_key(|(row, _)| *row);
    all.into_iter().map(|(_, told)| told).collect()
}

/// A document with its texts taken apart.
#[derive(Debug, Clone)]
struct Sample {
    message: (Document, Vec<String>),
    subject: Vec<Text>,
    body: Vec<Text>,
    names: Vec<Text>,
    searchable: bool,
}

impl Sample {
    fn texts(&self, field: TextField) -> &[Text] {
        match field {
            TextField::Subject => &self.subject,
            TextField::Body => &self.body,
            TextField::AttachmentName => &self.names,
            TextField::Folder => &[],
        }
    }

    fn answer(&self, node: &Node, fields: &[TextField]) -> Answer {
        let each = |nodes: &[Node]| nodes.iter().map(|node| self.answer(node, fields)).collect::<Vec<_>>();
        match node {
            Node::And(nodes) => each(nodes).into_iter().fold(Answer::Yes, Answer::and),
            Node::Or(nodes) => each(nodes).into_iter().fold(Answer::No, Answer::or),
            Node::Not(node) => !self.answer(node, fields),
            Node::Field(field, node) => self.answer(node, &[*field]),
            Node::Words(words) => self.leaf(1, words, fields),
            Node::AtLeast(times, words) => self.leaf(*times, words, fields),
        }
    }

    fn leaf(&self, times: u32, words: &Words, fields: &[TextField]) -> Answer {
        let texts = fields.iter().flat_map(|field| self.texts(*field));
        let count: usize = texts.map(|text| oracle::matches(words, text).len()).sum();
        match count >= times as usize {
            true => Answer::Yes,
            false if !self.searchable && fields.contains(&TextField::Body) => Answer::CannotTell,
            false => Answer::No,
        }
    }
}

fn any_text(paragraphs: usize) -> impl Strategy<Value = (String, Text)> {
    let sentence = prop::collection::vec(prop::sample::select(&trees::WORDS[..]), 0..6);
    let paragraph = prop::collection::vec(sentence, 1..4);
    prop::collection::vec(paragraph, 1..=paragraphs).prop_map(|paragraphs| Text::written(&paragraphs))
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let names = prop::collection::vec(any_text(2), 0..4);
    let parts = (prop::option::of(any_text(1)), any_text(3), names, prop::bool::weighted(0.9));
    parts.prop_map(|(subject, (text, body), names, searchable)| {
        let attachments = names.iter().map(|(name, _)| name.clone()).collect();
        let message = Document {
            subject: subject.as_ref().map(|(subject, _)| subject.clone()),
            text,
            searchability: match searchable {
                true => duces_model::Searchability::Indexed,
                false => unsearchable(DefectCode::NoText),
            },
            ..document(DocumentKind::Message)
        };
        Sample {
            message: (message, attachments),
            subject: subject.into_iter().map(|(_, text)| text).collect(),
            body: vec![body],
            names: names.into_iter().map(|(_, text)| text).collect(),
            searchable,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Each case asks 15 queries of up to 12 documents in segments of three: over 10,000 pairs.
    #[test]
    fn every_tree_answers_as_by_trying_everything(
        samples in prop::collection::vec(any_sample(), 4..13),
        nodes in prop::collection::vec(trees::any_node(), 15),
    ) {
        let messages: Vec<_> = samples.iter().map(|sample| sample.message.clone()).collect();
        let snapshot = index_messages(&messages, 3);
        for node in &nodes {
            let told = answers(&snapshot, node);
            prop_assert_eq!(told.len(), samples.len());
            for ((told, reasons), sample) in told.iter().zip(&samples) {
                let expected = sample.answer(node, &TextField::ALL);
                prop_assert_eq!(*told, expected, "{:#?} of {:#?}", node, sample);
                let unreadable = BTreeSet::from([Unknown::Text]);
                prop_assert!(reasons.is_empty() || *reasons == unreadable, "{:?}", reasons);
            }
        }
    }

    #[test]
    fn in_a_text_in_memory_the_same_matches_are_found(text in any_text(3), words in trees::any_words()) {
        let (text, apart) = text;
        let compiled = compile(&words).unwrap();
        let page = Page::of_text(&compiled, &placed_words(&text));
        let found = Spans::new(&page).matches(&compiled.shape, usize::MAX).unwrap();
        let expected = oracle::matches(&words, &apart);
        let places: BTreeSet<BTreeSet<i64>> =
            found.iter().map(|one| one.words().map(|at| i64::from(at) - 1).collect()).collect();
        prop_assert_eq!(&places, &expected.iter().map(|one| one.words.clone()).collect(), "{:?} in {}", words, text);
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(Spans::new(&page).holds(&compiled.shape).unwrap(), !expected.is_empty());
        let shown: BTreeSet<i64> =
            Spans::new(&page).words(&compiled.shape).unwrap().into_iter().map(|at| i64::from(at) - 1).collect();
        let taking_part: BTreeSet<i64> = expected.iter().flat_map(|one| one.words.clone()).collect();
        prop_assert_eq!(shown, taking_part);
    }
}

fn word(word: &str) -> Words {
    Words::Phrase(Phrase::new(vec![Element::Word(word.to_owned())]).unwrap())
}

fn near(left: Words, within: Within, right: Words) -> Words {
    let (left, right) = (Side::Words(left), Side::Words(right));
    Words::Near(Box::new(Near { left, right, within, ordered: false, negated: false }))
}

fn of_body(text: &str) -> (Document, Vec<String>) {
    (Document { text: text.to_owned(), ..document(DocumentKind::Message) }, Vec::new())
}

#[test]
fn beyond_the_bound_of_nested_matches_it_cannot_be_told_and_other_documents_are_answered() {
    let many = "a b ".repeat(2_000);
    let messages = [of_body(&format!("{many} c")), of_body("a b c"), of_body("a b")];
    let snapshot = index_messages(&messages, 2);
    let node = Node::Words(near(near(word("a"), Within::Paragraph, word("b")), Within::Words(1), word("c")));
    let told = answers(&snapshot, &node);
    assert_eq!(told[0], (Answer::CannotTell, BTreeSet::from([Unknown::TooManyMatches])));
    assert_eq!((told[1].0, told[2].0), (Answer::Yes, Answer::No));
    // Not even a `not` makes an answer of it, and another alternative still can.
    assert_eq!(answers(&snapshot, &Node::Not(Box::new(node.clone())))[0].0, Answer::CannotTell);
    let either = Node::Or(vec![node, Node::Words(word("c"))]);
    assert_eq!(answers(&snapshot, &either)[0], (Answer::Yes, BTreeSet::new()));
}

#[test]
fn counting_stops_at_enough_and_so_does_not_run_into_the_bound() {
    let snapshot = index_messages(&[of_body(&"a b ".repeat(2_000))], 2);
    let pairs = near(word("a"), Within::Paragraph, word("b"));
    assert_eq!(answers(&snapshot, &Node::AtLeast(1_000, pairs.clone()))[0].0, Answer::Yes);
    assert_eq!(answers(&snapshot, &Node::AtLeast(3_000_000, pairs))[0].0, Answer::CannotTell);
}

#[test]
fn a_proximity_that_is_not_nested_looks_at_each_occurrence_once_or_so() {
    // Every a is far from every b: without order in the lists all pairs would be looked at.
    let text = format!("{} {} {}", "a ".repeat(60_000), "x ".repeat(20), "b ".repeat(60_000));
    let placed = placed_words(&text);
    for negated in [false, true] {
        let (left, right) = (Side::Words(word("a")), Side::Words(word("b")));
        for within in [Within::Words(5), Within::Sentence] {
            let words = Words::Near(Box::new(Near {
                left: left.clone(),
                right: right.clone(),
                within,
                ordered: true,
                negated,
            }));
            let compiled = compile(&words).unwrap();
            let page = Page::of_text(&compiled, &placed);
            assert!(Spans::new(&page).holds(&compiled.shape).is_ok(), "more than {PAIRS_MAX} pairs");
        }
    }
    let nested = near(near(word("a"), Within::Words(100), word("a")), Within::Words(5), word("b"));
    let compiled = compile(&nested).unwrap();
    let page = Page::of_text(&compiled, &placed);
    assert_eq!(Spans::new(&page).holds(&compiled.shape), Err(TooMany));
}

#[test]
fn a_mark_is_no_word_to_any_query() {
    let snapshot = index_messages(&[of_body("one two. Three\n\nfour")], 2);
    let single = |element| Node::Words(Words::Phrase(Phrase::new(vec![element]).unwrap()));
    for mark in duces_indexer::Mark::ALL {
        let node = single(Element::Word(mark.as_str().to_owned()));
        assert_eq!(answers(&snapshot, &node)[0].0, Answer::No);
    }
    let mut expander = crate::expand::Expander::new(&snapshot, 100);
    for expression in [".*", r"\x01.*", "(?s)."] {
        let pattern = Pattern::Regex(expression.to_owned());
        let words = expander.words(TextField::Body, &pattern).unwrap();
        assert!(words.iter().all(|word| !duces_indexer::Mark::is(word)), "{words:?}");
    }
}
