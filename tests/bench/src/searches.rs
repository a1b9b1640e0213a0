//! How long a search takes: from the start of the process to its end, files in the page cache.

use crate::failure::Failure;
use crate::measure;
use duces_samples::synthetic::queries;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How often each search is run.
const RUNS: usize = 7;

/// One search.
#[derive(Debug, Serialize)]
pub(crate) struct Search {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) median_ms: f64,
    pub(crate) slowest_ms: f64,
}

/// Times each search of the set as a new process per run.
pub(crate) fn time(duces: &Path, workspace: &Path) -> Result<Vec<Search>, Failure> {
    let mut searches = Vec::new();
    for query in queries() {
        let mut walls = Vec::new();
        for _ in 0..RUNS {
            let mut command = Command::new(duces);
            command.arg("-C").arg(workspace).args(["search", "--dialect", "dtsearch", &query.text]);
            command.args(["--format", "json"]);
            let measured = measure::run_unwatched(&mut command)?;
            measured.expect_code(&command, &[0, 3])?;
            walls.push(measured.wall);
        }
        let (median_ms, slowest_ms) = middle_and_end(walls);
        searches.push(Search { kind: query.kind, text: query.text, median_ms, slowest_ms });
    }
    Ok(searches)
}

/// Median and largest of an odd number of times, in milliseconds.
fn middle_and_end(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let milliseconds = |place: usize| times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    (milliseconds(times.len() / 2), milliseconds(times.len().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_in_any_order() {
        let times = [30, 10, 20].map(Duration::from_millis).to_vec();
        assert_eq!(middle_and_end(times), (20.0, 30.0));
    }
}
