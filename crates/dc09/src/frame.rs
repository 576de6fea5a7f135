//! A frame, parsed but not yet believed.

use core::fmt;

use crate::body::{Body, is_account};
use crate::crc::crc16;
use crate::wire::{CR, Header, all_hex, header, hex_u16};

/// A frame whose length and checksum are right.
///
/// `LF crc 0LLL "token" seq [R receiver] [L line] [#account] [data] [extended].. [_time] CR`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What the frame is.
    pub token: Token,
    /// Four digits, as sent. Decimal by the standard, hexadecimal from some diallers; it pairs an answer with a frame and orders nothing.
    pub sequence: String,
    /// The receiver number, 1 to 6 hex digits, as sent.
    pub receiver: Option<String>,
    /// The line or account prefix, up to 6 hex digits, as sent; empty when a bare `L` was sent.
    pub line: Option<String>,
    /// The account, as sent. One to sixteen letters or digits.
    pub account: Option<String>,
    /// The rest, in clear or sealed.
    pub content: Content,
    /// The checksum came as two raw octets, not as four hex digits; the answer's does then too.
    pub raw_crc: bool,
    /// Sequence, receiver, line and account exactly as received, for the answer.
    pub(crate) echo: String,
}

/// What a frame carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Readable by anybody, written by anybody.
    Clear(Body),
    /// Hex digits of ciphertext, for [`Body::unseal`]; the token was marked with `*`.
    Sealed(Vec<u8>),
}

/// The frame's kind, by the name between its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Events in the grammar of SIA DC-03.
    SiaDcs,
    /// Events in the grammar of Contact ID (SIA DC-05).
    AdmCid,
    /// A link test.
    Null,
    /// Receiver to panel: stored.
    Ack,
    /// Receiver to panel: not accepted, and here is the time.
    Nak,
    /// Receiver to panel: not understood; sending it again will not help.
    Duh,
    /// Receiver to panel: accepted, with data.
    Rsp,
    /// A name that this version does not know, as sent: 1 to 12 printable characters.
    Other(String),
}

/// Why octets are no frame. One variant for one broken rule of DC-09 5.5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No checksum and four hex digits of length stand before the first quote.
    #[error("no header of checksum and length before the first quote")]
    Header,
    /// The length field does not count the octets from the quote to the CR.
    #[error("length field says {declared} octets, the frame has {found}")]
    Length {
        /// What the frame says.
        declared: u16,
        /// What came.
        found: usize,
    },
    /// The checksum does not fit.
    #[error("checksum does not fit")]
    Crc,
    /// The token is not closed by a quote, empty, or longer than 12 characters.
    #[error("token is not 1 to 12 characters between quotes")]
    Token,
    /// The sequence number is not four digits.
    #[error("sequence number is not four digits")]
    Sequence,
    /// `R` without digits, or with more than six.
    #[error("receiver number is not 1 to 6 hex digits")]
    Receiver,
    /// More than six digits after `L`.
    #[error("line is more than 6 hex digits")]
    Line,
    /// `#` not followed by 1 to 16 letters or digits.
    #[error("account is not 1 to 16 letters or digits")]
    Account,
    /// No `[` behind the address, or no `]` behind the data.
    #[error("no data in brackets")]
    Data,
}

impl Frame {
    /// Parses one frame, as a [`Piece::Frame`](crate::Piece::Frame) or with its LF and CR.
    ///
    /// # Errors
    /// The first broken rule, from the outside in: header, length, checksum, then the fields in their order.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let (span, raw_crc) = checked(bytes)?;
        let mut rest = Rest(span);
        let (token, sealed) = token(&mut rest)?;
        let address = rest.0;
        let sequence = rest.exactly_four().ok_or(ParseError::Sequence)?;
        let receiver =
            rest.marked(b'R', is_hex).map(|digits| bounded(digits, 1, 6).ok_or(ParseError::Receiver)).transpose()?;
        let nak = token == Token::Nak;
        let line = rest.marked(b'L', |byte| is_hex(byte) && !(nak && byte == b'A'));
        let line = line.map(|digits| bounded(digits, 0, 6).ok_or(ParseError::Line)).transpose()?;
        // The one literal of the standard, NAK, marks its account `A`.
        let account = rest.marked(if nak { b'A' } else { b'#' }, |byte| byte.is_ascii_alphanumeric());
        let account = account
            .map(|digits| if is_account(digits) { Ok(text(digits)) } else { Err(ParseError::Account) })
            .transpose()?;
        let echo = text(address.get(..address.len() - rest.0.len()).unwrap_or_default());
        let inner = rest.0.strip_prefix(b"[").ok_or(ParseError::Data)?;
        let content = if sealed {
            Content::Sealed(inner.to_vec())
        } else {
            Content::Clear(Body::read(inner).ok_or(ParseError::Data)?)
        };
        Ok(Self { token, sequence, receiver, line, account, content, raw_crc, echo })
    }

    /// True when the content is sealed.
    pub fn is_sealed(&self) -> bool {
        matches!(self.content, Content::Sealed(_))
    }
}

