//! The content inside an S/MIME signature (CMS SignedData, RFC 5652 section 5), taken out; the signature is not checked.
//!
//! The walk knows just enough of BER: definite and indefinite lengths, and octet strings in pieces.

/// The object ids of signed data and of plain data.
const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
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

/// The content that is signed; none where the bytes are no signed data with its content inside.
pub(crate) fn signed_content(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut outer = inside(bytes, SEQUENCE)?;
    if read(&mut outer)?.content != SIGNED {
        return None;
    }
    let wrapped = inside(outer, EXPLICIT)?;
    let mut signed = inside(wrapped, SEQUENCE)?;
    // The version and the set of digest algorithms.
    skip(&mut signed, 0)?;
    skip(&mut signed, 0)?;
    let mut content = inside(signed, SEQUENCE)?;
    let kind = read(&mut content)?;
    if kind.tag != OBJECT_ID || kind.content != DATA {
        return None;
    }
    let mut held = inside(content, EXPLICIT)?;
    let mut all = Vec::new();
    octets(&mut held, 0, &mut all)?;
    Some(all)
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
    use proptest::prelude::*;

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
            let content = signed_content(&bytes);
            assert_eq!(content.as_deref(), Some(&b"Content-Type: text/plain\n\nhello"[..]), "{name}");
        }
    }

    #[test]
    fn what_is_enveloped_or_holds_no_content_gives_none() {
        let mut enveloped = signed(element, &element(OCTETS, b"x"));
        let at = memchr::memmem::find(&enveloped, SIGNED).unwrap() + SIGNED.len() - 1;
        enveloped[at] = 3;
        assert_eq!(signed_content(&enveloped), None);
        assert_eq!(signed_content(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, at in 0_usize..60, byte: u8) {
            signed_content(&bytes);
            let mut damaged = signed(open, &open(OCTETS_IN_PIECES, &element(OCTETS, b"abc")));
            let place = at % damaged.len();
            damaged[place] = byte;
            signed_content(&damaged);
        }
    }
}
