//! Which earlier run a comparison takes.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::requests::Kept;
use duces_ledger::{KeptSearch, SearchRecord};
use duces_model::{ItemId, RequestId};
use std::collections::BTreeMap;
use std::str::FromStr;

/// Which earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// The newest that searched every item of the request as it stood then; what a gap's impact searched anew is none.
    Last,
    /// That one.
    Run(i64),
}

impl FromStr for Earlier {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "last" => Ok(Self::Last),
            number => number
                .parse()
                .map(Self::Run)
                .map_err(|_| format!("found {text:?}, expected the number of a run, or last")),
        }
    }
}

/// The searches of one run.
pub(super) type Run = Vec<(SearchRecord, KeptSearch)>;

impl Workspace {
    /// The searches of the run asked for.
    pub(super) fn run_searches(&self, id: &RequestId, earlier: Earlier) -> Result<Run, WorkspaceError> {
        let mut runs: BTreeMap<i64, Run> = BTreeMap::new();
        for search in self.ledger.searches(id)? {
            if let Some(kept) = search.kept {
                runs.entry(kept.run).or_default().push((search, kept));
            }
        }
        match earlier {
            Earlier::Run(run) => {
                let known = runs.keys().map(ToString::to_string).collect();
                runs.remove(&run).ok_or(WorkspaceError::Unknown { what: "run", name: run.to_string(), known })
            }
            Earlier::Last => {
                let recorded: Vec<String> = runs.keys().map(ToString::to_string).collect();
                for (_, searches) in runs.into_iter().rev() {
                    if self.is_whole(&searches)? {
                        return Ok(searches);
                    }
                }
                let hint = match recorded.as_slice() {
                    [] => format!("run duces hits {id} now, and compare with it later"),
                    some => format!("name one of the others by its number: {}", some.join(", ")),
                };
                let missing = format!(
                    "no run of request {id} that searched every item is recorded with its documents yet"
                );
                Err(WorkspaceError::TooEarly { missing, hint })
            }
        }
    }

    /// Whether a run searched every item of the request as it stood then. Where the file of then cannot be
    /// read any more, that is not known of it.
    fn is_whole(&self, searches: &[(SearchRecord, KeptSearch)]) -> Result<bool, WorkspaceError> {
        let Some((first, kept)) = searches.first() else { return Ok(false) };
        if first.counts.get(crate::impact::FOR_GAP).is_some() {
            return Ok(false);
        }
        let asked = self.items_then(kept)?;
        let searched = |item: &ItemId| searches.iter().any(|(search, _)| search.item == *item);
        Ok(asked.is_some_and(|asked| asked.iter().all(searched)))
    }

    /// The items that a request searched for, as its file stood at a run.
    pub(super) fn items_then(&self, kept: &KeptSearch) -> Result<Option<Vec<ItemId>>, WorkspaceError> {
        let bytes = self.ledger.bytes(&kept.request_sha256)?.unwrap_or_default();
        let Some(kept) = Kept::of(&bytes) else { return Ok(None) };
        let text = String::from_utf8_lossy(&kept.file);
        let parsed = duces_query::parse_with("a request of an earlier run", &text, &kept).ok();
        Ok(parsed.map(|request| request.items().iter().map(|item| item.id.clone()).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_its_number_or_last() {
        assert_eq!("last".parse(), Ok(Earlier::Last));
        assert_eq!("12".parse(), Ok(Earlier::Run(12)));
        assert!("latest".parse::<Earlier>().is_err());
    }
}
