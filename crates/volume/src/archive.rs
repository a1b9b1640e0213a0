//! The volume as ZIP archives, with the same bytes every time where they are not encrypted.

mod parts;
mod reread;

use crate::entry::{VolumePlan, WrittenArchive};
use crate::error::VolumeError;
use crate::forms::{ArchiveForm, Method};
use crate::leftover::exists;
use crate::manifest::FileRecord;
use crate::staging::Staging;
use crate::store::{Sink, Store};
use duces_model::{Observer, Sha256};
use std::cell::RefCell;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::rc::Rc;
use zip::write::FileOptions;
use zip::{AesMode, CompressionMethod, DateTime, System, ZipWriter};

/// From here on an entry gets ZIP64 sizes: below 4 GiB by more than deflate can add to bytes that
/// do not compress.
const ZIP64_FROM: u64 = 0xF000_0000;

/// Takes everything that the archive writer does, and keeps the first failure to itself.
///
/// A `ZipWriter` that was told of a failure still tries to end its archive when dropped; it then
/// prints, or panics because places in the file are not what it expects. So it is never told: after
/// the first failure, or once closed, bytes go nowhere at the places where they would have gone, and
/// who drives the writer asks for the fault.
struct Gate<W> {
    inner: W,
    fault: Fault,
    at: u64,
    end: u64,
}

/// The first failure behind a [`Gate`], shared with who drives the writer.
#[derive(Clone, Default)]
struct Fault(Rc<RefCell<State>>);

#[derive(Default)]
enum State {
    #[default]
    Open,
    Failed(io::Error),
    Closed,
}

impl Fault {
    fn is_open(&self) -> bool {
        matches!(*self.0.borrow(), State::Open)
    }

    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result {
            *self.0.borrow_mut() = State::Failed(error);
        }
    }

    /// Ends all writing and hands the failure out, where there was one.
    fn close(&self) -> Option<io::Error> {
        match self.0.replace(State::Closed) {
            State::Failed(error) => Some(error),
            State::Open | State::Closed => None,
        }
    }
}

impl<W> Gate<W> {
    fn new(inner: W) -> Self {
        Self { inner, fault: Fault::default(), at: 0, end: 0 }
    }
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.fault.is_open() {
            self.fault.note(self.inner.write_all(bytes));
        }
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.fault.is_open() {
            self.fault.note(self.inner.flush());
        }
        Ok(())
    }
}

impl<W: Seek> Seek for Gate<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        if self.fault.is_open() {
            self.fault.note(self.inner.seek(SeekFrom::Start(self.at)).map(drop));
        }
        Ok(self.at)
    }
}

fn options(form: &ArchiveForm, bytes: u64) -> FileOptions<'_, 'static, ()> {
    let options = FileOptions::default()
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o644)
        .large_file(bytes >= ZIP64_FROM);
    let options = match form.method {
        Method::Deflate => options.compression_method(CompressionMethod::Deflated).compression_level(Some(6)),
        Method::Store => options.compression_method(CompressionMethod::Stored),
    };
    match &form.password {
        Some(password) => options.with_aes_encryption(AesMode::Aes256, password.reveal()),
        None => options,
    }
}

/// The bytes that a file of this content takes in an archive, with the headers of its entry. Made for it and thrown
/// away: nothing else tells how far it can be pressed.
///
/// # Errors
/// [`VolumeError::Archive`] where the archive writer refuses.
pub fn archived_bytes(form: &ArchiveForm, path: &str, content: &[u8]) -> Result<u64, VolumeError> {
    let failed = |error: zip::result::ZipError| refused(Path::new(path), error);
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(path, options(form, content.len() as u64)).map_err(failed)?;
    zip.write_all(content).map_err(|error| failed(error.into()))?;
    Ok(zip.finish().map_err(failed)?.into_inner().len() as u64)
}

/// Writes the staged files into archives, under `name/` and in the order of the list, and checks on the way
/// that each still has the digest with which it was recorded. Each archive is then opened again.
pub(crate) fn write(
    staging: &mut Staging,
    plan: &VolumePlan,
    observer: &dyn Observer,
) -> Result<Vec<WrittenArchive>, VolumeError> {
    let form = &plan.forms.archive;
    let mut written = Vec::new();
    let all = staging.files.clone();
    for (at, files) in parts::parts(&all, form.bytes_max, plan.name.as_str().len()).into_iter().enumerate() {
        let place = at + 1;
        let (from, to) = (staging.places.staging_zip(place), staging.places.zip(place));
        // Counted before it is made: a failure removes what is there.
        if exists(staging.store.as_ref(), &from)? {
            return Err(VolumeError::LeftOver { path: from });
        }
        staging.archives = place;
        write_one(staging, plan, &files, &from, observer)?;
        reread::check(staging.store.as_ref(), &from, plan, &files)?;
        let (bytes, sha256) = digest(staging.store.as_ref(), &from)?;
        let over = form.bytes_max.is_some_and(|most| bytes > most);
        written.push(WrittenArchive { path: to, bytes, sha256, over });
    }
    Ok(written)
}

