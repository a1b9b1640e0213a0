//! Volumes as ZIP files: read from their bytes, bounded, and refused where the regulator refuses them.

use crate::tiny::{Packing, Tiny, check_zip, codes, zipped, zipped_files};
use duces_model::Silent;
use duces_verify::{Code, VerifyError, verify};

fn plain() -> Vec<u8> {
    zipped_files(&Tiny::valid().sealed(), "ECP001/")
}

fn has(bytes: &[u8], code: Code) {
    let found = check_zip(bytes, None);
    assert!(codes(&found).contains(&code), "expected {code}, found {:?}", codes(&found));
}

/// The place of a signature, counted from the end.
fn last(bytes: &[u8], signature: &[u8]) -> usize {
    bytes.windows(signature.len()).rposition(|window| window == signature).unwrap()
}

#[test]
fn a_volume_reads_the_same_from_an_archive_with_or_without_a_folder_around_it() {
    for top in ["ECP001/", ""] {
        let found = check_zip(&zipped_files(&Tiny::valid().sealed(), top), None);
        assert_eq!(found.findings, [], "{top}");
        assert_eq!((found.summary.name.as_str(), found.summary.rows), ("ECP001", 3));
    }
}

#[test]
fn a_zip64_directory_is_read() {
    let mut bytes = plain();
    let end = last(&bytes, b"PK\x05\x06");
    let (count, size, at) =
        (bytes[end + 10..end + 12].to_vec(), bytes[end + 12..end + 16].to_vec(), bytes[end + 16..].to_vec());
    let wide = |narrow: &[u8]| [narrow, &[0; 8]].concat()[..8].to_vec();
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44_u64.to_le_bytes());
    record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [wide(&count), wide(&count), wide(&size), wide(&at[..4])] {
        record.extend(value);
    }
    let mut locator = b"PK\x06\x07\0\0\0\0".to_vec();
    locator.extend((end as u64).to_le_bytes());
    locator.extend(1_u32.to_le_bytes());
    bytes.truncate(end);
    bytes.extend([record, locator].concat());
    bytes.extend(b"PK\x05\x06\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0");
    assert_eq!(check_zip(&bytes, None).findings, []);
}

#[test]
fn methods_and_encryption_that_the_sec_refuses_fail() {
    let with = |packing| zipped([("ECP001/DATA/a.dat", b"x".as_slice(), packing)]);
    has(&with(Packing { method: Some(96), ..Packing::default() }), Code::ZipMethodRefused);
    has(&with(Packing { flags: 0x41, ..Packing::default() }), Code::ZipCertificateEncryption);
    has(&with(Packing { flags: 0x2000, ..Packing::default() }), Code::ZipCertificateEncryption);
    has(&with(Packing { flags: 1, ..Packing::default() }), Code::ZipEntryEncrypted);
    has(&with(Packing { method: Some(14), ..Packing::default() }), Code::ZipMethodUnknown);
}

#[test]
fn an_archive_that_is_cut_or_changed_fails() {
    let whole = plain();
    has(&whole[..whole.len() - 40], Code::ZipDamaged);
    let mut changed = whole.clone();
    changed[80] ^= 0x55;
    has(&changed, Code::ZipEntryDamaged);
    let mut count = whole.clone();
    let end = last(&whole, b"PK\x05\x06");
    count[end + 10] += 1;
    has(&count, Code::ZipDamaged);
    let mut renamed = whole.clone();
    renamed[31] = b'X';
    has(&renamed, Code::ZipHeadersDiffer);
}

#[test]
fn every_cut_of_an_archive_fails_or_is_no_volume() {
    let whole = plain();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ECP001.zip");
    for length in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        match verify(&path, None, &Silent) {
            Ok(found) => assert!(!found.passed(), "cut at {length}"),
            Err(error) => assert!(matches!(error, VerifyError::NotAVolume { .. }), "{error}"),
        }
    }
}

#[test]
fn bytes_that_belong_to_no_entry_are_found() {
    let whole = plain();
    has(&[b"hidden".as_slice(), &whole].concat(), Code::ZipHiddenBytes);
    has(&[whole.as_slice(), b"hidden"].concat(), Code::ZipHiddenBytes);
}

