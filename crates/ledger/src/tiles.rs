//! Where the hashes of the tree live: the tiles of C2SP tlog-tiles, as named octets in a store that the caller brings.

use std::collections::BTreeMap;
use std::io;

use tlog_tiles::{Error, Hash, HashReader, Tile, stored_hash_index};

/// A tile holds 2^8 hashes, as C2SP tlog-tiles fixes it.
pub(crate) const HEIGHT: u8 = 8;
/// Hashes in a full tile, and entries in a full bundle.
pub(crate) const WIDTH: u64 = 1 << HEIGHT;
const HASH_OCTETS: usize = 32;

/// Named octets: a folder of files, or a map. Names are relative paths with `/`, such as `tile/0/x001/234` or `tile/entries/000.p/17`.
pub trait Tiles {
    /// The octets under a name.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there are none; any other when they could not be read.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Puts octets under a name, durably: after it returns they are found again even if the machine stops, and a
    /// reader never sees half of them. The same octets may be written again.
    ///
    /// # Errors
    /// When that could not be done.
    fn write(&mut self, name: &str, octets: &[u8]) -> io::Result<()>;
}

/// Tiles in memory, for tests and for reading a copy that came as one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(
    /// The octets by name.
    pub BTreeMap<String, Vec<u8>>,
);

impl Tiles for Memory {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, octets: &[u8]) -> io::Result<()> {
        self.0.insert(name.to_owned(), octets.to_vec());
        Ok(())
    }
}

/// The name of a tile in C2SP tlog-tiles, which leaves out the height and calls data "entries".
pub(crate) fn name(tile: &Tile) -> String {
    let path = tile.path();
    let rest = path.strip_prefix("tile/8/").unwrap_or(&path);
    match rest.strip_prefix("data/") {
        Some(bundle) => format!("tile/entries/{bundle}"),
        None => format!("tile/{rest}"),
    }
}

/// Reads a tile of a tree, or the start of the full one when the partial one is no longer kept.
pub(crate) fn read(tiles: &impl Tiles, tile: &Tile) -> io::Result<Vec<u8>> {
    match tiles.read(&name(tile)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && u64::from(tile.width()) < WIDTH => {
            tiles.read(&name(&full(tile)))
        }
        read => read,
    }
}

fn full(tile: &Tile) -> Tile {
    Tile::new(HEIGHT, tile.level(), tile.level_index(), 1 << HEIGHT, tile.is_data())
}

/// The hashes of a tile, neither more nor fewer than its width.
fn hashes(tiles: &impl Tiles, tile: &Tile) -> Result<Vec<u8>, Error> {
    let mut octets = read(tiles, tile)
        .map_err(|error| Error::InvalidInput(format!("{} cannot be read: {}", name(tile), error.kind())))?;
    let length = usize::try_from(tile.width()).unwrap_or(usize::MAX).saturating_mul(HASH_OCTETS);
    if octets.len() < length {
        return Err(Error::InvalidTile);
    }
    octets.truncate(length);
    Ok(octets)
}

/// The hashes of a stored tree and those that were added in memory since. The second continue the first without a gap, in stored order.
pub(crate) struct Growing<'a, T> {
    stored: &'a T,
    size: u64,
    added: Vec<Hash>,
}

impl<'a, T: Tiles> Growing<'a, T> {
    /// On top of a stored tree of this size.
    pub(crate) const fn on(stored: &'a T, size: u64) -> Self {
        Self { stored, size, added: Vec::new() }
    }

    /// The hash of a leaf.
    pub(crate) fn leaf(&self, index: u64) -> Result<Hash, Error> {
        self.hash(stored_hash_index(0, index))
    }

    /// Adds the hashes that leaf number `index` completes.
    pub(crate) fn push(&mut self, index: u64, entry: &[u8]) -> Result<(), Error> {
        let completed = tlog_tiles::stored_hashes(index, entry, self)?;
        self.added.extend(completed);
        Ok(())
    }

    fn hash(&self, index: u64) -> Result<Hash, Error> {
        if let Some(added) = index.checked_sub(stored_hash_index(0, self.size)) {
            let at = usize::try_from(added).map_err(|_| Error::IndexesNotInTree)?;
            return self.added.get(at).copied().ok_or(Error::IndexesNotInTree);
        }
        let tile = Tile::from_index(HEIGHT, index).parent(0, self.size).ok_or(Error::IndexesNotInTree)?;
        tile.hash_at_index(&hashes(self.stored, &tile)?, index)
    }
}

impl<T: Tiles> HashReader for Growing<'_, T> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|index| self.hash(*index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_the_names_that_c2sp_gives_them() {
        assert_eq!(name(&Tile::new(8, 0, 1_234_067, 256, false)), "tile/0/x001/x234/067");
        assert_eq!(name(&Tile::new(8, 1, 0, 17, false)), "tile/1/000.p/17");
        assert_eq!(name(&Tile::new(8, 0, 5, 112, true)), "tile/entries/005.p/112");
    }
}
