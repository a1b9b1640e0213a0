//! A room-day as an RSMF 2.0 file (Relativity Short Message Format): a mail whose one attachment is
//! `rsmf.zip`, with the manifest and the files that it names. The same room-day gives the same bytes.
//!
//! Source: Relativity, "Creating an RSMF file"; JSON schema 2.0.0 of relativitydev/rsmf-validator-samples.

use crate::chat::event::{Edit, Event, EventKind, Person, Reaction, RoomDay, RoomKind};
use crate::chat::transcript;
use crate::native;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use duces_model::Sha256;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime as ZipTime, System, ZipWriter};

/// Names of what RSMF has no field for.
pub(crate) const ADDRESS: &str = "duces:address";
pub(crate) const FLAW: &str = "duces:flaw";
pub(crate) const MEMBERS: &str = "duces:members";
pub(crate) const ROOM: &str = "duces:room";
pub(crate) const DAY: &str = "duces:day";
pub(crate) const NOT_HELD: &str = "duces:not-held";
/// The manifest's name in the archive.
pub(crate) const MANIFEST: &str = "rsmf_manifest.json";

/// Writes a room-day.
///
/// # Errors
/// In words, where the archive cannot be made, as for a file beyond what an archive holds.
pub fn write(day: &RoomDay) -> Result<Vec<u8>, String> {
    let (manifest, files) = manifest(day);
    let archive =
        archive(&manifest, &files).map_err(|error| format!("the archive cannot be made: {error}"))?;
    Ok(mail(day, &manifest, &archive))
}

fn time(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn custom<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Value> {
    let list: Vec<Value> = pairs
        .into_iter()
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    (!list.is_empty()).then_some(Value::Array(list))
}

fn set(object: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

/// The manifest, and the files that it names.
fn manifest(day: &RoomDay) -> (Value, Vec<(String, &[u8])>) {
    let mut files = Vec::new();
    let events: Vec<Value> = day.events.iter().map(|event| event_object(event, &mut files)).collect();
    let people: Vec<Value> =
        day.people.iter().map(|person| person_object(person, &day.room.platform)).collect();
    let mut room = Map::new();
    room.insert("id".into(), "room".into());
    room.insert("platform".into(), day.room.platform.clone().into());
    let kind = if day.room.kind == RoomKind::Direct { "direct" } else { "channel" };
    room.insert("type".into(), kind.into());
    // A direct conversation lists everybody who took part.
    let members: Vec<String> = match day.room.kind {
        RoomKind::Channel => day.present.clone(),
        RoomKind::Direct => day.people.iter().map(|person| person.id.clone()).collect(),
    };
    room.insert("participants".into(), members.into());
    set(&mut room, "display", day.room.name.clone());
    // Somebody writing in a room where nobody was and nobody came is no room that anybody knows of.
    let came = day.events.iter().any(|event| event.kind == EventKind::Join);
    let peopled = !day.present.is_empty() || came || day.events.iter().all(|event| event.by.is_none());
    let known = if day.members_known && peopled { "known" } else { "unknown" };
    let date = day.day.map(|day| day.to_string()).unwrap_or_default();
    set(&mut room, "custom", custom([(ROOM, day.room.id.as_str()), (MEMBERS, known), (DAY, date.as_str())]));
    let manifest = json!({
        "version": "2.0.0",
        "participants": people,
        "conversations": [room],
        "events": events,
    });
    (manifest, files)
}

fn person_object(person: &Person, platform: &str) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), person.id.clone().into());
    set(&mut object, "display", person.name.clone());
    set(&mut object, "email", person.addresses.first().map(ToString::to_string));
    object.insert("account_id".into(), format!("{}@{platform}", person.id).into());
    let more = person.addresses.iter().skip(1).map(|address| (ADDRESS, address.as_str()));
    set(&mut object, "custom", custom(more));
    Value::Object(object)
}

fn event_object<'d>(event: &'d Event, files: &mut Vec<(String, &'d [u8])>) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), event.kind.as_str().into());
    object.insert("conversation".into(), "room".into());
    set(&mut object, "id", event.id.clone());
    set(&mut object, "parent", event.parent.clone());
    set(&mut object, "participant", event.by.clone());
    set(&mut object, "timestamp", event.at.map(time));
    object.insert("body".into(), event.text.clone().into());
    set(&mut object, "deleted", event.deleted.then_some(true));
    set(&mut object, "importance", event.important.then_some("high"));
    let list = |list: Vec<Value>| (!list.is_empty()).then_some(list);
    set(&mut object, "reactions", list(event.reactions.iter().map(reaction_object).collect()));
    set(&mut object, "edits", list(event.edits.iter().map(edit_object).collect()));
    let mut attachments = Vec::new();
    let mut not_held = Vec::new();
    for file in &event.files {
        let ending =
            if file.held { native::ending_of(&file.name).unwrap_or("bin".into()) } else { "json".into() };
        let id = format!("file-{:04}.{ending}", files.len() + 1);
        attachments.push(json!({ "id": id, "display": file.name, "size": file.bytes.len() }));
        if !file.held {
            not_held.push(id.clone());
        }
        files.push((id, file.bytes.as_slice()));
    }
    set(&mut object, "attachments", list(attachments));
    let flaw = event.flaw.as_deref().map(|why| (FLAW, why));
    let own = event.custom.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let not_held = not_held.iter().map(|id| (NOT_HELD, id.as_str()));
    set(&mut object, "custom", custom(own.chain(flaw).chain(not_held)));
    Value::Object(object)
}

