//! The one encoding (SPEC 3): a MessagePack map whose keys are small integers in ascending order.
//!
//! A map with numbered keys grows without breaking: an absent field costs nothing, a new field is skipped by an old reader. Because
//! MessagePack lets a value be written in several ways, [`scan`] walks the octets first and refuses every way but the shortest; only
//! then does `rmp-serde` read the values. Nothing is allocated for a length that is claimed but not there.

use serde::{Deserialize, Serialize};

use crate::error::Malformed;

/// How deep arrays and maps may nest, the outermost map included (SPEC 3.2).
pub const MAX_DEPTH: usize = 4;

/// A value that a field can hold: read from octets that [`scan`] has passed, written in the shortest form.
pub(crate) trait Value: Sized {
    /// What stands in an error when the octets are something else.
    const EXPECTED: &'static str;

    fn read(raw: &[u8]) -> Option<Self>;
    fn write(&self, into: &mut Vec<u8>);
}

/// The fields of a body, each as the octets of its value.
pub(crate) struct Reader<'a> {
    fields: Vec<(u8, &'a [u8])>,
    taken: usize,
}

impl<'a> Reader<'a> {
    /// Splits a body into its fields.
    ///
    /// # Errors
    /// Whatever breaks section 3 of the SPEC: no map, truncated, trailing, nested too deep, not the shortest form, keys out of order.
    pub(crate) fn new(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = body;
        let count = map_length(&mut rest)?;
        // A field takes at least two octets, so a count that cannot fit asks for no memory.
        let mut fields = Vec::with_capacity(count.min(rest.len() / 2));
        let mut last = None;
        for _ in 0..count {
            let key = key(&mut rest)?;
            if last.is_some_and(|last| key <= last) {
                return Err(if last == Some(key) {
                    Malformed::DuplicateKey { key }
                } else {
                    Malformed::KeyOrder { key }
                });
            }
            last = Some(key);
            let value = rest;
            scan(&mut rest, 1)?;
            let (value, _) = value.split_at_checked(value.len() - rest.len()).ok_or(Malformed::Truncated)?;
            fields.push((key, value));
        }
        if rest.is_empty() { Ok(Self { fields, taken: 0 }) } else { Err(Malformed::TrailingBytes) }
    }

    /// The field `key`, if it is there.
    pub(crate) fn maybe<T: Value>(&mut self, key: u8) -> Result<Option<T>, Malformed> {
        let Some((_, raw)) = self.fields.iter().find(|(have, _)| *have == key) else { return Ok(None) };
        self.taken += 1;
        T::read(raw).map(Some).ok_or(Malformed::WrongType { key, expected: T::EXPECTED })
    }

    /// The field `key`, which must be there.
    pub(crate) fn need<T: Value>(&mut self, key: u8) -> Result<T, Malformed> {
        self.maybe(key)?.ok_or(Malformed::MissingField { key })
    }

    /// A flag is written only when it is set; `false` on the wire is a second spelling of absence and is refused (SPEC 3.5).
    pub(crate) fn flag(&mut self, key: u8) -> Result<bool, Malformed> {
        match self.maybe::<bool>(key)? {
            Some(false) => Err(Malformed::FalseFlag { key }),
            found => Ok(found.is_some()),
        }
    }

    /// How many fields nobody asked for: those of a newer version.
    pub(crate) fn unknown(&self) -> usize {
        self.fields.len() - self.taken
    }
}

/// Writes a body field by field; the caller names the keys in ascending order.
pub(crate) struct Writer {
    body: Vec<u8>,
    count: usize,
    last: Option<u8>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self { body: Vec::with_capacity(64), count: 0, last: None }
    }

    pub(crate) fn put<T: Value>(&mut self, key: u8, value: &T) -> &mut Self {
        debug_assert!(key < 128 && self.last.is_none_or(|last| last < key), "keys ascend and stay below 128");
        self.last = Some(key);
        self.count += 1;
        self.body.push(key);
        value.write(&mut self.body);
        self
    }

    pub(crate) fn maybe<T: Value>(&mut self, key: u8, value: Option<&T>) -> &mut Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    pub(crate) fn flag(&mut self, key: u8, set: bool) -> &mut Self {
        if set { self.put(key, &true) } else { self }
    }

    /// Appends the finished map to `into`.
    pub(crate) fn finish(&self, into: &mut Vec<u8>) {
        match u8::try_from(self.count) {
            Ok(few @ 0..=15) => into.push(0x80 | few),
            // No message has more than 65,535 fields; keys end at 127.
            _ => into.extend_from_slice(&[0xde, 0, u8::try_from(self.count).unwrap_or(u8::MAX)]),
        }
        into.extend_from_slice(&self.body);
    }
}

