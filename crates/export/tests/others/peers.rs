//! Other people's software, and what to do where it is not.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a script of `tests/peers` with the Python that has `.ci/python/requirements.txt`; what it prints is shown.
pub(crate) fn python(script: &str, arguments: &[&str]) {
    if let Some(python) = found() {
        run(Command::new(python), script, arguments);
    }
}

/// Runs such a script that must not be content, and gives what it says; `None` where it cannot be run.
pub(crate) fn complaint(script: &str, arguments: &[&str]) -> Option<String> {
    let out = Command::new(found()?).arg(folder().join(script)).args(arguments).output().unwrap();
    assert!(!out.status.success(), "{script} is content");
    Some(String::from_utf8_lossy(&out.stderr).into_owned())
}

/// Runs a script of `tests/peers` with node and the npm packages beside it.
pub(crate) fn node(script: &str, arguments: &[&str]) {
    let has_node = Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    if has_node && folder().join("node_modules/jsonld-signatures/package.json").exists() {
        run(Command::new("node"), script, arguments);
    } else {
        missing("node, and npm ci in crates/export/tests/peers");
    }
}

fn run(mut program: Command, script: &str, arguments: &[&str]) {
    let out = program.arg(folder().join(script)).args(arguments).output().unwrap();
    println!("{}", String::from_utf8_lossy(&out.stdout));
    assert!(out.status.success(), "{script} says: {}", String::from_utf8_lossy(&out.stderr));
}

fn missing(what: &str) {
    assert!(std::env::var_os("KENG_REQUIRE").is_none(), "missing: {what}");
    println!("SKIPPED, for want of {what}");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers")
}

fn found() -> Option<PathBuf> {
    let python = std::env::var_os("KENG_PEERS_PYTHON").map(PathBuf::from).or_else(venv);
    if python.is_none() {
        missing("a Python with .ci/python/requirements.txt: set KENG_PEERS_PYTHON, or make the venv target/peers");
    }
    python
}

/// The environment that the project's own check makes: `peers` in the target folder.
fn venv() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    Some(target.join("peers/bin/python")).filter(|python| python.exists())
}
