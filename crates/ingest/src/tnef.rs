//! TNEF (`winmail.dat`, MS-OXTNEF): what Outlook packs of a message for other Outlooks. Its properties become those of an
//! Outlook message in memory, and are read by the same rules.
//!
//! Every attribute has a checksum; one that differs is used, since programs are known to write wrong ones, and told.

use crate::extract::Member;
use crate::outlook::{self, Attribute, Built};
use duces_model::{Defect, DefectCode};
use std::collections::BTreeMap;

const SIGNATURE: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];

/// Deepest messages attached to each other.
const DEPTH_MAX: usize = 8;
/// Most properties and attachments of one file.
const PROPERTIES_MAX: usize = 100_000;
const ATTACHMENTS_MAX: usize = 10_000;

/// Attributes that are read (MS-OXTNEF section 2.1.3.3), by the low half of their ids.
mod attribute {
    pub(super) const SUBJECT: u32 = 0x0001_8004;
    pub(super) const BODY: u32 = 0x0002_800C;
    pub(super) const MESSAGE_CLASS: u32 = 0x0007_8008;
    pub(super) const FROM: u32 = 0x0000_8000;
    pub(super) const CODE_PAGE: u32 = 0x0006_9007;
    pub(super) const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
    pub(super) const ATTACH_START: u32 = 0x0006_9002;
    pub(super) const ATTACH_TITLE: u32 = 0x0001_8010;
    pub(super) const ATTACH_DATA: u32 = 0x0006_800F;
    pub(super) const ATTACH_PROPERTIES: u32 = 0x0006_9005;
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    pub(crate) text: String,
    pub(crate) incomplete: Option<Defect>,
    pub(crate) members: Vec<Member>,
    pub(crate) flaws: Vec<Defect>,
}

/// Whether bytes are such a file.
pub(crate) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// Reads a file: the message's lines and text, and its attachments as files of their own.
pub(crate) fn read(bytes: &[u8]) -> Opened {
    let mut flaws = Vec::new();
    let message = parse(bytes, 0, &mut flaws);
    let built = outlook::build(&message.properties, &message.names);
    let mut opened = Opened::default();
    let (text, incomplete, notes) = outlook::text_of(&built);
    opened.text = text;
    opened.flaws = notes;
    opened.incomplete = incomplete;
    for (number, attachment) in (1..).zip(message.attachments) {
        opened.members.push(attachment.member(number, &message.names));
    }
    if let Some(why) = flaws.first() {
        let why = Defect::new(DefectCode::DamagedFile, format!("TNEF: {why}"));
        if message.broken {
            opened.incomplete.get_or_insert(why);
        } else {
            opened.flaws.push(why);
        }
    }
    opened
}

#[derive(Debug, Default)]
struct Message {
    properties: BTreeMap<u16, Attribute>,
    /// Ids of named properties, by set and number or name.
    names: Vec<([u8; 16], u32, u16)>,
    attachments: Vec<Attachment>,
    broken: bool,
}

#[derive(Debug, Default)]
struct Attachment {
    title: Vec<u8>,
    data: Option<Vec<u8>>,
    properties: BTreeMap<u16, Attribute>,
    message: Option<Box<Message>>,
    code_page: u32,
}

impl Attachment {
    fn member(self, number: usize, names: &[([u8; 16], u32, u16)]) -> Member {
        let built = outlook::build(&self.properties, names);
        let charset = crate::charset::of_code_page(self.code_page);
        let title =
            crate::charset::decode(Some(&charset), &self.title).text.trim_end_matches('\0').to_owned();
        let name = outlook::attachment_name(&built).unwrap_or(title);
        if let Some(message) = self.message {
            let (file, flaw) = message.into_file();
            let name = if name.is_empty() { format!("message {number}.msg") } else { format!("{name}.msg") };
            return Member { name, bytes: file, flaw };
        }
        let bytes = self
            .data
            .filter(|data| !data.is_empty())
            .or_else(|| self.properties.get(&0x3701).map(|value| value.bytes.clone()));
        Member { name, bytes: bytes.unwrap_or_default(), flaw: None }
    }
}

impl Message {
    /// The message as an Outlook message file.
    fn into_file(self) -> (Vec<u8>, Option<Defect>) {
        let mut built = outlook::build(&self.properties, &self.names);
        for (number, attachment) in (0..).zip(self.attachments) {
            attach(&mut built, number, attachment);
        }
        match built.finish() {
            Ok(bytes) => (bytes, None),
            Err(error) => (Vec::new(), Some(Defect::new(DefectCode::DamagedFile, format!("TNEF: {error}")))),
        }
    }
}

