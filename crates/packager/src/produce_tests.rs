//! What a production promises.

use super::*;
use crate::sample::fake::Fake;
use crate::sample::made::{
    Made, barred, excluded, make, make_under, make_with, order, privileged, suppressed,
};
use crate::sample::{Case, Series, body, id, own, profile};
use crate::threads::ThreadMessage;
use duces_model::{
    Defect, DefectCode, Disposition, EmailAddress, LegalBar, Md5, Participant, ProducedAs, Role,
    Searchability, Silent,
};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn a_family_is_numbered_from_parent_to_child_and_its_rows_agree() {
    let made = make(Case::default().message(1).attach(2, 1).attach(3, 1));
    let rows = made.rows();
    let column = |name: &str| rows.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!(column("FIRSTBATES"), ["ECP0000011", "ECP0000012", "ECP0000013"]);
    assert_eq!(column("LASTBATES"), column("FIRSTBATES"));
    assert_eq!(column("ATTACHRANGE"), ["ECP0000011 - ECP0000013"; 3]);
    assert_eq!((column("BEGATTACH"), column("ENDATTACH")), (vec!["ECP0000011"; 3], vec!["ECP0000013"; 3]));
    assert_eq!(column("PARENT_BATES"), ["", "ECP0000011", "ECP0000011"]);
    assert_eq!(column("CHILD_BATES"), ["ECP0000012; ECP0000013", "", ""]);
    assert_eq!(column("LINK")[1], "NATIVES/0001/ECP0000012.doc");
    assert_eq!(column("OCRPATH")[2], "TEXT/0001/ECP0000013.txt");
    assert_eq!(column("SUBJECT"), ["subject of 0001", "", ""]);
    assert_eq!(column("FILE_NAME"), ["", "name-0002.doc", "name-0003.doc"]);
    assert_eq!(column("INTMSGID")[0], "<id-0001@x>");
    assert_eq!((column("INTFILEPATH")[0], column("PATH")[0]), ("ann/path-0001.mbox", ""));
    assert_eq!(column("FILE_EXTEN"), ["EML", "DOC", "DOC"]);
    assert_eq!(column("MD5HASH")[1], Md5::of(own(2)).to_string());
    assert_eq!(column("SHA256HASH")[1], Sha256::of(own(2)).to_string());
    assert_eq!(column("CONVERSION"), ["", "mime-decode", "mime-decode"]);
    assert_eq!(column("PGCOUNT"), ["1"; 3]);
    assert_eq!(column("FILE_SIZE"), ["1"; 3]);
    assert_eq!(made.text("ECP0000012"), format!("\u{feff}{}", body(2)));
    assert_eq!(made.files()["ECP001/NATIVES/0001/ECP0000012.doc"], own(2).into_bytes());
    let sealed = &made.produced().production;
    assert_eq!(sealed.bates().unwrap().to_string(), "ECP0000011 - ECP0000013");
    assert_eq!(sealed.bates().as_ref(), made.series.reserved.first());
}

#[test]
fn the_volume_says_that_its_profile_was_not_compared_with_the_original() {
    let files = make(Case::default().message(1)).files();
    for name in ["ECP001/README.txt", "ECP001/manifest.json"] {
        let words = String::from_utf8_lossy(&files[name]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("has not been compared with the SEC's own document"), "{name}");
        assert!(words.contains("by agreement with staff"), "{name}");
    }
}

#[test]
fn days_and_times_stand_apart_in_the_zone_of_the_request() {
    let winter = |c: &mut Candidate| c.sorted_at = chrono::DateTime::from_timestamp(1_704_067_500, 0);
    let rows = make(Case::default().message(1).with(1, winter)).rows();
    assert_eq!(rows[0]["DATE_SENT"], "12/31/2023");
    assert_eq!(rows[0]["TIME_SENT/TIME_ZONE"], "07:05 PM EST");
    assert_eq!(
        (rows[0]["TIME_ZONE"].as_str(), rows[0]["FAMILY_DATE"].as_str()),
        ("America/New_York", "12/31/2023")
    );
}

