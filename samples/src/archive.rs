//! Where each mail is filed: mailboxes as files of an archive.

use crate::calendar::{day, separator_date};
use crate::mail::Mail;
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::io::Write as _;

/// The day on which the capture of Trade Support was deleted; nothing of that day or later is there.
pub(crate) const RULE_REMOVED: NaiveDate = day(2024, 4, 15);
/// Tickets before this day were disposed of.
const TICKETS_FROM: NaiveDate = day(2024, 2, 1);
/// A Maildir sets flags behind a colon, which Windows allows in no file name; a semicolon is the
/// usual stand-in there.
const FLAGS: &str = if cfg!(windows) { ";2,S" } else { ":2,S" };

/// One occurrence: a mail in one of the files.
#[derive(Debug, Clone)]
pub(crate) struct Filed {
    pub(crate) path: String,
    /// The day in New York; absent where the mail tells none.
    pub(crate) day: Option<NaiveDate>,
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) recipients: Vec<String>,
}

/// The archive before it is written.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    files: BTreeMap<String, Vec<u8>>,
    pub(crate) filed: Vec<Filed>,
    serial: u64,
}

/// A mailbox that gets a copy, and the address under which it does.
struct Copy<'a> {
    path: String,
    delivered_to: Option<&'a str>,
}

impl Archive {
    /// Files a mail wherever the firm's capture would have put it.
    pub(crate) fn deliver(&mut self, mail: &Mail) {
        let sent = self.place(&mail.from, true, mail).map(|path| Copy { path, delivered_to: None });
        let mut copies: Vec<Copy<'_>> = sent.into_iter().collect();
        for address in mail.recipients().filter(|address| **address != mail.from) {
            if let Some(path) = self.place(address, false, mail) {
                copies.push(Copy { path, delivered_to: Some(address) });
            }
        }
        for copy in copies {
            let mut bytes = Vec::new();
            if let Some(address) = copy.delivered_to {
                bytes.extend_from_slice(format!("Delivered-To: {address}\n").as_bytes());
            }
            bytes.extend_from_slice(&mail.bytes());
            self.file(&copy.path, mail, &bytes);
        }
    }

    /// Files a mail at a stated path, whatever the rules say.
    pub(crate) fn file(&mut self, path: &str, mail: &Mail, bytes: &[u8]) {
        self.filed.push(Filed {
            path: path.to_owned(),
            day: Some(mail.at.date_naive()),
            id: mail.id.clone(),
            from: mail.from.clone(),
            recipients: mail.recipients().cloned().collect(),
        });
        if is_mbox(path) {
            self.append(path, &mail.from, mail.at, bytes, !mail.unquoted);
        } else {
            let crlf = path.ends_with(".eml");
            self.files.insert(path.to_owned(), if crlf { with_crlf(bytes) } else { bytes.to_vec() });
        }
    }

    /// Files bytes that are no proper mail.
    pub(crate) fn file_raw(&mut self, filed: Filed, at: DateTime<Tz>, bytes: &[u8]) {
        if is_mbox(&filed.path) {
            self.append(&filed.path, &filed.from, at, bytes, true);
        } else {
            self.files.insert(filed.path.clone(), bytes.to_vec());
        }
        self.filed.push(filed);
    }

    /// Appends to a mailbox behind a separator line, body lines quoted as mboxrd does.
    fn append(&mut self, path: &str, sender: &str, at: DateTime<Tz>, bytes: &[u8], quote: bool) {
        let mailbox = self.files.entry(path.to_owned()).or_default();
        mailbox.extend_from_slice(format!("From {sender} {}\n", separator_date(at)).as_bytes());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let unquoted = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
            if quote && line[unquoted..].starts_with(b"From ") {
                mailbox.push(b'>');
            }
            mailbox.extend_from_slice(line);
        }
        // A message that was cut short has no line end, and nothing follows it.
        if bytes.ends_with(b"\n") {
            mailbox.push(b'\n');
        }
    }

    /// The file into which the capture of that address puts the mail; none where it has no capture.
    fn place(&mut self, address: &str, sent: bool, mail: &Mail) -> Option<String> {
        self.serial += 1;
        let (serial, day) = (self.serial, mail.at.date_naive());
        Some(match address {
            "ann.lee@elmcedar.example" | "alee@elmcedar.example" => {
                format!("ann-lee/{}.mbox", if sent { "sent" } else { "inbox" })
            }
            "ben.ortiz@elmcedar.example" => {
                let name = maildir_name(mail.at, serial);
                match (sent, serial % 9) {
                    (true, _) => format!("ben-ortiz/Maildir/.Sent/cur/{name}"),
                    // Not looked at yet, so without flags.
                    (false, 0) => format!("ben-ortiz/Maildir/new/{}", name.trim_end_matches(FLAGS)),
                    (false, _) => format!("ben-ortiz/Maildir/cur/{name}"),
                }
            }
            "carla.diaz@elmcedar.example" => {
                let folder = if sent { "Sent" } else { "Inbox" };
                format!("carla-diaz/{folder}/{}-{serial:04}.eml", day.format("%Y%m%d"))
            }
            "devi.rao@elmcedar.example" => "devi-rao/2024.mbox.gz".to_owned(),
            "trade-support@elmcedar.example" if day < RULE_REMOVED => {
                format!("trade-support/2024-q{}.mbox", (day.month() - 1) / 3 + 1)
            }
            "helpdesk@elmcedar.example" if TICKETS_FROM <= day => {
                format!("service-desk/{}/{serial:04}.eml", day.format("%Y-%m"))
            }
            "confirmations@notify.elmcedar.example" => match day.month() {
                5 => "confirmations/2024-05.mbox".to_owned(),
                _ => "confirmations/2024-06.mbox.gz".to_owned(),
            },
            _ => return None,
        })
    }

    /// The files as they lie on disk, by path.
    pub(crate) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        let packed = |(path, bytes): (String, Vec<u8>)| {
            let bytes = if path.ends_with(".gz") { gzipped(&bytes) } else { bytes };
            (path, bytes)
        };
        self.files.into_iter().map(packed).collect()
    }
}

/// The name of a file in a Maildir, seen and flagged so.
pub(crate) fn maildir_name(at: DateTime<Tz>, serial: u64) -> String {
    format!("{}.M{:06}P{serial}.mx1.elmcedar.example{FLAGS}", at.timestamp(), at.nanosecond() / 1000)
}

/// Whether the file holds many messages.
pub(crate) fn is_mbox(path: &str) -> bool {
    path.ends_with(".mbox") || path.ends_with(".mbox.gz")
}

fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 40);
    for byte in bytes {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

/// Compressed with neither time, name nor system in the header: the same bytes every time.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes every byte")
}
