//! A whole register: what is read, and everything that is wrong at once.

mod reports;
mod retention;
mod review;

use duces_model::{Channel, EmailAddress, Mistakes};
use duces_register::{ChangeKind, EMPTY_FILES, HeldSources, Register, RegisterError};
use std::fs;

const SOURCES: &str = "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,capture_path,silence_days_max,retention_class,review_from,review_to,note\r\n\
ann-mail,Ann's mailbox,Email,Ann@ecp.example; a.lee@ecp.example;;ann@ecp.example,ann,2020-01-01,,mail:mailboxes/ann/**;mail:*/ann.mbox,yes,journal,3,comm-3y,2020-02-01,,\"first, of\r\nmany\"\r\n\
desk,Trading desk,chat,desk@ecp.example,,2021-01-01,2022-12-31,,,,,,,,\r\n";
const PEOPLE: &str = "person;name;addresses;role;from;to;note\nann;Ann Lee;\"ann@ecp.example;ann@home.example\";Trader;2019-05-01;;\n";

fn files(changed: &[(&str, &str)]) -> Result<Register, Mistakes> {
    let base = [
        ("sources.csv", SOURCES),
        ("people.csv", PEOPLE),
        ("captures.csv", "capture_path,changed_on,change,detail\njournal,2019-12-01,added,rule J1\n"),
    ];
    let kept = base.into_iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    let all = kept.chain(changed.iter().copied());
    Register::from_files(all.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())))
}

/// Each mistake with its place, and its hint behind a bar.
fn said(changed: &[(&str, &str)]) -> Vec<String> {
    let mistakes = files(changed).unwrap_err();
    mistakes.iter().map(|m| format!("{m} | {}", m.hint.as_deref().unwrap_or(""))).collect()
}

#[track_caller]
fn assert_says(changed: &[(&str, &str)], expected: &[&[&str]]) {
    let said = said(changed);
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (line, parts) in said.iter().zip(expected) {
        for part in *parts {
            assert!(line.contains(part), "{line:?} should say {part:?}");
        }
    }
}

#[test]
fn a_register_is_read_as_it_is_written() {
    let register = files(&[
        (
            "disposals.csv",
            "source,from,to,disposed_on,rule,note\ndesk,2021-01-01,2021-06-30,2024-07-01,comm-3y,\n",
        ),
        (
            "holds.csv",
            "hold,sources,from,to,authority,note\nH1,*,,,SEC,\nH2,desk;ann-mail,2021-05-01,,FINRA,\n",
        ),
        ("controls/a.csv", "source,day,count\ndesk,2021-02-01,12\n"),
    ])
    .unwrap();
    let ann = &register.sources[0];
    assert_eq!((ann.channel, ann.line, register.sources[1].line), (Channel::Email, 2, 4));
    assert_eq!(
        ann.addresses.iter().map(EmailAddress::as_str).collect::<Vec<_>>(),
        ["ann@ecp.example", "a.lee@ecp.example"]
    );
    assert_eq!(ann.archive_paths.len(), 2);
    assert_eq!(ann.silence_days_max, Some(3));
    assert_eq!(ann.note, "first, of\r\nmany");
    assert!(ann.journal && !register.sources[1].journal);
    assert_eq!(register.sources[1].in_service_to, Some("2022-12-31".parse().unwrap()));
    assert_eq!(register.captures[0].change, ChangeKind::Added);
    assert_eq!(register.holds[0].sources, HeldSources::All);
    assert!(register.holds[1].covers(&ann.id, "2021-05-01".parse().unwrap()));
    assert!(!register.holds[1].covers(&ann.id, "2021-04-30".parse().unwrap()));
    assert!(register.disposals[0].covers(&register.sources[1].id, "2021-06-30".parse().unwrap()));
    assert_eq!((register.controls[0].count, &*register.controls[0].file), (12, "controls/a.csv"));
    assert_eq!(register.custodian_of(&ann.id), "Ann Lee");
    assert_eq!(register.custodian_of(&register.sources[1].id), "Trading desk");
    assert_eq!(register.custodian_of(&"gone".parse().unwrap()), "gone");
    assert!(register.is_registered(&EmailAddress::new("DESK@ecp.example").unwrap()));
    assert!(!register.is_registered(&EmailAddress::new("ann@home.example").unwrap()));
    assert_eq!(register.archives().into_iter().collect::<Vec<_>>(), ["mail"]);
    assert_eq!(register.absent, ["retention.csv", "review-log/*.csv", "review.csv", "sequences.csv"]);
}

