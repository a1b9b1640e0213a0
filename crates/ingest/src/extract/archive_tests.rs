//! Archives made by hand.

use super::*;
use std::io::Write as _;
use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;

fn zipped(files: &[(&str, &[u8])], options: zip::write::FileOptions<'_, '_, ()>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn with_passwords(bytes: &[u8], passwords: &[&str]) -> Extracted {
    let passwords: Vec<String> = passwords.iter().map(|word| (*word).to_owned()).collect();
    let file = FileToRead { bytes, passwords: &passwords, bounds: FileBounds::default() };
    InProcess.extract(&file).unwrap()
}

fn names(found: &Extracted) -> Vec<(&str, &[u8])> {
    found.members.iter().map(|member| (member.name.as_str(), member.bytes.as_slice())).collect()
}

fn code(found: &Extracted) -> Option<DefectCode> {
    found.incomplete.as_ref().map(|why| why.code)
}

#[test]
fn the_members_of_a_zip_are_its_files_and_their_names_its_text() {
    let bytes = zipped(&[("a/one.txt", b"1"), ("two", b"22")], SimpleFileOptions::default());
    let found = with_passwords(&bytes, &[]);
    assert_eq!(names(&found), [("a/one.txt", &b"1"[..]), ("two", b"22")]);
    assert_eq!((found.text.as_str(), code(&found)), ("a/one.txt\ntwo\n", None));
}

#[test]
fn a_zip_without_its_directory_gives_what_lies_before_and_says_so() {
    let bytes = zipped(&[("one", b"1111"), ("two", b"2222")], SimpleFileOptions::default());
    let cut = &bytes[..bytes.len() - 30];
    let found = with_passwords(cut, &[]);
    assert_eq!(code(&found), Some(DefectCode::DamagedArchive));
    assert_eq!(names(&found)[0], ("one", &b"1111"[..]));
}

#[test]
fn a_name_that_stands_twice_hides_no_member_in_silence() {
    let mut bytes = zipped(&[("one", b"1"), ("two", b"2")], SimpleFileOptions::default());
    while let Some(at) = memchr::memmem::find(&bytes, b"two") {
        bytes[at..at + 3].copy_from_slice(b"one");
    }
    assert_eq!(code(&with_passwords(&bytes, &[])), Some(DefectCode::CountDiffers));
}

#[test]
fn a_zip_under_a_password_opens_with_the_list_and_tells_the_line_alone() {
    let old = SimpleFileOptions::default().with_deprecated_encryption(b"secret").unwrap();
    let new = SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, "secret");
    for bytes in [zipped(&[("one", b"terms")], old), zipped(&[("one", b"terms")], new)] {
        let found = with_passwords(&bytes, &["wrong", "secret"]);
        assert_eq!((names(&found), code(&found)), (vec![("one", &b"terms"[..])], None));
        assert_eq!(found.defects[0].to_string(), "encrypted (opened with line 2 of the password list)");
        for passwords in [&[][..], &["wrong"]] {
            let found = with_passwords(&bytes, passwords);
            assert_eq!(code(&found), Some(DefectCode::Encrypted));
            assert_eq!(found.members[0].flaw.as_ref().unwrap().code, DefectCode::Encrypted);
        }
    }
}

#[test]
fn what_unpacks_too_far_is_not_unpacked() {
    let bytes = zipped(&[("small", b"1"), ("bomb", &vec![0; 40 << 20])], SimpleFileOptions::default());
    let found = with_passwords(&bytes, &[]);
    assert_eq!((code(&found), found.members.len()), (Some(DefectCode::ExpandsTooFar), 1));
    let bounds = FileBounds { members_max: 1, ..FileBounds::default() };
    let two = zipped(&[("one", b"1"), ("two", b"2")], SimpleFileOptions::default());
    let found = InProcess.extract(&FileToRead { bytes: &two, passwords: &[], bounds }).unwrap();
    assert_eq!((code(&found), found.members.len()), (Some(DefectCode::TooManyParts), 1));
}

fn tar_entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend(content);
    header.resize(header.len().div_ceil(512) * 512, 0);
    header
}

/// A whole archive.
pub(super) fn sample_tar() -> Vec<u8> {
    [
        tar_entry("one", b'0', b"first"),
        tar_entry("x", b'x', b"12 path=two\n"),
        tar_entry("y", b'0', b"second"),
    ]
    .concat()
}

/// A whole compressed file.
pub(super) fn sample_gzip() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"inside").unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_tar_gives_its_files_long_names_and_what_is_cut() {
    let whole = [
        tar_entry("dir/", b'5', b""),
        tar_entry("dir/one", b'0', b"first"),
        tar_entry("x", b'x', b"22 path=very/long/name\n"),
        tar_entry("short", b'0', b"second"),
    ]
    .concat();
    let found = with_passwords(&[whole.clone(), vec![0; 1024]].concat(), &[]);
    assert_eq!(code(&found), None, "{found:?}");
    assert_eq!(found.members[0].name, "dir/one");
    let cut = with_passwords(&whole[..whole.len() - 508], &[]);
    assert_eq!(cut.members.last().unwrap().flaw.as_ref().unwrap().code, DefectCode::DamagedArchive);
    let mut damaged = whole;
    damaged[512 + 3] ^= 1;
    assert_eq!(code(&with_passwords(&damaged, &[])), Some(DefectCode::DamagedArchive));
}

#[test]
fn compressed_files_give_what_they_hold() {
    let gzip = sample_gzip();
    let mut bzip = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip.write_all(b"inside").unwrap();
    for bytes in [gzip, bzip.finish().unwrap()] {
        let found = with_passwords(&bytes, &[]);
        assert_eq!((names(&found), code(&found)), (vec![("", &b"inside"[..])], None));
        let cut = with_passwords(&bytes[..bytes.len() - 4], &[]);
        assert_eq!(cut.members[0].flaw.as_ref().unwrap().code, DefectCode::DamagedArchive);
    }
}
