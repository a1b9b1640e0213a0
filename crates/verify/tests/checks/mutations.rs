//! Valid volumes are damaged in every class of bytes, by a seed, and the manifests are made anew around the damage:
//! what holds the volume together has to find it, not a digest of the whole.

use crate::imaged::Imaged;
use crate::tiny::{Counts, Files, HEADER, check, codes, seal, state};
use duces_verify::Code;
use std::collections::BTreeMap;

/// How often each class of each file is damaged.
const TIMES: usize = 24;

/// Numbers that look random and are the same on every machine (SplitMix64).
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}

/// What is done to one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Removed,
    Doubled,
    Changed,
}

/// Another byte of the same kind.
fn changed(byte: u8) -> u8 {
    match byte {
        b'9' | b'z' | b'Z' => byte - 1,
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        other => other ^ 1,
    }
}

fn damage(bytes: &[u8], at: usize, length: usize, how: How) -> Vec<u8> {
    let (before, rest) = bytes.split_at(at);
    let (place, after) = rest.split_at(length);
    match how {
        How::Removed => [before, after].concat(),
        How::Doubled => [before, place, place, after].concat(),
        How::Changed => [before, &[changed(place[0])], &place[1..], after].concat(),
    }
}

/// A class of bytes: its name, and the places of it in a file, each with its length.
type Class = (&'static str, Vec<(usize, usize)>);

fn places(bytes: &[u8], part: &[u8]) -> Vec<(usize, usize)> {
    let at = |at: &usize| bytes[*at..].starts_with(part);
    (0..bytes.len()).filter(at).map(|at| (at, part.len())).collect()
}

/// Every byte of the values of these columns.
fn column(bytes: &[u8], names: &[&str]) -> Vec<(usize, usize)> {
    let (mut found, mut row, mut field, mut at) = (Vec::new(), 0, 0, 3);
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => (row, field) = (row + 1, 0),
            0x14 => field += 1,
            0xC3 | 0xBE | b'\r' => {}
            _ if row > 0 && names.contains(&HEADER[field]) => found.push((at, 1)),
            _ => {}
        }
        at += 1;
    }
    found
}

fn classes_of_data(bytes: &[u8]) -> Vec<Class> {
    let family = ["ATTACHRANGE", "BEGATTACH", "ENDATTACH", "PARENT_BATES", "CHILD_BATES"];
    vec![
        ("delimiter", places(bytes, b"\x14")),
        ("quote", places(bytes, "þ".as_bytes())),
        ("mark", vec![(0, 1), (1, 1), (2, 1), (0, 3)]),
        ("newline", [places(bytes, b"\r\n"), places(bytes, b"\r"), places(bytes, b"\n")].concat()),
        ("number", column(bytes, &["FIRSTBATES", "LASTBATES"])),
        ("family", column(bytes, &family)),
        ("path", column(bytes, &["LINK", "OCRPATH"])),
        ("count", column(bytes, &["PGCOUNT", "FILE_SIZE"])),
        ("digest", column(bytes, &["MD5HASH", "SHA256HASH"])),
        (
            "header",
            (3..bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1).map(|at| (at, 1)).collect(),
        ),
    ]
}

/// Fields of a line that commas part.
fn fields(bytes: &[u8], wanted: &[usize], from: usize) -> Vec<(usize, usize)> {
    let (mut found, mut field) = (Vec::new(), from);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => field = from,
            b',' => field += 1,
            b'\r' => {}
            _ if wanted.contains(&field) => found.push((at, 1)),
            _ => {}
        }
    }
    found
}

fn classes_of_lines(bytes: &[u8], key: usize, start: usize, path: usize, count: Option<usize>) -> Vec<Class> {
    let mut classes = vec![
        ("delimiter", places(bytes, b",")),
        ("newline", [places(bytes, b"\r\n"), places(bytes, b"\r"), places(bytes, b"\n")].concat()),
        ("number", fields(bytes, &[key], 0)),
        ("order", fields(bytes, &[start], 0)),
        ("path", fields(bytes, &[path], 0)),
    ];
    classes.extend(count.map(|count| ("count", fields(bytes, &[count], 0))));
    classes
}

/// Whether a place of the header's row stands in the name of a column that is too short to be told misspelt.
fn in_short_name(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().filter(|byte| **byte == 0x14).count();
    HEADER.get(before).is_some_and(|name| name.len() < 4)
}

