//! Review: sheets out and back.

use crate::args::ReviewCommand;
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::Workspace;

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
        ReviewCommand::Import { request, file } => {
            let report = workspace.review_import(&request, &file, &session.actor)?;
            session.print(&report, show::review::imported)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
    }
}
