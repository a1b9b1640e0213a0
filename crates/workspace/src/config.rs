//! `duces.toml`: the firm, its archives and the settings of the work.

use chrono_tz::Tz;
use duces_ingest::chat::Mapping;
use duces_ingest::extract::{Extractor, InProcess, Passwords};
use duces_model::{BatesPrefix, Mistake, Mistakes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The newest format of `duces.toml` that this version reads.
pub const FORMAT: i64 = 1;

/// The settings of one firm's workspace, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The firm.
    pub firm: Firm,
    /// Where its retained communications lie; at least one.
    pub archives: Vec<Archive>,
    /// Memory that indexing may use, in MiB.
    pub index_memory_mb: u64,
    /// Prefix of its Bates numbers.
    pub bates_prefix: BatesPrefix,
    /// Digits of its Bates numbers.
    pub bates_width: u8,
    /// What the columns of other systems' files of messages mean; they lie in `register/mappings`.
    pub mappings: Vec<Arc<Mapping>>,
    /// Passwords that are tried on encrypted files, of `file-passwords.txt` beside the settings.
    pub(crate) passwords: Passwords,
    /// Who takes text out of files.
    pub(crate) extractor: Arc<dyn Extractor>,
}

/// The firm as it signs.
#[derive(Debug, Clone)]
pub struct Firm {
    /// Legal name.
    pub name: String,
    /// Number in FINRA's Central Registration Depository.
    pub crd: String,
    /// Mail domains of the firm, lower case.
    pub domains: Vec<String>,
    /// Home time zone: civil days are counted in it.
    pub zone: Tz,
}

/// A folder of retained communications. It is only ever read.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Name by which containers and register rules know it.
    pub name: String,
    /// Where it lies; relative to the workspace or absolute.
    pub path: PathBuf,
}

/// Reads `duces.toml` and reports everything that is wrong in it.
///
/// # Errors
/// All mistakes with line and column; a newer format is one of its own.
pub fn parse(file: &str, text: &str) -> Result<Config, Mistakes> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Mistakes::one(Mistake::in_text(file, text, span, error.message().to_owned()))
    })?;
    let mut reader = Reader { file, text, mistakes: Vec::new() };
    let config = reader.config(table.get_ref());
    Mistakes::or(reader.mistakes, config)?
        .ok_or_else(|| Mistakes::one(Mistake::of_file(file, "found no settings")))
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

type Table<'a> = DeTable<'a>;

