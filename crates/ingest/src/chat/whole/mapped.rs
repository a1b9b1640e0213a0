//! A file of messages whose columns a mapping explains: CSV, or JSON objects.
//!
//! Each row is one event. One that cannot be read is an event with its own words, so that rows are events,
//! and the second count is of rows: for CSV by a walk over quotes and line ends, for JSON by `serde_json` alone.

use crate::chat::event::{Edit, Event, EventKind, Room, RoomKind, SharedFile};
use crate::chat::json;
use crate::chat::mapping::{Layout, Mapping, TimeFormat};
use crate::chat::whole::gathered::{Gathered, from_millis, local};
use crate::chat::whole::records::internal;
use chrono::{DateTime, FixedOffset, NaiveDateTime};
use chrono_tz::Tz;
use duces_model::EmailAddress;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads the file; `name` is its name, which stands for a room where the mapping names none.
pub(crate) fn read(bytes: &[u8], mapping: &Mapping, name: &str, zone: Tz) -> Gathered {
    let mut gathered = Gathered::default();
    let text = gathered.text(bytes, mapping.charset.as_deref());
    let mut reader = Reader { gathered, mapping, name, zone };
    match mapping.layout {
        Layout::Csv => reader.csv(&text),
        Layout::Json => reader.json(text.as_bytes()),
    }
    reader.gathered
}

struct Reader<'m> {
    gathered: Gathered,
    mapping: &'m Mapping,
    name: &'m str,
    zone: Tz,
}

/// The cells of a row by our names of columns; blank ones are left out.
type Cells = BTreeMap<&'static str, String>;

/// The line on which a row starts. The library takes a row to start between the two signs of a line end.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let before = usize::try_from(at.byte()).ok().and_then(|at| text.as_bytes().get(at));
    at.line() + u64::from(before == Some(&b'\n'))
}