fn reaction_object(reaction: &Reaction) -> Value {
    let mut object = Map::new();
    object.insert("value".into(), reaction.value.clone().into());
    set(&mut object, "count", reaction.count);
    set(&mut object, "participants", (!reaction.by.is_empty()).then(|| reaction.by.clone()));
    Value::Object(object)
}

fn edit_object(edit: &Edit) -> Value {
    let mut object = Map::new();
    object.insert("participant".into(), edit.by.clone().into());
    set(&mut object, "timestamp", edit.at.map(time));
    set(&mut object, "previous", edit.previous.clone());
    set(&mut object, "new", edit.new.clone());
    Value::Object(object)
}

fn archive(manifest: &Value, files: &[(String, &[u8])]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(ZipTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o644);
    archive.start_file(MANIFEST, options)?;
    archive.write_all(serde_json::to_string_pretty(manifest).unwrap_or_default().as_bytes())?;
    for (name, bytes) in files {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The mail around the archive.
fn mail(day: &RoomDay, manifest: &Value, archive: &[u8]) -> Vec<u8> {
    // The same events of the same room on the same day have the same id, whatever export they came in; who was
    // a member may be told otherwise by a later one.
    let told = json!([day.room.platform, day.room.id, day.day.map(|d| d.to_string()), manifest["events"]]);
    let digest = Sha256::of(told.to_string()).to_string();
    let times: Vec<DateTime<Utc>> =
        day.events.iter().filter_map(|event| event.at).map(|at| at.to_utc()).collect();
    let mut head = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = write!(head, "{name}: {value}\r\n");
    };
    line("X-RSMF-Version", "2.0.0");
    line("X-RSMF-Generator", "Duces");
    line("X-RSMF-Application", &words(&day.room.platform));
    line("X-RSMF-EventCount", &day.events.len().to_string());
    if let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) {
        line("X-RSMF-BeginDate", &first.to_rfc3339_opts(SecondsFormat::Secs, true));
        line("X-RSMF-EndDate", &last.to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    line("X-RSMF-EventCollectionID", &digest);
    let first = day.events.iter().find_map(|event| event.by.as_deref()).and_then(|id| day.person(id));
    let platform = &day.room.platform;
    line("From", &first.map_or_else(|| "undisclosed:;".to_owned(), |person| mailbox(person, platform)));
    if !day.people.is_empty() {
        let all: Vec<String> = day.people.iter().map(|person| mailbox(person, platform)).collect();
        line("To", &all.join(",\r\n "));
    }
    line("Subject", &words(&day.title()));
    if let Some(first) = times.iter().min() {
        line("Date", &first.format("%a, %d %b %Y %H:%M:%S +0000").to_string());
    }
    line("Message-ID", &format!("<{}@chat.invalid>", &digest[..40]));
    line("MIME-Version", "1.0");
    let boundary = format!("rsmf-{}", &digest[..32]);
    line("Content-Type", &format!("multipart/mixed; boundary=\"{boundary}\""));
    let _ = write!(
        head,
        "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    let mut bytes = head.into_bytes();
    base64_lines(&mut bytes, transcript::text(day).as_bytes());
    bytes.extend_from_slice(
        format!(
            "--{boundary}\r\nContent-Type: application/zip; name=\"rsmf.zip\"\r\nContent-Disposition: attachment; \
             filename=\"rsmf.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        .as_bytes(),
    );
    base64_lines(&mut bytes, archive);
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    bytes
}

pub(crate) fn base64_lines(bytes: &mut Vec<u8>, content: &[u8]) {
    // 57 bytes are the 76 characters of a line (RFC 2045 section 6.8).
    for line in content.chunks(57) {
        bytes.extend_from_slice(BASE64.encode(line).as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
}

/// Words in a header: as they stand where they are plain, else encoded (RFC 2047).
pub(crate) fn words(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.chars().all(plain) && !text.contains("=?") && text.len() < 900 {
        return text.to_owned();
    }
    let mut encoded = Vec::new();
    let mut piece = String::new();
    for c in text.chars() {
        if piece.len() + c.len_utf8() > 42 {
            encoded.push(std::mem::take(&mut piece));
        }
        piece.push(c);
    }
    encoded.push(piece);
    let encoded: Vec<String> =
        encoded.iter().map(|piece| format!("=?utf-8?B?{}?=", BASE64.encode(piece))).collect();
    encoded.join("\r\n ")
}

/// A person in an address header.
pub(crate) fn mailbox(person: &Person, platform: &str) -> String {
    let own = || account_address(&person.id, platform);
    let address = person.addresses.first().map(ToString::to_string).unwrap_or_else(own);
    let name = person.name.as_deref().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    match name {
        "" => format!("<{address}>"),
        name if name.chars().all(plain) => format!("\"{name}\" <{address}>"),
        name => {
            let coded = words(name);
            if coded.starts_with("=?") {
                format!("{coded} <{address}>")
            } else {
                format!("=?utf-8?B?{}?= <{address}>", BASE64.encode(name))
            }
        }
    }
}

/// The address under which an account without a mail address counts.
pub(crate) fn account_address(account: &str, platform: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "+-_.@".contains(c) { c } else { '_' };
    let account: String = account.chars().map(plain).collect();
    let platform: String = platform.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("{}@{}", account.to_lowercase().replace('@', "_"), platform.to_lowercase())
}
