//! Rows read ahead: one thread reads, decodes and splits while the other judges.

use crate::dat::{Row, RowReader};
use std::io::{self, Read};
use std::sync::mpsc;

/// Rows of a batch at most.
const BATCH_ROWS: usize = 256;
/// Bytes of text after which a batch is handed on, so that long rows do not pile up.
const BATCH_BYTES: usize = 1 << 18;
/// Batches that wait to be judged at most. With the one being filled and the one being judged, four are alive.
const WAITING_MAX: usize = 2;

/// Rows that are filled again and again.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    filled: usize,
}

impl Batch {
    /// Fills it from the start; false at the end of the file.
    fn fill<R: Read>(&mut self, reader: &mut RowReader<R>) -> io::Result<bool> {
        self.filled = 0;
        let mut bytes = 0;
        while self.filled < BATCH_ROWS && bytes < BATCH_BYTES {
            if self.filled == self.rows.len() {
                self.rows.push(Row::new());
            }
            let row = &mut self.rows[self.filled];
            if !reader.next_row(row)? {
                return Ok(false);
            }
            bytes += row.bytes();
            self.filled += 1;
        }
        Ok(true)
    }
}

/// Hands every row to `take`, in order; gives the reader back. What cannot be read is an error behind the rows before
/// it, as if there were one thread.
///
/// # Errors
/// That of `take`, which ends the reading, and that of the bytes.
pub(crate) fn each_row<R, E>(
    mut reader: RowReader<R>,
    mut take: impl FnMut(&Row) -> Result<(), E>,
) -> Result<RowReader<R>, E>
where
    R: Read + Send,
    E: From<io::Error>,
{
    std::thread::scope(|scope| {
        let (hand_on, waiting) = mpsc::sync_channel::<Batch>(WAITING_MAX);
        let (give_back, judged) = mpsc::channel::<Batch>();
        let thread = scope.spawn(move || {
            loop {
                let mut batch = judged.try_recv().unwrap_or_default();
                let read = batch.fill(&mut reader);
                // Nobody takes rows any more: whoever judges them has ended with an error of its own.
                let wanted = hand_on.send(batch).is_ok();
                match read {
                    Ok(true) if wanted => {}
                    Ok(_) => return Ok(reader),
                    Err(error) => return Err(error),
                }
            }
        });
        // Taken by value, so that an error drops it and the thread ends.
        for batch in waiting {
            batch.rows.iter().take(batch.filled).try_for_each(&mut take)?;
            // The thread has ended where it does not want the batch back.
            let _ended = give_back.send(batch);
        }
        match thread.join() {
            Ok(read) => read.map_err(E::from),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Decoder;

    /// Bytes that end in an error.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(io::Error::other("the disk went away")),
                count => Ok(count),
            }
        }
    }

    fn text(rows: u64) -> String {
        (1..=rows).map(|row| format!("þ{row}þ\u{14}þxþ\r\n")).collect()
    }

    #[test]
    fn every_row_comes_once_and_in_order() {
        for rows in [0, 1, 255, 256, 257, 5_000] {
            let mut seen = Vec::new();
            let text = text(rows);
            let reader = RowReader::new(Decoder::new(text.as_bytes()).unwrap());
            each_row(reader, |row| {
                seen.push(row.value(0).unwrap_or_default().parse::<u64>().unwrap());
                Ok::<(), io::Error>(())
            })
            .unwrap();
            assert_eq!(seen, (1..=rows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_of_the_bytes_comes_behind_the_rows_before_it() {
        let text = text(40_000);
        let reader = RowReader::new(Decoder::new(Broken(text.as_bytes())).unwrap());
        let mut seen = 0;
        let read = each_row(reader, |_| {
            seen += 1;
            Ok::<(), io::Error>(())
        });
        assert!(read.is_err() && seen > 30_000, "{seen}");
    }

    #[test]
    fn whoever_judges_may_stop_at_any_row() {
        let text = text(20_000);
        let mut seen = 0;
        let read = each_row(RowReader::new(Decoder::new(text.as_bytes()).unwrap()), |_| {
            seen += 1;
            if seen == 300 { Err(io::Error::other("enough")) } else { Ok(()) }
        });
        assert_eq!((read.is_err(), seen), (true, 300));
    }
}
