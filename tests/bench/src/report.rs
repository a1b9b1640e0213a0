//! The figures, for people and for programs.

use crate::measure::Measured;
use crate::searches::Search;
use duces_samples::synthetic::Totals;
use serde::Serialize;
use std::fmt;

/// One indexer's run.
#[derive(Debug, Serialize)]
pub(crate) struct Indexing {
    pub(crate) program: &'static str,
    /// Absent where the program is not installed.
    pub(crate) figures: Option<Figures>,
}

/// What a run took and gave.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) wall_s: f64,
    pub(crate) cpu_s: Option<f64>,
    pub(crate) messages_per_s: f64,
    pub(crate) messages_per_cpu_s: Option<f64>,
    pub(crate) megabytes_per_s: f64,
    pub(crate) peak_bytes: Option<u64>,
    pub(crate) index_bytes: u64,
    /// Messages as the program counts them; absent where it was not asked.
    pub(crate) counted: Option<u64>,
}

impl Indexing {
    /// A program that could not be run because it is not there.
    pub(crate) fn absent(program: &'static str) -> Self {
        Self { program, figures: None }
    }

    /// A run with what follows from it.
    pub(crate) fn measured(
        program: &'static str,
        measured: Measured,
        totals: &Totals,
        counted: Option<u64>,
        index_bytes: u64,
    ) -> Self {
        let messages = totals.messages as f64;
        let wall_s = measured.wall.as_secs_f64();
        let cpu_s = measured.cpu.map(|cpu| cpu.as_secs_f64());
        let figures = Figures {
            wall_s,
            cpu_s,
            messages_per_s: messages / wall_s,
            messages_per_cpu_s: cpu_s.filter(|cpu| *cpu > 0.0).map(|cpu| messages / cpu),
            megabytes_per_s: totals.bytes as f64 / 1e6 / wall_s,
            peak_bytes: measured.peak_bytes,
            index_bytes,
            counted,
        };
        Self { program, figures: Some(figures) }
    }
}

/// A benchmark's result.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    cores: usize,
    archive: ArchiveFigures,
    indexing: Vec<Indexing>,
    /// Messages per CPU-second of duces, divided by those of the other.
    ratios: Vec<Ratio>,
    pub(crate) searches: Vec<Search>,
}

/// The synthetic archive in figures.
#[derive(Debug, Serialize)]
struct ArchiveFigures {
    messages: u64,
    replies: u64,
    with_attachments: u64,
    attachments: u64,
    bytes: u64,
    text_bytes: u64,
    attachment_bytes: u64,
}

/// How duces stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Ratio {
    against: &'static str,
    ratio: f64,
}

impl Report {
    pub(crate) fn new(totals: Totals, cores: usize) -> Self {
        let archive = ArchiveFigures {
            messages: totals.messages,
            replies: totals.replies,
            with_attachments: totals.with_attachments,
            attachments: totals.attachments,
            bytes: totals.bytes,
            text_bytes: totals.text_bytes,
            attachment_bytes: totals.attachment_bytes,
        };
        Self { cores, archive, indexing: Vec::new(), ratios: Vec::new(), searches: Vec::new() }
    }

    /// Adds a run, and its ratio where both have figures.
    pub(crate) fn push(&mut self, indexing: Indexing) {
        let rate = |run: &Indexing| run.figures.as_ref().and_then(|figures| figures.messages_per_cpu_s);
        let ours = self.indexing.iter().find(|run| run.program == "duces").and_then(rate);
        if let (Some(ours), Some(theirs)) = (ours, rate(&indexing)) {
            self.ratios.push(Ratio { against: indexing.program, ratio: ours / theirs });
        }
        self.indexing.push(indexing);
    }
}

