//! The texts of sheets, and the note in a text that stands without its native.

use crate::profile::Words;
use duces_model::{BatesRange, Disposition, Document, Searchability};

/// What the sheet of a withheld document says; `None` for what is not withheld.
///
/// Both legal bars have the same words: a reader must not be able to tell them apart.
pub(crate) fn withheld(words: &Words, disposition: &Disposition) -> Option<String> {
    match disposition {
        Disposition::WithholdPrivilege { privilege, .. } => {
            Some(words.privilege.replace("{privilege}", one_line(privilege).as_str()))
        }
        Disposition::WithholdLegalBar { bar: _, .. } => Some(words.legal_bar.clone()),
        _ => None,
    }
}

/// What the sheet of a document says that is not produced for a technical reason: the meaning of its
/// first flaw, never the flaw's detail, which may hold a name.
pub(crate) fn not_producible(words: &Words, document: &Document) -> String {
    let defect = match &document.searchability {
        Searchability::Unsearchable(defect) => Some(defect),
        Searchability::Indexed => document.defects.first(),
    };
    let reason = defect.map_or("it was decided so", |defect| defect.code.meaning());
    words.not_producible.replace("{reason}", reason)
}

/// The sheet itself.
pub(crate) fn sheet(bates: &BatesRange, says: &str) -> String {
    format!("{}\n\n{says}\n", bates.first())
}

/// What is said of a member that lies inside the native of another, which is not produced for that.
pub(crate) fn member(words: &Words, redacted: bool, bates: &str) -> String {
    match redacted {
        true => format!("Produced without its native: a member of this family is redacted, at {bates}."),
        false => words.withheld_member.replace("{bates}", bates),
    }
}

/// A document's own text with a note for each withheld or redacted member that lies inside its native.
pub(crate) fn with_notes<'b>(
    words: &Words,
    text: &str,
    members: impl Iterator<Item = (bool, &'b BatesRange)>,
) -> String {
    let mut noted = text.to_owned();
    if !noted.is_empty() && !noted.ends_with('\n') {
        noted.push('\n');
    }
    for (redacted, bates) in members {
        let note = member(words, redacted, &bates.first().to_string());
        noted.push_str(&format!("\n[{note}]\n"));
    }
    noted
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
