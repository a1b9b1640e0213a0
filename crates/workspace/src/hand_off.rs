//! What a letter asks for in a form that this program does not write, and whose originals answer it.

use crate::plan::ItemPlan;
use crate::requests::BesideReport;
use duces_model::{ItemId, SourceId};
use serde::Serialize;
use std::collections::BTreeSet;

/// An item whose words ask for PST files. None is written: a conversion changes what it converts, and receivers
/// have taken changed senders and times for the firm's own (bdlawcorner.com, 2015; secondary).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandOff {
    /// The item.
    pub item: ItemId,
    /// The sources whose originals are to be handed over from where they are kept; empty where the item names
    /// no search, so that a person must say which.
    pub sources: Vec<SourceId>,
}

/// The items that ask for PST files. An item that no search answers stands for the sources of all items.
pub(crate) fn hand_offs(items: &[ItemPlan], beside: &[BesideReport]) -> Vec<HandOff> {
    let sources =
        |item: &ItemPlan| item.searched.iter().map(|one| one.source.clone()).collect::<BTreeSet<_>>();
    let searched = items.iter().filter(|item| asks_for_pst(&item.text));
    let mut found: Vec<HandOff> = searched
        .map(|item| HandOff { item: item.item.clone(), sources: sources(item).into_iter().collect() })
        .collect();
    let all: BTreeSet<SourceId> = items.iter().flat_map(sources).collect();
    let others = beside.iter().filter(|item| asks_for_pst(&item.text));
    found.extend(
        others.map(|item| HandOff { item: item.item.clone(), sources: all.iter().cloned().collect() }),
    );
    found
}

/// Whether a text names PST files. Behind a time of day the letters are a time zone.
fn asks_for_pst(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '.' && c != ':')
        .map(|word| word.trim_matches(['.', ':']).to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let time = |word: &String| {
        matches!(word.as_str(), "am" | "pm" | "a.m" | "p.m" | "noon" | "midnight")
            || word.starts_with(|c: char| c.is_ascii_digit())
    };
    words.iter().enumerate().any(|(at, word)| {
        let named = matches!(word.as_str(), "pst" | "psts") || word.ends_with(".pst");
        named && !(at > 0 && words.get(at - 1).is_some_and(time))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pst_file_is_asked_for_and_a_time_of_day_is_not() {
        for text in ["e-mail as PST", "all mail, in .pst format", "(PSTs)", "mailbox.pst of J. Doe"] {
            assert!(asks_for_pst(text), "{text}");
        }
        for text in ["by 5:00 PM PST", "until 17:00 PST", "noon PST", "postage", "upstream"] {
            assert!(!asks_for_pst(text), "{text}");
        }
    }
}
