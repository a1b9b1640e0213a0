//! Events of a room, laid into days.

use crate::chat::event::{Event, EventKind, Person, Room, RoomDay};
use crate::chat::{AT_END, AT_START, PRESENCE};
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// When the known members were in the room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Before the first event.
    #[default]
    Start,
    /// When the export was made.
    End,
}

/// Who was in a room, and when that changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence {
    /// Whether the export says who was in the room.
    pub(crate) known: bool,
    pub(crate) anchor: Anchor,
    /// The members at the anchor.
    pub(crate) members: BTreeSet<String>,
    /// Comings (true) and goings, in the order of time.
    pub(crate) changes: Vec<(DateTime<FixedOffset>, String, bool)>,
}

impl Presence {
    /// The changes that events tell, with the members before the first of them, among whom is everybody who is told
    /// to be there when the period begins.
    pub(crate) fn from_events(known: bool, members: BTreeSet<String>, events: &[Event]) -> Self {
        let mut changes: Vec<_> = events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Join | EventKind::Leave))
            .filter_map(|event| Some((event.at?, event.by.clone()?, event.kind == EventKind::Join)))
            .collect();
        changes.sort_by_key(|change| change.0);
        let mut members = members;
        let there = |event: &&Event| event.custom.iter().any(|(name, at)| name == PRESENCE && at == AT_START);
        members.extend(events.iter().filter(there).filter_map(|event| event.by.clone()));
        Self { known, anchor: Anchor::Start, members, changes }
    }

    /// Who was there right before `at`.
    fn before(&self, at: DateTime<FixedOffset>) -> BTreeSet<String> {
        let mut present = self.members.clone();
        let mut set = |who: &String, there: bool| {
            if there {
                present.insert(who.clone());
            } else {
                present.remove(who);
            }
        };
        match self.anchor {
            Anchor::Start => {
                self.changes.iter().filter(|(when, ..)| *when < at).for_each(|(_, who, came)| set(who, *came))
            }
            Anchor::End => {
                let later = self.changes.iter().rev().take_while(|(when, ..)| *when >= at);
                later.for_each(|(_, who, came)| set(who, !came));
            }
        }
        present
    }
}

/// A coming at the start of an export's period, or before it, and a leaving at its end are of nobody's doing: the form lists
/// everybody who was there.
pub(crate) fn at_bounds(
    event: &mut Event,
    start: Option<DateTime<FixedOffset>>,
    end: Option<DateTime<FixedOffset>>,
) {
    let Some(at) = event.at else { return };
    let word = match (event.kind, start, end) {
        (EventKind::Join, Some(start), _) if at <= start => {
            // Who came long before is told here and now, with the time of coming beside it.
            if at < start {
                event.custom.push(("entered".to_owned(), at.to_rfc3339()));
            }
            event.at = Some(start);
            AT_START
        }
        (EventKind::Leave, _, Some(end)) if at >= end => AT_END,
        _ => return,
    };
    event.custom.push((PRESENCE.to_owned(), word.to_owned()));
}

/// Lays the events of one room into days of `zone`, the earliest first, what has no time last.
pub(crate) fn days(
    room: &Room,
    people: &BTreeMap<String, Person>,
    presence: &Presence,
    events: Vec<Event>,
    zone: Tz,
) -> Vec<RoomDay> {
    let mut by_day: BTreeMap<(bool, Option<NaiveDate>), Vec<Event>> = BTreeMap::new();
    for event in events {
        let day = event.at.map(|at| at.with_timezone(&zone).date_naive());
        by_day.entry((day.is_none(), day)).or_default().push(event);
    }
    by_day
        .into_iter()
        .map(|((_, day), mut events)| {
            events.sort_by_key(|event| event.at);
            let present = match events.first().and_then(|event| event.at) {
                Some(first) => presence.before(first),
                None => presence.members.clone(),
            };
            keep_parents(&mut events);
            let people = named(&present, &events, people);
            let (room, members_known) = (room.clone(), presence.known);
            RoomDay { room, day, people, present: present.into_iter().collect(), members_known, events }
        })
        .collect()
}

/// A parent that lies in another room-day cannot be an RSMF parent; it stays as what the event says.
fn keep_parents(events: &mut [Event]) {
    let ids: BTreeSet<String> = events.iter().filter_map(|event| event.id.clone()).collect();
    for event in events {
        if let Some(parent) = event.parent.take_if(|parent| !ids.contains(parent)) {
            event.custom.push(("answers".to_owned(), parent));
        }
    }
}

/// Everybody who is present or named, each once.
fn named(present: &BTreeSet<String>, events: &[Event], people: &BTreeMap<String, Person>) -> Vec<Person> {
    let mut ids = present.clone();
    for event in events {
        ids.extend(event.by.clone());
        ids.extend(event.edits.iter().map(|edit| edit.by.clone()));
        ids.extend(event.reactions.iter().flat_map(|reaction| reaction.by.iter().cloned()));
    }
    ids.into_iter()
        .filter(|id| !id.is_empty())
        .map(|id| {
            let stranger = || Person { id: id.clone(), ..Person::default() };
            people.get(&id).cloned().unwrap_or_else(stranger)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, by: &str, at: &str) -> Event {
        let at = DateTime::parse_from_rfc3339(at).ok();
        Event { by: Some(by.to_owned()), at, ..Event::new(kind) }
    }

    fn room() -> Room {
        Room { platform: "x".into(), id: "r".into(), ..Room::default() }
    }

    #[test]
    fn a_day_is_one_of_the_firms_zone_and_undated_events_stand_apart() {
        let events = vec![
            event(EventKind::Message, "a", "2024-03-02T04:30:00Z"),
            event(EventKind::Message, "a", "2024-03-01T15:00:00Z"),
            Event::unread("{", "cut"),
        ];
        let days =
            days(&room(), &BTreeMap::new(), &Presence::default(), events, chrono_tz::America::New_York);
        let seen: Vec<_> =
            days.iter().map(|day| (day.day.map(|d| d.to_string()), day.events.len())).collect();
        assert_eq!(seen, [(Some("2024-03-01".to_owned()), 2), (None, 1)]);
    }

    #[test]
    fn members_at_the_export_are_walked_back_over_later_joins_and_leaves() {
        let joined = event(EventKind::Join, "late", "2024-03-05T10:00:00Z");
        let left = event(EventKind::Leave, "early", "2024-03-04T10:00:00Z");
        let mut presence = Presence::from_events(true, BTreeSet::new(), &[left, joined]);
        presence.anchor = Anchor::End;
        presence.members = ["always", "late"].map(str::to_owned).into();
        let said = |at| vec![event(EventKind::Message, "always", at)];
        let present =
            |at| days(&room(), &BTreeMap::new(), &presence, said(at), chrono_tz::UTC)[0].present.clone();
        assert_eq!(present("2024-03-01T10:00:00Z"), ["always", "early"]);
        assert_eq!(present("2024-03-04T11:00:00Z"), ["always"]);
        assert_eq!(present("2024-03-06T11:00:00Z"), ["always", "late"]);
    }
}
