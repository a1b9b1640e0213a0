//! What was read of an export: people, rooms, events.

use crate::charset;
use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, Person, Room};
use crate::chat::page::Page;
use chrono::{DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A room with what happened in it.
#[derive(Default)]
pub(crate) struct Talk {
    pub(crate) room: Room,
    /// Whether the export says who could read it.
    pub(crate) members_known: bool,
    /// Who could, from the beginning.
    pub(crate) members: BTreeSet<String>,
    pub(crate) events: Vec<Event>,
    /// Who could read it is told message by message ([`TO`]): of a day those are its members, of another day not.
    pub(crate) members_by_day: bool,
}

/// The name under which an event keeps to whom it went.
pub(crate) const TO: &str = "to";

/// What was read.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) people: BTreeMap<String, Person>,
    /// By the room's id.
    pub(crate) talks: BTreeMap<String, Talk>,
    /// How many events there are by a second method.
    pub(crate) counted: Option<u64>,
    pub(crate) flaws: Vec<Defect>,
}

impl Gathered {
    /// Notes what is wrong with the file as a whole.
    pub(crate) fn flaw(&mut self, why: impl Into<String>) {
        self.flaws.push(Defect::new(DefectCode::BadChat, why));
    }

    /// The bytes as text; what was guessed or does not fit is told.
    pub(crate) fn text<'b>(&mut self, bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
        let decoded = charset::decode(charset, bytes);
        if let Some(guess) = decoded.guess {
            let why = if guess.is_empty() {
                "read as windows-1252".to_owned()
            } else {
                format!("{guess}; read as windows-1252")
            };
            self.flaws.push(Defect::new(DefectCode::UnknownCharset, why));
        }
        if decoded.replaced > 0 {
            let why = format!("{} places", decoded.replaced);
            self.flaws.push(Defect::new(DefectCode::UndecodableText, why));
        }
        decoded.text
    }

    /// A person that is known by an id, made where nobody described it.
    pub(crate) fn person(&mut self, id: &str) -> &mut Person {
        let new = || Person { id: id.to_owned(), ..Person::default() };
        self.people.entry(id.to_owned()).or_insert_with(new)
    }

    /// The room-days.
    pub(crate) fn page(self, zone: Tz) -> Page {
        let mut page = Page { counted: self.counted, flaws: self.flaws, ..Page::default() };
        for talk in self.talks.into_values() {
            for (members, events) in parted(talk.members, talk.events, talk.members_by_day, zone) {
                let presence = Presence::from_events(talk.members_known, members, &events);
                page.days.extend(day::days(&talk.room, &self.people, &presence, events, zone));
            }
        }
        page
    }
}

/// Events with those who could read them: all at once, or each day with those whom its messages name.
fn parted(
    members: BTreeSet<String>,
    events: Vec<Event>,
    by_day: bool,
    zone: Tz,
) -> Vec<(BTreeSet<String>, Vec<Event>)> {
    if !by_day {
        return vec![(members, events)];
    }
    let mut days: BTreeMap<Option<NaiveDate>, Vec<Event>> = BTreeMap::new();
    for event in events {
        days.entry(event.at.map(|at| at.with_timezone(&zone).date_naive())).or_default().push(event);
    }
    let named = |events: &[Event]| {
        let to = events.iter().flat_map(|event| &event.custom).filter(|(name, _)| name == TO);
        to.map(|(_, who)| who.clone()).collect()
    };
    days.into_values().map(|events| (named(&events), events)).collect()
}

/// A time that is written without its zone, as one of `zone`; and words about it where the zone's clocks showed it
/// twice, of which the first is taken.
///
/// # Errors
/// In words, where the zone's clocks never showed it.
pub(crate) fn local(
    time: NaiveDateTime,
    zone: Tz,
) -> Result<(DateTime<FixedOffset>, Option<String>), String> {
    match zone.from_local_datetime(&time) {
        LocalResult::Single(at) => Ok((at.fixed_offset(), None)),
        LocalResult::Ambiguous(first, second) => {
            let (first, second) = (first.fixed_offset(), second.fixed_offset());
            Ok((first, Some(format!("clocks of {zone} showed it twice; it may be {second}"))))
        }
        LocalResult::None => Err(format!("found time {time}, which clocks of {zone} never showed")),
    }
}

/// A number of milliseconds since 1970 as a time of `zone`.
pub(crate) fn from_millis(millis: i64, zone: Tz) -> Option<DateTime<FixedOffset>> {
    // Before 1970 and after 2199 no message was sent: such a number has another meaning.
    (1..7_258_118_400_000).contains(&millis).then_some(())?;
    Some(zone.timestamp_millis_opt(millis).single()?.fixed_offset())
}
