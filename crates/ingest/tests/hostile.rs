//! Hostile and broken bytes: no panic, no hang, bounded memory, and every law of a container holds.

#![cfg(unix)]

mod support;

use duces_ingest::{Limits, RawMessage, parse};
use duces_model::{ContainerId, ContainerKind, DefectCode, Locator, Sha256};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;
use std::time::Duration;
use support::{codes, parse_mail, read_bytes_within};

const MARK: &str = "From a@x.example Fri Feb 22 17:06:23 2008\n";

/// Small valid things to break: every structure that the reader knows.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let head = "From: Ann <a@x.example>\r\nTo: g: b@x.example, \"C, D\" <c@x.example>;\r\nCc: =?utf-8?Q?J=C3=B6rg?= <j@x.example>\r\n\
                Date: Fri, 1 Mar 2024 09:30:00 -0500 (EST)\r\nSubject: =?utf-8?B?w6k=?=\r\n =?iso-8859-1?Q?=E9?=\r\nMessage-ID: <1@x>\r\nReferences: <a@x> <b@x>\r\n";
    let mime = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"=_b\"\r\n\r\npre\r\n--=_b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 =\r\nx\r\n\
         --a\r\nContent-Type: text/html; charset=\"koi8-r\"\r\n\r\n<p>one</p><td>t&eacute;o &#233;<style>x</style><!-- y --></td>\r\n--a--\r\n\
         --=_b\r\nContent-Type: text/plain; charset=utf-7; name*0*=utf-8''%C3%A9; name*1=\".txt\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nSGkgTW9t\r\n\
         --=_b\r\nContent-Type: message/rfc822\r\n\r\n{head}\r\ninner\r\n--=_b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBiCgp4\r\n--=_b--\r\npost\r\n"
    );
    let journal = format!(
        "{head}X-MS-Journal-Report:\r\nContent-Type: multipart/mixed; boundary=j\r\n\r\n--j\r\nContent-Type: text/plain\r\n\r\nSender: a@x.example\r\n\
         Cc: c@x.example, Expanded: g@x.example\r\nBcc: d@x.example\r\n\r\n--j\r\nContent-Type: message/rfc822\r\n\r\n{mime}\r\n--j--\r\n"
    );
    let mbox = format!(
        "{MARK}{head}Content-Length: 20\n\nbody\nFrom here\n>From\n\n\n{MARK}{}\n\n{MARK}To: c@x.example\n\nlast\n",
        mime.replace("\r\n", "\n")
    );
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(mbox.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    vec![
        ("a.eml", mime.clone().into_bytes()),
        ("b.eml", journal.into_bytes()),
        ("inbox", mbox.clone().into_bytes()),
        ("mac", mbox.replace('\n', "\r").into_bytes()),
        ("inbox.gz", packed),
        ("rich.msg", support::msg::rich().bytes()),
        ("box.pst", support::pst::rich()),
        (
            "note.rtf",
            br"{\rtf1\ansi{\fonttbl{\f1\fcharset204 B;}}\f1 \'cf\u8364? {\*\htmltag <p>}\par}".to_vec(),
        ),
        ("1.emlx", support::forms::emlx()),
        ("winmail.dat", support::forms::tnef()),
        ("uu.eml", support::forms::uuencoded()),
        ("yenc.eml", support::forms::yenc()),
        ("signed.eml", support::forms::smime()),
        ("compressed.eml", support::forms::smime_compressed(0)),
        ("report.eml", support::forms::report()),
        ("a.ics", support::forms::CALENDAR.as_bytes().to_vec()),
        ("a.vcf", support::forms::CARD.as_bytes().to_vec()),
        ("page.html", b"<p>x</p><a href=\"y>z".to_vec()),
    ]
}

/// How many they are.
const SEEDS: usize = 18;

/// What is done to a seed: single bytes, pieces lost, repeated, moved or spliced in.
#[derive(Debug, Clone)]
enum Break {
    Set(prop::sample::Index, u8),
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Drop(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize, usize),
    Insert(prop::sample::Index, usize),
    Splice(prop::sample::Index, usize, prop::sample::Index, usize),
}

/// Pieces that mean something to a reader of mail.
const TOKENS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\n\n",
    b"--",
    b"--=_b",
    b"\n--=_b\n",
    b"\n--a--\n",
    b"\nFrom ",
    b"\n\nFrom a@b Fri Feb 22 17:06:23 2008\n",
    b"Content-Length: 99999999999999999999\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: multipart/mixed; boundary=a\n\n",
    b"Content-Transfer-Encoding: base64\n",
    b"=?",
    b"?=",
    b"=?utf-8?B?",
    b"\"",
    b"<",
    b">",
    b"(",
    b"\\",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"&#x110000;",
    b"&",
    b"<!--",
    b"<script>",
    b"%",
    b"*0*=",
    b"charset=utf-16",
    b"charset=iso-2022-jp",
    b"\x1b$B",
    b";",
    b":",
    b" ",
    b"=",
    b"=\n",
    b"\x1f\x8b\x08",
];

