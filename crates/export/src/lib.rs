//! The file formats: one table or document in, bytes out.

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
