//! Attribution follows the register: when its rules changed, every recorded occurrence is asked anew.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_register::{OccurrenceFacts, Register};

/// Attributes everything recorded again where the register's rules changed since; says how many changed.
pub(super) fn refresh(
    workspace: &mut Workspace,
    register: &Register,
    actor: &Actor,
) -> Result<Option<u64>, WorkspaceError> {
    let digest = register.attribution_digest();
    match workspace.ledger.attribution_digest()? {
        None => return Ok(None),
        Some(recorded) if recorded == digest => return Ok(None),
        Some(_) => {}
    }
    let changed = workspace.ledger.replace_attributions(&actor.act(), digest, &mut |facts| {
        register.attribute(&OccurrenceFacts {
            archive: &facts.archive,
            path: &facts.path,
            journal: facts.journal,
            participants: &facts.participants,
        })
    })?;
    Ok(Some(changed))
}
