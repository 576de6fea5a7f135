//! A block of an extract: nodes, ways and relations, with their tags.

use super::wire::{Fields, Numbers, Sums};
use super::{Spot, Wrong};

/// A block. What it holds lies in the octets that it was read from, and is read when it is asked for.
pub(super) struct Block<'a> {
    strings: Vec<&'a str>,
    groups: Vec<&'a [u8]>,
    /// Nanodegrees of one step.
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

/// The tags of an element: key and value.
pub(super) type Tags<'a> = Vec<(&'a str, &'a str)>;

/// A member of a relation, of those that have a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Member {
    Node(i64),
    Way(i64),
}

/// The value of a tag.
pub(super) fn tag<'a>(tags: &[(&'a str, &'a str)], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.0 == key).map(|tag| tag.1)
}

impl<'a> Block<'a> {
    pub(super) fn read(octets: &'a [u8]) -> Result<Self, Wrong> {
        let mut block =
            Self { strings: Vec::new(), groups: Vec::new(), granularity: 100, lat_offset: 0, lon_offset: 0 };
        for field in Fields(octets) {
            match field? {
                (1, value) => block.strings = strings(value.octets()?)?,
                (2, value) => block.groups.push(value.octets()?),
                (17, value) => block.granularity = value.signed()?,
                (19, value) => block.lat_offset = value.signed()?,
                (20, value) => block.lon_offset = value.signed()?,
                _ => {}
            }
        }
        Ok(block)
    }

    /// Whether it has nodes, and whether it has ways.
    pub(super) fn has(&self) -> Result<(bool, bool), Wrong> {
        let (mut nodes, mut ways) = (false, false);
        for group in &self.groups {
            for field in Fields(group) {
                let (number, _) = field?;
                nodes |= number == 1 || number == 2;
                ways |= number == 3;
            }
        }
        Ok((nodes, ways))
    }

