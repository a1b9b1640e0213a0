//! Indexing killed at random moments ends as if it had never been interrupted.
//!
//! The size and the number of kills come from `DUCES_KILL_MESSAGES` and `DUCES_KILL_TIMES`;
//! `just kills` runs it with 200,000 messages and twenty kills.

use duces_samples::synthetic::{Form, MEMORY_MB, Size, write_workspace};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn index(root: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_duces"))
        .args(["--by", "test", "--now", "2024-09-20T14:00:00Z", "--format", "json", "-C"])
        .arg(root)
        .arg("index")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs")
}

fn finish(child: Child) -> serde_json::Value {
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn search(root: &Path, terms: &str) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_duces"))
        .args(["--by", "test", "--format", "json", "-C"])
        .arg(root)
        .args(["search", "--dialect", "dtsearch", terms, "--limit", "0"])
        .output()
        .expect("the binary runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[allow(clippy::disallowed_methods, reason = "a test is told its size by the environment")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[allow(clippy::disallowed_methods, reason = "the moments of killing are spread over the measured time")]
#[test]
fn an_index_killed_at_random_moments_ends_as_if_never_interrupted() {
    let size = Size { messages: setting("DUCES_KILL_MESSAGES", 6_000), seed: 7, form: Form::Mixed };
    let times = setting("DUCES_KILL_TIMES", 8);
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    for root in [&whole, &killed] {
        write_workspace(root, &size).expect("written");
        // Little memory means many checkpoints, so that kills fall on every side of them.
        let settings = std::fs::read_to_string(root.join("duces.toml")).expect("settings");
        let settings = settings.replace(&format!("memory_mb = {MEMORY_MB}"), "memory_mb = 128");
        assert!(settings.contains("memory_mb = 128"), "{settings}");
        std::fs::write(root.join("duces.toml"), settings).expect("settings");
    }
    let started = Instant::now();
    let expected = finish(index(&whole));
    let took = started.elapsed();

    let mut draw = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..times {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = (draw >> 33) % 1_000;
        let mut child = index(&killed);
        std::thread::sleep(Duration::from_micros(
            u64::try_from(took.as_micros()).unwrap_or(0) * part / 10_000,
        ));
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    let ended = finish(index(&killed));
    for part in
        ["snapshot", "containers", "container_count", "documents", "unsearchable", "defects", "sources"]
    {
        assert_eq!(ended[part], expected[part], "{part}");
    }
    for terms in ["market", "order and client", "report*"] {
        assert_eq!(search(&killed, terms)["hits"], search(&whole, terms)["hits"], "{terms}");
    }
}
