//! Control totals by count and by id, and reports of other systems by their mappings.

use super::{assert_says, files, said};
use duces_register::Register;
use proptest::prelude::*;

const COUNTS: &str = "kind = \"counts\"\nday_format = \"%m/%d/%Y\"\n[columns]\nsource = \"Mailbox\"\nday = \"Date\"\n\
                      expected = \"Sent\"\nfailed = \"Errors\"\n[sources]\n\"MBX 17\" = \"desk\"\n";
const REPORT: &str = "Mailbox|Date|Sent|Errors|Server\nMBX 17|2/1/2021|12|1|S1\nann-mail|2/1/2021||0|S2\n";

fn reported(mapping: &str, report: &str) -> Register {
    files(&[("controls/r.toml", mapping), ("controls/r.csv", report)]).unwrap()
}

fn piped(mapping: &str) -> String {
    format!("delimiter = \"|\"\n{mapping}")
}

#[test]
fn a_report_is_read_by_its_mapping_and_what_it_leaves_out_is_unknown() {
    let register = reported(&piped(COUNTS), REPORT);
    let rows: Vec<_> = register
        .reports
        .iter()
        .map(|row| {
            (row.source.as_str(), row.day.to_string(), row.expected, row.received, row.failed, row.line)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("desk", "2021-02-01".to_owned(), Some(12), None, Some(1), 2),
            ("ann-mail", "2021-02-01".to_owned(), None, None, Some(0), 3)
        ]
    );
    assert_eq!(&*register.reports[0].file, "controls/r.csv");
    assert!(register.controls.is_empty() && !register.absent.contains(&"controls/*.csv".to_owned()));
}

#[test]
fn title_lines_before_the_header_are_skipped_and_rows_keep_their_lines() {
    let mapping = piped(&format!("skip_lines = 3\n{COUNTS}"));
    let report = format!("Reconciliation \"of\nFebruary\n\n{REPORT}");
    let lines: Vec<u64> = reported(&mapping, &report).reports.iter().map(|row| row.line).collect();
    assert_eq!(lines, [5, 6]);
    // One line too few: the header is then not found, and says so by its line.
    let short = piped(&format!("skip_lines = 2\n{COUNTS}"));
    assert_eq!(reported(&short, &report).reports.len(), 2, "the line left over is empty");
    for (lines, says) in [("1", "found no such column"), ("60", "found no header")] {
        let mapping = piped(&format!("skip_lines = {lines}\n{COUNTS}"));
        let wrong = files(&[("controls/r.toml", &mapping), ("controls/r.csv", &report)]).unwrap_err();
        assert!(wrong.iter().any(|mistake| mistake.message.contains(says)), "{wrong:?}");
    }
    for wrong in ["-1", "1001", "\"3\"", "2.5"] {
        let mapping = piped(&format!("skip_lines = {wrong}\n{COUNTS}"));
        assert_says(
            &[("controls/r.toml", &mapping), ("controls/r.csv", &report)],
            &[&["register/controls/r.toml:2:14", "how many lines stand before the header row"]],
        );
    }
}

#[test]
fn what_was_expected_is_a_control_total_only_where_the_mapping_says_so() {
    let mapping = piped(&format!("control_totals = true\n{COUNTS}"));
    let register = reported(&mapping, REPORT);
    let totals: Vec<_> =
        register.controls.iter().map(|row| (row.source.as_str(), row.count, row.line)).collect();
    assert_eq!(totals, [("desk", 12, 2)]);
    assert_eq!(register.reports.len(), 2);
    assert_says(
        &[
            ("controls/r.toml", &mapping),
            ("controls/r.csv", REPORT),
            ("controls/a.csv", "source,day,count\ndesk,2021-02-01,12\n"),
        ],
        &[&["register/controls/r.csv:2", "row 2 of register/controls/a.csv has already"]],
    );
}

