//! Real traffic: a year of one mailing list with its reply chains, of which known messages are removed.
//!
//! The list stands for a shared mailbox, the four people who take part most for mailboxes on another
//! capture path: each holds a copy of what it wrote and of what was written to it. The copies are files
//! of an archive, and `duces` itself is run on them: what it prints is what a firm would see.

use crate::draws::Draws;
use chrono::{Datelike as _, NaiveDate};
use duces_ingest::{Found, IngestError, Limits, open, parse, walk};
use duces_model::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the year of mail lies below the folder of corpora.
const MAIL: &str = "big/linux-man-2022-maildir";

const LIST: &str = "linux-man@vger.kernel.org";

/// The people whose mailboxes are simulated.
const PEOPLE: usize = 4;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The mail could not be read.
    #[error("could not read the mail")]
    Mail(#[from] IngestError),
    /// A file or folder could not be written, or a program not be started.
    #[error("could not {doing}")]
    Io { doing: String, source: std::io::Error },
    /// The program ended otherwise than expected.
    #[error("{command} ended with {code}:\n{said}")]
    Ended { command: String, code: String, said: String },
    /// What it printed is not JSON.
    #[error("{command} printed no JSON")]
    Json { command: String, source: serde_json::Error },
}

fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    let doing = doing.into();
    |source| Failure::Io { doing, source }
}

/// A message of the year.
struct Message {
    bytes: Vec<u8>,
    day: NaiveDate,
    from: BTreeSet<String>,
    /// Whose copy there is: the list, and people; as places in the list of sources.
    copies: Vec<usize>,
}

/// Which copies are removed.
struct Removal {
    name: &'static str,
    /// What a person should know when reading what was found.
    expects: &'static str,
    /// Whether this copy of this message goes.
    goes: fn(&Chosen, usize, &Message, usize) -> bool,
}

/// What removals go by.
struct Chosen {
    /// The person with a mailbox who wrote most after the first.
    insider: String,
    /// The most frequent sender without a mailbox.
    outsider: String,
    /// One in ten, by the message's place.
    tenth: Vec<bool>,
}

const REMOVALS: [Removal; 6] = [
    Removal { name: "nothing", expects: "no gap", goes: |_, _, _, _| false },
    Removal {
        name: "a window: all copies from 10 to 30 September",
        expects: "a silence of three weeks in all sources, which is one event",
        goes: |_, _, message, _| in_days(message, (9, 10), (9, 30)),
    },
    Removal {
        name: "a random tenth: all copies of one message in ten",
        expects: "no dip; replies whose parents are missing, as far as the parents were written from a source",
        goes: |chosen, at, _, _| chosen.tenth[at],
    },
    Removal {
        name: "one sender with a mailbox: all copies of what he wrote",
        expects: "no silence, since he still receives; replies to messages of his that are not there",
        goes: |chosen, _, message, _| message.from.contains(&chosen.insider),
    },
    Removal {
        name: "one sender outside: all copies of what he wrote",
        expects: "nothing: nobody promised to keep what he wrote elsewhere, and the counts hardly move",
        goes: |chosen, _, message, _| message.from.contains(&chosen.outsider),
    },
    Removal {
        name: "the list's copies from 1 July to 14 August, and not the direct ones",
        expects: "a silence of the list, and messages that people hold and the list does not",
        goes: |_, _, message, source| source == 0 && in_days(message, (7, 1), (8, 14)),
    },
];

fn in_days(message: &Message, from: (u32, u32), to: (u32, u32)) -> bool {
    let at = (message.day.month(), message.day.day());
    message.day.year() == 2022 && from <= at && at <= to
}

/// Runs all removals, or nothing where the mail is not there.
pub(crate) fn run(corpora: &Path, duces: &Path) -> Result<Option<String>, Failure> {
    let folder = corpora.join(MAIL);
    if !folder.is_dir() {
        return Ok(None);
    }
    let read = read(&folder)?;
    let mut out = format!("{} messages of 2022; sources: {}\n", read.messages.len(), read.names.join(", "));
    for removal in &REMOVALS {
        let (removed, text) = one(&read, removal, duces)?;
        let _ =
            writeln!(out, "\n{}: {removed} copies removed; to be seen: {}", removal.name, removal.expects);
        out.push_str(&text);
    }
    Ok(Some(out))
}

