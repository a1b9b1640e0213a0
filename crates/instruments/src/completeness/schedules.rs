//! Schedule A, gaps, and Schedule B, exceptions.

use super::Text;
use crate::error::InstrumentError;
use crate::facts::{Altered, ArchiveFacts, CodeCount, Fate, GapFacts, UnreadFile, UnsupportedContainer};
use crate::standing::is_scheduled;
use crate::wording::{capital, count, days, evidence, list, number, points, quantity, status};
use duces_model::{Axis, SourceId};
use duces_render::{Block, Column};

type Blocks = Result<Vec<Block>, InstrumentError>;

impl Text<'_> {
    /// Candidate and confirmed gaps that touch an item, in the order of the schedule.
    pub(super) fn scheduled(&self) -> impl Iterator<Item = &GapFacts> {
        in_order(self.facts.gaps.iter().filter(|gap| is_scheduled(gap, self.facts)).collect())
    }

    /// Explained and dismissed gaps that touch an item.
    fn closed(&self) -> impl Iterator<Item = &GapFacts> {
        let touches = |gap: &&GapFacts| {
            !gap.gap.status.is_open() && self.facts.items.iter().any(|item| gap.crosses(item))
        };
        in_order(self.facts.gaps.iter().filter(touches).collect())
    }

    pub(super) fn schedule_of_gaps(&self) -> Blocks {
        let mut blocks = vec![self.heading(1, "heading.gaps")?, self.heading(2, "heading.gaps_open")?];
        let rows: Vec<Vec<String>> =
            self.scheduled().enumerate().map(|(at, gap)| self.gap_row(at + 1, gap)).collect();
        if rows.is_empty() {
            blocks.push(self.paragraph("gaps.none", &[("looked_at", self.gaps_looked_at())])?);
        } else {
            blocks.push(self.paragraph("gaps.meaning", &[])?);
            let columns = vec![
                Column::new("No.", 2),
                Column::new("Source", 6),
                Column::new("Days", 5),
                Column::new("Evidence and quantity", 7),
                Column::new("Status", 8),
            ];
            blocks.push(Block::Table { columns, rows });
            for (at, gap) in self.scheduled().enumerate() {
                blocks.push(self.gap_heading(at + 1, gap)?);
                blocks.push(Block::List(finding(gap)));
            }
            let many: Vec<_> = self
                .scheduled()
                .enumerate()
                .map(|(at, gap)| (format!("A-{}", at + 1), gap))
                .filter(|(_, gap)| is_long(gap))
                .collect();
            blocks.extend(self.sources_of_gaps(&many)?);
        }
        let open = self.facts.gaps.iter().filter(|gap| gap.gap.status.is_open()).count();
        let elsewhere = open - self.scheduled().count();
        if elsewhere > 0 {
            blocks.push(self.note("gaps.elsewhere", &[("gaps", number(elsewhere as u64))])?);
        }
        blocks.extend(self.closed_gaps()?);
        Ok(blocks)
    }

    fn gaps_looked_at(&self) -> String {
        let gaps = count(self.facts.gaps.len() as u64, "gap");
        let sources = count(self.facts.sources.len() as u64, "source");
        format!("{gaps} of the firm's record, of whatever status, and {sources} of the register")
    }

    fn gap_row(&self, number: usize, gap: &GapFacts) -> Vec<String> {
        let how = format!("{}; {}", capital(evidence(gap.gap.evidence)), quantity(gap.gap.quantity));
        let axis = match gap.gap.axis {
            Axis::Preserved => "not preserved",
            Axis::Reviewed => "not reviewed",
        };
        let state = match gap.history.last() {
            Some(last) => format!(
                "{} by {} on {}: {}",
                status(gap.gap.status),
                last.by,
                self.instant(last.at),
                last.why
            ),
            None => format!("{}, judged by nobody", status(gap.gap.status)),
        };
        let touches = format!("{state}\nTouches {}", self.touched(gap));
        let days = format!("{}\n{axis}", days(&gap.gap));
        vec![format!("A-{number}"), whose_short(gap), days, how, touches]
    }

    /// What stands above the finding of a gap.
    fn gap_heading(&self, number: usize, gap: &GapFacts) -> Result<Block, InstrumentError> {
        let facts = [("gap", format!("A-{number}")), ("source", whose_short(gap)), ("days", days(&gap.gap))];
        Ok(Block::Heading { level: 3, text: self.say("heading.gap", &facts)? })
    }

    /// `item 3`, `items 1, 2 and 5`, `each of the 40 items`.
    fn touched(&self, gap: &GapFacts) -> String {
        let items = self.facts.items.iter().filter(|item| gap.crosses(item));
        let items: Vec<String> = items.map(|item| item.id.to_string()).collect();
        match items.len() {
            1 => format!("item {}", items[0]),
            all if all > 3 && all == self.facts.items.len() => {
                let searched = if self.facts.beside.is_empty() { "" } else { " searched for" };
                format!("each of the {all} items{searched}")
            }
            _ => format!("items {}", list(&items)),
        }
    }

    fn closed_gaps(&self) -> Blocks {
        let mut blocks = vec![self.heading(2, "heading.gaps_closed")?];
        let row = |gap: &GapFacts| {
            let (who, when, why) = gap.history.last().map_or_else(
                || ("not recorded".to_owned(), "not recorded".to_owned(), "not recorded".to_owned()),
                |last| (last.by.clone(), self.instant(last.at), last.why.clone()),
            );
            let state = status(gap.gap.status).to_owned();
            vec![
                whose_short(gap),
                days(&gap.gap),
                gap.gap.finding.clone(),
                format!("{state} by {who}"),
                when,
                why,
            ]
        };
        let rows: Vec<Vec<String>> = self.closed().map(row).collect();
        if rows.is_empty() {
            blocks.push(self.paragraph("gaps.closed_none", &[])?);
        } else {
            blocks.push(self.paragraph("gaps.closed", &[])?);
            let columns = vec![
                Column::new("Source", 5),
                Column::new("Days", 4),
                Column::new("Finding", 7),
                Column::new("Status", 4),
                Column::new("When", 4),
                Column::new("Why", 7),
            ];
            blocks.push(Block::Table { columns, rows });
            let many: Vec<_> = self
                .closed()
                .filter(|gap| is_long(gap))
                .map(|gap| (format!("{}, {}", sources_count(gap), days(&gap.gap)), gap))
                .collect();
            blocks.extend(self.sources_of_gaps(&many)?);
        }
        Ok(blocks)
    }

    /// All sources of the gaps that have more than stand well in a cell.
    fn sources_of_gaps(&self, gaps: &[(String, &GapFacts)]) -> Blocks {
        let mut blocks = Vec::new();
        for (which, gap) in gaps {
            let (which, sources) = (("gap", which.clone()), ("sources", sources_count(gap)));
            blocks.push(self.paragraph("gaps.sources", &[which, sources])?);
            blocks.push(Block::Note(whose(gap)));
        }
        Ok(blocks)
    }

    pub(super) fn schedule_of_exceptions(&self) -> Blocks {
        let archive = &self.facts.archive;
        let documents = ("documents", count(archive.documents, "document"));
        let containers = ("containers", count(archive.containers, "container"));
        let mut blocks =
            vec![self.heading(1, "heading.exceptions")?, self.paragraph("exceptions.meaning", &[])?];
        let unsearchable = codes(&archive.unsearchable_by_reason, "Documents");
        blocks.extend(self.exceptions("unsearchable", unsearchable, std::slice::from_ref(&documents))?);
        let looked_at = [containers.clone(), documents];
        blocks.extend(self.exceptions("defects", codes(&archive.defects, "Times"), &looked_at)?);
        let looked_at = [containers];
        blocks.extend(self.exceptions("unsupported", unsupported(archive), &looked_at)?);
        blocks.extend(self.exceptions("unread", unread(archive), &looked_at)?);
        blocks.extend(self.exceptions("altered", altered(archive), &looked_at)?);
        Ok(blocks)
    }

    /// A part of the schedule: its table, or that there is none and what was looked at.
    fn exceptions(&self, part: &str, table: Block, looked_at: &[(&str, String)]) -> Blocks {
        let heading = self.heading(2, &format!("heading.{part}"))?;
        let empty = matches!(&table, Block::Table { rows, .. } if rows.is_empty());
        if empty {
            return Ok(vec![heading, self.paragraph(&format!("exceptions.{part}_none"), looked_at)?]);
        }
        Ok(vec![heading, self.paragraph(&format!("exceptions.{part}"), &[])?, table])
    }
}

