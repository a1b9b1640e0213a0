//! Which messages were answered, and which of those are retained: what evidence by dangling references asks.
//!
//! Definitions, all over *messages that were answered*, each once however many replies it has:
//!
//! - A *reply* is an occurrence with a day that names exactly one parent (In-Reply-To, or else the last of
//!   References) and in whose To stands exactly one address of the firm, which is not in its From. That
//!   address is taken for the author of the parent: whoever presses "reply" writes to the author. Copies of
//!   a reply, and further replies, are one. Where two replies to a parent name different authors, the parent
//!   is *undecided* and in no other count.
//! - The parent's *day* is that of its earliest reply: it was written on that day or before. That day is
//!   taken for retained parents too, so that both are counted by the same rule.
//! - The parent is *retained* where an occurrence has its Message-ID, *misnamed* where it is retained and the
//!   address is not in its From: that measures how often the rule errs. Otherwise it is *dangling*.
//!
//! What it cannot see: messages that nobody retained answered; an answer written to another address than the
//! author's (Reply-To, lists); whether a parent that is not retained was written inside the firm at all. An
//! outsider who brings somebody of the firm into a running conversation looks like a loss.

use crate::columns::day_of_number;
use crate::error::Fault;
use crate::evidence::{AddressPlace, Copy, KnownAddresses};
use crate::message_place::{MessagePlace, PLACES_MAX};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Role};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredMessages {
    /// By address and day; days without any are left out.
    pub days: Vec<AnsweredDay>,
    /// Messages on whose author replies disagree.
    pub undecided: u64,
    /// So many days after it was written, 19 of 20 retained messages had been answered for the first time, of
    /// those ever answered; absent where none is retained with a day.
    pub delay_days: Option<u64>,
}

/// Messages taken to be written by one address and first answered on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredDay {
    /// Address of the firm.
    pub address: EmailAddress,
    /// Day of the first reply.
    pub day: NaiveDate,
    /// Retained, and by that author.
    pub retained: u64,
    /// Retained, and by another.
    pub misnamed: u64,
    /// Not retained.
    pub dangling: u64,
    /// Where the first few replies lie whose parents are not retained, in the order of indexing.
    pub replies: Vec<MessagePlace>,
}

/// The one address of the firm that a reply is written to, where it is not written from there.
pub(crate) fn author(people: &[(Role, AddressPlace)], known: &KnownAddresses) -> Option<AddressPlace> {
    let mut to = people.iter().filter(|(role, place)| *role == Role::To && known.is_firm(*place));
    let (Some((_, author)), None) = (to.next(), to.next()) else { return None };
    let own = people.iter().any(|(role, place)| *role == Role::From && place == author);
    (!own).then_some(*author)
}

/// What replies and copies say of one message.
#[derive(Debug, Default)]
pub(crate) struct Parent {
    replies: Option<Replies>,
    retained: bool,
    from: Vec<AddressPlace>,
    written: Option<i64>,
}

/// All replies to one message.
#[derive(Debug)]
struct Replies {
    day: i64,
    /// The first on that day, in the order of indexing.
    first: i64,
    /// Absent where they disagree.
    author: Option<AddressPlace>,
}

impl Parent {
    /// A reply to it.
    pub(crate) fn reply(&mut self, key: i64, day: i64, author: AddressPlace) {
        let Some(replies) = &mut self.replies else {
            self.replies = Some(Replies { day, first: key, author: Some(author) });
            return;
        };
        (replies.day, replies.first) = (replies.day, replies.first).min((day, key));
        replies.author = replies.author.filter(|known| *known == author);
    }

    /// A copy of it.
    pub(crate) fn copy(&mut self, copy: &Copy) {
        self.retained = true;
        self.written = self.written.into_iter().chain(copy.day).min();
        let from = copy.people.iter().filter(|(role, _)| *role == Role::From);
        self.from.extend(from.map(|(_, place)| *place));
    }

    /// Nothing known of it.
    pub(crate) fn clear(&mut self) {
        self.from.clear();
        (self.replies, self.retained, self.written) = (None, false, None);
    }
}

#[derive(Debug, Default)]
struct Cell {
    retained: u64,
    misnamed: u64,
    dangling: u64,
    /// The first few replies whose parents are not retained.
    replies: Vec<i64>,
}

impl Cell {
    /// Keeps the first few in the order of indexing.
    fn keep(&mut self, reply: i64) {
        let at = self.replies.partition_point(|kept| *kept < reply);
        self.replies.insert(at, reply);
        self.replies.truncate(PLACES_MAX);
    }
}

/// Answered messages counted by author and day of the first reply.
#[derive(Debug, Default)]
pub(crate) struct AnsweredTally {
    /// It is sorted before anything is told.
    cells: HashMap<(AddressPlace, i64), Cell>,
    undecided: u64,
    delays: BTreeMap<u64, u64>,
}

impl AnsweredTally {
    /// Counts a message, where it was answered.
    pub(crate) fn add(&mut self, parent: &Parent) {
        let Some(replies) = &parent.replies else { return };
        let Some(author) = replies.author else {
            self.undecided += 1;
            return;
        };
        let cell = self.cells.entry((author, replies.day)).or_default();
        if !parent.retained {
            cell.dangling += 1;
            cell.keep(replies.first);
        } else if parent.from.contains(&author) {
            cell.retained += 1;
        } else {
            cell.misnamed += 1;
        }
        // A reply dated before what it answers has a wrong clock: it says nothing of delays.
        let delay = parent.written.and_then(|written| u64::try_from(replies.day - written).ok());
        if let Some(delay) = delay {
            *self.delays.entry(delay).or_default() += 1;
        }
    }

