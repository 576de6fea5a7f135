//! Every format that is read and written says the same.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::program::{Folder, ended, refused};

const ROWS: [(&str, f64, f64, f64, &str); 3] = [
    ("A", 20.98, 106.50, 1.0, "gold_shop"),
    ("B", 20.97, 106.52, 0.0, "bank_branch"),
    ("C", 20.99, 106.44, 2.0, "credit_fund"),
];

fn csv() -> String {
    let rows: String =
        ROWS.iter().map(|(id, lat, lon, guards, kind)| format!("{id},{lat},{lon},{guards},{kind}\n")).collect();
    format!("\u{feff}id,lat,lon,guards,kind\n{rows}")
}

fn geojson() -> String {
    let features: Vec<Value> = ROWS
        .iter()
        .map(|(id, lat, lon, guards, kind)| {
            json!({ "type": "Feature", "id": id, "geometry": { "type": "Point", "coordinates": [lon, lat] },
                "properties": { "guards": guards, "kind": kind } })
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn parquet() -> Vec<u8> {
    let numbers = |pick: fn(&(&str, f64, f64, f64, &str)) -> f64| {
        Arc::new(Float64Array::from_iter_values(ROWS.iter().map(pick))) as ArrayRef
    };
    let texts = |pick: fn(&(&'static str, f64, f64, f64, &'static str)) -> &'static str| {
        Arc::new(StringArray::from_iter_values(ROWS.iter().map(pick))) as ArrayRef
    };
    let batch = RecordBatch::try_from_iter([
        ("id", texts(|row| row.0)),
        ("lat", numbers(|row| row.1)),
        ("lon", numbers(|row| row.2)),
        ("guards", numbers(|row| row.3)),
        ("kind", texts(|row| row.4)),
    ])
    .unwrap();
    let mut octets = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut octets, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    octets
}

/// A workbook of one sheet, as small as it can be, so that nothing but the format itself is trusted.
fn xlsx() -> Vec<u8> {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let mut rows = format!("<row>{}</row>", ["id", "lat", "lon", "guards", "kind"].map(cell).concat());
    for (id, lat, lon, guards, kind) in ROWS {
        rows += &format!(
            "<row>{}<c><v>{lat}</v></c><c><v>{lon}</v></c><c><v>{guards}</v></c>{}</row>",
            cell(id),
            cell(kind)
        );
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let files = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Sites\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    stored_zip(&files)
}

/// A ZIP archive without compression.
fn stored_zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let start = u32::try_from(out.len()).unwrap();
        let (crc, size) = (crc32(text.as_bytes()), u32::try_from(text.len()).unwrap());
        let mut common = Vec::new();
        for part in [20_u16, 0, 0, 0, 0x21] {
            common.extend(part.to_le_bytes());
        }
        for part in [crc, size, size] {
            common.extend(part.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (
        u32::try_from(out.len()).unwrap(),
        u32::try_from(directory.len()).unwrap(),
        u16::try_from(files.len()).unwrap(),
    );
    out.extend(directory);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn crc32(octets: &[u8]) -> u32 {
    !octets.iter().fold(!0, |crc, octet| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn sites(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["sites"].clone()
}

#[test]
fn csv_xlsx_parquet_and_geojson_give_the_same_scores() {
    let folder = Folder::empty();
    folder.write("in.csv", csv());
    folder.write("in.geojson", geojson());
    folder.write("in.parquet", parquet());
    folder.write("in.xlsx", xlsx());
    let from_csv = sites(&ended(&folder.keng("score in.csv --to json"), 0));
    assert_eq!(from_csv.as_array().unwrap().len(), 3);
    for name in ["in.geojson", "in.parquet", "in.xlsx"] {
        assert_eq!(sites(&ended(&folder.keng(&format!("score {name} --to json")), 0)), from_csv, "{name}");
    }
    assert_eq!(sites(&ended(&folder.keng_fed("score - --to json", csv().as_bytes()), 0)), from_csv, "standard input");
    assert_eq!(
        sites(&ended(&folder.keng_fed("score - --format geojson --to json", geojson().as_bytes()), 0)),
        from_csv
    );
}

#[test]
fn csv_json_parquet_and_geojson_say_the_same() {
    let folder = Folder::with_demo();
    let json = sites(&ended(&folder.keng("score sites.csv --to json"), 0));
    let csv = ended(&folder.keng("score sites.csv --to csv"), 0);
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let (id, score) = (0, header.iter().position(|name| *name == "score").unwrap());
    for (line, site) in csv.lines().skip(1).zip(json.as_array().unwrap()) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[id], cells[score].parse().ok()), (site["id"].as_str().unwrap(), site["score"].as_i64()));
        let reasons = header
            .iter()
            .zip(&cells)
            .filter(|(name, _)| name.contains('.'))
            .map(|(_, cell)| cell.parse::<i64>().unwrap());
        assert_eq!(Some(reasons.sum::<i64>()), site["score"].as_i64(), "as printed, they sum to it");
    }
    let geojson: Value = serde_json::from_str(&ended(&folder.keng("score sites.csv --to geojson"), 0)).unwrap();
    assert_eq!(geojson["features"][4]["properties"], json[4]);
    ended(&folder.keng("score sites.csv --to parquet --output out.parquet"), 0);
    let file = std::fs::File::open(folder.path("out.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let about = reader.schema().metadata().clone();
    assert_eq!(about.get("keng.model").map(String::as_str), Some("keng-default"), "{about:?}");
    assert_eq!(about.get("keng.data_sha256").map(String::len), Some(64));
    assert_eq!(reader.build().unwrap().next().unwrap().unwrap().num_rows(), 21);
}

#[test]
fn the_same_input_and_seed_give_the_same_octets_on_any_number_of_threads() {
    let folder = Folder::with_demo();
    let run = |more: &str| {
        let outs = ["--to csv", "--to parquet --output -", "--to html"];
        outs.map(|to| folder.keng(&format!("score sites.csv --posts posts.csv --budget 300 {to} {more}")).stdout)
    };
    let one = run("--threads 1");
    assert!(one.iter().all(|octets| octets.len() > 1000));
    assert!(one == run("--threads 2") && one == run("--threads 5"));
    assert!(one[0] != run("--threads 2 --seed 2")[0]);
}

#[test]
fn text_that_a_spreadsheet_would_run_is_written_as_text() {
    let folder = Folder::empty();
    folder.write("in.csv", "id,name\nA,\"=HYPERLINK(\"\"x\"\")\"\n");
    assert!(ended(&folder.keng("score in.csv --to csv"), 0).contains("\"'=HYPERLINK(\"\"x\"\")\""));
}

#[test]
fn a_pipe_hears_nothing_but_the_result() {
    let folder = Folder::with_demo();
    let output = folder.keng("score sites.csv --to csv");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
    refused(&folder.keng("score sites.csv --output no/such/folder.csv --to csv"), 74);
}
