//! What a production on pages promises.

use crate::error::PackError;
use crate::mock::{mock, mock_on_pages};
use crate::pages::PageError;
use crate::produce::{Order, produce};
use crate::profile::{Profile, Severity};
use crate::retained::{InlinePart, Markup, Said, Talk};
use crate::sample::fake::Fake;
use crate::sample::made::{Made, RULE, approvals, barred, order, privileged};
use crate::sample::{Archive, Case, Series, id};
use duces_model::{Defect, DefectCode, Disposition, LegalBar, ProducedAs, Searchability, Silent};
use duces_volume::{Method, Password};
use std::fs;

fn profile(name: &str) -> Profile {
    let mut profile = Profile::builtin(name).unwrap().unwrap();
    profile.delivery.encryption.value = crate::profile::Encryption::None;
    profile
}

fn make(name: &str, case: Case, change: impl FnOnce(&mut Order<'_>, &mut Fake)) -> Made {
    let (candidates, mut archive): (_, Archive) = case.build();
    let (dir, mut series, mut fake) = (tempfile::tempdir().unwrap(), Series::at(11), Fake::default());
    let profile = profile(name);
    let mut order = order(&profile, candidates, dir.path());
    change(&mut order, &mut fake);
    let result = produce(&order, &mut series, &mut archive, &mut fake, &Silent);
    Made { dir, series, result }
}

fn text(made: &Made, path: &str) -> String {
    String::from_utf8(made.files().remove(&format!("ECP001/{path}")).unwrap_or_else(|| panic!("no {path}")))
        .unwrap()
}

#[test]
fn each_page_has_a_number_and_rows_lists_and_files_agree() {
    let case = Case::default().message(1).attach(2, 1).message(3);
    let made = make("sec-enf-2021-08-imaged", case, |_, _| {});
    let rows = made.rows();
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    let families = column("ATTACHRANGE");
    assert_eq!(
        families
            .iter()
            .filter(|range| *range == "ECP0000011 - ECP0000015" || *range == "ECP0000014 - ECP0000018")
            .count(),
        2
    );
    let opt = text(&made, "DATA/ECP001.opt");
    assert_eq!(opt.lines().count(), 8);
    for row in &rows {
        let pages: usize = row["PGCOUNT"].parse().unwrap();
        let start = opt.lines().position(|line| line.starts_with(&row["FIRSTBATES"])).unwrap();
        let run = opt.lines().skip(start + 1).take_while(|line| !line.contains(",Y,")).count() + 1;
        assert_eq!(run, pages, "{row:?}");
        assert_eq!(row["PRODUCED_AS"], "native");
        assert!(!row["LINK"].is_empty());
        assert_eq!(row["LEGEND"], "Confidential Treatment Requested by Eastern Pacific Capital");
    }
    for line in opt.lines() {
        let (number, path) =
            (line.split(',').next().unwrap(), line.split(',').nth(2).unwrap().replace('\\', "/"));
        let page = text(&made, &path);
        assert!(
            page.ends_with(&format!(
                "| Confidential Treatment Requested by Eastern Pacific Capital | {number}"
            ))
        );
    }
    assert_eq!(made.series.reserved[0].pages(), 8);
}

#[test]
fn a_second_layout_with_another_count_is_an_error_and_leaves_no_volume() {
    let made = make("sec-enf-2021-08-imaged", Case::default().message(1), |_, fake| fake.shifts = true);
    assert!(matches!(
        made.result,
        Err(PackError::Pages { source: PageError::Count { found: 4, counted: 3 }, .. })
    ));
    assert_eq!(fs::read_dir(made.dir.path()).unwrap().count(), 0);
}

#[test]
fn pages_or_a_password_that_cannot_be_had_are_told_before_any_number_is_spent() {
    let made = make("sec-enf-2021-08-imaged", Case::default().message(1), |_, fake| fake.cannot = true);
    assert!(made.obstacles()[0].contains("jpeg-where-colour"));
    let (candidates, mut archive) = Case::default().message(1).build();
    let (dir, profile) =
        (tempfile::tempdir().unwrap(), Profile::builtin("sec-enf-2021-08-pdf").unwrap().unwrap());
    let mut sealed = order(&profile, candidates, dir.path());
    let mut series = Series::at(1);
    let refused = produce(&sealed, &mut series, &mut archive, &mut Fake::default(), &Silent);
    assert!(matches!(refused, Err(PackError::Refused(_))) && series.reserved.is_empty());
    sealed.password = Password::new("correct-horse-battery");
    let produced = produce(&sealed, &mut series, &mut archive, &mut Fake::default(), &Silent).unwrap();
    assert_eq!(produced.volume.counts.pdfs, 1);
}

#[test]
fn without_natives_a_message_goes_out_as_pages_and_a_spreadsheet_as_its_native_with_a_placeholder() {
    let sheet = |c: &mut crate::Candidate| c.extension = "xlsx".into();
    let case = Case::default().message(1).attach(2, 1).with(2, sheet);
    let made = make("sec-enf-2021-08-pdf", case, |_, _| {});
    let rows = made.rows();
    assert_eq!((rows[0]["PRODUCED_AS"].as_str(), rows[0]["LINK"].as_str()), ("pages", ""));
    assert_eq!((rows[0]["MD5HASH"].as_str(), rows[0]["PGCOUNT"].as_str()), ("", "3"));
    assert_eq!((rows[1]["PRODUCED_AS"].as_str(), rows[1]["PGCOUNT"].as_str()), ("native", "1"));
    assert!(!rows[1]["LINK"].is_empty());
    assert!(text(&made, "PDF/0001/ECP0000014.pdf").starts_with("DOCUMENT PRODUCED NATIVELY: name-0002.doc"));
}

#[test]
fn the_sheet_of_a_file_that_was_never_retained_says_so_and_not_that_it_is_produced() {
    let (candidates, mut archive) = Case::default().message(1).attach(2, 1).build();
    archive.change(2, |fetched| {
        fetched.document.text.clear();
        fetched.document.searchability =
            Searchability::Unsearchable(Defect::new(DefectCode::ExternalBody, "https://files.example/5"));
    });
    let (dir, mut series, mut fake) = (tempfile::tempdir().unwrap(), Series::at(11), Fake::default());
    let profile = profile("sec-enf-2021-08-pdf");
    let order = order(&profile, candidates, dir.path());
    let result = produce(&order, &mut series, &mut archive, &mut fake, &Silent);
    let made = Made { dir, series, result };
    let sheet = text(&made, "PDF/0001/ECP0000014.pdf");
    assert!(sheet.starts_with("FILE NOT RETAINED: name-0002.doc"), "{sheet}");
    assert!(sheet.contains("was not retained with it") && !sheet.contains("files.example"), "{sheet}");
    assert!(text(&made, "REPORTS/exceptions.csv").contains("its content was not retained"));
}

#[test]
fn a_file_placed_on_pages_goes_without_its_native_only_where_the_pages_show_all_of_it() {
    for (partial, form) in [(false, "pages"), (true, "native")] {
        let scan = |c: &mut crate::Candidate| c.extension = "PDF".into();
        let case = Case::default().message(1).attach(2, 1).with(2, scan);
        let made = make("sec-enf-2021-08-pdf", case, |_, fake| fake.partial = partial);
        let row = &made.rows()[1];
        assert_eq!((row["PRODUCED_AS"].as_str(), row["LINK"].is_empty()), (form, !partial), "{row:?}");
        assert_eq!(row["PGCOUNT"], "2");
    }
}

#[test]
fn a_native_that_goes_out_after_all_is_held_against_what_is_withheld() {
    // The message holds bytes that are withheld in another family; its pages show only their name.
    let made = |partial: bool| {
        let case = Case::default().message(1).message(2).attach(3, 2).decide(3, privileged());
        make("sec-enf-2021-08-pdf", case, |order, fake| {
            let holder = order.candidates.iter_mut().find(|one| one.document == crate::sample::id(1));
            holder.unwrap().embedded = vec![duces_model::Sha256::of(crate::sample::own(3))];
            fake.partial = partial;
        })
    };
    assert!(made(false).result.is_ok());
    assert!(!made(true).obstacles().is_empty());
}

#[test]
fn nothing_of_a_withheld_member_is_on_any_page_and_both_legal_bars_look_the_same() {
    for name in ["sec-enf-2021-08-imaged", "sec-enf-2021-08-pdf", "doj-atr", "ftc-bc-2015"] {
        let mut pages = Vec::new();
        for bar in [LegalBar::SuspiciousActivity, LegalBar::Other] {
            let case = Case::default().message(1).attach(2, 1).attach(3, 1);
            let made = make(name, case.decide(2, barred(bar)).decide(3, privileged()), |_, _| {});
            let files = made.files();
            for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with(".zip")) {
                let words = String::from_utf8_lossy(bytes);
                for secret in
                    ["own bytes of 0002", "body text of 0002", "name-0002", "body text of 0003", "name-0003"]
                {
                    assert!(!words.contains(secret), "{name}: {path} holds {secret}");
                }
            }
            pages.push(files);
        }
        assert!(pages[0] == pages[1], "{name}: the two bars differ");
    }
}

