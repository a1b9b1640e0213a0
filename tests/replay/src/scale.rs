//! How long coverage takes, and how much memory, at the size that the project promises.

use crate::adapter::{self, Failure};
use crate::firm::{Firm, Ledger};
use crate::sets::Set;
use crate::world::World;
use std::fs;
use std::time::Instant;

/// Three hundred sources over six years with twenty million communications, and control totals for
/// every fifth source.
pub(crate) fn world(sources: usize, days: usize, communications: f64) -> World {
    let mut firm = Firm::new("scale", Set::Tuning, 0, days);
    let staff = firm.crowd("staff", sources);
    // Rates count working days, of which a week has five and some messages fall on the others.
    let planned: f64 = firm.flows.iter().map(|flow| flow.rate).sum();
    let factor = communications / (planned * days as f64 * 0.72);
    for flow in &mut firm.flows {
        flow.rate *= factor;
        flow.size = firm.climate.size_at(flow.rate, 0.5);
    }
    let first = firm.first;
    firm.ledgers.extend(staff.into_iter().step_by(5).map(|source| Ledger {
        source,
        from: first,
        numbers: false,
        summer_shift: 0.0,
    }));
    firm.happen()
}

/// Measures and says so.
#[allow(clippy::disallowed_methods)]
pub(crate) fn measure(sources: usize, days: usize, communications: f64) -> Result<String, Failure> {
    let world = world(sources, days, communications);
    let counted: u64 = world.sources.iter().flat_map(|series| &series.captured).sum();
    let before = memory("VmRSS:");
    // Linux forgets the peak so far when told so; elsewhere the peak is that of the whole process.
    let forgotten = fs::write("/proc/self/clear_refs", "5").is_ok();
    let start = Instant::now();
    let answer = adapter::ask(&world)?;
    let wall = start.elapsed();
    let peak = memory("VmHWM:");
    let shown = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), |kib| format!("{} MiB", kib / 1024));
    Ok(format!(
        "{} sources, {} days, {counted} communications: {:.2} s with reading the register, {} gaps\n\
         memory: {} before, {} at the peak{}\n",
        world.sources.len(),
        world.days,
        wall.as_secs_f64(),
        answer.found.len(),
        shown(before),
        shown(peak),
        if forgotten { " of it" } else { " of the process" },
    ))
}

/// A line of the process's status, in KiB; absent outside Linux.
fn memory(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|text| text.strip_prefix(line))?.trim().strip_suffix("kB")?.trim().parse().ok()
}