impl Reader<'_> {
    fn wrong(&mut self, span: std::ops::Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::in_text(self.file, self.text, span, message));
    }

    fn missing(&mut self, key: &str) {
        self.mistakes.push(Mistake::of_file(self.file, format!("found no {key}, which is required")));
    }

    fn known(&mut self, table: &Table<'_>, place: &str, keys: &[&str]) {
        for key in table.keys() {
            if !keys.contains(&key.get_ref().as_ref()) {
                let message =
                    format!("found key {:?} in {place}, expected one of {}", key.get_ref(), keys.join(", "));
                self.wrong(key.span(), message);
            }
        }
    }

    fn config(&mut self, table: &Table<'_>) -> Option<Config> {
        match table.get("format").map(|value| {
            (value.span(), value.get_ref().as_integer().and_then(|i| i.as_str().parse::<i64>().ok()))
        }) {
            Some((_, Some(FORMAT))) => {}
            Some((span, Some(newer))) if newer > FORMAT => {
                let message = format!("found workspace format {newer}, this version knows up to {FORMAT}");
                self.mistakes.push(
                    Mistake::in_text(self.file, self.text, span, message)
                        .hint("the workspace was made by a newer version of duces: use that version"),
                );
                return None;
            }
            Some((span, _)) => self.wrong(span, format!("expected format = {FORMAT}")),
            None => self.missing("format"),
        }
        self.known(table, "the file", &["format", "firm", "archive", "index", "production"]);
        let firm = self.firm(table);
        let archives = self.archives(table);
        let index_memory_mb = self.memory(table);
        let (bates_prefix, bates_width) = self.production(table)?;
        let (passwords, extractor) = (Passwords::default(), Arc::new(InProcess));
        Some(Config {
            firm: firm?,
            archives,
            index_memory_mb,
            bates_prefix,
            bates_width,
            mappings: Vec::new(),
            passwords,
            extractor,
        })
    }

    fn table<'t>(&mut self, parent: &'t Table<'_>, key: &str, required: bool) -> Option<&'t Table<'t>> {
        match parent.get(key) {
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => {
                    self.wrong(value.span(), format!("expected a table [{key}]"));
                    None
                }
            },
            None => {
                if required {
                    self.missing(&format!("table [{key}]"));
                }
                None
            }
        }
    }

    fn string(
        &mut self,
        table: &Table<'_>,
        place: &str,
        key: &str,
        required: bool,
    ) -> Option<Spanned<String>> {
        match table.get(key) {
            Some(value) => match value.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    Some(Spanned::new(value.span(), text.trim().to_owned()))
                }
                _ => {
                    self.wrong(
                        value.span(),
                        format!("expected {place}.{key} to be a text that is not empty"),
                    );
                    None
                }
            },
            None => {
                if required {
                    self.missing(&format!("{place}.{key}"));
                }
                None
            }
        }
    }

    fn firm(&mut self, table: &Table<'_>) -> Option<Firm> {
        let firm = self.table(table, "firm", true)?;
        self.known(firm, "[firm]", &["name", "crd", "domains", "zone"]);
        let name = self.string(firm, "firm", "name", true);
        let crd = self.string(firm, "firm", "crd", true);
        let zone = self.string(firm, "firm", "zone", true).and_then(|text| {
            text.get_ref()
                .parse::<Tz>()
                .map_err(|_| {
                    let message =
                        format!("found zone {:?}, expected a name such as America/New_York", text.get_ref());
                    self.wrong(text.span(), message);
                })
                .ok()
        });
        let domains = self.domains(firm);
        Some(Firm { name: name?.into_inner(), crd: crd?.into_inner(), domains, zone: zone? })
    }

    fn domains(&mut self, firm: &Table<'_>) -> Vec<String> {
        let Some(value) = firm.get("domains") else {
            self.missing("firm.domains");
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value.span(), "expected firm.domains to be a list of domains");
            return Vec::new();
        };
        if list.is_empty() {
            self.wrong(value.span(), "expected firm.domains to name at least one domain");
        }
        let mut domains = Vec::new();
        for entry in list.iter() {
            match entry.get_ref().as_str() {
                Some(text) if text.contains('.') && !text.contains(['@', ' ', '/']) => {
                    domains.push(text.to_lowercase());
                }
                _ => self.wrong(entry.span(), "expected a domain such as example.com, without @"),
            }
        }
        domains
    }

    fn archives(&mut self, table: &Table<'_>) -> Vec<Archive> {
        let mut archives: Vec<Archive> = Vec::new();
        let Some(value) = table.get("archive") else {
            self.missing("[[archive]]");
            return archives;
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value.span(), "expected [[archive]] tables");
            return archives;
        };
        for entry in list.iter() {
            let DeValue::Table(archive) = entry.get_ref() else {
                self.wrong(entry.span(), "expected an [[archive]] table");
                continue;
            };
            self.known(archive, "[[archive]]", &["name", "path"]);
            let name = self.string(archive, "archive", "name", true);
            let path = self.string(archive, "archive", "path", true);
            let (Some(name), Some(path)) = (name, path) else { continue };
            if name.get_ref().contains([':', ';', '/']) {
                self.wrong(name.span(), "expected an archive name without ':', ';' or '/'");
            }
            if name.get_ref() == crate::collected::ARCHIVE {
                self.wrong(name.span(), "the archive name \"collected\" is kept for files added by hand");
            }
            if archives.iter().any(|other| other.name == *name.get_ref()) {
                self.wrong(name.span(), format!("found archive name {:?} twice", name.get_ref()));
            }
            archives.push(Archive { name: name.into_inner(), path: PathBuf::from(path.into_inner()) });
        }
        archives
    }

    fn memory(&mut self, table: &Table<'_>) -> u64 {
        const DEFAULT: u64 = 512;
        let Some(index) = self.table(table, "index", false) else { return DEFAULT };
        self.known(index, "[index]", &["memory_mb"]);
        let Some(value) = index.get("memory_mb") else { return DEFAULT };
        match integer(value.get_ref()) {
            Some(mb) if (128..=65_536).contains(&mb) => mb,
            _ => {
                self.wrong(value.span(), "expected index.memory_mb between 128 and 65536");
                DEFAULT
            }
        }
    }

    fn production(&mut self, table: &Table<'_>) -> Option<(BatesPrefix, u8)> {
        let production = self.table(table, "production", true)?;
        self.known(production, "[production]", &["prefix", "width"]);
        let prefix = self.string(production, "production", "prefix", true)?;
        let prefix = match BatesPrefix::new(prefix.get_ref()) {
            Ok(prefix) => prefix,
            Err(error) => {
                self.wrong(prefix.span(), error.to_string());
                return None;
            }
        };
        let width = match production.get("width") {
            None => 7,
            Some(value) => match integer(value.get_ref()).and_then(|width| u8::try_from(width).ok()) {
                Some(width) if (4..=duces_model::bates::WIDTH_MAX).contains(&width) => width,
                _ => {
                    self.wrong(value.span(), "expected production.width between 4 and 18 digits");
                    return None;
                }
            },
        };
        Some((prefix, width))
    }
}

fn integer(value: &DeValue<'_>) -> Option<u64> {
    value.as_integer().and_then(|number| number.as_str().parse().ok())
}

impl Archive {
    /// Where the archive lies, seen from the workspace at `root`.
    pub fn absolute(&self, root: &Path) -> PathBuf {
        root.join(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
format = 1
[firm]
name = "Elm & Cedar Partners LLC"
crd = "000000"
domains = ["ElmCedar.example"]
zone = "America/New_York"
[[archive]]
name = "mail"
path = "archive"
[production]
prefix = "ECP"
"#;

    #[test]
    fn settings_have_stated_defaults() {
        let config = parse("duces.toml", GOOD).unwrap();
        assert_eq!((config.index_memory_mb, config.bates_width), (512, 7));
        assert_eq!(config.firm.domains, ["elmcedar.example"]);
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_its_place() {
        let text = GOOD
            .replace("zone = \"America/New_York\"", "zone = \"EST5\"\ncolour = 1")
            .replace("\"ECP\"", "\"E C\"");
        let mistakes = parse("duces.toml", &text).unwrap_err();
        let lines: Vec<_> = mistakes.iter().map(|m| m.line).collect();
        assert_eq!(lines, [7, 8, 13], "{mistakes:?}");
    }

    #[test]
    fn a_newer_workspace_is_refused_and_nothing_else_is_guessed() {
        let mistakes =
            parse("duces.toml", &GOOD.replace("format = 1", "format = 2\nnew_thing = 1")).unwrap_err();
        let all: Vec<_> = mistakes.iter().collect();
        assert_eq!(all.len(), 1);
        assert!(all[0].message.contains("found workspace format 2"));
    }

    #[test]
    fn what_is_no_toml_has_a_place() {
        let mistakes = parse("duces.toml", "format = \n").unwrap_err();
        assert_eq!(mistakes.iter().next().unwrap().line, 1);
    }
}
