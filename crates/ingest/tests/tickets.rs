//! Exports that are one file: phones, tickets, Teams, tables by a mapping; what must hold of each, whole or damaged.

mod support;

use duces_ingest::chat::Mapping;
use duces_ingest::{Limits, Rereader, retained_bytes};
use duces_model::{ContainerKind, DefectCode};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Seen, corpora, read_all};

const SMS: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"3\">\n<sms address=\"+15550100001\" date=\"1709305200000\" type=\"1\" body=\"sell 5 &#55357;&#56832;\" contact_name=\"Ann\" />\n<sms address=\"+15550100001\" date=\"1709391600000\" type=\"2\" body=\"ok\" />\n<mms address=\"+15550100001\" date=\"1709391660000\" msg_box=\"1\"><parts><part seq=\"0\" ct=\"text/plain\" name=\"n\" data=\"aGVsbG8=\" /></parts><addrs><addr address=\"+15550100001\" type=\"137\" /></addrs></mms>\n</smses>\n";
const WHATSAPP: &str = "28/02/2024, 21:15 - Messages and calls are end-to-end encrypted.\n28/02/2024, 21:16 - Ann Lee: sell five\nsecond line\n01/03/2024, 00:05 - Bob: IMG-20240301-WA0001.jpg (file attached)\n01/03/2024, 00:06 - Bob: <Media omitted>\n";
const TICKETS: &str = "{\"id\":35,\"requester_id\":1,\"submitter_id\":1,\"subject\":\"refund\",\"status\":\"open\",\"created_at\":\"2024-03-01T15:00:00Z\",\"comments\":[{\"id\":9,\"author_id\":1,\"body\":\"please\",\"public\":true,\"created_at\":\"2024-03-01T15:00:00Z\"},{\"id\":10,\"author_id\":2,\"body\":\"he is a risk\",\"public\":false,\"created_at\":\"2024-03-02T15:05:00Z\"}]}\n";
const INTERCOM: &str = "{\"conversations\":[{\"type\":\"conversation\",\"id\":\"7\",\"created_at\":1709305200,\"source\":{\"id\":\"3\",\"body\":\"<p>Hello</p>\",\"author\":{\"id\":\"a\",\"email\":\"ann@client.example\"}},\"contacts\":{\"contacts\":[{\"id\":\"a\"}]},\"conversation_parts\":{\"total_count\":1,\"conversation_parts\":[{\"id\":\"1\",\"part_type\":\"note\",\"body\":\"<b>careful</b>\",\"created_at\":1709305260,\"author\":{\"id\":\"9\"}}]}}]}";
const TEAMS: &str = "{\"value\":[{\"id\":\"1\",\"messageType\":\"message\",\"createdDateTime\":\"2024-03-01T15:00:00Z\",\"chatId\":\"19:x\",\"from\":{\"user\":{\"id\":\"u1\",\"displayName\":\"Ann\"}},\"body\":{\"contentType\":\"html\",\"content\":\"<p>sell <b>5</b></p>\"}}]}";
const TABLE: &str = "r,when,who,to,said\n7,2024-03-01 09:00:00,ann@firm.example,bob@firm.example,\"sell \"\"5\"\"\nnow\"\n7,2024-03-02 09:00:00,bob@firm.example,cat@firm.example,done\n";
const MAPPING: &str = "kind = \"messages-csv\"\nfiles = [\"log*.csv\"]\nplatform = \"desk\"\ntime_format = \"%Y-%m-%d %H:%M:%S\"\nzone = \"UTC\"\n[columns]\nroom = \"r\"\ntime = \"when\"\nsender = \"who\"\nrecipients = \"to\"\ntext = \"said\"\n";

/// Name, content, room-days, form.
const SAMPLES: [(&str, &str, u64, &str); 6] = [
    ("sms-20240301.xml", SMS, 2, "sms-backup-restore"),
    ("WhatsApp Chat with Desk.txt", WHATSAPP, 2, "whatsapp-text"),
    ("tickets.json", TICKETS, 2, "zendesk-json"),
    ("conversations.json", INTERCOM, 1, "intercom-json"),
    ("messages.json", TEAMS, 1, "teams-json"),
    ("log.csv", TABLE, 2, "mapped-table"),
];

fn limits() -> Limits {
    let mapping = Mapping::read("mappings/log.toml", MAPPING).unwrap();
    Limits { mappings: vec![Arc::new(mapping)], ..Limits::default() }
}

fn in_folder(files: &[(&str, &[u8])], limits: &Limits) -> Vec<Seen> {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    read_all(dir.path(), limits)
}

fn has(seen: &Seen, code: DefectCode) -> bool {
    seen.tally.container.defects.iter().any(|defect| defect.code == code)
}

#[test]
fn each_form_gives_its_room_days_and_its_sum_closes() {
    for (name, text, days, form) in SAMPLES {
        let all = in_folder(&[(name, text.as_bytes())], &limits());
        let seen = &all[0];
        assert_eq!(
            (seen.kind, seen.tally.found, seen.tally.independent),
            (ContainerKind::Chat, days, Some(days)),
            "{name}"
        );
        assert!(duces_ingest::forms::FORMS.iter().any(|known| known.name == form), "{form}");
    }
}

