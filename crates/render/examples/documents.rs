//! Writes one PDF of each kind of document into a folder, to be looked at:
//! `cargo run -p duces-render --example documents -- FOLDER`.

use chrono::{DateTime, Utc};
use duces_render::{
    Body, Content, Conversation, Endorsement, Entry, Message, Printer, SlipSheet, TextRendition,
};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let mut printer = Printer::new()?;
    for (name, content) in documents() {
        let sheets = printer.lay_out(&content)?;
        let endorsement = Endorsement {
            numbers: (1..=sheets.pages()).map(|n| format!("EXC-{n:07}")).collect(),
            legend: Some(
                "CONFIDENTIAL TREATMENT REQUESTED BY EXAMPLE CAPITAL PARTNERS LLC\nPURSUANT TO 17 C.F.R. § 200.83".to_owned(),
            ),
            dated: DateTime::<Utc>::UNIX_EPOCH,
        };
        std::fs::write(folder.join(format!("{name}.pdf")), printer.pdf(&sheets, &endorsement)?)?;
    }
    Ok(())
}

const HTML: &str = r##"<html><head><title>Newsletter</title><style>.x{display:none}</style><script>alert(1)</script></head>
<body><div style="display:none">Preheader that is hidden &zwnj;&nbsp;</div>
<h1>Quarterly update</h1><p>Dear <b>Ann</b>, <i>please</i> see <a href="https://example.com/report?id=7">the report</a> and
<u>note</u> the <s>old</s> new price of 10<sup>6</sup> H<sub>2</sub>O. <span style="color:#fff">white text</span> after.</p>
<ul><li>first point</li><li>second point with a longer text that goes over the end of the line and stands in below itself, as it should
<ol start=3><li>nested three</li><li>nested four</li></ol></li></ul>
<blockquote>On Monday, Bo wrote:<br>quoted text<blockquote>deeper: 漢字とかな</blockquote></blockquote>
<pre>code   keeps
  its   blanks</pre>
<img src="https://track.example.com/pixel.gif" width=1 height=1 alt=""><img src="cid:logo@example" width=120 alt="Logo">
<img src="cid:none" alt="gone"><hr>
<table border=1><thead><tr><th>Instrument</th><th>Quantity</th><th>Price</th></tr></thead><tbody>ROWS</tbody></table>
<table width=600><tr><td><table><tr><td>layout left</td></tr></table></td><td><table border=1><tr><td colspan=2>nested wide</td></tr><tr><td>a</td><td rowspan=2>b</td></tr><tr><td>c</td></tr></table></td></tr></table>
<p dir=rtl>שלום עולם, זה טקסט בעברית עם English בתוכו ומספר 1,234.</p></body></html>"##;

/// A picture of 40 × 20 pixels in one colour (PNG).
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAAJElEQVR4nGMQCVgwIIhh1OJRi0ctHrV41OJRi0ctHrV45FgMAInlLK5BFkukAAAAAElFTkSuQmCC";

fn html() -> Content {
    let row = |n: usize| {
        format!(
            "<tr><td>Bond {n} of the series with a long name</td><td align=right>{}</td><td>{}.50</td></tr>",
            n * 100,
            n
        )
    };
    let html = HTML
        .replace("ROWS", &(1..90).map(row).collect::<String>())
        .replace("cid:logo@example", &format!("data:image/png;base64,{LOGO}"));
    Content::Message(Message {
        headers: vec![("From".into(), "News <news@example.com>".into()), ("Subject".into(), "Update".into())],
        body: Body::Html { html, inline: Vec::new() },
        ..Message::default()
    })
}

fn documents() -> Vec<(&'static str, Content)> {
    let plain = "Hi all,\n\nthe desk in Tokyo (株式会社エグザンプル) writes:\n\n> 本日の取引について、ご確認をお願いいたします。東京都千代田区丸の内一丁目。\n\nТоварищи, добрый день. Καλημέρα.\nשלום עולם, המחיר הוא 1,204.50 דולר (ABC).\nمرحبا بالعالم، السعر 42 دولار.\nहिन्दी में नमस्ते · ไทยภาษาไทย · বাংলা · தமிழ் · 한국어 안녕하세요\nEmoji 😀 🙏🏽 👩\u{200D}💻 🇺🇸 ✓ → € and a tab:\n\tcol1\tcol2\nname\tqty\tprice\n\nBad: \u{7} \u{E123} \u{202E}evil\n\nhttps://example.com/a/very/long/path/that/does/not/end?with=query&and=more&and=more&and=more&and=more&and=more\n";
    vec![
        ("html", html()),
        ("plain", Content::Message(Message {
            headers: vec![
                ("From".into(), "Ann Lee <ann.lee@example.com>".into()),
                ("To".into(), (1..40).map(|n| format!("Person {n} <p{n}@example.com>")).collect::<Vec<_>>().join("; ")),
                ("Sent".into(), "Mon, 2 Sep 2024 09:14:00 -0400".into()),
                ("Subject".into(), "Re: 見積書 / عرض السعر — quote".into()),
            ],
            body: Body::Plain(plain.into()),
            attachments: vec!["budget.xlsx (12,204 bytes, EXC-0000004)".into(), "請求書.pdf".into()],
            notes: Vec::new(),
        })),
        ("text", Content::Text(TextRendition {
            title: "budget.xlsx".into(),
            label: "Text of budget.xlsx; the file itself is produced natively at NATIVES/EXC-0000004.xlsx".into(),
            text: (0..120).map(|n| format!("row {n}\t{}\t{}\n", n * 17, "word ".repeat(n % 30))).collect(),
        })),
        ("room", Content::Conversation(Conversation {
            heading: vec![("Room".into(), "#trading-desk".into()), ("Day".into(), "2024-09-02 (America/New_York)".into())],
            entries: (0..30).map(|n| Entry {
                time: format!("09:{n:02}:10"),
                who: if n % 2 == 0 { "Ann Lee".into() } else { "Bo Chen".into() },
                text: "did you see the order? 👍 It came in at the open and nobody picked it up.\nsecond line".into(),
                notes: if n % 7 == 0 { vec!["edited 09:55".into()] } else { Vec::new() },
                attachments: if n % 9 == 0 { vec!["screen.png (20 KB)".into()] } else { Vec::new() },
            }).collect(),
            notes: vec!["Times are those of the room.".into()],
        })),
        ("slip", Content::SlipSheet(SlipSheet {
            title: "DOCUMENT WITHHELD".into(),
            lines: vec!["This document is withheld in full as privileged: attorney–client.".into(), "Privilege log, entry 12.".into()],
        })),
    ]
}
