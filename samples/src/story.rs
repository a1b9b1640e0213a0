//! What happens besides the ordinary: the mails of `texts/story.txt`, the flawed ones, the journal.

use crate::archive::{Archive, Filed, maildir_name};
use crate::calendar::{LAST_DAY, at, day, read_time};
use crate::desk::{ANN, BEN, CARLA, MARGIN_CALLS, TRADE_SUPPORT};
use crate::encode::Charset;
use crate::mail::{Attachment, Kind, Mail, domain_of};
use crate::script::{Entry, entries, raw_entries};
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

/// The mails of the story, in the order of their text.
pub(crate) fn mails() -> Vec<Mail> {
    let mut told: Vec<(&str, Mail)> = Vec::new();
    for entry in entries(include_str!("../texts/story.txt")) {
        let mail = tell(&entry, &told);
        told.push((entry.key, mail));
    }
    told.into_iter().map(|(_, mail)| mail).collect()
}

fn tell(entry: &Entry, told: &[(&str, Mail)]) -> Mail {
    let known = |key: &str| told.iter().find(|(known, _)| *known == key).map(|(_, mail)| mail);
    let field = |name: &str| entry.get(name).unwrap_or_else(|| panic!("{} has no {name}", entry.key));
    let attachment = |name: &String| match name.strip_prefix("message:").and_then(known) {
        Some(mail) => Attachment::Message(mail.bytes()),
        None => Attachment::File(name.clone()),
    };
    let parent = entry.get("reply-to").and_then(known);
    Mail {
        id: format!("<{}@mail.{}>", entry.key, domain_of(field("from"))),
        at: read_time(field("at")),
        from: field("from").to_owned(),
        to: entry.list("to"),
        cc: entry.list("cc"),
        bcc: Vec::new(),
        subject: field("subject").to_owned(),
        body: format!("{}\n", entry.body),
        charset: entry.get("charset").map_or(Charset::UTF_8, Charset::named),
        kind: match entry.get("kind") {
            Some("invite") => Kind::Invite,
            Some("smime") => Kind::Smime,
            Some("pgp") => Kind::Pgp,
            _ => Kind::Plain,
        },
        attachments: entry.list("attach").iter().map(attachment).collect(),
        thread: parent.map_or_else(Vec::new, |mail| mail.thread.iter().chain([&mail.id]).cloned().collect()),
        unquoted: entry.get("mbox") == Some("unquoted"),
    }
}

/// Flawed mails: all but the last in Ben's Maildir, the last at the end of Ann's inbox.
pub(crate) fn file_flawed(archive: &mut Archive) {
    for (serial, (key, raw)) in (9001..).zip(raw_entries(include_str!("../texts/flawed.txt"))) {
        let dated = |days: i64| LAST_DAY - chrono::TimeDelta::days(days);
        let (path, received) = if key == "truncated" {
            ("ann-lee/inbox.mbox".to_owned(), at(LAST_DAY, 60 * 17))
        } else {
            let received = at(dated(9010 - serial), 600);
            let name = maildir_name(received, u64::try_from(serial).unwrap_or(0));
            (format!("ben-ortiz/Maildir/cur/{name}"), received)
        };
        let header = |name: &str| {
            let line = raw.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim().to_owned()
        };
        let filed = Filed {
            path,
            day: DateTime::parse_from_rfc2822(&header("Date:")).ok().map(|at| at.date_naive()),
            id: header("Message-ID:"),
            from: bare(&header("From:")),
            recipients: vec![bare(&header("To:"))],
        };
        // A truncated mail ends where it was cut, without a line end.
        let end = if key == "truncated" { raw.trim_end() } else { raw };
        let bytes = unescaped(end);
        let bytes = if key == "truncated" { bytes } else { [bytes, b"\n".to_vec()].concat() };
        archive.file_raw(filed, received, &bytes);
    }
    file_empty(archive);
}

/// A file of no bytes, as a full disk leaves them behind.
fn file_empty(archive: &mut Archive) {
    let received = at(day(2024, 6, 11), 700);
    let path = format!("ben-ortiz/Maildir/cur/{}", maildir_name(received, 9100));
    let filed = Filed { path, day: None, id: String::new(), from: String::new(), recipients: Vec::new() };
    archive.file_raw(filed, received, b"");
}

fn bare(address: &str) -> String {
    address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>')).to_owned()
}

/// The text with each `\xNN` as that byte.
fn unescaped(text: &str) -> Vec<u8> {
    let mut pieces = text.split("\\x");
    let mut out = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        out.push(u8::from_str_radix(digits, 16).expect("the samples escape bytes as two digits"));
        out.extend_from_slice(rest.as_bytes());
    }
    out
}

