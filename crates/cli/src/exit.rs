//! Exit codes: a contract with scripts.

use std::process::ExitCode;

/// How a command ended. A bug in the program itself ends with 101.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Could not be done.
    Failed,
    /// The command line is wrong.
    Usage,
    /// Done, but some items need a person; they are listed.
    NeedsPerson,
    /// Looked, and the answer is no.
    AnswerIsNo,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NeedsPerson => 3,
            Self::AnswerIsNo => 4,
        }
    }

    /// Done, unless something needs a person.
    pub(crate) const fn needing_person(needed: bool) -> Self {
        if needed { Self::NeedsPerson } else { Self::Done }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
