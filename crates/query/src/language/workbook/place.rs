//! Where a cell stands: `B7`, and ranges of cells such as `A1:B3`.

/// Most rows and columns of a sheet (ECMA-376, as spreadsheet programs have them).
pub(super) const SHEET_ROWS: u64 = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;

/// The name of a cell: its row from 1, its column from 0.
pub(in crate::language) fn cell_name(row: u64, column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    format!("{}{row}", letters.iter().rev().collect::<String>())
}

/// Row from 1 and column from 0 of a cell's name.
pub(super) fn cell(name: &str) -> Option<(u64, usize)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, byte| sum * 26 + usize::from(byte - b'A') + 1) - 1;
    let row = row.parse().ok().filter(|row| (1..=SHEET_ROWS).contains(row))?;
    (column < SHEET_COLUMNS).then_some((row, column))
}

/// Cells from a first to a last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    first: (u64, usize),
    last: (u64, usize),
}

impl Area {
    /// Reads `A1:B3` or `A1`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        Some(Self { first: cell(first)?, last: cell(last)? })
    }

    pub(super) fn holds(&self, (row, column): (u64, usize)) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }

    pub(super) fn starts_at(&self, cell: (u64, usize)) -> bool {
        self.first == cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_a_spreadsheet_program_names_them() {
        for (name, row, column) in
            [("A1", 1, 0), ("B7", 7, 1), ("Z9", 9, 25), ("AA10", 10, 26), ("XFD1048576", 1_048_576, 16_383)]
        {
            assert_eq!(cell(name), Some((row, column)), "{name}");
            assert_eq!(cell_name(row, column), name);
        }
        for none in ["", "A", "7", "A0", "XFE1", "A1048577", "a1", "AAAA1", "$A$1", "A99999999999999999999"] {
            assert_eq!(cell(none), None, "{none}");
        }
        let area = Area::read("B2:C4").unwrap();
        assert!(area.holds((4, 1)) && area.starts_at((2, 1)) && !area.holds((5, 1)) && !area.holds((2, 3)));
    }
}
