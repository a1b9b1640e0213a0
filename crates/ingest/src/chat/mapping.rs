//! What the columns of another system's file of messages mean: a small TOML text, given to the reader as a parameter.

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;
use duces_model::{Mistake, Mistakes};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Comma-separated (or otherwise parted) cells under a header row.
    Csv,
    /// A JSON object on each line, or a JSON list of objects.
    Json,
}

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    Rfc3339,
    EpochSeconds,
    EpochMillis,
    /// In the letters of `strftime`, with the offset in it.
    Zoned(String),
    /// In the letters of `strftime`, as clocks of this zone showed it.
    Local(String, Tz),
}

/// Our names of columns.
pub(crate) const COLUMNS: [&str; 18] = [
    "room",
    "room_name",
    "id",
    "parent",
    "time",
    "sender",
    "sender_name",
    "sender_address",
    "recipients",
    "subject",
    "text",
    "kind",
    "edited",
    "previous",
    "deleted",
    "public",
    "internal",
    "attachments",
];

/// What the columns (or members) of files of one system mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Patterns of paths, of which the end of a file's path must fit one.
    files: Vec<String>,
    pub(crate) platform: String,
    pub(crate) layout: Layout,
    pub(crate) delimiter: Option<u8>,
    pub(crate) skip_lines: usize,
    pub(crate) charset: Option<String>,
    pub(crate) time_format: TimeFormat,
    /// The file's name of each column, by ours.
    pub(crate) columns: BTreeMap<&'static str, String>,
}

const KEYS: [&str; 10] = [
    "kind",
    "files",
    "platform",
    "delimiter",
    "skip_lines",
    "charset",
    "time_format",
    "zone",
    "columns",
    "note",
];
const KINDS: [(&str, Layout); 2] = [("messages-csv", Layout::Csv), ("messages-json", Layout::Json)];
const DELIMITERS: [(&str, u8); 5] = [(",", b','), (";", b';'), ("|", b'|'), ("tab", b'\t'), ("\t", b'\t')];
/// More lines than this are no title.
const SKIP_LINES_MAX: usize = 1_000;

impl Mapping {
    /// Reads the text of a mapping, which mistakes name as `file`.
    ///
    /// # Errors
    /// All that is wrong in it, each with its place.
    pub fn read(file: &str, text: &str) -> Result<Self, Mistakes> {
        let mut reader = Reader { file, text, mistakes: Vec::new() };
        match reader.mapping() {
            Some(mapping) => Mistakes::or(reader.mistakes, mapping),
            // What is lacking was told.
            None => Err(Mistakes::or(reader.mistakes, ())
                .err()
                .unwrap_or_else(|| Mistakes::one(Mistake::of_file(file, "found no mapping")))),
        }
    }

    /// Whether the mapping is for the file at this path.
    pub(crate) fn is_for(&self, path: &Path) -> bool {
        let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().to_lowercase()).collect();
        self.files.iter().any(|pattern| {
            let pattern = pattern.to_lowercase();
            let wanted: Vec<&str> = pattern.split('/').collect();
            let Some(from) = parts.len().checked_sub(wanted.len()) else { return false };
            parts[from..].iter().zip(wanted).all(|(part, pattern)| fits(pattern.as_bytes(), part.as_bytes()))
        })
    }
}

/// Whether a name fits a pattern, in which `*` stands for any signs and `?` for one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star = None;
    while of < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(sign) if *sign == b'?' || *sign == name[of] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((back, taken)) => {
                    star = Some((back, taken + 1));
                    at = back + 1;
                    of = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == b'*')
}

type Value<'t> = Spanned<DeValue<'t>>;

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    mistakes: Vec<Mistake>,
}

