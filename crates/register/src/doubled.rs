//! Days and communications that control totals and reports have twice, among millions of rows.

use crate::control::{ControlId, ControlTotal};
use crate::listed::Listed;
use crate::references::shown;
use crate::report::ReportedDay;
use chrono::NaiveDate;
use duces_model::{Mistake, SourceId};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

/// Whichever rows say something twice, or say two things.
pub(crate) fn check(
    controls: &[ControlTotal],
    ids: &[ControlId],
    reports: &[ReportedDay],
    mistakes: &mut Vec<Mistake>,
) {
    let folder = shown("controls");
    let mut listed = Listed::new(&folder);
    repeated_days(controls, &mut listed);
    for report in reports.chunk_by(|a, b| Arc::ptr_eq(&a.file, &b.file)) {
        repeated_days(report, &mut listed);
    }
    repeated_ids(ids, &mut listed);
    counts_against_ids(controls, ids, &mut listed);
    listed.end(mistakes);
}

/// A row of a table about a source on a day.
trait OfDay {
    /// The column of the day, where its name is ours.
    const DAY: Option<&'static str>;
    fn of(&self) -> (&SourceId, NaiveDate);
    fn place(&self) -> (&str, u64);
}

impl OfDay for ControlTotal {
    const DAY: Option<&'static str> = Some("day");
    fn of(&self) -> (&SourceId, NaiveDate) {
        (&self.source, self.day)
    }
    fn place(&self) -> (&str, u64) {
        (&self.file, self.line)
    }
}

impl OfDay for ReportedDay {
    const DAY: Option<&'static str> = None;
    fn of(&self) -> (&SourceId, NaiveDate) {
        (&self.source, self.day)
    }
    fn place(&self) -> (&str, u64) {
        (&self.file, self.line)
    }
}

impl OfDay for ControlId {
    const DAY: Option<&'static str> = Some("day");
    fn of(&self) -> (&SourceId, NaiveDate) {
        (&self.source, self.day)
    }
    fn place(&self) -> (&str, u64) {
        (&self.file, self.line)
    }
}

/// The rows of each source, in their order.
fn by_source<T: OfDay>(rows: &[T]) -> BTreeMap<&SourceId, Vec<&T>> {
    let mut by_source: BTreeMap<&SourceId, Vec<&T>> = BTreeMap::new();
    for row in rows {
        by_source.entry(row.of().0).or_default().push(row);
    }
    by_source
}

fn repeated_days<T: OfDay>(rows: &[T], listed: &mut Listed<'_>) {
    for (source, mut rows) in by_source(rows) {
        // Stable, and quick where the days come sorted, as they mostly do.
        rows.sort_by_key(|row| row.of().1);
        for same in rows.chunk_by(|a, b| a.of().1 == b.of().1) {
            let (first_file, first_line) = same[0].place();
            for again in &same[1..] {
                let message = format!(
                    "found {} of {source} again, which row {first_line} of {} has already",
                    again.of().1,
                    shown(first_file)
                );
                let hint = "leave one row for each source and day; nothing is added up";
                let (file, line) = again.place();
                listed.push(Mistake::in_row(shown(file), line, T::DAY, message).hint(hint));
            }
        }
    }
}

/// The same communication of a source twice would be expected twice.
fn repeated_ids(ids: &[ControlId], listed: &mut Listed<'_>) {
    for (source, rows) in by_source(ids) {
        // Sorted by a digest and not by the ids themselves, which are long and begin alike.
        let digest = |row: &ControlId| {
            let mut hasher = DefaultHasher::new();
            row.message_id.hash(&mut hasher);
            hasher.finish()
        };
        let mut digests: Vec<(u64, usize)> =
            rows.iter().enumerate().map(|(at, row)| (digest(row), at)).collect();
        digests.sort_unstable();
        for same in digests.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let first = rows[same[0].1];
            for again in same[1..].iter().map(|(_, at)| rows[*at]) {
                if again.message_id == first.message_id {
                    let (id, line, file) = (&again.message_id, first.line, shown(&first.file));
                    let message =
                        format!("found <{id}> of {source} again, which row {line} of {file} has already");
                    let hint = "leave one row for each source and communication";
                    let mistake =
                        Mistake::in_row(shown(&again.file), again.line, Some("message_id"), message);
                    listed.push(mistake.hint(hint));
                }
            }
        }
    }
}

/// A day that is both counted and listed is counted right.
fn counts_against_ids(controls: &[ControlTotal], ids: &[ControlId], listed: &mut Listed<'_>) {
    if controls.is_empty() || ids.is_empty() {
        return;
    }
    let mut of_day: BTreeMap<(&SourceId, NaiveDate), (u64, &ControlId)> = BTreeMap::new();
    for id in ids {
        of_day.entry(id.of()).or_insert((0, id)).0 += 1;
    }
    for control in controls {
        let Some((listed_ids, first)) = of_day.get(&control.of()).filter(|(ids, _)| *ids != control.count)
        else {
            continue;
        };
        let message = format!(
            "found {} communications of {} on {}, while {listed_ids} are listed by id, from row {} of {} on",
            control.count,
            control.source,
            control.day,
            first.line,
            shown(&first.file)
        );
        let hint = "correct the one or the other, or leave one of them out";
        listed.push(Mistake::in_row(shown(&control.file), control.line, None, message).hint(hint));
    }
}
