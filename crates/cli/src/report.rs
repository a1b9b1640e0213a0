//! The one place where errors become words and exit codes.

use crate::args::Format;
use crate::exit::Exit;
use duces_model::{Mistake, Mistakes};
use duces_workspace::WorkspaceError;
use std::error::Error as _;
use std::fmt::Write as _;

/// What a command can fail with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// An operation of the workspace.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The invented firm could not be written.
    #[error(transparent)]
    Samples(#[from] duces_samples::SamplesError),
    /// The result could not be printed.
    #[error("could not write the result")]
    Output(#[source] std::io::Error),
    /// The command line asks for what does not go together.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
}

/// Prints the error and says with which code to end.
pub(crate) fn print(error: &CommandError, format: Format) -> Exit {
    let exit = exit_of(error);
    let text = match format {
        Format::Human => crate::run::harmless(&human(error)),
        Format::Json => json(error, exit),
    };
    // Where even the standard error is closed, the exit code is all that is left.
    let _ = std::io::Write::write_all(&mut std::io::stderr().lock(), text.as_bytes());
    exit
}

fn exit_of(error: &CommandError) -> Exit {
    match error {
        CommandError::Workspace(error) if error.answer_is_no() => Exit::AnswerIsNo,
        CommandError::Usage { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
}

fn mistakes(error: &CommandError) -> Option<&Mistakes> {
    match error {
        CommandError::Workspace(error) => error.mistakes(),
        _ => None,
    }
}

fn hint(error: &CommandError) -> Option<String> {
    match error {
        CommandError::Workspace(error) => error.hint(),
        CommandError::Usage { hint, .. } => Some(hint.clone()),
        _ => None,
    }
}

fn human(error: &CommandError) -> String {
    let mut text = String::new();
    if let Some(mistakes) = mistakes(error) {
        for mistake in mistakes.iter() {
            text.push_str(&draw(mistake));
        }
        let _ = writeln!(text, "error: {mistakes}; nothing was done");
        return text;
    }
    let _ = writeln!(text, "error: {error}");
    let mut cause = error.source();
    let mut said = error.to_string();
    while let Some(error) = cause {
        let words = error.to_string();
        if words != said {
            let _ = writeln!(text, "caused by: {words}");
        }
        said = words;
        cause = error.source();
    }
    if let Some(hint) = hint(error) {
        let _ = writeln!(text, "hint: {hint}");
    }
    text
}

/// A mistake in a user's file: place, line and caret, hint.
fn draw(mistake: &Mistake) -> String {
    let mut text = format!("error: {mistake}\n");
    if let Some(line) = &mistake.excerpt {
        let number = mistake.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs keep their width in both lines, so that the caret stands right.
        let before: String = line
            .chars()
            .take(usize::try_from(mistake.column.saturating_sub(1)).unwrap_or(0))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let caret = "^".repeat(usize::try_from(mistake.length).unwrap_or(1).clamp(1, 200));
        let _ = writeln!(text, " {gutter} |\n {number} | {line}\n {gutter} | {before}{caret}");
    }
    if let Some(hint) = &mistake.hint {
        let _ = writeln!(text, "hint: {hint}");
    }
    text
}

fn json(error: &CommandError, exit: Exit) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    let value = serde_json::json!({
        "error": error.to_string(),
        "caused_by": causes,
        "hint": hint(error),
        "mistakes": mistakes(error).map(|mistakes| mistakes.iter().collect::<Vec<_>>()),
        "exit": exit.code(),
    });
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_drawn_with_its_line_and_a_caret_under_it() {
        let mistake = Mistake::in_text("requests/r.toml", "a\nkind = 'serch'\n", 9..16, "found kind 'serch'")
            .hint("did you mean search?");
        assert_eq!(
            draw(&mistake),
            "error: requests/r.toml:2:8: found kind 'serch'\n   |\n 2 | kind = 'serch'\n   |        ^^^^^^^\nhint: did you mean search?\n"
        );
    }

    #[test]
    fn a_refusal_on_the_facts_and_a_failure_to_look_have_different_codes() {
        let refused = WorkspaceError::Refused { what: "x".into(), reasons: vec![], hint: String::new() };
        assert_eq!(exit_of(&refused.into()), Exit::AnswerIsNo);
        let missing = WorkspaceError::NotAWorkspace { path: ".".into() };
        assert_eq!(exit_of(&missing.into()), Exit::Failed);
    }
}
