//! A dialler that nobody here wrote sends what a site sends in a bad hour, over TCP and UDP.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::process::{Serve, init, run};

const ACCOUNTS: [(&str, &str, &str); 2] = [("tcp", "DC-09 by TCP", "1409"), ("udp", "DC-09 by UDP", "1410")];
/// A panic, a hold-up and thirty intrusions.
const EVENTS: usize = 32;

#[test]
fn a_dialler_of_others_is_acknowledged_over_tcp_and_udp_and_its_incidents_are_at_the_desks() {
    let Some(packages) = packages() else { return };
    let accounts =
        ACCOUNTS.map(|(_, _, account)| format!("[[dc09]]\naccount = \"{account}\"\nclear = true\n")).concat();
    let folder = init("dialler", two_sites, &accounts);
    let serve = Serve::start(&folder);
    let diallers: Vec<_> =
        ACCOUNTS.iter().map(|&(kind, what, account)| dial(&packages, kind, serve.at[what].port(), account)).collect();
    for dialler in diallers {
        let out = dialler.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success() && said.contains("unsent 0 connected True"), "{said}");
    }
    serve.stop();

    let config = folder.join("keng.toml");
    let export = run(&["journal", "export", "--config", config.to_str().unwrap(), "--output", "-"]);
    let entries: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let stored = entries.iter().filter(|entry| entry["kind"] == 65).count();
    assert_eq!(stored, ACCOUNTS.len() * EVENTS, "each event is stored once");

    let incidents = run(&["incident", "list", "--json", "--config", config.to_str().unwrap()]);
    let incidents: Vec<Value> = incidents.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let incidents = incidents
        .first()
        .filter(|first| first.is_array())
        .map_or(incidents.clone(), |all| all.as_array().unwrap().clone());
    let told: Vec<_> = incidents.iter().filter(|incident| incident["facts"]["matter"] == "attack").collect();
    assert_eq!(told.len(), ACCOUNTS.len(), "the panic and the hold-up of one site are one incident: {incidents:#?}");
    for incident in told {
        assert_eq!(incident["levels"].as_array().unwrap().len(), 3, "every level was told");
    }
}

/// The site of `init` with the first account, and one like it with the second.
fn two_sites(directory: &str) -> String {
    let (before, site) = directory.split_once("[[site]]").unwrap();
    let sites = ACCOUNTS.iter().enumerate().map(|(number, (_, _, account))| {
        let lines = site.lines().filter(|line| !line.starts_with("devices") && !line.starts_with('#'));
        let text = lines.collect::<Vec<_>>().join("\n").replace("pgd-01", &format!("pgd-{account}"));
        format!("[[site]]{text}\ndc09 = [{{ account = \"{account}\", device = \"00000000000000{number:02}\" }}]\n")
    });
    format!("{before}{}", sites.collect::<String>())
}

fn dial(packages: &Path, kind: &str, port: u16, account: &str) -> Child {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/dialler.py");
    Command::new("python3")
        .arg(script)
        .args([kind, &port.to_string(), account])
        .env("PYTHONPATH", packages)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Where the dialler is installed; `None`, with a word why, when it cannot be had and nobody insists.
fn packages() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dc09-spt");
    if folder.join("dc09_spt").exists() {
        return Some(folder);
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        folder.to_str().unwrap(),
        "dc09-spt",
        "pycryptodome",
    ];
    match Command::new("python3").args(install).output() {
        Ok(out) if out.status.success() => Some(folder),
        failed => {
            let insisted = std::env::var_os("KENG_REQUIRE").is_some();
            assert!(!insisted, "pip cannot install dc09-spt: {failed:?}");
            eprintln!("SKIPPED: python3 with pip could not install dc09-spt, the dialler of this test");
            None
        }
    }
}
