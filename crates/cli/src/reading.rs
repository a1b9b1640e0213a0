//! The child that reads files for an indexing run: it reads its questions from standard input, and ends with it.

use std::io::{BufReader, BufWriter};

/// Room for readers that call themselves, in bytes.
const STACK: usize = 256 << 20;

/// Answers until the other end closes.
pub(crate) fn serve() -> std::io::Result<()> {
    limit::memory();
    let served = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let (input, output) = (BufReader::new(std::io::stdin()), BufWriter::new(std::io::stdout()));
        duces_workspace::serve_files(input, output, |file| {
            limit::time(duces_workspace::READING_SECONDS);
            #[cfg(debug_assertions)]
            fault::of(file);
            #[cfg(not(debug_assertions))]
            let _ = file;
        })
    })?;
    served.join().unwrap_or_else(|_| Err(std::io::Error::other("the reader of files failed")))
}

/// Limits that the process sets itself; a system that has none leaves them out, and the one that started it
/// still keeps time.
#[cfg(unix)]
mod limit {
    use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
    use nix::sys::time::TimeValLike as _;

    /// Holds the process to its memory.
    pub(super) fn memory() {
        let _ =
            setrlimit(Resource::RLIMIT_AS, duces_workspace::READING_BYTES, duces_workspace::READING_BYTES);
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    }

    /// Allows the process so many seconds of processor time from now on.
    pub(super) fn time(seconds_more: u64) {
        let Ok(used) = getrusage(UsageWho::RUSAGE_SELF) else { return };
        let Ok((_, most)) = getrlimit(Resource::RLIMIT_CPU) else { return };
        let seconds = used.user_time().num_seconds() + used.system_time().num_seconds();
        let until = u64::try_from(seconds).unwrap_or(0) + 1 + seconds_more;
        let _ = setrlimit(Resource::RLIMIT_CPU, until.min(most), most);
    }
}

#[cfg(not(unix))]
mod limit {
    pub(super) fn memory() {}
    pub(super) fn time(_: u64) {}
}

/// Readers that fail on a file which asks for it, in debug builds alone: for the tests of what becomes of the others.
#[cfg(debug_assertions)]
mod fault {
    const ASKED: &[u8] = b"duces test of faults: ";

    #[allow(
        clippy::disallowed_methods,
        reason = "a process that ends without an answer is one of the faults"
    )]
    pub(super) fn of(file: &[u8]) {
        let head = file.get(..64.min(file.len())).unwrap_or_default();
        let Some(at) = head.windows(ASKED.len()).position(|part| part == ASKED) else { return };
        match head[at + ASKED.len()..].split(|byte| !byte.is_ascii_lowercase()).next() {
            Some(b"loop") => {
                super::limit::time(0);
                loop {
                    std::hint::spin_loop();
                }
            }
            Some(b"memory") => {
                let mut held: Vec<Vec<u8>> = Vec::new();
                loop {
                    held.push(vec![1; 64 << 20]);
                }
            }
            Some(b"abort") => std::process::abort(),
            Some(b"end") => std::process::exit(7),
            _ => {}
        }
    }
}
