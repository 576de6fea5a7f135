use std::io;

/// Why a table or document was not written. Rows are counted from 1, the heading and refused rows not counted; a refused row leaves nothing behind, and the next may
/// follow. No cell's content is ever in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A column's or table's name is not `[a-z][a-z0-9_]*` of at most 31 octets.
    #[error("\"{0}\" is no name: write a-z, 0-9 and _, a letter first, at most 31")]
    Name(String),
    /// Two columns of a table have one name.
    #[error("two columns are named \"{0}\"")]
    SameName(String),
    /// A table has no column, or more than [`Table::MAX_COLUMNS`](crate::Table::MAX_COLUMNS).
    #[error("a table of {0} columns; it may have 1 to {max}", max = crate::Table::MAX_COLUMNS)]
    Columns(usize),
    /// A row has more or fewer cells than the table has columns.
    #[error("row {row} has {found} cells, the table has {expected} columns")]
    Width {
        /// The row.
        row: usize,
        /// As many cells as there are columns.
        expected: usize,
        /// As many as there were.
        found: usize,
    },
    /// A cell is of another kind than its column.
    #[error("row {row}, column {column}: not of the column's kind")]
    Kind {
        /// The row.
        row: usize,
        /// The column's name.
        column: String,
    },
    /// A number is not finite, an integer is beyond 2^53 - 1, or a date is outside 1900-03-01 to 9999-12-31.
    #[error("row {row}, column {column}: outside what every format can hold")]
    Range {
        /// The row.
        row: usize,
        /// The column's name.
        column: String,
    },
    /// A text is longer than [`Table::MAX_TEXT`](crate::Table::MAX_TEXT).
    #[error("row {row}, column {column}: a text of {units} UTF-16 units; at most {max} fit", max = crate::Table::MAX_TEXT)]
    Long {
        /// The row.
        row: usize,
        /// The column's name.
        column: String,
        /// How long it is.
        units: usize,
    },
    /// More rows than the format can hold.
    #[error("more than {0} rows")]
    Rows(usize),
    /// More sheets than a workbook may have.
    #[error("more than {0} sheets")]
    Sheets(usize),
    /// A content is too long for a QR code; see [`Block::MAX_CODE`](crate::Block::MAX_CODE).
    #[error("a code of {0} octets; at most {max} fit", max = crate::Block::MAX_CODE)]
    Code(usize),
    /// An id is no absolute URI of plain signs.
    #[error("{0} is no absolute URI: write urn:uuid:... or https://...")]
    Uri(&'static str),
    /// The font of the sheets has no such letter.
    #[error("the sheets' font has no U+{:04X}", u32::from(*.0))]
    Glyph(char),
    /// The sheets could not be set as PDF/A.
    #[error("no PDF/A could be made of it: {0}")]
    Pdf(String),
    /// The bytes could not be written.
    #[error("the bytes could not be written")]
    Io(#[from] io::Error),
}
