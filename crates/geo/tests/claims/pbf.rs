//! A small writer of extracts, so that every test has one of its own.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Elements in the order in which they were given, one block for each kind.
#[derive(Default)]
pub(crate) struct Sample {
    strings: Vec<String>,
    nodes: Vec<u8>,
    ways: Vec<u8>,
    relations: Vec<u8>,
}

/// How blobs are packed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Packed {
    Raw,
    Zlib,
}

impl Sample {
    /// A node at so many steps of 10^-7 degrees.
    pub(crate) fn node(&mut self, id: i64, lat: i64, lon: i64, tags: &[(&str, &str)]) -> &mut Self {
        let (keys, values) = self.tags(tags);
        let message =
            [number(1, zigzag(id)), list(2, keys), list(3, values), number(8, zigzag(lat)), number(9, zigzag(lon))];
        self.nodes.extend(octets(1, &message.concat()));
        self
    }

    pub(crate) fn way(&mut self, id: u64, nodes: &[i64], tags: &[(&str, &str)]) -> &mut Self {
        let (keys, values) = self.tags(tags);
        let message = [number(1, id), list(2, keys), list(3, values), list(8, steps(nodes))];
        self.ways.extend(octets(3, &message.concat()));
        self
    }

    /// A relation of members, each with its kind: 0 a node, 1 a way.
    pub(crate) fn relation(&mut self, id: u64, members: &[(u64, i64)], tags: &[(&str, &str)]) -> &mut Self {
        let (keys, values) = self.tags(tags);
        let ids: Vec<i64> = members.iter().map(|member| member.1).collect();
        let kinds = members.iter().map(|member| member.0).collect();
        let message = [number(1, id), list(2, keys), list(3, values), list(9, steps(&ids)), list(10, kinds)];
        self.relations.extend(octets(4, &message.concat()));
        self
    }

    pub(crate) fn extract(&self, packed: Packed) -> Vec<u8> {
        let header = [octets(4, b"OsmSchema-V0.6"), octets(4, b"DenseNodes")].concat();
        let blocks = [&self.nodes, &self.ways, &self.relations].map(|group| self.block(group));
        let data = blocks.iter().map(|block| blob("OSMData", block, packed));
        std::iter::once(blob("OSMHeader", &header, packed)).chain(data).flatten().collect()
    }

    fn block(&self, group: &[u8]) -> Vec<u8> {
        let strings = std::iter::once("").chain(self.strings.iter().map(String::as_str));
        let table: Vec<u8> = strings.flat_map(|string| octets(1, string.as_bytes())).collect();
        [octets(1, &table), octets(2, group)].concat()
    }

    fn tags(&mut self, tags: &[(&str, &str)]) -> (Vec<u64>, Vec<u64>) {
        tags.iter().map(|(key, value)| (self.string(key), self.string(value))).unzip()
    }

    fn string(&mut self, text: &str) -> u64 {
        self.strings.push(text.to_owned());
        self.strings.len() as u64
    }
}

pub(crate) fn blob(kind: &str, content: &[u8], packed: Packed) -> Vec<u8> {
    let blob = if packed == Packed::Raw {
        octets(1, content)
    } else {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(content).unwrap();
        [number(2, content.len() as u64), octets(3, &zlib.finish().unwrap())].concat()
    };
    let header = [octets(1, kind.as_bytes()), number(3, blob.len() as u64)].concat();
    [u32::try_from(header.len()).unwrap().to_be_bytes().as_slice(), &header, &blob].concat()
}

pub(crate) fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

pub(crate) fn octets(field: u64, content: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

fn list(field: u64, values: Vec<u64>) -> Vec<u8> {
    octets(field, &values.into_iter().flat_map(varint).collect::<Vec<u8>>())
}

fn steps(ids: &[i64]) -> Vec<u64> {
    let before = std::iter::once(0).chain(ids.iter().copied());
    ids.iter().zip(before).map(|(id, before)| zigzag(id - before)).collect()
}

fn zigzag(value: i64) -> u64 {
    (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut octets = Vec::new();
    while value >= 0x80 {
        octets.push(u8::try_from(value & 0x7F).unwrap() | 0x80);
        value >>= 7;
    }
    octets.push(u8::try_from(value).unwrap());
    octets
}
