//! Attribution follows the register: when its rules changed, or files went to where other rules hold,
//! every recorded occurrence is asked anew.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_register::{OccurrenceFacts, Register};

/// Attributes everything recorded again where what it depends on changed since, and records by which
/// register new occurrences are attributed from now on. Says how many changed, where any was asked anew
/// and did.
pub(super) fn refresh(
    workspace: &mut Workspace,
    register: &Register,
    actor: &Actor,
) -> Result<Option<u64>, WorkspaceError> {
    let digest = register.attribution_digest();
    let recorded = workspace.ledger.attribution_digest()?;
    if recorded == Some(digest) {
        return Ok(None);
    }
    if workspace.ledger.next_row()? == 1 {
        workspace.ledger.set_attribution_digest(&actor.act(), digest)?;
        return Ok(None);
    }
    let changed = workspace.ledger.replace_attributions(&actor.act(), digest, &mut |facts| {
        let asked = OccurrenceFacts {
            archive: &facts.archive,
            path: &facts.path,
            journal: facts.journal,
            participants: &facts.participants,
        };
        register.attribute_on(&asked, facts.day)
    })?;
    Ok((recorded.is_some() || changed > 0).then_some(changed))
}
