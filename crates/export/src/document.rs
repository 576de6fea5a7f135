use chrono::{DateTime, FixedOffset};

use crate::{Cell, Table};

/// What is set on sheets of paper (PDF/A) or on a page (HTML): the same blocks, in the same order, with the same words.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Stands in the file's properties, and on top of every sheet.
    pub title: String,
    /// The language of all of it.
    pub language: Language,
    /// Who issues it; stands in the file's properties and at the foot.
    pub author: String,
    /// When it was made; stands in the file's properties and at the foot.
    pub made: DateTime<FixedOffset>,
    /// What it says, from the top down.
    pub blocks: Vec<Block>,
}

/// The language of a document; it decides about the few words that a format adds by itself (page, yes, no) and how a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

/// One part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// Running text; a line break in it is kept.
    Paragraph(String),
    /// What is called how: label and value, one pair a line.
    Fields(Vec<(String, String)>),
    /// A table with its rows. It is held in memory and set whole: at most [`Block::MAX_ROWS`] rows.
    Table(Table, Vec<Vec<Cell<'static>>>),
    /// A QR code (error correction M) with a line below it.
    Code {
        /// What the code says: at most [`Block::MAX_CODE`] octets.
        content: String,
        /// The line below.
        caption: String,
    },
    /// What follows begins on a new sheet.
    NewSheet,
}

impl Block {
    /// The most rows of a table in a document: some 200 sheets. A longer table belongs into CSV, XLSX or Parquet.
    pub const MAX_ROWS: usize = 10_000;
    /// The longest content of a QR code. It is version 20 or so, which a telephone still reads from paper.
    pub const MAX_CODE: usize = 660;
}

impl Language {
    /// The tag of BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::Vi => "vi",
            Language::En => "en",
        }
    }
}

/// A cell as people read it: a day as 15/03/2026, a moment as 15/03/2026 08:30:00 in the table's offset, a flag as a word.
pub(crate) fn shown(cell: &Cell<'_>, zone: FixedOffset, language: Language) -> String {
    match (cell, language) {
        (Cell::Empty, _) => String::new(),
        (Cell::Text(text), _) => text.clone().into_owned(),
        (Cell::Integer(number), _) => number.to_string(),
        (Cell::Number(number), _) => ryu_js::Buffer::new().format(*number).to_owned(),
        (Cell::Flag(true), Language::Vi) => "có".to_owned(),
        (Cell::Flag(false), Language::Vi) => "không".to_owned(),
        (Cell::Flag(true), Language::En) => "yes".to_owned(),
        (Cell::Flag(false), Language::En) => "no".to_owned(),
        (Cell::Date(date), _) => date.format("%d/%m/%Y").to_string(),
        (Cell::Instant(at), _) => at.with_timezone(&zone).format("%d/%m/%Y %H:%M:%S").to_string(),
    }
}
