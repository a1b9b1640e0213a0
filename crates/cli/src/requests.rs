//! The commands on requests.

use crate::args::RequestCommand;
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::{Delivery, Extension, Workspace};

/// Drafts, accepts, lists and dates requests.
pub(crate) fn request(
    session: &Session,
    workspace: &mut Workspace,
    command: RequestCommand,
) -> Result<Exit, CommandError> {
    match command {
        RequestCommand::Draft { letter, name } => {
            let report = workspace.draft_request(&letter, &name, &session.actor)?;
            session.print(&report, show::request::drafted)?;
            // A draft is a proposal: a person is always needed.
            Ok(Exit::NeedsPerson)
        }
        RequestCommand::ImportPast { file } => {
            require_name(session)?;
            let report = workspace.import_past(&file, &session.actor)?;
            session.print(&report, show::request::imported)?;
            Ok(Exit::needing_person(report.vague > 0))
        }
        RequestCommand::Accept { name } => {
            require_name(session)?;
            let report = workspace.accept_request(&name, &session.actor)?;
            session.print(&report, show::request::accepted)?;
            Ok(Exit::Done)
        }
        RequestCommand::List => {
            let report = workspace.deadlines(&session.actor)?;
            session.print(&report, show::deadlines::list)?;
            Ok(Exit::needing_person(report.needs_person()))
        }
        RequestCommand::Extend { request, due, granted_by, granted_on, item, note } => {
            require_name(session)?;
            let extension = Extension { request, item, due, granted_by, granted_on, note };
            session.print(&workspace.extend(&extension, &session.actor)?, show::deadlines::one)?;
            Ok(Exit::Done)
        }
        RequestCommand::Delivered { volume, on, to, means } => {
            require_name(session)?;
            let delivery = Delivery { volume, delivered_on: on, recipient: to, means };
            session.print(&workspace.deliver(&delivery, &session.actor)?, show::deadlines::one)?;
            Ok(Exit::Done)
        }
        RequestCommand::Answered { request, on, why, .. } => {
            require_name(session)?;
            let now = workspace.set_answered(&request, on, &why, &session.actor)?;
            session.print(&now, show::deadlines::one)?;
            Ok(Exit::Done)
        }
    }
}
