//! Tracked changes: the text as if they were accepted, and what it was before.

use super::Found;

/// Something inserted or deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) deleted: bool,
    /// ` by Ann, 2024-03-01`, as far as the file says it.
    pub(crate) by: String,
    pub(crate) text: String,
}

/// Tracked changes of a whole document.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    list: Vec<Change>,
    before: Vec<String>,
}

impl Changes {
    /// Says all of them, behind the text.
    pub(crate) fn told(&self, found: &mut Found) {
        if self.list.is_empty() {
            return;
        }
        found.label("tracked changes; the text above is as if they were accepted");
        for change in self.list.iter().filter(|change| !change.text.trim().is_empty()) {
            let what = if change.deleted { "deleted" } else { "inserted" };
            if !found.line(&format!("[{what}{}] {}", change.by, change.text.trim_end())) {
                return;
            }
        }
        if !self.before.is_empty() {
            found.label("paragraphs as they were before their deletions");
            for paragraph in &self.before {
                if !found.line(paragraph) {
                    return;
                }
            }
        }
    }
}

/// A paragraph as it is read.
#[derive(Debug, Default)]
pub(crate) struct Paragraph {
    /// Its text without the changes.
    before: String,
    has_deletion: bool,
    open: Vec<Change>,
}

impl Paragraph {
    /// A change starts.
    pub(crate) fn open(&mut self, change: Change) {
        self.has_deletion |= change.deleted;
        self.open.push(change);
    }

    /// The change that started last ends.
    pub(crate) fn close(&mut self, changes: &mut Changes) {
        if let Some(change) = self.open.pop() {
            changes.list.push(change);
        }
    }

    /// Text: into the document unless it is deleted, and to the changes around it.
    pub(crate) fn say(&mut self, text: &str, found: &mut Found) {
        let deleted = self.open.iter().any(|change| change.deleted);
        let inserted = self.open.iter().any(|change| !change.deleted);
        for change in &mut self.open {
            change.text.push_str(text);
        }
        if !inserted {
            self.before.push_str(text);
        }
        if !deleted {
            found.text(text);
        }
    }

    /// The paragraph ends. A change that goes on goes on in the next.
    pub(crate) fn end(&mut self, changes: &mut Changes) {
        if self.has_deletion {
            changes.before.push(std::mem::take(&mut self.before));
        }
        self.before.clear();
        self.has_deletion = self.open.iter().any(|change| change.deleted);
        for change in &mut self.open {
            change.text.push(' ');
        }
    }
}
