//! Hexadecimal, the one form in which keys and hashes stand in our files.

/// Lower-case digits.
pub(crate) fn encode(octets: &[u8]) -> String {
    octets
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Octets of an even number of digits, upper or lower case.
pub(crate) fn decode(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| u8::try_from((high << 4) | low).ok()).collect()
}

/// Exactly so many octets.
pub(crate) fn decode_exact<const OCTETS: usize>(digits: &str) -> Option<[u8; OCTETS]> {
    decode(digits)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_back_and_refuses_the_rest() {
        assert_eq!(encode(&[0, 0x7f, 0xff]), "007fff");
        assert_eq!(decode("007fFF"), Some(vec![0, 0x7f, 0xff]));
        assert_eq!((decode("0"), decode("0g"), decode_exact::<2>("00")), (None, None, None));
    }
}
