//! From the files of a register to the rows of its tables.

use crate::control::{ControlId, ControlTotal};
use crate::folder::{FOLDERS, KNOWN, Need, is_mapping, is_table};
use crate::header::Layout;
use crate::mapping::Mapping;
use crate::references::{Names, Rows, shown};
use crate::report::{self, Reports};
use crate::review_log::ReviewRow;
use crate::row::Row;
use crate::{
    attorney, capture, closure, control, encoding, group, held, mapping, person, retention, review,
    review_log, schedule, sequence, source, table,
};
use duces_model::{Mistake, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// What the files hold, each for itself.
pub(crate) struct Read {
    pub(crate) rows: Rows,
    /// Files that a register may have and this one has not, sorted.
    pub(crate) absent: Vec<String>,
    pub(crate) mistakes: Vec<Mistake>,
}

/// Reads every table; the mistakes already known come first.
pub(crate) fn read(files: &BTreeMap<String, Vec<u8>>, mistakes: Vec<Mistake>) -> Read {
    let mut reading = Reading { files, mistakes };
    let (sources, source_names) = reading.named("sources.csv", "source", source::LAYOUT, source::read);
    let (people, person_names) = reading.named("people.csv", "person", person::LAYOUT, person::read);
    let (retention, retention_names) =
        reading.named("retention.csv", "class", schedule::LAYOUT, schedule::read);
    let addresses = reading.file("addresses.csv", held::LAYOUT, held::read);
    let groups = reading.file("groups.csv", group::LAYOUT, group::read);
    let attorneys = reading.file("attorneys.csv", attorney::LAYOUT, attorney::read);
    let captures = reading.file("captures.csv", capture::LAYOUT, capture::read);
    let disposals = reading.file("disposals.csv", retention::DISPOSALS, retention::read_disposal);
    let holds = reading.file("holds.csv", retention::HOLDS, retention::read_hold);
    let closures = reading.file("closures.csv", closure::LAYOUT, closure::read);
    let (sequences, sequence_names) =
        reading.named("sequences.csv", "sequence", sequence::LAYOUT, sequence::read);
    let review = reading.file("review.csv", review::LAYOUT, review::read);
    let known = source_names.known();
    let review_log = reading.review_log(known.as_ref());
    let Controls { totals: controls, ids: control_ids, reports } = reading.controls(known.as_ref());
    let rows = Rows {
        captures_readable: !reading.has_mistakes("captures.csv"),
        sources: sources.unwrap_or_default(),
        people: people.unwrap_or_default(),
        addresses: addresses.unwrap_or_default(),
        groups: groups.unwrap_or_default(),
        attorneys: attorneys.unwrap_or_default(),
        captures: captures.unwrap_or_default(),
        disposals: disposals.unwrap_or_default(),
        holds: holds.unwrap_or_default(),
        closures: closures.unwrap_or_default(),
        retention: retention.unwrap_or_default(),
        review: review.unwrap_or_default(),
        review_log,
        sequences: sequences.unwrap_or_default(),
        controls,
        control_ids,
        reports: reports.days,
        reported_gaps: reports.gaps,
        source_names,
        person_names,
        retention_names,
        sequence_names,
    };
    Read { rows, absent: reading.absent(), mistakes: reading.mistakes }
}

/// More rows of a folder than this are not held in memory: a mistake.
const ROWS_MAX: usize = 20_000_000;

/// What the folder `controls` holds.
#[derive(Default)]
struct Controls {
    totals: Vec<ControlTotal>,
    ids: Vec<ControlId>,
    reports: Reports,
}

impl Controls {
    fn rows(&self) -> usize {
        self.totals.len() + self.ids.len() + self.reports.days.len() + self.reports.gaps.len()
    }
}

/// Files being read, and the mistakes found so far.
struct Reading<'f> {
    files: &'f BTreeMap<String, Vec<u8>>,
    mistakes: Vec<Mistake>,
}