struct Read {
    messages: Vec<Message>,
    /// Addresses of the sources, the list first.
    names: Vec<String>,
    chosen: Chosen,
}

fn read(folder: &Path) -> Result<Read, Failure> {
    let mut envelopes = Vec::new();
    let limits = Limits::default();
    for found in walk("mail", folder)? {
        let Found::Container(file) = found? else { continue };
        let mut opened = open(&file, &limits)?;
        let (id, kind) = (opened.container_id(), opened.kind());
        while let Some(message) = opened.next_message() {
            let message = message?;
            let root =
                parse(id, kind, &message, Some(file.file_name()), &limits).documents.into_iter().next();
            let sent = root.as_ref().and_then(|root| root.sent_at).map(|sent| sent.date_naive());
            if let (Some(root), Some(day)) = (root, sent.filter(|day| day.year() == 2022)) {
                let (from, to) = (people(&root, true), people(&root, false));
                envelopes.push(Envelope { day, bytes: message.bytes, from, to });
            }
        }
    }
    envelopes.sort_by(|a, b| (a.day, &a.bytes).cmp(&(b.day, &b.bytes)));
    let is_list = |name: &String| name.ends_with("@vger.kernel.org");
    let parties = ranked(envelopes.iter().flat_map(|envelope| envelope.from.union(&envelope.to)));
    let mut names = vec![LIST.to_owned()];
    names.extend(parties.into_iter().filter(|name| !is_list(name)).take(PEOPLE));
    let (insiders, outsiders): (Vec<String>, Vec<String>) =
        ranked(envelopes.iter().flat_map(|envelope| &envelope.from))
            .into_iter()
            .partition(|name| names.contains(name));
    let mut draws = Draws::named(2022, "a random tenth");
    let chosen = Chosen {
        insider: insiders.into_iter().nth(1).unwrap_or_default(),
        outsider: outsiders.into_iter().next().unwrap_or_default(),
        tenth: envelopes.iter().map(|_| draws.chance(0.1)).collect(),
    };
    let messages = envelopes
        .into_iter()
        .map(|Envelope { day, bytes, from, to }| {
            let holds = |at: &usize| *at == 0 || from.contains(&names[*at]) || to.contains(&names[*at]);
            Message { copies: (0..names.len()).filter(holds).collect(), bytes, day, from }
        })
        .collect();
    Ok(Read { messages, names, chosen })
}

/// A message as it was read.
struct Envelope {
    day: NaiveDate,
    bytes: Vec<u8>,
    from: BTreeSet<String>,
    to: BTreeSet<String>,
}

/// The names by how often they come, the most frequent first.
fn ranked<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut ranked: Vec<(usize, &String)> = counts.into_iter().map(|(name, n)| (n, name)).collect();
    ranked.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    ranked.into_iter().map(|(_, name)| name.clone()).collect()
}

/// Addresses of those who wrote it, or of those to whom it was written.
fn people(document: &Document, wrote: bool) -> BTreeSet<String> {
    use duces_model::Role;
    let of_kind = |role: Role| if wrote { role == Role::From } else { matches!(role, Role::To | Role::Cc) };
    let named = document.participants.iter().filter(|participant| of_kind(participant.role));
    named
        .filter_map(|participant| participant.address.as_ref())
        .map(|address| address.as_str().to_owned())
        .collect()
}

fn one(read: &Read, removal: &Removal, duces: &Path) -> Result<(usize, String), Failure> {
    let folder = tempfile::tempdir().map_err(io("make a folder"))?;
    let firm = folder.path().join("firm");
    let run = |arguments: &[&str]| asked(duces, &firm, arguments);
    fs::create_dir_all(&firm).map_err(io("make a folder"))?;
    let mut init = vec!["init", "--firm", "One List", "--crd", "1", "--prefix", "L"];
    // The people's own domains are the firm's: a reply to one of them answers what was written inside.
    let domains: BTreeSet<&str> =
        read.names[1..].iter().filter_map(|name| Some(name.split_once('@')?.1)).collect();
    init.extend(domains.iter().flat_map(|domain| ["--domain", domain]));
    run(&init)?;
    for (name, text) in register(&read.names) {
        write(&firm.join("register").join(name), text.as_bytes())?;
    }
    let mut removed = 0;
    for (at, message) in read.messages.iter().enumerate() {
        for source in &message.copies {
            if (removal.goes)(&read.chosen, at, message, *source) {
                removed += 1;
            } else {
                let place = format!("archive/{}/{at:05}.eml", id(*source));
                write(&firm.join(place), &message.bytes)?;
            }
        }
    }
    run(&["index"])?;
    let told = run(&["coverage"])?;
    Ok((removed, findings(&told)))
}

