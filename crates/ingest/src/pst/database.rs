//! The lowest layer of a data file (MS-PST section 2.2): pages, blocks, the two trees that find them.

use super::hidden::Method;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Most bytes of pages of the trees that are kept in memory.
const PAGES_BYTES_MAX: usize = 4 << 20;

/// Deepest tree of pages; 8 levels of 15 entries find more nodes than a file can hold.
const LEVELS_MAX: u8 = 8;

/// What cannot be read, in words.
pub(super) type Lost = String;

/// The forms of the file, which differ in their widths: the old one (ANSI), the newer (Unicode), and that of Outlook 2013
/// and later, with pages of 4 KiB and blocks that may be compressed. Of the last its maker has published nothing; what is
/// read here are the structures of libpff (`pff_block.h`, `libpff_table.c`) and of java-libpst (`PSTFile.java`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Ansi,
    Unicode,
    Wide,
}

/// A node of the file: where its data and the nodes below it lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) data: u64,
    pub(super) below: u64,
}

#[derive(Debug, Clone, Copy)]
struct Root {
    id: u64,
    at: u64,
}

/// An open data file.
pub(super) struct Database {
    file: File,
    pub(super) form: Form,
    method: Method,
    nodes: Root,
    blocks: Root,
    pages: HashMap<u64, Vec<u8>>,
    /// Most bytes that one node's data may have.
    pub(super) data_max: u64,
}

/// A number of `width` bytes, little end first; 0 beyond the end.
pub(super) fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let part = bytes.get(at..at.saturating_add(width)).unwrap_or_default();
    part.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

impl Database {
    /// Opens a file by its header.
    ///
    /// # Errors
    /// In words, where it is no data file of a form that is read.
    pub(super) fn open(path: &Path, data_max: u64) -> Result<Self, Lost> {
        let mut file = File::open(path).map_err(|error| error.to_string())?;
        let mut header = vec![0; 564];
        let read = read_at(&mut file, 0, &mut header).map_err(|error| error.to_string())?;
        header.truncate(read);
        if !header.starts_with(b"!BDN") {
            return Err("it does not start as a data file does".to_owned());
        }
        let version = number(&header, 10, 2);
        let (form, trees, method) = match version {
            14 | 15 => (Form::Ansi, 0xB8, 0x1CD),
            23 => (Form::Unicode, 0xD8, 0x201),
            36 => (Form::Wide, 0xD8, 0x201),
            other => return Err(format!("found version {other}, expected 14, 15, 23 or 36")),
        };
        let width = form.width();
        let root =
            |at: usize| Root { id: number(&header, at, width), at: number(&header, at + width, width) };
        let stated = header.get(method).copied().unwrap_or(0xFF);
        let method = Method::of(stated)
            .ok_or_else(|| format!("its blocks are written by method {stated}, which is not read"))?;
        Ok(Self {
            file,
            form,
            method,
            nodes: root(trees),
            blocks: root(trees + 2 * width),
            pages: HashMap::new(),
            data_max,
        })
    }

    /// The node of that id.
    pub(super) fn node(&mut self, id: u32) -> Result<Node, Lost> {
        let width = self.form.width();
        let entry =
            self.find(self.nodes, u64::from(id))?.ok_or_else(|| format!("node {id:#x} is not there"))?;
        Ok(Node { data: number(&entry, width, width), below: number(&entry, 2 * width, width) })
    }

    /// The node in which a node lies: of a message its folder (MS-PST section 2.2.2.7.7.4).
    pub(super) fn parent(&mut self, id: u32) -> Result<u32, Lost> {
        let entry =
            self.find(self.nodes, u64::from(id))?.ok_or_else(|| format!("node {id:#x} is not there"))?;
        Ok(number(&entry, 3 * self.form.width(), 4) as u32)
    }

    /// Ids of all nodes whose kind is `kind`, in rising order, and what could not be read of the tree.
    pub(super) fn ids(&mut self, kind: u32) -> (Vec<u32>, Vec<Lost>) {
        let (mut found, mut lost) = (Vec::new(), Vec::new());
        let mut left = vec![(self.nodes, LEVELS_MAX)];
        let mut seen = std::collections::BTreeSet::new();
        while let Some((root, levels)) = left.pop() {
            if levels == 0 || !seen.insert(root.at) {
                lost.push(format!("the tree of nodes runs in a circle at byte {}", root.at));
                continue;
            }
            match self.page(root) {
                Ok(page) => {
                    let page = Page::read(&page, self.form);
                    if page.level == 0 {
                        let ids = page.entries().map(|entry| (number(entry, 0, 4) & 0xFFFF_FFFF) as u32);
                        found.extend(ids.filter(|id| id & 0x1F == kind));
                    } else {
                        left.extend(page.entries().map(|entry| (self.form.reference(entry), levels - 1)));
                    }
                }
                Err(why) => lost.push(why),
            }
        }
        found.sort_unstable();
        found.dedup();
        (found, lost)
    }

