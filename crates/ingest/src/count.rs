//! A second count of a mailbox's messages, which shares nothing with the reader.
//!
//! The reader cuts a buffer at `From ` lines that it finds by searching; this counter never holds a
//! message. It takes the bytes as they arrive, line by line, and judges a line by what stands in it
//! rather than by where: a word of digits and colons, and a year. A Content-Length is settled
//! afterwards, over the places of the candidates, instead of by looking ahead. A mistake in one of
//! the two rules therefore shows as a difference, which is a named defect.

use memchr::memchr;
use std::collections::VecDeque;

/// How much of each line is kept for judging.
const LINE_BYTES_KEPT: usize = 1000;
/// How many candidates may stand inside one Content-Length before it is disbelieved.
const PENDING_MAX: usize = 1000;
/// How many header bytes are looked through for a Content-Length.
const HEADER_BYTES_MAX: u64 = 1 << 20;

#[derive(Debug)]
struct Candidate {
    at: u64,
    /// Where its Content-Length says that it ends.
    end: Option<u64>,
}

/// Counts messages of a mailbox whose bytes are fed to it.
#[derive(Debug)]
pub(crate) struct Counter {
    line_end: u8,
    line: Vec<u8>,
    line_at: u64,
    at: u64,
    after_blank: bool,
    /// A `From ` line whose next line has not been seen.
    held: Option<u64>,
    /// Header of the last candidate: declared length so far, and where the header started.
    header: Option<(Option<u64>, u64)>,
    pending: VecDeque<Candidate>,
    settled: u64,
    stray_start: bool,
}

impl Counter {
    /// A counter for lines that end in `line_end`.
    pub(crate) fn new(line_end: u8) -> Self {
        Self {
            line_end,
            line: Vec::new(),
            line_at: 0,
            at: 0,
            after_blank: true,
            held: None,
            header: None,
            pending: VecDeque::new(),
            settled: 0,
            stray_start: false,
        }
    }

    /// Takes the next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = memchr(self.line_end, rest).map_or(rest.len(), |end| end + 1);
            let (piece, later) = rest.split_at(length);
            rest = later;
            let kept = LINE_BYTES_KEPT.saturating_sub(self.line.len()).min(piece.len());
            self.line.extend_from_slice(&piece[..kept]);
            self.at += piece.len() as u64;
            if piece.last() == Some(&self.line_end) {
                self.end_line();
            }
        }
    }

    /// The count, after the last byte.
    pub(crate) fn finish(mut self) -> u64 {
        if self.at > self.line_at {
            self.end_line();
        }
        let total = self.at;
        while let Some(head) = self.pending.pop_front() {
            self.settled += 1;
            if head.end.is_some_and(|end| end <= total && total - end <= 2) {
                break;
            }
            self.settle();
        }
        self.settled + u64::from(self.stray_start)
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = line.trim_ascii_end();
        let first_line = self.line_at == 0;
        if let Some(at) = self.held.take() {
            if is_field(text) {
                self.pending.push_back(Candidate { at, end: None });
                self.header = Some((None, self.line_at));
                self.settle();
            } else if at == 0 {
                self.stray_start = true;
            }
        }
        if text.starts_with(b"From ") && self.after_blank && (first_line || is_dated(text)) {
            self.held = Some(self.line_at);
        } else if self.pending.is_empty() && self.settled == 0 && self.held.is_none() {
            let bare = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            self.stray_start |= !bare.is_empty();
        }
        self.header_line(text);
        self.after_blank = text.is_empty() && line.len() <= 2;
        self.line_at = self.at;
        self.line = line;
        self.line.clear();
    }

    fn header_line(&mut self, text: &[u8]) {
        let Some((declared, started)) = &mut self.header else { return };
        if text.is_empty() {
            if let (Some(length), Some(last)) = (*declared, self.pending.back_mut()) {
                last.end = self.at.checked_add(length);
            }
            self.header = None;
        } else if self.at - *started > HEADER_BYTES_MAX {
            self.header = None;
        } else if text.len() > 15 && text[..15].eq_ignore_ascii_case(b"content-length:") && declared.is_none()
        {
            *declared =
                std::str::from_utf8(text[15..].trim_ascii()).ok().and_then(|digits| digits.parse().ok());
        }
    }

    /// Counts every message whose end is certain by now.
    fn settle(&mut self) {
        while self.pending.len() > 1 {
            let Some(end) = self.pending[0].end.filter(|_| self.pending.len() <= PENDING_MAX) else {
                self.pending.pop_front();
                self.settled += 1;
                continue;
            };
            let next = self.pending.iter().skip(1).position(|later| later.at >= end && later.at - end <= 2);
            if let Some(inside) = next {
                self.pending.drain(..=inside);
                self.settled += 1;
            } else if self.pending.back().is_some_and(|last| last.at > end + 2) {
                self.pending.pop_front();
                self.settled += 1;
            } else {
                return;
            }
        }
    }
}

