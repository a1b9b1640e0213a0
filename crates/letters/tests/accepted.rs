//! From a letter to a request that the reader of request files takes, by way of a person.

use duces_letters::{KnownPeople, KnownPerson, check_accepted, draft, read_letter};
use duces_model::EmailAddress;

struct People;

impl KnownPeople for People {
    fn people(&self) -> Vec<KnownPerson> {
        let address = EmailAddress::new("ann.lee@harborpoint.example").expect("an address");
        vec![KnownPerson {
            id: "ann-lee".parse().expect("an id"),
            name: "Ann Lee".to_owned(),
            aliases: vec!["Ann Lee-Moore".to_owned()],
            addresses: vec![address],
        }]
    }
}

const LETTER: &str = "FINRA\n\nMarch 3, 2024\n\nRe: Matter No. 20240010077\n\nDear Firm:\n\nPlease provide the \
following by April 1, 2024. The relevant period is January 1, 2023 to June 30, 2023.\n\n1. All e-mails sent by \
Ann Lee-Moore that mention \"layering\" or \"wash trade\".\n\n2. All communications between Ann Lee and \
client.example.\n\nSome other sentence that no rule knows at all.\n";

fn proposed() -> String {
    let letter = read_letter("letter.txt", LETTER.as_bytes()).expect("a letter");
    draft(&letter, &People).to_toml()
}

#[test]
fn a_draft_is_refused_by_the_reader_of_request_files_even_under_another_name() {
    let mistakes = duces_query::parse("requests/x.toml", &proposed()).unwrap_err();
    assert!(mistakes.iter().any(|mistake| mistake.message.contains("\"draft\"")), "{mistakes:?}");
}

#[test]
fn nothing_is_accepted_before_every_mark_is_gone() {
    let text = proposed();
    let mistakes = check_accepted("x.draft.toml", &text).unwrap_err();
    let count = |words: &str| mistakes.iter().filter(|mistake| mistake.message.contains(words)).count();
    // The request, two items, and what could not be placed.
    assert_eq!(count("found a mark"), 4, "{mistakes:#?}");
    // Who accepts, and the dialect.
    assert_eq!(count("found \"?\""), 2, "{mistakes:#?}");
    assert_eq!(count("the status is"), 1);
}

#[test]
fn what_a_person_has_confirmed_is_a_request() {
    let done: String = proposed()
        .lines()
        .filter(|line| !line.starts_with("# CHECK"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("status = \"proposed\"", "status = \"accepted\"")
        .replace("accepted_by = \"?\"", "accepted_by = \"Dana Whitlock\"")
        .replace("dialect = \"?\"", "dialect = \"dtsearch\"");
    let accepted = check_accepted("x.draft.toml", &done).expect("confirmed");
    let request = duces_query::parse("requests/x.toml", &accepted.text).expect("a request");
    assert_eq!((request.authority.as_str(), request.number.as_str()), ("FINRA", "20240010077"));
    assert_eq!(request.items().len(), 2);
    assert_eq!(
        request.items()[0].text,
        "All e-mails sent by Ann Lee-Moore that mention \"layering\" or \"wash trade\"."
    );
    assert!(accepted.text.contains("from = { people = [\"ann-lee\"] }"), "{}", accepted.text);
    assert!(accepted.text.contains("a = { people = [\"ann-lee\"] }, b = { domains = [\"client.example\"] }"));
    assert!(accepted.text.contains("# page 1, line 11: “"), "{}", accepted.text);
}

#[test]
fn the_report_names_what_was_not_placed_and_its_sums_agree() {
    let letter = read_letter("letter.txt", LETTER.as_bytes()).expect("a letter");
    let report = draft(&letter, &People).report();
    assert!(
        report.contains("not placed, page 1, line 15: “Some other sentence that no rule knows at all.”"),
        "{report}"
    );
    assert!(report.contains("in all, of 8"), "{report}");
}

#[test]
fn a_sentence_that_hides_behind_a_usual_one_is_listed_and_shared_words_keep_their_own_place() {
    let text = "FINRA\n\nDear Firm:\n\nPlease provide the following by April 1, 2024. Mr. Doe agrees.\n\n1. All \
                e-mails from May 1, 2020 to May 3, 2020 of:\n\n(a) the desk; and\n\n(b) the branch.\n\nPlease call me \
                with any questions. Also send all texts of the desk.\n";
    let letter = read_letter("letter.txt", text.as_bytes()).expect("a letter");
    let draft = draft(&letter, &People);
    let listed: Vec<&str> = draft.not_placed.iter().map(|source| source.words.as_str()).collect();
    assert_eq!(listed, ["Mr. Doe agrees.", "Also send all texts of the desk."]);
    let period = &draft.items[1].periods[0].source;
    assert_eq!((draft.items[1].id.as_str(), period.place.as_str()), ("1.b", "page 1, line 7"));
    assert_eq!(draft.items[1].source.place, "page 1, line 11");
}

#[test]
fn numbers_of_accounts_and_sufficient_to_show_are_keys_once_a_person_has_said_what_is_meant() {
    let text = "FINRA\n\nRe: Matter No. 20240010077\n\nDear Firm:\n\nThe relevant period is January 1, 2023 to June \
                30, 2023.\n\n1. All communications that mention account numbers 4471-0093 or 4471-0101, CUSIP \
                037833100 or \"the bond\".\n\n2. Documents sufficient to show the fees of account ending in \
                4471.\n\n3. All communications concerning Acme Corp. (NYSE: ACME).\n";
    let letter = read_letter("letter.txt", text.as_bytes()).expect("a letter");
    let drafted = draft(&letter, &People);
    let notes: Vec<&str> = drafted.items.iter().flat_map(|item| &item.notes).map(String::as_str).collect();
    assert_eq!(notes, ["account 4471 is named", "ticker ACME is named"]);
    let proposed = drafted.to_toml();
    assert!(proposed.contains("“account numbers 4471-0093 or 4471-0101”\n"), "{proposed}");
    let mistakes = check_accepted("x.draft.toml", &proposed).unwrap_err();
    let open = mistakes.iter().filter(|mistake| mistake.message.contains("found \"?\"")).count();
    // Who accepts, the dialect, how words and numbers are joined, and what is enough.
    assert_eq!(open, 4, "{mistakes:#?}");
    let done: String = proposed
        .lines()
        .filter(|line| !line.starts_with("# CHECK"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("status = \"proposed\"", "status = \"accepted\"")
        .replace("accepted_by = \"?\"", "accepted_by = \"Dana Whitlock\"")
        .replace("dialect = \"?\"", "dialect = \"dtsearch\"")
        .replace("identifiers_with_terms = \"?\"", "identifiers_with_terms = \"or\"")
        .replace("stop = \"?\"", "stop = \"one statement, since the fee did not change\"");
    let accepted = check_accepted("x.draft.toml", &done).expect("confirmed");
    let request = duces_query::parse("requests/x.toml", &accepted.text).expect("a request");
    assert_eq!(request.items().len(), 3);
    assert!(
        accepted.text.contains(
            "identifiers = [{ kind = \"account\", value = \"4471-0093\" }, { kind = \"account\", value = \"4471-0101\" }, \
             { kind = \"cusip\", value = \"037833100\" }]"
        ),
        "{}",
        accepted.text
    );
}
