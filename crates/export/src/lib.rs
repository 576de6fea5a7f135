//! The file formats: one table or document in, bytes out.
//!
//! [`Table`] and [`Cell`] go through a writer of [`csv`], [`xlsx`], [`parquet`], [`json`] or [`html`], row by row and in bounded memory; [`Document`] becomes
//! sheets ([`pdf`]) or a page ([`html`]); [`badge`], [`claim`] and [`manifest`] are signed; [`calendar`] reminds; [`collate`] sorts. [`read`] takes workbooks and
//! comma-separated files of others apart. There is no clock, file or random source in here: times and keys are arguments, bytes go to any [`std::io::Write`],
//! and the same arguments give the same bytes. What is in each file is written in the crate's README.
//!
//! ```
//! use keng_export::{Cell, Column, Kind, Table, csv, json};
//!
//! let columns = vec![Column::new("name", "Họ và tên", Kind::Text), Column::new("valid_until", "Có giá trị đến", Kind::Date)];
//! let table = Table::new("certificates", "Chứng chỉ", columns)?;
//! let row = [Cell::from("=cmd|' /C calc'!A0"), "2031-03-15".parse::<chrono::NaiveDate>()?.into()];
//!
//! let mut writer = csv::Writer::new(&table, Vec::new())?;
//! writer.row(&row)?;
//! let bytes = writer.finish()?;
//! assert_eq!(String::from_utf8(bytes)?, "\u{feff}name,valid_until\r\n'=cmd|' /C calc'!A0,2031-03-15\r\n");
//!
//! let mut writer = json::Writer::new(&table, Vec::new())?;
//! writer.row(&row)?;
//! assert!(String::from_utf8(writer.finish()?)?.contains(r#""rows":[{"name":"=cmd|' /C calc'!A0","valid_until":"2031-03-15"}]"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod code;
mod document;
mod error;
mod integrity;
mod table;
mod text;

pub mod badge;
pub mod calendar;
pub mod claim;
pub mod collate;
pub mod csv;
pub mod html;
pub mod json;
pub mod manifest;
pub mod parquet;
pub mod pdf;
pub mod read;
pub mod xlsx;

pub use document::{Block, Document, Language};
pub use error::Error;
pub use integrity::{Refusal, did_key, key_of_did};
pub use table::{Cell, Column, Kind, Table};
