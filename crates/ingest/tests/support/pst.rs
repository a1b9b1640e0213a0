//! Outlook data files made for tests: Unicode after MS-PST, and the form of Outlook 2013 after libpff; a few pages for each tree.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;

/// A property: id, type, bytes.
pub type Property = (u16, u16, Vec<u8>);

pub fn text(id: u16, text: &str) -> Property {
    (id, 0x001F, text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

pub fn integer(id: u16, value: u32) -> Property {
    (id, 3, value.to_le_bytes().to_vec())
}

pub fn binary(id: u16, bytes: &[u8]) -> Property {
    (id, 0x0102, bytes.to_vec())
}

pub fn time(id: u16, seconds_since_1970: u64) -> Property {
    (id, 0x40, ((seconds_since_1970 + 11_644_473_600) * 10_000_000).to_le_bytes().to_vec())
}

/// A message with recipients and attachments.
#[derive(Default, Clone)]
pub struct Message {
    pub properties: Vec<Property>,
    pub recipients: Vec<Vec<Property>>,
    pub attachments: Vec<(Vec<Property>, Option<Box<Message>>)>,
}

/// A file being made.
pub struct Made {
    /// Whether it is of the form of Outlook 2013: pages of 4 KiB, compressed blocks.
    wide: bool,
    bytes: Vec<u8>,
    blocks: BTreeMap<u64, (u64, u16)>,
    nodes: BTreeMap<u32, (u64, u64)>,
    parents: BTreeMap<u32, u32>,
    next: u64,
}

/// Ids of the folder that `file` makes, and of the first message.
pub const FOLDER: u32 = 0x8022;
pub const FIRST: u32 = 0x20_0024;

/// A file with these messages in one folder, and others in none.
pub fn file(inside: &[Message], outside: &[Message]) -> Vec<u8> {
    made(inside, outside, false)
}

fn made(inside: &[Message], outside: &[Message], wide: bool) -> Vec<u8> {
    let mut made = Made {
        wide,
        bytes: vec![0; 0x4600],
        blocks: BTreeMap::new(),
        nodes: BTreeMap::new(),
        parents: BTreeMap::new(),
        next: 1,
    };
    let names = made.context(&[(2, 0x0102, vec![]), (3, 0x0102, vec![]), (4, 0x0102, vec![])], &[]);
    made.nodes.insert(0x61, names);
    let mut id = FIRST;
    let mut ids = Vec::new();
    for message in inside.iter().chain(outside) {
        let node = made.message(message);
        made.nodes.insert(id, node);
        if ids.len() < inside.len() {
            made.parents.insert(id, FOLDER);
        }
        ids.push(id);
        id += 0x20;
    }
    let folder = made.context(&[text(0x3001, "Deals")], &[]);
    made.nodes.insert(FOLDER, folder);
    made.parents.insert(FOLDER, 0x122);
    let tables: [(u32, Vec<u32>); 4] = [
        (0x12D, vec![FOLDER]),
        (0x12E, vec![]),
        (FOLDER & !0x1F | 0x0D, vec![]),
        (FOLDER & !0x1F | 0x0E, ids[..inside.len()].to_vec()),
    ];
    for (node, rows) in tables {
        let rows: Vec<(u32, Vec<Property>)> = rows.into_iter().map(|id| (id, vec![])).collect();
        let table = made.table(&rows);
        made.nodes.insert(node, table);
    }
    made.finish()
}

impl Made {
    fn block(&mut self, bytes: &[u8], internal: bool) -> u64 {
        let id = self.next * 4 + if internal { 2 } else { 0 };
        self.next += 1;
        let at = self.bytes.len() as u64;
        let whole = bytes.len() as u16;
        let packed = if self.wide && bytes.len() > 600 { deflated(bytes) } else { bytes.to_vec() };
        let bytes = packed.as_slice();
        self.bytes.extend(bytes);
        let (trailer, step) = if self.wide { (24, 512) } else { (16, 64) };
        let end = (bytes.len() + trailer).next_multiple_of(step) - trailer;
        self.bytes.resize(at as usize + end, 0);
        self.bytes.extend((bytes.len() as u16).to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes.extend(checksum(bytes).to_le_bytes());
        self.bytes.extend(id.to_le_bytes());
        if self.wide {
            self.bytes.extend([0; 2]);
            self.bytes.extend(whole.to_le_bytes());
            self.bytes.extend([0; 4]);
        }
        self.blocks.insert(id, (at, bytes.len() as u16));
        id
    }

    /// Data of any size: one block, or a list of blocks.
    fn data(&mut self, bytes: &[u8]) -> u64 {
        if bytes.len() <= 8176 {
            return self.block(bytes, false);
        }
        let parts: Vec<u64> = bytes.chunks(8176).map(|part| self.block(part, false)).collect();
        let mut list = vec![1, 1];
        list.extend((parts.len() as u16).to_le_bytes());
        list.extend((bytes.len() as u32).to_le_bytes());
        parts.iter().for_each(|id| list.extend(id.to_le_bytes()));
        self.block(&list, true)
    }

    fn below(&mut self, nodes: &[(u32, (u64, u64))]) -> u64 {
        if nodes.is_empty() {
            return 0;
        }
        let mut list = vec![2, 0];
        list.extend((nodes.len() as u16).to_le_bytes());
        list.extend([0; 4]);
        for (id, (data, below)) in nodes {
            list.extend(u64::from(*id).to_le_bytes());
            list.extend(data.to_le_bytes());
            list.extend(below.to_le_bytes());
        }
        self.block(&list, true)
    }

    fn message(&mut self, message: &Message) -> (u64, u64) {
        let mut nodes = Vec::new();
        let recipients: Vec<(u32, Vec<Property>)> = (0..).zip(message.recipients.iter().cloned()).collect();
        if !recipients.is_empty() {
            let table = self.table(&recipients);
            nodes.push((0x692, table));
        }
        let mut rows = Vec::new();
        for (at, (properties, inner)) in message.attachments.iter().enumerate() {
            let id = 0x8025 + 0x20 * at as u32;
            let mut properties = properties.clone();
            let mut inside = Vec::new();
            if let Some(inner) = inner {
                let node = self.message(inner);
                inside.push((0x9004, node));
                let object = [0x9004_u32.to_le_bytes(), 0_u32.to_le_bytes()].concat();
                properties.push((0x3701, 0x000D, object));
            }
            let node = self.context(&properties, &inside);
            nodes.push((id, node));
            rows.push((id, vec![]));
        }
        if !rows.is_empty() {
            let table = self.table(&rows);
            nodes.push((0x671, table));
        }
        self.context(&message.properties, &nodes)
    }

    /// A property context; what is large lies in a node below.
    fn context(&mut self, properties: &[Property], nodes: &[(u32, (u64, u64))]) -> (u64, u64) {
        let mut nodes = nodes.to_vec();
        let mut heap = Heap(vec![vec![], vec![]]);
        let mut sorted = properties.to_vec();
        sorted.sort_by_key(|property| property.0);
        let mut records = Vec::new();
        for (id, kind, bytes) in &sorted {
            let place = match bytes.len() {
                ..=4 if matches!(kind, 2 | 3 | 0xB) => {
                    let mut four = bytes.clone();
                    four.resize(4, 0);
                    four
                }
                0 => vec![0; 4],
                3000.. => {
                    let node = 0x4001F + 0x20 * nodes.len() as u32;
                    let data = self.data(bytes);
                    nodes.push((node, (data, 0)));
                    node.to_le_bytes().to_vec()
                }
                _ => heap.put(bytes.clone()).to_le_bytes().to_vec(),
            };
            records.extend(id.to_le_bytes());
            records.extend(kind.to_le_bytes());
            records.extend(place);
        }
        heap.0[0] = vec![0xB5, 2, 6, 0, 0x40, 0, 0, 0];
        heap.0[1] = records;
        let data = self.data(&heap.bytes(0xBC));
        nodes.sort_by_key(|node| node.0);
        (data, self.below(&nodes))
    }

    /// A table whose rows have these properties, each column as wide as its type.
    fn table(&mut self, rows: &[(u32, Vec<Property>)]) -> (u64, u64) {
        let mut heap = Heap(vec![vec![], vec![], vec![], vec![]]);
        let mut columns: BTreeMap<u16, u16> = BTreeMap::from([(0x67F2, 3)]);
        for (id, kind, _) in rows.iter().flat_map(|row| &row.1) {
            columns.insert(*id, *kind);
        }
        let width = 4 * columns.len();
        let size = width + columns.len().div_ceil(8);
        let mut info = vec![0x7C, columns.len() as u8];
        for end in [width, width, width, size] {
            info.extend((end as u16).to_le_bytes());
        }
        info.extend(0x40_u32.to_le_bytes());
        info.extend(if rows.is_empty() { [0; 4] } else { 0x80_u32.to_le_bytes() });
        info.extend([0; 4]);
        let (mut index, mut matrix) = (Vec::new(), Vec::new());
        for (place, (row_id, properties)) in rows.iter().enumerate() {
            let mut row = vec![0_u8; size];
            for (at, id) in columns.keys().enumerate() {
                let cell = if *id == 0x67F2 {
                    row_id.to_le_bytes().to_vec()
                } else {
                    let Some((_, kind, bytes)) = properties.iter().find(|property| property.0 == *id) else {
                        continue;
                    };
                    if *kind == 3 { bytes.clone() } else { heap.put(bytes.clone()).to_le_bytes().to_vec() }
                };
                row[4 * at..4 * at + 4].copy_from_slice(&cell);
                row[width + at / 8] |= 0x80 >> (at % 8);
            }
            index.extend(row_id.to_le_bytes());
            index.extend((place as u32).to_le_bytes());
            matrix.extend(row);
        }
        for (at, (id, kind)) in columns.iter().enumerate() {
            info.extend(kind.to_le_bytes());
            info.extend(id.to_le_bytes());
            info.extend((4 * at as u16).to_le_bytes());
            info.extend([4, at as u8]);
        }
        heap.0[0] = info;
        let leaf = if rows.is_empty() { 0_u32 } else { 0x60 };
        heap.0[1] = [&[0xB5, 4, 4, 0][..], &leaf.to_le_bytes()].concat();
        heap.0[2] = index;
        heap.0[3] = matrix;
        (self.data(&heap.bytes(0x7C)), 0)
    }

    fn page(&mut self, entries: &[Vec<u8>], kind: u8) -> (u64, u64) {
        let id = self.next * 4;
        self.next += 1;
        self.bytes.resize(self.bytes.len().next_multiple_of(if self.wide { 4096 } else { 512 }), 0);
        let at = self.bytes.len() as u64;
        let mut page = entries.concat();
        if self.wide {
            assert!(page.len() <= 4056, "one page for each tree");
            page.resize(4056, 0);
            page.extend((entries.len() as u16).to_le_bytes());
            page.extend(169_u16.to_le_bytes());
            page.extend([entries.first().map_or(24, Vec::len) as u8, 0]);
            page.resize(4072, 0);
            let sum = checksum(&page);
            page.extend([kind, kind, 0, 0]);
            page.extend(sum.to_le_bytes());
            page.extend(id.to_le_bytes());
            page.resize(4096, 0);
            self.bytes.extend(page);
            return (id, at);
        }
        assert!(page.len() <= 488, "one page for each tree");
        page.resize(488, 0);
        page.extend([entries.len() as u8, 20, entries.first().map_or(24, Vec::len) as u8, 0, 0, 0, 0, 0]);
        let sum = checksum(&page);
        page.extend([kind, kind, 0, 0]);
        page.extend(sum.to_le_bytes());
        page.extend(id.to_le_bytes());
        self.bytes.extend(page);
        (id, at)
    }

    /// Two levels where the leaves are several.
    fn tree(&mut self, entries: &[Vec<u8>], per_page: usize, kind: u8) -> (u64, u64) {
        if entries.len() <= per_page {
            return self.page(entries, kind);
        }
        let mut above = Vec::new();
        for part in entries.chunks(per_page) {
            let (id, at) = self.page(part, kind);
            above.push([&part[0][..8], &id.to_le_bytes(), &at.to_le_bytes()].concat());
        }
        let (id, at) = self.page(&above, kind);
        self.bytes[at as usize + if self.wide { 4061 } else { 491 }] = 1;
        (id, at)
    }

    fn finish(mut self) -> Vec<u8> {
        let nodes: Vec<Vec<u8>> = self
            .nodes
            .iter()
            .map(|(id, (data, below))| {
                let parent = u64::from(self.parents.get(id).copied().unwrap_or(0)).to_le_bytes();
                [&u64::from(*id).to_le_bytes()[..], &data.to_le_bytes(), &below.to_le_bytes(), &parent]
                    .concat()
            })
            .collect();
        let nodes = self.tree(&nodes, 15, 0x81);
        let blocks: Vec<Vec<u8>> = self
            .blocks
            .iter()
            .map(|(id, (at, size))| {
                [&id.to_le_bytes()[..], &at.to_le_bytes(), &size.to_le_bytes(), &[1, 0, 0, 0, 0, 0]].concat()
            })
            .collect();
        let blocks = self.tree(&blocks, 20, 0x80);
        let mut bytes = self.bytes;
        bytes[..4].copy_from_slice(b"!BDN");
        bytes[8..12].copy_from_slice(&[0x53, 0x4D, if self.wide { 36 } else { 23 }, 0]);
        for (at, value) in [(0xD8, nodes.0), (0xE0, nodes.1), (0xE8, blocks.0), (0xF0, blocks.1)] {
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }
}

/// Allocations of a heap of one block.
struct Heap(Vec<Vec<u8>>);

impl Heap {
    fn put(&mut self, bytes: Vec<u8>) -> u32 {
        self.0.push(bytes);
        (self.0.len() as u32) << 5
    }

    fn bytes(&self, kind: u8) -> Vec<u8> {
        let mut body: Vec<u8> = Vec::new();
        let mut map = vec![12_u16];
        for allocation in &self.0 {
            body.extend(allocation);
            map.push(12 + body.len() as u16);
        }
        let mut bytes = (12 + body.len() as u16).to_le_bytes().to_vec();
        bytes.extend([0xEC, kind]);
        bytes.extend(0x20_u32.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(body);
        bytes.extend((self.0.len() as u16).to_le_bytes());
        bytes.extend([0; 2]);
        map.iter().for_each(|at| bytes.extend(at.to_le_bytes()));
        bytes
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        let low = (sum ^ u32::from(*byte)) & 0xFF;
        let table =
            (0..8).fold(low, |value, _| if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 });
        table ^ sum >> 8
    })
}

/// Two messages in a folder, one of them with every structure, and one in no folder.
pub fn rich() -> Vec<u8> {
    rich_of(false)
}

/// The same in the form of Outlook 2013.
pub fn wide() -> Vec<u8> {
    rich_of(true)
}

fn rich_of(wide: bool) -> Vec<u8> {
    let plain = |subject: &str| Message {
        properties: vec![
            text(0x001A, "IPM.Note"),
            text(0x0037, subject),
            text(0x0C1F, "a@x.example"),
            text(0x1000, "words"),
        ],
        recipients: vec![vec![integer(0x0C15, 1), text(0x3001, "Bob"), text(0x3003, "b@x.example")]],
        attachments: vec![],
    };
    let mut inner = plain("inner");
    inner
        .attachments
        .push((vec![integer(0x3705, 1), text(0x3707, "deep.txt"), binary(0x3701, b"deep words")], None));
    let mut whole = plain("\u{1}\u{5}RE: outer");
    whole.properties.push(time(0x0039, 1_709_303_400));
    whole.properties.push(text(0x1035, "<1@x>"));
    whole.recipients.push(vec![integer(0x0C15, 3), text(0x3001, "Cy"), text(0x3003, "c@x.example")]);
    whole.attachments.push((
        vec![integer(0x3705, 1), text(0x3707, "big.txt"), binary(0x3701, &b"0123456789".repeat(2500))],
        None,
    ));
    whole.attachments.push((vec![integer(0x3705, 5), text(0x3001, "inner")], Some(Box::new(inner))));
    made(&[whole, plain("second")], &[plain("deleted")], wide)
}
