//! The log itself: leaves in, tiles and proofs out.

use std::io;
use std::ops::Range;

use thiserror::Error;
use tlog_tiles::{Hash, Tile};

use crate::checkpoint::Checkpoint;
use crate::entry::{Entry, EntryError};
use crate::tiles::{self, Growing, HEIGHT, Tiles, WIDTH};

/// A log over a store of tiles. One writer at a time: who opens the store for writing holds a lock on it.
#[derive(Debug)]
pub struct Log<T> {
    tiles: T,
    size: u64,
    root: Hash,
}

/// What a log could not do.
#[derive(Debug, Error)]
pub enum LogError {
    /// The store of tiles failed.
    #[error("{name} could not be read or written")]
    Tiles {
        /// The tile's name.
        name: String,
        /// What the store says.
        source: io::Error,
    },
    /// Tiles are missing or do not hash to the root: somebody changed, cut or mixed them.
    #[error("the stored tree is damaged or was changed: {0}")]
    Tree(String),
    /// A bundle of entries is cut short or holds something else.
    #[error("{name} is no bundle of entries for its tree")]
    Bundle {
        /// The bundle's name.
        name: String,
    },
    /// An entry could not be read.
    #[error("entry {index} is not an entry")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        source: EntryError,
    },
    /// A leaf or a tree beyond the end was asked for.
    #[error("asked for {asked}, and the log has {size} entries")]
    BeyondEnd {
        /// What was asked for.
        asked: u64,
        /// How many entries there are.
        size: u64,
    },
    /// A redaction of a leaf that is not before it.
    #[error("entry {index} redacts {of}, which is not before it")]
    RedactsLater {
        /// The redaction's index.
        index: u64,
        /// What it would redact.
        of: u64,
    },
}

impl<T: Tiles> Log<T> {
    /// Opens the tree of this size in a store. Size 0 needs nothing in the store.
    ///
    /// # Errors
    /// When a tile on the tree's right edge is missing or cut short. Whether the tiles are what they were is for
    /// [`Log::follows`] and [`crate::audit`] to say.
    pub fn open(tiles: T, size: u64) -> Result<Self, LogError> {
        let root = tlog_tiles::tree_hash(size, &Growing::on(&tiles, size)).map_err(tree)?;
        Ok(Self { tiles, size, root })
    }

    /// Opens the tree of a checkpoint.
    ///
    /// # Errors
    /// As [`Log::open`], and when the stored tree is not the checkpoint's.
    pub fn open_at(tiles: T, checkpoint: &Checkpoint) -> Result<Self, LogError> {
        let log = Self::open(tiles, checkpoint.size())?;
        if log.root != *checkpoint.root() {
            return Err(LogError::Tree("its root is not the checkpoint's".to_owned()));
        }
        Ok(log)
    }

