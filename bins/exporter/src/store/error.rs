//! What the store could not do.

use std::error::Error;
use std::path::PathBuf;

use keng_ledger::{CheckpointError, KeyError, LogError};
use keng_training::{RecordError, RuleError};

use crate::failure::Kind;

/// What the store could not do. No record's content is ever in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no store in {}: make one with `keng-exporter init`", .0.display())]
    NoStore(PathBuf),
    #[error("{} is already a store", .0.display())]
    Exists(PathBuf),
    #[error("another process writes to the store in {}: wait for it, or end it", .0.display())]
    Locked(PathBuf),
    #[error("the store was made by another version of this program (layout {found}, this one knows {known})")]
    Layout { found: i64, known: i64 },
    #[error("{what}: {}", path.display())]
    File { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("the database of the store fails")]
    Database(#[from] rusqlite::Error),
    #[error("record {index} does not open its leaf in the ledger: it was changed after it was written")]
    Changed { index: u64 },
    #[error("record {index} cannot be read")]
    Record { index: u64, source: RecordError },
    #[error("{} is no key", path.display())]
    Key { path: PathBuf, source: KeyError },
    #[error("{}: {source}", path.display())]
    Rules { path: PathBuf, source: RuleError },
    #[error("the log in the store fails")]
    Log(#[from] LogError),
    #[error("no checkpoint")]
    Checkpoint(#[from] CheckpointError),
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    #[error("entry {0} is not in the ledger, or not a record that could be retracted")]
    NotRetractable(u64),
    #[error("entry {0} is already retracted")]
    Retracted(u64),
}

impl StoreError {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::NoStore(_) | Self::Exists(_) | Self::Locked(_) | Self::File { .. } | Self::Database(_) => Kind::File,
            Self::Key { .. } | Self::Rules { .. } | Self::NotRetractable(_) | Self::Retracted(_) => Kind::Input,
            Self::Changed { .. } | Self::Log(_) | Self::Checkpoint(_) => Kind::No,
            _ => Kind::Inside,
        }
    }

    /// The error underneath, owned.
    pub(crate) fn into_cause(self) -> Option<Box<dyn Error + Send + Sync>> {
        match self {
            Self::File { source, .. } => Some(Box::new(source)),
            Self::Database(source) => Some(Box::new(source)),
            Self::Record { source, .. } => Some(Box::new(source)),
            Self::Key { source, .. } => Some(Box::new(source)),
            Self::Log(source) => Some(Box::new(source)),
            Self::Checkpoint(source) => Some(Box::new(source)),
            _ => None,
        }
    }
}
