//! The frame (SPEC 2): a fixed header, a body, a signature.
//!
//! ```text
//!  0        1     2            10   11       15        19       25                len-64        len
//!  +--------+-----+------------+----+--------+---------+--------+------------------+-------------+
//!  |version | kind|   sender   |key | epoch  |sequence | time   | body (MessagePack)|  signature  |
//!  +--------+-----+------------+----+--------+---------+--------+------------------+-------------+
//! ```
//!
//! The header stands at fixed offsets, so that version, sender and sequence are known before anything is parsed or verified.

use crate::error::{Malformed, Refusal};
use crate::id::{DeviceId, FrameId};
use crate::key::{PublicKey, Sign};
use crate::message::{Kind, Message};
use crate::time::Timestamp;

/// The version that this crate speaks: the first octet of every frame.
pub const VERSION: u8 = 1;
/// The most octets of a frame (SPEC 2.2).
pub const MAX_FRAME: usize = 1024;
/// The octets of the header.
pub const HEADER: usize = 25;
/// The octets of the signature.
pub const SIGNATURE: usize = 64;
/// What stands before the kind in the signed context (SPEC 5.3).
const CONTEXT: &[u8; 7] = b"keng/1/";

/// Who says it, with which key, as which in the sequence, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// What kind of message the body is.
    pub kind: Kind,
    /// Who signs.
    pub sender: DeviceId,
    /// The number of the key that signs.
    pub key: u8,
    /// How often the sender has started: it grows by one at each boot.
    pub epoch: u32,
    /// The number of this frame in its epoch, from 1; heartbeats count on their own.
    pub sequence: u32,
    /// When the sender says it is. A claim: labelled when it differs, never a reason to refuse.
    pub time: Timestamp,
}

/// Octets that have the shape of a frame: header read, body well-formed, signature not yet verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    octets: &'a [u8],
    header: Header,
}

/// What only [`Frame::verify`] makes: a message, and the certainty who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    /// Who said it.
    pub header: Header,
    /// Which frame it was.
    pub frame: FrameId,
    /// How many fields a newer version has added; this version does not know what they say.
    pub unknown_fields: usize,
    message: T,
}

impl<T> Verified<T> {
    /// What was said.
    pub const fn message(&self) -> &T {
        &self.message
    }

    /// What was said, without who said it.
    pub fn into_message(self) -> T {
        self.message
    }
}

impl<'a> Frame<'a> {
    /// Reads the header; costs a few nanoseconds and allocates nothing.
    ///
    /// # Errors
    /// [`Malformed`] when length or version are wrong.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > MAX_FRAME {
            return Err(Malformed::TooLong { octets: octets.len() });
        }
        if octets.len() <= HEADER + SIGNATURE {
            return Err(Malformed::TooShort { octets: octets.len() });
        }
        let header = Header::read(octets)?;
        Ok(Self { octets, header })
    }

    /// The header: a claim until the frame is verified.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The octets, exactly as they came.
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The frame's id.
    pub fn id(&self) -> FrameId {
        FrameId::of(self.octets)
    }

    /// Verifies the signature by the key that speaks for the sender, then reads the body.
    ///
    /// The signature is over the exact octets received; nothing is encoded again.
    ///
    /// # Errors
    /// [`Refusal::BadSignature`], or [`Refusal::Malformed`] when an authentic body breaks the encoding.
    pub fn verify(&self, key: &PublicKey) -> Result<Verified<Message>, Refusal> {
        let (signed, signature) = self.octets.split_last_chunk::<SIGNATURE>().ok_or(Refusal::BadSignature)?;
        let (context, length) = context(self.header.kind);
        let mut buffer = [0u8; MAX_CONTEXT + MAX_FRAME];
        let octets = join(&mut buffer, context.get(..length).unwrap_or_default(), signed);
        if !key.verifies(octets, signature) {
            return Err(Refusal::BadSignature);
        }
        self.read(self.id())
    }

    /// Reads the body of a frame that was verified before it was stored. Only the journal's reader has a right to call this.
    pub(crate) fn read_stored(&self) -> Result<Verified<Message>, Refusal> {
        self.read(self.id())
    }

    fn read(&self, frame: FrameId) -> Result<Verified<Message>, Refusal> {
        let body = self.octets.get(HEADER..self.octets.len() - SIGNATURE).unwrap_or_default();
        let (message, unknown_fields) = Message::read(self.header.kind, body)?;
        Ok(Verified { header: self.header, frame, unknown_fields, message })
    }
}

