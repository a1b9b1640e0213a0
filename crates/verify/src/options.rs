//! What a volume is looked at with.

use crate::earlier::Issued;
use crate::expectations::Expectations;
use std::path::Path;

/// Counts that a transmittal letter states; absent where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stated {
    /// Documents: rows of the load file.
    pub documents: Option<u64>,
    /// Natives.
    pub natives: Option<u64>,
    /// Page images, or PDFs.
    pub images: Option<u64>,
}

/// What a volume is looked at with, besides its own bytes.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// What the ledger knows of it, for volumes of ours.
    pub expectations: Option<&'a Expectations>,
    /// Numbers that other volumes have issued.
    pub earlier: &'a [Issued],
    /// A privilege log, CSV or XLSX, to be held against the volume.
    pub privilege_log: Option<&'a Path>,
    /// Counts that the letter states.
    pub stated: Stated,
    /// Opens encrypted entries of an archive (WinZip's AES).
    pub password: Option<&'a [u8]>,
}
