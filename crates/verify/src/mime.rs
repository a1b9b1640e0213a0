//! Messages taken apart, leniently: whatever a mail program might show as a part is a part here.

/// Multiparts nested deeper than this are taken as one part.
const NESTING_MAX: usize = 64;

/// One part of a message that holds no other parts.
#[derive(Debug)]
pub(crate) struct Leaf<'a> {
    /// Content type without parameters, lower case; empty where none is stated.
    pub(crate) media_type: String,
    /// The bytes between the boundaries, without the line break before the next one.
    pub(crate) raw: &'a [u8],
    /// Those bytes without their transfer encoding; absent where they have none.
    pub(crate) decoded: Option<Vec<u8>>,
}

impl Leaf<'_> {
    /// The content.
    pub(crate) fn content(&self) -> &[u8] {
        self.decoded.as_deref().unwrap_or(self.raw)
    }

    /// Whether the part is a message of its own.
    pub(crate) fn is_message(&self) -> bool {
        matches!(self.media_type.as_str(), "message/rfc822" | "message/global" | "message/news")
    }
}

/// Whether bytes start like a message: with a header line.
pub(crate) fn looks_like_message(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.iter().position(|byte| *byte == b':').map(|at| &line[..at]).unwrap_or_default();
    !name.is_empty()
        && name.len() < 80
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Calls `visit` for each part that holds no other, in order; false from it ends the walk.
pub(crate) fn walk<'a>(message: &'a [u8], visit: &mut dyn FnMut(Leaf<'a>) -> bool) {
    part(message, 0, visit);
}

fn part<'a>(bytes: &'a [u8], depth: usize, visit: &mut dyn FnMut(Leaf<'a>) -> bool) -> bool {
    let (header, body) = split_header(bytes);
    let content_type = field(header, "content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type.starts_with("multipart/") && depth < NESTING_MAX {
        let boundary = boundary(&content_type).or_else(|| guessed_boundary(body));
        if let Some(boundary) = boundary {
            return split_parts(body, boundary.as_bytes())
                .into_iter()
                .all(|inner| part(inner, depth + 1, visit));
        }
    }
    let encoding = field(header, "content-transfer-encoding").unwrap_or_default();
    let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => Some(base64(body)),
        "quoted-printable" => Some(quoted_printable(body)),
        _ => None,
    };
    visit(Leaf { media_type, raw: body, decoded })
}

/// Header and body: parted by the first empty line.
fn split_header(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end + 1);
        if matches!(&bytes[at..end], b"\n" | b"\r\n") {
            return (&bytes[..at], &bytes[end..]);
        }
        at = end;
    }
    (bytes, &[])
}

/// The value of a header field, unfolded; the first where it is repeated.
fn field(header: &[u8], name: &str) -> Option<String> {
    let mut value: Option<String> = None;
    for line in header.split(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches('\r');
        if let Some(value) = &mut value {
            if !text.starts_with([' ', '\t']) {
                break;
            }
            value.push(' ');
            value.push_str(text.trim());
        } else if let Some((found, rest)) = text.split_once(':')
            && found.trim().eq_ignore_ascii_case(name)
        {
            value = Some(rest.trim().to_owned());
        }
    }
    value
}

/// The boundary parameter, also where it is continued or encoded (RFC 2231) in its simplest forms.
fn boundary(content_type: &str) -> Option<String> {
    // Found in an ASCII-lowered copy, whose places are those of the original.
    let lower = content_type.to_ascii_lowercase();
    let mut joined = String::new();
    let mut from = 0;
    while let Some(at) = lower[from..].find("boundary").map(|at| from + at) {
        from = at + "boundary".len();
        let rest = &content_type[from..];
        let Some((mark, value)) = rest.split_once('=') else { break };
        if !mark.trim().chars().all(|c| c == '*' || c.is_ascii_digit()) {
            continue;
        }
        let value = value.trim_start();
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => value.split(|c: char| c == ';' || c.is_whitespace()).next().unwrap_or_default(),
        };
        joined.push_str(value);
        if mark.trim().is_empty() {
            break;
        }
    }
    (!joined.is_empty()).then_some(joined)
}

/// Where a multipart names no boundary: its first line that looks like one.
fn guessed_boundary(body: &[u8]) -> Option<String> {
    let line = body.split(|byte| *byte == b'\n').find(|line| line.starts_with(b"--") && line.len() > 3)?;
    Some(String::from_utf8_lossy(&line[2..]).trim_end().to_owned())
}

/// The parts between boundary lines, each without the line break before the next boundary.
fn split_parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at < body.len() {
        let end = body[at..].iter().position(|byte| *byte == b'\n').map_or(body.len(), |end| at + end + 1);
        let rest = body[at..end].strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary));
        let closes = rest.is_some_and(|rest| rest.starts_with(b"--"));
        if closes || rest.is_some_and(|rest| rest.trim_ascii().is_empty()) {
            if let Some(from) = open.take() {
                parts.push(without_line_break(&body[from..at]));
            }
            if closes {
                return parts;
            }
            open = Some(end);
        }
        at = end;
    }
    parts.extend(open.map(|from| &body[from..]));
    parts
}

/// The bytes without one line break at their end.
pub(crate) fn without_line_break(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Base64 (RFC 4648) without strictness: other signs are passed over, padding starts anew.
fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for sign in text {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap_or(0));
        }
    }
    bytes
}

/// Quoted-printable (RFC 2045, 6.7) without strictness: what is no escape stands for itself.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let digit = |sign: u8| char::from(sign).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'=', b'\r', b'\n', rest @ ..] | [b'=', b'\n', rest @ ..] => rest,
            [b'=', high, low, rest @ ..] if digit(*high).is_some() && digit(*low).is_some() => {
                bytes.push(digit(*high).unwrap_or(0) << 4 | digit(*low).unwrap_or(0));
                rest
            }
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves(message: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(message.as_bytes(), &mut |leaf| {
            found.push((leaf.media_type.clone(), String::from_utf8_lossy(leaf.content()).into_owned()));
            true
        });
        found
    }

    #[test]
    fn nested_parts_are_taken_apart_and_decoded() {
        let message = "Subject: x\r\nContent-Type: multipart/mixed;\r\n boundary=\"a b\"\r\n\r\npreamble\r\n--a b\r\n\
            Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n=3Cb=3E=\r\nx\r\n--c--\r\n--a b\r\n\
            Content-Type: application/pdf\r\nContent-Transfer-Encoding: BASE64\r\n\r\nJVBE\r\nRg==\r\n--a b--\r\n";
        let expected = [("", "plain"), ("text/html", "<b>x"), ("application/pdf", "%PDF")];
        assert_eq!(leaves(message), expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_missing_boundary_or_end_hides_nothing() {
        let message =
            "Content-Type: multipart/mixed\n\n--zz\n\nsecret\n--zz\nContent-Type: text/plain\n\nlast";
        assert_eq!(
            leaves(message).iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(),
            ["secret", "last"]
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(noise in "(Content-Type: multipart/x; boundary=[\"ab=*0;]{0,4}|--a|\r?\n|\\PC{0,4}){0,20}", more: Vec<u8>) {
            walk(&[noise.as_bytes(), &more].concat(), &mut |_| true);
        }
    }
}
