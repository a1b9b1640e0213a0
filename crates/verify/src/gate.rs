//! Whether barred content can be recovered from anything in the volume.
//!
//! Only digests and lengths of barred content are at hand, never the content. Every file is opened as far
//! as it can be: messages by two readers of different make, attached messages, mailboxes, gzip and ZIP
//! members (Office files are ZIP files), each part as it stands and without its transfer encoding, with
//! either line end and with or without a line break at its end. What could not be opened is said.

use crate::code::Code;
use crate::expectations::Barred;
use crate::files::Part;
use crate::finding::Findings;
use crate::forms::{Breaks, Lengths, each_form, is_text, with_both, with_line_feeds};
use crate::ledger_check::LedgerCheck;
use crate::mime;
use crate::sniff::{self, Kind};
use crate::spans::{self, Effort, Searched};
use crate::verification::VerifyError;
use crate::volume::Volume;
use crate::zip_directory;
use duces_model::{DocId, Observer, Sha256};
use mail_parser::{Message, MessageParser, PartType};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// A larger file is compared as a whole but not opened.
pub const OPENED_BYTES_MAX: u64 = 256 << 20;
/// What is unpacked from one file, in bytes, all levels together.
const UNPACKED_BYTES_MAX: u64 = 512 << 20;
/// Parts and members of one file, all levels together.
const PARTS_MAX: u64 = 50_000;
const DEPTH_MAX: usize = 16;
/// A few seconds of work for the largest file.
const EFFORT: Effort = Effort { trials: 1_000_000_000, bytes: 512 << 20 };

/// The barred digests and their lengths.
struct Gate {
    documents: BTreeMap<Sha256, DocId>,
    lengths: Lengths,
}

impl Gate {
    fn new(barred: &[Barred]) -> Self {
        let barred: Vec<&Barred> = barred.iter().filter(|barred| barred.bytes > 0).collect();
        let lengths = barred.iter().filter_map(|barred| usize::try_from(barred.bytes).ok()).collect();
        Self {
            documents: barred.iter().map(|barred| (barred.sha256, barred.document)).collect(),
            lengths: Lengths::new(lengths),
        }
    }
}

/// Opens every file of the volume but its load file.
pub(crate) fn check(
    volume: &Volume,
    load_file: Option<&str>,
    ledger: &LedgerCheck<'_>,
    barred: &[Barred],
    findings: &mut Findings,
    observer: &dyn Observer,
) -> Result<(), VerifyError> {
    let gate = Gate::new(barred);
    if gate.documents.is_empty() {
        return Ok(());
    }
    observer.stage("opening natives", "files", Some(volume.files.len() as u64));
    for file in volume.files.iter() {
        if observer.stop_requested() {
            return Err(VerifyError::Stopped);
        }
        observer.advance(1);
        if !file.readable || Some(file.path.as_str()) == load_file {
            continue;
        }
        if let Some(document) = file.sha256.and_then(|sha256| gate.documents.get(&sha256)) {
            findings.of_file(
                Code::BarredInside,
                &file.path,
                format!("the file is {document}, whose content is barred"),
            );
            continue;
        }
        if file.bytes > OPENED_BYTES_MAX {
            let message = format!("found {} bytes, the limit is {OPENED_BYTES_MAX}", file.bytes);
            findings.of_file(Code::NotLookedThrough, &file.path, message);
            continue;
        }
        let mut bytes = Vec::new();
        if let Err(error) = volume.read(file)?.take(OPENED_BYTES_MAX + 1).read_to_end(&mut bytes) {
            return Err(volume.unreadable(file, error));
        }
        if file.named.is_none() && ledger.gives_away(&String::from_utf8_lossy(&bytes)) {
            findings.of_file(
                Code::BarredDigest,
                &file.path,
                "found the digest of a document whose content is barred",
            );
        }
        let mut look = Look::new(&gate);
        look.at(&bytes, "as a whole", 0, false);
        if file.is(Part::Text) {
            look.at_text(&bytes);
        }
        look.report(&file.path, findings);
    }
    Ok(())
}

/// What was seen in one file.
struct Look<'g> {
    gate: &'g Gate,
    unpacked_left: u64,
    parts_left: u64,
    effort: Effort,
    hits: BTreeMap<DocId, String>,
    unfinished: BTreeSet<&'static str>,
    closed: BTreeSet<&'static str>,
    embedding: BTreeSet<&'static str>,
}

