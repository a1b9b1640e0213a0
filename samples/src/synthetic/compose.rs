//! One synthetic mail after the other, in the order of time.

use super::Totals;
use super::words::Vocabulary;
use crate::draws::Draws;
use crate::encode::push_base64;
use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::io::Write as _;

/// How many mailboxes there are.
pub(super) const MAILBOXES: usize = 24;
/// Writers outside the firm.
const OUTSIDERS: usize = 240;
/// Mails that can still be answered.
const OPEN_THREADS: usize = 256;
/// 4 January 2016, in seconds since 1970.
const START: u64 = 1_451_865_600;
/// Eight years, in seconds.
const SPAN: u64 = 8 * 365 * 86_400;

/// The name of a mailbox: its folder and its register id.
pub(super) fn mailbox_name(mailbox: usize) -> String {
    format!("person-{:02}", mailbox + 1)
}

/// The address of a mailbox.
pub(super) fn mailbox_address(mailbox: usize) -> String {
    format!("{}@synthetic.example", mailbox_name(mailbox))
}

fn outsider(number: usize) -> String {
    format!("contact-{number:03}@client-{:02}.example", number % 40)
}

/// Where a composed mail goes.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) number: u64,
    pub(super) mailbox: usize,
    pub(super) at: DateTime<Utc>,
    pub(super) sender: String,
}

/// A mail that can be answered.
struct Parent {
    id: String,
    references: Vec<String>,
    subject: String,
    sender: String,
    opening: Vec<u8>,
}

/// Composes mails; holds only what a reply needs.
pub(super) struct Composer<'a> {
    vocabulary: &'a Vocabulary,
    draws: Draws,
    step: u64,
    open: VecDeque<Parent>,
    totals: Totals,
    text: Vec<u8>,
    file: Vec<u8>,
}

/// A size around `base`: six factors between 0.45 and 1.9, a product close to log-normal, with mean
/// 2.6 times the base. Whole numbers, because `exp` is not the same on every machine.
fn spread(draws: &mut Draws, base: u64) -> usize {
    let size = (0..6).fold(base, |size, _| size * draws.between(45, 190) / 100);
    usize::try_from(size).unwrap_or(usize::MAX)
}

