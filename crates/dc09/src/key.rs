//! The AES key of an account.

use core::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use zeroize::Zeroizing;

use crate::wire::unhex;

/// Octets of an AES block.
pub(crate) const BLOCK: usize = 16;

/// DC-09 5.4.6 fixes the start vector at zero, so equal first blocks give equal ciphertext: that is the standard's weakness, not a slip.
const START: [u8; BLOCK] = [0; BLOCK];

/// An AES-128, -192 or -256 key; wiped from memory when it is dropped, and never printed.
pub struct Key(Box<Cipher>);

enum Cipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl Key {
    /// A key of 16, 24 or 32 octets. Panels that show the key as text mean the octets of that text.
    ///
    /// # Errors
    /// Another length.
    pub fn new(octets: &[u8]) -> Result<Self, KeyLength> {
        let cipher = match octets.len() {
            16 => Aes128::new_from_slice(octets).ok().map(Cipher::Aes128),
            24 => Aes192::new_from_slice(octets).ok().map(Cipher::Aes192),
            32 => Aes256::new_from_slice(octets).ok().map(Cipher::Aes256),
            _ => None,
        };
        Ok(Self(Box::new(cipher.ok_or(KeyLength)?)))
    }

    /// A key written as 32, 48 or 64 hex digits, upper or lower case.
    ///
    /// # Errors
    /// Another length or another character.
    pub fn from_hex(digits: &str) -> Result<Self, KeyLength> {
        Self::new(&Zeroizing::new(unhex(digits.as_bytes()).ok_or(KeyLength)?))
    }

    /// Whole blocks in, as many octets out; `None` when it is not whole blocks.
    pub(crate) fn decrypt(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut octets = sealed.to_vec();
        let start = &START.into();
        match &*self.0 {
            Cipher::Aes128(aes) => {
                cbc::Decryptor::inner_iv_init(aes, start).decrypt_padded::<NoPadding>(&mut octets).ok().map(drop)
            }
            Cipher::Aes192(aes) => {
                cbc::Decryptor::inner_iv_init(aes, start).decrypt_padded::<NoPadding>(&mut octets).ok().map(drop)
            }
            Cipher::Aes256(aes) => {
                cbc::Decryptor::inner_iv_init(aes, start).decrypt_padded::<NoPadding>(&mut octets).ok().map(drop)
            }
        }?;
        Some(octets)
    }

    /// Whole blocks in, as many octets out; `None` when it is not whole blocks.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let (mut octets, length) = (plain.to_vec(), plain.len());
        let start = &START.into();
        match &*self.0 {
            Cipher::Aes128(aes) => cbc::Encryptor::inner_iv_init(aes, start)
                .encrypt_padded::<NoPadding>(&mut octets, length)
                .ok()
                .map(drop),
            Cipher::Aes192(aes) => cbc::Encryptor::inner_iv_init(aes, start)
                .encrypt_padded::<NoPadding>(&mut octets, length)
                .ok()
                .map(drop),
            Cipher::Aes256(aes) => cbc::Encryptor::inner_iv_init(aes, start)
                .encrypt_padded::<NoPadding>(&mut octets, length)
                .ok()
                .map(drop),
        }?;
        Some(octets)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Cipher::Aes128(_) => "Key(AES-128)",
            Cipher::Aes192(_) => "Key(AES-192)",
            Cipher::Aes256(_) => "Key(AES-256)",
        })
    }
}

/// A key must have 16, 24 or 32 octets, or twice as many hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 16, 24 or 32 octets, or 32, 48 or 64 hex digits")]
pub struct KeyLength;