#[test]
fn absent_files_are_named_and_only_two_must_be_there() {
    assert_eq!(
        files(&[]).unwrap().absent,
        [
            "controls/*.csv",
            "disposals.csv",
            "holds.csv",
            "retention.csv",
            "review-log/*.csv",
            "review.csv",
            "sequences.csv"
        ]
    );
    let mistakes = Register::from_files([]).unwrap_err();
    let files: Vec<_> = mistakes.iter().map(|mistake| mistake.file.as_str()).collect();
    assert_eq!(files, ["register/people.csv", "register/sources.csv"]);
}

#[test]
fn every_mistake_is_reported_at_once_with_file_row_and_column() {
    assert_says(
        &[
            (
                "sources.csv",
                "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,silence_days_max\n\
                 a b,,emial,nobody,ann,3/4/2024,,mail/x,maybe,-1\n\
                 x,X,email,,anne,2024-02-01,2024-01-31,mail:a**b,no,2.5\n",
            ),
            ("controls/a.csv", "source,day,count\nx,45352,-5\ny,2024-02-30,\"1,204\"\n"),
        ],
        &[
            &["register/controls/a.csv:2, column day", "2024-03-01"],
            &["register/controls/a.csv:2, column count", "negative count -5"],
            &["register/controls/a.csv:3, column day", "is no day"],
            &["register/controls/a.csv:3, column count", "digits only"],
            &["register/sources.csv:2, column source", "\"a b\""],
            &["register/sources.csv:2, column name", "empty"],
            &["register/sources.csv:2, column channel", "\"emial\"", "did you mean email"],
            &["register/sources.csv:2, column addresses", "\"nobody\""],
            &["register/sources.csv:2, column in_service_from", "2024-03-04", "2024-04-03"],
            &["register/sources.csv:2, column archive_paths", "archive:pattern"],
            &["register/sources.csv:2, column journal", "yes, no"],
            &["register/sources.csv:2, column silence_days_max", "negative"],
            &["register/sources.csv:3, column in_service_to", "stands before in_service_from 2024-02-01"],
            &["register/sources.csv:3, column archive_paths", "'**'"],
            &["register/sources.csv:3, column silence_days_max", "digits only"],
        ],
    );
}

#[test]
fn a_mistake_in_a_row_makes_no_other_mistakes_elsewhere() {
    let sources = "source,name,channel,in_service_from\nx,X,email,yesterday\n";
    assert_says(
        &[("sources.csv", sources), ("controls/a.csv", "source,day,count\nx,2024-01-01,1\n")],
        &[&["column in_service_from"]],
    );
    assert_says(
        &[("sources.csv", "PK\u{3}\u{4}"), ("controls/a.csv", "source,day,count\nx,2024-01-01,1\n")],
        &[&["workbook"]],
    );
    assert_says(
        &[("captures.csv", "capture_path,changed_on,change\njournal,2020-1-1,added\n")],
        &[&["register/captures.csv:2, column changed_on", "2020-01-01"]],
    );
}

#[test]
fn names_that_are_nowhere_are_found_in_every_file() {
    let owner = SOURCES.replace(",ann,2020", ",anna,2020").replace(",journal,3", ",jurnal,3");
    assert_says(
        &[
            ("sources.csv", &owner),
            ("disposals.csv", "source,from,to,disposed_on,rule\ndesc,2021-01-01,2021-06-30,2024-07-01,r\n"),
            ("holds.csv", "hold,sources,authority\nH,desk;nowhere-known,SEC\n"),
            ("controls/a.csv", "source,day,count\nann-mial,2021-01-01,1\nann-mial,2021-01-02,1\n"),
        ],
        &[
            &["register/controls/a.csv:2, column source", "ann-mial (in 2 rows", "did you mean ann-mail"],
            &["register/disposals.csv:2, column source", "did you mean desk"],
            &["register/holds.csv:2, column sources", "nowhere-known", "add it to register/sources.csv"],
            &["register/sources.csv:2, column owner", "anna", "did you mean ann"],
            &["register/sources.csv:2, column capture_path", "jurnal", "did you mean journal"],
        ],
    );
    assert_says(
        &[("captures.csv", "capture_path,changed_on,change\n")],
        &[&["column capture_path", "journal"]],
    );
}

