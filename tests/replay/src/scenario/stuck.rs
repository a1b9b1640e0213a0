//! Messages stuck in an intermediate queue and delivered late: missing for a while, then there.

use super::Size;
use crate::days::after;
use crate::firm::Firm;
use crate::sets::Set;
use crate::world::World;

/// Three stays in the queue, of days to weeks; of the last nothing at all gets through in time. In the
/// end nothing is missing.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("stuck-queue", set, nth, size.of(500, 730));
    firm.crowd("staff", size.of(8, 24));
    let mut sources = Vec::new();
    for n in 0..6 {
        let rate = firm.draws.log_within((8.0, 60.0));
        let source = firm.mailbox(&format!("queued-{n}"), rate);
        firm.put(source, "relay", "relay-1");
        sources.push(source);
    }
    for (at, stays, share) in [(0.3, 4, 0.5), (0.5, 12, 0.9), (0.7, 20, 1.0)] {
        let (first, last) = (firm.at(at), after(firm.at(at), stays));
        for source in &sources {
            firm.stuck.push((*source, first, last, share, after(last, 3)));
        }
        firm.no_gap("delivered late, in the end complete", sources.clone(), first, after(last, 3));
    }
    firm.happen()
}
