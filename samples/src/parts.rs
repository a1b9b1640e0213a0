//! Attachments made from their names: the same name has the same bytes wherever it stands.

use crate::draws::Draws;
use crate::encode::push_base64;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;

/// The media type and the bytes of the attachment of that name.
pub(crate) fn attachment(name: &str) -> (&'static str, Vec<u8>) {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => ("text/csv", table(name).into_bytes()),
        "txt" => ("text/plain", note(name).into_bytes()),
        "pdf" => ("application/pdf", pdf(&[&title(name), "Elm & Cedar Partners LLC (invented)"])),
        "png" => ("image/png", png(name)),
        _ => ("application/octet-stream", unknown(name)),
    }
}

fn title(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace('-', " ")
}

fn table(name: &str) -> String {
    let mut draws = Draws::named(name);
    let (head, kind) = match name {
        _ if name.starts_with("juniper") => ("order,account,quantity,limit,security", "Juniper Robotics"),
        _ if name.starts_with("review") => ("order,venue,quantity,price,comment", "best execution reviewed"),
        _ => ("order,side,quantity,limit,state", "cancelled"),
    };
    let rows = (1..=draws.between(6, 14)).map(|row| {
        let order = 5000 + draws.below(4000);
        let quantity = 100 * draws.between(1, 90);
        let cents = draws.between(1800, 9400);
        format!("{order},N-{row:02},{quantity},{}.{:02},{kind}\n", cents / 100, cents % 100)
    });
    format!("{head}\n{}", rows.collect::<String>())
}

fn note(name: &str) -> String {
    format!(
        "{}\n\n1. The Juniper order came in on 14 February and was filled in two lots.\n\
         2. The allocation was booked to two accounts on the same day.\n\
         3. Nobody outside the firm has seen this paper but counsel.\n",
        title(name)
    )
}

/// A one-page PDF 1.4 whose offsets are right (ISO 32000-1 section 7.5).
fn pdf(lines: &[&str]) -> Vec<u8> {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
    let shown: String = lines.iter().map(|line| format!("({}) Tj 0 -16 Td ", escaped(line))).collect();
    let content = format!("BT /F1 12 Tf 72 720 Td {shown}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = out.len();
    let count = objects.len() + 1;
    out.push_str(&format!("xref\n0 {count}\n0000000000 65535 f \n{places}"));
    out.push_str(&format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    out.into_bytes()
}

/// A grey PNG of 64 by 64 (ISO/IEC 15948): a picture that holds no text.
fn png(name: &str) -> Vec<u8> {
    let mut draws = Draws::named(name);
    let mut pixels = Vec::new();
    for _ in 0..64 {
        pixels.push(0);
        draws.fill(&mut pixels, 64);
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::from(64_u32.to_be_bytes());
    header.extend_from_slice(&64_u32.to_be_bytes());
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    push_chunk(&mut out, b"IHDR", &header);
    push_chunk(&mut out, b"IDAT", &deflated(&pixels));
    push_chunk(&mut out, b"IEND", b"");
    out
}

fn push_chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(0);
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

/// In the form of zlib, stored: the bytes do not depend on the version of the compressor.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes every byte")
}

fn unknown(name: &str) -> Vec<u8> {
    let mut out = b"MIGB\x01\x00".to_vec();
    Draws::named(name).fill(&mut out, 700);
    out
}

/// The shape of a CMS EnvelopedData (RFC 5652 section 6): the object identifier, then noise.
pub(crate) fn enveloped(name: &str) -> Vec<u8> {
    let mut noise = Vec::new();
    Draws::named(name).fill(&mut noise, 1024);
    let mut out =
        vec![0x30, 0x82, 0x04, 0x0f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
    out.extend_from_slice(&[0xa0, 0x82, 0x04, 0x00]);
    out.extend_from_slice(&noise);
    out
}

/// An armoured block in the shape of RFC 9580 section 6, around noise.
pub(crate) fn armoured(name: &str) -> String {
    let (mut noise, mut digits) = (Vec::new(), Vec::new());
    Draws::named(name).fill(&mut noise, 480);
    push_base64(&mut digits, &noise);
    let digits = String::from_utf8_lossy(&digits).into_owned();
    format!("-----BEGIN PGP MESSAGE-----\n\n{digits}-----END PGP MESSAGE-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_one_content() {
        assert_eq!(attachment("a.csv"), attachment("a.csv"));
        assert_ne!(attachment("a.xyz"), attachment("b.xyz"));
    }

    #[test]
    fn a_pdf_points_at_its_own_objects() {
        let bytes = String::from_utf8(pdf(&["a (b)"])).unwrap();
        let start: usize = bytes.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(bytes[start..].starts_with("xref"));
        let places = bytes[start..].lines().skip(3).take(5).map(|line| line[..10].parse::<usize>().unwrap());
        for (number, place) in (1..).zip(places) {
            assert!(bytes[place..].starts_with(&format!("{number} 0 obj")));
        }
    }
}
