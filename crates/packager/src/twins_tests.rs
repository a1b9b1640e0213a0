//! What is withheld is found again in what goes out.

use crate::candidate::Candidate;
use crate::elsewhere::{Elsewhere, ElsewhereDocument};
use crate::produce::{obstacles, produce, rebuild};
use crate::sample::fake::Fake;
use crate::sample::made::{barred, make_with, order, privileged};
use crate::sample::{Archive, Case, Series, id, own, profile};
use chrono::{DateTime, TimeDelta};
use duces_model::{LegalBar, Sha256, Silent};

/// Thirty words that stand nowhere else.
fn advice(n: u64) -> String {
    (0..30).map(|word| format!("advice{n}x{word} ")).collect()
}

/// Two messages, the first withheld, the second a day later.
fn two() -> (Vec<Candidate>, Archive) {
    let (candidates, mut archive) = Case::default().message(1).message(2).decide(1, privileged()).build();
    archive.change(1, |fetched| fetched.document.text = advice(1));
    sent(&mut archive, 2, 1);
    (candidates, archive)
}

fn sent(archive: &mut Archive, n: u64, days: i64) {
    archive.change(n, |fetched| {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::days(days);
        fetched.message.sent_at = Some(at);
    });
}

fn says(archive: &mut Archive, n: u64, text: &str) {
    archive.change(n, |fetched| fetched.document.text = text.to_owned());
}

fn refused(case: (Vec<Candidate>, Archive)) -> Vec<String> {
    make_with(case).obstacles()
}

fn outside(archive: &Archive, n: u64, place: &str) -> ElsewhereDocument {
    let native_sha256 = Sha256::of(&archive.documents[&id(n)].native);
    ElsewhereDocument {
        document: id(n),
        native_sha256,
        embedded: vec![],
        redactions: None,
        place: place.into(),
    }
}

