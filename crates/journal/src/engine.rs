//! The contract of an engine.

use std::sync::Arc;

use crate::{Entry, Glance, Head, MAX_PAYLOAD, Position, Stored};

/// Where a journal is read.
pub trait Source {
    /// Entries in order, beginning with the first whose place is `from` or after it: at most `limit` of them, and maybe fewer,
    /// as a page is bounded by its octets too. Nothing means that there is no such entry; so a `limit` of 0 counts as 1.
    ///
    /// The answer is what is stored. Whether that is what was appended is for [`verify`](crate::verify) to say.
    ///
    /// # Errors
    ///
    /// [`ReadError`]; the entries before the one that cannot be read are reachable with a smaller `limit`.
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError>;

    /// Shows all entries from a place on, in order, each where it stands: for who reads the whole journal and keeps little of it.
    ///
    /// # Errors
    ///
    /// [`ReadError`], after the entries before the one that cannot be read.
    fn scan(&self, from: Position, each: &mut dyn FnMut(Glance<'_>)) -> Result<(), ReadError> {
        entries(self, from).try_for_each(|stored| {
            each(stored?.glance());
            Ok(())
        })
    }

    /// The last entry, or [`Head::EMPTY`].
    ///
    /// # Errors
    ///
    /// [`ReadError`].
    fn head(&self) -> Result<Head, ReadError>;
}

/// Where a journal is written. An engine has one writer: a second opening for writing is refused by the engine.
pub trait Engine: Source + Send {
    /// Appends a batch, whole and in order, and returns the place of its first entry; the others follow it without a gap.
    ///
    /// All of the batch is durable, as far as [`durability`](Self::durability) promises, when this returns `Ok`. A batch of no
    /// entries writes nothing, and returns the place that comes next.
    ///
    /// # Errors
    ///
    /// [`AppendError`], whose variants say what is written and whether to try again.
    fn append(&mut self, batch: &[Entry]) -> Result<Position, AppendError>;

    /// What an append that returned has survived.
    fn durability(&self) -> Durability;
}

/// What an append that returned has survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: the entries are gone with the process.
    Memory,
    /// The end of the process and of the machine's power, as far as the disk keeps what it acknowledged.
    Disk,
}

/// The error underneath, for the operator's log: a code and a text of the engine, with nothing from an entry in it.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a batch was not appended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// A payload is over [`MAX_PAYLOAD`]. Nothing was written.
    #[error("entry {index} of the batch has {length} octets, and {MAX_PAYLOAD} are allowed")]
    TooLarge {
        /// Which entry of the batch, counted from 0.
        index: usize,
        /// Its payload's length in octets.
        length: usize,
    },
    /// The disk, or the file's quota, is full. Nothing was written; the same append works when there is room again.
    #[error("there is no room to append")]
    Full,
    /// Another program holds the file's write lock. Nothing was written; the same append works when it lets go.
    #[error("another program holds the journal's write lock")]
    Locked,
    /// The engine failed: a write, a flush to disk, a damaged file. What was written is not known, and the engine is poisoned:
    /// a flush that failed once cannot be trusted to tell the truth when it is asked again, so nothing is tried again.
    #[error("the journal's engine failed")]
    Broken(#[source] Cause),
    /// The engine was [`Broken`](Self::Broken) before. Nothing was written, and nothing will be until it is opened anew.
    #[error("the journal takes nothing since its engine failed")]
    Poisoned,
}

impl AppendError {
    /// Whether the same append may work later, on the same engine.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Full | Self::Locked)
    }
}

/// Why entries could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// A stored value is not of its column's form: it was changed by something that is not the journal.
    #[error("the {column} of the entry at {position} is not of the form that the journal writes")]
    Malformed {
        /// The place of the entry, as it is stored; it may itself be the malformed value.
        position: i64,
        /// Which column.
        column: &'static str,
    },
    /// The engine failed: a read, a damaged file.
    #[error("the journal cannot be read")]
    Engine(#[source] Cause),
}

/// All entries from a place on, read in pages. Ends after the first error.
pub fn entries<S: Source + ?Sized>(source: &S, from: Position) -> Entries<'_, S> {
    Entries { source, from: Some(from), page: Vec::new().into_iter() }
}

/// The iterator of [`entries`].
#[derive(Debug)]
pub struct Entries<'a, S: ?Sized> {
    source: &'a S,
    /// Where the next page begins; none after the end.
    from: Option<Position>,
    page: std::vec::IntoIter<Stored>,
}

impl<S: Source + ?Sized> Iterator for Entries<'_, S> {
    type Item = Result<Stored, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.as_slice().is_empty() {
            match self.source.read(self.from.take()?, PAGE) {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => return Some(Err(error)),
            }
            self.from = self.page.as_slice().last().map(|stored| stored.position.next());
        }
        self.page.next().map(Ok)
    }
}

/// The most entries of one page.
pub(crate) const PAGE: usize = 1024;

/// The octets of payload after which a page ends, so that a page of the longest entries stays small.
pub(crate) const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// About what a batch takes, in octets: its payloads, and 64 for each entry's other columns.
pub(crate) fn weight(batch: &[Entry]) -> usize {
    batch.iter().map(|entry| entry.payload.len() + 64).sum()
}

/// Refuses a batch with a payload over [`MAX_PAYLOAD`].
pub(crate) fn check_payloads(batch: &[Entry]) -> Result<(), AppendError> {
    match batch.iter().position(|entry| entry.payload.len() > MAX_PAYLOAD) {
        None => Ok(()),
        Some(index) => {
            let length = batch.get(index).map_or(0, |entry| entry.payload.len());
            Err(AppendError::TooLarge { index, length })
        }
    }
}
