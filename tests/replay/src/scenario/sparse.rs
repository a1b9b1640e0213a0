//! Mailboxes with a message a week: alone nobody can tell, together a loss is loud.

use super::Size;
use crate::days::after;
use crate::firm::{Firm, Loss, Moment};
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

/// Ninety mailboxes at 0.2 a day on one path, which stops for six weeks; and some alone, each on a path
/// and a system of its own, one of which stops for as long: of all these one cannot tell.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("sparse", set, nth, size.of(900, 1461));
    firm.crowd("staff", size.of(6, 16));
    let mut sources = Vec::new();
    for n in 0..size.of(45, 90) {
        let rate = 0.2 * firm.draws.log_within((0.5, 2.0));
        let source = firm.group(&format!("sparse-{n:02}"), rate);
        firm.put(source, "group-journal", "group-server");
        sources.push(source);
    }
    let share = firm.draws.within((0.3, 0.7));
    let begins = firm.at(share);
    let ends = after(begins, 41);
    let loss = |name: &str, sources: Vec<usize>, traces| Loss {
        name: name.to_owned(),
        sources,
        from: Moment::morning(begins),
        to: Moment::night(ends),
        share: 1.0,
        kind: Kind::Total,
        traces,
    };
    firm.losses.push(loss("ninety sparse mailboxes on one path", sources, vec![Trace::Dip]));
    for n in 0..6 {
        let rate = firm.draws.log_within((0.02, 0.12));
        let source = firm.mailbox(&format!("alone-{n}"), rate);
        firm.put(source, &format!("alone-path-{n}"), &format!("alone-server-{n}"));
        if n == 0 {
            firm.losses.push(loss("one sparse mailbox alone", vec![source], Vec::new()));
        }
        firm.unknowable("a message in weeks, alone on its path", vec![source], begins, ends);
    }
    firm.happen()
}
