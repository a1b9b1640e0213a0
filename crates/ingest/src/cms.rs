//! The content inside an S/MIME signature (CMS SignedData, RFC 5652 section 5), taken out, and what S/MIME compressed
//! (CompressedData, RFC 3274), unpacked; signatures are not checked.
//!
//! The walk knows just enough of BER: definite and indefinite lengths, and octet strings in pieces.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// The object ids of signed data, of compressed data, of the one way to compress (RFC 3274 section 2) and of plain data.
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const COMPRESSED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x09];
const ZLIB: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x03, 0x08];
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];

/// Deepest pieces of an octet string inside each other.
const DEPTH_MAX: usize = 8;

const SEQUENCE: u8 = 0x30;
const OBJECT_ID: u8 = 0x06;
const EXPLICIT: u8 = 0xA0;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;

/// An element: its tag, and where its content lies.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    /// Its length is not stated: its content goes to a mark in the rest.
    open: bool,
}

/// What CMS data gives without a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing: it is enveloped, holds no content, or has a form that is not read.
    Closed,
    /// What is signed or compressed.
    Whole(Vec<u8>),
    /// What was compressed, as far as it can be unpacked, and why no further.
    Broken(Vec<u8>, String),
    /// What is compressed unpacks to more than the limit.
    TooMuch,
}

/// Takes the content out. What is compressed is unpacked to at most `left` bytes, and what that takes is taken from them.
pub(crate) fn content(bytes: &[u8], left: &mut u64) -> Content {
    match held(bytes) {
        None => Content::Closed,
        Some((Wrap::Signed, content)) => Content::Whole(content),
        Some((Wrap::Compressed, packed)) => unpacked(&packed, left),
    }
}

/// What stands around the content.
enum Wrap {
    Signed,
    Compressed,
}

fn held(bytes: &[u8]) -> Option<(Wrap, Vec<u8>)> {
    let mut outer = inside(bytes, SEQUENCE)?;
    let wrap = match read(&mut outer)?.content {
        SIGNED => Wrap::Signed,
        COMPRESSED => Wrap::Compressed,
        _ => return None,
    };
    let wrapped = inside(outer, EXPLICIT)?;
    let mut data = inside(wrapped, SEQUENCE)?;
    // The version; then the set of digest algorithms, or how it is compressed.
    skip(&mut data, 0)?;
    if matches!(wrap, Wrap::Compressed) && read(&mut inside(data, SEQUENCE)?)?.content != ZLIB {
        return None;
    }
    skip(&mut data, 0)?;
    let mut content = inside(data, SEQUENCE)?;
    let kind = read(&mut content)?;
    if kind.tag != OBJECT_ID || kind.content != DATA {
        return None;
    }
    let mut held = inside(content, EXPLICIT)?;
    let mut all = Vec::new();
    octets(&mut held, 0, &mut all)?;
    Some((wrap, all))
}

/// Unpacks what is compressed. Its end states a checksum of what was packed (RFC 1950), which the decoder holds against it.
fn unpacked(packed: &[u8], left: &mut u64) -> Content {
    let mut bytes = Vec::new();
    let read = ZlibDecoder::new(packed).take(left.saturating_add(1)).read_to_end(&mut bytes);
    match left.checked_sub(bytes.len() as u64) {
        Some(rest) => *left = rest,
        None => {
            *left = 0;
            return Content::TooMuch;
        }
    }
    match read {
        Ok(_) => Content::Whole(bytes),
        Err(error) => Content::Broken(bytes, error.to_string()),
    }
}

/// The content of the first element, which must have this tag.
fn inside(mut bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let rest = bytes;
    let element = read(&mut bytes)?;
    if element.tag != tag {
        return None;
    }
    // What follows the content of an open element is not looked at.
    Some(if element.open { &rest[2..] } else { element.content })
}

/// Reads an element; of an open one only its start is passed.
fn read<'a>(bytes: &mut &'a [u8]) -> Option<Element<'a>> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    // Tags of more than one byte do not stand on the way.
    if tag & 0x1F == 0x1F {
        return None;
    }
    if first == 0x80 {
        *bytes = &bytes[2..];
        return Some(Element { tag, content: &[], open: true });
    }
    let (length, head) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let digits = usize::from(first & 0x7F);
        let number = bytes.get(2..2 + digits).filter(|_| digits <= 4)?;
        (number.iter().fold(0_usize, |all, byte| all << 8 | usize::from(*byte)), 2 + digits)
    };
    // A file cut short gives what is there.
    let end = head.checked_add(length)?.min(bytes.len());
    let content = bytes.get(head..end)?;
    *bytes = &bytes[end..];
    Some(Element { tag, content, open: false })
}

/// Passes an element with all in it.
fn skip(bytes: &mut &[u8], depth: usize) -> Option<()> {
    let element = read(bytes)?;
    if element.open {
        while !bytes.starts_with(&[0, 0]) {
            if depth >= DEPTH_MAX {
                return None;
            }
            skip(bytes, depth + 1)?;
        }
        *bytes = &bytes[2..];
    }
    Some(())
}

