//! What must not get out does not.

use crate::candidate::Candidate;
use crate::exception::ExceptionKind;
use crate::mock::mock;
use crate::sample::made::{barred, excluded, make, make_with, order, privileged, suppressed};
use crate::sample::{Case, body, id, own, profile};
use duces_model::{Disposition, LegalBar, Md5, ProducedAs, Sha256};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn a_withheld_member_bars_native_size_and_digests_of_its_ancestors_but_not_of_its_siblings() {
    let case = Case::default().message(1).attach(2, 1).attach(3, 1).decide(2, privileged());
    let made = make(case);
    let rows = made.rows();
    for field in ["LINK", "FILE_SIZE", "MD5HASH", "SHA256HASH", "CONVERSION"] {
        assert_eq!((rows[0][field].as_str(), rows[1][field].as_str()), ("", ""), "{field}");
        assert_ne!(rows[2][field], "", "{field} of the sibling");
    }
    let column = |name: &str| rows.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!(column("PRODUCED_AS"), ["text-only", "slip-sheet", "native"]);
    assert_eq!(column("WITHHELD"), ["", "Withheld for privilege: attorney-client", ""]);
    assert_eq!(column("CHILD_BATES")[0], "ECP0000012; ECP0000013");
    assert_eq!(rows[0]["HEADER"], "Subject: subject of 0001®");
    for field in ["FILE_NAME", "MIME_TYPE", "FILE_EXTEN", "ALL_PATHS", "FAMILY_DATE", "TEXT_STATUS"] {
        assert_eq!(rows[1][field], "", "{field}");
    }
    assert_eq!(
        made.text("ECP0000011"),
        "\u{feff}body text of 0001\n\n[Produced as text only: a member of this family is withheld, and a numbered sheet stands for it at ECP0000012.]\n"
    );
    assert_eq!(made.text("ECP0000012"), "\u{feff}ECP0000012\n\nWithheld for privilege: attorney-client\n");
    let kinds: Vec<_> = made.produced().exceptions.iter().map(|e| e.kind.clone()).collect();
    assert!(kinds.contains(&ExceptionKind::TextOnly));
}

#[test]
fn what_is_attached_to_a_withheld_message_loses_the_path_that_may_name_it() {
    let rows = make(Case::default().message(1).attach(2, 1).decide(1, privileged())).rows();
    assert_eq!((rows[1]["ALL_PATHS"].as_str(), rows[1]["FAMILY_DATE"].as_str()), ("", ""));
    assert_ne!(rows[1]["LINK"], "");
    assert_eq!(rows[1]["PARENT_BATES"], "ECP0000011");
}

#[test]
fn the_two_legal_bars_give_the_same_bytes_and_no_reason() {
    let volume = |bar| make(Case::default().message(1).attach(2, 1).decide(2, barred(bar))).files();
    let suspicious = volume(LegalBar::SuspiciousActivity);
    assert_eq!(suspicious, volume(LegalBar::Other));
    for (name, bytes) in &suspicious {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!text.contains("suspicious") && !text.contains("legal"), "{name}");
    }
    let made = make(Case::default().message(1).decide(1, barred(LegalBar::SuspiciousActivity)));
    assert_eq!(made.text("ECP0000011"), "\u{feff}ECP0000011\n\nWithheld\n");
}

#[test]
fn a_twin_of_a_withheld_document_is_a_conflict_before_any_number_is_spent() {
    let (mut candidates, mut archive) =
        Case::default().message(1).attach(2, 1).message(3).decide(2, privileged()).build();
    let twin = candidates.iter_mut().find(|c| c.document == id(3)).unwrap();
    twin.native_sha256 = Sha256::of(own(2));
    archive.change(3, |fetched| fetched.native = own(2).into_bytes());
    let found = make_with((candidates, archive)).obstacles();
    assert_eq!(found.len(), 1);
    assert!(found[0].contains(&id(2).to_string()) && found[0].contains(&id(3).to_string()), "{}", found[0]);
    assert!(found[0].contains("has the same native"));
}

#[test]
fn a_native_that_holds_a_withheld_one_is_a_conflict_also_where_the_twin_is_left_out() {
    let case = Case::default().message(1).attach(2, 1).decide(2, privileged()).message(3);
    let (mut candidates, archive) = case.build();
    let holder = candidates.iter_mut().find(|c| c.document == id(3)).unwrap();
    holder.embedded = vec![Sha256::of("else"), Sha256::of(own(2))];
    let found = make_with((candidates, archive)).obstacles();
    assert!(found.len() == 1 && found[0].contains("holds it in its native"), "{found:?}");
}

#[test]
fn an_ancestor_is_barred_also_where_the_link_between_is_not_in_the_population() {
    let case = Case::default().message(1).attach(2, 1).attach(3, 2).decide(3, privileged());
    let (mut candidates, archive) = case.build();
    candidates.retain(|c| c.document != id(2));
    let made = make_with((candidates, archive));
    let rows = made.rows();
    assert_eq!((rows[0]["PRODUCED_AS"].as_str(), rows[0]["LINK"].as_str()), ("text-only", ""));
    assert!(made.text("ECP0000011").contains("ECP0000012"));
}

#[test]
fn an_empty_attachment_has_no_twin() {
    let case = Case::default().message(1).message(2).decide(1, privileged());
    let (mut candidates, mut archive) = case.build();
    for (n, candidate) in [(2, 0), (1, 1)] {
        candidates[candidate].native_sha256 = Sha256::of("");
        candidates[candidate].bytes = 0;
        archive.change(n, |fetched| fetched.native.clear());
    }
    let made = make_with((candidates, archive));
    let kinds: Vec<_> = made.produced().exceptions.iter().map(|e| e.kind.clone()).collect();
    assert_eq!(kinds, [ExceptionKind::EmptyNative]);
}

