//! Runs a program and says what it took.

use crate::failure::Failure;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often the peak memory is read. It only grows, so nothing but the last moments can be missed.
const POLL: Duration = Duration::from_millis(10);

/// What one run took.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// User and system time of the process and of those it waited for; absent where the system
    /// does not tell.
    pub(crate) cpu: Option<Duration>,
    /// Largest resident memory in bytes (VmHWM); absent outside Linux.
    pub(crate) peak_bytes: Option<u64>,
    pub(crate) output: String,
    status: ExitStatus,
    said: String,
}

/// Runs the command to its end and watches its memory. Children must not run side by side: their CPU
/// times are told apart by what was there before.
pub(crate) fn run(command: &mut Command) -> Result<Measured, Failure> {
    let before = children_cpu();
    let start = Instant::now();
    let child = spawn(command)?;
    let (ended, id) = (AtomicBool::new(false), child.id());
    let (output, wall, peak_bytes) = thread::scope(|scope| {
        let watch = scope.spawn(|| peak(id, &ended));
        let output = child.wait_with_output();
        let wall = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (output, wall, watch.join().ok().flatten())
    });
    let cpu = children_cpu().zip(before).map(|(after, before)| after.saturating_sub(before));
    Ok(measured(or_failed(command, output)?, wall, cpu, peak_bytes))
}

/// Runs the command to its end with nothing beside it: for runs so short that watching would be felt.
pub(crate) fn run_unwatched(command: &mut Command) -> Result<Measured, Failure> {
    let start = Instant::now();
    let output = spawn(command)?.wait_with_output();
    let wall = start.elapsed();
    Ok(measured(or_failed(command, output)?, wall, None, None))
}

fn spawn(command: &mut Command) -> Result<Child, Failure> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    or_failed(command, child)
}

fn or_failed<T>(command: &Command, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|source| Failure::io(format!("run {}", command.get_program().to_string_lossy()), source))
}

fn measured(output: Output, wall: Duration, cpu: Option<Duration>, peak_bytes: Option<u64>) -> Measured {
    Measured {
        wall,
        cpu,
        peak_bytes,
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        status: output.status,
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Measured {
    /// Refuses a run that ended with another code than these.
    pub(crate) fn expect_code(&self, command: &Command, codes: &[i32]) -> Result<(), Failure> {
        if self.status.code().is_some_and(|code| codes.contains(&code)) {
            return Ok(());
        }
        let expected: Vec<String> = codes.iter().map(|code| format!("exit code {code}")).collect();
        Err(Failure::Program {
            program: format!("{command:?}"),
            code: self.status.to_string(),
            expected: expected.join(" or "),
            said: self.said.clone(),
        })
    }
}

/// Reads the peak memory of the process until it has ended.
fn peak(id: u32, ended: &AtomicBool) -> Option<u64> {
    let status = format!("/proc/{id}/status");
    let mut largest = None;
    while !ended.load(Ordering::Relaxed) {
        let now = std::fs::read_to_string(&status).ok().and_then(|text| high_water_mark(&text));
        largest = largest.max(now);
        thread::sleep(POLL);
    }
    largest
}

/// The `VmHWM` line of `/proc/PID/status`, in bytes (proc(5)).
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Largest resident memory of this process, in bytes.
pub(crate) fn own_peak() -> Option<u64> {
    std::fs::read_to_string("/proc/self/status").ok().and_then(|text| high_water_mark(&text))
}

/// CPU time of all children that have ended so far.
#[cfg(unix)]
fn children_cpu() -> Option<Duration> {
    cpu_of(nix::sys::resource::UsageWho::RUSAGE_CHILDREN)
}

/// CPU time of this process, all its threads, so far.
#[cfg(unix)]
pub(crate) fn own_cpu() -> Option<Duration> {
    cpu_of(nix::sys::resource::UsageWho::RUSAGE_SELF)
}

#[cfg(unix)]
fn cpu_of(who: nix::sys::resource::UsageWho) -> Option<Duration> {
    use nix::sys::time::TimeValLike as _;
    let usage = nix::sys::resource::getrusage(who).ok()?;
    let time = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    u64::try_from(time).ok().map(Duration::from_micros)
}

#[cfg(not(unix))]
fn children_cpu() -> Option<Duration> {
    None
}

#[cfg(not(unix))]
pub(crate) fn own_cpu() -> Option<Duration> {
    None
}

/// Sum of the lengths of all files below the folder.
pub(crate) fn folder_bytes(folder: &Path) -> Result<u64, Failure> {
    let walk = |source| Failure::Walk { path: folder.to_owned(), source };
    let mut sum = 0;
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.map_err(walk)?;
        if entry.file_type().is_file() {
            sum += entry.metadata().map_err(walk)?.len();
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes_and_its_absence_is_no_zero() {
        let status = "Name:\tduces\nVmPeak:\t  900 kB\nVmHWM:\t     512 kB\nVmRSS:\t 100 kB\n";
        assert_eq!(high_water_mark(status), Some(512 * 1024));
        assert_eq!(high_water_mark("Name:\tduces\n"), None);
        assert_eq!(high_water_mark("VmHWM:\tmany kB\n"), None);
    }
}
