//! Selections, volumes, certificates.

use super::words::{count, grouped, table};
use duces_workspace::{
    CertifyOutcome, Finding, MockReport, PinState, Produced, RebuildReport, Remade, SelectReport,
    StoredCertificate, TypeOnPages, VerifyReport, VolumeAccount,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(super) fn dispositions(counts: &BTreeMap<&'static str, u64>) -> String {
    sum("population", counts)
}

fn sum(of: &str, counts: &BTreeMap<&'static str, u64>) -> String {
    let total: u64 = counts.values().sum();
    let parts: Vec<_> =
        counts.iter().filter(|(_, n)| **n > 0).map(|(name, n)| format!("{name} {}", grouped(*n))).collect();
    format!(
        "  {of} {} = {}\n",
        grouped(total),
        if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
    )
}

pub(crate) fn selected(report: &SelectReport) -> String {
    let mut text = format!(
        "Froze population {} of request {}: {} in {}\n  hits {}, further family members {}, cannot tell {}{}\n",
        report.population,
        report.request,
        count(report.documents, "document", "documents"),
        count(report.families, "family", "families"),
        grouped(report.hits),
        grouped(report.family_members),
        grouped(report.queue),
        match report.queue_family {
            0 => String::new(),
            members => format!(", further family members of these {}", grouped(members)),
        },
    );
    if report.by_hand > 0 {
        let _ = writeln!(text, "  of the hits {} added by hand", count(report.by_hand, "was", "were"));
    }
    for item in &report.unexpected {
        let _ =
            writeln!(text, "  item {item} was expected to find nothing, and it did not: a person must look");
    }
    for item in &report.no_source {
        let _ = writeln!(
            text,
            "  item {item}: of no source that it asks for was anything captured, so that nothing found says nothing: a person must look"
        );
    }
    text += "Default rules:\n";
    for rule in &report.default_rules {
        let _ = writeln!(text, "  - {rule}");
    }
    text += &dispositions(&report.dispositions);
    text += &super::request::beside(&report.beside);
    let _ = writeln!(
        text,
        "Next: duces review export {0} writes a sheet to decide them on, and duces review import {0} FILE takes it back",
        report.request
    );
    text
}

/// How a volume's counts follow from what was selected.
fn account(account: &VolumeAccount) -> String {
    let mut text = String::new();
    if account.left > 0 {
        let _ = writeln!(
            text,
            "  selected {} = in this volume's account {} + left for a later volume {}",
            grouped(account.selected),
            grouped(account.taken_up),
            grouped(account.left)
        );
    }
    for one in &account.differing {
        let _ = writeln!(
            text,
            "  {} selected as {}: {}, {}",
            count(one.documents, "document", "documents"),
            one.selected_as,
            one.now.unwrap_or("waits for a later volume"),
            one.why
        );
    }
    if let Some(table) = &account.table {
        let _ = writeln!(text, "  (which they are: {})", table.display());
    }
    text
}

pub(crate) fn mock(mock: &MockReport) -> String {
    let mut text = String::from("Mock production: no number is spent.\n");
    let _ = writeln!(
        text,
        "  {} of the population; {}{} would be spent on {}; {} with {}",
        count(mock.documents, "document", "documents"),
        if mock.counted { "" } else { "at least (pages are not counted) " },
        count(mock.numbers, "number", "numbers"),
        count(mock.families, "family", "families"),
        count(mock.natives, "native", "natives"),
        count(mock.bytes, "byte", "bytes")
    );
    let rows: Vec<_> = mock.by_custodian.iter().map(|(name, n)| vec![name.clone(), grouped(*n)]).collect();
    text += &table(&["custodian", "numbers"], &rows);
    for (bucket, n) in mock.by_bucket.iter().filter(|(_, n)| **n > 0) {
        let _ = writeln!(text, "  {bucket}: {}", grouped(*n));
    }
    text += &account(&mock.account);
    text += &on_pages(&mock.on_pages);
    text += &exceptions(&mock.exceptions);
    for breach in &mock.breaches {
        let _ = writeln!(text, "  rule of the profile: {breach}");
    }
    for obstacle in &mock.obstacles {
        let _ = writeln!(text, "  in the way: {obstacle}");
    }
    text
}

/// What stands on the pages, by type of file, and the share of slip-sheets.
fn on_pages(types: &BTreeMap<String, TypeOnPages>) -> String {
    if types.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = types
        .iter()
        .map(|(ending, of)| {
            let tenths = (of.sheets * 1_000).div_ceil(of.documents.max(1));
            let share = format!("{}.{} %", tenths / 10, tenths % 10);
            let ending = if ending.is_empty() { "(none)" } else { ending };
            let counts = [of.documents, of.own, of.text, of.natives, of.sheets].map(grouped);
            std::iter::once(ending.to_owned()).chain(counts).chain([share]).collect()
        })
        .collect();
    let heads = ["on pages", "documents", "own pages", "text", "native only", "slip-sheet", "share"];
    table(&heads, &rows)
}

/// The first exceptions; JSON has all.
fn exceptions(exceptions: &[String]) -> String {
    let mut text = String::new();
    for exception in exceptions.iter().take(10) {
        let _ = writeln!(text, "  exception: {exception}");
    }
    if exceptions.len() > 10 {
        let _ = writeln!(text, "  … {} more exceptions (--format json lists all)", exceptions.len() - 10);
    }
    text
}

pub(crate) fn produced(report: &Produced) -> String {
    let what = if report.trial {
        "Trial volume, numbers of no series, never to be certified:"
    } else {
        "Sealed volume"
    };
    let mut text = format!("{what} {}", report.volume);
    if let Some(bates) = &report.bates {
        let _ = write!(text, ", {bates}");
    }
    text.push('\n');
    if report.finished_earlier {
        text += "  (an interrupted run was finished with the numbers it had reserved)\n";
    }
    let whole = report.account.as_ref().is_none_or(|account| account.left == 0);
    text += &sum(if whole { "population" } else { "this volume's account" }, &report.dispositions);
    if let Some(of) = &report.account {
        text += &account(of);
    }
    let _ = writeln!(text, "  {}", report.profile);
    text += &on_pages(&report.on_pages);
    text += &exceptions(&report.exceptions);
    for remark in &report.remarks {
        let _ = writeln!(text, "  rule: {remark}");
    }
    let _ = writeln!(text, "Written:  {}", report.path.display());
    for zip in &report.zips {
        let _ = writeln!(text, "          {}", zip.display());
    }
    if let Some(password) = &report.password_file {
        let _ = writeln!(text, "Password: {} (it leaves by another way than the volume)", password.display());
    }
    let _ = writeln!(text, "Manifest: {}", report.manifest_sha256);
    text
}

pub(crate) fn rebuilt(report: &RebuildReport) -> String {
    if report.differing.is_empty() {
        return format!(
            "{}: rebuilt, all {} identical byte for byte.\n",
            report.volume,
            count(report.files, "file", "files")
        );
    }
    let mut text = format!(
        "{}: {} of {} differ from the rebuild:\n",
        report.volume,
        report.differing.len(),
        report.files
    );
    for name in &report.differing {
        let _ = writeln!(text, "  {name}");
    }
    text
}

pub(crate) fn verified(report: &VerifyReport) -> String {
    let against = if report.against_ledger {
        "its own bytes and the ledger"
    } else {
        "its own bytes, not against the ledger"
    };
    let mut text = format!("{} read back and held against {against}.\n", report.path.display());
    for volume in &report.volumes {
        if report.volumes.len() > 1 {
            let _ = writeln!(text, "{}", volume.path.display());
        }
        for finding in &volume.findings {
            found(&mut text, finding);
        }
        if let Some(zip) = &report.zip {
            let _ = writeln!(text, "  fails archive: {zip}");
        }
        let s = &volume.summary;
        // How another producer writes is what a technician has to tell the loader; ours stands in README.txt.
        for file in s.load_files.iter().filter(|_| !report.against_ledger) {
            let _ = write!(text, "  read {} ({}): {}", file.path, file.kind, file.encoding);
            if !file.separator.is_empty() {
                let mark = if file.marked { "with" } else { "without" };
                let quote = file.quote.as_deref().map(|quote| format!(", quote {quote}")).unwrap_or_default();
                let _ = write!(text, " {mark} a mark, separator {}{quote}", file.separator);
            }
            let _ = writeln!(text, ", {}", count(file.rows, "row", "rows"));
            for (name, meaning) in &file.read_as {
                let _ = writeln!(text, "    {name} was read as {meaning}");
            }
        }
        let images =
            if s.images > 0 { format!(", {}", count(s.images, "image", "images")) } else { String::new() };
        let _ = writeln!(
            text,
            "{}: {}, {}, {}{images}{}",
            if volume.passed && report.zip.is_none() { "Verifies" } else { "DOES NOT VERIFY" },
            count(s.rows, "row", "rows"),
            count(s.natives, "native", "natives"),
            count(s.texts, "text", "texts"),
            s.bates.as_ref().map(|bates| format!(", {bates}")).unwrap_or_default(),
        );
    }
    for path in &report.beside {
        let _ = writeln!(text, "{} belongs to no volume and was not looked at.", path.display());
    }
    text
}

/// A finding: what it means, where the first places are, and whose rule it is.
fn found(text: &mut String, finding: &Finding) {
    const SHOWN: usize = 3;
    let times = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
    let _ = writeln!(text, "  {} {}{times}: {}", finding.severity, finding.code, finding.code.meaning());
    for example in finding.examples.iter().take(SHOWN) {
        let _ = writeln!(text, "    {example}");
    }
    let more = finding.count.saturating_sub(SHOWN.min(finding.examples.len()) as u64);
    if more > 0 {
        let _ = writeln!(text, "    and {more} more");
    }
    let _ = writeln!(text, "    rule: {}", finding.authority);
}

pub(crate) fn certified(outcome: &CertifyOutcome) -> String {
    let mut text = format!("Certificate {}: {}\n", outcome.certificate, outcome.title);
    for reason in &outcome.reasons {
        let _ = writeln!(text, "  - {reason}");
    }
    for (item, why) in &outcome.nil_not_backed {
        let _ = writeln!(
            text,
            "  item {item}: nothing was found, which coverage does not back: {}",
            why.join("; ")
        );
    }
    let _ = writeln!(
        text,
        "Written:  {} ({})\n          {} (to be edited)\n          {}\nFacts:    SHA-256 {}",
        outcome.pdf.display(),
        count(outcome.pages as u64, "page", "pages"),
        outcome.docx.display(),
        outcome.json.display(),
        outcome.facts_sha256
    );
    text +=
        "It states facts. What only the declarant knows is left blank for the declarant; counsel reviews.\n";
    text += "Once edited or signed: duces certify check FILE says whether its facts still stand.\n";
    text
}

pub(crate) fn stored(stored: &StoredCertificate) -> String {
    let made = &stored.reproduction;
    let mut text = format!(
        "Certificate {}, issued {} by {}: {}\nWritten:  {}\nSHA-256:  {}\n",
        stored.certificate,
        stored.issued_at,
        stored.issued_by,
        stored.title,
        stored.pdf.display(),
        stored.pdf_sha256
    );
    if let Some(docx) = &stored.docx {
        let _ = writeln!(text, "To edit:  {}", docx.display());
    }
    if let Some(json) = &stored.json {
        let _ = writeln!(text, "Facts:    {}\nSHA-256:  {}", json.display(), stored.facts_sha256);
    }
    let failing = made.pins.iter().filter(|pin| !pin.found.holds()).count();
    let pins = count(made.pins.len() as u64, "pin", "pins");
    let _ = writeln!(text, "Relied on {pins}; {failing} missing or other than they were:");
    for pin in &made.pins {
        let _ = writeln!(text, "  {} {}: {}", pin.what, pin.sha256, finding(&pin.found));
    }
    let _ = writeln!(text, "The facts rest on the pins: {}", finding(&made.facts));
    let _ = writeln!(
        text,
        "Made again by this version: facts {}, document {}",
        remade(&made.json),
        remade(&made.pdf)
    );
    for why in &made.because {
        let _ = writeln!(text, "  - {why}");
    }
    if !made.holds() {
        text += "THE CERTIFICATE DOES NOT STAND ON ITS PINS. Keep .duces/ledger.sqlite as it is, and restore its copy.\n";
    }
    text
}

fn finding(finding: &PinState) -> String {
    match finding {
        PinState::Matches(how) => (*how).to_owned(),
        PinState::NameOnly(how) => format!("a name without bytes, {how}"),
        PinState::Missing(what) => format!("MISSING: {what}"),
        PinState::Differs(what) => format!("NOT WHAT IT WAS: {what}"),
    }
}

pub(super) fn remade(remade: &Remade) -> &'static str {
    match remade {
        Remade::Identical => "identical byte for byte",
        Remade::Differs => "not identical",
        Remade::NotMade => "could not be made",
    }
}
