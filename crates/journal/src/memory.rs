//! A journal without a disk, for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::{PAGE, PAGE_BYTES, check_payloads};
use crate::{AppendError, Durability, Engine, Entry, Head, Position, ReadError, Source, Stored};

/// A journal that lives as long as the process, and fails when a test tells it to.
///
/// A clone is another opening of the same store, as after a restart: it sees the same entries and obeys the same faults, but it
/// is not poisoned by what broke another opening. Unlike the engine for the disk it lets two openings write.
///
/// ```
/// use keng_journal::{AppendError, Engine, Entry, Fault, Memory, Source};
///
/// let store = Memory::default();
/// let mut engine = store.clone();
/// let entry = Entry { kind: 7, at_ms: 0, payload: vec![] };
///
/// store.set_fault(Some(Fault::Full));
/// assert!(matches!(engine.append(&[entry.clone()]), Err(AppendError::Full)));
/// store.set_fault(None);
/// assert!(engine.append(&[entry]).is_ok());
/// assert_eq!(store.commits(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    store: Arc<Mutex<Store>>,
    poisoned: bool,
}

/// What an append to a [`Memory`] meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// [`AppendError::Full`].
    Full,
    /// [`AppendError::Locked`].
    Locked,
    /// [`AppendError::Broken`], and the opening is poisoned.
    Broken,
}

impl Memory {
    /// From now on every append to this store meets this fault; none makes it whole again.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.store().fault = fault;
    }

    /// How many transactions wrote the entries: how many appends of at least one entry were done.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.store().commits
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), poisoned: false }
    }
}

impl Source for Memory {
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
        let store = self.store();
        let skip = usize::try_from(from.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut octets = 0;
        let page = store.entries.iter().skip(skip).take(limit.clamp(1, PAGE)).take_while(|stored| {
            let taken = octets < PAGE_BYTES;
            octets += stored.entry.payload.len();
            taken
        });
        Ok(page.cloned().collect())
    }

    fn head(&self) -> Result<Head, ReadError> {
        Ok(self.store().head())
    }
}

impl Engine for Memory {
    fn append(&mut self, batch: &[Entry]) -> Result<Position, AppendError> {
        if self.poisoned {
            return Err(AppendError::Poisoned);
        }
        check_payloads(batch)?;
        let result = self.store().append(batch);
        self.poisoned = matches!(result, Err(AppendError::Broken(_)));
        result
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[derive(Debug, Default)]
struct Store {
    entries: VecDeque<Stored>,
    commits: u64,
    fault: Option<Fault>,
}

impl Store {
    fn head(&self) -> Head {
        self.entries.back().map_or(Head::EMPTY, Stored::head)
    }

    fn append(&mut self, batch: &[Entry]) -> Result<Position, AppendError> {
        let mut head = self.head();
        let first = head.position.next();
        if batch.is_empty() {
            return Ok(first);
        }
        match self.fault {
            None => {}
            Some(Fault::Full) => return Err(AppendError::Full),
            Some(Fault::Locked) => return Err(AppendError::Locked),
            Some(Fault::Broken) => return Err(AppendError::Broken(Arc::new(std::io::Error::other("fault of a test")))),
        }
        for entry in batch {
            head = head.then(entry);
            self.entries.push_back(Stored { position: head.position, entry: entry.clone(), hash: head.hash });
        }
        self.commits += 1;
        Ok(first)
    }
}
