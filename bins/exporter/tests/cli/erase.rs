//! After `erase` no file of the store or of a fresh export has the name, the identity number or the evidence, and every other proof still verifies.

use std::fs;

use crate::program::{Folder, certificate, contains, files, person};

const NAME: &str = "Trần Thị Ấu Thơ";
const ID: &str = "031190004321";
const EVIDENCE: &str = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99";

/// Three hundred people, so that their records share pages and bundles with those that go.
fn crowd() -> Folder {
    let folder = Folder::with_store();
    let mut records = Vec::new();
    for number in 0..300 {
        let id = format!("NV-{number}");
        let is_one = number == 150;
        let (name, personal_id) = if is_one {
            (NAME.to_owned(), ID.to_owned())
        } else {
            (format!("Người {number}"), format!("{number:012}"))
        };
        let evidence = if is_one { EVIDENCE.to_owned() } else { format!("{number:064}") };
        records.push(person(&id, &name, &personal_id));
        records.push(certificate(&id, "guard-staff", &format!("BV-{number}"), &evidence));
        records.push(certificate(&id, "fitness", &format!("SK-{number}"), &evidence));
    }
    folder.add(&records);
    folder.good(["checkpoint"]);
    folder
}

#[test]
fn no_file_has_what_was_erased_and_every_other_proof_verifies() {
    let folder = crowd();
    fs::copy(folder.path("keng-guards/log/log.pub"), folder.path("log.pub")).unwrap();
    let others = [0, 449, 453, 899];
    for entry in others {
        folder.good(["prove", &entry.to_string(), "--out", &format!("before-{entry}")]);
    }
    let before = files(&folder.path("keng-guards"));
    for needle in [NAME, ID, EVIDENCE] {
        assert!(before.iter().any(|file| contains(file, needle)), "the scan would not find {needle} at all");
    }

    assert!(folder.good(["erase", "NV-150"]).contains("--yes"));
    assert_eq!(folder.json(["erase", "NV-150", "--yes"])["erased"].as_array().unwrap().len(), 3);
    folder.good(["checkpoint"]);
    for view in ["police", "auditor", "analyst"] {
        folder.good(["export", "--view", view, "--format", "csv", "--format", "json", "--out", &format!("out/{view}")]);
    }
    for file in files(&folder.path("keng-guards")).into_iter().chain(files(&folder.path("out"))) {
        for needle in [NAME, ID, EVIDENCE, "NV-150\""] {
            assert!(!contains(&file, needle), "{} has {needle}", file.display());
        }
    }

    for entry in others {
        let after = format!("after-{entry}");
        folder.good(["prove", &entry.to_string(), "--out", &after]);
        for proof in [format!("before-{entry}"), after] {
            let (text, record) = (format!("{proof}.tlog-proof"), format!("{proof}.json"));
            folder.good(["verify", &text, "--record", &record, "--log-key", "log.pub"]);
        }
    }
    assert!(folder.good(["verify"]).contains("3 erased"));
    folder.ends(1, ["prove", "451", "--out", "gone"]);
    folder.ends(1, ["erase", "NV-150", "--yes"]);
}
