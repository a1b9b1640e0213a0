//! The commands on Bates numbers.

use crate::args::BatesCommand;
use crate::exit::Exit;
use crate::report::CommandError;
use crate::run::Session;
use crate::show;
use duces_workspace::Workspace;

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
