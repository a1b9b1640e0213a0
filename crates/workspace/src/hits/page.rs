//! The hit report as one page that needs nothing from elsewhere, for a screen and for paper.

use super::report::{HitReport, ItemHits, Splits};
use super::samples::{GENERATOR, SampledDocument};
use super::sheet::flags;
use super::terms::TermRow;
use super::zero::by_reason;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = "
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.45 Georgia, 'Times New Roman', serif; color: #1a1a1a; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.02rem; margin: 1.5rem 0 .4rem; }
p, li { max-width: 46rem; } .quiet { color: #555; } .letter { font-style: italic; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { padding: .28rem .5rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom: 1.5px solid #1a1a1a; font-weight: 600; overflow-wrap: normal; } tfoot td { border-top: 1.5px solid #1a1a1a; font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .86em/1.4 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.flag { color: #8a1c00; } .zero td { background: #f5f1e6; }
.splits { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 1.5rem; align-items: start; }
@page { size: auto; margin: 18mm 15mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  thead { display: table-header-group; } tfoot { display: table-row-group; }
  tr, caption { break-inside: avoid; } h1, h2, h3, caption { break-after: avoid; }
  section.item + section.item { break-before: page; }
  .flag { color: #000; font-style: italic; } .zero td { background: none; }
}
";

/// A text as it stands in the page: nothing in it can become markup, an attribute, or turn the line around.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                safe.push('\u{fffd}')
            }
            c if c.is_control() && c != '\n' && c != '\t' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The whole page.
pub(super) fn page(firm: &str, report: &HitReport) -> String {
    let title = format!("Hit report, request {}", report.request);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
        escape(&title)
    );
    let _ = writeln!(
        page,
        "<p class=\"quiet\">{}. Internal work product. Run {} by {} on {}.</p>",
        escape(firm),
        report.run,
        escape(&report.by),
        report.at.format("%Y-%m-%d %H:%M:%S UTC")
    );
    page += &facts(&[
        ("documents in the index", grouped(report.documents)),
        ("hit by any item, each document once", grouped(report.totals.hit)),
        ("the same with family", grouped(report.totals.hit_with_family)),
        ("cannot tell by some item, hit by none", grouped(report.totals.cannot_tell)),
    ]);
    for item in &report.items {
        item_section(&mut page, item);
    }
    page += "<section>\n<h2>What the columns mean</h2>\n<ul>\n";
    for text in &report.definitions {
        let _ = writeln!(page, "<li>{}</li>", escape(text));
    }
    if let Some(sampling) = report.sampling {
        let _ = writeln!(
            page,
            "<li>Samples: size {}, seed {}. {}</li>",
            sampling.size,
            sampling.seed,
            escape(GENERATOR)
        );
    }
    let _ = writeln!(
        page,
        "</ul>\n<p class=\"quiet\">Index <code>{}</code>, tokenisation {}; register <code>{}</code>; request file <code>{}</code>.</p>\n</section>\n</body>\n</html>",
        escape(&report.snapshot),
        report.tokenisation,
        escape(&report.register_sha256),
        escape(&report.request_sha256)
    );
    page
}

/// Names with numbers.
fn facts(rows: &[(&str, String)]) -> String {
    let mut text = String::from("<table>\n<tbody>\n");
    for (name, value) in rows {
        let _ = writeln!(text, "<tr><td>{}</td><td class=\"n\">{}</td></tr>", escape(name), escape(value));
    }
    text + "</tbody>\n</table>\n"
}

