//! Words that differ by a few letters.

use std::cell::RefCell;

/// Words that start with `exact` and go on with nearly `rest`.
pub(crate) struct Fuzzy<'p> {
    exact: &'p str,
    rest: Vec<char>,
    differences: usize,
    /// One row of the table, kept from word to word.
    row: RefCell<Vec<usize>>,
}

impl<'p> Fuzzy<'p> {
    pub(crate) fn new(exact: &'p str, rest: &str, differences: u8) -> Self {
        let rest = rest.chars().collect();
        Self { exact, rest, differences: usize::from(differences), row: RefCell::new(Vec::new()) }
    }

    /// How all words that match start.
    pub(crate) fn exact(&self) -> &str {
        self.exact
    }

    pub(crate) fn matches(&self, word: &str) -> bool {
        word.strip_prefix(self.exact).is_some_and(|found| self.is_near(found))
    }

    /// Levenshtein's distance row by row; given up as soon as no way leads to few enough differences.
    fn is_near(&self, found: &str) -> bool {
        let mut row = self.row.borrow_mut();
        row.clear();
        row.extend(0..=self.rest.len());
        for (line, c) in (1..).zip(found.chars()) {
            let mut diagonal = std::mem::replace(&mut row[0], line);
            let mut least = line;
            for (column, wanted) in self.rest.iter().enumerate() {
                let changed = diagonal + usize::from(*wanted != c);
                diagonal = row[column + 1];
                row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
                least = least.min(row[column + 1]);
            }
            if least > self.differences {
                return false;
            }
        }
        row.last().is_some_and(|distance| *distance <= self.differences)
    }
}
