//! What a volume is looked at with.

use crate::earlier::Issued;
use crate::expectations::Expectations;

/// What a volume is looked at with, besides its own bytes.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// What the ledger knows of it, for volumes of ours.
    pub expectations: Option<&'a Expectations>,
    /// Numbers that other volumes have issued.
    pub earlier: &'a [Issued],
    /// Opens encrypted entries of an archive (WinZip's AES).
    pub password: Option<&'a [u8]>,
}