/// The bytes of an octet string, whole or in pieces.
fn octets(bytes: &mut &[u8], depth: usize, all: &mut Vec<u8>) -> Option<()> {
    let element = read(bytes)?;
    match element.tag {
        OCTETS if !element.open => all.extend_from_slice(element.content),
        OCTETS_IN_PIECES if depth < DEPTH_MAX => {
            if element.open {
                while !bytes.starts_with(&[0, 0]) {
                    octets(bytes, depth + 1, all)?;
                }
                *bytes = &bytes[2..];
            } else {
                let mut pieces = element.content;
                while !pieces.is_empty() {
                    octets(&mut pieces, depth + 1, all)?;
                }
            }
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    }

    fn open(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn signed(wrap: fn(u8, &[u8]) -> Vec<u8>, octets: &[u8]) -> Vec<u8> {
        let content = wrap(SEQUENCE, &[element(OBJECT_ID, DATA), wrap(EXPLICIT, octets)].concat());
        let inner = [element(2, &[1]), element(0x31, &[]), content, element(0x31, &[])].concat();
        let wrapped = wrap(EXPLICIT, &wrap(SEQUENCE, &inner));
        wrap(SEQUENCE, &[element(OBJECT_ID, SIGNED), wrapped].concat())
    }

    #[test]
    fn the_signed_content_is_taken_out_in_every_form_of_length() {
        let whole = element(OCTETS, b"Content-Type: text/plain\n\nhello");
        let pieces = [element(OCTETS, b"Content-Type: text/"), element(OCTETS, b"plain\n\nhello")].concat();
        for (bytes, name) in [
            (signed(element, &whole), "definite"),
            (signed(open, &open(OCTETS_IN_PIECES, &pieces)), "open"),
            (signed(element, &element(OCTETS_IN_PIECES, &pieces)), "in pieces"),
        ] {
            let expected = Content::Whole(b"Content-Type: text/plain\n\nhello".to_vec());
            assert_eq!(content(&bytes, &mut 0), expected, "{name}");
        }
    }

    #[test]
    fn what_is_enveloped_or_holds_no_content_gives_none() {
        let mut enveloped = signed(element, &element(OCTETS, b"x"));
        let at = memchr::memmem::find(&enveloped, SIGNED).unwrap() + SIGNED.len() - 1;
        enveloped[at] = 3;
        assert_eq!(content(&enveloped, &mut 100), Content::Closed);
        assert_eq!(content(b"", &mut 100), Content::Closed);
    }

    fn compressed(wrap: fn(u8, &[u8]) -> Vec<u8>, algorithm: &[u8], text: &[u8]) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).unwrap();
        let octets = element(OCTETS, &packed.finish().unwrap());
        let held = wrap(SEQUENCE, &[element(OBJECT_ID, DATA), wrap(EXPLICIT, &octets)].concat());
        let algorithm = element(SEQUENCE, &element(OBJECT_ID, algorithm));
        let inner = [element(2, &[0]), algorithm, held].concat();
        let wrapped = wrap(EXPLICIT, &wrap(SEQUENCE, &inner));
        wrap(SEQUENCE, &[element(OBJECT_ID, COMPRESSED), wrapped].concat())
    }

    #[test]
    fn what_is_compressed_is_unpacked_within_the_limit_and_damage_is_told() {
        let text = "Content-Type: text/plain\n\nhello".repeat(20).into_bytes();
        for wrap in [element, open] {
            let bytes = compressed(wrap, ZLIB, &text);
            assert_eq!(content(&bytes, &mut (text.len() as u64)), Content::Whole(text.clone()));
            assert_eq!(content(&bytes, &mut (text.len() as u64 - 1)), Content::TooMuch);
        }
        assert_eq!(content(&compressed(element, DATA, &text), &mut 1000), Content::Closed);
        let whole = compressed(element, ZLIB, &text);
        let Content::Broken(start, _) = content(&whole[..whole.len() - 3], &mut 1000) else {
            panic!("not broken")
        };
        assert!(text.starts_with(&start));
        let mut other_sum = whole.clone();
        *other_sum.last_mut().unwrap() ^= 1;
        assert!(matches!(content(&other_sum, &mut 1000), Content::Broken(..)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, at in 0_usize..60, byte: u8) {
            content(&bytes, &mut 1000);
            let mut damaged = signed(open, &open(OCTETS_IN_PIECES, &element(OCTETS, b"abc")));
            let place = at % damaged.len();
            damaged[place] = byte;
            content(&damaged, &mut 1000);
            let mut damaged = compressed(open, ZLIB, b"abc");
            let place = at % damaged.len();
            damaged[place] = byte;
            content(&damaged, &mut 1000);
        }
    }
}
