//! Bad input: a clear error naming file and place, nothing half-written, the right exit code.

use crate::firm::{Firm, REQUEST, duces, mail, mbox, tree};

fn small() -> Firm {
    let firm = Firm::with_files(&[("a.eml", &mail("m1", "Mon, 08 Jan 2024", "S", "juniper"))]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm
}

/// Runs a command that must fail, and checks that it names the place and wrote nothing.
fn refused(firm: &Firm, code: i32, args: &[&str], names: &[&str]) {
    let before = tree(&firm.path(""));
    let ended = firm.expect(code, args);
    for name in names {
        assert!(ended.err.contains(name), "{args:?} does not name {name}:\n{}", ended.err);
    }
    let after = tree(&firm.path(""));
    let outside = |files: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
        files.into_iter().filter(|(name, _)| !name.starts_with(".duces")).collect()
    };
    assert_eq!(outside(before), outside(after), "{args:?} wrote something");
}

#[test]
fn a_folder_without_a_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = duces(&["-C", folder.path().to_str().expect("UTF-8"), "status"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("duces.toml") && ended.err.contains("hint:"), "{}", ended.err);
}

#[test]
fn a_wrong_command_line() {
    assert_eq!(duces(&["indx"]).code, 2);
    assert_eq!(duces(&["plan"]).code, 2);
    assert_eq!(duces(&["--help"]).code, 0);
}

#[test]
fn a_missing_archive() {
    let firm = small();
    std::fs::remove_dir_all(firm.path("archive")).expect("removed");
    refused(&firm, 1, &["index"], &["archive"]);
}

#[test]
fn an_empty_file_is_a_named_defect() {
    let firm = Firm::with_files(&[("empty.eml", b""), ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "S", "b"))]);
    let report = firm.json(0, &["index"]);
    assert_eq!(
        (report["containers"]["found"].as_u64(), report["containers"]["defective"].as_u64()),
        (Some(2), Some(1))
    );
    assert!(firm.read("reports/defects.csv").contains("empty.eml"));
}

#[test]
fn a_truncated_mailbox_keeps_what_is_there_and_says_so() {
    let mut bytes =
        mbox(&[mail("m1", "Mon, 08 Jan 2024", "S", "b"), mail("m2", "Mon, 08 Jan 2024", "S", "b")]);
    bytes.extend_from_slice(
        b"From ann@small.example Mon Jan  8 10:00:00 2024\nFrom: ann@small.example\nSubject: cut",
    );
    let firm = Firm::with_files(&[("a.mbox", &bytes)]);
    let report = firm.json(0, &["index"]);
    assert_eq!(report["containers"]["found"], 3);
    assert!(firm.read("reports/defects.csv").contains("a.mbox"));
}

#[test]
fn a_damaged_gzip_file_is_a_named_defect() {
    let firm = Firm::with_files(&[("a.mbox.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03garbage")]);
    let report = firm.json(0, &["index"]);
    assert_eq!(report["containers"]["found"], 1);
    assert!(firm.read("reports/defects.csv").contains("a.mbox.gz"));
}

#[test]
fn a_register_row_with_an_unknown_source_and_overlapping_aliases() {
    let firm = small();
    firm.write(
        "register/disposals.csv",
        b"source,from,to,disposed_on,rule,note\nnobody,2020-01-01,2020-02-01,2023-01-01,17a-4,\n",
    );
    firm.write(
        "register/people.csv",
        b"person,name,addresses,role,from,to,note\nann,Ann,ann@small.example,,,,\nbob,Bob,ann@small.example,,,,\n",
    );
    refused(
        &firm,
        1,
        &["register", "check"],
        &["register/disposals.csv:2", "column source", "nobody", "register/people.csv:3", "column addresses"],
    );
}

#[test]
fn mistakes_of_a_request_are_all_told_with_line_and_caret() {
    let firm = small();
    let text = REQUEST
        .replace("from = 2024-01-01, to = 2024-06-30", "from = 2024-06-30, to = 2024-01-01")
        .replace("\"juniper\"", "\"(juniper and cedar\"")
        + "sources = [\"nobody\"]\ncolour = 1\nfrom = { people = [\"bnn\"] }\n";
    firm.write("requests/r.toml", text.as_bytes());
    refused(&firm, 1, &["plan", "r"], &["requests/r.toml:9", "colour", "^"]);
    let text = REQUEST.to_owned() + "sources = [\"nobody\"]\nfrom = { people = [\"bnn\"] }\n";
    firm.write("requests/r.toml", text.as_bytes());
    refused(
        &firm,
        1,
        &["plan", "r"],
        &["nobody", "bnn", "did you mean", "requests/r.toml:16", "requests/r.toml:17"],
    );
}

#[test]
fn a_request_that_is_not_there() {
    refused(&small(), 1, &["plan", "s"], &["\"s\"", "r"]);
}

