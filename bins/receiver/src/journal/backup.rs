//! `journal backup` and `journal restore`: a proven copy, and the way back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use keng_journal::Head;
use keng_journal::sqlite::Reader;

use super::Opened;
use super::verify::{prove, read_head};
use crate::args::{BackupArgs, RestoreArgs};
use crate::config::Config;
use crate::failure::Failure;

/// Copies, and proves the copy.
pub(super) fn run(args: &BackupArgs) -> Result<(), Failure> {
    let opened = Opened::by(&args.journal)?;
    let what = format!("cannot copy {} to {}", opened.file.display(), args.to.display());
    opened.reader.copy_to(&args.to).map_err(Failure::because(what))?;
    prove(&open(&args.to)?, &args.to, Head::EMPTY, args.json)
}

/// Proves a copy, and puts it where the journal is to be.
pub(super) fn restore(args: &RestoreArgs) -> Result<(), Failure> {
    let remembered = args.head.as_deref().map_or(Ok(Head::EMPTY), read_head)?;
    let copy = open(&args.from)?;
    prove(&copy, &args.from, remembered, false)?;
    if args.verify {
        return Ok(());
    }
    let journal = Config::read(&args.config)?.journal();
    if let Some(there) = [journal.clone(), beside(&journal, "-wal")].iter().find(|file| file.exists()) {
        return Err(Failure::job(format!("{} is there already: move it away first", there.display())));
    }
    put(&copy, &journal)?;
    prove(&open(&journal)?, &journal, remembered, false)
}

/// Through a file beside it, so that the journal is there whole or not at all.
fn put(copy: &Reader, journal: &Path) -> Result<(), Failure> {
    let what = || format!("cannot write {}", journal.display());
    let part = beside(journal, ".part");
    let _ = fs::remove_file(&part);
    copy.copy_to(&part).map_err(Failure::because(what()))?;
    fs::rename(&part, journal).map_err(Failure::because(what()))?;
    let folder = journal.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Failure::because(what()))
}

fn open(file: &Path) -> Result<Reader, Failure> {
    Reader::open(file).map_err(Failure::because(format!("cannot open the journal {}", file.display())))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
