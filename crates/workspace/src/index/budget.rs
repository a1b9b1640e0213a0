//! A bound on the bytes that are between reader and index at any moment.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes in flight. A message larger than the whole budget passes when nothing else is in flight.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    held: Mutex<Held>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Held {
    bytes: u64,
    unbounded: bool,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, held: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits until `bytes` more fit.
    pub(super) fn take(&self, bytes: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while !held.unbounded && held.bytes > 0 && held.bytes + bytes > self.limit {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        held.bytes += bytes;
    }

    /// Gives `bytes` back.
    pub(super) fn give(&self, bytes: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.bytes = held.bytes.saturating_sub(bytes);
        self.freed.notify_all();
    }

    /// Lets everybody pass from now on: the run has failed, and nobody gives anything back any more.
    pub(super) fn open_wide(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.unbounded = true;
        self.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn what_is_in_flight_never_passes_the_limit_and_a_giant_passes_alone() {
        let budget = Budget::new(100);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for worker in 0..4_u64 {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    for round in 0..200_u64 {
                        let bytes = (worker * 37 + round * 11) % 60 + 1;
                        budget.take(bytes);
                        let seen = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(seen, Ordering::SeqCst);
                        now.fetch_sub(bytes, Ordering::SeqCst);
                        budget.give(bytes);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 100);
        budget.take(1_000);
        budget.give(1_000);
        budget.take(1);
    }

    #[test]
    fn who_waits_goes_on_when_the_run_has_failed() {
        let budget = Budget::new(10);
        budget.take(10);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| budget.take(10));
            budget.open_wide();
            assert!(waiting.join().is_ok());
        });
        budget.take(1_000);
    }
}
