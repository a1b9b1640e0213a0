//! The matches of a tree on one page.

use super::list::{Gauge, List, Order, TooMany, count};
use super::matches::{Match, Used};
use super::page::{Page, Unit};
use super::shape::{Near, Shape, Side};
use crate::language::Within;

/// Finds matches on one page; counts the pairs that it looked at.
pub(crate) struct Spans<'p> {
    page: &'p Page,
    pairs: u32,
}

/// The sides of a proximity: one that is a list of matches, and what must be near each.
struct Sides {
    one: Vec<Match>,
    others: Vec<List>,
    /// Where the others stand, seen from the one.
    order: Order,
    gauge: Gauge,
}

impl<'p> Spans<'p> {
    pub(crate) fn new(page: &'p Page) -> Self {
        Self { page, pairs: 0 }
    }

    /// Whether there is a match.
    pub(crate) fn holds(&mut self, shape: &Shape) -> Result<bool, TooMany> {
        match shape {
            Shape::Phrase(slots) => Ok(self.first_place(slots)),
            Shape::AnyOf(parts) => {
                let mut told = Ok(false);
                for part in parts {
                    match self.holds(part) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(TooMany) => told = Err(TooMany),
                    }
                }
                told
            }
            Shape::Near(near) => match self.two_words(near) {
                Some(told) => Ok(told),
                None => self.near_holds(near),
            },
        }
    }

    /// Its matches: each set of words once, sorted. It may stop as soon as there are `enough`.
    pub(crate) fn matches(&mut self, shape: &Shape, enough: usize) -> Result<Vec<Match>, TooMany> {
        match shape {
            Shape::Phrase(slots) => Ok(self.phrase(slots)),
            Shape::AnyOf(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.append(&mut self.matches(part, enough)?);
                }
                settle(&mut all);
                Ok(all)
            }
            Shape::Near(near) => self.near_matches(near, enough),
        }
    }

    /// The words of all its matches, ascending: what a reader is shown.
    pub(crate) fn words(&mut self, shape: &Shape) -> Result<Vec<u32>, TooMany> {
        let matches = match shape {
            Shape::Near(near) if !near.negated => self.taking_part(near)?,
            Shape::AnyOf(parts) => {
                let mut words = Vec::new();
                for part in parts {
                    words.append(&mut self.words(part)?);
                }
                words.sort_unstable();
                words.dedup();
                return Ok(words);
            }
            _ => self.matches(shape, usize::MAX)?,
        };
        let mut words: Vec<u32> = matches.iter().flat_map(Match::words).collect();
        words.sort_unstable();
        words.dedup();
        Ok(words)
    }

    /// Where a phrase starts.
    fn starts(&self, slots: &[Option<usize>]) -> Vec<u32> {
        let words: Vec<(u32, &[u32])> = (0_u32..)
            .zip(slots)
            .filter_map(|(place, slot)| slot.map(|slot| (place, self.page.slots[slot].as_slice())))
            .collect();
        let Some((first, rarest)) = words.iter().min_by_key(|(_, positions)| positions.len()) else {
            return Vec::new();
        };
        let mut starts: Vec<u32> = rarest
            .iter()
            .filter_map(|position| position.checked_sub(*first))
            .filter(|start| *start > 0)
            .collect();
        for (place, positions) in words.iter().filter(|(place, _)| place != first) {
            keep_common(&mut starts, positions, *place);
        }
        let width = u32::try_from(slots.len().saturating_sub(1)).unwrap_or(u32::MAX);
        if width > 0 && !self.page.firsts.is_empty() {
            let text = |position| self.page.unit(Unit::Text, position);
            starts.retain(|start| text(*start) == text(start.saturating_add(width)));
        }
        starts
    }

    fn first_place(&self, slots: &[Option<usize>]) -> bool {
        match slots {
            [Some(only)] => !self.page.slots[*only].is_empty(),
            _ => !self.starts(slots).is_empty(),
        }
    }

    fn phrase(&self, slots: &[Option<usize>]) -> Vec<Match> {
        let width = u32::try_from(slots.len().saturating_sub(1)).unwrap_or(u32::MAX);
        match slots {
            [Some(only)] => self.page.slots[*only].iter().map(|place| Match::all(*place, *place)).collect(),
            _ => self.starts(slots).iter().map(|start| Match::all(*start, start + width)).collect(),
        }
    }

    /// Two single words in a field of one text: their positions merged, with nothing put aside.
    fn two_words(&self, near: &Near) -> Option<bool> {
        let (Side::Words(Shape::Phrase(left)), Side::Words(Shape::Phrase(right))) = (&near.left, &near.right)
        else {
            return None;
        };
        let ([Some(left)], [Some(right)], Within::Words(reach)) = (&left[..], &right[..], near.within) else {
            return None;
        };
        let (left, right) = (&self.page.slots[*left], &self.page.slots[*right]);
        let plain = !near.negated && self.page.firsts.is_empty();
        plain.then(|| stand_near(left, right, reach, near.ordered))
    }

    fn near_holds(&mut self, near: &Near) -> Result<bool, TooMany> {
        let sides = self.sides(near)?;
        for one in &sides.one {
            if self.is_kept(&sides, one, near.negated)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a match of the one side has the others near it; of a negated proximity, whether not.
    fn is_kept(&mut self, sides: &Sides, one: &Match, negated: bool) -> Result<bool, TooMany> {
        for other in &sides.others {
            if !other.has_near(self.page, one, sides.order, &mut self.pairs)? {
                return Ok(negated);
            }
        }
        Ok(!negated)
    }

    fn sides(&mut self, near: &Near) -> Result<Sides, TooMany> {
        let gauge = Gauge::new(near.within);
        let edge = |side: &Side| matches!(side, Side::First | Side::Last);
        let free = !near.ordered || near.negated || edge(&near.left) || edge(&near.right);
        // The side of several parts is never the one: each part must be near the same match.
        let turned = matches!(near.left, Side::AllOf(_));
        let (one, others) = if turned { (&near.right, &near.left) } else { (&near.left, &near.right) };
        let order = match (free, turned) {
            (true, _) => Order::Either,
            (false, true) => Order::Before,
            (false, false) => Order::Behind,
        };
        let one = self.side(one)?.into_iter().flatten().collect();
        let others = self.side(others)?;
        let others = others.into_iter().map(|matches| List::new(matches, gauge, self.page)).collect();
        Ok(Sides { one, others, order, gauge })
    }

    /// The matches of each part of a side.
    fn side(&mut self, side: &Side) -> Result<Vec<Vec<Match>>, TooMany> {
        let edges = |places: &[u32], used: Used, shift: i32| {
            let place = |word: &u32| word.saturating_add_signed(shift);
            let edge = |word| Match { start: place(word), end: place(word), used: used.clone() };
            vec![places.iter().map(edge).collect()]
        };
        Ok(match side {
            Side::Words(shape) => vec![self.matches(shape, usize::MAX)?],
            Side::AllOf(shapes) => {
                shapes.iter().map(|shape| self.matches(shape, usize::MAX)).collect::<Result<_, _>>()?
            }
            Side::First => edges(&self.page.firsts, Used::Before, -1),
            Side::Last => edges(&self.page.lasts, Used::Behind, 1),
        })
    }

    fn near_matches(&mut self, near: &Near, enough: usize) -> Result<Vec<Match>, TooMany> {
        let sides = self.sides(near)?;
        let mut found = Vec::new();
        let mut settled = 0;
        for one in &sides.one {
            if near.negated {
                if self.is_kept(&sides, one, true)? {
                    found.push(one.clone());
                }
                continue;
            }
            let mut joined = vec![one.clone()];
            for other in &sides.others {
                let partners = other.all_near(self.page, one, sides.order, &mut self.pairs)?;
                let mut wider = Vec::new();
                for partner in partners {
                    for so_far in &joined {
                        count(&mut self.pairs)?;
                        wider.push(so_far.join(partner));
                    }
                }
                joined = wider;
            }
            found.append(&mut joined);
            // Counting stops here long before the pairs run out.
            if found.len() / 2 > settled && found.len() > enough {
                settle(&mut found);
                settled = found.len();
                if settled >= enough {
                    break;
                }
            }
        }
        settle(&mut found);
        Ok(found)
    }

    /// The matches of both sides that are part of a match of the whole.
    fn taking_part(&mut self, near: &Near) -> Result<Vec<Match>, TooMany> {
        let sides = self.sides(near)?;
        let mut kept = Vec::new();
        for one in &sides.one {
            if self.is_kept(&sides, one, false)? {
                kept.push(one.clone());
            }
        }
        let back = match sides.order {
            Order::Either => Order::Either,
            Order::Before => Order::Behind,
            Order::Behind => Order::Before,
        };
        let mut all = kept.clone();
        let kept = List::new(kept, sides.gauge, self.page);
        for other in &sides.others {
            for partner in other.matches() {
                if kept.has_near(self.page, partner, back, &mut self.pairs)? {
                    all.push(partner.clone());
                }
            }
        }
        Ok(all)
    }
}

/// Keeps the starts at which the word of that place of the phrase stands too.
fn keep_common(starts: &mut Vec<u32>, positions: &[u32], place: u32) {
    let mut rest = positions;
    starts.retain(|start| {
        let wanted = start.saturating_add(place);
        // The lists are of like length, or the starts are few: a step or two, else a jump.
        let step = rest.iter().take(8).take_while(|position| **position < wanted).count();
        let skip = if step < 8 { step } else { rest.partition_point(|position| *position < wanted) };
        rest = &rest[skip..];
        rest.first() == Some(&wanted)
    });
}

/// Whether a position of the one list and another position of the other are near each other.
fn stand_near(left: &[u32], right: &[u32], reach: u32, ordered: bool) -> bool {
    let (mut at_left, mut at_right) = (0, 0);
    while let (Some(&one), Some(&two)) = (left.get(at_left), right.get(at_right)) {
        match one.cmp(&two) {
            std::cmp::Ordering::Less => {
                if two - one <= reach {
                    return true;
                }
                at_left += 1;
            }
            std::cmp::Ordering::Greater => {
                if !ordered && one - two <= reach {
                    return true;
                }
                at_right += 1;
            }
            // One word is no match of both: each is held against the other's next.
            std::cmp::Ordering::Equal => {
                let next = |list: &[u32], at: usize| list.get(at + 1).is_some_and(|next| next - one <= reach);
                if next(right, at_right) || !ordered && next(left, at_left) {
                    return true;
                }
                at_left += 1;
                at_right += 1;
            }
        }
    }
    false
}

fn settle(matches: &mut Vec<Match>) {
    if !matches.is_sorted_by(|one, two| one < two) {
        matches.sort_unstable();
        matches.dedup();
    }
}
