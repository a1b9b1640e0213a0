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
