//! Signatures that are made once: Ed25519 is deterministic, and inputs that follow from each other sign the same octets.

use std::cell::RefCell;
use std::collections::HashMap;

use ed25519_dalek::{SigningKey, VerifyingKey};
use keng_protocol::{PublicKey, Sign};

/// So many signatures are kept; beyond them all are forgotten.
const MOST: usize = 1 << 16;

/// A key whose signatures are remembered, or are no signatures at all.
#[derive(Clone, Copy)]
pub struct Signer {
    number: u8,
    pub signs: bool,
}

struct Known {
    key: SigningKey,
    public: PublicKey,
    signed: HashMap<Vec<u8>, [u8; 64]>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<u8, Known>> = RefCell::default();
}

/// The key of this number.
pub const fn signer(number: u8) -> Signer {
    Signer { number, signs: true }
}

/// The same, and what it signs costs nothing and verifies nowhere.
#[allow(dead_code, reason = "not every target needs it")]
pub const fn scrawler(number: u8) -> Signer {
    Signer { number, signs: false }
}

impl Signer {
    fn with<T>(self, does: impl FnOnce(&mut Known) -> T) -> T {
        KNOWN.with_borrow_mut(|known| does(known.entry(self.number).or_insert_with(|| Known::new(self.number))))
    }
}

impl Sign for Signer {
    fn sign(&self, octets: &[u8]) -> [u8; 64] {
        if !self.signs {
            return [self.number; 64];
        }
        self.with(|known| {
            if let Some(signature) = known.signed.get(octets) {
                return *signature;
            }
            if known.signed.len() >= MOST {
                known.signed.clear();
            }
            let signature = known.key.sign(octets);
            known.signed.insert(octets.to_vec(), signature);
            signature
        })
    }

    fn public_key(&self) -> PublicKey {
        self.with(|known| known.public)
    }
}

impl Known {
    fn new(number: u8) -> Self {
        let key = SigningKey::from_bytes(&[number; 32]);
        let public = PublicKey::new(VerifyingKey::from(&key).as_bytes()).expect("a key from a seed is a good one");
        Self { key, public, signed: HashMap::new() }
    }
}
