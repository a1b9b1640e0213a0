//! The planted truth against an independent reading of what was written.

use super::*;
use crate::testing::tree;
use mail_parser::{Message, MessageParser};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

type Tree = Vec<(String, Vec<u8>)>;

fn firm() -> (Written, Tree) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("firm");
    let written = write_firm(&dir).unwrap();
    (written, tree(&dir))
}

fn unpacked(path: &str, bytes: &[u8]) -> Vec<u8> {
    if !path.ends_with(".gz") {
        return bytes.to_vec();
    }
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

/// Whether a line separates messages: `From `, an address, and a date that ends in a year.
fn separates(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let fields: Vec<&str> = text.split_whitespace().collect();
    fields.len() == 7 && fields[0] == "From" && fields[1].contains('@') && fields[6].parse::<u16>().is_ok()
}

/// The messages of a file, by a way of its own.
fn messages(path: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    if !path.contains(".mbox") {
        return vec![bytes.to_vec()];
    }
    let mut found: Vec<Vec<u8>> = Vec::new();
    for line in unpacked(path, bytes).split_inclusive(|byte| *byte == b'\n') {
        if separates(line) {
            found.push(Vec::new());
        } else {
            found.last_mut().expect("a mailbox starts with a separator").extend_from_slice(line);
        }
    }
    found
}

fn archive_messages(tree: &Tree) -> Vec<(String, Vec<u8>)> {
    tree.iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("archive/")?, bytes)))
        .flat_map(|(path, bytes)| {
            messages(path, bytes).into_iter().map(move |message| (path.to_owned(), message))
        })
        .collect()
}

fn read_addresses(group: Option<&mail_parser::Address<'_>>) -> Vec<String> {
    group.map_or_else(Vec::new, |group| {
        group.iter().filter_map(|one| one.address().map(str::to_lowercase)).collect()
    })
}

fn recipients(message: &Message<'_>) -> Vec<String> {
    [read_addresses(message.to()), read_addresses(message.cc())].concat()
}

#[test]
fn two_runs_write_the_same_tree() {
    let (first, second) = (firm(), firm());
    assert_eq!(first.0, second.0);
    assert!(first.1 == second.1, "the trees differ");
    let paths: Vec<String> = first.1.into_iter().map(|(path, _)| path).collect();
    assert_eq!(first.0.files, paths);
}

#[test]
fn a_change_of_the_samples_is_made_on_purpose() {
    let (written, tree) = firm();
    let mut hasher = duces_model::Sha256::hasher();
    for (path, bytes) in tree.iter().filter(|(path, _)| !path.ends_with(".gz")) {
        hasher.update(path);
        hasher.update(bytes);
    }
    assert_eq!(written.messages, truth().occurrences);
    // Change the digest when a text or a draw was meant to change. The compressed files are left out
    // because a newer compressor may pack the same messages in other bytes; so are Windows' names.
    #[cfg(not(windows))]
    assert_eq!(
        hasher.finish().to_string(),
        "3d7ba302d1c639e169abc50b04782db802b0c516967f142d0dd7aa670acf8c09"
    );
}

#[test]
fn each_file_holds_as_many_messages_as_the_truth_says() {
    let (_, tree) = firm();
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for (path, _) in archive_messages(&tree) {
        *counted.entry(path).or_default() += 1;
    }
    let truth = truth();
    let planted: BTreeMap<String, u64> =
        truth.containers.iter().map(|container| (container.path.clone(), container.messages)).collect();
    assert_eq!(counted, planted);
    assert_eq!(counted.values().sum::<u64>(), truth.occurrences);
    assert!((300..=600).contains(&truth.occurrences), "{}", truth.occurrences);
    let empty = tree.iter().filter(|(_, bytes)| bytes.is_empty()).count();
    assert_eq!(truth.empty_files, u64::try_from(empty).unwrap());
}

