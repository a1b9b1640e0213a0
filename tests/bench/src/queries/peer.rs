//! The same searches in notmuch, where it is installed and can express them.
//!
//! It is given a share of the documents as mail, and an index of ours with the same share stands beside it.
//! It is a process of its own each time; what starting it takes is measured and shown.

use super::archive::{self, Vocabulary};
use super::{middle_and_end, time, words};
use crate::failure::Failure;
use crate::measure;
use crate::peers;
use std::path::Path;

const RUNS: usize = 7;

pub(crate) fn compare(folder: &Path, documents: u64, vocabulary: &Vocabulary) -> Result<(), Failure> {
    if documents == 0 {
        return Ok(());
    }
    if !peers::is_there("notmuch")? {
        println!("\nnotmuch is not installed: nothing to compare with");
        return Ok(());
    }
    let home = folder.join(format!("notmuch-{documents}"));
    let (mails, database) = (home.join("mail"), home.join("database"));
    let config = if database.join("xapian").exists() || database.join(".notmuch").exists() {
        home.join("config")
    } else {
        write_mails(&mails, documents, vocabulary)?;
        peers::notmuch_new(&mails, &home)?
    };
    let index = super::open_or_make(folder, documents, vocabulary)?;
    let snapshot = index.snapshot().map_err(super::failed("read", documents))?;
    let count = |query: &str| -> Result<f64, Failure> {
        let mut walls = Vec::new();
        for _ in 0..RUNS {
            let mut command = peers::notmuch_command(&config);
            command.args(["count", "--output=messages", query]);
            let measured = measure::run_unwatched(&mut command)?;
            measured.expect_code(&command, &[0])?;
            walls.push(measured.wall);
        }
        Ok(middle_and_end(walls).0)
    };
    let word = |rank| vocabulary.word(rank);
    let (a, b) = (word(60), word(90));
    let same = [
        (a.to_owned(), a.to_owned()),
        (format!("{a} and {b}"), format!("{a} and {b}")),
        (format!("{a} and not {b}"), format!("{a} and not {b}")),
        (format!("\"{a} {b}\""), format!("\"{a} {b}\"")),
        (format!("{}*", &a[..3]), format!("{}*", &a[..3])),
        (format!("{a} w/10 {b}"), format!("{a} NEAR/10 {b}")),
    ];
    println!("\n{documents} of the documents, as mail, medians in ms (notmuch: a process each time)");
    println!("{:<34} {:>9} {:>10}", "search", "duces", "notmuch");
    println!("{:<34} {:>9} {:>10.1}", "nothing: starting the process", "", count("id:none@bench.example")?);
    for (ours, theirs) in same {
        let (text, asked) = words(&ours)?;
        let (median, _) = middle_and_end(time(&snapshot, &text, &asked)?);
        println!("{ours:<34} {median:>9.2} {:>10.1}", count(&theirs)?);
    }
    println!("a leading wildcard, a negated or nested proximity: notmuch cannot express them");
    Ok(())
}

fn write_mails(folder: &Path, documents: u64, vocabulary: &Vocabulary) -> Result<(), Failure> {
    let current = folder.join("cur");
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(part)).map_err(|source| Failure::io("make a Maildir", source))?;
    }
    for row in 1..=documents {
        std::fs::write(current.join(format!("{row}:2,S")), archive::mail(row, vocabulary))
            .map_err(|source| Failure::io("write a mail", source))?;
    }
    Ok(())
}
