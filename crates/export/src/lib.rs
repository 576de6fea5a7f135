//! The file formats: one table or document in, bytes out.

mod document;
mod error;
mod table;
mod text;

pub mod badge;
pub mod csv;
pub mod json;

pub use document::{Block, Document, Language};
pub use error::Error;
pub use table::{Cell, Column, Kind, Table};
