//! The three lists, which never blend, and the declarant's block.

use super::Text;
use crate::check::equations;
use crate::error::InstrumentError;
use crate::facts::VolumeFacts;
use crate::wording::number;
use duces_render::{Block, Column};

type Blocks = Result<Vec<Block>, InstrumentError>;

/// What holds by the way in which the program is made.
const BY_CONSTRUCTION: [&str; 8] = [
    "construction.originals",
    "construction.identity",
    "construction.three_answers",
    "construction.each_item",
    "construction.one_disposition",
    "construction.numbers",
    "construction.verified_only",
    "construction.computed",
];

impl Text<'_> {
    pub(super) fn lists(&self) -> Blocks {
        let construction: Result<Vec<String>, _> =
            BY_CONSTRUCTION.iter().map(|name| self.say(name, &[])).collect();
        Ok(vec![
            self.heading(1, "heading.construction")?,
            self.paragraph("construction.note", &[])?,
            Block::List(construction?),
            self.heading(1, "heading.checked")?,
            self.paragraph("checked.note", &[])?,
            self.checked()?,
        ])
    }

    fn checked(&self) -> Result<Block, InstrumentError> {
        let sum = self.say("checked.sums", &[])?;
        let mut rows: Vec<Vec<String>> = equations(self.facts)
            .into_iter()
            .map(|(place, equation)| vec![place, equation, sum.clone()])
            .collect();
        if let Some(population) = &self.facts.population {
            let used = population.decisions.buckets().into_iter().filter(|(_, n)| *n > 0);
            let parts: Vec<String> = used.map(|(name, n)| format!("{name} {}", number(n))).collect();
            let right = if parts.is_empty() { "no decision 0".to_owned() } else { parts.join(" + ") };
            let equation = format!("members {} = {right}", number(population.members));
            rows.push(vec!["Population of all items".to_owned(), equation, sum]);
        }
        let read = self.say("checked.volume", &[])?;
        for volume in &self.facts.volumes {
            if let VolumeFacts::Verified(volume) = volume {
                let counts = format!(
                    "rows {}, natives {}, texts {}, files {}, findings that fail 0",
                    number(volume.rows),
                    number(volume.natives),
                    number(volume.texts),
                    number(volume.files)
                );
                let digest = format!("{read}; manifest SHA-256 {}", volume.manifest_sha256);
                rows.push(vec![format!("Volume {}", volume.name), counts, digest]);
            }
        }
        rows.push(self.pinned()?);
        let columns =
            vec![Column::new("Of what", 4), Column::new("Counts", 9), Column::new("How, and digest", 7)];
        Ok(Block::Table { columns, rows })
    }

    fn pinned(&self) -> Result<Vec<String>, InstrumentError> {
        let (then, now) = (&self.facts.rests_on, &self.facts.as_found);
        let word = |same: bool| if same { "unchanged" } else { "changed" };
        let counts = format!(
            "index {}, register {}, request file {} since the figures were taken",
            word(then.index_snapshot == now.index_snapshot),
            word(then.register_sha256 == now.register_sha256),
            word(then.request_sha256 == now.request_sha256)
        );
        let digests = format!(
            "index snapshot {}; register SHA-256 {}; request SHA-256 {}",
            then.index_snapshot, then.register_sha256, then.request_sha256
        );
        Ok(vec![self.say("checked.audit", &[])?, counts, digests])
    }

    pub(super) fn declarant(&self) -> Blocks {
        let mut blocks = vec![self.heading(1, "heading.affirmed")?, self.paragraph("affirmation.note", &[])?];
        for name in self.template.affirmations() {
            blocks.push(Block::Checkbox(self.say(name, &[])?));
        }
        blocks.extend(self.affirmed_beside()?);
        blocks.push(Block::Together(self.signature()?));
        blocks.push(Block::Together(vec![
            self.heading(2, "heading.reviewer")?,
            self.note("reviewer.note", &[])?,
            self.blank("reviewer.name")?,
            self.blank("reviewer.date")?,
        ]));
        Ok(blocks)
    }

    fn signature(&self) -> Blocks {
        let mut blocks = vec![self.heading(2, "heading.declarant")?];
        if self.facts.request.declaration_1746 {
            blocks.push(self.paragraph("declaration.choose", &[])?);
            blocks.push(Block::Checkbox(self.say("declaration.within", &[])?));
            blocks.push(Block::Checkbox(self.say("declaration.outside", &[])?));
        }
        for name in ["name", "title", "authority", "place", "date", "signature"] {
            blocks.push(self.blank(&format!("declaration.{name}"))?);
        }
        Ok(blocks)
    }

    pub(super) fn blank(&self, name: &str) -> Result<Block, InstrumentError> {
        Ok(Block::Blank { label: self.say(name, &[])? })
    }
}
