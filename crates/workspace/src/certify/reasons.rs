//! Why a certificate's title is what it is.

use duces_instruments::facts::CompletenessFacts;
use duces_instruments::{Open, Standing, not_backed};
use duces_model::ItemId;

/// Why the title is what it is, in plain words.
pub(super) fn reasons(standing: &Standing, facts: &CompletenessFacts) -> Vec<String> {
    let mut reasons: Vec<String> = standing.open.iter().map(open_words).collect();
    if standing.gaps_touch {
        let touching: Vec<_> = facts
            .gaps
            .iter()
            .filter(|gap| gap.gap.status.is_open() && facts.items.iter().any(|item| gap.crosses(item)))
            .map(|gap| gap.gap.id.clone())
            .collect();
        reasons.push(format!("open gaps touch items of the request: {}", touching.join(", ")));
    }
    reasons
}

/// The nil items whose coverage does not back them, and why not.
pub(super) fn nil_not_backed(facts: &CompletenessFacts) -> Vec<(ItemId, Vec<String>)> {
    let nil = facts.items.iter().filter(|item| item.is_nil() || item.is_nil_beside_added());
    nil.map(|item| (item.id.clone(), not_backed(item, facts))).filter(|(_, why)| !why.is_empty()).collect()
}

fn open_words(open: &Open) -> String {
    match open {
        Open::PopulationNotFrozen => "no population is frozen".to_owned(),
        Open::Queue { item, documents } => {
            format!("item {item}: {documents} documents of the queue are undecided")
        }
        Open::NotAnswered { item, kind } => {
            format!("item {item} ({kind}) is not answered by this production: nothing was added for it")
        }
        Open::AddedLate { item, files } => {
            let added = if *files == 1 { "1 file was".to_owned() } else { format!("{files} files were") };
            format!("item {item}: {added} added by hand after the population was frozen")
        }
        Open::Pending { documents } => format!("{documents} documents of the population are undecided"),
        Open::Unsealed { volume } => format!("volume {volume} is not sealed"),
        Open::Unverified { volume } => format!("volume {volume} was not read back"),
        Open::Failed { volume, failures } => format!("volume {volume} does not verify: {failures} findings"),
        Open::NotProduced { documents } => {
            format!("{documents} documents that are to be produced are in no verified volume")
        }
        Open::Unread { files } => {
            format!("{files} files of the archives were not read, or changed after being read")
        }
        Open::Moved { what } => format!("{what} changed since the population was frozen"),
    }
}
