use super::*;
use crate::fixture::{Mail, act, container, dump, index, ledger, reopen};
use crate::{ContainerEntry, ContainerTally};

fn path(text: &str) -> ArchivePath {
    ArchivePath::from_escaped(text)
}

/// A file as it lies at `at`, whose name gives the identity of `named`.
fn sighting(at: &str, named: &str, bytes: u64) -> Sighting {
    Sighting {
        archive: "mail".into(),
        path: path(at),
        identity: ContainerId::new("mail", &path(named)),
        bytes,
        modified: None,
        maildir: at != named,
    }
}

fn surveyed(ledger: &mut Ledger, files: &[Sighting]) {
    ledger.begin_survey().unwrap();
    ledger.survey().add(files).unwrap();
    ledger.survey().match_known().unwrap();
}

fn paths(files: &[Surveyed]) -> Vec<String> {
    files.iter().map(|one| one.file.path.to_string()).collect()
}

fn known(ledger: &mut Ledger) -> Vec<(String, String)> {
    let found = ledger.survey().known(0, 100).unwrap();
    found.iter().map(|(file, state)| (file.file.path.to_string(), state.entry.path.to_string())).collect()
}

#[test]
fn files_come_by_path_whatever_the_order_in_which_they_were_found_and_page_by_page() {
    let (_folder, mut ledger) = ledger();
    surveyed(&mut ledger, &["c", "a/b", "b"].map(|name| sighting(name, name, 1)));
    ledger.survey().number().unwrap();
    let mut after = 0;
    let mut found = Vec::new();
    loop {
        let page = ledger.survey().next(after, 2).unwrap();
        let Some(last) = page.last() else { break };
        after = last.surveyed.place;
        found.extend(page.into_iter().map(|file| (file.surveyed.file.path.to_string(), file.todo)));
    }
    assert_eq!(found, ["a/b", "b", "c"].map(|name| (name.to_owned(), Todo::New)));
    let totals = SurveyTotals { new: 3, bytes: 3, ..SurveyTotals::default() };
    assert_eq!(ledger.survey().totals().unwrap(), totals);
}

#[test]
fn a_file_is_known_by_where_it_lies_and_then_by_the_identity_of_its_name() {
    let (_folder, mut ledger) = ledger();
    index(&mut ledger, &[Mail::new("box/cur/1.x", 0), Mail::new("a.mbox", 0)]);
    let files = [
        sighting("a.mbox", "a.mbox", 100),
        sighting("box/cur/1.x:2,S", "box/cur/1.x", 100),
        sighting("new.mbox", "new.mbox", 7),
    ];
    surveyed(&mut ledger, &files);
    let pair = |file: &str, recorded: &str| (file.to_owned(), recorded.to_owned());
    assert_eq!(known(&mut ledger), [pair("a.mbox", "a.mbox"), pair("box/cur/1.x:2,S", "box/cur/1.x")]);
    assert_eq!(ledger.survey().strangers(0, 9).unwrap(), [], "nothing is missing");
    ledger.survey().number().unwrap();
    let next = ledger.survey().next(0, 9).unwrap();
    assert_eq!((next.len(), next[0].id), (1, ContainerId::new("mail", &path("new.mbox"))));
}

#[test]
fn two_names_of_one_maildir_message_are_one_on_record_and_one_of_its_own() {
    let (_folder, mut ledger) = ledger();
    let files = [sighting("m/cur/1.x:2,S", "m/cur/1.x", 5), sighting("m/new/1.x", "m/cur/1.x", 5)];
    surveyed(&mut ledger, &files);
    ledger.survey().number().unwrap();
    assert_eq!(ledger.survey().next(0, 9).unwrap().len(), 1, "the first has the identity");
    let second = ledger.survey().second_names(0, 9).unwrap();
    assert_eq!(paths(&second), ["m/new/1.x"]);
    let taken = ContainerId::new("mail", &path("m/cur/1.x"));
    assert!(!ledger.survey().number_as(second[0].place, taken).unwrap());
    let own = ContainerId::new("mail", &path("m/new/1.x"));
    assert!(ledger.survey().number_as(second[0].place, own).unwrap());
    assert_eq!(ledger.survey().next(0, 9).unwrap().len(), 2);
}

