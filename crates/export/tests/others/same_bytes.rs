//! The same input gives the same bytes.

use std::fs;

use crate::folder::write;

#[test]
fn two_folders_of_the_same_records_are_alike_to_the_octet() {
    let (one, other) = (write("once"), write("again"));
    let manifests = [&one, &other].map(|folder| fs::read(folder.join("manifest.json")).unwrap());
    assert_eq!(manifests[0], manifests[1], "the manifest has the hash of every other file");
    for file in ["certificates.xlsx", "certificates.parquet", "sheets.pdf"] {
        assert_eq!(fs::read(one.join(file)).unwrap(), fs::read(other.join(file)).unwrap(), "{file}");
    }
}
