//! The lists of terms that a request names: read from the folder of requests, and kept with the request's
//! own bytes, so that a frozen request is read again as it was.

use duces_query::{LIST_BYTES_MAX, TermList, TermLists};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// How the bytes of a request with lists begin; without lists they are the file's.
const HEAD: &[u8] = b"duces request with lists 1\n";

/// The folder of requests, in which lists lie.
pub(super) struct Folder(pub(super) PathBuf);

impl TermLists for Folder {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        let below = Path::new(name);
        let inside = below.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside || name.is_empty() {
            return Err("a list lies below the folder of requests: give its path from there".to_owned());
        }
        let path = self.0.join(below);
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file in requests/".to_owned(),
            _ => error.to_string(),
        };
        let size = fs::metadata(&path).map_err(failed)?.len();
        if size > LIST_BYTES_MAX as u64 {
            return Err(format!("it has {size} bytes, and a list has at most {LIST_BYTES_MAX}"));
        }
        fs::read(&path).map_err(failed)
    }
}

/// A request as it was kept: its file and the lists that it names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The request file.
    pub(crate) file: Vec<u8>,
    lists: BTreeMap<String, Vec<u8>>,
}

impl Kept {
    /// The bytes to be kept: the file's own where it names no list.
    pub(super) fn to_bytes(file: &[u8], lists: &[&TermList]) -> Vec<u8> {
        let lists: BTreeMap<&str, &[u8]> = lists.iter().map(|list| (list.name(), list.bytes())).collect();
        if lists.is_empty() {
            return file.to_vec();
        }
        let mut bytes = HEAD.to_vec();
        let parts = std::iter::once(("", file)).chain(lists);
        for (name, content) in parts {
            bytes.extend(format!("{}\n{}\n", name, content.len()).bytes());
            bytes.extend(content);
        }
        bytes
    }

    /// Reads what was kept; `None` where it is neither a file alone nor a file with lists.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let Some(mut rest) = bytes.strip_prefix(HEAD) else {
            return Some(Self { file: bytes.to_vec(), lists: BTreeMap::new() });
        };
        let mut parts = BTreeMap::new();
        while !rest.is_empty() {
            let name = line(&mut rest)?.to_owned();
            let length: usize = line(&mut rest)?.parse().ok()?;
            let (content, after) = rest.split_at_checked(length)?;
            parts.insert(name, content.to_vec());
            rest = after;
        }
        Some(Self { file: parts.remove("")?, lists: parts })
    }
}

fn line<'b>(rest: &mut &'b [u8]) -> Option<&'b str> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, after) = rest.split_at(end);
    *rest = &after[1..];
    std::str::from_utf8(line).ok()
}

impl TermLists for Kept {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        self.lists.get(name).cloned().ok_or_else(|| "it was not kept with the request".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_lies_below_the_folder_of_requests_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("terms")).unwrap();
        fs::write(folder.path().join("terms/1.txt"), "fee\n").unwrap();
        let lists = Folder(folder.path().to_owned());
        assert_eq!(lists.bytes("terms/1.txt").unwrap(), b"fee\n");
        for outside in ["../x.txt", "/etc/hosts", "", "terms/../../x", "./terms/1.txt"] {
            assert!(lists.bytes(outside).is_err(), "{outside}");
        }
        assert_eq!(lists.bytes("none.txt").unwrap_err(), "there is no such file in requests/");
        fs::write(folder.path().join("big.txt"), vec![b'a'; LIST_BYTES_MAX + 1]).unwrap();
        assert!(lists.bytes("big.txt").unwrap_err().contains("at most"));
    }

    #[test]
    fn a_request_without_lists_is_kept_as_its_file_and_one_with_lists_reads_back_whole() {
        assert_eq!(Kept::to_bytes(b"format = 1", &[]), b"format = 1");
        assert_eq!(Kept::of(b"format = 1").unwrap().file, b"format = 1");
        let reading = duces_query::Reading::new(duces_query::Dialect::DtSearch);
        let terms =
            duces_query::term_list(&reading, "terms/1.txt", b"fee\nrefund\n", Default::default()).unwrap();
        let bytes = Kept::to_bytes(b"format = 1\n", &[terms.list().unwrap()]);
        let kept = Kept::of(&bytes).unwrap();
        assert_eq!(kept.file, b"format = 1\n");
        assert_eq!(kept.bytes("terms/1.txt").unwrap(), b"fee\nrefund\n");
        assert!(kept.bytes("terms/2.txt").is_err());
        for cut in HEAD.len() + 1..bytes.len() {
            assert!(Kept::of(&bytes[..cut]).is_none_or(|part| part != kept), "{cut}");
        }
    }
}
