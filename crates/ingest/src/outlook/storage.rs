//! A compound file (MS-CFB) as a tree in memory, and a part of one written as a file of its own.

use cfb::CompoundFile;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use std::time::SystemTime;

/// Deepest storage that is read; an Outlook message takes two levels, and three more for each message
/// that is attached to it.
const DEPTH_MAX: usize = 128;

/// The class of an Outlook message file (MS-OXMSG section 2.2.3).
const MESSAGE_CLASS: uuid::Uuid = uuid::Uuid::from_u128(0x00020D0B_0000_0000_C000_000000000046);

/// A storage: streams and storages by their names in lower case.
#[derive(Debug, Default, Clone)]
pub(crate) struct Storage {
    streams: BTreeMap<String, Named<Vec<u8>>>,
    storages: BTreeMap<String, Named<Self>>,
}

/// Something with its name as written.
#[derive(Debug, Default, Clone)]
struct Named<T> {
    name: String,
    value: T,
}

/// A compound file that was read.
#[derive(Debug)]
pub(crate) struct Compound {
    /// Its root.
    pub(crate) root: Storage,
    /// Streams that could not be read, and why.
    pub(crate) lost: Vec<String>,
}

impl Storage {
    /// The stream of that name (in lower case).
    pub(crate) fn stream(&self, name: &str) -> Option<&[u8]> {
        self.streams.get(name).map(|stream| stream.value.as_slice())
    }

    /// The storage of that name (in lower case).
    pub(crate) fn storage(&self, name: &str) -> Option<&Self> {
        self.storages.get(name).map(|storage| &storage.value)
    }

    /// Storages whose names (in lower case) start so, in the order of their names.
    pub(crate) fn storages(&self, start: &str) -> impl Iterator<Item = (&str, &Self)> {
        self.storages
            .iter()
            .filter(move |(name, _)| name.starts_with(start))
            .map(|(name, storage)| (name.as_str(), &storage.value))
    }

    /// Adds a stream.
    pub(crate) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        self.streams.insert(name.to_lowercase(), Named { name: name.to_owned(), value: bytes });
    }

    /// Adds a storage.
    pub(crate) fn hold(&mut self, name: &str, storage: Self) {
        self.storages.insert(name.to_lowercase(), Named { name: name.to_owned(), value: storage });
    }

    /// The storage that holds `path`, made where it is missing.
    fn holder(&mut self, path: &[String]) -> &mut Self {
        path.iter().fold(self, |storage, name| {
            &mut storage
                .storages
                .entry(name.to_lowercase())
                .or_insert_with(|| Named { name: name.clone(), value: Self::default() })
                .value
        })
    }
}

/// Reads a compound file whole. Streams that share bytes could make it larger than the file: beyond
/// `bytes_max` in all, what follows is lost and told.
///
/// # Errors
/// In words, where the file's own structure cannot be read at all.
pub(crate) fn read(bytes: &[u8], bytes_max: u64) -> Result<Compound, String> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let entries: Vec<(Vec<String>, bool, u64)> = file
        .walk()
        .filter(|entry| !entry.is_root())
        .map(|entry| (names(entry.path()), entry.is_stream(), entry.len()))
        .collect();
    let mut found = Compound { root: Storage::default(), lost: Vec::new() };
    let mut left = bytes_max;
    for (path, is_stream, length) in entries {
        if path.len() > DEPTH_MAX {
            found.lost.push(format!("{}: deeper than {DEPTH_MAX} levels", path.join("/")));
            continue;
        }
        if !is_stream {
            found.root.holder(&path);
            continue;
        }
        if length > left {
            found.lost.push(format!("{}: more than the limit of {bytes_max} bytes in all", path.join("/")));
            continue;
        }
        match content(&mut file, &path, length) {
            Ok(content) => {
                left -= length;
                let Some((name, above)) = path.split_last() else { continue };
                found.root.holder(above).put(name, content);
            }
            Err(error) => found.lost.push(format!("{}: {error}", path.join("/"))),
        }
    }
    Ok(found)
}

fn names(path: &Path) -> Vec<String> {
    let normal = |part: std::path::Component<'_>| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    };
    path.components().filter_map(normal).collect()
}

fn content(file: &mut CompoundFile<Cursor<&[u8]>>, path: &[String], length: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let stream = file.open_stream(format!("/{}", path.join("/")))?;
    let read = stream.take(length).read_to_end(&mut content)? as u64;
    if read < length {
        return Err(io::Error::other(format!("{read} of {length} bytes are there")));
    }
    Ok(content)
}

/// Writes a message that is attached to another as a file of its own: all its streams and storages as
/// they are, its property header in the form of a top level (MS-OXMSG sections 2.4.1.1 and 2.4.1.2), and
/// the names of properties, which only the outermost message holds. Times inside are constant, so the
/// same message gives the same bytes.
pub(crate) fn as_file(message: &Storage, outermost: &Storage) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.set_storage_clsid("/", MESSAGE_CLASS)?;
    copy(&mut file, message, "", true)?;
    if message.storage(NAMES).is_none()
        && let Some(named) = outermost.storages.get(NAMES)
    {
        let path = format!("/{}", named.name);
        make(&mut file, &path)?;
        copy(&mut file, &named.value, &path, false)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Writes an object of another program, embedded as a storage, as a file of its own with all its streams.
/// Times inside are constant, so the same object gives the same bytes.
pub(crate) fn object_file(object: &Storage) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    copy(&mut file, object, "", false)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Where the names of properties lie (MS-OXMSG section 2.2.3).
pub(crate) const NAMES: &str = "__nameid_version1.0";

/// The stream with the properties of fixed size.
pub(crate) const PROPERTIES: &str = "__properties_version1.0";

fn copy(
    file: &mut CompoundFile<Cursor<Vec<u8>>>,
    from: &Storage,
    below: &str,
    outermost: bool,
) -> io::Result<()> {
    for (name, stream) in &from.streams {
        let mut written = file.create_stream(format!("{below}/{}", stream.name))?;
        let split = stream.value.len().min(24);
        let (header, rest) = stream.value.split_at(if outermost && name == PROPERTIES { split } else { 0 });
        written.write_all(header)?;
        if !header.is_empty() {
            written.write_all(&[0; 8])?;
        }
        written.write_all(rest)?;
        written.flush()?;
    }
    for storage in from.storages.values() {
        let path = format!("{below}/{}", storage.name);
        make(file, &path)?;
        copy(file, &storage.value, &path, false)?;
    }
    Ok(())
}

fn make(file: &mut CompoundFile<Cursor<Vec<u8>>>, path: &str) -> io::Result<()> {
    file.create_storage(path)?;
    file.set_created_time(path, SystemTime::UNIX_EPOCH)?;
    file.set_modified_time(path, SystemTime::UNIX_EPOCH)
}