#[test]
fn a_mapping_may_name_a_table_of_another_name_and_has_one_to_itself() {
    let named = piped(&format!("file = \"Export.csv\"\n{COUNTS}"));
    assert_eq!(
        files(&[("controls/r.toml", &named), ("controls/Export.CSV", REPORT)]).unwrap().reports.len(),
        2
    );
    assert_says(
        &[
            ("controls/r.toml", &named),
            ("controls/export.toml", &piped(COUNTS)),
            ("controls/export.csv", REPORT),
        ],
        &[&["register/controls/r.toml", "second mapping", "register/controls/export.toml"]],
    );
    assert_says(
        &[("controls/r.toml", COUNTS)],
        &[&["register/controls/r.toml", "found no register/controls/r.csv"]],
    );
}

#[test]
fn a_gap_list_names_sources_or_addresses_with_days_or_without() {
    let mapping = "kind = \"gap-list\"\nday_format = \"%d.%m.%Y\"\n[columns]\nsource = \"Feed\"\naddress = \"User\"\n\
                   from = \"First\"\nto = \"Last\"\nnote = \"Why\"\n";
    let register = reported(
        mapping,
        "Feed,User,First,Last,Why\ndesk,,1.2.2021,3.2.2021,outage\n,Nobody@ecp.example,,,never seen\n",
    );
    let gaps = &register.reported_gaps;
    assert_eq!(gaps[0].source.as_ref().map(|source| source.as_str()), Some("desk"));
    assert_eq!(
        (gaps[0].from, gaps[0].to),
        (Some("2021-02-01".parse().unwrap()), Some("2021-02-03".parse().unwrap()))
    );
    assert_eq!(gaps[1].address.as_ref().map(|address| address.as_str()), Some("nobody@ecp.example"));
    assert_eq!((gaps[1].from, gaps[1].note.as_str(), gaps[1].line), (None, "never seen", 3));
    let wrong = "Feed,User,First,Last,Why\n,,,,x\ndesc,,,,\ndesk,no-address,3.2.2021,2/2/2021,\ndesk,,3.2.2021,1.2.2021,\n";
    assert_says(
        &[("controls/r.toml", mapping), ("controls/r.csv", wrong)],
        &[
            &["register/controls/r.csv:2, column Feed", "neither a source nor an address"],
            &[
                "register/controls/r.csv:3, column Feed",
                "\"desc\"",
                "add it to [sources] of register/controls/r.toml",
            ],
            &["register/controls/r.csv:4, column User", "no-address"],
            &["register/controls/r.csv:4, column Last", "expected a day as %d.%m.%Y"],
            &["register/controls/r.csv:5, column Last", "stands before from 2021-02-03"],
        ],
    );
}

#[test]
fn problems_of_a_report_are_told_by_row_and_by_its_own_columns() {
    let report = "Mailbox|Date|Sent|Errors\nTotal|2/1/2021|12|1\nMBX 17|13/1/2021|1,204|-1\ndesk|2/2/2021|1|\n\
                  MBX 17|2/2/2021|1|\n|2/3/2021|1|\nann-mail||1|\nTotal|2/4/2021|9|0|stray\n";
    assert_says(
        &[("controls/r.toml", &piped(COUNTS)), ("controls/r.csv", report)],
        &[
            &[
                "register/controls/r.csv:2, column Mailbox",
                "\"Total\" (in 2 rows, the first is here)",
                "not translated",
            ],
            &["register/controls/r.csv:3, column Date", "13/1/2021", "%m/%d/%Y"],
            &["register/controls/r.csv:3, column Sent", "digits only"],
            &["register/controls/r.csv:3, column Errors", "negative"],
            &["register/controls/r.csv:5", "2021-02-02 of desk again, which row 4"],
            &["register/controls/r.csv:6, column Mailbox", "empty cell"],
            &["register/controls/r.csv:7, column Date", "empty cell"],
            &["register/controls/r.csv:8", "stands under no column"],
        ],
    );
    assert_says(
        &[("controls/r.toml", &piped(COUNTS)), ("controls/r.csv", "Mailbox|Dates|Sent|Sent|Errors\n")],
        &[
            &[
                "register/controls/r.csv:1, column Date",
                "register/controls/r.toml names as day",
                "did you mean Dates",
            ],
            &["register/controls/r.csv:1, column Sent", "2 times"],
        ],
    );
}

