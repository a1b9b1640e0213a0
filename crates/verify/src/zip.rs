//! Entries of a ZIP file, read from its bytes (PKWARE APPNOTE 6.3.10); its directory is read in
//! [`crate::zip_directory`].

use crate::aes::Aes;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

/// Method of an entry that is not packed.
pub(crate) const STORED: u16 = 0;
/// Method of an entry packed by Deflate.
pub(crate) const DEFLATED: u16 = 8;

/// Bytes that can be read from any place: a file, or a member already in memory.
pub(crate) trait Bytes: Sync {
    fn size(&self) -> io::Result<u64>;
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Bytes for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self;
        file.seek(SeekFrom::Start(offset))?;
        file.read(into)
    }
}

impl Bytes for [u8] {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// The bytes from `at` to `end`, in order.
pub(crate) struct Span<'a, B: Bytes + ?Sized> {
    pub(crate) bytes: &'a B,
    pub(crate) at: u64,
    pub(crate) end: u64,
}

impl<B: Bytes + ?Sized> Read for Span<'_, B> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(into.len());
        let count = if left == 0 { 0 } else { self.bytes.read_at(self.at, &mut into[..left])? };
        self.at += count as u64;
        Ok(count)
    }
}

/// Why the bytes are no archive that can be read.
#[derive(Debug)]
pub(crate) enum ZipError {
    /// Nothing in them is of a ZIP file.
    NotZip,
    /// They are of one, but its directory cannot be read.
    Damaged(String),
    /// They could not be read at all.
    Io(io::Error),
}

impl From<io::Error> for ZipError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("a record is cut short".into()),
            _ => Self::Io(error),
        }
    }
}

/// One file of an archive, as the directory states it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Name; bytes that are no UTF-8 stand as `%XX`.
    pub(crate) name: String,
    /// Size when unpacked, in bytes.
    pub(crate) bytes: u64,
    /// Whether its bytes can be read: else a problem of the archive says why not.
    pub(crate) readable: bool,
    pub(crate) packed: u64,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) header_at: u64,
    pub(crate) data_at: u64,
    pub(crate) named_oddly: bool,
    pub(crate) symbolic_link: bool,
    pub(crate) strong: bool,
    /// How it is encrypted, where it is WinZip's AES.
    pub(crate) aes: Option<Aes>,
    /// Whether the directory's checksum is of the bytes; AE-2 leaves it zero.
    pub(crate) summed: bool,
}

pub(crate) fn le16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

pub(crate) fn le32(bytes: &[u8], at: usize) -> u32 {
    u32::from(le16(bytes, at)) | u32::from(le16(bytes, at + 2)) << 16
}

pub(crate) fn le64(bytes: &[u8], at: usize) -> u64 {
    u64::from(le32(bytes, at)) | u64::from(le32(bytes, at + 4)) << 32
}

pub(crate) fn exact<B: Bytes + ?Sized>(archive: &B, at: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut into = vec![0; count];
    Span { bytes: archive, at, end: at.saturating_add(count as u64) }.read_exact(&mut into)?;
    Ok(into)
}

/// A name as text: bytes that are no UTF-8 stand as `%XX`.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("%{byte:02X}")));
    }
    text
}

impl Entry {
    /// Where its packed bytes lie, encryption's own parts left out.
    fn span(&self) -> (u64, u64) {
        let (before, behind) = self.aes.map_or((0, 0), Aes::around);
        let end = self.data_at.saturating_add(self.packed);
        (self.data_at.saturating_add(before), end.saturating_sub(behind))
    }

    /// Whether its bytes are those that were encrypted; true where it is not encrypted.
    pub(crate) fn authentic<B: Bytes + ?Sized>(
        &self,
        archive: &B,
        password: Option<&[u8]>,
    ) -> io::Result<bool> {
        let (Some(aes), Some(password)) = (self.aes, password) else { return Ok(self.aes.is_none()) };
        let (from, to) = self.span();
        let keys = if from <= to { aes.keys(archive, self.data_at, password)? } else { None };
        keys.map_or(Ok(false), |keys| keys.authentic(archive, from, to))
    }

    /// The entry's bytes, decrypted and unpacked. Bytes that are not of the stated size or checksum end in an
    /// error of the kind `InvalidData` or `UnexpectedEof`.
    pub(crate) fn open<'a, B: Bytes + ?Sized>(
        &self,
        archive: &'a B,
        password: Option<&[u8]>,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        let (at, end) = self.span();
        let span = Span { bytes: archive, at, end: end.max(at) };
        let Some(aes) = self.aes else { return Ok(self.unpacked(span)) };
        let closed = || io::Error::new(io::ErrorKind::InvalidData, "the password does not open it");
        let keys = aes.keys(archive, self.data_at, password.ok_or_else(closed)?)?.ok_or_else(closed)?;
        Ok(self.unpacked(BufReader::new(keys.decrypting(BufReader::new(span)))))
    }

    fn unpacked<'a>(&self, packed: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
        let (left, crc) = (self.bytes, self.summed.then_some(self.crc));
        let sum = flate2::Crc::new();
        match self.method {
            STORED => Box::new(Checked { inner: packed, left, sum, crc, ended: false }),
            _ => {
                let inner = DeflateDecoder::new(BufReader::new(packed));
                Box::new(Checked { inner, left, sum, crc, ended: false })
            }
        }
    }
}

/// Passes bytes on and checks size and checksum at their end.
struct Checked<R> {
    inner: R,
    left: u64,
    sum: flate2::Crc,
    crc: Option<u32>,
    ended: bool,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ended || into.is_empty() {
            return Ok(0);
        }
        let wrong = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        let count = self.inner.read(into)?;
        if count as u64 > self.left {
            return wrong("it unpacks to more bytes than the directory states");
        }
        self.left -= count as u64;
        self.sum.update(&into[..count]);
        if count == 0 {
            self.ended = true;
            if self.left > 0 {
                return wrong("it unpacks to fewer bytes than the directory states");
            }
            if self.crc.is_some_and(|crc| crc != self.sum.sum()) {
                return wrong("its bytes do not have the checksum that the directory states");
            }
        }
        Ok(count)
    }
}

/// Whether an error says that the bytes are damaged, rather than that they could not be read.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    )
}
