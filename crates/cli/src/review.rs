//! Review: sheets out and back, redactions, open questions, the privilege log.

use crate::args::{GateArgs, ReviewCommand};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_model::{RequestId, VolumeName};
use duces_workspace::{GateOf, Workspace};

pub(crate) fn gate(
    session: &Session,
    workspace: &mut Workspace,
    args: &GateArgs,
) -> Result<Exit, CommandError> {
    let asked = GateOf {
        request: args.request.clone(),
        partial: args.partial,
        replaces: args.replaces.clone(),
        profile: args.profile.clone(),
    };
    let report = match &args.why {
        None => workspace.gate(&asked, &session.bars)?,
        Some(why) => {
            require_name(session)?;
            workspace.acknowledge(&asked, &args.acknowledge, why, &session.actor, &session.bars)?
        }
    };
    session.print(&report, show::gate::gate)?;
    Ok(Exit::needing_person(report.open().next().is_some()))
}

pub(crate) fn privilege_log(
    session: &Session,
    workspace: &mut Workspace,
    request: &RequestId,
    volume: Option<&VolumeName>,
) -> Result<Exit, CommandError> {
    require_name(session)?;
    let report = workspace.privilege_log(request, volume, &session.actor)?;
    session.print(&report, show::privilege::log)?;
    Ok(Exit::needing_person(!report.without_attorney.is_empty() || !report.without_basis.is_empty()))
}

pub(crate) fn review(
    session: &Session,
    workspace: &mut Workspace,
    command: ReviewCommand,
) -> Result<Exit, CommandError> {
    require_name(session)?;
    match command {
        ReviewCommand::Export { request, to } => {
            let report = workspace.review_export(&request, to.as_deref(), &session.actor, &session.bars)?;
            session.print(&report, show::review::exported)?;
            Ok(Exit::needing_person(!report.not_opened.is_empty()))
        }
        ReviewCommand::Redactions { request, file } => {
            let report = workspace.take_redactions(&request, &file, &session.actor)?;
            session.print(&report, show::review::redactions)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
        ReviewCommand::Import { request, file } => {
            let report = workspace.review_import(&request, &file, &session.actor)?;
            session.print(&report, show::review::imported)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
    }
}
