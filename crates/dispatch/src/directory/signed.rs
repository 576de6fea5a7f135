//! The signature of a directory file: detached, over its exact octets.

use keng_protocol::{PublicKey, Sign};

/// What stands before the octets of the file when they are signed.
const CONTEXT: &[u8] = b"keng/1/directory\0";

/// Signs the exact octets of a directory file.
pub fn sign(file: &[u8], key: &impl Sign) -> [u8; 64] {
    key.sign(&[CONTEXT, file].concat())
}

/// Whether one of `keys` signed exactly these octets.
///
/// # Errors
/// [`NotSigned`] when none did.
pub fn verify(file: &[u8], signature: &[u8; 64], keys: &[PublicKey]) -> Result<(), NotSigned> {
    let octets = [CONTEXT, file].concat();
    keys.iter().any(|key| key.verifies(&octets, signature)).then_some(()).ok_or(NotSigned)
}

/// No known key signed the directory as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the directory's signature is of none of the known keys: have the authority sign this very file again")]
pub struct NotSigned;