fn unsupported(archive: &ArchiveFacts) -> Block {
    let row = |one: &UnsupportedContainer| vec![one.archive.clone(), one.path.clone(), number(one.bytes)];
    let columns = vec![Column::new("Archive", 3), Column::new("Path", 8), Column::figures("Bytes", 3)];
    Block::Table { columns, rows: archive.unsupported.iter().map(row).collect() }
}

fn unread(archive: &ArchiveFacts) -> Block {
    let row = |one: &UnreadFile| {
        let counts = if one.by_rule { "by rule" } else { "not read" };
        vec![one.file.clone(), counts.to_owned(), one.reason.clone()]
    };
    let columns = vec![Column::new("File", 7), Column::new("Ground", 2), Column::new("Reason", 6)];
    Block::Table { columns, rows: archive.unread.iter().map(row).collect() }
}

fn altered(archive: &ArchiveFacts) -> Block {
    let row = |one: &Altered| {
        let fate = match one.fate {
            Fate::Vanished => "vanished",
            Fate::Changed => "changed",
        };
        vec![one.archive.clone(), one.path.clone(), fate.to_owned()]
    };
    let columns = vec![Column::new("Archive", 3), Column::new("Path", 8), Column::new("Now", 3)];
    Block::Table { columns, rows: archive.altered.iter().map(row).collect() }
}

