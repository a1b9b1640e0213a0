//! `posts.csv` in a ZIP: a row for each message, coming, leaving and file.

use super::{PLATFORM, room};
use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, EventKind, Person, SharedFile};
use crate::chat::files::{Files, Others};
use crate::chat::page::Page;
use crate::chat::{AT_START, PRESENCE, versions};
use crate::limits::Limits;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use csv::{ReaderBuilder, StringRecord};
use duces_model::{Defect, DefectCode, EmailAddress};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The table's name in the ZIP.
const TABLE: &str = "posts.csv";
/// What tells the table: every version of the export has these columns.
const TELLING: [&str; 5] = ["Post Creation Time", "Channel Id", "User Email", "Post Id", "Post Message"];
/// Columns kept beside an event as they are written.
const KEPT: [&str; 4] = ["Team Name", "User Type", "Post Type", "Previews Post Id"];

/// An export in a ZIP.
pub(crate) struct Posts {
    columns: BTreeMap<String, usize>,
    /// Rows by channel, in the order of the first row of each.
    channels: Vec<Vec<Row>>,
    files: Files,
    others: Others,
    flaws: Vec<Defect>,
    counted: u64,
}

/// A row, or what lies where none could be read.
type Row = Result<StringRecord, String>;

impl Posts {
    /// The export in the ZIP, where there is one at its root.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Option<Self> {
        let mut files = Files::in_zip(path, limits.message_bytes_max, limits.expanded_bytes_max).ok()?;
        let names = files.names();
        if !names.iter().any(|name| name == TABLE) {
            return None;
        }
        let bytes = files.content(TABLE)?.ok()?;
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        let header = reader.headers().ok()?.clone();
        let columns: BTreeMap<String, usize> = (0..)
            .zip(&header)
            .map(|(at, name)| (name.trim_start_matches('\u{feff}').to_owned(), at))
            .collect();
        if !TELLING.iter().all(|column| columns.contains_key(*column)) {
            return None;
        }
        let mut posts = Self {
            columns,
            channels: Vec::new(),
            files,
            others: Others::new(Vec::new(), 1),
            flaws: Vec::new(),
            counted: count(&bytes).saturating_sub(1),
        };
        let named = posts.rows(reader, header.len());
        posts.check(&names);
        let others = names.into_iter().filter(|name| name != TABLE && !named.contains(name)).collect();
        posts.others = Others::new(others, limits.parts_max);
        Some(posts)
    }

    /// Sorts the rows by channel; gives the files that they name.
    fn rows(&mut self, mut reader: csv::Reader<&[u8]>, wide: usize) -> BTreeSet<String> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut named = BTreeSet::new();
        for record in reader.byte_records() {
            let row = match record {
                Ok(record) if record.len() >= wide.min(12) => {
                    let fields = record.iter().map(|field| String::from_utf8_lossy(field).into_owned());
                    Ok(fields.collect::<StringRecord>())
                }
                Ok(record) => {
                    let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
                    Err(fields.join(","))
                }
                Err(error) => Err(error.to_string()),
            };
            let channel =
                row.as_ref().map(|row| self.field(row, "Channel Id").to_owned()).unwrap_or_default();
            if let Ok(row) = &row
                && self.field(row, "Post Type").ends_with("attachment")
            {
                named.extend(file_path(self.field(row, "Post Message")).map(|(_, path)| path.to_owned()));
            }
            let at = *places.entry(channel).or_insert_with(|| {
                self.channels.push(Vec::new());
                self.channels.len() - 1
            });
            self.channels[at].push(row);
        }
        named
    }

    fn field<'r>(&self, row: &'r StringRecord, column: &str) -> &'r str {
        self.columns.get(column).and_then(|at| row.get(*at)).unwrap_or_default().trim_end_matches('\0')
    }

    /// The export states how many messages it has: as many as there are different ids.
    fn check(&mut self, names: &[String]) {
        if !names.iter().any(|name| name == "metadata.json") {
            return;
        }
        let Some(Ok(bytes)) = self.files.content("metadata.json") else { return };
        let stated = serde_json::from_slice::<serde_json::Value>(&bytes).ok();
        let Some(stated) = stated.and_then(|value| value.get("MessagesCount")?.as_u64()) else { return };
        let rows = self.channels.iter().flatten().filter_map(|row| row.as_ref().ok());
        let messages = rows.filter(|row| is_message(self.field(row, "Post Type")));
        let ids: BTreeSet<&str> = messages.map(|row| self.field(row, "Post Id")).collect();
        if ids.len() as u64 != stated {
            let why = format!("metadata.json states {stated} messages, {TABLE} has {}", ids.len());
            self.flaws.push(Defect::new(DefectCode::BadChat, why));
        }
    }

    /// The channels, one a page, and then the other files.
    pub(crate) fn page(&mut self, at: usize, limits: &Limits) -> Option<Page> {
        let mut page = if at < self.channels.len() {
            let rows = std::mem::take(&mut self.channels[at]);
            let page = self.channel(&rows, limits.zone);
            self.channels[at] = rows;
            page
        } else {
            self.others.page(at - self.channels.len(), &mut self.files, PLATFORM)?
        };
        if at == 0 {
            page.flaws.append(&mut self.flaws);
        }
        Some(page)
    }

    /// How many events there are by another count: the rows, by their line ends outside quotes.
    pub(crate) fn count(&self) -> u64 {
        self.counted + self.others.events()
    }

    fn channel(&mut self, rows: &[Row], zone: Tz) -> Page {
        let mut page = Page::default();
        let mut people = BTreeMap::new();
        let mut events: Vec<Event> = Vec::new();
        for row in rows {
            let event = match row {
                Ok(row) => self.event(row, events.last(), &mut people, &mut page.flaws, zone),
                Err(text) => Event::unread(text.clone(), "no row of the table"),
            };
            events.push(event);
        }
        versions::join(&mut events);
        let first = rows.iter().find_map(|row| row.as_ref().ok()).cloned().unwrap_or_default();
        let of = |column| self.field(&first, column);
        let room = room(of("Channel Type"), of("Channel Name"), of("Channel Id"), of("Channel Display Name"));
        let entered: BTreeSet<_> = events
            .iter()
            .filter(|event| event.kind == EventKind::Join)
            .filter_map(|event| event.by.clone())
            .collect();
        let mut wrote = events.iter().filter_map(|event| event.by.as_ref());
        let known = !entered.is_empty() && wrote.all(|by| entered.contains(by));
        let presence = Presence::from_events(known, BTreeSet::new(), &events);
        page.days = day::days(&room, &people, &presence, events, zone);
        page
    }

    fn event(
        &mut self,
        row: &StringRecord,
        before: Option<&Event>,
        people: &mut BTreeMap<String, Person>,
        flaws: &mut Vec<Defect>,
        zone: Tz,
    ) -> Event {
        let of = |column| self.field(row, column);
        let kind = of("Post Type");
        let mut event = Event::new(match kind {
            "enter" | "previously-joined" => EventKind::Join,
            "leave" => EventKind::Leave,
            _ => EventKind::Message,
        });
        let written = of("Post Creation Time");
        event.at = instant(written, zone);
        if event.at.is_none() {
            let shown = crate::words::shown(written).into_owned();
            event.flaw =
                Some(format!("found Post Creation Time {shown:?}, expected milliseconds since 1970"));
        }
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        event.id = filled(of("Post Id"));
        event.parent = filled(of("Replied to Post Id"));
        event.by = known(people, of("User Id"), of("Username"), of("User Email"));
        for column in KEPT {
            event.custom.extend(filled(of(column)).map(|value| (column.to_owned(), value)));
        }
        match kind {
            "enter" | "leave" => {}
            "previously-joined" => event.custom.push((PRESENCE.to_owned(), AT_START.to_owned())),
            _ => event.text = of("Post Message").to_owned(),
        }
        let (word, updated) = (of("Post Update Type").to_owned(), instant(of("Post Update Time"), zone));
        let newer = filled(of("Edited By Post Id"));
        if let Some((name, path)) = file_path(of("Post Message")).filter(|_| kind.ends_with("attachment")) {
            let record = serde_json::json!({ "file": of("Post Message") }).to_string().into_bytes();
            let mut file = SharedFile { name: name.to_owned(), bytes: record, held: false };
            let path = path.to_owned();
            let flaw = self.files.fill(&mut file, &[&path], None);
            flaws.extend(flaw.map(|why| Defect::new(DefectCode::BadChat, why)));
            event.text = String::new();
            event.files.push(file);
        }
        event.deleted = kind == "deleted attachment";
        // Earlier versions have no column for it: the row before has the same id, and this one the word.
        let again = before.filter(|before| before.id.is_some() && before.id == event.id && !before.deleted);
        if !word.is_empty() {
            versions::apply(&mut event, &word, updated, newer.as_deref());
        } else if again.is_some_and(|before| event.text == format!("delete {}", before.text)) {
            let at = event.at;
            versions::apply(&mut event, "Deleted", at, None);
        } else if let Some(newer) = newer {
            event.custom.push(("edited as".to_owned(), newer));
        }
        event
    }
}

