//! Every file of the demo is opened by other people's software, and says the same in every format. The scripts and what they need are those of `keng-export`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test's own helpers")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_export_of_the_demo_says_the_same_in_all_formats_and_its_badges_verify_elsewhere() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-for-others");
    let _ = fs::remove_dir_all(&folder);
    let demo =
        Command::new(env!("CARGO_BIN_EXE_keng-exporter")).args(["demo", "--lang", "vi", "--out"]).arg(&folder).output();
    let demo = demo.unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    if let Some(python) = python() {
        run(Command::new(python), "say_the_same.py", &folder);
    }
    let exports = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let with_badges: Vec<_> = exports.filter(|export| export.join("badges").is_dir()).collect();
    assert!(!with_badges.is_empty(), "the demo has badges");
    for export in with_badges {
        if scripts().join("node_modules/jsonld-signatures").exists() {
            run(Command::new("node"), "badges.mjs", &export);
        } else {
            missing("node, and npm ci in crates/export/tests/peers");
        }
    }
}

fn run(mut program: Command, script: &str, folder: &Path) {
    let out = program.arg(scripts().join(script)).arg(folder).output().unwrap();
    println!("{}", String::from_utf8_lossy(&out.stdout));
    assert!(out.status.success(), "{script} says: {}", String::from_utf8_lossy(&out.stderr));
}

/// The Python of `.ci/python/requirements.txt`: where the variable says, or in the target folder.
fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let named = std::env::var_os("KENG_PEERS_PYTHON").map(PathBuf::from);
    let found = named.or_else(|| Some(target.join("peers/bin/python")).filter(|python| python.exists()));
    if found.is_none() {
        missing("a Python with .ci/python/requirements.txt: set KENG_PEERS_PYTHON, or make the venv target/peers");
    }
    found
}

fn missing(what: &str) {
    assert!(std::env::var_os("KENG_REQUIRE").is_none(), "missing: {what}");
    println!("SKIPPED, for want of {what}");
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/export/tests/peers")
}
