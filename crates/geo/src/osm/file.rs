//! What was read from an extract as a compact file, so that a second start need not read the extract.
//!
//! | octets | what |
//! | --- | --- |
//! | 8 | `KENGROAD` |
//! | 4 | the version, [`VERSION`] |
//! | 8 | how long the body is |
//! | 32 | SHA-256 of the body |
//! | the rest | the body |
//!
//! Whole numbers of the head have their lowest octet first. In the body a number is a varint (seven bits an octet, the lowest first), a signed
//! one is zigzag-coded before, and a text is its length and its UTF-8. The body: what it was made of (a text); the number of nodes, then for
//! each the steps of 10^-7 degrees of latitude and longitude from the node before; for each node the number of its edges, then for each how far
//! the other end's number is from its own (signed), milliseconds, decimetres; the number of places, then for each its kind (0 node, 1 way,
//! 2 relation), its number (signed), what was wanted, latitude and longitude (signed), the number of its tags, and for each its key and value.

use sha2::{Digest, Sha256};

use super::wire::{varint, zigzag};
use super::{Element, Extract, Place, Spot};
use crate::road::{Edge, Node, RoadGraph};

/// The version of the file that is written, and the only one that is read.
pub const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"KENGROAD";
const HEAD: usize = 8 + 4 + 8 + 32;

/// Why a file of roads is refused. The extract has to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadFile {
    /// It is something else.
    #[error("not a file of roads: it does not begin with KENGROAD")]
    Foreign,
    /// Written by a newer or an older program.
    #[error("a file of roads of version {0}, not {VERSION}")]
    Version(u32),
    /// Shorter or longer than it says.
    #[error("the file of roads has {is} octets, not {should}")]
    Length {
        /// How long it says that it is.
        should: u64,
        /// How long it is.
        is: u64,
    },
    /// Not what was written.
    #[error("the file of roads is damaged: its checksum is wrong")]
    Checksum,
    /// The checksum holds, but no graph is in it: whoever wrote it erred.
    #[error("the file of roads is whole, but makes no sense")]
    Content,
}

impl Extract {
    /// The file. `made_of` says what this was read from and by which vehicle, as one likes: a path, a length, a time, a hash; a reader that
    /// finds something else than it would write itself reads the extract again.
    ///
    /// Places are kept to 10^-7 degrees, which is how an extract has them.
    #[must_use]
    pub fn to_octets(&self, made_of: &str) -> Vec<u8> {
        let mut body = Vec::new();
        text(&mut body, made_of);
        self.put_nodes(&mut body);
        self.put_edges(&mut body);
        self.put_places(&mut body);
        let mut file = Vec::with_capacity(HEAD + body.len());
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&(body.len() as u64).to_le_bytes());
        file.extend_from_slice(&Sha256::digest(&body));
        file.append(&mut body);
        file
    }

    /// Reads a file, and what it was made of.
    ///
    /// # Errors
    /// See [`BadFile`].
    pub fn from_octets(file: &[u8]) -> Result<(Self, String), BadFile> {
        let mut body = Body(checked(file)?);
        let read = body.text().and_then(|made_of| Some((body.extract()?, made_of)));
        read.filter(|_| body.0.is_empty()).ok_or(BadFile::Content)
    }

    fn put_nodes(&self, body: &mut Vec<u8>) {
        number(body, self.roads.len() as u64);
        let mut before = (0, 0);
        for at in self.roads.positions() {
            let (lat, lon) = Spot::of(*at).steps();
            signed(body, i64::from(lat) - before.0);
            signed(body, i64::from(lon) - before.1);
            before = (i64::from(lat), i64::from(lon));
        }
    }

    fn put_edges(&self, body: &mut Vec<u8>) {
        for (node, _) in (0..).zip(self.roads.positions()) {
            let ways = self.roads.ways(node);
            number(body, ways.len() as u64);
            for way in ways {
                signed(body, i64::from(way.to) - i64::from(node));
                number(body, u64::from(way.time_ms));
                number(body, u64::from(way.length_dm));
            }
        }
    }

    fn put_places(&self, body: &mut Vec<u8>) {
        number(body, self.places.len() as u64);
        for place in &self.places {
            let (kind, id) = match place.element {
                Element::Node(id) => (0, id),
                Element::Way(id) => (1, id),
                Element::Relation(id) => (2, id),
            };
            number(body, kind);
            signed(body, id);
            number(body, u64::from(place.wanted));
            let (lat, lon) = Spot::of(place.position).steps();
            signed(body, i64::from(lat));
            signed(body, i64::from(lon));
            number(body, place.tags.len() as u64);
            for (key, value) in &place.tags {
                text(body, key);
                text(body, value);
            }
        }
    }
}

