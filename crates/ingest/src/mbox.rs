//! The mailbox reader: one message at a time out of a buffer that holds little more than it.
//!
//! A message starts at a `From ` line that is the first line or follows a blank one, reads as a
//! postmark, and is followed by a field. A Content-Length that ends exactly at such a line (or at
//! the end of the file) keeps `From ` lines before that end inside the body; one that does not is
//! a defect and is ignored. `From ` lines inside a body are kept, counted and a defect.

use crate::limits::Limits;
use crate::{header, postmark};
use duces_model::{Defect, DefectCode, Md5, Md5Hasher, Sha256, Sha256Hasher};
use memchr::{memchr, memmem};

const CHUNK: usize = 256 << 10;
/// After so many Content-Lengths that were looked ahead for and were wrong, none is looked ahead for:
/// it keeps the reading of a hostile mailbox linear.
const DISBELIEVE_AFTER: u32 = 16;

/// Where bytes come from: fills the slice, 0 at the end.
pub(crate) type Source<'a> = dyn FnMut(&mut [u8]) -> usize + 'a;

/// One message cut out of the mailbox.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Where its bytes start.
    pub(crate) offset: u64,
    /// How many bytes it has.
    pub(crate) length: u64,
    /// The bytes; of a message over the limit only its start.
    pub(crate) bytes: Vec<u8>,
    /// Digests of a message over the limit.
    pub(crate) oversize: Option<(Sha256, Md5)>,
    /// How many `From ` lines stand in its body.
    pub(crate) unquoted: u64,
    pub(crate) defects: Vec<Defect>,
}

/// Cuts a mailbox into messages.
pub(crate) struct Splitter {
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte in the stream.
    base: u64,
    /// First byte of the buffer that is not delivered.
    start: usize,
    ended: bool,
    begun: bool,
    line_end: u8,
    needle: [u8; 6],
    wrong_lengths: u32,
    message_bytes_max: usize,
    kept_bytes_max: usize,
    /// Blank bytes before the first message.
    pub(crate) blank_start: u64,
}

/// A message over the limit: hashed as it goes by, only its start kept.
struct Oversize {
    sha256: Sha256Hasher,
    md5: Md5Hasher,
    kept: Vec<u8>,
    kept_max: usize,
    bytes: u64,
}

impl Oversize {
    fn take(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.md5.update(bytes);
        self.bytes += bytes.len() as u64;
        let kept = (self.kept_max - self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..kept]);
    }
}

/// Where a message ends and what was seen on the way.
struct End {
    /// Where the next `From ` line starts, or the end of the buffer.
    next: usize,
    /// Whether it is the end of the stream.
    last: bool,
    unquoted: u64,
    defects: Vec<Defect>,
}

impl Splitter {
    /// A reader that starts with `head` and goes on with what the source gives.
    pub(crate) fn new(head: Vec<u8>, line_end: u8, limits: &Limits) -> Self {
        Self {
            buffer: head,
            base: 0,
            start: 0,
            ended: false,
            begun: false,
            line_end,
            needle: [line_end, b'F', b'r', b'o', b'm', b' '],
            wrong_lengths: 0,
            message_bytes_max: usize::try_from(limits.message_bytes_max).unwrap_or(usize::MAX / 2),
            kept_bytes_max: limits.header_bytes_max.saturating_add(1024),
            blank_start: 0,
        }
    }

    /// The next message; none at the end.
    pub(crate) fn next(&mut self, source: &mut Source<'_>) -> Option<Piece> {
        self.compact();
        if !self.begun {
            self.begun = true;
            if let Some(stray) = self.stray_start(source) {
                return Some(stray);
            }
        }
        self.need(self.start + postmark::WINDOW, source);
        if self.start >= self.buffer.len() {
            return None;
        }
        // The `From ` line itself is no part of the message.
        let mut body_at = self.start;
        loop {
            if let Some(end) = memchr(self.line_end, &self.buffer[body_at..]) {
                body_at += end + 1;
                break;
            }
            body_at = self.buffer.len();
            if !self.more(source) {
                break;
            }
        }
        Some(self.message(body_at, source))
    }

    /// Whether everything that the source gave is delivered.
    pub(crate) fn at_end(&self) -> bool {
        self.ended && self.start >= self.buffer.len()
    }

