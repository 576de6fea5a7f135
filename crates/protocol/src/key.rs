//! Keys: who can sign, and which public keys may be trusted to verify.

use core::fmt;

use ed25519_dalek::{Signature, SigningKey, VerifyingKey};

use crate::error::WeakKey;

/// Signs for a device. Implemented for a key in memory; a secure element implements it the same way.
///
/// The signature must be the deterministic one of RFC 8032, or replaying the same inputs will not give the same outputs.
pub trait Sign {
    /// The Ed25519 signature of `octets`.
    fn sign(&self, octets: &[u8]) -> [u8; 64];

    /// The public key that verifies it.
    fn public_key(&self) -> PublicKey;
}

impl Sign for SigningKey {
    fn sign(&self, octets: &[u8]) -> [u8; 64] {
        ed25519_dalek::Signer::sign(self, octets).to_bytes()
    }

    fn public_key(&self) -> PublicKey {
        PublicKey(self.verifying_key())
    }
}

/// A public key that passed the checks of SPEC 5.2: canonical, not of small order, free of torsion.
///
/// The checks cost about as much as a verification, so they are made once, at enrolment; there is no other way to make this type.
///
/// ```
/// use keng_protocol::{PublicKey, Sign, WeakKey};
///
/// let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
/// let key = PublicKey::new(&signer.public_key().to_bytes())?;
/// assert!(key.verifies(b"hold-up", &signer.sign(b"hold-up")));
///
/// let mut neutral = [0; 32]; // the neutral point, for which a signature can be made without any secret
/// neutral[0] = 1;
/// assert_eq!(PublicKey::new(&neutral), Err(WeakKey::SmallOrder));
/// # Ok::<(), WeakKey>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Checks 32 octets and keeps the decompressed point.
    ///
    /// # Errors
    /// [`WeakKey`] says which check failed.
    pub fn new(octets: &[u8; 32]) -> Result<Self, WeakKey> {
        let key = VerifyingKey::from_bytes(octets).map_err(|_| WeakKey::NotAPoint)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != octets {
            return Err(WeakKey::NotCanonical);
        }
        if point.is_small_order() {
            return Err(WeakKey::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(WeakKey::Torsion);
        }
        Ok(Self(key))
    }

    /// The 32 octets of RFC 8032.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether `signature` is this key's over `octets`, by the strict rules of SPEC 5.3.
    pub fn verifies(&self, octets: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(octets, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(..)")
    }
}
