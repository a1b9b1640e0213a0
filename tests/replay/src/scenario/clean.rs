//! Firms that lost nothing: whatever is found in them is false.

use super::Size;
use crate::firm::Firm;
use crate::sets::Set;
use crate::world::World;

/// Sixty sources over six years each, as a firm has them: rates from the busiest system to the rarest
/// mailbox, on shared paths, with joiners and leavers whom the register knows.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("clean", set, nth, size.of(760, 2192));
    let sources = firm.crowd("staff", size.of(12, 48));
    for n in 0..size.of(3, 12) {
        let rate = firm.draws.log_within((0.05, 2.0));
        let source = firm.mailbox(&format!("rare-{n:02}"), rate);
        firm.put(source, &format!("rare-path-{}", n % 3), "rare-server");
    }
    for (n, source) in sources.iter().enumerate() {
        if n % 8 == 5 {
            let share = firm.draws.within((0.5, 0.9));
            let leaves = firm.at(share);
            firm.flows[*source].lives.1 = leaves;
            firm.register.sources[*source].service.1 = Some(leaves);
            if let Some(owner) = firm.owner(*source) {
                owner.with_firm.1 = Some(leaves);
            }
        }
        if n % 8 == 7 {
            let share = firm.draws.within((0.1, 0.5));
            let joins = firm.at(share);
            firm.flows[*source].lives.0 = joins;
            firm.register.sources[*source].service.0 = joins;
            if let Some(owner) = firm.owner(*source) {
                owner.with_firm.0 = joins;
            }
        }
    }
    let (first, last) = (firm.first, firm.last());
    let all = (0..firm.flows.len()).collect();
    firm.no_gap("nothing was lost", all, first, last);
    firm.happen()
}
