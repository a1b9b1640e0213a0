//! What is wrong with retained material: kept, counted and listed, never silent.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $meaning:literal;)*) => {
        /// What kind of flaw. The word that is stored and printed never changes its meaning; a new
        /// meaning gets a new word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DefectCode {
            $($(#[$doc])* #[doc = $meaning] $name,)*
        }

        impl DefectCode {
            /// All codes, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word that is stored and printed.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it means, in words for counsel.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    Unreadable = "unreadable", "The file could not be read to its end.";
    EmptyFile = "empty-file", "The file holds no bytes.";
    DamagedArchive = "damaged-archive", "The compressed file is damaged or cut short.";
    UnsupportedContainer = "unsupported-container", "This version has no reader for this kind of mail container, so the messages inside are not counted.";
    CountDiffers = "count-differs", "A second, independent count of the container's messages differs from the reader's.";
    BytesBeforeFirstMessage = "bytes-before-first-message", "The mailbox starts with bytes that belong to no message.";
    InNoFolder = "in-no-folder", "The item lies in the data file, and no folder names it: it was deleted and not yet overwritten, or its folder's table is damaged.";
    UnquotedFromLine = "unquoted-from-line", "A line that starts with 'From ' stands inside a body without the mailbox's quoting; it was not taken for a new message.";
    ContentLengthWrong = "content-length-wrong", "The Content-Length header disagrees with where the next message starts.";
    TruncatedMessage = "truncated-message", "The message ends before its structure does.";
    NotAMessage = "not-a-message", "The bytes have no mail header, so nothing but the bytes could be kept.";
    MessageTooLarge = "message-too-large", "The message is larger than the stated limit; its bytes are kept, its text is not searchable.";
    HeaderTooLarge = "header-too-large", "The header block is larger than the stated limit and was read up to it.";
    NestingTooDeep = "nesting-too-deep", "Parts are nested deeper than the stated limit; what lies below is kept as bytes, not opened.";
    TooManyParts = "too-many-parts", "The message has more parts than the stated limit; the rest is kept as bytes, not opened.";
    MalformedHeader = "malformed-header", "A header line could not be read as name and value.";
    RepeatedHeader = "repeated-header", "A header that may stand once stands several times with different values; the first was used.";
    NoDate = "no-date", "The message has no Date header.";
    BadDate = "bad-date", "The Date header could not be read as a date.";
    ImplausibleDate = "implausible-date", "The date lies outside 1970 to 2199.";
    NoSender = "no-sender", "The message has no From header.";
    BadAddress = "bad-address", "An address header could not be read in full.";
    NoMessageId = "no-message-id", "The message has no Message-ID header.";
    UnknownCharset = "unknown-charset", "A part names a character set that is not known, or names none and is not ASCII or UTF-8; its text was decoded by a stated guess.";
    UndecodableText = "undecodable-text", "Some bytes do not fit the named character set; each stands as U+FFFD.";
    BadTransferEncoding = "bad-transfer-encoding", "The transfer encoding of a part is damaged or unknown; the bytes were kept as far as they decode.";
    BadMimeStructure = "bad-mime-structure", "A multipart has no boundary, or its boundary is never closed.";
    BadJournalReport = "bad-journal-report", "The message is marked as a journal report but its envelope or its enclosed message could not be read.";
    BadChat = "bad-chat", "A file of chats or tickets breaks the rules of its form; what could be read was kept.";
    UnreadEvent = "unread-event", "An event of a chat or ticket could not be read in full; it is kept with the words of the export.";
    MembersUnknown = "members-unknown", "The export does not say who could read the conversation on that day, or names somebody whom it does not describe.";
    Encrypted = "encrypted", "The content is encrypted.";
    NoExtractor = "no-extractor", "This version reads no text from files of this type.";
    ExtractionFailed = "extraction-failed", "The reader of this type of file failed on it, took too long or needed too much memory; its text is not searchable.";
    DamagedFile = "damaged-file", "The file breaks the rules of its format; what could be read of it was kept.";
    ExpandsTooFar = "expands-too-far", "The file unpacks to more than the stated limit; what lies beyond it was not read.";
    EmptyAttachment = "empty-attachment", "The attachment holds no bytes.";
    NoText = "no-text", "No text could be read, so no word search can answer for it.";
    UnsafeName = "unsafe-name", "The attachment's name could leave its folder or hide its type; it is kept as written, and files are named by number.";
    ExternalBody = "external-body", "The content lies outside the message and was not retained with it.";
    PartialMessage = "partial-message", "The message is one piece of a split message.";
    ControlCharacters = "control-characters", "The text holds control characters that a load file cannot carry; they are left out there.";
}

impl fmt::Display for DefectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DefectCode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| format!("found defect code {text:?}, which this version does not know"))
    }
}

impl Serialize for DefectCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for DefectCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One flaw of one container, occurrence or document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Defect {
    /// What kind.
    pub code: DefectCode,
    /// Where and what, in a few words: `part 2`, `offset 4711`, `charset "x-foo"`. Never content of a
    /// message beyond the one header value or name that is meant.
    pub detail: String,
}

impl Defect {
    /// A flaw with its detail.
    pub fn new(code: DefectCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail.is_empty() { self.code.fmt(f) } else { write!(f, "{} ({})", self.code, self.detail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_no_two_share_a_word() {
        let mut words: Vec<_> = DefectCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(DefectCode::ALL.iter().all(|code| code.as_str().parse() == Ok(*code)));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), DefectCode::ALL.len());
    }
}
