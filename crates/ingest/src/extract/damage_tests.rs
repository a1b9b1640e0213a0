//! Damaged files of every kind: a result each time, no panic, in bounded time.

use super::tests::{package, relations};
use super::*;
use std::time::{Duration, Instant};

/// A generator of the test's own, so that a seed stays what it is.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

/// Flips, cuts, doubles and overwrites bytes.
fn damage(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(damaged.len());
        match dice.roll(5) {
            0 => damaged.truncate(at.max(16)),
            1 => {
                let end = (at + dice.roll(40)).min(damaged.len());
                let again = damaged[at..end].to_vec();
                damaged.splice(at..at, again);
            }
            2 => {
                let end = (at + 4).min(damaged.len());
                damaged[at..end].fill([0, 0xFF, 0x7F, 0x80][dice.roll(4)]);
            }
            _ => {
                if let Some(byte) = damaged.get_mut(at) {
                    *byte = u8::try_from(dice.roll(256)).unwrap();
                }
            }
        }
    }
    damaged
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let text = |main: &str, body: &str| {
        package(&[
            ("_rels/.rels", &relations(&[("r1", "officeDocument", main)])),
            (main, body),
            ("docProps/core.xml", "<c><title>x</title></c>"),
        ])
    };
    let zip = package(&[("one.txt", "one"), ("two/three.xml", "<a/>")]);
    vec![
        ("docx", text("word/document.xml", "<d><p><r><t>pay the fee</t></r><del><r><delText>x</delText></r></del></p></d>")),
        ("xlsx", text("xl/workbook.xml", "<workbook><sheets><sheet name=\"a\"/></sheets></workbook>")),
        ("pptx", text("ppt/presentation.xml", "<p><sldIdLst><sldId r:id=\"r1\"/></sldIdLst></p>")),
        ("odt", package(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<o><p>pay</p></o>")])),
        ("zip", zip),
        ("pdf", super::pdf::sample()),
        ("doc", super::old_tests::sample_document()),
        ("xls", super::old_tests::sample_workbook()),
        ("tar", super::archive_tests::sample_tar()),
        ("gzip", super::archive_tests::sample_gzip()),
        ("jpeg", b"\xFF\xD8\xFF\xE1\0\x20Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x32\0\x02\0\0\0\x04\0\0\0\0\xFF\xC0\0\x0B\x08\0\x10\0\x10\x01\x01\x11\0".to_vec()),
        ("wav", b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\0\0\0\0\xE8\x03\0\0\0\0\0\0data\0\0\0\0".to_vec()),
        ("mp4", b"\0\0\0\x0Cftypisom\0\0\0\x28moov\0\0\0\x20mvhd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x58\0\0\x02\x58".to_vec()),
    ]
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a reading that takes seconds is one that hangs")]
fn damaged_files_of_every_kind_give_a_result_in_bounded_time() {
    let passwords = ["secret".to_owned()];
    let mut dice = Dice(0x6475_6365_7300);
    for (kind, bytes) in samples() {
        for number in 0..300 {
            let damaged = damage(&bytes, &mut dice);
            let started = Instant::now();
            let file = FileToRead { bytes: &damaged, passwords: &passwords, bounds: FileBounds::default() };
            let found = InProcess.extract(&file);
            assert!(found.is_ok(), "{kind} {number}: {damaged:02x?}");
            assert!(started.elapsed() < Duration::from_secs(5), "{kind} {number}");
        }
    }
}