#[test]
fn every_ancestor_is_barred_by_the_links_alone() {
    let case = Case::default().message(1).attach(2, 1).attach(3, 2).decide(3, privileged());
    let (mut candidates, archive) = case.build();
    candidates.iter_mut().for_each(|candidate| candidate.embedded.clear());
    let rows = make_with((candidates, archive)).rows();
    let forms: Vec<&str> = rows.iter().map(|row| row["PRODUCED_AS"].as_str()).collect();
    assert_eq!(forms, ["text-only", "text-only", "slip-sheet"]);
}

/// A document of a random case: to which of the documents before it is attached, and what is decided.
type Shape = (Option<prop::sample::Index>, usize, usize, Option<i64>);

fn decision(kind: usize, n: u64) -> Disposition {
    match kind {
        0 => privileged(),
        1 => barred(LegalBar::SuspiciousActivity),
        2 => barred(LegalBar::Other),
        3 => Disposition::Produce { form: ProducedAs::SlipSheet },
        4 => excluded(),
        5 => Disposition::ExcludeAlreadyProduced { bates: "OLD0000001".parse().unwrap() },
        6 if n > 1 => suppressed(1),
        _ => Disposition::WHOLE,
    }
}

fn random_case(shapes: &[Shape]) -> Case {
    // Document 1 is always produced: it is the survivor of what is suppressed.
    let mut case = Case::default().message(1);
    for (n, (attached, kind, custodian, date)) in (2..).zip(shapes) {
        case = match attached {
            Some(to) => case.attach(n, 1 + to.index(usize::try_from(n).unwrap() - 1) as u64),
            None => case.message(n),
        };
        case = case.decide(n, decision(*kind, n)).with(n, |candidate| {
            candidate.custodian = ["A", "B", "C"][*custodian].into();
            candidate.sorted_at = date.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
        });
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn numbers_run_on_families_stay_whole_nothing_is_lost_and_nothing_barred_gets_out(
        shapes in prop::collection::vec(
            (prop::option::weighted(0.7, any::<prop::sample::Index>()), 0_usize..16, 0_usize..3,
             prop::option::of(0_i64..1_000_000_000)), 0..14)
    ) {
        let case = random_case(&shapes);
        let natives: BTreeMap<u64, Vec<u8>> = case.candidates.keys().map(|n| (*n, case.native(*n))).collect();
        let cases: Vec<(u64, Candidate)> = case.candidates.clone().into_iter().collect();
        let (candidates, archive) = case.build();
        let profile = profile();
        let shown = mock(&order(&profile, candidates.clone(), std::path::Path::new("")));
        prop_assert!(shown.obstacles.is_empty(), "{:?}", shown.obstacles);
        let made = make_with((candidates, archive));
        let produced = made.produced();

        // Conservation: each candidate in one bucket, and the mock says the same as the production.
        let counts = produced.production.counts();
        prop_assert_eq!(counts.values().sum::<u64>(), cases.len() as u64);
        prop_assert_eq!(&counts, &shown.by_bucket);
        prop_assert_eq!(produced.volume.counts.numbers, shown.numbers);
        prop_assert_eq!(produced.volume.counts.natives, shown.natives);
        let numbered: Vec<_> = produced.production.members().iter()
            .filter_map(|member| Some((member.bates.clone()?, member.document))).collect();
        prop_assert_eq!(numbered.len(), shown.order.len());

        // Numbers are contiguous from the first reserved to the last, in the order of the mock.
        for (n, ((bates, document), line)) in numbered.iter().zip(&shown.order).enumerate() {
            prop_assert_eq!(bates.first().position(), 11 + n as u64);
            prop_assert_eq!(line.position, 1 + n as u64);
            prop_assert_eq!(*document, line.document);
        }
        let rows = made.rows();
        prop_assert_eq!(rows.len(), numbered.len());

        // A parent stands before its child, and both in one range.
        for row in &rows {
            let parent = rows.iter().find(|other| other["FIRSTBATES"] == row["PARENT_BATES"]);
            if let Some(parent) = parent {
                prop_assert!(parent["FIRSTBATES"] < row["FIRSTBATES"]);
                prop_assert_eq!(&parent["ATTACHRANGE"], &row["ATTACHRANGE"]);
                prop_assert!(parent["CHILD_BATES"].split("; ").any(|child| child == row["FIRSTBATES"]));
            }
            let inside = row["BEGATTACH"] <= row["FIRSTBATES"] && row["FIRSTBATES"] <= row["ENDATTACH"];
            prop_assert!(inside);
        }

        // No byte of a withheld document, nor of what would hold it, nor a digest of either.
        let mut needles: Vec<Vec<u8>> = Vec::new();
        for (n, candidate) in &cases {
            let withheld = candidate.disposition.bars_content();
            if withheld {
                let names = [own(*n), body(*n), format!("name-{n:04}"), format!("subject of {n:04}"),
                    format!("id-{n:04}"), candidate.document.to_string()];
                needles.extend(names.map(String::into_bytes));
            }
            let holds = cases.iter().any(|(other, c)| {
                let content = own(*other).into_bytes();
                c.disposition.bars_content() && natives[n].windows(content.len()).any(|w| w == content)
            });
            if holds {
                needles.push(Sha256::of(&natives[n]).to_string().into_bytes());
                needles.push(Md5::of(&natives[n]).to_string().into_bytes());
                needles.push(natives[n].clone());
            }
        }
        for (name, bytes) in made.files() {
            for needle in &needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle.as_slice());
                prop_assert!(!found, "{} holds {}", name, String::from_utf8_lossy(needle));
            }
        }
    }
}
