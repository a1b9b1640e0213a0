//! Secondary accounts that nobody entered in the register.

use super::Size;
use crate::days::working_days;
use crate::firm::{DOMAIN, Firm};
use crate::sets::Set;
use crate::truth::{Kind, Trace, TrueGap};
use crate::world::{Account, World};

/// 3,500 accounts of 300 people, most of them rarely used; and addresses that are nobody's: spoofed
/// senders, and misspelled names to which somebody wrote.
pub(super) fn firm(set: Set, nth: u64, size: Size) -> World {
    let mut firm = Firm::new("secondary-accounts", set, nth, size.of(400, 730));
    firm.crowd("staff", size.of(12, 300));
    for n in 0..size.of(35, 3500) {
        let rate = firm.draws.log_within((0.01, 1.5));
        let seen = firm.draws.within((0.0, 0.6));
        account(&mut firm, &format!("second-{n:04}"), rate, seen);
    }
    for n in 0..size.of(10, 400) {
        let address = format!("stranger-{n:03}@{DOMAIN}");
        let mails = firm.draws.between(1, 6);
        let spoofed = firm.draws.chance(0.5);
        let mut seen: Vec<(usize, u64, u64, u64)> = (0..mails)
            .map(|_| {
                let day = firm.draws.index(firm.days);
                if spoofed { (day, 1, 0, 0) } else { (day, 0, 1, 0) }
            })
            .collect();
        seen.sort_unstable();
        firm.accounts.push(Account { address: address.clone(), seen });
        firm.truth.strangers.push(address);
    }
    firm.happen()
}

/// An address without a source, with so much traffic a working day, of which a share has a captured
/// party; four in ten of these messages came from inside the firm or were answered from there.
pub(super) fn account(firm: &mut Firm, name: &str, rate: f64, share_seen: f64) {
    let address = format!("{name}@{DOMAIN}");
    let size = firm.climate.size_at(rate, 0.5);
    let (mut lost, mut seen) = (0, Vec::new());
    for (at, day) in firm.first.iter_days().take(firm.days).enumerate() {
        let today = if crate::days::is_working(day) { rate } else { rate * 0.05 };
        let all = firm.draws.negative_binomial(today, size);
        lost += all;
        let shown = firm.draws.binomial(all, share_seen);
        if shown > 0 {
            let sent = firm.draws.binomial(shown, 0.4);
            let inside = firm.draws.binomial(shown, 0.4);
            seen.push((at, sent, shown - sent, inside));
        }
    }
    let (first, last) = (firm.first, firm.last());
    let traces =
        if seen.iter().any(|(_, _, _, inside)| *inside > 0) { vec![Trace::Traffic] } else { Vec::new() };
    if lost > 0 {
        firm.truth.gaps.push(TrueGap {
            name: format!("{name} missing from the register"),
            kind: Kind::Unregistered,
            sources: Vec::new(),
            addresses: vec![address.clone()],
            first,
            last,
            open: (true, true),
            mid_day: (false, false),
            lost: Some(lost),
            rate,
            working_days: working_days(first, last),
            traces,
        });
    }
    firm.accounts.push(Account { address, seen });
}
