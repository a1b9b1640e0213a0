//! `controls/NAME.toml` and `review-log/NAME.toml`: what the columns of another system's report mean.

use crate::day_format::DayFormat;
use crate::nearest::did_you_mean;
use crate::references::shown;
use duces_model::{Mistake, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Communications expected, received and failed, by source and day.
    Counts,
    /// Users or mailboxes with days that are missing.
    GapList,
    /// What was reviewed, by whom, when and with what outcome.
    ReviewLog,
}

impl Kind {
    /// The columns that a report of this kind may have.
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Counts => &["source", "day", "expected", "received", "failed"],
            Self::GapList => &["source", "address", "from", "to", "note"],
            Self::ReviewLog => {
                &["source", "message_id", "count", "sent_on", "reviewer", "reviewed_on", "action"]
            }
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::GapList => "gap-list",
            Self::ReviewLog => "review-log",
        }
    }

    /// The kinds that a folder of the register may hold.
    fn of_folder(folder: &str) -> &'static [Self] {
        match folder {
            "review-log" => &[Self::ReviewLog],
            _ => &[Self::Counts, Self::GapList],
        }
    }
}

/// How a report is read.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// Its file, as mistakes name it.
    pub(crate) file: String,
    pub(crate) kind: Kind,
    /// Between cells; told by the report's header where the mapping does not say.
    pub(crate) delimiter: Option<char>,
    /// Lines before the header row.
    pub(crate) skip_lines: usize,
    /// How the report writes days; absent where it has none.
    pub(crate) day_format: Option<DayFormat>,
    /// Whether what was expected counts as control totals too.
    pub(crate) control_totals: bool,
    /// Our name of each column, and the report's.
    pub(crate) columns: Vec<(&'static str, String)>,
    /// The report's names of sources, and ours.
    pub(crate) sources: BTreeMap<String, SourceId>,
}

/// The mappings by the tables that they are for; absent for a table whose mapping has mistakes, which is
/// then not read. `tables` are the paths of all tables of the folder.
pub(crate) fn read_all<'f, 't>(
    files: impl Iterator<Item = (&'t str, &'t str)>,
    tables: &BTreeSet<&'f str>,
    known: Option<&BTreeSet<SourceId>>,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<&'f str, Option<Mapping>> {
    let mut mappings: BTreeMap<&'f str, Option<Mapping>> = BTreeMap::new();
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, text) in files {
        let file = shown(path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut reader = Reader { file: &file, text, kinds: Kind::of_folder(folder), mistakes: Vec::new() };
        let (named, mapping) = reader.read(known);
        mistakes.append(&mut reader.mistakes);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let table = format!("{folder}/{}", named.unwrap_or_else(|| format!("{stem}.csv")));
        let Some(table) = tables.iter().find(|path| path.eq_ignore_ascii_case(&table)) else {
            let message = format!("found no {}, for which the mapping is", shown(&table));
            let hint = "give the table the name of the mapping, or name it by file = \"NAME.csv\"";
            mistakes.push(Mistake::of_file(&file, message).hint(hint));
            continue;
        };
        if let Some(other) = first.insert(table, path) {
            let message =
                format!("found a second mapping for {}, which {} is for", shown(table), shown(other));
            mistakes.push(Mistake::of_file(&file, message));
        }
        mappings.insert(table, mapping);
    }
    mappings
}

type Value<'t> = Spanned<DeValue<'t>>;

struct Reader<'f> {
    file: &'f str,
    text: &'f str,
    /// What a mapping in its folder may be of.
    kinds: &'static [Kind],
    mistakes: Vec<Mistake>,
}

/// More lines than this are no title.
const SKIP_LINES_MAX: usize = 1_000;

const KEYS: [&str; 9] =
    ["kind", "file", "delimiter", "skip_lines", "day_format", "control_totals", "columns", "sources", "note"];
