//! Apple Mail's messages (EMLX): the length of the mail on a line of its own, the mail, and a property list in which
//! the program keeps what it knows of it. No document of Apple's describes the form; it is that of the files
//! themselves, and of the readers that know it (mikez/emlx, hoover).

use crate::detect;
use crate::header;

/// A file taken apart.
#[derive(Debug)]
pub(crate) struct Emlx<'a> {
    pub(crate) mail: &'a [u8],
    /// What the property list says, a line each.
    pub(crate) kept: Vec<String>,
    /// Why the mail is not all that the first line states.
    pub(crate) cut: Option<String>,
}

/// Whether a file starts as such a one: digits alone on the first line, then a mail.
pub(crate) fn is(head: &[u8]) -> bool {
    length(head).is_some_and(|(_, at)| at < head.len() && detect::looks_like_mail(&head[at..]))
}

/// The stated length, and where the mail starts.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let (line, next) = header::line_at(&bytes[..bytes.len().min(64)], 0);
    let digits = line.trim_ascii();
    let plain = !digits.is_empty() && digits.len() < 12 && line.starts_with(digits);
    let number =
        std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { Some((number?.parse().ok()?, next)) } else { None }
}

/// Takes a file apart; none where it is no such file.
pub(crate) fn open(bytes: &[u8]) -> Option<Emlx<'_>> {
    let (stated, at) = length(bytes).filter(|_| is(bytes))?;
    let there = bytes.len() - at;
    let end = at + stated.min(there);
    let cut = (stated > there).then(|| format!("{stated} bytes stated, {there} there"));
    Some(Emlx { mail: &bytes[at..end], kept: kept(&bytes[end..]), cut })
}

/// Flags of Apple Mail by their bits, as far as their meaning is known (mikez/emlx, `emlx.py`).
const FLAGS: &[(u32, &str)] = &[
    (0, "read"),
    (1, "deleted"),
    (2, "answered"),
    (3, "encrypted"),
    (4, "flagged"),
    (5, "recent"),
    (6, "draft"),
    (7, "initial"),
    (8, "forwarded"),
    (9, "redirected"),
    (23, "signed"),
    (24, "junk"),
    (25, "not junk"),
];

/// Most lines that are taken of the list.
const LINES_MAX: usize = 64;

/// The plain values of the property list, and its flags by name.
fn kept(list: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(list);
    let mut lines = Vec::new();
    for piece in text.split("<key>").skip(1).take(LINES_MAX) {
        let Some((key, rest)) = piece.split_once("</key>") else { continue };
        let value = ["integer", "string", "real", "date"].into_iter().find_map(|kind| {
            let inside = rest.trim_start().strip_prefix(&format!("<{kind}>"))?;
            inside.split_once(&format!("</{kind}>")).map(|(value, _)| value.trim())
        });
        let Some(value) = value else { continue };
        match value.parse::<u64>() {
            Ok(flags) if key == "flags" => {
                let names: Vec<&str> =
                    FLAGS.iter().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| *name).collect();
                lines.push(format!("flags: {flags} ({})", names.join(", ")));
            }
            _ => lines.push(format!("{}: {}", line(key), line(value))),
        }
    }
    lines
}

fn line(text: &str) -> String {
    crate::words::shown(&text.replace(['\r', '\n'], " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_ends_where_its_length_says_and_the_flags_have_names() {
        let mail = "From: a@x.example\nSubject: s\n\nbody\n";
        let list = "<plist><dict><key>flags</key><integer>5</integer><key>remote-id</key><string>9</string></dict></plist>";
        let file = format!("{}      \n{mail}{list}", mail.len());
        let opened = open(file.as_bytes()).unwrap();
        assert_eq!(opened.mail, mail.as_bytes());
        assert_eq!(opened.kept, ["flags: 5 (read, answered)", "remote-id: 9"]);
        assert_eq!(opened.cut, None);
    }

    #[test]
    fn a_length_beyond_the_file_is_told_and_a_number_alone_is_no_mail() {
        let file = b"500\nFrom: a@x.example\nSubject: s\n\nbody";
        assert_eq!(open(file).unwrap().cut.as_deref(), Some("500 bytes stated, 34 there"));
        assert!(open(b"500\njust text").is_none());
        assert!(open(b"").is_none());
    }
}