impl<'g> Look<'g> {
    fn new(gate: &'g Gate) -> Self {
        Self {
            gate,
            unpacked_left: UNPACKED_BYTES_MAX,
            parts_left: PARTS_MAX,
            effort: EFFORT,
            hits: BTreeMap::new(),
            unfinished: BTreeSet::new(),
            closed: BTreeSet::new(),
            embedding: BTreeSet::new(),
        }
    }

    fn report(self, path: &str, findings: &mut Findings) {
        for (document, place) in self.hits {
            findings.of_file(
                Code::BarredInside,
                path,
                format!("{document}, whose content is barred, lies inside ({place})"),
            );
        }
        for why in self.unfinished {
            findings.of_file(Code::NotLookedThrough, path, why);
        }
        for kind in self.closed {
            findings.of_file(
                Code::ArchiveNotOpened,
                path,
                format!("found {kind}, which this version does not open"),
            );
        }
        for kind in self.embedding {
            findings.of_file(
                Code::EmbeddingNotOpened,
                path,
                format!("found {kind}, which this version does not open"),
            );
        }
    }

    fn hit(&mut self, digest: &Sha256, place: &str) {
        if let Some(document) = self.gate.documents.get(digest) {
            self.hits.entry(*document).or_insert_with(|| place.to_owned());
        }
    }

    /// Looks at bytes and into them.
    fn at(&mut self, bytes: &[u8], place: &str, depth: usize, message: bool) {
        if self.parts_left == 0 {
            self.unfinished.insert("found more parts and members than the limit of 50,000");
            return;
        }
        self.parts_left -= 1;
        self.compare(bytes, place);
        self.search(bytes, place);
        if depth == DEPTH_MAX {
            self.unfinished.insert("found parts and members nested deeper than the limit of 16");
            return;
        }
        match sniff::kind(bytes) {
            Kind::Zip => self.at_zip(bytes, place, depth),
            Kind::Gzip => self.at_gzip(bytes, place, depth),
            Kind::Mailbox => self.at_mailbox(bytes, place, depth),
            Kind::Closed(kind) => {
                self.closed.insert(kind);
            }
            Kind::Embedding(kind) => {
                self.embedding.insert(kind);
            }
            Kind::Other if message || mime::looks_like_message(bytes) => self.at_message(bytes, place, depth),
            Kind::Other => {}
        }
    }

    /// Compares bytes as a whole, with either line end and with or without a line break at their end.
    fn compare(&mut self, bytes: &[u8], place: &str) {
        let gate = self.gate;
        each_form(bytes, &gate.lengths, &mut |form| self.hit(&Sha256::of(form), place));
    }

    /// Looks for barred content among the lines.
    fn search(&mut self, bytes: &[u8], place: &str) {
        let (gate, mut effort) = (self.gate, self.effort);
        let known = |digest: &Sha256| gate.documents.contains_key(digest);
        let mut search = |text: &[u8]| spans::search(text, gate.lengths.as_slice(), &known, &mut effort);
        let mut seen = vec![search(bytes)];
        let shortest = gate.lengths.as_slice().iter().find(|length| **length >= spans::SPAN_BYTES_MIN);
        if is_text(bytes) && shortest.is_some_and(|shortest| bytes.len() > *shortest / 2) {
            let breaks = Breaks::of(bytes);
            if breaks.crlf > 0 {
                seen.push(search(&with_line_feeds(bytes)));
            }
            if breaks.lone_lf > 0 {
                seen.push(search(&with_both(bytes)));
            }
        }
        self.effort = effort;
        for searched in seen {
            match searched {
                Searched::Found(digest) => self.hit(&digest, &format!("{place}, among its lines")),
                Searched::Nothing => {}
                Searched::Unfinished => {
                    self.unfinished.insert("looking for barred content among its lines would take too long");
                }
            }
        }
    }

    /// A produced text, also as UTF-8 where it is written otherwise.
    fn at_text(&mut self, bytes: &[u8]) {
        let Ok(mut decoder) = crate::decode::Decoder::new(bytes) else { return };
        let mut text = String::new();
        while let Ok(Some(sign)) = decoder.next() {
            text.push(sign);
        }
        if text.as_bytes() != bytes {
            self.compare(text.as_bytes(), "as text");
            self.search(text.as_bytes(), "as text");
        }
    }