/// Damages that nothing in a volume can tell from what it should be, with the reason.
fn survives(file: &str, class: &str, how: How, found: &str, short: bool) -> Option<&'static str> {
    match (file, class) {
        // `EDC1 - EDC2` says the same with a space more or less around its hyphen.
        ("data", "family") if found == " " => Some("a space around the hyphen of a range says nothing"),
        // 1,024 bytes or 1,000, rounded up or down: nobody says how FILE_SIZE is rounded.
        ("data", "count") if how == How::Changed => Some("a size of 0 or 1 KB fits a native of a few bytes"),
        // TO, CC and BCC are near to too many words for a misspelling to be told.
        ("data", "header") if short => Some("names of two or three letters may be any other column's"),
        // Both slashes part a path, and two of them do so once.
        (_, "path") if how == How::Doubled && found == "/" => Some("a doubled slash names the same file"),
        // Page 0 and page 1 of a file of one page are the same page.
        ("lfp", "count") => Some("the page of a file of one page is called 0 or 1"),
        // The volume label and the kind of file stand in the same field as the path and are the producer's.
        ("lfp", "path") if matches!(found, "@" | "2" | "4" | ";") => {
            Some("volume label and kind of an IPRO path carry no relation")
        }
        _ => None,
    }
}

#[test]
fn every_class_of_damage_to_a_load_file_is_found_without_the_manifests() {
    let imaged = Imaged::with_lfp();
    let valid = imaged.sealed();
    let (data, opt, lfp) = ("DATA/ECP001.dat", "DATA/ECP001.opt", "DATA/ECP001.lfp");
    let plan = [
        ("data", data, classes_of_data(&valid[data])),
        ("opt", opt, classes_of_lines(&valid[opt], 0, 3, 2, Some(6))),
        ("lfp", lfp, classes_of_lines(&valid[lfp], 1, 2, 4, Some(3))),
    ];
    let mut seed = Seed(20_261_122);
    let (mut done, mut survived): (usize, BTreeMap<&str, usize>) = (0, BTreeMap::new());
    let mut missed = Vec::new();
    for (file, path, classes) in plan {
        for (class, places) in classes {
            assert!(!places.is_empty(), "{file} has no {class}");
            for time in 0..TIMES {
                let (at, length) = places[seed.below(places.len())];
                let how = [How::Removed, How::Doubled, How::Changed][time % 3];
                let mut files = valid.clone();
                let bytes = damage(&valid[path], at, length, how);
                let place = String::from_utf8_lossy(&valid[path][at..at + length]).into_owned();
                files.insert(path.into(), bytes);
                seal_anew(&mut files);
                done += 1;
                let found = codes(&check(&files, None));
                if found.iter().all(|code| *code == Code::ManifestMissing) {
                    match survives(file, class, how, &place, in_short_name(&valid[path], at)) {
                        Some(reason) => *survived.entry(reason).or_default() += 1,
                        None => missed.push(format!("{file}, {class}: {how:?} {place:?} at {at}")),
                    }
                }
            }
        }
    }
    println!("{done} damages, survivors: {survived:#?}");
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(survived.values().sum::<usize>() * 10 < done, "{survived:?}");
}

/// The volume states nothing of itself but its files: the load files have to tell by themselves.
fn seal_anew(files: &mut Files) {
    files.remove("manifest.json");
    files.remove("MANIFEST.sha256");
}

#[test]
fn rows_and_lines_that_are_lost_doubled_or_moved_are_found() {
    let valid = Imaged::with_lfp().sealed();
    let mut seed = Seed(7);
    for path in ["DATA/ECP001.dat", "DATA/ECP001.opt", "DATA/ECP001.lfp"] {
        let text = String::from_utf8(valid[path].clone()).unwrap();
        let lines: Vec<&str> = text.split_inclusive("\r\n").collect();
        for time in 0..TIMES {
            let (from, to) = (seed.below(lines.len()), seed.below(lines.len()));
            let mut moved = lines.clone();
            match time % 3 {
                0 => drop(moved.remove(from)),
                1 => moved.insert(to, lines[from]),
                _ if from == to => continue,
                _ => {
                    let line = moved.remove(from);
                    moved.insert(to, line);
                }
            }
            let mut files = valid.clone();
            files.insert(path.into(), moved.concat().into_bytes());
            seal_anew(&mut files);
            let found = codes(&check(&files, None));
            let told = found.iter().any(|code| *code != Code::ManifestMissing);
            assert!(told, "{path}: line {from} to {to}, way {}", time % 3);
        }
    }
}

