//! Real mail that nobody here wrote: no panic, every file accounted for, counts equal to a count that
//! the test makes for itself.

mod support;

use duces_ingest::Limits;
use duces_model::{ContainerKind, DefectCode};
use std::collections::BTreeMap;
use support::{Seen, corpora, read_all};

/// How many messages a file holds, by a rule of the test's own: the whole file as text, split at
/// blank line and `From ` with a four-digit year in the line.
fn counted(seen: &Seen) -> u64 {
    if seen.kind != ContainerKind::Mbox {
        return 1;
    }
    // A member of an archive has no file that could be read beside the reader.
    let Ok(raw) = std::fs::read(&seen.file.absolute) else { return seen.tally.found };
    let text = String::from_utf8_lossy(&raw).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().collect();
    let starts = |at: usize| {
        let year = |word: &str| {
            word.get(..4).is_some_and(|y| y.parse::<u32>().is_ok_and(|y| (1980..2040).contains(&y)))
        };
        lines[at].starts_with("From ")
            && (at == 0
                || lines[at - 1].is_empty()
                    && lines[at].contains(':')
                    && lines[at].split_whitespace().any(year))
            && lines.get(at + 1).is_some_and(|next| {
                next.split_once(':').is_some_and(|(name, _)| !name.trim_end().contains(' '))
            })
    };
    (0..lines.len()).filter(|at| starts(*at)).count() as u64
}

fn summary(all: &[Seen]) -> (BTreeMap<&'static str, u64>, BTreeMap<DefectCode, u64>) {
    let (mut kinds, mut defects) = (BTreeMap::new(), BTreeMap::new());
    for seen in all {
        *kinds.entry(seen.kind.as_str()).or_default() += seen.tally.found;
        for defect in seen.occurrences.iter().flat_map(|o| &o.documents).flat_map(|d| &d.defects) {
            *defects.entry(defect.code).or_default() += 1;
        }
    }
    (kinds, defects)
}

#[test]
fn every_enron_mail_is_read_and_nothing_else_is_taken_for_mail() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("big/enron-categories"), &Limits::default());
    let mails = all.iter().filter(|seen| seen.kind == ContainerKind::Eml).count();
    let texts = all.iter().filter(|seen| seen.file.path.as_str().ends_with(".txt")).count();
    for seen in &all {
        let is_mail = seen.kind == ContainerKind::Eml;
        let named_mail =
            seen.file.path.as_str().ends_with(".txt") && !seen.file.path.as_str().ends_with("categories.txt");
        assert_eq!(is_mail, named_mail, "{}", seen.file.path);
        assert_eq!(seen.parsed(), seen.tally.found, "{}", seen.file.path);
        if is_mail {
            let root = seen.occurrences[0].root();
            assert!(
                root.sent_at.is_some() && root.message_id.is_some(),
                "{}: {:?}",
                seen.file.path,
                root.defects
            );
        }
    }
    println!("{mails} mails of {texts} text files: {:?}", summary(&all));
}

#[test]
fn every_edge_case_is_read_and_counted_like_the_test_counts() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("edge"), &Limits::default());
    assert!(all.len() > 2_000);
    for seen in &all {
        assert!(seen.tally.independent.is_none_or(|count| count == seen.tally.found), "{}", seen.file.path);
        // Items of data files are counted in a test of their own.
        if seen.kind != ContainerKind::Pst {
            assert_eq!(counted(seen), seen.tally.found, "{}", seen.file.path);
        }
        let told_by_name = seen.file.path.as_str().ends_with(".eml") && seen.file.bytes > 0;
        let mail = matches!(seen.kind, ContainerKind::Eml | ContainerKind::Mbox | ContainerKind::Maildir);
        assert!(mail || !told_by_name, "{}: {:?}", seen.file.path, seen.kind);
    }
    println!("{:?}", summary(&all));
}

#[test]
fn a_year_of_a_mailing_list_as_a_maildir_is_read_in_full() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("big/linux-man-2022-maildir"), &Limits::default());
    assert!(all.iter().all(|seen| seen.kind == ContainerKind::Maildir));
    assert_eq!(all.iter().map(Seen::parsed).sum::<u64>(), all.len() as u64);
    assert!(all.len() > 2_000);
    let chained = all.iter().filter(|seen| !seen.occurrences[0].root().references.is_empty()).count();
    assert!(chained * 2 > all.len());
    println!("{:?}", summary(&all));
}

#[test]
fn hostile_mail_of_the_spam_set_is_read() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("big/cw-l-email-corpus"), &Limits::default());
    println!("{:?}", summary(&all));
}

