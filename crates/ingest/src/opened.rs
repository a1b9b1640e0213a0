//! A container being read: its kind, its messages one by one, and its account.

use crate::archived;
use crate::chat;
use crate::count::Counter;
use crate::detect::{self, Content};
use crate::error::IngestError;
use crate::limits::Limits;
use crate::mbox::{Piece, Splitter};
use crate::notes::Notes;
use crate::pst;
use crate::stream::Stream;
use crate::walk::FoundFile;
use duces_model::{Container, ContainerId, ContainerKind, Defect, DefectCode, Locator, Md5, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The retained bytes of one message (or loose file) as they lie in their container.
#[derive(Debug, Clone)]
pub struct RawMessage {
    /// Where.
    pub locator: Locator,
    /// The retained bytes: an mbox message without its `From ` line and the separator's blank line,
    /// otherwise untouched. Of a message over the limit only its start.
    pub bytes: Vec<u8>,
    /// What was wrong with it already in the container.
    pub defects: Vec<Defect>,
    /// Present where the message is over the limit and `bytes` are therefore not all of it.
    pub oversize: Option<Oversize>,
}

/// Digests of a message over the limit, taken as it went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversize {
    /// Digest of all its retained bytes.
    pub sha256: Sha256,
    /// MD5 of the same.
    pub md5: Md5,
}

impl RawMessage {
    /// A message whose bytes were read again, as by `retained_bytes`.
    pub fn reread(locator: Locator, bytes: Vec<u8>) -> Self {
        Self { locator, bytes, defects: Vec::new(), oversize: None }
    }
}

/// A container's account, after it was read.
#[derive(Debug, Clone)]
pub struct Tally {
    /// The container and what is wrong with it as a whole.
    pub container: Container,
    /// How many messages the reader found; at least 1.
    pub found: u64,
    /// The same by a second method that shares nothing with the reader; absent where there is none.
    pub independent: Option<u64>,
    /// How many `From ` lines stand in bodies without the mailbox's quoting.
    pub unquoted_from_lines: u64,
    /// Digest of the (uncompressed) content.
    pub stream_sha256: Sha256,
    /// Size of the (uncompressed) content in bytes.
    pub stream_bytes: u64,
}

enum State {
    /// One message, which is the whole file; its first bytes were read.
    Single(Vec<u8>),
    Mbox(Box<Splitter>),
    DataFile(Box<pst::Reader>),
    Chat(Box<chat::Export>),
    Done,
}

/// A container being read.
pub struct Opened {
    file: FoundFile,
    id: ContainerId,
    kind: ContainerKind,
    form: Option<&'static str>,
    stream: Stream,
    counter: Option<Counter>,
    state: State,
    limits: Limits,
    found: u64,
    unquoted: u64,
    /// The second count of an export that was read to its end.
    independent: Option<u64>,
    notes: Notes,
}

/// Opens a file and tells its kind by its content.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub fn open(file: &FoundFile, limits: &Limits) -> Result<Opened, IngestError> {
    let mut stream = Stream::open(&file.absolute, limits.expanded_bytes_max)?;
    let mut head = Vec::new();
    stream.fill(&mut head, detect::HEAD_BYTES);
    if head.is_empty()
        && let Some(failure) = stream.take_failure()
    {
        return Err(failure);
    }
    let inside = archived::split(&file.absolute).is_some();
    let directory = if stream.is_compressed() { None } else { ole_directory(file, &head) };
    let content = detect::content(&head, file.file_name(), directory.as_deref());
    let mut notes = Notes::default();
    let kind = match content {
        // Compressed bytes that give nothing are no empty file.
        Content::Empty if stream.broke_off() => ContainerKind::LooseFile,
        Content::Empty => ContainerKind::Empty,
        Content::Unsupported(name) => {
            notes.add(DefectCode::UnsupportedContainer, name);
            ContainerKind::Unsupported
        }
        Content::Outlook => ContainerKind::Msg,
        Content::DataFile if inside => {
            notes
                .add(DefectCode::UnsupportedContainer, "an Outlook data file (PST or OST) inside an archive");
            ContainerKind::Unsupported
        }
        Content::DataFile if stream.is_compressed() => {
            notes.add(DefectCode::UnsupportedContainer, "an Outlook data file (PST or OST) inside gzip");
            ContainerKind::Unsupported
        }
        Content::DataFile => ContainerKind::Pst,
        _ if file.maildir => ContainerKind::Maildir,
        Content::Mail => ContainerKind::Eml,
        Content::Mbox => ContainerKind::Mbox,
        Content::Loose => ContainerKind::LooseFile,
    };
    if kind == ContainerKind::Empty {
        notes.add(DefectCode::EmptyFile, "");
    }
    if kind == ContainerKind::LooseFile
        && let Some(why) = detect::unread_dump(file.file_name())
    {
        notes.add(DefectCode::UnsupportedContainer, why);
    }
    let mut kind = kind;
    let mut data_file = None;
    if kind == ContainerKind::Pst {
        match pst::Reader::open(&file.absolute, limits.message_bytes_max, limits.nesting_max) {
            Ok(reader) => data_file = Some(reader),
            Err(why) => {
                notes.add(DefectCode::UnsupportedContainer, format!("Outlook data file (PST or OST): {why}"));
                kind = ContainerKind::Unsupported;
            }
        }
    }
    let chats = match kind {
        ContainerKind::Eml | ContainerKind::LooseFile
            if !stream.is_compressed() && !file.maildir && !inside =>
        {
            chat::Export::detect(&file.absolute, file.bytes, &head, limits)
        }
        _ => None,
    };
    let mut counter = None;
    let mut form = None;
    let state = if let Some(chats) = chats {
        match chats {
            chat::Found::Export(export) => {
                kind = ContainerKind::Chat;
                form = Some(export.form());
                State::Chat(export)
            }
            chat::Found::Rsmf => {
                kind = ContainerKind::Rsmf;
                State::Single(head)
            }
        }
    } else if let Some(reader) = data_file {
        for why in &reader.lost {
            notes.add(DefectCode::TruncatedMessage, why.clone());
        }
        State::DataFile(Box::new(reader))
    } else if kind == ContainerKind::Mbox {
        let line_end = detect::line_end(&head);
        let mut second = Counter::new(line_end);
        second.feed(&head);
        counter = Some(second);
        State::Mbox(Box::new(Splitter::new(head, line_end, limits)))
    } else {
        State::Single(head)
    };
    Ok(Opened {
        file: file.clone(),
        id: ContainerId::new(&file.archive, &file.identity_path),
        kind,
        form,
        stream,
        counter,
        state,
        limits: limits.clone(),
        found: 0,
        unquoted: 0,
        independent: None,
        notes,
    })
}

