//! 3 of 58 mail servers do not journal: one never did, one stopped for months, one stopped for good.

use super::Size;
use crate::days::{after, before};
use crate::firm::{Firm, Loss, Moment};
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;

pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("silent-servers", set, nth, size.of(700, 1461));
    let servers = size.of(14, 58);
    let silent = [firm.draws.index(servers), firm.draws.index(servers), firm.draws.index(servers)];
    let silent = [
        silent[0],
        (silent[0] + 1 + silent[1] % (servers - 3)) % servers,
        (silent[0] + servers - 1) % servers,
    ];
    for server in 0..servers {
        let members = firm.draws.between(2, size.of(3, 6));
        let mut sources = Vec::new();
        for n in 0..members {
            let rate = firm.draws.log_within((1.5, 40.0));
            let source = firm.mailbox(&format!("s{server:02}-{n}"), rate);
            firm.put(source, "journal-rule", &format!("mail-server-{server:02}"));
            sources.push(source);
        }
        let (first, last) = (firm.first, firm.last());
        let months = firm.at(0.55);
        let lost = match silent.iter().position(|at| *at == server) {
            Some(0) => {
                (Moment::morning(before(first, 1)), Moment::night(after(last, 1)), Kind::NeverCaptured)
            }
            Some(1) => (
                Moment { day: crate::days::working_from(firm.at(0.4)), passed: 0.5 },
                Moment::night(months),
                Kind::Total,
            ),
            Some(2) => (Moment::morning(firm.at(0.7)), Moment::night(after(last, 1)), Kind::Total),
            _ => continue,
        };
        let traces = if lost.2 == Kind::Total { vec![Trace::Dip] } else { vec![Trace::Register] };
        let name = format!("mail server {server:02} does not journal");
        firm.losses.push(Loss { name, sources, from: lost.0, to: lost.1, share: 1.0, kind: lost.2, traces });
    }
    firm.happen()
}
