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
    let raw = std::fs::read(&seen.file.absolute).unwrap();
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
