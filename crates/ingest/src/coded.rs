//! Files that stand in a text as lines of their own: uuencode (POSIX.1-2008, `uuencode`) and yEnc (draft 1.3).
//!
//! What decodes is taken out of the text and becomes a file; what only looks like one stays text.

use crate::extract::Member;
use duces_model::{Defect, DefectCode};
use flate2::Crc;

/// Most files that are taken out of one text.
const FILES_MAX: usize = 1000;

/// A text without its files, and the files.
#[derive(Debug, Default)]
pub(crate) struct Parted {
    pub(crate) text: Vec<u8>,
    pub(crate) files: Vec<Member>,
}

/// Takes files out of a text; none where there is none. In place of each stands a line with its name.
pub(crate) fn part(text: &[u8]) -> Option<Parted> {
    let may = |mark: &[u8]| {
        text.starts_with(mark) || memchr::memmem::find_iter(text, mark).any(|at| text[at - 1] == b'\n')
    };
    if !may(b"begin ") && !may(b"=ybegin ") {
        return None;
    }
    let mut parted = Parted::default();
    let mut at = 0;
    while at < text.len() {
        let (line, next) = line_at(text, at);
        let file = if parted.files.len() < FILES_MAX {
            uuencoded(text, line, next).or_else(|| yenc(text, line, next))
        } else {
            None
        };
        match file {
            Some((file, how, end)) => {
                parted.text.extend(format!("[file in the text, {how}: {}]\n", file.name).into_bytes());
                parted.files.push(file);
                at = end;
            }
            None => {
                parted.text.extend_from_slice(&text[at..next]);
                at = next;
            }
        }
    }
    (!parted.files.is_empty()).then_some(parted)
}

/// A line without its end, and where the next one starts.
fn line_at(text: &[u8], at: usize) -> (&[u8], usize) {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |found| at + found + 1);
    let line = &text[at..end];
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    (line.strip_suffix(b"\r").unwrap_or(line), end)
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name.trim_ascii()).replace(['\r', '\n'], " ")
}

type Taken = (Member, &'static str, usize);

/// `begin MODE NAME`, lines of a length and its bytes six bits a sign, `end`.
fn uuencoded(text: &[u8], line: &[u8], mut at: usize) -> Option<Taken> {
    let rest = line.strip_prefix(b"begin ")?;
    let space = memchr::memchr(b' ', rest)?;
    let (mode, name) = rest.split_at(space);
    let octal = (3..=4).contains(&mode.len()) && mode.iter().all(|byte| (b'0'..=b'7').contains(byte));
    if !octal || name.trim_ascii().is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut lines = 0;
    let mut flaw = Some("it is never closed by a line 'end'".to_owned());
    while at < text.len() {
        let (line, next) = line_at(text, at);
        if line.trim_ascii() == b"end" {
            (flaw, at) = (None, next);
            break;
        }
        if line.trim_ascii().is_empty() || line == b"`" {
            at = next;
            continue;
        }
        let Some(part) = uu_line(line) else {
            flaw = Some("a line in it is none of uuencode".to_owned());
            break;
        };
        bytes.extend(part);
        lines += 1;
        at = next;
    }
    if lines == 0 && flaw.is_some() {
        return None;
    }
    let flaw = flaw.map(|why| Defect::new(DefectCode::BadTransferEncoding, format!("uuencode: {why}")));
    Some((Member { name: lossy(name), bytes, flaw }, "uuencoded", at))
}

fn uu_line(line: &[u8]) -> Option<Vec<u8>> {
    let value = |byte: u8| (32..=96).contains(&byte).then(|| byte.wrapping_sub(32) & 63);
    let length = usize::from(value(*line.first()?)?);
    let signs = &line[1..];
    let needed = length.div_ceil(3) * 4;
    // Mail programs cut blanks at the end of lines; a checksum sign may follow.
    if signs.len() > needed + 2
        || signs.len() + 3 < (length * 4).div_ceil(3) && !signs.is_empty() && length > 45
    {
        return None;
    }
    if length == 0 {
        return signs.is_empty().then(Vec::new);
    }
    let mut bytes = Vec::with_capacity(needed / 4 * 3);
    for group in 0..needed / 4 {
        let mut four = [0_u8; 4];
        for (place, sign) in four.iter_mut().enumerate() {
            *sign = value(signs.get(group * 4 + place).copied().unwrap_or(b' '))?;
        }
        bytes.extend([four[0] << 2 | four[1] >> 4, four[1] << 4 | four[2] >> 2, four[2] << 6 | four[3]]);
    }
    bytes.truncate(length);
    Some(bytes)
}

/// A word `name=VALUE` of a yEnc line.
fn word<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(line, &[b" ", name, b"="].concat())?;
    let rest = &line[at + name.len() + 2..];
    Some(&rest[..memchr::memchr(b' ', rest).unwrap_or(rest.len())])
}

fn number(line: &[u8], name: &[u8]) -> Option<u64> {
    std::str::from_utf8(word(line, name)?).ok()?.parse().ok()
}

