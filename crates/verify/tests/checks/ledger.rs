//! The volume against the ledger, and the gate for content that must not be recoverable.

use crate::tiny::{
    ATTACHMENT, Counts, Files, Packing, Tiny, check, codes, deflated, parent_native, seal, state, zipped,
};
use duces_model::production::Member;
use duces_model::{BatesRange, Disposition, DocId, LegalBar, Md5, ProducedAs, Sha256};
use duces_verify::{Barred, Code, Expectations, Verification};
use std::collections::BTreeMap;

fn id(number: u8) -> DocId {
    DocId::from_digest(Sha256::of([number]))
}

fn range(first: u64, last: u64) -> BatesRange {
    let number = |at: u64| format!("ECP{at:07}").parse().unwrap();
    BatesRange::new(number(first), number(last)).unwrap()
}

fn member(document: u8, family: u8, disposition: Disposition, bates: Option<BatesRange>) -> Member {
    Member { document: id(document), family: id(family), disposition, bates }
}

fn privileged() -> Disposition {
    Disposition::WithholdPrivilege { privilege: "attorney-client".into(), by: "J. Roe".into() }
}

fn barred(document: u8, content: &[u8]) -> Barred {
    Barred {
        document: id(document),
        sha256: Sha256::of(content),
        md5: Md5::of(content),
        bytes: content.len() as u64,
    }
}

/// What the ledger knows of the tiny valid volume.
fn known(files: &Files) -> Expectations {
    let native = |path: &str| Sha256::of(&files[path]);
    Expectations {
        volume: "ECP001".parse().unwrap(),
        members: vec![
            member(1, 1, Disposition::WHOLE, Some(range(1, 1))),
            member(2, 1, Disposition::WHOLE, Some(range(2, 3))),
            member(3, 3, Disposition::WHOLE, Some(range(4, 4))),
        ],
        natives: BTreeMap::from([
            (id(1), native("NATIVES/0001/ECP0000001.eml")),
            (id(2), native("NATIVES/0001/ECP0000002.csv")),
            (id(3), native("NATIVES/0001/ECP0000004.eml")),
        ]),
        barred: Vec::new(),
        earlier: vec![(
            "ECP000".parse().unwrap(),
            BatesRange::new("OLD001".parse().unwrap(), "OLD009".parse().unwrap()).unwrap(),
        )],
        manifest_sha256: Some(Sha256::of(&files["MANIFEST.sha256"])),
    }
}

fn expect(found: &Verification, code: Code) {
    assert!(codes(found).contains(&code), "expected {code}, found {:#?}", found.findings);
}

#[test]
fn the_valid_volume_is_what_the_ledger_knows() {
    let files = Tiny::valid().sealed();
    let found = check(&files, Some(&known(&files)));
    assert_eq!(found.findings, []);
    assert!(found.verified().unwrap().get().compared_with_ledger);
}

#[test]
fn each_difference_from_the_ledger_fails() {
    let files = Tiny::valid().sealed();
    let with = |change: fn(&mut Expectations)| {
        let mut expected = known(&files);
        change(&mut expected);
        check(&files, Some(&expected))
    };
    expect(&with(|e| e.volume = "ECP002".parse().unwrap()), Code::VolumeNameDiffers);
    expect(&with(|e| e.manifest_sha256 = Some(Sha256::of("other"))), Code::ManifestNotSealed);
    expect(
        &with(|e| {
            e.members.pop();
        }),
        Code::RowUnexpected,
    );
    expect(
        &with(|e| e.members.push(member(4, 4, Disposition::WHOLE, Some(range(5, 5))))),
        Code::MemberMissing,
    );
    expect(&with(|e| e.members.push(member(4, 4, Disposition::WHOLE, None))), Code::MemberMissing);
    expect(&with(|e| e.members.push(member(4, 4, Disposition::Pending, None))), Code::MemberPending);
    expect(&with(|e| e.members[1].bates = Some(range(2, 2))), Code::RangeDiffers);
    expect(&with(|e| e.members.swap(0, 2)), Code::RangeDiffers);
    expect(
        &with(|e| {
            e.natives.insert(id(3), Sha256::of("retained"));
        }),
        Code::NativeDiffers,
    );
    expect(
        &with(|e| {
            e.natives.remove(&id(3));
        }),
        Code::NativeDiffers,
    );
    expect(&with(|e| e.earlier.push(("ECP000".parse().unwrap(), range(3, 9)))), Code::OverlapsEarlier);
    expect(&with(|e| e.members[2].disposition = privileged()), Code::WithheldNative);
    expect(&with(|e| e.members[2].disposition = privileged()), Code::WithheldHash);
    let bar = Disposition::WithholdLegalBar { bar: LegalBar::Other, by: "J. Roe".into() };
    let mut expected = known(&files);
    expected.members[2].disposition = bar;
    expect(&check(&files, Some(&expected)), Code::WithheldNative);
    expect(
        &with(|e| e.members[2].disposition = Disposition::Produce { form: ProducedAs::Redacted }),
        Code::WithheldNative,
    );
}

