use super::*;

fn read(name: &str, text: &str, column: Option<&str>) -> Result<Terms, Mistakes> {
    term_list(&Reading::new(Dialect::DtSearch), name, text.as_bytes(), ListPart { sheet: None, column })
}

/// Every mistake as people read it.
fn mistakes(name: &str, text: &str, column: Option<&str>) -> Vec<String> {
    read(name, text, column).unwrap_err().iter().map(ToString::to_string).collect()
}

fn written(terms: &Terms) -> Vec<&str> {
    terms.alternatives().iter().map(|alternative| alternative.written.as_str()).collect()
}

#[test]
fn each_row_is_a_term_read_by_itself() {
    let terms = read("t.txt", "\u{feff}layering\r\n\r\na and b\r\nfee or refund\n", None).unwrap();
    assert_eq!(written(&terms), ["layering", "a and b", "fee or refund"]);
    assert_eq!(terms.canonical(), "layering or (a and b) or fee or refund");
    let list = terms.list().unwrap();
    assert_eq!((list.name(), list.terms(), list.rows_without_term()), ("t.txt", 3, 1));
    assert_eq!(list.bytes().len(), "\u{feff}layering\r\n\r\na and b\r\nfee or refund\n".len());
    assert_eq!(read("t.txt", "a and b", None).unwrap().canonical(), "a and b");
}

#[test]
fn a_column_is_found_by_its_header_and_a_list_of_one_column_needs_none() {
    let csv = "No,Term,Note\n1,\"fee, refund\"\n2,layering,x\n,,\n4,\"\"\"wash trade\"\" w/5 fee\",\n";
    let found = mistakes("t.csv", csv, Some("term"));
    assert_eq!(found, ["t.csv:2:4, column term: found ',' between words"]);
    let terms = read("t.csv", &csv.replace("fee, refund", "fee or refund"), Some("Term")).unwrap();
    assert_eq!(written(&terms), ["fee or refund", "layering", "\"wash trade\" w/5 fee"]);
    assert_eq!(terms.list().unwrap().rows_without_term(), 1);
    assert_eq!(read("t.csv", "layering\nfee\n", None).unwrap().canonical(), "layering or fee");
    for (csv, column, said) in [
        ("a,b\nc,d\n", None, "2 columns have content, expected one"),
        ("Term\nfee\n", None, "looks like a header"),
        ("Terms\nfee\n", Some("Term"), "names no column \"Term\""),
        ("Term,term\nfee\n", Some("Term"), "names 2 columns"),
        ("\n\n", None, "holds no term"),
        ("Term\n", Some("Term"), "holds no term"),
        ("fee\n\"a b\" c\n", None, "words stand behind a cell in quotes"),
    ] {
        let found = mistakes("t.csv", csv, column);
        assert!(found.len() == 1 && found[0].contains(said), "{csv}: {found:?}");
    }
    assert!(mistakes("t.txt", "fee", Some("Term"))[0].contains("has no column"));
    assert!(mistakes("t.doc", "fee", None)[0].contains("ends in no known form"));
    let latin = term_list(&Reading::new(Dialect::DtSearch), "t.csv", b"fee\ncaf\xe9\n", ListPart::default())
        .unwrap_err();
    assert!(latin.iter().next().unwrap().message.contains("line 2 is no UTF-8"));
}

#[test]
fn every_mistake_of_every_row_has_its_row_and_its_place_in_the_term() {
    let found = mistakes("t.txt", "fee\nfraud! and re: x\n\n(a or b\na and b or c", None);
    assert_eq!(
        found,
        [
            "t.txt:2:6: \"!\" means nothing in this dialect",
            "t.txt:2:14: a colon is never searchable",
            "t.txt:4:1: this parenthesis is never closed",
            "t.txt:5:1: \"and\" and \"or\" are mixed without parentheses, which reads two ways",
        ]
    );
    let csv = "Term\nfee\n\"layering or fraud!\"\n";
    let mistakes = read("t.csv", csv, Some("Term")).unwrap_err();
    let first = mistakes.iter().next().unwrap();
    assert_eq!((first.line, first.column, first.field.as_deref()), (3, 18, Some("Term")));
    assert_eq!(first.excerpt.as_deref(), Some("layering or fraud!"));
}

#[test]
fn a_line_break_or_a_tab_inside_a_term_is_a_mistake_of_its_row_and_around_it_is_nothing() {
    let tab = mistakes("t.txt", "fee\n1\tlayering\nwash trade\n", None);
    assert_eq!(tab, ["t.txt:2:2: a tab stands inside a term, expected one term on one line"]);
    let csv = "Term\nfee\n\"layering\nspoofing\"\n\"a or\nb\"\nrefund\n";
    assert_eq!(
        mistakes("t.csv", csv, Some("Term")),
        [
            "t.csv:3:9, column Term: a line break stands inside a term, expected one term on one line",
            "t.csv:5:5, column Term: a line break stands inside a term, expected one term on one line",
        ]
    );
    let old_mac = mistakes("t.txt", "fee\rrefund", None);
    assert!(old_mac[0].contains("a line break stands inside a term"), "{old_mac:?}");
    for dialect in Dialect::ALL {
        let parted = "insider\u{2028}trading".as_bytes();
        assert!(
            term_list(&Reading::new(dialect), "t.txt", parted, ListPart::default()).is_err(),
            "{dialect:?}"
        );
    }
    assert_eq!(read("t.txt", "\tfee \r\n  refund\t", None).unwrap().canonical(), "fee or refund");
    assert_eq!(read("t.csv", "\"\nfee\n\"\n", None).unwrap().canonical(), "fee");
}

#[test]
fn a_term_that_stands_twice_and_a_row_without_its_term_are_warned_of() {
    let terms =
        read("t.csv", "Term,Note\nFee,x\n,lost\n\"insider trading\",\nfee,y\n", Some("Term")).unwrap();
    let warnings: Vec<&str> = terms.warnings().iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(warnings[0], "row 3: it has content, but no term in the column of terms");
    assert!(warnings[1].starts_with("row 4: the same text means something else in westlaw"));
    assert_eq!(warnings[2], "row 5: the same term stands in row 2");
    assert_eq!(written(&terms), ["Fee", "insider trading", "fee"]);
    assert!(
        terms
            .explain()
            .iter()
            .any(|line| line == "from the list t.csv, column Term: 3 terms, 1 rows without one passed over")
    );
}

#[test]
fn quotes_that_belong_to_csv_are_not_silently_a_phrase_in_westlaw() {
    let westlaw = Reading::new(Dialect::Westlaw);
    let found = term_list(&westlaw, "t.csv", b"fee\n\"insider trading\"\n", ListPart::default()).unwrap_err();
    let first = found.iter().next().unwrap();
    assert_eq!(first.line, 2);
    assert!(first.hint.as_ref().unwrap().contains("\"\"\"insider trading\"\"\""));
    let phrase = term_list(&westlaw, "t.csv", b"\"\"\"insider trading\"\"\"\n", ListPart::default()).unwrap();
    assert_eq!(phrase.canonical(), "\"insider(s) trading(s)\"");
}

#[test]
fn a_row_of_too_many_columns_is_a_mistake() {
    let csv = format!("Term\nfee{}\n", ",".repeat(200));
    assert!(mistakes("t.csv", &csv, Some("Term"))[0].contains("201 columns, expected at most 200"));
    assert!(mistakes("t.xls", "fee", None)[0].contains("expected .csv, .txt or .xlsx"));
}