fn item_section(page: &mut String, item: &ItemHits) {
    let _ = writeln!(
        page,
        "<section class=\"item\">\n<h2>Item {}</h2>\n<p class=\"letter\">{}</p>",
        escape(item.item.as_str()),
        escape(&item.text)
    );
    *page += "<h3>Searched as</h3>\n<ul>\n";
    for line in &item.criteria {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let _ = writeln!(page, "<li style=\"margin-left:{depth}em\">{}</li>", escape(line.trim_start()));
    }
    *page += "</ul>\n";
    *page += &facts(&[
        ("in scope", grouped(item.in_scope)),
        ("= searched", grouped(item.searched)),
        ("+ not searchable", grouped(item.not_searchable)),
        ("= hit", grouped(item.hit)),
        ("+ not hit", grouped(item.not_hit)),
        ("+ cannot tell", grouped(item.cannot_tell)),
        ("hit with family", grouped(item.hit_with_family)),
    ]);
    if let Some(zero) = &item.zero {
        let _ = writeln!(page, "<p class=\"flag\">No hit: {}.</p>", escape(&zero.line()));
    }
    terms(page, item);
    *page += "<h3>Hits by what they belong to</h3>\n";
    splits(page, &item.splits);
    *page += "<h3>What a zero here does not cover</h3>\n<div class=\"splits\">\n";
    let meant = item.not_searchable_because.iter().map(|(code, count)| {
        let meaning = code.parse::<duces_model::DefectCode>().map_or("", duces_model::DefectCode::meaning);
        (format!("{code}: {meaning}"), *count)
    });
    *page += &counts("Not searchable, because", &meant.collect());
    *page += &counts("Cannot tell, because", &item.cannot_tell_because);
    *page += "</div>\n";
    let sources = by_reason(&item.not_searched).into_iter();
    let sources = sources.map(|(why, sources)| (sources.join(", "), why.to_owned()));
    *page += &pairs("Sources not searched", "why", sources.collect());
    let gaps = item.gaps.iter().map(|row| {
        let day =
            |day: Option<chrono::NaiveDate>| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
        let days = format!("{} to {}", day(row.gap.first_day), day(row.gap.last_day));
        (format!("{} ({})", row.gap.id, row.gap.status.as_str()), days)
    });
    *page += &pairs("Gaps that cross the item", "days", gaps.collect());
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
    if let Some(zero) = &term.zero {
        let _ = write!(words, "<br><span class=\"quiet\">zero: {}</span>", escape(&zero.line()));
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
    *page += &counts("By custodian", &splits.by_custodian);
    *page += &counts("By source", &splits.by_source);
    *page += &counts("By month", &splits.by_month);
    *page += "</div>\n";
}

fn counts(caption: &str, counts: &BTreeMap<String, u64>) -> String {
    let mut text = format!(
        "<table>\n<caption>{}</caption>\n<thead><tr><th></th><th class=\"n\">documents</th></tr></thead>\n<tbody>\n",
        escape(caption)
    );
    if counts.is_empty() {
        text += "<tr><td>none</td><td class=\"n\">0</td></tr>\n";
    }
    for (name, count) in counts {
        let _ = writeln!(text, "<tr><td>{}</td><td class=\"n\">{}</td></tr>", escape(name), grouped(*count));
    }
    text + "</tbody>\n</table>\n"
}

fn pairs(caption: &str, second: &str, rows: Vec<(String, String)>) -> String {
    let mut text = format!(
        "<table>\n<caption>{}</caption>\n<thead><tr><th></th><th>{}</th></tr></thead>\n<tbody>\n",
        escape(caption),
        escape(second)
    );
    if rows.is_empty() {
        text += "<tr><td>none</td><td></td></tr>\n";
    }
    for (name, value) in rows {
        let _ = writeln!(text, "<tr><td>{}</td><td>{}</td></tr>", escape(&name), escape(&value));
    }
    text + "</tbody>\n</table>\n"
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
        (format!("{} hits", grouped(term.hits)), &samples.hits),
        (format!("{} non-hits", grouped(samples.non_hits_of)), &samples.non_hits),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup_or_turns_the_line() {
        assert_eq!(
            escape("<a href='x'>\"&\u{202e}\u{7}</a>"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;\u{fffd}\u{fffd}&lt;/a&gt;"
        );
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        for word in ["http:", "https:", "@import", "url(", "<script", "<link", "<img"] {
            assert!(!STYLE.contains(word), "{word}");
        }
        assert!(STYLE.contains("table-header-group") && STYLE.contains("break-before: page"));
    }
}