#[test]
fn a_message_is_shown_as_its_html_unless_that_could_show_a_withheld_part() {
    let page = |case: Case| {
        let (candidates, mut archive) = case.build();
        let inline = InlinePart { called: "x".into(), media_type: "image/png".into(), bytes: vec![1] };
        archive.change(1, |fetched| {
            fetched.markup = Some(Markup { html: "<p>as it looked</p>".into(), inline: vec![inline] });
        });
        let (dir, profile) = (tempfile::tempdir().unwrap(), profile("sec-enf-2021-08-pdf"));
        let order = order(&profile, candidates, dir.path());
        let result = produce(&order, &mut Series::at(11), &mut archive, &mut Fake::default(), &Silent);
        text(&Made { dir, series: Series::at(11), result }, "PDF/0001/ECP0000011.pdf")
    };
    let case = || Case::default().message(1).attach(2, 1);
    assert!(page(case()).contains("<p>as it looked</p>"));
    let barred = page(case().decide(2, privileged()));
    assert!(barred.contains("body text of 0001") && !barred.contains("as it looked"), "{barred}");
}

#[test]
fn a_room_day_is_shown_as_what_was_said_unless_that_could_name_a_withheld_part() {
    let page = |case: Case| {
        let (candidates, mut archive) = case.build();
        let said = Said { time: "10:00".into(), who: "Ann".into(), text: "buy ten".into() };
        archive.change(1, |fetched| {
            fetched.talk = Some(Talk { said: vec![said], around: String::new() });
        });
        let (dir, profile) = (tempfile::tempdir().unwrap(), profile("sec-enf-2021-08-pdf"));
        let order = order(&profile, candidates, dir.path());
        let result = produce(&order, &mut Series::at(11), &mut archive, &mut Fake::default(), &Silent);
        text(&Made { dir, series: Series::at(11), result }, "PDF/0001/ECP0000011.pdf")
    };
    let case = || Case::default().message(1).attach(2, 1);
    assert!(page(case()).contains("Ann said buy ten"));
    let barred = page(case().decide(2, privileged()));
    assert!(barred.contains("body text of 0001") && !barred.contains("Ann said"), "{barred}");
}

