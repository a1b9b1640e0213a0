//! Searches in this process on an index of many short documents, files in the page cache.
//!
//! The documents are drawn by a fixed rule: the same words, people and dates on every computer. The index is
//! made once and kept in its folder. Beside our own engine stands Tantivy's phrase query on the same pairs of
//! words, and notmuch, where it is installed, on a small share of the same documents written as mail.

pub(crate) mod archive;
mod pairs;
mod peer;

use crate::failure::Failure;
use archive::Vocabulary;
use chrono::NaiveDate;
use clap::Args;
use duces_indexer::{Index, Snapshot};
use duces_model::DateWindow;
use duces_query::{AdHoc, Party, parse_terms, search};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often each search is run; the first is not counted.
const RUNS: usize = 9;
/// Hits listed, as a terminal does.
const LISTED: usize = 50;

/// What to time.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// How many documents.
    #[arg(long, default_value_t = 1_000_000)]
    documents: u64,
    /// Keep the index in this folder, and use the one that is there; else a temporary one.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// How many of the documents notmuch is given, as mail; none if 0.
    #[arg(long, default_value_t = 20_000)]
    notmuch: u64,
}

/// One kind of search with the time that is promised for its median.
struct Kind {
    name: &'static str,
    target_ms: f64,
    asked: Vec<(String, AdHoc)>,
}

pub(crate) fn run(asked: &Asked) -> Result<(), Failure> {
    let temporary;
    let folder = match &asked.dir {
        Some(dir) => dir.as_path(),
        None => {
            temporary =
                tempfile::tempdir().map_err(|source| Failure::io("make a temporary folder", source))?;
            temporary.path()
        }
    };
    let vocabulary = Vocabulary::new();
    let index = open_or_make(folder, asked.documents, &vocabulary)?;
    let snapshot = index.snapshot().map_err(|source| failed("read", asked.documents)(source))?;
    println!(
        "{} documents in {} segments, {} words each on average; {} cores",
        snapshot.documents(),
        snapshot.searcher().segment_readers().len(),
        archive::WORDS_MEAN,
        crate::cores()
    );
    println!("\n{:<34} {:>9} {:>10} {:>10}", "search", "median ms", "slowest ms", "promised");
    for kind in kinds(&vocabulary)? {
        let mut times = Vec::new();
        for (text, asked) in &kind.asked {
            times.extend(time(&snapshot, text, asked)?);
        }
        let (median, slowest) = middle_and_end(times);
        println!("{:<34} {median:>9.1} {slowest:>10.1} {:>10}", kind.name, format!("< {}", kind.target_ms));
    }
    fifty_terms(&snapshot, &vocabulary)?;
    pairs::compare(&snapshot, &vocabulary)?;
    peer::compare(folder, asked.notmuch, &vocabulary)
}

fn failed(doing: &'static str, documents: u64) -> impl Fn(duces_indexer::IndexError) -> Failure {
    move |source| Failure::Index { doing, documents, source }
}

fn open_or_make(folder: &Path, documents: u64, vocabulary: &Vocabulary) -> Result<Index, Failure> {
    let dir = folder.join(format!("index-{documents}"));
    if let Ok(index) = Index::open(&dir)
        && index.snapshot().is_ok_and(|snapshot| snapshot.documents() == documents)
    {
        return Ok(index);
    }
    if dir.exists() {
        std::fs::remove_dir_all(&dir).map_err(|source| Failure::io("remove an unfinished index", source))?;
    }
    std::fs::create_dir_all(folder).map_err(|source| Failure::io("make the folder", source))?;
    let start = Instant::now();
    let index = archive::make(&dir, documents, vocabulary)?;
    println!("made the index in {:.0} s", start.elapsed().as_secs_f64());
    Ok(index)
}

/// Milliseconds of each run but the first.
fn time(snapshot: &Snapshot, text: &str, asked: &AdHoc) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let hits = search(snapshot, asked, LISTED)
            .map_err(|source| Failure::Search { text: text.to_owned(), source })?;
        times.push(start.elapsed());
        std::hint::black_box(hits);
    }
    Ok(times.split_off(1))
}

