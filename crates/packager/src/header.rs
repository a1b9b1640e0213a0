//! The header block of a message whose native is barred.

/// Header fields that say who wrote what to whom and when, and by which way it came: those that RFC
/// 5322, section 3.6 defines, without Comments and Keywords, and `MIME-Version`.
///
/// Everything else is left out: `Content-*` may name an attachment, `DKIM-Signature`,
/// `ARC-Message-Signature` and `Content-MD5` hold a digest of the body with all that is attached, and
/// of an unknown field nobody knows what it holds.
const KEPT: [&str; 22] = [
    "return-path",
    "received",
    "date",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
    "mime-version",
    "resent-date",
    "resent-from",
    "resent-sender",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "resent-message-id",
    "delivered-to",
];

/// The block with only the fields that cannot give a withheld member away, each as it was written.
pub(crate) fn without_body_fields(block: &str) -> String {
    let mut kept = String::with_capacity(block.len());
    let mut keeping = false;
    for line in block.split_inclusive('\n') {
        if !line.starts_with([' ', '\t']) {
            let name = line.split_once(':').map(|(name, _)| name.trim().to_ascii_lowercase());
            keeping = name.is_some_and(|name| KEPT.contains(&name.as_str()));
        }
        if keeping {
            kept.push_str(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_digests_of_what_is_attached_are_left_out_with_their_continuation_lines() {
        let block = "From: a@x\r\nDKIM-Signature: v=1; d=x;\r\n\tbh=c2VjcmV0;\r\nSUBJECT : Terms\r\n of sale\r\n\
            Content-Type: application/pdf;\r\n name=\"memo-to-counsel.pdf\"\r\nX-Attachments: memo.pdf\r\nbroken line\r\n\
            To: b@x\r\n";
        assert_eq!(without_body_fields(block), "From: a@x\r\nSUBJECT : Terms\r\n of sale\r\nTo: b@x\r\n");
    }

    #[test]
    fn a_continuation_without_a_field_is_left_out() {
        assert_eq!(without_body_fields(" memo.pdf\nDate: x\n"), "Date: x\n");
    }
}
