//! The table from which answers given before this program are imported: no part of the register, but edited and read
//! like its files. What is not known stays empty, or says `unknown`.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use crate::table;
use chrono::NaiveDate;
use duces_model::{Mistakes, PersonId, RequestId, SourceId};

/// One row: an item of a request of the past, or a statement made about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRow {
    /// The firm's name for the request; rows of one name are one request.
    pub request: RequestId,
    /// Who asked: a regulator, an arbitration panel, a party. Empty where an earlier row says it.
    pub authority: String,
    /// The asker's number; may be empty.
    pub number: String,
    /// What kind of inquiry: `regulatory`, `arbitration`, `civil`, `other`; empty counts as `regulatory`.
    pub kind: String,
    /// The day on which it was received, where known.
    pub received: Option<NaiveDate>,
    /// The day on which it was answered, where known.
    pub answered: Option<NaiveDate>,
    /// Number of the item; empty where the row is a statement only, or the items are not known.
    pub item: String,
    /// The item's words; may be empty.
    pub item_text: String,
    /// The people asked about; absent where not known.
    pub people: Option<Vec<PersonId>>,
    /// The sources searched; absent where not known.
    pub sources: Option<Vec<SourceId>>,
    /// First day of the period; absent where not known.
    pub from: Option<NaiveDate>,
    /// Last day of the period; absent where not known.
    pub to: Option<NaiveDate>,
    /// Bates ranges as they were written; absent where not known.
    pub bates: Option<Vec<String>>,
    /// Words of a statement that was made; empty where the row has none.
    pub statement: String,
    /// The day on which it was made, where known.
    pub stated_on: Option<NaiveDate>,
    /// Anything else.
    pub note: String,
    /// Line on which the row starts.
    pub line: u64,
}

impl PastRow {
    /// Whether the row says more of the item than its number.
    pub fn says_what_was_asked(&self) -> bool {
        let days = self.from.is_some() || self.to.is_some();
        let lists = self.people.is_some() || self.sources.is_some() || self.bates.is_some();
        days || lists || !self.item_text.is_empty()
    }
}

const LAYOUT: Layout = &[
    required("request"),
    optional("authority"),
    optional("number"),
    optional("kind"),
    optional("received"),
    optional("answered"),
    optional("item"),
    optional("item_text"),
    optional("people"),
    optional("sources"),
    optional("from"),
    optional("to"),
    optional("bates"),
    optional("statement"),
    optional("stated_on"),
    optional("note"),
];

/// The word for what is not known.
const UNKNOWN: &str = "unknown";

/// Reads the table.
///
/// # Errors
/// All mistakes at once, each with its row and column.
pub fn read_past(file: &str, bytes: &[u8]) -> Result<Vec<PastRow>, Mistakes> {
    let mut mistakes = Vec::new();
    let rows = table::read(file, bytes, LAYOUT, &mut mistakes, row);
    Mistakes::or(mistakes, rows.unwrap_or_default())
}

fn row(row: &mut Row<'_>) -> Option<PastRow> {
    let request = row.value("request");
    let texts =
        ["authority", "number", "kind", "item", "item_text", "statement", "note"].map(|name| row.text(name));
    let days = ["received", "answered", "from", "to", "stated_on"].map(|name| day(row, name));
    let people = known(row, "people").map_or(Some(None), |column| row.list(column, str::parse).map(Some));
    let sources = known(row, "sources").map_or(Some(None), |column| row.list(column, str::parse).map(Some));
    let bates = known(row, "bates")
        .map_or(Some(None), |column| row.list(column, |entry| Ok::<_, String>(entry.to_owned())).map(Some));
    let line = row.line();
    let in_order = match &days {
        [_, _, Some(from), Some(to), _] => row.in_order(("from", *from), ("to", *to)),
        _ => None,
    };
    in_order?;
    let [authority, number, kind, item, item_text, statement, note] = texts;
    let [received, answered, from, to, stated_on] = days;
    Some(PastRow {
        request: request?,
        authority: authority?,
        number: number?,
        kind: kind?,
        received: received?,
        answered: answered?,
        item: item?,
        item_text: item_text?,
        people: people?,
        sources: sources?,
        from: from?,
        to: to?,
        bates: bates?,
        statement: statement?,
        stated_on: stated_on?,
        note: note?,
        line,
    })
}

/// The column, where its cell says something that is known.
fn known(row: &Row<'_>, column: &'static str) -> Option<&'static str> {
    let cell = row.cell(column);
    (!cell.is_empty() && !cell.eq_ignore_ascii_case(UNKNOWN)).then_some(column)
}

fn day(row: &mut Row<'_>, column: &'static str) -> Option<Option<NaiveDate>> {
    match known(row, column) {
        Some(column) => row.maybe_day(column),
        None => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_absent_and_never_an_empty_list() {
        let text = "request,authority,people,sources,from,to\nHO-1,SEC,ann-lee;bob,unknown,2019-01-01,\n";
        let rows = read_past("past.csv", text.as_bytes()).unwrap();
        assert_eq!(rows[0].people.as_ref().map(Vec::len), Some(2));
        assert_eq!((rows[0].sources.clone(), rows[0].to), (None, None));
        assert_eq!(rows[0].from, "2019-01-01".parse().ok());
    }

    #[test]
    fn every_mistake_is_reported_with_its_row() {
        let text = "request,from,to\nHO-1,3/4/2019,\nHO-2,2019-02-01,2019-01-01\n";
        let mistakes = read_past("past.csv", text.as_bytes()).unwrap_err();
        let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3]);
        assert!(read_past("past.csv", b"request,form\nHO-1,2019-01-01\n").is_err(), "an unknown column");
    }
}