#[test]
fn confirmations_lack_exactly_what_the_truth_says() {
    let (_, tree) = firm();
    let mut captured: BTreeMap<String, u64> = BTreeMap::new();
    for (path, bytes) in archive_messages(&tree) {
        if path.starts_with("confirmations/") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let date = text.lines().find_map(|line| line.strip_prefix("Date: ")).unwrap();
            let day = chrono::DateTime::parse_from_rfc2822(date).unwrap().date_naive();
            *captured.entry(day.to_string()).or_default() += 1;
        }
    }
    let mut lost = Vec::new();
    for row in confirmations::CONTROLS.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let (day, control): (&str, u64) = (fields[1], fields[2].parse().unwrap());
        let captured = captured.remove(day).unwrap_or(0);
        if captured != control {
            lost.push(LostConfirmations { day: day.parse().unwrap(), control, captured });
        }
    }
    assert!(captured.is_empty(), "confirmations on days without a control total");
    assert_eq!(lost, truth().lost_confirmations);
}

#[test]
fn nothing_of_trade_support_is_kept_after_the_rule_went_while_others_write_to_it() {
    let (_, tree) = firm();
    let broken = truth().broken_capture;
    let (mut captured, mut last, mut missed) = (0, None, BTreeSet::new());
    for (path, bytes) in archive_messages(&tree) {
        let Some(message) = MessageParser::default().parse(&bytes) else { continue };
        let Some(date) = message.date() else { continue };
        let day = date.to_rfc3339()[..10].to_owned();
        if path.starts_with("trade-support/") {
            captured += 1;
            last = last.max(Some(day.clone()));
        }
        let all = [recipients(&message), read_addresses(message.from())].concat();
        if day >= broken.removed_on.to_string() && all.iter().any(|address| address == broken.address) {
            missed.insert(message.message_id().unwrap().to_owned());
        }
    }
    assert_eq!((captured, last), (broken.captured, Some(broken.last_captured.to_string())));
    assert_eq!(u64::try_from(missed.len()).unwrap(), broken.missed);
    assert!(broken.missed > 10 && broken.last_captured < broken.removed_on);
    assert!(include_str!("../firm/register/captures.csv").contains("journal-rule-7,2024-04-15,removed"));
}

#[test]
fn the_unregistered_mailbox_writes_and_is_written_to_and_no_source_has_it() {
    let (_, tree) = firm();
    let planted = truth().unregistered;
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for (_, bytes) in archive_messages(&tree) {
        let Some(message) = MessageParser::default().parse(&bytes) else { continue };
        let id = message.message_id().unwrap_or_default().to_owned();
        if read_addresses(message.from()).iter().any(|address| address == planted.address) {
            sent.push(id.clone());
        }
        if recipients(&message).iter().any(|address| address == planted.address) {
            received.push(id);
        }
    }
    let count = |list: &[String]| u64::try_from(list.len()).unwrap();
    let different = |list: &[String]| u64::try_from(list.iter().collect::<BTreeSet<_>>().len()).unwrap();
    assert_eq!((count(&sent), different(&sent)), (planted.sent_occurrences, planted.sent));
    assert_eq!((count(&received), different(&received)), (planted.received_occurrences, planted.received));
    assert!(planted.sent > 5 && planted.received > 3);
    assert!(!include_str!("../firm/register/sources.csv").contains(planted.address));
}

#[test]
fn every_other_address_of_the_firm_has_a_source() {
    let (_, tree) = firm();
    let sources = include_str!("../firm/register/sources.csv");
    let mut unknown = BTreeSet::new();
    for (_, bytes) in archive_messages(&tree) {
        let Some(message) = MessageParser::default().parse(&bytes) else { continue };
        for address in [recipients(&message), read_addresses(message.from())].concat() {
            let ours =
                address.ends_with("@elmcedar.example") || address.ends_with("@notify.elmcedar.example");
            if ours && !sources.contains(&address) {
                unknown.insert(address);
            }
        }
    }
    assert_eq!(unknown, BTreeSet::from([truth().unregistered.address.to_owned()]));
}