impl<'a> Composer<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, draws: Draws, messages: u64) -> Self {
        let (open, text, file) = (VecDeque::new(), Vec::new(), Vec::new());
        let step = (SPAN / messages.max(1)).max(1);
        Self { vocabulary, draws, step, open, totals: Totals::default(), text, file }
    }

    /// What was composed so far; files are not counted here.
    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// Composes mail `number` into `out`, which is emptied first.
    pub(super) fn compose(&mut self, number: u64, out: &mut Vec<u8>) -> Letter {
        out.clear();
        let seconds = START + number * self.step + self.draws.below(self.step);
        let at = DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(0), 0).unwrap_or_default();
        let mailbox = self.draws.index(MAILBOXES);
        let sender = match self.draws.chance(55) {
            true => outsider(self.draws.index(OUTSIDERS)),
            false => mailbox_address(self.draws.index(MAILBOXES)),
        };
        let parent = if self.draws.chance(62) { self.take_parent() } else { None };
        let id = format!("<{number:08x}.{:016x}@mail.synthetic.example>", self.draws.next());
        let subject = match &parent {
            Some(parent) => format!("Re: {}", parent.subject),
            None => self.subject(),
        };
        self.push_header(out, &id, at, &sender, mailbox, &subject, parent.as_ref());
        self.write_text(&sender, parent.as_ref());
        self.push_content(out, number);
        self.totals.messages += 1;
        self.totals.replies += u64::from(parent.is_some());
        self.totals.bytes += out.len() as u64;
        self.keep(id, subject, &sender, parent);
        Letter { number, mailbox, at, sender }
    }

    fn take_parent(&mut self) -> Option<Parent> {
        if self.open.is_empty() {
            return None;
        }
        let place = self.draws.index(self.open.len());
        self.open.remove(place)
    }

    fn keep(&mut self, id: String, subject: String, sender: &str, parent: Option<Parent>) {
        let mut references =
            parent.map_or_else(Vec::new, |parent| [parent.references, vec![parent.id]].concat());
        let old = references.len().saturating_sub(8);
        references.drain(..old);
        let subject = subject.strip_prefix("Re: ").unwrap_or(&subject).to_owned();
        let cut = self.text.iter().take(1200).rposition(|byte| *byte == b'\n').unwrap_or(0);
        let opening = self.text[..cut].to_vec();
        self.open.push_back(Parent { id, references, subject, sender: sender.to_owned(), opening });
        if self.open.len() > OPEN_THREADS {
            self.open.pop_front();
        }
    }

    fn subject(&mut self) -> String {
        let words: Vec<&str> =
            (0..self.draws.between(2, 8)).map(|_| self.vocabulary.draw(&mut self.draws)).collect();
        words.join(" ")
    }

    #[expect(clippy::too_many_arguments, reason = "one header, one line per field")]
    fn push_header(
        &mut self,
        out: &mut Vec<u8>,
        id: &str,
        at: DateTime<Utc>,
        sender: &str,
        mailbox: usize,
        subject: &str,
        parent: Option<&Parent>,
    ) {
        let owner = mailbox_address(mailbox);
        let date = at.format("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let hop = self.draws.next();
        push(out, &format!("Delivered-To: {owner}\n"));
        push(
            out,
            &format!(
                "Received: from edge-{:02}.mail.example (edge.mail.example [192.0.2.{}])\n\
             \tby mx.synthetic.example with ESMTPS id {hop:016x}\n\tfor <{owner}>; {date}\n",
                hop % 40,
                hop % 250
            ),
        );
        push(out, &format!("Message-ID: {id}\nDate: {date}\nFrom: {} <{sender}>\n", display(sender)));
        push(out, &format!("To: {} <{owner}>\n", display(&owner)));
        if self.draws.chance(40) {
            let others: Vec<String> =
                (0..self.draws.between(1, 4)).map(|_| mailbox_address(self.draws.index(MAILBOXES))).collect();
            push(out, &format!("Cc: {}\n", others.join(",\n ")));
        }
        push(out, &format!("Subject: {subject}\n"));
        if let Some(parent) = parent {
            push(out, &format!("In-Reply-To: {}\nReferences:", parent.id));
            for reference in parent.references.iter().chain([&parent.id]) {
                push(out, &format!(" {reference}\n"));
            }
        }
        push(out, "MIME-Version: 1.0\n");
    }

    /// Writes the body into `self.text`: own words, signature, and what is quoted.
    fn write_text(&mut self, sender: &str, parent: Option<&Parent>) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let length = spread(&mut self.draws, 1_550).clamp(60, 400_000);
        self.push_prose(&mut text, length);
        push(
            &mut text,
            &format!(
                "\n-- \n{}\nSynthetic Firm, Trading\n+1 555 {:04}\n",
                display(sender),
                self.draws.below(10_000)
            ),
        );
        if let Some(parent) = parent {
            push(&mut text, &format!("\nOn another day {} wrote:\n", display(&parent.sender)));
            for line in parent.opening.split(|byte| *byte == b'\n') {
                text.extend_from_slice(b"> ");
                text.extend_from_slice(line);
                text.push(b'\n');
            }
        }
        self.text = text;
    }

    /// Appends about `length` bytes of sentences in lines of at most 76 letters.
    fn push_prose(&mut self, out: &mut Vec<u8>, length: usize) {
        let end = out.len() + length;
        let mut line_start = out.len();
        while out.len() < end {
            let words = self.draws.between(4, 22);
            for place in 0..words {
                let start = out.len();
                if self.draws.below(40) == 0 {
                    let number = self.draws.below(1_000_000);
                    let _ = write!(out, "{number}");
                } else {
                    let word = self.vocabulary.draw(&mut self.draws);
                    out.extend_from_slice(word.as_bytes());
                }
                if place == 0 {
                    out[start].make_ascii_uppercase();
                }
                let last = place + 1 == words;
                if last {
                    out.push(b'.');
                } else if self.draws.below(14) == 0 {
                    out.push(b',');
                }
                if last && self.draws.below(5) == 0 {
                    out.extend_from_slice(b"\n\n");
                    line_start = out.len();
                } else if out.len() - line_start > 60 {
                    out.push(b'\n');
                    line_start = out.len();
                } else {
                    out.push(b' ');
                }
            }
        }
        out.push(b'\n');
    }

    fn push_content(&mut self, out: &mut Vec<u8>, number: u64) {
        let attachments = if self.draws.chance(25) { self.draws.pick(&[1, 1, 1, 2, 3]) } else { &0 };
        let boundary = format!("=_mixed_{number:08x}");
        if *attachments == 0 {
            return self.push_body(out, number);
        }
        push(out, &format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n--{boundary}\n"));
        self.push_body(out, number);
        for _ in 0..*attachments {
            push(out, &format!("\n--{boundary}\n"));
            self.push_attachment(out);
        }
        push(out, &format!("\n--{boundary}--\n"));
        self.totals.with_attachments += 1;
    }

    fn push_body(&mut self, out: &mut Vec<u8>, number: u64) {
        let html = self.draws.chance(20);
        let boundary = format!("=_alternative_{number:08x}");
        if html {
            push(
                out,
                &format!("Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n--{boundary}\n"),
            );
        }
        push(out, "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n");
        out.extend_from_slice(&self.text);
        self.totals.text_bytes += self.text.len() as u64;
        if html {
            push(out, &format!("\n--{boundary}\nContent-Type: text/html; charset=us-ascii\n\n"));
            let start = out.len();
            push_html(out, &self.text);
            self.totals.text_bytes += (out.len() - start) as u64;
            push(out, &format!("\n--{boundary}--\n"));
        }
    }

    fn push_attachment(&mut self, out: &mut Vec<u8>) {
        let (name, media_type) = *self.draws.pick(&[
            ("report.txt", "text/plain"),
            ("table.csv", "text/csv"),
            ("table.csv", "text/csv"),
            ("letter.pdf", "application/pdf"),
            ("letter.pdf", "application/pdf"),
            ("sheet.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("picture.jpg", "image/jpeg"),
        ]);
        let name = format!("{}-{name}", self.vocabulary.draw(&mut self.draws));
        let mut file = std::mem::take(&mut self.file);
        file.clear();
        match media_type {
            "text/plain" => {
                let length = spread(&mut self.draws, 3_400).min(2_000_000);
                self.push_prose(&mut file, length);
            }
            "text/csv" => self.push_table(&mut file),
            "application/pdf" => self.push_noise(&mut file, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
            "image/jpeg" => self.push_noise(&mut file, b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
            _ => self.push_noise(&mut file, b"PK\x03\x04\x14\0\x06\0"),
        }
        push(
            out,
            &format!("Content-Type: {media_type}; name=\"{name}\"\nContent-Transfer-Encoding: base64\n"),
        );
        push(out, &format!("Content-Disposition: attachment; filename=\"{name}\"\n\n"));
        push_base64(out, &file);
        self.totals.attachments += 1;
        self.totals.attachment_bytes += file.len() as u64;
        self.file = file;
    }

    fn push_noise(&mut self, file: &mut Vec<u8>, magic: &[u8]) {
        file.extend_from_slice(magic);
        let length = spread(&mut self.draws, 14_500).min(20_000_000);
        self.draws.fill(file, length);
    }

    fn push_table(&mut self, file: &mut Vec<u8>) {
        let length = spread(&mut self.draws, 3_400).min(2_000_000);
        push(file, "order,account,security,quantity,price\n");
        while file.len() < length {
            let (order, quantity, price) =
                (self.draws.below(10_000_000), 100 * self.draws.below(500), self.draws.between(100, 90_000));
            let security = self.vocabulary.draw(&mut self.draws);
            let account = self.draws.below(5_000);
            let _ = writeln!(
                file,
                "{order},A-{account:04},{security},{quantity},{}.{:02}",
                price / 100,
                price % 100
            );
        }
    }
}

fn display(address: &str) -> String {
    let local = address.split('@').next().unwrap_or(address);
    let mut name = local.replace('-', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// The text as HTML: a paragraph per line.
fn push_html(out: &mut Vec<u8>, text: &[u8]) {
    push(out, "<html><head><style>p { margin: 0 }</style></head><body>\n");
    for line in text.split(|byte| *byte == b'\n') {
        push(out, "<p>");
        for byte in line {
            match byte {
                b'>' => push(out, "&gt;"),
                byte => out.push(*byte),
            }
        }
        push(out, "</p>\n");
    }
    push(out, "</body></html>\n");
}
