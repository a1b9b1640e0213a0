//! Numbers of items that go on through the parts of a letter, or begin anew in each.

use duces_letters::{Draft, KnownPeople, KnownPerson, draft, read_letter};

struct Nobody;

impl KnownPeople for Nobody {
    fn people(&self) -> Vec<KnownPerson> {
        Vec::new()
    }
}

fn drafted(items: &[&str]) -> Draft {
    let text = format!("FINRA\n\nDear Firm:\n\nPlease provide the following.\n\n{}\n", items.join("\n\n"));
    draft(&read_letter("letter.txt", text.as_bytes()).expect("a letter"), &Nobody)
}

fn ids(draft: &Draft) -> Vec<&str> {
    draft.items.iter().map(|item| item.id.as_str()).collect()
}

#[test]
fn numbers_that_go_on_through_parts_are_items_of_their_part_and_it_is_said() {
    let draft = drafted(&[
        "PART I - Trading",
        "1. All communications about the bond.",
        "2. All order tickets of the desk.",
        "PART II - Supervision",
        "3. All communications of the supervisors.",
        "4. All e-mails about the review.",
        "PART III - Fees",
        "5. All e-mails about fees.",
    ]);
    assert_eq!(ids(&draft), ["I.1", "I.2", "II.3", "II.4", "III.5"]);
    assert_eq!(draft.items[2].notes, ["its number goes on from 2, in the part before"]);
    assert!(draft.items[3].notes.is_empty() && draft.not_placed.is_empty(), "{:?}", draft.not_placed);
    let lettered = drafted(&[
        "A. Trading",
        "1. All communications about the bond.",
        "2. All order tickets of the desk.",
        "B. Supervision",
        "3. All communications of the supervisors.",
        "(a) All e-mails about it.",
        "C. Fees",
        "4. All e-mails about fees.",
    ]);
    assert_eq!(ids(&lettered), ["A.1", "A.2", "B.3", "B.3.a", "C.4"]);
}

#[test]
fn numbers_that_begin_anew_in_each_part_stay_what_they_were() {
    let draft = drafted(&[
        "A. Trading",
        "1. All communications about the bond.",
        "2. All order tickets of the desk.",
        "B. Supervision",
        "1. All communications of the supervisors.",
        "2. All e-mails about the review.",
    ]);
    assert_eq!(ids(&draft), ["A.1", "A.2", "B.1", "B.2"]);
}

#[test]
fn a_number_that_does_not_go_on_from_the_part_before_is_listed_and_no_item() {
    let draft = drafted(&[
        "PART I - Trading",
        "1. All communications about the bond.",
        "2. All order tickets of the desk.",
        "PART II - Supervision",
        "9. All communications of the supervisors.",
    ]);
    assert_eq!(ids(&draft), ["I.1", "I.2"]);
    assert_eq!(draft.not_placed.len(), 1, "{:?}", draft.not_placed);
}
