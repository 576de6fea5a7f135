//! What stands between the brackets of a frame, in clear or decrypted.

use core::fmt;

use keng_protocol::Timestamp;

use crate::clock;
use crate::key::{BLOCK, Key};
use crate::wire::unhex;

/// Pad octets stand in front of the `|`; the standard makes them 0 to 15, one dialler up to 17.
const MAX_PAD: usize = 17;

/// The data, the extended data and the time of a frame.
///
/// `Debug` shows lengths only: the data may carry names, and the `K` block of the extended data carries a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// The account that the data itself names (`#1234|...`), which in some dialects is not the account of the header.
    pub account: Option<String>,
    /// The data behind the account: events in the grammar of the frame's token.
    pub data: String,
    /// The blocks behind the data: position, MAC address, address of a picture, and so on.
    pub extended: Vec<Extended>,
    /// The device's time, to the second; absent when it is not sent or cannot be read.
    pub time: Option<Timestamp>,
}

/// One block of extended data, `[X012W34.1]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Extended {
    /// Which kind: `X` longitude, `Y` latitude, `M` MAC address, `V` address of a picture, `I` text, `K` key exchange, and others.
    pub kind: char,
    /// What it says.
    pub value: String,
}

/// The frame cannot be decrypted to a body: it was sealed under another key, or damaged, or is no ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the frame does not open with the account's key")]
pub struct WrongKey;

impl Body {
    /// Reads what follows the opening `[`; `None` when no `]` closes the data.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let close = bytes.iter().position(|&byte| byte == b']')?;
        let (data, tail) = (bytes.get(..close)?, bytes.get(close + 1..)?);
        let (extended, tail) = extended(tail);
        let time = tail.split_first().filter(|(mark, _)| **mark == b'_').and_then(|(_, field)| clock::read(field));
        let (account, data) = split_account(data);
        Some(Self { account, data: String::from_utf8_lossy(data).into_owned(), extended, time })
    }

    /// Decrypts and reads the content of a sealed frame.
    ///
    /// DC-09 has no message authentication code. What tells the right key from a wrong one is that a time field stands at the end, or,
    /// for a dialect that leaves the time out, that all is printable and begins with an account; no wrong key gives that by chance.
    ///
    /// # Errors
    /// The content does not open with this key.
    pub fn unseal(sealed: &[u8], key: &Key) -> Result<Self, WrongKey> {
        let plain =
            unhex(sealed).filter(|octets| !octets.is_empty() && octets.len().is_multiple_of(BLOCK)).ok_or(WrongKey)?;
        let plain = key.decrypt(&plain).ok_or(WrongKey)?;
        let inner = unpad(&plain).ok_or(WrongKey)?;
        let body = Self::read(inner).ok_or(WrongKey)?;
        let timeless =
            inner.iter().all(|byte| (b' '..=b'~').contains(byte)) && inner.starts_with(b"#") && body.account.is_some();
        if body.time.is_some() || timeless { Ok(body) } else { Err(WrongKey) }
    }

    /// The first block of this kind.
    pub(crate) fn extended(&self, kind: char) -> Option<&str> {
        self.extended.iter().find(|block| block.kind == kind).map(|block| block.value.as_str())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("account", &self.account)
            .field("data_len", &self.data.len())
            .field("extended", &self.extended)
            .field("time", &self.time)
            .finish()
    }
}

impl fmt::Debug for Extended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} {} octets]", self.kind, self.value.len())
    }
}

fn extended(mut tail: &[u8]) -> (Vec<Extended>, &[u8]) {
    let mut blocks = Vec::new();
    while let Some((inner, rest)) = block(tail) {
        let text = String::from_utf8_lossy(inner);
        let mut letters = text.chars();
        if let Some(kind) = letters.next() {
            blocks.push(Extended { kind, value: letters.as_str().to_owned() });
        }
        tail = rest;
    }
    (blocks, tail)
}

fn block(tail: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = tail.strip_prefix(b"[")?;
    let close = inner.iter().position(|&byte| byte == b']')?;
    Some((inner.get(..close)?, inner.get(close + 1..)?))
}

/// `#1234|data`, `1234|data`, `|data` or just `data`.
fn split_account(data: &[u8]) -> (Option<String>, &[u8]) {
    let Some(bar) = data.iter().position(|&byte| byte == b'|') else { return (None, data) };
    let (head, tail) = (data.get(..bar).unwrap_or_default(), data.get(bar + 1..).unwrap_or_default());
    let marked = head.first() == Some(&b'#');
    let digits = head.strip_prefix(b"#").unwrap_or(head);
    if head.is_empty() {
        return (None, tail);
    }
    let is_account =
        if marked { is_account(digits) } else { digits.len() > 2 && digits.iter().all(u8::is_ascii_hexdigit) };
    // Both are ASCII by now.
    if is_account { (Some(String::from_utf8_lossy(digits).into_owned()), tail) } else { (None, data) }
}

/// One to sixteen letters or digits: wider than the standard's 3 to 16 hex digits, so that a refusal can name what a panel sent.
pub(crate) fn is_account(digits: &[u8]) -> bool {
    (1..=16).contains(&digits.len()) && digits.iter().all(u8::is_ascii_alphanumeric)
}

/// What stands behind the padding.
///
/// The rule is pad, `|`, data. Two variants are met in the field: a link test without `|` (`ppp]_time`), and pad octets that are not
/// kept clear of `|` and `]`, as the standard wants them to be.
fn unpad(plain: &[u8]) -> Option<&[u8]> {
    let close = plain.iter().position(|&byte| byte == b']')?;
    let link_test = plain.get(close..)?;
    let (_, time) = extended(link_test.get(1..)?);
    if time.strip_prefix(b"_").and_then(clock::read).is_some() && !plain.get(..close)?.contains(&b'|') {
        return Some(link_test);
    }
    let bars = || plain.iter().enumerate().filter(|(_, byte)| **byte == b'|').map(|(at, _)| at + 1);
    let sure = bars().take_while(|&at| at <= MAX_PAD + 1).find(|&at| matches!(plain.get(at), Some(b'#' | b']')));
    plain.get(sure.or_else(|| bars().next())?..)
}
