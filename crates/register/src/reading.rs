//! From the files of a register to the rows of its tables.

use crate::folder::{FOLDERS, KNOWN, Need};
use crate::header::Layout;
use crate::references::{Names, Rows, shown};
use crate::row::Row;
use crate::{
    capture, closure, control, group, held, person, retention, review, review_log, schedule, sequence,
    source, table,
};
use duces_model::Mistake;
use std::collections::BTreeMap;
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
    let captures = reading.file("captures.csv", capture::LAYOUT, capture::read);
    let disposals = reading.file("disposals.csv", retention::DISPOSALS, retention::read_disposal);
    let holds = reading.file("holds.csv", retention::HOLDS, retention::read_hold);
    let closures = reading.file("closures.csv", closure::LAYOUT, closure::read);
    let (sequences, sequence_names) =
        reading.named("sequences.csv", "sequence", sequence::LAYOUT, sequence::read);
    let review = reading.file("review.csv", review::LAYOUT, review::read);
    let review_log = reading.folder("review-log", review_log::LAYOUT, review_log::read);
    let controls = reading.folder("controls", control::LAYOUT, control::read);
    let rows = Rows {
        captures_readable: !reading.has_mistakes("captures.csv"),
        sources: sources.unwrap_or_default(),
        people: people.unwrap_or_default(),
        addresses: addresses.unwrap_or_default(),
        groups: groups.unwrap_or_default(),
        captures: captures.unwrap_or_default(),
        disposals: disposals.unwrap_or_default(),
        holds: holds.unwrap_or_default(),
        closures: closures.unwrap_or_default(),
        retention: retention.unwrap_or_default(),
        review: review.unwrap_or_default(),
        review_log,
        sequences: sequences.unwrap_or_default(),
        controls,
        source_names,
        person_names,
        retention_names,
        sequence_names,
    };
    Read { rows, absent: reading.absent(), mistakes: reading.mistakes }
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

    /// The rows of all tables of a folder.
    fn folder<T>(
        &mut self,
        folder: &'static str,
        layout: Layout,
        read: impl Fn(&mut Row<'_>, &Arc<str>) -> Option<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for (path, bytes) in self.below(folder) {
            let file: Arc<str> = Arc::from(path.as_str());
            let rows = table::read(&shown(path), bytes, layout, &mut self.mistakes, |row| read(row, &file));
            all.append(&mut rows.unwrap_or_default());
        }
        all
    }

    fn absent(&self) -> Vec<String> {
        let told = KNOWN.iter().filter(|(_, need)| *need != Need::May);
        let known = told.map(|(name, _)| *name).filter(|name| !self.files.contains_key(*name));
        let folders = FOLDERS.iter().filter(|folder| self.below(folder).next().is_none());
        let folders = folders.map(|folder| format!("{folder}/*.csv"));
        let mut absent: Vec<String> = known.map(str::to_owned).chain(folders).collect();
        absent.sort();
        absent
    }
}