    /// Bytes before the first `From ` line: blank ones are stepped over, others are a piece of their own.
    fn stray_start(&mut self, source: &mut Source<'_>) -> Option<Piece> {
        self.need(2 * postmark::WINDOW, source);
        let bare =
            |bytes: &[u8]| bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().len();
        let blank = self.buffer.len() - bare(&self.buffer);
        self.need(blank + postmark::WINDOW, source);
        let window = &self.buffer[blank..(blank + postmark::WINDOW).min(self.buffer.len())];
        if window.is_empty() || postmark::opens_message(window, self.line_end, true) {
            self.start = blank;
            self.blank_start = blank as u64;
            return None;
        }
        let mut piece = self.message(0, source);
        let detail = format!("{} bytes", piece.length);
        piece.defects.push(Defect::new(DefectCode::BytesBeforeFirstMessage, detail));
        Some(piece)
    }

    fn message(&mut self, body_at: usize, source: &mut Source<'_>) -> Piece {
        let mut body_at = body_at;
        let offset = self.base + body_at as u64;
        let mut oversize = None;
        let end = self.find_end(&mut body_at, &mut oversize, source);
        let content_end =
            if end.last && end.next == body_at { end.next } else { self.without_blank(body_at, end.next) };
        let rest = &self.buffer[body_at..content_end];
        let piece = match oversize {
            None => Piece {
                offset,
                length: rest.len() as u64,
                bytes: rest.to_vec(),
                oversize: None,
                unquoted: end.unquoted,
                defects: end.defects,
            },
            Some(mut over) => {
                over.take(rest);
                Piece {
                    offset,
                    length: over.bytes,
                    bytes: over.kept,
                    oversize: Some((over.sha256.finish(), over.md5.finish())),
                    unquoted: end.unquoted,
                    defects: end.defects,
                }
            }
        };
        self.start = end.next;
        piece
    }

    /// The end of the content whose following blank line belongs to the separator.
    fn without_blank(&self, from: usize, end: usize) -> usize {
        let bytes = &self.buffer[from..end];
        let one = |bytes: &[u8]| {
            let ends = bytes.last() == Some(&self.line_end);
            let pair = ends && self.line_end == b'\n' && bytes.len() >= 2 && bytes[bytes.len() - 2] == b'\r';
            usize::from(ends) + usize::from(pair)
        };
        let blank = one(bytes);
        let before = &bytes[..bytes.len() - blank];
        // Only a line end that follows another one is a blank line.
        if blank > 0 && (before.is_empty() || one(before) > 0) { end - blank } else { end }
    }

    fn find_end(
        &mut self,
        body_at: &mut usize,
        oversize: &mut Option<Oversize>,
        source: &mut Source<'_>,
    ) -> End {
        let mut unquoted = 0;
        let mut from = *body_at;
        loop {
            let found = memmem::find(&self.buffer[from..], &self.needle).map(|at| from + at);
            let Some(at) = found else {
                from = self.buffer.len().saturating_sub(self.needle.len() - 1).max(*body_at);
                from -= self.spill(body_at, from, oversize);
                if self.more(source) {
                    continue;
                }
                let mut defects = Vec::new();
                if oversize.is_none() {
                    self.judge_length(*body_at, self.buffer.len(), &mut defects);
                }
                return finish(self.buffer.len(), true, unquoted, defects);
            };
            let line_at = at + 1;
            self.need(line_at + postmark::WINDOW, source);
            let window = &self.buffer[line_at..(line_at + postmark::WINDOW).min(self.buffer.len())];
            let opens =
                self.after_blank(*body_at, at) && postmark::opens_message(window, self.line_end, false);
            if !opens {
                unquoted += 1;
                from = line_at;
                continue;
            }
            let mut defects = Vec::new();
            if oversize.is_none() {
                if let Some((end, last)) = self.declared_end(*body_at, line_at, source) {
                    unquoted +=
                        1 + memmem::find_iter(&self.buffer[line_at..end], &self.needle).count() as u64;
                    return finish(end, last, unquoted, defects);
                }
                self.judge_length(*body_at, line_at, &mut defects);
            }
            return finish(line_at, false, unquoted, defects);
        }
    }

    /// Whether the line that ends at `at` is blank.
    fn after_blank(&self, body_at: usize, at: usize) -> bool {
        let before = &self.buffer[body_at..at];
        let carriage = self.line_end == b'\n' && before.ends_with(b"\r");
        let line = &before[..before.len() - usize::from(carriage)];
        line.is_empty() || line.last() == Some(&self.line_end)
    }

