//! Workbooks with the usual mistakes: every wrong cell is named, the good rows are not lost, and nothing is there twice.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{Format, Workbook};

use crate::program::{Folder, contains, files, person};

const MAP: &str = r#"
record = "certificate"
sheet = "Chứng nhận"
header = 2
[columns]
"Mã NV" = "person"
"Loại" = "kind"
"Số" = "number"
"Ngày cấp" = "issued"
"Đạt" = "fit"
[constants]
issuer = "PC06"
[values.kind]
"Bảo vệ" = "guard-company"
"Sức khỏe" = "fitness"
"#;

/// A sheet as people make them, and another that is not meant.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Ghi chú").unwrap().write(0, 0, "không phải trang này").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Chứng nhận").unwrap();
    sheet.merge_range(0, 0, 0, 4, "DANH SÁCH CHỨNG NHẬN 2026", &Format::new()).unwrap();
    // Headings with a blank that is none, and in pieces, as some keyboards write them.
    for (column, heading) in ["Mã\u{a0}NV", "Loa\u{323}i", "Số", "Ngày cấp ", "Đạt"].iter().enumerate() {
        sheet.write(1, u16::try_from(column).unwrap(), *heading).unwrap();
    }
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let rows = [
        ("NV-1", "Bảo vệ", "BV-1", "15/03/2026", ""),     // 3: good
        ("NV-1", "Sức khỏe", "SK-1", "31/06/2026", "có"), // 4: no such day
        ("NV-2", "Bảo vệ", "BV-1", "16/03/2026", ""),     // 5: a number that is there
        ("NV-2", "Nấu ăn", "NA-1", "16/03/2026", ""),     // 6: unknown course
        ("NV-9", "Bảo vệ", "BV-9", "16/03/2026", ""),     // 7: unknown person
        ("NV-2", "Sức khỏe", "", "16/03/2026", "có thể"), // 8: no number, neither yes nor no
        ("NV-2", "Bảo vệ", "BV-2", "", ""),               // 9: a formula
        ("NV-1", "Bảo vệ", "BV-3", "17/03/2026", ""),     // 10: hidden
        ("NV-2", "Sức khỏe", "SK-2", "", "Có"),           // 11: good, a real date
        ("NV-2", "Bảo vệ", "BV-4", "17/03/26", ""),       // 12: a short year
    ];
    for (at, (person, kind, number, issued, fit)) in rows.iter().enumerate() {
        let row = u32::try_from(at + 2).unwrap();
        for (column, text) in [(0, person), (1, kind), (2, number), (3, issued), (4, fit)] {
            if !text.is_empty() {
                sheet.write(row, column, *text).unwrap();
            }
        }
    }
    sheet.write_formula(8, 3, "=TODAY()").unwrap();
    sheet.set_row_hidden(9).unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 2, 28).unwrap();
    sheet.write_datetime_with_format(10, 3, &date, &day).unwrap();
    book.save_to_buffer().unwrap()
}

fn prepared() -> Folder {
    let folder = Folder::with_store();
    folder.add(&[person("NV-1", "A", "1"), person("NV-2", "B", "2")]);
    fs::write(folder.path("c.xlsx"), workbook()).unwrap();
    fs::write(folder.path("map.toml"), MAP).unwrap();
    folder
}

#[test]
fn every_wrong_cell_is_named_and_the_good_rows_are_imported_once() {
    let folder = prepared();
    let entries = |folder: &Folder| folder.json(["checkpoint"])["size"].as_u64().unwrap();
    let before = entries(&folder);

    // Dry first: nothing is written.
    folder.ends(1, ["import", "c.xlsx", "--map", "map.toml"]);
    assert_eq!(entries(&folder), before);
    folder.ends(1, ["import", "c.xlsx", "--map", "map.toml", "--commit"]);
    assert_eq!(entries(&folder), before + 2);
    folder.ends(1, ["import", "c.xlsx", "--map", "map.toml", "--commit"]);
    assert_eq!(entries(&folder), before + 2);

    let errors = fs::read_to_string(folder.path("import-errors.csv")).unwrap();
    let rows: Vec<Vec<&str>> = errors.lines().map(|line| line.split(',').collect()).collect();
    let says = |row: &str, column: &str, field: &str, problem: &str| {
        let found = rows.iter().any(|cells| {
            cells[0] == "Chứng nhận"
                && cells[1] == row
                && cells[2] == column
                && cells[3] == field
                && cells.join(",").contains(problem)
        });
        assert!(found, "{row}{column} {field}: {problem}\n{errors}");
    };
    says("4", "D", "issued", "there is no such day");
    says("5", "C", "number", "is in row 3 already");
    says("6", "B", "kind", "no kind of certificate");
    says("7", "A", "person", "nobody in the store has this number");
    says("8", "C", "number", "number is missing");
    says("8", "E", "fit", "neither yes nor no");
    says("9", "D", "issued", "a formula");
    says("10", "", "", "the row is hidden");
    says("12", "D", "issued", "a year of two digits");
    assert!(
        errors.contains("such as 30/06/2026") && errors.contains("unhide the row") && errors.contains("write one of: ")
    );
    // No content unless asked for.
    assert!(!errors.contains("31/06/2026") && !errors.contains("Nấu ăn"));
    folder.ends(1, ["import", "c.xlsx", "--map", "map.toml", "--with-content"]);
    assert!(fs::read_to_string(folder.path("import-errors.csv")).unwrap().contains("31/06/2026"));
}

