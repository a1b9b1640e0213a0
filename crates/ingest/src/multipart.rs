//! A multipart body cut at its boundary lines (RFC 2046 section 5.1.1).

use memchr::{memchr, memmem};

/// A cut body.
#[derive(Debug)]
pub(crate) struct Split<'a> {
    /// The parts, without the line end before each boundary line, which belongs to the boundary.
    pub(crate) parts: Vec<&'a [u8]>,
    /// Whether the closing line `--boundary--` was found.
    pub(crate) closed: bool,
    /// Whether there are more parts than were asked for.
    pub(crate) more: bool,
}

/// Cuts `body` at lines that are `--boundary`, with nothing but space or `--` behind it. A boundary
/// that only starts a longer word, or stands inside a line, is none.
pub(crate) fn split<'a>(body: &'a [u8], boundary: &str, parts_max: usize) -> Split<'a> {
    let mut split = Split { parts: Vec::new(), closed: false, more: false };
    let delimiter = format!("--{boundary}");
    let finder = memmem::Finder::new(&delimiter);
    let (mut from, mut part_at) = (0, None);
    while let Some(found) = finder.find(&body[from..]) {
        let at = from + found;
        from = at + delimiter.len();
        if at > 0 && body[at - 1] != b'\n' {
            continue;
        }
        let line_end = memchr(b'\n', &body[from..]).map_or(body.len(), |end| from + end);
        let tail = body[from..line_end].trim_ascii();
        let closing = tail == b"--";
        if !tail.is_empty() && !closing {
            continue;
        }
        if let Some(start) = part_at {
            if split.parts.len() == parts_max {
                split.more = true;
                return split;
            }
            split.parts.push(without_line_end(&body[start..at.max(start)]));
        }
        part_at = Some((line_end + 1).min(body.len()));
        from = line_end;
        if closing {
            split.closed = true;
            return split;
        }
    }
    if let Some(start) = part_at {
        if split.parts.len() == parts_max {
            split.more = true;
        } else {
            split.parts.push(&body[start..]);
        }
    }
    split
}

fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(body: &str) -> (Vec<&str>, bool) {
        let split = split(body.as_bytes(), "b", 100);
        (split.parts.iter().map(|part| std::str::from_utf8(part).unwrap()).collect(), split.closed)
    }

    #[test]
    fn a_body_is_cut_at_whole_boundary_lines_only() {
        assert_eq!(cut("pre\n--b\none\n--b\ntwo\n--b--\npost"), (vec!["one", "two"], true));
        assert_eq!(cut("--b\r\none\r\n--b--"), (vec!["one"], true));
        assert_eq!(cut("--b \none\n--bb\nx --b\n--b--"), (vec!["one\n--bb\nx --b"], true));
        assert_eq!(cut("--b\n--b\n\n--b--"), (vec!["", ""], true));
        assert_eq!(cut("--b\none\n"), (vec!["one\n"], false));
        assert_eq!(cut("nothing"), (vec![], false));
    }

    #[test]
    fn a_million_parts_are_not_all_kept() {
        let body = "--b\n".repeat(1_000_000);
        let split = split(body.as_bytes(), "b", 10);
        assert_eq!((split.parts.len(), split.more), (10, true));
    }

    proptest! {
        #[test]
        fn parts_that_do_not_hold_the_boundary_come_back(parts in prop::collection::vec("[a-z\n]{0,20}", 1..6)) {
            let body: String = parts.iter().map(|part| format!("--B\n{part}\n")).collect();
            let whole = format!("{body}--B--\n");
            let split = split(whole.as_bytes(), "B", 100);
            let back: Vec<_> = split.parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
            prop_assert_eq!(back, parts);
            prop_assert!(split.closed);
        }

        #[test]
        fn any_bytes_are_cut_inside_themselves(body: Vec<u8>, boundary in "[a-]{0,3}") {
            let split = split(&body, &boundary, 3);
            prop_assert!(split.parts.iter().map(|part| part.len()).sum::<usize>() <= body.len());
        }
    }
}