#[test]
fn a_workspace_of_a_newer_version() {
    let firm = small();
    let newer = firm.read("duces.toml").replace("format = 1", "format = 2");
    firm.write("duces.toml", newer.as_bytes());
    refused(&firm, 1, &["index"], &["duces.toml:2", "newer version"]);
}

#[test]
fn a_second_process_on_the_same_workspace() {
    let firm = small();
    let lock =
        std::fs::File::options().append(true).create(true).open(firm.path(".duces/lock")).expect("the lock");
    lock.lock().expect("locked");
    refused(&firm, 1, &["status"], &["another process"]);
    drop(lock);
    firm.run(&["status"]);
}

#[test]
fn steps_out_of_order_say_which_comes_first() {
    let firm = small();
    refused(&firm, 1, &["search", "r"], &["nothing is indexed yet", "duces index"]);
    firm.json(0, &["index"]);
    refused(&firm, 1, &["produce", "r"], &["no population", "duces select r"]);
    refused(&firm, 1, &["verify", "SF001"], &["SF001"]);
}

#[test]
fn output_that_exists_is_not_overwritten() {
    let firm = small();
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let taken = firm.path("archive");
    let to = taken.to_str().expect("UTF-8");
    refused(&firm, 1, &["review", "export", "r", "--to", to], &["archive", "nothing is overwritten"]);
    firm.write("productions/SF001/mine.txt", b"mine");
    refused(&firm, 1, &["produce", "r", "--volume", "SF001"], &["SF001", "nothing is overwritten"]);
    refused(
        &firm,
        1,
        &["init", "--firm", "x", "--crd", "1", "--domain", "x.example", "--prefix", "X"],
        &["duces.toml"],
    );
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let firm = small();
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    // A file where the folder should be: refused on every system, whoever runs it.
    firm.write("productions", b"in the way");
    refused(&firm, 1, &["produce", "r"], &["productions"]);
}

#[test]
fn decisions_with_mistakes_change_nothing() {
    let firm = small();
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let (mut rows, path) = firm.review_sheet("r");
    rows[0].set("responsive", "maybe");
    let refused = firm.hand_back("r", 1, &path, &rows);
    assert!(refused.err.contains("sheet.csv") && refused.err.contains("maybe"), "{}", refused.err);
    assert!(refused.err.contains("responsive"), "{}", refused.err);
    rows[0].set("responsive", "no");
    assert_eq!(firm.hand_back("r", 0, &path, &rows).json()["changed"], 1);
}

#[test]
fn errors_come_as_json_where_asked() {
    let ended = small().run(&["plan", "s", "--format", "json"]);
    let error: serde_json::Value = serde_json::from_str(&ended.err).expect("JSON on the standard error");
    assert_eq!((error["exit"].as_u64(), ended.code), (Some(1), 1));
}

#[test]
fn a_lost_ledger_is_not_replaced_by_an_empty_one() {
    let firm = small();
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    std::fs::remove_dir_all(firm.path(".duces")).expect("removed");
    let refused = firm.expect(4, &["status"]);
    assert!(refused.err.contains("same Bates numbers"), "{}", refused.err);
    assert!(!firm.path(".duces/ledger.sqlite").exists());
}

#[test]
fn an_archive_that_holds_the_workspace_is_refused() {
    let firm = small();
    let settings = firm.read("duces.toml").replace("path = \"archive\"", "path = \".\"");
    firm.write("duces.toml", settings.as_bytes());
    refused(&firm, 4, &["index"], &["holds the workspace itself"]);
}

#[test]
fn searches_wait_for_indexing_where_the_register_changed() {
    let firm = small();
    firm.json(0, &["index"]);
    let wider = firm.read("register/sources.csv").replace("mail:**", "mail:elsewhere/**");
    firm.write("register/sources.csv", wider.as_bytes());
    refused(&firm, 1, &["hits", "r"], &["the register changed", "duces index"]);
    firm.json(0, &["index"]);
    firm.json(0, &["hits", "r"]);
}

#[test]
fn a_name_that_could_steer_the_terminal_does_not_reach_it() {
    let firm = Firm::with_files(&[("a\u{202e}.eml", b"")]);
    let ended = firm.expect(0, &["index"]);
    assert!(!ended.out.contains('\u{202e}') && !ended.out.contains('\u{1b}'));
}

