use super::*;

fn spellings(kind: IdentifierKind, value: &str) -> Vec<String> {
    let identifier = Identifier::new(kind, value, false, TextField::ALL.to_vec()).unwrap();
    identifier.spellings().iter().map(ToString::to_string).collect()
}

fn refused(kind: IdentifierKind, value: &str) -> String {
    Identifier::new(kind, value, false, TextField::ALL.to_vec()).unwrap_err()
}

#[test]
fn a_cusip_is_spelled_in_its_groupings_with_and_without_its_check_digit_however_it_was_written() {
    let expected =
        ["03783310", "\"03783310 0\"", "037833100", "\"037833 10\"", "\"037833 10 0\"", "\"037833 100\""];
    for written in ["037833-10-0", "037833100", "037833 10", "03783310"] {
        let mut found = spellings(IdentifierKind::Cusip, written);
        found.sort();
        let mut expected = expected.map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected, "{written}");
    }
    assert!(refused(IdentifierKind::Cusip, "037833-10-1").contains("check digit would be 0"));
    assert!(refused(IdentifierKind::Cusip, "0378331").contains("of 7 characters"));
    assert_eq!(spellings(IdentifierKind::Cusip, "38259P508").len(), 6);
}

#[test]
fn an_isin_is_spelled_in_its_groupings_and_a_wrong_check_digit_is_refused() {
    let found = spellings(IdentifierKind::Isin, "US0378331005");
    for expected in ["us0378331005", "\"us 037833100 5\"", "\"us03 7833 1005\"", "\"us 037833 10 0 5\""] {
        assert!(found.contains(&expected.to_owned()), "{expected} in {found:?}");
    }
    assert!(refused(IdentifierKind::Isin, "US0378331006").contains("check digit"));
    assert!(refused(IdentifierKind::Isin, "037833100").contains("expected an ISIN"));
}

#[test]
fn an_account_is_spelled_as_written_as_one_word_and_parted_where_letters_meet_digits() {
    assert_eq!(spellings(IdentifierKind::Account, "12-3456.78"), ["\"12 3456 78\"", "12345678"]);
    assert_eq!(spellings(IdentifierKind::Order, "ORD-0042"), ["\"ord 0042\"", "ord0042"]);
    assert_eq!(spellings(IdentifierKind::Order, "ORD0042"), ["\"ord 0042\"", "ord0042"]);
    let zeros = Identifier::new(IdentifierKind::Account, "00-012-3", true, vec![TextField::Body]).unwrap();
    let found: Vec<String> = zeros.spellings().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["\"00 012 3\"", "000123", "\"12 3\"", "123"]);
    assert!(Identifier::new(IdentifierKind::Account, "123", true, Vec::new()).is_err());
    assert!(Identifier::new(IdentifierKind::Ticker, "0A", true, Vec::new()).is_err());
    assert!(Identifier::new(IdentifierKind::Account, "--", false, Vec::new()).is_err());
}

#[test]
fn a_telephone_number_is_spelled_with_and_without_its_country() {
    for written in ["(212) 555-0100", "+1 212 555 0100", "12125550100", "212.555.0100"] {
        let found = spellings(IdentifierKind::Phone, written);
        assert_eq!(found.len(), 8, "{written}: {found:?}");
        for expected in ["\"212 555 0100\"", "2125550100", "12125550100", "\"212 5550100\""] {
            assert!(found.contains(&expected.to_owned()), "{expected} in {found:?}");
        }
    }
    let london = spellings(IdentifierKind::Phone, "+44 20 7946 0018");
    for expected in
        ["442079460018", "\"020 7946 0018\"", "02079460018", "\"44 20 7946 0018\"", "00442079460018"]
    {
        assert!(london.contains(&expected.to_owned()), "{expected} in {london:?}");
    }
    assert!(refused(IdentifierKind::Phone, "call me").contains("telephone"));
}

#[test]
fn a_short_ticker_is_warned_of_and_a_long_number_is_not() {
    assert_eq!(spellings(IdentifierKind::Ticker, "BRK.B"), ["\"brk b\"", "brkb"]);
    let warning = |kind, value| Identifier::new(kind, value, false, Vec::new()).unwrap().warning();
    assert!(warning(IdentifierKind::Ticker, "CAT").unwrap().contains("common word"));
    assert!(warning(IdentifierKind::Order, "42").is_some());
    assert_eq!(warning(IdentifierKind::Account, "12345678"), None);
}
