//! The texts of the samples: plain files of entries, each with a few fields and a body.

/// One entry: `=== key`, then `name: value` lines, an empty line, and the body.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: &'static str,
    fields: Vec<(&'static str, &'static str)>,
    pub(crate) body: &'static str,
}

/// Entries with their bodies as they stand, fields unread.
pub(crate) fn raw_entries(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let text = text.strip_prefix("=== ").unwrap_or(text);
    text.split("\n=== ").map(|entry| entry.split_once('\n').unwrap_or((entry, ""))).collect()
}

/// All entries of a text.
pub(crate) fn entries(text: &'static str) -> Vec<Entry> {
    raw_entries(text)
        .into_iter()
        .map(|(key, rest)| {
            let (head, body) = match rest.strip_prefix('\n') {
                Some(body) => ("", body),
                None => rest.split_once("\n\n").unwrap_or((rest, "")),
            };
            let fields = head.lines().filter_map(|line| line.split_once(": ")).collect();
            Entry { key, fields, body: body.trim_end_matches('\n') }
        })
        .collect()
}

impl Entry {
    /// The field's value.
    pub(crate) fn get(&self, name: &str) -> Option<&'static str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    /// The parts of a field that is a list.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.get(name).map_or_else(Vec::new, |value| value.split(", ").map(str::to_owned).collect())
    }
}

/// The text with each `{name}` replaced by its value.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_fields_and_a_body_and_may_lack_either() {
        let read = entries("=== a\nto: x, y\nsubject: s\n\nline\n\nline\n=== b\n\nonly body\n");
        assert_eq!(read[0].list("to"), ["x", "y"]);
        assert_eq!((read[0].get("subject"), read[0].body), (Some("s"), "line\n\nline"));
        assert_eq!((read[1].key, read[1].get("to"), read[1].body), ("b", None, "only body"));
        assert_eq!(filled("{a} and {b}", &[("a", "1"), ("b", "2")]), "1 and 2");
    }
}