/// `=ybegin`, perhaps `=ypart`, lines of bytes that are 42 more than they stand for, `=yend`.
fn yenc(text: &[u8], line: &[u8], mut at: usize) -> Option<Taken> {
    if !line.starts_with(b"=ybegin ") {
        return None;
    }
    let name = memchr::memmem::find(line, b" name=").map(|found| &line[found + 6..])?;
    let size = number(line, b"size")?;
    let (part, total) = (number(line, b"part"), number(line, b"total"));
    let mut bytes = Vec::new();
    let mut last = None;
    while at < text.len() {
        let (line, next) = line_at(text, at);
        if line.starts_with(b"=yend") {
            (last, at) = (Some(line), next);
            break;
        }
        if !line.starts_with(b"=ypart ") {
            let mut escaped = false;
            for byte in line {
                match byte {
                    b'=' if !escaped => escaped = true,
                    byte => {
                        let shift = if escaped { 106 } else { 42 };
                        bytes.push(byte.wrapping_sub(shift));
                        escaped = false;
                    }
                }
            }
        }
        at = next;
    }
    let flaw = match last {
        None => {
            Some((DefectCode::BadTransferEncoding, "yEnc: it is never closed by a line '=yend'".to_owned()))
        }
        Some(end) => wrong(end, &bytes, part.is_some(), size).or_else(|| {
            let several = part.is_some_and(|part| part > 1) || total.is_some_and(|total| total > 1);
            several.then(|| (DefectCode::PartialMessage, "yEnc: one part of several".to_owned()))
        }),
    };
    let flaw = flaw.map(|(code, why)| Defect::new(code, why));
    Some((Member { name: lossy(name), bytes, flaw }, "yEnc", at))
}

/// What the last line says against the bytes.
fn wrong(end: &[u8], bytes: &[u8], in_parts: bool, size: u64) -> Option<(DefectCode, String)> {
    let bad = |why: String| Some((DefectCode::BadTransferEncoding, format!("yEnc: {why}")));
    let stated = number(end, b"size").unwrap_or(size);
    if stated != bytes.len() as u64 {
        return bad(format!("{stated} bytes stated, {} there", bytes.len()));
    }
    let sum = word(end, if in_parts { b"pcrc32" } else { b"crc32" })?;
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok()?;
    let mut crc = Crc::new();
    crc.update(bytes);
    if crc.sum() == sum { None } else { bad("its checksum differs".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uuencode(bytes: &[u8]) -> String {
        let sign = |value: u8| char::from(if value == 0 { 96 } else { value + 32 });
        let mut text = "begin 644 a b.bin\n".to_owned();
        for line in bytes.chunks(45) {
            text.push(sign(line.len() as u8));
            for three in line.chunks(3) {
                let at = |place: usize| three.get(place).copied().unwrap_or(0);
                let all =
                    [at(0) >> 2, (at(0) << 4 | at(1) >> 4) & 63, (at(1) << 2 | at(2) >> 6) & 63, at(2) & 63];
                text.extend(all.map(sign));
            }
            text.push('\n');
        }
        text + "`\nend\n"
    }

    fn yencode(bytes: &[u8]) -> Vec<u8> {
        let mut text = format!("=ybegin line=128 size={} name=a b.bin\n", bytes.len()).into_bytes();
        for byte in bytes {
            match byte.wrapping_add(42) {
                sign @ (0 | b'\n' | b'\r' | b'=') => text.extend([b'=', sign.wrapping_add(64)]),
                sign => text.push(sign),
            }
        }
        let mut crc = Crc::new();
        crc.update(bytes);
        text.extend(format!("\n=yend size={} crc32={:08x}\n", bytes.len(), crc.sum()).into_bytes());
        text
    }

    #[test]
    fn a_file_between_words_is_taken_out_and_the_words_stay() {
        let text = format!("before\n{}after\n", uuencode(b"the file"));
        let parted = part(text.as_bytes()).unwrap();
        assert_eq!(parted.text, b"before\n[file in the text, uuencoded: a b.bin]\nafter\n");
        assert_eq!(parted.files[0].bytes, b"the file");
        assert_eq!(parted.files[0].flaw, None);
    }

    #[test]
    fn words_that_look_like_the_start_of_a_file_stay_words() {
        for text in [
            "begin 644 lines of prose follow\nand more\n",
            "we begin 644 a\n",
            "begin with a plan\n",
            "=ybegin of nothing\n",
        ] {
            assert!(part(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_file_cut_short_or_with_a_wrong_sum_says_so() {
        let whole = uuencode(&[7; 100]);
        let cut = part(&whole.as_bytes()[..100]).unwrap();
        assert!(cut.files[0].flaw.is_some());
        let text = String::from_utf8_lossy(&yencode(b"abc")).replace("crc32=", "crc32=1");
        assert!(part(text.as_bytes()).unwrap().files[0].flaw.is_some());
    }

    proptest! {
        #[test]
        fn every_file_comes_back(bytes in proptest::collection::vec(any::<u8>(), 1..300)) {
            for text in [uuencode(&bytes).into_bytes(), yencode(&bytes)] {
                let parted = part(&text).unwrap();
                prop_assert_eq!(&parted.files[0].bytes, &bytes);
                prop_assert_eq!(&parted.files[0].flaw, &None);
            }
        }

        #[test]
        fn any_bytes_are_parted(start in "(begin 644 a\n|=ybegin size=3 name=a\n)", bytes: Vec<u8>) {
            let mut text = start.into_bytes();
            text.extend(bytes);
            part(&text);
        }
    }
}