impl Reader<'_> {
    fn csv(&mut self, text: &str) {
        let mut rest = text;
        for _ in 0..self.mapping.skip_lines {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
        let delimiter = self.mapping.delimiter.unwrap_or_else(|| delimiter_of(rest));
        let (rows, closed) = count_rows(rest.as_bytes(), delimiter);
        if !closed {
            self.gathered.flaw("a quote is opened and never closed: what follows it was read as one cell");
        }
        self.gathered.counted = Some(rows.saturating_sub(1));
        let mut table = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .has_headers(false)
            .from_reader(rest.as_bytes());
        let mut rows = table.records();
        let Some(Ok(header)) = rows.next() else { return };
        let mut places = Vec::new();
        for (ours, theirs) in &self.mapping.columns {
            let found: Vec<usize> = header
                .iter()
                .enumerate()
                .filter(|(_, name)| name.trim() == theirs.as_str())
                .map(|(at, _)| at)
                .collect();
            match found.as_slice() {
                [at] => places.push((*ours, *at)),
                _ => self.gathered.flaw(format!(
                    "found {} columns {:?}, expected one, for {ours}",
                    found.len(),
                    crate::words::shown(theirs)
                )),
            }
        }
        let whole = places.len() == self.mapping.columns.len();
        for row in rows {
            let Ok(row) = row else { continue };
            let line = row.position().map_or(0, |at| line_of(rest, at)) + self.mapping.skip_lines as u64;
            let place = format!("row at line {line}");
            let words = || row.iter().collect::<Vec<_>>().join(" | ");
            if !whole {
                self.unread(
                    words(),
                    format!("{place}: the columns of the mapping are not those of the file"),
                );
                continue;
            }
            if row.len() != header.len() {
                let why = format!("{place}: found {} cells, expected {}", row.len(), header.len());
                self.unread(words(), why);
                continue;
            }
            let cells = places.iter().filter_map(|(ours, at)| Some((*ours, row.get(*at)?.to_owned())));
            let cells = cells.filter(|(_, cell)| !cell.trim().is_empty()).collect();
            self.row(cells, &place);
        }
    }

    fn json(&mut self, bytes: &[u8]) {
        if let Some(list) = json::elements(bytes) {
            self.gathered.counted = json::count(bytes);
            if let Some(damage) = list.damage {
                self.gathered.flaw(damage);
            }
            for (number, element) in (1..).zip(list.list) {
                self.object(element, &format!("element {number}"));
            }
            return;
        }
        let lines = || {
            (1_u64..)
                .zip(bytes.split(|byte| *byte == b'\n'))
                .filter(|(_, line)| !line.trim_ascii().is_empty())
        };
        self.gathered.counted = Some(lines().map(|(_, line)| json::count_at(line, &[]).unwrap_or(1)).sum());
        for (number, line) in lines() {
            self.object(line.trim_ascii(), &format!("line {number}"));
        }
    }

    fn object(&mut self, bytes: &[u8], place: &str) {
        let value: Value = match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Value::Object(object),
            Ok(_) => {
                return self.unread(
                    String::from_utf8_lossy(bytes).into_owned(),
                    format!("{place}: expected an object"),
                );
            }
            Err(error) => {
                return self.unread(
                    String::from_utf8_lossy(bytes).into_owned(),
                    format!("{place}: no JSON: {error}"),
                );
            }
        };
        let mut cells = Cells::new();
        for (ours, theirs) in &self.mapping.columns {
            if let Some(cell) = at_path(&value, theirs).filter(|cell| !cell.trim().is_empty()) {
                cells.insert(ours, cell);
            }
        }
        self.row(cells, place);
    }

    fn unread(&mut self, words: String, why: String) {
        let event = Event::unread(words, why);
        self.add("unread rows".to_owned(), None, true, event);
    }

    fn add(&mut self, room: String, name: Option<String>, members_known: bool, event: Event) {
        let new = !self.gathered.talks.contains_key(&room);
        let talk = self.gathered.talks.entry(room.clone()).or_default();
        talk.room = Room {
            platform: self.mapping.platform.clone(),
            name: name.or(talk.room.name.take()),
            id: room,
            kind: RoomKind::Channel,
        };
        talk.members_by_day = true;
        talk.members_known = members_known && (new || talk.members_known);
        talk.events.push(event);
    }

    /// A row as an event.
    fn row(&mut self, mut cells: Cells, place: &str) {
        let mut flaws = Vec::new();
        let mut event = Event::new(EventKind::Message);
        event.id = cells.remove("id");
        event.parent = cells.remove("parent").filter(|parent| Some(parent) != event.id.as_ref());
        match cells.remove("time") {
            None => flaws.push("found no time".to_owned()),
            Some(text) => match self.time(&text) {
                Ok((at, twice)) => {
                    event.at = Some(at);
                    event.custom.extend(twice.map(|twice| ("time".to_owned(), twice)));
                }
                Err(why) => flaws.push(why),
            },
        }
        event.by = self.sender(&mut cells);
        event.text = cells.remove("text").unwrap_or_default();
        if let Some(subject) = cells.remove("subject") {
            event.text = format!("{subject}\n{}", event.text);
        }
        if let Some(kind) = cells.remove("kind") {
            event.custom.push(("kind".to_owned(), kind));
        }
        event.deleted = flag(&mut cells, "deleted", false, &mut flaws);
        if flag(&mut cells, "internal", false, &mut flaws) || !flag(&mut cells, "public", true, &mut flaws) {
            event.text = internal(&event.text);
        }
        let (edited, previous) = (cells.remove("edited"), cells.remove("previous"));
        if edited.is_some() || previous.is_some() {
            let at = edited.map(|text| self.time(&text)).transpose();
            let at = at.map_err(|why| flaws.push(format!("edited: {why}"))).ok().flatten().map(|(at, _)| at);
            event.edits.push(Edit { by: event.by.clone().unwrap_or_default(), at, previous, new: None });
        }
        let recipients = cells.remove("recipients");
        let told = recipients.is_some();
        for who in recipients
            .iter()
            .flat_map(|list| list.split([';', ',']))
            .map(str::trim)
            .filter(|who| !who.is_empty())
        {
            let id = self.person(who);
            event.custom.push((crate::chat::whole::gathered::TO.to_owned(), id));
        }
        for name in cells
            .remove("attachments")
            .iter()
            .flat_map(|list| list.split(';'))
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            let record = serde_json::json!({ "name": name }).to_string().into_bytes();
            event.files.push(SharedFile { name: name.to_owned(), bytes: record, held: false });
        }
        if !flaws.is_empty() {
            event.flaw = Some(format!("{place}: {}", flaws.join("; ")));
        }
        let room = cells.remove("room").unwrap_or_else(|| self.name.to_owned());
        let name = cells.remove("room_name");
        self.add(room, name, told, event);
    }

    /// A person named by an id, or by a mail address, alone or as `Name <address>`.
    fn person(&mut self, text: &str) -> String {
        let (name, mail) = match text.split_once('<') {
            Some((name, rest)) => (Some(name.trim().to_owned()), rest.trim_end_matches('>').trim()),
            None => (None, text),
        };
        let address = EmailAddress::new(mail).ok();
        let id = address.as_ref().map_or_else(|| text.to_owned(), ToString::to_string);
        let person = self.gathered.person(&id);
        person.name = person.name.take().or(name.filter(|name| !name.is_empty()));
        if let Some(address) = address.filter(|address| !person.addresses.contains(address)) {
            person.addresses.push(address);
        }
        id
    }

    fn sender(&mut self, cells: &mut Cells) -> Option<String> {
        let (who, name, mail) =
            (cells.remove("sender"), cells.remove("sender_name"), cells.remove("sender_address"));
        let id = match (&who, &mail) {
            (Some(who), _) => self.person(who),
            (None, Some(mail)) => self.person(mail),
            (None, None) => name.clone()?,
        };
        let person = self.gathered.person(&id);
        person.name = name.or(person.name.take());
        if let Some(address) = mail.and_then(|mail| EmailAddress::new(&mail).ok())
            && !person.addresses.contains(&address)
        {
            person.addresses.push(address);
        }
        Some(id)
    }

    fn time(&self, text: &str) -> Result<(DateTime<FixedOffset>, Option<String>), String> {
        let text = text.trim();
        let wrong =
            |expected: &str| format!("found time {:?}, expected {expected}", crate::words::shown(text));
        let shown = |at: DateTime<FixedOffset>| (at.with_timezone(&self.zone).fixed_offset(), None);
        let number = |times: i64, expected: &str| {
            let number = text.parse::<i64>().ok().and_then(|number| number.checked_mul(times));
            number
                .and_then(|millis| from_millis(millis, self.zone))
                .map(|at| (at, None))
                .ok_or_else(|| wrong(expected))
        };
        match &self.mapping.time_format {
            TimeFormat::Rfc3339 => DateTime::parse_from_rfc3339(text)
                .map(shown)
                .map_err(|_| wrong("a time with its zone, as in RFC 3339")),
            TimeFormat::EpochSeconds => number(1000, "seconds since 1970"),
            TimeFormat::EpochMillis => number(1, "milliseconds since 1970"),
            TimeFormat::Zoned(form) => {
                DateTime::parse_from_str(text, form).map(shown).map_err(|_| wrong(form))
            }
            TimeFormat::Local(form, zone) => {
                let time = NaiveDateTime::parse_from_str(text, form).map_err(|_| wrong(form))?;
                let (at, twice) = local(time, *zone)?;
                Ok((at.with_timezone(&self.zone).fixed_offset(), twice))
            }
        }
    }
}