/// Whether a row of this type is a message of somebody's.
fn is_message(kind: &str) -> bool {
    !matches!(kind, "enter" | "previously-joined" | "leave") && !kind.ends_with("attachment")
}

/// Takes in a person; gives the account.
fn known(people: &mut BTreeMap<String, Person>, id: &str, name: &str, mail: &str) -> Option<String> {
    let id = [id, mail, name].into_iter().find(|word| !word.is_empty())?.to_owned();
    let person = people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
    if person.name.is_none() && !name.is_empty() {
        person.name = Some(name.to_owned());
    }
    if let Ok(address) = EmailAddress::new(mail)
        && !person.addresses.contains(&address)
    {
        person.addresses.push(address);
    }
    Some(id)
}

fn instant(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let millis: i64 = text.trim().parse().ok().filter(|millis| *millis > 0)?;
    Some(zone.timestamp_millis_opt(millis).single()?.fixed_offset())
}

/// Name and path in the ZIP of a file's row: `NAME (files/POST/ID-NAME)`, in later versions without the name.
fn file_path(message: &str) -> Option<(&str, &str)> {
    let (name, path) = message.strip_suffix(')')?.rsplit_once('(')?;
    let last = path.rsplit('/').next().unwrap_or(path);
    let name = name.trim();
    Some((if name.is_empty() { last } else { name }, path))
}

/// How many rows a table has: line ends outside quotes, blank lines left out.
fn count(table: &[u8]) -> u64 {
    let (mut rows, mut quoted, mut filled) = (0_u64, false, false);
    for byte in table {
        match byte {
            b'\n' | b'\r' if !quoted => {
                rows += u64::from(filled);
                filled = false;
                continue;
            }
            b'"' => quoted = !quoted,
            _ => {}
        }
        filled = true;
    }
    rows + u64::from(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_files_row_gives_its_name_and_its_path() {
        assert_eq!(file_path("a b.txt (files/p/i-a b.txt)"), Some(("a b.txt", "files/p/i-a b.txt")));
        assert_eq!(file_path("(files/p/i-a.txt)"), Some(("i-a.txt", "files/p/i-a.txt")));
        assert_eq!(file_path("nothing"), None);
    }

    proptest! {
        #[test]
        fn a_written_table_is_counted_as_it_is_read(fields in prop::collection::vec("[a,\"\n\r ]{0,6}", 1..20)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for field in &fields {
                writer.write_record([field.as_str(), "x"]).unwrap();
            }
            let table = writer.into_inner().unwrap();
            prop_assert_eq!(count(&table), fields.len() as u64);
        }
    }
}
