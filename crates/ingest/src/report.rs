//! Reports on what became of a message: delivery (DSN, RFC 3464) and disposition (MDN, RFC 8098), abuse (RFC 5965).
//!
//! A report answers the message that it is on: the Message-ID of that, from the report's fields or from the copy
//! that it returns, stands among its references. What it says of each recipient stands in its text in one form.

use crate::header::Header;
use crate::media::Media;
use crate::transfer::{self, Transfer};
use crate::words;
use std::fmt::Write;

/// What a report says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Message-IDs of what it is on.
    pub(crate) answers: Vec<String>,
    /// A line for each recipient.
    pub(crate) lines: Vec<String>,
}

/// Fields that are told, in this order.
const TOLD: &[(&str, &str)] = &[
    ("original-recipient", "original recipient"),
    ("final-recipient", "final recipient"),
    ("action", "action"),
    ("status", "status"),
    ("disposition", "disposition"),
    ("diagnostic-code", "diagnostic"),
    ("feedback-type", "feedback"),
];

/// Most recipients that are told singly.
const LINES_MAX: usize = 1000;

/// Before the lines in the text.
const LABEL: &str = "[what the report says]";

/// Reads the parts of a multipart/report.
pub(crate) fn read(parts: &[&[u8]], header_bytes_max: usize) -> Report {
    let mut report = Report::default();
    for bytes in parts.iter().skip(1) {
        let header = Header::of_part(bytes, header_bytes_max);
        let media = header.first("content-type").map(Media::read).unwrap_or_default();
        let transfer = Transfer::of(header.first("content-transfer-encoding"));
        let body = || transfer::decode(&transfer, &bytes[header.body_at..]).bytes;
        match media.essence.as_str() {
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/disposition-notification"
            | "message/global-disposition-notification"
            | "message/feedback-report" => report.fields(&body(), header_bytes_max),
            "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "text/rfc822-header"
            | "message/global-headers" => {
                let returned = body();
                let returned = Header::of_message(returned.trim_ascii_start(), header_bytes_max);
                let id = returned.first("message-id").map(words::message_ids).unwrap_or_default();
                id.into_iter().take(1).for_each(|id| report.answer(id));
            }
            _ => {}
        }
    }
    report
}

impl Report {
    fn answer(&mut self, id: String) {
        if !self.answers.contains(&id) {
            self.answers.push(id);
        }
    }

    /// Groups of fields, a blank line between them: one for the message, one for each recipient.
    fn fields(&mut self, bytes: &[u8], header_bytes_max: usize) {
        let mut rest = bytes.trim_ascii_start();
        while !rest.is_empty() && self.lines.len() < LINES_MAX {
            let group = Header::of_message(rest, header_bytes_max);
            for name in ["original-message-id", "x-original-message-id"] {
                group.all(name).flat_map(words::message_ids).for_each(|id| self.answer(id));
            }
            let mut line = String::new();
            for (name, label) in TOLD {
                let Some(value) = group.first(name) else { continue };
                let (value, _) = words::unfold(value);
                let value = value.trim();
                // `rfc822; address`: the type of address says nothing.
                let value = value
                    .split_once(';')
                    .filter(|(kind, _)| kind.trim().eq_ignore_ascii_case("rfc822"))
                    .map_or(value, |(_, rest)| rest.trim());
                let _ = write!(line, "{}{label}: {value}", if line.is_empty() { "" } else { "; " });
            }
            if !line.is_empty() {
                self.lines.push(line);
            }
            let next = group.body_at.max(1).min(rest.len());
            rest = rest[next..].trim_ascii_start();
        }
    }

    /// The lines as they stand in the text.
    pub(crate) fn text(&self) -> Option<String> {
        (!self.lines.is_empty()).then(|| format!("{LABEL}\n{}\n", self.lines.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_delivery_report_answers_the_message_it_returns_and_names_each_recipient() {
        let status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; b@x.example\n\
                      Action: failed\nStatus: 5.1.1\n\nFinal-Recipient: RFC822;c@x.example\nAction: delayed\nStatus: 4.4.1\n";
        let returned = "Content-Type: text/rfc822-headers\n\nFrom: a@x.example\nMessage-ID: <1@x.example>\n";
        let report = read(&[b"\nwords", status.as_bytes(), returned.as_bytes()], 10_000);
        assert_eq!(report.answers, ["1@x.example"]);
        assert_eq!(
            report.lines,
            [
                "final recipient: b@x.example; action: failed; status: 5.1.1",
                "final recipient: c@x.example; action: delayed; status: 4.4.1",
            ]
        );
    }

    #[test]
    fn a_receipt_answers_the_message_it_names() {
        let part = "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;b@x.example\n\
                    Original-Message-ID: <1@x.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n";
        let report = read(&[b"\nwords", part.as_bytes()], 10_000);
        assert_eq!(report.answers, ["1@x.example"]);
        assert_eq!(
            report.lines,
            ["final recipient: b@x.example; disposition: manual-action/MDN-sent-manually; displayed"]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            let part = [b"Content-Type: message/delivery-status\n\n", &bytes[..]].concat();
            read(&[b"", &part], 1000);
        }
    }
}