#[test]
fn two_entries_of_one_name_or_one_place_fail() {
    let twice = [("a.dat", b"x".as_slice(), Packing::default()), ("a.dat", b"y", Packing::default())];
    has(&zipped(twice), Code::ZipNameRepeated);
    let mut overlapping =
        zipped([("a.dat", b"xx".as_slice(), Packing::default()), ("b.dat", b"yy", Packing::default())]);
    let second = last(&overlapping, b"PK\x01\x02");
    overlapping[second + 42..second + 46].fill(0);
    has(&overlapping, Code::ZipEntriesOverlap);
}

#[test]
fn a_name_that_leaves_the_volume_is_refused() {
    for name in ["../a.dat", "/etc/a.dat", "x/../../a.dat"] {
        has(&zipped([(name, b"x".as_slice(), Packing::default())]), Code::PathLeavesVolume);
    }
}

#[test]
fn a_bomb_is_bounded_whether_it_tells_its_size_or_lies() {
    let zeros = vec![0; 4 << 20];
    let deflate = Packing { deflate: true, ..Packing::default() };
    let honest = Packing { bytes: Some(u32::MAX - 1), ..deflate };
    has(&zipped([("ECP001/a.bin", zeros.as_slice(), honest)]), Code::ZipBomb);
    let lying = Packing { bytes: Some(10), ..deflate };
    has(&zipped([("ECP001/a.bin", zeros.as_slice(), lying)]), Code::ZipEntryDamaged);
}

#[test]
fn what_is_no_volume_is_an_error_and_not_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.bin");
    std::fs::write(&path, b"no archive").unwrap();
    assert!(matches!(verify(&path, None, &Silent), Err(VerifyError::NotAVolume { .. })));
    assert!(matches!(
        verify(&folder.path().join("none"), None, &Silent),
        Err(VerifyError::Unreadable { .. })
    ));
}

/// The tiny volume as an archive with one flaw, for each flaw of archives.
pub(crate) fn flaws() -> Vec<(Code, Vec<u8>)> {
    let whole = plain();
    let files = Tiny::valid().sealed();
    // The README packed in a way of its own; nothing else in the volume rests on how it is packed.
    let packed = |packing: Packing| {
        let named: Vec<(String, &[u8])> =
            files.iter().map(|(path, bytes)| (format!("ECP001/{path}"), bytes.as_slice())).collect();
        let deflate = Packing { deflate: true, ..Packing::default() };
        zipped(named.iter().map(|(name, bytes)| {
            (name.as_str(), *bytes, if name.ends_with("README.txt") { packing } else { deflate })
        }))
    };
    let method = |method| packed(Packing { method: Some(method), ..Packing::default() });
    let end = last(&whole, b"PK\x05\x06");
    let edited = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        bytes
    };
    let mut repeated: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (format!("ECP001/{path}"), bytes.as_slice())).collect();
    repeated.push(repeated[0].clone());
    let repeated = zipped(repeated.iter().map(|(name, bytes)| (name.as_str(), *bytes, Packing::default())));
    let place = |signature: &[u8], from: usize| {
        from + whole[from..].windows(signature.len()).position(|window| window == signature).unwrap()
    };
    let first = place(b"PK\x01\x02", 0);
    let second = place(b"PK\x01\x02", first + 4);
    vec![
        (Code::ZipDamaged, edited(&|bytes| bytes[end + 10] += 1)),
        (Code::ZipMethodRefused, method(96)),
        (Code::ZipMethodUnknown, method(14)),
        (Code::ZipCertificateEncryption, packed(Packing { flags: 0x41, ..Packing::default() })),
        (Code::ZipEntryDamaged, edited(&|bytes| bytes[80] ^= 0x55)),
        (Code::ZipHeadersDiffer, edited(&|bytes| bytes[31] = b'X')),
        (Code::ZipEntriesOverlap, edited(&|bytes| bytes[second + 42..second + 46].fill(0))),
        (Code::ZipNameRepeated, repeated),
        (Code::ZipHiddenBytes, [whole.as_slice(), b"hidden"].concat()),
    ]
}
