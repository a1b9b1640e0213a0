//! Productions of invented families, and what can be read back from them.

use crate::candidate::Candidate;
use crate::dedup::Approvals;
use crate::error::PackError;
use crate::produce::{Order, Produced, produce};
use crate::profile::Profile;
use crate::sample::fake::Fake;
use crate::sample::{Archive, Case, Series, id, profile};
use duces_model::{Disposition, LegalBar, Silent};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

pub(crate) fn privileged() -> Disposition {
    Disposition::WithholdPrivilege { privilege: "attorney-client".into(), by: "J. Roe".into() }
}

pub(crate) fn barred(bar: LegalBar) -> Disposition {
    Disposition::WithholdLegalBar { bar, by: "J. Roe".into() }
}

pub(crate) fn excluded() -> Disposition {
    Disposition::ExcludeNonResponsive { by: "J. Roe".into() }
}

pub(crate) fn suppressed(survivor: u64) -> Disposition {
    Disposition::Suppress { duplicate_of: id(survivor), recipe: RULE.into() }
}

/// The rule by which samples are the same.
pub(crate) const RULE: &str = "message-family-1/population";

pub(crate) fn approvals(dedup: Option<&str>) -> Approvals {
    Approvals { dedup: dedup.map(|rule| rule.parse().unwrap()), threads: None }
}

pub(crate) struct Made {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) series: Series,
    pub(crate) result: Result<Produced, PackError>,
}

impl Made {
    pub(crate) fn produced(&self) -> &Produced {
        self.result.as_ref().unwrap()
    }

    pub(crate) fn obstacles(&self) -> Vec<String> {
        assert!(self.series.reserved.is_empty(), "numbers were spent");
        assert_eq!(fs::read_dir(self.dir.path()).unwrap().count(), 0, "something was left");
        match &self.result {
            Err(PackError::Refused(found)) => found.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// All files of folder and archive, the archive's unpacked too.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut open = vec![self.dir.path().to_path_buf()];
        while let Some(folder) = open.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(self.dir.path()).unwrap().to_string_lossy().into_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(files["ECP001.zip"].clone())).unwrap();
        for n in 0..zip.len() {
            let mut file = zip.by_index(n).unwrap();
            let (name, mut bytes) = (format!("zip:{}", file.name().unwrap()), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            files.insert(name, bytes);
        }
        files
    }

    pub(crate) fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let data = String::from_utf8(self.files().remove("ECP001/DATA/ECP001.dat").unwrap()).unwrap();
        let cut = |row: &str| -> Vec<String> {
            row.split('\u{14}').map(|value| value.trim_matches('\u{fe}').to_owned()).collect()
        };
        let mut lines = data.trim_start_matches('\u{feff}').lines();
        let header = cut(lines.next().unwrap());
        lines.map(|line| header.iter().cloned().zip(cut(line)).collect()).collect()
    }

    pub(crate) fn text(&self, bates: &str) -> String {
        let name = format!("ECP001/TEXT/0001/{bates}.txt");
        String::from_utf8(self.files().remove(&name).unwrap()).unwrap().replace("\r\n", "\n")
    }
}

pub(crate) fn order<'a>(profile: &'a Profile, candidates: Vec<Candidate>, out_dir: &'a Path) -> Order<'a> {
    Order {
        profile,
        volume: "ECP001".parse().unwrap(),
        request: "8210-1".parse().unwrap(),
        zone: chrono_tz::America::New_York,
        candidates,
        elsewhere: crate::elsewhere::Elsewhere::default(),
        replaces: BTreeMap::new(),
        redactions: BTreeMap::new(),
        threads: BTreeMap::new(),
        out_dir,
        tool: "duces test".into(),
        firm: "Eastern Pacific Capital".into(),
        password: None,
        approvals: approvals(Some(RULE)),
        test: false,
        extra_manifest: serde_json::Value::Null,
    }
}

pub(crate) fn make_with(case: (Vec<Candidate>, Archive)) -> Made {
    make_under(&profile(), case)
}

pub(crate) fn make_under(profile: &Profile, (candidates, mut archive): (Vec<Candidate>, Archive)) -> Made {
    let (dir, mut series) = (tempfile::tempdir().unwrap(), Series::at(11));
    let order = order(profile, candidates, dir.path());
    let result = produce(&order, &mut series, &mut archive, &mut Fake::default(), &Silent);
    Made { dir, series, result }
}

pub(crate) fn make(case: Case) -> Made {
    make_with(case.build())
}
