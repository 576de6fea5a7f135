//! `journal`: read, prove, export. All by a connection that only reads, so a receiver may run beside it.

mod backup;
mod content;
mod export;
mod keys;
mod message;
mod tail;
mod verify;

use std::path::{Path, PathBuf};

use keng_journal::sqlite::Reader;
use keng_journal::{ReadError, Source as _, Stored};

use crate::args::{JournalArg, JournalCommand};
use crate::config::Config;
use crate::failure::Failure;

/// Runs the command.
pub(crate) fn run(command: &JournalCommand) -> Result<(), Failure> {
    match command {
        JournalCommand::Tail(args) => tail::run(args),
        JournalCommand::Verify(args) => verify::run(args),
        JournalCommand::Export(args) => export::run(args),
        JournalCommand::Backup(args) => backup::run(args),
        JournalCommand::Restore(args) => backup::restore(args),
    }
}

/// A journal that was opened to be read, and the configuration, if there is one.
pub(crate) struct Opened {
    /// The journal.
    pub(crate) reader: Reader,
    /// Its file.
    pub(crate) file: PathBuf,
    /// The configuration. A copy of a journal can be read without.
    pub(crate) config: Option<Config>,
}

impl Opened {
    /// Opens what the arguments name.
    pub(crate) fn by(args: &JournalArg) -> Result<Self, Failure> {
        let config = match (&args.config, &args.journal) {
            (Some(file), _) => Some(Config::read(file)?),
            (None, None) => Some(Config::read(Path::new("keng.toml"))?),
            (None, Some(_)) => None,
        };
        let file = match (&args.journal, &config) {
            (Some(file), _) => file.clone(),
            (None, Some(config)) => config.journal(),
            (None, None) => return Err(Failure::Usage("name a journal".to_owned())),
        };
        let what = format!("cannot open the journal {}", file.display());
        let reader = Reader::open(&file).map_err(Failure::because(what))?;
        Ok(Self { reader, file, config })
    }

    /// The position of the last entry; 0 when there is none.
    pub(crate) fn end(&self) -> Result<u64, Failure> {
        self.reader.head().map(|head| head.position.0).map_err(unreadable)
    }
}

/// A journal that cannot be read to its end.
pub(crate) fn unreadable(error: ReadError) -> Failure {
    Failure::because("cannot read the journal")(error)
}

/// The time of an entry.
fn time(stored: &Stored) -> keng_protocol::Timestamp {
    keng_protocol::Timestamp::from_millis(stored.entry.at_ms)
}
