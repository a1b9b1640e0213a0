//! Supervisory review: what is connected to it, and what its logs say.

use super::{SOURCES, assert_says, files};

#[test]
fn what_is_connected_comes_from_the_rows_or_else_from_the_columns() {
    let rows = "source,from,to,verified_on,verified_how\n\
                desk,2021-03-01,2021-06-30,2021-03-02,test message\ndesk,2021-09-01,,,\n";
    let register = files(&[("review.csv", rows)]).unwrap();
    let days = |source: &str| register.reviewed_days(&source.parse().unwrap());
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(days("desk"), [(day("2021-03-01"), Some(day("2021-06-30"))), (day("2021-09-01"), None)]);
    assert_eq!(days("ann-mail"), [(day("2020-02-01"), None)]);
    assert!(days("gone").is_empty());
    assert_eq!(register.review[0].verified_on, Some(day("2021-03-02")));
    assert!(register.review[0].covers(day("2021-06-30")) && !register.review[0].covers(day("2021-07-01")));
}

#[test]
fn rows_and_columns_that_say_the_same_agree_and_others_are_named_with_both_places() {
    let row = |days: &str| format!("source,from,to,verified_on,verified_how\nann-mail,{days},,\n");
    assert!(files(&[("review.csv", &row("2020-02-01,"))]).is_ok());
    assert!(SOURCES.contains("2020-02-01,,"), "the source's columns say that it is connected");
    for days in ["2020-02-02,", "2020-02-01,2021-01-01"] {
        assert_says(
            &[("review.csv", &row(days))],
            &[&[
                "register/review.csv:2, column from",
                "row 2 of register/sources.csv says from 2020-02-01 on",
                "leave review_from and review_to of the source empty",
            ]],
        );
    }
}

#[test]
fn a_connection_stands_once_for_a_day_and_is_verified_after_it_began() {
    let rows = "source,from,to,verified_on\ndesk,2021-03-01,2021-06-30,2021-02-28\ndesk,2021-03-01,,\n\
                desk,2021-04-01,2021-05-01,\ndesc,2021-03-01,2021-02-28,\n";
    assert_says(
        &[("review.csv", rows)],
        &[
            &["register/review.csv:2, column verified_on", "before from 2021-03-01"],
            &["register/review.csv:4, column from", "row 3 has already"],
            &["register/review.csv:5, column to", "stands before"],
        ],
    );
    assert_says(
        &[("review.csv", "source,from\ndesc,2021-03-01\n")],
        &[&["register/review.csv:2, column source", "did you mean desk"]],
    );
}

#[test]
fn a_review_that_lacks_reviewer_day_or_action_is_kept_as_lacking() {
    let log = "source,message_id,count,sent_on,reviewer,reviewed_on,action\n\
               desk,<1@ecp.example>,,2021-02-01,Ann Lee,2021-02-03,approved\n\
               desk,2@ecp.example,,2021-02-01,,,opened\n\
               desk,,40,2021-02-02,Ann Lee,2021-02-01,reviewed\n";
    let register = files(&[("review-log/a.csv", log)]).unwrap();
    let said: Vec<_> = register
        .review_log
        .iter()
        .map(|row| (row.message_id.as_deref(), row.count, row.is_review(), row.is_lacking(), row.line))
        .collect();
    assert_eq!(
        said,
        [
            (Some("1@ecp.example"), None, true, false, 2),
            (Some("2@ecp.example"), None, false, true, 3),
            (None, Some(40), true, false, 4)
        ]
    );
    assert_eq!(&*register.review_log[0].file, "review-log/a.csv");
    assert!(!register.absent.contains(&"review-log/*.csv".to_owned()));
    assert_ne!(register.digest(), files(&[]).unwrap().digest());
}

const LOG_MAPPING: &str = "kind = \"review-log\"\nskip_lines = 2\nday_format = \"%d/%m/%Y %H:%M:%S\"\n[columns]\n\
                           source = \"Mailbox\"\nmessage_id = \"Internet ID\"\nsent_on = \"Sent\"\nreviewer = \"Analyst\"\n\
                           reviewed_on = \"Closed\"\naction = \"Outcome\"\n[sources]\n\"MBX 17\" = \"desk\"\n";
const LOG_HEAD: &str =
    "Supervision report, \"Q1\nmade on 2 May\nMailbox;Internet ID;Score;Sent;Analyst;Closed;Outcome\n";

