//! A volume opened: a folder or a ZIP file, its files listed and every byte read once.

use crate::code::Code;
use crate::files::{FileEntry, Files, Origin};
use crate::finding::Findings;
use crate::folder;
use crate::load_file;
use crate::mail_head::{HEAD_BYTES_MAX, MailHead};
use crate::names;
use crate::parts;
use crate::picture::{self, Picture};
use crate::text_encoding::Classifier;
use crate::verification::VerifyError;
use crate::zip::{self, ZipError};
use crate::zip_directory::{self, Directory};
use duces_model::{Md5, Observer, Sha256};
use sha1::{Digest as _, Sha1};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Folders of a volume's own layout: a ZIP file that holds only one of them has no folder around it.
pub(crate) const LAYOUT: [&str; 8] =
    ["DATA", "NATIVES", "NATIVE", "TEXT", "IMAGES", "PDF", "LOAD", "LOADFILES"];

/// Files larger than this are read in large pieces.
const LARGE_BYTES: u64 = 8 << 20;

enum Source {
    Folder(PathBuf),
    /// An archive, or several that hold the volume together.
    Zips {
        parts: Vec<Archive>,
        password: Option<Vec<u8>>,
    },
}

/// One archive of a volume.
struct Archive {
    path: PathBuf,
    file: File,
    directory: Directory,
}

impl Archive {
    fn open(path: &Path, password: Option<&[u8]>, findings: &mut Findings) -> Result<Self, VerifyError> {
        let unreadable = |source| VerifyError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let directory = match zip_directory::read_directory(&file, password) {
            Ok(directory) => directory,
            Err(ZipError::Io(source)) => return Err(unreadable(source)),
            Err(ZipError::NotZip) => return Err(VerifyError::NotAVolume { path: path.to_owned() }),
            Err(ZipError::Damaged(message)) => {
                findings.of_volume(Code::ZipDamaged, format!("{}: {message}", stem(path)));
                Directory::default()
            }
        };
        for (code, name, message) in &directory.problems {
            findings.of_file(*code, name, message.clone());
        }
        Ok(Self { path: path.to_owned(), file, directory })
    }
}

/// The opened volume.
pub(crate) struct Volume {
    source: Source,
    /// Name of its folder, or of the ZIP file without the ending.
    pub(crate) name: String,
    pub(crate) files: Files,
}

fn stem(path: &Path) -> String {
    path.file_name().map(|name| zip::escaped(name.as_encoded_bytes())).unwrap_or_default()
}

impl Volume {
    /// Opens the volume at `path` and lists its files; what is wrong with names and with the archive
    /// itself goes to `findings`. The password opens encrypted entries of an archive.
    pub(crate) fn open(
        path: &Path,
        password: Option<&[u8]>,
        findings: &mut Findings,
    ) -> Result<Self, VerifyError> {
        let unreadable = |source| VerifyError::Unreadable { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            let absolute = path.canonicalize().map_err(unreadable)?;
            let files = Files::new(folder::list(path, findings)?);
            names::check(&files, findings);
            return Ok(Self { source: Source::Folder(path.to_owned()), name: stem(&absolute), files });
        }
        let path = parts::first(path);
        let mut parts = vec![Archive::open(&path, password, findings)?];
        for part in parts::others(&path, findings)? {
            parts.push(Archive::open(&part, password, findings)?);
        }
        let (mut name, mut files) = (None, Vec::new());
        for (part, archive) in parts.iter().enumerate() {
            let (top, entries) = list_entries(part, &archive.directory, findings);
            name = name.or(top);
            files.extend(entries);
        }
        let name = name.unwrap_or_else(|| {
            let name = stem(&path);
            name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
        });
        let files = Files::new(distinct(files, findings));
        names::check(&files, findings);
        let source = Source::Zips { parts, password: password.map(<[u8]>::to_vec) };
        Ok(Self { source, name, files })
    }

