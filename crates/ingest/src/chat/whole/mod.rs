//! Exports that are one file (or a ZIP of one with its media) and are read at once: their rooms are told from all of it.
//!
//! An occurrence's place is made of its room and its day, not of where it came in the file, so that a later and
//! longer export at the same path gives the same occurrences for the days that did not change.

mod gathered;
mod intercom;
mod mapped;
mod records;
mod sms;
mod stamp;
mod tags;
mod teams;
mod whatsapp;
mod zendesk;

use crate::chat::event::RoomDay;
use crate::chat::files::{Files, Others};
use crate::chat::mapping::Mapping;
use crate::chat::page::Page;
use crate::limits::Limits;
use duces_model::{Defect, DefectCode, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The list of users beside records of an API: a list, or an object that holds one.
const USERS: &str = "users.json";

/// What wrote the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    WhatsApp,
    Sms,
    Records(records::Kind),
    /// A mapping says what its columns mean.
    Mapped(Arc<Mapping>),
}

/// An export of one file.
pub(crate) struct Whole {
    path: PathBuf,
    form: Form,
    /// Of a ZIP, the entry that tells what was said.
    entry: Option<String>,
    read: Option<Read>,
}

/// What was read of it, without the contents of files beside it: those are taken in day by day.
struct Read {
    days: Vec<RoomDay>,
    places: Vec<u64>,
    counted: Option<u64>,
    flaws: Vec<Defect>,
    files: Files,
    others: Others,
}

/// How many pieces there are before those of files that no message names.
const fn pieces(days: usize) -> usize {
    // What is wrong with an export without a day is told by a piece without one.
    if days == 0 { 1 } else { days }
}

impl Whole {
    /// A file for which there is a mapping, whatever it looks like.
    pub(crate) fn mapped(path: &Path, limits: &Limits) -> Option<Self> {
        let mapping = limits.mappings.iter().find(|mapping| mapping.is_for(path))?;
        Some(Self { path: path.to_owned(), form: Form::Mapped(mapping.clone()), entry: None, read: None })
    }

