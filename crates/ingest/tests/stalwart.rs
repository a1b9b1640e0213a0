//! The mail library's own corpus, with what its authors expect of each mail: subject, date, addresses
//! and attachment names agree, or the difference is explained below, one cause at a time.

mod support;

use duces_model::{Document, Occurrence, Role};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::{corpora, parse_mail};

/// What both sides say of one mail, in one spelling.
type Said = BTreeMap<&'static str, String>;

/// Why this reader says something else on purpose.
fn explained(mail: &str, field: &str, expected: &str, found: &str) -> Option<&'static str> {
    let replaced = expected.contains('\u{FFFD}')
        && expected.chars().count() == found.chars().count()
        && expected.chars().zip(found.chars()).all(|(theirs, ours)| theirs == ours || theirs == '\u{FFFD}');
    if replaced {
        return Some(
            "a raw 8-bit byte in a header: they put U+FFFD, we read windows-1252 and tell the guess",
        );
    }
    if field == "attachments" && found.contains('\\') && found.replace('\\', "") == expected {
        return Some(
            "a Windows path in quotes: they take its backslashes for escapes, we keep the name as written",
        );
    }
    match (mail, field) {
        ("malformed/019.eml", "date") => {
            Some("the time reads 10:00:t: they make it 10:00:00, we say that the date cannot be read")
        }
        ("thirdparty/007.eml", "from") => {
            Some("From is <moderator>: they call it an address, we keep it as a name and say that it is none")
        }
        ("legacy/049.eml", "attachments") => {
            Some("files stand in the text, uuencoded: they leave them there, we take them out")
        }
        ("thirdparty/015.eml", "attachments") => Some(
            "the first attached mail never closes its boundary: they lose the two that follow, we do not",
        ),
        _ => None,
    }
}

fn expected(json: &Value) -> Said {
    let mut said = Said::new();
    let headers = json["parts"][0]["headers"].as_array().cloned().unwrap_or_default();
    let values = |name: &str| {
        headers.iter().filter(|h| h["name"] == name).map(|h| h["value"].clone()).collect::<Vec<_>>()
    };
    let subject =
        values("subject").first().map(|value| value["Text"].as_str().unwrap_or("").trim().to_owned());
    said.insert("subject", subject.filter(|text| !text.is_empty()).unwrap_or_default());
    said.insert(
        "date",
        values("date").first().and_then(instant).map(|at| at.to_string()).unwrap_or_default(),
    );
    for name in ["from", "sender", "to", "cc", "bcc"] {
        let mut list: Vec<String> = values(name).iter().flat_map(addresses).collect();
        list.sort();
        said.insert(name, list.join(" "));
    }
    let names = json["attachments"].as_array().into_iter().flatten();
    let names = names.filter_map(|at| attachment_name(&json["parts"][usize::try_from(at.as_u64()?).ok()?]));
    said.insert("attachments", sorted(names));
    said
}

fn sorted(names: impl Iterator<Item = String>) -> String {
    let mut list: Vec<String> = names.collect();
    list.sort();
    list.join(" | ")
}

fn instant(value: &Value) -> Option<i64> {
    let date = value.get("DateTime")?;
    let number = |name: &str| date[name].as_i64();
    let day = chrono::NaiveDate::from_ymd_opt(
        i32::try_from(number("year")?).ok()?,
        u32::try_from(number("month")?).ok()?,
        u32::try_from(number("day")?).ok()?,
    )?;
    let clock = |name: &str| number(name).and_then(|n| u32::try_from(n).ok());
    let local = day.and_hms_opt(clock("hour")?, clock("minute")?, clock("second")?)?.and_utc().timestamp();
    let zone = number("tz_hour")? * 3600 + number("tz_minute")? * 60;
    Some(if date["tz_before_gmt"] == true { local + zone } else { local - zone })
}

fn addresses(value: &Value) -> Vec<String> {
    let list = |list: &Value| -> Vec<String> {
        let entries = list.as_array().into_iter().flatten();
        entries.filter_map(|entry| entry["address"].as_str()).map(|text| text.trim().to_lowercase()).collect()
    };
    match (value["Address"].get("List"), value["Address"].get("Group")) {
        (Some(found), _) => list(found),
        (_, Some(groups)) => {
            groups.as_array().into_iter().flatten().flat_map(|group| list(&group["addresses"])).collect()
        }
        _ => Vec::new(),
    }
}

fn attachment_name(part: &Value) -> Option<String> {
    let headers = part["headers"].as_array()?;
    let attribute = |header: &str, name: &str| {
        let found = headers.iter().rfind(|h| h["name"] == header)?;
        let list = found["value"]["ContentType"]["attributes"].as_array()?;
        list.iter()
            .find(|a| a["name"] == name)
            .and_then(|a| a["value"].as_str())
            .map(|text| text.trim().to_owned())
    };
    attribute("content_disposition", "filename").or_else(|| attribute("content_type", "name"))
}

fn said(found: &Occurrence) -> Said {
    let root = found.root();
    let mut said = Said::new();
    said.insert("subject", root.subject.clone().unwrap_or_default());
    said.insert("date", root.sent_at.map(|at| at.timestamp().to_string()).unwrap_or_default());
    let roles = [
        ("from", Role::From),
        ("sender", Role::Sender),
        ("to", Role::To),
        ("cc", Role::Cc),
        ("bcc", Role::Bcc),
    ];
    for (name, role) in roles {
        let people = root.participants.iter().filter(|p| p.role == role);
        let mut list: Vec<String> =
            people.filter_map(|p| p.address.as_ref()).map(ToString::to_string).collect();
        list.sort();
        said.insert(name, list.join(" "));
    }
    let children = found.documents.iter().filter(|d| d.parent == Some(root.id));
    said.insert("attachments", sorted(children.filter_map(|d: &Document| d.file_name.clone())));
    said
}

fn mails(root: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for folder in ["rfc", "legacy", "thirdparty", "malformed"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "eml") {
                list.push(path);
            }
        }
    }
    list.sort();
    list
}

#[test]
fn subjects_dates_addresses_and_attachment_names_agree_or_the_difference_is_explained() {
    let Some(corpora) = corpora() else { return };
    let root = corpora.join("edge/stalwart-mail-parser/resources/eml");
    let mails = mails(&root);
    assert!(mails.len() > 100);
    let (mut agreed, mut reasons, mut unexplained) = (0, BTreeMap::new(), Vec::new());
    for mail in &mails {
        let raw = std::fs::read(mail).unwrap();
        let lf: Vec<u8> = raw.iter().copied().filter(|byte| *byte != b'\r').collect();
        let crlf: Vec<u8> =
            lf.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
        for (bytes, ending) in [(lf, "json"), (crlf, "crlf.json")] {
            let json: Value =
                serde_json::from_slice(&std::fs::read(mail.with_extension(ending)).unwrap()).unwrap();
            let (expected, found) = (expected(&json), said(&parse_mail(bytes)));
            let name = mail.strip_prefix(&root).unwrap().display().to_string();
            for (field, theirs) in &expected {
                let ours = &found[field];
                if theirs == ours {
                    agreed += 1;
                } else if let Some(reason) = explained(&name, field, theirs, ours) {
                    *reasons.entry(reason).or_insert(0) += 1;
                } else {
                    unexplained
                        .push(format!("{name} {ending} {field}\n  expected {theirs:?}\n  found    {ours:?}"));
                }
            }
        }
    }
    println!("{} mails: {agreed} fields agree; {reasons:#?}", mails.len());
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}