impl<'f> Reading<'f> {
    /// The rows of one file; absent where it should be there and is not, or cannot be cut into rows.
    fn file<T>(
        &mut self,
        name: &str,
        layout: Layout,
        read: impl FnMut(&mut Row<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(bytes) = self.files.get(name) else {
            let is_required = KNOWN.iter().any(|(known, need)| *known == name && *need == Need::Must);
            return if is_required { self.missing(name) } else { Some(Vec::new()) };
        };
        table::read(&shown(name), bytes, layout, &mut self.mistakes, read)
    }

    /// The rows of one file with the names of its first column, those of rows with mistakes too.
    fn named<T, N: FromStr + Ord + Display>(
        &mut self,
        name: &str,
        column: &str,
        layout: Layout,
        read: impl Fn(&mut Row<'_>) -> Option<T>,
    ) -> (Option<Vec<T>>, Names<N>) {
        let mut names = Vec::new();
        let rows = self.file(name, layout, |row| {
            names.extend(row.cell(column).parse::<N>().map(|id| (id, row.line())));
            read(row)
        });
        let readable = rows.is_some();
        (rows, Names::new(names, readable))
    }

    fn missing<T>(&mut self, name: &str) -> Option<Vec<T>> {
        // Where the folder already said what stands in the file's place, that is enough.
        let stem = shown(name.trim_end_matches("csv"));
        if !self.mistakes.iter().any(|mistake| mistake.file.starts_with(&stem)) {
            let message = "found no such file, which every register has";
            self.mistakes.push(Mistake::of_file(shown(name), message));
        }
        None
    }

    fn has_mistakes(&self, name: &str) -> bool {
        self.mistakes.iter().any(|mistake| mistake.file == shown(name))
    }

    /// The files of a folder of the register, in the order of their names.
    fn below(&self, folder: &'static str) -> impl Iterator<Item = (&'f String, &'f Vec<u8>)> + use<'f> {
        let start = format!("{folder}/");
        self.files.range(start.clone()..).take_while(move |(path, _)| path.starts_with(&start))
    }

    /// The rows of the logs of review: those with a mapping as other systems wrote them.
    fn review_log(&mut self, known: Option<&BTreeSet<SourceId>>) -> Vec<ReviewRow> {
        let mut all = Vec::new();
        let mappings = self.mappings("review-log", known);
        for (path, bytes) in self.below("review-log").filter(|(path, _)| is_table(path)) {
            match mappings.get(path.as_str()) {
                Some(Some(mapping)) => {
                    let mut rows = report::read_review_log(path, bytes, mapping, known, &mut self.mistakes);
                    all.append(&mut rows);
                }
                // Its mapping has mistakes, and is to be put right first.
                Some(None) => {}
                None => self.table(path, bytes, review_log::LAYOUT, review_log::read, &mut all),
            }
            if self.is_full(path, all.len()) {
                break;
            }
        }
        all
    }

    /// The mappings of a folder by the tables that they are for; absent for a table whose mapping has mistakes.
    fn mappings(
        &mut self,
        folder: &'static str,
        known: Option<&BTreeSet<SourceId>>,
    ) -> BTreeMap<&'f str, Option<Mapping>> {
        let tables: BTreeSet<&'f str> =
            self.below(folder).map(|(path, _)| path.as_str()).filter(|path| is_table(path)).collect();
        let mut texts = Vec::new();
        for (path, bytes) in self.below(folder).filter(|(path, _)| is_mapping(path)) {
            match encoding::decode(&shown(path), bytes) {
                Ok(text) => texts.push((path.as_str(), text)),
                Err(mistake) => self.mistakes.push(*mistake),
            }
        }
        let texts = texts.iter().map(|(path, text)| (*path, text.as_ref()));
        mapping::read_all(texts, &tables, known, &mut self.mistakes)
    }

    /// Adds the rows of one table.
    fn table<T>(
        &mut self,
        path: &str,
        bytes: &[u8],
        layout: Layout,
        read: impl Fn(&mut Row<'_>, &Arc<str>) -> Option<T>,
        all: &mut Vec<T>,
    ) {
        let file: Arc<str> = Arc::from(path);
        let rows = table::read(&shown(path), bytes, layout, &mut self.mistakes, |row| read(row, &file));
        all.append(&mut rows.unwrap_or_default());
    }

    /// Whether there are more rows than are held in memory, which is then a mistake.
    fn is_full(&mut self, path: &str, rows: usize) -> bool {
        if rows > ROWS_MAX {
            let message =
                format!("found {rows} rows up to this file, expected at most {ROWS_MAX} in a folder");
            self.mistakes.push(Mistake::of_file(shown(path), message).hint("leave out what is not needed"));
        }
        rows > ROWS_MAX
    }

    /// Control totals, and reports of other systems: those that have a mapping.
    fn controls(&mut self, known: Option<&BTreeSet<SourceId>>) -> Controls {
        let mut controls = Controls::default();
        let mappings = self.mappings("controls", known);
        for (path, bytes) in self.below("controls").filter(|(path, _)| is_table(path)) {
            match mappings.get(path.as_str()) {
                Some(Some(mapping)) => {
                    let mut totals = controls.reports.read(path, bytes, mapping, known, &mut self.mistakes);
                    controls.totals.append(&mut totals);
                }
                // Its mapping has mistakes, and is to be put right first.
                Some(None) => {}
                None if encoding::decode(path, bytes).is_ok_and(|text| control::lists_ids(&text)) => {
                    self.table(path, bytes, control::IDS, control::read_id, &mut controls.ids);
                }
                None => self.table(path, bytes, control::COUNTS, control::read_count, &mut controls.totals),
            }
            if self.is_full(path, controls.rows()) {
                break;
            }
        }
        controls
    }

    fn absent(&self) -> Vec<String> {
        let told = KNOWN.iter().filter(|(_, need)| *need != Need::May);
        let known = told.map(|(name, _)| *name).filter(|name| !self.files.contains_key(*name));
        let has_table = |folder: &'static str| self.below(folder).any(|(path, _)| is_table(path));
        let folders = FOLDERS.iter().filter(|folder| !has_table(folder));
        let folders = folders.map(|folder| format!("{folder}/*.csv"));
        let mut absent: Vec<String> = known.map(str::to_owned).chain(folders).collect();
        absent.sort();
        absent
    }
}
