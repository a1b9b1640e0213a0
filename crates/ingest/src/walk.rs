//! The files of an archive, one after another; no list of them is held.

use crate::archived;
use crate::error::IngestError;
use duces_model::ArchivePath;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;
use walkdir::WalkDir;

/// What stands in an archive.
#[derive(Debug, Clone)]
pub enum Found {
    /// A file to be opened.
    Container(FoundFile),
    /// An entry that is not opened, by a documented rule.
    Ignored {
        /// Where it lies below the root.
        path: ArchivePath,
        /// Which rule, in words.
        reason: String,
    },
}

/// A file of an archive.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// Name of the archive.
    pub archive: String,
    /// Where it lies below the root.
    pub path: ArchivePath,
    /// The path that names the container: of a Maildir message without the flags, and under `cur`
    /// also while it lies in `new`, because mail programs move and rename it as it is read.
    pub identity_path: ArchivePath,
    /// Where it lies on this machine.
    pub absolute: PathBuf,
    /// Size in bytes when it was found.
    pub bytes: u64,
    /// When it was last changed, where the system says so.
    pub modified: Option<SystemTime>,
    /// Whether it is a message of a Maildir.
    pub maildir: bool,
}

impl FoundFile {
    /// The file's own name, escaped like the path.
    pub fn file_name(&self) -> &str {
        let path = self.path.as_str();
        path.rsplit_once('/').map_or(path, |(_, name)| name)
    }
}

/// So many folders, one inside the other, are read at the same time.
const OPEN_FOLDERS_MAX: usize = 64;

/// Files that mail servers and indexers keep inside a Maildir for themselves (Dovecot, Courier, notmuch).
const SERVER_FILES: &[&str] = &["maildirfolder", "maildirsize", "subscriptions", "courierpop3dsizelist"];
const SERVER_PREFIXES: &[&str] = &[
    "dovecot.index",
    "dovecot.list",
    "dovecot-uidlist",
    "dovecot-uidvalidity",
    "dovecot-keywords",
    "dovecot.mailbox",
    "dovecot.svbin",
    "courierimap",
];

/// Lists the files below `root`, in whatever order the system lists them: a folder is never held in
/// memory, however many files lie in it, so that the caller sorts.
///
/// Symbolic links are not followed; what lies in the `tmp` of a Maildir was never delivered; special
/// files hold no content; index files of mail servers are no mail. Each of these is said, not skipped.
/// A folder that cannot be listed is an error among the items; the walk goes on behind it.
///
/// # Errors
/// When the root is missing, unreadable or no folder.
pub fn walk(
    archive: &str,
    root: &Path,
) -> Result<impl Iterator<Item = Result<Found, IngestError>> + use<>, IngestError> {
    let root_error = |source| IngestError::Root { path: root.to_owned(), source };
    let metadata = std::fs::metadata(root).map_err(root_error)?;
    if !metadata.is_dir() {
        return Err(IngestError::NotAFolder { path: root.to_owned() });
    }
    std::fs::read_dir(root).map_err(root_error)?;
    let (archive, root) = (archive.to_owned(), root.to_owned());
    let mut maildirs = Maildirs::default();
    // Past so many open folders one inside the other, the list of the outermost is held in memory.
    let entries = WalkDir::new(&root).min_depth(1).follow_links(false).max_open(OPEN_FOLDERS_MAX);
    Ok(entries.into_iter().flat_map(move |entry| match entry {
        Ok(entry) => match look(&archive, &root, &entry, &mut maildirs) {
            Ok(Some(Found::Container(file))) => members(file),
            other => other.transpose().into_iter().collect(),
        },
        Err(error) => {
            let path = error.path().unwrap_or(&root).to_owned();
            let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
            vec![Err(IngestError::Listing { path, source })]
        }
    }))
}

/// A file as it is; an archive of mail as one container for each of its members (see `archived`).
fn members(file: FoundFile) -> Vec<Result<Found, IngestError>> {
    let Some(list) = archived::members(&file.absolute, file.bytes) else {
        return vec![Ok(Found::Container(file))];
    };
    let reason = format!("an archive of mail: each of its {} files is a container of its own", list.len());
    let mut all = vec![Ok(Found::Ignored { path: file.path.clone(), reason })];
    for member in list {
        let name = member.name.replace('%', "%25");
        let path = ArchivePath::from_escaped(format!("{}{}{name}", file.path, archived::MARK));
        all.push(Ok(Found::Container(FoundFile {
            archive: file.archive.clone(),
            identity_path: path.clone(),
            path,
            absolute: archived::virtual_path(&file.absolute, &member.name),
            bytes: member.bytes,
            modified: file.modified,
            maildir: false,
        })));
    }
    all
}

/// The last folders asked about: a walk asks for one folder many times in a row.
#[derive(Default)]
struct Maildirs {
    last: Option<(PathBuf, bool)>,
}

impl Maildirs {
    /// Whether the folder is a Maildir: it has `cur`, and `new` or `tmp` beside it.
    fn is_maildir(&mut self, folder: &Path) -> bool {
        if let Some((known, answer)) = &self.last
            && known == folder
        {
            return *answer;
        }
        let has = |name: &str| std::fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_dir());
        let answer = has("cur") && (has("new") || has("tmp"));
        self.last = Some((folder.to_owned(), answer));
        answer
    }
}

