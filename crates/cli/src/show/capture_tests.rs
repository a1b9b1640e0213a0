//! Capture tests, as a person reads them.

use super::words::count;
use duces_workspace::{TestsChecked, TestsPlanned};
use std::fmt::Write as _;

pub(crate) fn planned(planned: &TestsPlanned) -> String {
    let mut text = match planned.written.len() as u64 {
        0 => "No test message was written.\n".to_owned(),
        n => format!("{} written:\n", count(n, "test message", "test messages")),
    };
    for test in &planned.written {
        let _ = writeln!(
            text,
            "  {} to {}: {}\n      because: {}",
            test.source,
            test.address,
            test.file.display(),
            test.because
        );
    }
    for (source, why) in &planned.left_out {
        let _ = writeln!(text, "  {source}: NOT TESTED: {why}");
    }
    if !planned.written.is_empty() {
        text += "Send each by whatever means, with its subject as it is. After the next duces index:\n  duces capture-test check\n";
    }
    text
}

pub(crate) fn checked(checked: &TestsChecked) -> String {
    if checked.tests.is_empty() {
        return "No capture test is on record: duces capture-test plan writes some.\n".to_owned();
    }
    let arrived = checked.tests.len() as u64 - checked.missing;
    let mut text = format!(
        "{} on record, {arrived} arrived in the archive under their source:\n",
        count(checked.tests.len() as u64, "capture test", "capture tests")
    );
    for test in &checked.tests {
        let archived = match (test.archived_on, test.elsewhere.as_slice()) {
            (Some(day), _) => format!("in the archive, dated {day}: capture worked on that day"),
            (None, []) if test.mentions > 0 => {
                format!(
                    "NOT in the archive; {} its mark, such as a reply",
                    count(test.mentions, "other document repeats", "other documents repeat")
                )
            }
            (None, []) => "NOT in the archive".to_owned(),
            (None, elsewhere) => format!("NOT under its source; retained under {}", elsewhere.join(", ")),
        };
        let reviewed = test.reviewed_on.map_or_else(
            || "not in the log of review by its Message-ID".to_owned(),
            |day| format!("reviewed on {day}"),
        );
        let _ = writeln!(
            text,
            "  {} (written on {}, {}): {archived}; {reviewed}",
            test.source, test.written_on, test.token
        );
    }
    text
}