/// Median and largest, in milliseconds.
fn middle_and_end(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |place: usize| times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    (at(times.len() / 2), at(times.len().saturating_sub(1)))
}

fn words(text: &str) -> Result<(String, AdHoc), Failure> {
    let terms = parse_terms("dtsearch", text, "bench")
        .map_err(|mistakes| Failure::Query { text: text.to_owned(), mistakes: mistakes.to_string() })?;
    Ok((text.to_owned(), AdHoc { terms: Some(terms), ..AdHoc::default() }))
}

fn kinds(vocabulary: &Vocabulary) -> Result<Vec<Kind>, Failure> {
    let word = |rank| vocabulary.word(rank);
    let single = [3, 40, 400, 4_000, 20_000];
    let boolean = [
        format!("{} and {}", word(40), word(300)),
        format!("{} or {} or {}", word(100), word(2_000), word(9_000)),
        format!("{} and not {}", word(200), word(20)),
        format!("({} or {}) and {}", word(50), word(500), word(30)),
    ];
    let near = [(60, 90), (200, 350), (10, 1_500), (700, 900)];
    let leading = [30, 450, 5_000].map(|rank| {
        let word = word(rank);
        format!("*{}", &word[word.len().saturating_sub(3)..])
    });
    let with_people = |text: String| -> Result<(String, AdHoc), Failure> {
        let (text, asked) = words(&text)?;
        let party = |people: &[&str]| Party::written(people).ok();
        let day = |month| NaiveDate::from_ymd_opt(2023, month, 1).unwrap_or_default();
        let period = DateWindow::new(day(2), day(9), chrono_tz::America::New_York).ok();
        let (from, to) = (party(&[&archive::person(3)]), party(&["client.example"]));
        Ok((text, AdHoc { from, to, period, ..asked }))
    };
    let all = |texts: Vec<String>| texts.iter().map(|text| words(text)).collect::<Result<Vec<_>, _>>();
    let pair = |(a, b): (usize, usize)| format!("{} w/10 {}", word(a), word(b));
    Ok(vec![
        Kind {
            name: "one word",
            target_ms: 15.0,
            asked: all(single.map(|at| word(at).to_owned()).to_vec())?,
        },
        Kind { name: "and, or, and not", target_ms: 15.0, asked: all(boolean.to_vec())? },
        Kind { name: "w/10", target_ms: 100.0, asked: all(near.map(pair).to_vec())? },
        Kind {
            name: "people, dates and w/10",
            target_ms: 100.0,
            asked: near.iter().map(|ranks| with_people(pair(*ranks))).collect::<Result<_, _>>()?,
        },
        Kind { name: "leading wildcard", target_ms: 500.0, asked: all(leading.to_vec())? },
        Kind {
            name: "leading wildcard w/10",
            target_ms: 500.0,
            asked: all(leading.iter().map(|text| format!("{text} w/10 {}", word(800))).collect())?,
        },
    ])
}

/// The terms of a hit report: words, phrases, proximities and wildcards, frequent and rare.
pub(crate) fn terms_of_report(vocabulary: &Vocabulary) -> Vec<String> {
    let term = |number: usize| {
        let (a, b) = (vocabulary.word(20 + number * 37), vocabulary.word(15 + number * 91));
        match number % 4 {
            0 => a.to_owned(),
            1 => format!("\"{a} {b}\""),
            2 => format!("{a} w/10 {b}"),
            _ => format!("{}*", &a[..a.len().min(4)]),
        }
    };
    (0..50).map(term).collect()
}

/// The engine's part of a hit report: fifty terms, one after the other.
fn fifty_terms(snapshot: &Snapshot, vocabulary: &Vocabulary) -> Result<(), Failure> {
    let (text, asked) = words(&terms_of_report(vocabulary).join(" or "))?;
    let start = Instant::now();
    let searched = search(snapshot, &asked, LISTED).map_err(|source| Failure::Search { text, source })?;
    let took = start.elapsed().as_secs_f64();
    println!("{:<34} {:>9.0} ms for {} hits; promised < 10 s", "fifty terms", took * 1e3, searched.total);
    Ok(())
}
