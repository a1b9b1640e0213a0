//! What is internal (candidates, samples, notes, drafts) never reaches a volume or a letter: it is refused where files
//! can come in from outside the archives.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::Workspace;
use duces_instruments::form::INTERNAL_MARK;
use duces_model::Sha256;
use std::io::Read as _;
use std::path::Path;

/// Folders of a workspace of which nothing answers an item: what the program writes there is about the answer.
const FOLDERS: [&str; 7] = [".duces", "certificates", "drafts", "letters", "passwords", "reports", "trials"];

/// Words by which a page of ours says that it is internal.
const MARKS: [&str; 4] =
    [INTERNAL_MARK, "Internal work product.", "Internal work product, as ", "DRAFT FOR COUNSEL"];

/// Bytes that are looked at in one go.
const PIECE: u64 = 1 << 20;

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
        Ok(())
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