fn write_one(
    staging: &Staging,
    plan: &VolumePlan,
    files: &[&FileRecord],
    path: &Path,
    observer: &dyn Observer,
) -> Result<(), VolumeError> {
    let store = staging.store.as_ref();
    let folder = &staging.places.staging;
    let failed = |source| VolumeError::io("write the archive", path, source);
    let sink = store.create(path).map_err(failed)?;
    let gate = Gate::new(BufWriter::new(sink));
    let fault = gate.fault.clone();
    let mut zip = ZipWriter::new(gate);
    let mut fill = || {
        for file in files {
            if observer.stop_requested() {
                return Err(VolumeError::Stopped);
            }
            let entry = format!("{}/{}", plan.name, file.path);
            let options = options(&plan.forms.archive, file.bytes);
            zip.start_file(entry, options).map_err(|error| refused(path, error))?;
            copy(store, folder, file, |bytes| zip.write_all(bytes), path)?;
            if !fault.is_open() {
                break;
            }
            observer.advance(file.bytes);
        }
        Ok(())
    };
    if let Err(error) = fill() {
        // The disk's word comes first: what the archive writer made of it is a consequence.
        return Err(fault.close().map_or(error, failed));
    }
    let gate = zip.finish().map_err(|error| refused(path, error))?;
    if let Some(source) = fault.close() {
        return Err(failed(source));
    }
    end(gate.inner, path)
}

fn refused(path: &Path, error: zip::result::ZipError) -> VolumeError {
    VolumeError::Archive { path: path.to_path_buf(), message: error.to_string() }
}

fn end(buffer: BufWriter<Box<dyn Sink>>, path: &Path) -> Result<(), VolumeError> {
    let failed = |source| VolumeError::io("write the archive", path, source);
    let mut sink = buffer.into_inner().map_err(|error| failed(error.into_error()))?;
    sink.sync().map_err(failed)
}

/// Reads a file of the volume back, hands it on in pieces, and compares its digest.
fn copy(
    store: &dyn Store,
    folder: &Path,
    file: &FileRecord,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
    archive: &Path,
) -> Result<(), VolumeError> {
    let from = folder.join(&file.path);
    let mut hasher = Sha256::hasher();
    read_pieces(store, &from, |bytes| {
        hasher.update(bytes);
        write(bytes).map_err(|source| VolumeError::io("write the archive", archive, source))
    })?;
    let read = hasher.finish();
    if read == file.sha256 {
        Ok(())
    } else {
        Err(VolumeError::ReadBackDiffers { path: file.path.clone(), written: file.sha256, read })
    }
}

fn read_pieces(
    store: &dyn Store,
    path: &Path,
    mut each: impl FnMut(&[u8]) -> Result<(), VolumeError>,
) -> Result<(), VolumeError> {
    let failed = |source| VolumeError::io("read back", path, source);
    let mut reader = store.open(path).map_err(failed)?;
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => each(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
}

fn digest(store: &dyn Store, path: &Path) -> Result<(u64, Sha256), VolumeError> {
    let (mut hasher, mut size) = (Sha256::hasher(), 0);
    read_pieces(store, path, |bytes| {
        size += bytes.len() as u64;
        hasher.update(bytes);
        Ok(())
    })?;
    Ok((size, hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    impl Seek for Broken {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Ok(0)
        }
    }

    #[test]
    fn the_archive_writer_never_hears_of_a_failure_and_who_drives_it_does() {
        let mut gate = Gate::new(Broken);
        assert_eq!(gate.write(b"wxyz").unwrap(), 4);
        assert!(!gate.fault.is_open() && gate.flush().is_ok());
        assert_eq!(gate.seek(SeekFrom::Current(-2)).unwrap(), 2);
        assert_eq!(gate.seek(SeekFrom::End(0)).unwrap(), 4);
        let fault = gate.fault.clone();
        assert_eq!(fault.close().map(|error| error.kind()), Some(io::ErrorKind::StorageFull));
        assert!(fault.close().is_none());
    }

    #[test]
    fn entries_of_four_gibibytes_get_sixty_four_bit_sizes() {
        // Deflate adds at most five bytes to each stored block of 16 KiB.
        let worst = ZIP64_FROM - 1 + (ZIP64_FROM / 16_384 + 1) * 5;
        assert!(worst < zip::ZIP64_BYTES_THR);
    }
}
