//! The hit report as one page that needs nothing from elsewhere, for a screen and for paper.

mod item;
mod unknown;

use super::report::HitReport;
use super::samples::GENERATOR;
use crate::html::{escape, grouped};
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
.flag { color: #8a1c00; } .first { border: 2px solid #8a1c00; padding: .1rem 1rem .4rem; margin: 1rem 0 1.5rem; } .first h2 { margin: .8rem 0 .4rem; border: 0; }
td.word { white-space: nowrap; } .zero td { background: #f5f1e6; }
.splits > div { display: inline-block; width: 31%; min-width: 14rem; margin-right: 1.5%; vertical-align: top; }
@page { size: auto; margin: 18mm 15mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  thead { display: table-header-group; } tfoot { display: table-row-group; }
  tr, caption { break-inside: avoid; } h1, h2, h3, caption { break-after: avoid; }
  section.item + section.item { break-before: page; }
  .flag { color: #000; font-weight: bold; } .first { border-color: #000; break-inside: avoid; } .zero td { background: none; }
}
";

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
    unknown::first(&mut page, report);
    page += "<h2>All items together</h2>\n";
    page += &facts(&[
        ("documents in the index", grouped(report.documents)),
        ("hit by any item, each document once", grouped(report.totals.hit)),
        ("the same with family", grouped(report.totals.hit_with_family)),
        ("cannot tell by some item, hit by none", grouped(report.totals.cannot_tell)),
    ]);
    for item in &report.items {
        item::section(&mut page, item);
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
