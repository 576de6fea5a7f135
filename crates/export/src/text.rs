//! What every format does to a text before it is written.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// The one form of a text that all formats can hold: NFC; line ends are LF; any other control character but TAB is U+FFFD.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let text = if text.contains(is_changed) { Cow::Owned(cleaned(text)) } else { Cow::Borrowed(text) };
    let is_nfc = is_nfc_quick(text.chars()) == IsNormalized::Yes || text.nfc().eq(text.chars());
    if is_nfc { text } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether a text has one of some octets; quick on the many texts that have none.
pub(crate) fn has(text: &str, wanted: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |has, byte| has | wanted(byte))
}

/// Whether a spreadsheet would take a text that begins so for a formula, or would swallow a sign of ours.
pub(crate) fn needs_guard(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'])
}

fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .map(|sign| {
            if sign == '\r' {
                '\n'
            } else if is_changed(sign) {
                '\u{fffd}'
            } else {
                sign
            }
        })
        .collect()
}

/// A control character, but for TAB and LF, or one of the two that are no part of XML 1.0, so neither of a workbook.
fn is_changed(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\t' | '\n')) || matches!(sign, '\u{fffe}' | '\u{ffff}')
}

/// Latin with Vietnamese letters is seen to be in normal form by its octets alone: nothing below U+0300, and nothing from U+1E00 to U+1EFF, ever
/// composes or changes, and no control character is among them. A "no" only means that it must be asked properly.
fn is_plain(text: &[u8]) -> bool {
    // Without an early end the loop is done many octets at a time.
    if text.iter().fold(true, |is_plain, byte| is_plain & (0x20..=0x7e).contains(byte)) {
        return true;
    }
    let mut octets = text.iter();
    while let Some(&octet) = octets.next() {
        let is_plain = match octet {
            0x20..=0x7e | 0x80..=0xbf | 0xc3..=0xcb => true,
            0xc2 => octets.next().is_some_and(|&next| next >= 0xa0),
            0xe1 => octets.next().is_some_and(|next| (0xb8..=0xbb).contains(next)),
            _ => false,
        };
        if !is_plain {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_names_are_composed() {
        assert_eq!(normal("Nguye\u{302}\u{303}n Thi\u{323} Ho\u{300}a"), "Nguyễn Thị Hòa");
    }

    #[test]
    fn every_text_that_the_short_way_calls_plain_is_in_normal_form() {
        let plain: Vec<_> = ('\0'..=char::MAX).filter(|sign| is_plain(sign.to_string().as_bytes())).collect();
        assert!(plain.contains(&'ễ') && plain.contains(&'Đ') && plain.contains(&'z'), "or it would be of no use");
        for sign in plain {
            let pair = format!("{sign}a{sign}");
            assert!(pair.nfc().eq(pair.chars()) && !is_changed(sign), "{:04x}", u32::from(sign));
        }
    }

    #[test]
    fn no_control_character_is_left() {
        assert_eq!(normal("a\r\nb\rc\td\0e\u{7f}f\u{85}g\u{ffff}"), "a\nb\nc\td\u{fffd}e\u{fffd}f\u{fffd}g\u{fffd}");
    }
}