/// What was found, part by part, and what could not have been.
fn finding(gap: &GapFacts) -> Vec<String> {
    let found = points(&gap.gap.finding).into_iter().map(str::to_owned);
    found.chain([format!("Blind to: {}", gap.gap.blind_to)]).collect()
}

/// By source or address, then by first day, an unknown one first, then by name.
fn in_order(mut gaps: Vec<&GapFacts>) -> impl Iterator<Item = &GapFacts> {
    gaps.sort_by(|a, b| {
        let key = |gap: &GapFacts| (whose(gap), gap.gap.first_day, gap.gap.id.clone());
        key(a).cmp(&key(b))
    });
    gaps.into_iter()
}

/// More sources than these stand below the table.
const SOURCES_IN_A_CELL: usize = 4;

fn is_long(gap: &GapFacts) -> bool {
    gap.gap.sources.len() > SOURCES_IN_A_CELL
}

fn sources_count(gap: &GapFacts) -> String {
    count(gap.gap.sources.len() as u64, "source")
}

/// Whose the gap is, as it stands in a cell.
fn whose_short(gap: &GapFacts) -> String {
    if is_long(gap) { format!("{}, named below", sources_count(gap)) } else { whose(gap) }
}

/// Whose the gap is: every source.
fn whose(gap: &GapFacts) -> String {
    let named = |(at, source): (usize, &SourceId)| match gap.source_names.get(at) {
        Some(name) if name != source.as_str() => format!("{name} ({source})"),
        _ => source.to_string(),
    };
    match &gap.gap.address {
        Some(address) => format!("{address} (no source)"),
        None if gap.gap.sources.is_empty() => "no source stated".to_owned(),
        None => gap.gap.sources.iter().enumerate().map(named).collect::<Vec<_>>().join(", "),
    }
}

fn codes(counts: &[CodeCount], figure: &str) -> Block {
    let columns = vec![Column::new("Code", 5), Column::new("Meaning", 12), Column::figures(figure, 3)];
    let row = |one: &CodeCount| vec![one.code.to_string(), one.code.meaning().to_owned(), number(one.count)];
    Block::Table { columns, rows: counts.iter().map(row).collect() }
}
