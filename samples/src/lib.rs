//! An invented broker-dealer, generated: archive, register and request.
//!
//! Elm & Cedar Partners LLC does not exist. Its half year of mail is made from the texts in this
//! folder (`firm/`, `texts/`) and a small stream of numbers, and is the same, byte for byte, on each
//! run. [`truth()`] says what is planted in it. [`synthetic`] makes archives of any size for benchmarks.

mod archive;
mod calendar;
mod confirmations;
mod decisions;
mod desk;
mod draws;
mod encode;
mod mail;
mod parts;
mod script;
mod staging;
mod story;
pub mod synthetic;
mod truth;

pub use decisions::{Decision, decisions};
pub use staging::SamplesError;
pub use truth::{
    BrokenCapture, ContainerTruth, ItemTruth, LostConfirmations, Truth, UnregisteredAddress, truth,
};

use archive::Archive;
use std::path::Path;

/// The request that the sample firm answers: the name of its file in `requests/` without the ending.
pub const REQUEST: &str = "8210-2024-0042";

/// The files of the workspace that people would write by hand.
const FILES: [(&str, &str); 10] = [
    ("duces.toml", include_str!("../firm/duces.toml")),
    ("register/sources.csv", include_str!("../firm/register/sources.csv")),
    ("register/people.csv", include_str!("../firm/register/people.csv")),
    ("register/attorneys.csv", include_str!("../firm/register/attorneys.csv")),
    ("register/captures.csv", include_str!("../firm/register/captures.csv")),
    ("register/disposals.csv", include_str!("../firm/register/disposals.csv")),
    ("register/holds.csv", include_str!("../firm/register/holds.csv")),
    ("requests/8210-2024-0042.toml", include_str!("../firm/requests/8210-2024-0042.toml")),
    ("requests/8210-2024-0042.letter.txt", include_str!("../firm/requests/8210-2024-0042.letter.txt")),
    ("README.txt", include_str!("../firm/README.txt")),
];

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Occurrences in the archive: messages, and each empty file as one.
    pub messages: u64,
    /// Every file below the folder, with `/` between the parts, sorted.
    pub files: Vec<String>,
}

/// Writes the workspace of the invented firm into `dir`, which is new or empty: `duces.toml`,
/// `register/`, `requests/` with the letter, `archive/`, and `decisions.csv`.
///
/// The folder appears when everything is in it.
///
/// # Errors
/// When the folder holds something, or a file cannot be written.
pub fn write_firm(dir: &Path) -> Result<Written, SamplesError> {
    let archive = firm_archive();
    let messages = u64::try_from(archive.filed.len()).unwrap_or(u64::MAX);
    let mut files: Vec<(String, Vec<u8>)> =
        FILES.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    files.push(("decisions.csv".to_owned(), decisions::DECISIONS.as_bytes().to_vec()));
    files.push((
        "register/controls/confirmations.csv".to_owned(),
        confirmations::CONTROLS.as_bytes().to_vec(),
    ));
    files.extend(archive.into_files().into_iter().map(|(path, bytes)| (format!("archive/{path}"), bytes)));
    files.sort();
    staging::staged(dir, |staging| {
        files.iter().try_for_each(|(path, bytes)| staging::write_file(staging, path, bytes))
    })?;
    Ok(Written { messages, files: files.into_iter().map(|(path, _)| path).collect() })
}

/// The archive as it will be written: ordinary traffic and story in the order of time, then the
/// journal, what was misfiled, and what is flawed (whose last piece ends a mailbox).
fn firm_archive() -> Archive {
    let mut mails = desk::traffic();
    mails.extend(story::mails());
    mails.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut archive = Archive::default();
    for mail in &mails {
        archive.deliver(mail);
    }
    story::file_journal(&mut archive);
    story::file_misfiled(&mut archive);
    story::file_flawed(&mut archive);
    archive
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