#[test]
fn a_profile_may_write_days_times_and_sizes_in_other_forms() {
    use crate::profile::{DateForm, SizeUnit, TimeForm};
    let written = |date: DateForm, time: TimeForm, unit: SizeUnit| {
        let mut profile = profile();
        (profile.date.value, profile.time.value, profile.file_size.value) = (date, time, unit);
        let row = make_under(&profile, Case::default().message(1).build()).rows().remove(0);
        ["DATE_SENT", "TIME_SENT/TIME_ZONE", "FILE_SIZE"].map(|name| row[name].clone())
    };
    let usual = written(DateForm::MonthDayYear, TimeForm::TwelveHoursZone, SizeUnit::Kilobytes);
    let (month, rest) = usual[0].split_once('/').unwrap();
    let (day, year) = rest.split_once('/').unwrap();
    let other = |date: DateForm| written(date, TimeForm::DayHoursZone, SizeUnit::Bytes)[0].clone();
    assert_eq!(other(DateForm::DayMonthYear), format!("{day}/{month}/{year}"));
    assert_eq!(other(DateForm::YearMonthDay), format!("{year}-{month}-{day}"));
    assert_eq!(other(DateForm::Digits), format!("{year}{month}{day}"));
    let [_, time, size] = written(DateForm::Digits, TimeForm::SecondsZone, SizeUnit::Bytes);
    assert_eq!((time.matches(':').count(), usual[1].matches(':').count()), (2, 1));
    assert!(size.parse::<u64>().unwrap() > usual[2].parse::<u64>().unwrap());
}

#[test]
fn open_redacted_and_anonymous_decisions_are_all_told_before_any_number_is_spent() {
    let case = Case::default().message(1).message(2).message(3).message(4);
    let case = case
        .decide(1, Disposition::Pending)
        .decide(2, Disposition::Produce { form: ProducedAs::Redacted })
        .decide(3, Disposition::ExcludeNonResponsive { by: " ".into() })
        .decide(4, suppressed(99));
    let found = make(case).obstacles();
    assert_eq!(found.len(), 4, "{found:#?}");
    for part in ["pending", "redacted", "name of the person", "duplicate"] {
        assert!(found.iter().any(|line| line.contains(part)), "{part}: {found:#?}");
    }
}

#[test]
fn where_nothing_is_to_be_produced_no_number_is_spent() {
    let found = make(Case::default().message(1).decide(1, excluded())).obstacles();
    assert!(found[0].contains("found no document to produce among 1"), "{found:?}");
}

#[test]
fn a_changed_original_is_named_and_no_number_is_spent() {
    let (candidates, mut archive) = Case::default().message(1).message(2).build();
    archive.change(2, |fetched| fetched.native.push(b'!'));
    let made = make_with((candidates, archive));
    let Err(PackError::RetainedChanged { document, expected, .. }) = made.result else {
        panic!("{:?}", made.result)
    };
    assert_eq!((document, expected), (id(2), Sha256::of(own(2))));
    assert!(made.series.reserved.is_empty());
    assert_eq!(fs::read_dir(made.dir.path()).unwrap().count(), 0);
}

#[test]
fn a_volume_that_is_there_is_told_before_any_number_is_spent() {
    let (candidates, mut archive) = Case::default().message(1).build();
    let (dir, profile, mut series) = (tempfile::tempdir().unwrap(), profile(), Series::at(1));
    fs::create_dir(dir.path().join("ECP001")).unwrap();
    let order = order(&profile, candidates, dir.path());
    let result = produce(&order, &mut series, &mut archive, &mut Fake::default(), &Silent);
    assert!(matches!(result, Err(PackError::Volume(duces_volume::VolumeError::Exists { .. }))));
    assert!(series.reserved.is_empty());
}

#[test]
fn a_failure_after_the_numbers_leaves_no_volume_and_the_numbers_are_spent_once() {
    let (candidates, mut archive) = Case::default().message(1).attach(2, 1).message(3).build();
    archive.fails_at = Some(3 + 2);
    let made = make_with((candidates, archive));
    assert!(matches!(made.result, Err(PackError::Retained { .. })), "{:?}", made.result);
    assert_eq!(made.series.reserved.len(), 1);
    assert_eq!(fs::read_dir(made.dir.path()).unwrap().count(), 0);
}

