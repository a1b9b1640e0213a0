//! One MIME part: its header's word on what it is, and its undecoded body.

use crate::cms::Content;
use crate::header::Header;
use crate::media::Media;
use crate::transfer::Transfer;
use duces_model::{Defect, DefectCode};

/// A part before its body is decoded.
pub(crate) struct Part<'a> {
    /// Type, lower case; what RFC 2045 section 5.2 and 2046 section 5.1.5 presume where none is named.
    pub(crate) media: Media,
    pub(crate) transfer: Transfer,
    pub(crate) file_name: Option<String>,
    /// Whether it asks to be shown as an attachment.
    pub(crate) attached: bool,
    pub(crate) body: &'a [u8],
    /// By what other parts call it: Content-ID without angle brackets (RFC 2392), else Content-Location.
    pub(crate) called: Option<String>,
    /// Apple Mail put its content into a file beside the mail, and left the length.
    pub(crate) taken_out: bool,
}

impl<'a> Part<'a> {
    /// The part whose header was read out of `bytes`; `in_digest` says that it stands in a
    /// multipart/digest, where a part without a type is a message.
    pub(crate) fn new(header: &Header<'a>, bytes: &'a [u8], in_digest: bool) -> Self {
        let mut media = header.first("content-type").map(Media::read).unwrap_or_default();
        media.essence = match media.essence.as_str() {
            "" if in_digest => "message/rfc822".to_owned(),
            "" | "text" | "plain" => "text/plain".to_owned(),
            "html" => "text/html".to_owned(),
            other if !other.contains('/') => "application/octet-stream".to_owned(),
            _ => std::mem::take(&mut media.essence),
        };
        let disposition = header.first("content-disposition").map(Media::read).unwrap_or_default();
        let file_name = disposition.name("filename").or_else(|| media.name("name"));
        Self {
            transfer: Transfer::of(header.first("content-transfer-encoding")),
            attached: disposition.essence == "attachment",
            called: called(header),
            taken_out: header.first("x-apple-content-length").is_some(),
            file_name,
            body: &bytes[header.body_at..],
            media,
        }
    }

    pub(crate) fn is_multipart(&self) -> bool {
        self.media.essence.starts_with("multipart/")
    }

    pub(crate) fn is_message(&self) -> bool {
        matches!(self.media.essence.as_str(), "message/rfc822" | "message/global")
    }

    /// Whether its text is part of what the sender wrote, shown without being opened.
    pub(crate) fn is_body(&self, first: bool) -> bool {
        matches!(self.media.essence.as_str(), "text/plain" | "text/html")
            && !self.attached
            && (first || self.file_name.is_none())
    }

    /// Whether it is an S/MIME body: CMS data that only a key or a verifier opens.
    pub(crate) fn is_smime(&self) -> bool {
        matches!(self.media.essence.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
    }
}

fn called(header: &Header<'_>) -> Option<String> {
    let value = |name| header.first(name).map(|value| String::from_utf8_lossy(value).trim().to_owned());
    let id = value("content-id").map(|id| id.trim_start_matches('<').trim_end_matches('>').to_owned());
    id.filter(|id| !id.is_empty()).or_else(|| value("content-location").filter(|place| !place.is_empty()))
}

/// Why the text of CMS data (S/MIME) is not read: it unpacks too far, is enveloped (encrypted), or is signed or compressed
/// in a form that is not read, as its content type tells (RFC 5652 sections 5.1 and 6.1, RFC 3274), else the parameter.
pub(crate) fn sealed(media: &Media, bytes: &[u8], content: &Content, place: &str) -> Defect {
    const SIGNED: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    const ENVELOPED: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
    const COMPRESSED: &[u8] = &[0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x09];
    if *content == Content::TooMuch {
        return Defect::new(DefectCode::ExpandsTooFar, format!("{place}: compressed S/MIME content"));
    }
    let head = &bytes[..bytes.len().min(64)];
    let holds = |id: &[u8]| memchr::memmem::find(head, id).is_some();
    let smime_type = media.parameter("smime-type").map(str::to_ascii_lowercase);
    let open = matches!(smime_type.as_deref(), Some("signed-data" | "certs-only" | "compressed-data"));
    if holds(SIGNED) || holds(COMPRESSED) || open && !holds(ENVELOPED) {
        let detail = format!(
            "{place}: S/MIME content inside its signature, or compressed, in a form that is not read"
        );
        return Defect::new(DefectCode::NoExtractor, detail);
    }
    Defect::new(DefectCode::Encrypted, format!("{place}: S/MIME"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, in_digest: bool) -> Part<'_> {
        Part::new(&Header::of_part(text.as_bytes(), 1000), text.as_bytes(), in_digest)
    }

    #[test]
    fn a_part_without_a_type_is_text_and_in_a_digest_a_message() {
        assert_eq!(part("\nx", false).media.essence, "text/plain");
        assert!(part("\nx", true).is_message());
        assert_eq!(part("Content-Type: weird\n\nx", false).media.essence, "application/octet-stream");
    }

    #[test]
    fn a_named_text_part_is_an_attachment_unless_it_comes_first() {
        let named = "Content-Type: text/plain; name=a.txt\n\nx";
        assert!(part(named, false).is_body(true));
        assert!(!part(named, false).is_body(false));
        assert!(!part("Content-Disposition: attachment\n\nx", false).is_body(true));
    }
}
