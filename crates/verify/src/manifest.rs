//! The volume's list of digests: `MANIFEST.sha256`, in the form that `sha256sum -c` reads.

use crate::code::Code;
use crate::finding::{Findings, shown};
use crate::verification::VerifyError;
use crate::volume::Volume;
use crate::zip;
use duces_model::Sha256;
use std::io::{BufRead as _, BufReader, Read as _};

/// Name of the manifest of digests, in the volume's first folder.
pub(crate) const DIGESTS: &str = "MANIFEST.sha256";
const LINE_BYTES_MAX: u64 = 1 << 16;

/// Compares every file with `MANIFEST.sha256`; gives the manifest's own digest.
pub(crate) fn check_digests(volume: &Volume, findings: &mut Findings) -> Result<Option<Sha256>, VerifyError> {
    let Some(at) = volume.files.find(DIGESTS) else {
        findings.of_volume(Code::ManifestMissing, format!("found no {DIGESTS}"));
        return Ok(None);
    };
    let manifest = volume.files.get(at);
    let Some(sha256) = manifest.sha256 else { return Ok(None) };
    let mut reader = BufReader::new(volume.read(manifest)?);
    let mut listed = vec![false; volume.files.len()];
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        match reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if zip::is_damage(&error) => break,
            Err(error) => return Err(volume.unreadable(manifest, error)),
        }
        number += 1;
        let Some((digest, path)) = read_line(&line) else {
            let message = format!(
                "found {}, expected a digest, two signs and a path",
                shown(&String::from_utf8_lossy(&line))
            );
            findings.in_row(Code::ManifestMalformed, DIGESTS, number, None, message);
            continue;
        };
        let path = path.strip_prefix("./").unwrap_or(&path);
        let Some(at) = volume.files.find(path) else {
            let message = format!("{} is not in the volume", shown(path));
            findings.in_row(Code::ManifestFileMissing, DIGESTS, number, None, message);
            continue;
        };
        if std::mem::replace(&mut listed[at], true) {
            findings.in_row(
                Code::ManifestFileTwice,
                DIGESTS,
                number,
                None,
                format!("{} is listed again", shown(path)),
            );
        }
        if let Some(actual) = volume.files.get(at).sha256
            && actual != digest
        {
            let message = format!("{} is listed with {digest}, its bytes have {actual}", shown(path));
            findings.in_row(Code::ManifestDigestDiffers, DIGESTS, number, None, message);
        }
    }
    for (file, listed) in volume.files.iter().zip(listed) {
        if !listed && file.path != DIGESTS {
            findings.of_file(Code::ManifestFileUnlisted, &file.path, format!("{DIGESTS} does not list it"));
        }
    }
    Ok(Some(sha256))
}

/// A line of `sha256sum`: digest, space, space or asterisk, path. A backslash before the digest says that
/// the path holds escapes (GNU coreutils manual, "md5sum invocation").
fn read_line(line: &[u8]) -> Option<(Sha256, String)> {
    let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
    let (digest, rest) = line.split_at_checked(64)?;
    let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    if path.is_empty() || path.ends_with('\r') {
        return None;
    }
    let path = if escaped {
        path.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
    } else {
        path.to_owned()
    };
    Some((digest.parse().ok()?, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_those_that_sha256sum_checks() {
        let digest = Sha256::of("x");
        let line = |text: String| read_line(text.as_bytes()).map(|(_, path)| path);
        assert_eq!(line(format!("{digest}  DATA/a.dat\n")).as_deref(), Some("DATA/a.dat"));
        assert_eq!(line(format!("{digest} *a b.txt\n")).as_deref(), Some("a b.txt"));
        assert_eq!(line(format!("\\{digest}  a\\nb\n")).as_deref(), Some("a\nb"));
        for wrong in
            [format!("{digest} a\n"), format!("{digest}  a"), format!("{digest}  a\r\n"), "x\n".into()]
        {
            assert_eq!(line(wrong.clone()), None, "{wrong}");
        }
        assert_eq!(line(format!("{}  a\n", digest.to_string().to_uppercase())), None);
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line: Vec<u8>) {
            let _ = read_line(&[&line, b"\n".as_slice()].concat());
        }
    }
}