#[test]
fn a_moved_file_is_told_by_its_bytes_and_then_nothing_is_missing() {
    let (_folder, mut ledger) = ledger();
    index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("b.mbox", 0)]);
    surveyed(&mut ledger, &[sighting("b.mbox", "b.mbox", 100), sighting("z.mbox", "z.mbox", 100)]);
    let strangers = ledger.survey().strangers(0, 9).unwrap();
    assert_eq!(paths(&strangers), ["z.mbox"]);
    let file = strangers[0].file.clone();
    assert_eq!(ledger.survey().missing(&file, Sha256::of("other")).unwrap(), None);
    let digest = Sha256::of("a.mbox 1");
    let state = ledger.survey().missing(&file, digest).unwrap().unwrap();
    assert_eq!(state.entry.path, path("a.mbox"));
    ledger.survey().is(strangers[0].place, state.entry.id).unwrap();
    assert_eq!(ledger.survey().missing(&file, digest).unwrap(), None);
    ledger.survey().vanished("gone").unwrap();
    ledger.survey().number().unwrap();
    assert_eq!(ledger.survey().totals().unwrap().files(), 0);
    assert_eq!(ledger.survey().note_counts().unwrap(), BTreeMap::new());
}

#[test]
fn what_vanished_is_noted_each_time_and_marked_once() {
    let (_folder, mut ledger) = ledger();
    index(&mut ledger, &[Mail::new("a.mbox", 0)]);
    for already in [false, true] {
        surveyed(&mut ledger, &[]);
        ledger.survey().vanished("its record is kept").unwrap();
        let before = dump(&ledger);
        ledger.mark_surveyed(&act()).unwrap();
        assert_eq!(dump(&ledger) == before, already);
        let mut notes = Vec::new();
        ledger
            .survey()
            .each_note(&mut |note| {
                notes.push(note);
                true
            })
            .unwrap();
        let expected = FileNote {
            file: "mail:a.mbox".into(),
            what: "vanished".into(),
            detail: "its record is kept".into(),
        };
        assert_eq!(notes, [expected]);
        ledger.end_survey().unwrap();
    }
}

#[test]
fn a_grown_or_half_read_container_is_read_on_under_its_identity() {
    let (_folder, mut ledger) = ledger();
    index(&mut ledger, &[Mail::new("a.mbox", 0)]);
    surveyed(&mut ledger, &[sighting("a.mbox", "a.mbox", 500)]);
    let (file, _) = ledger.survey().known(0, 9).unwrap().remove(0);
    ledger.survey().to_read(&[(file.place, Todo::Grown)]).unwrap();
    let next = ledger.survey().next(0, 9).unwrap();
    assert_eq!((next[0].id, next[0].todo), (ContainerId::new("mail", &path("a.mbox")), Todo::Grown));
}

#[test]
fn of_two_containers_last_seen_in_one_place_one_has_the_file_and_the_other_is_missing() {
    let (_folder, mut ledger) = ledger();
    index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("b.mbox", 0)]);
    surveyed(&mut ledger, &[]);
    let moved = ContainerFate::Moved(path("a.mbox"));
    ledger.survey().fates(&[(ContainerId::new("mail", &path("b.mbox")), moved)]).unwrap();
    ledger.mark_surveyed(&act()).unwrap();
    surveyed(&mut ledger, &[sighting("a.mbox", "a.mbox", 100)]);
    assert_eq!(known(&mut ledger).len(), 1);
    ledger.survey().vanished("gone").unwrap();
    assert_eq!(ledger.survey().note_counts().unwrap(), BTreeMap::from([("vanished".to_owned(), 1)]));
}

#[test]
fn a_survey_left_behind_by_a_killed_run_is_thrown_away() {
    let (folder, mut ledger) = ledger();
    surveyed(&mut ledger, &[sighting("a", "a", 1)]);
    let mut ledger = reopen(ledger);
    assert!(folder.path().join("survey.sqlite").exists());
    surveyed(&mut ledger, &[]);
    ledger.survey().number().unwrap();
    assert_eq!(ledger.survey().totals().unwrap().files(), 0);
    ledger.end_survey().unwrap();
    assert!(!folder.path().join("survey.sqlite").exists());
}

#[test]
fn an_unreadable_container_has_no_bytes_to_be_told_by() {
    let (_folder, mut ledger) = ledger();
    let entry = ContainerEntry { tally: None::<ContainerTally>, ..container("a.mbox", 1) };
    ledger.write_checkpoint(1, &[], &[entry]).unwrap();
    ledger.settle(1).unwrap();
    surveyed(&mut ledger, &[sighting("z.mbox", "z.mbox", 100)]);
    assert_eq!(ledger.survey().strangers(0, 9).unwrap(), []);
}
