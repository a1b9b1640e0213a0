//! One mail of the samples, and its bytes.

use crate::calendar::header_date;
use crate::encode::{Charset, header_text, push_base64, push_quoted_printable};
use crate::parts;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// What a mail is made of besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// Text and the same as HTML.
    Alternative,
    /// Text and an iCalendar request.
    Invite,
    /// One encrypted part (S/MIME).
    Smime,
    /// One encrypted part (PGP/MIME).
    Pgp,
}

/// A file that hangs on a mail.
#[derive(Debug, Clone)]
pub(crate) enum Attachment {
    /// A file; its content follows from its name.
    File(String),
    /// A whole mail.
    Message(Vec<u8>),
}

/// One mail, before it is filed anywhere.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) id: String,
    pub(crate) at: DateTime<Tz>,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) bcc: Vec<String>,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) charset: Charset,
    pub(crate) kind: Kind,
    pub(crate) attachments: Vec<Attachment>,
    /// Message-IDs of the thread so far, the parent last.
    pub(crate) thread: Vec<String>,
    /// Whether a mailbox writes body lines that start with `From ` as they are.
    pub(crate) unquoted: bool,
}

/// Who has which name.
const NAMES: [(&str, &str); 21] = [
    ("ann.lee@elmcedar.example", "Ann Lee"),
    ("alee@elmcedar.example", "Ann Lee"),
    ("ben.ortiz@elmcedar.example", "Ben Ortiz"),
    ("carla.diaz@elmcedar.example", "Carla Diaz"),
    ("devi.rao@elmcedar.example", "Devi Rao"),
    ("trade-support@elmcedar.example", "Trade Support"),
    ("research-desk@elmcedar.example", "Research Desk"),
    ("margin-calls@elmcedar.example", "Margin Calls"),
    ("helpdesk@elmcedar.example", "Service Desk"),
    ("confirmations@notify.elmcedar.example", "Elm & Cedar Confirmations"),
    ("g.summers@northgate.example", "Gail Summers"),
    ("t.quill@birchway.example", "Tom Quill"),
    ("m.park@lakeshore.example", "Mina Park"),
    ("r.okafor@okafor-lindqvist.example", "Ruth Okafor"),
    ("news@marketwire.example", "Market Wire"),
    ("j.weiss@sudwerk.example", "Jürgen Weiß"),
    ("l.pena@rioverde.example", "Lucía Peña"),
    ("y.tanaka@hanabishi.example", "田中 由美"),
    ("s.haddad@qamar.example", "سلمى حداد"),
    ("n.barak@galil.example", "נועם ברק"),
    ("orders@greenhill-nursery.example", "Greenhill Nursery"),
];

/// The name that belongs to an address, or the address.
pub(crate) fn name_of(address: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == address).map_or(address, |(_, name)| name)
}

