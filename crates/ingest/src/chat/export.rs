//! An opened export: its pages one after another, its room-days one by one.

use crate::chat::dump::{Dump, Mail};
use crate::chat::event::{Event, Room, RoomDay, SharedFile};
use crate::chat::mattermost::{self, Posts, Relay};
use crate::chat::page::Page;
use crate::chat::whole::Whole;
use crate::chat::{day, dump, rsmf_file, rsmf_read, rsmf_write, slack, slack_files, symphony};
use crate::limits::Limits;
use crate::notes::Notes;
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the pages come from.
enum Source {
    /// An RSMF file of more than one room-day.
    Rsmf(PathBuf),
    /// One day of a room of a Slack export that is a folder.
    SlackDay { path: PathBuf, folder: String, workspace: Arc<slack::Workspace> },
    /// A Slack export in a ZIP.
    SlackZip(Box<slack_files::Archive>),
    /// A dump in XML.
    Dump(Box<Dump>),
    /// Mattermost's table in a ZIP.
    Posts(Box<Posts>),
    /// A mail that Mattermost made for Global Relay.
    Relay(PathBuf),
    /// Messages of Symphony in JSON.
    Symphony(PathBuf),
    /// A file that is read at once; its room-days are found again by their room and day.
    Whole(Box<Whole>),
}

/// An export being read.
pub(crate) struct Export {
    source: Source,
    limits: Limits,
    /// Where the next piece is looked for: a number of a piece, or a place in the file.
    page: u64,
    /// How many room-days were given.
    given: u64,
    waiting: VecDeque<(u64, Unit)>,
    events: u64,
    counted: Option<u64>,
    notes: Notes,
}

/// What becomes an item.
#[derive(Clone)]
pub(crate) enum Unit {
    Day(RoomDay),
    Mail(Mail),
}

impl Unit {
    /// The units of a piece, in the order by which they are found again.
    fn of(page: Page) -> impl Iterator<Item = Self> {
        page.days.into_iter().map(Self::Day).chain(page.mails.into_iter().map(Self::Mail))
    }

    pub(crate) fn item(self, offset: u64, limits: &Limits) -> Item {
        match self {
            Self::Day(day) => written(offset, day, limits),
            Self::Mail(Mail { bytes, defects }) => Item { offset, bytes, defects },
        }
    }
}

/// A room-day (or a mail), written as a file.
pub(crate) struct Item {
    /// Its page and its place in it, by which it is found again.
    pub(crate) offset: u64,
    /// The RSMF file; empty where it could not be made.
    pub(crate) bytes: Vec<u8>,
    pub(crate) defects: Vec<Defect>,
}

/// What a file was found to be.
pub(crate) enum Found {
    /// An export of room-days.
    Export(Box<Export>),
    /// One room-day in RSMF, kept as it lies.
    Rsmf,
}

impl Export {
    /// The export that the file is, told by its first bytes and, for an archive, by its list of files.
    pub(crate) fn detect(path: &Path, bytes: u64, head: &[u8], limits: &Limits) -> Option<Found> {
        if let Some(whole) = Whole::mapped(path, limits).filter(|_| bytes <= limits.message_bytes_max) {
            return Some(Found::Export(Box::new(Self::new(Source::Whole(Box::new(whole)), limits))));
        }
        if let Some(form) = dump::form(head)
            && bytes <= PLACE_MAX
        {
            let dump = Dump::in_file(path, form, head, limits);
            return Some(Found::Export(Box::new(Self::new(Source::Dump(Box::new(dump)), limits))));
        }
        if bytes > limits.message_bytes_max && !head.starts_with(b"PK\x03\x04") {
            return None;
        }
        let source = if head.starts_with(b"PK\x03\x04") {
            match slack_files::Archive::open(path, limits) {
                Some(archive) => Source::SlackZip(Box::new(archive)),
                None => match Dump::in_zip(path, limits) {
                    Some(dump) => Source::Dump(Box::new(dump)),
                    None => match Posts::open(path, limits) {
                        Some(posts) => Source::Posts(Box::new(posts)),
                        None => Source::Whole(Box::new(Whole::in_zip(path, limits)?)),
                    },
                },
            }
        } else if mattermost::is_relay(head) {
            Relay::open(&std::fs::read(path).ok()?, limits)?;
            Source::Relay(path.to_owned())
        } else if symphony::is_messages(head) {
            Source::Symphony(path.to_owned())
        } else if rsmf_file::is_rsmf(head) {
            return rsmf(path, limits);
        } else if slack::is_day(head) {
            let (folder, workspace) = slack_files::beside(path, limits);
            Source::SlackDay { path: path.to_owned(), folder, workspace }
        } else {
            Source::Whole(Box::new(Whole::in_file(path, head)?))
        };
        Some(Found::Export(Box::new(Self::new(source, limits))))
    }

