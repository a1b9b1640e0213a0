//! A dump cut into its pieces (conversations or messages) without reading it whole: by the tags of the pieces
//! alone, so that a fault inside one costs no other.

use memchr::memmem;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

/// How much of what is over the limit, or lies between pieces, is kept.
const KEPT: usize = 1 << 20;
const READ_BYTES: usize = 1 << 16;

/// Where the bytes of a dump lie.
#[derive(Clone)]
pub(super) enum Place {
    File(PathBuf),
    Memory(Arc<Vec<u8>>),
}

impl Place {
    /// Its bytes from one on.
    pub(super) fn from(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Ok(Box::new(BufReader::with_capacity(READ_BYTES, file)))
            }
            Self::Memory(bytes) => {
                let mut cursor = Cursor::new(Shared(bytes.clone()));
                cursor.set_position(offset);
                Ok(Box::new(cursor))
            }
        }
    }
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A piece of a dump.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// What lies before it, as far as it is kept.
    pub(super) before: Vec<u8>,
    /// It; empty behind the last. Of one over the limit only the start.
    pub(super) bytes: Vec<u8>,
    /// Its length.
    pub(super) length: u64,
    /// Where the next one is looked for.
    pub(super) next: u64,
}

/// Cuts a dump, one piece after another.
pub(super) struct Cutter {
    place: Place,
    name: &'static str,
    most: usize,
    window: Option<Window>,
}

impl Cutter {
    /// A cutter of the elements of this name, of which each goes up to `most` bytes.
    pub(super) fn new(place: Place, name: &'static str, most: u64) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(KEPT);
        Self { place, name, most, window: None }
    }

    /// The piece that starts at or behind `from`; what lies behind the last one is a piece without bytes. None
    /// at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn at(&mut self, from: u64) -> io::Result<Option<Cut>> {
        let mut window = match self.window.take() {
            Some(window) if window.start == from => window,
            _ => Window::new(self.place.from(from)?, from),
        };
        if !window.fill_to(1)? {
            return Ok(None);
        }
        let before = window.up_to(self.name, Tag::Open, KEPT)?;
        let mut cut = Cut { before: before.bytes, ..Cut::default() };
        if !before.at_end {
            let body = window.up_to(self.name, Tag::Either, self.most)?;
            (cut.bytes, cut.length) = (body.bytes, body.length);
        }
        cut.next = window.start;
        self.window = Some(window);
        Ok(Some(cut))
    }
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// The start of a piece.
    Open,
    /// The end of the piece that starts here, or the start of another.
    Either,
}

/// What was stepped over.
struct Passed {
    bytes: Vec<u8>,
    length: u64,
    at_end: bool,
}

/// A part of the dump that is held.
struct Window {
    reader: Box<dyn Read + Send>,
    /// Where in the dump `buffer` starts.
    start: u64,
    buffer: Vec<u8>,
    ended: bool,
    /// Whether no end of a CDATA section (of a comment) comes any more.
    no_data_end: bool,
    no_comment_end: bool,
}

impl Window {
    fn new(reader: Box<dyn Read + Send>, start: u64) -> Self {
        let (buffer, ended) = (Vec::new(), false);
        Self { reader, start, buffer, ended, no_data_end: false, no_comment_end: false }
    }