/// The part after the `@`.
pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn written(address: &str, charset: Charset) -> String {
    let name = match name_of(address) {
        name if name.is_ascii() && name.contains('&') => format!("\"{name}\""),
        name => header_text(name, charset),
    };
    format!("{name} <{address}>")
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

impl Mail {
    /// All who receive it, in the order of the headers; Bcc last.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &String> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// The mail as it travels: LF line ends, no Bcc.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.push_header(&mut out);
        self.push_content(&mut out);
        out
    }

    fn push_header(&self, out: &mut Vec<u8>) {
        let list = |addresses: &[String]| {
            let all: Vec<String> = addresses.iter().map(|address| written(address, self.charset)).collect();
            all.join(",\n ")
        };
        push(out, &format!("Message-ID: {}\n", self.id));
        push(out, &format!("Date: {}\n", header_date(self.at)));
        push(out, &format!("From: {}\n", written(&self.from, self.charset)));
        push(out, &format!("To: {}\n", list(&self.to)));
        if !self.cc.is_empty() {
            push(out, &format!("Cc: {}\n", list(&self.cc)));
        }
        push(out, &format!("Subject: {}\n", header_text(&self.subject, self.charset)));
        if let Some(parent) = self.thread.last() {
            push(out, &format!("In-Reply-To: {parent}\nReferences: {}\n", self.thread.join("\n ")));
        }
        push(out, "MIME-Version: 1.0\n");
    }

    /// A boundary that no text of the samples holds.
    fn boundary(&self, part: &str) -> String {
        let id: String = self.id.chars().filter(char::is_ascii_digit).collect();
        format!("=_{part}_{id}")
    }

    fn push_content(&self, out: &mut Vec<u8>) {
        if self.attachments.is_empty() {
            return self.push_body(out);
        }
        let boundary = self.boundary("mixed");
        push(out, &format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n--{boundary}\n"));
        self.push_body(out);
        for attachment in &self.attachments {
            push(out, &format!("\n--{boundary}\n"));
            push_attachment(out, attachment);
        }
        push(out, &format!("\n--{boundary}--\n"));
    }

    fn push_body(&self, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Plain => self.push_text(out, "plain", &self.body),
            Kind::Alternative => {
                let lines: String = self.body.lines().map(|line| format!("<p>{line}</p>\n")).collect();
                let html = format!("<html><body>\n{}</body></html>", lines.replace('&', "&amp;"));
                self.push_alternative(out, |out| self.push_text(out, "html", &html));
            }
            Kind::Invite => self.push_alternative(out, |out| push(out, &self.invitation())),
            Kind::Smime => {
                push(
                    out,
                    "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\n",
                );
                push(out, "Content-Transfer-Encoding: base64\n");
                push(out, "Content-Disposition: attachment; filename=\"smime.p7m\"\n\n");
                push_base64(out, &parts::enveloped(&self.id));
            }
            Kind::Pgp => {
                let boundary = self.boundary("pgp");
                push(out, "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\n");
                push(out, &format!(" boundary=\"{boundary}\"\n\n--{boundary}\n"));
                push(out, "Content-Type: application/pgp-encrypted\n\nVersion: 1\n");
                push(out, &format!("\n--{boundary}\nContent-Type: application/octet-stream\n\n"));
                push(out, &format!("{}\n--{boundary}--\n", parts::armoured(&self.id)));
            }
        }
    }

    fn push_alternative(&self, out: &mut Vec<u8>, other: impl FnOnce(&mut Vec<u8>)) {
        let boundary = self.boundary("alternative");
        push(out, &format!("Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n--{boundary}\n"));
        self.push_text(out, "plain", &self.body);
        push(out, &format!("\n--{boundary}\n"));
        other(out);
        push(out, &format!("\n--{boundary}--\n"));
    }

    fn push_text(&self, out: &mut Vec<u8>, subtype: &str, text: &str) {
        let label = if text.is_ascii() { "us-ascii" } else { self.charset.label };
        let bytes = self.charset.encode(text);
        push(out, &format!("Content-Type: text/{subtype}; charset={label}\n"));
        let latin = label.starts_with("iso-8859");
        match bytes.is_ascii() {
            true => {
                push(out, "Content-Transfer-Encoding: 7bit\n\n");
                out.extend_from_slice(&bytes);
            }
            false if latin => {
                push(out, "Content-Transfer-Encoding: quoted-printable\n\n");
                push_quoted_printable(out, &bytes);
            }
            false => {
                push(out, "Content-Transfer-Encoding: base64\n\n");
                push_base64(out, &bytes);
            }
        }
        push(out, "\n");
    }

    fn invitation(&self) -> String {
        let stamp = self.at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ");
        let uid = self.id.trim_matches(['<', '>']);
        let guests: String = self.to.iter().map(|guest| format!("ATTENDEE:mailto:{guest}\n")).collect();
        format!(
            "Content-Type: text/calendar; method=REQUEST; charset=us-ascii\n\n\
             BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Elm Cedar//Samples//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
             UID:{uid}\nDTSTAMP:{stamp}\nDTSTART:20240328T190000Z\nDTEND:20240328T200000Z\n\
             SUMMARY:{}\nORGANIZER:mailto:{}\n{guests}END:VEVENT\nEND:VCALENDAR\n",
            self.subject, self.from
        )
    }
}

fn push_attachment(out: &mut Vec<u8>, attachment: &Attachment) {
    match attachment {
        Attachment::File(name) => {
            let (media_type, bytes) = parts::attachment(name);
            push(out, &format!("Content-Type: {media_type}; name=\"{name}\"\n"));
            push(out, "Content-Transfer-Encoding: base64\n");
            push(out, &format!("Content-Disposition: attachment; filename=\"{name}\"\n\n"));
            push_base64(out, &bytes);
        }
        Attachment::Message(bytes) => {
            push(out, "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n");
            out.extend_from_slice(bytes);
        }
    }
}
