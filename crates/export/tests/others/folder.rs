//! A folder with one set of invented certificates in every format.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use ed25519_dalek::SigningKey;
use keng_export::badge::{Achievement, Credential};
use keng_export::calendar::{Calendar, Event};
use keng_export::claim::Claim;
use keng_export::manifest::{Entry, Manifest};
use keng_export::{Block, Cell, Column, Document, Kind, Language, Table};
use keng_export::{calendar, csv, html, json, parquet, pdf, xlsx};

pub(crate) type Row = Vec<Cell<'static>>;

/// Names as people bear them, some in NFD; and texts that spreadsheets, XML and calendars stumble over.
const NAMES: [&str; 6] = [
    "Nguyễn Thị Ánh",
    "Đỗ Văn Đạt",
    "Pha\u{323}m Quô\u{301}c Huy\u{300}nh",
    "Lê Ưng Ý",
    "Trần Thuỷ",
    "Hoàng Bích Phượng",
];
const NOTES: [&str; 10] = [
    "",
    "=HYPERLINK(\"http://x.example\";\"a\")",
    "+84 912 000 000",
    "-1+1",
    "@SUM(A1:A9)",
    "hai dòng:\nmột; hai, ba",
    "\tthụt vào",
    "'đã có dấu nháy",
    "<b>\"đậm\"</b> & _x000D_ \\ xong",
    "007",
];

pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub(crate) fn made() -> DateTime<FixedOffset> {
    "2026-11-24T18:00:00+07:00".parse().unwrap()
}

pub(crate) fn table() -> Table {
    let columns = [
        ("entry", "Mục", Kind::Integer),
        ("number", "Số chứng chỉ", Kind::Text),
        ("person", "Mã người", Kind::Text),
        ("name", "Họ và tên", Kind::Text),
        ("kind", "Chứng chỉ", Kind::Text),
        ("issued", "Ngày cấp", Kind::Date),
        ("last_day", "Có giá trị đến", Kind::Date),
        ("hours", "Số giờ", Kind::Integer),
        ("grade", "Điểm", Kind::Number),
        ("fit", "Đủ sức khoẻ", Kind::Flag),
        ("recorded", "Ghi nhận lúc", Kind::Instant),
        ("note", "Ghi chú", Kind::Text),
    ];
    let columns = columns.iter().map(|(name, title, kind)| Column::new(name, title, *kind)).collect();
    Table::new("certificates", "Chứng chỉ: bảo vệ", columns).unwrap()
}

pub(crate) fn rows() -> Vec<Row> {
    (0..60_u32).map(row).collect()
}

fn row(at: u32) -> Row {
    let pick = |list: &[&'static str]| list[usize::try_from(at).unwrap() % list.len()];
    let issued = NaiveDate::from_ymd_opt(2020, 2, 29).unwrap() + Days::new(u64::from(at) * 37);
    let until = (at % 7 != 3).then(|| issued + Days::new(1826));
    let recorded = DateTime::<Utc>::from_timestamp_millis(1_773_534_600_000 + i64::from(at) * 86_399_001).unwrap();
    vec![
        i64::from(at + 100).into(),
        format!("00{:04}/CCBV", at + 1).into(),
        format!("urn:uuid:00000000-0000-4000-8000-{at:012}").into(),
        pick(&NAMES).into(),
        pick(&["Nghiệp vụ bảo vệ", "Sử dụng công cụ hỗ trợ", "Quản lý kho"]).into(),
        issued.into(),
        until.into(),
        (at % 5 != 4).then_some(i64::from(at) * 8 - 16).into(),
        (at % 4 != 1).then_some(f64::from(at) / 7.0 - 1.5).into(),
        (at % 6 != 5).then_some(at.is_multiple_of(2)).into(),
        recorded.into(),
        pick(&NOTES).into(),
    ]
}

/// Writes everything into a new folder and says where it is.
pub(crate) fn write(name: &str) -> PathBuf {
    write_with(name, tables())
}

/// The same, but that the table in one format has one letter of one note changed; the manifest knows nothing of it.
pub(crate) fn write_lying(name: &str, ending: &str) -> PathBuf {
    let mut lie = rows();
    lie[41][11] = "@SUM(A1:A8)".into();
    let lies = tables_of(&lie).into_iter().filter(|(name, _)| name.ends_with(ending));
    write_with(name, tables().into_iter().filter(|(name, _)| !name.ends_with(ending)).chain(lies).collect())
}

fn write_with(name: &str, mut files: Vec<(String, Vec<u8>)>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("badges")).unwrap();
    files.push(("sheets.pdf".to_owned(), sheets(|document, out| pdf::document(document, out))));
    files.push(("sheets.html".to_owned(), sheets(|document, out| html::document(document, out))));
    files.push(("certificates.ics".to_owned(), renewals()));
    files.extend(
        badges()
            .iter()
            .enumerate()
            .map(|(at, badge)| (format!("badges/{}.json", at + 100), badge.sign(made().to_utc(), &key()).unwrap())),
    );
    let entries = files.iter().map(|(path, content)| Entry::of(path, content)).collect();
    let manifest = Manifest { created: made().to_utc(), files: entries }.sign(&key()).unwrap();
    files.push(("manifest.json".to_owned(), manifest));
    for (path, content) in files {
        fs::write(folder.join(path), content).unwrap();
    }
    folder
}

