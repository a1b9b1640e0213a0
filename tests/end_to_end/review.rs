//! Review: a sheet goes out, comes back marked, and nothing of it is lost or half taken.

use crate::firm::{Firm, REQUEST, mail};

/// A message with one attachment.
fn with_attachment(id: &str, subject: &str, body: &str, name: &str, attached: &str) -> Vec<u8> {
    format!(
        "From: Ann <ann@small.example>\r\nTo: Bob <bob@client.example>\r\nDate: Tue, 09 Jan 2024 10:00:00 -0500\r\n\
         Message-ID: <{id}@small.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n{body}\r\n\
         --x\r\nContent-Type: text/plain; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n\
         {attached}\r\n--x--\r\n"
    )
    .into_bytes()
}

/// A firm with a message, and one with an attachment, both selected.
pub(crate) fn selected() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &with_attachment("m2", "Two", "juniper two", "memo.txt", "the memo of the desk")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm
}

#[test]
fn each_document_lies_opened_beside_its_row() {
    let firm = selected();
    let (rows, path) = firm.review_sheet("r");
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let read = |column: &str| std::fs::read_to_string(path.with_file_name("").join(row.cell(column)));
        assert!(
            !read("text").expect("the text").is_empty() && !read("native").expect("the native").is_empty()
        );
    }
    let positions: Vec<&str> = rows.iter().map(|row| row.cell("position")).collect();
    assert_eq!(positions, ["alone", "parent", "attachment 2"]);
    assert!(path.with_file_name("sheet.xlsx").is_file());
}

#[test]
fn a_sheet_comes_back_as_csv_or_as_the_workbook_that_was_written() {
    let firm = selected();
    let (rows, path) = firm.review_sheet("r");
    let book = path.with_file_name("sheet.xlsx");
    let back = firm.json(0, &["review", "import", "r", book.to_str().expect("UTF-8")]);
    assert_eq!((&back["changed"], &back["pending"]), (&0.into(), &0.into()), "nothing was marked otherwise");
    assert_eq!(firm.hand_back("r", 0, &path, &rows).json()["changed"], 0);
}

#[test]
fn marks_are_kept_with_their_person_and_stand_on_the_next_sheet() {
    let firm = selected();
    let marked = firm.decide("r", 3, |row| match row.cell("position") {
        "alone" => row.set("responsive", "no"),
        "parent" => row.set("confidentiality", "confidential"),
        _ => {
            row.set("privileged", "attorney-client");
            row.set("attorney", "A. Okafor");
            row.set("basis", "=advice on the desk");
            row.set("by", "C. Counsel");
        }
    });
    let marked = marked.json();
    assert_eq!(marked["changed"], 3);
    assert_eq!(marked["dispositions"]["excluded-non-responsive"], 1);
    assert_eq!(marked["dispositions"]["withheld-privilege"], 1);
    assert_eq!(marked["mixed"].as_array().map(Vec::len), Some(1), "the family is shown: {marked}");
    let (rows, path) = firm.review_sheet("r");
    let by: Vec<&str> = rows.iter().map(|row| row.cell("by")).collect();
    assert_eq!(by, ["P. Legal", "P. Legal", "C. Counsel"]);
    assert_eq!(rows[2].cell("attorney"), "A. Okafor");
    assert_eq!(firm.hand_back("r", 3, &path, &rows).json()["changed"], 0, "it reads back as it was written");
    // A new freeze of the same carries the decisions against producing, with all that was said of them.
    firm.json(0, &["select", "r"]);
    let (rows, _) = firm.review_sheet("r");
    assert_eq!((rows[2].cell("privileged"), rows[2].cell("attorney")), ("attorney-client", "A. Okafor"));
    assert_eq!(rows[0].cell("responsive"), "no");
}

#[test]
fn missing_foreign_doubled_and_contradictory_rows_are_told_by_row_and_nothing_is_taken() {
    let firm = selected();
    let (good, path) = firm.review_sheet("r");
    let refused = |rows: &[crate::firm::Row], says: &[&str]| {
        let ended = firm.hand_back("r", 1, &path, rows);
        for word in says {
            assert!(ended.err.contains(word), "{word}: {}", ended.err);
        }
    };
    refused(&good[..2], &["is missing from the sheet", good[2].cell("document")]);
    let mut rows = good.clone();
    rows[1] = rows[0].clone();
    refused(&rows, &["stands in row 2 already", "\"line\":3"]);
    let mut rows = good.clone();
    rows[1].set("document", &"0".repeat(64));
    refused(&rows, &["is not in population", "\"line\":3"]);
    let mut rows = good.clone();
    rows[0].set("responsive", "no");
    rows[0].set("privileged", "attorney-client");
    rows[1].set("items", "7");
    refused(&rows, &["not responsive is left out", "found item", "\"line\":2", "\"line\":3"]);
    let mut rows = good.clone();
    rows[2].set("sheet", "99");
    refused(&rows, &["a row of sheet"]);
    let mut rows = good.clone();
    rows.iter_mut().for_each(|row| row.set("sheet", "99"));
    refused(&rows, &["never wrote"]);
    assert_eq!(firm.hand_back("r", 0, &path, &good).json()["changed"], 0, "nothing of these was taken");
}

#[test]
fn a_row_that_was_decided_elsewhere_since_the_sheet_was_written_is_a_conflict() {
    let firm = selected();
    let (mut first, first_path) = firm.review_sheet("r");
    let (mut second, second_path) = firm.review_sheet("r");
    first[0].set("responsive", "no");
    firm.hand_back("r", 0, &first_path, &first);
    second[0].set("slip-sheet", "yes");
    let conflict = firm.hand_back("r", 1, &second_path, &second);
    assert!(conflict.err.contains("decided by P. Legal"), "{}", conflict.err);
    // The sheet that it was decided on may be corrected and handed back again.
    first[0].set("responsive", "yes");
    assert_eq!(firm.hand_back("r", 0, &first_path, &first).json()["changed"], 1);
    // A sheet of an older population is foreign.
    firm.json(0, &["select", "r"]);
    let old = firm.hand_back("r", 1, &first_path, &first);
    assert!(old.err.contains("the newest population"), "{}", old.err);
}
