//! Archives of any size for benchmarks and for tests that kill and resume: invented, streamed, the
//! same for the same [`Size`].
//!
//! Sizes follow what office mail looks like: a log-normal body of about 5 KB, a quarter of the mails
//! with attachments that make up most of the bytes, about 20 KB per mail over all. No two mails share
//! a Message-ID, so that programs that merge such mails count the same number.

mod compose;
mod register;
mod sink;
mod words;

use crate::draws::Draws;
use crate::staging::{SamplesError, staged};
use compose::Composer;
use sink::Sink;
use std::path::Path;
use words::Vocabulary;

/// Megabytes that the written `duces.toml` allows the index.
pub const MEMORY_MB: u64 = 512;

/// In which files the mails lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One Maildir per mailbox.
    Maildir,
    /// One mbox per mailbox and year.
    Mbox,
    /// Mailboxes in turn as Maildir, mbox, and folders of single files.
    Mixed,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many mails.
    pub messages: u64,
    /// Another seed is another archive of the same kind.
    pub seed: u64,
    /// In which files.
    pub form: Form,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Mails.
    pub messages: u64,
    /// Files.
    pub files: u64,
    /// Mails that answer another.
    pub replies: u64,
    /// Mails with at least one attachment.
    pub with_attachments: u64,
    /// Attachments.
    pub attachments: u64,
    /// Bytes of the text bodies, HTML included, before transfer encoding.
    pub text_bytes: u64,
    /// Bytes of the attachments, before transfer encoding.
    pub attachment_bytes: u64,
    /// Bytes of the mails as retained.
    pub bytes: u64,
}

/// Writes an archive into `dir`, which is new or empty.
///
/// # Errors
/// When the folder holds something, or a file cannot be written.
pub fn write_archive(dir: &Path, size: &Size) -> Result<Totals, SamplesError> {
    staged(dir, |staging| fill(staging, size))
}

/// Writes a workspace around such an archive, ready for `duces index`: `duces.toml`, a register of
/// its mailboxes and people, and `archive/`.
///
/// # Errors
/// When the folder holds something, or a file cannot be written.
pub fn write_workspace(dir: &Path, size: &Size) -> Result<Totals, SamplesError> {
    staged(dir, |staging| {
        register::write(staging)?;
        fill(&staging.join("archive"), size)
    })
}

fn fill(root: &Path, size: &Size) -> Result<Totals, SamplesError> {
    let vocabulary = Vocabulary::new();
    let mut composer = Composer::new(&vocabulary, Draws::new(size.seed), size.messages);
    let mut sink = Sink::new(root, size.form)?;
    let mut bytes = Vec::with_capacity(1 << 20);
    for number in 0..size.messages {
        let letter = composer.compose(number, &mut bytes);
        sink.write(&letter, &bytes)?;
    }
    let mut totals = composer.totals();
    totals.files = sink.finish()?;
    Ok(totals)
}

/// A search that a benchmark can time on any synthetic archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What kind of search it is.
    pub kind: &'static str,
    /// The search, in the dialect `dtsearch`.
    pub text: String,
}

/// Searches from common to rare, over words that the archives hold.
pub fn queries() -> Vec<Query> {
    let vocabulary = Vocabulary::new();
    let word = |rank: usize| vocabulary.word(rank);
    let rare = word(20_000);
    vec![
        Query { kind: "common word", text: word(40).to_owned() },
        Query { kind: "middling word", text: word(2_000).to_owned() },
        Query { kind: "rare word", text: rare.to_owned() },
        Query { kind: "two words", text: format!("{} and {}", word(400), word(900)) },
        Query {
            kind: "either of four",
            text: format!("{} or {} or {} or {rare}", word(700), word(3_000), word(9_000)),
        },
        Query { kind: "but not", text: format!("{} and not {}", word(400), word(60)) },
        Query { kind: "phrase", text: format!("\"{} {}\"", word(3), word(7)) },
        Query { kind: "trailing wildcard", text: format!("{}*", &rare[..4.min(rare.len())]) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
        crate::testing::tree(root)
    }

    fn written(form: Form, messages: u64, seed: u64) -> (Totals, Vec<(String, Vec<u8>)>) {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("a");
        let totals = write_archive(&dir, &Size { messages, seed, form }).unwrap();
        (totals, files(&dir))
    }

    #[test]
    fn the_same_size_is_the_same_archive_and_another_seed_is_not() {
        for form in [Form::Maildir, Form::Mbox, Form::Mixed] {
            let (totals, first) = written(form, 60, 1);
            assert_eq!((totals, first.clone()), written(form, 60, 1));
            assert_ne!(first, written(form, 60, 2).1);
            assert_eq!(totals.files, u64::try_from(first.len()).unwrap());
        }
    }

    #[test]
    fn the_totals_are_those_of_an_independent_reading() {
        let (totals, files) = written(Form::Maildir, 400, 3);
        let parser = mail_parser::MessageParser::default();
        let (mut attachments, mut attachment_bytes, mut replies) = (0, 0, 0);
        let mut ids = BTreeSet::new();
        for (_, bytes) in &files {
            let message = parser.parse(bytes).unwrap();
            ids.insert(message.message_id().unwrap().to_owned());
            replies += u64::from(message.in_reply_to().as_text().is_some());
            assert!(message.date().is_some() && message.from().is_some() && message.to().is_some());
            for part in message.attachments() {
                attachments += 1;
                attachment_bytes += u64::try_from(part.contents().len()).unwrap();
            }
        }
        assert_eq!(ids.len(), 400);
        assert_eq!((totals.messages, totals.files, totals.replies), (400, 400, replies));
        assert_eq!((totals.attachments, totals.attachment_bytes), (attachments, attachment_bytes));
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        assert_eq!(totals.bytes, u64::try_from(bytes).unwrap());
    }

    #[test]
    fn a_mail_is_about_twenty_kilobytes_and_a_quarter_have_attachments() {
        let (totals, _) = written(Form::Mbox, 3000, 4);
        let mean = |bytes: u64| bytes / totals.messages;
        assert!((17_000..24_000).contains(&mean(totals.bytes)), "{totals:?}");
        assert!((4_500..7_500).contains(&mean(totals.text_bytes)), "{totals:?}");
        assert!((22..29).contains(&(100 * totals.with_attachments / totals.messages)), "{totals:?}");
        assert!((45..75).contains(&(100 * totals.replies / totals.messages)), "{totals:?}");
    }

    #[test]
    fn a_mailbox_has_as_many_separators_as_mails() {
        let (totals, files) = written(Form::Mbox, 300, 5);
        let separators: usize = files
            .iter()
            .map(|(_, bytes)| bytes.split(|b| *b == b'\n').filter(|l| l.starts_with(b"From ")).count())
            .sum();
        assert_eq!(u64::try_from(separators).unwrap(), totals.messages);
    }

    #[test]
    fn a_workspace_registers_every_mailbox_that_it_holds() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("w");
        write_workspace(&dir, &Size { messages: 200, seed: 6, form: Form::Mixed }).unwrap();
        let sources = fs::read_to_string(dir.join("register/sources.csv")).unwrap();
        for entry in fs::read_dir(dir.join("archive")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(sources.contains(&format!("mail:{name}/**")), "{name}");
        }
        assert!(dir.join("duces.toml").exists() && dir.join("register/people.csv").exists());
    }

    #[test]
    fn the_searches_find_words_that_are_there() {
        let (_, files) = written(Form::Mbox, 500, 7);
        let all: String =
            files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).to_lowercase()).collect();
        for query in queries().iter().take(2) {
            assert!(all.contains(&query.text), "{query:?}");
        }
    }
}
