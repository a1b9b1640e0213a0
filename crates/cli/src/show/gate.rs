//! The open questions of a production.

use duces_workspace::{DETAILS_SHOWN, GateReport, Question, Word};
use std::fmt::Write as _;

pub(crate) fn gate(report: &GateReport) -> String {
    let open = report.open().count();
    let mut text = match open {
        0 => format!("Request {}: no question is open.\n", report.request),
        1 => format!("Request {}: 1 question is open, and nothing is sealed over it.\n", report.request),
        n => format!("Request {}: {n} questions are open, and nothing is sealed over one.\n", report.request),
    };
    for question in &report.questions {
        one(&mut text, question, report);
    }
    for note in &report.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    if report.open().any(|question| question.may_be_acknowledged) {
        let _ = writeln!(
            text,
            "A person answers for a question by name: duces gate {} --acknowledge ID --by NAME --why …",
            report.request
        );
    }
    text
}

fn one(text: &mut String, question: &Question, report: &GateReport) {
    let said = |word: &Word| format!("{} on {}: {}", word.by, word.at.date_naive(), word.why);
    let state = match (&question.acknowledged, question.may_be_acknowledged) {
        (Some(_), _) => "acknowledged",
        (None, true) => "open",
        (None, false) => "to be settled",
    };
    let _ = writeln!(text, "{} ({state}): {}", question.id, question.what);
    if let Some(word) = &question.acknowledged {
        let _ = writeln!(text, "  acknowledged by {}", said(word));
        return;
    }
    if let Some(word) = &question.lapsed {
        let _ = writeln!(text, "  acknowledged on other facts by {}; it holds no more", said(word));
    }
    for detail in question.details.iter().take(DETAILS_SHOWN) {
        let _ = writeln!(text, "  {}", report.documents.in_words(detail));
    }
    if question.details.len() > DETAILS_SHOWN {
        let _ =
            writeln!(text, "  … {} more (--format json lists all)", question.details.len() - DETAILS_SHOWN);
    }
    let _ = writeln!(text, "  to settle it: {}", question.settle);
}