macro_rules! scalar {
    ($($kind:ty, $expected:literal, $markers:pat),+ $(,)?) => {$(
        impl Value for $kind {
            const EXPECTED: &'static str = $expected;

            fn read(raw: &[u8]) -> Option<Self> {
                matches!(raw.first()?, $markers).then(|| decode(raw))?
            }

            fn write(&self, into: &mut Vec<u8>) {
                encode(self, into);
            }
        }
    )+};
}

scalar! {
    u8, "an unsigned integer up to 255", 0x00..=0x7f | 0xcc,
    u16, "an unsigned integer up to 65535", 0x00..=0x7f | 0xcc..=0xcd,
    u32, "an unsigned integer up to 4294967295", 0x00..=0x7f | 0xcc..=0xce,
    u64, "an unsigned integer", 0x00..=0x7f | 0xcc..=0xcf,
    bool, "true or false", 0xc2..=0xc3,
    String, "a text", 0xa0..=0xbf | 0xd9..=0xdb,
    (i32, i32), "two signed integers", 0x92,
}

impl<const N: usize> Value for [u8; N] {
    const EXPECTED: &'static str = "octets of the exact length";

    fn read(raw: &[u8]) -> Option<Self> {
        matches!(raw.first()?, 0xc4..=0xc6).then(|| decode::<&[u8]>(raw))??.try_into().ok()
    }

    fn write(&self, into: &mut Vec<u8>) {
        encode(&Octets(self), into);
    }
}

struct Octets<'a>(&'a [u8]);

impl Serialize for Octets<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(self.0)
    }
}

fn decode<'a, T: Deserialize<'a>>(raw: &'a [u8]) -> Option<T> {
    let mut from = rmp_serde::Deserializer::from_read_ref(raw);
    from.set_max_depth(MAX_DEPTH);
    T::deserialize(&mut from).ok()
}

#[expect(clippy::expect_used, reason = "writing a scalar to a Vec has no way to fail")]
fn encode<T: Serialize + ?Sized>(value: &T, into: &mut Vec<u8>) {
    rmp_serde::encode::write(into, value).expect("a Vec takes every octet");
}

/// Takes the head of the outermost map.
fn map_length(rest: &mut &[u8]) -> Result<usize, Malformed> {
    match take(rest)? {
        marker @ 0x80..=0x8f => Ok(usize::from(marker & 0x0f)),
        0xde => length(rest, 2, 16),
        0xdf => length(rest, 4, 1 << 16),
        _ => Err(Malformed::NotAMap),
    }
}

fn key(rest: &mut &[u8]) -> Result<u8, Malformed> {
    match take(rest)? {
        key @ 0x00..=0x7f => Ok(key),
        0xcc => unsigned(rest, 1, 1 << 7).and(Err(Malformed::KeyType)),
        0xcd => unsigned(rest, 2, 1 << 8).and(Err(Malformed::KeyType)),
        0xce => unsigned(rest, 4, 1 << 16).and(Err(Malformed::KeyType)),
        0xcf => unsigned(rest, 8, 1 << 32).and(Err(Malformed::KeyType)),
        _ => Err(Malformed::KeyType),
    }
}

