//! Which of the firm's addresses take part in the traffic: the evidence for mailboxes that nobody registered.
//!
//! Definitions, all over *messages*: occurrences that share a Message-ID are one message, whose participants
//! are those of all its copies; an occurrence without a Message-ID is a message of its own.
//!
//! - An address is the firm's where its domain is one of those given, letter case aside; subdomains are
//!   other domains.
//! - It *sent* a message that names it as From or Sender, and *received* one that names it as To, Cc, Bcc
//!   or recipient of a journal envelope. A message to oneself counts in both.
//! - A message is of *internal origin* where an address of the firm stands in From and at least one copy is
//!   attributed to a source by rule or journal envelope: it was captured in the firm's own systems. Headers
//!   alone do not count, since that is what an outsider can forge.
//! - A message was *answered* where a retained message with an address of the firm in From names it in
//!   In-Reply-To (or, where that is missing, last in References).
//!
//! What it cannot see: a message from outside with a forged From that reached a registered mailbox looks
//! like one of internal origin; an address that neither wrote to nor heard from anybody captured is not here.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::day;
use crate::error::{Fault, Outcome};
use crate::participants;
use crate::thread::{Head, Thread, head};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Role, Sha256};
use rusqlite::{CachedStatement, Connection};
use std::collections::{BTreeMap, BTreeSet};

/// One address of the firm and the messages in which it takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressTraffic {
    /// The address.
    pub address: EmailAddress,
    /// Messages that it sent.
    pub internal_sent: u64,
    /// Messages that it received.
    pub received: u64,
    /// Messages that it sent or received and that are of internal origin or were answered, each once.
    pub answered_or_internal: u64,
    /// First day of a message with a date.
    pub first_day: Option<NaiveDate>,
    /// Last day of a message with a date.
    pub last_day: Option<NaiveDate>,
}

impl Ledger {
    /// The traffic of each of the firm's addresses, by address; the definitions are those of this module's
    /// page. Two passes over the occurrences; memory grows with the firm's addresses only (messages are
    /// brought together by SQLite, on disk).
    pub fn address_traffic(&self, domains: &[String]) -> Outcome<Vec<AddressTraffic>> {
        self.read("count the traffic of addresses", |connection| {
            require_settled(connection)?;
            connection.execute_batch(ANSWERED)?;
            let traffic = traffic(connection, domains);
            connection.execute_batch("DROP TABLE temp.answered")?;
            traffic
        })
    }
}

const ANSWERED: &str = "
DROP TABLE IF EXISTS temp.answered;
CREATE TEMP TABLE answered (head BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;";

fn traffic(connection: &Connection, domains: &[String]) -> Result<Vec<AddressTraffic>, Fault> {
    let mut firm = firm_addresses(connection, domains)?;
    collect_answered(connection, &firm)?;
    let answered =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM temp.answered WHERE head = ?1)")?;
    let mut message = Message::default();
    let mut tally = Tally { firm: &mut firm, answered };
    let mut statement = connection.prepare(
        "SELECT o.message_id, o.participants, o.day,
           EXISTS (SELECT 1 FROM attribution a WHERE a.occurrence = o.key AND a.bases & 3 <> 0)
         FROM occurrence o WHERE length(o.participants) > 0 ORDER BY o.message_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: Option<[u8; 32]> = row.get(0)?;
        if id.is_none() || id != message.id {
            tally.add(&message)?;
            message = Message { id, ..Message::default() };
        }
        message.captured |= row.get::<_, bool>(3)?;
        let day = day(row, 2)?;
        message.first_day = message.first_day.into_iter().chain(day).min();
        message.last_day = message.last_day.into_iter().chain(day).max();
        let stored: Vec<u8> = row.get(1)?;
        for (role, key) in participants::from_bytes(&stored)? {
            if tally.firm.contains_key(&key) {
                message.firm.insert((key, role));
            }
        }
    }
    tally.add(&message)?;
    Ok(listed(firm))
}

/// The firm's addresses by key, without any traffic yet.
fn firm_addresses(
    connection: &Connection,
    domains: &[String],
) -> Result<BTreeMap<u64, AddressTraffic>, Fault> {
    let domains: BTreeSet<String> = domains.iter().map(|domain| domain.to_lowercase()).collect();
    let mut statement = connection.prepare("SELECT key, address FROM address")?;
    let mut rows = statement.query([])?;
    let mut firm = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let address = EmailAddress::from_stored(row.get::<_, String>(1)?);
        if domains.contains(address.domain()) {
            let traffic = AddressTraffic {
                address,
                internal_sent: 0,
                received: 0,
                answered_or_internal: 0,
                first_day: None,
                last_day: None,
            };
            firm.insert(row.get(0)?, traffic);
        }
    }
    Ok(firm)
}

/// Puts the parents of everything that the firm wrote into `temp.answered`.
fn collect_answered(connection: &Connection, firm: &BTreeMap<u64, AddressTraffic>) -> Result<(), Fault> {
    let mut insert = connection.prepare("INSERT OR IGNORE INTO temp.answered (head) VALUES (?1)")?;
    let mut statement =
        connection.prepare("SELECT participants, thread FROM occurrence WHERE length(thread) > 0")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (people, thread): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let people = participants::from_bytes(&people)?;
        if people.iter().any(|(role, key)| *role == Role::From && firm.contains_key(key)) {
            for parent in Thread::from_bytes(&thread)?.parents() {
                insert.execute([parent])?;
            }
        }
    }
    Ok(())
}

/// What the copies of one message say together.
#[derive(Debug, Default)]
struct Message {
    id: Option<[u8; 32]>,
    captured: bool,
    firm: BTreeSet<(u64, Role)>,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
}

