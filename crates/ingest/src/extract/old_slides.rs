//! Old PowerPoint presentations (MS-PPT): the text of slides, notes and masters, in the slides' order.
//!
//! A file is saved by adding to it: what the newest directory of objects (section 2.1.2) does not name is
//! what was before, and is not read. Text that stands in the outline is kept there, not on its slide.

use super::ole::{self, size_at, u16_at, u32_at};
use super::{FileToRead, Found, Member};
use crate::outlook::storage::Storage;
use duces_model::DefectCode;
use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::Read as _;

/// Deepest containers that are followed.
const DEPTH_MAX: usize = 100;
/// Most saves of one file.
const SAVES_MAX: usize = 10_000;

/// Reads a presentation.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(root) = ole::open(file, found) else { return };
    let Some(stream) = root.stream("powerpoint document") else {
        return found.incomplete(DefectCode::DamagedFile, "its stream of slides cannot be read");
    };
    if root.stream("current user").and_then(|user| u32_at(user, 12)) == Some(0xF3D1_C4DF)
        || root.stream("encryptedsummary").is_some()
    {
        return found
            .incomplete(DefectCode::Encrypted, "under a password, in a way that this version does not open");
    }
    match directory(&root, stream) {
        Some(objects) => {
            let deck = Deck { stream, objects };
            deck.read(found);
            deck.embedded(file.bounds.unpacked_max(file.bytes.len()), found);
        }
        None => {
            found.incomplete(DefectCode::DamagedFile, "its directory of slides cannot be read; texts stand in the file's order, older ones among them");
            texts(stream, false, 0, found);
        }
    }
    ole::properties(&root, found);
}

/// A record: its header and what it holds (section 2.3.1).
struct Record<'a> {
    container: bool,
    instance: u16,
    kind: u16,
    body: &'a [u8],
}

/// The record at the start of the bytes, and how long it is.
fn record(bytes: &[u8]) -> Option<(Record<'_>, usize)> {
    let (head, kind, length) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?, size_at(bytes, 4)?);
    let end = length.checked_add(8)?;
    let body = bytes.get(8..end.min(bytes.len()))?;
    Some((Record { container: head & 0xF == 0xF, instance: head >> 4, kind, body }, end))
}

/// The records that lie behind each other in these bytes.
fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (found, length) = record(rest)?;
        rest = rest.get(length..).unwrap_or_default();
        Some(found)
    })
}

/// Where each object lies, the newest save first.
fn directory(root: &Storage, stream: &[u8]) -> Option<BTreeMap<u32, usize>> {
    let mut at = size_at(root.stream("current user")?, 16)?;
    let mut objects = BTreeMap::new();
    for _ in 0..SAVES_MAX {
        let (edit, _) = record(stream.get(at..)?)?;
        if edit.kind != 0x0FF5 {
            return None;
        }
        let (list, _) = record(stream.get(size_at(edit.body, 12)?..)?)?;
        let mut entry = 0;
        while let Some(head) = u32_at(list.body, entry) {
            let (first, count) = (head & 0xF_FFFF, head >> 20);
            for number in 0..count {
                let place = size_at(list.body, entry + 4 + usize::try_from(number).ok()? * 4)?;
                objects.entry(first + number).or_insert(place);
            }
            entry += 4 + usize::try_from(count).ok()? * 4;
        }
        // The document itself is the object that the newest save names.
        objects.entry(u32::MAX).or_insert(size_at(edit.body, 16)?);
        let before = size_at(edit.body, 8)?;
        if before == 0 || before >= at {
            return Some(objects);
        }
        at = before;
    }
    None
}

struct Deck<'a> {
    stream: &'a [u8],
    objects: BTreeMap<u32, usize>,
}