    fn new(source: Source, limits: &Limits) -> Self {
        let (waiting, notes) = (VecDeque::new(), Notes::default());
        let limits = limits.clone();
        Self { source, limits, page: 0, given: 0, waiting, events: 0, counted: Some(0), notes }
    }

    /// The word of its form, as in `forms`.
    pub(crate) fn form(&self) -> &'static str {
        match &self.source {
            Source::Rsmf(_) => "rsmf",
            Source::SlackDay { .. } | Source::SlackZip(_) => "slack-export",
            Source::Dump(dump) => dump.form(),
            Source::Posts(_) => "mattermost-csv",
            Source::Relay(_) => "mattermost-global-relay",
            Source::Symphony(_) => "symphony-json",
            Source::Whole(whole) => whole.form(),
        }
    }

    /// The bounds under which it is read.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Where the piece lies in which the unit of this place is; none where there is no such place.
    pub(crate) fn piece_of(&mut self, place: u64) -> Option<u64> {
        match &mut self.source {
            Source::Whole(whole) => Some(whole.piece(place, &self.limits)? as u64),
            _ => Some(place >> 24),
        }
    }

    /// The units of the piece there, each with its place.
    pub(crate) fn units(&mut self, at: u64) -> Option<Vec<(u64, Unit)>> {
        let (page, _) = self.source.page(at, &self.limits)?;
        let places = self.source.places(at, &page);
        Some(places.into_iter().zip(Unit::of(page)).collect())
    }

    /// The next room-day.
    pub(crate) fn next(&mut self) -> Option<Item> {
        loop {
            if let Some((offset, unit)) = self.waiting.pop_front() {
                self.given += 1;
                return Some(unit.item(offset, &self.limits));
            }
            let at = self.page;
            let Some((mut page, next)) = self.source.page(at, &self.limits) else {
                return self.nothing();
            };
            self.page = next;
            self.events += page.events();
            self.counted = self.counted.zip(page.counted).map(|(sum, more)| sum + more);
            self.notes.extend(std::mem::take(&mut page.flaws));
            self.waiting = self.source.places(at, &page).into_iter().zip(Unit::of(page)).collect();
        }
    }

    /// An export without events is one all the same: its account needs something that stands for it.
    fn nothing(&mut self) -> Option<Item> {
        if self.given > 0 {
            return None;
        }
        self.given = 1;
        Some(written(NOTHING, empty(), &self.limits))
    }

    /// What is wrong with the export as a whole, and the second count of its room-days: those that were found,
    /// more or fewer by as many events as the second count of events has more or fewer.
    pub(crate) fn account(self, found: u64) -> (Vec<Defect>, Option<u64>) {
        let mut notes = self.notes;
        let counted = match &self.source {
            Source::Dump(dump) => {
                notes.extend(dump.unnamed());
                dump.count()
            }
            Source::Posts(posts) => Some(posts.count()),
            _ => self.counted,
        };
        let independent = counted.map(|counted| {
            if counted != self.events {
                let detail = format!("reader {} events, second count {counted}", self.events);
                notes.add(DefectCode::CountDiffers, detail);
            }
            (found + counted).saturating_sub(self.events)
        });
        (notes.finish(), independent)
    }
}

/// A place in an export as one number: the page, then the room-day in it.
fn offset(page: u64, within: u64) -> u64 {
    page << 24 | within
}

/// The furthest place of a page that an offset can name.
const PLACE_MAX: u64 = (1 << 39) - 1;
/// The offset of what stands for an export without events.
pub(crate) const NOTHING: u64 = u64::MAX >> 1;

/// What stands for an export without events.
pub(crate) fn empty() -> RoomDay {
    let mut event = Event::new(crate::chat::EventKind::Unknown);
    event.text = "The export holds no events.".to_owned();
    let room = Room { platform: "export".into(), id: "no events".into(), ..Room::default() };
    let (people, present) = (Vec::new(), Vec::new());
    RoomDay { room, day: None, people, present, members_known: true, events: vec![event] }
}

impl Source {
    /// The piece that is found at a place, and where the next one is looked for.
    fn page(&mut self, at: u64, limits: &Limits) -> Option<(Page, u64)> {
        let number = usize::try_from(at).ok()?;
        let page = match self {
            Self::Dump(dump) => return if at > PLACE_MAX { None } else { dump.page(at, limits) },
            _ => self.numbered(number, limits)?,
        };
        Some((page, at + 1))
    }

