//! Records brought together by a digest, without sorting them all: a digest's first byte says in which of 256 parts its
//! records lie, and a part is small enough to be sorted in memory. Digests are spread evenly, so parts are alike.
//!
//! What does not fit in memory lies in a file beside the ledger, in runs of one part each. It is no part of the record:
//! it goes away with this value, and what a killed look left goes away with the next.

use crate::error::{Fault, LedgerError};
use crate::thread::Head;
use crate::varint;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// How many parts there are: one for each first byte of a digest.
pub(super) const PARTS: usize = 256;
/// So many bytes are held in memory before they go to the file.
const HELD_MAX: usize = 96 << 20;

/// A record's place in its part: the digest first, so that places sort by it, and in the order of writing within it.
type Place = (u128, usize);

/// What is told of a digest: its records.
pub(super) type Tell<'t> = dyn FnMut(&Head, &mut dyn Iterator<Item = &[u8]>) -> Result<(), Fault> + 't;

/// Where a run of a part lies in the file.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: u64,
    bytes: usize,
}

/// Records by the digest that they concern.
#[derive(Debug)]
pub(super) struct Partitions {
    held: Vec<Vec<u8>>,
    held_bytes: usize,
    held_max: usize,
    runs: Vec<Vec<Run>>,
    path: PathBuf,
    file: Option<(File, u64)>,
}

impl Partitions {
    /// None yet; the file, where one is needed, lies beside the ledger.
    pub(super) fn beside(ledger: &Path) -> Self {
        Self::holding(ledger, HELD_MAX)
    }

    pub(super) fn holding(ledger: &Path, held_max: usize) -> Self {
        let path = ledger.with_file_name("look.partial");
        // What a killed look left. Where it cannot be removed, it is overwritten once a file is needed, or that fails.
        let _ = std::fs::remove_file(&path);
        Self {
            held: vec![Vec::new(); PARTS],
            held_bytes: 0,
            held_max,
            runs: vec![Vec::new(); PARTS],
            path,
            file: None,
        }
    }

    /// Adds a record that concerns a digest.
    pub(super) fn push(&mut self, head: &Head, record: &[u8]) -> Result<(), Fault> {
        let part = &mut self.held[usize::from(head[0])];
        let before = part.len();
        varint::push(part, crate::columns::count(record.len()));
        part.extend_from_slice(head);
        part.extend_from_slice(record);
        self.held_bytes += part.len() - before;
        if self.held_bytes >= self.held_max { self.spill() } else { Ok(()) }
    }

    /// Puts what is held in memory into the file.
    fn spill(&mut self) -> Result<(), Fault> {
        let failed = failed("write", &self.path);
        if self.file.is_none() {
            let mut options = File::options();
            let file = options.read(true).write(true).create(true).truncate(true).open(&self.path);
            self.file = Some((file.map_err(&failed)?, 0));
        }
        let Some((file, end)) = &mut self.file else { return Ok(()) };
        for (held, runs) in self.held.iter_mut().zip(&mut self.runs).filter(|(held, _)| !held.is_empty()) {
            file.write_all(held).map_err(&failed)?;
            runs.push(Run { at: *end, bytes: held.len() });
            *end += crate::columns::count(held.len());
            held.clear();
        }
        self.held_bytes = 0;
        Ok(())
    }

    /// Reads one part, in the order in which its records were written.
    fn read(&self, part: usize) -> Result<Vec<u8>, Fault> {
        let failed = failed("read", &self.path);
        let bytes = self.runs[part].iter().map(|run| run.bytes).sum::<usize>() + self.held[part].len();
        let mut all = Vec::with_capacity(bytes);
        if !self.runs[part].is_empty() {
            // A handle of its own: parts are read by several threads, and a handle has one position.
            let mut file = File::open(&self.path).map_err(&failed)?;
            for run in &self.runs[part] {
                file.seek(SeekFrom::Start(run.at)).map_err(&failed)?;
                let before = all.len();
                all.resize(before + run.bytes, 0);
                file.read_exact(&mut all[before..]).map_err(&failed)?;
            }
        }
        all.extend_from_slice(&self.held[part]);
        Ok(all)
    }

    /// Tells the records of one part, those of each digest together, in the order of writing.
    pub(super) fn each_group(&self, part: usize, tell: &mut Tell<'_>) -> Result<(), Fault> {
        let bytes = self.read(part)?;
        let mut places: Vec<Place> = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let at = bytes.len() - rest.len();
            let (head, _, after) = record(rest)?;
            places.push((u128::from_be_bytes(*head), at));
            rest = after;
        }
        places.sort_unstable();
        for group in places.chunk_by(|a, b| a.0 == b.0) {
            let head = group[0].0.to_be_bytes();
            let mut records =
                group.iter().filter_map(|(_, at)| record(&bytes[*at..]).ok()).map(|(_, one, _)| one);
            tell(&head, &mut records)?;
        }
        Ok(())
    }
}

impl Drop for Partitions {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Where it stays, the next look overwrites it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The digest and the record at the front, and what follows.
fn record(bytes: &[u8]) -> Result<(&Head, &[u8], &[u8]), Fault> {
    let read = || {
        let (length, rest) = varint::take(bytes)?;
        let (head, rest) = rest.split_first_chunk::<16>()?;
        let (record, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        Some((head, record, rest))
    };
    read().ok_or_else(|| crate::error::damaged("found a part of a look that does not read back"))
}

fn failed<'p>(doing: &'static str, path: &'p Path) -> impl Fn(std::io::Error) -> Fault + 'p {
    move |source| {
        if source.kind() == std::io::ErrorKind::StorageFull {
            return LedgerError::DiskFull { doing: "look for gaps" }.into();
        }
        LedgerError::Io { doing, path: path.to_owned(), source }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Sha256;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn head(number: u8) -> Head {
        crate::thread::head(&Sha256::of([number]))
    }

    fn groups(parts: &Partitions) -> Vec<(Head, Vec<Vec<u8>>)> {
        let mut told = Vec::new();
        for part in 0..PARTS {
            let mut tell = |head: &Head, records: &mut dyn Iterator<Item = &[u8]>| {
                told.push((*head, records.map(<[u8]>::to_vec).collect()));
                Ok(())
            };
            parts.each_group(part, &mut tell).unwrap();
        }
        told
    }

    proptest! {
        #[test]
        fn records_of_a_digest_come_together_in_the_order_of_writing_on_disk_or_not(
            written in prop::collection::vec((0_u8..20, prop::collection::vec(any::<u8>(), 0..200)), 0..60)
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut expected: BTreeMap<Head, Vec<Vec<u8>>> = BTreeMap::new();
            for held_max in [usize::MAX, 300, 1] {
                expected.clear();
                let mut parts = Partitions::holding(&folder.path().join("ledger"), held_max);
                for (number, record) in &written {
                    parts.push(&head(*number), record).unwrap();
                    expected.entry(head(*number)).or_default().push(record.clone());
                }
                prop_assert_eq!(groups(&parts), expected.clone().into_iter().collect::<Vec<_>>());
            }
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays on disk");
        }
    }
}
