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

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::day_of_number;
use crate::error::{Fault, Outcome};
use crate::message_place::{MessagePlace, PLACES_MAX};
use crate::participants;
use crate::thread::{Head, Thread};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Role};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};

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

impl Ledger {
    /// The messages of the firm's addresses that were answered, by address and day; the definitions are those of
    /// this module's page. A domain counts alone, letter case aside; subdomains are other domains. Two passes over
    /// the occurrences; memory grows with the firm's addresses and the rows returned (messages are brought
    /// together by SQLite, on disk).
    pub fn answered_messages(&self, domains: &[String]) -> Outcome<AnsweredMessages> {
        self.read("find which messages were answered", |connection| {
            require_settled(connection)?;
            let transaction = connection.unchecked_transaction()?;
            transaction.execute_batch(PARENT)?;
            let firm = firm_keys(&transaction, domains)?;
            collect_parents(&transaction, &firm)?;
            mark_retained(&transaction)?;
            let answered = answered(&transaction)?;
            transaction.execute_batch("DROP TABLE temp.parent")?;
            transaction.commit()?;
            Ok(answered)
        })
    }
}

/// `author` 0 where replies disagree; `found` 0 dangling, 1 retained by another author, 2 retained.
const PARENT: &str = "
DROP TABLE IF EXISTS temp.parent;
CREATE TEMP TABLE parent (
  head BLOB PRIMARY KEY, day INTEGER NOT NULL, author INTEGER NOT NULL, reply INTEGER NOT NULL,
  found INTEGER NOT NULL DEFAULT 0, written INTEGER
) STRICT, WITHOUT ROWID;";

/// Keys of the addresses of the domains.
fn firm_keys(connection: &Connection, domains: &[String]) -> Result<BTreeSet<u64>, Fault> {
    let domains: BTreeSet<String> = domains.iter().map(|domain| domain.to_lowercase()).collect();
    let mut statement = connection.prepare("SELECT key, address FROM address")?;
    let mut rows = statement.query([])?;
    let mut keys = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let address = EmailAddress::from_stored(row.get::<_, String>(1)?);
        if domains.contains(address.domain()) {
            keys.insert(row.get(0)?);
        }
    }
    Ok(keys)
}

fn collect_parents(connection: &Connection, firm: &BTreeSet<u64>) -> Result<(), Fault> {
    let mut insert = connection.prepare(
        "INSERT INTO temp.parent (head, day, author, reply) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (head) DO UPDATE SET
           author = CASE WHEN author = excluded.author THEN author ELSE 0 END,
           reply = CASE WHEN excluded.day < day OR (excluded.day = day AND excluded.reply < reply)
             THEN excluded.reply ELSE reply END,
           day = MIN(day, excluded.day)",
    )?;
    let mut statement = connection.prepare(
        "SELECT key, day, participants, thread FROM occurrence WHERE length(thread) > 0 AND day IS NOT NULL",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (people, thread): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        let Some(author) = author(&participants::from_bytes(&people)?, firm) else { continue };
        let thread = Thread::from_bytes(&thread)?;
        let [parent] = thread.parents() else { continue };
        insert.execute(params![parent, row.get::<_, i64>(1)?, author, row.get::<_, i64>(0)?])?;
    }
    Ok(())
}

/// The one address of the firm that a reply is written to, where it is not written from there.
fn author(people: &[(Role, u64)], firm: &BTreeSet<u64>) -> Option<u64> {
    let mut to = people.iter().filter(|(role, key)| *role == Role::To && firm.contains(key));
    let (Some((_, author)), None) = (to.next(), to.next()) else { return None };
    let own = people.iter().any(|(role, key)| *role == Role::From && key == author);
    (!own).then_some(*author)
}

fn mark_retained(connection: &Connection) -> Result<(), Fault> {
    let mut find = connection.prepare("SELECT author FROM temp.parent WHERE head = ?1 AND author > 0")?;
    let mut mark = connection.prepare(
        "UPDATE temp.parent SET found = MAX(found, ?2), written = MIN(COALESCE(written, ?3), COALESCE(?3, written))
         WHERE head = ?1",
    )?;
    let mut statement = connection
        .prepare("SELECT message_id, participants, day FROM occurrence WHERE message_id IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: [u8; 32] = row.get(0)?;
        let head: Head = std::array::from_fn(|at| id[at]);
        let author: Option<u64> = find.query_row([head], |row| row.get(0)).optional()?;
        let Some(author) = author else { continue };
        let people: Vec<u8> = row.get(1)?;
        let by = participants::from_bytes(&people)?;
        let right = by.iter().any(|(role, key)| *role == Role::From && *key == author);
        mark.execute(params![head, if right { 2 } else { 1 }, row.get::<_, Option<i64>>(2)?])?;
    }
    Ok(())
}

fn answered(connection: &Connection) -> Result<AnsweredMessages, Fault> {
    let read = "SELECT a.address, p.day, p.found, p.reply, p.day - p.written FROM temp.parent p
        JOIN main.address a ON a.key = p.author ORDER BY a.address, p.day, p.reply";
    let mut statement = connection.prepare(read)?;
    let mut rows = statement.query([])?;
    let mut days: Vec<AnsweredDay> = Vec::new();
    let mut delays: BTreeMap<u64, u64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let address = EmailAddress::from_stored(row.get::<_, String>(0)?);
        let day = day_of_number(row.get(1)?)?;
        if days.last().is_none_or(|last| last.address != address || last.day != day) {
            days.push(AnsweredDay {
                address,
                day,
                retained: 0,
                misnamed: 0,
                dangling: 0,
                replies: Vec::new(),
            });
        }
        let Some(last) = days.last_mut() else { continue };
        match row.get::<_, i64>(2)? {
            0 => {
                last.dangling += 1;
                if last.replies.len() < PLACES_MAX {
                    last.replies.push(MessagePlace::of(connection, row.get(3)?)?);
                }
            }
            1 => last.misnamed += 1,
            _ => last.retained += 1,
        }
        // A reply dated before what it answers has a wrong clock: it says nothing of delays.
        let delay: Option<i64> = row.get(4)?;
        if let Some(delay) = delay.and_then(|delay| u64::try_from(delay).ok()) {
            *delays.entry(delay).or_default() += 1;
        }
    }
    let undecided =
        connection.query_row("SELECT COUNT(*) FROM temp.parent WHERE author = 0", [], |row| row.get(0))?;
    Ok(AnsweredMessages { days, undecided, delay_days: nineteen_of_twenty(&delays) })
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
    use crate::fixture::{Mail, index, ledger};
    use proptest::prelude::*;

    fn answered(mails: &[Mail]) -> AnsweredMessages {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, mails);
        let found = ledger.answered_messages(&["ECP.example".to_owned()]).unwrap();
        assert_eq!(ledger.answered_messages(&["ecp.example".to_owned()]).unwrap(), found);
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
