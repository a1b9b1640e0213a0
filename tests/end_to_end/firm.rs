//! A workspace in a temporary folder, and the binary run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The instant that every test gives as now, so that nothing depends on the day it runs.
pub(crate) const NOW: &str = "2024-09-20T14:00:00Z";

/// A request with one item, by one word.
pub(crate) const REQUEST: &str = r#"format = 1
[request]
authority = "FINRA"
number = "1"
title = "t"
received = 2024-09-03
due = 2024-10-01
zone = "America/New_York"
period = { from = 2024-01-01, to = 2024-06-30 }
declaration_1746 = false
[[item]]
id = "1"
text = "All of it."
kind = "search"
terms = { dialect = "dtsearch", query = "juniper" }
"#;

/// A workspace in a folder of its own.
pub(crate) struct Firm {
    folder: tempfile::TempDir,
}

/// A row of a review sheet.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    heads: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    fn at(&self, column: &str) -> usize {
        self.heads.iter().position(|head| head == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// The cell of a column.
    pub(crate) fn cell(&self, column: &str) -> &str {
        &self.cells[self.at(column)]
    }

    /// Fills a cell in.
    pub(crate) fn set(&mut self, column: &str, text: &str) {
        let at = self.at(column);
        text.clone_into(&mut self.cells[at]);
    }
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// The result as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The binary with these arguments.
pub(crate) fn duces(args: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duces"));
    command.args(["--by", "P. Legal", "--now", NOW]).args(args);
    command.output().expect("the binary runs").into()
}

impl Firm {
    /// The invented firm, nothing run yet.
    pub(crate) fn invented() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        duces_samples::write_firm(&folder.path().join("firm")).expect("the firm is written");
        Self { folder }
    }

    /// A firm with one source whose archive holds these files.
    pub(crate) fn with_files(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let firm = Self { folder };
        let archive = firm.path("archive");
        std::fs::create_dir_all(&archive).expect("a folder");
        let made = firm.run(&[
            "init",
            "--firm",
            "Small Firm LLC",
            "--crd",
            "000001",
            "--domain",
            "small.example",
            "--prefix",
            "SF",
        ]);
        assert_eq!(made.code, 0, "{}", made.err);
        firm.write(
            "register/sources.csv",
            b"source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,capture_path,silence_days_max,retention_class,review_from,review_to,note\r\n\
              box,The mailbox,email,ann@small.example,ann,2020-01-01,,mail:**,,,,,,,\r\n",
        );
        firm.write(
            "register/people.csv",
            b"person,name,addresses,role,from,to,note\r\nann,Ann,ann@small.example,,,,\r\n",
        );
        for (name, bytes) in files {
            firm.write(&format!("archive/{name}"), bytes);
        }
        firm
    }

    /// A path below the workspace.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("firm").join(below)
    }

    /// Writes a file below the workspace.
    pub(crate) fn write(&self, below: &str, bytes: &[u8]) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    /// The text of a file below the workspace.
    pub(crate) fn read(&self, below: &str) -> String {
        let bytes = std::fs::read(self.path(below)).unwrap_or_else(|error| panic!("{below}: {error}"));
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// A new review sheet of a request: its rows, and where it lies.
    pub(crate) fn review_sheet(&self, request: &str) -> (Vec<Row>, PathBuf) {
        let exported = self.json(0, &["review", "export", request]);
        let path = PathBuf::from(exported["csv"].as_str().expect("a path"));
        let text = std::fs::read_to_string(&path).expect("the sheet");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let heads: Vec<String> = reader.headers().expect("heads").iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| Row {
            heads: heads.clone(),
            cells: row.expect("a row").iter().map(str::to_owned).collect(),
        });
        (rows.collect(), path)
    }

    /// Hands rows back as a review sheet.
    pub(crate) fn hand_back(&self, request: &str, code: i32, path: &Path, rows: &[Row]) -> Ended {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&rows[0].heads).expect("written");
        for row in rows {
            writer.write_record(&row.cells).expect("written");
        }
        std::fs::write(path, writer.into_inner().expect("written")).expect("the sheet");
        self.expect(code, &["review", "import", request, path.to_str().expect("UTF-8"), "--format", "json"])
    }

    /// Writes a review sheet, marks it and hands it back.
    pub(crate) fn decide(&self, request: &str, code: i32, mark: impl Fn(&mut Row)) -> Ended {
        let (mut rows, path) = self.review_sheet(request);
        rows.iter_mut().for_each(mark);
        self.hand_back(request, code, &path, &rows)
    }

    /// Runs the binary in this workspace.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        let root = self.path("");
        std::fs::create_dir_all(&root).expect("a folder");
        let mut all = vec!["-C", root.to_str().expect("UTF-8")];
        all.extend(args);
        duces(&all)
    }

    /// Runs the binary and wants this exit code.
    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, code, "{args:?}\n{}\n{}", ended.out, ended.err);
        ended
    }

    /// Runs the binary for JSON and wants this exit code.
    pub(crate) fn json(&self, code: i32, args: &[&str]) -> serde_json::Value {
        let mut all = args.to_vec();
        all.extend(["--format", "json"]);
        self.expect(code, &all).json()
    }
}

/// A plain mail.
pub(crate) fn mail(id: &str, day: &str, subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Ann <ann@small.example>\r\nTo: bob@client.example\r\nDate: {day} 10:00:00 -0500\r\n\
         Message-ID: <{id}@small.example>\r\nSubject: {subject}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// Those mails as a mailbox.
pub(crate) fn mbox(mails: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for mail in mails {
        bytes.extend_from_slice(b"From ann@small.example Mon Jan  8 10:00:00 2024\n");
        bytes.extend(String::from_utf8_lossy(mail).replace("\r\n", "\n").as_bytes());
        bytes.extend_from_slice(b"\n");
    }
    bytes
}

/// Every file below a folder with its bytes, sorted.
pub(crate) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    found.sort();
    found
}
