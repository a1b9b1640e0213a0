//! The command on claw-backs.

use crate::args::ClawbackArgs;
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::{Session, require_name};
use crate::show;
use duces_workspace::{ClawbackOptions, Workspace};

/// Records a claw-back or a notice of one, or lists those of a request.
pub(crate) fn clawback(
    session: &Session,
    workspace: &mut Workspace,
    args: ClawbackArgs,
) -> Result<Exit, CommandError> {
    if let (Some(number), Some(on), Some(to)) = (args.notice, args.on, &args.to) {
        require_name(session)?;
        let report = workspace.clawback_notice(number, on, to, &session.actor)?;
        session.print(&report, show::clawback::one)?;
        return Ok(Exit::Done);
    }
    if args.documents.is_empty() {
        session.print(&workspace.clawbacks(&args.request)?, |all| show::clawback::list(all))?;
        return Ok(Exit::Done);
    }
    require_name(session)?;
    let (Some(disclosed_on), Some(discovered_on), Some(steps), Some(why)) =
        (args.disclosed_on, args.discovered_on, args.steps, args.why)
    else {
        return Err(CommandError::Usage {
            message: "a claw-back needs its days, the steps that had been taken, and why".to_owned(),
            hint: "--disclosed-on, --discovered-on, --steps and --why".to_owned(),
        });
    };
    let options = ClawbackOptions {
        request: args.request,
        documents: args.documents,
        privilege: args.privilege.filter(|_| !args.legal_bar),
        disclosed_on,
        discovered_on,
        steps,
        why,
    };
    let report = workspace.claw_back(&options, &session.actor)?;
    session.print(&report, show::clawback::recorded)?;
    // Notices, the replacement and its delivery are a person's.
    Ok(Exit::NeedsPerson)
}
