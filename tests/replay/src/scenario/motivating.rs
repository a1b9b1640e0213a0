//! The motivating case, as FINRA AWC No. 2021071257201 tells it (September 2016 to November 2022).
//!
//! Confirmations were captured by copying them to a dedicated mailbox; a migration deleted the rule. A
//! second system loses a share of its notices by a coding error; a third loses all of them, three times.
//! About 90 group mailboxes were never captured (some stand in the register, some do not: the case does
//! not say), about 30 more and the customer-service platform were never connected to review.

use super::Size;
use super::accounts::account;
use crate::days::{after, before, day};
use crate::firm::{Firm, Ledger, Loss, Moment};
use crate::process::Rhythm;
use crate::registry::ChangeRow;
use crate::sets::Set;
use crate::truth::{Kind, Trace, TrueGap};
use crate::world::World;

pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("motivating-case", set, nth, 2282);
    firm.first = day(2016, 9, 1);
    firm.crowd("staff", size.of(12, 60));
    systems(&mut firm, size.of(0.01, 1.0));
    never_captured(&mut firm, size.of(6, 55));
    for n in 0..size.of(4, 35) {
        let rate = firm.draws.log_within((0.3, 12.0));
        account(&mut firm, &format!("desk-{n:02}"), rate, 0.4);
    }
    not_reviewed(&mut firm, size.of(3, 30));
    firm.happen()
}

fn systems(firm: &mut Firm, scale: f64) {
    let confirmations = firm.notices("confirmations", 15_000.0 * scale);
    firm.put(confirmations, "copy-rule", "back-office");
    let migration = day(2018, 4, 14);
    firm.register.changes.extend([
        ChangeRow {
            path: "copy-rule".into(),
            on: day(2015, 1, 5),
            change: "added",
            detail: "copies to a dedicated mailbox",
        },
        ChangeRow {
            path: "copy-rule".into(),
            on: migration,
            change: "migrated",
            detail: "moved to the new records system",
        },
    ]);
    let loss = |name: &str, source, from, to, share, kind, traces| Loss {
        name: name.to_owned(),
        sources: vec![source],
        from,
        to,
        share,
        kind,
        traces,
    };
    firm.losses.push(loss(
        "copy rule deleted in a migration",
        confirmations,
        Moment::morning(migration),
        Moment { day: day(2021, 4, 30), passed: 0.6 },
        1.0,
        Kind::Total,
        vec![Trace::Dip, Trace::DeclaredChange],
    ));
    let transfers = firm.notices("fund-transfers", 22_000.0 * scale);
    firm.put(transfers, "transfer-feed", "payments");
    firm.ledgers.push(Ledger { source: transfers, from: day(2019, 1, 1), numbers: false, summer_shift: 0.0 });
    firm.losses.push(loss(
        "coding error in the transfer notices",
        transfers,
        Moment::morning(day(2017, 3, 6)),
        Moment::night(day(2022, 11, 30)),
        0.12,
        Kind::Partial,
        vec![Trace::Dip, Trace::ControlTotals],
    ));
    let activity = firm.notices("account-activity", 30_000.0 * scale);
    firm.put(activity, "activity-feed", "portal");
    for (name, from, days) in [
        ("first failure of the activity feed", day(2017, 6, 20), 33),
        ("second failure of the activity feed", day(2019, 2, 8), 55),
        ("third failure of the activity feed", day(2020, 10, 27), 41),
    ] {
        let (from, to) = (Moment { day: from, passed: 0.35 }, Moment::night(after(from, days)));
        firm.losses.push(loss(name, activity, from, to, 1.0, Kind::Total, vec![Trace::Dip]));
    }
}

fn never_captured(firm: &mut Firm, count: usize) {
    for n in 0..count {
        let rate = firm.draws.log_within((0.3, 12.0));
        let source = firm.group(&format!("group-{n:02}"), rate);
        firm.put(source, "staff-path-1", "staff-server-1");
        firm.register.sources[source].reviewed_from = None;
        let (first, last) = (firm.first, firm.last());
        firm.losses.push(Loss {
            name: format!("group-{n:02} never captured"),
            sources: vec![source],
            from: Moment::morning(before(first, 1)),
            to: Moment::night(after(last, 1)),
            share: 1.0,
            kind: Kind::NeverCaptured,
            traces: vec![Trace::Register],
        });
    }
}

fn not_reviewed(firm: &mut Firm, count: usize) {
    let mut sources = Vec::new();
    for n in 0..count {
        let rate = firm.draws.log_within((1.0, 25.0));
        let source = firm.group(&format!("service-{n:02}"), rate);
        firm.put(source, "staff-path-2", "staff-server-2");
        sources.push(source);
    }
    let platform = firm.source("service-platform", "ticket", 120.0, Rhythm::Office);
    firm.put(platform, "platform-connector", "service-platform");
    sources.push(platform);
    let (first, last) = (firm.first, firm.last());
    for source in sources {
        firm.register.sources[source].reviewed_from = None;
        let name = format!("{} never connected to review", firm.register.sources[source].id);
        firm.truth.gaps.push(TrueGap {
            name,
            kind: Kind::NotReviewed,
            sources: vec![source],
            addresses: Vec::new(),
            first,
            last,
            open: (true, true),
            mid_day: (false, false),
            lost: None,
            rate: firm.flows[source].rate,
            working_days: crate::days::working_days(first, last),
            traces: vec![Trace::Review],
        });
    }
}
