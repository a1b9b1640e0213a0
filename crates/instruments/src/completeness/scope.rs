//! Schedule C, the sources, and Schedule D, what the certification was made from.

use super::Text;
use crate::error::InstrumentError;
use crate::wording::{count, day, number};
use duces_render::{Block, Column};

type Blocks = Result<Vec<Block>, InstrumentError>;

impl Text<'_> {
    pub(super) fn scope(&self) -> Blocks {
        let mut blocks = vec![self.heading(1, "heading.scope")?];
        if self.facts.sources.is_empty() {
            blocks.push(self.paragraph("scope.no_source", &[])?);
        } else {
            blocks.push(self.paragraph("scope.meaning", &[])?);
            blocks.push(self.sources());
        }
        let unattributed = count(self.facts.unattributed_documents, "document");
        blocks.push(self.paragraph("scope.unattributed", &[("documents", unattributed)])?);
        blocks.push(self.paragraph("scope.outside", &[])?);
        if !self.facts.forms.is_empty() {
            blocks.push(self.paragraph("scope.blind", &[])?);
            blocks.push(self.forms());
        }
        Ok(blocks)
    }

    /// What the forms of the sources cannot contain.
    fn forms(&self) -> Block {
        let mut rows = Vec::new();
        for form in &self.facts.forms {
            let mut sources: Vec<String> = form.sources.iter().map(ToString::to_string).collect();
            if form.of_no_source {
                sources.push("no source".to_owned());
            }
            for (at, spot) in form.cannot_contain.iter().enumerate() {
                let first = |text: String| if at == 0 { text } else { String::new() };
                rows.push(vec![
                    first(format!("{}\n{}", form.title, sources.join(", "))),
                    spot.what.clone(),
                    format!("{}: {}", spot.known, spot.says),
                ]);
            }
        }
        let columns = vec![
            Column::new("Form and sources", 6),
            Column::new("Cannot contain", 12),
            Column::new("How that is known", 7),
        ];
        Block::Table { columns, rows }
    }

    fn sources(&self) -> Block {
        let row = |source: &crate::facts::SourceFacts| {
            let service = format!("{} to {}", source.in_service_from, day(source.in_service_to, "now"));
            let held = match (source.first_day, source.last_day) {
                (Some(first), Some(last)) => format!("{first} to {last}"),
                _ => "nothing dated".to_owned(),
            };
            let undated = match source.undated {
                0 => String::new(),
                n => format!("\n{} undated", number(n)),
            };
            let weak = match source.by_headers_only {
                0 => String::new(),
                n => format!("\n{} by headers only", number(n)),
            };
            let searched = self
                .facts
                .items
                .iter()
                .filter(|item| item.searched.iter().any(|searched| searched.source == source.source));
            let searched: Vec<String> = searched.map(|item| item.id.to_string()).collect();
            let searched = if searched.is_empty() { "none".to_owned() } else { searched.join(", ") };
            vec![
                format!("{}\n{} ({})", source.name, source.source, source.channel),
                service,
                format!("{held}{undated}{weak}"),
                number(source.occurrences),
                number(source.documents),
                number(source.unsearchable),
                searched,
            ]
        };
        let columns = vec![
            Column::new("Source", 7),
            Column::new("In service", 5),
            Column::new("Held", 6),
            Column::figures("Messages", 4),
            Column::figures("Documents", 4),
            Column::figures("Of which not searchable", 4),
            Column::new("Searched for items", 4),
        ];
        Block::Table { columns, rows: self.facts.sources.iter().map(row).collect() }
    }

    pub(super) fn pins(&self) -> Blocks {
        let pins = &self.facts.rests_on;
        let mut fields = vec![
            ("Index snapshot".to_owned(), pins.index_snapshot.to_string()),
            ("Register SHA-256".to_owned(), pins.register_sha256.to_string()),
            ("Request file".to_owned(), self.facts.request.id.to_string()),
            ("Request SHA-256".to_owned(), pins.request_sha256.to_string()),
        ];
        if let Some(population) = &self.facts.population {
            let frozen = format!("{} by {}", self.instant(population.frozen_at), population.frozen_by);
            fields.push(("Population frozen".to_owned(), frozen));
        }
        fields.push(("Program".to_owned(), format!("Duces {}", self.facts.tool_version)));
        fields.push(("Wording SHA-256".to_owned(), self.template.sha256().to_string()));
        Ok(vec![
            self.heading(1, "heading.pins")?,
            self.paragraph("pins.meaning", &[])?,
            Block::Fields(fields),
        ])
    }
}