    /// What two tallies of different messages say together.
    pub(crate) fn merge(&mut self, other: Self) {
        for (key, more) in other.cells {
            let cell = self.cells.entry(key).or_default();
            cell.retained += more.retained;
            cell.misnamed += more.misnamed;
            cell.dangling += more.dangling;
            more.replies.into_iter().for_each(|reply| cell.keep(reply));
        }
        self.undecided += other.undecided;
        for (delay, count) in other.delays {
            *self.delays.entry(delay).or_default() += count;
        }
    }

    /// By address and day.
    pub(crate) fn rows(
        self,
        connection: &Connection,
        known: &KnownAddresses,
    ) -> Result<AnsweredMessages, Fault> {
        let mut cells: Vec<_> = self.cells.into_iter().collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        let mut days = Vec::with_capacity(cells.len());
        for ((author, day), cell) in cells {
            let Some((address, _)) = known.listed.get(author as usize) else { continue };
            let places = cell.replies.iter().map(|key| MessagePlace::of(connection, *key));
            days.push(AnsweredDay {
                address: address.clone(),
                day: day_of_number(day)?,
                retained: cell.retained,
                misnamed: cell.misnamed,
                dangling: cell.dangling,
                replies: places.collect::<Result<_, _>>()?,
            });
        }
        let delay_days = nineteen_of_twenty(&self.delays);
        Ok(AnsweredMessages { days, undecided: self.undecided, delay_days })
    }
}

/// The least value that at least nineteen of twenty do not exceed.
fn nineteen_of_twenty(counts: &BTreeMap<u64, u64>) -> Option<u64> {
    let all: u64 = counts.values().sum();
    let mut below = 0;
    counts.iter().find_map(|(value, count)| {
        below += count;
        (below * 20 >= all * 19).then_some(*value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, evidence, index, ledger};
    use proptest::prelude::*;

    fn answered(mails: &[Mail]) -> AnsweredMessages {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, mails);
        let found = evidence(&ledger, "ECP.example").answered;
        assert_eq!(evidence(&ledger, "ecp.example").answered, found);
        found
    }

    fn counts(found: &AnsweredMessages) -> Vec<(String, u64, u64, u64)> {
        let count = |day: &AnsweredDay| (day.address.to_string(), day.retained, day.misnamed, day.dangling);
        found.days.iter().map(count).collect()
    }

    fn reply(n: u64, parent: &str) -> Mail {
        Mail::new("r.mbox", n).from("client@other.example").to("ann@ecp.example").in_reply_to(parent)
    }

    #[test]
    fn a_reply_tells_of_a_parent_that_is_retained_or_not() {
        let parent = Mail::new("a.mbox", 0).from("ann@ecp.example").message_id("p").day("2024-01-10");
        let found = answered(&[parent, reply(0, "p"), reply(1, "lost")]);
        assert_eq!(counts(&found), [("ann@ecp.example".to_owned(), 1, 0, 1)]);
        assert_eq!(found.delay_days, Some(5));
        let place = &found.days[0].replies[0];
        assert_eq!(place.to_string(), "mail:r.mbox, message 2");
    }

    #[test]
    fn a_parent_counts_once_on_the_day_of_its_first_reply() {
        let found = answered(&[reply(0, "lost").day("2024-02-02"), reply(1, "lost").day("2024-02-01")]);
        assert_eq!(found.days.len(), 1);
        assert_eq!((found.days[0].day, found.days[0].dangling), ("2024-02-01".parse().unwrap(), 1));
        assert_eq!(found.days[0].replies[0].ordinal, 1);
    }

    #[test]
    fn a_parent_of_another_author_is_retained_and_said_to_be_misnamed() {
        let parent = Mail::new("a.mbox", 0).from("client@other.example").message_id("p");
        assert_eq!(counts(&answered(&[parent, reply(0, "p")])), [("ann@ecp.example".to_owned(), 0, 1, 0)]);
    }

    #[test]
    fn an_author_that_cannot_be_told_is_not_guessed() {
        let outside = reply(0, "a").to("somebody@other.example");
        let to_oneself = reply(1, "b").from("ann@ecp.example");
        let undated = reply(2, "c").undated();
        assert_eq!(answered(&[outside, to_oneself, undated]).days, []);
        let disagree = answered(&[reply(0, "d"), reply(1, "d").to("bob@ecp.example")]);
        assert_eq!((disagree.days.len(), disagree.undecided), (0, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_answered_message_is_in_one_count(
            parents in prop::collection::vec((any::<bool>(), any::<bool>(), 0_usize..4), 0..10)
        ) {
            let mut mails = Vec::new();
            let mut expected = (0, 0, 0);
            for (n, (kept, right, replies)) in parents.iter().enumerate() {
                let from = if *right { "ann@ecp.example" } else { "x@other.example" };
                if *kept {
                    mails.push(Mail::new("p.mbox", n as u64).from(from).message_id(&format!("p{n}")));
                }
                for again in 0..*replies {
                    mails.push(reply((n * 4 + again) as u64, &format!("p{n}")));
                }
                if *replies > 0 {
                    match (kept, right) {
                        (true, true) => expected.0 += 1,
                        (true, false) => expected.1 += 1,
                        (false, _) => expected.2 += 1,
                    }
                }
            }
            let found = answered(&mails);
            let sum = found.days.iter().fold((0, 0, 0), |sum, day| {
                (sum.0 + day.retained, sum.1 + day.misnamed, sum.2 + day.dangling)
            });
            prop_assert_eq!(sum, expected);
        }
    }
}
