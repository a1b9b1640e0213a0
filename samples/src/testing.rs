//! What several tests need.

use std::path::Path;

/// Every file below the folder with its bytes, sorted by path, `/` between the parts.
pub(crate) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let parts: Vec<String> = path
                    .strip_prefix(root)
                    .unwrap()
                    .iter()
                    .map(|part| part.to_str().unwrap().to_owned())
                    .collect();
                found.push((parts.join("/"), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