    /// The entry with that key in the leaves of a tree.
    fn find(&mut self, root: Root, key: u64) -> Result<Option<Vec<u8>>, Lost> {
        let (mut at, form) = (root, self.form);
        for _ in 0..=LEVELS_MAX {
            let bytes = self.page(at)?;
            let page = Page::read(&bytes, form);
            if page.level == 0 {
                let found = page.entries().find(|entry| number(entry, 0, form.width()) == key);
                return Ok(found.map(<[u8]>::to_vec));
            }
            let Some(entry) = page.entries().take_while(|entry| number(entry, 0, form.width()) <= key).last()
            else {
                return Ok(None);
            };
            at = form.reference(entry);
        }
        Err(format!("the tree at byte {} is deeper than {LEVELS_MAX} levels", root.at))
    }

    fn page(&mut self, root: Root) -> Result<Vec<u8>, Lost> {
        if let Some(page) = self.pages.get(&root.at) {
            return Ok(page.clone());
        }
        let mut page = vec![0; self.form.page_bytes()];
        let read = read_at(&mut self.file, root.at, &mut page).map_err(|error| error.to_string())?;
        if read < page.len() {
            return Err(format!("a page of the trees lies at byte {}, beyond the end of the file", root.at));
        }
        let (kind, stated) = match self.form {
            Form::Ansi => (500, number(&page, 504, 4)),
            Form::Unicode => (496, number(&page, 504, 8)),
            Form::Wide => (4072, number(&page, 4080, 8)),
        };
        let kinds = [page[kind], page[kind + 1]];
        if kinds != [0x80; 2] && kinds != [0x81; 2] || stated != root.id {
            return Err(format!("the page at byte {} is not the one that it is said to be", root.at));
        }
        if self.pages.len() >= PAGES_BYTES_MAX / self.form.page_bytes() {
            self.pages.clear();
        }
        self.pages.insert(root.at, page.clone());
        Ok(page)
    }

    /// One block as it lies: the internal ones as they are, the others made readable.
    fn block(&mut self, id: u64) -> Result<Vec<u8>, Lost> {
        let width = self.form.width();
        let entry = self.find(self.blocks, id & !1)?.ok_or_else(|| format!("block {id:#x} is not there"))?;
        let at = number(&entry, width, width);
        let size = number(&entry, 2 * width, 2) as usize;
        let mut bytes = vec![0; size];
        let read = read_at(&mut self.file, at, &mut bytes).map_err(|error| error.to_string())?;
        if read < size {
            return Err(format!("block {id:#x} lies beyond the end of the file"));
        }
        let (trailer, step) = match self.form {
            Form::Ansi => (12, 64),
            Form::Unicode => (16, 64),
            Form::Wide => (24, 512),
        };
        let mut end = vec![0; trailer];
        let behind = (size + trailer).next_multiple_of(step) - trailer;
        let read =
            read_at(&mut self.file, at + behind as u64, &mut end).map_err(|error| error.to_string())?;
        let (sum, own) = match self.form {
            Form::Ansi => (number(&end, 8, 4), number(&end, 4, 4)),
            Form::Unicode | Form::Wide => (number(&end, 4, 4), number(&end, 8, 8)),
        };
        if read < trailer || own & !1 != id & !1 {
            return Err(format!("block {id:#x} is not where it is said to be"));
        }
        if u64::from(checksum(&bytes)) != sum {
            return Err(format!("block {id:#x} is damaged: its checksum differs"));
        }
        let whole = number(&end, 18, 2) as usize;
        if self.form == Form::Wide && whole != 0 && whole != size {
            bytes = inflated(&bytes, whole).map_err(|why| format!("block {id:#x} is damaged: {why}"))?;
        }
        if id & 2 == 0 {
            self.method.open(&mut bytes, id & !1);
        }
        Ok(bytes)
    }

    /// The data of a node: its blocks in order.
    pub(super) fn data(&mut self, id: u64) -> Result<Vec<Vec<u8>>, Lost> {
        let mut blocks = Vec::new();
        let mut left = self.data_max;
        if id != 0 {
            self.collect(id, 3, &mut left, &mut blocks)?;
        }
        Ok(blocks)
    }

    fn collect(&mut self, id: u64, levels: u8, left: &mut u64, into: &mut Vec<Vec<u8>>) -> Result<(), Lost> {
        let bytes = self.block(id)?;
        if id & 2 == 0 {
            let length = bytes.len() as u64;
            if length > *left {
                return Err(format!("more than the limit of {} bytes", self.data_max));
            }
            *left -= length;
            into.push(bytes);
            return Ok(());
        }
        if levels == 0 || bytes.first() != Some(&1) {
            return Err(format!("block {id:#x} is no list of blocks"));
        }
        let width = self.form.width();
        for at in 0..number(&bytes, 2, 2) as usize {
            // Each listed block takes at least a byte of the limit, so that empty ones end too.
            if *left == 0 {
                return Err(format!("more than the limit of {} bytes", self.data_max));
            }
            *left -= 1;
            self.collect(number(&bytes, 8 + at * width, width), levels - 1, left, into)?;
        }
        Ok(())
    }

