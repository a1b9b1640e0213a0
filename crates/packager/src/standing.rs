//! What stands on the pages for each type of file: how often a sheet had to.

use crate::plan::Plan;
use serde::Serialize;
use std::collections::BTreeMap;

/// What stands on the pages of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Own,
    Text,
    Native,
    Sheet,
}

/// What stands on the pages of the documents of one type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TypeOnPages {
    /// Documents that are shown, withheld ones aside.
    pub documents: u64,
    /// Those on pages of their own.
    pub own: u64,
    /// Those of which the pages show the text.
    pub text: u64,
    /// Those for which a placeholder stands, because they are produced natively.
    pub natives: u64,
    /// Those for which a slip-sheet stands, because they could not be set on pages.
    pub sheets: u64,
}

/// By ending of the native, in small letters, as far as pages are counted.
pub(crate) fn by_type(plan: &Plan<'_>) -> BTreeMap<String, TypeOnPages> {
    let mut types: BTreeMap<String, TypeOnPages> = BTreeMap::new();
    for placed in &plan.placed {
        let Some(standing) = placed.standing else { continue };
        let of_type = types.entry(placed.candidate.extension.to_lowercase()).or_default();
        of_type.documents += 1;
        match standing {
            Standing::Own => of_type.own += 1,
            Standing::Text => of_type.text += 1,
            Standing::Native => of_type.natives += 1,
            Standing::Sheet => of_type.sheets += 1,
        }
    }
    types
}
