//! The properties of a message, a recipient or an attachment (MS-OXMSG section 2.4).

use super::storage::{NAMES, PROPERTIES, Storage};
use crate::charset;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Property ids (MS-OXPROPS), as far as they are read.
pub(crate) mod id {
    pub(crate) const MESSAGE_CLASS: u16 = 0x001A;
    pub(crate) const SUBJECT: u16 = 0x0037;
    pub(crate) const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub(crate) const SENT_REPRESENTING_NAME: u16 = 0x0042;
    pub(crate) const SENT_REPRESENTING_ADDRESS: u16 = 0x0065;
    pub(crate) const TRANSPORT_HEADERS: u16 = 0x007D;
    pub(crate) const RECIPIENT_TYPE: u16 = 0x0C15;
    pub(crate) const SENDER_NAME: u16 = 0x0C1A;
    pub(crate) const SENDER_ADDRESS: u16 = 0x0C1F;
    pub(crate) const PARENT_DISPLAY: u16 = 0x0E05;
    pub(crate) const DELIVERY_TIME: u16 = 0x0E06;
    pub(crate) const BODY: u16 = 0x1000;
    pub(crate) const RTF_COMPRESSED: u16 = 0x1009;
    pub(crate) const HTML: u16 = 0x1013;
    pub(crate) const INTERNET_MESSAGE_ID: u16 = 0x1035;
    pub(crate) const INTERNET_REFERENCES: u16 = 0x1039;
    pub(crate) const IN_REPLY_TO: u16 = 0x1042;
    pub(crate) const DISPLAY_NAME: u16 = 0x3001;
    pub(crate) const ADDRESS: u16 = 0x3003;
    pub(crate) const ATTACH_DATA: u16 = 0x3701;
    pub(crate) const ATTACH_FILENAME: u16 = 0x3704;
    pub(crate) const ATTACH_METHOD: u16 = 0x3705;
    pub(crate) const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub(crate) const ATTACH_LONG_PATHNAME: u16 = 0x370D;
    pub(crate) const ATTACH_MIME_TAG: u16 = 0x370E;
    pub(crate) const ATTACH_CONTENT_ID: u16 = 0x3712;
    pub(crate) const ATTACH_CONTENT_LOCATION: u16 = 0x3713;
    pub(crate) const SMTP_ADDRESS: u16 = 0x39FE;
    pub(crate) const INTERNET_CODEPAGE: u16 = 0x3FDE;
    pub(crate) const MESSAGE_CODEPAGE: u16 = 0x3FFD;
    pub(crate) const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
    pub(crate) const SENT_REPRESENTING_SMTP_ADDRESS: u16 = 0x5D02;
}

const INTEGER: u16 = 0x0003;
const TIME: u16 = 0x0040;

/// How large the header of a properties stream is: 32 bytes in the outermost message, 24 in one that is
/// attached, 8 for recipients and attachments (MS-OXMSG section 2.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Outermost,
    Attached,
    Below,
}

impl Level {
    const fn header(self) -> usize {
        match self {
            Self::Outermost => 32,
            Self::Attached => 24,
            Self::Below => 8,
        }
    }
}

/// A text and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) flaw: Option<String>,
}

/// The properties of one storage.
#[derive(Debug)]
pub(crate) struct Properties<'a> {
    storage: &'a Storage,
    fixed: BTreeMap<u16, (u16, [u8; 8])>,
    charset: String,
    /// How many recipients and attachments the header of the stream names.
    pub(crate) counts: Option<(u32, u32)>,
    /// Whether there is a properties stream with whole entries.
    pub(crate) whole: bool,
}

