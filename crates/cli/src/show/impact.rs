//! What a gap touches, as a person reads it.

use super::words::{count, cut};
use duces_workspace::{DraftedText, ImpactReport, Sentence, SupplementReport, TouchedRequest, Verdict};
use std::fmt::Write as _;

pub(crate) fn impact(report: &ImpactReport) -> String {
    let mut text = super::gaps::gap(&report.gap);
    let certain = report.past.iter().filter(|past| past.certain).count() as u64;
    let _ = writeln!(
        text,
        "Of {} on record: {} here touched, {} of the past touched, {} of the past may be touched, {} could not be checked, {} not touched.",
        count(report.requests_in_all, "request", "requests"),
        report.requests.len(),
        certain,
        report.past.len() as u64 - certain,
        report.unread.len(),
        report.untouched.len()
    );
    for (request, why) in &report.unread {
        let _ = writeln!(text, "\n{request}: COULD NOT BE CHECKED: {why}");
    }
    for request in &report.requests {
        text += &touched(request);
    }
    for past in &report.past {
        let how = if past.certain { "touched" } else { "may be touched" };
        let answered = past.answered.map_or("on a day that is unknown".to_owned(), |day| format!("on {day}"));
        let _ = writeln!(
            text,
            "\n{} ({} {}, {}; answered {answered}, before this program): {how}",
            past.request, past.authority, past.number, past.kind
        );
        for item in &past.items {
            let _ = writeln!(text, "  {item}");
        }
        if !past.bates.is_empty() {
            let _ = writeln!(text, "  produced: {}", past.bates.join(", "));
        }
        for statement in &past.statements {
            let day =
                statement.stated_on.map_or("on a day that is unknown".to_owned(), |day| format!("on {day}"));
            let _ = writeln!(
                text,
                "  now {}: stated {day}: \"{}\"",
                past.statements_are,
                cut(&statement.text, 300)
            );
        }
    }
    if !report.statements.is_empty() {
        text += "\nIssued statements of gaps that name it:\n";
    }
    for sentence in &report.statements {
        text += &said(sentence);
    }
    for path in &report.reports {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    text
}

fn touched(request: &TouchedRequest) -> String {
    let mut text = format!("\n{} ({} {}): touched\n", request.request, request.authority, request.number);
    for item in &request.items {
        let _ = writeln!(text, "  item {}, {}: {}", item.item, item.period, cut(&item.text, 120));
        if let Some(unsure @ 1..) = item.new_cannot_tell {
            let _ = writeln!(
                text,
                "    of {} that no answer took in it cannot be told",
                count(unsure, "document", "documents")
            );
        }
        let _ = match (item.new_hits, item.new_hits_of_gap) {
            (Some(0), _) => writeln!(text, "    a new search finds no hit that the answer did not take in"),
            (Some(new), Some(own)) => writeln!(
                text,
                "    a new search finds {} that the answer did not hold, {own} of them of the gap's sources",
                count(new, "document", "documents")
            ),
            _ => writeln!(text, "    not selected yet: there is no answer to compare a search with"),
        };
    }
    for volume in &request.volumes {
        let sealed =
            volume.sealed_at.map_or("not sealed".to_owned(), |at| format!("sealed on {}", at.date_naive()));
        let _ = writeln!(text, "  volume {}, {}, {sealed}", volume.volume, volume.bates);
    }
    for sentence in &request.sentences {
        text += &said(sentence);
    }
    let runs: std::collections::BTreeSet<i64> = request.items.iter().filter_map(|item| item.run).collect();
    for run in runs {
        let _ = writeln!(text, "  searched anew as run {run}, which the ledger keeps");
    }
    if request.items.iter().any(|item| item.new_documents().is_some_and(|new| new > 0)) {
        let _ = writeln!(text, "  Next: duces gap impact GAP --supplement {}", request.request);
    }
    text
}

/// A sentence that was issued, and what the gap does to it.
fn said(sentence: &Sentence) -> String {
    let verdict = match sentence.verdict {
        Verdict::Stands => "stands".to_owned(),
        other => other.as_str().to_uppercase(),
    };
    format!(
        "  {} of {} by {}: {verdict}\n    says: {}\n    now:  {}\n",
        sentence.who(),
        sentence.issued_at.date_naive(),
        sentence.issued_by,
        cut(&sentence.says, 300),
        cut(&sentence.because, 300)
    )
}

pub(crate) fn drafted(drafted: &DraftedText) -> String {
    let mut text = format!("Drafted for counsel:  {}\n", drafted.path.display());
    for unknown in &drafted.unknowns {
        let _ = writeln!(text, "  unknown of {unknown}");
    }
    text + "duces gap note GAP FIELD TEXT fills in what people know.\n"
}

pub(crate) fn supplement(report: &SupplementReport) -> String {
    let mut text = String::new();
    match &report.selected {
        None => {
            let _ = writeln!(
                text,
                "A new search for {} finds nothing that its answer did not hold; no population was frozen.",
                report.request
            );
        }
        Some(selected) => {
            let _ = writeln!(
                text,
                "{} in no earlier answer.",
                count(
                    report.new_hits,
                    "document meets the criteria now and was",
                    "documents meet the criteria now and were"
                )
            );
            text += &super::production::selected(selected);
        }
    }
    let _ = writeln!(text, "Drafted for counsel:  {}", report.notice.display());
    text
}
