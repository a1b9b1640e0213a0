//! Volumes that the program wrote, read back by programs of other makers: `tests/foreign/read_volume.py` says which. What
//! is not installed is skipped, with a word; `DUCES_PYTHON` names another interpreter.

use crate::firm::{Firm, REQUEST, mail};
use std::path::PathBuf;
use std::process::Command;

/// A firm with a message, its answer, and a message with an attachment.
fn selected() -> Firm {
    let attached = b"Message-ID: <m3@small.example>\r\nFrom: ann@small.example\r\nTo: bob@small.example\r\n\
        Date: Wed, 10 Jan 2024 15:00:00 +0000\r\nSubject: juniper orders\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: 8bit\r\n\r\njuniper caf\xC3\xA9s\r\n--b\r\nContent-Type: text/csv; name=orders.csv\r\n\
        Content-Disposition: attachment; filename=orders.csv\r\n\r\nside,price\r\nBUY,juniper\r\n--b--\r\n";
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ("c.eml", attached),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm
}

/// What the readers say of a volume; nothing where there is no Python.
#[allow(clippy::print_stdout, reason = "what was skipped is told to whoever runs the test")]
fn read(folder: PathBuf, more: &[&str]) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment")]
    let python = std::env::var("DUCES_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign/read_volume.py");
    let mut command = Command::new(&python);
    command.arg(script).arg(&folder).arg(folder.with_extension("zip")).args(more);
    let Ok(output) = command.output() else {
        println!("skipped: there is no {python} (DUCES_PYTHON names another)");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
    Some(said)
}

#[test]
fn natives_and_a_workbook_read_the_same_by_programs_of_other_makers() {
    let firm = selected();
    firm.run(&["produce", "r", "--profile", "finra"]);
    let Some(said) = read(firm.path("productions/SF001"), &[]) else { return };
    assert!(said.contains("read by csv: 4 rows, 4 natives"), "{said}");
}

#[test]
fn pages_in_pdfs_of_an_encrypted_volume_read_the_same_and_carry_their_numbers() {
    let firm = selected();
    firm.run(&["produce", "r", "--profile", "sec-enf-2021-08-pdf"]);
    let password = firm.path("passwords/SF001.txt");
    let password = password.to_str().expect("a path in UTF-8");
    let Some(said) = read(firm.path("productions/SF001"), &[password, "--stamps"]) else { return };
    assert!(said.contains("read by csv: 4 rows"), "{said}");
}

#[test]
fn page_images_and_every_form_of_load_file_read_the_same_by_programs_of_other_makers() {
    let firm = selected();
    let imaged = include_str!("../../templates/profiles/sec-enf-2021-08-imaged.toml");
    let own = imaged
        .replacen("sec-enf-2021-08-imaged", "all-forms", 2)
        .replace("value = \"aes-256\"", "value = \"none\"");
    let extras =
        "value = [\"csv\", \"xlsx-index\", \"edrm-xml\", \"lfp\", \"items\", \"custodians\", \"exceptions\"]";
    let own = own.replacen("value = [\"items\", \"custodians\", \"exceptions\"]", extras, 1);
    firm.write("profiles/all-forms.toml", own.as_bytes());
    firm.run(&["produce", "r", "--profile", "all-forms"]);
    let Some(said) = read(firm.path("productions/SF001"), &[]) else { return };
    for told in [
        "pages in the Opticon file",
        "pages in the IPRO file",
        "rows of the second table",
        "documents of the EDRM XML",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}
