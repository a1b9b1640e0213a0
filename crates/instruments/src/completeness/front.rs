//! First page: who, what, what is open, and what the certification says.

use super::Text;
use crate::error::InstrumentError;
use crate::facts::{CoverageWord, VerifiedVolume, VolumeFacts};
use crate::nil::not_backed;
use crate::standing::Open;
use crate::wording::{count, day, list, number};
use duces_model::Quantity;
use duces_render::Block;

type Blocks = Result<Vec<Block>, InstrumentError>;

impl Text<'_> {
    pub(super) fn front(&self) -> Blocks {
        let mut blocks = vec![Block::Title(self.standing.title()), Block::Fields(self.parties())];
        if self.standing.is_partial() {
            blocks.push(self.heading(1, "heading.open")?);
            blocks.push(self.paragraph("front.partial", &[])?);
            let open: Result<Vec<_>, _> = self.standing.open.iter().map(|open| self.open(open)).collect();
            blocks.push(Block::List(open?));
        }
        let unknown = self.unknown()?;
        if !unknown.is_empty() {
            blocks.push(self.heading(1, "heading.unknown")?);
            blocks.push(Block::List(unknown));
        }
        blocks.push(self.heading(1, "heading.says")?);
        if self.standing.gaps_touch {
            let gaps = count(self.scheduled().count() as u64, "candidate or confirmed gap");
            blocks.push(self.paragraph("front.subject", &[("gaps", gaps)])?);
        }
        blocks.push(self.paragraph("front.scope", &[])?);
        blocks.push(self.paragraph("front.limits", &[])?);
        blocks.push(self.paragraph("front.lists", &[])?);
        blocks.push(self.note("front.facts", &[("as_known_at", self.as_known_at())])?);
        Ok(blocks)
    }

    /// What cannot be told: nil results that no coverage backs, sources that no evidence can judge, and gaps of
    /// which it is not known how much is missing.
    fn unknown(&self) -> Result<Vec<String>, InstrumentError> {
        let mut points = Vec::new();
        for item in &self.facts.items {
            if item.is_nil() && !not_backed(item, self.facts).is_empty() {
                points.push(self.say("unknown.nil", &[("item", item.id.to_string())])?);
            }
            if item.is_nil_beside_added() && !not_backed(item, self.facts).is_empty() {
                points.push(self.say("unknown.nil_beside_added", &[("item", item.id.to_string())])?);
            }
            let blind = item.searched.iter().filter(|source| source.coverage == CoverageWord::CannotTell);
            let blind: Vec<String> = blind.map(|source| source.name.clone()).collect();
            if !blind.is_empty() {
                let facts = [("item", item.id.to_string()), ("sources", list(&blind))];
                points.push(self.say("unknown.coverage", &facts)?);
            }
        }
        let open = self.scheduled().filter(|gap| gap.gap.quantity == Quantity::Unknown).count() as u64;
        if open > 0 {
            let gaps = count(open, "candidate or confirmed gap");
            points.push(self.say("unknown.quantity", &[("gaps", gaps)])?);
        }
        Ok(points)
    }

    fn parties(&self) -> Vec<(String, String)> {
        let (firm, request) = (&self.facts.firm, &self.facts.request);
        let mut fields = vec![("Firm", format!("{} (CRD {})", firm.name, firm.crd))];
        if !self.facts.on_behalf_of.is_empty() {
            fields.push(("Also on behalf of", list(&self.facts.on_behalf_of)));
        }
        fields.push(("Request", format!("{} {}", request.authority, request.number)));
        fields.push(("Matter", request.title.clone()));
        fields.push(("Received", day(request.received, "not recorded")));
        fields.push(("Due", day(request.due, "not recorded")));
        fields.push(("As known at", self.as_known_at()));
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn open(&self, open: &Open) -> Result<String, InstrumentError> {
        let documents = |n: &u64| ("documents", count(*n, "document"));
        match open {
            Open::PopulationNotFrozen => self.say("open.population", &[]),
            Open::Queue { item, documents: n } => {
                self.say("open.queue", &[("item", item.to_string()), documents(n)])
            }
            Open::NotAnswered { item, kind } => {
                self.say("open.not_answered", &[("item", item.to_string()), ("kind", (*kind).to_owned())])
            }
            Open::AddedLate { item, files } => {
                self.say("open.added_late", &[("item", item.to_string()), ("files", count(*files, "file"))])
            }
            Open::Pending { documents: n } => self.say("open.pending", &[documents(n)]),
            Open::Unsealed { volume } => self.say("open.unsealed", &[("volume", volume.to_string())]),
            Open::Unverified { volume } => self.say("open.unverified", &[("volume", volume.to_string())]),
            Open::Failed { volume, failures } => {
                let failures = count(*failures, "finding");
                self.say("open.failed", &[("volume", volume.to_string()), ("failures", failures)])
            }
            Open::NotProduced { documents: n } => self.say("open.not_produced", &[documents(n)]),
            Open::Unread { files } => self.say("open.unread", &[("files", count(*files, "file"))]),
            Open::Moved { what } => self.say("open.moved", &[("what", (*what).to_owned())]),
        }
    }

    pub(super) fn volumes(&self) -> Blocks {
        let mut blocks = vec![self.heading(1, "heading.volumes")?];
        if self.facts.volumes.is_empty() {
            blocks.push(self.paragraph("volume.none", &[])?);
        }
        for volume in &self.facts.volumes {
            blocks.push(Block::Heading { level: 2, text: format!("Volume {}", volume.name()) });
            blocks.extend(self.volume(volume)?);
        }
        Ok(blocks)
    }

    fn volume(&self, volume: &VolumeFacts) -> Blocks {
        let state = match volume {
            VolumeFacts::Unsealed { .. } => self.paragraph("volume.unsealed", &[])?,
            VolumeFacts::Unverified { .. } => self.paragraph("volume.unverified", &[])?,
            VolumeFacts::Voided { reason, .. } => {
                self.paragraph("volume.voided", &[("reason", reason.clone())])?
            }
            VolumeFacts::Verified(volume) => self.paragraph(
                "volume.verified",
                &[
                    ("verified_at", self.instant(volume.verified_at)),
                    ("not_opened", count(volume.natives_not_opened, "native")),
                    ("warnings", count(volume.warnings, "warning")),
                    ("notes", count(volume.notes, "note")),
                ],
            )?,
        };
        let numbers = volume.numbers().map_or_else(|| "none".to_owned(), ToString::to_string);
        let mut fields = vec![("Bates numbers".to_owned(), numbers)];
        if let VolumeFacts::Verified(volume) = volume {
            fields.extend(read_back(volume));
        }
        let mut blocks = vec![Block::Fields(fields), state];
        if let VolumeFacts::Verified(volume) = volume
            && let (Some(whole), Some(text_only), Some(sheets)) =
                (volume.rows_whole, volume.text_only(), volume.sheets())
        {
            let facts = [
                ("rows", count(volume.rows, "row")),
                ("whole", count(whole, "document")),
                ("natives", number(volume.natives)),
                ("sheets", number(sheets)),
            ];
            blocks.push(self.paragraph("volume.forms", &facts)?);
            if text_only > 0 {
                let facts = [("text_only", count(text_only, "document"))];
                blocks.push(self.paragraph("volume.text_only", &facts)?);
            }
        }
        Ok(blocks)
    }
}

fn read_back(volume: &VerifiedVolume) -> Vec<(String, String)> {
    let rows = match volume.rows - volume.rows_of_population {
        0 => count(volume.rows, "row"),
        earlier => {
            format!("{}, {} of them of an earlier population", count(volume.rows, "row"), number(earlier))
        }
    };
    let files = format!(
        "{}, {}, {} over all, {}",
        count(volume.natives, "native"),
        count(volume.texts, "text"),
        count(volume.files, "file"),
        count(volume.bytes, "byte")
    );
    [
        ("Load file", rows),
        ("Files", files),
        ("Manifest SHA-256", volume.manifest_sha256.to_string()),
        ("Load file SHA-256", volume.load_file_sha256.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
