//! The formats say the same, cell by cell, as other people's readers have it.

use crate::{folder, peers};

#[test]
fn openpyxl_pyarrow_duckdb_icalendar_pypdf_and_html5lib_read_the_same_cells() {
    let folder = folder::write("same");
    peers::python("say_the_same.py", &[folder.to_str().unwrap()]);
}

#[test]
fn one_letter_that_differs_in_one_format_is_seen_by_the_reader_of_that_format() {
    for (ending, reader) in
        [("csv", "csv"), ("xlsx", "openpyxl"), ("parquet", "pyarrow"), ("html", "html"), ("pdf", "pypdf")]
    {
        let folder = folder::write_lying(&format!("lying-{ending}"), ending);
        let Some(complaint) = peers::complaint("say_the_same.py", &[folder.to_str().unwrap()]) else { return };
        assert!(complaint.contains(&format!("DIFFERENT: {reader} row 42 note")), "{complaint}");
    }
}

#[test]
fn the_json_is_its_own_canonical_form_and_the_codes_are_read_and_verified() {
    let folder = folder::write("codes");
    peers::node("say_the_same.mjs", &[folder.to_str().unwrap()]);
}
