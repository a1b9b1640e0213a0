//! What expired under the schedule is no gap; what was disposed of while a hold required it is one.

use super::Size;
use crate::days::{after, before};
use crate::firm::{Firm, Loss, Moment};
use crate::registry::{DisposalRow, HoldRow};
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

/// Each spring what is older than three years is disposed of, of half the sources; for two of them a
/// hold required a part of it.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("retention", set, nth, size.of(1500, 2192));
    firm.crowd("staff", size.of(6, 16));
    let (first, last) = (firm.first, firm.last());
    let disposed_on = before(last, 60);
    let oldest = before(disposed_on, 3 * 366);
    let mut held = Vec::new();
    let hold = (after(first, 100), after(first, 200));
    for n in 0..size.of(4, 12) {
        let rate = firm.draws.log_within((3.0, 60.0));
        let source = firm.mailbox(&format!("expired-{n:02}"), rate);
        let id = firm.register.sources[source].id.clone();
        firm.register.disposals.push(DisposalRow {
            source: id.clone(),
            from: first,
            to: oldest,
            on: disposed_on,
        });
        let mut dispose = |from, to, kind, traces| {
            firm.losses.push(Loss {
                name: format!("{id} disposed of"),
                sources: vec![source],
                from: Moment::morning(from),
                to: Moment::night(to),
                share: 1.0,
                kind,
                traces,
            });
        };
        if n < 2 {
            dispose(hold.0, hold.1, Kind::DisposedUnderHold, vec![Trace::Dip, Trace::Register]);
            dispose(first, before(hold.0, 1), Kind::Total, Vec::new());
            dispose(after(hold.1, 1), oldest, Kind::Total, Vec::new());
            held.push(id);
            firm.no_gap("disposed of under the schedule", vec![source], first, before(hold.0, 1));
            firm.no_gap("disposed of under the schedule", vec![source], after(hold.1, 1), oldest);
        } else {
            dispose(first, oldest, Kind::Total, Vec::new());
            firm.no_gap("disposed of under the schedule", vec![source], first, oldest);
        }
    }
    firm.register.holds.push(HoldRow { hold: "H-1", sources: held, from: hold.0, to: Some(hold.1) });
    let mut world = firm.happen();
    // What the schedule let go of is gone, but no gap.
    world.truth.gaps.retain(|gap| gap.kind == Kind::DisposedUnderHold);
    world
}