    /// Each node: its number, its place and its tags.
    pub(super) fn nodes(&self, mut each: impl FnMut(i64, Spot, &Tags<'a>)) -> Result<(), Wrong> {
        for group in &self.groups {
            for field in Fields(group) {
                match field? {
                    (1, value) => self.node(value.octets()?, &mut each)?,
                    (2, value) => self.dense(value.octets()?, &mut each)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Each way: its number, its tags, and the list of its nodes, yet to be read.
    pub(super) fn ways(
        &self,
        mut each: impl FnMut(i64, &Tags<'a>, Sums<'a>) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let mut tags = Tags::new();
        for way in self.elements(3) {
            let (mut id, mut keys, mut values, mut nodes) = (0, [].as_slice(), [].as_slice(), [].as_slice());
            for field in Fields(way?) {
                match field? {
                    (1, value) => id = value.signed()?,
                    (2, value) => keys = value.octets()?,
                    (3, value) => values = value.octets()?,
                    (8, value) => nodes = value.octets()?,
                    _ => {}
                }
            }
            self.tags(keys, values, &mut tags)?;
            each(id, &tags, Sums::of(nodes))?;
        }
        Ok(())
    }

    /// Each relation: its number, its tags and its members.
    pub(super) fn relations(&self, mut each: impl FnMut(i64, &Tags<'a>, Vec<Member>)) -> Result<(), Wrong> {
        let mut tags = Tags::new();
        for relation in self.elements(4) {
            let (mut id, mut keys, mut values) = (0, [].as_slice(), [].as_slice());
            let (mut members, mut kinds) = ([].as_slice(), [].as_slice());
            for field in Fields(relation?) {
                match field? {
                    (1, value) => id = value.signed()?,
                    (2, value) => keys = value.octets()?,
                    (3, value) => values = value.octets()?,
                    (9, value) => members = value.octets()?,
                    (10, value) => kinds = value.octets()?,
                    _ => {}
                }
            }
            self.tags(keys, values, &mut tags)?;
            each(id, &tags, placed(members, kinds)?);
        }
        Ok(())
    }

    fn elements(&self, kind: u64) -> impl Iterator<Item = Result<&'a [u8], Wrong>> {
        self.groups.iter().flat_map(|group| Fields(group)).filter_map(move |field| match field {
            Ok((number, value)) => (number == kind).then(|| value.octets()),
            Err(wrong) => Some(Err(wrong)),
        })
    }

    fn node(&self, octets: &'a [u8], each: &mut impl FnMut(i64, Spot, &Tags<'a>)) -> Result<(), Wrong> {
        let (mut id, mut lat, mut lon, mut keys, mut values) = (0, 0, 0, [].as_slice(), [].as_slice());
        for field in Fields(octets) {
            match field? {
                (1, value) => id = value.zigzag()?,
                (2, value) => keys = value.octets()?,
                (3, value) => values = value.octets()?,
                (8, value) => lat = value.zigzag()?,
                (9, value) => lon = value.zigzag()?,
                _ => {}
            }
        }
        let mut tags = Tags::new();
        self.tags(keys, values, &mut tags)?;
        each(id, self.spot(lat, lon)?, &tags);
        Ok(())
    }

    /// Many nodes, column by column.
    fn dense(&self, octets: &'a [u8], each: &mut impl FnMut(i64, Spot, &Tags<'a>)) -> Result<(), Wrong> {
        let (mut ids, mut lats, mut lons, mut tagged) = ([].as_slice(), [].as_slice(), [].as_slice(), [].as_slice());
        for field in Fields(octets) {
            match field? {
                (1, value) => ids = value.octets()?,
                (8, value) => lats = value.octets()?,
                (9, value) => lons = value.octets()?,
                (10, value) => tagged = value.octets()?,
                _ => {}
            }
        }
        let (mut lats, mut lons, mut tagged) = (Sums::of(lats), Sums::of(lons), Numbers(tagged));
        let mut tags = Tags::new();
        for id in Sums::of(ids) {
            let lat = lats.next().ok_or(Wrong::Message)??;
            let lon = lons.next().ok_or(Wrong::Message)??;
            tags.clear();
            // Key, value, key, value, 0; nothing at all, where no node of the group has a tag.
            while let Some(key) = tagged.next().transpose()?.filter(|key| *key != 0) {
                let value = tagged.next().ok_or(Wrong::Message)??;
                tags.push((self.string(key)?, self.string(value)?));
            }
            each(id?, self.spot(lat, lon)?, &tags);
        }
        Ok(())
    }

    fn tags(&self, keys: &[u8], values: &[u8], tags: &mut Tags<'a>) -> Result<(), Wrong> {
        tags.clear();
        let mut values = Numbers(values);
        for key in Numbers(keys) {
            let value = values.next().ok_or(Wrong::Message)??;
            tags.push((self.string(key?)?, self.string(value)?));
        }
        Ok(())
    }

    fn string(&self, number: u64) -> Result<&'a str, Wrong> {
        let number = usize::try_from(number).map_err(|_| Wrong::Message)?;
        self.strings.get(number).copied().ok_or(Wrong::Message)
    }

    fn spot(&self, lat: i64, lon: i64) -> Result<Spot, Wrong> {
        let nanodegrees = |offset: i64, steps: i64| steps.checked_mul(self.granularity)?.checked_add(offset);
        let spot = nanodegrees(self.lat_offset, lat).zip(nanodegrees(self.lon_offset, lon));
        spot.and_then(|(lat, lon)| Spot::from_nanodegrees(lat, lon)).ok_or(Wrong::OutOfRange)
    }
}

fn strings(octets: &[u8]) -> Result<Vec<&str>, Wrong> {
    let strings = Fields(octets).filter_map(|field| match field {
        Ok((number, value)) => (number == 1).then(|| value.octets()),
        Err(wrong) => Some(Err(wrong)),
    });
    strings.map(|octets| core::str::from_utf8(octets?).map_err(|_| Wrong::NotText)).collect()
}

fn placed(members: &[u8], kinds: &[u8]) -> Result<Vec<Member>, Wrong> {
    let mut kinds = Numbers(kinds);
    let mut placed = Vec::new();
    for id in Sums::of(members) {
        match kinds.next().ok_or(Wrong::Message)?? {
            0 => placed.push(Member::Node(id?)),
            1 => placed.push(Member::Way(id?)),
            _ => {}
        }
    }
    Ok(placed)
}
