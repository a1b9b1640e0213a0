//! What lies beside a Bloomberg dump: the archives of its attachments, and the disclaimers.
//!
//! Names are those that archiving programs document (Enterprise Vault, article 100059153): `ID.ib19.DATE.xml` with
//! `ID.ib19.att.DATE.tar.gz`, `ID.msg.DATE.xml` with `ID.msg.att.DATE.tar.gz`, `ID.dscl.DATE.xml`; large ones in pieces,
//! `.xml1` and `.0.tar.gz`. Older archives have no family in their names (`ID.att.DATE.tar.gz`).

use super::element;
use crate::chat::tar::Tar;
use crate::limits::Limits;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Texts of disclaimers by their references.
pub(super) type Disclaimers = BTreeMap<String, String>;

/// What was found beside a dump.
#[derive(Debug, Default)]
pub(crate) struct Siblings {
    pub(crate) archives: Vec<(String, Tar)>,
    pub(super) disclaimers: Disclaimers,
    /// What of it could not be read, in words.
    pub(super) flaws: Vec<String>,
}

/// What tells that files are still those that were read.
type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// What lay beside the dump read last: each piece of it that is read again needs it.
static LAST: Mutex<Option<(Stamp, Arc<Siblings>)>> = Mutex::new(None);

/// Which sibling a file is of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Archive,
    Disclaimers,
}

/// Reads what lies beside the dump.
pub(super) fn of(path: &Path, limits: &Limits) -> Arc<Siblings> {
    let mut found: Vec<(PathBuf, Kind)> = Vec::new();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) {
        for entry in entries.flatten() {
            if let Some(kind) = sibling(&name, &entry.file_name().to_string_lossy())
                && entry.file_type().is_ok_and(|kind| kind.is_file())
            {
                found.push((entry.path(), kind));
            }
        }
    }
    if found.is_empty() {
        return Arc::default();
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let stamp: Stamp = found
        .iter()
        .map(|(path, _)| {
            let metadata = path.metadata().ok();
            let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
            (path.clone(), metadata.map_or(0, |metadata| metadata.len()), changed)
        })
        .collect();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, siblings)) = &*last
        && *known == stamp
    {
        return siblings.clone();
    }
    let siblings = Arc::new(read(&found, limits));
    *last = Some((stamp, siblings.clone()));
    siblings
}

fn read(found: &[(PathBuf, Kind)], limits: &Limits) -> Siblings {
    let mut siblings = Siblings::default();
    for (path, kind) in found {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match kind {
            Kind::Archive => {
                let tar = Tar::open(path, limits.expanded_bytes_max);
                siblings.flaws.extend(tar.damage.as_ref().map(|why| format!("{name}: {why}")));
                siblings.archives.push((name, tar));
            }
            Kind::Disclaimers => {
                if let Err(why) = disclaimers(path, limits.message_bytes_max, &mut siblings.disclaimers) {
                    siblings.flaws.push(format!("{name}: {why}"));
                }
            }
        }
    }
    siblings
}

/// The parts of a name that has this ending, lower case.
fn parts(name: &str, endings: &[&str]) -> Option<Vec<String>> {
    let lower = name.to_ascii_lowercase();
    let bare = endings.iter().find_map(|ending| lower.strip_suffix(ending))?;
    Some(bare.split('.').map(str::to_owned).collect())
}

/// Whether a part tells one piece of several from the others.
fn is_piece(part: &str) -> bool {
    part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty()
}

/// What the file beside is to the dump, by their names.
fn sibling(dump: &str, beside: &str) -> Option<Kind> {
    let numbered = dump.trim_end_matches(|c: char| c.is_ascii_digit());
    let dump = parts(numbered, &[".xml"])?;
    if let Some(mut archive) = parts(beside, &[".tar.gz", ".tgz", ".tar"]) {
        let at = archive.iter().position(|part| part == "att")?;
        archive.remove(at);
        if archive.len() > 2 && archive.last().is_some_and(|part| is_piece(part)) {
            archive.pop();
        }
        let without_family =
            dump.len() == 3 && archive.len() == 2 && archive[0] == dump[0] && archive[1] == dump[2];
        return (archive == dump || without_family).then_some(Kind::Archive);
    }
    let texts = parts(beside.trim_end_matches(|c: char| c.is_ascii_digit()), &[".xml"])?;
    let same = dump.len() == 3 && texts.len() == 3 && texts[0] == dump[0] && texts[2] == dump[2];
    (same && texts[1] == "dscl" && dump[1] != "dscl").then_some(Kind::Disclaimers)
}

/// Reads a file of disclaimers: `FileDump`, `Disclaimer`, with a `DisclaimerReference` and a `DisclaimerText`.
fn disclaimers(path: &Path, most: u64, into: &mut Disclaimers) -> Result<(), String> {
    let bytes = path.metadata().map_err(|error| error.to_string())?.len();
    if bytes > most {
        return Err(format!("{bytes} bytes, the limit being {most}"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let (text, _) = super::encoding(&bytes).decode_with_bom_removal(&bytes);
    let piece = element::read(&text);
    for child in &piece.root.children {
        if let (Some(reference), Some(text)) =
            (child.value("DisclaimerReference"), child.value("DisclaimerText"))
        {
            into.insert(reference.to_owned(), text.to_owned());
        }
    }
    piece.damage.map_or(Ok(()), |(why, _)| Err(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_dump_is_told_by_its_name() {
        for (dump, beside, kind) in [
            ("f1.ib19.240301.xml", "f1.ib19.att.240301.tar.gz", Some(Kind::Archive)),
            ("f1.ib19.240301.xml2", "F1.IB19.att.240301.0.tar.gz", Some(Kind::Archive)),
            ("f1.msg.240301.xml", "f1.att.240301.tgz", Some(Kind::Archive)),
            ("f1.msg.240301.xml", "f1.dscl.240301.xml", Some(Kind::Disclaimers)),
            ("f1.msg.240301.xml", "f1.ib19.att.240301.tar.gz", None),
            ("f1.msg.240301.xml", "f1.msg.att.240302.tar.gz", None),
            ("f1.msg.240301.xml", "f2.dscl.240301.xml", None),
            ("f1.msg.240301.xml", "f1.msg.240301.xml", None),
            ("actiance_export.xml", "att.tar.gz", None),
        ] {
            assert_eq!(sibling(dump, beside), kind, "{dump} {beside}");
        }
    }
}
