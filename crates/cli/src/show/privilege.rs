//! The privilege log.

use super::words::count;
use duces_workspace::PrivilegeLogReport;
use std::fmt::Write as _;

pub(crate) fn log(report: &PrivilegeLogReport) -> String {
    let of = match report.volumes.as_slice() {
        [] => "its decisions; no volume is produced yet".to_owned(),
        volumes => volumes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!(
        "Privilege log of request {} ({of}): {} on {}\n",
        report.request,
        count(report.entries, "row", "rows"),
        count(report.pages as u64, "page", "pages")
    );
    for (what, numbers) in
        [("without an attorney", &report.without_attorney), ("without a basis", &report.without_basis)]
    {
        if let Some(first) = numbers.first() {
            let rows = numbers.len() as u64;
            let _ = writeln!(text, "  {} {what}, the first: {first}", count(rows, "row", "rows"));
        }
    }
    for (at, path) in report.files.iter().enumerate() {
        let _ = writeln!(text, "{}{}", if at == 0 { "Written:  " } else { "          " }, path.display());
    }
    text + "Counsel goes through it before it leaves the firm.\n"
}
