//! What an export did not bring: in-place archives, and everything after the ten-thousandth message.

use super::Size;
use crate::days::before;
use crate::firm::{Firm, Loss, Moment};
use crate::process::Rhythm;
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

/// A third of the mailboxes keeps what is older than a year in an archive of its own, which nobody
/// ingested: of them the newest twelve months are there.
pub(super) fn in_place(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("in-place-archive", set, nth, size.of(900, 1826));
    let staff = firm.crowd("staff", size.of(12, 36));
    let cut = before(firm.last(), 365);
    let first = before(firm.first, 1);
    for n in 0..size.of(6, 18) {
        let rate = firm.draws.log_within((2.0, 60.0));
        let source = firm.mailbox(&format!("archived-{n:02}"), rate);
        firm.put(source, "staff-path-1", "staff-server-1");
        firm.losses.push(Loss {
            name: format!("in-place archive of archived-{n:02} never ingested"),
            sources: vec![source],
            from: Moment::morning(first),
            to: Moment::night(before(cut, 1)),
            share: 1.0,
            kind: Kind::Total,
            traces: vec![Trace::Dip, Trace::Register],
        });
    }
    let (from, last) = (firm.first, firm.last());
    firm.no_gap("nothing was lost", staff, from, last);
    firm.happen()
}

/// An export of each day that stops at 10,000, on a system that passes them at times; and exports of
/// whole mailboxes that stop there, some with the oldest first and some with the newest.
pub(super) fn capped(set: Set, nth: u64, size: Size) -> World {
    let cap = size.of(1_000, 10_000);
    let mut firm = Firm::new("export-cap", set, nth, size.of(900, 1461));
    firm.crowd("staff", size.of(8, 24));
    let system = firm.source("orders", "notification", cap as f64 * 0.85, Rhythm::EveryDay);
    firm.put(system, "order-export", "orders");
    firm.day_caps.push((system, cap));
    let (first, last) = (firm.first, firm.last());
    firm.losses.push(Loss {
        name: format!("daily export stops at {cap}"),
        sources: vec![system],
        from: Moment::morning(first),
        to: Moment::night(last),
        share: 0.0,
        kind: Kind::Capped,
        traces: vec![Trace::Limit],
    });
    let working = firm.days as f64 * 0.69;
    for n in 0..size.of(4, 10) {
        let all = cap as f64 * firm.draws.within((1.2, 3.0));
        let source = firm.mailbox(&format!("exported-{n}"), all / working);
        firm.put(source, "mailbox-export", "mail-1");
        firm.export_caps.push((source, cap, n % 2 == 1));
    }
    firm.happen()
}