impl<'t> Reader<'t> {
    fn mapping(&mut self) -> Option<Mapping> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                self.wrong(error.span().unwrap_or(0..0), error.message().to_owned());
                return None;
            }
        };
        let table = table.get_ref();
        self.known_keys(table, "a mapping", &KEYS);
        let layout = self
            .one_of(table, "kind", &KINDS.map(|(name, _)| name))
            .and_then(|word| KINDS.iter().find(|(name, _)| *name == word).map(|(_, layout)| *layout));
        let files = self.files(table);
        let platform = self.must(table, "platform");
        let delimiter = table.get("delimiter").and_then(|value| {
            let found = DELIMITERS.iter().find(|(name, _)| value.get_ref().as_str() == Some(name));
            if found.is_none() {
                self.wrong(value.span(), "delimiter: expected \",\", \";\", \"|\" or \"tab\"".to_owned());
            }
            found.map(|(_, delimiter)| *delimiter)
        });
        let skip_lines = table.get("skip_lines").map_or(0, |value| self.skip_lines(value));
        let charset = table.get("charset").and_then(|value| self.charset(value));
        table.get("note").map(|value| self.string(value, "note"));
        let time_format = self.time_format(table);
        let columns = self.columns(table);
        Some(Mapping {
            files: files?,
            platform: platform?.to_lowercase(),
            layout: layout?,
            delimiter,
            skip_lines,
            charset,
            time_format: time_format?,
            columns: columns?,
        })
    }

    fn wrong(&mut self, span: Range<usize>, message: String) {
        self.mistakes.push(Mistake::in_text(self.file, self.text, span, message));
    }

    fn known_keys(&mut self, table: &DeTable<'_>, place: &str, known: &[&str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let message = format!("found key {name:?} in {place}, expected one of {}", known.join(", "));
                self.wrong(key.span(), message);
            }
        }
    }

    fn string(&mut self, value: &Value<'_>, key: &str) -> Option<String> {
        let text = value.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(value.span(), format!("{key}: expected text in quotes"));
        }
        text.map(str::to_owned)
    }

    fn must(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let Some(value) = table.get(key) else {
            self.mistakes.push(Mistake::of_file(self.file, format!("found no {key}, which must be given")));
            return None;
        };
        self.string(value, key)
    }

    fn one_of(&mut self, table: &DeTable<'_>, key: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.must(table, key)?;
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none()
            && let Some(value) = table.get(key)
        {
            let expected = words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or ");
            self.wrong(value.span(), format!("found {key} {text:?}, expected {expected}"));
        }
        found
    }

    fn files(&mut self, table: &DeTable<'_>) -> Option<Vec<String>> {
        let Some(value) = table.get("files") else {
            let message = "found no files, expected a list of paths such as [\"tickets/*.csv\"]";
            self.mistakes.push(Mistake::of_file(self.file, message));
            return None;
        };
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong(
                value.span(),
                "files: expected a list of paths such as [\"tickets/*.csv\"]".to_owned(),
            );
            return None;
        };
        let mut files = Vec::new();
        for one in list.iter() {
            let Some(pattern) = self.string(one, "files") else { continue };
            if pattern.starts_with('/')
                || pattern.contains('\\')
                || pattern.split('/').any(|part| part.is_empty() || part == "..")
            {
                self.wrong(
                    one.span(),
                    format!("found {pattern:?}, expected the end of a path below an archive"),
                );
            } else {
                files.push(pattern);
            }
        }
        if files.is_empty() && list.iter().next().is_none() {
            self.wrong(value.span(), "files: expected at least one path".to_owned());
        }
        Some(files)
    }

    fn skip_lines(&mut self, value: &Value<'_>) -> usize {
        let lines = match value.get_ref() {
            DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        lines.filter(|lines| *lines <= SKIP_LINES_MAX).unwrap_or_else(|| {
            let message = format!(
                "skip_lines: expected how many lines stand before the header row, from 0 to {SKIP_LINES_MAX}"
            );
            self.wrong(value.span(), message);
            0
        })
    }

    fn charset(&mut self, value: &Value<'_>) -> Option<String> {
        let name = self.string(value, "charset")?;
        if encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).is_none() {
            self.wrong(
                value.span(),
                format!("found charset {name:?}, expected one such as \"windows-1252\""),
            );
            return None;
        }
        Some(name)
    }

    fn time_format(&mut self, table: &DeTable<'_>) -> Option<TimeFormat> {
        let text = self.must(table, "time_format")?;
        let zone = table.get("zone").and_then(|value| {
            let name = self.string(value, "zone")?;
            let zone = name.parse::<Tz>().ok();
            if zone.is_none() {
                self.wrong(
                    value.span(),
                    format!("found zone {name:?}, expected one such as \"America/New_York\""),
                );
            }
            zone.map(|zone| (value.span(), zone))
        });
        let own = match text.as_str() {
            "rfc3339" => Some(TimeFormat::Rfc3339),
            "epoch-seconds" => Some(TimeFormat::EpochSeconds),
            "epoch-millis" => Some(TimeFormat::EpochMillis),
            _ if text.contains("%z") || text.contains("%:z") || text.contains("%#z") => {
                Some(TimeFormat::Zoned(text.clone()))
            }
            _ => None,
        };
        let span = table.get("time_format").map(Spanned::span).unwrap_or_default();
        if own.as_ref().is_none_or(|own| matches!(own, TimeFormat::Zoned(_))) {
            let unknown = StrftimeItems::new(&text).any(|item| item == Item::Error);
            if unknown || !text.contains('%') {
                let message = format!(
                    "found time_format {text:?}, expected \"rfc3339\", \"epoch-seconds\", \"epoch-millis\" or a form such as \"%Y-%m-%d %H:%M:%S\""
                );
                self.wrong(span, message);
                return None;
            }
        }
        match (own, zone) {
            (Some(_), Some((span, _))) => {
                self.wrong(span, format!("found zone beside time_format {text:?}, which has its own"));
                None
            }
            (Some(own), None) => Some(own),
            (None, Some((_, zone))) => Some(TimeFormat::Local(text, zone)),
            (None, None) => {
                if table.get("zone").is_none() {
                    let message = "found no zone, expected the one in which the other system writes times, such as \"UTC\"";
                    self.mistakes.push(Mistake::of_file(self.file, message));
                }
                None
            }
        }
    }

    fn columns(&mut self, table: &DeTable<'_>) -> Option<BTreeMap<&'static str, String>> {
        let (span, columns) = match table.get("columns").map(|value| (value.span(), value.get_ref())) {
            Some((span, DeValue::Table(columns))) => (span, columns),
            Some((span, _)) => {
                self.wrong(span, "columns: expected a table [columns]".to_owned());
                return None;
            }
            None => {
                self.mistakes.push(Mistake::of_file(self.file, "found no table [columns]"));
                return None;
            }
        };
        self.known_keys(columns, "[columns]", &COLUMNS);
        let mut found = BTreeMap::new();
        for ours in COLUMNS {
            let theirs = columns.get(ours).and_then(|value| self.string(value, ours));
            found.extend(theirs.map(|theirs| (ours, theirs)));
        }
        for lacking in ["time", "text"].into_iter().filter(|name| columns.get(*name).is_none()) {
            self.wrong(span.clone(), format!("found no {lacking} in [columns], which must be given"));
        }
        if columns.get("public").is_some() && columns.get("internal").is_some() {
            self.wrong(
                span,
                "found public and internal, expected one of them: each says the other's contrary".to_owned(),
            );
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
kind = "messages-csv"
files = ["tickets/*comment*.csv"]
platform = "Zendesk"
time_format = "%Y-%m-%d %H:%M:%S"
zone = "UTC"
[columns]
room = "ticket_id"
time = "created"
text = "body"
"#;

    #[test]
    fn a_mapping_is_for_files_whose_path_ends_so() {
        let mapping = Mapping::read("m.toml", GOOD).unwrap();
        assert!(mapping.is_for(Path::new("/a/b/tickets/ticket_comment_data.csv")));
        assert!(!mapping.is_for(Path::new("/a/tickets/ticket_data.csv")));
        assert!(!mapping.is_for(Path::new("ticket_comment.csv")));
        assert_eq!(mapping.platform, "zendesk");
    }

    #[test]
    fn what_is_wrong_in_a_mapping_is_told_with_its_place() {
        let said = |text: &str| {
            let mistakes = Mapping::read("m.toml", text).unwrap_err();
            mistakes.iter().map(|mistake| (mistake.line, mistake.message.clone())).collect::<Vec<_>>()
        };
        let unknown = said(&GOOD.replace("room =", "rooms ="));
        assert!(
            unknown[0].0 == 8 && unknown[0].1.contains("found key \"rooms\" in [columns]"),
            "{unknown:?}"
        );
        assert!(said(&GOOD.replace("zone = \"UTC\"", "")).iter().any(|(_, why)| why.contains("no zone")));
        assert!(
            said(&GOOD.replace("%Y-%m-%d", "%Q"))
                .iter()
                .any(|(line, why)| *line == 5 && why.contains("time_format"))
        );
        assert!(said(&GOOD.replace("text = \"body\"", "")).iter().any(|(_, why)| why.contains("no text")));
        assert!(said(&GOOD.replace("messages-csv", "counts")).iter().any(|(line, _)| *line == 2));
        assert!(said(&GOOD.replace("tickets/", "../")).iter().any(|(line, _)| *line == 3));
        assert!(!said("").is_empty() && !said("kind = ").is_empty());
    }

    #[test]
    fn stars_stand_for_any_signs() {
        for (pattern, name, found) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a?c", "ac", false),
            ("*.csv", "x.csv.bak", false),
            ("a*b*c", "aXbYbc", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), found, "{pattern} {name}");
        }
    }
}
