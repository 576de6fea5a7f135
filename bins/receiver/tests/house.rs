//! The map in ARCHITECTURE.md cannot drift from the code: every arrow between our packages is in this table, and no other is in the code.
#![expect(clippy::unwrap_used, reason = "a test's own reading of cargo's output")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Who may use whom, in normal dependencies. Libraries first, in the order of the house; then the binaries.
const ARROWS: &[(&str, &[&str])] = &[
    ("keng-protocol", &[]),
    ("keng-dc09", &["keng-protocol"]),
    ("keng-dispatch", &["keng-protocol"]),
    ("keng-geo", &[]),
    ("keng-risk", &["keng-geo"]),
    ("keng-ledger", &[]),
    ("keng-training", &["keng-ledger"]),
    ("keng-export", &[]),
    ("keng-journal", &[]),
    ("keng-station", &["keng-dc09", "keng-dispatch", "keng-journal", "keng-protocol"]),
    ("keng-console", &["keng-dispatch", "keng-geo", "keng-protocol", "keng-station"]),
    (
        "keng-receiver",
        &["keng-console", "keng-dc09", "keng-dispatch", "keng-geo", "keng-journal", "keng-protocol", "keng-station"],
    ),
    ("keng-scorer", &["keng-geo", "keng-risk"]),
    ("keng-exporter", &["keng-export", "keng-ledger", "keng-training"]),
    ("keng-testkit", &["keng-dispatch", "keng-journal", "keng-protocol"]),
    ("keng-benches", &["keng-dc09", "keng-dispatch", "keng-protocol", "keng-station"]),
    ("keng-examples", &[]),
];

/// What a pure crate must not have in its tree: a runtime, a socket, TLS, storage, randomness.
const PURE: &[&str] = &[
    "keng-protocol",
    "keng-dc09",
    "keng-dispatch",
    "keng-geo",
    "keng-risk",
    "keng-ledger",
    "keng-training",
    "keng-export",
];
const IMPURE: &[&str] =
    &["tokio", "mio", "socket2", "rustls", "aws-lc-sys", "ring", "openssl-sys", "getrandom", "rand", "libsqlite3-sys"];

/// What one pure crate may bring all the same. Parquet's writer and the zip reader seed their hash maps with it; nothing that is written depends on it
/// (`the same input gives the same bytes` is a test of `keng-export`).
const PARDONED: &[(&str, &str)] = &[("keng-export", "getrandom")];

#[test]
fn the_arrows_in_the_code_are_the_arrows_in_the_table() {
    let packages = metadata()["packages"].as_array().unwrap().clone();
    let ours: BTreeSet<(String, Vec<String>)> = packages.iter().map(arrows).collect();
    let table = ARROWS.iter().map(|(from, to)| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect()));
    assert_eq!(ours, table.collect());
}

#[test]
fn the_pure_crates_are_pure_down_to_their_last_dependency() {
    for package in PURE {
        let tree = tree(package);
        let found: Vec<_> =
            IMPURE.iter().filter(|name| tree.contains(**name) && !PARDONED.contains(&(*package, **name))).collect();
        assert!(found.is_empty(), "{package} brings {found:?}");
    }
}

#[test]
fn the_protocol_is_light_to_embed() {
    let tree = tree("keng-protocol");
    assert!(tree.len() <= 32, "{} crates: {tree:?}", tree.len());
    assert!(!tree.iter().any(|name| name == "cc" || name.ends_with("-sys")), "needs a C compiler: {tree:?}");
}

fn arrows(package: &Value) -> (String, Vec<String>) {
    let is_ours = |name: &&str| name.starts_with("keng-");
    let normal = package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
    let mut to: Vec<_> =
        normal.map(|dependency| dependency["name"].as_str().unwrap()).filter(is_ours).map(str::to_owned).collect();
    to.sort();
    (package["name"].as_str().unwrap().to_owned(), to)
}

fn metadata() -> Value {
    serde_json::from_slice(&cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"])).unwrap()
}

/// The names of all crates in a package's tree of normal and build dependencies.
fn tree(package: &str) -> BTreeSet<String> {
    let out = cargo(&["tree", "-p", package, "-e", "normal,build", "--prefix", "none", "--format", "{p}", "--offline"]);
    String::from_utf8(out).unwrap().lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let out = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}
