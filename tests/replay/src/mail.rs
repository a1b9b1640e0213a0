//! Firms message by message, where what is lost shows in replies and in the other party's mail.
//!
//! Each mailbox writes so many new messages a day, to people inside and outside; recipients answer some
//! of them within days; people outside write too, and answer. A message has one copy in the mailbox of
//! its sender, if that is the firm's, and one in each of its recipients' that are. Losses strike copies.

use crate::days::after;
use crate::draws::Draws;
use crate::firm::{Firm, Loss};
use crate::process::{self, Weather};
use crate::world::{Series, World};

/// A party of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Party {
    /// A source of the firm.
    Inside(usize),
    /// Somebody else.
    Outside(u32),
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// Its day, from the first.
    pub(crate) day: usize,
    pub(crate) from: Party,
    pub(crate) to: Vec<Party>,
    /// The message that it answers.
    pub(crate) answers: Option<usize>,
    /// The sources that should have a copy, and whether it reached the archive.
    pub(crate) copies: Vec<(usize, bool)>,
}

impl Message {
    /// Its Message-ID.
    pub(crate) fn id(at: usize) -> String {
        format!("m{at}@mail.example")
    }

    /// Whether somebody inside wrote it.
    pub(crate) fn is_internal(&self) -> bool {
        matches!(self.from, Party::Inside(_))
    }

    pub(crate) fn is_retained(&self) -> bool {
        self.copies.iter().any(|(_, kept)| *kept)
    }
}

/// All messages, in the order in which they were written.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) messages: Vec<Message>,
}

/// How people write to each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// Share of new messages that stay inside.
    pub(crate) inside: f64,
    /// Share of what somebody inside receives that is answered.
    pub(crate) answered: f64,
    /// Share of what goes outside that is answered from there.
    pub(crate) answered_outside: f64,
    /// Messages from outside that answer nothing, per new message written.
    pub(crate) from_outside: f64,
    /// Most recipients.
    pub(crate) recipients: u64,
}

/// Lets a firm write to itself and others; all its sources take part, by their rates as new messages a
/// working day. The truth's numbers of lost communications are copies.
pub(crate) fn happen(firm: Firm, habits: Habits) -> World {
    let mut draws = Draws::named(firm.seed, &format!("{}/mail", firm.name));
    let mut weather_draws = Draws::named(firm.seed, &format!("{}/weather", firm.name));
    let weather = Weather::new(&firm.climate, firm.first, firm.days, &mut weather_draws);
    let fresh: Vec<Vec<u64>> = firm
        .flows
        .iter()
        .map(|flow| {
            let rates = process::rates(&firm.climate, &weather, flow, &mut draws);
            process::counts(&rates, flow.size, &mut draws)
        })
        .collect();
    let mut writing = Writing { habits, sources: firm.flows.len(), messages: Vec::new(), due: Vec::new() };
    writing.due.resize(firm.days, Vec::new());
    for day in 0..firm.days {
        writing.day(day, &fresh, &mut draws);
    }
    let mut mail = Mail { messages: writing.messages };
    strike(&mut mail, &firm, &mut draws);
    world(firm, mail)
}

struct Writing {
    habits: Habits,
    sources: usize,
    messages: Vec<Message>,
    /// For each day, the answers that will be written: to which message, and by whom.
    due: Vec<Vec<(usize, Party)>>,
}

impl Writing {
    fn day(&mut self, day: usize, fresh: &[Vec<u64>], draws: &mut Draws) {
        for (answers, by) in std::mem::take(&mut self.due[day]) {
            let to = vec![self.messages[answers].from];
            self.write(day, by, to, Some(answers), draws);
        }
        for (source, fresh) in fresh.iter().enumerate() {
            for _ in 0..fresh[day] {
                let many = draws.between(1, self.habits.recipients);
                let mut to: Vec<Party> = (0..many).map(|_| self.recipient(draws)).collect();
                to.sort_unstable();
                to.dedup();
                to.retain(|party| *party != Party::Inside(source));
                if !to.is_empty() {
                    self.write(day, Party::Inside(source), to, None, draws);
                }
                if draws.chance(self.habits.from_outside) {
                    let from = self.outsider(draws);
                    self.write(day, from, vec![Party::Inside(source)], None, draws);
                }
            }
        }
    }

    fn recipient(&self, draws: &mut Draws) -> Party {
        if draws.chance(self.habits.inside) {
            Party::Inside(draws.index(self.sources))
        } else {
            self.outsider(draws)
        }
    }

    fn outsider(&self, draws: &mut Draws) -> Party {
        Party::Outside(u32::try_from(draws.between(0, 4_999)).unwrap_or(0))
    }

    fn write(&mut self, day: usize, from: Party, to: Vec<Party>, answers: Option<usize>, draws: &mut Draws) {
        let at = self.messages.len();
        for party in &to {
            let share = match party {
                Party::Inside(_) => self.habits.answered,
                Party::Outside(_) => self.habits.answered_outside,
            };
            if draws.chance(share) {
                // Most answers come within days; none on the same day, so that order is simple.
                let wait = (1.0 - 2.0 * draws.unit().ln()).floor();
                if let Some(due) = self.due.get_mut(day + wait as usize) {
                    due.push((at, *party));
                }
            }
        }
        let parties = std::iter::once(&from).chain(&to);
        let mut copies: Vec<(usize, bool)> = parties
            .filter_map(|party| match party {
                Party::Inside(source) => Some((*source, true)),
                Party::Outside(_) => None,
            })
            .collect();
        copies.sort_unstable();
        copies.dedup();
        self.messages.push(Message { day, from, to, answers, copies });
    }
}

/// Loses copies.
fn strike(mail: &mut Mail, firm: &Firm, draws: &mut Draws) {
    let by_source: Vec<Vec<&Loss>> = (0..firm.flows.len())
        .map(|source| firm.losses.iter().filter(|loss| loss.sources.contains(&source)).collect())
        .collect();
    for message in &mut mail.messages {
        let day = after(firm.first, message.day as u64);
        for (source, kept) in &mut message.copies {
            let lost: f64 = 1.0 - by_source[*source].iter().map(|loss| 1.0 - loss.on(day)).product::<f64>();
            *kept = lost <= 0.0 || !draws.chance(lost);
        }
    }
}

/// The counts that these messages make.
fn world(firm: Firm, mail: Mail) -> World {
    let mut sent = vec![vec![0; firm.days]; firm.flows.len()];
    let mut captured = sent.clone();
    for message in &mail.messages {
        for (source, kept) in &message.copies {
            sent[*source][message.day] += 1;
            captured[*source][message.day] += u64::from(*kept);
        }
    }
    let sources: Vec<Series> = sent
        .into_iter()
        .zip(captured)
        .enumerate()
        .map(|(at, (sent, captured))| Series {
            id: firm.register.sources[at].id.clone(),
            size: firm.flows[at].size,
            rates: Vec::new(),
            doubled: vec![0; sent.len()],
            sent,
            captured,
            lost_numbers: None,
        })
        .collect();
    firm.with(sources, Some(mail))
}
