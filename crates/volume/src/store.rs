//! The few things done to the file system, so that a test can make each of them fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// A file being written.
pub(crate) trait Sink: Write + Seek + Send {
    /// Flushes content and length to the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file being read back.
pub(crate) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Where volumes are kept.
pub(crate) trait Store: Send {
    /// Whether anything, a dangling link too, has that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Makes a folder; an error where the name is taken.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a file; an error where the name is taken.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>>;
    /// Opens a file to read it back.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>>;
    /// Gives a file or folder another name in the same folder.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Flushes a folder's list of names to the disk.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder with all that is in it.
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;
}

/// The file system itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disk;

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl Store for Disk {
    fn exists(&self, path: &Path) -> io::Result<bool> {
        match fs::symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Source>> {
        Ok(Box::new(File::open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    // Windows opens no folder as a file; its file systems write names through on their own.
    #[cfg(not(unix))]
    fn sync_dir(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

#[cfg(test)]
pub(crate) mod failing {
    //! A disk that fails at a chosen step, for the tests of the writer.

    use super::{Disk, Sink, Source, Store};
    use std::io::{self, Seek, SeekFrom, Write};
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Counts every step that changes the disk or reads it back, and fails from step `fails_at` on,
    /// as a full or broken disk does. Removing never fails, unless `removes` is off.
    #[derive(Clone)]
    pub(crate) struct FailingDisk {
        steps: Arc<AtomicU64>,
        fails_at: u64,
        kind: io::ErrorKind,
        removes: bool,
    }

    impl FailingDisk {
        pub(crate) fn new(fails_at: u64, kind: io::ErrorKind) -> Self {
            Self { steps: Arc::default(), fails_at, kind, removes: true }
        }

        pub(crate) fn that_cannot_remove(self) -> Self {
            Self { removes: false, ..self }
        }

        fn step(&self) -> io::Result<()> {
            let step = self.steps.fetch_add(1, Ordering::Relaxed);
            if step >= self.fails_at { Err(io::Error::new(self.kind, "injected")) } else { Ok(()) }
        }

        fn may_remove(&self) -> io::Result<()> {
            if self.removes { Ok(()) } else { Err(io::Error::new(self.kind, "injected")) }
        }
    }

    struct FailingSink(FailingDisk, Box<dyn Sink>);

    impl Write for FailingSink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.step()?;
            self.1.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            self.1.flush()
        }
    }

    impl Seek for FailingSink {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.1.seek(to)
        }
    }

    impl Sink for FailingSink {
        fn sync(&mut self) -> io::Result<()> {
            self.0.step()?;
            self.1.sync()
        }
    }

    impl Store for FailingDisk {
        fn exists(&self, path: &Path) -> io::Result<bool> {
            Disk.exists(path)
        }
        fn create_dir(&self, path: &Path) -> io::Result<()> {
            self.step()?;
            Disk.create_dir(path)
        }
        fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
            self.step()?;
            Ok(Box::new(FailingSink(self.clone(), Disk.create(path)?)))
        }
        fn open(&self, path: &Path) -> io::Result<Box<dyn Source>> {
            self.step()?;
            Disk.open(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            // The way back after a failure is not made to fail: a disk that refuses both leaves a
            // whole volume, never half of one.
            if to.extension().is_none_or(|ending| ending != "partial") {
                self.step()?;
            }
            Disk.rename(from, to)
        }
        fn sync_dir(&self, path: &Path) -> io::Result<()> {
            self.step()?;
            Disk.sync_dir(path)
        }
        fn remove_file(&self, path: &Path) -> io::Result<()> {
            self.may_remove()?;
            Disk.remove_file(path)
        }
        fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
            self.may_remove()?;
            Disk.remove_dir_all(path)
        }
    }
}
