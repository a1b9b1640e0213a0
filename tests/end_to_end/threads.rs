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