/// A figure, or the words that say that there is none.
fn or_not_measured(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(|| "not measured".to_owned(), |figure| format!("{figure:.decimals$}"))
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let archive = &self.archive;
        let mean = |bytes: u64| bytes as f64 / 1e3 / (archive.messages.max(1)) as f64;
        writeln!(
            f,
            "{} mails, {:.1} MB: {:.1} kB each, of which {:.1} kB text and {:.1} kB attachments (decoded)",
            archive.messages,
            archive.bytes as f64 / 1e6,
            mean(archive.bytes),
            mean(archive.text_bytes),
            mean(archive.attachment_bytes)
        )?;
        writeln!(
            f,
            "{} replies, {} mails with {} attachments; {} cores\n",
            archive.replies, archive.with_attachments, archive.attachments, self.cores
        )?;
        self.write_runs(f)?;
        self.write_searches(f)
    }
}

impl Report {
    fn write_runs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["wall s", "CPU s", "mails/s", "mails/CPU s", "MB/s", "peak MiB", "index MiB"];
        write!(f, "{:<10}", "index")?;
        heads.iter().try_for_each(|head| write!(f, " {head:>12}"))?;
        writeln!(f)?;
        for run in &self.indexing {
            write!(f, "{:<10}", run.program)?;
            let Some(figures) = &run.figures else {
                writeln!(f, " not installed")?;
                continue;
            };
            let cells = [
                or_not_measured(Some(figures.wall_s), 2),
                or_not_measured(figures.cpu_s, 2),
                or_not_measured(Some(figures.messages_per_s), 0),
                or_not_measured(figures.messages_per_cpu_s, 0),
                or_not_measured(Some(figures.megabytes_per_s), 1),
                or_not_measured(figures.peak_bytes.map(mebibytes), 0),
                or_not_measured(Some(mebibytes(figures.index_bytes)), 1),
            ];
            cells.iter().try_for_each(|cell| write!(f, " {cell:>12}"))?;
            writeln!(f)?;
            if let Some(counted) = figures.counted.filter(|counted| *counted != self.archive.messages) {
                writeln!(f, "           counts {counted} mails: not the same work")?;
            }
        }
        for Ratio { against, ratio } in &self.ratios {
            writeln!(f, "duces does {ratio:.2} times the mails per CPU-second of {against}")?;
        }
        writeln!(
            f,
            "duces hashes every native, keeps its ledger and forces both to the disk; notmuch and mu index no \
             text of attachments; the bare loop parses, hashes and feeds Tantivy, with one commit"
        )
    }

    fn write_searches(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.searches.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nsearch, a new process each time, files in the page cache")?;
        writeln!(f, "{:<18} {:>10} {:>11}  text", "kind", "median ms", "slowest ms")?;
        for search in &self.searches {
            writeln!(
                f,
                "{:<18} {:>10.1} {:>11.1}  {}",
                search.kind, search.median_ms, search.slowest_ms, search.text
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(program: &'static str, rate: Option<f64>, counted: u64) -> Indexing {
        let figures = Figures {
            wall_s: 2.0,
            cpu_s: rate.map(|rate| 100.0 / rate),
            messages_per_s: 50.0,
            messages_per_cpu_s: rate,
            megabytes_per_s: 1.0,
            peak_bytes: None,
            index_bytes: 1 << 20,
            counted: Some(counted),
        };
        Indexing { program, figures: Some(figures) }
    }

    fn report() -> Report {
        Report::new(Totals { messages: 100, bytes: 2_000_000, ..Totals::default() }, 2)
    }

    #[test]
    fn a_ratio_stands_only_where_both_were_measured() {
        let mut report = report();
        report.push(run("duces", Some(80.0), 100));
        report.push(run("notmuch", Some(10.0), 100));
        report.push(run("bare loop", None, 100));
        report.push(Indexing::absent("mu"));
        assert_eq!(report.ratios, [Ratio { against: "notmuch", ratio: 8.0 }]);
        let shown = report.to_string();
        assert!(shown.contains("8.00 times") && shown.contains("not installed"), "{shown}");
        assert!(shown.contains("not measured"), "{shown}");
    }

    #[test]
    fn a_program_that_counts_other_mails_is_told_on() {
        let mut report = report();
        report.push(run("notmuch", Some(10.0), 99));
        assert!(report.to_string().contains("counts 99 mails: not the same work"));
    }
}
