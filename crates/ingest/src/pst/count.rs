//! The second count of a data file: messages in its tree of nodes, by a walk that shares nothing with
//! the reader.
//!
//! It reads pages straight from the file and looks at each leaf's ids alone. What it cannot see are
//! messages of a part of the tree that is lost; for those there is no second method but the folders' own
//! counts.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Counts; none where the file cannot be walked to its end.
pub(crate) fn count(path: &Path) -> Option<u64> {
    let mut file = File::open(path).ok()?;
    let mut head = [0_u8; 0x100];
    file.read_exact(&mut head).ok()?;
    // Ids of four or eight bytes; how long a page is, and where in it the number of its entries stands.
    let (wide, whole, tail) = match u16::from_le_bytes([head[10], head[11]]) {
        14 | 15 => (false, 512, 496),
        23 => (true, 512, 488),
        36 => (true, 4096, 4056),
        _ => return None,
    };
    let eight = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
    let four = |bytes: &[u8]| bytes.try_into().ok().map(|bytes| u64::from(u32::from_le_bytes(bytes)));
    let top = if wide { eight(&head[0xE0..0xE8])? } else { four(&head[0xBC..0xC0])? };
    let mut waiting = vec![top];
    let mut visited = HashSet::new();
    let mut messages = HashSet::new();
    while let Some(place) = waiting.pop() {
        if !visited.insert(place) {
            return None;
        }
        let mut page = vec![0_u8; whole];
        file.seek(SeekFrom::Start(place)).ok()?;
        file.read_exact(&mut page).ok()?;
        let (entries, length, level) = if whole == 4096 {
            let entries = u16::from_le_bytes([page[tail], page[tail + 1]]);
            (usize::from(entries), usize::from(page[tail + 4]), page[tail + 5])
        } else {
            (usize::from(page[tail]), usize::from(page[tail + 2]), page[tail + 3])
        };
        if entries * length > tail || length < 12 {
            return None;
        }
        for entry in page[..entries * length].chunks(length) {
            if level > 0 {
                waiting.push(if wide { eight(entry.get(16..24)?)? } else { four(&entry[8..12])? });
            } else if entry[0] & 0x1F == 4 {
                messages.insert(four(&entry[..4])?);
            }
        }
    }
    Some(messages.len() as u64)
}
