//! What is wrong with an input is said with file, row and column, and every other row is kept if asked for.

use crate::program::{Folder, ended, refused};

const HEADER: &str = "id,name,lat,lon,guards,distance_homes_m,open_from_h,open_to_h";

/// One good row before and one behind the bad one.
fn around(row: &str) -> String {
    format!("{HEADER}\nA,Good,20.98,106.5,1,100,8,17\n{row}\nZ,Also good,20.97,106.51,2,50,8,17\n")
}

/// Runs `check` on a CSV file, then `score --keep-going`: it is refused with these words, and the two good rows are scored.
#[track_caller]
fn refused_and_kept(text: &str, words: &[&str], kept: &[&str]) {
    let folder = Folder::empty();
    folder.write("in.csv", text);
    let said = ended(&folder.keng("check in.csv"), 65);
    for word in words.iter().chain(&["in.csv"]) {
        assert!(said.contains(word), "{said} has no {word}");
    }
    assert_eq!(refused(&folder.keng("score in.csv"), 65).trim_start_matches("keng-scorer: ").trim(), said.trim());
    let scored = ended(&folder.keng("score in.csv --keep-going --to csv"), 0);
    let ids: Vec<&str> = scored.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(ids, kept, "{scored}");
}

#[test]
fn a_distance_in_the_wrong_unit() {
    refused_and_kept(
        &around("B,Bad,20.98,106.5,1,5000000,8,17"),
        &["row 3", "column distance_homes_m", "0 to 50000 m", "another unit"],
        &["A", "Z"],
    );
}

#[test]
fn swapped_latitude_and_longitude() {
    refused_and_kept(
        &around("B,Bad,106.5,20.98,1,5,8,17"),
        &["row 3", "column lat", "swapped", "20.98, 106.5"],
        &["A", "Z"],
    );
}

#[test]
fn swapped_where_both_are_places_on_earth() {
    let text = "id,lat,lon\nA,43.73,7.42\nB,43.74,7.43\nC,7.42,43.73\nD,43.735,7.425\n";
    refused_and_kept(text, &["row 4", "swapped", "43.73, 7.42"], &["A", "B", "D"]);
}

#[test]
fn duplicates() {
    refused_and_kept(&around("A,Other,20.9,106.4,1,5,8,17"), &["row 3", "column id", "row 2"], &["A", "Z"]);
    refused_and_kept(
        &around("B,Good,20.98,106.5,1,5,8,17"),
        &["row 3", "the same name and place as in row 2"],
        &["A", "Z"],
    );
}

#[test]
fn values_that_are_none() {
    refused_and_kept(
        &around("B,Bad,20.98,106.5,many,5,8,17"),
        &["row 3", "column guards", "\"many\"", "is no number"],
        &["A", "Z"],
    );
    refused_and_kept(&around("B,Bad,20.98,,1,5,8,17"), &["row 3", "column lon", "half of a coordinate"], &["A", "Z"]);
    refused_and_kept(&around("B,Bad,20.98,106.5,1,5,17,8"), &["row 3", "closes before it opens"], &["A", "Z"]);
    refused_and_kept(&around(",Bad,20.98,106.5,1,5,8,17"), &["row 3", "column id", "missing"], &["A", "Z"]);
    refused_and_kept(&around("B,Bad,20.98"), &["row 3", "3 cells", "8 columns"], &["A", "Z"]);
    refused_and_kept(&around("B,Bad,NaN,106.5,1,5,8,17"), &["row 3", "lat"], &["A", "Z"]);
    refused_and_kept(&around("B,Bad,20.98,106.5,inf,5,8,17"), &["row 3", "column guards"], &["A", "Z"]);
}

#[test]
fn columns_that_nobody_knows() {
    let folder = Folder::empty();
    folder.write("in.csv", "id,gaurds,colour\nA,1,red\n");
    let said = ended(&folder.keng("check in.csv"), 65);
    assert!(said.contains("column gaurds: unknown column; did you mean guards?"), "{said}");
    assert!(said.contains("column colour: unknown column"), "{said}");
    assert!(ended(&folder.keng("score in.csv --keep-going --to csv"), 0).contains("\nA,"));
    folder.write("twice.csv", "id,guards,guards\nA,1,2\n");
    assert!(refused(&folder.keng("score twice.csv --keep-going"), 65).contains("there twice"));
}

#[test]
fn files_without_sites() {
    let folder = Folder::empty();
    for (name, text) in
        [("a.csv", ""), ("b.csv", "id,guards\n"), ("c.geojson", "{\"features\": []}"), ("d.geojson", "{")]
    {
        folder.write(name, text);
        assert!(refused(&folder.keng(&format!("score {name} --keep-going")), 65).contains(name));
    }
    for name in ["e.xlsx", "f.parquet"] {
        folder.write(name, "not that format");
        assert!(refused(&folder.keng(&format!("score {name}")), 65).contains("cannot be read"));
    }
    folder.write("g.csv", "name,guards\nX,1\n");
    assert!(refused(&folder.keng("score g.csv"), 65).contains("column id"));
}

#[test]
fn a_row_of_a_million_columns() {
    refused_and_kept(&around(&"1,".repeat(999_999)), &["row 3", "1000000 columns, more than 1000"], &["A", "Z"]);
    let folder = Folder::empty();
    folder.write("in.csv", format!("{}\nA\n", "x,".repeat(999_999)));
    assert!(refused(&folder.keng("score in.csv --keep-going"), 65).contains("row 1: 1000000 columns, more than 1000"));
}

#[test]
fn octets_that_are_no_text() {
    let folder = Folder::empty();
    folder.write("in.csv", [b"id,name\nA,Good\nB,".as_slice(), b"\xff\xfe", b"\nZ,Good too\n"].concat());
    assert!(ended(&folder.keng("check in.csv"), 65).contains("row 3: is not UTF-8"));
    assert_eq!(ended(&folder.keng("score in.csv --keep-going --to csv"), 0).lines().count(), 3);
}

#[test]
fn problems_are_said_in_vietnamese_too_and_as_json() {
    let folder = Folder::empty();
    folder.write("in.csv", around("B,Bad,20.98,106.5,1,5000000,8,17"));
    let said = ended(&folder.keng("check in.csv --lang vi"), 65);
    assert!(said.contains("dòng 3, cột distance_homes_m") && said.contains("sai đơn vị"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&ended(&folder.keng("check in.csv --json"), 65)).unwrap();
    assert_eq!((json["rows"].as_u64(), json["problems"].as_u64()), (Some(2), Some(1)));
    assert_eq!(
        (json["listed"][0]["row"].as_u64(), json["listed"][0]["column"].as_str()),
        (Some(3), Some("distance_homes_m"))
    );
}

#[test]
fn many_problems_are_counted_and_not_all_listed() {
    let folder = Folder::empty();
    let rows: String = (0..500).map(|n| format!("{n},x\n")).collect();
    folder.write("in.csv", format!("id,guards\n{rows}"));
    let said = ended(&folder.keng("check in.csv"), 65);
    assert!(said.contains("... and 450 more problems") && said.lines().count() == 51, "{said}");
}
