//! What a PDF may cost, checked before anything unpacks it.
//!
//! `hayro-syntax` unpacks streams without a bound and follows the page tree without one. So each
//! stream of the file is unpacked here first, counting and keeping little; forms of packing whose cost
//! cannot be foreseen so (LZW, packing within packing, protection) are refused; and page trees and
//! nesting that would not end are refused.

use super::tree::Tree;
use super::{damaged, protected, unpacked};
use crate::error::LettersError;
use crate::letter::UNPACKED_MAX;
use flate2::read::ZlibDecoder;
use hayro_syntax::object::{Array, Name, Stream};
use std::io::Read as _;

/// How deep arrays and dictionaries may lie in each other.
const NESTING_MAX: usize = 100;
/// Bytes of an unpacked stream that are kept to look at.
const KEPT_MAX: usize = 8 * 1024 * 1024;

/// Refuses what could cost too much.
pub(super) fn check(name: &str, bytes: &[u8]) -> Result<(), LettersError> {
    if contains_name(bytes, b"Encrypt") {
        return Err(protected(name));
    }
    if contains_name(bytes, b"LZWDecode") || contains_name(bytes, b"LZW") {
        return Err(damaged(name, "it is packed in an old way (LZW): print it to a new PDF"));
    }
    if nesting(bytes) > NESTING_MAX {
        return Err(damaged(name, "its objects lie too deep in each other: print it to a new PDF"));
    }
    let mut tree = Tree::default();
    tree.take_file(bytes);
    let mut left = UNPACKED_MAX;
    let mut at = 0;
    while let Some(found) = find(bytes, b"stream", at) {
        at = found + b"stream".len();
        let start = match bytes.get(at..) {
            Some([b'\r', b'\n', ..]) => at + 2,
            Some([b'\n' | b'\r', ..]) => at + 1,
            _ => continue,
        };
        let Some(packed) = bytes.get(start..) else { continue };
        let kept = measure(packed, &mut left).ok_or_else(|| unpacked(name))?;
        if nesting(&kept) > NESTING_MAX {
            return Err(damaged(name, "its objects lie too deep in each other: print it to a new PDF"));
        }
        // What unpacks twice could cost a thousand times a thousand bytes.
        if kept.len() > 2 && looks_packed(&kept) {
            return Err(damaged(name, "it is packed twice over: print it to a new PDF"));
        }
        tree.take_packed(&kept);
    }
    if !tree.is_bounded() {
        return Err(damaged(
            name,
            "its tree of pages is too deep or has too many pages: print it to a new PDF",
        ));
    }
    Ok(())
}

/// Unpacks as far as it goes; `None` beyond what is left.
fn measure(packed: &[u8], left: &mut usize) -> Option<Vec<u8>> {
    let mut decoder = ZlibDecoder::new(packed);
    let mut kept = Vec::new();
    let mut buffer = [0; 16 * 1024];
    // Where it stops, damaged or at its end, what came so far counts.
    while let Ok(count @ 1..) = decoder.read(&mut buffer) {
        *left = left.checked_sub(count)?;
        if kept.len() < KEPT_MAX {
            kept.extend_from_slice(&buffer[..count]);
        }
    }
    Some(kept)
}

fn looks_packed(bytes: &[u8]) -> bool {
    // RFC 1950: method 8, and the first two bytes are a multiple of 31.
    let head = u16::from_be_bytes([bytes[0], bytes[1]]);
    if bytes[0] & 0x0F != 8 || !head.is_multiple_of(31) {
        return false;
    }
    let mut out = [0; 64];
    matches!(ZlibDecoder::new(bytes).read(&mut out), Ok(64))
}

/// A stream's bytes, where they are packed in a way whose cost was foreseen.
pub(super) fn unpack(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let dict = stream.dict();
    let names: Vec<Name<'_>> = match dict.get::<Array<'_>>("Filter") {
        Some(several) => several.iter::<Name<'_>>().collect(),
        None => dict.get::<Name<'_>>("Filter").into_iter().collect(),
    };
    let foreseen: [&[u8]; 4] = [b"FlateDecode", b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode"];
    if names.len() > 2
        || names.len() != stream.filters().len()
        || !names.iter().all(|name| foreseen.contains(&&**name))
    {
        return None;
    }
    stream.decoded().ok().map(std::borrow::Cow::into_owned)
}

pub(super) fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(word.len()).position(|part| part == word).map(|at| from + at)
}

/// Whether the name stands in the file, written plainly or with `#` escapes (7.3.5).
fn contains_name(bytes: &[u8], name: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[at + 1..];
        let mut written = rest;
        let same = name.iter().all(|wanted| {
            let (byte, length) = match written {
                [b'#', a, b, ..] => match (hex(*a), hex(*b)) {
                    (Some(a), Some(b)) => (a * 16 + b, 3),
                    _ => (b'#', 1),
                },
                [byte, ..] => (*byte, 1),
                [] => return false,
            };
            written = &written[length..];
            byte == *wanted
        });
        if same && !written.first().is_some_and(u8::is_ascii_alphanumeric) {
            return true;
        }
    }
    false
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Deepest nesting of brackets outside strings and comments, as a reader meets it that starts at any
/// object; what stands in packed streams only raises it, never lowers it.
fn nesting(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'[' | b'(' => depth += 1,
            b'<' if bytes.get(at + 1) == Some(&b'<') => {
                depth += 1;
                at += 1;
            }
            b']' | b')' => depth = depth.saturating_sub(1),
            b'>' if bytes.get(at + 1) == Some(&b'>') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            // Objects and streams end what was left open before them.
            b'e' if bytes[at..].starts_with(b"endobj") || bytes[at..].starts_with(b"endstream") => depth = 0,
            _ => {}
        }
        deepest = deepest.max(depth);
        at += 1;
    }
    deepest
}