    /// Whether there are `wanted` bytes.
    fn fill_to(&mut self, wanted: usize) -> io::Result<bool> {
        while self.buffer.len() < wanted && !self.ended {
            let held = self.buffer.len();
            self.buffer.resize(held + READ_BYTES, 0);
            let read = loop {
                match self.reader.read(&mut self.buffer[held..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            let count = *read.as_ref().unwrap_or(&0);
            self.buffer.truncate(held + count);
            read?;
            self.ended = count == 0;
        }
        Ok(self.buffer.len() >= wanted)
    }

    /// Steps to the tag and gives what lies before it, of which at most `most` bytes are held: of more, the first.
    fn up_to(&mut self, name: &str, tag: Tag, most: usize) -> io::Result<Passed> {
        let mut over = Over { most, dropped: 0 };
        let mut at = 0;
        if tag == Tag::Either {
            // The piece's own tag is stepped over first; it may be all of the piece.
            let end = self.skip(0, b">", &mut over)?.unwrap_or(self.buffer.len());
            if self.buffer[..end].ends_with(b"/>") {
                return Ok(self.pass(end, false, &over));
            }
            at = end;
        }
        loop {
            over.trim(self, &mut at);
            let Some(found) = memchr::memchr(b'<', &self.buffer[at..]) else {
                at = self.buffer.len();
                if self.fill_to(at + 1)? {
                    continue;
                }
                return Ok(self.pass(at, true, &over));
            };
            at += found;
            self.fill_to(at + name.len() + 12)?;
            let here = &self.buffer[at..];
            if here.starts_with(b"<![CDATA[") && !self.no_data_end {
                let skipped = self.skip(at + 9, b"]]>", &mut over)?;
                self.no_data_end |= skipped.is_none();
                at = skipped.unwrap_or(at + 9).min(self.buffer.len());
            } else if here.starts_with(b"<!--") && !self.no_comment_end {
                let skipped = self.skip(at + 4, b"-->", &mut over)?;
                self.no_comment_end |= skipped.is_none();
                at = skipped.unwrap_or(at + 4).min(self.buffer.len());
            } else if is_tag(here, b"<", name) {
                return Ok(self.pass(at, false, &over));
            } else if tag == Tag::Either && is_tag(here, b"</", name) {
                let end = self.skip(at, b">", &mut over)?.unwrap_or(self.buffer.len());
                return Ok(self.pass(end, false, &over));
            } else {
                at += 1;
            }
        }
    }

    /// Behind the next `needle`; none where none comes.
    fn skip(&mut self, from: usize, needle: &[u8], over: &mut Over) -> io::Result<Option<usize>> {
        let mut at = from;
        loop {
            let searched = at.min(self.buffer.len());
            if let Some(found) = memmem::find(&self.buffer[searched..], needle) {
                return Ok(Some(searched + found + needle.len()));
            }
            at = self.buffer.len().saturating_sub(needle.len() - 1).max(searched);
            over.trim(self, &mut at);
            if !self.fill_to(self.buffer.len() + 1)? {
                return Ok(None);
            }
        }
    }

    fn pass(&mut self, at: usize, at_end: bool, over: &Over) -> Passed {
        let mut bytes: Vec<u8> = self.buffer.drain(..at).collect();
        let length = bytes.len() as u64 + over.dropped;
        if over.dropped > 0 {
            bytes.truncate(KEPT);
        }
        self.start += length;
        Passed { bytes, length, at_end }
    }
}

/// What is let go because it is too much to hold.
struct Over {
    most: usize,
    dropped: u64,
}

impl Over {
    /// Lets go what lies between the start that is kept and `at`, once more than the limit is held.
    fn trim(&mut self, window: &mut Window, at: &mut usize) {
        if *at > self.most && *at > KEPT {
            window.buffer.drain(KEPT..*at);
            self.dropped += (*at - KEPT) as u64;
            *at = KEPT;
            // Once over, what is held need not grow to the limit again.
            self.most = KEPT + READ_BYTES;
        }
    }
}

/// Whether a tag of this name stands here.
fn is_tag(here: &[u8], opening: &[u8], name: &str) -> bool {
    let rest = here.strip_prefix(opening).and_then(|rest| rest.strip_prefix(name.as_bytes()));
    rest.is_some_and(|rest| {
        rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || b">/".contains(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cuts(text: &[u8], most: u64) -> Vec<(String, String)> {
        let mut cutter = Cutter::new(Place::Memory(Arc::new(text.to_vec())), "C", most);
        let (mut cuts, mut from) = (Vec::new(), 0);
        while let Some(cut) = cutter.at(from).unwrap() {
            assert!(cut.next > from, "every cut goes on");
            from = cut.next;
            let word = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            cuts.push((word(cut.before), word(cut.bytes)));
        }
        assert_eq!(from, text.len() as u64);
        cuts
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_dump_is_cut_at_its_pieces_and_not_inside_data_or_comments() {
        let text = b"<r><C a=''><x/><![CDATA[</C>]]></C> <!-- <C> --><C>2</C ><Cx/></r>";
        let expected =
            [("<r>", "<C a=''><x/><![CDATA[</C>]]></C>"), (" <!-- <C> -->", "<C>2</C >"), ("<Cx/></r>", "")];
        assert_eq!(cuts(text, 1 << 30), pairs(&expected));
        assert_eq!(cuts(b"<C/><C a='1' />", 9), pairs(&[("", "<C/>"), ("", "<C a='1' />")]));
    }

    #[test]
    fn a_piece_that_is_never_closed_ends_where_the_next_starts() {
        assert_eq!(cuts(b"<C>1<C>2</C>", 9), pairs(&[("", "<C>1"), ("", "<C>2</C>")]));
        assert_eq!(cuts(b"<C>1<![CDATA[ </C><C>2</C>", 9)[1].1, "<C>2</C>");
        assert_eq!(cuts(b"no tag", 9), pairs(&[("no tag", "")]));
    }

    #[test]
    fn of_a_piece_over_the_limit_the_start_is_kept_and_the_next_is_found() {
        let long = "<C>".to_owned() + &"x ".repeat(2 << 20) + "</C><C>2</C>";
        let mut cutter = Cutter::new(Place::Memory(Arc::new(long.into_bytes())), "C", 9);
        let first = cutter.at(0).unwrap().unwrap();
        assert_eq!((first.bytes.len(), first.length), (1 << 20, (4 << 20) + 7));
        assert_eq!(cutter.at(first.next).unwrap().unwrap().bytes, b"<C>2</C>");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_to_its_end_and_alike_from_any_piece(text in "[<>/C!\\[\\]DAT\\- ]{0,80}") {
            let all = cuts(text.as_bytes(), 9);
            let joined: String = all.iter().map(|(before, bytes)| format!("{before}{bytes}")).collect();
            prop_assert_eq!(&joined, &text);
            let mut from = 0;
            for (before, bytes) in all {
                let mut again = Cutter::new(Place::Memory(Arc::new(text.clone().into_bytes())), "C", 9);
                let cut = again.at(from).unwrap().unwrap();
                prop_assert_eq!((cut.before, cut.bytes), (before.into_bytes(), bytes.into_bytes()));
                from = cut.next;
            }
        }
    }
}
