//! The same firm, looked at every night: when does the alarm come?
//!
//! Nights are looked at from that of the break on, until the alarm or for fifteen days. On each the
//! program sees what had arrived by then, and a register that does not know the future.

use crate::adapter::{Failure, Found, ask_on};
use crate::days::{after, is_working};
use crate::score::{Alarm, is_found, meets};
use crate::truth::{Kind, Trace, TrueGap};
use crate::world::World;
use std::collections::BTreeMap;

/// Pooled rate per working day from which on a bar is set for the alarm.
pub(crate) const LOUD: f64 = 20.0;

/// Nights looked at after a break.
const NIGHTS: usize = 15;

/// What was found on the nights asked for so far.
pub(crate) struct Nights<'w> {
    world: &'w World,
    found: BTreeMap<usize, Vec<Found>>,
}

impl<'w> Nights<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        Self { world, found: BTreeMap::new() }
    }

    fn on(&mut self, night: usize) -> Result<&[Found], Failure> {
        if !self.found.contains_key(&night) {
            self.found.insert(night, ask_on(self.world, night)?.found);
        }
        Ok(self.found.get(&night).map_or(&[], Vec::as_slice))
    }

    /// When the alarm of a loss came; nothing where no alarm can be asked for: only total losses at a
    /// loud rate that begin inside the archive.
    pub(crate) fn alarm(&mut self, gap: &TrueGap) -> Result<Option<Alarm>, Failure> {
        let loud = gap.kind == Kind::Total && gap.traces.contains(&Trace::Dip) && gap.rate >= LOUD;
        let Some(begins) = self.world.place(gap.first).filter(|_| loud && !gap.open.0) else {
            return Ok(None);
        };
        // A day that is lost in part is not a day of silence.
        let silent_from = after(gap.first, u64::from(gap.mid_day.0));
        for night in begins..(begins + NIGHTS).min(self.world.days) {
            let (world, on) = (self.world, self.world.day(night));
            // The program may run on days off, but no working day has gone by.
            if !world.register.is_open(on) {
                continue;
            }
            let so_far = TrueGap { last: gap.last.min(on), ..gap.clone() };
            let pieces: Vec<&Found> = self.on(night)?.iter().filter(|found| meets(&so_far, found)).collect();
            if is_found(world, &so_far, &pieces) {
                return Ok(Some(Alarm { working_days: Some(world.register.open_days(silent_from, on)) }));
            }
        }
        Ok(Some(Alarm { working_days: None }))
    }

    /// On how many nights something was stuck in a queue, and on how many of them that was found.
    pub(crate) fn stuck(&mut self) -> Result<(u64, u64), Failure> {
        let (mut nights, mut alarms) = (0, 0);
        let (world, queued) = (self.world, self.world.late.iter());
        let stuck: BTreeMap<usize, Vec<usize>> = queued.fold(BTreeMap::new(), |mut stuck, late| {
            for night in late.day..late.arrives {
                stuck.entry(night).or_default().push(late.source);
            }
            stuck
        });
        for (night, sources) in stuck.into_iter().filter(|(night, _)| is_working(world.day(*night))) {
            nights += 1;
            let found = self.on(night)?;
            let of_these = |found: &&Found| {
                found.last.is_none_or(|end| end.high >= world.day(night.saturating_sub(5)))
                    && found.sources.iter().any(|source| sources.contains(source))
            };
            alarms += u64::from(found.iter().any(|found| of_these(&found)));
        }
        Ok((nights, alarms))
    }
}