struct Tally<'c, 'f> {
    firm: &'f mut BTreeMap<u64, AddressTraffic>,
    answered: CachedStatement<'c>,
}

impl Tally<'_, '_> {
    fn add(&mut self, message: &Message) -> Result<(), Fault> {
        if message.firm.is_empty() {
            return Ok(());
        }
        let internal = message.captured && message.firm.iter().any(|(_, role)| *role == Role::From);
        let vouched = internal || self.was_answered(message)?;
        let mut roles: BTreeMap<u64, (bool, bool)> = BTreeMap::new();
        for (key, role) in &message.firm {
            let (sent, received) = roles.entry(*key).or_default();
            *sent |= matches!(role, Role::From | Role::Sender);
            *received |= matches!(role, Role::To | Role::Cc | Role::Bcc | Role::EnvelopeTo);
        }
        for (key, (sent, received)) in roles {
            let Some(traffic) = self.firm.get_mut(&key).filter(|_| sent || received) else { continue };
            traffic.internal_sent += u64::from(sent);
            traffic.received += u64::from(received);
            traffic.answered_or_internal += u64::from(vouched);
            traffic.first_day = traffic.first_day.into_iter().chain(message.first_day).min();
            traffic.last_day = traffic.last_day.into_iter().chain(message.last_day).max();
        }
        Ok(())
    }

    fn was_answered(&mut self, message: &Message) -> Result<bool, Fault> {
        let Some(id) = message.id else { return Ok(false) };
        let head: Head = head(&Sha256::from_bytes(id));
        Ok(self.answered.query_row([head], |row| row.get(0))?)
    }
}

/// Those with traffic, by address.
fn listed(firm: BTreeMap<u64, AddressTraffic>) -> Vec<AddressTraffic> {
    let mut listed: Vec<AddressTraffic> =
        firm.into_values().filter(|traffic| traffic.internal_sent + traffic.received > 0).collect();
    listed.sort_by(|a, b| a.address.cmp(&b.address));
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, index, ledger};
    use duces_model::AttributionBasis::{Header, Rule};

    fn traffic_of(mails: &[Mail]) -> Vec<(String, u64, u64, u64)> {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, mails);
        let found = ledger.address_traffic(&["ECP.example".to_owned()]).unwrap();
        assert_eq!(
            ledger.address_traffic(&["ecp.example".to_owned()]).unwrap(),
            found,
            "asking twice changes nothing"
        );
        let line =
            |t: AddressTraffic| (t.address.to_string(), t.internal_sent, t.received, t.answered_or_internal);
        found.into_iter().map(line).collect()
    }

    fn of(address: &str, sent: u64, received: u64, vouched: u64) -> (String, u64, u64, u64) {
        (address.to_owned(), sent, received, vouched)
    }

    #[test]
    fn copies_of_one_message_are_one_message_and_mails_without_an_id_are_each_their_own() {
        let copy = |n| Mail::new("a.mbox", n).from("ann@ecp.example").to("desk@ecp.example").message_id("m1");
        let mails =
            [copy(0), copy(1).attributed(&[("bob", Rule)]), copy(2).no_message_id(), copy(3).no_message_id()];
        assert_eq!(traffic_of(&mails), [of("ann@ecp.example", 3, 0, 1), of("desk@ecp.example", 0, 3, 1)]);
    }

    #[test]
    fn internal_origin_needs_a_from_of_the_firm_and_a_capture_by_more_than_headers() {
        let mail = |n| Mail::new("a.mbox", n).to("desk@ecp.example").message_id(&format!("m{n}"));
        let mails = [
            mail(0).from("client@other.example").attributed(&[("x", Rule)]),
            mail(1).from("ann@ecp.example").attributed(&[("x", Header)]),
            mail(2).from("ann@ecp.example"),
            mail(3).from("ann@sub.ecp.example").attributed(&[("x", Rule)]),
        ];
        assert_eq!(traffic_of(&mails), [of("ann@ecp.example", 2, 0, 0), of("desk@ecp.example", 0, 4, 0)]);
        let captured = [mail(1).from("ann@ecp.example").attributed(&[("x", Rule)])];
        assert_eq!(traffic_of(&captured), [of("ann@ecp.example", 1, 0, 1), of("desk@ecp.example", 0, 1, 1)]);
    }

    #[test]
    fn mail_from_outside_counts_once_the_firm_answers_and_not_when_an_outsider_does() {
        let asked = Mail::new("a.mbox", 0).from("c@other.example").to("desk@ecp.example").message_id("q");
        let answer = Mail::new("a.mbox", 1).to("c@other.example").message_id("r").in_reply_to("q");
        let by = |who: &str| traffic_of(&[asked.clone(), answer.clone().from(who)]);
        assert_eq!(by("ann@ecp.example"), [of("ann@ecp.example", 1, 0, 0), of("desk@ecp.example", 0, 1, 1)]);
        assert_eq!(by("d@other.example"), [of("desk@ecp.example", 0, 1, 0)]);
    }

    #[test]
    fn days_are_those_of_the_messages_in_which_the_address_takes_part() {
        let (_folder, mut ledger) = ledger();
        let mail = |n| Mail::new("a.mbox", n).from("ann@ecp.example").message_id(&format!("m{n}"));
        index(&mut ledger, &[mail(0).day("2024-02-03"), mail(1).undated(), mail(2).day("2024-01-31")]);
        let found = ledger.address_traffic(&["ecp.example".to_owned()]).unwrap();
        let day = |text: &str| text.parse().ok();
        assert_eq!((found[0].first_day, found[0].last_day), (day("2024-01-31"), day("2024-02-03")));
    }
}
