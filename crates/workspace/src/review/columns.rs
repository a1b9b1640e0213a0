//! The columns of a review sheet, and how marks stand in them.

use duces_model::disposition::LegalBar;
use duces_model::{Coding, Disposition, ItemId, PrivilegeClaim, ProducedAs};

/// The columns, in their order. Those from `responsive` to `note`, and `items`, are for the reviewer.
pub(super) const COLUMNS: [&str; 30] = [
    "sheet",
    "document",
    "family",
    "position",
    "items",
    "why",
    "custodian",
    "sent",
    "from",
    "to",
    "subject",
    "file name",
    "stands",
    "responsive",
    "privileged",
    "basis",
    "attorney",
    "description",
    "legal bar",
    "redact",
    "slip-sheet",
    "duplicate of",
    "confidentiality",
    "by",
    "note",
    "privilege screen",
    "personal data",
    "text",
    "native",
    "path",
];

/// The columns that are read back; all must be there.
pub(super) const READ: [&str; 15] = [
    "sheet",
    "document",
    "items",
    "responsive",
    "privileged",
    "basis",
    "attorney",
    "description",
    "legal bar",
    "redact",
    "slip-sheet",
    "duplicate of",
    "confidentiality",
    "by",
    "note",
];

/// Name of the sheet in the workbook.
pub(super) const SHEET: &str = "review";

const SUSPICIOUS: &str = "suspicious-activity";
const OTHER: &str = "other";

/// The cells of the marks, in the order of [`COLUMNS`] from `responsive` to `note`.
pub(super) fn cells(coding: &Coding) -> [String; 12] {
    let yes = |marked: bool| if marked { "yes".to_owned() } else { String::new() };
    let claim = coding.privilege.clone();
    let claim = claim.unwrap_or(PrivilegeClaim {
        kind: String::new(),
        basis: String::new(),
        attorney: String::new(),
    });
    let bar = match coding.bar {
        Some(LegalBar::SuspiciousActivity) => SUSPICIOUS,
        Some(LegalBar::Other) => OTHER,
        None => "",
    };
    [
        match coding.responsive {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        },
        claim.kind,
        claim.basis,
        claim.attorney,
        coding.description.clone(),
        bar.to_owned(),
        yes(coding.redact),
        yes(coding.slip_sheet),
        coding.duplicate_of.map(|document| document.to_string()).unwrap_or_default(),
        coding.confidentiality.clone(),
        coding.by.clone(),
        coding.note.clone(),
    ]
}