/// The body of a file whose head holds.
fn checked(file: &[u8]) -> Result<&[u8], BadFile> {
    let rest = file.strip_prefix(MAGIC).ok_or(BadFile::Foreign)?;
    let short = BadFile::Length { should: HEAD as u64, is: file.len() as u64 };
    let (version, rest) = rest.split_first_chunk().ok_or(short)?;
    let version = u32::from_le_bytes(*version);
    if version != VERSION {
        return Err(BadFile::Version(version));
    }
    let (length, rest) = rest.split_first_chunk().ok_or(short)?;
    let (sum, body) = rest.split_first_chunk::<32>().ok_or(short)?;
    let length = u64::from_le_bytes(*length);
    if length != body.len() as u64 {
        return Err(BadFile::Length { should: length.saturating_add(HEAD as u64), is: file.len() as u64 });
    }
    if Sha256::digest(body)[..] == sum[..] { Ok(body) } else { Err(BadFile::Checksum) }
}

/// What is left of a body. Anything that makes no sense is none.
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn extract(&mut self) -> Option<Extract> {
        let nodes = self.count(2)?;
        let mut positions = Vec::with_capacity(nodes);
        let mut before = (0, 0);
        for _ in 0..nodes {
            before = (self.signed()?.checked_add(before.0)?, self.signed()?.checked_add(before.1)?);
            positions.push(spot(before.0, before.1)?.position()?);
        }
        let mut edges = Vec::new();
        for from in 0..Node::try_from(nodes).ok()? {
            for _ in 0..self.count(3)? {
                let to = Node::try_from(self.signed()?.checked_add(i64::from(from))?).ok()?;
                edges.push(Edge { from, to, time_ms: self.small()?, length_dm: self.small()? });
            }
        }
        let roads = RoadGraph::new(positions, &edges).ok()?;
        let places = self.count(6)?;
        let places = (0..places).map(|_| self.place()).collect::<Option<_>>()?;
        Some(Extract { roads, places })
    }

    fn place(&mut self) -> Option<Place> {
        let (kind, id) = (self.number()?, self.signed()?);
        let element = match kind {
            0 => Element::Node(id),
            1 => Element::Way(id),
            2 => Element::Relation(id),
            _ => return None,
        };
        let wanted = self.small()?;
        let position = spot(self.signed()?, self.signed()?)?.position()?;
        let tags = self.count(2)?;
        let tags = (0..tags).map(|_| Some((self.text()?, self.text()?))).collect::<Option<_>>()?;
        Some(Place { element, wanted, position, tags })
    }

    fn number(&mut self) -> Option<u64> {
        varint(&mut self.0)
    }

    fn signed(&mut self) -> Option<i64> {
        self.number().map(zigzag)
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// How many of something follow, each of which takes at least so many octets: never more than there can be.
    fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len() / least).then_some(count)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count(1)?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

fn spot(lat: i64, lon: i64) -> Option<Spot> {
    Spot::from_steps(lat.try_into().ok()?, lon.try_into().ok()?)
}

fn number(body: &mut Vec<u8>, mut number: u64) {
    while let Some(rest) = Some(number >> 7).filter(|rest| *rest > 0) {
        body.push(low(number) | 0x80);
        number = rest;
    }
    body.push(low(number));
}

/// The lowest seven bits.
fn low(number: u64) -> u8 {
    let [octet, ..] = number.to_le_bytes();
    octet & 0x7F
}

fn signed(body: &mut Vec<u8>, value: i64) {
    number(body, (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned());
}

fn text(body: &mut Vec<u8>, text: &str) {
    number(body, text.len() as u64);
    body.extend_from_slice(text.as_bytes());
}
