//! Proximities over the mails of the invented firm, held against positions counted by hand: nothing is
//! shared with the engine, nor with the other oracle, but the tokenisation and its marks.

use super::corpora::apart;
use super::oracle::Text;
use super::{answers, near, of_body, word};
use crate::language::{Near, Node, Side, Within, Words};
use crate::run::tests::archive::index_messages;
use duces_indexer::Snapshot;
use duces_model::Answer;
use std::collections::{BTreeMap, BTreeSet};

/// The mails as text: each file cut where an mbox has a new mail, without heads.
fn mails() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let written = duces_samples::write_firm(&folder.path().join("firm")).unwrap();
    let mut found = Vec::new();
    for file in written.files.iter().filter(|file| file.starts_with("archive/")) {
        let bytes = std::fs::read(folder.path().join("firm").join(file)).unwrap();
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let bodies = text.split("\nFrom ").filter_map(|mail| mail.split_once("\n\n"));
        found.extend(bodies.map(|(_, body)| body.chars().take(6_000).collect::<String>()));
    }
    found.retain(|body| !body.trim().is_empty());
    found
}

/// Words of many texts, the most frequent first.
fn frequent(texts: &[Text]) -> Vec<String> {
    let mut documents: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        let words: BTreeSet<&str> = text.words.iter().map(String::as_str).collect();
        words.into_iter().for_each(|word| *documents.entry(word).or_default() += 1);
    }
    let mut all: Vec<(usize, &str)> = documents.into_iter().map(|(word, count)| (count, word)).collect();
    all.sort_unstable_by(|one, two| two.cmp(one));
    all.into_iter().take(120).map(|(_, word)| word.to_owned()).collect()
}

/// Whether two places of the text, one with each word, are near: counted place by place.
fn by_hand(text: &Text, one: &str, two: &str, within: Within) -> bool {
    let places =
        |word: &str| -> Vec<usize> { (0..text.words.len()).filter(|at| text.words[*at] == word).collect() };
    let (ones, twos) = (places(one), places(two));
    ones.iter().any(|a| {
        twos.iter().any(|b| {
            a != b
                && match within {
                    Within::Words(number) => a.abs_diff(*b) <= number as usize,
                    Within::Sentence => text.sentence[*a] == text.sentence[*b],
                    Within::Paragraph => text.paragraph[*a] == text.paragraph[*b],
                }
        })
    })
}

/// How many texts the engine finds, each of them held against counting by hand.
fn held(snapshot: &Snapshot, texts: &[Text], one: &str, two: &str, within: Within) -> usize {
    let told = answers(snapshot, &Node::Words(near(word(one), within, word(two))));
    assert_eq!(told.len(), texts.len());
    for (at, (text, (answer, _))) in texts.iter().zip(&told).enumerate() {
        let expected = by_hand(text, one, two, within);
        assert_eq!(*answer == Answer::Yes, expected, "{one} {within:?} {two} in mail {at}");
    }
    told.iter().filter(|(answer, _)| *answer == Answer::Yes).count()
}

#[test]
fn a_word_near_itself_and_words_in_one_sentence_are_found_in_the_firms_mails_as_counted_by_hand() {
    let mails = mails();
    assert!(mails.len() > 400, "{}", mails.len());
    let messages: Vec<_> = mails.iter().map(|body| of_body(body)).collect();
    let texts: Vec<Text> = mails.iter().map(|body| apart(body)).collect();
    let snapshot = index_messages(&messages, 100);
    let words = frequent(&texts);
    let mut found = 0;
    for one in &words {
        for within in
            [1, 2, 3, 5, 15].map(Within::Words).into_iter().chain([Within::Sentence, Within::Paragraph])
        {
            found += held(&snapshot, &texts, one, one, within);
        }
    }
    for pair in words.windows(2) {
        for within in [Within::Sentence, Within::Paragraph, Within::Words(5)] {
            found += held(&snapshot, &texts, &pair[0], &pair[1], within);
        }
    }
    assert!(found > 5_000, "{found} mails found test little");
    // One place alone is never near itself, however far it may reach.
    let alone = Words::Near(Box::new(Near {
        left: Side::Words(word("zyx")),
        right: Side::Words(word("zyx")),
        within: Within::Words(10_000),
        ordered: true,
        negated: false,
    }));
    let snapshot = index_messages(&[of_body("zyx once"), of_body("zyx and zyx")], 100);
    let told = answers(&snapshot, &Node::Words(alone));
    assert_eq!(told.iter().map(|(answer, _)| *answer).collect::<Vec<_>>(), [Answer::No, Answer::Yes]);
}