/// The table in the five formats that stream, and as one table in a PDF.
pub(crate) fn tables() -> Vec<(String, Vec<u8>)> {
    tables_of(&rows())
}

fn tables_of(rows: &[Row]) -> Vec<(String, Vec<u8>)> {
    let table = table();
    macro_rules! written {
        ($writer:expr) => {{
            let mut writer = $writer.unwrap();
            rows.iter().for_each(|row| writer.row(row).unwrap());
            writer.finish().unwrap()
        }};
    }
    let mut whole = Vec::new();
    let blocks = vec![Block::Table(table.clone(), rows.to_vec())];
    pdf::document(&document(blocks), &mut whole).unwrap();
    let named = |end: &str, bytes: Vec<u8>| (format!("certificates.{end}"), bytes);
    vec![
        named("csv", written!(csv::Writer::new(&table, Vec::new()))),
        named("xlsx", written!(xlsx::Writer::new(&table, Vec::new()))),
        named("parquet", written!(parquet::Writer::new(&table, Vec::new()))),
        named("json", written!(json::Writer::new(&table, Vec::new()))),
        named("html", written!(html::Writer::new(&table, Language::Vi, Vec::new()))),
        named("pdf", whole),
    ]
}

pub(crate) fn document(blocks: Vec<Block>) -> Document {
    let (title, author) = ("Hồ sơ chứng chỉ (bịa ra để thử)".to_owned(), "Ngân hàng Thử Nghiệm".to_owned());
    Document { title, language: Language::Vi, author, made: made(), blocks }
}

/// One sheet for each certificate, each with its code.
fn sheets(set: impl Fn(&Document, &mut Vec<u8>) -> Result<(), keng_export::Error>) -> Vec<u8> {
    let (table, mut blocks) = (table(), Vec::new());
    for (at, row) in rows().iter().enumerate() {
        if at > 0 {
            blocks.push(Block::NewSheet);
        }
        blocks.push(Block::Heading(word(row, 4)));
        let fields = table.columns().iter().zip(row).filter_map(|(column, cell)| match cell {
            Cell::Text(text) => Some((column.title.clone(), text.clone().into_owned())),
            Cell::Date(date) => Some((column.title.clone(), date.format("%d/%m/%Y").to_string())),
            _ => None,
        });
        blocks.push(Block::Fields(fields.collect()));
        let claim = Claim {
            id: word(row, 2),
            number: word(row, 1),
            what: word(row, 4),
            from: day(row, 5).unwrap(),
            until: day(row, 6),
        };
        blocks.push(Block::Code { content: claim.sign(&key()).unwrap(), caption: "Quét để kiểm tra".to_owned() });
    }
    let mut out = Vec::new();
    set(&document(blocks), &mut out).unwrap();
    out
}

fn renewals() -> Vec<u8> {
    let calendar = Calendar { name: "Gia hạn chứng chỉ".to_owned(), made: made().to_utc() };
    let mut writer = calendar::Writer::new(&calendar, Vec::new()).unwrap();
    for (at, row) in rows().into_iter().enumerate() {
        let Some(date) = day(&row, 6) else { continue };
        let event = Event {
            uid: format!("entry-{}@bank.example", at + 100),
            date,
            summary: format!("{}: {}", word(&row, 2), word(&row, 4)),
            description: format!("Số: {}\n{}", word(&row, 1), word(&row, 11)),
            reminders_days: vec![90, 30, 7],
        };
        writer.event(&event).unwrap();
    }
    writer.finish().unwrap()
}

pub(crate) fn badges() -> Vec<Credential> {
    rows().iter().map(|row| badge(row)).collect()
}

fn badge(row: &[Cell<'_>]) -> Credential {
    let midnight =
        |date: NaiveDate| date.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(made().timezone()).unwrap().to_utc();
    Credential {
        id: word(row, 2).replace("-8000-", "-9000-"),
        name: word(row, 4),
        issuer_name: "Ngân hàng Thử Nghiệm".to_owned(),
        valid_from: midnight(day(row, 5).unwrap()),
        valid_until: day(row, 6).map(|date| midnight(date) + chrono::TimeDelta::seconds(86_399)),
        subject_id: word(row, 2),
        license_number: Some(word(row, 1)),
        achievement: Achievement {
            id: format!("https://bank.example/chung-chi/{}", word(row, 4).len()),
            name: word(row, 4),
            description: format!("Ghi chú: {}", word(row, 11)),
            criteria: "Nghị định 96/2016, sửa bởi 58/2026.\n\"Thi\" đạt.".to_owned(),
        },
    }
}

fn word(row: &[Cell<'_>], at: usize) -> String {
    match &row[at] {
        Cell::Text(text) => text.clone().into_owned(),
        _ => String::new(),
    }
}

fn day(row: &[Cell<'_>], at: usize) -> Option<NaiveDate> {
    match row[at] {
        Cell::Date(date) => Some(date),
        _ => None,
    }
}