#[test]
fn a_hole_that_an_earlier_volume_fills_is_explained() {
    let mut tiny = Tiny::valid();
    tiny.set(3, "FIRSTBATES", "ECP0000006");
    tiny.set(3, "LASTBATES", "ECP0000006");
    let files = tiny.sealed();
    let mut expected = known(&files);
    expected.members[2].bates = Some(range(6, 6));
    let before = check(&files, Some(&expected));
    expect(&before, Code::NumbersMissing);
    expected.earlier.push(("ECP000".parse().unwrap(), range(4, 5)));
    let after = check(&files, Some(&expected));
    expect(&after, Code::NumbersExplained);
    assert!(
        !codes(&after).contains(&Code::NumbersMissing) && !codes(&after).contains(&Code::OverlapsEarlier)
    );
}

#[test]
fn nothing_is_produced_that_was_left_out_unless_a_produced_member_shares_it() {
    let exclude = Disposition::ExcludeNonResponsive { by: "J. Roe".into() };
    let mut files = Tiny::valid().sealed();
    let mut expected = known(&files);
    expected.members.push(member(4, 4, exclude.clone(), None));
    // A twin of a produced member: its bytes are in the volume for another reason.
    expected.natives.insert(id(4), expected.natives[&id(3)]);
    assert_eq!(check(&files, Some(&expected)).findings, []);
    files.insert("NATIVES/0001/stray.eml".into(), b"From: x@y.example\r\n\r\nleft out".to_vec());
    seal(&mut files);
    expected.manifest_sha256 = None;
    expected.natives.insert(id(4), Sha256::of(b"From: x@y.example\r\n\r\nleft out"));
    expect(&check(&files, Some(&expected)), Code::NotProducedFound);
}

/// The tiny volume with its attachment withheld, and whatever else is done to it.
fn withheld(change: impl FnOnce(&mut Tiny)) -> (Files, Expectations) {
    let whole = Tiny::valid().sealed();
    let mut tiny = Tiny::valid();
    tiny.files.remove("NATIVES/0001/ECP0000002.csv");
    for column in ["LINK", "MD5HASH", "SHA256HASH", "FILE_SIZE", "FILE_NAME"] {
        tiny.set(2, column, "");
    }
    tiny.files.insert("TEXT/0001/ECP0000002.txt".into(), b"\xEF\xBB\xBFWithheld: privileged.\r\n".to_vec());
    // The parent would carry the attachment, so its native is held back too.
    tiny.files.remove("NATIVES/0001/ECP0000001.eml");
    for column in ["LINK", "MD5HASH", "SHA256HASH", "FILE_SIZE"] {
        tiny.set(1, column, "");
    }
    change(&mut tiny);
    let mut files = tiny.sealed();
    let natives = files.keys().filter(|path| path.starts_with("NATIVES")).count();
    state(&mut files, &Counts { documents: 3, numbers: 4, natives }, &tiny.cells[0]);
    seal(&mut files);
    let mut expected = Expectations { manifest_sha256: None, ..known(&whole) };
    expected.members[1].disposition = privileged();
    expected.barred.push(barred(2, ATTACHMENT));
    (files, expected)
}

