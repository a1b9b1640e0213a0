//! Records sorted within a bounded memory: what does not fit goes to work files that nobody else can see.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};

/// Memory that one sorter takes for records, in bytes.
pub(crate) const HELD_BYTES_MAX: usize = 32 << 20;

/// Takes records of `K` numbers and gives them back in order.
#[derive(Debug)]
pub(crate) struct Sorter<const K: usize> {
    held: Vec<[u64; K]>,
    held_max: usize,
    /// Sorted runs, each a work file without a name.
    runs: Vec<File>,
}

impl<const K: usize> Default for Sorter<K> {
    fn default() -> Self {
        Self::holding(HELD_BYTES_MAX / (8 * K.max(1)))
    }
}

impl<const K: usize> Sorter<K> {
    /// A sorter that keeps at most this many records in memory.
    pub(crate) fn holding(records: usize) -> Self {
        Self { held: Vec::new(), held_max: records.max(1), runs: Vec::new() }
    }

    /// Takes one record.
    ///
    /// # Errors
    /// Where a work file cannot be written.
    pub(crate) fn push(&mut self, record: [u64; K]) -> io::Result<()> {
        self.held.push(record);
        if self.held.len() >= self.held_max { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let mut file = BufWriter::with_capacity(1 << 18, tempfile::tempfile()?);
        for number in self.held.iter().flatten() {
            file.write_all(&number.to_le_bytes())?;
        }
        self.held.clear();
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        Ok(())
    }

    /// All records in order, equal ones as often as they were taken.
    ///
    /// # Errors
    /// Where a work file cannot be written or read.
    pub(crate) fn sorted(mut self) -> io::Result<Sorted<K>> {
        if !self.runs.is_empty() && !self.held.is_empty() {
            self.spill()?;
        }
        self.held.sort_unstable();
        let mut sorted = Sorted {
            held: self.held.into_iter(),
            runs: self.runs.into_iter().map(|run| BufReader::with_capacity(1 << 16, run)).collect(),
            next: BinaryHeap::new(),
        };
        for run in 0..sorted.runs.len() {
            sorted.pull(run)?;
        }
        Ok(sorted)
    }
}

/// Records in order.
#[derive(Debug)]
pub(crate) struct Sorted<const K: usize> {
    held: std::vec::IntoIter<[u64; K]>,
    runs: Vec<BufReader<File>>,
    next: BinaryHeap<Reverse<([u64; K], usize)>>,
}

impl<const K: usize> Sorted<K> {
    fn pull(&mut self, run: usize) -> io::Result<()> {
        let mut record = [0; K];
        for (at, number) in record.iter_mut().enumerate() {
            let mut bytes = [0; 8];
            match self.runs[run].read_exact(&mut bytes) {
                Ok(()) => *number = u64::from_le_bytes(bytes),
                Err(error) if at == 0 && error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.next.push(Reverse((record, run)));
        Ok(())
    }

    /// The next record.
    ///
    /// # Errors
    /// Where a work file cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<[u64; K]>> {
        if self.runs.is_empty() {
            return Ok(self.held.next());
        }
        let Some(Reverse((record, run))) = self.next.pop() else { return Ok(None) };
        self.pull(run)?;
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_come_back_in_order_whether_they_fit_or_not(
            records in prop::collection::vec([0_u64..20, 0_u64..5], 0..60), held in 1_usize..20
        ) {
            let mut sorter = Sorter::holding(held);
            for record in &records {
                sorter.push(*record).unwrap();
            }
            let mut sorted = sorter.sorted().unwrap();
            let mut back = Vec::new();
            while let Some(record) = sorted.next().unwrap() {
                back.push(record);
            }
            let mut expected = records;
            expected.sort_unstable();
            prop_assert_eq!(back, expected);
        }
    }
}
