//! Attribution follows the register: when its rules changed, or files went to where other rules hold,
//! every recorded occurrence is asked anew.

use super::survey::Move;
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_model::ArchivePath;
use duces_register::{OccurrenceFacts, Register};

/// Forgets the attribution where a path rule says something else of a file's new place: done before the
/// move is recorded, so that a run killed in between leaves it to the next one.
pub(super) fn unsettle(
    workspace: &mut Workspace,
    register: &Register,
    moves: &[Move],
    actor: &Actor,
) -> Result<(), WorkspaceError> {
    let ruled = |archive: &str, path: &ArchivePath| {
        register.attribute(&OccurrenceFacts { archive, path, journal: false, participants: &[] })
    };
    if moves.iter().any(|file| ruled(&file.archive, &file.from) != ruled(&file.archive, &file.to)) {
        workspace.ledger.forget_attribution_digest(&actor.act())?;
    }
    Ok(())
}

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
        register.attribute(&OccurrenceFacts {
            archive: &facts.archive,
            path: &facts.path,
            journal: facts.journal,
            participants: &facts.participants,
        })
    })?;
    Ok((recorded.is_some() || changed > 0).then_some(changed))
}
