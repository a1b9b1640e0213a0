//! Bates numbers as a person reads them.

use super::words::{count, grouped, table};
use chrono::{DateTime, Utc};
use duces_model::BatesRange;
use duces_workspace::{NumberDocument, NumberReport, ReplacedNumbers, SeriesReport, SpanReport, TwinsReport};
use std::fmt::Write as _;

/// `ECP0000001`, or `ECP0000001 - ECP0000003` where it is more than one.
pub(super) fn range(bates: &BatesRange) -> String {
    if bates.pages() == 1 { bates.first().to_string() } else { bates.to_string() }
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

pub(crate) fn explained(report: &NumberReport) -> String {
    let mut text =
        format!("{}: number {} of series {}\n", report.number, grouped(report.position), report.series);
    let _ = writeln!(
        text,
        "  volume       {} ({}), for request {}; set aside {} by {}",
        report.volume,
        range(&report.volume_bates),
        report.request,
        day(report.reserved_at),
        report.reserved_by
    );
    match (&report.voided, &report.document) {
        (Some(voided), _) => {
            let _ = writeln!(
                text,
                "  VOID         in no volume, and never will be: {} ({}, by {})",
                voided.why,
                day(voided.at),
                voided.by
            );
        }
        (None, Some(document)) => text += &of_document(document),
        (None, None) => text += "  RESERVED     its volume is not sealed: finish it or void it\n",
    }
    text += "  Acts:\n";
    for act in &report.acts {
        let _ = writeln!(text, "    {}  {}, by {}", day(act.at), act.action, act.by);
    }
    text
}

fn of_document(document: &NumberDocument) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  document     {}, page {} of {} ({})",
        document.document,
        grouped(document.page),
        grouped(document.pages),
        range(&document.bates)
    );
    let what: Vec<String> = [
        document.kind.map(str::to_owned),
        document.file_name.clone(),
        document.sent_at.map(|at| format!("sent {}", day(at))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let _ = writeln!(text, "  is           {}", what.join(", "));
    match &document.place {
        Some(place) => {
            let _ = writeln!(text, "  retained at  {place}");
        }
        None => text += "  retained at  the ledger no longer knows the document\n",
    }
    let _ = writeln!(
        text,
        "  custodian    {}; all as delivered: {}",
        document.custodian,
        document.all_custodians.join("; ")
    );
    if !document.stands_for.is_empty() {
        let _ = writeln!(
            text,
            "  stands for   {} left out as the same; all places as delivered: {}",
            count(document.stands_for.len() as u64, "document", "documents"),
            document.all_paths.join("; ")
        );
    }
    let _ = writeln!(
        text,
        "  sealed as    {}, {} by {}, in {}",
        document.disposition,
        day(document.sealed_at),
        document.sealed_by,
        document.path
    );
    for step in &document.decided {
        let _ = writeln!(
            text,
            "  decided      {}{}{}{}",
            step.disposition,
            step.at.map(|at| format!(", {}", day(at))).unwrap_or_default(),
            step.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default(),
            if step.note.is_empty() { String::new() } else { format!(": {}", step.note) }
        );
    }
    for one in &document.redactions {
        let _ = writeln!(text, "  redacted     {}: {}, by {}", one.place, one.reason, one.by);
    }
    let items: Vec<String> =
        document.items.iter().map(|item| format!("{} ({})", item.item, item.why)).collect();
    let _ = writeln!(text, "  answers      items {}", items.join(", "));
    text += "  Family:\n";
    for member in &document.family {
        let _ = writeln!(
            text,
            "    {}  {}, {}{}",
            member.bates.as_ref().map_or_else(|| "(no number)".to_owned(), range),
            if member.root { "parent" } else { "attached" },
            member.disposition,
            if member.document == document.document { "  <- this one" } else { "" }
        );
    }
    text += &replacements("replaced by", &document.replaced_by);
    text += &replacements("replaces", &document.replaces);
    for claw in &document.clawed_back {
        let _ = writeln!(
            text,
            "  CLAWED BACK  no. {}, {}: went out {}, seen {}; {} ({} by {})",
            claw.clawback,
            claw.basis,
            claw.disclosed_on,
            claw.discovered_on,
            claw.why,
            day(claw.at),
            claw.by
        );
        for notice in &claw.notices {
            let _ = writeln!(
                text,
                "               return or sequestration requested of {} on {}",
                notice.to, notice.on
            );
        }
        if claw.notices.is_empty() {
            text += "               no notice of it is on record\n";
        }
    }
    for other in &document.elsewhere {
        let _ = writeln!(text, "  also as      {} in volume {}", range(&other.bates), other.volume);
    }
    match &document.verified {
        Some(last) => {
            let word = if last.passed { "yes" } else { "NO" };
            let _ = writeln!(text, "  verified     {word}, {} by {}", day(last.at), last.by);
        }
        None => text += "  verified     not yet\n",
    }
    for certificate in &document.certificates {
        let _ = writeln!(
            text,
            "  certified    no. {}, {}{}, {} by {}",
            certificate.certificate,
            certificate.title,
            if certificate.about_this_volume { "" } else { " (about another volume of the request)" },
            day(certificate.at),
            certificate.by
        );
    }
    if document.certificates.is_empty() {
        text += "  certified    in no certificate yet\n";
    }
    text
}

fn replacements(word: &str, others: &[ReplacedNumbers]) -> String {
    let mut text = String::new();
    for other in others {
        let _ = writeln!(
            text,
            "  {word:<12} {} in volume {}: {} ({} by {})",
            range(&other.bates),
            other.volume,
            other.why,
            day(other.at),
            other.by
        );
    }
    text
}

pub(crate) fn listed(series: &[SeriesReport]) -> String {
    if series.is_empty() {
        return "No number was set aside yet.\n".to_owned();
    }
    let mut text = String::new();
    for one in series {
        let _ = writeln!(
            text,
            "Series {} ({} digits): {} set aside = {} issued + {} reserved + {} void; no position is missing",
            one.prefix,
            one.width,
            count(one.numbers, "number", "numbers"),
            grouped(one.issued),
            grouped(one.reserved),
            grouped(one.voided)
        );
        let rows: Vec<_> = one.runs.iter().map(run).collect();
        text += &table(&["numbers", "count", "state", "volume", "request", "documents", "what"], &rows);
    }
    text
}

fn run(run: &SpanReport) -> Vec<String> {
    let mut notes = vec![match (&run.why, run.state) {
        (Some(why), _) => format!("void since {} by {}: {why}", day(run.at), run.by),
        (None, "reserved") => format!("set aside {} by {}, not sealed yet", day(run.at), run.by),
        (None, _) => format!("sealed {} by {}", day(run.at), run.by),
    }];
    for (n, word) in [
        (run.replaced, "replaced by a later volume"),
        (run.clawed_back, "clawed back"),
        (run.replaces, "replace earlier numbers"),
    ] {
        if n > 0 {
            notes.push(format!("{} {word}", count(n, "document", "documents")));
        }
    }
    vec![
        range(&run.bates),
        grouped(run.numbers),
        run.state.to_owned(),
        run.volume.to_string(),
        run.request.to_string(),
        run.documents.map(grouped).unwrap_or_else(|| "-".to_owned()),
        notes.join("; "),
    ]
}

pub(crate) fn twins(report: &TwinsReport) -> String {
    let mut text = format!(
        "Request {}: {} of a withheld document and one that shares content with it\n",
        report.request,
        count(report.conflicts.len() as u64, "pair", "pairs")
    );
    for pair in &report.conflicts {
        let _ = writeln!(
            text,
            "  withheld {}{}\n    other  {}: {}{}",
            report.documents.of(&pair.barred),
            pair.barred_in.as_ref().map(|place| format!(" ({place})")).unwrap_or_default(),
            report.documents.of(&pair.other),
            pair.how,
            match (&pair.went_out_as, pair.may_stand) {
                (Some(place), _) => format!("; it went out as {place}"),
                (None, true) => String::new(),
                (None, false) => "; decide the same for both".to_owned(),
            }
        );
    }
    for other in &report.others {
        let _ = writeln!(text, "  in the way: {}", report.documents.in_words(other));
    }
    if report.let_stand + report.passages > 0 {
        let _ = writeln!(
            text,
            "Let stand by people: {}, {}",
            count(report.let_stand, "pair", "pairs"),
            count(report.passages, "passage", "passages")
        );
    }
    text += "How they are looked for:\n";
    for rule in &report.rules {
        let _ = writeln!(text, "  - {rule}");
    }
    text
}