    /// Adds entries and returns their indexes. When it returns, all tiles of the new tree are in the store.
    ///
    /// After an error, or if the process dies in between, the log is what it was before; adding the same entries
    /// again completes it. A full tile is never written with other octets than before as long as the caller does that.
    ///
    /// # Errors
    /// When tiles could not be read or written, or an entry redacts something that is not before it.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Range<u64>, LogError> {
        let (from, octets) = (self.size, entries.iter().map(Entry::encode).collect::<Vec<_>>());
        let mut growing = Growing::on(&self.tiles, from);
        for ((entry, octets), index) in entries.iter().zip(&octets).zip(from..) {
            redacts_earlier(entry, index)?;
            growing.push(index, octets).map_err(tree)?;
        }
        let size = from + octets.len() as u64;
        let new = Tile::new_tiles(HEIGHT, from, size);
        let new = new.iter().map(|tile| Ok((tiles::name(tile), tile.read_data(&growing)?)));
        let new = new.collect::<Result<Vec<_>, _>>().map_err(tree)?;
        let root = tlog_tiles::tree_hash(size, &growing).map_err(tree)?;
        self.write_bundles(from, &octets)?;
        for (name, hashes) in new {
            self.write(&name, &hashes)?;
        }
        (self.size, self.root) = (size, root);
        Ok(from..size)
    }

    /// How many entries the log has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The RFC 6962 tree hash over all entries.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The RFC 6962 tree hash over the first `size` entries, proven to be the start of this log.
    ///
    /// # Errors
    /// When the log is shorter, or its tiles do not fit its root.
    pub fn root_at(&self, size: u64) -> Result<Hash, LogError> {
        self.within(size, self.size)?;
        let root = tlog_tiles::tree_hash(size, &self.stored()).map_err(tree)?;
        if size > 0 {
            let proof = tlog_tiles::prove_tree(self.size, size, &self.stored()).map_err(tree)?;
            tlog_tiles::check_tree(&proof, self.size, self.root, size, root).map_err(tree)?;
        }
        Ok(root)
    }

    /// Whether this log is an earlier one with entries after it, and with nothing changed or cut.
    ///
    /// # Errors
    /// When the log is shorter than the checkpoint, or its tiles do not fit its root.
    pub fn follows(&self, earlier: &Checkpoint) -> Result<bool, LogError> {
        Ok(self.root_at(earlier.size())? == *earlier.root())
    }

    /// The hashes that lead from leaf `index` to the root of the first `size` entries: RFC 6962, section 2.1.1.
    ///
    /// # Errors
    /// When the leaf is not in that tree, the tree not in the log, or the tiles do not fit the root.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.within(size, self.size)?;
        self.within(index.saturating_add(1), size)?;
        let root = self.root_at(size)?;
        let proof = tlog_tiles::prove_record(size, index, &self.stored()).map_err(tree)?;
        let leaf = self.stored().leaf(index).map_err(tree)?;
        tlog_tiles::check_record(&proof, size, root, index, leaf).map_err(tree)?;
        Ok(proof)
    }

    /// The hashes that prove that the first `old` entries are the start of the first `new`: RFC 6962, section 2.1.2.
    /// Empty when `old` is 0, which needs no proof.
    ///
    /// # Errors
    /// When `old` is more than `new`, `new` more than the log has, or the tiles do not fit the root.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
        self.within(new, self.size)?;
        self.within(old, new)?;
        if old == 0 {
            return Ok(Vec::new());
        }
        let (old_root, new_root) = (self.root_at(old)?, self.root_at(new)?);
        let proof = tlog_tiles::prove_tree(new, old, &self.stored()).map_err(tree)?;
        tlog_tiles::check_tree(&proof, new, new_root, old, old_root).map_err(tree)?;
        Ok(proof)
    }

    /// The entry at an index, as its bundle says. A bundle is not authenticated; [`crate::audit`] does that for all of them.
    ///
    /// # Errors
    /// When there is none, or its bundle cannot be read.
    pub fn entry(&self, index: u64) -> Result<Entry, LogError> {
        self.within(index.saturating_add(1), self.size)?;
        let bundle = read_bundle(&self.tiles, index / WIDTH, self.size)?;
        let at = usize::try_from(index % WIDTH).unwrap_or(usize::MAX);
        let octets = bundle.get(at).ok_or(LogError::BeyondEnd { asked: index, size: self.size })?;
        Entry::decode(octets).map_err(|source| LogError::Entry { index, source })
    }

    /// The store.
    #[must_use]
    pub const fn tiles(&self) -> &T {
        &self.tiles
    }

    /// The store, for putting checkpoints beside the tiles.
    pub const fn tiles_mut(&mut self) -> &mut T {
        &mut self.tiles
    }

    /// Writes each bundle that the new entries touch, with the older entries that it shares with them.
    fn write_bundles(&mut self, from: u64, new: &[Vec<u8>]) -> Result<(), LogError> {
        let partial =
            if from.is_multiple_of(WIDTH) { Vec::new() } else { read_bundle(&self.tiles, from / WIDTH, from)? };
        let all: Vec<&Vec<u8>> = partial.iter().chain(new).collect();
        let width = usize::try_from(WIDTH).unwrap_or(usize::MAX);
        for (bundle, number) in all.chunks(width).zip(from / WIDTH..) {
            let tile = Tile::new(HEIGHT, 0, number, u32::try_from(bundle.len()).unwrap_or(u32::MAX), true);
            self.write(&tiles::name(&tile), &encode_bundle(bundle))?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, octets: &[u8]) -> Result<(), LogError> {
        self.tiles.write(name, octets).map_err(|source| LogError::Tiles { name: name.to_owned(), source })
    }

    /// Reads hashes as they are in the store. They prove nothing by themselves: whatever leaves the log is checked against
    /// its root first.
    const fn stored(&self) -> Growing<'_, T> {
        Growing::on(&self.tiles, self.size)
    }

    const fn within(&self, asked: u64, size: u64) -> Result<(), LogError> {
        if asked > size { Err(LogError::BeyondEnd { asked, size }) } else { Ok(()) }
    }
}

/// The entries of one bundle of a tree of this size.
pub(crate) fn read_bundle(tiles: &impl Tiles, number: u64, size: u64) -> Result<Vec<Vec<u8>>, LogError> {
    let width = usize::try_from((size - number * WIDTH).min(WIDTH)).unwrap_or(usize::MAX);
    let tile = Tile::new(HEIGHT, 0, number, u32::try_from(width).unwrap_or(1), true);
    let octets = tiles::read(tiles, &tile).map_err(|source| LogError::Tiles { name: tiles::name(&tile), source })?;
    let mut entries = decode_bundle(&octets).ok_or_else(|| LogError::Bundle { name: tiles::name(&tile) })?;
    if entries.len() < width {
        return Err(LogError::Bundle { name: tiles::name(&tile) });
    }
    entries.truncate(width);
    Ok(entries)
}

/// Entries with their lengths as big-endian 16-bit numbers in front: C2SP tlog-tiles, "Log entries". Ours are at most 33 octets.
fn encode_bundle(entries: &[&Vec<u8>]) -> Vec<u8> {
    let one =
        |entry: &&Vec<u8>| [&u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes(), entry.as_slice()].concat();
    entries.iter().flat_map(one).collect()
}

fn decode_bundle(mut octets: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = octets.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry.to_vec());
        octets = rest;
    }
    octets.is_empty().then_some(entries)
}

pub(crate) const fn redacts_earlier(entry: &Entry, index: u64) -> Result<(), LogError> {
    match entry {
        Entry::Redaction { of, .. } if *of >= index => Err(LogError::RedactsLater { index, of: *of }),
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so that it can stand in map_err")]
pub(crate) fn tree(error: tlog_tiles::Error) -> LogError {
    LogError::Tree(error.to_string())
}