#[test]
fn a_trial_is_marked_on_every_page_and_in_its_papers() {
    let made = make("sec-enf-2021-08-pdf", Case::default().message(1), |order, _| order.test = true);
    assert!(text(&made, "PDF/0001/ECP0000011.pdf").contains("TEST - NOT A PRODUCTION"));
    assert!(text(&made, "README.txt").contains("TEST - NOT A PRODUCTION"));
    assert!(text(&made, "manifest.json").contains("TEST - NOT A PRODUCTION"));
    assert_eq!(made.rows()[0]["LEGEND"].matches("TEST").count(), 1);
}

#[test]
fn duplicates_are_left_out_only_with_the_approval_that_the_profile_asks_for() {
    let other = |c: &mut crate::Candidate| c.custodian = "Doe, Alex".into();
    let suppressed = crate::sample::made::suppressed;
    let across = || Case::default().message(1).message(2).with(2, other).decide(2, suppressed(1));
    let within = || Case::default().message(1).message(2).decide(2, suppressed(1));
    let refused = |name, case, rule: Option<&str>| {
        let made = make(name, case, |order, _| order.approvals = approvals(rule));
        matches!(made.result, Err(PackError::Refused(_)))
    };
    let approved = Some(RULE);
    assert!(refused("sec-enf-2021-08-pdf", within(), None) && refused("sec-enf-2021-08-pdf", across(), None));
    assert!(!refused("sec-enf-2021-08-pdf", within(), approved));
    assert!(refused("ftc-bc-2015", across(), None) && !refused("ftc-bc-2015", within(), None));
    // What was approved is one rule: what another left out, by the same profile, is not approved.
    let other = Some("native-family-1/population");
    assert!(refused("sec-enf-2021-08-pdf", within(), other) && !refused("ftc-bc-2015", within(), other));
    let made = make("ftc-bc-2015", across(), |order, _| order.approvals = approvals(other));
    assert!(
        made.obstacles()[0]
            .contains("by message-family-1/population, and what is approved is native-family-1")
    );
}

