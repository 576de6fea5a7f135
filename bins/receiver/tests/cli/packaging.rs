//! What a distribution installs: the unit, the manual, the rules and the dashboard of the monitoring.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::program::{Folder, ended};

/// The highest exposure that the unit may have, by systemd's own count.
const EXPOSURE: f64 = 2.0;

#[test]
fn the_unit_is_confined_as_systemd_counts_it() {
    let unit = packaged("keng-receiver.service");
    let Ok(scored) =
        Command::new("systemd-analyze").args(["security", "--offline=true", "--no-pager"]).arg(unit).output()
    else {
        return skipped("systemd-analyze is not installed");
    };
    let scored = String::from_utf8_lossy(&scored.stdout).into_owned();
    let exposure =
        scored.split("Overall exposure level for keng-receiver.service: ").nth(1).unwrap_or_else(|| panic!("{scored}"));
    let exposure: f64 = exposure.split(' ').next().unwrap().parse().unwrap();
    assert!(exposure <= EXPOSURE, "{scored}");
}

#[test]
fn the_manual_and_the_completions_are_made_from_the_arguments() {
    let folder = Folder::empty();
    ended(&folder.keng(["manual", "out"]), 0);
    let page = folder.text("out/man1/keng-receiver-route-test.1");
    assert!(page.contains("undelivered") && page.contains("Exit codes"), "{page}");
    for name in ["keng-receiver.bash", "_keng-receiver", "keng-receiver.fish"] {
        assert!(folder.text(&format!("out/completions/{name}")).contains("route"), "{name}");
    }
}

#[test]
fn the_alerts_and_the_dashboard_name_only_what_is_measured() {
    let measured: BTreeSet<String> = std::fs::read_to_string(packaged("METRICS.md"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned))
        .collect();
    assert!(measured.len() > 10, "{measured:?}");
    for file in ["alerts.yml", "dashboard.json"] {
        let text = std::fs::read_to_string(packaged(file)).unwrap();
        let named = text
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .filter(|word| word.starts_with("keng_"));
        let unknown: Vec<_> = named.filter(|name| !measured.contains(*name)).collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}");
    }
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(packaged("dashboard.json")).unwrap()).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() >= 8);
}

fn packaged(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)
}

/// With `KENG_REQUIRE=1` nothing may be skipped.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn skipped(why: &str) {
    assert!(std::env::var_os("KENG_REQUIRE").is_none(), "{why}");
    println!("SKIPPED: {why}");
}