#[test]
fn a_day_of_an_export_that_grew_is_the_same_occurrence() {
    let ids = |text: &str, name: &str| -> Vec<_> {
        let all = in_folder(&[(name, text.as_bytes())], &limits());
        all[0].occurrences.iter().map(|occurrence| occurrence.id).collect()
    };
    let more = format!("{TABLE}0,2024-02-01 09:00:00,a@firm.example,b@firm.example,before all others\n");
    let (before, after) = (ids(TABLE, "log.csv"), ids(&more, "log.csv"));
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|id| after.contains(id)));
}

#[test]
fn people_of_a_mapped_day_are_those_of_that_day_alone() {
    let all = in_folder(&[("log.csv", TABLE.as_bytes())], &limits());
    let texts: Vec<String> =
        all[0].occurrences.iter().map(|one| format!("{:?}", one.root().participants)).collect();
    assert_eq!(texts.iter().filter(|people| people.contains("cat@firm.example")).count(), 1);
    assert!(all[0].occurrences.iter().all(|one| one.root().participants_complete));
}

#[test]
fn a_whatsapp_zip_gives_its_files_named_and_not() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let files: [(&str, &[u8]); 3] = [
        ("_chat.txt", WHATSAPP.as_bytes()),
        ("IMG-20240301-WA0001.jpg", b"pixels"),
        ("stray.txt", b"lost and found"),
    ];
    for (name, bytes) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("WhatsApp Chat - Desk.zip");
    std::fs::write(&path, bytes).unwrap();
    let all = read_all(dir.path(), &limits());
    let seen = &all[0];
    assert_eq!((seen.tally.found, seen.tally.independent), (3, Some(3)));
    let texts: Vec<&str> = seen
        .occurrences
        .iter()
        .flat_map(|one| &one.documents)
        .map(|document| document.text.as_str())
        .collect();
    assert!(texts.contains(&"lost and found"), "{texts:?}");
    for (message, occurrence) in seen.messages.iter().zip(&seen.occurrences) {
        let again = retained_bytes(&path, seen.kind, false, message.locator, &limits()).unwrap();
        assert_eq!(again, message.bytes, "{:?}", occurrence.root().subject);
    }
    let named = seen.occurrences.iter().flat_map(|one| &one.documents);
    assert_eq!(named.filter(|one| one.file_name.as_deref() == Some("IMG-20240301-WA0001.jpg")).count(), 1);
}

#[test]
fn an_export_is_taken_apart_once_for_all_its_room_days_and_anew_once_it_changed() {
    let symphony = r#"[{"messageId":"m1","timestamp":1709305200000,"message":"<div>buy</div>","user":{"userId":7},"stream":{"streamId":"s1"}},
      {"messageId":"m2","timestamp":1709391600000,"message":"<div>sold</div>","user":{"userId":7},"stream":{"streamId":"s1"}}]"#;
    for (name, text) in [("sms-20240301.xml", SMS), ("stream.json", symphony)] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        let limits = limits();
        std::fs::write(&path, text).unwrap();
        let all = read_all(dir.path(), &limits);
        let seen = &all[0];
        assert!(seen.messages.len() > 1, "{name}");
        let time = path.metadata().unwrap().modified().unwrap();
        let mut files = Rereader::new(limits.clone());
        let mut again = |locator| files.retained_bytes(&path, seen.kind, false, locator);
        assert_eq!(again(seen.messages[0].locator).unwrap(), seen.messages[0].bytes);
        // What cannot be read any more shows that it is not read: every other day comes out of what was read, in any order.
        std::fs::write(&path, vec![b'x'; text.len()]).unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        for message in seen.messages.iter().rev().chain(&seen.messages) {
            assert_eq!(again(message.locator).unwrap(), message.bytes, "{name}");
        }
        std::fs::write(&path, "changed").unwrap();
        assert!(again(seen.messages[0].locator).is_err(), "{name}");
    }
}

#[test]
fn a_stated_count_that_differs_leaves_the_sum_open() {
    let all = in_folder(&[("a.xml", SMS.replace("count=\"3\"", "count=\"5\"").as_bytes())], &limits());
    assert!(has(&all[0], DefectCode::CountDiffers));
    assert_eq!((all[0].tally.found, all[0].tally.independent), (2, Some(4)));
}

