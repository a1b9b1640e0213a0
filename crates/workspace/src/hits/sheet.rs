//! The hit report as tables for a spreadsheet.

use super::report::{HitReport, ItemHits, Splits};
use super::samples::SampledDocument;
use super::terms::TermRow;
use crate::sheet::Sheet;

const HEADS: [&str; 11] = [
    "item",
    "row",
    "term",
    "documents",
    "with family",
    "unique",
    "unique with family",
    "written",
    "dialect",
    "flags",
    "a zero holds for",
];

/// What makes a term worth a second look, in words; of the terms that hold all its hits, the first so many.
pub(super) fn flags(term: &TermRow, subsuming_max: usize) -> String {
    let mut flags = Vec::new();
    if term.hits == 0 {
        flags.push("zero hits".to_owned());
    }
    flags.extend(term.twins());
    if let Some(broad) = &term.over_broad {
        flags.push(format!("over-broad: {}", broad.because));
    }
    for other in term.subsumed_by.iter().take(subsuming_max) {
        let word = if other.same { "same hits as" } else { "all hits are hits of" };
        flags.push(format!("{word} {} ({})", other.term, other.hits));
    }
    let more = term.subsumed_by.len().saturating_sub(subsuming_max);
    if more > 0 {
        let terms = if more == 1 { "term" } else { "terms" };
        flags.push(format!("and of {more} more {terms} (all in the CSV and JSON forms)"));
    }
    flags.join("; ")
}

/// Fills rows of one item.
struct Rows<'a> {
    sheet: &'a mut Sheet<Vec<u8>>,
    item: String,
}

impl Rows<'_> {
    fn plain(&mut self, row: &str, term: &str, documents: u64) {
        let empty = String::new;
        self.sheet.row([
            self.item.clone(),
            row.to_owned(),
            term.to_owned(),
            documents.to_string(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
        ]);
    }

    fn note(&mut self, row: &str, note: String) {
        let mut cells = vec![String::new(); HEADS.len()];
        (cells[0], cells[1], cells[9]) = (self.item.clone(), row.to_owned(), note);
        self.sheet.row(cells);
    }

    fn splits(&mut self, of: &str, term: &str, splits: &Splits) {
        let kinds =
            [("custodian", &splits.by_custodian), ("source", &splits.by_source), ("month", &splits.by_month)];
        for (kind, counts) in kinds {
            for (name, count) in counts {
                self.plain(&format!("{of} of {kind} {name}"), term, *count);
            }
        }
    }

    fn item(&mut self, item: &ItemHits) {
        let dialect = item.dialect.clone().unwrap_or_default();
        self.plain("in scope", "", item.in_scope);
        self.plain("searched", "", item.searched);
        self.plain("not searchable", "", item.not_searchable);
        for (reason, count) in &item.not_searchable_because {
            self.plain(&format!("not searchable: {reason}"), "", *count);
        }
        let zero = item.zero.as_ref().map(|zero| zero.line()).unwrap_or_default();
        self.sheet.row([
            self.item.clone(),
            "hit".to_owned(),
            String::new(),
            item.hit.to_string(),
            item.hit_with_family.to_string(),
            String::new(),
            String::new(),
            String::new(),
            dialect.clone(),
            String::new(),
            zero,
        ]);
        self.plain("not hit", "", item.not_hit);
        self.plain("cannot tell", "", item.cannot_tell);
        for (reason, count) in &item.cannot_tell_because {
            self.plain(&format!("cannot tell: {reason}"), "", *count);
        }
        for term in &item.terms {
            self.term(term, &dialect);
        }
        if !item.terms.is_empty() {
            let any = &item.any_term;
            let mut cells = vec![String::new(); HEADS.len()];
            (cells[0], cells[1]) = (self.item.clone(), "any term, each document once".to_owned());
            let counts = [any.hits, any.hits_with_family, any.unique, any.unique_with_family];
            cells[3..7].clone_from_slice(&counts.map(|count| count.to_string()));
            self.sheet.row(cells);
        }
        self.splits("hits", "", &item.splits);
        for term in &item.terms {
            self.splits("hits of the term", &term.canonical, &term.splits);
        }
        for warning in &item.warnings {
            self.note("warning", warning.clone());
        }
        if item.expects_nil {
            self.note("nothing was expected", item.expected_nil().to_owned());
        }
        let backs = if item.backing.backed { "yes" } else { "no" };
        self.note("coverage backs a zero", backs.to_owned());
        for plan in &item.coverage {
            self.note(
                &format!("coverage of source {}", plan.source),
                format!("{}: {}", plan.coverage, plan.because),
            );
        }
        for (source, why) in &item.not_searched {
            self.note(&format!("source not searched: {source}"), why.clone());
        }
        for gap in item.all_gaps() {
            self.note(&format!("crossed by gap {}", gap.id), gap.status.as_str().to_owned());
        }
    }

    fn term(&mut self, term: &TermRow, dialect: &str) {
        self.sheet.row([
            self.item.clone(),
            "term".to_owned(),
            term.canonical.clone(),
            term.hits.to_string(),
            term.hits_with_family.to_string(),
            term.unique.to_string(),
            term.unique_with_family.to_string(),
            term.written.clone(),
            dialect.to_owned(),
            flags(term, usize::MAX),
            term.zero.as_ref().map(|zero| zero.line()).unwrap_or_default(),
        ]);
    }
}

/// Counts, per item and per term.
pub(super) fn terms(report: &HitReport) -> Sheet<Vec<u8>> {
    let mut sheet = Sheet::internal(&HEADS);
    for item in &report.items {
        Rows { sheet: &mut sheet, item: item.item.to_string() }.item(item);
    }
    let totals = [
        ("hit by any item, each document once", report.totals.hit),
        ("the same with family", report.totals.hit_with_family),
        ("cannot tell by some item, hit by none", report.totals.cannot_tell),
    ];
    for (row, count) in totals {
        Rows { sheet: &mut sheet, item: "all items".to_owned() }.plain(row, "", count);
    }
    sheet
}

/// The documents drawn for reading.
pub(super) fn samples(report: &HitReport) -> Sheet<Vec<u8>> {
    let mut sheet =
        Sheet::internal(&["item", "term", "drawn from", "document", "family", "sources", "day", "open with"]);
    for item in &report.items {
        for term in &item.terms {
            let Some(samples) = &term.samples else { continue };
            for (from, documents) in [("hits", &samples.hits), ("non-hits", &samples.non_hits)] {
                for document in documents {
                    sheet.row(sample(&item.item.to_string(), &term.canonical, from, document));
                }
            }
        }
    }
    sheet
}

fn sample(item: &str, term: &str, from: &str, document: &SampledDocument) -> [String; 8] {
    [
        item.to_owned(),
        term.to_owned(),
        from.to_owned(),
        document.document.clone(),
        document.family.clone(),
        document.sources.join("; "),
        document.day.map(|day| day.to_string()).unwrap_or_default(),
        format!("duces search --open {}", document.document),
    ]
}