#[test]
fn everything_wrong_in_a_mapping_is_told_with_its_place_and_its_report_is_not_read() {
    let mapping = "kind = \"count\"\nfil = \"x.csv\"\ndelimiter = \"/\"\nday_format = \"%d%m\"\ncontrol_totals = 1\n\
                   [sources]\n\"MBX\" = \"desc\"\n\"M\" = \"a b\"\n";
    assert_says(
        &[("controls/r.toml", mapping), ("controls/r.csv", "whatever\n")],
        &[
            &["register/controls/r.toml:1:8", "found kind \"count\"", "did you mean counts"],
            &["register/controls/r.toml:2:1", "found key \"fil\"", "did you mean file"],
            &["register/controls/r.toml:3:13", "delimiter: expected"],
            &["register/controls/r.toml:4:14", "found day_format \"%d%m\"", "\"%Y-%m-%d\""],
            &["register/controls/r.toml:5:18", "expected true or false"],
            &["register/controls/r.toml:7:9", "found desc", "did you mean desk"],
            &["register/controls/r.toml:8:7", "\"a b\""],
        ],
    );
    let one = |mapping: &str, says: &[&str]| {
        assert_says(&[("controls/r.toml", mapping), ("controls/r.csv", "Day,S,N\n")], &[says]);
    };
    one("kind = ", &["register/controls/r.toml:1:"]);
    one("kind = \"counts\"\n", &["found no table [columns]"]);
    one("kind = \"gap-list\"\n[columns]\nnote = \"N\"\n", &["found no source or address"]);
    one(
        "kind = \"gap-list\"\n[columns]\nsource = \"S\"\nday = \"Day\"\n",
        &["found key \"day\" in [columns]"],
    );
    one(
        "kind = \"counts\"\nday_format = \"%Y%m%d\"\n[columns]\nsource = \"S\"\nday = \"Day\"\n",
        &["found no expected, received or failed"],
    );
    one(
        "kind = \"counts\"\n[columns]\nsource = \"S\"\nday = \"Day\"\nfailed = \"N\"\n",
        &["found no day_format"],
    );
    one(
        "control_totals = true\nkind = \"gap-list\"\n[columns]\nsource = \"S\"\n",
        &["register/controls/r.toml:1:18", "without a column expected"],
    );
    one(
        "file = \"../x.csv\"\nkind = \"gap-list\"\n[columns]\nsource = \"S\"\n",
        &["register/controls/r.toml:1:8", "a table beside this file"],
    );
}

#[test]
fn control_files_of_counts_and_of_ids_are_told_by_their_header() {
    let register = files(&[
        ("controls/a.csv", "source,day,count\ndesk,2021-02-01,2\n"),
        (
            "controls/b.csv",
            "Source;Day;\"Message ID\"\ndesk;2021-02-01;<a@x>\ndesk;2021-02-01;b@x\nann-mail;2021-02-01;<a@x>\n",
        ),
    ])
    .unwrap();
    let ids: Vec<_> =
        register.control_ids.iter().map(|id| (id.source.as_str(), id.message_id.as_str())).collect();
    assert_eq!(ids, [("desk", "a@x"), ("desk", "b@x"), ("ann-mail", "a@x")]);
    assert_eq!((&*register.control_ids[0].file, register.control_ids[0].line), ("controls/b.csv", 2));
    assert_eq!(register.controls.len(), 1);
}