#[test]
fn no_registered_source_but_the_planted_ones_is_silent_longer_than_it_may_be() {
    let archive = firm_archive();
    for row in include_str!("../firm/register/sources.csv").lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let (source, folder, allowed) = (fields[0], fields[7], fields[10]);
        let folder = folder.trim_start_matches("mail:").trim_end_matches("**");
        let days: BTreeSet<_> = archive
            .filed
            .iter()
            .filter(|filed| filed.path.starts_with(folder))
            .filter_map(|filed| filed.day)
            .collect();
        let (mut longest, mut run) = (0, 0);
        for day in calendar::FIRST_DAY.iter_days().take_while(|day| *day <= calendar::LAST_DAY) {
            if chrono::Datelike::weekday(&day).num_days_from_monday() < 5 {
                run = if days.contains(&day) { 0 } else { run + 1 };
                longest = longest.max(run);
            }
        }
        let Ok(allowed) = allowed.parse::<u32>() else { continue };
        let planted = ["trade-support", "research-desk"].contains(&source);
        assert_eq!(longest > allowed, planted, "{source}: {longest} days");
    }
}

#[test]
fn the_planted_subjects_of_each_item_exist() {
    let (_, tree) = firm();
    let subjects: BTreeSet<String> = archive_messages(&tree)
        .iter()
        .filter_map(|(_, bytes)| Some(MessageParser::default().parse(bytes)?.subject()?.to_owned()))
        .collect();
    for item in truth().items {
        for subject in [item.hits, item.cannot_tell, item.no].concat() {
            assert!(subjects.contains(subject), "item {}: {subject}", item.item);
        }
    }
    for decision in decisions() {
        let meant = subjects.iter().any(|subject| subject.contains(&decision.subject_contains));
        assert!(meant, "nothing has {:?} in its subject", decision.subject_contains);
    }
    assert!(subjects.iter().any(|subject| subject == "約定確認のお願い"));
    assert!(subjects.iter().any(|subject| subject == "בקשה לאישור עסקה"));
}

#[test]
fn letters_of_other_alphabets_read_back() {
    let (_, tree) = firm();
    let all: Vec<String> = archive_messages(&tree)
        .iter()
        .filter_map(|(_, bytes)| Some(MessageParser::default().parse(bytes)?.body_text(0)?.into_owned()))
        .collect();
    for text in ["Ausführungsbestätigung", "mañana", "最良執行", "نرجو إرسال", "אישור העסקה"]
    {
        assert!(all.iter().any(|body| body.contains(text)), "{text}");
    }
}

#[test]
fn every_domain_is_an_example() {
    let (_, tree) = firm();
    for (path, bytes) in &tree {
        let text = String::from_utf8_lossy(&unpacked(path, bytes)).into_owned();
        // Between these two escapes ISO-2022-JP writes kanji in letters and signs of ASCII.
        let text: String =
            text.split("\x1b$B").map(|run| run.split_once("\x1b(B").map_or(run, |(_, rest)| rest)).collect();
        for (at, _) in text.match_indices('@') {
            let domain: String = text[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
                .collect();
            let domain = domain.trim_end_matches(['.', '-']);
            // A bare local part in running text ("trade-support@ to the archive") names no domain.
            assert!(domain.is_empty() || domain.ends_with(".example"), "{path}: {domain}");
        }
        for scheme in ["http://", "https://", "www."] {
            assert!(!text.contains(scheme), "{path}: {scheme}");
        }
    }
}

#[test]
fn the_readme_has_the_figures_of_the_truth() {
    let (readme, truth) = (include_str!("../README.md"), truth());
    let controls = confirmations::controls();
    let (sent, lost) = controls.iter().fold((0, 0), |sum, day| (sum.0 + day.sent, sum.1 + day.lost));
    for figures in [
        format!("{} occurrences in {} files", truth.occurrences, truth.containers.len()),
        format!("{} later mails to or from the mailbox", truth.broken_capture.missed),
        format!("{} sent, {} received", truth.unregistered.sent, truth.unregistered.received),
        format!("{sent} confirmations, {} were captured", sent - lost),
    ] {
        assert!(readme.contains(&figures), "README.md lacks {figures:?}");
    }
}

#[test]
fn a_folder_that_is_in_use_is_refused() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("mine"), "x").unwrap();
    assert!(matches!(write_firm(home.path()), Err(SamplesError::NotEmpty { .. })));
}
