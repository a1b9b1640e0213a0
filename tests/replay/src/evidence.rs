//! What the ledger would tell the program under test, message by message, about a simulated firm.
//!
//! The definitions are the ledger's own (its modules `dangling` and `sided`), written again from their
//! pages: which messages were answered and are retained, and whose copies of internal mail are held.

use crate::adapter::Failure;
use crate::mail::{Message, Party};
use crate::world::World;
use duces_coverage::{AnsweredCounts, IdState, Inputs, Numbered, SidedCounts};
use duces_model::{EmailAddress, SourceId};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};

/// Adds what the ledger tells of single messages, on the night after a day.
pub(crate) fn add(
    inputs: &mut Inputs,
    world: &World,
    register: &Register,
    night: usize,
) -> Result<(), Failure> {
    inputs.ids = states(world, register);
    inputs.numbered = numbered(world, register, night);
    if let Some(mail) = &world.mail {
        let written: Vec<&Message> =
            mail.messages.iter().take_while(|message| message.day <= night).collect();
        (inputs.answered, inputs.answered_within_days) = answered(world, &written)?;
        inputs.sided = sided(world, register, &written);
    }
    Ok(())
}

/// Whether each message that a system of record lists is there, in the order of the register.
fn states(world: &World, register: &Register) -> Vec<IdState> {
    let lost: BTreeMap<&str, &Vec<u64>> = world
        .sources
        .iter()
        .filter_map(|series| Some((series.id.as_str(), series.lost_numbers.as_ref()?)))
        .collect();
    let state = |source: &SourceId, message_id: &str| {
        let number = message_id.split('@').next().and_then(|name| name.rsplit('.').next());
        let number: Option<u64> = number.and_then(|number| number.parse().ok());
        let is_lost =
            lost.get(source.as_str()).zip(number).is_some_and(|(lost, n)| lost.binary_search(&n).is_ok());
        if is_lost { IdState::Missing } else { IdState::Retained }
    };
    register.control_ids.iter().map(|row| state(&row.source, &row.message_id)).collect()
}

/// The numbers in what was captured.
fn numbered(world: &World, register: &Register, night: usize) -> Vec<Numbered> {
    let mut numbers = Vec::new();
    for sequence in &register.sequences {
        let Some(series) = world.sources.iter().find(|series| series.id == sequence.source.as_str()) else {
            continue;
        };
        let lost = series.lost_numbers.as_deref().unwrap_or_default();
        let mut number = 0;
        for (at, count) in series.sent.iter().enumerate().take(night + 1) {
            for _ in 0..*count {
                number += 1;
                if lost.binary_search(&number).is_err() {
                    numbers.push(Numbered {
                        sequence: sequence.sequence.clone(),
                        day: world.day(at),
                        number,
                    });
                }
            }
        }
    }
    numbers
}

/// Messages of the firm that were answered, by their author and the day of the first answer; and within how
/// many days 19 of 20 of the retained ones were answered.
fn answered(world: &World, written: &[&Message]) -> Result<(Vec<AnsweredCounts>, u64), Failure> {
    let mut first: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for message in written.iter().filter(|message| message.is_retained()) {
        if let (Some(parent), [Party::Inside(author)]) = (message.answers, message.to.as_slice()) {
            let (_, day) = first.entry(parent).or_insert((*author, message.day));
            *day = message.day.min(*day);
        }
    }
    let mut counts: BTreeMap<(usize, usize), (u64, u64)> = BTreeMap::new();
    let mut delays = Vec::new();
    for (parent, (author, day)) in first {
        let (retained, dangling) = counts.entry((author, day)).or_default();
        if written[parent].is_retained() {
            *retained += 1;
            delays.push(day - written[parent].day);
        } else {
            *dangling += 1;
        }
    }
    delays.sort_unstable();
    let delay = delays.get((delays.len() * 19).div_ceil(20).saturating_sub(1)).copied().unwrap_or(0);
    let rows = counts.into_iter().map(|((author, day), (retained, dangling))| {
        let address = format!("{}@{}", world.sources[author].id, world.firm_domain);
        Ok(AnsweredCounts {
            address: EmailAddress::new(&address).map_err(|_| Failure::Name { found: address })?,
            day: world.day(day),
            retained,
            misnamed: 0,
            dangling,
            replies: Vec::new(),
        })
    });
    Ok((rows.collect::<Result<_, Failure>>()?, delay as u64))
}

/// Internal mail by source, other side and day.
fn sided(world: &World, register: &Register, written: &[&Message]) -> Vec<SidedCounts> {
    let path = |at: usize| world.register.sources[at].path.as_str();
    let mut counts: BTreeMap<(usize, Option<&str>, usize), [u64; 3]> = BTreeMap::new();
    for message in written.iter().filter(|message| message.is_internal()) {
        for (source, held) in &message.copies {
            let others = || message.copies.iter().filter(|(other, _)| other != source);
            let paths: BTreeSet<&str> = others().map(|(other, _)| path(*other)).collect();
            for side in std::iter::once(None).chain(paths.into_iter().map(Some)) {
                let mut these =
                    others().filter(|(other, _)| side.is_none_or(|side| path(*other) == side)).peekable();
                if these.peek().is_none() {
                    continue;
                }
                let other_holds = these.any(|(_, held)| *held);
                let place = match (held, other_holds) {
                    (true, false) => 0,
                    (false, true) => 1,
                    (true, true) => 2,
                    (false, false) => continue,
                };
                counts.entry((*source, side, message.day)).or_default()[place] += 1;
            }
        }
    }
    let id = |at: usize| register.sources.iter().find(|row| row.id.as_str() == world.sources[at].id);
    counts
        .into_iter()
        .filter_map(|((source, others, day), [own_only, other_only, both])| {
            Some(SidedCounts {
                source: id(source)?.id.clone(),
                others: others.map(str::to_owned),
                day: world.day(day),
                own_only,
                other_only,
                both,
                copies: Vec::new(),
            })
        })
        .collect()
}
