//! A Bloomberg message (MSG) as a mail: what is like a mail is searched and produced as one.
//!
//! The bytes are made the same way each time (`bloomberg-to-eml`). A person stands with each address that the dump
//! gives. Disclaimers and files are parts of their own, so that a word of a disclaimer is not one of the message;
//! every other field is a line of the header that starts with `X-Bloomberg-`.

use super::conversation::instant;
use super::element::{Element, Piece};
use super::siblings::Disclaimers;
use crate::chat::MAIL_MARK;
use crate::chat::event::{Person, SharedFile};
use crate::chat::files::Files;
use crate::chat::rsmf_write::{base64_lines, mailbox, words};
use crate::native;
use duces_model::{Defect, DefectCode, EmailAddress, Sha256};
use serde_json::json;
use std::fmt::Write as _;

/// A message as a file, and what is wrong with it.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) bytes: Vec<u8>,
    pub(crate) defects: Vec<Defect>,
}

/// Fields that are more than a line of the header.
const READ: [&str; 9] = [
    "MsgTimeUTC",
    "Sender",
    "Recipient",
    "Subject",
    "Greeting",
    "MsgBody",
    "DisclaimerReference",
    "Attachment",
    "MsgID",
];

/// People on whose account or behalf the sender wrote.
const BEHIND: [&str; 3] = ["OrigSender", "OnBehalfOf", "SharedMessenger"];

/// The file that holds the HTML form of the body.
const HTML_BODY: &str = "alt_body.html";

/// The message as a mail. `text` is the piece of the dump that it was read from.
pub(super) fn mail(piece: &Piece, text: &str, files: &mut Files, disclaimers: &Disclaimers) -> Mail {
    let root = &piece.root;
    let mut mail = Writing { head: String::new(), defects: Vec::new() };
    let boundary = format!("msg-{}", &Sha256::of(text).to_string()[..32]);
    mail.header(root);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let plain = body("text/plain", root.child("MsgBody").map_or("", |body| body.text.as_str()));
    let attached: Vec<SharedFile> = mail.files(root, files);
    let html = attached.iter().find(|file| file.held && file.name.eq_ignore_ascii_case(HTML_BODY));
    parts.push(match html {
        Some(html) => {
            alternative(&plain, &body("text/html", &String::from_utf8_lossy(&html.bytes)), &boundary)
        }
        None => plain,
    });
    if let Some(greeting) = root.value("Greeting") {
        parts.push(body("text/plain", &format!("Greeting: {greeting}")));
    }
    for reference in root.children.iter().filter(|child| child.name == "DisclaimerReference") {
        let reference = reference.text.trim();
        let known = disclaimers.get(reference);
        if known.is_none() {
            mail.flaw(format!("no text of disclaimer {:?} beside the dump", crate::words::shown(reference)));
        }
        let name = format!("disclaimer-{reference}.txt");
        let bytes = known.map_or_else(
            || json!({ "DisclaimerReference": reference }).to_string().into_bytes(),
            |text| text.clone().into_bytes(),
        );
        parts.push(attachment(&SharedFile { name, bytes, held: known.is_some() }));
    }
    parts.extend(attached.iter().filter(|file| html != Some(file)).map(attachment));
    if let Some((why, rest)) = &piece.damage {
        mail.flaw(format!("no XML that can be read: {why}"));
        parts.push(body("text/plain", rest));
    }
    let mut bytes = mail.head.into_bytes();
    let start =
        format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n");
    bytes.extend_from_slice(start.as_bytes());
    for part in parts {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        bytes.extend_from_slice(&part);
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Mail { bytes, defects: mail.defects }
}

struct Writing {
    head: String,
    defects: Vec<Defect>,
}

impl Writing {
    fn flaw(&mut self, why: String) {
        self.defects.push(Defect::new(DefectCode::BadChat, why));
    }

    // Writing to a string does not fail.
    fn line(&mut self, name: &str, value: &str) {
        let _ = write!(self.head, "{name}: {value}\r\n");
    }

    fn header(&mut self, root: &Element) {
        self.head.push_str(MAIL_MARK);
        self.people("From", root.children.iter().filter(|child| child.name == "Sender"));
        self.people("Sender", root.children.iter().filter(|child| BEHIND.contains(&child.name.as_str())));
        let recipients = || root.children.iter().filter(|child| child.name == "Recipient");
        let kind = |recipient: &Element| {
            recipient.attribute("DeliveryType").unwrap_or_default().to_ascii_uppercase()
        };
        self.people("To", recipients().filter(|recipient| !matches!(kind(recipient).as_str(), "CC" | "BCC")));
        self.people("Cc", recipients().filter(|recipient| kind(recipient) == "CC"));
        self.people("Bcc", recipients().filter(|recipient| kind(recipient) == "BCC"));
        for other in recipients().map(kind).filter(|kind| !matches!(kind.as_str(), "TO" | "CC" | "BCC")) {
            self.flaw(format!(
                "found DeliveryType {:?}, expected TO, CC or BCC",
                crate::words::shown(&other)
            ));
        }
        self.line("Subject", &words(root.value("Subject").unwrap_or_default()));
        let written = root.value("MsgTimeUTC").unwrap_or_default();
        match instant(written, chrono_tz::UTC) {
            Some(at) => self.line("Date", &at.format("%a, %d %b %Y %H:%M:%S +0000").to_string()),
            None => {
                let shown = crate::words::shown(written).into_owned();
                self.flaw(format!("found MsgTimeUTC {shown:?}, expected seconds since 1970"));
            }
        }
        match root.value("MsgID") {
            Some(id) => {
                self.line("X-Bloomberg-MsgID", &words(id));
                let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
                let id = if plain && id.len() <= 100 { id.to_owned() } else { Sha256::of(id).to_string() };
                self.line("Message-ID", &format!("<{id}@msg.bloomberg.invalid>"));
            }
            None => self.flaw("a message without MsgID".to_owned()),
        }
        for child in root.children.iter().filter(|child| !READ.contains(&child.name.as_str())) {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
            let name: String = child.name.chars().take(60).map(plain).collect();
            self.line(&format!("X-Bloomberg-{name}"), &words(&child.told()));
        }
    }

    /// An address header of these people; none where there are none.
    fn people<'e>(&mut self, name: &str, elements: impl Iterator<Item = &'e Element>) {
        let mut list = Vec::new();
        for element in elements {
            let of = element.child("UserInfo").unwrap_or(element);
            let names: Vec<&str> =
                ["FirstName", "LastName"].iter().filter_map(|name| of.value(name)).collect();
            let ids = ["BloombergUUID", "AccountName", "ClientID1"];
            let id = ids.iter().find_map(|name| of.value(name)).unwrap_or_default().to_owned();
            let mails = ["CorporateEmailAddress", "BloombergEmailAddress"];
            let mut addresses: Vec<EmailAddress> =
                mails.iter().filter_map(|name| EmailAddress::new(of.value(name)?).ok()).collect();
            addresses.dedup();
            let mut person = Person { id, name: Some(names.join(" ")), addresses: Vec::new() };
            if addresses.is_empty() {
                if person.id.is_empty() {
                    self.flaw(format!("{name}: somebody without an address or an account: {}", of.told()));
                    continue;
                }
                list.push(mailbox(&person, "bloomberg"));
            }
            for address in addresses {
                person.addresses = vec![address];
                list.push(mailbox(&person, "bloomberg"));
            }
        }
        if !list.is_empty() {
            self.line(name, &list.join(",\r\n "));
        }
    }

    /// The files of the message: their contents, or what the dump says of them.
    fn files(&mut self, root: &Element, files: &mut Files) -> Vec<SharedFile> {
        let mut list = Vec::new();
        for element in root.children.iter().filter(|child| child.name == "Attachment") {
            let named = element.value("FileName").or_else(|| element.value("Reference"));
            let name = named.or_else(|| element.value("FileID")).unwrap_or("attachment").to_owned();
            let fields: Vec<_> =
                element.children.iter().map(|child| json!({ &child.name: child.told() })).collect();
            let mut file = SharedFile { name, bytes: json!(fields).to_string().into_bytes(), held: false };
            let places: Vec<&str> =
                ["FileID", "FileName"].iter().filter_map(|name| element.value(name)).collect();
            let size = element.value("FileSize").and_then(|size| size.parse().ok());
            if let Some(why) = files.fill(&mut file, &places, size) {
                self.flaw(why);
            }
            list.push(file);
        }
        list
    }
}

