//! Tables for people that go out with a volume. None tells more of a withheld document than its row does.

use crate::exception::ExceptionKind;
use crate::plan::Plan;
use duces_model::BatesRange;

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Which documents answer which item of the request.
pub(crate) fn items(plan: &Plan<'_>, dealt: &[Option<BatesRange>]) -> Vec<Vec<String>> {
    let mut rows: Vec<(String, usize, Vec<String>)> = Vec::new();
    for (at, placed) in plan.placed.iter().enumerate() {
        let Some(bates) = &dealt[at] else { continue };
        for item in &placed.candidate.items {
            let row = vec![item.to_string(), bates.first().to_string(), bates.last().to_string()];
            rows.push((item.to_string(), at, row));
        }
    }
    rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let rows = rows.into_iter().map(|(_, _, row)| row);
    std::iter::once(head(&["REQUEST_PARA", "FIRSTBATES", "LASTBATES"])).chain(rows).collect()
}

/// Ranges and counts by custodian: a line for each unbroken range.
pub(crate) fn custodians(plan: &Plan<'_>, dealt: &[Option<BatesRange>]) -> Vec<Vec<String>> {
    let mut rows = vec![head(&["CUSTODIAN", "FIRSTBATES", "LASTBATES", "DOCUMENTS", "NUMBERS"])];
    let mut numbered: Vec<(&str, &BatesRange)> = Vec::new();
    for (placed, bates) in plan.placed.iter().zip(dealt) {
        numbered.extend(bates.as_ref().map(|bates| (placed.candidate.custodian.as_str(), bates)));
    }
    for run in numbered.chunk_by(|a, b| a.0 == b.0) {
        if let [(custodian, first), ..] = run
            && let Some((_, last)) = run.last()
        {
            let numbers: u64 = run.iter().map(|(_, bates)| bates.pages()).sum();
            rows.push(vec![
                (*custodian).to_owned(),
                first.first().to_string(),
                last.last().to_string(),
                run.len().to_string(),
                numbers.to_string(),
            ]);
        }
    }
    rows
}

/// What a technician should know of single documents. What is a matter of decisions stays inside.
pub(crate) fn exceptions(dealt: &[Option<BatesRange>], found: &[(usize, ExceptionKind)]) -> Vec<Vec<String>> {
    let mut told: Vec<&(usize, ExceptionKind)> = found.iter().filter(|(_, kind)| goes_out(kind)).collect();
    told.sort_by_key(|(at, _)| *at);
    let row = |(at, kind): &&(usize, ExceptionKind)| {
        let bates = dealt[*at].as_ref()?;
        Some(vec![bates.first().to_string(), bates.last().to_string(), kind.to_string()])
    };
    let rows = told.iter().filter_map(row);
    std::iter::once(head(&["FIRSTBATES", "LASTBATES", "WHAT"])).chain(rows).collect()
}

fn goes_out(kind: &ExceptionKind) -> bool {
    match kind {
        ExceptionKind::SlipSheet
        | ExceptionKind::Redacted
        | ExceptionKind::EmptyNative
        | ExceptionKind::TextNotRead(_)
        | ExceptionKind::NotOnPages(_)
        | ExceptionKind::PagesDiffer(_) => true,
        ExceptionKind::TextOnly
        | ExceptionKind::ParentWithoutNumber
        | ExceptionKind::SuppressedInFamily
        | ExceptionKind::ExcludedFromFamily
        | ExceptionKind::TwinProducedBefore { .. }
        | ExceptionKind::Undated
        | ExceptionKind::Replaced { .. } => false,
    }
}