impl<'a> Deck<'a> {
    fn object(&self, id: u32) -> Option<Record<'a>> {
        record(self.stream.get(*self.objects.get(&id)?..)?).map(|(record, _)| record)
    }

    fn read(&self, found: &mut Found) {
        let document =
            self.objects.get(&u32::MAX).and_then(|id| u32::try_from(*id).ok()).and_then(|id| self.object(id));
        let Some(document) = document.filter(|document| document.kind == 0x03E8) else {
            found.incomplete(
                DefectCode::DamagedFile,
                "its list of slides cannot be read; texts stand in the file's order",
            );
            return texts(self.stream, false, 0, found);
        };
        for (instance, label) in [(0, "slide"), (2, "notes"), (1, "master of slides")] {
            for list in records(document.body).filter(|list| list.kind == 0x0FF0 && list.instance == instance)
            {
                self.slides(list.body, label, instance == 1, found);
            }
        }
        for list in records(document.body).filter(|list| list.kind == 0x0FD9) {
            texts(list.body, false, 0, found);
        }
    }

    /// The slides of one list: after each one's place stands its text in the outline.
    fn slides(&self, list: &[u8], label: &str, own_only: bool, found: &mut Found) {
        let mut number = 0;
        let mut rest = records(list).peekable();
        while let Some(place) = rest.next() {
            if place.kind != 0x03F3 {
                continue;
            }
            number += 1;
            let slide = u32_at(place.body, 0).and_then(|id| self.object(id));
            let mut own = Found::new(found.bounds());
            while let Some(text) = rest.next_if(|next| next.kind != 0x03F3) {
                if !own_only {
                    atom(&text, &mut own);
                }
            }
            match &slide {
                Some(slide) => texts(slide.body, own_only, 0, &mut own),
                None => found.incomplete(DefectCode::DamagedFile, format!("{label} {number} leads nowhere")),
            }
            let own = own.finish();
            if label == "slide" {
                let hidden = slide.is_some_and(|slide| is_hidden(slide.body));
                found.label(&if hidden {
                    format!("slide {number}, hidden")
                } else {
                    format!("slide {number}")
                });
            } else if !own.text.trim().is_empty() {
                found.label(label);
            }
            found.text(&own.text);
        }
    }

    /// Objects of other programs (section 2.10.34), mostly packed.
    fn embedded(&self, most: u64, found: &mut Found) {
        let mut left = most;
        for (number, id) in (1..).zip(self.objects.keys()) {
            let Some(object) = self.object(*id).filter(|object| object.kind == 0x1011) else { continue };
            let mut bytes = Vec::new();
            let whole = if object.instance == 1 {
                let packed = object.body.get(4..).unwrap_or_default();
                ZlibDecoder::new(packed).take(left.saturating_add(1)).read_to_end(&mut bytes).is_ok()
            } else {
                bytes.extend_from_slice(object.body);
                true
            };
            if bytes.len() as u64 > left {
                return found.incomplete(
                    DefectCode::ExpandsTooFar,
                    format!("objects inside it unpack to more than {most} bytes"),
                );
            }
            left -= bytes.len() as u64;
            if !whole {
                found.incomplete(DefectCode::DamagedFile, format!("the object {number} inside it"));
            }
            found.members.push(Member { name: format!("object{number}"), bytes, flaw: None });
        }
    }
}

/// Whether a slide is left out of the show (SlideShowSlideInfoAtom, section 2.6.6).
fn is_hidden(slide: &[u8]) -> bool {
    records(slide)
        .find(|record| record.kind == 0x03F9)
        .and_then(|info| u16_at(info.body, 10))
        .is_some_and(|flags| flags & 4 != 0)
}

/// The texts of all records below; `own_only` leaves aside what a master only asks for (placeholders).
fn texts(bytes: &[u8], own_only: bool, depth: usize, found: &mut Found) {
    if depth > DEPTH_MAX {
        return found.incomplete(DefectCode::NestingTooDeep, "its records are nested too deeply");
    }
    for record in records(bytes) {
        if !record.container {
            atom(&record, found);
            continue;
        }
        match record.kind {
            // A shape.
            0xF004 if own_only && holds(record.body, 0x0BC3, depth) => {}
            // A comment: author, words, initials.
            0x2EE0 => {
                let words = |instance| {
                    records(record.body)
                        .find(|text| text.kind == 0x0FBA && text.instance == instance)
                        .map(|text| ole::wide(text.body))
                };
                let by = words(0).map(|by| format!(" by {by}")).unwrap_or_default();
                found.label(&format!("comment{by}"));
                found.line(&words(1).unwrap_or_default());
            }
            // A header, a footer or a date of slides.
            0x0FD9 => {
                for text in records(record.body).filter(|text| text.kind == 0x0FBA) {
                    found.line(&ole::wide(text.body));
                }
            }
            _ => texts(record.body, own_only, depth + 1, found),
        }
    }
}

/// Whether a record of this kind lies below.
fn holds(bytes: &[u8], kind: u16, depth: usize) -> bool {
    depth < DEPTH_MAX
        && records(bytes)
            .any(|record| record.kind == kind || record.container && holds(record.body, kind, depth + 1))
}

/// A text: UTF-16, or its lower halves alone (sections 2.9.41 and 2.9.43).
fn atom(record: &Record<'_>, found: &mut Found) {
    let text = match record.kind {
        0x0FA0 => ole::wide(record.body),
        0x0FA8 => record.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => return,
    };
    found.line(&text.replace(['\r', '\u{B}'], "\n"));
}
