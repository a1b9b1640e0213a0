//! One item of the page: its words, what is not known of it, how it was searched, what was found.

use super::{counts, escape, facts, grouped, unknown};
use crate::hits::report::{ItemHits, Splits};
use crate::hits::samples::SampledDocument;
use crate::hits::sheet::flags;
use crate::hits::terms::TermRow;
use std::fmt::Write as _;

pub(super) fn section(page: &mut String, item: &ItemHits) {
    let _ = writeln!(
        page,
        "<section class=\"item\">\n<h2>Item {}</h2>\n<p class=\"letter\">{}</p>",
        escape(item.item.as_str()),
        escape(&item.text)
    );
    unknown::of_item(page, item);
    *page += "<h3>Searched as</h3>\n<ul>\n";
    for line in &item.criteria {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let _ = writeln!(page, "<li style=\"margin-left:{depth}em\">{}</li>", escape(line.trim_start()));
    }
    *page += "</ul>\n";
    *page += "<h3>Counts</h3>\n";
    *page += &facts(&[
        ("in scope", grouped(item.in_scope)),
        ("in scope: searched", grouped(item.searched)),
        ("in scope: not searchable", grouped(item.not_searchable)),
        ("in scope: hit", grouped(item.hit)),
        ("in scope: not hit", grouped(item.not_hit)),
        ("in scope: cannot tell", grouped(item.cannot_tell)),
        ("hit, with family", grouped(item.hit_with_family)),
    ]);
    terms(page, item);
    *page += "<h3>Hits by what they belong to</h3>\n";
    splits(page, &item.splits);
    for term in &item.terms {
        samples(page, term);
    }
    *page += "</section>\n";
}

fn terms(page: &mut String, item: &ItemHits) {
    if item.terms.is_empty() {
        *page += "<p>The item asks for no words.</p>\n";
        return;
    }
    let dialect = item.dialect.as_deref().unwrap_or_default();
    let _ = writeln!(
        page,
        "<h3>Terms ({})</h3>\n<table>\n<thead><tr><th>term, as written and as read</th><th class=\"n\">hits</th><th class=\"n\">with family</th>\
         <th class=\"n\">unique</th><th class=\"n\">unique with family</th></tr></thead>\n<tbody>",
        escape(dialect)
    );
    for term in &item.terms {
        term_row(page, term);
    }
    let any = &item.any_term;
    let _ = writeln!(
        page,
        "</tbody>\n<tfoot><tr><td>any term, each document once (no sum of the column)</td>{}</tr></tfoot>\n</table>",
        numbers(&[any.hits, any.hits_with_family, any.unique, any.unique_with_family])
    );
}

fn numbers(counts: &[u64]) -> String {
    counts.iter().map(|count| format!("<td class=\"n\">{}</td>", grouped(*count))).collect()
}

fn term_row(page: &mut String, term: &TermRow) {
    let class = if term.hits == 0 { " class=\"zero\"" } else { "" };
    let mut words = format!("<code>{}</code>", escape(&term.written));
    if term.written != term.canonical {
        let _ = write!(
            words,
            "<br><span class=\"quiet\">read as <code>{}</code></span>",
            escape(&term.canonical)
        );
    }
    for expansion in &term.expansions {
        let first: Vec<_> = expansion.words.iter().take(12).map(String::as_str).collect();
        let more = expansion.words.len() - first.len();
        let more = if more > 0 {
            format!(" and {} more (all in the JSON form)", grouped(more as u64))
        } else {
            String::new()
        };
        let count = grouped(expansion.words.len() as u64);
        let list = if first.is_empty() { String::new() } else { format!(": {}{more}", first.join(", ")) };
        let words_or_word = if expansion.words.len() == 1 { "word" } else { "words" };
        let text = format!("{} stands for {count} {words_or_word}{list}", expansion.pattern);
        let _ = write!(words, "<br><span class=\"quiet\">{}</span>", escape(&text));
    }
    let flags = flags(term, 4);
    if !flags.is_empty() {
        let _ = write!(words, "<br><span class=\"flag\">{}</span>", escape(&flags));
    }
    let people: Vec<_> =
        term.splits.by_custodian.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    if !people.is_empty() {
        let _ =
            write!(words, "<br><span class=\"quiet\">by custodian: {}</span>", escape(&people.join(", ")));
    }
    let counts = numbers(&[term.hits, term.hits_with_family, term.unique, term.unique_with_family]);
    let _ = writeln!(page, "<tr{class}><td>{words}</td>{counts}</tr>");
}

fn splits(page: &mut String, splits: &Splits) {
    *page += "<div class=\"splits\">\n";
    let three = [
        ("By custodian", &splits.by_custodian),
        ("By source", &splits.by_source),
        ("By month", &splits.by_month),
    ];
    for (caption, split) in three {
        let _ = write!(page, "<div>{}</div>", counts(caption, split));
    }
    *page += "</div>\n";
}

fn samples(page: &mut String, term: &TermRow) {
    let Some(samples) = &term.samples else { return };
    let _ = writeln!(
        page,
        "<table>\n<caption>To be read for <code>{}</code>; open with <code>duces search --open DOCUMENT</code></caption>\n\
         <thead><tr><th>drawn from</th><th>document</th><th>sources</th><th>day</th></tr></thead>\n<tbody>",
        escape(&term.written)
    );
    let from = [
        (format!("hits, of {}", grouped(term.hits)), &samples.hits),
        (format!("non-hits, of {}", grouped(samples.non_hits_of)), &samples.non_hits),
    ];
    for (from, documents) in from {
        for document in documents {
            sampled(page, &from, document);
        }
    }
    *page += "</tbody>\n</table>\n";
}

fn sampled(page: &mut String, from: &str, document: &SampledDocument) {
    let day = document.day.map_or_else(|| "undated".to_owned(), |day| day.to_string());
    let _ = writeln!(
        page,
        "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{day}</td></tr>",
        escape(from),
        escape(&document.document),
        escape(&document.sources.join(", "))
    );
}
