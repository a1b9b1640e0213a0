//! Review sheets, out and back.

use super::production::dispositions;
use super::words::count;
use duces_workspace::{MixedFamily, RedactionsTaken, ReviewExported, ReviewImported};
use std::fmt::Write as _;

/// How many of a list a person sees at a terminal; JSON has all.
const SHOWN: usize = 10;

pub(crate) fn exported(report: &ReviewExported) -> String {
    let mut text = format!(
        "Sheet {} of request {}: {}, {} without a decision\n",
        report.sheet,
        report.request,
        count(report.documents, "document", "documents"),
        report.pending
    );
    for (document, why) in report.not_opened.iter().take(SHOWN) {
        let _ = writeln!(text, "  could not be opened: document {document}: {why}");
    }
    more(&mut text, report.not_opened.len());
    let _ = writeln!(text, "Written:  {}", report.csv.display());
    match &report.workbook {
        Some(path) => {
            let _ = writeln!(text, "          {} (the same as a workbook, with links)", path.display());
        }
        None => {
            text += "          no workbook: the sheet has more documents than can be read back from one\n"
        }
    }
    let suggested = report.privilege_suggested + report.personal_data;
    if suggested > 0 {
        let _ = writeln!(
            text,
            "Suggested, and not decided: privilege for {}, personal data in {} (columns privilege screen, personal data)",
            report.privilege_suggested, report.personal_data
        );
    }
    let _ = writeln!(text, "Internal: {}", report.internal.display());
    let _ = writeln!(
        text,
        "Texts and natives lie beside it. Fill in either file, then: duces review import {} FILE --by PERSON",
        report.request
    );
    text
}

pub(crate) fn imported(report: &ReviewImported) -> String {
    let mut text = format!(
        "Sheet {} of request {} came back (import {}): {} marked otherwise than before\n",
        report.sheet,
        report.request,
        report.import,
        count(report.changed, "document is", "documents are")
    );
    text += &dispositions(&report.dispositions);
    if report.pending > 0 {
        let _ = writeln!(
            text,
            "{} still without a decision.",
            count(report.pending, "document is", "documents are")
        );
    }
    for MixedFamily { family, members } in report.mixed.iter().take(SHOWN) {
        let _ = writeln!(text, "  decided differently within a family: {family}");
        for (document, decided) in members.iter().take(SHOWN) {
            let _ = writeln!(text, "    {document}: {decided}");
        }
        more(&mut text, members.len());
    }
    more(&mut text, report.mixed.len());
    for twin in report.twins.iter().take(SHOWN) {
        let ((one, first), (other, second)) = (&twin.one, &twin.other);
        let _ = writeln!(text, "  the same bytes, decided differently: {one} {first}, {other} {second}");
    }
    more(&mut text, report.twins.len());
    text
}

pub(crate) fn redactions(report: &RedactionsTaken) -> String {
    let mut text = format!(
        "Redactions of request {}: {} in {} (sheet {}); they take the place of all before\n",
        report.request,
        count(report.redactions, "place", "places"),
        count(report.documents, "document", "documents"),
        report.sheet
    );
    let lists = [
        ("is not decided to be redacted", &report.not_decided),
        ("is to be redacted and has none", &report.without),
    ];
    for (what, documents) in lists {
        for document in documents.iter().take(SHOWN) {
            let _ = writeln!(text, "  document {document} {what}");
        }
        more(&mut text, documents.len());
    }
    text
}

fn more(text: &mut String, all: usize) {
    if all > SHOWN {
        let _ = writeln!(text, "  … {} more (--format json lists all)", all - SHOWN);
    }
}