    /// The nodes below a node (MS-PST section 2.2.2.8.3.3).
    pub(super) fn below(&mut self, id: u64) -> Result<HashMap<u32, Node>, Lost> {
        let mut found = HashMap::new();
        if id != 0 {
            self.below_in(id, 1, &mut found)?;
        }
        Ok(found)
    }

    fn below_in(&mut self, id: u64, levels: u8, found: &mut HashMap<u32, Node>) -> Result<(), Lost> {
        let bytes = self.block(id)?;
        let width = self.form.width();
        let head = match self.form {
            Form::Ansi => 4,
            Form::Unicode | Form::Wide => 8,
        };
        let count = number(&bytes, 2, 2) as usize;
        match bytes.get(..2) {
            Some([2, 0]) => {
                for at in (0..count).map(|at| head + at * 3 * width) {
                    let id = number(&bytes, at, 4) as u32;
                    let node = Node {
                        data: number(&bytes, at + width, width),
                        below: number(&bytes, at + 2 * width, width),
                    };
                    if at + 3 * width <= bytes.len() {
                        found.insert(id, node);
                    }
                }
                Ok(())
            }
            Some([2, 1]) if levels > 0 => {
                for at in (0..count).map(|at| head + at * 2 * width) {
                    self.below_in(number(&bytes, at + width, width), levels - 1, found)?;
                }
                Ok(())
            }
            _ => Err(format!("block {id:#x} is no list of nodes")),
        }
    }
}

impl Form {
    /// How many bytes ids and places take.
    pub(super) const fn width(self) -> usize {
        match self {
            Self::Ansi => 4,
            Self::Unicode | Self::Wide => 8,
        }
    }

    const fn page_bytes(self) -> usize {
        match self {
            Self::Ansi | Self::Unicode => 512,
            Self::Wide => 4096,
        }
    }

    /// The parts of a heap item's id: its block, and its place there (MS-PST section 2.3.1.1; in the form of Outlook 2013 a
    /// block is larger, and the place takes three bits more).
    pub(super) const fn heap_place(self, id: u32) -> (usize, usize) {
        match self {
            Self::Ansi | Self::Unicode => ((id >> 16) as usize, (id >> 5 & 0x7FF) as usize),
            Self::Wide => ((id >> 19) as usize, (id >> 5 & 0x3FFF) as usize),
        }
    }

    fn reference(self, entry: &[u8]) -> Root {
        let width = self.width();
        Root { id: number(entry, width, width), at: number(entry, 2 * width, width) }
    }
}

struct Page<'a> {
    level: u8,
    size: usize,
    count: usize,
    bytes: &'a [u8],
}

impl<'a> Page<'a> {
    fn read(bytes: &'a [u8], form: Form) -> Self {
        let (end, count, size, level) = match form {
            Form::Ansi => (496, number(bytes, 496, 1), bytes[498], bytes[499]),
            Form::Unicode => (488, number(bytes, 488, 1), bytes[490], bytes[491]),
            Form::Wide => (4056, number(bytes, 4056, 2), bytes[4060], bytes[4061]),
        };
        let size = usize::from(size).max(1);
        Self { level, size, count: (count as usize).min(end / size), bytes }
    }

    fn entries(&self) -> impl Iterator<Item = &'a [u8]> {
        let (bytes, size) = (self.bytes, self.size);
        (0..self.count).map(move |at| &bytes[at * size..(at + 1) * size])
    }
}

fn read_at(file: &mut File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut done = 0;
    while done < buffer.len() {
        match file.read(&mut buffer[done..]) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// A compressed block (zlib), which states how many bytes it has unpacked.
fn inflated(bytes: &[u8], whole: usize) -> Result<Vec<u8>, Lost> {
    let mut plain = Vec::with_capacity(whole);
    let mut reader = flate2::read::ZlibDecoder::new(bytes).take(whole as u64 + 1);
    reader.read_to_end(&mut plain).map_err(|error| format!("it cannot be unpacked: {error}"))?;
    if plain.len() != whole {
        return Err(format!("it states {whole} bytes unpacked, and has {}", plain.len()));
    }
    Ok(plain)
}

/// The checksum of MS-PST section 5.3: CRC-32 without the inversions.
fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    bytes.iter().fold(0, |sum, byte| TABLE[((sum ^ u32::from(*byte)) & 0xFF) as usize] ^ sum >> 8)
}
