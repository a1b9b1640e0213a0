//! What the documents are on which a question rests, in a few words: nobody knows a document by its digest.

use super::{DETAILS_SHOWN, GateReport, Question};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_indexer::Card;
use duces_ledger::DocumentRow;
use duces_model::{DocId, DocumentKind};
use std::collections::{BTreeMap, BTreeSet};

impl Workspace {
    /// Day, sender and title of the documents of the details that are shown, as far as they are known. The index gives
    /// sender and subject; where there is none, what the ledger holds has to do.
    pub(super) fn named(
        &self,
        questions: &[Question],
        documents: &BTreeMap<DocId, DocumentRow>,
    ) -> Result<BTreeMap<DocId, String>, WorkspaceError> {
        let shown = questions.iter().flat_map(|question| question.details.iter().take(DETAILS_SHOWN));
        let asked: BTreeSet<DocId> = shown.flat_map(|detail| identities(detail)).collect();
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let snapshot = match self.snapshot() {
            Ok(snapshot) => Some(snapshot),
            Err(WorkspaceError::TooEarly { .. }) => None,
            Err(error) => return Err(error),
        };
        let mut named = BTreeMap::new();
        for (id, row) in asked.iter().filter_map(|id| Some((id, documents.get(id)?))) {
            let card = snapshot.as_ref().map(|snapshot| snapshot.card(row.row)).transpose()?.flatten();
            named.insert(*id, label(row, card));
        }
        Ok(named)
    }
}

/// As many digits of a document's identity as `duces search --open` needs.
const DIGITS: usize = 16;

/// The longest title that is told, in characters.
const TITLE: usize = 60;

impl GateReport {
    /// A detail with the documents that it names by their digests told in words, as a person knows them.
    pub fn in_words(&self, detail: &str) -> String {
        self.documents.iter().fold(detail.to_owned(), |text, (id, name)| {
            let whole = id.to_string();
            let digits = whole.get(..DIGITS).unwrap_or(&whole);
            text.replace(&whole, &format!("{digits} ({name})"))
        })
    }
}

/// The identities of documents that stand in a sentence.
fn identities(detail: &str) -> impl Iterator<Item = DocId> {
    let words = detail.split(|c: char| !c.is_ascii_hexdigit());
    words.filter(|word| word.len() == 64).filter_map(|word| word.parse().ok())
}

fn label(row: &DocumentRow, card: Option<Card>) -> String {
    let (from, subject) = card.map_or((None, None), |card| (card.from, card.subject));
    let file = row.file_name.clone();
    let title = if row.kind == DocumentKind::Message { subject.or(file) } else { file.or(subject) };
    let day = row.day.map(|day| day.to_string());
    let kind = row.kind.as_str().to_owned();
    let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| "no title".to_owned());
    let title = match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title,
    };
    [day, Some(kind), from, Some(title)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::identities;

    #[test]
    fn the_identities_of_a_sentence_are_found_and_shorter_numbers_are_not() {
        let id = "0ebe6323167e3cfc7b563ceb1f50ff827586b62bd8acb6730d95db174ebc2f20";
        let found: Vec<String> =
            identities(&format!("document {id} is withheld (ELMC0000032), but document {id}, abc"))
                .map(|id| id.to_string())
                .collect();
        assert_eq!(found, [id, id]);
        assert_eq!(identities("document 0ebe6323167e of volume ABCDEF001").count(), 0);
    }
}
