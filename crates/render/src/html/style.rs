//! What of an element's own style bears on what is shown.

use super::tree::Node;
use crate::faces::Kind;
use crate::line::{Look, Stroke};

/// How text is shown, handed down from element to element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) mono: bool,
    /// Blanks and line ends stand as they are.
    pub(crate) pre: bool,
    pub(crate) stroke: Stroke,
    /// Above or below the feet of the letters, in tenths of the size.
    pub(crate) rise: i8,
    gone: bool,
    unseen: bool,
    tiny: bool,
    pale: bool,
    ground: bool,
}

impl Style {
    pub(crate) fn new(size: f32) -> Self {
        Self {
            size,
            bold: false,
            italic: false,
            mono: false,
            pre: false,
            stroke: Stroke::None,
            rise: 0,
            gone: false,
            unseen: false,
            tiny: false,
            pale: false,
            ground: false,
        }
    }

    pub(crate) fn look(&self) -> Look {
        let kind = match self {
            Self { mono: true, .. } => Kind::Mono,
            Self { bold: true, .. } => Kind::Bold,
            Self { italic: true, .. } => Kind::Italic,
            _ => Kind::Sans,
        };
        let grey = if self.hidden().is_some() { 90 } else { 0 };
        let size = if self.rise == 0 { self.size } else { self.size * 0.7 };
        Look { stroke: self.stroke, rise: self.rise, ..Look::new(kind, size, grey) }
    }

    /// How the message hides the text, if it does.
    pub(crate) fn hidden(&self) -> Option<&'static str> {
        match self {
            Self { gone: true, .. } => Some("not displayed"),
            Self { unseen: true, .. } => Some("made invisible"),
            Self { tiny: true, .. } => Some("of size 0"),
            Self { pale: true, ground: false, .. } => Some("white on white"),
            _ => None,
        }
    }

    /// The style inside an element.
    pub(crate) fn inside(mut self, node: &Node) -> Self {
        match node.name() {
            "b" | "strong" | "th" | "dt" => self.bold = true,
            "i" | "em" | "cite" | "var" | "dfn" => self.italic = true,
            "u" | "ins" => self.stroke = Stroke::Under,
            "s" | "strike" | "del" => self.stroke = Stroke::Through,
            "code" | "tt" | "kbd" | "samp" => (self.mono, self.size) = (true, self.size.min(9.0)),
            "pre" | "textarea" | "listing" | "xmp" | "plaintext" => {
                (self.mono, self.pre, self.size) = (true, true, self.size.min(9.0));
            }
            "sup" => self.rise = 4,
            "sub" => self.rise = -2,
            "small" => self.size = 8.0,
            "h1" => (self.bold, self.size) = (true, 15.0),
            "h2" => (self.bold, self.size) = (true, 13.0),
            "h3" => (self.bold, self.size) = (true, 11.5),
            "h4" | "h5" | "h6" => self.bold = true,
            _ => {}
        }
        self.gone |= node.attribute("hidden").is_some();
        if let Some(colour) = node.attribute("color") {
            self.pale = is_pale(colour);
        }
        if let Some(ground) = node.attribute("bgcolor") {
            self.ground = !is_pale(ground);
        }
        if node.attribute("background").is_some() {
            self.ground = true;
        }
        for rule in node.attribute("style").unwrap_or_default().split(';') {
            if let Some((name, value)) = rule.split_once(':') {
                let value = value.trim().to_ascii_lowercase();
                self.rule(&name.trim().to_ascii_lowercase(), value.trim_end_matches("!important").trim());
            }
        }
        self
    }

    fn rule(&mut self, name: &str, value: &str) {
        match name {
            "display" => self.gone |= value == "none",
            "mso-hide" => self.gone |= value == "all",
            "visibility" => self.unseen = matches!(value, "hidden" | "collapse"),
            "opacity" => self.unseen |= number(value) == Some(0.0),
            "font-size" => {
                self.tiny = number(value).is_some_and(|size| size < 1.5 && !value.ends_with("em"))
                    || number(value) == Some(0.0)
            }
            "color" => self.pale = is_pale(value) || value == "transparent",
            "background" | "background-color" | "background-image" => {
                self.ground =
                    !matches!(value, "none" | "transparent" | "inherit" | "initial") && !is_pale(value);
            }
            "font-weight" => {
                self.bold = matches!(value, "bold" | "bolder") || number(value).is_some_and(|w| w >= 600.0)
            }
            "font-style" => self.italic = matches!(value, "italic" | "oblique"),
            "white-space" => self.pre = value.starts_with("pre"),
            "text-decoration" | "text-decoration-line" => {
                if value.contains("line-through") {
                    self.stroke = Stroke::Through;
                } else if value.contains("underline") {
                    self.stroke = Stroke::Under;
                } else if value.contains("none") {
                    self.stroke = Stroke::None;
                }
            }
            _ => {}
        }
    }
}

/// The number that a value begins with.
pub(crate) fn number(value: &str) -> Option<f32> {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    value[..end].parse().ok()
}

/// Whether a colour cannot be told from white paper: white, or all its parts are above 240 of 255.
fn is_pale(colour: &str) -> bool {
    let colour = colour.trim().to_ascii_lowercase();
    if let Some(digits) = colour.strip_prefix('#') {
        let digits = digits.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default();
        let wide = match digits.len() {
            3 => 1,
            6 => 2,
            _ => return false,
        };
        return (0..3).all(|n| {
            let part = u32::from_str_radix(&digits[n * wide..(n + 1) * wide], 16).unwrap_or(0);
            if wide == 1 { part * 17 > 240 } else { part > 240 }
        });
    }
    if let Some(parts) = colour.strip_prefix("rgb") {
        let parts: Vec<f32> =
            parts.trim_start_matches(['a', '(']).split([',', ' ', ')', '/']).filter_map(number).collect();
        return parts.len() >= 3
            && (parts[..3].iter().all(|part| *part > 240.0) || parts.get(3) == Some(&0.0));
    }
    matches!(
        colour.split_whitespace().next().unwrap_or_default(),
        "white" | "snow" | "ivory" | "ghostwhite" | "floralwhite" | "whitesmoke" | "azure" | "mintcream"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_told_from_paper_is_pale() {
        for colour in ["#fff", "#FFFFFF", "white", "rgb(255, 255, 255)", "rgba(1,2,3,0)", "#fefefe"] {
            assert!(is_pale(colour), "{colour}");
        }
        for colour in ["#eee", "black", "#000", "rgb(0,0,0)", "#ff0", "#ffffff00", "red", ""] {
            assert!(!is_pale(colour), "{colour}");
        }
    }
}
