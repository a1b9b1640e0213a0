//! Outlook messages made for tests, after MS-OXMSG.
#![allow(dead_code, unreachable_pub)]

use cfb::CompoundFile;
use std::io::{Cursor, Write};

/// A message, a recipient or an attachment: its properties and what it holds.
#[derive(Default, Clone)]
pub struct Made {
    pub fixed: Vec<(u16, u16, u64)>,
    pub streams: Vec<(String, Vec<u8>)>,
    pub recipients: Vec<Made>,
    pub attachments: Vec<Made>,
    /// The message that an attachment is.
    pub embedded: Option<Box<Made>>,
    /// How many recipients and attachments the header states, where it does not state the truth.
    pub stated: Option<(u32, u32)>,
}

impl Made {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn text(mut self, id: u16, text: &str) -> Self {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.streams.push((format!("__substg1.0_{id:04X}001F"), wide));
        self
    }

    pub fn narrow(mut self, id: u16, bytes: &[u8]) -> Self {
        self.streams.push((format!("__substg1.0_{id:04X}001E"), bytes.to_vec()));
        self
    }

    pub fn binary(mut self, id: u16, bytes: &[u8]) -> Self {
        self.streams.push((format!("__substg1.0_{id:04X}0102"), bytes.to_vec()));
        self
    }

    pub fn integer(mut self, id: u16, value: u32) -> Self {
        self.fixed.push((id, 3, u64::from(value)));
        self
    }

    pub fn time(mut self, id: u16, seconds_since_1970: u64) -> Self {
        self.fixed.push((id, 0x40, (seconds_since_1970 + 11_644_473_600) * 10_000_000));
        self
    }

    pub fn recipient(mut self, kind: u32, name: &str, address: &str) -> Self {
        let mut one = Made::new().integer(0x0C15, kind).text(0x3001, name);
        if !address.is_empty() {
            one = one.text(0x3003, address);
        }
        self.recipients.push(one);
        self
    }

    pub fn attachment(mut self, one: Made) -> Self {
        self.attachments.push(one);
        self
    }

    pub fn file(name: &str, bytes: &[u8]) -> Self {
        Made::new().integer(0x3705, 1).text(0x3707, name).binary(0x3701, bytes)
    }

    pub fn message(name: &str, message: Made) -> Self {
        let mut one = Made::new().integer(0x3705, 5).text(0x3001, name);
        one.embedded = Some(Box::new(message));
        one
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut file =
            CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a new file");
        file.create_storage("/__nameid_version1.0").expect("a storage");
        for name in ["00020102", "00030102", "00040102"] {
            stream(&mut file, &format!("/__nameid_version1.0/__substg1.0_{name}"), &[]);
        }
        self.write(&mut file, "", 32);
        file.flush().expect("a whole file");
        file.into_inner().into_inner()
    }

    fn write(&self, file: &mut CompoundFile<Cursor<Vec<u8>>>, below: &str, header: usize) {
        let mut properties = vec![0_u8; header];
        if header > 8 {
            let there = (self.recipients.len(), self.attachments.len());
            let stated = self.stated.unwrap_or((there.0 as u32, there.1 as u32));
            properties[16..20].copy_from_slice(&stated.0.to_le_bytes());
            properties[20..24].copy_from_slice(&stated.1.to_le_bytes());
        }
        for (id, kind, value) in &self.fixed {
            properties.extend(kind.to_le_bytes());
            properties.extend(id.to_le_bytes());
            properties.extend(6_u32.to_le_bytes());
            properties.extend(value.to_le_bytes());
        }
        stream(file, &format!("{below}/__properties_version1.0"), &properties);
        for (name, bytes) in &self.streams {
            stream(file, &format!("{below}/{name}"), bytes);
        }
        for (at, one) in self.recipients.iter().enumerate() {
            let path = format!("{below}/__recip_version1.0_#{at:08X}");
            file.create_storage(&path).expect("a storage");
            one.write(file, &path, 8);
        }
        for (at, one) in self.attachments.iter().enumerate() {
            let path = format!("{below}/__attach_version1.0_#{at:08X}");
            file.create_storage(&path).expect("a storage");
            one.write(file, &path, 8);
        }
        if let Some(message) = &self.embedded {
            let path = format!("{below}/__substg1.0_3701000D");
            file.create_storage(&path).expect("a storage");
            message.write(file, &path, 24);
        }
    }
}

fn stream(file: &mut CompoundFile<Cursor<Vec<u8>>>, path: &str, bytes: &[u8]) {
    let mut stream = file.create_stream(path).expect("a stream");
    stream.write_all(bytes).expect("a stream that can be written");
}

/// A mail with every structure that the reader knows.
pub fn rich() -> Made {
    let inner = Made::new()
        .text(0x001A, "IPM.Note")
        .text(0x0037, "inner subject")
        .text(0x0C1F, "in@x.example")
        .text(0x1000, "inner words")
        .recipient(1, "Bob", "b@x.example")
        .attachment(Made::file("deep.txt", b"deep words"));
    Made::new()
        .text(0x001A, "IPM.Note")
        .text(0x0037, "Trades")
        .text(0x007D, "From: Ann <a@x.example>\r\nTo: Bob <b@x.example>\r\nDate: Fri, 1 Mar 2024 09:30:00 -0500\r\nMessage-ID: <1@x>\r\n")
        .text(0x1000, "plain words")
        .binary(0x1013, b"<p>plain words</p><p>html alone</p>")
        .binary(0x1009, &plain_rtf("{\\rtf1\\ansi rich alone}"))
        .integer(0x3FDE, 65001)
        .recipient(1, "Bob", "b@x.example")
        .recipient(3, "Cy", "c@x.example")
        .attachment(Made::file("notes.txt", b"attached words"))
        .attachment(Made::file("mail.eml", b"From: d@x.example\r\nTo: e@x.example\r\nSubject: s\r\n\r\nmail words\r\n"))
        .attachment(Made::message("inner", inner))
}

/// An RTF body that is not packed.
pub fn plain_rtf(rtf: &str) -> Vec<u8> {
    let mut bytes = (rtf.len() as u32 + 12).to_le_bytes().to_vec();
    bytes.extend((rtf.len() as u32).to_le_bytes());
    bytes.extend(0x414C_454D_u32.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(rtf.bytes());
    bytes
}
