//! How long work tells how far it is; the face decides what to show.

/// Told of progress by long work. No library prints.
pub trait Observer: Sync {
    /// A stage starts; `total` is in the stage's own unit, absent where it is not known beforehand.
    fn stage(&self, name: &str, unit: &str, total: Option<u64>);
    /// So much more of the stage is done.
    fn advance(&self, amount: u64);
    /// Whether the user wants to stop: work ends at the next safe point and can be resumed.
    fn stop_requested(&self) -> bool {
        false
    }
}

/// Shows nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn stage(&self, _name: &str, _unit: &str, _total: Option<u64>) {}
    fn advance(&self, _amount: u64) {}
}
