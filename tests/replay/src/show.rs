//! A simulated firm written out, for people to read and for bytes to be compared.

use crate::days::{working_from, working_to};
use crate::mail::{Message, Party};
use crate::truth::TrueGap;
use crate::world::World;
use std::fmt::Write as _;

/// Everything: register, counts, mail and truth.
pub(crate) fn whole(world: &World) -> String {
    let mut out = truth(world);
    let _ = writeln!(out, "domain {}", world.firm_domain);
    for (name, text) in world.register.files(world.first, &world.controls, world.last()) {
        let _ = writeln!(out, "== register/{name}\n{text}");
    }
    for series in &world.sources {
        let _ = writeln!(out, "== {} size {:.3}: day, rate, sent, captured, doubled", series.id, series.size);
        for at in 0..world.days {
            let rate = series.rates.get(at).copied().unwrap_or(0.0);
            let (sent, captured, doubled) = (series.sent[at], series.captured[at], series.doubled[at]);
            let _ = writeln!(out, "{} {rate:.3} {sent} {captured} {doubled}", world.day(at));
        }
        if let Some(lost) = &series.lost_numbers {
            let _ = writeln!(out, "lost numbers {lost:?}");
        }
    }
    let night_after_last = world.captured_by(world.days - 1);
    let in_archive: u64 = night_after_last.iter().map(|(_, _, count)| count).sum();
    let _ = writeln!(out, "in the archive at the end: {in_archive}");
    for late in &world.late {
        let id = &world.sources[late.source].id;
        let (day, arrives) = (world.day(late.day), world.day(late.arrives));
        let _ = writeln!(out, "late {id} {day} {} arrives {arrives}", late.count);
    }
    for control in &world.controls {
        let kind = if control.numbers { "lists numbers" } else { "counts" };
        let _ = writeln!(out, "system of record of {} {kind}", world.sources[control.source].id);
    }
    for account in &world.accounts {
        let _ = writeln!(out, "account {} {:?}", account.address, account.seen);
    }
    for (at, message) in world.mail.iter().flat_map(|mail| mail.messages.iter().enumerate()) {
        mail(&mut out, world, at, message);
    }
    out
}

fn mail(out: &mut String, world: &World, at: usize, message: &Message) {
    let party = |party: &Party| match party {
        Party::Inside(source) => world.sources[*source].id.clone(),
        Party::Outside(number) => format!("outside-{number}"),
    };
    let to: Vec<String> = message.to.iter().map(party).collect();
    let answers = message.answers.map_or(String::new(), |parent| format!(" answers {}", Message::id(parent)));
    let kept = if message.is_retained() { "kept" } else { "lost" };
    let day = world.day(message.day);
    let copies = &message.copies;
    let _ = writeln!(
        out,
        "{} {day} {} to {}{answers} {kept} {copies:?}",
        Message::id(at),
        party(&message.from),
        to.join(" ")
    );
}

/// What really happened.
pub(crate) fn truth(world: &World) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {} to {}, {} sources, {:.1} source-years",
        world.name,
        world.first,
        world.last(),
        world.sources.len(),
        world.source_years()
    );
    let named = |sources: &[usize]| match sources {
        [] => String::new(),
        [one] => format!(" {}", world.sources[*one].id),
        [first, .., last] => {
            format!(" {} … {} ({} sources)", world.sources[*first].id, world.sources[*last].id, sources.len())
        }
    };
    for gap in &world.truth.gaps {
        let _ = writeln!(out, "  gap: {}{}", gap_line(gap), named(&gap.sources));
    }
    for none in &world.truth.no_gaps {
        let _ =
            writeln!(out, "  no gap: {} to {}, {}{}", none.first, none.last, none.why, named(&none.sources));
    }
    for unknowable in &world.truth.unknowable {
        let (first, last, why) = (unknowable.first, unknowable.last, unknowable.why);
        let _ = writeln!(out, "  cannot be told: {first} to {last}, {why}{}", named(&unknowable.sources));
    }
    let _ = writeln!(out, "  strangers: {}", world.truth.strangers.join(" "));
    out
}

fn gap_line(gap: &TrueGap) -> String {
    let end = |open: bool, mid: bool| match (open, mid) {
        (true, _) => " (open)",
        (false, true) => " (within the day)",
        (false, false) => "",
    };
    format!(
        "{}, {}, {}{} to {}{}, shows from {} to {}, {} lost, {:.1} a working day, {} working days, traces {:?}{}",
        gap.name,
        gap.kind.as_str(),
        gap.first,
        end(gap.open.0, gap.mid_day.0),
        gap.last,
        end(gap.open.1, gap.mid_day.1),
        working_from(gap.first),
        working_to(gap.last),
        gap.lost.map_or("none".to_owned(), |lost| lost.to_string()),
        gap.rate,
        gap.working_days,
        gap.traces,
        gap.addresses.iter().map(|address| format!(" {address}")).collect::<String>(),
    )
}
