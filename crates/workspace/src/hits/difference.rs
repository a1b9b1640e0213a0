//! Two searches held against each other, in plain words.

use serde_json::Value;

/// What differs between two JSON values, one line a difference; none where they are equal.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    walk("", before, after, &mut lines);
    lines
}

fn walk(place: &str, before: &Value, after: &Value, lines: &mut Vec<String>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(new)) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let place = if place.is_empty() { key.clone() } else { format!("{place}, {key}") };
                walk(
                    &place,
                    old.get(key).unwrap_or(&Value::Null),
                    new.get(key).unwrap_or(&Value::Null),
                    lines,
                );
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let gone: Vec<&Value> = missing(old, new);
            let added: Vec<&Value> = missing(new, old);
            match (gone.as_slice(), added.as_slice()) {
                ([], []) => lines.push(format!("{place}: the order changed")),
                // One for one: what changed inside says more than the two wholes.
                ([one], [other]) if one.is_object() && other.is_object() => walk(place, one, other, lines),
                (gone, added) => {
                    lines.extend(gone.iter().map(|value| format!("{place}: no longer {}", words(value))));
                    lines.extend(added.iter().map(|value| format!("{place}: now also {}", words(value))));
                }
            }
        }
        (Value::Null, _) => lines.push(format!("{place}: now {}", words(after))),
        (_, Value::Null) => lines.push(format!("{place}: no longer {}", words(before))),
        _ => lines.push(format!("{place}: was {}, now {}", words(before), words(after))),
    }
}

/// The values that the other list has not, or has fewer times.
fn missing<'v>(list: &'v [Value], other: &[Value]) -> Vec<&'v Value> {
    let mut rest: Vec<&Value> = other.iter().collect();
    list.iter()
        .filter(|value| match rest.iter().position(|theirs| theirs == value) {
            Some(at) => {
                rest.remove(at);
                false
            }
            None => true,
        })
        .collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_difference_is_a_line_with_its_place() {
        let before = json!({
            "period": { "from": "2024-01-01", "to": "2024-03-31" }, "sources": ["a", "b"], "family": "whole",
            "exclude": [{ "reason": "x", "criteria": { "not": 1 } }], "people": [],
        });
        let after = json!({
            "period": { "from": "2024-01-01", "to": "2024-04-30" }, "sources": ["b", "c"], "family": "whole",
            "exclude": [{ "reason": "y", "criteria": { "not": 1 } }], "people": [], "terms": { "written": "z" },
        });
        assert_eq!(
            differences(&before, &after),
            [
                "exclude, reason: was \"x\", now \"y\"",
                "period, to: was \"2024-03-31\", now \"2024-04-30\"",
                "sources: no longer \"a\"",
                "sources: now also \"c\"",
                "terms: now {\"written\":\"z\"}",
            ]
        );
        assert!(differences(&after, &after).is_empty());
        assert_eq!(differences(&json!({ "a": [1, 2] }), &json!({ "a": [2, 1] })), ["a: the order changed"]);
        assert_eq!(differences(&json!({ "a": [1, 1] }), &json!({ "a": [1] })), ["a: no longer 1"]);
    }
}
