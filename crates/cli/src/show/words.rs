//! Small pieces of text: counts with their nouns, tables, indents.

use unicode_width::UnicodeWidthStr as _;

/// `1 document`, `2 documents`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table with aligned columns; the last column is not padded. Numbers stand right.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heads.iter().map(|head| head.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let number = |at: usize| {
        !rows.is_empty()
            && rows.iter().all(|row| {
                row.get(at)
                    .is_none_or(|cell| cell.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '-'))
            })
    };
    let mut text = String::new();
    let head: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::from("  ");
        for (at, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths.get(at).copied().unwrap_or(0).saturating_sub(cell.width()));
            let last = at + 1 == row.len();
            match (number(at), last) {
                (true, _) => line.push_str(&format!("{pad}{cell}")),
                (false, true) => line.push_str(cell),
                (false, false) => line.push_str(&format!("{cell}{pad}")),
            }
            if !last {
                line.push_str("  ");
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A text cut to so many columns, with an ellipsis where something is cut.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.width() <= columns {
        return clean;
    }
    let mut shown = String::new();
    for c in clean.chars() {
        if format!("{shown}{c}…").width() > columns {
            break;
        }
        shown.push(c);
    }
    shown + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_thousands_are_grouped() {
        assert_eq!(count(1, "document", "documents"), "1 document");
        assert_eq!(count(1_234_567, "document", "documents"), "1,234,567 documents");
        assert_eq!(grouped(100), "100");
    }

    #[test]
    fn wide_letters_count_as_wide_and_controls_never_reach_the_terminal() {
        assert_eq!(cut("日本語の件名", 7), "日本語…");
        assert_eq!(cut("a\u{1b}[31mb", 20), "a [31mb");
    }

    #[test]
    fn numbers_stand_right_and_words_left() {
        let rows =
            vec![vec!["a".into(), "5".into(), "x".into()], vec!["bb".into(), "1,000".into(), "y".into()]];
        assert_eq!(table(&["n", "c", "w"], &rows), "  n       c  w\n  a       5  x\n  bb  1,000  y\n");
    }
}