#[test]
fn damage_to_manifests_texts_natives_and_pages_is_found() {
    let valid = Imaged::with_lfp().sealed();
    let mut seed = Seed(11);
    for (path, bytes) in valid.iter().filter(|(_, bytes)| !bytes.is_empty()) {
        for time in 0..TIMES {
            let how = [How::Removed, How::Doubled, How::Changed][time % 3];
            let mut files = valid.clone();
            files.insert(path.clone(), damage(bytes, seed.below(bytes.len()), 1, how));
            let found = check(&files, None);
            // White space between the values of a statement says nothing, and no digest is of the statement but
            // that of MANIFEST.sha256, which stays as it was.
            assert!(!found.passed(), "{path}: {how:?}: {:?}", codes(&found));
        }
    }
}

/// Without digests a page is known by its structure only: what is in the dots of an image nobody can tell.
#[test]
fn a_page_that_is_cut_is_found_without_the_manifests() {
    let valid = Imaged::valid().sealed();
    for (path, bytes) in valid.iter().filter(|(path, _)| path.starts_with("IMAGES")) {
        for length in 0..bytes.len() {
            let mut files = valid.clone();
            files.insert(path.clone(), bytes[..length].to_vec());
            seal_anew(&mut files);
            let counts = Counts { documents: 3, numbers: 4, natives: 3 };
            state(&mut files, &counts, &HEADER.map(str::to_owned));
            seal(&mut files);
            // The last line end of a PDF may be missing.
            let whole = path.ends_with(".pdf") && length + 1 == bytes.len();
            assert_eq!(check(&files, None).passed(), whole, "{path} cut to {length}");
        }
    }
}

/// What of a page's file nothing else repeats: the width and height of a TIFF, whose dots are not decoded, and the key of
/// a PDF's count of pages, without which the pages are counted as well.
fn free(path: &str, bytes: &[u8], at: usize) -> bool {
    let size = at >= 8 && matches!(bytes[at - 8..], [0 | 1, 1, ..]);
    path.ends_with(".tif") && size || path.ends_with(".pdf") && bytes[at - 1..].starts_with(b"/Count")
}

/// What a page's file says of itself, without the dots: header and directory of a TIFF, the tree of pages of a PDF.
#[test]
fn damage_to_the_structure_of_a_page_is_found_without_the_manifests() {
    let valid = Imaged::valid().sealed();
    let (mut done, mut survived) = (0, Vec::new());
    for (path, bytes) in valid.iter().filter(|(path, _)| path.starts_with("IMAGES")) {
        let places: Vec<usize> = if path.ends_with(".tif") {
            // Sign, place of the directory, count of its fields; then of each field what it is, its kind and its value.
            let field = |tag: u8| {
                let at = (0..11).map(|n| 10 + 12 * n).find(|at| bytes[*at..*at + 2] == [tag, 1]);
                at.into_iter().flat_map(|at| [at, at + 8])
            };
            (0..9).chain([0x00, 0x01, 0x03, 0x11, 0x17, 0x1A].into_iter().flat_map(field)).collect()
        } else if path.ends_with(".pdf") {
            ["%PDF-", "/Catalog", "/Pages", "/Kids", "/Count", "startxref", "%%EOF"]
                .iter()
                .filter_map(|part| bytes.windows(part.len()).position(|at| at == part.as_bytes()))
                .map(|at| at + 1)
                .collect()
        } else {
            vec![0, 1, bytes.len() - 1, bytes.len() - 2]
        };
        for at in places {
            let mut files = valid.clone();
            files.get_mut(path).unwrap()[at] ^= 0x04;
            seal_anew(&mut files);
            done += 1;
            let told = codes(&check(&files, None)) != [Code::ManifestMissing];
            if !told && !free(path, bytes, at) {
                survived.push(format!("{path} at {at}"));
            }
        }
    }
    println!("{done} damages to pages, survivors: {survived:#?}");
    assert!(done > 40 && survived.is_empty(), "{done}: {survived:#?}");
}
