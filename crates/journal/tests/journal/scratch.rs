//! A folder for one test, and what tests put into a journal.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use keng_journal::{Entry, Head, Source, Stored, Verified, VerifyError, entries, verify};

/// A folder that is gone when the test is over.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("journal-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn entry(n: u64) -> Entry {
    Entry { kind: 0x0103, at_ms: 1_790_000_000_000 + n, payload: format!("payload of entry {n}").into_bytes() }
}

pub(crate) fn batch(count: u64) -> Vec<Entry> {
    (1..=count).map(entry).collect()
}

pub(crate) fn all(source: &impl Source) -> Vec<Stored> {
    entries(source, keng_journal::Position::FIRST).collect::<Result<_, _>>().unwrap()
}

pub(crate) fn verify_all(source: &impl Source, remembered: Head) -> Result<Verified, VerifyError> {
    verify(source, Head::EMPTY, remembered, |_| ())
}