#[test]
fn the_journal_reports_of_office_365_open_to_the_enclosed_message() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("edge/ace-o365-journal"), &Limits::default());
    let journal: Vec<_> = all.iter().filter(|seen| seen.occurrences[0].journal.is_some()).collect();
    assert_eq!(journal.len(), 2);
    for seen in journal {
        let occurrence = &seen.occurrences[0];
        let root = occurrence.root();
        assert_eq!(root.part.as_str(), "2", "{}", seen.file.path);
        assert!(!root.message_id.as_deref().unwrap().contains("journal.report.generator"));
        let roles: Vec<_> = root.participants.iter().map(|p| p.role.as_str()).collect();
        assert!(roles.ends_with(&["envelope-from", "envelope-to"]), "{roles:?}");
    }
}

/// How many messages a Slack export's day files hold, by a JSON reader alone.
fn slack_messages(bytes: &[u8]) -> u64 {
    serde_json::from_slice::<Vec<serde_json::Value>>(bytes).map_or(0, |list| list.len() as u64)
}

/// How many events the room-days of a container say they hold.
fn events(seen: &Seen) -> u64 {
    let stated = |document: &duces_model::Document| -> u64 {
        let header = document.header_block.as_deref().unwrap_or_default();
        let line = header.lines().find_map(|line| line.strip_prefix("X-RSMF-EventCount: "));
        line.map_or(0, |count| count.trim().parse().unwrap())
    };
    seen.occurrences.iter().map(|occurrence| stated(occurrence.root())).sum()
}

#[test]
fn every_message_of_the_slack_exports_is_in_a_room_day_of_its_room() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("chat/slack-houstondatavis"), &Limits::default());
    let mut total = 0;
    for seen in &all {
        let path = seen.file.path.as_str();
        let day = path.contains('/') && path.ends_with(".json");
        let raw = std::fs::read(&seen.file.absolute).unwrap();
        let empty = day && slack_messages(&raw) == 0;
        assert_eq!(seen.kind == ContainerKind::Chat, day && !empty, "{path}");
        assert_eq!(seen.parsed(), seen.tally.found, "{path}");
        if seen.kind == ContainerKind::Chat {
            assert_eq!(events(seen), slack_messages(&raw), "{path}");
            assert_eq!(seen.tally.independent, Some(seen.tally.found), "{path}");
            total += events(seen);
        }
    }
    assert_eq!(total, 1382);
    println!("slack-houstondatavis {:?}", summary(&all));
    let zip = read_all(&corpora.join("chat/slack-export-viewer"), &Limits::default());
    assert_eq!((zip.len(), zip[0].kind), (1, ContainerKind::Chat));
    assert_eq!(zip[0].tally.independent, Some(zip[0].tally.found));
    println!(
        "slack-export-viewer {} room-days, {} events, {:?}",
        zip[0].tally.found,
        events(&zip[0]),
        summary(&zip)
    );
}

#[test]
fn every_file_of_the_chat_sets_is_accounted_for() {
    let Some(corpora) = corpora() else { return };
    let all = read_all(&corpora.join("chat"), &Limits::default());
    for seen in &all {
        assert_eq!(seen.parsed(), seen.tally.found, "{}", seen.file.path);
        assert!(seen.tally.independent.is_none_or(|count| count == seen.tally.found), "{}", seen.file.path);
    }
    println!("chat {} files {:?}", all.len(), summary(&all));
}

/// MimeKit's TNEF samples come with what its own reader takes out of them.
#[test]
fn what_another_reader_takes_out_of_each_winmail_dat_is_found_in_it() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("edge/mimekit/UnitTests/TestData/tnef");
    let (mut expected, mut missing) = (0, Vec::new());
    for seen in read_all(&folder, &Limits::default()) {
        let Some(name) = seen.file.path.as_str().strip_suffix(".tnef") else { continue };
        let Ok(files) = std::fs::read_dir(folder.join(name)) else { continue };
        let documents = &seen.occurrences[0].documents;
        for file in files {
            let path = file.unwrap().path();
            // The body stands in the text of the file, not beside it.
            if path.file_stem().is_some_and(|stem| stem == "message") {
                continue;
            }
            expected += 1;
            // The set's repository took the CRs out of four texts; tests/second_readers/README.md names them.
            let theirs = std::fs::read(&path).unwrap();
            let plain =
                |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
            let same = |document: &duces_model::Document| {
                let name = Some(seen.file.file_name());
                let ours = duces_ingest::part_bytes(
                    seen.kind,
                    &seen.messages[0],
                    name,
                    &document.part,
                    &Limits::default(),
                );
                ours.is_some_and(|ours| plain(&ours) == plain(&theirs))
            };
            if !documents.iter().any(same) {
                missing.push(path.strip_prefix(&folder).unwrap().display().to_string());
            }
        }
    }
    missing.sort();
    println!("{expected} files expected, missing {missing:?}");
    assert!(expected >= 15);
    // Two messages and an object, which each reader writes as a file in its own form (the same README).
    let in_own_form =
        |path: &String| path.starts_with("christmas/Untitled") || path.starts_with("MAPI_OBJECT/");
    missing.retain(|path| !in_own_form(path));
    assert_eq!(missing, Vec::<String>::new());
}