#[test]
fn what_a_later_message_contains_is_left_out_only_with_an_approval_and_carries_nothing_to_it() {
    let contained = Disposition::Contained { inside: id(2), rule: "inclusive-only-1".into() };
    let case = || {
        let other = |c: &mut crate::Candidate| c.all_custodians = vec!["Doe, Alex".into()];
        Case::default().message(1).message(2).with(1, other).decide(1, contained.clone())
    };
    for profile in Profile::builtin_names() {
        let made = make(profile, case(), |_, _| {});
        assert!(made.obstacles()[0].contains("contained in later messages"), "{profile}");
    }
    let made = make("native-by-agreement", case(), |order, _| {
        order.approvals.threads = Some(crate::ThreadRule::InclusiveOnly);
    });
    let rows = made.rows();
    assert_eq!((rows.len(), rows[0]["ALL_CUSTODIANS"].as_str()), (1, "Lee, Ann"));
    assert_eq!(made.produced().production.counts()["suppressed-contained"], 1);
}

#[test]
fn reports_say_which_documents_answer_which_item_and_what_is_exceptional() {
    let case = Case::default()
        .message(1)
        .attach(2, 1)
        .decide(2, Disposition::Produce { form: ProducedAs::SlipSheet });
    let made = make("sec-enf-2021-08-pdf", case, |_, _| {});
    assert!(text(&made, "REPORTS/items.csv").contains("\"1\",\"ECP0000014\",\"ECP0000014\""));
    assert!(
        text(&made, "REPORTS/custodians.csv")
            .contains("\"Lee, Ann\",\"ECP0000011\",\"ECP0000014\",\"2\",\"4\"")
    );
    assert!(
        text(&made, "REPORTS/exceptions.csv")
            .contains("\"ECP0000014\",\"ECP0000014\",\"a slip-sheet stands for it\"")
    );
}

#[test]
fn what_cannot_be_drawn_as_an_image_is_known_before_numbers_are_spent_and_goes_out_as_its_native() {
    let scan = |c: &mut crate::Candidate| c.extension = "PDF".into();
    let case = || Case::default().message(1).attach(2, 1).with(2, scan);
    let made = make("sec-enf-2021-08-imaged", case(), |_, fake| fake.undrawn = true);
    let row = &made.rows()[1];
    assert_eq!((row["PGCOUNT"].as_str(), row["PRODUCED_AS"].as_str()), ("1", "native"));
    assert!(
        text(&made, "IMAGES/0001/ECP0000014.tif").starts_with("DOCUMENT PRODUCED NATIVELY: name-0002.doc")
    );
    let why = &made.produced().exceptions.iter().find(|one| one.document == id(2)).unwrap().kind;
    assert_eq!(why.to_string(), "could not be set on pages: a part of page 2");
}

#[test]
fn a_mock_counts_the_pages_and_spends_as_many_numbers_as_the_volume_will() {
    let case = || Case::default().message(1).attach(2, 1).message(3);
    let (candidates, mut archive) = case().build();
    let (dir, profile) = (tempfile::tempdir().unwrap(), profile("sec-enf-2021-08-imaged"));
    let order = order(&profile, candidates, dir.path());
    let shown = mock_on_pages(&order, &mut archive, &mut Fake::default(), &Silent).unwrap();
    let made = make("sec-enf-2021-08-imaged", case(), |_, _| {});
    assert_eq!((shown.numbers, shown.counted), (made.series.reserved[0].pages(), true));
    let mut pages: Vec<(u64, u64)> = shown.order.iter().map(|line| (line.position, line.pages)).collect();
    assert!(pages.windows(2).all(|pair| pair[0].0 + pair[0].1 == pair[1].0), "{pages:?}");
    pages.sort_by_key(|(_, pages)| *pages);
    assert_eq!(pages.iter().map(|(_, pages)| *pages).collect::<Vec<_>>(), [2, 3, 3]);
    assert!(!mock(&order).counted, "what reads no original counts no page");
}

