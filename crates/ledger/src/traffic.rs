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

use crate::columns::day_of_number;
use crate::error::Fault;
use crate::evidence::{AddressPlace, Copy, KnownAddresses};
use chrono::NaiveDate;
use duces_model::{EmailAddress, Role};

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

/// What the copies of one message say together.
#[derive(Debug, Default)]
pub(crate) struct Message {
    captured: bool,
    firm: Vec<(AddressPlace, Role)>,
    first_day: Option<i64>,
    last_day: Option<i64>,
}

impl Message {
    /// One of its copies.
    pub(crate) fn add(&mut self, copy: &Copy, known: &KnownAddresses) {
        if !copy.has_people {
            return;
        }
        self.captured |= copy.is_captured();
        self.first_day = self.first_day.into_iter().chain(copy.day).min();
        self.last_day = self.last_day.into_iter().chain(copy.day).max();
        let firm = copy.people.iter().filter(|(_, place)| known.is_firm(*place));
        self.firm.extend(firm.map(|(role, place)| (*place, *role)));
    }

    /// Nothing known of it.
    pub(crate) fn clear(&mut self) {
        self.firm.clear();
        (self.captured, self.first_day, self.last_day) = (false, None, None);
    }
}

#[derive(Debug, Clone, Default)]
struct Counts {
    sent: u64,
    received: u64,
    vouched: u64,
    first_day: Option<i64>,
    last_day: Option<i64>,
}

/// Messages counted by the addresses that take part.
#[derive(Debug)]
pub(crate) struct TrafficTally {
    of: Vec<Counts>,
}

impl TrafficTally {
    pub(crate) fn new(known: &KnownAddresses) -> Self {
        Self { of: vec![Counts::default(); known.listed.len()] }
    }

    /// Counts a message; `answered` where something that the firm wrote answers it.
    pub(crate) fn add(&mut self, message: &mut Message, answered: bool) {
        let vouched =
            answered || message.captured && message.firm.iter().any(|(_, role)| *role == Role::From);
        message.firm.sort_unstable();
        for roles in message.firm.chunk_by(|a, b| a.0 == b.0) {
            let any = |fits: fn(Role) -> bool| roles.iter().any(|(_, role)| fits(*role));
            let sent = any(|role| matches!(role, Role::From | Role::Sender));
            let received = any(|role| matches!(role, Role::To | Role::Cc | Role::Bcc | Role::EnvelopeTo));
            let Some(counts) = self.of.get_mut(roles[0].0 as usize).filter(|_| sent || received) else {
                continue;
            };
            counts.sent += u64::from(sent);
            counts.received += u64::from(received);
            counts.vouched += u64::from(vouched);
            counts.first_day = counts.first_day.into_iter().chain(message.first_day).min();
            counts.last_day = counts.last_day.into_iter().chain(message.last_day).max();
        }
    }

    /// What two tallies of different messages say together.
    pub(crate) fn merge(&mut self, other: Self) {
        for (counts, more) in self.of.iter_mut().zip(other.of) {
            counts.sent += more.sent;
            counts.received += more.received;
            counts.vouched += more.vouched;
            counts.first_day = counts.first_day.into_iter().chain(more.first_day).min();
            counts.last_day = counts.last_day.into_iter().chain(more.last_day).max();
        }
    }

    /// The firm's addresses with traffic, by address.
    pub(crate) fn rows(self, known: &KnownAddresses) -> Result<Vec<AddressTraffic>, Fault> {
        let with_traffic =
            known.listed.iter().zip(self.of).filter(|(_, counts)| counts.sent + counts.received > 0);
        let row = |((address, _), counts): (&(EmailAddress, bool), Counts)| {
            Ok(AddressTraffic {
                address: address.clone(),
                internal_sent: counts.sent,
                received: counts.received,
                answered_or_internal: counts.vouched,
                first_day: counts.first_day.map(day_of_number).transpose()?,
                last_day: counts.last_day.map(day_of_number).transpose()?,
            })
        };
        with_traffic.map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, evidence, index, ledger};
    use duces_model::AttributionBasis::{Header, Rule};

    fn traffic_of(mails: &[Mail]) -> Vec<(String, u64, u64, u64)> {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, mails);
        let found = evidence(&ledger, "ECP.example").traffic;
        assert_eq!(evidence(&ledger, "ecp.example").traffic, found, "asking twice changes nothing");
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
        let found = evidence(&ledger, "ecp.example").traffic;
        let day = |text: &str| text.parse().ok();
        assert_eq!((found[0].first_day, found[0].last_day), (day("2024-01-31"), day("2024-02-03")));
    }
}