const DELIMITERS: [(&str, char); 5] = [(",", ','), (";", ';'), ("|", '|'), ("tab", '\t'), ("\t", '\t')];

impl Reader<'_> {
    /// The table that the mapping names, where it does, and the mapping, where nothing is wrong in it.
    fn read(&mut self, known: Option<&BTreeSet<SourceId>>) -> (Option<String>, Option<Mapping>) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                self.wrong(error.span().unwrap_or(0..0), error.message().to_owned(), None);
                return (None, None);
            }
        };
        let table = table.get_ref();
        self.known_keys(table, "a mapping", &KEYS);
        let named = table.get("file").and_then(|value| self.table_name(value));
        let mapping = self.mapping(table, known);
        (named, mapping.filter(|_| self.mistakes.is_empty()))
    }

    fn mapping(&mut self, table: &DeTable<'_>, known: Option<&BTreeSet<SourceId>>) -> Option<Mapping> {
        let kind = self.kind(table);
        let delimiter = table.get("delimiter").and_then(|value| self.delimiter(value));
        let skip_lines = table.get("skip_lines").map_or(0, |value| self.skip_lines(value));
        let day_format = table.get("day_format").and_then(|value| self.day_format(value));
        let control_totals = table.get("control_totals").is_some_and(|value| self.flag(value));
        table.get("note").map(|value| self.string(value, "note"));
        let sources = table.get("sources").map(|value| self.sources(value, known)).unwrap_or_default();
        let kind = kind?;
        let columns = self.columns(table, kind);
        let has = |name: &str| columns.iter().any(|(column, _)| *column == name);
        let days = ["day", "from", "to", "sent_on", "reviewed_on"];
        if days.iter().any(|day| has(day)) && table.get("day_format").is_none() {
            let message = format!("found no day_format, expected one of {}", DayFormat::all());
            self.mistakes.push(Mistake::of_file(self.file, message));
        }
        if let Some(value) = table.get("control_totals").filter(|_| control_totals && !has("expected")) {
            let message = "found control_totals = true without a column expected, which it would take";
            self.wrong(value.span(), message.to_owned(), None);
        }
        let file = self.file.to_owned();
        Some(Mapping { file, kind, delimiter, skip_lines, day_format, control_totals, columns, sources })
    }

    fn wrong(&mut self, span: Range<usize>, message: String, hint: Option<String>) {
        let mistake = Mistake::in_text(self.file, self.text, span, message);
        self.mistakes.push(Mistake { hint, ..mistake });
    }

    fn known_keys(&mut self, table: &DeTable<'_>, place: &str, known: &[&'static str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let message = format!("found key {name:?} in {place}, expected one of {}", known.join(", "));
                self.wrong(key.span(), message, did_you_mean(name, known.iter().copied()));
            }
        }
    }

    /// A string that is not blank, without the space around it.
    fn string(&mut self, value: &Value<'_>, key: &str) -> Option<String> {
        let text = value.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(value.span(), format!("{key}: expected text in quotes"), None);
        }
        text.map(str::to_owned)
    }

    fn flag(&mut self, value: &Value<'_>) -> bool {
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(value.span(), "control_totals: expected true or false".to_owned(), None);
            false
        })
    }

    fn table_name(&mut self, value: &Value<'_>) -> Option<String> {
        let name = self.string(value, "file")?;
        if name.contains(['/', '\\']) || !name.to_lowercase().ends_with(".csv") {
            let message =
                format!("found {name:?}, expected the name of a table beside this file, such as journal.csv");
            self.wrong(value.span(), message, None);
            return None;
        }
        Some(name)
    }

    fn kind(&mut self, table: &DeTable<'_>) -> Option<Kind> {
        let names: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        let expected = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" or ");
        let Some(value) = table.get("kind") else {
            let message = format!("found no kind, expected {expected}");
            self.mistakes.push(Mistake::of_file(self.file, message));
            return None;
        };
        let text = self.string(value, "kind")?;
        let found = self.kinds.iter().find(|kind| kind.as_str() == text);
        if found.is_none() {
            let message = format!("found kind {text:?} in this folder, expected {expected}");
            self.wrong(value.span(), message, did_you_mean(&text, names));
        }
        found.copied()
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
            self.wrong(value.span(), message, None);
            0
        })
    }

    fn delimiter(&mut self, value: &Value<'_>) -> Option<char> {
        let text = value.get_ref().as_str();
        let found = DELIMITERS.iter().find(|(name, _)| text == Some(name));
        if found.is_none() {
            self.wrong(value.span(), "delimiter: expected \",\", \";\", \"|\" or \"tab\"".to_owned(), None);
        }
        found.map(|(_, delimiter)| *delimiter)
    }

    fn day_format(&mut self, value: &Value<'_>) -> Option<DayFormat> {
        let text = self.string(value, "day_format")?;
        let format = DayFormat::named(&text);
        if format.is_none() {
            let message = format!("found day_format {text:?}, expected one of {}", DayFormat::all());
            self.wrong(value.span(), message, None);
        }
        format
    }

    fn columns(&mut self, table: &DeTable<'_>, kind: Kind) -> Vec<(&'static str, String)> {
        let (span, columns) = match table.get("columns").map(|value| (value.span(), value.get_ref())) {
            Some((span, DeValue::Table(columns))) => (span, columns),
            Some((span, _)) => {
                self.wrong(span, "columns: expected a table [columns]".to_owned(), None);
                return Vec::new();
            }
            None => {
                self.mistakes.push(Mistake::of_file(self.file, "found no table [columns]"));
                return Vec::new();
            }
        };
        self.known_keys(columns, "[columns]", kind.columns());
        let mut found = Vec::new();
        for ours in kind.columns() {
            let theirs = columns.get(*ours).and_then(|value| self.string(value, ours));
            found.extend(theirs.map(|theirs| (*ours, theirs)));
        }
        let has = |name: &str| columns.get(name).is_some();
        let lacking = match kind {
            Kind::Counts if !has("source") => Some("source"),
            Kind::Counts if !has("day") => Some("day"),
            Kind::Counts if !(has("expected") || has("received") || has("failed")) => {
                Some("expected, received or failed")
            }
            Kind::GapList if !(has("source") || has("address")) => Some("source or address"),
            Kind::ReviewLog if !has("source") => Some("source"),
            Kind::ReviewLog if !(has("message_id") || has("count")) => Some("message_id or count"),
            Kind::Counts | Kind::GapList | Kind::ReviewLog => None,
        };
        if let Some(lacking) = lacking {
            self.wrong(span, format!("found no {lacking} in [columns], which must be given"), None);
        }
        found
    }

    fn sources(
        &mut self,
        value: &Value<'_>,
        known: Option<&BTreeSet<SourceId>>,
    ) -> BTreeMap<String, SourceId> {
        let DeValue::Table(sources) = value.get_ref() else {
            self.wrong(value.span(), "sources: expected a table [sources]".to_owned(), None);
            return BTreeMap::new();
        };
        let mut found = BTreeMap::new();
        for (theirs, ours) in sources {
            let Some(text) = self.string(ours, "sources") else { continue };
            match text.parse::<SourceId>() {
                Ok(id) if known.is_none_or(|known| known.contains(&id)) => {
                    if found.insert(theirs.get_ref().trim().to_owned(), id).is_some() {
                        self.wrong(theirs.span(), "found the name twice, expected it once".to_owned(), None);
                    }
                }
                Ok(id) => {
                    let names = known.into_iter().flatten().map(SourceId::as_str);
                    let hint = did_you_mean(id.as_str(), names);
                    let message = format!("found {id}, which is not in {}", shown("sources.csv"));
                    self.wrong(ours.span(), message, hint);
                }
                Err(error) => self.wrong(ours.span(), error.to_string(), None),
            }
        }
        found
    }
}