#[test]
fn doubled_names_and_days_are_found_where_they_come_again() {
    let people = "person,name\nann,Ann Lee\nbob,Bob\nann,Ann Other\n";
    assert_says(
        &[
            ("people.csv", people),
            ("controls/a.csv", "source,day,count\ndesk,2021-01-01,1\n"),
            ("controls/b.csv", "source,day,count\ndesk,2021-01-02,1\ndesk,2021-01-01,1\n"),
        ],
        &[
            &["register/controls/b.csv:3, column day", "row 2 of register/controls/a.csv"],
            &["register/people.csv:4, column person", "row 2"],
        ],
    );
}

#[test]
fn an_address_with_two_at_once_is_a_mistake_and_one_that_passes_on_is_not() {
    let sources = |second: &str| {
        format!(
            "source,name,channel,addresses,in_service_from,in_service_to\n\
             old,Old,email,desk@ecp.example,2020-01-01,2021-12-31\n\
             new,New,email,x@ecp.example;DESK@ecp.example,{second},\n"
        )
    };
    assert!(files(&[("sources.csv", &sources("2022-01-01"))]).is_ok());
    assert_says(
        &[("sources.csv", &sources("2021-12-31"))],
        &[&[
            "register/sources.csv:3, column addresses",
            "desk@ecp.example",
            "old in row 2",
            "in service at the same time",
        ]],
    );
    let people = "person,name,addresses\nann,Ann,a@ecp.example\nbob,Bob,a@ecp.example\n";
    assert_says(&[("people.csv", people)], &[&["register/people.csv:3", "ann in row 2"]]);
    let passed = "person,name,addresses,from,to\nann,Ann,a@ecp.example,,2020-12-31\nbob,Bob,a@ecp.example,2021-01-01,\n";
    assert!(files(&[("people.csv", passed)]).is_ok());
}

#[test]
fn a_disposal_before_what_it_disposed_of_and_a_review_without_beginning_are_mistakes() {
    let sources =
        "source,name,channel,in_service_from,review_from,review_to\nx,X,email,2020-01-01,,2021-01-01\n";
    assert_says(
        &[
            ("sources.csv", sources),
            ("disposals.csv", "source,from,to,disposed_on,rule\nx,2021-01-01,2021-06-30,2021-06-29,r\n"),
        ],
        &[
            &["column disposed_on", "stands before to 2021-06-30"],
            &["column review_to", "without a review_from"],
        ],
    );
}

#[test]
fn a_new_register_has_every_column_and_no_mistake() {
    let register =
        Register::from_files(EMPTY_FILES.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())))
            .unwrap();
    assert!(register.sources.is_empty());
    assert_eq!(register.absent, ["controls/*.csv", "review-log/*.csv"]);
    let format = include_str!("../../FORMAT.md");
    for (name, text) in EMPTY_FILES {
        assert!(format.contains(&format!("## {name}")), "{name}");
        for column in text.trim_start_matches('\u{feff}').trim_end().split(',') {
            assert!(format.contains(&format!("| `{column}` |")), "{name} {column}");
        }
    }
}

#[test]
fn the_examples_of_the_format_are_a_register() {
    let format = include_str!("../../FORMAT.md");
    let blocks = format.split("```").filter_map(|block| {
        let (name, rest) = block.split_once('\n')?;
        let name = name.strip_prefix("csv ").or_else(|| name.strip_prefix("toml "))?;
        Some((name.to_owned(), rest.as_bytes().to_vec()))
    });
    let register = Register::from_files(blocks).unwrap();
    assert_eq!((register.reports.len(), register.reported_gaps.len()), (2, 2));
    assert!(!register.control_ids.is_empty() && !register.sequences.is_empty());
    assert!(!register.review.is_empty() && !register.review_log.is_empty());
    assert!(!register.closures.is_empty() && !register.retention.is_empty());
    assert_eq!(register.attorneys.len(), 2);
    assert!(register.absent.is_empty(), "{:?}", register.absent);
    assert!(!register.controls.is_empty() && !register.holds.is_empty());
}

