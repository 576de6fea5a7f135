//! Workbooks of others are read as they were meant, and what is odd about them is told with its place.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use keng_export::read::{Book, Error, Finding, Value, book};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{folder, peers};

#[test]
fn a_workbook_of_openpyxl_with_the_usual_mistakes_is_read_with_each_of_them_told() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export-odd");
    fs::create_dir_all(&folder).unwrap();
    peers::python("odd.py", &[folder.to_str().unwrap()]);
    let Ok(file) = fs::read(folder.join("odd.xlsx")) else { return };
    let read = book(&file).unwrap();
    assert_eq!(read.sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["Bảo vệ", "Nháp"]);
    let told = said(&read);
    let expected = [
        "Bảo vệ!A1 Merged { row: 1, column: 4 }",
        "Bảo vệ!A3 Decomposed",
        "Bảo vệ!D3 Formula",
        "Bảo vệ!A4 Invisible",
        "Bảo vệ!A4 Padded",
        "Bảo vệ!5 HiddenRow",
        "Bảo vệ!C HiddenColumn",
        "Nháp! HiddenSheet",
    ];
    for line in expected {
        assert!(told.contains(&line.to_owned()), "{line} is not among {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    let row = |number| read.sheets[0].rows.iter().find(|row| row.number == number).unwrap();
    assert_eq!(row(3).at(1), Some(&Value::Text("Phạm Quốc Huỳnh".to_owned())));
    assert_eq!(row(3).at(2), Some(&Value::Date(day(2026, 3, 15))));
    assert_eq!(row(4).at(2), Some(&Value::Text("31/06/2026".to_owned())), "what is no date is a text");
    assert_eq!(row(5).at(2), Some(&Value::DateTime(day(2024, 2, 29).and_hms_opt(8, 30, 0).unwrap())));
    let old = book(&fs::read(folder.join("mac.xlsx")).unwrap()).unwrap();
    assert_eq!(said(&old), ["Sheet! System1904"]);
    assert_eq!(old.sheets[0].rows[0].at(1), Some(&Value::Date(day(2026, 3, 15))), "the same day in the other system");
}

#[test]
fn dates_of_both_systems_are_right_at_their_edges() {
    let cells = |system: &str| {
        let cells = ["1", "59", "60", "61", "46096.5", "0.354166666666667", "-1"]
            .map(|serial| format!("<c s=\"1\"><v>{serial}</v></c>"));
        book(&workbook(system, &format!("<row r=\"1\">{}</row>", cells.concat()))).unwrap()
    };
    let read = cells("");
    let values: Vec<_> = read.sheets[0].rows[0].cells.iter().map(|(_, value)| value.clone()).collect();
    let noon = day(2026, 3, 15).and_hms_opt(12, 0, 0).unwrap();
    let expected = vec![
        Value::Date(day(1900, 1, 1)),
        Value::Date(day(1900, 2, 28)),
        Value::Number(60.0),
        Value::Date(day(1900, 3, 1)),
        Value::DateTime(noon),
        Value::Time(NaiveTime::from_hms_opt(8, 30, 0).unwrap()),
        Value::Number(-1.0),
    ];
    assert_eq!(values, expected);
    assert_eq!(said(&read), ["S!C1 NoSuchDay", "S!G1 NoSuchDay"]);
    let read = cells(" date1904=\"1\"");
    assert_eq!(read.sheets[0].rows[0].at(1), Some(&Value::Date(day(1904, 1, 2))));
    assert_eq!(read.sheets[0].rows[0].at(4), Some(&Value::Date(day(1904, 3, 2))));
}

#[test]
fn what_we_write_we_read_back() {
    for (name, file) in folder::tables().iter().filter(|(name, _)| name.ends_with("csv") || name.ends_with("xlsx")) {
        let read = book(file).unwrap();
        assert_eq!(read.sheets[0].rows.len(), folder::rows().len() + 1, "{name}");
        for (row, expected) in read.sheets[0].rows.iter().skip(1).zip(folder::rows()) {
            for (column, cell) in (1..).zip(&expected) {
                if let keng_export::Cell::Text(text) = cell {
                    let text: String = unicode_normalization::UnicodeNormalization::nfc(text.as_ref()).collect();
                    let expected = (!text.is_empty()).then_some(Value::Text(text));
                    assert_eq!(row.at(column).cloned(), expected, "{name}, row {}, column {column}", row.number);
                }
            }
        }
    }
}

#[test]
fn comma_separated_files_of_others_are_read_whatever_their_separator_and_octets() {
    let rows = |file: &[u8]| book(file).unwrap().sheets.remove(0).rows;
    let expected = rows("Tên,Ngày\r\nĐỗ Đạt,31/06/2026\r\n".as_bytes());
    assert_eq!(expected[1].at(1), Some(&Value::Text("Đỗ Đạt".to_owned())));
    for other in [
        "sep=;\r\nTên;Ngày\nĐỗ Đạt;31/06/2026\n",
        "Tên\tNgày\nĐỗ Đạt\t31/06/2026",
        "\u{feff}\"Tên\",Ngày\nĐỗ Đạt,31/06/2026\n",
    ] {
        assert_eq!(rows(other.as_bytes()), expected, "{other:?}");
    }
    let utf16: Vec<u8> =
        "\u{feff}Tên\tNgày\r\nĐỗ Đạt\t31/06/2026\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(rows(&utf16), expected);
    let broken = book(b"Ten,Ngay\nNguy\xean,1\nLan,2\n").unwrap();
    assert_eq!(said(&broken), ["A2 NotUtf8"]);
    assert_eq!(broken.sheets[0].rows.len(), 3, "the good rows are not lost");
}

#[test]
fn what_is_no_workbook_is_refused_by_what_it_is() {
    assert_eq!(book(b""), Err(Error::Empty));
    assert_eq!(book(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Err(Error::OldOrLocked));
    assert!(matches!(book(b"PK\x03\x04 and nothing more"), Err(Error::Workbook(_))));
    let whole = workbook("", "<row r=\"1\"><c><v>1</v></c></row>");
    for end in (0..whole.len()).step_by(7) {
        assert!(book(&whole[..end]).is_err() || end < 4, "half a workbook is no workbook: {end}");
    }
    let broken = workbook("", "<row r=\"1\"><c><v>1</c></row>");
    assert!(matches!(book(&broken), Err(Error::Workbook(_))));
}

/// All findings, each as a line.
fn said(book: &Book) -> Vec<String> {
    book.findings.iter().map(|(place, finding): &(_, Finding)| format!("{place} {finding:?}")).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A workbook by hand: one sheet `S`, style 1 is a date.
fn workbook(properties: &str, rows: &str) -> Vec<u8> {
    let (main, package) =
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/package/2006");
    let related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"{types}.sheet.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{related}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{related}\"><workbookPr{properties}/><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{related}/worksheet\" Target=\"worksheets/s.xml\"/><Relationship Id=\"b\" Type=\"{related}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/s.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        zip.start_file(path, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
