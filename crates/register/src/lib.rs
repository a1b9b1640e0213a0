//! Sources, people, capture, review, retention, and what other systems count: files that people edit, checked.
//!
//! `FORMAT.md` beside this crate describes each file and column. A register that exists is without
//! mistakes: [`Register::read`] gives either the whole of it or every mistake in it, with file, row and
//! column (in a mapping, line and column). Nothing is guessed: a date that can be read in two ways is refused, never chosen.

mod attorney;
mod attribution;
mod capture;
mod closure;
mod control;
mod day;
mod day_format;
mod doubled;
mod encoding;
mod folder;
mod glob;
mod group;
mod header;
mod held;
mod listed;
mod mapping;
mod name;
mod nearest;
mod past;
mod person;
mod quoting;
mod reading;
mod references;
mod register;
mod report;
mod retention;
mod review;
mod review_log;
mod row;
mod schedule;
mod sequence;
mod source;
mod table;

pub use attorney::{Attorney, CounselAddress};
pub use attribution::OccurrenceFacts;
pub use capture::{CaptureChange, ChangeKind};
pub use closure::Closure;
pub use control::{ControlId, ControlTotal};
pub use glob::{Glob, GlobError, PathRule};
pub use group::{GroupPart, GroupRow};
pub use held::{DatedAddress, HeldAddress};
pub use name::{CapturePathId, SequenceId, SystemId};
pub use past::{PastRow, read_past};
pub use person::Person;
pub use register::{Register, RegisterError, RegisterFile};
pub use report::{ReportedDay, ReportedGap};
pub use retention::{Disposal, HeldSources, Hold};
pub use review::ReviewConnection;
pub use review_log::ReviewRow;
pub use schedule::{Disposed, PeriodStart, RetentionClass};
pub use sequence::{NumberFinder, Sequence};
pub use source::{ReviewDays, Source};

/// The files of a new register with their column heads and no rows, for a workspace to begin with. They
/// start with a byte order mark, so that a spreadsheet saves them as UTF-8 again.
pub const EMPTY_FILES: [(&str, &str); 12] = [
    (
        "sources.csv",
        "\u{feff}source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,\
         capture_path,system,silence_days_max,cadence_days,retention_class,review_from,review_to,\
         review_days_max,note\r\n",
    ),
    ("people.csv", "\u{feff}person,name,addresses,role,from,to,note\r\n"),
    ("addresses.csv", "\u{feff}person,address,from,to,note\r\n"),
    ("groups.csv", "\u{feff}group,person,address,own_address,from,to,note\r\n"),
    ("attorneys.csv", "\u{feff}name,address,firm,counsel,from,to,note\r\n"),
    ("captures.csv", "\u{feff}capture_path,changed_on,change,detail\r\n"),
    ("disposals.csv", "\u{feff}source,from,to,disposed_on,rule,note\r\n"),
    ("holds.csv", "\u{feff}hold,sources,from,to,issued_on,authority,note\r\n"),
    ("retention.csv", "\u{feff}class,keep_years,keep_months,from,rule,note\r\n"),
    ("closures.csv", "\u{feff}from,to,reason\r\n"),
    ("review.csv", "\u{feff}source,from,to,verified_on,verified_how\r\n"),
    ("sequences.csv", "\u{feff}sequence,source,pattern,from,to,dense_attested_by,note\r\n"),
];
