//! Seeded damages of a sample: each can be had again by its number.

use duces_ingest::Limits;
use std::time::Duration;

/// A small generator, so that each damage can be had again by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap()
    }
}

/// The sample with up to five things done to it.
pub fn damaged(seed: u64, sample: &[u8]) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut bytes = sample.to_vec();
    for _ in 0..=dice.roll(4) {
        let (at, other) = (dice.roll(bytes.len()), dice.roll(bytes.len()));
        let (low, high) = (at.min(other), at.max(other));
        match dice.roll(6) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(low..(low + 40).min(high))),
            3 => {
                let piece = bytes[low..(low + 200).min(high)].to_vec();
                bytes.splice(other..other, piece);
            }
            4 => bytes.splice(at..at, *b"<![CDATA[").for_each(drop),
            _ => bytes.splice(at..at, *b"<!-- \"'&<").for_each(drop),
        }
    }
    bytes
}

/// Processor time of this thread.
fn spent() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// Reads as many damages of a sample: no panic, bounded time, and every law of a container holds.
pub fn survives(name: &str, sample: &[u8], damages: u64) {
    let dir = tempfile::tempdir().unwrap();
    for seed in 0..damages {
        let started = spent();
        let file = super::file(dir.path(), name, &damaged(seed, sample));
        super::read(&file, &Limits::default());
        assert!((spent() - started).as_secs() < 5, "{name}, seed {seed}");
    }
}
