//! Writing results: tables for people, and files.

mod file;
mod table;

use std::io::Write;
use std::path::Path;

pub(crate) use file::{About, write_scores, write_shared};
pub(crate) use table::{scores, table};

use crate::failure::Failure;

/// Writes to a file, or to standard output for `-`. A file is there whole or not at all: it is written beside and then renamed.
pub(crate) fn put(path: &Path, octets: &[u8]) -> Result<(), Failure> {
    if path == Path::new("-") {
        let mut out = std::io::stdout().lock();
        out.write_all(octets)?;
        return Ok(out.flush()?);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    std::fs::write(beside, octets).map_err(Failure::writing(path))?;
    std::fs::rename(beside, path).map_err(Failure::writing(path))
}

/// Prints text and a line end.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.write_all(b"\n")?)
}

/// Prints JSON, one value.
pub(crate) fn json(value: &serde_json::Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Inside(error.to_string()))?;
    say(&text)
}
