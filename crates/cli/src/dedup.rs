//! The commands on duplicates.

use crate::args::DedupCommand;
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_model::VolumeName;
use duces_workspace::Workspace;

/// Plans, approves or applies.
pub(crate) fn dedup(
    session: &Session,
    workspace: &mut Workspace,
    command: DedupCommand,
) -> Result<Exit, CommandError> {
    let report = match command {
        DedupCommand::Approve(args) => {
            require_name(session)?;
            let word = (args.approved_by.as_str(), args.on, args.why.as_str());
            let report = workspace.approve_dedup(&args.request, args.rule, word, &session.actor)?;
            session.print(&report, show::dedup::approved)?;
            return Ok(Exit::Done);
        }
        DedupCommand::Plan { request, rule } => workspace.plan_dedup(&request, rule, &session.bars)?,
        DedupCommand::Apply { request } => {
            require_name(session)?;
            workspace.apply_dedup(&request, &session.actor, &session.bars)?
        }
    };
    session.print(&report, show::dedup::report)?;
    Ok(Exit::needing_person(!report.refused.is_empty()))
}

/// Writes an overlay for custodians found later.
pub(crate) fn overlay(
    session: &Session,
    workspace: &mut Workspace,
    volume: &VolumeName,
) -> Result<Exit, CommandError> {
    require_name(session)?;
    let report = workspace.overlay(volume, &session.actor)?;
    session.print(&report, show::dedup::overlay)?;
    Ok(Exit::Done)
}
