//! Regions of existing PDFs: burned into their pages, as PDF and as page images.

use super::dug::{dug, holding};
use super::{PROFILE, document, take};
use crate::firm::{Firm, REQUEST};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use duces_model::{Md5, Sha256};

const SECRET: &str = "44712290";
const IMAGED: &str = "imaged-unencrypted";

/// A statement with an account number, in its words and in its title.
fn statement() -> Vec<u8> {
    let content = format!("BT /F1 24 Tf 20 150 Td (Account ) Tj ({SECRET}) Tj ( is closed) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        format!("<< /Title (Statement of {SECRET}) >>"),
    ];
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = bytes.len();
    let trailer = "trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref";
    bytes.extend(format!("xref\n0 7\n{table}{trailer}\n{start}\n%%EOF\n").bytes());
    bytes
}

fn selected() -> Firm {
    let mail = format!(
        "From: Ann <ann@small.example>\r\nTo: bob@client.example\r\nDate: Mon, 08 Jan 2024 10:00:00 -0500\r\n\
         Message-ID: <statement@small.example>\r\nSubject: Statement\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\njuniper\r\n\
         --x\r\nContent-Type: application/pdf; name=\"statement.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"statement.pdf\"\r\n\r\n{}\r\n--x--\r\n",
        STANDARD.encode(statement())
    );
    let firm = Firm::with_files(&[("statement.eml", mail.as_bytes())]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    for (own, built_in, text) in [
        (
            PROFILE,
            "sec-enf-2021-08-pdf",
            include_str!("../../../templates/profiles/sec-enf-2021-08-pdf.toml"),
        ),
        (
            IMAGED,
            "sec-enf-2021-08-imaged",
            include_str!("../../../templates/profiles/sec-enf-2021-08-imaged.toml"),
        ),
    ] {
        let text = text.replace(built_in, own).replace("value = \"aes-256\"", "value = \"none\"");
        firm.write(&format!("profiles/{own}.toml"), text.as_bytes());
    }
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm
}

#[test]
fn a_region_of_an_attached_pdf_is_burned_in_and_what_it_covers_is_nowhere_in_the_volume() {
    let open = selected();
    open.decide("r", 0, |row| row.set("responsive", "yes"));
    open.json(0, &["produce", "r", "--profile", PROFILE]);
    let archive = open.path("productions/SF001.zip");
    let found = holding(&dug(&open.path("productions/SF001"), &[&archive]), SECRET);
    for part in ["TEXT/", ".pdf, text"] {
        assert!(found.iter().any(|place| place.contains(part)), "the search finds it: {found:?}");
    }

    let firm = selected();
    let file = document(&firm, "statement.pdf");
    firm.decide("r", 3, |row| {
        row.set("responsive", "yes");
        row.set("redact", if row.cell("document") == file { "yes" } else { "" });
    });
    take(&firm, 0, &format!("{file},1,118,34,98,8,,,,,,bank account,C. Counsel\n"));
    for id in ["mixed-families", "regions-cover"] {
        firm.run(&["gate", "r", "--profile", IMAGED, "--acknowledge", id, "--why", "looked at the pages"]);
    }
    let made = firm.json(3, &["produce", "r", "--profile", IMAGED]);
    assert_eq!(made["dispositions"]["produced-redacted"], 1, "{made}");
    let archive = firm.path("productions/SF001.zip");
    let pieces = dug(&firm.path("productions/SF001"), &[&archive]);
    let native = statement();
    for gone in [SECRET.to_owned(), Sha256::of(&native).to_string(), Md5::of(&native).to_string()] {
        assert_eq!(holding(&pieces, &gone), [""; 0], "{gone}");
    }
    let text = firm.read("productions/SF001/TEXT/0001/SF0000002.txt");
    assert!(text.contains("Account  is closed") && text.contains("REDACTED: bank account"), "{text}");
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}
