//! What is internal (candidates, samples, notes, drafts) never reaches a volume or a letter: it is refused where files
//! can come in from outside the archives.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::Workspace;
use duces_ingest::extract::{FileBounds, FileToRead};
use duces_instruments::form::INTERNAL_MARK;
use duces_model::Sha256;
use std::io::Read as _;
use std::path::Path;

/// Folders of a workspace of which nothing answers an item: what the program writes there is about the answer.
const FOLDERS: [&str; 10] = [
    ".duces",
    "certificates",
    "drafts",
    "internal",
    "letters",
    "passwords",
    "productions",
    "reports",
    "review",
    "trials",
];

/// Words by which a page of ours says that it is internal.
const MARKS: [&str; 4] =
    [INTERNAL_MARK, "Internal work product.", "Internal work product, as ", "DRAFT FOR COUNSEL"];

/// Words by which a text of ours says so, wherever they stand in it, case and signs aside.
pub(crate) const SAID: [&str; 2] = [INTERNAL_MARK, "DRAFT FOR COUNSEL"];

/// Bytes that are looked at in one go.
const PIECE: u64 = 1 << 20;

/// Of a larger file the bytes alone are looked at, and not the text in it.
const TEXT_OF_MAX: u64 = 128 << 20;

impl Workspace {
    /// Refuses a file that is internal work product: by where it lies, by its bytes, or by what it says of itself.
    ///
    /// # Errors
    /// [`WorkspaceError::Refused`], with the reason.
    pub(crate) fn refuse_internal(&self, file: &Path) -> Result<(), WorkspaceError> {
        let refused = |reason: String| WorkspaceError::Refused {
            what: format!("{} is internal work product and answers no item", file.display()),
            reasons: vec![reason],
            hint: "add the record itself, from where the firm keeps it".to_owned(),
        };
        let place = file.canonicalize().doing("read", file)?;
        let root = self.root.canonicalize().doing("read", &self.root)?;
        for folder in FOLDERS {
            if place.starts_with(root.join(folder)) {
                return Err(refused(format!("it lies in {folder}/ of the workspace")));
            }
        }
        let digest = files::sha256(file)?;
        if let Some(what) = self.made_here(digest)? {
            return Err(refused(format!("it is {what}, byte for byte")));
        }
        if let Some(mark) = marked(file)? {
            return Err(refused(format!("it says {mark:?} of itself")));
        }
        if let Some(mark) = self.said_inside(file)? {
            return Err(refused(format!("its text says {mark:?} of itself")));
        }
        Ok(())
    }

    /// The mark that stands in a file's text: that of PDF, DOCX and workbooks is packed, and not seen in their bytes.
    fn said_inside(&self, file: &Path) -> Result<Option<&'static str>, WorkspaceError> {
        if file.metadata().doing("read", file)?.len() > TEXT_OF_MAX {
            return Ok(None);
        }
        let bytes = std::fs::read(file).doing("read", file)?;
        let asked = FileToRead { bytes: &bytes, passwords: &[], bounds: FileBounds::default() };
        // What cannot be read is listed as that when it is indexed, and looked at before it goes out.
        let Ok(found) = self.config.extractor.extract(&asked) else { return Ok(None) };
        let text = letters(&found.text);
        Ok(SAID.into_iter().find(|mark| text.contains(&letters(mark))))
    }

    /// What of this record has these bytes.
    fn made_here(&self, digest: Sha256) -> Result<Option<String>, WorkspaceError> {
        for one in self.ledger.instruments()? {
            let record = &one.record;
            if [record.pdf_sha256, record.docx_sha256, record.json_sha256].contains(&digest) {
                return Ok(Some(format!("instrument {} ({})", one.key, record.title)));
            }
        }
        for one in self.ledger.certificates()? {
            if [one.record.pdf_sha256, one.record.facts_sha256].contains(&digest) {
                return Ok(Some(format!("certificate {} ({})", one.key, one.record.title)));
            }
        }
        Ok(None)
    }
}

/// Letters and digits alone, small.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The mark that a file bears, if any. Pieces overlap, so that none is cut in two.
fn marked(file: &Path) -> Result<Option<&'static str>, WorkspaceError> {
    let longest = MARKS.iter().map(|mark| mark.len()).max().unwrap_or(0);
    let mut input = std::fs::File::open(file).doing("read", file)?;
    let mut window: Vec<u8> = Vec::new();
    loop {
        let kept = window.len().min(longest);
        window.drain(..window.len() - kept);
        let read = input.by_ref().take(PIECE).read_to_end(&mut window).doing("read", file)?;
        if read == 0 {
            return Ok(None);
        }
        for mark in MARKS {
            if window.windows(mark.len()).any(|bytes| bytes == mark.as_bytes()) {
                return Ok(Some(mark));
            }
        }
    }
}
