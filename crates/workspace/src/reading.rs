//! Files are taken apart in child processes, so that one that crashes its reader, takes long or needs much
//! memory is a defect of its document and not the end of the run.
//!
//! A child is a process of the program itself that reads files one after the other
//! (`duces_ingest::extract::wire`). It holds itself to processor time and memory, which other work on the machine
//! does not change; the time on the clock is only the last resort against one that waits for ever. A child
//! that fails on a file is replaced, and the file is tried once more in a fresh one, so that no result rests on what was
//! read before it.

use duces_ingest::extract::{Extracted, Extractor, FileToRead, wire};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Processor time that a child may take for one file, in seconds.
pub const READING_SECONDS: u64 = 30;
/// Address space that a child may take, in bytes.
pub const READING_BYTES: u64 = 2 << 30;
/// How long a child may take on the clock.
const WAIT: Duration = Duration::from_secs(600);
/// How many children are kept for the next file.
const KEPT: usize = 2;

/// Children of one program, made as they are needed.
#[derive(Debug)]
pub struct ChildReaders {
    program: PathBuf,
    arguments: Vec<String>,
    idle: Mutex<Vec<Reader>>,
}

/// A child, and the thread that takes its answers.
#[derive(Debug)]
struct Reader {
    child: Child,
    questions: Option<ChildStdin>,
    answers: Receiver<io::Result<Result<Extracted, String>>>,
    more: SyncSender<u64>,
}

impl ChildReaders {
    /// Children are started as `program` with `arguments`; what they then do is [`wire::serve`], within
    /// [`READING_SECONDS`] and [`READING_BYTES`].
    pub fn new(program: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: program.to_owned(), arguments, idle: Mutex::new(Vec::new()) }
    }

    fn start(&self) -> Result<Reader, String> {
        let failed = |error: io::Error| format!("the process that reads files could not be started: {error}");
        let mut command = Command::new(&self.program);
        // Who interrupts the run interrupts no reader: its file would be told as one that ends its reader.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let questions = child.stdin.take();
        let output = child.stdout.take();
        let (more, wanted) = sync_channel::<u64>(1);
        let (send, answers) = sync_channel(1);
        let Some(output) = output else { return Err(failed(io::ErrorKind::BrokenPipe.into())) };
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(bytes_max) = wanted.recv() {
                let answer = wire::answer(&mut output, bytes_max);
                let failed = answer.is_err();
                if send.send(answer).is_err() || failed {
                    return;
                }
            }
        });
        Ok(Reader { child, questions, answers, more })
    }
}

/// Why a child gave no answer.
enum Failure {
    /// It ended, or its answer broke off.
    Ended(String),
    /// It has not answered in time.
    TooLong,
}

impl Reader {
    fn read(&mut self, file: &FileToRead<'_>) -> Result<Result<Extracted, String>, Failure> {
        let bytes_max =
            file.bounds.text_bytes_max.saturating_add(file.bounds.unpacked_bytes_max.saturating_mul(2));
        let ended = |error: io::Error| Failure::Ended(error.to_string());
        if self.more.send(bytes_max).is_err() {
            return Err(Failure::Ended("it had ended".to_owned()));
        }
        if let Some(questions) = &mut self.questions {
            wire::ask(&mut *questions, file).and_then(|()| questions.flush()).map_err(ended)?;
        }
        match self.answers.recv_timeout(WAIT) {
            Ok(answer) => answer.map_err(ended),
            Err(RecvTimeoutError::Timeout) => Err(Failure::TooLong),
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Ended("it had ended".to_owned())),
        }
    }

    /// Ends the child; says how it ended by itself, where it did.
    fn stop(mut self) -> Option<ExitStatus> {
        self.questions = None;
        // Its output has ended, so it is at its end or does not matter any more.
        for _ in 0..50 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }
}

impl Drop for ChildReaders {
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        for reader in idle {
            reader.stop();
        }
    }
}

impl Extractor for ChildReaders {
    fn extract(&self, file: &FileToRead<'_>) -> Result<Extracted, String> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut fresh = kept.is_none();
        let mut reader = match kept {
            Some(reader) => reader,
            None => self.start()?,
        };
        loop {
            let failure = match reader.read(file) {
                Ok(found) => {
                    let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                    if idle.len() < KEPT {
                        idle.push(reader);
                    } else {
                        drop(idle);
                        reader.stop();
                    }
                    return found;
                }
                Err(failure) => failure,
            };
            let status = reader.stop();
            match failure {
                Failure::TooLong => return Err(format!("it took longer than {} s", WAIT.as_secs())),
                Failure::Ended(why) if fresh => return Err(ended(status, &why)),
                Failure::Ended(_) => {
                    fresh = true;
                    reader = self.start()?;
                }
            }
        }
    }
}

#[cfg(unix)]
fn ended(status: Option<ExitStatus>, why: &str) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    /// SIGXCPU and SIGABRT, by the numbers that they have on all systems for which Rust is built but MIPS and SPARC.
    const TIME: i32 = 24;
    const ABORTED: i32 = 6;
    match status.and_then(|status| status.signal()) {
        Some(TIME) => format!("it took longer than {READING_SECONDS} s of processor time"),
        Some(ABORTED) => {
            format!(
                "its reader gave up, as it does where it needs more than {} MiB of memory",
                READING_BYTES >> 20
            )
        }
        Some(signal) => format!("its reader was ended by signal {signal}"),
        None => format!("its reader ended without an answer: {why}"),
    }
}

#[cfg(not(unix))]
fn ended(_: Option<ExitStatus>, why: &str) -> String {
    format!("its reader ended without an answer: {why}")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use duces_ingest::extract::FileBounds;

    fn said(program: &str, arguments: &[&str]) -> String {
        let file = FileToRead { bytes: b"x", passwords: &[], bounds: FileBounds::default() };
        ChildReaders::new(Path::new(program), arguments).extract(&file).unwrap_err()
    }

    #[test]
    fn a_child_that_fails_is_a_reason_and_no_end() {
        assert!(said("/no/such/program", &[]).contains("could not be started"));
        assert!(said("/bin/sh", &["-c", "exit 3"]).contains("without an answer"));
        assert!(said("/bin/sh", &["-c", "kill -XCPU $$"]).contains("processor time"));
        assert!(said("/bin/sh", &["-c", "kill -ABRT $$"]).contains("memory"));
        // What it prints is no answer.
        assert!(said("/bin/sh", &["-c", "printf 'aaaaaaaaaaaaaaaa'"]).contains("without an answer"));
    }
}
