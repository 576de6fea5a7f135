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
//!
//! ```
//! use keng_protocol::message::{Alarm, AlarmKind};
//! use keng_protocol::{DeviceId, Frame, Header, Kind, Refusal, Sign, Timestamp, seal};
//!
//! let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
//! let header = Header {
//!     kind: Kind::Alarm,
//!     sender: DeviceId(*b"counter1"),
//!     key: 0,
//!     epoch: 1,
//!     sequence: 1,
//!     time: Timestamp::from_millis(1_795_334_700_000),
//! };
//! let mut octets = seal(&header, &Alarm::silent(AlarmKind::HoldUp).into(), &signer)?;
//!
//! let frame = Frame::decode(&octets)?;
//! assert_eq!(frame.header().sender, header.sender); // a claim, until:
//! let verified = frame.verify(&signer.public_key())?;
//! assert_eq!(verified.message(), &Alarm::silent(AlarmKind::HoldUp).into());
//!
//! octets[25] ^= 1; // whatever is changed, nobody has signed it
//! assert_eq!(Frame::decode(&octets)?.verify(&signer.public_key()), Err(Refusal::BadSignature));
//! # Ok::<(), Refusal>(())
//! ```

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
/// The octets of the context that is signed before the header (SPEC 5.3).
const CONTEXT: usize = 11;

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

/// Octets that have the shape of a frame: length and header read, signature not yet verified, body not yet looked at.
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
    /// The signature is over the exact octets received; nothing is encoded again. The body is read only after that, so what nobody
    /// enrolled wrote is never parsed.
    ///
    /// # Errors
    /// [`Refusal::BadSignature`], or [`Refusal::Malformed`] when an authentic body breaks the encoding.
    pub fn verify(&self, key: &PublicKey) -> Result<Verified<Message>, Refusal> {
        let (signed, signature) = self.octets.split_last_chunk::<SIGNATURE>().ok_or(Refusal::BadSignature)?;
        let mut buffer = [0; CONTEXT + MAX_FRAME];
        let octets = buffer.get_mut(..CONTEXT + signed.len()).ok_or(Refusal::BadSignature)?;
        let (first, rest) = octets.split_at_mut(CONTEXT);
        first.copy_from_slice(&context(self.header.kind));
        rest.copy_from_slice(signed);
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
/// [`Malformed`] when no reader would accept the frame: it is longer than [`MAX_FRAME`], or a text is longer than its field allows.
pub fn seal(header: &Header, message: &Message, signer: &impl Sign) -> Result<Vec<u8>, Malformed> {
    let kind = Kind::from(message.kind().code());
    let mut octets = Vec::with_capacity(CONTEXT + 160);
    octets.extend_from_slice(&context(kind));
    Header { kind, ..*header }.write(&mut octets);
    message.write(&mut octets);
    let length = octets.len() - CONTEXT + SIGNATURE;
    if length > MAX_FRAME {
        return Err(Malformed::TooLong { octets: length });
    }
    Message::read(kind, octets.get(CONTEXT + HEADER..).unwrap_or_default())?;
    let signature = signer.sign(&octets);
    octets.extend_from_slice(&signature);
    octets.drain(..CONTEXT);
    Ok(octets)
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

/// The context of a kind: `keng/1/`, the kind in three decimal digits, a zero octet. By number, so that kinds not known yet can be verified.
const fn context(kind: Kind) -> [u8; CONTEXT] {
    let code = kind.code();
    [b'k', b'e', b'n', b'g', b'/', b'1', b'/', b'0' + code / 100, b'0' + code / 10 % 10, b'0' + code % 10, 0]
}