    fn at_message(&mut self, bytes: &[u8], place: &str, depth: usize) {
        let mut number = 0;
        mime::walk(bytes, &mut |leaf| {
            number += 1;
            let inner = format!("{place}, part {number}");
            if leaf.decoded.is_some() {
                self.compare(leaf.raw, &inner);
            }
            let content = leaf.content();
            if !self.may_unpack(content.len() as u64) {
                return false;
            }
            if sniff::is_encrypted_mail(&leaf.media_type) {
                self.closed.insert("an encrypted part");
            }
            // A message that is one part throughout is that part: looking at it again would never end.
            if content.len() < bytes.len() {
                self.at(content, &inner, depth + 1, leaf.is_message());
            }
            true
        });
        if let Some(message) = MessageParser::default().parse(bytes) {
            self.at_second_reading(&message, place, 0);
        }
    }

    /// The parts as mail-parser sees them: what either reader sees counts.
    fn at_second_reading(&mut self, message: &Message<'_>, place: &str, depth: usize) {
        let place = format!("{place}, by the second reader");
        for part in &message.parts {
            match &part.body {
                PartType::Text(text) | PartType::Html(text) => self.compare(text.as_bytes(), &place),
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => self.compare(bytes, &place),
                PartType::Message(inner) if depth < DEPTH_MAX => {
                    self.compare(&inner.raw_message, &place);
                    self.at_second_reading(inner, &place, depth + 1);
                }
                PartType::Message(_) | PartType::Multipart(_) => {}
            }
        }
    }

    fn at_mailbox(&mut self, bytes: &[u8], place: &str, depth: usize) {
        let mut starts: Vec<usize> = bytes
            .windows(6)
            .enumerate()
            .filter(|(_, window)| *window == b"\nFrom ")
            .map(|(at, _)| at + 1)
            .collect();
        starts.insert(0, 0);
        starts.push(bytes.len());
        for (number, pair) in starts.windows(2).enumerate() {
            let piece = &bytes[pair[0]..pair[1]];
            let line = piece.iter().position(|byte| *byte == b'\n').map_or(piece.len(), |at| at + 1);
            if !self.may_unpack((piece.len() - line) as u64) {
                return;
            }
            self.at(
                mime::without_line_break(&piece[line..]),
                &format!("{place}, message {}", number + 1),
                depth + 1,
                true,
            );
        }
    }

    fn at_gzip(&mut self, bytes: &[u8], place: &str, depth: usize) {
        let mut unpacked = Vec::new();
        let limit = self.unpacked_left;
        let read = flate2::read::MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut unpacked);
        if !self.may_unpack(unpacked.len() as u64) {
            return;
        }
        if read.is_err() {
            self.unfinished.insert("found a damaged gzip file; what came before the damage was looked at");
        }
        self.at(&unpacked, &format!("{place}, unpacked"), depth + 1, false);
    }

    fn at_zip(&mut self, bytes: &[u8], place: &str, depth: usize) {
        let Ok(directory) = zip_directory::read_directory(bytes, None) else {
            self.closed.insert("a damaged ZIP file");
            return;
        };
        for (number, entry) in directory.entries.iter().enumerate() {
            if !entry.readable {
                self.closed.insert(
                    "a ZIP member that is encrypted, damaged, out of proportion or of an unknown method",
                );
                continue;
            }
            if !self.may_unpack(entry.bytes) {
                return;
            }
            let mut unpacked = Vec::new();
            let read = entry.open(bytes, None).and_then(|mut member| member.read_to_end(&mut unpacked));
            if read.is_err() {
                self.unfinished
                    .insert("found a damaged ZIP member; what came before the damage was looked at");
            }
            self.at(&unpacked, &format!("{place}, member {}", number + 1), depth + 1, false);
        }
    }

    fn may_unpack(&mut self, bytes: u64) -> bool {
        let fits = bytes <= self.unpacked_left;
        if fits {
            self.unpacked_left -= bytes;
        } else {
            self.unfinished.insert("it unpacks to more than the limit of 512 MiB");
        }
        fits
    }
}