/// Builds and signs a frame. The header's kind is the message's.
///
/// # Errors
/// [`Malformed::TooLong`] when the message does not fit in [`MAX_FRAME`] octets.
pub fn seal(header: &Header, message: &Message, signer: &impl Sign) -> Result<Vec<u8>, Malformed> {
    let header = Header { kind: message.kind(), ..*header };
    let (context, length) = context(header.kind);
    let mut octets = Vec::with_capacity(length + 160);
    octets.extend_from_slice(context.get(..length).unwrap_or_default());
    header.write(&mut octets);
    message.write(&mut octets);
    let signature = signer.sign(&octets);
    octets.extend_from_slice(&signature);
    octets.drain(..length);
    if octets.len() > MAX_FRAME { Err(Malformed::TooLong { octets: octets.len() }) } else { Ok(octets) }
}

impl Header {
    fn read(octets: &[u8]) -> Result<Self, Malformed> {
        let &[
            version,
            kind,
            s0,
            s1,
            s2,
            s3,
            s4,
            s5,
            s6,
            s7,
            key,
            e0,
            e1,
            e2,
            e3,
            q0,
            q1,
            q2,
            q3,
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
        ] = octets.first_chunk::<HEADER>().ok_or(Malformed::TooShort { octets: octets.len() })?;
        if version != VERSION {
            return Err(Malformed::Version { version });
        }
        Ok(Self {
            kind: Kind::from(kind),
            sender: DeviceId([s0, s1, s2, s3, s4, s5, s6, s7]),
            key,
            epoch: u32::from_be_bytes([e0, e1, e2, e3]),
            sequence: u32::from_be_bytes([q0, q1, q2, q3]),
            time: Timestamp::from_millis(u64::from_be_bytes([0, 0, t0, t1, t2, t3, t4, t5])),
        })
    }

    fn write(&self, into: &mut Vec<u8>) {
        let [_, _, time @ ..] = self.time.millis().to_be_bytes();
        into.extend_from_slice(&[VERSION, self.kind.code()]);
        into.extend_from_slice(&self.sender.0);
        into.push(self.key);
        into.extend_from_slice(&self.epoch.to_be_bytes());
        into.extend_from_slice(&self.sequence.to_be_bytes());
        into.extend_from_slice(&time);
    }
}

/// The longest context: seven octets, three digits, a zero octet.
const MAX_CONTEXT: usize = CONTEXT.len() + 4;

/// The context of a kind: `keng/1/`, the kind in decimal, a zero octet. By number, so that kinds not known yet can be verified.
fn context(kind: Kind) -> ([u8; MAX_CONTEXT], usize) {
    let code = kind.code();
    let digits = [b'0' + code / 100, b'0' + code / 10 % 10, b'0' + code % 10];
    let leading = if code >= 100 {
        0
    } else if code >= 10 {
        1
    } else {
        2
    };
    let mut context = [0; MAX_CONTEXT];
    let octets = CONTEXT.iter().chain(digits.iter().skip(leading)).chain(&[0]);
    let length = context.iter_mut().zip(octets).map(|(to, from)| *to = *from).count();
    (context, length)
}

fn join<'b>(buffer: &'b mut [u8], first: &[u8], second: &[u8]) -> &'b [u8] {
    let length = buffer.iter_mut().zip(first.iter().chain(second)).map(|(to, from)| *to = *from).count();
    buffer.get(..length).unwrap_or_default()
}