#[test]
fn a_communication_that_is_listed_twice_and_a_count_that_differs_from_the_list_are_mistakes() {
    assert_says(
        &[
            ("controls/a.csv", "source,day,count\ndesk,2021-02-01,3\ndesk,2021-02-02,5\n"),
            ("controls/b.csv", "source,day,message_id\ndesk,2021-02-01,<a@x>\ndesk,2021-02-01,<b@x>\n"),
            ("controls/c.csv", "source,day,message_id\ndesk,2021-02-09,a@x\ndesc,2021-02-09,\n"),
            ("controls/d.csv", "source,day,message_id,count\n"),
        ],
        &[
            &["register/controls/a.csv:2", "3 communications of desk on 2021-02-01, while 2 are listed"],
            &[
                "register/controls/c.csv:2, column message_id",
                "<a@x> of desk again, which row 2 of register/controls/b.csv",
            ],
            &["register/controls/c.csv:3, column message_id", "expected one Message-ID"],
            &["register/controls/d.csv:1, column message_id", "unknown column"],
        ],
    );
}

#[test]
fn more_mistakes_than_anybody_reads_are_counted() {
    let rows: String = (0..3_000).map(|n| format!("MBX {n}|2/1/2021|x|\n")).collect();
    let report = format!("Mailbox|Date|Sent|Errors\n{rows}");
    let said = said(&[("controls/r.toml", &piped(COUNTS)), ("controls/r.csv", &report)]);
    assert_eq!(said.len(), 2_002);
    assert!(said.iter().any(|line| line.contains("found 2000 more mistakes")), "{}", said[0]);
}

/// One byte of a text changed, taken away or put in.
fn flawed(text: &str, at: usize, byte: u8, how: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at % bytes.len();
    match how % 3 {
        0 => bytes[at] = byte,
        1 => {
            bytes.remove(at);
        }
        _ => bytes.insert(at, byte),
    }
    bytes
}

proptest! {
    #[test]
    fn no_flaw_in_a_mapping_or_report_makes_it_fail_otherwise_than_by_mistakes(
        at: usize, byte: u8, how: u8, in_mapping: bool, again in prop::option::of((any::<usize>(), any::<u8>()))
    ) {
        let mapping = piped(COUNTS);
        let (mut toml, mut csv) = (mapping.clone().into_bytes(), REPORT.as_bytes().to_vec());
        if in_mapping { toml = flawed(&mapping, at, byte, how) } else { csv = flawed(REPORT, at, byte, how) }
        if let Some((at, byte)) = again { csv = flawed(&String::from_utf8_lossy(&csv), at, byte, 2) }
        let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let all = [
            named("sources.csv", super::SOURCES),
            named("people.csv", super::PEOPLE),
            named("captures.csv", "capture_path,changed_on,change\njournal,2019-12-01,added\n"),
            ("controls/r.toml".to_owned(), toml),
            ("controls/r.csv".to_owned(), csv),
        ];
        match Register::from_files(all) {
            Ok(register) => prop_assert!(register.reports.len() <= 3),
            Err(mistakes) => prop_assert!(mistakes.iter().all(|mistake| mistake.file.starts_with("register/controls/r."))),
        }
    }

    #[test]
    fn no_flaw_in_another_table_makes_it_fail_otherwise_than_by_mistakes(at: usize, byte: u8, how: u8, which in 0_usize..64) {
        let format = include_str!("../../FORMAT.md");
        let mut all: Vec<_> = format.split("```").filter_map(|block| {
            let (name, rest) = block.split_once('\n')?;
            let name = name.strip_prefix("csv ").or_else(|| name.strip_prefix("toml "))?;
            Some((name.to_owned(), rest.as_bytes().to_vec()))
        }).collect();
        let which = which % all.len();
        all[which].1 = flawed(&String::from_utf8_lossy(&all[which].1), at, byte, how);
        let read = Register::from_files(all);
        prop_assert!(read.is_ok() || read.is_err_and(|mistakes| mistakes.iter().count() > 0));
    }
}