/// The items of a row as they are written.
pub(super) fn items(items: &[ItemId]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Reads the marks of a row; everything that is wrong, by column. `searched` are the items that the searches give
/// the document, `known` those of the population.
pub(super) fn read(
    cell: impl Fn(&'static str) -> String,
    searched: &[ItemId],
    known: &[ItemId],
) -> Result<Coding, Vec<(&'static str, String)>> {
    let mut wrong = Vec::new();
    let mut yes_or_no = |column: &'static str| match cell(column).to_lowercase().as_str() {
        "" => None,
        "yes" | "y" => Some(true),
        "no" | "n" => Some(false),
        found => {
            wrong.push((column, format!("found {found:?}, expected yes, no or nothing")));
            None
        }
    };
    let responsive = yes_or_no("responsive");
    let redact = yes_or_no("redact").unwrap_or(false);
    let slip_sheet = yes_or_no("slip-sheet").unwrap_or(false);
    let bar = match cell("legal bar").to_lowercase().as_str() {
        "" => None,
        SUSPICIOUS => Some(LegalBar::SuspiciousActivity),
        OTHER => Some(LegalBar::Other),
        found => {
            wrong.push(("legal bar", format!("found {found:?}, expected {SUSPICIOUS}, {OTHER} or nothing")));
            None
        }
    };
    let (kind, basis, attorney) = (cell("privileged"), cell("basis"), cell("attorney"));
    let privilege = match kind.to_lowercase().as_str() {
        "" | "no" | "n" => {
            for (column, said) in [("basis", &basis), ("attorney", &attorney)] {
                if !said.is_empty() {
                    wrong.push((column, format!("found {said:?}, and no privilege claimed")));
                }
            }
            None
        }
        "yes" | "y" => {
            let message =
                format!("found {kind:?}, expected the privilege claimed, for example attorney-client");
            wrong.push(("privileged", message));
            None
        }
        _ => Some(PrivilegeClaim { kind, basis, attorney }),
    };
    let duplicate_of = match cell("duplicate of").as_str() {
        "" => None,
        found => match found.parse() {
            Ok(document) => Some(document),
            Err(_) => {
                wrong.push((
                    "duplicate of",
                    format!("found {found:?}, expected a document's identity, 64 digits"),
                ));
                None
            }
        },
    };
    let items = match assigned(&cell("items"), known) {
        Ok(items) => (items != searched).then_some(items),
        Err(message) => {
            wrong.push(("items", message));
            None
        }
    };
    let coding = Coding {
        responsive,
        privilege,
        bar,
        redact,
        slip_sheet,
        duplicate_of,
        confidentiality: cell("confidentiality"),
        items,
        description: cell("description"),
        note: cell("note"),
        by: cell("by"),
    };
    if wrong.is_empty() { Ok(coding) } else { Err(wrong) }
}

/// The items of a cell, each once, in the order of the request.
fn assigned(cell: &str, known: &[ItemId]) -> Result<Vec<ItemId>, String> {
    let words: Vec<&str> = cell.split([';', ',']).map(str::trim).filter(|word| !word.is_empty()).collect();
    if let Some(foreign) = words.iter().find(|word| known.iter().all(|item| item.as_str() != **word)) {
        return Err(format!("found item {foreign:?}, expected items of the population: {}", items(known)));
    }
    Ok(known.iter().filter(|item| words.contains(&item.as_str())).cloned().collect())
}

/// The word for what is decided of a document.
pub(super) fn word(disposition: &Disposition) -> String {
    match disposition {
        Disposition::Produce { form: ProducedAs::Whole } => "produce".to_owned(),
        Disposition::Produce { form: ProducedAs::Redacted } => "produce redacted".to_owned(),
        Disposition::Produce { form: ProducedAs::SlipSheet } => "produce a slip-sheet".to_owned(),
        Disposition::WithholdPrivilege { .. } => "withhold for privilege".to_owned(),
        Disposition::WithholdLegalBar { .. } => "withhold under a legal bar".to_owned(),
        Disposition::Suppress { duplicate_of, .. } => format!("duplicate of {duplicate_of}"),
        Disposition::Contained { inside, .. } => format!("contained in {inside}"),
        Disposition::ExcludeNonResponsive { .. } => "not responsive".to_owned(),
        Disposition::ExcludeAlreadyProduced { bates } => format!("already produced as {bates}"),
        Disposition::Pending => "undecided".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn known() -> Vec<ItemId> {
        ["1", "2", "10"].map(|item| item.parse().expect("an item")).to_vec()
    }

    fn reading(cells: &[(&'static str, &str)]) -> Result<Coding, Vec<(&'static str, String)>> {
        let cells: BTreeMap<&str, &str> = cells.iter().copied().collect();
        read(|column| cells.get(column).copied().unwrap_or_default().to_owned(), &known()[..1], &known())
    }

    #[test]
    fn marks_read_back_as_they_are_written() {
        let mut coding = Coding::of(&Disposition::WHOLE, "a note", "J. Roe");
        coding.redact = true;
        coding.privilege = Some(PrivilegeClaim {
            kind: "attorney-client".into(),
            basis: "advice".into(),
            attorney: "A. Okafor".into(),
        });
        coding.confidentiality = "confidential".into();
        let first = COLUMNS.iter().position(|column| *column == "responsive").expect("a column");
        let written = cells(&coding);
        let back = read(
            |column| {
                let at = COLUMNS.iter().position(|other| *other == column).expect("a column");
                at.checked_sub(first)
                    .and_then(|at| written.get(at))
                    .cloned()
                    .unwrap_or_else(|| "1".to_owned())
            },
            &known()[..1],
            &known(),
        );
        assert_eq!(back, Ok(coding));
    }

    #[test]
    fn items_are_those_of_the_population_and_kept_only_where_they_differ_from_the_searches() {
        assert_eq!(reading(&[("items", "1")]).expect("a row").items, None);
        let other = reading(&[("items", "10, 1")]).expect("a row").items.expect("items");
        assert_eq!(items(&other), "1; 10");
        assert_eq!(reading(&[("items", "1; 3")]).expect_err("foreign")[0].0, "items");
    }

    #[test]
    fn every_cell_that_cannot_be_read_is_told_at_once() {
        let wrong = reading(&[
            ("items", "1"),
            ("responsive", "maybe"),
            ("redact", "x"),
            ("legal bar", "sar"),
            ("privileged", "yes"),
            ("duplicate of", "row 7"),
        ]);
        let columns: Vec<&str> = wrong.expect_err("wrong").into_iter().map(|(column, _)| column).collect();
        assert_eq!(columns, ["responsive", "redact", "legal bar", "privileged", "duplicate of"]);
        assert_eq!(reading(&[("items", "1"), ("basis", "advice")]).expect_err("no claim")[0].0, "basis");
    }
}
