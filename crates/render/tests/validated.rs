//! Pages of every make held against PDF/A-2u by veraPDF, where `DUCES_VERAPDF` is a Java class path that has it:
//! `tests/foreign/README.md` says where it comes from. `DUCES_PAGES` names a folder in which the pages are kept, as PDF
//! and as images, to be looked at.

#![allow(clippy::disallowed_methods, reason = "a test is told by the environment what is installed")]

mod made;

use duces_render::{
    BOX_ENDS, BOX_STARTS, Body, Content, Conversation, Cover, Entry, ImageFile, ImageKind, Inline, Message,
    Printer, Sheets, SlipSheet, TextRendition,
};
use made::endorsement;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a mail of a trading desk holds, in the scripts that mail comes in.
const SCRIPTS: &str = "Quick brown fox, naïve café, “quoted” – 12½ % of €1,000.\n\
    株式会社エグザンプル 見積書をお送りします。ご確認ください。\n한국어 메일입니다. 확인해 주세요.\n中文邮件：请查收附件。\n\
    שלום עולם, מחיר 12.50 דולר\nمرحبا بالعالم، السعر ١٢٫٥٠ دولار\nкраткий отчёт · Ελληνικά\n\
    नमस्ते, क्षेत्रीय रिपोर्ट। ไทย: สวัสดีครับ\nCombining: e\u{301} a\u{308} o\u{302}\u{323} n\u{303}\n\
    Emoji: 😀 👍🏽 👩‍💻 🇺🇸 ✅ ❤️ – arrows → ⇒, sums ∑ √ ≤\n";

const PICTURE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xFF\x80\0\0\0\0!\xF9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn headers() -> Vec<(String, String)> {
    [
        ("From", "Lee, Ann <ann.lee@example.com>"),
        ("Sent", "10/02/2024 02:03 PM EDT"),
        ("To", "Chen, Bo <bo.chen@example.com>; desk@example.com"),
        ("Subject", "Re: 見積書 – juniper block, second look"),
    ]
    .map(|(label, value)| (label.to_owned(), value.to_owned()))
    .to_vec()
}

fn message(body: Body) -> Content {
    Content::Message(Message {
        headers: headers(),
        body,
        attachments: vec!["budget.xlsx".into(), "見積書.pdf".into()],
        notes: vec!["A document attached to this one is withheld: see its own number in this family.".into()],
    })
}

fn html(html: &str) -> Body {
    let inline = Inline { content_id: "p@x".into(), media_type: "image/gif".into(), bytes: PICTURE.to_vec() };
    Body::Html { html: html.into(), inline: vec![inline] }
}

/// One document for each way in which pages come about.
fn documents() -> Vec<(&'static str, Content)> {
    let table: String = (1..=120)
        .map(|n| format!("<tr><td>{n}</td><td>JUNI</td><td align=right>{}.25</td><td>filled in two lots, the second after the close</td></tr>", n * 7))
        .collect();
    let table = format!(
        "<p>Dear Bo,<br>the <b>fills</b> of <i>today</i>:</p><table border=1><tr><th>No.</th><th>Symbol</th><th>Price</th>\
        <th>Remark</th></tr>{table}</table><blockquote>On Monday Bo wrote:<br>&gt; where are they?</blockquote>\
        <ul><li>first</li><li>second <a href='https://example.com/x'>link</a></li></ul>"
    );
    let entry = |n: u32| Entry {
        time: format!("09:{:02}:11", n % 60),
        who: if n.is_multiple_of(2) { "Chen, Bo".into() } else { "Lee, Ann (desk)".into() },
        text: format!("Line {n} of the day: 👍 did you see the juniper block?\nsecond line, 二行目"),
        notes: if n.is_multiple_of(5) { vec!["edited 09:20".into()] } else { Vec::new() },
        attachments: if n.is_multiple_of(7) { vec!["chart.png".into()] } else { Vec::new() },
    };
    let lines: String = (1..=10_000).map(|n| format!("{n}: a line of a body of ten thousand\n")).collect();
    let room = Conversation {
        heading: vec![("Room".into(), "#desk".into()), ("Day".into(), "10/02/2024".into())],
        entries: (1..60).map(entry).collect(),
        notes: vec!["1 event of this day is not read.".into()],
    };
    let rendition = TextRendition {
        title: "budget.xlsx".into(),
        label: "Text of budget.xlsx; the file itself is produced natively".into(),
        text: "Desk\tQ1\tQ2\nEquities\t1,200\t1,350\nRates\t800\t790\n".repeat(30),
    };
    let sheet = SlipSheet {
        title: "DOCUMENT WITHHELD".into(),
        lines: vec!["This document is withheld as privileged: see the privilege log.".into()],
    };
    vec![
        ("plain", message(Body::Plain(format!("{SCRIPTS}{}", "A plain line of words.\n".repeat(60))))),
        ("latin", message(Body::Plain("A plain line of words, and no other.\n".repeat(90)))),
        ("html", message(html(&table))),
        (
            "html-picture",
            message(html("<p>See <b>chart</b>:</p><p><img src='cid:p@x' width=200 height=90></p>")),
        ),
        ("long", message(Body::Plain(lines))),
        ("room-day", Content::Conversation(room)),
        ("rendition", Content::Text(rendition)),
        ("slip-sheet", Content::SlipSheet(sheet)),
        ("picture", Content::Picture(PICTURE.to_vec())),
    ]
}