/// Makes these bytes the lone message's native.
fn as_native(tiny: &mut Tiny, bytes: &[u8]) {
    tiny.files.insert("NATIVES/0001/ECP0000004.eml".into(), bytes.to_vec());
    tiny.set(3, "MD5HASH", &Md5::of(bytes).to_string());
    tiny.set(3, "SHA256HASH", &Sha256::of(bytes).to_string());
    tiny.set(3, "FILE_SIZE", &bytes.len().div_ceil(1024).to_string());
}

fn gate(native: &[u8]) -> Verification {
    let (files, mut expected) = withheld(|tiny| as_native(tiny, native));
    expected.natives.insert(id(3), Sha256::of(native));
    check(&files, Some(&expected))
}

#[test]
fn a_volume_without_its_withheld_attachment_passes_and_says_what_is_held_back() {
    let (files, expected) = withheld(|_| ());
    let found = check(&files, Some(&expected));
    assert_eq!(codes(&found), [Code::NativeHeldBack], "{:#?}", found.findings);
}

#[test]
fn a_member_without_its_native_fails_where_nothing_in_its_family_is_barred() {
    let (files, mut expected) = withheld(|_| ());
    expected.members[1].disposition = Disposition::WHOLE;
    expect(&check(&files, Some(&expected)), Code::NativeNotProduced);
}

#[test]
fn a_barred_attachment_is_found_inside_its_parent_however_it_is_wrapped() {
    let parent = parent_native();
    let nested = [
        b"From: x@y.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n",
        parent.as_slice(),
        b"\r\n--o--\r\n",
    ]
    .concat();
    let zip = zipped([("a/orders.csv", ATTACHMENT, Packing { deflate: true, ..Packing::default() })]);
    let gzip = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let size = u32::try_from(bytes.len()).unwrap();
        [
            b"\x1F\x8B\x08\0\0\0\0\0\0\xFF".as_slice(),
            &deflated(bytes),
            &sum.sum().to_le_bytes(),
            &size.to_le_bytes(),
        ]
        .concat()
    };
    let quoted = format!(
        "From: x@y.example\nContent-Type: text/csv\nContent-Transfer-Encoding: quoted-printable\n\n{}",
        String::from_utf8_lossy(ATTACHMENT).replace("\r\n", "=0D=0A=\n")
    );
    let pasted = format!(
        "From: x@y.example\n\nHere it is:\n{}\nBye\n",
        String::from_utf8_lossy(ATTACHMENT).replace("\r\n", "\n")
    );
    let mailbox = [
        b"From x Mon Jan  1 00:00:00 2024\n".as_slice(),
        &parent,
        b"\nFrom y Mon Jan  1 00:00:00 2024\nSubject: z\n\nz\n",
    ]
    .concat();
    for (name, native) in [
        ("itself", ATTACHMENT.to_vec()),
        ("its message", parent.clone()),
        ("a message attached to a message", nested.clone()),
        ("a member of an archive", zip.clone()),
        ("an archive in an archive", zipped([("x.zip", zip.as_slice(), Packing::default())])),
        ("a message in gzip", gzip(&parent)),
        ("quoted-printable", quoted.into_bytes()),
        ("pasted among the lines with other line ends", pasted.into_bytes()),
        ("a mailbox", mailbox),
    ] {
        let found = gate(&native);
        assert!(codes(&found).contains(&Code::BarredInside), "{name}: {:#?}", found.findings);
        assert!(!found.passed());
    }
}

#[test]
fn what_holds_nothing_barred_is_not_accused() {
    let changed = String::from_utf8(parent_native()).unwrap().replace("YWNjb3VudC", "YWNjb3VuUC");
    for native in [
        changed.as_bytes(),
        b"From: ann@ecp.example\r\n\r\naccount,side,quantity,price\r\n1001,BUY,500,10.25\r\n",
    ] {
        let found = gate(native);
        // That it is the mail of another row is another matter.
        let others: Vec<Code> = codes(&found).into_iter().filter(|code| *code != Code::MailDiffers).collect();
        assert_eq!(others, [Code::NativeHeldBack], "{:#?}", found.findings);
    }
}

