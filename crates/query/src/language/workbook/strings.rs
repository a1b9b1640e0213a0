//! The words of cells: plain, or runs of different fonts.

use super::package::{attribute, elements, is, parse, too_much};
use super::sheet::TEXT_MAX;
use crate::language::rows::Refused;
use roxmltree::Node;

/// Words of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    /// Some of them are struck through.
    pub(super) struck: bool,
}

/// The strings that cells share, in their order.
pub(super) fn shared(text: &str) -> Result<Vec<Words>, Refused> {
    let document = parse(text)?;
    let strings: Vec<Words> = elements(document.root_element(), "si").map(words).collect();
    if strings.iter().map(|words| words.text.len()).sum::<usize>() > TEXT_MAX {
        return Err(too_much(&format!("{TEXT_MAX} bytes of text")));
    }
    Ok(strings)
}

/// The words of `<si>` or `<is>`: its own text and that of its runs, without the hints of pronunciation.
pub(super) fn words(of: Node<'_, '_>) -> Words {
    let mut found = Words::default();
    for part in of.children() {
        if is(part, "t") {
            found.text += &unescaped(part.text().unwrap_or_default());
        } else if is(part, "r") {
            let text: String = elements(part, "t").map(|t| unescaped(t.text().unwrap_or_default())).collect();
            let mut fonts = elements(part, "rPr");
            found.struck |= !text.trim().is_empty() && fonts.any(is_struck);
            found.text += &text;
        }
    }
    found
}

/// Whether a font strikes its words through.
pub(super) fn is_struck(font: Node<'_, '_>) -> bool {
    elements(font, "strike").any(|strike| !matches!(attribute(strike, "val"), Some("0" | "false" | "off")))
}

/// Characters that XML cannot hold are written `_x000D_`, and so is an underscore that would look so
/// (ECMA-376 part 1, 22.9.2.19).
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out += before;
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &from[7..];
            }
            None => {
                out += "_x";
                rest = &from[2..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_read_and_everything_else_stays() {
        for (written, read) in [
            ("a_x000D_b", "a\rb"),
            ("q3_x005F_x000D_", "q3_x000D_"),
            ("_x12_ _xZZZZ_ _x", "_x12_ _xZZZZ_ _x"),
            ("_xD800_é_x00e9_", "_xD800_éé"),
            ("_x000", "_x000"),
        ] {
            assert_eq!(unescaped(written), read, "{written}");
        }
    }
}