    /// The bytes of a file. An error of damage (see [`zip::is_damage`]) is of the volume, any other is ours.
    pub(crate) fn read(&self, file: &FileEntry) -> Result<Box<dyn Read + Send + '_>, VerifyError> {
        let open = |path: PathBuf| match File::open(&path) {
            Ok(file) => Ok(Box::new(file) as Box<dyn Read + Send>),
            Err(source) => Err(VerifyError::Unreadable { path, source }),
        };
        match (&self.source, &file.origin) {
            (Source::Folder(root), Origin::Below) => open(root.join(&file.path)),
            (_, Origin::Odd(path)) => open(path.clone()),
            (Source::Zips { parts, password }, Origin::Entry(part, at)) => {
                let Archive { file: archive, directory, .. } = &parts[*part];
                let opened = directory.entries[*at].open(archive, password.as_deref());
                opened.map_err(|source| self.unreadable(file, source))
            }
            (Source::Zips { .. }, Origin::Below) | (Source::Folder(_), Origin::Entry(..)) => {
                Err(VerifyError::NotAVolume { path: PathBuf::from(&file.path) })
            }
        }
    }

    /// The error for bytes that could not be read for a reason outside the volume.
    pub(crate) fn unreadable(&self, file: &FileEntry, source: io::Error) -> VerifyError {
        let path = match (&self.source, &file.origin) {
            (Source::Folder(root), _) => root.join(&file.path),
            (Source::Zips { parts, .. }, Origin::Entry(part, _)) => parts[*part].path.clone(),
            (Source::Zips { .. }, _) => PathBuf::from(&file.path),
        };
        VerifyError::Unreadable { path, source }
    }

    /// Reads every file once: digests, and the encoding of text files.
    pub(crate) fn read_all(
        &mut self,
        findings: &mut Findings,
        observer: &dyn Observer,
    ) -> Result<(), VerifyError> {
        let total = self.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add);
        observer.stage("reading files", "bytes", Some(total));
        let load_file = load_file::candidates(self).first().copied();
        for at in 0..self.files.len() {
            if !self.files.get(at).readable {
                continue;
            }
            if observer.stop_requested() {
                return Err(VerifyError::Stopped);
            }
            let read = self.read_one(self.files.get(at), load_file == Some(at), observer)?;
            let file = self.files.get_mut(at);
            match read {
                Ok(read) => {
                    file.sha256 = Some(read.sha256);
                    file.older = read.older;
                    file.bytes = read.bytes;
                    file.picture = read.picture;
                    file.head = read.head;
                    file.encoding = read.text.map(Classifier::finish);
                }
                Err(damage) => {
                    file.readable = false;
                    findings.of_file(Code::ZipEntryDamaged, &file.path, damage.to_string());
                }
            }
        }
        Ok(())
    }

    fn read_one(
        &self,
        file: &FileEntry,
        load_file: bool,
        observer: &dyn Observer,
    ) -> Result<Result<ReadFile, io::Error>, VerifyError> {
        if let (Source::Zips { parts, password }, Origin::Entry(part, at)) = (&self.source, &file.origin) {
            let Archive { file: archive, directory, .. } = &parts[*part];
            let authentic = directory.entries[*at].authentic(archive, password.as_deref());
            if !authentic.map_err(|source| self.unreadable(file, source))? {
                let message = "its encrypted bytes do not have the code that stands behind them";
                return Ok(Err(io::Error::new(io::ErrorKind::InvalidData, message)));
            }
        }
        let mut reader = self.read(file)?;
        let looked = picture::promised(&file.path).is_some() && file.bytes <= picture::LOOKED_BYTES_MAX;
        let mut whole = looked.then(Vec::new);
        let mut text = file.path.to_ascii_lowercase().ends_with(".txt").then(Classifier::default);
        let mut head = file.path.to_ascii_lowercase().ends_with(".eml").then(Vec::new);
        // Large files are read in large pieces, whose digests are made side by side.
        let large = file.bytes > LARGE_BYTES;
        // No row states a digest of the load file itself, and a large one takes seconds.
        let mut older = (!(large && load_file)).then(|| (Md5::hasher(), Sha1::new()));
        let (mut sha256, mut bytes) = (Sha256::hasher(), 0_u64);
        let mut buffer = vec![0; if large { 1 << 20 } else { 1 << 16 }];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    let piece = &buffer[..count];
                    match &mut older {
                        Some((md5, sha1)) if large => std::thread::scope(|scope| {
                            scope.spawn(|| md5.update(piece));
                            sha256.update(piece);
                            sha1.update(piece);
                        }),
                        Some((md5, sha1)) => {
                            sha256.update(piece);
                            md5.update(piece);
                            sha1.update(piece);
                        }
                        None => sha256.update(piece),
                    }
                    if let Some(whole) = &mut whole {
                        whole.extend_from_slice(piece);
                    }
                    if let Some(head) = head.as_mut().filter(|head| head.len() < HEAD_BYTES_MAX) {
                        head.extend_from_slice(&piece[..count.min(HEAD_BYTES_MAX - head.len())]);
                    }
                    bytes += count as u64;
                    if let Some(text) = &mut text {
                        text.take(piece);
                    }
                    observer.advance(count as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if zip::is_damage(&error) => return Ok(Err(error)),
                Err(error) => return Err(self.unreadable(file, error)),
            }
        }
        let picture = whole.map(|whole| Box::new(picture::look(&whole)));
        let head = head.map(|head| Box::new(MailHead::of(&head)));
        let older = older.map(|(md5, sha1)| (md5.finish(), sha1.finalize().into()));
        Ok(Ok(ReadFile { sha256: sha256.finish(), older, bytes, text, picture, head }))
    }
}

