//! Frames in the writing: checksum, length, and the sealing of content.

use keng_protocol::Timestamp;

use crate::clock;
use crate::crc::crc16;
use crate::frame::Frame;
use crate::key::{BLOCK, Key};
use crate::wire::hex;

/// LF, checksum, length, `inside`, CR.
pub(crate) fn framed(inside: &str, raw_crc: bool) -> Vec<u8> {
    let sum = crc16(inside.as_bytes());
    let sum = if raw_crc { sum.to_be_bytes().to_vec() } else { format!("{sum:04X}").into_bytes() };
    [b"\n".as_slice(), &sum, format!("{:04X}{inside}\r", inside.len()).as_bytes()].concat()
}

/// Hex digits of `pad|inner_time` under `key`, `inner` being data and extended data up to the last `]`.
///
/// The standard wants random pad octets. These are constant: with a start vector of zero and a known time behind them random ones hide
/// nothing, and a machine without a random source gives the same answer to the same input.
pub(crate) fn sealed(inner: &str, time: Timestamp, key: &Key) -> String {
    let tail = format!("|{inner}_{}", clock::write(time));
    let plain = format!("{}{tail}", "p".repeat(tail.len().next_multiple_of(BLOCK) - tail.len()));
    // It is whole blocks, so it encrypts.
    hex(&key.encrypt(plain.as_bytes()).unwrap_or_default())
}

/// The positive answer. Sequence, receiver, line and account are echoed as they came; what was absent stays absent.
pub(crate) fn ack(frame: &Frame, now: Timestamp, key: Option<&Key>) -> Vec<u8> {
    let echo = &frame.echo;
    let inside = match key {
        None => format!("\"ACK\"{echo}[]"),
        Some(key) => format!("\"*ACK\"{echo}[{}", sealed("]", now, key)),
    };
    framed(&inside, frame.raw_crc)
}

/// The negative answer, a literal of the standard but for its time, from which a panel sets its clock. Never sealed.
pub(crate) fn nak(now: Timestamp, raw_crc: bool) -> Vec<u8> {
    framed(&format!("\"NAK\"0000R0L0A0[]_{}", clock::write(now)), raw_crc)
}

/// The answer that asks a panel not to send this again. Never sealed.
pub(crate) fn duh(frame: &Frame) -> Vec<u8> {
    framed(&format!("\"DUH\"{}[]", frame.echo), frame.raw_crc)
}
