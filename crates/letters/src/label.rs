//! The numbers that items bear: `1.`, `1)`, `(a)`, `II.4`, `Request No. 3:`.

use crate::pattern::pattern;

/// Kind of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    /// `1`
    Arabic,
    /// `a`
    Lower,
    /// `A`
    Upper,
    /// `iv`
    LowerRoman,
    /// `IV`
    UpperRoman,
}

/// What stands around the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Marks {
    /// `1.`
    Dot,
    /// `1)` or `1.)`
    Close,
    /// `(1)`
    Both,
    /// `Request No. 1:`, in small letters.
    Word(String),
    /// Alone in a table's cell.
    Cell,
}

/// A number as it may stand for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// As written, without its marks.
    pub(crate) shown: String,
    /// Every way to read it: `i` is one and nine.
    pub(crate) readings: Vec<(Figures, u32)>,
    pub(crate) marks: Marks,
    /// `II.4`: the numbers before the last one, as written.
    pub(crate) above: Vec<String>,
}

/// What a line starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start<'t> {
    /// A number, then the rest of the line.
    Number(Label, &'t str),
    /// A bullet, then the rest.
    Bullet(&'t str),
    /// Words.
    Words,
}

/// Reads the start of a line.
pub(crate) fn start(text: &str) -> Start<'_> {
    let word = pattern!(
        r"(?i)^((?:document |information |data )?request|item|specification|interrogatory|question|part|section)\s+(?:(?:no\.?|number|#)\s*)?([0-9]{1,3}|[IVXLC]{1,6}|[A-Z])(?:\s*[.:)]|\s*[-–—]|\s*$)\s*"
    );
    if let Some(found) = word.captures(text) {
        let label = Label {
            shown: found[2].to_owned(),
            readings: readings(&found[2]),
            marks: Marks::Word(found[1].to_lowercase()),
            above: Vec::new(),
        };
        return Start::Number(label, rest(text, found.get(0)));
    }
    let path = pattern!(r"^([A-Z]|[IVX]{1,5}|[0-9]{1,3})((?:\.(?:[0-9]{1,3}|[a-z]))+)[.)]?(?:\s+|$)");
    if let Some(found) = path.captures(text) {
        let mut parts: Vec<String> = vec![found[1].to_owned()];
        parts.extend(found[2].split('.').filter(|part| !part.is_empty()).map(str::to_owned));
        if let Some(shown) = parts.pop() {
            let label = Label { readings: readings(&shown), shown, marks: Marks::Dot, above: parts };
            return Start::Number(label, rest(text, found.get(0)));
        }
    }
    let plain =
        pattern!(r"^(\()?([0-9]{1,3}|[a-z]|[A-Z]|[ivxlc]{2,6}|[IVXLC]{2,6}|[a-z]{2})(\.\)|\)|\.)(?:\s+|$)");
    // Text recognition and old typewriters leave the space out.
    let tight = pattern!(r#"^(\()?([0-9]{1,2})(\)|\.)(?P<rest>[A-Z“"])"#);
    if let Some(found) = plain.captures(text).or_else(|| tight.captures(text)) {
        let marks = match (found.get(1).is_some(), &found[3]) {
            (true, ")") => Marks::Both,
            (true, _) => return Start::Words,
            (false, ".") => Marks::Dot,
            (false, _) => Marks::Close,
        };
        let readings = readings(&found[2]);
        if !readings.is_empty() {
            let label = Label { shown: found[2].to_owned(), readings, marks, above: Vec::new() };
            let end = found
                .name("rest")
                .map_or_else(|| found.get(0).map_or(0, |all| all.end()), |rest| rest.start());
            return Start::Number(label, text.get(end..).unwrap_or_default().trim_start());
        }
    }
    match pattern!(r"^(?:[•●▪■◦‣·\-–—*]|o)\s+").find(text) {
        Some(bullet) => Start::Bullet(&text[bullet.end()..]),
        None => Start::Words,
    }
}

/// A number alone in a cell of a table.
pub(crate) fn in_cell(text: &str) -> Option<Label> {
    let found = pattern!(r"^([0-9]{1,3}|[A-Z]|[a-z])$").captures(text)?;
    let readings = readings(&found[1]);
    Some(Label { shown: found[1].to_owned(), readings, marks: Marks::Cell, above: Vec::new() })
}

fn rest<'t>(text: &'t str, all: Option<regex::Match<'_>>) -> &'t str {
    text.get(all.map_or(0, |all| all.end())..).unwrap_or_default()
}

fn readings(shown: &str) -> Vec<(Figures, u32)> {
    let mut found = Vec::new();
    if let Ok(number) = shown.parse() {
        found.push((Figures::Arabic, number));
        return found;
    }
    let upper = shown.chars().all(|c| c.is_ascii_uppercase());
    let lower = shown.to_ascii_lowercase();
    let first = lower.bytes().next().unwrap_or(b'a');
    // `a` to `z`, then `aa`, `bb`.
    if lower.bytes().all(|byte| byte == first) {
        let times = u32::try_from(lower.len()).unwrap_or(1);
        let number = u32::from(first - b'a') + 1 + 26 * (times - 1);
        found.push((if upper { Figures::Upper } else { Figures::Lower }, number));
    }
    if let Some(number) = roman(&lower) {
        found.push((if upper { Figures::UpperRoman } else { Figures::LowerRoman }, number));
    }
    found
}

fn roman(lower: &str) -> Option<u32> {
    (1..200).find(|number| crate::docx::roman(*number).eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        match start(text) {
            Start::Number(label, rest) => {
                let mut path = label.above;
                path.push(label.shown);
                Some(format!("{}|{rest}", path.join(".")))
            }
            Start::Bullet(rest) => Some(format!("*|{rest}")),
            Start::Words => None,
        }
    }

    #[test]
    fn the_usual_numbers_are_read() {
        for (text, expected) in [
            ("1. All", "1|All"),
            ("12) All", "12|All"),
            ("1.) All", "1|All"),
            ("(a) all", "a|all"),
            ("iv. all", "iv|all"),
            ("II.4 All", "II.4|All"),
            ("1.2.3. All", "1.2.3|All"),
            ("A. Trading", "A|Trading"),
            ("Request No. 3: All", "3|All"),
            ("ITEM 7 - All", "7|All"),
            ("PART II - Due May 14", "II|Due May 14"),
            ("Part II", "II|"),
            ("3.All documents", "3|All documents"),
            ("1.", "1|"),
            ("• all", "*|all"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_and_amounts_are_no_numbers_of_items() {
        for text in [
            "2012. Provide",
            "17.5million",
            "e-mail",
            "Part II is due on May 14",
            "Item 3 of the list",
            "I am",
            "at. All",
            "(the \"Firm\") x",
            "A person",
            "1,000 shares",
            "$5. All",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn i_is_read_as_one_and_as_nine() {
        let Start::Number(label, _) = start("i. x") else { panic!("a number") };
        assert_eq!(label.readings, [(Figures::Lower, 9), (Figures::LowerRoman, 1)]);
    }
}
