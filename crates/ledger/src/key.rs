//! Keys as C2SP signed-note writes them: one for a log, another kind for those who cosign.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _};
use thiserror::Error;
use zeroize::Zeroizing;

const PRIVATE: &str = "PRIVATE+KEY+";

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A log's own signature on its checkpoints: signature type 0x01.
    Log,
    /// A witness's timestamped signature on somebody's checkpoint: signature type 0x04.
    Cosigner,
}

/// A secret key, its role and its name. The name is public, such as `bank.example/kinh-mon/guards`.
#[derive(Clone)]
pub struct SigningKey {
    role: Role,
    name: String,
    key: ed25519_dalek::SigningKey,
}

/// A public key, its role and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    role: Role,
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

/// A text that is no key. The text itself is not repeated.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// A name is empty, or has a space, a line break or a plus sign in it.
    #[error("a key's name may not be empty, nor hold spaces or plus signs")]
    Name,
    /// Not `NAME+ID+KEY`, or not `PRIVATE+KEY+NAME+ID+KEY`.
    #[error("a key has the form NAME+ID+KEY, a secret one PRIVATE+KEY+NAME+ID+KEY")]
    Form,
    /// The id does not belong to the name and key: something was mistyped.
    #[error("the key's id does not fit its name and octets: is it complete?")]
    Id,
    /// Neither a log's Ed25519 key (1) nor an Ed25519 cosigner's (4).
    #[error("a key of type {0} is not known here: 1 is a log's, 4 is a cosigner's")]
    Type(u8),
    /// The octets are no point of the curve, or one that signs for everybody.
    #[error("the octets are no Ed25519 key")]
    Octets,
}

impl SigningKey {
    /// A key from 32 octets of good randomness.
    ///
    /// # Errors
    /// When the name cannot be one.
    pub fn new(role: Role, name: &str, random: &[u8; 32]) -> Result<Self, KeyError> {
        is_name(name)?;
        Ok(Self { role, name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(random) })
    }

    /// Reads [`SigningKey::to_text`].
    ///
    /// # Errors
    /// When it is not such a text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, role, octets) = split(text.trim().strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let key = Self::new(role, name, &octets)?;
        if key.verifier().id() == id { Ok(key) } else { Err(KeyError::Id) }
    }

    /// `PRIVATE+KEY+NAME+ID+KEY`, to be kept secret.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let octets = Zeroizing::new([&[self.role.code()], self.key.to_bytes().as_slice()].concat());
        let encoded = Zeroizing::new(STANDARD.encode(&*octets));
        Zeroizing::new(format!("{PRIVATE}{}+{:08x}+{}", self.name, self.verifier().id(), &*encoded))
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { role: self.role, name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// What it signs with.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl VerifierKey {
    /// Reads [`VerifierKey::to_text`].
    ///
    /// # Errors
    /// When it is not such a text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, role, octets) = split(text.trim())?;
        is_name(name)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&octets).map_err(|_| KeyError::Octets)?;
        if key.is_weak() {
            return Err(KeyError::Octets);
        }
        let key = Self { role, name: name.to_owned(), key };
        if key.id() == id { Ok(key) } else { Err(KeyError::Id) }
    }

    /// `NAME+ID+KEY`, to be handed out.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(self.typed()))
    }

    /// The name that stands before its signatures.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs with.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The four octets that stand before its signatures: C2SP signed-note, "Signatures".
    #[must_use]
    pub fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.typed())
    }

    pub(crate) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }

    fn typed(&self) -> Vec<u8> {
        [&[self.role.code()], self.key.as_bytes().as_slice()].concat()
    }
}

impl Role {
    const fn code(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Cosigner => 4,
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("role", &self.role).field("name", &self.name).finish_non_exhaustive()
    }
}

fn is_name(name: &str) -> Result<(), KeyError> {
    if signed_note::is_key_name_valid(name) { Ok(()) } else { Err(KeyError::Name) }
}

/// Name, id, role and the 32 octets.
fn split(text: &str) -> Result<(&str, u32, Role, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    if id.len() != 8 {
        return Err(KeyError::Form);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyError::Form)?;
    let octets = Zeroizing::new(STANDARD.decode(key).map_err(|_| KeyError::Form)?);
    let (code, octets) = octets.split_first().ok_or(KeyError::Form)?;
    let role = match *code {
        1 => Role::Log,
        4 => Role::Cosigner,
        other => return Err(KeyError::Type(other)),
    };
    Ok((name, id, role, octets.try_into().map_err(|_| KeyError::Octets)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_texts_and_mistypes_are_found() {
        for role in [Role::Log, Role::Cosigner] {
            let key = SigningKey::new(role, "bank.example/guards", &[7; 32]).unwrap();
            assert_eq!(SigningKey::parse(&key.to_text()).unwrap().to_text(), key.to_text());
            let public = key.verifier().to_text();
            assert_eq!(VerifierKey::parse(&public), Ok(key.verifier()));
            assert_eq!(VerifierKey::parse(&public.replace("guards", "guardz")), Err(KeyError::Id));
            assert!(!format!("{key:?}").contains(key.to_text().rsplit('+').next().unwrap()));
        }
        assert_eq!(SigningKey::new(Role::Log, "has space", &[7; 32]).unwrap_err(), KeyError::Name);
        assert_eq!(VerifierKey::parse("nonsense"), Err(KeyError::Form));
    }

    #[test]
    fn texts_are_those_of_other_implementations_of_signed_notes() {
        let key = SigningKey::new(Role::Log, "bank.example/guards", &[7; 32]).unwrap();
        assert!(signed_note::StandardSigner::new(&key.to_text()).is_ok());
        assert!(signed_note::StandardVerifier::new(&key.verifier().to_text()).is_ok());
    }
}