/// Three mails that lie in a folder of which no rule of the register speaks: two that belong to Ann
/// by their headers, and one that belongs to nobody.
pub(crate) fn file_misfiled(archive: &mut Archive) {
    let letters = [
        (
            day(2024, 2, 2),
            "m.park@lakeshore.example",
            ANN,
            "Seminar in May",
            "Ann, will you speak at our seminar?",
        ),
        (day(2024, 2, 5), ANN, "m.park@lakeshore.example", "Re: Seminar in May", "Mina, with pleasure."),
        (
            day(2024, 5, 7),
            MARGIN_CALLS,
            "t.quill@birchway.example",
            "Margin terms from June",
            "Tom, the new terms are fixed under our best execution policy. Ask us for the table.",
        ),
    ];
    for (number, (date, from, to, subject, body)) in (1..).zip(letters) {
        let mail = letter(&format!("misfiled-{number}"), date, from, to, subject, body);
        archive.file(&format!("misfiled/{number:04}.eml"), &mail, &mail.bytes());
    }
}

fn letter(key: &str, date: NaiveDate, from: &str, to: &str, subject: &str, body: &str) -> Mail {
    Mail {
        id: format!("<{key}@mail.{}>", domain_of(from)),
        at: at(date, 60 * 11),
        from: from.to_owned(),
        to: vec![to.to_owned()],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: subject.to_owned(),
        body: format!("{body}\n"),
        charset: Charset::UTF_8,
        kind: Kind::Plain,
        attachments: Vec::new(),
        thread: Vec::new(),
        unquoted: false,
    }
}

/// A mail of which the journal tells more than its headers do, and its reports.
struct Journaled {
    mail: Mail,
    reports: Vec<&'static str>,
}

fn journaled() -> Vec<Journaled> {
    let mut blind = letter(
        "journal-1",
        day(2024, 3, 12),
        BEN,
        "g.summers@northgate.example",
        "Split of the March blocks",
        "Gail, trade support has the split of the March blocks; the allocation will be late by a day.",
    );
    blind.cc = vec![TRADE_SUPPORT.to_owned()];
    blind.bcc = vec![CARLA.to_owned()];
    let mut paper = letter(
        "journal-2",
        day(2024, 1, 25),
        "t.quill@birchway.example",
        ANN,
        "Signed account form",
        "Ann, the signed form is attached.",
    );
    paper.attachments.push(Attachment::File("account-form.pdf".to_owned()));
    let forwarded = letter(
        "journal-3",
        day(2024, 5, 28),
        "m.park@lakeshore.example",
        ANN,
        "Question on wash trades",
        "Ann, how does the firm screen for wash trades? Our auditors ask.",
    );
    vec![
        Journaled {
            mail: blind,
            reports: vec![
                "To: g.summers@northgate.example\nBcc: carla.diaz@elmcedar.example\n",
                "Cc: ann.lee@elmcedar.example, Expanded: trade-support@elmcedar.example\n\
                 Cc: ben.ortiz@elmcedar.example, Expanded: trade-support@elmcedar.example\n",
            ],
        },
        Journaled { mail: paper, reports: vec!["To: ann.lee@elmcedar.example\n"] },
        Journaled {
            mail: forwarded,
            reports: vec!["Recipient: ben.ortiz@elmcedar.example, Forwarded: ann.lee@elmcedar.example\n"],
        },
    ]
}

/// The journal mailbox: Exchange journal reports, one file each.
pub(crate) fn file_journal(archive: &mut Archive) {
    let mut number = 0;
    for Journaled { mail, reports } in journaled() {
        for recipients in reports {
            number += 1;
            let report = journal_report(&mail, number, recipients);
            archive.file(&format!("journal/{number:04}.eml"), &mail, &report);
        }
    }
}

/// A journal report (Microsoft documentation and MS-XJRNL): the envelope as text, then the mail.
fn journal_report(mail: &Mail, number: u32, recipients: &str) -> Vec<u8> {
    let date = crate::calendar::header_date(delayed(mail.at));
    let head = format!(
        "From: {from}\nTo: journal@elmcedar-journal.example\nSender: \
         <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@elmcedar-journal.example>\n\
         Message-ID: <report-{number}@journal.report.generator.example>\nDate: {date}\nSubject: {subject}\n\
         X-MS-Journal-Report:\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"=_journal_{number}\"\n\n--=_journal_{number}\n\
         Content-Type: text/plain; charset=\"us-ascii\"\nContent-Transfer-Encoding: 7bit\n\n\
         Sender: {from}\nSubject: {subject}\nMessage-ID: {id}\n{recipients}\n--=_journal_{number}\n\
         Content-Type: message/rfc822\n\n",
        from = mail.from,
        subject = mail.subject,
        id = mail.id,
    );
    let mut out = head.into_bytes();
    out.extend_from_slice(&mail.bytes());
    out.extend_from_slice(format!("\n--=_journal_{number}--\n").as_bytes());
    out
}

fn delayed(at: DateTime<Tz>) -> DateTime<Tz> {
    at + chrono::TimeDelta::seconds(3)
}
