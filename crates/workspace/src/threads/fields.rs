//! Threads as a load file tells of them: of what the receiver has, and of nothing that is withheld.

use super::Standing;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::produce::gather::Gathered;
use duces_model::{Disposition, DocId, Document, Observer, RequestId};
use duces_packager::{FieldValue, ThreadValue};
use std::collections::BTreeMap;

impl Workspace {
    /// What the load file of a volume says of threads, by root of the family; nothing where its profile has no such
    /// field. Messages that went out whole in earlier volumes of the request join and contain; what is withheld,
    /// or was, does neither.
    pub(crate) fn thread_fields(
        &self,
        request: &RequestId,
        gathered: &Gathered,
        observer: &dyn Observer,
    ) -> Result<BTreeMap<DocId, ThreadValue>, WorkspaceError> {
        let profile = &gathered.profile;
        if !profile.holds(FieldValue::ThreadId) && !profile.holds(FieldValue::Inclusive) {
            return Ok(BTreeMap::new());
        }
        let before = self.whole_before(request)?;
        let decided: BTreeMap<DocId, &Disposition> =
            gathered.candidates.iter().map(|one| (one.document, &one.disposition)).collect();
        self.thread_values(gathered, observer, |family| {
            standing(family, &|id| decided.get(id).copied(), &|id| before.contains_key(id))
        })
    }
}

/// How a family stands, the root first: whole, where every member of it is or was produced whole; left out of account
/// where its root is not shown at all.
fn standing<'d>(
    family: &[Document],
    decided: &dyn Fn(&DocId) -> Option<&'d Disposition>,
    before: &dyn Fn(&DocId) -> bool,
) -> Option<Standing> {
    let whole = |document: &Document| match decided(&document.id) {
        Some(Disposition::ExcludeAlreadyProduced { .. }) => before(&document.id),
        Some(disposition) => *disposition == Disposition::WHOLE,
        None => false,
    };
    let root = family.first()?;
    if family.iter().all(whole) {
        return Some(Standing::Whole);
    }
    let disposition = decided(&root.id)?;
    let shown = disposition.takes_number() && (!disposition.bars_content() || disposition.is_redacted());
    (whole(root) || shown).then_some(Standing::Alone)
}