    /// Where the units of the piece at `at` are found again.
    fn places(&self, at: u64, page: &Page) -> Vec<u64> {
        match self {
            Self::Whole(whole) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                page.days.iter().map(|_| whole.place(at)).collect()
            }
            _ => (0..page.days.len() + page.mails.len()).map(|within| offset(at, within as u64)).collect(),
        }
    }

    /// A piece of an export whose pieces have numbers.
    fn numbered(&mut self, at: usize, limits: &Limits) -> Option<Page> {
        match self {
            Self::Dump(_) => None,
            Self::Posts(posts) => posts.page(at, limits),
            Self::Whole(whole) => whole.page(at, limits),
            Self::Relay(path) => (at == 0).then(|| relay_page(path, limits)),
            Self::Symphony(path) => (at == 0).then(|| match std::fs::read(&*path) {
                Ok(bytes) => symphony::page(&bytes, limits.zone),
                Err(error) => unread(error.to_string()),
            }),
            Self::Rsmf(path) => (at == 0).then(|| rsmf_page(path, limits)),
            Self::SlackDay { path, folder, workspace } => (at == 0).then(|| match std::fs::read(&*path) {
                Ok(bytes) => slack::page(&bytes, folder, workspace, limits.zone),
                Err(error) => unread(error.to_string()),
            }),
            Self::SlackZip(archive) => archive.page(at, limits),
        }
    }
}

fn unread(why: String) -> Page {
    Page { flaws: vec![Defect::new(DefectCode::BadChat, why)], ..Page::default() }
}

/// An RSMF file: kept as it lies where it is one room-day, taken apart where it is more. One that cannot be
/// opened is a mail like any other, whose attachment nobody reads.
fn rsmf(path: &Path, limits: &Limits) -> Option<Found> {
    let page = rsmf_days(&std::fs::read(path).ok()?, limits).ok()?;
    let counted = page.counted == Some(page.events());
    match page.days.len() {
        0 => None,
        1 if counted => Some(Found::Rsmf),
        _ => Some(Found::Export(Box::new(Export::new(Source::Rsmf(path.to_owned()), limits)))),
    }
}

fn rsmf_page(path: &Path, limits: &Limits) -> Page {
    let read = std::fs::read(path).map_err(|error| error.to_string());
    read.and_then(|bytes| rsmf_days(&bytes, limits)).unwrap_or_else(unread)
}

fn relay_page(path: &Path, limits: &Limits) -> Page {
    let read = std::fs::read(path).map_err(|error| error.to_string());
    let opened =
        read.and_then(|bytes| Relay::open(&bytes, limits).ok_or("it is no such mail any more".to_owned()));
    opened.map_or_else(unread, |relay| relay.page(limits))
}

fn rsmf_days(bytes: &[u8], limits: &Limits) -> Result<Page, String> {
    let file = rsmf_file::open(bytes, limits)?;
    let manifest = rsmf_read::manifest(&file)?;
    let mut page = Page { counted: manifest.counted, ..Page::default() };
    for why in file.flaws.iter().chain(&manifest.flaws) {
        page.flaws.push(Defect::new(DefectCode::BadChat, why.clone()));
    }
    for conversation in manifest.conversations {
        let presence = day::Presence::from_events(
            conversation.members_known,
            conversation.members,
            &conversation.events,
        );
        let days =
            day::days(&conversation.room, &manifest.people, &presence, conversation.events, limits.zone);
        page.days.extend(days);
    }
    Ok(page)
}

/// The room-day as a file within the limit: files that would take it beyond are named and left out, the largest
/// first.
pub(crate) fn written(offset: u64, mut day: RoomDay, limits: &Limits) -> Item {
    let mut defects = Vec::new();
    // Base64 makes four bytes of three, and the text stands twice.
    let most = limits.message_bytes_max / 3;
    let held: u64 = files(&mut day).map(|file| file.bytes.len() as u64).sum();
    let mut over = held.saturating_sub(most);
    if over > 0 {
        let mut sizes: Vec<usize> = files(&mut day).map(|file| file.bytes.len()).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        for size in sizes.into_iter().take_while(|_| over > 0).collect::<Vec<_>>() {
            if let Some(file) = files(&mut day).find(|file| file.held && file.bytes.len() == size) {
                over = over.saturating_sub(size as u64);
                let why = format!("{size} bytes, left out: the files of a room-day go up to {most} bytes");
                defects.push(Defect::new(DefectCode::MessageTooLarge, why.clone()));
                file.bytes =
                    serde_json::json!({ "name": file.name, "left out": why }).to_string().into_bytes();
                file.held = false;
            }
        }
    }
    match rsmf_write::write(&day) {
        Ok(bytes) => Item { offset, bytes, defects },
        Err(why) => {
            defects.push(Defect::new(DefectCode::BadChat, why));
            Item { offset, bytes: Vec::new(), defects }
        }
    }
}

fn files(day: &mut RoomDay) -> impl Iterator<Item = &mut SharedFile> {
    day.events.iter_mut().flat_map(|event| &mut event.files)
}

/// The zone in which days are told where nobody names one.
pub(crate) const DEFAULT_ZONE: Tz = chrono_tz::UTC;
