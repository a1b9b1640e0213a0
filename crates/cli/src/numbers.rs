//! The commands on Bates numbers, and on what keeps a document from getting one.

use crate::args::{BatesCommand, TwinsArgs};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::Workspace;
use serde_json::json;

/// Explains a number, or lists series.
pub(crate) fn bates(
    session: &Session,
    workspace: &Workspace,
    command: BatesCommand,
) -> Result<Exit, CommandError> {
    match command {
        BatesCommand::Explain { number } => {
            session.print(&workspace.explain_number(&number)?, show::numbers::explained)?;
        }
        BatesCommand::List { series } => {
            session
                .print(&workspace.list_numbers(series.as_ref())?, |series| show::numbers::listed(series))?;
        }
    }
    Ok(Exit::Done)
}

/// Lists the twins of what is withheld, or lets one stand.
pub(crate) fn twins(
    session: &Session,
    workspace: &mut Workspace,
    args: &TwinsArgs,
) -> Result<Exit, CommandError> {
    let why = args.why.as_deref().unwrap_or_default();
    if let Some([barred, other]) = args.let_stand.as_deref() {
        require_name(session)?;
        workspace.let_twin_stand(&args.request, (barred, other), why, &session.actor)?;
        let said = json!({ "barred": barred, "other": other, "why": why, "by": session.actor.name });
        session.print(&said, |_| format!("The pair may stand, by the word of {}.\n", session.actor.name))?;
        return Ok(Exit::Done);
    }
    if let Some(file) = &args.passage {
        require_name(session)?;
        let digest = workspace.let_passage_stand(&args.request, file, why, &session.actor)?;
        let said = json!({ "passage_sha256": digest, "why": why, "by": session.actor.name });
        session.print(&said, |_| {
            format!("The passage bars nothing, by the word of {}.\n", session.actor.name)
        })?;
        return Ok(Exit::Done);
    }
    let report = workspace.twins(&args.request, &session.bars)?;
    session.print(&report, show::numbers::twins)?;
    Ok(Exit::needing_person(!report.conflicts.is_empty() || !report.others.is_empty()))
}
