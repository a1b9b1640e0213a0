//! Reading again what was found before: one occurrence, or the digest of a beginning.

use crate::archived;
use crate::chat;
use crate::error::IngestError;
use crate::limits::Limits;
use crate::pst;
use duces_model::{ContainerKind, Locator, Sha256};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads occurrences again. An export of chats is taken apart once for all its room-days that are read one after another, and
/// once more when another file came between.
pub struct Rereader {
    limits: Limits,
    chats: Option<chat::Reopened>,
}

impl Rereader {
    /// `limits` are those under which the occurrences were found: what is made of an item or a room-day rests on them.
    pub fn new(limits: Limits) -> Self {
        Self { limits, chats: None }
    }

    /// The bounds under which it reads.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The retained bytes of one occurrence, read from its container again.
    ///
    /// # Errors
    /// When the file cannot be read, or is shorter than the locator says.
    pub fn retained_bytes(
        &mut self,
        file: &Path,
        kind: ContainerKind,
        compressed: bool,
        locator: Locator,
    ) -> Result<Vec<u8>, IngestError> {
        let limits = &self.limits;
        match kind {
            ContainerKind::Pst => made_again(file, locator, |id| {
                let id = u32::try_from(id).unwrap_or(u32::MAX);
                pst::again(file, id, limits.message_bytes_max, limits.nesting_max)
            }),
            ContainerKind::Chat => made_again(file, locator, |place| {
                let mut open = match self.chats.take().filter(|open| open.is_of(file)) {
                    Some(open) => open,
                    None => chat::Reopened::open(file, limits)?,
                };
                let bytes = open.bytes(place);
                self.chats = Some(open);
                bytes
            }),
            _ => as_they_lie(file, compressed, locator),
        }
    }
}

/// As [`Rereader::retained_bytes`], for one occurrence alone.
///
/// # Errors
/// As there.
pub fn retained_bytes(
    file: &Path,
    kind: ContainerKind,
    compressed: bool,
    locator: Locator,
    limits: &Limits,
) -> Result<Vec<u8>, IngestError> {
    Rereader::new(limits.clone()).retained_bytes(file, kind, compressed, locator)
}

/// Bytes of the file's (uncompressed) content.
fn as_they_lie(file: &Path, compressed: bool, locator: Locator) -> Result<Vec<u8>, IngestError> {
    let unreadable = |offset| move |source| IngestError::Unreadable { path: file.to_owned(), offset, source };
    let short = |found| IngestError::Short {
        path: file.to_owned(),
        found,
        expected: locator.offset.saturating_add(locator.bytes),
    };
    let inside = archived::split(file).is_some();
    let mut reader: Box<dyn Read> = if compressed {
        let opened = archived::open(file).map_err(unreadable(0))?;
        let mut stream = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, opened));
        let skipped =
            io::copy(&mut (&mut stream).take(locator.offset), &mut io::sink()).map_err(unreadable(0))?;
        if skipped < locator.offset {
            return Err(short(skipped));
        }
        Box::new(stream)
    } else if inside {
        let mut opened = archived::open(file).map_err(unreadable(0))?;
        let skipped =
            io::copy(&mut (&mut opened).take(locator.offset), &mut io::sink()).map_err(unreadable(0))?;
        if skipped < locator.offset {
            return Err(short(skipped));
        }
        opened
    } else {
        let mut opened = File::open(file).map_err(unreadable(0))?;
        opened.seek(SeekFrom::Start(locator.offset)).map_err(unreadable(0))?;
        Box::new(opened)
    };
    let mut bytes = Vec::new();
    fill(&mut reader, &mut bytes, locator.bytes).map_err(unreadable(locator.offset))?;
    if (bytes.len() as u64) < locator.bytes {
        return Err(short(locator.offset + bytes.len() as u64));
    }
    Ok(bytes)
}

/// The bytes of something that has none of its own, made again.
fn made_again(
    file: &Path,
    locator: Locator,
    make: impl FnOnce(u64) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, IngestError> {
    match make(locator.offset) {
        Ok(bytes) => Ok(bytes),
        // What could not be read the first time has no bytes.
        Err(_) if locator.bytes == 0 => Ok(Vec::new()),
        Err(why) => Err(IngestError::Unreadable {
            path: file.to_owned(),
            offset: locator.offset,
            source: io::Error::other(why),
        }),
    }
}

/// Reads up to `wanted` bytes. Damage right behind them, as at the end of a gzip that broke off, is no
/// matter here.
fn fill(reader: &mut dyn Read, bytes: &mut Vec<u8>, wanted: u64) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    while (bytes.len() as u64) < wanted {
        let left = usize::try_from(wanted - bytes.len() as u64).unwrap_or(buffer.len()).min(buffer.len());
        match reader.read(&mut buffer[..left]) {
            Ok(0) => return Ok(()),
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The digest of the first `bytes` bytes of a file's (uncompressed) content: where it equals the
/// digest taken before, the file has only grown.
///
/// # Errors
/// When the file cannot be read, or is shorter.
pub fn prefix_sha256(file: &Path, compressed: bool, bytes: u64) -> Result<Sha256, IngestError> {
    let unreadable = |offset| move |source| IngestError::Unreadable { path: file.to_owned(), offset, source };
    let opened = BufReader::with_capacity(1 << 16, archived::open(file).map_err(unreadable(0))?);
    let mut reader: Box<dyn Read> =
        if compressed { Box::new(MultiGzDecoder::new(opened)) } else { Box::new(opened) };
    let mut hasher = Sha256::hasher();
    let mut buffer = vec![0; 1 << 18];
    let mut done = 0;
    while done < bytes {
        let left = usize::try_from(bytes - done).unwrap_or(buffer.len()).min(buffer.len());
        match reader.read(&mut buffer[..left]) {
            Ok(0) => return Err(IngestError::Short { path: file.to_owned(), found: done, expected: bytes }),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                done += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(IngestError::Unreadable { path: file.to_owned(), offset: done, source });
            }
        }
    }
    Ok(hasher.finish())
}