/// Obstacles with what is elsewhere, in words.
fn held_against((candidates, mut archive): (Vec<Candidate>, Archive), elsewhere: Elsewhere) -> Vec<String> {
    let (profile, folder) = (profile(), tempfile::tempdir().unwrap());
    let mut order = order(&profile, candidates, folder.path());
    order.elsewhere = elsewhere;
    let found = obstacles(&order, &mut archive, &mut Fake::default(), &Silent).unwrap();
    let mut series = Series::at(1);
    let made = produce(&order, &mut series, &mut archive, &mut Fake::default(), &Silent);
    assert_eq!((made.is_ok(), series.reserved.is_empty()), (found.is_empty(), !found.is_empty()));
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn the_same_message_id_is_a_conflict_that_says_whether_the_text_is_the_same_too() {
    let (candidates, mut archive) = Case::default().message(1).message(2).decide(1, privileged()).build();
    archive.change(2, |fetched| fetched.document.message_id = Some("id-0001@x".into()));
    let found = refused((candidates.clone(), archive.clone()));
    assert!(found.len() == 1 && found[0].contains("the same Message-ID and another text"), "{found:?}");
    says(&mut archive, 2, &format!("  {}\r\n", crate::sample::body(1)));
    let found = refused((candidates.clone(), archive.clone()));
    assert!(found.len() == 1 && found[0].contains("is the same message"), "{found:?}");
    for n in [1, 2] {
        archive.change(n, |fetched| {
            fetched.document.message_id = Some(String::new());
            fetched.document.text = format!("text of {n} alone");
        });
    }
    assert!(make_with((candidates, archive)).result.is_ok(), "an empty Message-ID is none");
}

#[test]
fn a_later_message_that_quotes_the_withheld_one_is_a_conflict() {
    let (candidates, mut archive) = two();
    says(&mut archive, 2, "unrelated");
    assert!(make_with((candidates.clone(), archive.clone())).result.is_ok());
    says(&mut archive, 2, &format!("I agree.\n\n> {}", advice(1)));
    let found = refused((candidates.clone(), archive.clone()));
    assert!(found.len() == 1 && found[0].contains("holds its text"), "{found:?}");
    assert!(found[0].contains(&id(1).to_string()) && found[0].contains(&id(2).to_string()));
    says(&mut archive, 1, &format!("{}{}", advice(1), advice(3)));
    let found = refused((candidates, archive));
    assert!(found.len() == 1 && found[0].contains("quotes twenty or more words"), "{found:?}");
}

#[test]
fn an_attachment_with_the_text_of_a_withheld_one_in_another_format_is_a_conflict() {
    let case = Case::default().message(1).attach(2, 1).message(3).attach(4, 3).decide(2, privileged());
    let (candidates, mut archive) = case.build();
    says(&mut archive, 2, &advice(1));
    says(&mut archive, 4, &format!("DRAFT {}", advice(1).to_uppercase()));
    let found = refused((candidates, archive));
    assert!(found.len() == 1 && found[0].contains(&id(4).to_string()), "{found:?}");
}

#[test]
fn what_the_withheld_message_itself_quotes_from_an_earlier_one_bars_nothing() {
    let case = || Case::default().message(1).message(2).message(3).decide(1, privileged());
    let (candidates, mut archive) = case().build();
    // The first mail (2) went to a client; it was forwarded to counsel (1); the client's later mail (3) quotes the first.
    says(&mut archive, 2, &advice(5));
    says(&mut archive, 1, &format!("{}\n> {}", advice(1), advice(5)));
    says(&mut archive, 3, &format!("Any news?\n> {}", advice(5)));
    for (n, days) in [(2, 0), (1, 1), (3, 2)] {
        sent(&mut archive, n, days);
    }
    assert!(make_with((candidates.clone(), archive.clone())).result.is_ok());
    // Where the earlier one does not go out, nobody has decided that its words may.
    let without: Vec<Candidate> = candidates.iter().filter(|c| c.document != id(2)).cloned().collect();
    let found = refused((without, archive.clone()));
    assert!(found.len() == 1 && found[0].contains(&id(3).to_string()), "{found:?}");
    // The words of the withheld message itself are barred all the same.
    says(&mut archive, 3, &format!("Any news?\n> {}> {}", advice(1), advice(5)));
    let found = refused((candidates.clone(), archive.clone()));
    assert!(found.len() == 1 && found[0].contains("holds its text"), "{found:?}");
    // Sent at the same instant is not earlier: it may be the same message.
    says(&mut archive, 3, &format!("Any news?\n> {}", advice(5)));
    sent(&mut archive, 2, 1);
    assert_eq!(refused((candidates, archive)).len(), 2);
}

#[test]
fn a_person_may_let_a_pair_stand_or_a_passage_but_not_the_same_bytes_in_one_volume() {
    let (candidates, mut archive) = two();
    says(&mut archive, 2, &advice(1));
    let case = || (candidates.clone(), archive.clone());
    let allowed = Elsewhere { allowed: [(id(1), id(2))].into(), ..Elsewhere::default() };
    assert_eq!(held_against(case(), allowed.clone()), Vec::<String>::new());
    let passages = Elsewhere { passages: vec![advice(1)], ..Elsewhere::default() };
    assert_eq!(held_against(case(), passages), Vec::<String>::new());
    let backwards = Elsewhere { allowed: [(id(2), id(1))].into(), ..Elsewhere::default() };
    assert_eq!(held_against(case(), backwards).len(), 1);
    let (mut candidates, mut archive) = case();
    candidates.iter_mut().for_each(|candidate| {
        candidate.native_sha256 = Sha256::of(own(1));
    });
    archive.change(2, |fetched| fetched.native = own(1).into_bytes());
    let found = held_against((candidates, archive), allowed);
    assert!(found.len() == 1 && found[0].contains("the same native"), "{found:?}");
}

#[test]
fn what_another_volume_withholds_does_not_go_out_in_this_one_in_any_form() {
    let (candidates, mut archive) = Case::default().message(1).message(2).message(3).build();
    says(&mut archive, 2, &advice(1));
    let before = outside(&archive, 2, "as OLD0000007 in volume OLD001 of request r1");
    let only = |n: u64| -> Vec<Candidate> {
        candidates.iter().filter(|candidate| candidate.document == id(n)).cloned().collect()
    };
    let elsewhere = Elsewhere { barred: vec![before], ..Elsewhere::default() };
    let found = held_against((only(2), archive.clone()), elsewhere.clone());
    assert!(found.len() == 1 && found[0].contains("is the same document"), "{found:?}");
    assert!(found[0].contains("as OLD0000007 in volume OLD001"), "{found:?}");
    sent(&mut archive, 3, 4);
    says(&mut archive, 3, &format!("fwd {}", advice(1)));
    let found = held_against((only(3), archive.clone()), elsewhere.clone());
    assert!(found.len() == 1 && found[0].contains("holds its text"), "{found:?}");
    says(&mut archive, 3, "something else");
    let mut holder = only(3);
    holder[0].embedded = vec![Sha256::of(own(2))];
    let found = held_against((holder, archive.clone()), elsewhere.clone());
    assert!(found.len() == 1 && found[0].contains("holds it in its native"), "{found:?}");
    assert_eq!(held_against((only(1), archive), elsewhere), Vec::<String>::new());
}

#[test]
fn what_went_out_before_and_is_withheld_now_is_named_with_its_number() {
    let (candidates, mut archive) = two();
    let (kept, _): (Vec<Candidate>, Vec<Candidate>) =
        candidates.into_iter().partition(|candidate| candidate.document == id(1));
    says(&mut archive, 2, &format!("{} thanks", advice(1)));
    let shown = outside(&archive, 2, "as OLD0000004 in volume OLD001 of request r1");
    let elsewhere = Elsewhere { shown: vec![shown.clone()], ..Elsewhere::default() };
    let found = held_against((kept.clone(), archive.clone()), elsewhere.clone());
    assert!(found.len() == 1 && found[0].contains("went out: as OLD0000004"), "{found:?}");
    let allowed = Elsewhere { allowed: [(id(1), id(2))].into(), ..elsewhere.clone() };
    assert_eq!(held_against((kept.clone(), archive.clone()), allowed), Vec::<String>::new());
    let itself =
        ElsewhereDocument { document: id(1), ..outside(&archive, 1, "as OLD0000003 in volume OLD001") };
    let elsewhere = Elsewhere { shown: vec![itself], ..Elsewhere::default() };
    let found = held_against((kept, archive), elsewhere);
    assert!(found.iter().any(|one| one.contains("is the same document")), "{found:?}");
}

#[test]
fn a_conflict_does_not_tell_one_legal_bar_from_another() {
    let words = |bar| {
        let (mut candidates, mut archive) = two();
        candidates.iter_mut().filter(|c| c.document == id(1)).for_each(|c| c.disposition = barred(bar));
        says(&mut archive, 2, &advice(1));
        refused((candidates, archive))
    };
    assert_eq!(words(LegalBar::SuspiciousActivity), words(LegalBar::Other));
}

#[test]
fn what_was_let_through_once_is_made_again_whatever_is_withheld_since() {
    let (candidates, mut archive) = Case::default().message(1).message(2).build();
    let (profile, folder) = (profile(), tempfile::tempdir().unwrap());
    let mut order = order(&profile, candidates, folder.path());
    order.elsewhere.barred = vec![outside(&archive, 2, "in volume NEW001")];
    assert!(produce(&order, &mut Series::at(1), &mut archive, &mut Fake::default(), &Silent).is_err());
    assert!(
        rebuild(&order, &"ECP0000001".parse().unwrap(), &mut archive, &mut Fake::default(), &Silent).is_ok()
    );
}

#[test]
fn what_lies_elsewhere_and_cannot_be_read_is_told_and_a_person_can_settle_it() {
    let (candidates, mut archive) = Case::default().message(1).message(2).build();
    let only: Vec<Candidate> = candidates.into_iter().filter(|one| one.document == id(1)).collect();
    let before = outside(&archive, 2, "in volume OLD001");
    archive.documents.remove(&id(2));
    let mut elsewhere = Elsewhere { barred: vec![before], ..Elsewhere::default() };
    let found = held_against((only.clone(), archive.clone()), elsewhere.clone());
    assert!(found.len() == 1 && found[0].contains("cannot be read again"), "{found:?}");
    let mut same_bytes = only.clone();
    same_bytes[0].embedded = vec![Sha256::of(own(2))];
    assert_eq!(held_against((same_bytes, archive.clone()), elsewhere.clone()).len(), 2);
    elsewhere.allowed = [(id(2), id(2))].into();
    assert_eq!(held_against((only, archive), elsewhere), Vec::<String>::new());
}
