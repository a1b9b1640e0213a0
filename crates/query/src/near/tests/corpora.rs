//! The same oracle over real text, where a folder of it is named.

use super::oracle::{self, Text};
use super::{answers, near, of_body, word};
use crate::language::{Near, Node, Side, Within, Words};
use crate::run::tests::archive::index_messages;
use duces_indexer::placed_words;
use duces_model::Answer;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FILES_MAX: usize = 400;
/// Bytes read of a file: trying everything takes its time.
const BYTES_MAX: usize = 15_000;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| {
            ["eml", "txt", "mbox", "json", "html", "csv", "md"].iter().any(|known| ending == *known)
        }) {
            found.push(path);
        }
    }
}

/// The text taken apart by the marks of the index: its sentences are not what is tested here.
pub(super) fn apart(text: &str) -> Text {
    let placed = placed_words(text);
    let unit = |starts: &[u32]| {
        placed.words.iter().map(|word| starts.partition_point(|start| *start <= word.position)).collect()
    };
    Text {
        sentence: unit(&placed.sentences),
        paragraph: unit(&placed.paragraphs),
        words: placed.words.into_iter().map(|word| word.text).collect(),
    }
}

#[test]
#[allow(clippy::disallowed_methods)]
fn on_real_text_too_every_answer_is_the_one_that_trying_everything_gives() {
    let Ok(root) = std::env::var("DUCES_CORPORA") else {
        println!("skipped: DUCES_CORPORA names no folder of corpora");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&root), &mut paths);
    let step = paths.len().div_ceil(FILES_MAX).max(1);
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES_MAX)]).into_owned()
    };
    let texts: Vec<String> = paths.iter().step_by(step).map(read).collect();
    let messages: Vec<_> = texts.iter().map(|text| of_body(text)).collect();
    let texts: Vec<Text> = texts.iter().map(|text| apart(text)).collect();
    let snapshot = index_messages(&messages, 100);
    let (mut queries, mut yes) = (0, 0);
    for words in queries_over(&texts) {
        let told = answers(&snapshot, &Node::Words(words.clone()));
        for (text, (answer, _)) in texts.iter().zip(&told) {
            let expected = !oracle::matches(&words, text).is_empty();
            assert_eq!(*answer == Answer::Yes, expected, "{words:?}");
            yes += usize::from(expected);
        }
        queries += 1;
    }
    assert!(yes > queries, "{yes} matches of {queries} queries test nothing");
    println!("{queries} queries of {} texts: {yes} matches", texts.len());
}

/// Queries over words that many of the texts have, though not every line.
fn queries_over(texts: &[Text]) -> Vec<Words> {
    let mut documents: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        let words: std::collections::BTreeSet<&str> = text.words.iter().map(String::as_str).collect();
        words.into_iter().for_each(|word| *documents.entry(word).or_default() += 1);
    }
    let mut common: Vec<(usize, &str)> = documents.into_iter().map(|(word, count)| (count, word)).collect();
    common.sort_unstable_by(|one, two| two.cmp(one));
    let words: Vec<&str> = common.iter().map(|(_, word)| *word).skip(10).take(60).step_by(3).collect();
    let mut queries = Vec::new();
    for pair in words.windows(3) {
        let [a, b, c] = [word(pair[0]), word(pair[1]), word(pair[2])];
        for within in [Within::Words(3), Within::Words(10), Within::Sentence, Within::Paragraph] {
            for (ordered, negated) in [(false, false), (true, false), (false, true)] {
                let (left, right) = (Side::Words(a.clone()), Side::Words(b.clone()));
                queries.push(Words::Near(Box::new(Near { left, right, within, ordered, negated })));
            }
        }
        queries.push(near(Words::AnyOf(vec![a.clone(), c.clone()]), Within::Words(4), b.clone()));
        queries.push(near(near(a, Within::Words(4), b), Within::Words(6), c));
    }
    queries
}