/// Walks over one value inside `depth` arrays and maps and checks that it is written in the shortest form.
fn scan(rest: &mut &[u8], depth: usize) -> Result<(), Malformed> {
    match take(rest)? {
        0x00..=0x7f | 0xe0..=0xff | 0xc2 | 0xc3 => Ok(()),
        marker @ 0x80..=0x8f => scan_map(rest, usize::from(marker & 0x0f), depth),
        marker @ 0x90..=0x9f => scan_array(rest, usize::from(marker & 0x0f), depth),
        marker @ 0xa0..=0xbf => text(rest, usize::from(marker & 0x1f)),
        0xc4 => length(rest, 1, 0).and_then(|len| skip(rest, len).map(drop)),
        0xc5 => length(rest, 2, 1 << 8).and_then(|len| skip(rest, len).map(drop)),
        0xc6 => length(rest, 4, 1 << 16).and_then(|len| skip(rest, len).map(drop)),
        0xcc => unsigned(rest, 1, 1 << 7),
        0xcd => unsigned(rest, 2, 1 << 8),
        0xce => unsigned(rest, 4, 1 << 16),
        0xcf => unsigned(rest, 8, 1 << 32),
        0xd0 => negative(rest, 1, -32),
        0xd1 => negative(rest, 2, -(1 << 7)),
        0xd2 => negative(rest, 4, -(1 << 15)),
        0xd3 => negative(rest, 8, -(1 << 31)),
        0xd9 => length(rest, 1, 32).and_then(|len| text(rest, len)),
        0xda => length(rest, 2, 1 << 8).and_then(|len| text(rest, len)),
        0xdb => length(rest, 4, 1 << 16).and_then(|len| text(rest, len)),
        0xdc => length(rest, 2, 16).and_then(|len| scan_array(rest, len, depth)),
        0xdd => length(rest, 4, 1 << 16).and_then(|len| scan_array(rest, len, depth)),
        0xde => length(rest, 2, 16).and_then(|len| scan_map(rest, len, depth)),
        0xdf => length(rest, 4, 1 << 16).and_then(|len| scan_map(rest, len, depth)),
        marker => Err(Malformed::ForbiddenType { marker }),
    }
}

fn scan_array(rest: &mut &[u8], count: usize, depth: usize) -> Result<(), Malformed> {
    if depth >= MAX_DEPTH {
        return Err(Malformed::TooDeep);
    }
    (0..count).try_for_each(|_| scan(rest, depth + 1))
}

fn scan_map(rest: &mut &[u8], count: usize, depth: usize) -> Result<(), Malformed> {
    if depth >= MAX_DEPTH {
        return Err(Malformed::TooDeep);
    }
    let mut last = None;
    for _ in 0..count {
        let key = key(rest)?;
        match last {
            Some(last) if key == last => return Err(Malformed::DuplicateKey { key }),
            Some(last) if key < last => return Err(Malformed::KeyOrder { key }),
            _ => last = Some(key),
        }
        scan(rest, depth + 1)?;
    }
    Ok(())
}

fn take(rest: &mut &[u8]) -> Result<u8, Malformed> {
    let (&first, tail) = rest.split_first().ok_or(Malformed::Truncated)?;
    *rest = tail;
    Ok(first)
}

fn skip<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Malformed> {
    let (head, tail) = rest.split_at_checked(count).ok_or(Malformed::Truncated)?;
    *rest = tail;
    Ok(head)
}

/// A big-endian number of `width` octets.
fn number(rest: &mut &[u8], width: usize) -> Result<u64, Malformed> {
    Ok(skip(rest, width)?.iter().fold(0, |sum, &octet| (sum << 8) | u64::from(octet)))
}

fn unsigned(rest: &mut &[u8], width: usize, least: u64) -> Result<(), Malformed> {
    if number(rest, width)? < least { Err(Malformed::NotShortest) } else { Ok(()) }
}

/// A signed number of `width` octets that is shortest only below `above`; what is not negative belongs to the unsigned forms.
fn negative(rest: &mut &[u8], width: usize, above: i64) -> Result<(), Malformed> {
    let shift = 64 - 8 * u32::try_from(width).unwrap_or(8);
    let value = i64::from_be_bytes((number(rest, width)? << shift).to_be_bytes()) >> shift;
    if value < above { Ok(()) } else { Err(Malformed::NotShortest) }
}

/// A length of `width` octets that must be at least `least`, else a shorter form existed.
fn length(rest: &mut &[u8], width: usize, least: u64) -> Result<usize, Malformed> {
    let length = number(rest, width)?;
    if length < least {
        return Err(Malformed::NotShortest);
    }
    usize::try_from(length).map_err(|_| Malformed::Truncated)
}

fn text(rest: &mut &[u8], length: usize) -> Result<(), Malformed> {
    core::str::from_utf8(skip(rest, length)?).map(drop).map_err(|_| Malformed::NotUtf8)
}
