//! The commands on threads.

use crate::args::{ThreadsArgs, ThreadsCommand};
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::Workspace;

/// Shows the threads of a request, or plans, approves or applies that contained messages are left out.
pub(crate) fn threads(
    session: &Session,
    workspace: &mut Workspace,
    args: ThreadsArgs,
) -> Result<Exit, CommandError> {
    let plan = match (args.command, args.request) {
        (Some(ThreadsCommand::Approve(args)), _) => {
            require_name(session)?;
            let word = (args.approved_by.as_str(), args.on, args.why.as_str());
            let report = workspace.approve_threads(&args.request, args.rule, word, &session.actor)?;
            session.print(&report, show::dedup::approved)?;
            return Ok(Exit::Done);
        }
        (Some(ThreadsCommand::Plan { request }), _) => workspace.plan_threads(&request, &session.bars)?,
        (Some(ThreadsCommand::Apply { request }), _) => {
            require_name(session)?;
            workspace.apply_threads(&request, &session.actor, &session.bars)?
        }
        (None, Some(request)) => {
            session.print(&workspace.threads(&request, &session.bars)?, show::threads::report)?;
            return Ok(Exit::Done);
        }
        (None, None) => {
            return Err(CommandError::Usage {
                message: "expected the name of a request".to_owned(),
                hint: "duces threads REQUEST".to_owned(),
            });
        }
    };
    session.print(&plan, show::threads::plan)?;
    Ok(Exit::Done)
}