/// The first sector of an OLE file's directory, which tells an Outlook message from a document.
fn ole_directory(file: &FoundFile, head: &[u8]) -> Option<Vec<u8>> {
    let at = detect::ole_directory_at(head)?;
    let mut opened = File::open(&file.absolute).ok()?;
    opened.seek(SeekFrom::Start(at)).ok()?;
    let mut directory = Vec::new();
    opened.take(4096).read_to_end(&mut directory).ok()?;
    Some(directory)
}

impl Opened {
    /// What kind of container it is.
    pub fn kind(&self) -> ContainerKind {
        self.kind
    }

    /// Which form of its kind it is, where the kind has several: a word of [`crate::forms`].
    pub fn form(&self) -> Option<&'static str> {
        self.form
    }

    /// Whether the file is gzip-compressed.
    pub fn compressed(&self) -> bool {
        self.stream.is_compressed()
    }

    /// Its identity.
    pub fn container_id(&self) -> ContainerId {
        self.id
    }

    /// The next message; none after the last.
    ///
    /// # Errors
    /// When the file fails in the middle. The whole messages before that came before the error; the one
    /// in which it failed is not handed over, because its end is not known. (Damaged compression is no
    /// failure of the file: what it gives is what is retained, and the last message is told as truncated.)
    pub fn next_message(&mut self) -> Option<Result<RawMessage, IngestError>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Single(head) => {
                let message = self.single(head);
                if let Some(failure) = self.failure() {
                    return Some(failure);
                }
                self.found += 1;
                Some(Ok(message))
            }
            State::Mbox(mut splitter) => {
                let (stream, counter) = (&mut self.stream, &mut self.counter);
                let piece = splitter.next(&mut |buffer: &mut [u8]| {
                    let count = stream.read(buffer);
                    if let Some(counter) = counter {
                        counter.feed(&buffer[..count]);
                    }
                    count
                });
                if splitter.blank_start > 0 && self.found == 0 {
                    let detail = format!("{} blank bytes", splitter.blank_start);
                    self.notes.add(DefectCode::BytesBeforeFirstMessage, detail);
                }
                match piece {
                    Some(piece) => {
                        // Cut where the file failed, or where its end was looked for beyond that.
                        let cut = splitter.at_end()
                            || piece
                                .defects
                                .iter()
                                .any(|defect| defect.code == DefectCode::ContentLengthWrong);
                        if cut && let Some(failure) = self.failure() {
                            return Some(failure);
                        }
                        let message = self.cut(piece, splitter.at_end());
                        self.state = State::Mbox(splitter);
                        Some(Ok(message))
                    }
                    None => self.failure(),
                }
            }
            State::DataFile(mut reader) => {
                let Some(item) = reader.next() else {
                    // The items were read from their places; the file's digest is taken from all of it.
                    let mut buffer = vec![0; 1 << 18];
                    while self.stream.read(&mut buffer) > 0 {}
                    return self.failure();
                };
                let message = self.item(item);
                self.state = State::DataFile(reader);
                Some(Ok(message))
            }
            State::Chat(mut export) => {
                let Some(item) = export.next() else {
                    let (flaws, independent) = export.account(self.found);
                    self.notes.extend(flaws);
                    self.independent = independent;
                    // The room-days were read from their places; the file's digest is taken from all of it.
                    let mut buffer = vec![0; 1 << 18];
                    while self.stream.read(&mut buffer) > 0 {}
                    return self.failure();
                };
                let bytes = item.bytes.len() as u64;
                let locator = Locator { ordinal: self.found, offset: item.offset, bytes };
                self.found += 1;
                self.state = State::Chat(export);
                Some(Ok(RawMessage { locator, bytes: item.bytes, defects: item.defects, oversize: None }))
            }
            State::Done => self.failure(),
        }
    }

    /// An item's offset is the id of its node, by which it is found again; its length is that of the
    /// message file that is made of it.
    fn item(&mut self, item: pst::Item) -> RawMessage {
        let locator =
            Locator { ordinal: self.found, offset: u64::from(item.id), bytes: item.bytes.len() as u64 };
        self.found += 1;
        let mut defects: Vec<Defect> =
            item.lost.into_iter().map(|why| Defect::new(DefectCode::TruncatedMessage, why)).collect();
        if item.in_no_folder {
            defects.push(Defect::new(DefectCode::InNoFolder, ""));
        }
        RawMessage { locator, bytes: item.bytes, defects, oversize: None }
    }

    /// The failure of the file, told once; it stays a defect of the container.
    fn failure(&mut self) -> Option<Result<RawMessage, IngestError>> {
        let failure = self.stream.take_failure()?;
        self.notes.add(DefectCode::Unreadable, format!("after {} bytes of content", self.stream.bytes()));
        Some(Err(failure))
    }

    fn cut(&mut self, piece: Piece, last: bool) -> RawMessage {
        let locator = Locator { ordinal: self.found, offset: piece.offset, bytes: piece.length };
        self.found += 1;
        self.unquoted += piece.unquoted;
        let mut defects = piece.defects;
        if last && self.stream.broke_off() {
            defects.push(Defect::new(DefectCode::TruncatedMessage, "the container breaks off here"));
        }
        let oversize = piece.oversize.map(|(sha256, md5)| Oversize { sha256, md5 });
        RawMessage { locator, bytes: piece.bytes, defects, oversize }
    }

    fn single(&mut self, head: Vec<u8>) -> RawMessage {
        let mut bytes = head;
        let most = usize::try_from(self.limits.message_bytes_max).unwrap_or(usize::MAX - 1);
        if !self.stream.is_compressed() {
            bytes.reserve_exact(
                usize::try_from(self.file.bytes).unwrap_or(0).min(most).saturating_sub(bytes.len()) + 1,
            );
        }
        self.stream.fill(&mut bytes, most.saturating_add(1));
        let oversize = (bytes.len() > most).then(|| self.oversize(&mut bytes));
        let defects = if self.stream.broke_off() {
            vec![Defect::new(DefectCode::TruncatedMessage, "the file breaks off here")]
        } else {
            Vec::new()
        };
        let locator = Locator { ordinal: 0, offset: 0, bytes: self.stream.bytes() };
        RawMessage { locator, bytes, defects, oversize }
    }

    /// Hashes a file over the limit to its end and keeps only its start.
    fn oversize(&mut self, bytes: &mut Vec<u8>) -> Oversize {
        let (mut sha256, mut md5) = (Sha256::hasher(), Md5::hasher());
        sha256.update(&*bytes);
        md5.update(&*bytes);
        bytes.truncate(self.limits.header_bytes_max.saturating_add(1024));
        bytes.shrink_to_fit();
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = self.stream.read(&mut buffer);
            if count == 0 {
                return Oversize { sha256: sha256.finish(), md5: md5.finish() };
            }
            sha256.update(&buffer[..count]);
            md5.update(&buffer[..count]);
        }
    }

    /// Reads what is left and gives the account.
    pub fn finish(mut self) -> Tally {
        while self.next_message().is_some() {}
        let compressed = self.stream.is_compressed();
        let read = self.stream.finish();
        if let Some(damage) = read.damage {
            self.notes.add(DefectCode::DamagedArchive, damage);
        }
        let independent = match self.kind {
            ContainerKind::Pst => pst::count(&self.file.absolute),
            ContainerKind::Chat => self.independent,
            _ => self.counter.take().map(Counter::finish),
        };
        if let Some(count) = independent
            && count != self.found
            && self.kind != ContainerKind::Chat
        {
            self.notes.add(DefectCode::CountDiffers, format!("reader {}, second count {count}", self.found));
        }
        let container = Container {
            id: self.id,
            archive: self.file.archive,
            path: self.file.path,
            kind: self.kind,
            compressed,
            file_bytes: read.file_bytes,
            file_sha256: read.file_sha256,
            defects: self.notes.finish(),
        };
        Tally {
            container,
            found: self.found,
            independent,
            unquoted_from_lines: self.unquoted,
            stream_sha256: read.stream_sha256,
            stream_bytes: read.stream_bytes,
        }
    }
}
