//! A slow leak by a coding error: no dip to see, but traces elsewhere.

use super::Size;
use crate::days::{after, before};
use crate::firm::{Firm, Ledger, Loss, Moment};
use crate::mail;
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

/// Five in a hundred are lost, of systems whose control totals list numbers, only count (and some
/// messages come twice), or are not there; from a day on, or since the archive began.
pub(super) fn counted(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("leak", set, nth, size.of(500, 1096));
    firm.crowd("staff", size.of(6, 16));
    let (first, last) = (firm.first, firm.last());
    let half = firm.at(0.5);
    for (id, begins, totals) in [
        ("numbered", Some(half), Some(true)),
        ("numbered-always", None, Some(true)),
        ("counted", Some(half), Some(false)),
        ("uncounted", Some(half), None),
        ("uncounted-always", None, None),
    ] {
        let rate = firm.draws.log_within((60.0, 600.0));
        let source = firm.notices(id, rate);
        firm.put(source, &format!("{id}-feed"), "back-office");
        let mut traces = if begins.is_some() { vec![Trace::Dip] } else { Vec::new() };
        match totals {
            Some(true) => traces.extend([Trace::ControlTotals, Trace::ControlIds, Trace::Sequence]),
            Some(false) => {
                traces.push(Trace::ControlTotals);
                firm.doubles.push((source, 0.003));
            }
            None => {}
        }
        if let Some(numbers) = totals {
            firm.ledgers.push(Ledger { source, from: first, numbers, summer_shift: 0.0 });
        }
        firm.losses.push(Loss {
            name: format!("5 % of {id}"),
            sources: vec![source],
            from: Moment::morning(begins.unwrap_or_else(|| before(first, 1))),
            to: Moment::night(after(last, 1)),
            share: 0.05,
            kind: Kind::Partial,
            traces,
        });
    }
    for numbers in [true, false] {
        let id = if numbers { "complete-numbered" } else { "complete-counted" };
        let source = firm.notices(id, 150.0);
        firm.put(source, &format!("{id}-feed"), "back-office");
        firm.ledgers.push(Ledger { source, from: first, numbers, summer_shift: 0.0 });
        firm.no_gap("its control totals agree", vec![source], first, last);
    }
    firm.happen()
}

/// Forty people write to each other on two capture paths; from a day on, one path loses a share of its
/// copies, and one mailbox on the other a third of its own.
pub(super) fn in_mail(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("leak-in-mail", set, nth, size.of(300, 500));
    let mut paths = [Vec::new(), Vec::new()];
    for n in 0..size.of(12, 40) {
        let rate = firm.draws.log_within((1.5, 9.0));
        let source = firm.mailbox(&format!("person-{n:02}"), rate);
        let path = n % 2;
        firm.put(source, ["journal-rule", "copy-rule"][path], ["mail-1", "mail-2"][path]);
        paths[path].push(source);
    }
    let last = firm.last();
    let traces = vec![Trace::References, Trace::OneSided];
    let leaking = paths[0][1];
    for (name, sources, from, share) in [
        ("the copy rule loses 5 %", paths[1].clone(), firm.at(0.4), 0.05),
        ("one mailbox loses a third", vec![leaking], firm.at(0.6), 0.33),
    ] {
        firm.losses.push(Loss {
            name: name.to_owned(),
            sources,
            from: Moment::morning(from),
            to: Moment::night(after(last, 1)),
            share,
            kind: Kind::Partial,
            traces: traces.clone(),
        });
    }
    mail::happen(firm, set.habits(nth))
}
