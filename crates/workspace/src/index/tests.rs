//! Runs that do not come to their end, and what the next one makes of it.

use super::IndexOptions;
use crate::error::WorkspaceError;
use crate::home::{Actor, NewFirm, Workspace};
use duces_model::{Observer, Silent};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// Asks to stop when it is asked for the n-th time: once for each file seen, each file read, each message.
struct StopsAt(u64, AtomicU64);

impl Observer for StopsAt {
    fn stage(&self, _name: &str, _unit: &str, _total: Option<u64>) {}
    fn advance(&self, _amount: u64) {}
    fn stop_requested(&self) -> bool {
        self.1.fetch_add(1, Ordering::SeqCst) + 1 >= self.0
    }
}

fn actor() -> Actor {
    Actor { name: "P. Legal".into(), now: chrono::DateTime::UNIX_EPOCH }
}

fn mbox(subjects: &[&str]) -> String {
    let one = |subject: &&str| {
        format!(
            "From ann@small.example Mon Jan  8 10:00:00 2024\nFrom: ann@small.example\n\
             To: bob@client.example\nDate: Mon, 08 Jan 2024 10:00:00 -0500\nSubject: {subject}\n\nwords\n\n"
        )
    };
    subjects.iter().map(one).collect()
}

/// A workspace whose archive holds one mailbox of these subjects.
fn workspace(subjects: &[&str]) -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("firm");
    fs::create_dir_all(root.join("archive")).unwrap();
    write(&root, subjects);
    let firm = NewFirm {
        name: "Small Firm LLC".into(),
        crd: "000001".into(),
        domains: vec!["small.example".into()],
        zone: chrono_tz::America::New_York,
        archive: "archive".into(),
        prefix: "SF".into(),
    };
    Workspace::init(&root, &firm, &actor()).unwrap();
    let workspace = Workspace::open(&root, &actor()).unwrap();
    (folder, workspace)
}

fn write(root: &Path, subjects: &[&str]) {
    fs::write(root.join("archive/a.mbox"), mbox(subjects)).unwrap();
}

/// Runs until one message is handed over, and is stopped there.
fn stopped_after_one(workspace: &mut Workspace) {
    let stop = StopsAt(4, AtomicU64::new(0));
    let ended = workspace.index(IndexOptions::default(), &actor(), &stop);
    assert!(matches!(ended, Err(WorkspaceError::Stopped)), "{ended:?}");
    assert_eq!(workspace.ledger.next_row().unwrap(), 2, "what was done is kept");
}

/// What the last run noted of files, in a word each.
fn unread(workspace: &Workspace) -> Vec<String> {
    let run = workspace.ledger.last_run().unwrap().unwrap();
    let mut words = Vec::new();
    workspace.ledger.unread(run.key, &mut |note| words.push(note.what)).unwrap();
    words
}

#[test]
fn nothing_may_rest_on_an_index_whose_last_run_did_not_end() {
    let (_folder, mut workspace) = workspace(&["one", "two", "three"]);
    let too_early = |workspace: &Workspace| {
        matches!(workspace.require_whole_index(), Err(WorkspaceError::TooEarly { .. }))
    };
    assert!(too_early(&workspace), "nothing was indexed");
    stopped_after_one(&mut workspace);
    assert!(too_early(&workspace));
    let report = workspace.index(IndexOptions::default(), &actor(), &Silent).unwrap();
    assert_eq!((report.containers_resumed, report.containers.found), (1, 3));
    assert!(workspace.require_whole_index().is_ok());
    let run = workspace.ledger.last_run().unwrap().unwrap();
    assert_eq!((run.outstanding, unread(&workspace)), (1, vec![]));
}

#[test]
fn a_file_replaced_between_a_stop_and_the_next_run_is_reported_and_nothing_of_it_is_added() {
    for replaced in [&["other", "two", "three"][..], &[]] {
        let (_folder, mut workspace) = workspace(&["one", "two", "three"]);
        stopped_after_one(&mut workspace);
        let root = workspace.root().to_owned();
        write(&root, replaced);
        for _ in 0..2 {
            let report = workspace.index(IndexOptions::default(), &actor(), &Silent).unwrap();
            assert_eq!(report.notes[0].what, "changed", "{report:?}");
            assert_eq!(report.documents.documents, 1);
        }
        assert_eq!(unread(&workspace), ["changed"]);
    }
}

#[test]
fn a_register_corrected_after_a_stopped_first_run_holds_for_what_that_run_recorded() {
    let (_folder, mut workspace) = workspace(&["one", "two"]);
    stopped_after_one(&mut workspace);
    let path = workspace.root().join("register/sources.csv");
    let mut sheet = fs::read_to_string(&path).unwrap();
    sheet.push_str("box,The mailbox,email,ann@small.example,,2020-01-01,,mail:**,,,,,,,\r\n");
    fs::write(&path, sheet).unwrap();
    let report = workspace.index(IndexOptions::default(), &actor(), &Silent).unwrap();
    assert_eq!(report.reattributed, Some(1));
    let row = report.sources.iter().find(|row| row.source.is_some()).unwrap();
    assert_eq!(row.occurrences, 2);
}
