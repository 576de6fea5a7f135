//! What both the splitter and the parser know about a frame's outside: where its header stands.

pub(crate) const LF: u8 = b'\n';
pub(crate) const CR: u8 = b'\r';

/// Where a header stands: `crc` is where the checksum begins, `quote` the `"` that opens the checked part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) crc: usize,
    pub(crate) quote: usize,
}

impl Header {
    /// The checksum is two raw octets, as far as the header alone can tell.
    pub(crate) const fn has_raw_crc(self) -> bool {
        self.quote - self.crc == 6
    }
}

/// The header that ends at `quote`, if the byte there is a `"` behind four hex digits of length and a checksum.
///
/// The checksum is looked for backwards from the quote because some panels (Lupusec, Trikdis) send it as two raw bytes, which may equal
/// LF, CR or `"`: no delimiter before the quote can be trusted.
pub(crate) fn header_at(bytes: &[u8], quote: usize) -> Option<Header> {
    if bytes.get(quote) != Some(&b'"') {
        return None;
    }
    let length = quote.checked_sub(4)?;
    if !all_hex(bytes.get(length..quote)?) {
        return None;
    }
    let text_crc = length.checked_sub(4).filter(|&crc| bytes.get(crc..length).is_some_and(all_hex));
    Some(Header { crc: text_crc.or(length.checked_sub(2))?, quote })
}

/// The first header in `bytes`.
pub(crate) fn header(bytes: &[u8]) -> Option<Header> {
    (0..bytes.len()).find_map(|at| header_at(bytes, at))
}

pub(crate) fn all_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

/// The value of up to four hex digits, upper or lower case.
pub(crate) fn hex_u16(digits: &[u8]) -> Option<u16> {
    let text = core::str::from_utf8(digits).ok()?;
    all_hex(digits).then(|| u16::from_str_radix(text, 16).ok())?
}

/// Octets written as pairs of hex digits, upper or lower case; `None` for an odd count or another character.
pub(crate) fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pair = |pair: &[u8]| match pair {
        &[high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.chunks_exact(2).map(pair).collect()
}

/// Octets as pairs of hex digits in upper case.
pub(crate) fn hex(octets: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'A' - 10 + value });
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 0x0F)]).collect()
}
