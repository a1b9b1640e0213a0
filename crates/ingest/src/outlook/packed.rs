//! The compression of RTF bodies (MS-OXRTFCP).
//!
//! The crate `compressed-rtf` was tried: it panics on fewer than 16 bytes and on a stated size beyond
//! the data, reserves whatever size is stated, and refuses a body whose checksum is wrong. Here such a
//! body is read as far as it goes, and the flaw is told.

/// The dictionary's first content (section 2.2.2.1).
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const SIZE: usize = 4096;

/// The RTF, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    pub(crate) rtf: Vec<u8>,
    pub(crate) flaw: Option<&'static str>,
}

/// Unpacks a body. A packed byte pair gives at most 17 bytes, which bounds the result.
pub(crate) fn unpack(bytes: &[u8]) -> Unpacked {
    let number = |at: usize| {
        bytes.get(at..at + 4).map_or(0, |four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    };
    let Some(content) = bytes.get(16..) else {
        return Unpacked { rtf: Vec::new(), flaw: Some("fewer than 16 bytes") };
    };
    let stated = number(4) as usize;
    match number(8) {
        // "LZFu"
        0x7546_5A4C => {
            let rtf = packed(content);
            let flaw = (rtf.len() < stated).then_some("shorter than stated");
            Unpacked { rtf, flaw }
        }
        // "MELA"
        0x414C_454D => {
            let rtf = content[..stated.min(content.len())].to_vec();
            // Some programs count twelve bytes of the header in.
            let flaw = (rtf.len() + 12 < stated).then_some("shorter than stated");
            Unpacked { rtf, flaw }
        }
        _ => Unpacked { rtf: Vec::new(), flaw: Some("neither packed nor plain") },
    }
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut dictionary = [b' '; SIZE];
    dictionary[..START.len()].copy_from_slice(START);
    let mut at = START.len();
    let mut rtf = Vec::new();
    let mut bytes = content.iter().copied();
    'runs: while let Some(control) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { break 'runs };
            if control >> bit & 1 == 0 {
                dictionary[at] = first;
                at = (at + 1) % SIZE;
                rtf.push(first);
                continue;
            }
            let Some(second) = bytes.next() else { break 'runs };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            // A reference to the place of writing ends the content (section 2.1.3.1.5).
            if from == at {
                break 'runs;
            }
            for step in 0..length {
                let byte = dictionary[(from + step) % SIZE];
                dictionary[at] = byte;
                at = (at + 1) % SIZE;
                rtf.push(byte);
            }
        }
    }
    rtf
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The first example of MS-OXRTFCP section 3.2.1.
    const EXAMPLE: &[u8] = &[
        0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03,
        0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65,
        0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
    ];

    #[test]
    fn the_specifications_example_is_unpacked() {
        let unpacked = unpack(EXAMPLE);
        assert_eq!(unpacked.rtf, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpacked.flaw, None);
    }

    #[test]
    fn a_body_cut_short_gives_what_is_there_and_says_so() {
        let cut = unpack(&EXAMPLE[..30]);
        assert!(cut.rtf.starts_with(b"{\\rtf1\\ansi\\ansicpg125"));
        assert_eq!(cut.flaw, Some("shorter than stated"));
        assert!(unpack(&EXAMPLE[..9]).flaw.is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_unpack_to_at_most_seventeen_for_two(bytes: Vec<u8>, start in 0_usize..3) {
            let mut all = EXAMPLE[..[0, 12, 16][start]].to_vec();
            all.extend(&bytes);
            prop_assert!(unpack(&all).rtf.len() <= all.len() * 17);
        }
    }
}