#[test]
fn files_in_other_character_sets_are_read_and_told() {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(TABLE.replace("done", "Müller").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let ansi: Vec<u8> =
        TABLE.replace("done", "M#ller").bytes().map(|byte| if byte == b'#' { 0xFC } else { byte }).collect();
    for (bytes, told) in [(utf16, false), (ansi, true)] {
        let all = in_folder(&[("log.csv", &bytes)], &limits());
        let words = all[0].occurrences.iter().any(|one| one.root().text.contains("Müller"));
        assert!(words);
        assert_eq!(has(&all[0], DefectCode::UnknownCharset), told);
    }
}

/// A mapping of a table of the corpora: files, kind, form of times, columns; and by Python's `csv` and `json`: events, and
/// rooms by days.
type Set<'a> = (&'a str, &'a str, &'a str, &'a str, u64, u64);

const SETS: [Set<'_>; 5] = [
    (
        "ticket_comment_data.csv",
        "messages-csv",
        "%Y-%m-%d %H:%M:%S",
        "room = \"ticket_id\"\nid = \"id\"\ntime = \"created\"\nsender = \"user_id\"\ntext = \"body\"\npublic = \"public\"",
        20,
        13,
    ),
    (
        "ticket_chat_event_data.csv",
        "messages-csv",
        "%Y-%m-%d %H:%M:%S%.f",
        "room = \"chat_id\"\ntime = \"created_at\"\nsender = \"actor_id\"\ntext = \"message\"\nkind = \"type\"",
        12,
        9,
    ),
    (
        "conversation_part_history_data.csv",
        "messages-csv",
        "%Y-%m-%d %H:%M:%S",
        "room = \"conversation_id\"\nid = \"id\"\ntime = \"created_at\"\nsender = \"author_id\"\ntext = \"body\"\nkind = \"part_type\"",
        9,
        8,
    ),
    (
        "conversation_history_data.csv",
        "messages-csv",
        "%Y-%m-%d %H:%M:%S",
        "room = \"id\"\ntime = \"created_at\"\nsender = \"source_author_id\"\ntext = \"source_body\"",
        9,
        2,
    ),
    (
        "populationdata/batch*.json",
        "messages-json",
        "%Y-%m-%dT%H:%M:%S",
        "time = \"Time\"\nsender = \"Account\"\ntext = \"Content\"\nkind = \"Type\"",
        1534,
        9,
    ),
];

#[test]
fn tables_of_the_corpora_give_as_many_events_as_another_reader_finds() {
    let Some(corpora) = corpora() else { return };
    let of = |(files, kind, form, columns, ..): &Set<'_>| {
        let text = format!(
            "kind = \"{kind}\"\nfiles = [\"{files}\"]\nplatform = \"x\"\ntime_format = \"{form}\"\nzone = \"UTC\"\n[columns]\n{columns}\n"
        );
        Arc::new(Mapping::read("m.toml", &text).unwrap())
    };
    let limits = Limits { mappings: SETS.iter().map(of).collect(), ..Limits::default() };
    let mut all = Vec::new();
    for set in ["zendesk-dbt-seeds", "intercom-dbt-seeds", "teams-forensicsim-population"] {
        all.extend(read_all(&corpora.join("chat").join(set), &limits));
    }
    for (set, mapping) in SETS.iter().zip(&limits.mappings) {
        let pattern = set.0.rsplit('/').next().unwrap_or_default();
        let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
        let of_set = |seen: &&Seen| {
            let name = seen.file.file_name();
            name.starts_with(start) && name.ends_with(end) && seen.kind == ContainerKind::Chat
        };
        let (mut events, mut days) = (0, 0);
        for seen in all.iter().filter(of_set) {
            assert_eq!(seen.tally.independent, Some(seen.tally.found), "{}", seen.file.path);
            days += seen.tally.found;
            events +=
                seen.occurrences.iter().map(|one| stated(one.root().header_block.as_deref())).sum::<u64>();
        }
        assert_eq!((events, days), (set.4, set.5), "{mapping:?}");
    }
}

/// The number of events that a room-day's own file states.
fn stated(header: Option<&str>) -> u64 {
    let line = header.unwrap_or_default().lines().find_map(|line| line.strip_prefix("X-RSMF-EventCount:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.throw(3) {
        let at = dice.throw(bytes.len());
        match dice.throw(5) {
            0 => bytes.truncate(at),
            1 => bytes[at] = u8::try_from(dice.throw(256)).unwrap(),
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, b"\"<>{}[],\\\n\r:-&;"[dice.throw(15)]),
            _ => {
                let end = (at + dice.throw(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.throw(bytes.len());
                bytes.splice(to..to, piece);
            }
        }
        if bytes.is_empty() {
            bytes.push(b'[');
        }
    }
    bytes
}

#[test]
fn damage_of_any_kind_is_read_in_bounded_time_and_nothing_is_lost_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    let limits = limits();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for (name, text, ..) in SAMPLES {
        for _ in 0..500 {
            one_run(dir.path(), name, &damaged(text.as_bytes(), &mut dice), &limits);
        }
    }
}

/// `read_all` holds the laws of an account; a run that takes a second is a hang in the making.
#[allow(clippy::disallowed_methods, reason = "a reading that takes seconds is one that hangs")]
fn one_run(dir: &Path, name: &str, bytes: &[u8], limits: &Limits) {
    std::fs::write(dir.join(name), bytes).unwrap();
    let started = Instant::now();
    let all = read_all(dir, limits);
    assert_eq!(all.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(5), "{name}: {:?}", String::from_utf8_lossy(bytes));
    std::fs::remove_file(dir.join(name)).unwrap();
}
