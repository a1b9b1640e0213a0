//! Evidence: an address of the firm takes part in traffic, and no source covers it.
//!
//! Statistic: messages in retained mail to or from an address of the firm's domains (or of a domain
//! below one of them) that no source of the register has. It becomes a gap where at least one of the
//! messages came from inside the firm or was answered from there: a From line can be spoofed, and anybody
//! can write to an address that never existed. Otherwise the address is counted, and no gap.
//!
//! Assumptions: the list of the firm's domains is whole; the mail of registered sources is a sample of
//! what the address sent and received.
//!
//! Limits: only traffic with a captured party is seen, so the quantity is a lower bound: the larger of
//! sent and received, since a message to itself is in both. The days are those on which it was seen, not
//! those on which it existed. An address that some source has had at any time is not asked about.

use crate::event;
use chrono::NaiveDate;
use duces_model::{Axis, EmailAddress, Evidence, Gap, GapStatus, Ground, Quantity};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;

const BLIND_TO: &str = "it cannot see traffic of which no captured source was a party, nor days before the first or after \
                        the last such message";

/// Retained messages in which one address takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// The address.
    pub address: EmailAddress,
    /// Messages that it appears to have sent.
    pub sent: u64,
    /// Messages addressed to it.
    pub received: u64,
    /// Of both, those that came from inside the firm or were answered from there.
    pub internal_or_answered: u64,
    /// First civil day of them; absent where none has a usable date.
    pub first_day: Option<NaiveDate>,
    /// Last civil day of them.
    pub last_day: Option<NaiveDate>,
}

/// The gaps, and the firm's addresses without a source that are none; both sorted by address.
pub(crate) fn find(
    register: &Register,
    traffic: &[Traffic],
    firm_domains: &[String],
) -> (Vec<Gap>, Vec<Traffic>) {
    let domains: Vec<String> =
        firm_domains.iter().map(|domain| domain.trim().trim_start_matches('@').to_lowercase()).collect();
    let mut by_address: BTreeMap<&EmailAddress, Traffic> = BTreeMap::new();
    let of_firm =
        |one: &&Traffic| is_of(one.address.domain(), &domains) && !register.is_registered(&one.address);
    for one in traffic.iter().filter(of_firm) {
        by_address.entry(&one.address).and_modify(|sum| add(sum, one)).or_insert_with(|| one.clone());
    }
    let (confirmed, unconfirmed): (Vec<_>, Vec<_>) =
        by_address.into_values().partition(|one| one.internal_or_answered > 0);
    (confirmed.iter().map(|one| gap(register, one)).collect(), unconfirmed)
}

fn is_of(domain: &str, domains: &[String]) -> bool {
    domains.iter().any(|firm| {
        !firm.is_empty()
            && domain
                .strip_suffix(firm.as_str())
                .is_some_and(|below| below.is_empty() || below.ends_with('.'))
    })
}

fn add(sum: &mut Traffic, one: &Traffic) {
    sum.sent += one.sent;
    sum.received += one.received;
    sum.internal_or_answered += one.internal_or_answered;
    sum.first_day = [sum.first_day, one.first_day].into_iter().flatten().min();
    sum.last_day = [sum.last_day, one.last_day].into_iter().flatten().max();
}

fn gap(register: &Register, one: &Traffic) -> Gap {
    let days = match (one.first_day, one.last_day) {
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        _ => "on days that are not known".to_owned(),
    };
    let person = register.people.iter().find(|person| person.addresses.contains(&one.address));
    let known =
        person.map(|person| format!("; people.csv lists it as {}'s", person.name)).unwrap_or_default();
    Gap {
        id: event::id(Evidence::UnregisteredTraffic, one.address.as_str(), one.first_day),
        axis: Axis::Preserved,
        sources: Vec::new(),
        address: Some(one.address.to_string()),
        first_day: one.first_day,
        last_day: one.last_day,
        first_between: None,
        last_between: None,
        evidence: Evidence::UnregisteredTraffic,
        also: Vec::new(),
        quantity: Quantity::AtLeast { count: one.sent.max(one.received) },
        finding: format!(
            "no source of the register has {}, which sent {} and received {} retained messages of others {days}, {} of \
             them from inside the firm or answered from there{known}",
            one.address, one.sent, one.received, one.internal_or_answered,
        ),
        blind_to: BLIND_TO.to_owned(),
        grounds: vec![Ground {
            source: None,
            day: one.first_day,
            says: format!(
                "{}: {} sent, {} received, {} from inside the firm or answered from there, {days}",
                one.address, one.sent, one.received, one.internal_or_answered
            ),
        }],
        grounds_in_all: 1,
        status: GapStatus::Candidate,
    }
}