fn attach(built: &mut Built, number: u32, attachment: Attachment) {
    let mut properties = attachment.properties;
    let inner = attachment.message.map(|message| {
        properties.remove(&0x3701);
        let mut inner = outlook::build(&message.properties, &message.names);
        for (number, attachment) in (0..).zip(message.attachments) {
            attach(&mut inner, number, attachment);
        }
        inner
    });
    if inner.is_none()
        && let Some(data) = attachment.data
    {
        properties.insert(0x3701, Attribute { kind: 0x0102, bytes: data });
    }
    if !attachment.title.is_empty() && !properties.contains_key(&0x3704) {
        properties.insert(0x3704, Attribute { kind: 0x001E, bytes: attachment.title });
    }
    built.attach(number, &properties, inner);
}

/// Bytes read from their start.
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn two(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn four(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Passes up to the next multiple of four.
    fn padded(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.take(count)?;
        let gap = (4 - count % 4) % 4;
        self.bytes = self.bytes.get(gap..).unwrap_or_default();
        Some(taken)
    }
}

fn parse(bytes: &[u8], depth: usize, flaws: &mut Vec<String>) -> Message {
    let mut message = Message::default();
    let mut code_page = 1252;
    let mut rest = Cursor { bytes: bytes.get(6..).unwrap_or_default() };
    while !rest.bytes.is_empty() {
        let at = bytes.len() - rest.bytes.len();
        let Some(level) = rest.take(1).map(|level| level[0]) else { break };
        if !matches!(level, 1 | 2) {
            // Blank bytes at the end are common, and lose nothing.
            if rest.bytes.iter().any(|byte| *byte != 0) || level != 0 {
                flaws.push(format!("bytes of no attribute from byte {at} on"));
            }
            break;
        }
        let (id, data) = match (rest.four(), rest.four()) {
            (Some(id), Some(length)) => match rest.take(length as usize) {
                Some(data) => (id, data),
                None => {
                    flaws.push(format!("the attribute at byte {at} is cut short"));
                    message.broken = true;
                    apply(&mut message, id, rest.bytes, &mut code_page, depth, flaws);
                    break;
                }
            },
            _ => {
                flaws.push(format!("it ends inside an attribute at byte {at}"));
                message.broken = true;
                break;
            }
        };
        let sum = rest.two();
        if sum
            .is_some_and(|sum| sum != data.iter().fold(0_u16, |all, byte| all.wrapping_add(u16::from(*byte))))
        {
            flaws.push(format!("the checksum of the attribute at byte {at} differs"));
        }
        apply(&mut message, id, data, &mut code_page, depth, flaws);
    }
    message
}

fn apply(
    message: &mut Message,
    id: u32,
    data: &[u8],
    code_page: &mut u32,
    depth: usize,
    flaws: &mut Vec<String>,
) {
    let text = |bytes: &[u8]| {
        let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
        Attribute { kind: 0x001E, bytes: bytes[..end].to_vec() }
    };
    match id {
        attribute::CODE_PAGE => {
            if let Some(number) = (Cursor { bytes: data }).four() {
                *code_page = number;
                message
                    .properties
                    .entry(0x3FFD)
                    .or_insert(Attribute { kind: 3, bytes: number.to_le_bytes().to_vec() });
            }
        }
        attribute::SUBJECT => {
            message.properties.entry(0x0037).or_insert_with(|| text(data));
        }
        attribute::BODY => {
            message.properties.entry(0x1000).or_insert_with(|| text(data));
        }
        attribute::MESSAGE_CLASS => {
            message.properties.entry(0x001A).or_insert_with(|| text(data));
        }
        attribute::FROM => {
            // A display name and an address behind a header of eight bytes (MS-OXTNEF section 2.1.3.3.2).
            let mut rest = Cursor { bytes: data };
            let lengths = (rest.two(), rest.two(), rest.two(), rest.two());
            if let (_, _, Some(name), Some(address)) = lengths
                && let (Some(name), Some(address)) =
                    (rest.take(usize::from(name)), rest.take(usize::from(address)))
            {
                message.properties.entry(0x0C1A).or_insert_with(|| text(name));
                let mut address = text(address);
                if let Some(colon) = memchr::memchr(b':', &address.bytes) {
                    address.bytes.drain(..=colon);
                }
                message.properties.entry(0x0C1F).or_insert(address);
            }
        }
        attribute::MESSAGE_PROPERTIES => {
            let found = properties(data, depth, &mut message.names, flaws);
            message.properties.extend(found.0);
            message.broken |= found.2;
        }
        attribute::ATTACH_START if message.attachments.len() < ATTACHMENTS_MAX => {
            message.attachments.push(Attachment { code_page: *code_page, ..Attachment::default() });
        }
        attribute::ATTACH_START => {
            flaws.push(format!("more than {ATTACHMENTS_MAX} attachments"));
            message.broken = true;
        }
        attribute::ATTACH_TITLE | attribute::ATTACH_DATA | attribute::ATTACH_PROPERTIES => {
            let Some(last) = message.attachments.last_mut() else {
                flaws.push("an attachment's attribute stands before the attachment".to_owned());
                return;
            };
            match id {
                attribute::ATTACH_TITLE => last.title = text(data).bytes,
                attribute::ATTACH_DATA => last.data = Some(data.to_vec()),
                _ => {
                    let (found, inner, broken) = properties(data, depth, &mut message.names, flaws);
                    last.properties.extend(found);
                    last.message = inner.map(Box::new);
                    message.broken |= broken;
                }
            }
        }
        _ => {}
    }
}

/// The interface of a message (MS-OXTNEF section 2.1.3.4.4).
const MESSAGE_INTERFACE: [u8; 16] = [0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

type Found = (BTreeMap<u16, Attribute>, Option<Message>, bool);

/// A list of properties; also the message that is one's value, and whether the list breaks off.
fn properties(
    data: &[u8],
    depth: usize,
    names: &mut Vec<([u8; 16], u32, u16)>,
    flaws: &mut Vec<String>,
) -> Found {
    let mut rest = Cursor { bytes: data };
    let mut found = BTreeMap::new();
    let mut inner = None;
    let count = rest.four().unwrap_or(0);
    for number in 0..count {
        if found.len() >= PROPERTIES_MAX
            || one(&mut rest, depth, &mut found, &mut inner, names, flaws).is_none()
        {
            flaws.push(format!("its properties break off at {number} of {count}"));
            return (found, inner, true);
        }
    }
    (found, inner, false)
}

fn one(
    rest: &mut Cursor<'_>,
    depth: usize,
    found: &mut BTreeMap<u16, Attribute>,
    inner: &mut Option<Message>,
    names: &mut Vec<([u8; 16], u32, u16)>,
    flaws: &mut Vec<String>,
) -> Option<()> {
    let (kind, id) = (rest.two()?, rest.two()?);
    if id >= 0x8000 {
        let set: [u8; 16] = rest.take(16)?.try_into().ok()?;
        if rest.four()? == 0 {
            names.push((set, rest.four()?, id));
        } else {
            let length = rest.four()? as usize;
            rest.padded(length)?;
        }
    }
    let several = kind & 0x1000 != 0;
    let base = kind & 0x0FFF;
    let fixed = match base {
        0x0002 | 0x000B | 0x0003 | 0x0004 | 0x000A => Some(4),
        0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        0x0001 => Some(0),
        0x000D | 0x001E | 0x001F | 0x0102 => None,
        _ => return None,
    };
    let values = if several || fixed.is_none() { rest.four()? } else { 1 };
    for number in 0..values {
        let value = match fixed {
            Some(size) => rest.padded(size)?,
            None => {
                let length = rest.four()? as usize;
                rest.padded(length)?
            }
        };
        // Of several values the first is kept; none of what is read has more than one.
        if number > 0 {
            continue;
        }
        let mut bytes = value.to_vec();
        match base {
            0x001E => bytes.truncate(memchr::memchr(0, &bytes).unwrap_or(bytes.len())),
            0x001F => {
                let end = bytes.as_chunks::<2>().0.iter().position(|unit| *unit == [0, 0]);
                bytes.truncate(end.map_or(bytes.len(), |end| end * 2));
            }
            0x0002 => bytes.truncate(2),
            0x000B => bytes.truncate(1),
            0x000D => {
                let content = bytes.get(16..).unwrap_or_default();
                if bytes.starts_with(&MESSAGE_INTERFACE) && is(content) {
                    if depth >= DEPTH_MAX {
                        flaws.push(format!("messages are attached to each other deeper than {DEPTH_MAX}"));
                        return None;
                    }
                    *inner = Some(parse(content, depth + 1, flaws));
                    continue;
                }
                bytes.drain(..16.min(bytes.len()));
            }
            _ => {}
        }
        let kind = if base == 0x000D { 0x0102 } else { base };
        found.insert(id, Attribute { kind, bytes });
    }
    Some(())
}
