//! The middle layer of a data file (MS-PST section 2.3): heaps on nodes, trees on heaps, property
//! contexts and tables.

use super::database::{Database, Form, Lost, Node, number};
use std::collections::{BTreeMap, HashMap};

/// Most records of one tree or table: no message has more, and a tree that runs in a circle ends.
const RECORDS_MAX: usize = 1 << 20;

/// A node opened as a heap.
pub(super) struct Heap {
    form: Form,
    blocks: Vec<Vec<u8>>,
    below: HashMap<u32, Node>,
    kind: u8,
    root: u32,
}

/// A property: its type, and its value as it lies.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) kind: u16,
    pub(super) bytes: Vec<u8>,
}

/// Properties by id, and those that could not be read.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) values: BTreeMap<u16, Value>,
    pub(super) lost: Vec<Lost>,
}

/// How many bytes a type of fixed size takes; none for the others (MS-OXCDATA section 2.11.1).
pub(super) const fn fixed_size(kind: u16) -> Option<usize> {
    match kind {
        0x0002 => Some(2),
        0x0003 | 0x0004 | 0x000A => Some(4),
        0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
        0x000B => Some(1),
        _ => None,
    }
}

impl Heap {
    /// Opens a node's data as a heap.
    pub(super) fn open(database: &mut Database, node: Node) -> Result<Self, Lost> {
        let blocks = database.data(node.data)?;
        let below = database.below(node.below)?;
        let head = blocks.first().map(Vec::as_slice).unwrap_or_default();
        if head.get(2) != Some(&0xEC) {
            return Err("its node is no heap".to_owned());
        }
        let (kind, root) = (head.get(3).copied().unwrap_or(0), number(head, 4, 4) as u32);
        Ok(Self { form: database.form, blocks, below, kind, root })
    }

    /// The nodes below.
    pub(super) fn below(&self) -> &HashMap<u32, Node> {
        &self.below
    }

    /// The allocation of that id (MS-PST section 2.3.1.1).
    fn allocation(&self, id: u32) -> Result<&[u8], Lost> {
        if id == 0 {
            return Ok(&[]);
        }
        let lost = || format!("heap item {id:#x} is not there");
        let (block, index) = self.form.heap_place(id);
        let block = self.blocks.get(block).ok_or_else(lost)?;
        let map = number(block, 0, 2) as usize;
        let count = number(block, map, 2) as usize;
        if index == 0 || index > count {
            return Err(lost());
        }
        let at = map + 4 + 2 * (index - 1);
        let (from, to) = (number(block, at, 2) as usize, number(block, at + 2, 2) as usize);
        block.get(from..to).ok_or_else(lost)
    }

    /// A value that lies in the heap, or in a node below.
    fn value(&self, database: &mut Database, id: u32) -> Result<Vec<u8>, Lost> {
        if id & 0x1F == 0 {
            return self.allocation(id).map(<[u8]>::to_vec);
        }
        let node = self.below.get(&id).ok_or_else(|| format!("node {id:#x} below is not there"))?;
        Ok(database.data(node.data)?.concat())
    }

    /// Records of a tree on the heap: keys and values (MS-PST section 2.3.2).
    fn records(&self, root: u32) -> Result<Vec<(u32, Vec<u8>)>, Lost> {
        let header = self.allocation(root)?;
        if header.first() != Some(&0xB5) {
            return Err("its tree has no header".to_owned());
        }
        let (key, value, levels) =
            (usize::from(header[1]), number(header, 2, 1) as usize, number(header, 3, 1));
        let mut records = Vec::new();
        let mut left = vec![(number(header, 4, 4) as u32, levels)];
        let mut steps = 0;
        while let Some((id, level)) = left.pop() {
            steps += 1;
            if steps > RECORDS_MAX || level > 8 {
                return Err("its tree runs in a circle".to_owned());
            }
            let bytes = self.allocation(id)?;
            let size = if level == 0 { key + value } else { key + 4 };
            if key == 0 || size == 0 {
                return Err("its tree has records of no size".to_owned());
            }
            for record in bytes.chunks_exact(size) {
                let own = number(record, 0, key.min(4)) as u32;
                if level == 0 {
                    records.push((own, record[key..].to_vec()));
                } else {
                    left.push((number(record, key, 4) as u32, level - 1));
                }
            }
            if records.len() > RECORDS_MAX {
                return Err(format!("its tree has more than {RECORDS_MAX} records"));
            }
        }
        records.sort_by_key(|(key, _)| *key);
        Ok(records)
    }