    /// Gives the scanned part of a message over the limit out of the buffer, and says how many bytes
    /// went. A tail stays, for the blank line before the next mark.
    fn spill(&mut self, body_at: &mut usize, scanned: usize, oversize: &mut Option<Oversize>) -> usize {
        const TAIL: usize = 16;
        if oversize.is_none() && scanned - *body_at <= self.message_bytes_max {
            return 0;
        }
        let over = oversize.get_or_insert_with(|| Oversize {
            sha256: Sha256::hasher(),
            md5: Md5::hasher(),
            kept: Vec::new(),
            kept_max: self.kept_bytes_max,
            bytes: 0,
        });
        let until = scanned.saturating_sub(TAIL).max(*body_at);
        over.take(&self.buffer[*body_at..until]);
        self.buffer.drain(..until);
        self.base += until as u64;
        *body_at = 0;
        self.start = 0;
        until
    }

    /// Content-Length of the message, with where its body starts.
    fn declared(&self, body_at: usize, until: usize) -> Option<(usize, usize)> {
        let (mut at, mut length) = (body_at, None);
        while at < until && at - body_at < self.kept_bytes_max {
            let end = memchr(self.line_end, &self.buffer[at..until]).map_or(until, |end| at + end);
            let line = &self.buffer[at..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            at = end + 1;
            if line.is_empty() {
                return length.map(|length| (at, length));
            }
            if length.is_none()
                && header::name_length(line) == Some(14)
                && line[..14].eq_ignore_ascii_case(b"content-length")
            {
                let digits =
                    line.get(15..).map(|value| String::from_utf8_lossy(value).trim().parse::<usize>().ok());
                length = digits.flatten();
            }
        }
        None
    }

    /// The end that the Content-Length states, where it lies behind the candidate and is right.
    fn declared_end(
        &mut self,
        body_at: usize,
        candidate: usize,
        source: &mut Source<'_>,
    ) -> Option<(usize, bool)> {
        let (header_end, length) = self.declared(body_at, candidate)?;
        let end = header_end.checked_add(length)?;
        let beyond = end > candidate && end - body_at <= self.message_bytes_max;
        if !beyond || self.wrong_lengths >= DISBELIEVE_AFTER {
            return None;
        }
        self.need(end + postmark::WINDOW, source);
        if end <= self.buffer.len() {
            // The separator's blank line may or may not be counted in.
            for gap in 0..=2 {
                let Some(between) = self.buffer.get(end..end + gap) else { break };
                if !between.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                    break;
                }
                let rest = &self.buffer[end + gap..];
                if rest.is_empty() && self.ended {
                    return Some((end + gap, true));
                }
                let window = &rest[..rest.len().min(postmark::WINDOW)];
                if self.buffer[end + gap - 1] == self.line_end
                    && postmark::opens_message(window, self.line_end, false)
                {
                    return Some((end + gap, false));
                }
            }
        }
        self.wrong_lengths += 1;
        None
    }

    fn judge_length(&self, body_at: usize, until: usize, defects: &mut Vec<Defect>) {
        let Some((header_end, length)) = self.declared(body_at, until) else { return };
        let found = until.saturating_sub(header_end);
        if length > found || found - length > 4 {
            let detail = format!("Content-Length {length}, found {found} bytes of body");
            defects.push(Defect::new(DefectCode::ContentLengthWrong, detail));
        }
    }

    /// Makes the buffer reach `length` bytes where the source has them.
    fn need(&mut self, length: usize, source: &mut Source<'_>) {
        while self.buffer.len() < length && self.more(source) {}
    }

    fn more(&mut self, source: &mut Source<'_>) -> bool {
        if self.ended {
            return false;
        }
        let from = self.buffer.len();
        self.buffer.resize(from + CHUNK, 0);
        let count = source(&mut self.buffer[from..]);
        self.buffer.truncate(from + count);
        self.ended = count == 0;
        !self.ended
    }

    /// Lets go of what was delivered.
    fn compact(&mut self) {
        if self.start > CHUNK || self.start == self.buffer.len() {
            self.buffer.drain(..self.start);
            self.base += self.start as u64;
            self.start = 0;
            if self.buffer.capacity() > 64 * CHUNK {
                self.buffer.shrink_to(4 * CHUNK);
            }
        }
    }
}

fn finish(next: usize, last: bool, unquoted: u64, mut defects: Vec<Defect>) -> End {
    if unquoted > 0 {
        defects.push(Defect::new(DefectCode::UnquotedFromLine, format!("{unquoted} in the body")));
    }
    End { next, last, unquoted, defects }
}