#[test]
fn a_folder_reads_as_its_files_do_whatever_their_names_are_sorted_by() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("controls")).unwrap();
    fs::write(dir.path().join("sources.csv"), SOURCES).unwrap();
    fs::write(dir.path().join("people.csv"), PEOPLE).unwrap();
    fs::write(
        dir.path().join("captures.csv"),
        "capture_path,changed_on,change,detail\njournal,2019-12-01,added,rule J1\n",
    )
    .unwrap();
    let register = Register::read(dir.path()).unwrap();
    assert_eq!(register.digest(), files(&[]).unwrap().digest());
    fs::write(dir.path().join("controls/a.csv"), "source,day,count\n").unwrap();
    assert_ne!(Register::read(dir.path()).unwrap().digest(), register.digest());
    fs::write(dir.path().join("people.csv"), b"person,name\nann,M\xfcller\n").unwrap();
    match Register::read(dir.path()) {
        Err(RegisterError::Mistakes(mistakes)) => {
            assert!(mistakes.iter().any(|m| m.line == 2 && m.message.contains("0xFC")))
        }
        other => panic!("{other:?}"),
    }
}

const TWO: &str = "person,name,addresses,from,to\nann,Ann,ann@ecp.example;desk@ecp.example,2019-01-01,2020-06-30\n\
bob,Bob,desk@ecp.example,2020-07-01,\n";

#[test]
fn an_address_counts_always_or_on_the_days_of_its_row_or_between_those_who_had_it_one_after_the_other() {
    let register = files(&[
        ("people.csv", TWO),
        ("addresses.csv", "person,address,from,to\nann,fx@ecp.example,2020-01-01,2020-03-31\nbob,fx@ecp.example,2020-04-01,\n"),
    ])
    .unwrap();
    let of = |id: &str| {
        let person = register.person(&id.parse().unwrap()).unwrap();
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let all = register.addresses_of(person);
        all.iter().map(|one| format!("{} {} {}", one.address, day(one.from), day(one.to))).collect::<Vec<_>>()
    };
    assert_eq!(
        of("ann"),
        [
            "ann@ecp.example  ",
            "desk@ecp.example 2019-01-01 2020-06-30",
            "fx@ecp.example 2020-01-01 2020-03-31"
        ]
    );
    assert_eq!(of("bob"), ["desk@ecp.example 2020-07-01 ", "fx@ecp.example 2020-04-01 "]);
    assert_ne!(register.digest(), files(&[("people.csv", TWO)]).unwrap().digest());
}

#[test]
fn an_address_that_is_two_peoples_on_a_day_is_a_mistake_wherever_it_stands() {
    assert_says(
        &[
            ("people.csv", TWO),
            (
                "addresses.csv",
                "person,address,from,to\nann,fx@ecp.example,,2020-03-31\nbob,fx@ecp.example,2020-03-31,\n\
                 bob,ann@ecp.example,2020-01-01,2020-01-02\nann,ann@ecp.example,2022-01-01,\nzoe,z@ecp.example,,\n\
                 ann,no-address,2020-02-01,2020-01-01\n",
            ),
        ],
        &[
            &["register/addresses.csv:3, column address", "ann in row 2 has on some of these days too"],
            &["register/addresses.csv:4, column address", "ann in row 2 of register/people.csv"],
            &["register/addresses.csv:5, column address", "without days"],
            &["register/addresses.csv:6, column person", "zoe", "register/people.csv"],
            &["register/addresses.csv:7, column address", "no-address"],
            &["register/addresses.csv:7, column to", "stands before"],
        ],
    );
}

#[test]
fn a_row_of_a_group_has_one_part_which_stands_once_for_a_day() {
    let rows = "group,person,address,own_address,from,to\ndesk,ann,,,,2020-01-31\ndesk,ann,,,2020-02-01,\n\
                desk,,,desk@ecp.example,,\ndesk,,out@agency.example,,,\n";
    let register = files(&[("groups.csv", rows)]).unwrap();
    assert_eq!((register.group(&"desk".parse().unwrap()).len(), register.group_ids().len()), (4, 1));
    assert!(register.group(&"fx".parse().unwrap()).is_empty());
    assert_says(
        &[(
            "groups.csv",
            "group,person,address,own_address,from,to\ndesk,ann,,,,\ndesk,ann,,,2020-02-01,\ndesk,an,,,,\n\
             desk,,,,,\ndesk,ann,a@b.example,,,\na b,ann,,,,\n",
        )],
        &[
            &["register/groups.csv:3, column group", "what row 2 says of desk"],
            &["register/groups.csv:4, column person", "found an", "did you mean ann"],
            &["register/groups.csv:5, column person", "expected one of person, address or own_address"],
            &["register/groups.csv:6, column address", "found person and address in one row"],
            &["register/groups.csv:7, column group", "a b"],
        ],
    );
}