    /// The node's properties; one that cannot be read is told and the others are given.
    pub(super) fn properties(&self, database: &mut Database) -> Result<Properties, Lost> {
        if self.kind != 0xBC {
            return Err("its node holds no properties".to_owned());
        }
        let mut found = Properties::default();
        for (id, record) in self.records(self.root)? {
            let id = (id & 0xFFFF) as u16;
            let kind = number(&record, 0, 2) as u16;
            let at = number(&record, 2, 4) as u32;
            let bytes = match fixed_size(kind) {
                Some(size @ ..=4) => Ok(record.get(2..2 + size).unwrap_or_default().to_vec()),
                Some(_) => self.allocation(at).map(<[u8]>::to_vec),
                None if kind == 0x000D => self.allocation(at).map(<[u8]>::to_vec),
                None => self.value(database, at),
            };
            match bytes {
                Ok(bytes) => {
                    found.values.insert(id, Value { kind, bytes });
                }
                Err(why) => found.lost.push(format!("property {id:#06x}: {why}")),
            }
        }
        Ok(found)
    }

    /// Ids of the table's rows, in the order of their places.
    pub(super) fn row_ids(&self) -> Result<Vec<u32>, Lost> {
        let info = self.table()?;
        let mut rows: Vec<(u64, u32)> = self
            .records(number(info, 10, 4) as u32)?
            .into_iter()
            .map(|(id, place)| (number(&place, 0, place.len().min(4)), id))
            .collect();
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(_, id)| id).collect())
    }

    fn table(&self) -> Result<&[u8], Lost> {
        let info = self.allocation(self.root)?;
        if self.kind != 0x7C || info.first() != Some(&0x7C) || info.len() < 22 {
            return Err("its node holds no table".to_owned());
        }
        Ok(info)
    }

    /// The rows of a table as properties (MS-PST section 2.3.4).
    pub(super) fn rows(&self, database: &mut Database) -> Result<Vec<Properties>, Lost> {
        let info = self.table()?;
        let columns = info.get(22..).unwrap_or_default().as_chunks::<8>().0;
        let (bitmap, size) = (number(info, 6, 2) as usize, number(info, 8, 2) as usize);
        let at = number(info, 14, 4) as u32;
        if size == 0 || bitmap > size {
            return Err("its table has rows of no size".to_owned());
        }
        let blocks = if at & 0x1F == 0 {
            vec![self.allocation(at)?.to_vec()]
        } else {
            let node = self.below.get(&at).ok_or_else(|| "the rows of its table are not there".to_owned())?;
            database.data(node.data)?
        };
        // Rows do not reach over the end of a block.
        let matrix: Vec<&[u8]> = blocks.iter().flat_map(|block| block.chunks_exact(size)).collect();
        let mut index = self.records(number(info, 10, 4) as u32)?;
        index.sort_by_key(|(_, place)| number(place, 0, place.len().min(4)));
        let mut rows = Vec::new();
        for (id, place) in index {
            let mut found = Properties::default();
            match matrix.get(number(&place, 0, place.len().min(4)) as usize) {
                Some(row) => self.row(database, row, bitmap, columns, &mut found),
                None => found.lost.push(format!("row {id:#x} of the table is not there")),
            }
            rows.push(found);
        }
        Ok(rows)
    }

    fn row(
        &self,
        database: &mut Database,
        row: &[u8],
        bitmap: usize,
        columns: &[[u8; 8]],
        found: &mut Properties,
    ) {
        for column in columns {
            let (kind, id) = (number(column, 0, 2) as u16, number(column, 2, 2) as u16);
            let (at, size, bit) =
                (number(column, 4, 2) as usize, usize::from(column[6]), usize::from(column[7]));
            let there = row.get(bitmap + bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1);
            if !there {
                continue;
            }
            let Some(cell) = row.get(at..at + size) else {
                found.lost.push(format!("property {id:#06x}: it lies outside its row"));
                continue;
            };
            let bytes = match fixed_size(kind) {
                Some(size) => Ok(cell.get(..size).unwrap_or_default().to_vec()),
                None => self.value(database, number(cell, 0, 4) as u32),
            };
            match bytes {
                Ok(bytes) => {
                    found.values.insert(id, Value { kind, bytes });
                }
                Err(why) => found.lost.push(format!("property {id:#06x}: {why}")),
            }
        }
    }
}

impl Properties {
    /// A number of up to 4 bytes.
    pub(super) fn integer(&self, id: u16) -> Option<u32> {
        let value = self.values.get(&id)?;
        fixed_size(value.kind).filter(|size| *size <= 4).map(|_| number(&value.bytes, 0, 4) as u32)
    }

    /// The node that an object's value names, and its stated size (MS-PST section 2.3.3.5).
    pub(super) fn object(&self, id: u16) -> Option<u32> {
        let value = self.values.get(&id).filter(|value| value.kind == 0x000D)?;
        Some(number(&value.bytes, 0, 4) as u32)
    }
}
