//! Frames by hand: what `seal` would refuse to write can be signed here.

use ed25519_dalek::{Signer, SigningKey};
use keng_protocol::message::Role;
use keng_protocol::{DeviceId, Header, Kind, Timestamp};

/// A test key and whose it is.
pub(crate) struct RingEntry {
    /// The device.
    pub(crate) device: DeviceId,
    /// The number of the key.
    pub(crate) number: u8,
    /// The device's role.
    pub(crate) role: Role,
    /// Every octet of the seed.
    pub(crate) seed: u8,
}

/// The devices that the vectors know.
pub(crate) const RING: [RingEntry; 6] = [
    RingEntry { device: DeviceId(*b"panel-01"), number: 0, role: Role::Panel, seed: 1 },
    RingEntry { device: DeviceId(*b"panel-01"), number: 7, role: Role::Panel, seed: 2 },
    RingEntry { device: DeviceId(*b"panel-02"), number: 0, role: Role::Panel, seed: 3 },
    RingEntry { device: DeviceId(*b"station1"), number: 0, role: Role::Station, seed: 4 },
    RingEntry { device: DeviceId(*b"desk-001"), number: 0, role: Role::Desk, seed: 5 },
    RingEntry { device: DeviceId(*b"root-001"), number: 0, role: Role::Authority, seed: 6 },
];

impl RingEntry {
    /// The key pair.
    pub(crate) fn signer(&self) -> SigningKey {
        SigningKey::from_bytes(&[self.seed; 32])
    }
}

/// The first device of the role that may send `kind`; for a kind of nobody the panel.
pub(crate) fn sender_of(kind: Kind) -> &'static RingEntry {
    RING.iter().find(|entry| entry.role == kind.sender()).unwrap_or(&RING[0])
}

/// A plain header of `kind` by its usual sender.
pub(crate) fn header(kind: Kind) -> Header {
    Header {
        kind,
        sender: sender_of(kind).device,
        key: 0,
        epoch: 3,
        sequence: 41,
        time: Timestamp::from_millis(1_795_334_700_123),
    }
}

/// The header's 25 octets.
pub(crate) fn header_octets(header: &Header) -> Vec<u8> {
    let mut octets = vec![1, header.kind.code()];
    octets.extend_from_slice(&header.sender.0);
    octets.push(header.key);
    octets.extend_from_slice(&header.epoch.to_be_bytes());
    octets.extend_from_slice(&header.sequence.to_be_bytes());
    octets.extend_from_slice(&header.time.millis().to_be_bytes()[2..]);
    octets
}

/// What a signature of `unsigned` (header and body) of `kind` is over.
pub(crate) fn signed(kind: u8, unsigned: &[u8]) -> Vec<u8> {
    [format!("keng/1/{kind:03}\0").as_bytes(), unsigned].concat()
}

/// A frame with any body, well signed.
pub(crate) fn forge(header: &Header, body: &[u8], signer: &SigningKey) -> Vec<u8> {
    let mut frame = header_octets(header);
    frame.extend_from_slice(body);
    let signature = signer.sign(&signed(header.kind.code(), &frame));
    frame.extend_from_slice(&signature.to_bytes());
    frame
}

/// A frame with any body, well signed by the usual sender of its kind.
pub(crate) fn forge_usual(kind: Kind, body: &[u8]) -> Vec<u8> {
    forge(&header(kind), body, &sender_of(kind).signer())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
