//! What redaction promises: what is covered is nowhere in the volume, and what else holds it is found.

use super::*;
use crate::elsewhere::{Elsewhere, ElsewhereDocument};
use crate::pages::Press;
use crate::produce::produce;
use crate::profile::{Encryption, Profile};
use crate::sample::made::{Made, order};
use crate::sample::{Archive, Case, Series, id};
use duces_model::{Disposition, EmailAddress, ProducedAs, Role, Silent};
use proptest::prelude::*;

const REDACTED: Disposition = Disposition::Produce { form: ProducedAs::Redacted };

fn range(archive: &Archive, n: u64, of: RedactedField, words: &str) -> Redaction {
    let text = field(&archive.documents[&id(n)].document, of).unwrap();
    let start = text[..text.find(words).unwrap()].chars().count() as u64;
    let end = start + words.chars().count() as u64;
    let place = RedactedPlace::Range { field: of, start, end, covers_sha256: Sha256::of(words) };
    Redaction { place, reason: "bank account".into(), by: "J. Roe".into() }
}

fn region(page: u32, (x, y, width, height): (&str, &str, &str, &str)) -> Redaction {
    let points = |text: &str| text.parse().unwrap();
    let place = RedactedPlace::Region {
        page,
        x: points(x),
        y: points(y),
        width: points(width),
        height: points(height),
    };
    Redaction { place, reason: "bank account".into(), by: "J. Roe".into() }
}

fn profile(name: &str) -> Profile {
    let mut profile = Profile::builtin(name).unwrap().unwrap();
    profile.delivery.encryption.value = Encryption::None;
    profile
}

/// A message whose body, subject, header and recipients hold a secret, with two attachments.
fn case() -> (Vec<crate::Candidate>, Archive) {
    let case = Case::default().message(1).attach(2, 1).attach(3, 1).message(4).decide(1, REDACTED);
    let (mut candidates, mut archive) = case.build();
    archive.change(1, |fetched| {
        fetched.document.text = "Wire it to 44712290 at once.\nThe rest may be read by all.".into();
        fetched.document.subject = Some("Payment to 4471-2290".into());
        fetched.document.header_block = Some("Subject: Payment to 4471-2290\r\n".into());
        let address = EmailAddress::new("44712290@pay.example").unwrap();
        let role = Role::To;
        fetched.document.participants =
            vec![Participant { role, address: Some(address), name: None, by_way_of: None }];
    });
    archive.change(3, |fetched| fetched.document.file_name = Some("acct44712290.doc".into()));
    let third = candidates.iter_mut().find(|one| one.document == id(3)).unwrap();
    third.file_name = Some("acct44712290.doc".into());
    third.all_paths = vec!["ann/44712290.mbox".into()];
    (candidates, archive)
}

fn make(
    name: &str,
    (candidates, mut archive): (Vec<crate::Candidate>, Archive),
    redactions: impl IntoIterator<Item = (u64, Vec<Redaction>)>,
    elsewhere: Elsewhere,
) -> Made {
    let (dir, mut series) = (tempfile::tempdir().unwrap(), Series::at(11));
    let profile = profile(name);
    let mut order = order(&profile, candidates, dir.path());
    order.redactions = redactions.into_iter().map(|(n, all)| (id(n), all)).collect();
    order.elsewhere = elsewhere;
    let mut press = Press::new(chrono_tz::America::New_York);
    let result = produce(&order, &mut series, &mut archive, &mut press, &Silent);
    Made { dir, series, result }
}

