//! A file's content as one stream: unpacked where it is gzip, hashed as it goes by.

use crate::archived;
use crate::error::IngestError;
use duces_model::{Sha256, Sha256Hasher};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The first bytes of every gzip member (RFC 1952 section 2.3.1), deflate being the only method.
pub(crate) const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];

/// The file as it lies on disk. Its digest is taken here only where it differs from the content's.
struct RawFile {
    file: Box<dyn Read + Send>,
    hasher: Option<Sha256Hasher>,
    bytes: u64,
    failure: Option<io::Error>,
}

impl Read for RawFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                Ok(count) => {
                    self.bytes += count as u64;
                    if let Some(hasher) = &mut self.hasher {
                        hasher.update(&buffer[..count]);
                    }
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let again = io::Error::new(error.kind(), error.to_string());
                    self.failure = Some(error);
                    return Err(again);
                }
            }
        }
    }
}

enum Source {
    Plain(RawFile),
    Gzip(Box<MultiGzDecoder<BufReader<RawFile>>>),
}

/// What was read of a file, when it is done.
pub(crate) struct Drained {
    pub(crate) file_sha256: Sha256,
    pub(crate) file_bytes: u64,
    pub(crate) stream_sha256: Sha256,
    pub(crate) stream_bytes: u64,
    /// What is wrong with the compression, where anything is.
    pub(crate) damage: Option<String>,
}

/// A file's content, read once from start to end.
pub(crate) struct Stream {
    path: PathBuf,
    source: Source,
    hasher: Sha256Hasher,
    bytes: u64,
    bytes_max: u64,
    damage: Option<String>,
    failure: Option<io::Error>,
    ended: bool,
}

impl Stream {
    /// Opens the file; gzip is told by its first bytes.
    pub(crate) fn open(path: &Path, expanded_bytes_max: u64) -> Result<Self, IngestError> {
        let unreadable = |source| IngestError::Unreadable { path: path.to_owned(), offset: 0, source };
        let mut start = [0; 3];
        let count =
            read_full(&mut *archived::open(path).map_err(unreadable)?, &mut start).map_err(unreadable)?;
        let compressed = &start[..count] == GZIP_MAGIC;
        let file = archived::open(path).map_err(unreadable)?;
        let hasher = compressed.then(Sha256::hasher);
        let raw = RawFile { file, hasher, bytes: 0, failure: None };
        let source = if compressed {
            Source::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, raw))))
        } else {
            Source::Plain(raw)
        };
        let bytes_max = if compressed { expanded_bytes_max } else { u64::MAX };
        let (damage, failure, ended) = (None, None, false);
        let path = path.to_owned();
        Ok(Self { path, source, hasher: Sha256::hasher(), bytes: 0, bytes_max, damage, failure, ended })
    }

    /// Whether the file is gzip.
    pub(crate) fn is_compressed(&self) -> bool {
        matches!(self.source, Source::Gzip(_))
    }

    /// How many bytes of content were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads on; 0 at the end, and also where the file fails or its compression is damaged, which
    /// is then known.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> usize {
        if self.ended || buffer.is_empty() {
            return 0;
        }
        let read = match &mut self.source {
            Source::Plain(raw) => raw.read(buffer),
            Source::Gzip(decoder) => loop {
                match decoder.read(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            },
        };
        let count = match read {
            Ok(count) => count,
            Err(error) => {
                match self.raw().failure.take() {
                    Some(failure) => self.failure = Some(failure),
                    None => self.damage = Some(format!("after {} bytes of content: {error}", self.bytes)),
                }
                0
            }
        };
        self.ended = count == 0;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        if self.bytes > self.bytes_max {
            self.ended = true;
            self.damage = Some(format!("expands past the limit of {} bytes", self.bytes_max));
        }
        count
    }

    /// Reads until `buffer` holds `length` bytes or the content ends.
    pub(crate) fn fill(&mut self, buffer: &mut Vec<u8>, length: usize) {
        const STEP: usize = 1 << 18;
        while buffer.len() < length && !self.ended {
            let from = buffer.len();
            buffer.resize(from + STEP.min(length - from), 0);
            let count = self.read(&mut buffer[from..]);
            buffer.truncate(from + count);
        }
    }

    /// Whether the file broke off: by damaged compression or by failing.
    pub(crate) fn broke_off(&self) -> bool {
        self.damage.is_some() || self.failure.is_some()
    }

    /// The failure of the file, once, where it failed.
    pub(crate) fn take_failure(&mut self) -> Option<IngestError> {
        let source = self.failure.take()?;
        Some(IngestError::Unreadable { path: self.path.clone(), offset: self.bytes, source })
    }

    fn raw(&mut self) -> &mut RawFile {
        match &mut self.source {
            Source::Plain(raw) => raw,
            Source::Gzip(decoder) => decoder.get_mut().get_mut(),
        }
    }

    /// Digests of everything read. What damaged compression left unread of the file is read now,
    /// for the digest of the file only.
    pub(crate) fn finish(mut self) -> Drained {
        if let Source::Gzip(decoder) = &mut self.source {
            let rest = decoder.get_mut();
            while let Ok(chunk) = rest.fill_buf() {
                let count = chunk.len();
                if count == 0 {
                    break;
                }
                rest.consume(count);
            }
        }
        let file_bytes = self.raw().bytes;
        let file_hasher = self.raw().hasher.take();
        let stream_sha256 = self.hasher.finish();
        let file_sha256 = file_hasher.map_or(stream_sha256, Sha256Hasher::finish);
        Drained { file_sha256, file_bytes, stream_sha256, stream_bytes: self.bytes, damage: self.damage }
    }
}

fn read_full(file: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