struct ReadFile {
    sha256: Sha256,
    older: Option<(Md5, [u8; 20])>,
    bytes: u64,
    text: Option<Classifier>,
    picture: Option<Box<Picture>>,
    head: Option<Box<MailHead>>,
}

/// The entries as files below the volume: without the one folder that lies around all of them, if so.
fn list_entries(
    part: usize,
    directory: &Directory,
    findings: &mut Findings,
) -> (Option<String>, Vec<FileEntry>) {
    let top = common_folder(directory);
    let mut files: Vec<FileEntry> = Vec::new();
    for (at, entry) in directory.entries.iter().enumerate() {
        let cut = top.as_ref().map_or(0, |top| top.len() + 1);
        let path = entry.name.get(cut..).unwrap_or_default();
        let leaves = entry.name.starts_with('/')
            || path.split('/').any(|part| part.is_empty() || part == "." || part == "..");
        if leaves {
            findings.of_file(
                Code::PathLeavesVolume,
                &entry.name,
                "the entry would be unpacked outside the volume",
            );
            continue;
        }
        files.push(FileEntry::new(path.to_owned(), entry.bytes, Origin::Entry(part, at), entry.readable));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    (top, files)
}

/// Each path once; one that stands in two archives is told.
fn distinct(mut files: Vec<FileEntry>, findings: &mut Findings) -> Vec<FileEntry> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for pair in files.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        findings.of_file(Code::ZipNameRepeated, &pair[1].path, "it stands in two archives of the volume");
    }
    files.dedup_by(|a, b| a.path == b.path);
    files
}

fn common_folder(directory: &Directory) -> Option<String> {
    let (top, _) = directory.entries.first()?.name.split_once('/')?;
    let shared = directory.entries.iter().all(|entry| {
        entry.name.strip_prefix(top).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
    });
    let layout = LAYOUT.iter().any(|name| name.eq_ignore_ascii_case(top));
    (shared && !layout && !top.is_empty() && top != ".." && top != ".").then(|| top.to_owned())
}
