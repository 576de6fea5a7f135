//! Rows per second of CPU time in each format, and how much memory a million of them take; 15 columns, written to a file.
//!
//! Goals: CSV 1,000,000, Parquet 500,000, XLSX 60,000 rows per CPU-second; a million rows in less than 200 MB. With `--to FOLDER` the files stay there,
//! for `crates/export/tests/peers/speed.py`, which measures pandas and XlsxWriter on the same rows.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate, Utc};
use keng_benches::measure::{is_test, is_wanted, median, resident, timed};
use keng_export::{Cell, Column, Kind, Language, Table, csv, html, json, parquet, xlsx};

const ROUNDS: usize = 3;
const MILLION: u32 = 1_000_000;
/// Memory is looked at each time that so many rows are written.
const LOOK: u32 = 50_000;
const FORMATS: [(&str, &str); 5] = [
    ("csv", "at least 1,000,000"),
    ("parquet", "at least 500,000"),
    ("xlsx", "at least 60,000"),
    ("json", "none"),
    ("html", "none"),
];

fn main() {
    let (rows, rounds) = if is_test() { (1_000, 1) } else { (MILLION, ROUNDS) };
    let table = table();
    let folder = folder();
    let (_, _, making) = timed(|| (0..rows).for_each(|number| drop(std::hint::black_box(row(number)))));
    println!("making {rows} rows takes {:.2} CPU-seconds, which is in every rate below", making.as_secs_f64());
    for (format, goal) in FORMATS.into_iter().filter(|(format, _)| is_wanted(format)) {
        let mut rates = Vec::new();
        let mut most = 0;
        for _ in 0..rounds {
            let path = folder.join(format!("rows.{format}"));
            let (seen, _, cpu) = timed(|| write(format, &table, rows, &path));
            most = most.max(seen);
            rates.push(f64::from(rows) / cpu.as_secs_f64());
        }
        let rate = median(rates);
        println!(
            "{format}: {rate:.0} rows per CPU-second of 15 columns (goal: {goal}), {rows} rows; the process held at most {:.0} MB (goal: 200)",
            most as f64 / 1e6
        );
    }
}

/// Where `--to` says; else where nobody looks.
fn folder() -> PathBuf {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--to").skip(1);
    let folder = arguments.next().map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("export"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a file, and says how much memory the process had at most.
fn write(format: &str, table: &Table, rows: u32, path: &Path) -> u64 {
    let out = BufWriter::new(File::create(path).unwrap());
    macro_rules! all {
        ($writer:expr) => {{
            let mut writer = $writer.unwrap();
            let mut most = 0;
            for number in 0..rows {
                writer.row(&row(number)).unwrap();
                if number % LOOK == 0 {
                    most = most.max(resident());
                }
            }
            writer.finish().unwrap();
            most.max(resident())
        }};
    }
    match format {
        "csv" => all!(csv::Writer::new(table, out)),
        "parquet" => all!(parquet::Writer::new(table, out)),
        "xlsx" => all!(xlsx::Writer::new(table, out)),
        "json" => all!(json::Writer::new(table, out)),
        _ => all!(html::Writer::new(table, Language::Vi, out)),
    }
}

fn table() -> Table {
    let columns = [
        ("number", Kind::Text),
        ("person", Kind::Text),
        ("name", Kind::Text),
        ("branch", Kind::Text),
        ("certificate", Kind::Text),
        ("issuer", Kind::Text),
        ("valid_from", Kind::Date),
        ("valid_until", Kind::Date),
        ("examined", Kind::Date),
        ("hours", Kind::Integer),
        ("attempts", Kind::Integer),
        ("grade", Kind::Number),
        ("fit", Kind::Flag),
        ("recorded", Kind::Instant),
        ("note", Kind::Text),
    ];
    let columns = columns.iter().map(|(name, kind)| Column::new(name, name, *kind)).collect();
    Table::new("rows", "Chứng chỉ", columns).unwrap()
}

/// An invented row: two texts of its own, the others from short lists, as in a register.
fn row(number: u32) -> [Cell<'static>; 15] {
    let pick =
        |list: &[&'static str]| list.iter().copied().cycle().nth(usize::try_from(number).unwrap() % list.len()).into();
    let from = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap() + Days::new(u64::from(number % 3_000));
    let recorded = DateTime::<Utc>::from_timestamp_millis(1_700_000_000_000 + i64::from(number) * 61_007).unwrap();
    [
        format!("{number:07}/CCBV-{}", number % 97).into(),
        format!("urn:uuid:00000000-0000-4000-8000-{number:012}").into(),
        pick(&[
            "Nguyễn Thị Ánh",
            "Đỗ Văn Đạt",
            "Phạm Quốc Huỳnh",
            "Lê Ưng Ý",
            "Trần Thuỷ",
            "Hoàng Bích Phượng",
            "Vũ Hải",
        ]),
        pick(&["PGD An Phụ", "PGD Hiệp Sơn", "Chi nhánh Kinh Môn", "PGD Phú Thứ"]),
        pick(&["Nghiệp vụ bảo vệ", "Sử dụng công cụ hỗ trợ", "Quản lý kho công cụ", "Phòng cháy", "Sơ cứu"]),
        pick(&["Công an tỉnh Hải Dương", "Công an thành phố Hải Phòng"]),
        from.into(),
        (from + Days::new(1826)).into(),
        (from - Days::new(5)).into(),
        i64::from(number % 240).into(),
        i64::from(number % 3).into(),
        (f64::from(number % 100) / 10.0).into(),
        (!number.is_multiple_of(11)).into(),
        recorded.into(),
        pick(&["", "", "", "học lại", "cấp lại do mất", "-"]),
    ]
}
