//! The forms in which one text may stand: with either line end, with or without a line break at its end.

use crate::mime;

/// Lengths of barred content, ascending, each once.
#[derive(Debug)]
pub(crate) struct Lengths(Vec<usize>);

impl Lengths {
    pub(crate) fn new(mut lengths: Vec<usize>) -> Self {
        lengths.sort_unstable();
        lengths.dedup();
        Self(lengths)
    }

    pub(crate) fn has(&self, length: usize) -> bool {
        self.0.binary_search(&length).is_ok()
    }

    pub(crate) fn as_slice(&self) -> &[usize] {
        &self.0
    }
}

/// Whether bytes may be text: text holds no zero bytes.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0)
}

/// How lines end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breaks {
    /// Carriage returns before a line feed.
    pub(crate) crlf: usize,
    /// Line feeds without one.
    pub(crate) lone_lf: usize,
}

impl Breaks {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let line_feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
        let crlf = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
        Self { crlf, lone_lf: line_feeds - crlf }
    }
}

/// Every line break as a line feed.
pub(crate) fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            form.push(*byte);
        }
    }
    form
}

/// Every line break as carriage return and line feed.
pub(crate) fn with_both(bytes: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r') {
            form.push(b'\r');
        }
        form.push(*byte);
    }
    form
}

/// Calls `visit` with each form of these bytes that has the length of something barred. A form is made only
/// where its length fits, so that large files are not copied for nothing.
pub(crate) fn each_form(bytes: &[u8], barred: &Lengths, visit: &mut dyn FnMut(&[u8])) {
    if !is_text(bytes) {
        for form in [bytes, mime::without_line_break(bytes)] {
            if barred.has(form.len()) {
                visit(form);
            }
        }
        return;
    }
    let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => {
            if barred.has(bytes.len()) {
                visit(bytes);
            }
            rest
        }
        None => bytes,
    };
    let breaks = Breaks::of(bytes);
    // A form may lack its last line break or have one more: up to two bytes either way.
    let near = |length: usize| (length.saturating_sub(2)..=length + 2).any(|length| barred.has(length));
    if near(bytes.len()) {
        each_ending(bytes, &[b"\n", b"\r\n"], barred, visit);
    }
    if breaks.crlf > 0 && near(bytes.len() - breaks.crlf) {
        each_ending(&with_line_feeds(bytes), &[b"\n"], barred, visit);
    }
    if breaks.lone_lf > 0 && near(bytes.len() + breaks.lone_lf) {
        each_ending(&with_both(bytes), &[b"\r\n"], barred, visit);
    }
}

/// The bytes as they are, without their last line break, and with one more.
fn each_ending(bytes: &[u8], line_ends: &[&[u8]], barred: &Lengths, visit: &mut dyn FnMut(&[u8])) {
    let cut = mime::without_line_break(bytes);
    for form in [bytes, cut] {
        if barred.has(form.len()) {
            visit(form);
        }
    }
    for line_end in line_ends {
        if barred.has(bytes.len() + line_end.len()) {
            visit(&[bytes, *line_end].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_recognised_with_either_line_end_and_one_break_more_or_less(
            lines in prop::collection::vec("[a-z]{0,8}", 1..6), as_crlf: bool, barred_crlf: bool, more: bool, marked: bool
        ) {
            let text = |crlf: bool| lines.join(if crlf { "\r\n" } else { "\n" });
            let barred = text(barred_crlf).into_bytes();
            let end = match (more, as_crlf) { (false, _) => "", (true, true) => "\r\n", (true, false) => "\n" };
            let mark = if marked { "\u{FEFF}" } else { "" };
            let found = format!("{mark}{}{end}", text(as_crlf));
            let mut seen = false;
            let lengths = Lengths::new(vec![barred.len()]);
            each_form(found.as_bytes(), &lengths, &mut |form| seen |= form == barred);
            prop_assert!(seen, "{:?} in {:?}", String::from_utf8_lossy(&barred), found);
        }

        #[test]
        fn only_forms_of_a_barred_length_are_made(bytes: Vec<u8>, length in 0_usize..40) {
            each_form(&bytes, &Lengths::new(vec![length]), &mut |form| assert_eq!(form.len(), length));
        }
    }
}
