//! Public keys, good and hostile. Points of small order come from the curve's own torsion subgroup.

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::SigningKey;
use keng_protocol::{FrameId, PublicKey};
use serde_json::{Value, json};

use super::describe;
use super::forge::hex;

/// A good key that is on nobody's ring.
pub(crate) fn spare() -> [u8; 32] {
    SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes()
}

/// The point that a good key stands for.
pub(crate) fn point(octets: [u8; 32]) -> EdwardsPoint {
    CompressedEdwardsY(octets).decompress().expect("a good key is a point")
}

/// The octets of a vector.
pub(crate) fn octets(vector: &Value) -> [u8; 32] {
    let id: FrameId = vector["public"].as_str().and_then(|hex| hex.parse().ok()).expect("64 digits");
    id.0
}

/// All of them.
pub(crate) fn vectors() -> Vec<Value> {
    let good = (1..=6).map(|seed| {
        let octets = SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
        vector(format!("test_key_{seed}"), "a key made from a seed", octets)
    });
    let small = EIGHT_TORSION.iter().enumerate().map(|(index, point)| {
        let why = "a point whose order divides 8: it verifies what nobody signed";
        vector(format!("small_order_{index}"), why, point.compress().0)
    });
    let mixed = EIGHT_TORSION.iter().enumerate().skip(1).map(|(index, torsion)| {
        let why = "a good key plus a point of small order: verifiers could disagree about its signatures";
        vector(format!("mixed_order_{index}"), why, (point(spare()) + torsion).compress().0)
    });
    good.chain(small).chain(mixed).chain(not_canonical()).chain(not_points()).collect()
}

/// The octets of y + p for the few y that leave room below 2^255, with both signs, where there is a point at all; and the two points
/// with x = 0 under the other sign.
fn not_canonical() -> Vec<Value> {
    let why_y = "y is not below p: a second spelling of a point";
    let wide = (0..19u8).flat_map(|y| [(y, 0x7f), (y, 0xff)]).filter_map(|(y, top)| {
        let mut octets = [0xff; 32];
        octets[0] = 0xed + y;
        octets[31] = top;
        CompressedEdwardsY(octets).decompress()?;
        Some(vector(format!("not_canonical_y_{y}_{top:02x}"), why_y, octets))
    });
    let why_sign = "x is 0, but the sign says that it is odd";
    let one = EIGHT_TORSION[0].compress().0;
    let minus_one = EIGHT_TORSION[4].compress().0;
    let signs = [("one", one), ("minus_one", minus_one)].map(|(name, mut octets)| {
        octets[31] |= 0x80;
        vector(format!("not_canonical_sign_{name}"), why_sign, octets)
    });
    wide.chain(signs).collect()
}

fn not_points() -> Vec<Value> {
    (2..=8u8)
        .filter_map(|y| {
            let mut octets = [0; 32];
            octets[0] = y;
            CompressedEdwardsY(octets)
                .decompress()
                .is_none()
                .then(|| vector(format!("no_point_y_{y}"), "no point of the curve has this y", octets))
        })
        .collect()
}

fn vector(name: String, why: &str, octets: [u8; 32]) -> Value {
    let expect = match PublicKey::new(&octets) {
        Ok(_) => json!({ "valid": true }),
        Err(weak) => json!({ "error": describe::weak_key(weak) }),
    };
    json!({ "name": name, "why": why, "public": hex(&octets), "expect": expect })
}
