//! Opening a file: its octets, their hash, and the rows that they hold.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::format::{csv, parquet, xlsx};
use super::{Cell, Problems, geojson};
use crate::args::InputFormat;
use crate::failure::Failure;
use crate::words::{Lang, Word};

/// A file that was read: its name, format and octets.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) format: InputFormat,
    pub(crate) octets: Vec<u8>,
}

/// Takes a row: its number, and its cells in the order of the columns. Says whether to go on.
pub(crate) type Take<'a> = dyn FnMut(u64, &[Cell], &mut Problems) -> bool + 'a;

/// Reads a file whole; `-` is standard input.
pub(crate) fn open(path: &Path, format: Option<InputFormat>, lang: Lang) -> Result<Source, Failure> {
    let is_stdin = path == Path::new("-");
    let known = format.or_else(|| by_name(path));
    let format = match known {
        Some(format) => format,
        None if is_stdin => InputFormat::Csv,
        None => return Err(Failure::Usage(format!("{}: {}", path.display(), lang.say(Word::UnknownFormat)))),
    };
    let mut octets = Vec::new();
    if is_stdin {
        std::io::stdin().lock().read_to_end(&mut octets).map_err(Failure::reading(path))?;
    } else {
        octets = std::fs::read(path).map_err(Failure::reading(path))?;
    }
    Ok(Source { path: path.to_owned(), format, octets })
}

fn by_name(path: &Path) -> Option<InputFormat> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    match extension.as_str() {
        "csv" => Some(InputFormat::Csv),
        "xlsx" => Some(InputFormat::Xlsx),
        "parquet" => Some(InputFormat::Parquet),
        "geojson" | "json" => Some(InputFormat::Geojson),
        _ => None,
    }
}

impl Source {
    /// The SHA-256 of the octets.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.octets).into()
    }

    /// Reads the header, which `start` looks at, and then each row.
    pub(crate) fn read(
        self,
        lang: Lang,
        problems: &mut Problems,
        start: &mut dyn FnMut(&[String], &mut Problems),
        take: &mut Take<'_>,
    ) {
        match self.format {
            InputFormat::Csv => csv(&self.octets, lang, problems, start, take),
            InputFormat::Xlsx => xlsx(self.octets, lang, problems, start, take),
            InputFormat::Parquet => parquet(self.octets, lang, problems, start, take),
            InputFormat::Geojson => geojson::read(&self.octets, lang, problems, start, take),
        }
    }
}