#[test]
fn a_log_of_another_system_is_read_by_its_mapping() {
    let log = format!(
        "{LOG_HEAD}MBX 17;<1@ecp.example>;3;01/02/2021 09:15:00;A. Lee;03/02/2021 23:59:00;approved\n\
         desk;2@ecp.example;9;01/02/2021 10:00:00;;;opened\n"
    );
    let register = files(&[("review-log/q1.toml", LOG_MAPPING), ("review-log/q1.csv", &log)]).unwrap();
    let said: Vec<_> = register
        .review_log
        .iter()
        .map(|row| (row.source.as_str(), row.message_id.as_deref(), row.sent_on, row.is_lacking(), row.line))
        .collect();
    let sent = "2021-02-01".parse().ok();
    assert_eq!(
        said,
        [("desk", Some("1@ecp.example"), sent, false, 4), ("desk", Some("2@ecp.example"), sent, true, 5)]
    );
    assert_eq!(register.review_log[0].reviewed_on, "2021-02-03".parse().ok());
    assert_eq!((&*register.review_log[0].reviewer, &*register.review_log[0].action), ("A. Lee", "approved"));
}

#[test]
fn mistakes_in_a_log_of_another_system_are_told_by_row_with_the_columns_of_that_system() {
    let log = format!(
        "{LOG_HEAD}MBX 18;<1@x>;3;01/02/2021 09:15:00;;;\nMBX 17;;3;2021-02-01;;;\n\
         MBX 17;<2@x>;3;05/02/2021 09:15:00;A. Lee;01/02/2021 09:00:00;closed\n"
    );
    assert_says(
        &[("review-log/q1.toml", LOG_MAPPING), ("review-log/q1.csv", &log)],
        &[
            &["register/review-log/q1.csv:4, column Mailbox", "\"MBX 18\"", "not translated in"],
            &["register/review-log/q1.csv:5, column Internet ID", "neither message_id nor count"],
            &["register/review-log/q1.csv:5, column Sent", "expected a day as %d/%m/%Y %H:%M:%S"],
            &["register/review-log/q1.csv:6, column Closed", "stands before sent_on"],
        ],
    );
    let counts = LOG_MAPPING.replace("review-log", "counts");
    assert_says(
        &[("review-log/q1.toml", &counts), ("review-log/q1.csv", LOG_HEAD)],
        &[&["register/review-log/q1.toml:1:8", "in this folder, expected \"review-log\""]],
    );
    let no_id = LOG_MAPPING.replace("message_id = \"Internet ID\"\n", "");
    assert_says(
        &[("review-log/q1.toml", &no_id), ("review-log/q1.csv", LOG_HEAD)],
        &[&["register/review-log/q1.toml", "found no message_id or count in [columns]"]],
    );
}

#[test]
fn a_row_of_a_log_names_one_communication_or_counts_them() {
    let log = "source,message_id,count,sent_on,reviewed_on\ndesk,,,,\ndesk,<1@x>,2,,\ndesk,<1@x> <2@x>,,,\n\
               desk,,-1,,\ndesk,<1@x>,,2021-02-03,2021-02-01\n";
    assert_says(
        &[
            ("review-log/a.csv", log),
            ("review-log/b.csv", "source,message_id\ndesc,<1@x>\n"),
            ("review-log/c.csv", "source,message_id,outcome\ndesk,<1@x>,ok\n"),
        ],
        &[
            &["register/review-log/a.csv:2, column message_id", "neither message_id nor count"],
            &["register/review-log/a.csv:3, column message_id", "message_id and count"],
            &["register/review-log/a.csv:4, column message_id", "one Message-ID"],
            &["register/review-log/a.csv:5, column count", "negative count"],
            &["register/review-log/a.csv:6, column reviewed_on", "before sent_on 2021-02-03"],
            &["register/review-log/b.csv:2, column source", "did you mean desk"],
            &["register/review-log/c.csv:1, column outcome", "unknown column", "| remove the column"],
        ],
    );
}

#[test]
fn a_sequence_stands_once_and_names_a_source_and_a_number() {
    let rows = "sequence,source,pattern,from,to,dense_attested_by,note\n\
                tickets,desk,Ticket #([0-9]+),2021-01-01,,Ben Ortiz,\njournal,ann-mail,\"J-(\\d{3,9})\",,,,\n";
    let register = files(&[("sequences.csv", rows)]).unwrap();
    assert_eq!(register.sequences[0].dense_attested_by, "Ben Ortiz");
    assert_eq!(register.sequences[1].pattern, "J-(\\d{3,9})");
    assert_says(
        &[(
            "sequences.csv",
            "sequence,source,pattern\ntickets,desc,#([0-9]+)\ntickets,desk,#[0-9]+\nx y,desk,\n",
        )],
        &[
            &["register/sequences.csv:2, column source", "did you mean desk"],
            &["register/sequences.csv:3, column pattern", "without a capture group", "such as Ticket"],
            &["register/sequences.csv:3, column sequence", "row 2"],
            &["register/sequences.csv:4, column sequence", "x y"],
            &["register/sequences.csv:4, column pattern", "empty"],
        ],
    );
}