fn holds(made: &Made, needle: &str) -> Vec<String> {
    let squeeze = |bytes: &[u8]| -> String {
        String::from_utf8_lossy(bytes).chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let files = made.files().into_iter().filter(|(name, _)| !name.ends_with(".zip"));
    files
        .filter(|(name, bytes)| name.contains(needle) || squeeze(bytes).contains(needle))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn covered_words_are_in_no_file_and_no_value_of_the_family_and_the_rest_stays() {
    let (candidates, archive) = case();
    let all = vec![range(&archive, 1, RedactedField::Body, "44712290")];
    let made = make("sec-enf-2021-08-pdf", (candidates, archive), [(1, all)], Elsewhere::default());
    assert_eq!(made.result.as_ref().err().map(ToString::to_string), None);
    assert_eq!(holds(&made, "44712290"), [""; 0]);
    let rows = made.rows();
    let first = rows.iter().position(|row| row["PRODUCED_AS"] == "redacted").unwrap();
    let rows = &rows[first..];
    let of = |name: &str| rows.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    for name in ["SUBJECT", "TO", "HEADER"] {
        assert_eq!(of(name)[0], "[REDACTED]", "{name}");
    }
    for name in ["LINK", "FILE_SIZE", "MD5HASH", "SHA256HASH"] {
        assert_eq!(of(name)[0], "", "{name}");
    }
    assert_eq!((of("FILE_NAME")[1], of("FILE_NAME")[2]), ("name-0002.doc", "[REDACTED]"));
    assert_eq!(of("ALL_PATHS")[2], "[REDACTED]");
    assert!(!of("LINK")[1].is_empty(), "what is attached keeps its native");
    assert_eq!(
        made.text(of("FIRSTBATES")[0]),
        "\u{feff}Wire it to [REDACTED: bank account] at once.\nThe rest may be read by all.\n"
    );
}

#[test]
fn a_redacted_attachment_bars_the_native_of_its_message_and_is_named_in_its_text() {
    let (candidates, archive) = Case::default().message(1).attach(2, 1).decide(2, REDACTED).build();
    let all = vec![range(&archive, 2, RedactedField::Body, "text of 0002")];
    let made = make("sec-enf-2021-08-pdf", (candidates, archive), [(2, all)], Elsewhere::default());
    let rows = made.rows();
    assert_eq!((rows[0]["PRODUCED_AS"].as_str(), rows[0]["LINK"].as_str()), ("text-only", ""));
    assert_eq!(rows[0]["MD5HASH"], "");
    let number = &rows[1]["FIRSTBATES"];
    assert!(made.text("ECP0000011").contains(&format!("a member of this family is redacted, at {number}.")));
    assert_eq!(made.text(number), "\u{feff}body [REDACTED: bank account]\n");
}

#[test]
fn what_cannot_be_redacted_is_an_obstacle_that_says_what_to_do() {
    let refused = |name: &str, all: fn(&Archive) -> Vec<Redaction>| {
        let (candidates, archive) = case();
        let all = all(&archive);
        make(name, (candidates, archive), [(1, all)], Elsewhere::default()).obstacles().join("\n")
    };
    let pdf = "sec-enf-2021-08-pdf";
    assert!(refused("native-by-agreement", |_| vec![]).contains("has no pages; produce under one that has"));
    assert!(refused(pdf, |_| vec![]).contains("no redaction of it is recorded"));
    let moved = refused(pdf, |archive| {
        let mut one = range(archive, 1, RedactedField::Body, "44712290");
        if let RedactedPlace::Range { start, end, .. } = &mut one.place {
            (*start, *end) = (*start + 1, *end + 1);
        }
        vec![one]
    });
    assert!(moved.contains("characters 12 to 20 of its body are not what was to be covered"), "{moved}");
    let both = refused(pdf, |archive| {
        vec![range(archive, 1, RedactedField::Subject, "4471"), region(1, ("10", "10", "400", "400"))]
    });
    assert!(both.contains("both regions and texts"), "{both}");
    let nothing = refused(pdf, |_| vec![region(1, ("10", "700", "5", "5")), region(9, ("1", "1", "5", "5"))]);
    assert!(
        nothing.contains("nothing of the document lies under") && nothing.contains("found no page 9"),
        "{nothing}"
    );
    let telling = refused(pdf, |archive| {
        vec![Redaction {
            reason: "account 44712290".into(),
            ..range(archive, 1, RedactedField::Body, "44712290")
        }]
    });
    assert!(telling.contains("a reason, which would be printed in its box"), "{telling}");
}

#[test]
fn a_region_takes_its_words_out_of_page_text_and_fields() {
    let (candidates, archive) = case();
    // The header block of this page is five lines high; the region reaches over all of it and the first line below.
    let all = vec![region(1, ("60", "45", "500", "130"))];
    let made = make("sec-enf-2021-08-pdf", (candidates, archive), [(1, all)], Elsewhere::default());
    assert_eq!(made.result.as_ref().err().map(ToString::to_string), None);
    assert_eq!(holds(&made, "44712290"), [""; 0]);
    let rows = made.rows();
    let row = rows.iter().find(|row| row["PRODUCED_AS"] == "redacted").unwrap();
    assert!(made.text(&row["FIRSTBATES"]).contains("[REDACTED: bank account]"));
    assert_eq!(row["SUBJECT"], "[REDACTED]");
}

#[test]
fn a_copy_that_is_not_redacted_is_a_conflict_and_one_that_is_redacted_otherwise_shows_what_is_covered() {
    let secret = "the board will sell the Halcyon stake on Friday for nine million";
    let copies = |decide: Disposition| {
        let case = Case::default().message(1).message(2).decide(1, REDACTED).decide(2, decide);
        let (candidates, mut archive) = case.build();
        for n in [1, 2] {
            archive.change(n, |fetched| {
                fetched.document.text = format!("Hello Ann. In short, {secret}. Regards, Bob");
                fetched.document.message_id = Some("same@x".into());
            });
        }
        (candidates, archive)
    };
    let pdf = "sec-enf-2021-08-pdf";
    let (candidates, archive) = copies(Disposition::WHOLE);
    let all = vec![range(&archive, 1, RedactedField::Body, secret)];
    let found = make(pdf, (candidates, archive), [(1, all)], Elsewhere::default()).obstacles().join("\n");
    assert!(found.contains("is the same message"), "{found}");
    let (candidates, archive) = copies(REDACTED);
    let all = vec![range(&archive, 1, RedactedField::Body, secret)];
    let other = vec![range(&archive, 2, RedactedField::Body, "Hello Ann")];
    let found = make(pdf, (candidates, archive), [(1, all), (2, other)], Elsewhere::default()).obstacles();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("holds its text"), "{found:?}");
    let (candidates, archive) = copies(REDACTED);
    let all = |n| (n, vec![range(&archive, n, RedactedField::Body, secret)]);
    let alike = [all(1), all(2)];
    let made = make(pdf, (candidates, archive), alike, Elsewhere::default());
    assert!(made.result.is_ok(), "copies that are redacted alike go out");
}

#[test]
fn what_is_covered_in_another_request_bars_here_what_holds_it_and_nothing_else() {
    let secret = "the board will sell the Halcyon stake on Friday for nine million";
    let build = |text: &str| {
        let (candidates, mut archive) = Case::default().message(1).message(2).build();
        archive.change(1, |fetched| {
            fetched.document.text = format!("Hello Ann, welcome to all of us here. {secret}.")
        });
        archive.change(2, |fetched| fetched.document.text = text.to_owned());
        let candidates: Vec<_> = candidates.into_iter().filter(|one| one.document == id(2)).collect();
        let native_sha256 = Sha256::of(&archive.documents[&id(1)].native);
        let redactions = Some(vec![range(&archive, 1, RedactedField::Body, secret)]);
        let place = "decided so for request r2".to_owned();
        let one = ElsewhereDocument { document: id(1), native_sha256, embedded: vec![], redactions, place };
        let elsewhere = Elsewhere { barred: vec![one], ..Elsewhere::default() };
        make("sec-enf-2021-08-pdf", (candidates, archive), [], elsewhere)
    };
    assert!(build("> Hello Ann, welcome to all of us here.").result.is_ok());
    let found = build(&format!("> {secret}")).obstacles();
    assert!(found[0].contains("decided so for request r2"), "{found:?}");
}

#[test]
fn words_that_stand_uncovered_elsewhere_are_counted_by_document_and_place() {
    let (candidates, mut archive) = case();
    archive.change(4, |fetched| {
        fetched.document.text = "44712290 again, and 44712290".into();
        fetched.document.subject = Some("44712290".into());
    });
    archive.change(1, |fetched| fetched.document.text.push_str(" (44712290)"));
    let (profile, folder) = (profile("sec-enf-2021-08-pdf"), tempfile::tempdir().unwrap());
    let all = vec![range(&archive, 1, RedactedField::Body, "44712290")];
    let mut order = order(&profile, candidates, folder.path());
    order.redactions = [(id(1), all)].into();
    let mut press = Press::new(chrono_tz::UTC);
    let found = covered(&order, &mut archive, &mut press, &Silent).unwrap().again;
    let mut told: Vec<(DocId, &str, u64)> =
        found.iter().map(|one| (one.other, one.place, one.times)).collect();
    told.sort();
    let mut expected = vec![(id(1), "text", 1), (id(4), "subject", 1), (id(4), "text", 2)];
    expected.sort();
    assert_eq!(told, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_stays_of_a_text_is_what_no_range_covers(
        text in "[a-zä漢\\n ]{1,60}",
        cuts in prop::collection::vec((0_usize..60, 1_usize..20), 0..6),
    ) {
        let letters: Vec<char> = text.chars().collect();
        let mut hidden = vec![false; letters.len()];
        let redactions: Vec<Redaction> = cuts
            .into_iter()
            .filter(|(start, _)| *start < letters.len())
            .map(|(start, length)| {
                let end = (start + length).min(letters.len());
                hidden[start..end].fill(true);
                let place = RedactedPlace::Range {
                    field: RedactedField::Body,
                    start: start as u64,
                    end: end as u64,
                    covers_sha256: Sha256::of(""),
                };
                Redaction { place, reason: "R".into(), by: "B".into() }
            })
            .collect();
        let clean = body_without(&text, &redactions);
        let mut inside = false;
        let rest: String = clean
            .chars()
            .filter(|c| match *c {
                BOX_STARTS => { inside = true; false }
                BOX_ENDS => { inside = false; false }
                _ => !inside,
            })
            .collect();
        let expected: String = letters.iter().zip(&hidden).filter(|(_, hidden)| !**hidden).map(|(c, _)| *c).collect();
        prop_assert_eq!(rest, expected);
    }
}
