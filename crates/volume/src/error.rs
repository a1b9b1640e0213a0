//! Why a volume could not be written.

use duces_model::{BatesNumber, BatesRange, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// Why a volume could not be written. Whatever it is, nothing stands under the final name.
#[derive(Debug, thiserror::Error)]
pub enum VolumeError {
    /// A volume or archive of that name is there already.
    #[error("{} already exists, and a volume is never overwritten", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A run was killed half-way; see [`crate::discard_partial`].
    #[error("{} is left over from a run that did not end, and has to be discarded first", path.display())]
    LeftOver {
        /// The staging folder.
        path: PathBuf,
    },
    /// The folder for volumes is missing.
    #[error("found no folder {}, expected the folder in which volumes are kept", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The disk is full, or the quota used up.
    #[error("the disk is full: could not {doing} {}", path.display())]
    DiskFull {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The folder is read-only or belongs to somebody else.
    #[error("no permission to write here, or read-only: could not {doing} {}", path.display())]
    NotWritable {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// Any other failure of the file system.
    #[error("could not {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The archive could not be made for another reason than the file system.
    #[error("could not write the archive {}: {message}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// The archive writer's word.
        message: String,
    },
    /// What was read back is not what was written.
    #[error("{path} was written with sha256 {written} and reads back with sha256 {read}")]
    ReadBackDiffers {
        /// The file, below the volume.
        path: String,
        /// Digest of what was written.
        written: Sha256,
        /// Digest of what was read back.
        read: Sha256,
    },
    /// A name that Windows keeps for a device, so that the receiver could not open the file.
    #[error("found the name {name:?}, which Windows keeps for a device, expected any other")]
    DeviceName {
        /// The name.
        name: String,
    },
    /// A field name that the load file's header cannot carry.
    #[error("found field name {name:?}, expected letters, digits, '_', '/' and '#', each name once")]
    FieldName {
        /// The name.
        name: String,
    },
    /// A row of an overlay has another count of values than there are fields.
    #[error("row {bates} of the overlay: found {found} values, expected {expected}")]
    OverlayValues {
        /// First number of the document.
        bates: Box<duces_model::BatesNumber>,
        /// Values found.
        found: usize,
        /// Fields.
        expected: usize,
    },
    /// A row does not have one value for each field.
    #[error("the row of {bates} has {found} values, expected {expected}")]
    ValueCount {
        /// The row's numbers.
        bates: Box<BatesRange>,
        /// Values found.
        found: usize,
        /// Fields of the load file.
        expected: usize,
    },
    /// A document does not follow the one before it without a hole or overlap.
    #[error("{after} does not follow {before} without a hole or overlap")]
    NotContiguous {
        /// Numbers of the document before.
        before: Box<BatesRange>,
        /// Numbers of the document that was added.
        after: Box<BatesRange>,
    },
    /// The workbook cannot hold the rows.
    #[error("the workbook of the rows could not be made: {message}")]
    Workbook {
        /// Why.
        message: String,
    },
    /// Pages were given that are not those of the document's numbers.
    #[error("{found} pages stand before the row of {bates}, expected {}", bates.pages())]
    PageCount {
        /// The row's numbers.
        bates: Box<BatesRange>,
        /// Pages found.
        found: u64,
    },
    /// A page has another number than the one that is due.
    #[error("found a page {found}, expected {expected}")]
    PageNumber {
        /// The page's number.
        found: Box<BatesNumber>,
        /// The number that is due.
        expected: Box<BatesNumber>,
    },
    /// An archive does not read back as it has to.
    #[error("the archive {} does not read back: {message}", path.display())]
    ArchiveDiffers {
        /// The archive.
        path: PathBuf,
        /// What was found.
        message: String,
    },
    /// The user asked to stop.
    #[error("stopped on request before the volume was finished")]
    Stopped,
}

impl VolumeError {
    /// The error for a failed operation on `path`, told apart by what a user can do about it.
    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { doing, path, source }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable { doing, path, source }
            }
            _ => Self::Io { doing, path, source },
        }
    }
}