/// A part that is text.
fn body(media_type: &str, text: &str) -> Vec<u8> {
    let head =
        format!("Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    encoded(head, text.as_bytes())
}

fn alternative(plain: &[u8], html: &[u8], boundary: &str) -> Vec<u8> {
    let inner = format!("{boundary}-a");
    let mut part = format!("Content-Type: multipart/alternative; boundary=\"{inner}\"\r\n\r\n").into_bytes();
    for form in [plain, html] {
        part.extend_from_slice(format!("--{inner}\r\n").as_bytes());
        part.extend_from_slice(form);
    }
    part.extend_from_slice(format!("--{inner}--\r\n").as_bytes());
    part
}

/// A part that is a file. One that is not held is what MIME calls a body elsewhere, with the dump's record of it.
fn attachment(file: &SharedFile) -> Vec<u8> {
    let name = file_name(&file.name);
    let media_type = if file.held {
        native::media_type_of(Some(&file.name)).to_owned()
    } else {
        format!("{}; access-type=x-bloomberg", crate::chat::NOT_HELD)
    };
    let head = format!(
        "Content-Type: {media_type}\r\nContent-Disposition: attachment; {name}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    encoded(head, &file.bytes)
}

fn encoded(head: String, content: &[u8]) -> Vec<u8> {
    let mut part = head.into_bytes();
    base64_lines(&mut part, content);
    part
}

/// The parameter of a file's name (RFC 2231 where it is not plain).
fn file_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " ._-()".contains(c);
    if name.chars().all(plain) && name.len() <= 200 {
        return format!("filename=\"{name}\"");
    }
    let mut coded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            let _ = write!(coded, "%{byte:02X}");
        }
    }
    format!("filename*=utf-8''{coded}")
}
