//! Threads: joined by what messages say of each other, never by subject.

use crate::firm::{Firm, REQUEST};

fn message(id: &str, answers: &str, hour: u32, subject: &str, body: &str) -> Vec<u8> {
    let references = if answers.is_empty() {
        String::new()
    } else {
        format!("References: {answers}\r\nIn-Reply-To: {answers}\r\n")
    };
    format!(
        "From: Ann <ann@small.example>\r\nTo: bob@client.example\r\nDate: Mon, 08 Jan 2024 {hour}:00:00 -0500\r\n\
         Message-ID: <{id}@small.example>\r\n{references}Subject: {subject}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

#[test]
fn a_message_that_a_later_one_quotes_whole_is_contained_and_a_shared_subject_joins_nothing() {
    let first = "juniper bonds are what the client asked about on the phone";
    let firm = Firm::with_files(&[
        ("1.eml", &message("m1", "", 10, "Bonds", first)),
        (
            "2.eml",
            &message(
                "m2",
                "<m1@small.example>",
                11,
                "Re: Bonds",
                &format!("juniper answer follows below\r\n> {first}"),
            ),
        ),
        (
            "3.eml",
            &message("m3", "", 12, "Bonds", "juniper once more, in another matter altogether, thank you"),
        ),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let report = firm.json(0, &["threads", "r"]);
    let count = |name: &str| report[name].as_u64();
    assert_eq!((count("messages"), count("threads"), count("conversations")), (Some(3), Some(2), Some(1)));
    assert_eq!((count("inclusive"), count("contained"), count("cannot_tell")), (Some(2), Some(1), Some(0)));
    assert!(firm.expect(0, &["threads", "r"]).out.contains("never by subject"));
    // Nothing is left out by it.
    assert_eq!(firm.json(0, &["produce", "r"])["dispositions"]["produced-whole"], 3);
}

/// The load file of a volume, each row by the names of its header.
fn rows(firm: &Firm, volume: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let data = firm.read(&format!("productions/{volume}/DATA/{volume}.dat"));
    let cut = |row: &str| -> Vec<String> {
        row.split('\u{14}').map(|value| value.trim_matches('\u{fe}').to_owned()).collect()
    };
    let mut lines = data.trim_start_matches('\u{feff}').lines();
    let header = cut(lines.next().expect("a header"));
    lines.map(|line| header.iter().cloned().zip(cut(line)).collect()).collect()
}

#[test]
fn a_load_file_names_threads_and_hashes_and_a_volume_is_built_again_with_them() {
    let first = "juniper bonds are what the client asked about on the phone";
    let second = format!("juniper answer follows below for the client\r\n> {first}");
    let third = format!("juniper again and counsel was asked first\r\n> {second}");
    let firm = Firm::with_files(&[
        ("1.eml", &message("m1", "", 10, "Bonds", first)),
        ("2.eml", &message("m2", "<m1@small.example>", 11, "Re: Bonds", &second)),
        ("3.eml", &message("m3", "<m1@small.example> <m2@small.example>", 12, "Re: Bonds", &third)),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let produced = firm.json(0, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["produced-whole"], 3);
    let found = rows(&firm, "SF001");
    let column = |name: &str| found.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("INCLUSIVE"), ["N", "N", "Y"]);
    assert!(
        found[0]["THREAD_ID"].len() == 16
            && column("THREAD_ID").iter().all(|id| *id == found[0]["THREAD_ID"])
    );
    // The MD5 of "<m1@small.example>", taken by another program.
    assert_eq!(found[0]["MIH"], "2737F284A017CB30D6410C59D5DBE3FC");
    firm.expect(0, &["verify", "SF001"]);
    let again = firm.json(0, &["produce", "--rebuild", "SF001"]);
    assert_eq!(again["differing"].as_array().map(Vec::len), Some(0), "{again}");
}

#[test]
fn a_message_that_only_a_withheld_one_contains_is_inclusive() {
    let first = "juniper bonds are what the client asked about on the phone";
    let firm = Firm::with_files(&[
        ("1.eml", &message("m1", "", 10, "Bonds", first)),
        (
            "2.eml",
            &message(
                "m2",
                "<m1@small.example>",
                11,
                "Re: Bonds",
                &format!("juniper, for counsel\r\n> {first}"),
            ),
        ),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.decide("r", 0, |row| {
        if row.cell("subject") == "Re: Bonds" {
            row.set("privileged", "attorney-client");
            row.set("basis", "request for legal advice");
        }
    });
    firm.json(0, &["produce", "r"]);
    let found = rows(&firm, "SF001");
    let column = |name: &str| found.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("INCLUSIVE"), ["Y", ""]);
    assert_eq!((column("THREAD_ID")[1].as_str(), column("MIH")[1].as_str()), ("", ""));
}

const APPROVED: [&str; 6] =
    ["--approved-by", "S. Staff", "--on", "2024-09-10", "--why", "e-mail of that day"];

#[test]
fn contained_messages_are_left_out_only_with_an_approval_and_only_for_what_is_produced() {
    let first = "juniper bonds are what the client asked about on the phone";
    let second = format!("juniper answer follows below for the client\r\n> {first}");
    let third = format!("juniper once more and all of it again\r\n> {second}");
    let one = message("m1", "", 10, "Bonds", first);
    let firm = Firm::with_files(&[
        ("1.eml", &one),
        ("1copy.eml", &[b"X-Copy: 1\r\n".as_slice(), &one].concat()),
        ("2.eml", &message("m2", "<m1@small.example>", 11, "Re: Bonds", &second)),
        ("3.eml", &message("m3", "<m1@small.example> <m2@small.example>", 12, "Re: Bonds", &third)),
        (
            "4.eml",
            &message("m4", "", 13, "Bonds", "juniper in another matter altogether, and nothing of the above"),
        ),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(
        0,
        &[&["dedup", "approve", "r", "--rule", "message-family-1/population"][..], &APPROVED].concat(),
    );
    assert_eq!(firm.json(0, &["dedup", "apply", "r"])["duplicates"], 1);
    assert!(firm.expect(0, &["threads", "plan", "r"]).out.contains("NOT APPROVED"));
    assert!(firm.expect(4, &["threads", "apply", "r"]).err.contains("duces threads approve"));
    firm.json(0, &[&["threads", "approve", "r"][..], &APPROVED].concat());
    let applied = firm.json(0, &["threads", "apply", "r"]);
    assert_eq!(
        (applied["contained"].as_array().map(Vec::len), applied["documents"].as_u64()),
        (Some(2), Some(3))
    );
    let holder = &applied["contained"][0]["contained_in"];
    assert_eq!(
        *holder, applied["contained"][1]["contained_in"],
        "the message that nothing contains stands for both"
    );
    assert_eq!(firm.json(0, &["threads", "apply", "r"])["documents"], 0, "once is enough");
    let trial = firm.json(0, &["produce", "r", "--mock"]);
    assert_eq!(trial["numbers"], 2, "{trial}");
    let produced = firm.json(0, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["suppressed-contained"], 3, "{produced}");
    assert_eq!(
        rows(&firm, "SF001").iter().map(|row| row["ALL_PATHS"].as_str()).collect::<Vec<_>>(),
        ["mail/3.eml", "mail/4.eml"]
    );
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    assert_eq!(firm.json(0, &["certify", "SF001"])["title"], "Certification of Completeness");
}

#[test]
fn an_approval_to_leave_contained_messages_out_that_was_taken_back_stops_the_volume() {
    let first = "juniper bonds are what the client asked about on the phone";
    let firm = Firm::with_files(&[
        ("1.eml", &message("m1", "", 10, "Bonds", first)),
        (
            "2.eml",
            &message(
                "m2",
                "<m1@small.example>",
                11,
                "Re: Bonds",
                &format!("juniper, see below\r\n> {first}"),
            ),
        ),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &[&["threads", "approve", "r"][..], &APPROVED].concat());
    assert_eq!(firm.json(0, &["threads", "apply", "r"])["documents"], 1);
    firm.json(0, &[&["threads", "approve", "r", "--rule", "none"][..], &APPROVED].concat());
    firm.expect(4, &["threads", "apply", "r"]);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("contained in later messages"), "{}", refused.err);
}
