//! Plans.

use super::words::{cut, table};
use duces_workspace::{BesideReport, PlanReport};
use std::fmt::Write as _;

pub(crate) fn plan(report: &PlanReport) -> String {
    let mut text = format!("Request {} ({} {})", report.request, report.authority, report.number);
    if let Some(due) = report.due {
        let _ = write!(text, ", due {due}");
    }
    text.push('\n');
    for item in &report.items {
        let _ = writeln!(text, "\nItem {}: {}\n  period: {}", item.item, cut(&item.text, 300), item.period);
        for line in &item.criteria {
            let _ = writeln!(text, "  {line}");
        }
        let rows: Vec<_> = item
            .searched
            .iter()
            .map(|source| vec![source.source.to_string(), source.coverage.clone(), source.because.clone()])
            .collect();
        if rows.is_empty() {
            text += "  No source will be searched.\n";
        } else {
            text += &table(&["searched", "coverage of the period", "because"], &rows);
        }
        for (source, why) in &item.not_searched {
            let _ = writeln!(text, "  not searched: {source}: {why}");
        }
        for gap in &item.gaps {
            let _ = writeln!(text, "  crossed by gap {} [{}]", gap.gap.id, gap.gap.status.as_str());
        }
    }
    text += &beside(&report.beside);
    text
}

/// The items that no search answers.
pub(crate) fn beside(items: &[BesideReport]) -> String {
    let mut text = String::new();
    for item in items {
        let _ = writeln!(text, "\nItem {}: {}", item.item, cut(&item.text, 300));
        for line in &item.asks {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}
