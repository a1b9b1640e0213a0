//! What documents are, in a few words: nobody knows a document by its digest.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_indexer::Card;
use duces_ledger::DocumentRow;
use duces_model::{DocId, DocumentKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// As many digits of a document's identity as `duces search --open` needs.
const DIGITS: usize = 16;

/// The longest title that is told, in characters.
const TITLE: usize = 60;

/// Day, kind, sender and title of documents, as far as they are known.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct DocumentNames(BTreeMap<DocId, String>);

impl DocumentNames {
    /// A document as a person knows it, with as much of its identity as opens it; its whole identity where nothing is
    /// known of it.
    pub fn of(&self, document: &DocId) -> String {
        let whole = document.to_string();
        match self.0.get(document) {
            Some(name) => format!("{} ({name})", whole.get(..DIGITS).unwrap_or(&whole)),
            None => whole,
        }
    }

    /// A sentence in which every document that stands by its identity is told as a person knows it.
    pub fn in_words(&self, sentence: &str) -> String {
        self.0.keys().fold(sentence.to_owned(), |text, id| text.replace(&id.to_string(), &self.of(id)))
    }
}

impl Workspace {
    /// Names documents. The index gives sender and subject; where there is none, what the ledger holds has to do.
    pub(crate) fn names(&self, asked: &BTreeSet<DocId>) -> Result<DocumentNames, WorkspaceError> {
        if asked.is_empty() {
            return Ok(DocumentNames::default());
        }
        let snapshot = match self.snapshot() {
            Ok(snapshot) => Some(snapshot),
            Err(WorkspaceError::TooEarly { .. }) => None,
            Err(error) => return Err(error),
        };
        let mut names = BTreeMap::new();
        for id in asked {
            let Some(row) = self.ledger.document(id)? else { continue };
            let card = snapshot.as_ref().map(|snapshot| snapshot.card(row.row)).transpose()?.flatten();
            names.insert(*id, name(&row, card));
        }
        Ok(DocumentNames(names))
    }
}

/// The identities of documents that stand in a sentence.
pub(crate) fn identities(sentence: &str) -> impl Iterator<Item = DocId> {
    let words = sentence.split(|c: char| !c.is_ascii_hexdigit());
    words.filter(|word| word.len() == 64).filter_map(|word| word.parse().ok())
}

fn name(row: &DocumentRow, card: Option<Card>) -> String {
    let (from, subject) = card.map_or((None, None), |card| (card.from, card.subject));
    let file = row.file_name.clone();
    let title = if row.kind == DocumentKind::Message { subject.or(file) } else { file.or(subject) };
    let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| "no title".to_owned());
    let title = match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title,
    };
    let day = row.day.map(|day| day.to_string());
    [day, Some(row.kind.as_str().to_owned()), from, Some(title)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identities_of_a_sentence_are_found_and_shorter_numbers_are_not() {
        let id = "0ebe6323167e3cfc7b563ceb1f50ff827586b62bd8acb6730d95db174ebc2f20";
        let sentence = format!("document {id} is withheld (ELMC0000032), but document {id}, abc");
        let found: Vec<String> = identities(&sentence).map(|id| id.to_string()).collect();
        assert_eq!(found, [id, id]);
        assert_eq!(identities("document 0ebe6323167e of volume ABCDEF001").count(), 0);
    }

    #[test]
    fn a_document_that_nothing_is_known_of_keeps_its_whole_identity() {
        let [known, other] = ["11", "22"].map(|pair| pair.repeat(32).parse::<DocId>().unwrap());
        let names = DocumentNames([(known, "2024-01-08, message, One".to_owned())].into());
        let sentence = names.in_words(&format!("{known} beside {other}"));
        assert_eq!(sentence, format!("1111111111111111 (2024-01-08, message, One) beside {other}"));
    }
}
