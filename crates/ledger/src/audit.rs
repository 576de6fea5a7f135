//! Reads a whole copy of a log and compares everything with everything.

use std::collections::BTreeSet;

use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::log::{LogError, read_bundle, redacts_earlier, tree};
use crate::tiles::{Growing, Memory, Tiles, WIDTH};

/// What an audit found to be whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many leaves were hashed.
    pub entries: u64,
    /// The leaves whose records were erased.
    pub redacted: BTreeSet<u64>,
}

/// Hashes every entry of a checkpoint's log anew, from the bundles alone, and compares the root with the checkpoint's.
/// `seen` is told the number of each entry that was read, for a progress bar.
///
/// Takes 64 octets of memory for each entry.
///
/// # Errors
/// [`LogError::Tree`] when anything was rewritten, exchanged or is missing; otherwise as [`crate::Log::entry`].
pub fn audit(tiles: &impl Tiles, checkpoint: &Checkpoint, mut seen: impl FnMut(u64)) -> Result<Audit, LogError> {
    let nothing = Memory::default();
    let mut growing = Growing::on(&nothing, 0);
    let mut audit = Audit::default();
    for number in 0..checkpoint.size().div_ceil(WIDTH) {
        for octets in read_bundle(tiles, number, checkpoint.size())? {
            let index = audit.entries;
            let entry = Entry::decode(&octets).map_err(|source| LogError::Entry { index, source })?;
            redacts_earlier(&entry, index)?;
            if let Entry::Redaction { of, .. } = entry {
                audit.redacted.insert(of);
            }
            growing.push(index, &octets).map_err(tree)?;
            audit.entries += 1;
            seen(audit.entries);
        }
    }
    let root = tlog_tiles::tree_hash(audit.entries, &growing).map_err(tree)?;
    if root == *checkpoint.root() {
        Ok(audit)
    } else {
        Err(LogError::Tree("the entries do not hash to the checkpoint's root".to_owned()))
    }
}
