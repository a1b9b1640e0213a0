//! The file around an RSMF manifest: a mail with one attachment, `rsmf.zip`.

use crate::chat::rsmf_write::MANIFEST;
use crate::header::Header;
use crate::limits::Limits;
use crate::media::Media;
use crate::multipart;
use crate::part::Part;
use crate::{text, transfer};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;
use zip::read::ZipFile;

/// An opened file.
pub(crate) struct RsmfFile {
    /// The manifest's bytes.
    pub(crate) manifest: Vec<u8>,
    /// The other files of the archive by name.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// The text of the mail.
    pub(crate) body: String,
    /// The header block.
    pub(crate) header: String,
    /// How many events the header says there are.
    pub(crate) stated: Option<u64>,
    /// What the rules of the form do not allow.
    pub(crate) flaws: Vec<String>,
}

/// Whether the bytes start with a mail header that names a version of RSMF.
pub(crate) fn is_rsmf(head: &[u8]) -> bool {
    Header::of_message(head, head.len()).first("x-rsmf-version").is_some()
}

/// Opens the file.
///
/// # Errors
/// In words, where there is no archive or no manifest to be read.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<RsmfFile, String> {
    let header = Header::of_message(bytes, limits.header_bytes_max);
    let number = |name: &str| {
        std::str::from_utf8(header.first(name)?).ok().and_then(|digits| digits.trim().parse().ok())
    };
    let media = header.first("content-type").map(Media::read).unwrap_or_default();
    let mut file = RsmfFile {
        manifest: Vec::new(),
        files: BTreeMap::new(),
        body: String::new(),
        header: String::from_utf8_lossy(header.block).into_owned(),
        stated: number("x-rsmf-eventcount"),
        flaws: Vec::new(),
    };
    let boundary = media.parameter("boundary").unwrap_or("").trim_end().to_owned();
    if boundary.is_empty() {
        return Err("an RSMF file without parts".to_owned());
    }
    let split = multipart::split(&bytes[header.body_at..], &boundary, limits.parts_max);
    if !split.closed {
        file.flaws.push("its boundary is never closed".to_owned());
    }
    let mut archive = None;
    for part in split.parts {
        let header = Header::of_part(part, limits.header_bytes_max);
        let part = Part::new(&header, part, false);
        let decoded = transfer::decode(&part.transfer, part.body);
        let named = part.file_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("rsmf.zip"));
        if named && archive.is_none() {
            if let Some(damage) = &decoded.damage {
                file.flaws.push(format!("rsmf.zip: {damage}"));
            }
            archive = Some(decoded.bytes.into_owned());
        } else if part.is_body(true) && file.body.is_empty() {
            let mut notes = crate::notes::Notes::default();
            let form = text::form(&part.media.essence, None);
            let charset = part.media.parameter("charset");
            file.body = text::extract(form, charset, &decoded.bytes, "body", &mut notes).text;
        } else {
            let name = part.file_name.clone().unwrap_or_else(|| part.media.essence.clone());
            file.flaws.push(format!("a part beside rsmf.zip: {:?}", crate::words::shown(&name)));
            file.files.insert(format!("beside/{name}"), decoded.bytes.into_owned());
        }
    }
    unpack(&archive.ok_or("an RSMF file without rsmf.zip")?, limits, &mut file)?;
    Ok(file)
}

/// An entry's name; one in no known character set with U+FFFD for what does not fit.
pub(crate) fn entry_name<R: std::io::Read>(entry: &ZipFile<'_, R>) -> String {
    match entry.name() {
        Ok(name) => name.into_owned(),
        Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
    }
}

fn unpack(archive: &[u8], limits: &Limits, file: &mut RsmfFile) -> Result<(), String> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(|error| format!("rsmf.zip: {error}"))?;
    if zip.len() > limits.parts_max {
        return Err(format!("rsmf.zip: {} files, the limit being {}", zip.len(), limits.parts_max));
    }
    let mut left = limits.message_bytes_max;
    let mut manifest = None;
    for at in 0..zip.len() {
        let mut entry = match zip.by_index(at) {
            Ok(entry) => entry,
            Err(error) => {
                file.flaws.push(format!("rsmf.zip, file {}: {error}", at + 1));
                continue;
            }
        };
        if entry.is_dir() {
            continue;
        }
        let name = entry_name(&entry);
        let mut bytes = Vec::new();
        if let Err(error) = (&mut entry).take(left.saturating_add(1)).read_to_end(&mut bytes) {
            file.flaws.push(format!("rsmf.zip, {:?}: {error}", crate::words::shown(&name)));
        }
        if bytes.len() as u64 > left {
            return Err(format!("rsmf.zip expands past the limit of {} bytes", limits.message_bytes_max));
        }
        left -= bytes.len() as u64;
        if name == MANIFEST {
            manifest = Some(bytes);
        } else {
            file.files.insert(name, bytes);
        }
    }
    file.manifest = manifest.ok_or(format!("rsmf.zip without {MANIFEST}"))?;
    Ok(())
}