/// What a cell of yes or no says; `absent` where it is blank.
fn flag(cells: &mut Cells, name: &'static str, absent: bool, flaws: &mut Vec<String>) -> bool {
    let Some(cell) = cells.remove(name) else { return absent };
    match cell.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => true,
        "false" | "f" | "no" | "n" | "0" => false,
        _ => {
            flaws.push(format!("found {name} {:?}, expected true or false", crate::words::shown(&cell)));
            absent
        }
    }
}

/// The value at a path of names parted by dots; of a list, its elements parted by semicolons.
fn at_path(value: &Value, path: &str) -> Option<String> {
    // A member whose own name has dots goes before.
    let mut found = value.get(path);
    if found.is_none() {
        found = path.split('.').try_fold(value, |value, name| value.get(name));
    }
    let plain = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    match found? {
        Value::Array(list) => Some(list.iter().filter_map(plain).collect::<Vec<_>>().join(";")),
        other => plain(other),
    }
}

/// What parts the cells of the header row: the sign that stands in it most often.
fn delimiter_of(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let times = |sign: u8| header.bytes().filter(|byte| *byte == sign).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|sign| times(*sign)).unwrap_or(b',')
}

/// Where in a row the walk stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    RowStart,
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote inside a quoted cell: it closes the cell, unless another follows.
    Quote,
}