fn id(source: usize) -> String {
    if source == 0 { "list".to_owned() } else { format!("person-{source}") }
}

fn register(names: &[String]) -> [(&'static str, String); 3] {
    let mut sources =
        "source,name,channel,addresses,owner,in_service_from,archive_paths,capture_path,silence_days_max\n"
            .to_owned();
    let mut people = "person,name,addresses\n".to_owned();
    for (at, name) in names.iter().enumerate() {
        let id = id(at);
        let (owner, path) = if at == 0 { (String::new(), "list") } else { (format!("p-{id}"), "mailboxes") };
        let silence = if at == 0 { "10" } else { "" };
        let _ =
            writeln!(sources, "{id},{name},email,{name},{owner},2022-01-01,mail:{id}/**,{path},{silence}");
        if at > 0 {
            let _ = writeln!(people, "{owner},{name},{name}");
        }
    }
    let captures =
        "capture_path,changed_on,change\nlist,2021-01-01,added\nmailboxes,2021-01-01,added\n".to_owned();
    [("sources.csv", sources), ("people.csv", people), ("captures.csv", captures)]
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io("make a folder"))?;
    }
    fs::write(path, bytes).map_err(io(format!("write {}", path.display())))
}

/// The JSON that a command of the program prints.
fn asked(duces: &Path, firm: &Path, arguments: &[&str]) -> Result<serde_json::Value, Failure> {
    let command = format!("duces {}", arguments.join(" "));
    let mut run = Command::new(duces);
    run.arg("-C").arg(firm).args(["--format", "json", "--by", "P. Replay", "--now", "2023-01-02T12:00:00Z"]);
    let output = run.args(arguments).output().map_err(io(format!("start {}", duces.display())))?;
    // 3 and 4 are answers: something needs a person, or is incomplete.
    if !matches!(output.status.code(), Some(0 | 3 | 4)) {
        return Err(Failure::Ended {
            command,
            code: output.status.to_string(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    serde_json::from_slice(&output.stdout).map_err(|source| Failure::Json { command, source })
}

/// What the program found, a line for each gap, and what it says that it could not have seen.
fn findings(told: &serde_json::Value) -> String {
    let mut out = String::new();
    let mut blind = BTreeSet::new();
    let gaps = told["gaps"].as_array().map_or(&[][..], Vec::as_slice);
    let gap_of =
        |row: &'_ serde_json::Value| if row["gap"].is_object() { row["gap"].clone() } else { row.clone() };
    // Others at the same large providers are, as it were, people of the firm without a mailbox: they are counted.
    let (strangers, gaps): (Vec<_>, Vec<_>) =
        gaps.iter().map(gap_of).partition(|gap| gap["evidence"] == "unregistered-traffic");
    for gap in &gaps {
        let text = |key: &str| gap[key].as_str().unwrap_or("unknown").to_owned();
        let _ = writeln!(
            out,
            "  {}: {} to {}: {}",
            text("id"),
            text("first_day"),
            text("last_day"),
            text("finding")
        );
        blind.insert(text("blind_to"));
    }
    if gaps.is_empty() {
        out.push_str("  no gap of a source\n");
    }
    let _ = writeln!(out, "  besides, {} addresses of these domains have no source", strangers.len());
    for blind in blind {
        let _ = writeln!(out, "  but {blind}");
    }
    out
}

/// The folder of corpora, as other tests find it.
#[allow(clippy::disallowed_methods)]
pub(crate) fn corpora() -> Option<PathBuf> {
    std::env::var("DUCES_CORPORA").ok().map(PathBuf::from)
}
