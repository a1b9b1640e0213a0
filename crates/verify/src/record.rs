//! Load files that are no rows of text: a document at a time, as a row of values.

use crate::dat::Row;
use crate::load_file::Stop;

/// One document of such a load file.
pub(crate) struct Record<'a> {
    pub(crate) row: &'a Row,
    /// Where the load file contradicts itself about the document.
    pub(crate) contradictions: &'a [String],
    /// Files of its pages.
    pub(crate) pages: &'a [String],
}

/// Takes the records one by one; the first is the header.
pub(crate) type Take<'a> = dyn FnMut(Record<'_>) -> Result<(), Stop> + 'a;

/// Hands on a row that has nothing beside it.
pub(crate) fn plain(row: &Row, take: &mut Take<'_>) -> Result<(), Stop> {
    take(Record { row, contradictions: &[], pages: &[] })
}
