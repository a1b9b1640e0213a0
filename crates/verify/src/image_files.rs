//! A file that stands for pages: of the kind that its name says, whole, and written as a standard expects.

use crate::code::Code;
use crate::files::FileEntry;
use crate::finding::Findings;
use crate::picture::{self, Kind, LOOKED_BYTES_MAX};

/// Judges a file that a load file names as pages.
pub(crate) fn check(file: &FileEntry, findings: &mut Findings) {
    if !file.readable {
        return;
    }
    let mut add = |code: Code, message: String| findings.of_file(code, &file.path, message);
    let Some(promised) = picture::promised(&file.path) else {
        let message = format!("found the ending {:?}, expected tif, jpg or pdf", file.ending());
        return add(Code::ImageKindUnusual, message);
    };
    let Some(picture) = &file.picture else {
        let message = format!("found {} bytes, the limit is {LOOKED_BYTES_MAX}", file.bytes);
        return add(Code::ImageNotRead, message);
    };
    if file.bytes == 0 {
        return add(Code::ImageDamaged, "found no bytes".into());
    }
    if picture.kind != promised {
        let message = format!("its name says {}, its bytes are {}", promised.name(), picture.kind.name());
        return add(Code::ImageKindDiffers, message);
    }
    if !matches!(picture.kind, Kind::Tiff | Kind::Jpeg | Kind::Pdf) {
        add(Code::ImageKindUnusual, format!("found {}, expected a TIFF, JPEG or PDF", picture.kind.name()));
    }
    if let Some(why) = picture.damage.as_deref().or(picture.protected) {
        add(Code::ImageDamaged, why.to_owned());
    }
    let Some(scan) = picture.scan else { return };
    if !scan.is_group_four() {
        let message = format!(
            "found compression {}, {} bits and {} samples a dot, expected Group IV (compression 4, 1 bit)",
            scan.compression, scan.bits, scan.samples
        );
        add(Code::ImageCompression, message);
    }
    if let Some((read, stated)) = scan.breaks_off {
        let message = format!("found {read} lines of dots that can be read, expected {stated}");
        add(Code::ImageBreaksOff, message);
    }
    if !scan.is_300_dpi() {
        let found = scan
            .dpi
            .map_or_else(|| "no resolution".into(), |(across, down)| format!("{across} x {down} dpi"));
        add(Code::ImageResolution, format!("found {found}, expected 300 x 300 dpi"));
    }
}
