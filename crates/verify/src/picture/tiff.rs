//! TIFF 6.0, and BigTIFF: its directories, one for each page.

use super::{Kind, Picture, Scan};
use fax::decoder::{DecodeStatus, Group4Decoder};
use std::convert::Infallible;

/// More pages than this are not counted.
const PAGES_MAX: u64 = 100_000;
/// Most entries of a list that are looked at: strips of one page.
const LIST_MAX: u64 = 1_000_000;

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
    /// BigTIFF: offsets of eight bytes.
    big: bool,
}

/// One directory: a page.
#[derive(Default)]
struct Page {
    width: Option<u64>,
    height: Option<u64>,
    bits: Option<u64>,
    compression: Option<u64>,
    samples: Option<u64>,
    across: Option<u64>,
    down: Option<u64>,
    unit: Option<u64>,
    /// Lines of a strip; all where it is not stated.
    lines: Option<u64>,
    /// 2 where the first dot of a byte is its lowest bit.
    fill_order: Option<u64>,
    /// Whether it is cut into tiles, not strips.
    tiled: bool,
    offsets: Vec<u64>,
    counts: Vec<u64>,
}

pub(super) fn look(bytes: &[u8]) -> Picture {
    let little = bytes.first() == Some(&b'I');
    let big = bytes.get(if little { 2 } else { 3 }) == Some(&43);
    let tiff = Tiff { bytes, little, big };
    match tiff.pages() {
        Ok((pages, scan)) => Picture { pages: Some(pages), scan, ..Picture::of(Kind::Tiff) },
        Err(damage) => Picture::damaged(Kind::Tiff, damage),
    }
}