/// Whether the line holds a clock (digits and colons) and a year.
fn is_dated(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace);
    let clock = |word: &[u8]| {
        word.contains(&b':')
            && word.len() >= 3
            && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b':')
    };
    let year = |word: &[u8]| {
        word.len() >= 4
            && (word.starts_with(b"19") || word.starts_with(b"20"))
            && word[2..4].iter().all(u8::is_ascii_digit)
            && (word.len() == 4 || word[4] == b'-')
    };
    let (mut clocks, mut years) = (0, 0);
    words.by_ref().for_each(|word| {
        clocks += usize::from(clock(word));
        years += usize::from(year(word));
    });
    clocks >= 1 && years >= 1
}

/// Whether the line is a header field by its look: a name without spaces, a colon.
fn is_field(line: &[u8]) -> bool {
    if line.starts_with(b">From ") {
        return true;
    }
    let name = line.split(|byte| *byte == b':').next().unwrap_or(line);
    let bare = name.trim_ascii_end();
    name.len() < line.len() && !bare.is_empty() && bare.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(text: &str, piece: usize) -> u64 {
        let mut counter = Counter::new(b'\n');
        text.as_bytes().chunks(piece.max(1)).for_each(|bytes| counter.feed(bytes));
        counter.finish()
    }

    const MARK: &str = "From a@b.c Fri Feb 22 17:06:23 2008\n";

    #[test]
    fn messages_are_counted_by_their_marks() {
        let message = format!("{MARK}To: x\n\nbody\n\n");
        assert_eq!(count(&message.repeat(3), 7), 3);
        assert_eq!(count(&format!("{MARK}To: x\n\nFrom here on\nFrom now\n"), 7), 1);
        assert_eq!(count(&format!("{MARK}To: x\n\nno blank\n{MARK}To: y\n"), 7), 1);
        assert_eq!(count(&format!("stray\n\n{message}"), 7), 2);
        assert_eq!(count(&format!("\n\n{message}"), 7), 1);
    }

    #[test]
    fn a_true_content_length_keeps_marks_inside_the_body_and_a_false_one_does_not() {
        let body = format!("one\n\n{MARK}To: inner\n\ntwo\n");
        let whole = format!("{MARK}Content-Length: {}\n\n{body}\n{MARK}To: y\n\nz\n", body.len());
        assert_eq!(count(&whole, 11), 2);
        let lying = format!("{MARK}Content-Length: 7\n\n{body}\n{MARK}To: y\n\nz\n");
        assert_eq!(count(&lying, 11), 3);
    }

    proptest! {
        #[test]
        fn the_count_does_not_depend_on_how_the_bytes_arrive(n in 0_usize..6, piece in 1_usize..50) {
            let text = format!("{MARK}To: x\n\nbody\n\n").repeat(n);
            prop_assert_eq!(count(&text, piece), n as u64);
        }

        #[test]
        fn any_bytes_are_counted(bytes: Vec<u8>) {
            let mut counter = Counter::new(b'\n');
            counter.feed(&bytes);
            counter.finish();
        }
    }
}