#[test]
fn a_barred_document_without_bytes_bars_nothing() {
    let files = Tiny::valid().sealed();
    let mut expected = known(&files);
    expected.barred.push(barred(9, b""));
    assert_eq!(check(&files, Some(&expected)).findings, []);
}

#[test]
fn a_text_file_must_not_carry_barred_content_in_any_encoding() {
    let text = format!("Parent text.\r\n{}\r\nEnd.\r\n", String::from_utf8_lossy(ATTACHMENT));
    let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &utf16] {
        let (files, expected) = withheld(|tiny| {
            tiny.files.insert("TEXT/0001/ECP0000001.txt".into(), bytes.to_vec());
        });
        expect(&check(&files, Some(&expected)), Code::BarredInside);
    }
}

#[test]
fn a_barred_digest_is_found_in_a_field_and_in_the_papers_of_the_volume() {
    let (files, expected) =
        withheld(|tiny| tiny.set(1, "SUBJECT", &format!("x {} y", Md5::of(ATTACHMENT)).to_uppercase()));
    expect(&check(&files, Some(&expected)), Code::BarredDigest);
    let (mut files, expected) = withheld(|_| ());
    files.insert("README.txt".into(), Sha256::of(ATTACHMENT).to_string().into_bytes());
    seal(&mut files);
    expect(&check(&files, Some(&expected)), Code::BarredDigest);
}

#[test]
fn a_bomb_in_gzip_is_bounded() {
    let zeros = vec![0; 64 << 20];
    let mut bomb = b"\x1F\x8B\x08\0\0\0\0\0\0\xFF".to_vec();
    bomb.extend(deflated(&zeros));
    // Nine members of 64 MiB each, one behind the other, pass the limit; their sums are never reached.
    let mut sum = flate2::Crc::new();
    sum.update(&zeros);
    bomb.extend(sum.sum().to_le_bytes());
    bomb.extend(u32::try_from(zeros.len()).unwrap().to_le_bytes());
    expect(&gate(&bomb.repeat(9)), Code::NotLookedThrough);
}

#[test]
fn the_gate_holds_in_an_archive_as_it_does_in_a_folder() {
    let (files, expected) = withheld(|tiny| as_native(tiny, &parent_native()));
    let found = crate::tiny::check_zip(&crate::tiny::zipped_files(&files, "ECP001/"), Some(&expected));
    expect(&found, Code::BarredInside);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_native_makes_the_gate_panic(
        start in proptest::sample::select(vec![
            b"PK\x03\x04".to_vec(), b"\x1F\x8B\x08".to_vec(), b"From x\n".to_vec(),
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n".to_vec(), Vec::new(),
        ]),
        rest in proptest::collection::vec(proptest::sample::select(b"-a:\n\r =PK\x01\x02\x05\x06\0From\xFF".to_vec()), 0..200)
    ) {
        gate(&[start, rest].concat());
    }
}

#[test]
fn what_cannot_be_opened_is_said_and_never_taken_for_clean() {
    let encrypted = zipped([("a", ATTACHMENT, Packing { flags: 1, ..Packing::default() })]);
    expect(&gate(&encrypted), Code::ArchiveNotOpened);
    expect(&gate(b"!BDN mailbox"), Code::ArchiveNotOpened);
    expect(&gate(b"%PDF-1.7"), Code::EmbeddingNotOpened);
    let zeros = vec![0; 1 << 20];
    let bomb = zipped([(
        "a",
        zeros.as_slice(),
        Packing { deflate: true, bytes: Some(u32::MAX - 1), ..Packing::default() },
    )]);
    expect(&gate(&bomb), Code::ArchiveNotOpened);
    let deep = (0..20).fold(b"x".to_vec(), |inner, _| zipped([("a", inner.as_slice(), Packing::default())]));
    expect(&gate(&deep), Code::NotLookedThrough);
}