#[test]
fn a_series_that_gives_another_count_is_refused() {
    struct Short;
    impl NumberSeries for Short {
        fn reserve(&mut self, _: u64) -> Result<BatesRange, crate::NumberError> {
            Series::at(1).reserve(1)
        }
    }
    let (candidates, mut archive) = Case::default().message(1).message(2).build();
    let (dir, profile) = (tempfile::tempdir().unwrap(), profile());
    let result = produce(
        &order(&profile, candidates, dir.path()),
        &mut Short,
        &mut archive,
        &mut Fake::default(),
        &Silent,
    );
    assert!(matches!(result, Err(PackError::OtherCount { asked: 2, .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_rebuilt_volume_has_the_same_bytes() {
    let case = Case::default().message(1).attach(2, 1).attach(3, 2).message(4).message(5);
    let case = case.decide(3, privileged()).decide(4, excluded()).decide(5, barred(LegalBar::Other));
    let (candidates, mut archive) = case.build();
    let made = make_with((candidates.clone(), archive.clone()));
    let (dir, profile) = (tempfile::tempdir().unwrap(), profile());
    let mut shuffled = candidates;
    shuffled.reverse();
    let first = made.series.reserved[0].first().clone();
    let result =
        rebuild(&order(&profile, shuffled, dir.path()), &first, &mut archive, &mut Fake::default(), &Silent);
    let again = Made { dir, series: Series::at(1), result };
    assert_eq!(made.files(), again.files());
    assert_eq!(made.produced().volume.archives[0].sha256, again.produced().volume.archives[0].sha256);
}

#[test]
fn a_survivor_carries_custodians_and_paths_of_its_duplicates() {
    let other = |c: &mut Candidate| {
        c.custodian = "Doe, Alex".into();
        c.all_custodians = vec!["Doe, Alex".into()];
    };
    let case = Case::default().message(1).message(2).with(2, other).decide(2, suppressed(1));
    let made = make(case);
    let rows = made.rows();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["CUSTODIAN"], "Lee, Ann");
    assert_eq!(rows[0]["ALL_CUSTODIANS"], "Lee, Ann; Doe, Alex");
    assert_eq!(rows[0]["ALL_PATHS"], "ann/path-0001.mbox; ann/path-0002.mbox");
    assert_eq!(made.produced().production.counts()["suppressed-duplicate"], 1);
}

#[test]
fn recipients_of_the_envelope_are_kept_apart_from_those_of_the_header() {
    let (candidates, mut archive) = Case::default().message(1).build();
    let someone = |role, address: &str, name: Option<&str>| Participant {
        role,
        address: EmailAddress::new(address).ok(),
        name: name.map(str::to_owned),
        by_way_of: None,
    };
    archive.change(1, |fetched| {
        fetched.document.participants = vec![
            someone(Role::Sender, "desk@x", None),
            someone(Role::From, "ann@x", Some("Lee, Ann")),
            someone(Role::To, "bob@x", Some("Bob; Trading")),
            someone(Role::To, "", Some("undisclosed recipients")),
            someone(Role::Bcc, "eve@x", None),
            someone(Role::EnvelopeTo, "bob@x", None),
            someone(Role::EnvelopeTo, "eve@x", None),
            Participant {
                by_way_of: EmailAddress::new("all@x").ok(),
                ..someone(Role::EnvelopeTo, "kim@x", None)
            },
        ];
    });
    let made = make_with((candidates, archive));
    let rows = made.rows();
    assert_eq!(rows[0]["FROM"], "Lee, Ann <ann@x>");
    assert_eq!(rows[0]["TO"], "Bob, Trading <bob@x>; undisclosed recipients");
    assert_eq!(rows[0]["BCC"], "eve@x");
    assert_eq!(rows[0]["ENVELOPE_RECIPIENTS"], "kim@x (by way of all@x)");
    assert!(matches!(
        made.produced().exceptions[..],
        [Exception { kind: ExceptionKind::Replaced { .. }, .. }]
    ));
}

#[test]
fn a_sheet_says_why_a_document_is_not_producible_and_never_its_detail() {
    let case = Case::default().message(1).attach(2, 1);
    let (candidates, mut archive) =
        case.decide(2, Disposition::Produce { form: ProducedAs::SlipSheet }).build();
    archive.change(2, |fetched| {
        let defect = Defect::new(DefectCode::Encrypted, "password is hunter2");
        fetched.document.searchability = Searchability::Unsearchable(defect);
    });
    let made = make_with((candidates, archive));
    assert_eq!(made.text("ECP0000012"), "\u{feff}ECP0000012\n\nNot producible: The content is encrypted.\n");
    let rows = made.rows();
    assert_eq!((rows[1]["LINK"].as_str(), rows[1]["FILE_NAME"].as_str()), ("", "name-0002.doc"));
    assert_eq!(rows[0]["PRODUCED_AS"], "native", "what is not withheld bars nothing");
}

#[test]
fn text_that_could_not_be_read_is_said_in_the_row_and_in_the_exceptions() {
    let (candidates, mut archive) = Case::default().message(1).attach(2, 1).build();
    archive.change(2, |fetched| {
        fetched.document.text.clear();
        fetched.document.searchability =
            Searchability::Unsearchable(Defect::new(DefectCode::NoExtractor, ""));
    });
    let made = make_with((candidates, archive));
    let rows = made.rows();
    assert_eq!(
        (rows[0]["TEXT_STATUS"].as_str(), rows[1]["TEXT_STATUS"].as_str()),
        ("complete", "not read: no-extractor")
    );
    assert_eq!(made.text("ECP0000012"), "\u{feff}");
    let last = made.produced().exceptions.last().unwrap();
    assert_eq!(last.kind, ExceptionKind::TextNotRead(DefectCode::NoExtractor));
    assert_eq!(last.bates.as_ref().unwrap().to_string(), "ECP0000012 - ECP0000012");
}

#[test]
fn a_member_left_out_of_its_family_is_an_exception_and_its_child_says_so() {
    let made = make(Case::default().message(1).attach(2, 1).decide(1, excluded()));
    assert_eq!(made.rows()[0]["PARENT_BATES"], "");
    let kinds: Vec<_> = made.produced().exceptions.iter().map(|e| e.kind.clone()).collect();
    assert_eq!(kinds, [ExceptionKind::ExcludedFromFamily, ExceptionKind::ParentWithoutNumber]);
}

#[test]
fn a_request_to_stop_leaves_nothing() {
    struct Stop;
    impl Observer for Stop {
        fn stage(&self, _: &str, _: &str, _: Option<u64>) {}
        fn advance(&self, _: u64) {}
        fn stop_requested(&self) -> bool {
            true
        }
    }
    let (candidates, mut archive) = Case::default().message(1).build();
    let (dir, profile, mut series) = (tempfile::tempdir().unwrap(), profile(), Series::at(1));
    let result = produce(
        &order(&profile, candidates, dir.path()),
        &mut series,
        &mut archive,
        &mut Fake::default(),
        &Stop,
    );
    assert!(matches!(result, Err(PackError::Stopped)) && series.reserved.is_empty());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_thread_is_named_on_the_whole_family_and_inclusive_and_hash_are_of_messages_alone() {
    let thread = crate::threads(&[ThreadMessage::of(&[document(1)]).unwrap()])[&id(1)];
    let rows = |case: Case| {
        let (candidates, mut archive) = case.build();
        let (dir, profile, mut series) = (tempfile::tempdir().unwrap(), profile(), Series::at(11));
        let mut order = order(&profile, candidates, dir.path());
        order.threads = BTreeMap::from([(id(1), thread)]);
        let result = produce(&order, &mut series, &mut archive, &mut Fake::default(), &Silent);
        Made { dir, series, result }.rows()
    };
    let column = |rows: &[BTreeMap<String, String>], name: &str| -> Vec<String> {
        rows.iter().map(|row| row[name].clone()).collect()
    };
    let found = rows(Case::default().message(1).attach(2, 1));
    assert_eq!(column(&found, "THREAD_ID"), [thread.thread.to_string(), thread.thread.to_string()]);
    assert_eq!(column(&found, "INCLUSIVE"), ["Y", ""]);
    let hash = Md5::of("<id-0001@x>").to_string().to_ascii_uppercase();
    assert_eq!(column(&found, "MIH"), [hash, String::new()]);
    // A withheld message has none of them, nor has what is attached to it.
    let found = rows(Case::default().message(1).attach(2, 1).decide(1, privileged()));
    for name in ["THREAD_ID", "INCLUSIVE", "MIH"] {
        assert_eq!(column(&found, name), ["", ""], "{name}");
    }
}

fn document(n: u64) -> duces_model::Document {
    Case::default().message(n).build().1.documents[&id(n)].document.clone()
}
