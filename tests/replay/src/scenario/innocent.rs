//! What looks like a loss and is none; and the two days a year that are not 24 hours long.

use super::Size;
use crate::days::{after, before, hours, is_weekend, is_working};
use crate::firm::{Firm, Ledger, Loss, Moment};
use crate::registry::ChangeRow;
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

/// Leavers, joiners, holidays, a merger, a volume spike, a slow decline.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("innocent", set, nth, size.of(900, 1826));
    let staff = firm.crowd("staff", size.of(8, 24));
    holidays(&mut firm, &staff);
    let each = size.of(2, 6);
    for n in 0..each {
        leaver(&mut firm, n);
        joiner(&mut firm, n);
        spike(&mut firm, n);
        decline(&mut firm, n);
    }
    merger(&mut firm, each);
    firm.happen()
}

/// Each run of days off that is longer than a weekend.
fn holidays(firm: &mut Firm, staff: &[usize]) {
    let days_off: Vec<_> = firm
        .first
        .iter_days()
        .take(firm.days)
        .filter(|day| !is_working(*day) || firm.climate.is_shut(*day))
        .collect();
    for run in days_off.chunk_by(|day, next| after(*day, 1) == *next) {
        if run.iter().any(|day| !is_weekend(*day)) {
            firm.no_gap("holidays and the firm's own closures", staff.to_vec(), run[0], run[run.len() - 1]);
        }
    }
}

/// The owner leaves; mail to the mailbox ebbs away over days. The register knows that the person left;
/// of every second mailbox it does not know that it is out of service.
fn leaver(firm: &mut Firm, n: usize) {
    let rate = firm.draws.log_within((3.0, 80.0));
    let source = firm.mailbox(&format!("leaver-{n}"), rate);
    let share = firm.draws.within((0.4, 0.85));
    let leaves = firm.at(share);
    firm.swing(source, (leaves, after(leaves, 21)), (0.6, 0.02), true);
    firm.flows[source].lives.1 = after(leaves, 60);
    if let Some(owner) = firm.owner(source) {
        owner.with_firm.1 = Some(leaves);
    }
    if n.is_multiple_of(2) {
        firm.register.sources[source].service.1 = Some(after(leaves, 30));
    }
    let last = firm.last();
    firm.no_gap("its owner left", vec![source], leaves, last);
}

/// The mailbox is in service from some days before its owner begins to use it.
fn joiner(firm: &mut Firm, n: usize) {
    let rate = firm.draws.log_within((3.0, 80.0));
    let source = firm.mailbox(&format!("joiner-{n}"), rate);
    let share = firm.draws.within((0.15, 0.6));
    let joins = firm.at(share);
    firm.flows[source].lives.0 = joins;
    firm.swing(source, (joins, after(joins, 15)), (0.3, 1.0), true);
    firm.register.sources[source].service.0 = before(joins, 12);
    if let Some(owner) = firm.owner(source) {
        owner.with_firm.0 = joins;
    }
    firm.no_gap("its owner joined", vec![source], before(joins, 12), after(joins, 60));
}

/// A week of six times the volume, and back.
fn spike(firm: &mut Firm, n: usize) {
    let rate = firm.draws.log_within((5.0, 80.0));
    let source = firm.group(&format!("spike-{n}"), rate);
    let share = firm.draws.within((0.2, 0.8));
    let begins = firm.at(share);
    firm.swing(source, (begins, after(begins, 4)), (6.0, 4.0), false);
    firm.no_gap("a volume spike", vec![source], before(begins, 10), after(begins, 90));
}

/// Over two years the volume sinks to a sixth.
fn decline(firm: &mut Firm, n: usize) {
    let rate = firm.draws.log_within((20.0, 150.0));
    let source = firm.group(&format!("decline-{n}"), rate);
    let begins = firm.at(0.25);
    firm.swing(source, (begins, after(begins, firm.days as u64 * 2 / 5)), (1.0, 0.17), true);
    let last = firm.last();
    firm.no_gap("a slow decline", vec![source], begins, last);
}

/// A firm is taken over: its desks' mailboxes close on the day and their traffic goes on in ours.
fn merger(firm: &mut Firm, desks: usize) {
    let day = firm.at(0.6);
    for n in 0..desks {
        let rate = firm.draws.log_within((5.0, 60.0));
        let (old, new) =
            (firm.group(&format!("acquired-{n}"), rate), firm.group(&format!("merged-{n}"), rate));
        firm.put(old, "acquired-journal", "acquired-mail");
        firm.flows[old].lives.1 = before(day, 1);
        firm.register.sources[old].service.1 = Some(before(day, 1));
        firm.flows[new].lives.0 = day;
        firm.register.sources[new].service.0 = day;
        let last = firm.last();
        firm.no_gap("closed in a merger", vec![old], day, last);
        firm.no_gap("opened in a merger", vec![new], day, after(day, 60));
        let ours = firm.group(&format!("grown-{n}"), rate);
        firm.swing(ours, (day, after(day, 40)), (1.0, 2.2), true);
        firm.no_gap("grew in a merger", vec![ours], before(day, 60), last);
    }
    let path = "acquired-journal".to_owned();
    firm.register.changes.push(ChangeRow { path, on: day, change: "removed", detail: "merged into ours" });
}

/// Losses that begin or end on the days when clocks change, which must come out on those days; and a
/// system of record that counts by standard time all year, so that in summer an hour's messages stand
/// on the next day: none is missing.
pub(super) fn clocks(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("clock-changes", set, nth, size.of(900, 1461));
    let staff = firm.crowd("staff", size.of(8, 16));
    let changes: Vec<_> =
        firm.first.iter_days().take(firm.days).filter(|day| hours(*day) != 24.0).skip(1).collect();
    for (n, change) in changes.iter().take(changes.len() - 1).enumerate() {
        let source = firm.notices(&format!("round-the-clock-{n}"), 60.0);
        firm.put(source, &format!("clock-path-{n}"), "notices");
        let (from, to) = if n.is_multiple_of(2) {
            (Moment::morning(*change), Moment::night(after(*change, 9)))
        } else {
            (Moment::morning(before(*change, 9)), Moment::night(*change))
        };
        firm.losses.push(Loss {
            name: format!("loss at the clock change of {change}"),
            sources: vec![source],
            from,
            to,
            share: 1.0,
            kind: Kind::Total,
            traces: vec![Trace::Dip],
        });
    }
    let counted = firm.notices("standard-time", 200.0);
    firm.put(counted, "standard-time-feed", "notices");
    let (first, last) = (firm.first, firm.last());
    firm.ledgers.push(Ledger { source: counted, from: first, numbers: false, summer_shift: 0.04 });
    firm.no_gap("its system of record cuts its days elsewhere", vec![counted], first, last);
    firm.no_gap("nothing was lost", staff, first, last);
    firm.happen()
}
