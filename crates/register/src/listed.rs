//! The mistakes of one file: no file of millions of rows makes a list of millions.

use duces_model::Mistake;

/// More mistakes than this in one file are counted, not listed.
const MISTAKES_MAX: usize = 1_000;

/// Mistakes of one file being collected.
pub(crate) struct Listed<'f> {
    file: &'f str,
    pub(crate) mistakes: Vec<Mistake>,
    more: usize,
}

impl<'f> Listed<'f> {
    pub(crate) fn new(file: &'f str) -> Self {
        Self { file, mistakes: Vec::new(), more: 0 }
    }

    /// Counts and lets go of what is too much to list.
    pub(crate) fn bound(&mut self) {
        self.more += self.mistakes.len().saturating_sub(MISTAKES_MAX);
        self.mistakes.truncate(MISTAKES_MAX);
    }

    /// Adds a mistake.
    pub(crate) fn push(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
        self.bound();
    }

    /// Adds all to those of the other files.
    pub(crate) fn end(mut self, mistakes: &mut Vec<Mistake>) {
        self.bound();
        if self.more > 0 {
            let message = format!("found {} more mistakes, which are not listed", self.more);
            self.mistakes.push(Mistake::of_file(self.file, message));
        }
        mistakes.append(&mut self.mistakes);
    }
}
