//! The page tree (7.7.3), walked over the bytes before anything follows it.
//!
//! A tree whose branches share their leaves can stand for thousands of millions of pages in a few lines,
//! and one without branches can be deep enough to use up the stack. Both are found here by counting,
//! over every revision of the file at once: more edges than there are only make it stricter.

use crate::letter::PAGES_MAX;
use std::collections::{BTreeMap, BTreeSet};

/// How deep a page tree may be.
const DEPTH_MAX: usize = 50;
/// Leaves beyond which there are too many pages: earlier revisions of a file count here too.
const LEAVES_MAX: u64 = PAGES_MAX as u64 * 40;

/// Which objects stand below which.
#[derive(Default)]
pub(super) struct Tree {
    below: BTreeMap<u32, BTreeMap<u32, u64>>,
}

impl Tree {
    /// Takes the objects of the file itself.
    pub(super) fn take_file(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(found) = super::guard::find(bytes, b" obj", at) {
            at = found + 4;
            let end = super::guard::find(bytes, b" obj", at).unwrap_or(bytes.len());
            let body = bytes.get(at..end).unwrap_or_default();
            let head = bytes.get(found.saturating_sub(24)..found).unwrap_or_default();
            let mut words = head.rsplit(|byte| !byte.is_ascii_digit()).filter(|word| !word.is_empty());
            if let Some(id) = words.nth(1).and_then(number) {
                self.take(id, body);
            }
        }
    }

    /// Takes the objects of an unpacked object stream (7.5.7): pairs of number and offset, then they.
    pub(super) fn take_packed(&mut self, bytes: &[u8]) {
        let first = bytes.iter().position(|byte| !byte.is_ascii_digit() && !byte.is_ascii_whitespace());
        let Some(first) = first else { return };
        let pairs: Vec<u32> = bytes[..first]
            .split(|byte| !byte.is_ascii_digit())
            .filter(|word| !word.is_empty())
            .filter_map(number)
            .collect();
        let objects = bytes.get(first..).unwrap_or_default();
        let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(objects.len());
        for (at, pair) in pairs.chunks_exact(2).enumerate() {
            let start = offset(pair[1]);
            let end = pairs.get(at * 2 + 3).map_or(objects.len(), |next| offset(*next));
            self.take(pair[0], objects.get(start..end.max(start)).unwrap_or_default());
        }
    }

    fn take(&mut self, id: u32, body: &[u8]) {
        let list = match super::guard::find(body, b"/Kids", 0) {
            Some(at) => body.get(at + 5..).unwrap_or_default(),
            // A list of kids may be an object of its own.
            None if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') => body,
            None => return,
        };
        let end = list.iter().position(|byte| b"]/>".contains(byte)).unwrap_or(list.len());
        let words: Vec<&[u8]> = list[..end]
            .split(|byte| byte.is_ascii_whitespace() || *byte == b'[')
            .filter(|word| !word.is_empty())
            .collect();
        let below = self.below.entry(id).or_default();
        for reference in words.windows(3).filter(|words| words[2] == b"R") {
            if let Some(kid) = number(reference[0]) {
                *below.entry(kid).or_default() += 1;
            }
        }
    }

    /// Whether the tree ends soon enough.
    pub(super) fn is_bounded(&self) -> bool {
        let mut leaves: BTreeMap<u32, u64> = BTreeMap::new();
        let mut above: BTreeSet<u32> = BTreeSet::new();
        self.below.keys().all(|root| {
            self.leaves(*root, &mut above, &mut leaves).is_some_and(|leaves| leaves <= LEAVES_MAX)
        })
    }

    /// Leaves below an object; `None` where it lies too deep. A circle is cut where it closes.
    fn leaves(&self, id: u32, above: &mut BTreeSet<u32>, known: &mut BTreeMap<u32, u64>) -> Option<u64> {
        let Some(below) = self.below.get(&id) else { return Some(1) };
        if let Some(leaves) = known.get(&id) {
            return Some(*leaves);
        }
        if above.contains(&id) {
            return Some(0);
        }
        if above.len() >= DEPTH_MAX {
            return None;
        }
        above.insert(id);
        let mut sum = 0_u64;
        for (kid, times) in below {
            sum = sum.saturating_add(self.leaves(*kid, above, known)?.saturating_mul(*times));
        }
        above.remove(&id);
        known.insert(id, sum);
        Some(sum)
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
