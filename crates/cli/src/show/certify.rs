//! Declarations, reports, letters, and whether their facts still stand.

use super::production::remade;
use super::words::{count, table};
use duces_workspace::{FactsCheck, FactsVerdict, FigureReport, InstrumentReport, StoredInstrument};
use std::fmt::Write as _;

pub(crate) fn made(report: &InstrumentReport) -> String {
    let draft = if report.draft { ", DRAFT" } else { "" };
    let mut text = format!("Instrument {}: {}{draft}\n", report.instrument, report.title);
    for question in &report.questions {
        let _ = writeln!(text, "  - {question}");
    }
    let _ = writeln!(
        text,
        "Written:  {} ({})\n          {} (to be edited)\n          {}\nFacts:    SHA-256 {}",
        report.pdf.display(),
        count(report.pages as u64, "page", "pages"),
        report.docx.display(),
        report.json.display(),
        report.facts_sha256
    );
    if !report.substituted.is_empty() {
        let _ = writeln!(
            text,
            "No font has {}: each stands as U+FFFD in the PDF.",
            count(report.substituted.len() as u64, "character", "characters")
        );
    }
    text += "It states facts. What only the signer knows is left blank, or as a choice that is not ticked.\n";
    text += "Once edited or signed: duces certify check FILE says whether its facts still stand.\n";
    text
}

pub(crate) fn stored(stored: &StoredInstrument) -> String {
    let [pdf, docx, json] = stored.remade.each_ref().map(remade);
    let mut text = format!(
        "Instrument {}, {} issued {} by {}: {}\nWritten:  {}\n          {} (to be edited)\n          {}\n\
         SHA-256:  {}\nFacts:    SHA-256 {}\nMade again by this version with the kept wording: PDF {pdf}, DOCX {docx}, \
         facts {json}\n",
        stored.instrument,
        stored.kind,
        stored.issued_at,
        stored.issued_by,
        stored.title,
        stored.pdf.display(),
        stored.docx.display(),
        stored.json.display(),
        stored.pdf_sha256,
        stored.facts_sha256,
    );
    for why in &stored.because {
        let _ = writeln!(text, "  - {why}");
    }
    text
}

pub(crate) fn checked(check: &FactsCheck) -> String {
    let number = match (check.certificate, check.instrument) {
        (Some(key), _) => format!("certificate {key}"),
        (None, Some(key)) => format!("instrument {key}"),
        (None, None) => String::new(),
    };
    let mut text = format!("{}: {}, {number}\n  {}\n", check.file.display(), check.title, check.bytes);
    match check.document {
        FactsVerdict::AsIssued => text += "  every fact stands in it as it was issued\n",
        FactsVerdict::AddedTo => {
            text +=
                "  every fact stands in it as it was issued, and there is more in it, for a person to read\n"
        }
        FactsVerdict::Changed => {
            let _ = writeln!(
                text,
                "  FACTS CHANGED: {} no longer as issued:",
                count(check.changed.len() as u64, "text is", "texts are")
            );
            for changed in &check.changed {
                let _ = writeln!(text, "    - {}", changed.replace('\n', " "));
            }
        }
    }
    let listed = [
        ("figures that the record did not issue; a person has to read them:", &check.added),
        ("words that can turn a sentence around came or went; a person has to read them:", &check.turned),
        ("filled in by the signer:", &check.filled),
    ];
    for (what, figures) in listed.into_iter().filter(|(_, figures)| !figures.is_empty()) {
        let _ = writeln!(text, "  {what}");
        for about in figures {
            let _ = writeln!(text, "    - … {} …", about.replace('\n', " "));
        }
    }
    for limit in &check.limits {
        let _ = writeln!(text, "  NOT TOLD: {limit}");
    }
    if let Some(why) = &check.unasked {
        let _ = writeln!(text, "  NOT TOLD: whether the record says the same now: {why}");
    } else if check.now.is_empty() {
        text += "  the record says the same now\n";
    } else {
        let _ = writeln!(
            text,
            "  THE RECORD SAYS OTHERWISE NOW, in {}:",
            count(check.now.len() as u64, "place", "places")
        );
        for changed in &check.now {
            let _ = writeln!(text, "    - {changed}");
        }
    }
    text
}

pub(crate) fn explained(report: &FigureReport) -> String {
    let mut text = format!("Certificate {}, {}: {}\n", report.certificate, report.of, report.figure);
    if let Some(why) = report.without_rows {
        let _ = writeln!(text, "It has no rows: {why}.");
        return text;
    }
    let rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .map(|row| vec![row.document.to_string(), row.numbers.join("; "), row.decided.clone()])
        .collect();
    text += &table(&["document", "numbers", "decided"], &rows);
    if report.found != report.figure {
        let _ = writeln!(
            text,
            "THE RECORD HAS {} NOW, and the certificate says {}: decisions changed since it was issued.",
            count(report.found, "row", "rows"),
            report.figure
        );
    }
    text
}