#[test]
fn a_wrong_sheet_heading_or_field_stops_everything_and_says_what_there_is() {
    let folder = prepared();
    let refused = |from: &str, to: &str| {
        fs::write(folder.path("map.toml"), MAP.replace(from, to)).unwrap();
        String::from_utf8(folder.ends(65, ["import", "c.xlsx", "--map", "map.toml", "--commit"]).stderr).unwrap()
    };
    assert!(refused("sheet = \"Chứng nhận\"", "sheet = \"Sheet1\"").contains("there are: Ghi chú, Chứng nhận"));
    assert!(refused("sheet = \"Chứng nhận\"\n", "").contains("several sheets"));
    assert!(refused("header = 2", "header = 1").contains("Write header ="));
    assert!(refused("\"number\"", "\"nummer\"").contains("there is no field \"nummer\""));
    assert!(refused("[columns]", "[colums]").contains("map.toml"));
}

#[test]
fn names_in_pieces_from_a_csv_are_stored_whole_and_no_message_repeats_them() {
    let folder = Folder::with_store();
    let map = "record = 'person'\n[columns]\nid = 'id'\nname = 'name'\nborn = 'born'\ncccd = 'personal_id'\n\
               [constants]\nposition = 'bảo vệ'\nsite = 'KM-01'\nfrom = '2020-01-01'\n";
    fs::write(folder.path("map.toml"), map).unwrap();
    let rows = "id;name;born;cccd\nNV-1;Nguye\u{302}\u{303}n Thi\u{323} Ho\u{300}a;01/05/1990;031190000001\n\
                NV-2;Lê Văn Tám;29/02/1990;031190000002\nNV-3;\u{feff}Đặng\u{a0}Đào;2/3/1991;031190000003\n";
    fs::write(folder.path("p.csv"), rows).unwrap();
    let output = folder.ends(1, ["import", "p.csv", "--map", "map.toml", "--commit"]);
    for said in [output.stdout, output.stderr, fs::read(folder.path("import-errors.csv")).unwrap()] {
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("Tám") && !said.contains("031190000002"), "{said}");
    }
    let stored = folder.json(["status", "--names", "--skill", "guard"]).to_string();
    assert!(stored.contains("Nguyễn Thị Hòa") && stored.contains("Đặng Đào") && !stored.contains("Tám"), "{stored}");
    assert!(files(&folder.path("keng-guards")).iter().all(|file| !contains(file, "Lê Văn Tám")));
}

/// The same workbook, but counting days from 1904, as old Macs did.
fn from_1904(book: &[u8]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut file = old.by_index(at).unwrap();
        let (name, mut octets) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut octets).unwrap();
        if name == "xl/workbook.xml" {
            let text = String::from_utf8(octets).unwrap();
            assert!(text.contains("<workbookPr "));
            octets = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(&octets).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn days_counted_from_1904_are_the_days_that_were_meant() {
    let folder = prepared();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Chứng nhận").unwrap();
    for (column, text) in ["Mã NV", "Loại", "Số", "Ngày cấp", "Đạt"].iter().enumerate() {
        sheet.write(1, u16::try_from(column).unwrap(), *text).unwrap();
    }
    for (column, text) in [(0, "NV-1"), (1, "Bảo vệ"), (2, "BV-1904")] {
        sheet.write(2, column, text).unwrap();
    }
    // The number that stands in the file is 28 February 2026, counted from 1904.
    let counted = rust_xlsxwriter::ExcelDateTime::from_ymd(2022, 2, 27).unwrap();
    sheet.write_datetime_with_format(2, 3, &counted, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    fs::write(folder.path("c.xlsx"), from_1904(&book.save_to_buffer().unwrap())).unwrap();
    folder.good(["import", "c.xlsx", "--map", "map.toml", "--commit"]);
    let errors = fs::read_to_string(folder.path("import-errors.csv")).unwrap();
    assert!(errors.contains("counts days from 1904") && errors.contains("note"), "{errors}");
    let record = folder.json(["export", "--view", "person", "--person", "NV-1", "--format", "json", "--out", "out"]);
    assert!(record["files"].as_array().is_some_and(|files| files.len() == 1));
    assert!(fs::read_to_string(folder.path("out/person.json")).unwrap().contains("2026-02-28"));
}