/// All of them laid out, and those with something covered.
fn laid_out(printer: &mut Printer) -> Vec<(&'static str, Sheets)> {
    let mut all: Vec<_> =
        documents().into_iter().map(|(name, content)| (name, printer.lay_out(&content).unwrap())).collect();
    let boxed = format!(
        "The price is {BOX_STARTS}Redacted - privileged{BOX_ENDS} and was agreed with \
        {BOX_STARTS}Redacted{BOX_ENDS} on Monday.\n{SCRIPTS}"
    );
    all.push(("boxes", printer.lay_out_boxed(&message(Body::Plain(boxed))).unwrap()));
    let mut covered = printer.lay_out(&message(Body::Plain(SCRIPTS.to_owned()))).unwrap();
    let (x, y, width, height) = (60.0, 150.0, 260.0, 70.0);
    let cover = Cover { page: 1, x, y, width, height, label: "Redacted - privileged".to_owned() };
    printer.cover(&mut covered, &[cover]).unwrap();
    all.push(("region", covered));
    all
}

fn keep(printer: &mut Printer, folder: &Path, name: &str, sheets: &Sheets) {
    for (at, image) in printer
        .images(sheets, &endorsement(sheets), ImageKind::ColourWhereNeeded)
        .unwrap()
        .enumerate()
        .take(3)
    {
        let image = image.unwrap();
        let ending = if image.file == ImageFile::Tiff { "tif" } else { "jpg" };
        std::fs::write(folder.join(format!("{name}-{}.{ending}", at + 1)), image.bytes).unwrap();
    }
}

#[test]
fn pages_of_every_make_are_pdf_a_2u_to_an_independent_validator() {
    let own = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("DUCES_PAGES").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(own.path());
    let mut printer = Printer::new().unwrap();
    let mut files = Vec::new();
    for (name, sheets) in laid_out(&mut printer) {
        assert_eq!(sheets.defect(), None, "{name}");
        let path = folder.join(format!("{name}.pdf"));
        std::fs::write(&path, printer.pdf(&sheets, &endorsement(&sheets)).unwrap()).unwrap();
        if kept.is_some() {
            keep(&mut printer, folder, name, &sheets);
        }
        // What others wrote is placed as it is, and claims no part of PDF/A.
        if name != "picture" {
            files.push(path);
        }
    }
    let Some(classes) = std::env::var_os("DUCES_VERAPDF") else {
        println!("skipped: DUCES_VERAPDF names no class path of veraPDF");
        return;
    };
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign/Pdfa.java");
    let output =
        Command::new("java").arg("-cp").arg(classes).arg(program).arg("2u").args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("valid: ").count(), files.len(), "{said}");
    println!("{said}");
}