fn breaks() -> impl Strategy<Value = Break> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Break::Set(at, byte)),
        (index(), 0_u8..8).prop_map(|(at, bit)| Break::Flip(at, bit)),
        index().prop_map(Break::Cut),
        (index(), 1_usize..200).prop_map(|(at, length)| Break::Drop(at, length)),
        (index(), 1_usize..120, 2_usize..40).prop_map(|(at, length, times)| Break::Repeat(at, length, times)),
        (index(), 0..TOKENS.len()).prop_map(|(at, token)| Break::Insert(at, token)),
        (index(), 0_usize..SEEDS, index(), 1_usize..300)
            .prop_map(|(at, seed, from, length)| Break::Splice(at, seed, from, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, how: &Break, seeds: &[(&'static str, Vec<u8>)]) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match how {
        Break::Set(at, byte) => bytes[at.index(length)] = *byte,
        Break::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
        Break::Cut(at) => bytes.truncate(at.index(length)),
        Break::Drop(at, count) => {
            let from = at.index(length);
            bytes.drain(from..(from + count).min(length));
        }
        Break::Repeat(at, count, times) => {
            let from = at.index(length);
            let piece = bytes[from..(from + count).min(length)].repeat(*times);
            bytes.splice(from..from, piece);
        }
        Break::Insert(at, token) => {
            let from = at.index(length);
            bytes.splice(from..from, TOKENS[*token].iter().copied());
        }
        Break::Splice(at, seed, from, count) => {
            let (to, source) = (at.index(length), &seeds[*seed].1);
            let from = from.index(source.len());
            let piece = source[from..(from + count).min(source.len())].to_vec();
            bytes.splice(to..to, piece);
        }
    }
}

fn tight() -> Limits {
    Limits {
        message_bytes_max: 20_000,
        header_bytes_max: 2_000,
        parts_max: 30,
        nesting_max: 5,
        encoded_nesting_max: 1,
        expanded_bytes_max: 1 << 20,
        ..Limits::default()
    }
}

/// The seeds broken in ways that depend on the number only, so that the test is the same everywhere.
/// `DUCES_FUZZ_CASES` asks for a longer run, each time with other damage.
#[allow(clippy::disallowed_methods, reason = "a test is told by the environment how long to go on")]
fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("DUCES_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn broken_mail_is_read_under_every_law(seed in 0_usize..SEEDS, how in prop::collection::vec(breaks(), 1..12), tightly: bool) {
        let seeds = seeds();
        let (name, mut bytes) = seeds[seed].clone();
        how.iter().for_each(|how| apply(&mut bytes, how, &seeds));
        let limits = if tightly { tight() } else { Limits::default() };
        read_bytes_within(name, &bytes, &limits);
    }

    #[test]
    fn random_bytes_are_read_under_every_law(bytes in prop::collection::vec(any::<u8>(), 0..400), name in prop::sample::select(vec!["a.eml", "a.mbox", "a.txt", "a.gz", "a.html"]), start in 0..TOKENS.len()) {
        let bytes = [TOKENS[start], &bytes].concat();
        read_bytes_within(name, &bytes, &tight());
    }

    #[test]
    fn tokens_of_mail_in_any_order_are_read_under_every_law(tokens in prop::collection::vec(0..TOKENS.len(), 0..80), name in prop::sample::select(vec!["a.eml", "a.mbox", "a.txt"])) {
        let mut bytes = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=a\n".to_vec();
        tokens.iter().for_each(|token| bytes.extend_from_slice(TOKENS[*token]));
        read_bytes_within(name, &bytes, &tight());
        parse_mail(&bytes);
    }
}

/// Processor time of this thread: what else the machine does is not in it.
fn spent() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// Whether a reading of `n` and of `4 n` takes processor time in proportion, measured generously: a
/// quadratic reader is sixteen times slower and far beyond.
fn takes_linear_time(name: &str, kind: ContainerKind, make: impl Fn(usize) -> Vec<u8>, n: usize) {
    let time = |n: usize| {
        let bytes = make(n);
        let locator = Locator { ordinal: 0, offset: 0, bytes: bytes.len() as u64 };
        let message = RawMessage::reread(locator, bytes);
        let started = spent();
        parse(ContainerId::from_digest(Sha256::of("")), kind, &message, Some("a.html"), &Limits::default());
        (spent() - started).as_secs_f64()
    };
    let small = (0..3).map(|_| time(n)).fold(f64::MAX, f64::min);
    let large = time(4 * n);
    assert!(large < 11.0 * small + 0.5, "{name}: {small:.3} s, then {large:.3} s for four times as much");
    assert!(large < 20.0, "{name}: {large:.3} s");
}

#[test]
fn bombs_are_read_in_time_that_grows_with_their_size_only() {
    let head = "From: a@x.example\n";
    let multipart = "Content-Type: multipart/mixed; boundary=b\n\n";
    let mail = ContainerKind::Eml;
    takes_linear_time(
        "parts",
        mail,
        |n| format!("{head}{multipart}{}", "--b\n\nx\n".repeat(n)).into_bytes(),
        40_000,
    );
    takes_linear_time(
        "unclosed multiparts",
        mail,
        |n| {
            let levels: String = (0..n)
                .map(|level| {
                    format!("--b{level}\nContent-Type: multipart/mixed; boundary=b{}\n\n", level + 1)
                })
                .collect();
            format!("{head}Content-Type: multipart/mixed; boundary=b0\n\n{levels}").into_bytes()
        },
        8_000,
    );
    takes_linear_time(
        "multiparts without their boundary",
        mail,
        |n| {
            format!(
                "{head}{multipart}{}",
                "--b\nContent-Type: multipart/mixed; boundary=none\n\nx\n".repeat(n)
            )
            .into_bytes()
        },
        8_000,
    );
    takes_linear_time(
        "nested messages",
        mail,
        |n| format!("{}\nx", format!("{head}Content-Type: message/rfc822\n\n").repeat(n)).into_bytes(),
        8_000,
    );
    takes_linear_time("header lines", mail, |n| format!("{}\nx", "X-Y: z\n".repeat(n)).into_bytes(), 15_000);
    takes_linear_time(
        "one header",
        mail,
        |n| format!("{head}To: {}\n\nx", "a@b.example, ".repeat(n)).into_bytes(),
        8_000,
    );
    takes_linear_time(
        "broken encoded words",
        mail,
        |n| format!("{head}Subject: {}\n\nx", "=?aa?q? ".repeat(n)).into_bytes(),
        10_000,
    );
    takes_linear_time(
        "encoded words",
        mail,
        |n| format!("{head}Subject: {}\n\nx", "=?utf-8?q?a?= ".repeat(n)).into_bytes(),
        8_000,
    );
    takes_linear_time(
        "parameters",
        mail,
        |n| {
            let list: String = (0..n).map(|at| format!("; p{at}*0=x; p*{at}=y")).collect();
            format!("{head}Content-Type: text/plain{list}\n\nx").into_bytes()
        },
        10_000,
    );
    takes_linear_time(
        "malformed lines",
        mail,
        |n| format!("{head}{}To: a@b\n\nx", "no field here\n".repeat(n)).into_bytes(),
        10_000,
    );
    takes_linear_time(
        "comments and quotes",
        mail,
        |n| format!("{head}To: {}\n\nx", "(\"<".repeat(n)).into_bytes(),
        20_000,
    );
    takes_linear_time(
        "references",
        mail,
        |n| format!("{head}References: {}\n\nx", "<a@b> ".repeat(n)).into_bytes(),
        15_000,
    );
    for piece in
        ["<!--", "<a href=\"", "<a b='", "<", "&", "</", "<script></", "<img alt=x>", "<td>", "&amp;"]
    {
        takes_linear_time(piece, ContainerKind::LooseFile, |n| piece.repeat(n).into_bytes(), 50_000);
    }
}

#[test]
fn a_mailbox_of_lying_lengths_is_read_in_time_that_grows_with_its_size_only() {
    let message = format!("{MARK}From: a@x.example\nContent-Length: 100000000\n\nFrom b\nx\n\n");
    let bytes = message.repeat(60_000);
    let started = spent();
    let dir = tempfile::tempdir().unwrap();
    let mut opened =
        duces_ingest::open(&support::file(dir.path(), "inbox", bytes.as_bytes()), &Limits::default())
            .unwrap();
    while let Some(message) = opened.next_message() {
        message.unwrap();
    }
    let tally = opened.finish();
    assert_eq!(tally.found, 60_000);
    assert_eq!(tally.unquoted_from_lines, 60_000);
    assert!((spent() - started).as_secs() < 20);
}

#[test]
fn a_million_parts_are_told_and_not_kept() {
    let text = format!(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\nContent-Type: image/png\n\n\n".repeat(1_000_000)
    );
    let found = parse_mail(text);
    assert!(found.documents.len() <= Limits::default().parts_max + 1);
    assert!(codes(found.root()).contains(&DefectCode::TooManyParts));
}