/// Runs the binary with no file allowed to grow beyond so many blocks: every write beyond fails, as on a
/// disk that is full.
#[cfg(unix)]
fn with_full_disk(firm: &Firm, blocks: u32, args: &str) -> std::process::Output {
    let duces = env!("CARGO_BIN_EXE_duces");
    let root = firm.path("");
    let line = format!(
        "trap '' XFSZ; ulimit -f {blocks}; exec '{duces}' --by 'P. Legal' -C '{}' {args}",
        root.display()
    );
    std::process::Command::new("sh").args(["-c", &line]).output().expect("sh runs")
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_step_and_the_next_run_goes_on() {
    let body = "juniper order and allocation, said at some length. ".repeat(2_000);
    let files: Vec<(String, Vec<u8>)> = (1..=30)
        .map(|n| {
            (format!("{n}.eml"), mail(&format!("m{n}"), "Mon, 08 Jan 2024", "S", &format!("{n} {body}")))
        })
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let (firm, whole) = (Firm::with_files(&files), Firm::with_files(&files));
    firm.write("requests/r.toml", REQUEST.as_bytes());
    let expected = whole.json(0, &["index"]);
    for blocks in [8, 64] {
        let failed = with_full_disk(&firm, blocks, "index");
        assert_eq!(failed.status.code(), Some(1), "{}", String::from_utf8_lossy(&failed.stderr));
        assert!(!failed.stderr.is_empty());
    }
    let ended = firm.json(0, &["index"]);
    assert_eq!((&ended["snapshot"], &ended["containers"]), (&expected["snapshot"], &expected["containers"]));
    firm.json(0, &["select", "r"]);
    let failed = with_full_disk(&firm, 64, "produce r --volume SF001");
    assert_eq!(failed.status.code(), Some(1), "{}", String::from_utf8_lossy(&failed.stderr));
    assert!(!firm.path("productions/SF001").exists(), "nothing stands under the final name");
    let sealed = firm.run(&["produce", "r", "--volume", "SF001", "--format", "json"]);
    assert_eq!(sealed.code, 0, "{}", sealed.err);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}

#[cfg(unix)]
#[test]
fn a_file_that_ends_its_reader_is_a_defect_and_every_other_is_read_whole() {
    let pdf = |fault: &str| format!("%PDF-1.4\n%duces test of faults: {fault} \n").into_bytes();
    let table = b"name,order\r\njuniper,1\r\n";
    let mut files: Vec<(String, Vec<u8>)> = ["loop", "memory", "abort", "end"]
        .iter()
        .flat_map(|fault| {
            [(format!("{fault}.pdf"), pdf(fault)), (format!("{fault}-after.csv"), table.to_vec())]
        })
        .collect();
    files.push(("whole.eml".to_owned(), mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let firm = Firm::with_files(&files);
    let report = firm.run(&["index", "--format", "json"]).json();
    assert_eq!(report["documents"]["documents"], 9, "{report}");
    assert_eq!(report["documents"]["unsearchable"], 4, "{report}");
    let defects = firm.read("reports/defects.csv");
    for (fault, why) in [
        ("loop", "processor time"),
        ("memory", "MiB of memory"),
        ("abort", "its reader gave up"),
        ("end", "ended without an answer"),
    ] {
        let row = defects.lines().find(|row| row.contains(&format!("{fault}.pdf"))).expect("its defect");
        assert!(row.contains("extraction-failed") && row.contains(why), "{row}");
    }
    let found = firm.expect(3, &["search", "--dialect", "dtsearch", "juniper"]).out;
    assert_eq!(found.matches("after.csv").count(), 4, "{found}");
}

const LOCKED: &str = "\
UEsDBAoACQAAAABQKFi1mw1NHwAAABMAAAAIAAAAbm90ZS50eHRGMnLYGrIQD/+37bwn7Sqgr+15uXCuCwWba5pfnB
SmUEsHCLWbDU0fAAAAEwAAAFBLAQIeAwoACQAAAABQKFi1mw1NHwAAABMAAAAIAAAAAAAAAAEAAACkgQAAAABub3Rl
LnR4dFBLBQYAAAAAAQABADYAAABVAAAAAAA=";

#[test]
fn a_list_of_passwords_opens_what_is_encrypted_and_no_password_is_told() {
    use base64::Engine as _;
    // note.txt, "juniper under lock", in a ZIP under ZipCrypto with the password "hornbeam".
    let locked = base64::engine::general_purpose::STANDARD.decode(LOCKED.replace('\n', "")).expect("base64");
    let firm = Firm::with_files(&[("locked.zip", &locked)]);
    assert_eq!(firm.run(&["index", "--format", "json"]).json()["documents"]["unsearchable"], 2);
    let firm = Firm::with_files(&[("locked.zip", &locked)]);
    firm.write("file-passwords.txt", b"wrong\nhornbeam\n");
    let report = firm.run(&["index", "--format", "json"]).json();
    assert_eq!(report["documents"]["unsearchable"], 0, "{report}");
    assert!(firm.expect(0, &["search", "--dialect", "dtsearch", "juniper"]).out.contains("note.txt"));
    for path in ["reports/defects.csv", "reports/files.csv"] {
        assert!(!firm.read(path).contains("hornbeam"), "{path}");
    }
}
