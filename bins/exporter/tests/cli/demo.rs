//! The demo, on a machine that has nothing but the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::program::{Folder, contains, files};

#[test]
fn the_demo_writes_every_view_in_every_format_and_all_of_it_verifies() {
    let folder = Folder::empty();
    let said = folder.good(["demo", "--out", "d", "--at", "2026-11-24T09:00"]);
    assert!(said.contains("invented") && said.contains("Blocked shift") && said.contains("soonest"), "{said}");
    for view in ["police", "person"] {
        let place = if view == "police" { "for-police" } else { "for-one-guard" };
        for ending in ["csv", "xlsx", "parquet", "json", "ics", "pdf", "html"] {
            let file = folder.path(&format!("d/{place}/{view}.{ending}"));
            assert!(fs::metadata(&file).is_ok_and(|file| file.len() > 200), "{}", file.display());
        }
        assert!(files(&folder.path(&format!("d/{place}/badges"))).len() > 1);
    }
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.path("d/for-police/manifest.json")).unwrap()).unwrap();
    let issuer = manifest["issuer"].as_str().unwrap().to_owned();
    for place in ["for-police", "for-auditor", "for-analyst", "for-one-guard"] {
        folder.good(["verify", &format!("d/{place}/manifest.json"), "--issuer", &issuer]);
    }
    folder.good(["verify", "d/for-auditor/log", "--log-key", "d/for-auditor/log/log.pub"]);
    folder.good(["verify", "--store", "d/store"]);
    let badge = files(&folder.path("d/for-one-guard/badges")).remove(0);
    let (good, changed) = (badge.to_str().unwrap(), folder.path("changed.json"));
    folder.good(["verify", good, "--issuer", &issuer]);
    fs::write(&changed, fs::read_to_string(good).unwrap().replace("NV-0002", "NV-0003")).unwrap();
    folder.ends(1, ["verify", "changed.json", "--issuer", &issuer]);
    let proof = [
        "verify",
        "d/proof/qualified.tlog-proof",
        "--record",
        "d/proof/qualified.json",
        "--log-key",
        "d/store/log/log.pub",
    ];
    folder.good(proof.into_iter().chain(["--cosigner", "d/police/police.pub", "--quorum", "1"]));

    // The auditor, the analyst and the scorer are told no name.
    let people: Value = serde_json::from_slice(&fs::read(folder.path("d/for-police/police.json")).unwrap()).unwrap();
    let names: BTreeSet<_> = rows(&people).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    assert!(names.len() > 60, "{}", names.len());
    let told = ["d/for-auditor", "d/for-analyst"].map(|place| files(&folder.path(place))).concat();
    for file in told.iter().chain([&folder.path("d/scorer-input.csv")]) {
        assert!(names.iter().all(|name| !contains(file, name)), "{}", file.display());
    }

    // Nobody stands out among fewer than five.
    let analyst: Value = serde_json::from_slice(&fs::read(folder.path("d/for-analyst/analyst.json")).unwrap()).unwrap();
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&analyst) {
        *groups.entry(format!("{}{}{}", row["ward"], row["position"], row["age_band"])).or_default() += 1;
    }
    assert!(groups.len() > 3 && groups.values().all(|size| *size >= 5), "{groups:?}");
}

/// The rows of a JSON export.
fn rows(json: &Value) -> Vec<Value> {
    json.as_array().or_else(|| json["rows"].as_array()).unwrap().clone()
}