    /// The export that the file is, told by its first bytes and, where they leave it open, its name.
    pub(crate) fn in_file(path: &Path, head: &[u8]) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        let form = if sms::is_backup(head) {
            Form::Sms
        } else if whatsapp::is_export(head, &name) {
            Form::WhatsApp
        } else {
            Form::Records(records::Kind::of(head)?)
        };
        Some(Self { path: path.to_owned(), form, entry: None, read: None })
    }

    /// A WhatsApp export in a ZIP: one text with files beside it.
    pub(crate) fn in_zip(path: &Path, limits: &Limits) -> Option<Self> {
        let mut files = Files::in_zip(path, limits.message_bytes_max, limits.expanded_bytes_max).ok()?;
        let names = files.names();
        let mut texts = names.iter().filter(|name| whatsapp::is_chat_name(name));
        let entry = texts.next().filter(|_| texts.next().is_none())?.clone();
        // What cannot be read is told when it is to be read.
        let head = files.content(&entry)?.unwrap_or_default();
        let head = &head[..head.len().min(crate::detect::HEAD_BYTES)];
        (head.is_empty() || whatsapp::is_export(head, &entry)).then(|| Self {
            path: path.to_owned(),
            form: Form::WhatsApp,
            entry: Some(entry),
            read: None,
        })
    }

    /// The word of its form.
    pub(crate) fn form(&self) -> &'static str {
        match &self.form {
            Form::WhatsApp => "whatsapp-text",
            Form::Sms => "sms-backup-restore",
            Form::Records(kind) => kind.form(),
            Form::Mapped(_) => "mapped-table",
        }
    }

    /// A piece: a room-day, with the files that its messages name.
    pub(crate) fn page(&mut self, at: usize, limits: &Limits) -> Option<Page> {
        if let Err(why) = self.ready(limits) {
            let flaws = vec![Defect::new(DefectCode::BadChat, why)];
            return (at == 0).then(|| Page { flaws, ..Page::default() });
        }
        let platform = self.form().split('-').next().unwrap_or_default();
        // Names of other systems' files are links; a file beside them that is called alike is another.
        let files_beside = matches!(self.form, Form::WhatsApp | Form::Mapped(_));
        let read = self.read.as_mut()?;
        if at >= pieces(read.days.len()) {
            return read.others.page(at - pieces(read.days.len()), &mut read.files, platform);
        }
        let mut page = Page { counted: Some(0), ..Page::default() };
        if at == 0 {
            (page.counted, page.flaws) = (read.counted, std::mem::take(&mut read.flaws));
        }
        if let Some(mut day) = read.days.get(at).cloned() {
            for event in &mut day.events {
                for file in event.files.iter_mut().filter(|file| files_beside && !file.held) {
                    let name = file.name.clone();
                    if let Some(why) = read.files.fill(file, &[&name], None) {
                        event.flaw.get_or_insert(why);
                    }
                }
            }
            page.days.push(day);
        }
        Some(page)
    }

    /// The place of the room-day of a piece: a number made of its room and day.
    pub(crate) fn place(&self, at: usize) -> u64 {
        let days = self.read.as_ref().map_or(&[][..], |read| &read.places);
        // The first bit parts pieces of other files from days.
        days.get(at).copied().unwrap_or((1 << 62) | at.saturating_sub(pieces(days.len())) as u64)
    }

    /// Reads the file, unless it was read.
    fn ready(&mut self, limits: &Limits) -> Result<(), String> {
        if self.read.is_none() {
            self.read = Some(self.open(limits)?);
        }
        Ok(())
    }

    /// The piece with this place; none where there is none, or the file cannot be read.
    pub(crate) fn piece(&mut self, place: u64, limits: &Limits) -> Option<usize> {
        self.ready(limits).ok()?;
        let days = &self.read.as_ref()?.places;
        match days.iter().position(|known| *known == place) {
            Some(at) => Some(at),
            None if place >> 62 == 1 => Some(pieces(days.len()) + usize::try_from(place & !(1 << 62)).ok()?),
            None => None,
        }
    }

    fn open(&self, limits: &Limits) -> Result<Read, String> {
        let most = limits.message_bytes_max;
        let folder = self.path.parent().unwrap_or(Path::new("")).to_owned();
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (bytes, mut files, own) = match &self.entry {
            Some(entry) => {
                let mut files = Files::in_zip(&self.path, most, limits.expanded_bytes_max)?;
                let bytes = files.content(entry).ok_or("not in the archive")??;
                (bytes, files, whatsapp::has_own_name(entry).then(|| Path::new(entry)))
            }
            None => {
                let bytes = std::fs::read(&self.path).map_err(|error| error.to_string())?;
                (bytes, Files::in_folder(folder, most), None)
            }
        };
        let gathered = match &self.form {
            Form::WhatsApp => {
                whatsapp::read(&bytes, &whatsapp::room_of(own.unwrap_or(&self.path)), limits.zone)
            }
            Form::Records(kind) => {
                // Lists of users that a dump of an API keeps beside its records.
                let users = files.content(USERS).and_then(Result::ok);
                records::read(&bytes, *kind, &name, users.as_deref(), limits.zone)
            }
            Form::Mapped(mapping) => mapped::read(&bytes, mapping, &name, limits.zone),
            Form::Sms => sms::read(&bytes, limits.zone),
        };
        let page = gathered.page(limits.zone);
        let named: BTreeSet<&str> = page
            .days
            .iter()
            .flat_map(|day| &day.events)
            .flat_map(|event| event.files.iter().map(|file| file.name.as_str()))
            .collect();
        let known = |name: &String| self.entry.as_ref() != Some(name) && !named.contains(name.as_str());
        let others = Others::new(files.names().into_iter().filter(known).collect(), limits.parts_max);
        let (places, counted) = (places(&page.days), page.counted);
        Ok(Read { days: page.days, places, counted, flaws: page.flaws, files, others })
    }
}

/// The places of room-days: numbers made of each one's room and day. Two that are alike are told apart by their order.
fn places(days: &[RoomDay]) -> Vec<u64> {
    let mut taken = BTreeSet::new();
    let of = |day: &RoomDay| {
        let date = day.day.map(|day| day.to_string()).unwrap_or_default();
        let digest = Sha256::of(format!("{}\0{}\0{date}", day.room.platform, day.room.id).as_bytes());
        let start = digest.as_bytes().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        start >> 3
    };
    days.iter()
        .map(|day| {
            let mut place = of(day);
            while !taken.insert(place) {
                place += 1;
            }
            place
        })
        .collect()
}