#[test]
fn natives_over_a_bound_of_the_profile_are_told_with_the_severity_of_the_rule() {
    let told = |volume: Option<u64>, archive: Option<u64>, method: Method| {
        let (candidates, _) = Case::default().message(1).attach(2, 1).message(3).build();
        let dir = tempfile::tempdir().unwrap();
        let mut profile = profile("finra");
        (profile.delivery.volume_bytes.value, profile.delivery.archive_bytes.value) = (volume, archive);
        profile.delivery.archive.value = method;
        let found = mock(&order(&profile, candidates, dir.path())).breaches;
        found.into_iter().map(|one| (one.rule, one.severity)).collect::<Vec<_>>()
    };
    let all: u64 =
        Case::default().message(1).attach(2, 1).message(3).build().0.iter().map(|one| one.bytes).sum();
    let family: u64 = Case::default().message(1).attach(2, 1).build().0.iter().map(|one| one.bytes).sum();
    assert_eq!(told(Some(all * 2), Some(family), Method::Store), []);
    assert_eq!(
        told(Some(all), Some(family), Method::Store),
        [("volume_bytes", Severity::Notes)],
        "near the bound"
    );
    let over = |severity| [("volume_bytes", Severity::Notes), ("archive_bytes", severity)];
    assert_eq!(
        told(Some(all - 1), Some(family - 1), Method::Store),
        over(Severity::Fails),
        "as each rule says"
    );
    assert_eq!(
        told(Some(all - 1), Some(family - 1), Method::Deflate),
        over(Severity::Warns),
        "compressed it may fit"
    );
}

#[test]
fn a_designation_stands_on_its_documents_pages_and_in_its_row_and_never_tells_of_what_is_withheld() {
    let mark = |c: &mut crate::Candidate| c.confidentiality = " Confidential ".into();
    let case = || {
        Case::default()
            .message(1)
            .with(1, mark)
            .attach(2, 1)
            .attach(3, 1)
            .with(3, mark)
            .decide(3, privileged())
    };
    let made = make("sec-enf-2021-08-imaged", case(), |_, _| {});
    let rows = made.rows();
    let column: Vec<&str> = rows.iter().map(|row| row["CONFIDENTIALITY"].as_str()).collect();
    assert_eq!(column, ["Confidential", "Not designated", "Not designated"]);
    let foot = |number: &str| {
        let page = text(&made, &format!("IMAGES/0001/{number}.tif"));
        page.rsplit(" | ").nth(1).unwrap().to_owned()
    };
    let legend = "Confidential Treatment Requested by Eastern Pacific Capital";
    assert_eq!(foot(&rows[0]["FIRSTBATES"]), format!("Confidential\n{legend}"));
    assert_eq!(
        (foot(&rows[1]["FIRSTBATES"]), foot(&rows[2]["FIRSTBATES"])),
        (legend.to_owned(), legend.to_owned())
    );
    let made = make("sec-enf-2021-08-imaged", Case::default().message(1), |_, _| {});
    assert_eq!(made.rows()[0]["CONFIDENTIALITY"], "", "nobody designated anything");
    let long = |c: &mut crate::Candidate| c.confidentiality = "Confidential ".repeat(30);
    let made = make("sec-enf-2021-08-imaged", Case::default().message(1).with(1, long), |_, _| {});
    assert!(made.obstacles()[0].contains("cannot stand on pages: too long"));
}

#[test]
fn a_family_that_may_not_fit_into_an_archive_is_weighed_as_it_would_be_packed() {
    let told = |most: u64| {
        let (candidates, mut archive) = Case::default().message(1).attach(2, 1).message(3).build();
        let (dir, mut profile) = (tempfile::tempdir().unwrap(), profile("sec-enf-2021-08-imaged"));
        profile.delivery.archive_bytes.value = Some(most);
        let order = order(&profile, candidates, dir.path());
        let mock = mock_on_pages(&order, &mut archive, &mut Fake::default(), &Silent).unwrap();
        let severity = profile.delivery.archive_bytes.severity;
        assert!(mock.breaches.iter().all(|one| one.severity == severity), "{:?}", mock.breaches);
        mock.breaches.into_iter().map(|one| one.what).collect::<Vec<_>>()
    };
    assert_eq!(told(2 << 20), [""; 0], "five pages may take more, and these do not");
    let over = told(2_000);
    assert_eq!(over.len(), 1, "the message with its attachment, and not the other: {over:?}");
    assert!(over[0].contains("bytes in an archive, the bound of one is 2000"), "{over:?}");
}