impl Tiff<'_> {
    fn number(&self, at: u64, size: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(size)?)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    }

    fn pages(&self) -> Result<(u64, Option<Scan>), String> {
        let wide = if self.big { 8 } else { 4 };
        let mut at = self.number(if self.big { 8 } else { 4 }, wide).ok_or("it ends within its header")?;
        let (mut pages, mut scan): (u64, Option<Scan>) = (0, None);
        let mut seen = std::collections::BTreeSet::new();
        while at != 0 {
            if !seen.insert(at) {
                return Err("its directories run in a circle".into());
            }
            if pages == PAGES_MAX {
                return Err(format!("it has more than {PAGES_MAX} pages"));
            }
            let count =
                self.number(at, if self.big { 8 } else { 2 }).ok_or("a directory lies outside the file")?;
            let (entries, each) = if self.big { (at.saturating_add(8), 20) } else { (at + 2, 12) };
            if count > (self.bytes.len() as u64) / each {
                return Err("a directory is larger than the file".into());
            }
            let mut page = Page::default();
            for entry in 0..count {
                self.entry(entries.saturating_add(entry * each), &mut page)?;
            }
            pages += 1;
            let found = self.judge(&page, pages)?;
            scan = match scan {
                Some(before) if !before.is_standard() || found.is_standard() => Some(before),
                _ => Some(found),
            };
            at = self
                .number(entries.saturating_add(count * each), wide)
                .ok_or("it ends within a directory")?;
        }
        if pages == 0 {
            return Err("it has no page".into());
        }
        Ok((pages, scan))
    }

    fn entry(&self, at: u64, page: &mut Page) -> Result<(), String> {
        let cut = || "it ends within a directory".to_owned();
        let tag = self.number(at, 2).ok_or_else(cut)?;
        let kind = self.number(at + 2, 2).ok_or_else(cut)?;
        let wide: u64 = if self.big { 8 } else { 4 };
        let count = self.number(at + 4, if self.big { 8 } else { 4 }).ok_or_else(cut)?;
        let size: u64 = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            _ => return Ok(()),
        };
        let place = at + 4 + wide;
        let values = if count.saturating_mul(size) <= wide {
            place
        } else {
            self.number(place, if self.big { 8 } else { 4 }).ok_or_else(cut)?
        };
        let one = |at: u64| -> Option<u64> {
            if kind == 5 {
                // A fraction: rounded to the nearest whole.
                let (over, under) = (self.number(at, 4)?, self.number(at + 4, 4)?);
                over.checked_add(under / 2)?.checked_div(under)
            } else {
                self.number(at, usize::try_from(size).ok()?)
            }
        };
        let first =
            || one(values).ok_or_else(|| format!("the value of its field {tag} lies outside the file"));
        match tag {
            256 => page.width = Some(first()?),
            257 => page.height = Some(first()?),
            258 => page.bits = Some(first()?),
            259 => page.compression = Some(first()?),
            266 => page.fill_order = Some(first()?),
            278 => page.lines = Some(first()?),
            277 => page.samples = Some(first()?),
            282 => page.across = Some(first()?),
            283 => page.down = Some(first()?),
            296 => page.unit = Some(first()?),
            273 | 279 | 324 | 325 => {
                if count > LIST_MAX {
                    return Err(format!("a page has more than {LIST_MAX} strips"));
                }
                let list: Option<Vec<u64>> =
                    (0..count).map(|at| one(values.checked_add(at * size)?)).collect();
                page.tiled |= tag >= 324;
                let list = list.ok_or("the list of its strips lies outside the file")?;
                if tag == 273 || tag == 324 { page.offsets = list } else { page.counts = list }
            }
            _ => {}
        }
        Ok(())
    }

    fn judge(&self, page: &Page, number: u64) -> Result<Scan, String> {
        if page.width.unwrap_or(0) == 0 || page.height.unwrap_or(0) == 0 {
            return Err(format!("page {number} states no width or height"));
        }
        if page.offsets.is_empty() || page.offsets.len() != page.counts.len() {
            return Err(format!("page {number} does not say where its dots lie"));
        }
        let length = self.bytes.len() as u64;
        let inside =
            |(at, count): (&u64, &u64)| *count > 0 && at.checked_add(*count).is_some_and(|end| end <= length);
        if !page.offsets.iter().zip(&page.counts).all(inside) {
            return Err(format!(
                "the dots of page {number} reach beyond the end of the file: it is cut short"
            ));
        }
        // Without a unit dots are to the inch; 3 is the centimetre; 1 is no absolute unit.
        let dpi = page.across.zip(page.down).and_then(|(across, down)| match page.unit.unwrap_or(2) {
            2 => Some((across, down)),
            3 => Some((across * 254 / 100, down * 254 / 100)),
            _ => None,
        });
        let scan = Scan {
            compression: page.compression.unwrap_or(1),
            bits: page.bits.unwrap_or(1),
            samples: page.samples.unwrap_or(1),
            dpi,
            breaks_off: None,
        };
        let breaks_off = if scan.is_group_four() && !page.tiled { self.breaks_off(page) } else { None };
        Ok(Scan { breaks_off, ..scan })
    }

    /// Up to which line a page in Group IV can be read, where that is not its last.
    fn breaks_off(&self, page: &Page) -> Option<(u64, u64)> {
        let height = page.height.unwrap_or(0);
        let each = page.lines.filter(|lines| *lines > 0).unwrap_or(height).min(height);
        let width = u32::try_from(page.width.unwrap_or(0)).ok()?;
        let mut read = 0;
        for (at, count) in page.offsets.iter().zip(&page.counts) {
            let lines = each.min(height - read);
            let from = usize::try_from(*at).ok()?;
            let strip = self.bytes.get(from..from.checked_add(usize::try_from(*count).ok()?)?)?;
            let turned = page.fill_order == Some(2);
            let bits = strip.iter().map(|byte| if turned { byte.reverse_bits() } else { *byte });
            let mut decoder = Group4Decoder::new(bits.map(Ok::<u8, Infallible>), width).ok()?;
            for line in 0..lines {
                match decoder.advance() {
                    Ok(DecodeStatus::Incomplete) => {}
                    Ok(DecodeStatus::End) | Err(_) => return Some((read + line, height)),
                }
            }
            read += lines;
        }
        (read < height).then_some((read, height))
    }
}

impl Scan {
    /// Whether it is Group IV.
    pub(crate) fn is_group_four(&self) -> bool {
        (self.compression, self.bits, self.samples) == (4, 1, 1)
    }

    /// Whether it has 300 dots to the inch both ways.
    pub(crate) fn is_300_dpi(&self) -> bool {
        self.dpi == Some((300, 300))
    }

    fn is_standard(&self) -> bool {
        self.is_group_four() && self.is_300_dpi() && self.breaks_off.is_none()
    }
}
