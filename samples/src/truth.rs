//! What is planted in the sample firm, so that a test can compare what was found.

use crate::archive::{Archive, Filed, RULE_REMOVED};
use crate::confirmations::controls;
use crate::desk::{MARGIN_CALLS, TRADE_SUPPORT};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Everything planted in the sample firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Occurrences in all containers: messages, and each empty file as one.
    pub occurrences: u64,
    /// The same by container, sorted by path below `archive/`, with `/` between the parts.
    pub containers: Vec<ContainerTruth>,
    /// Files of no bytes.
    pub empty_files: u64,
    /// Messages whose date is missing or cannot be read, the empty files not among them.
    pub undated: u64,
    /// Days on which fewer confirmations were captured than the system sent, in order.
    pub lost_confirmations: Vec<LostConfirmations>,
    /// The group mailbox whose capture was deleted.
    pub broken_capture: BrokenCapture,
    /// The group mailbox that nobody registered.
    pub unregistered: UnregisteredAddress,
    /// The registered source of which nothing was ever captured, and since when it is in service.
    pub never_captured: (&'static str, NaiveDate),
    /// Per item of the request what must come out.
    pub items: Vec<ItemTruth>,
}

/// How many messages a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerTruth {
    /// Path below `archive/`.
    pub path: String,
    /// Messages; an empty file counts as one.
    pub messages: u64,
}

/// A day of the control totals with a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostConfirmations {
    /// The day in New York.
    pub day: NaiveDate,
    /// What the system of record says.
    pub control: u64,
    /// What the archive holds.
    pub captured: u64,
}

/// A source whose capture stopped while mail went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenCapture {
    /// The source.
    pub source: &'static str,
    /// Its address.
    pub address: &'static str,
    /// The day on which the capture was deleted; it is also the first day of which nothing is there.
    pub removed_on: NaiveDate,
    /// The last day of which something is there.
    pub last_captured: NaiveDate,
    /// Occurrences of the source.
    pub captured: u64,
    /// Different messages to or from the address from that day on, known from other mailboxes only.
    pub missed: u64,
}

/// A firm address that writes and is written to, and that no source covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnregisteredAddress {
    /// The address.
    pub address: &'static str,
    /// Different messages that it sent.
    pub sent: u64,
    /// Different messages that it got.
    pub received: u64,
    /// Occurrences of the former.
    pub sent_occurrences: u64,
    /// Occurrences of the latter.
    pub received_occurrences: u64,
    /// Day of the first of them.
    pub first_day: NaiveDate,
    /// Day of the last of them.
    pub last_day: NaiveDate,
}

/// What must come out for one item, told by subjects. It speaks of messages, not of their attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTruth {
    /// The item's number in the letter.
    pub item: &'static str,
    /// Subjects of which at least one message must be a hit.
    pub hits: &'static [&'static str],
    /// Subjects whose messages must be in the manual queue: no answer can be given.
    pub cannot_tell: &'static [&'static str],
    /// Subjects whose messages must be neither.
    pub no: &'static [&'static str],
}

const ITEMS: [ItemTruth; 4] = [
    ItemTruth {
        item: "1",
        hits: &[
            "Juniper, a first order",
            "Juniper Robotics order of 14 February 2024",
            "Re: Juniper Robotics order of 26 March 2024",
            "Privileged: question on the Juniper allocation of 14 February",
            "Juniper bushes for your terrace",
            "Juniper order for the morning",
        ],
        cannot_tell: &["Juniper, undated", "Juniper order without a sender", "Juniper, for your eyes only"],
        no: &["Re: Juniper order for the morning", "That newsletter"],
    },
    ItemTruth {
        item: "2",
        hits: &["Correction for the allocation of 21 May", "Split of the March blocks"],
        cannot_tell: &[],
        no: &["Juniper Robotics order of 7 March 2024"],
    },
    ItemTruth { item: "3", hits: &[], cannot_tell: &[], no: &["Your best execution policy"] },
    ItemTruth {
        item: "4",
        hits: &[
            "Invitation: best execution committee, 28 March",
            "Surveillance alert: possible layering",
            "Re: Surveillance alert: possible layering",
            "Your best execution policy",
        ],
        cannot_tell: &["Best execution and the fee schedule", "Margin terms from June", "Account details"],
        no: &["That newsletter", "Juniper bushes for your terrace"],
    },
];

/// What is planted. It is made from the same plan as the files, without writing any.
///
/// # Panics
/// Never, while the samples' own texts are as they were tested.
pub fn truth() -> Truth {
    of(&crate::firm_archive())
}

fn of(archive: &Archive) -> Truth {
    let mut containers: BTreeMap<&str, u64> = BTreeMap::new();
    for filed in &archive.filed {
        *containers.entry(&filed.path).or_default() += 1;
    }
    let containers = containers
        .into_iter()
        .map(|(path, messages)| ContainerTruth { path: path.to_owned(), messages })
        .collect();
    let empty = archive.filed.iter().filter(|filed| filed.id.is_empty());
    let undated = archive.filed.iter().filter(|filed| filed.day.is_none() && !filed.id.is_empty());
    let lost = controls().into_iter().filter(|control| control.lost > 0);
    Truth {
        occurrences: count(archive.filed.iter()),
        containers,
        empty_files: count(empty),
        undated: count(undated),
        lost_confirmations: lost
            .map(|control| LostConfirmations {
                day: control.day,
                control: control.sent,
                captured: control.captured(),
            })
            .collect(),
        broken_capture: broken(archive),
        unregistered: unregistered(archive),
        never_captured: ("research-desk", crate::calendar::day(2024, 2, 1)),
        items: ITEMS.to_vec(),
    }
}

fn count<T>(things: impl Iterator<Item = T>) -> u64 {
    u64::try_from(things.count()).unwrap_or(u64::MAX)
}

fn distinct<'a>(filed: impl Iterator<Item = &'a Filed>) -> u64 {
    count(filed.map(|filed| &filed.id).collect::<BTreeSet<_>>().into_iter())
}

fn broken(archive: &Archive) -> BrokenCapture {
    let captured = || archive.filed.iter().filter(|filed| filed.path.starts_with("trade-support/"));
    let missed = archive.filed.iter().filter(|filed| {
        filed.day.is_some_and(|day| RULE_REMOVED <= day)
            && (filed.from == TRADE_SUPPORT || filed.recipients.iter().any(|to| to == TRADE_SUPPORT))
    });
    BrokenCapture {
        source: "trade-support",
        address: TRADE_SUPPORT,
        removed_on: RULE_REMOVED,
        last_captured: captured().filter_map(|filed| filed.day).max().unwrap_or(RULE_REMOVED),
        captured: count(captured()),
        missed: distinct(missed),
    }
}

fn unregistered(archive: &Archive) -> UnregisteredAddress {
    let sent = || archive.filed.iter().filter(|filed| filed.from == MARGIN_CALLS);
    let received =
        || archive.filed.iter().filter(|filed| filed.recipients.iter().any(|to| to == MARGIN_CALLS));
    let days: BTreeSet<NaiveDate> = sent().chain(received()).filter_map(|filed| filed.day).collect();
    UnregisteredAddress {
        address: MARGIN_CALLS,
        sent: distinct(sent()),
        received: distinct(received()),
        sent_occurrences: count(sent()),
        received_occurrences: count(received()),
        first_day: days.first().copied().unwrap_or(RULE_REMOVED),
        last_day: days.last().copied().unwrap_or(RULE_REMOVED),
    }
}
