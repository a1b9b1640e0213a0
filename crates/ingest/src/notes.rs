//! Defects collected while something is read.

use duces_model::{Defect, DefectCode};

/// How many defects of one code are listed singly; the rest is one line with their number.
const SINGLY_MAX: usize = 8;

/// Defects in the order found. Hostile mail can earn one per line, so the list is bounded: what is
/// beyond the bound is counted.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    list: Vec<Defect>,
    more: Vec<(DefectCode, u64)>,
}

impl Notes {
    /// Adds a defect.
    pub(crate) fn add(&mut self, code: DefectCode, detail: impl Into<String>) {
        if self.list.iter().filter(|defect| defect.code == code).count() < SINGLY_MAX {
            self.list.push(Defect::new(code, detail));
            return;
        }
        match self.more.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => self.more.push((code, 1)),
        }
    }

    /// Adds defects found elsewhere.
    pub(crate) fn extend(&mut self, defects: impl IntoIterator<Item = Defect>) {
        defects.into_iter().for_each(|defect| self.add(defect.code, defect.detail));
    }

    /// All of them, each once.
    pub(crate) fn finish(mut self) -> Vec<Defect> {
        for (code, count) in self.more {
            self.list.push(Defect::new(code, format!("and {count} more")));
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_equal_flaws_are_a_short_list_that_says_how_many() {
        let mut notes = Notes::default();
        (0..1000).for_each(|at| notes.add(DefectCode::MalformedHeader, format!("byte {at}")));
        let list = notes.finish();
        assert_eq!(list.len(), SINGLY_MAX + 1);
        assert_eq!(list[SINGLY_MAX].detail, "and 992 more");
    }
}
