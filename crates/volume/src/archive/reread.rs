//! An archive opened again after it was written.
//!
//! "Cannot accept files that use AES-256 Jpeg or pkAES-256-Cert Deflate compression methods" (SEC data delivery
//! standards of 8/2021, general instruction 12; verified). The first is ZIP method 96 under encryption, the second
//! encryption with a certificate (our reading): neither is stored or deflated data that a password alone opens.

use crate::entry::VolumePlan;
use crate::error::VolumeError;
use crate::forms::Method;
use crate::manifest::FileRecord;
use crate::store::Store;
use duces_model::Sha256;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::{CompressionMethod, ZipArchive};

/// Checks names, methods and encryption of every entry; of an encrypted archive also that the password opens
/// it and gives back every file.
pub(super) fn check(
    store: &dyn Store,
    path: &Path,
    plan: &VolumePlan,
    files: &[&FileRecord],
) -> Result<(), VolumeError> {
    let wrong = |message: String| VolumeError::ArchiveDiffers { path: path.to_path_buf(), message };
    let source = store.open(path).map_err(|source| VolumeError::io("read back", path, source))?;
    let mut zip = ZipArchive::new(BufReader::new(source)).map_err(|error| wrong(error.to_string()))?;
    if zip.len() != files.len() {
        return Err(wrong(format!("found {} entries, expected {}", zip.len(), files.len())));
    }
    let form = &plan.forms.archive;
    let method = match form.method {
        Method::Deflate => CompressionMethod::Deflated,
        Method::Store => CompressionMethod::Stored,
    };
    for (at, file) in files.iter().enumerate() {
        let expected = format!("{}/{}", plan.name, file.path);
        {
            let entry = zip.by_index_raw(at).map_err(|error| wrong(error.to_string()))?;
            let name = entry.name().map_err(|error| wrong(error.to_string()))?.into_owned();
            if name != expected {
                return Err(wrong(format!("found {name:?}, expected {expected:?}")));
            }
            if entry.encrypted() != form.password.is_some() {
                return Err(wrong(format!("{name}: found encryption {}", entry.encrypted())));
            }
            let found = entry.compression();
            if found != method {
                return Err(wrong(format!("{name}: found method {found}, expected {method}")));
            }
        }
        if let Some(password) = &form.password {
            let mut entry = zip
                .by_index_decrypt(at, password.reveal().as_bytes())
                .map_err(|error| wrong(format!("{expected}: {error}")))?;
            let mut hasher = Sha256::hasher();
            let mut buffer = vec![0; 128 * 1024];
            loop {
                match entry.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => hasher.update(&buffer[..read]),
                    Err(error) => return Err(wrong(format!("{expected}: {error}"))),
                }
            }
            let read = hasher.finish();
            if read != file.sha256 {
                let written = file.sha256;
                return Err(VolumeError::ReadBackDiffers { path: file.path.clone(), written, read });
            }
        }
    }
    Ok(())
}
