//! Where facts of then and of now differ, place by place.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// A fact that the record has otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementChanged {
    /// Where in the facts.
    pub place: String,
    /// What it was; absent where it was not there.
    pub was: Option<String>,
    /// What it is; absent where it is no more.
    pub is: Option<String>,
}

impl fmt::Display for StatementChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, "{}: was {}, is {}", self.place, word(&self.was), word(&self.is))
    }
}

/// Facts that differ with the instant and the program, and say nothing of the record.
const OF_THE_HOUR: [&str; 6] =
    ["as_known_at", "tool_version", "verified_at", "version", "draft", "questions"];

/// Keys by which one of several is called, where it has no `gap`.
const NAMES: [&str; 6] = ["id", "source", "name", "code", "file", "form"];

/// What a list holds under names is called by them, so that one more does not move all behind it.
pub(super) fn differ(was: &Value, is: &Value) -> Vec<StatementChanged> {
    let mut changed = Vec::new();
    at("", was, is, &mut changed);
    changed
}

fn at(place: &str, was: &Value, is: &Value, changed: &mut Vec<StatementChanged>) {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    match (was, is) {
        (Value::Object(then), Value::Object(now)) => {
            let keys: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
            for key in keys.into_iter().filter(|key| !OF_THE_HOUR.contains(&key.as_str())) {
                let null = Value::Null;
                at(&below(key), then.get(key).unwrap_or(&null), now.get(key).unwrap_or(&null), changed);
            }
        }
        (Value::Array(then), Value::Array(now)) => match (names(then), names(now)) {
            (Some(names_then), Some(names_now)) => {
                let find = |names: &[&str], all: &[Value], name: &str| {
                    names.iter().position(|one| *one == name).map_or(Value::Null, |at| all[at].clone())
                };
                let mut all = names_then.clone();
                all.extend(names_now.iter().filter(|name| !names_then.contains(name)));
                for name in all {
                    let (was, is) = (find(&names_then, then, name), find(&names_now, now, name));
                    at(&below(name), &was, &is, changed);
                }
            }
            _ => {
                for n in 0..then.len().max(now.len()) {
                    let null = Value::Null;
                    let (was, is) = (then.get(n).unwrap_or(&null), now.get(n).unwrap_or(&null));
                    at(&below(&(n + 1).to_string()), was, is, changed);
                }
            }
        },
        (then, now) if then == now => {}
        (then, now) => {
            changed.push(StatementChanged { place: place.to_owned(), was: word(then), is: word(now) });
        }
    }
}

/// The names of what a list holds, where each has one of its own.
fn names(list: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<&str> = list.iter().filter_map(name_of).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    (distinct.len() == list.len()).then_some(names)
}

fn name_of(value: &Value) -> Option<&str> {
    if let Some(gap) = value.get("gap").and_then(|gap| gap.get("id")) {
        return gap.as_str();
    }
    NAMES.iter().find_map(|key| value.get(key).and_then(Value::as_str))
}

/// A value as it is told. What a list holds under its name is told by it.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        named if name_of(named).is_some() => Some("there".to_owned()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(changed: &[StatementChanged]) -> Vec<&str> {
        changed.iter().map(|one| one.place.as_str()).collect()
    }

    #[test]
    fn a_changed_figure_is_named_with_its_place_and_the_hour_does_not_count() {
        let then = json!({"as_known_at": "then", "items": [{"hit": 4}, {"hit": 5}], "gone": 1});
        let now = json!({"as_known_at": "now", "items": [{"hit": 4}, {"hit": 6}, {"hit": 7}]});
        let changed = differ(&then, &now);
        assert_eq!(places(&changed), ["gone", "items.2.hit", "items.3"]);
        assert_eq!((changed[1].was.as_deref(), changed[1].is.as_deref()), (Some("5"), Some("6")));
        assert_eq!(changed[0].is, None);
    }

    #[test]
    fn one_more_gap_is_one_place_and_not_all_behind_it() {
        let gap = |id: &str, status: &str| json!({"gap": {"id": id, "status": status}});
        let then = json!({"gaps": [gap("b", "candidate"), gap("c", "candidate")]});
        let now = json!({"gaps": [gap("a", "candidate"), gap("b", "candidate"), gap("c", "confirmed")]});
        let changed = differ(&then, &now);
        assert_eq!(places(&changed), ["gaps.c.gap.status", "gaps.a"]);
        assert_eq!((changed[1].was.as_deref(), changed[1].is.as_deref()), (None, Some("there")));
    }

    #[test]
    fn a_list_in_which_two_share_a_name_is_compared_by_place() {
        let then = json!([{"id": "a", "n": 1}, {"id": "a", "n": 2}]);
        let now = json!([{"id": "a", "n": 1}, {"id": "a", "n": 3}]);
        assert_eq!(places(&differ(&then, &now)), ["2.n"]);
    }
}
