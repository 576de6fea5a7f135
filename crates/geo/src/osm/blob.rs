//! The frames of an extract: one blob after the other, each named, measured and mostly deflated.

use std::io::{Read, Seek, SeekFrom};

use flate2::{Decompress, FlushDecompress, Status};

use super::wire::Fields;
use super::{BadExtract, Wrong};

/// The longest header of a blob, in octets; a longer one is refused, as the format asks.
const MAX_HEADER: u32 = 64 * 1024;

/// The longest blob, in octets, deflated or not; a longer one is refused, as the format asks.
const MAX_BLOB: u64 = 32 * 1024 * 1024;

/// What the format allows a file to need, of all that there is, and we know.
const FEATURES: [&[u8]; 2] = [b"OsmSchema-V0.6", b"DenseNodes"];

/// Reads blob after blob.
pub(super) struct Blobs<R> {
    from: R,
    at: u64,
    packed: Vec<u8>,
    /// The content of the blob that was read last.
    content: Vec<u8>,
}

/// Where a blob begins, and what it says that it is.
pub(super) struct Blob {
    pub(super) at: u64,
    pub(super) is_data: bool,
}

impl<R: Read + Seek> Blobs<R> {
    /// Begins at the start, with the header of the file.
    pub(super) fn open(mut from: R) -> Result<Self, BadExtract> {
        from.seek(SeekFrom::Start(0)).map_err(BadExtract::Read)?;
        let mut blobs = Self { from, at: 0, packed: Vec::new(), content: Vec::new() };
        match blobs.next() {
            Ok(Some(Blob { is_data: false, .. })) => blobs.check_header().map(|()| blobs),
            Err(BadExtract::Read(error)) => Err(BadExtract::Read(error)),
            _ => Err(BadExtract::NoHeader),
        }
    }

    /// Reads the next blob; none, at the end.
    pub(super) fn next(&mut self) -> Result<Option<Blob>, BadExtract> {
        let at = self.at;
        let damaged = |wrong| BadExtract::Damaged { at, wrong };
        let mut length = [0; 4];
        match read_up_to(&mut self.from, &mut length).map_err(BadExtract::Read)? {
            0 => return Ok(None),
            4 => {}
            _ => return Err(damaged(Wrong::CutShort)),
        }
        let length = u32::from_be_bytes(length);
        if length > MAX_HEADER {
            return Err(damaged(Wrong::TooLong(u64::from(length))));
        }
        self.fill(u64::from(length), at)?;
        let (kind, size) = header(&self.packed).map_err(damaged)?;
        if size > MAX_BLOB {
            return Err(damaged(Wrong::TooLong(size)));
        }
        self.fill(size, at)?;
        self.at += 4 + u64::from(length) + size;
        let is_data = kind == Kind::Data;
        self.content.clear();
        if kind != Kind::Other {
            unpack(&self.packed, &mut self.content).map_err(damaged)?;
        }
        Ok(Some(Blob { at, is_data }))
    }

    /// Goes to where a blob begins, which has been read before.
    pub(super) fn go_to(&mut self, at: u64) -> Result<(), BadExtract> {
        self.at = at;
        self.from.seek(SeekFrom::Start(at)).map(drop).map_err(BadExtract::Read)
    }

    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }

    fn fill(&mut self, length: u64, at: u64) -> Result<(), BadExtract> {
        self.packed.clear();
        let got = self.from.by_ref().take(length).read_to_end(&mut self.packed).map_err(BadExtract::Read)?;
        if got as u64 == length { Ok(()) } else { Err(BadExtract::Damaged { at, wrong: Wrong::CutShort }) }
    }

    /// A feature that the file needs and we do not know: its content would be misread.
    fn check_header(&self) -> Result<(), BadExtract> {
        for field in Fields(&self.content) {
            let (number, value) = field.map_err(|wrong| BadExtract::Damaged { at: 0, wrong })?;
            let feature = (number == 4).then(|| value.octets().unwrap_or_default());
            if let Some(feature) = feature.filter(|feature| !FEATURES.contains(feature)) {
                return Err(BadExtract::Feature(String::from_utf8_lossy(feature).chars().take(64).collect()));
            }
        }
        Ok(())
    }
}

#[derive(PartialEq)]
enum Kind {
    Header,
    Data,
    /// The format lets new kinds of blobs come, and has them skipped.
    Other,
}

/// What a blob is, and how long.
fn header(octets: &[u8]) -> Result<(Kind, u64), Wrong> {
    let (mut kind, mut size) = (None, None);
    for field in Fields(octets) {
        match field? {
            (1, value) => kind = Some(value.octets()?),
            (3, value) => size = Some(value.number()?),
            _ => {}
        }
    }
    let kind = match kind.ok_or(Wrong::Message)? {
        b"OSMHeader" => Kind::Header,
        b"OSMData" => Kind::Data,
        _ => Kind::Other,
    };
    Ok((kind, size.ok_or(Wrong::Message)?))
}

fn unpack(blob: &[u8], content: &mut Vec<u8>) -> Result<(), Wrong> {
    let (mut deflated, mut size) = (None, 0);
    for field in Fields(blob) {
        match field? {
            (1, value) => {
                content.extend_from_slice(value.octets()?);
                return Ok(());
            }
            (2, value) => size = value.number()?,
            (3, value) => deflated = Some(value.octets()?),
            (4..=7, _) => return Err(Wrong::Packing),
            _ => {}
        }
    }
    if size > MAX_BLOB {
        return Err(Wrong::TooLong(size));
    }
    let size = usize::try_from(size).map_err(|_| Wrong::TooLong(size))?;
    content.reserve_exact(size);
    let mut inflater = Decompress::new(true);
    let status = inflater.decompress_vec(deflated.ok_or(Wrong::Message)?, content, FlushDecompress::Finish);
    if matches!(status, Ok(Status::StreamEnd)) && content.len() == size { Ok(()) } else { Err(Wrong::Deflated) }
}

/// As many octets as there are.
fn read_up_to(from: &mut impl Read, octets: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = octets.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(more) => got += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}