/// How many rows there are, blank lines aside, and whether the last quote is closed. A quote opens only at a cell's start.
fn count_rows(bytes: &[u8], delimiter: u8) -> (u64, bool) {
    let (mut rows, mut at) = (0, At::RowStart);
    for byte in bytes {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::RowStart | At::CellStart | At::Quote, b'"') => At::Quoted,
            (At::RowStart, b'\n' | b'\r') => At::RowStart,
            (_, b'\n' | b'\r') => {
                rows += 1;
                At::RowStart
            }
            (_, byte) if *byte == delimiter => At::CellStart,
            _ => At::Bare,
        };
    }
    (rows + u64::from(at != At::RowStart), at != At::Quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mapping(kind: &str, more: &str) -> Mapping {
        let text = format!(
            "kind = \"{kind}\"\nfiles = [\"*\"]\nplatform = \"desk\"\ntime_format = \"%Y-%m-%d %H:%M:%S\"\nzone = \"America/New_York\"\n[columns]\ntime = \"when\"\ntext = \"said\"\n{more}"
        );
        Mapping::read("m.toml", &text).unwrap()
    }

    fn read_text(text: &str, mapping: &Mapping) -> Gathered {
        read(text.as_bytes(), mapping, "log.csv", chrono_tz::UTC)
    }

    #[test]
    fn rows_are_events_with_people_versions_and_notes_and_broken_rows_are_kept() {
        let mapping = mapping(
            "messages-csv",
            "room = \"r\"\nsender = \"who\"\nrecipients = \"to\"\npublic = \"public\"\nprevious = \"before\"\nattachments = \"files\"\n",
        );
        let gathered = read_text(
            "r;when;who;to;said;public;before;files\r\n7;2024-03-01 09:00:00;Ann Lee <ann@firm.example>;bob@firm.example, cat;\"sell \"\"5\"\"\r\nnow\";TRUE;sell 50;a.pdf\r\n\
             7;soon;bob@firm.example;ann@firm.example;he is a risk;no;;\r\n7;2024-03-01 09:00:00\r\n",
            &mapping,
        );
        let talk = &gathered.talks["7"];
        assert_eq!(gathered.counted, Some(3));
        assert_eq!(talk.events[0].text, "sell \"5\"\r\nnow");
        assert_eq!(talk.events[0].at.unwrap().to_rfc3339(), "2024-03-01T14:00:00+00:00");
        assert_eq!(
            (talk.events[0].by.as_deref(), talk.events[0].edits[0].previous.as_deref()),
            (Some("ann@firm.example"), Some("sell 50"))
        );
        assert!(talk.events[0].files[0].name == "a.pdf" && talk.members_known);
        assert_eq!(talk.events[1].text, "[internal note] he is a risk");
        let flaw = talk.events[1].flaw.as_deref().unwrap();
        assert!(flaw.starts_with("row at line 4: found time \"soon\""), "{flaw}");
        assert!(
            gathered.talks["unread rows"].events[0]
                .flaw
                .as_deref()
                .unwrap()
                .contains("found 2 cells, expected 8")
        );
        let lost = read_text("when,text\n2024-03-01 09:00:00,x\n", &mapping);
        assert_eq!((lost.counted, lost.talks["unread rows"].events.len()), (Some(1), 1));
    }

    #[test]
    fn json_lines_are_read_by_paths_of_names() {
        let mapping = mapping("messages-json", "sender_address = \"from.mail\"\nrecipients = \"to\"\n");
        let text = "{\"when\":\"2024-03-01 09:00:00\",\"said\":\"x\",\"from\":{\"mail\":\"ann@firm.example\"},\"to\":[\"b@c.example\",\"d@e.example\"]}\n\n{oops\n";
        let gathered = read_text(text, &mapping);
        assert_eq!(gathered.counted, Some(2));
        let event = &gathered.talks["log.csv"].events[0];
        assert_eq!(event.by.as_deref(), Some("ann@firm.example"));
        assert_eq!(event.custom.len(), 2);
        assert_eq!(gathered.talks["unread rows"].events[0].text, "{oops");
        let listed = read_text("[{\"when\":\"2024-03-01 09:00:00\",\"said\":\"x\"},3]", &mapping);
        assert_eq!(listed.counted, Some(2));
    }

    proptest! {
        #[test]
        fn rows_are_counted_alike_by_both(text in "[ab,\"\n\r]{0,30}") {
            let table = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
            let (rows, _) = count_rows(text.as_bytes(), b',');
            prop_assert_eq!(table.into_records().count() as u64, rows, "{:?}", text);
        }
    }
}
