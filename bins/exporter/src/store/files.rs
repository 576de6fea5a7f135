//! Tiles and checkpoints in a folder: each file is there as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use keng_ledger::Tiles;

/// A log's folder, as SPEC.md of the ledger describes it.
#[derive(Clone, Debug)]
pub(crate) struct LogFolder(pub(crate) PathBuf);

impl Tiles for LogFolder {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }

    fn write(&mut self, name: &str, octets: &[u8]) -> io::Result<()> {
        let path = self.0.join(name);
        // A tile of the same octets is already there after an integration that broke off: nothing to do.
        if fs::read(&path).is_ok_and(|there| there == octets) {
            return Ok(());
        }
        put(&path, octets)
    }
}

/// Writes a file beside its place, flushes it, puts it in place, and flushes the folder.
pub(crate) fn put(path: &Path, octets: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()
}

/// Writes a file that only its owner may read.
pub(crate) fn put_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