impl Token {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::SiaDcs => "SIA-DCS",
            Self::AdmCid => "ADM-CID",
            Self::Null => "NULL",
            Self::Ack => "ACK",
            Self::Nak => "NAK",
            Self::Duh => "DUH",
            Self::Rsp => "RSP",
            Self::Other(name) => name,
        }
    }

    /// True for what a receiver sends and a panel does not.
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Ack | Self::Nak | Self::Duh | Self::Rsp)
    }

    fn read(name: &[u8]) -> Self {
        match name {
            b"SIA-DCS" => Self::SiaDcs,
            b"ADM-CID" => Self::AdmCid,
            b"NULL" => Self::Null,
            b"ACK" => Self::Ack,
            b"NAK" => Self::Nak,
            b"DUH" => Self::Duh,
            b"RSP" => Self::Rsp,
            other => Self::Other(text(other)),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The octets from the first quote to the CR, when length and checksum agree with them, and whether the checksum is raw.
fn checked(bytes: &[u8]) -> Result<(&[u8], bool), ParseError> {
    let Header { crc, quote } = header(bytes).ok_or(ParseError::Header)?;
    let mut span = bytes.get(quote..).unwrap_or_default();
    while let Some((_, head)) = span.split_last().filter(|(last, _)| [CR, 0].contains(last)) {
        span = head;
    }
    let length = quote - 4;
    let declared = bytes.get(length..quote).and_then(hex_u16).ok_or(ParseError::Header)?;
    if usize::from(declared) != span.len() {
        return Err(ParseError::Length { declared, found: span.len() });
    }
    let sum = crc16(span);
    let as_text = bytes.get(crc..length).and_then(hex_u16).filter(|_| length - crc == 4);
    let as_octets = bytes.get(length - 2..length).and_then(|raw| raw.try_into().ok()).map(u16::from_be_bytes);
    match sum {
        sum if as_text == Some(sum) => Ok((span, false)),
        sum if as_octets == Some(sum) => Ok((span, true)),
        _ => Err(ParseError::Crc),
    }
}

fn token(rest: &mut Rest<'_>) -> Result<(Token, bool), ParseError> {
    let inner = rest.0.strip_prefix(b"\"").ok_or(ParseError::Token)?;
    let close = inner.iter().position(|&byte| byte == b'"').ok_or(ParseError::Token)?;
    let (name, tail) = (inner.get(..close).unwrap_or_default(), inner.get(close + 1..).unwrap_or_default());
    let sealed = name.first() == Some(&b'*');
    let name = name.strip_prefix(b"*").unwrap_or(name);
    if !(1..=12).contains(&name.len()) || !name.iter().all(u8::is_ascii_graphic) {
        return Err(ParseError::Token);
    }
    rest.0 = tail;
    Ok((Token::read(name), sealed))
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn exactly_four(&mut self) -> Option<String> {
        let (four, tail) = self.0.split_at_checked(4)?;
        self.0 = tail;
        all_hex(four).then(|| text(four))
    }

    /// The run of characters behind `mark`; `None` when the mark is not there.
    fn marked(&mut self, mark: u8, member: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let tail = self.0.strip_prefix(&[mark])?;
        let end = tail.iter().position(|&byte| !member(byte)).unwrap_or(tail.len());
        let (run, tail) = tail.split_at_checked(end)?;
        self.0 = tail;
        Some(run)
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn bounded(digits: &[u8], least: usize, most: usize) -> Option<String> {
    (least..=most).contains(&digits.len()).then(|| text(digits))
}

/// The callers have checked that it is ASCII.
fn text(ascii: &[u8]) -> String {
    String::from_utf8_lossy(ascii).into_owned()
}