fn look(
    archive: &str,
    root: &Path,
    entry: &walkdir::DirEntry,
    maildirs: &mut Maildirs,
) -> Result<Option<Found>, IngestError> {
    let path = escaped(entry.path().strip_prefix(root).unwrap_or(entry.path()));
    let ignored = |reason: &str| Ok(Some(Found::Ignored { path: path.clone(), reason: reason.to_owned() }));
    let kind = entry.file_type();
    if kind.is_symlink() {
        return ignored("a symbolic link, which is not followed");
    }
    if kind.is_dir() {
        return Ok(None);
    }
    if !kind.is_file() {
        return ignored("no regular file (a device, pipe or socket)");
    }
    let name = entry.file_name().to_string_lossy();
    let folder = entry.path().parent().unwrap_or(root);
    let folder_name = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let inside = matches!(folder_name, "cur" | "new" | "tmp") && folder != root;
    let in_maildir = inside && folder.parent().is_some_and(|above| maildirs.is_maildir(above));
    if in_maildir && folder_name == "tmp" {
        return ignored("in tmp of a Maildir: a delivery that was never finished");
    }
    if in_maildir && name.starts_with('.') {
        return ignored("a hidden file in a Maildir, which is no message");
    }
    if path.as_str().split('/').rev().skip(1).any(|folder| folder == ".notmuch") {
        return ignored("an index file of notmuch");
    }
    let server_file =
        SERVER_FILES.contains(&&*name) || SERVER_PREFIXES.iter().any(|start| name.starts_with(start));
    if server_file && maildirs.is_maildir(folder) {
        return ignored("a file that a mail server keeps for itself in a Maildir");
    }
    let metadata = entry.metadata().map_err(|error| IngestError::Listing {
        path: entry.path().to_owned(),
        source: error.into_io_error().unwrap_or_else(|| std::io::Error::other("no metadata")),
    })?;
    let identity_path = if in_maildir { maildir_identity(&path) } else { path.clone() };
    Ok(Some(Found::Container(FoundFile {
        archive: archive.to_owned(),
        path,
        identity_path,
        absolute: entry.path().to_owned(),
        bytes: metadata.len(),
        modified: metadata.modified().ok(),
        maildir: in_maildir,
    })))
}

/// `box/new/17.x` and `box/cur/17.x:2,S` both become `box/cur/17.x`. Some systems write `;2,`
/// because they cannot write a colon.
fn maildir_identity(path: &ArchivePath) -> ArchivePath {
    let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    let bare = name.split(":2,").next().unwrap_or(name);
    let bare = bare.split(";2,").next().unwrap_or(bare);
    let start = if above.is_empty() { String::new() } else { format!("{above}/") };
    ArchivePath::from_escaped(format!("{start}cur/{bare}"))
}

/// The path in the one form that is stored: `/` between the parts, bytes that are no UTF-8 as `%XX`,
/// a percent sign as `%25`.
fn escaped(relative: &Path) -> ArchivePath {
    let mut text = String::new();
    for component in relative.components() {
        let Component::Normal(name) = component else { continue };
        if !text.is_empty() {
            text.push('/');
        }
        escape(name, &mut text);
    }
    ArchivePath::from_escaped(text)
}

fn escape(name: &OsStr, text: &mut String) {
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '%' { text.push_str("%25") } else { text.push(c) }
        }
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn listed(root: &Path) -> Vec<String> {
        let mut listed: Vec<String> = walk("mail", root)
            .unwrap()
            .map(|found| match found.unwrap() {
                Found::Container(file) if file.maildir => format!("{} = {}", file.path, file.identity_path),
                Found::Container(file) => file.path.to_string(),
                Found::Ignored { path, reason } => format!("{path} ignored: {reason}"),
            })
            .collect();
        listed.sort();
        listed
    }

    fn touch(root: &Path, names: &[&str]) {
        for name in names {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
    }

    #[test]
    fn every_file_is_told_and_a_maildir_is_known_by_its_folders() {
        let dir = tempfile::tempdir().unwrap();
        let names =
            ["b.eml", "a/z", "m/cur/1.x:2,S", "m/new/2.x", "m/tmp/3.x", "m/dovecot-uidlist", "t/tmp/4"];
        touch(dir.path(), &names);
        let expected = [
            "a/z",
            "b.eml",
            "m/cur/1.x:2,S = m/cur/1.x",
            "m/dovecot-uidlist ignored: a file that a mail server keeps for itself in a Maildir",
            "m/new/2.x = m/cur/2.x",
            "m/tmp/3.x ignored: in tmp of a Maildir: a delivery that was never finished",
            "t/tmp/4",
        ];
        assert_eq!(listed(dir.path()), expected);
    }

    #[test]
    fn a_maildir_message_keeps_its_identity_when_it_is_read_and_flagged() {
        for path in ["m/new/1.x", "m/cur/1.x", "m/cur/1.x:2,RS", "m/cur/1.x;2,S"] {
            assert_eq!(maildir_identity(&ArchivePath::from_escaped(path)).as_str(), "m/cur/1.x");
        }
        assert_eq!(maildir_identity(&ArchivePath::from_escaped("new/1")).as_str(), "cur/1");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_utf8_are_escaped_and_links_are_not_followed() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), &["100%"]);
        std::os::unix::fs::symlink("100%", dir.path().join("link")).unwrap();
        if fs::write(dir.path().join(OsStr::from_bytes(b"x\xff")), "x").is_ok() {
            assert_eq!(listed(dir.path())[2], "x%FF");
        }
        assert_eq!(listed(dir.path())[0], "100%25");
        assert_eq!(listed(dir.path())[1], "link ignored: a symbolic link, which is not followed");
    }

    #[test]
    fn a_root_that_is_missing_or_a_file_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(walk("a", &dir.path().join("none")).err(), Some(IngestError::Root { .. })));
        touch(dir.path(), &["file"]);
        assert!(matches!(walk("a", &dir.path().join("file")).err(), Some(IngestError::NotAFolder { .. })));
    }
}