impl<'a> Properties<'a> {
    /// Reads a storage; `charset` is that of texts in no Unicode, where the storage names none itself.
    pub(crate) fn read(storage: &'a Storage, level: Level, charset: Option<&str>) -> Self {
        let stream = storage.stream(PROPERTIES).unwrap_or_default();
        let header = level.header();
        let number = |at: usize| {
            let bytes = stream.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(bytes))
        };
        let counts = if level == Level::Below { None } else { number(16).zip(number(20)) };
        let entries = stream.get(header..).unwrap_or_default();
        let fixed = entries
            .as_chunks::<16>()
            .0
            .iter()
            .map(|entry| {
                let kind = u16::from_le_bytes([entry[0], entry[1]]);
                let id = u16::from_le_bytes([entry[2], entry[3]]);
                let [.., a, b, c, d, e, f, g, h] = *entry;
                (id, (kind, [a, b, c, d, e, f, g, h]))
            })
            .collect();
        let whole = stream.len() >= header && entries.len().is_multiple_of(16);
        let mut read = Self { storage, fixed, charset: String::new(), counts, whole };
        read.charset = [id::MESSAGE_CODEPAGE, id::INTERNET_CODEPAGE]
            .into_iter()
            .find_map(|id| read.integer(id))
            .map(charset::of_code_page)
            .or_else(|| charset.map(str::to_owned))
            .unwrap_or_else(|| "windows-1252".to_owned());
        read
    }

    /// The character set of texts in no Unicode.
    pub(crate) fn charset(&self) -> &str {
        &self.charset
    }

    /// The character set of the HTML body.
    pub(crate) fn html_charset(&self) -> String {
        self.integer(id::INTERNET_CODEPAGE).map_or_else(|| self.charset.clone(), charset::of_code_page)
    }

    /// A number.
    pub(crate) fn integer(&self, id: u16) -> Option<u32> {
        let (kind, value) = self.fixed.get(&id)?;
        (*kind == INTEGER).then(|| u32::from_le_bytes([value[0], value[1], value[2], value[3]]))
    }

    /// A time; 0 stands for none.
    pub(crate) fn time(&self, id: u16) -> Option<DateTime<Utc>> {
        let (kind, value) = self.fixed.get(&id)?;
        if *kind == TIME { file_time(u64::from_le_bytes(*value)) } else { None }
    }

    /// A text, in Unicode or not.
    pub(crate) fn text(&self, id: u16) -> Option<Text> {
        if let Some(wide) = self.storage.stream(&format!("__substg1.0_{id:04x}001f")) {
            let decoded = charset::decode(Some("utf-16le"), wide);
            let flaw = (decoded.replaced > 0).then(|| "bytes that are no UTF-16".to_owned());
            return Some(Text { text: ended(&decoded.text), flaw });
        }
        let narrow = self.storage.stream(&format!("__substg1.0_{id:04x}001e"))?;
        let decoded = charset::decode(Some(&self.charset), narrow);
        let flaw = decoded.guess.clone().or_else(|| {
            (decoded.replaced > 0)
                .then(|| format!("{} places that are no {}", decoded.replaced, self.charset))
        });
        Some(Text { text: ended(&decoded.text), flaw })
    }

    /// A text that is not blank, flaws aside.
    pub(crate) fn words(&self, id: u16) -> Option<String> {
        self.text(id).map(|text| text.text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Bytes.
    pub(crate) fn binary(&self, id: u16) -> Option<&'a [u8]> {
        self.storage.stream(&format!("__substg1.0_{id:04x}0102"))
    }

    /// A storage that is a property's value: an attached message or OLE object.
    pub(crate) fn object(&self, id: u16) -> Option<&'a Storage> {
        self.storage.storage(&format!("__substg1.0_{id:04x}000d"))
    }
}

/// Texts may end in a zero, against the rules.
fn ended(text: &str) -> String {
    text.trim_end_matches('\0').to_owned()
}

/// 100 nanoseconds since 1601 (MS-DTYP section 2.3.3), within the years that dates are read in.
fn file_time(ticks: u64) -> Option<DateTime<Utc>> {
    const TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(ticks / 10_000_000).ok()? - TO_1970;
    let nanos = u32::try_from(ticks % 10_000_000).ok()? * 100;
    let instant = DateTime::from_timestamp(seconds, nanos)?;
    let year = chrono::Datelike::year(&instant);
    (1970..2200).contains(&year).then_some(instant)
}

/// Ids that the outermost message gives to properties known by a set and a number (MS-OXMSG section
/// 2.2.3.1). The sets are those of MS-OXPROPS section 1.3.2.
#[derive(Debug, Default)]
pub(crate) struct NamedIds(BTreeMap<([u8; 16], u32), u16>);

impl NamedIds {
    /// Reads the names that `outermost` holds.
    pub(crate) fn read(outermost: &Storage) -> Self {
        let Some(names) = outermost.storage(NAMES) else { return Self::default() };
        let sets = names.stream("__substg1.0_00020102").unwrap_or_default().as_chunks::<16>().0;
        let entries = names.stream("__substg1.0_00030102").unwrap_or_default().as_chunks::<8>().0;
        let mut ids = BTreeMap::new();
        for entry in entries {
            let number = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let set = u16::from_le_bytes([entry[4], entry[5]]);
            let at = u16::from_le_bytes([entry[6], entry[7]]);
            let by_text = set & 1 == 1;
            let Some(set) = usize::from(set >> 1).checked_sub(3).and_then(|at| sets.get(at)) else {
                continue;
            };
            if let (false, Some(id)) = (by_text, 0x8000_u16.checked_add(at)) {
                ids.insert((*set, number), id);
            }
        }
        Self(ids)
    }

    /// The id of the property `number` of the set whose GUID starts with `set` and ends as all sets of
    /// Outlook do: `xxxxxxxx-0000-0000-C000-000000000046`.
    pub(crate) fn of(&self, set: u32, number: u32) -> Option<u16> {
        let mut guid = [0; 16];
        guid[..4].copy_from_slice(&set.to_le_bytes());
        guid[8] = 0xC0;
        guid[15] = 0x46;
        self.0.get(&(guid, number)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_times_are_read_and_none_is_none() {
        assert_eq!(
            file_time(132_223_104_000_000_000).map(|at| at.to_rfc3339()).as_deref(),
            Some("2020-01-01T00:00:00+00:00")
        );
        assert_eq!(file_time(0), None);
        assert_eq!(file_time(u64::MAX), None);
    }
}
