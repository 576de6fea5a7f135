//! Passwords: kept as argon2id hashes, and checked at the same cost whether or not somebody has the login.

use std::fmt;
use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest password, in characters.
pub const SHORTEST: usize = 10;
/// The longest password, in octets.
pub const LONGEST: usize = 256;
/// Memory in KiB, rounds and lanes: the first choice of OWASP's cheat sheet for argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// The most memory in KiB and the most rounds that a hash may ask for: who writes the file must not be able to stop the receiver by it.
const DEAREST: (u32, u32) = (262_144, 16);

/// The hash of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short to be one.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// Too long to be read.
    #[error("a password has at most {LONGEST} octets")]
    TooLong,
    /// The operating system gives no randomness, or no memory.
    #[error("the password cannot be hashed here")]
    Failed,
}

impl Hash {
    /// Hashes a new password.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub fn of(password: &str) -> Result<Self, PasswordError> {
        match (password.chars().count(), password.len()) {
            (0..SHORTEST, _) => return Err(PasswordError::TooShort),
            (_, length) if length > LONGEST => return Err(PasswordError::TooLong),
            _ => {}
        }
        hash(password.as_bytes()).ok_or(PasswordError::Failed)
    }

    /// Reads one from a file; `None` when it is not an argon2id hash of bearable cost.
    pub fn read(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let is_bearable = params.m_cost() <= DEAREST.0 && params.t_cost() <= DEAREST.1;
        (hash.algorithm.as_str() == "argon2id" && hash.hash.is_some() && is_bearable).then(|| Self(text.to_owned()))
    }

    /// The hash as it stands in a file.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hash(..)")
    }
}

/// Whether the password is the one of the hash. Without a hash the work is the same, and the answer no. Slow: about 20 ms of one processor.
pub(crate) fn is_right(password: &str, known: Option<&Hash>) -> bool {
    static NOBODY: OnceLock<Option<Hash>> = OnceLock::new();
    let nobody = NOBODY.get_or_init(|| hash(b"nobody's password"));
    let Some(against) = known.or(nobody.as_ref()) else { return false };
    let Ok(parsed) = PasswordHash::new(&against.0) else { return false };
    let cut = password.as_bytes().get(..LONGEST + 1).unwrap_or(password.as_bytes());
    argon().verify_password(cut, &parsed).is_ok() && known.is_some()
}

fn hash(password: &[u8]) -> Option<Hash> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).ok()?;
    let hash: PasswordHash = argon().hash_password_with_salt(password, &salt).ok()?;
    Some(Hash(hash.to_string()))
}

fn argon() -> Argon2<'static> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_is_right() {
        let hash = Hash::of("kẻng an ninh 113").unwrap();
        assert!(Hash::read(hash.text()).is_some());
        assert!(is_right("kẻng an ninh 113", Some(&hash)));
        assert!(!is_right("kẻng an ninh 114", Some(&hash)));
        assert!(!is_right("nobody's password", None), "there is no password that lets nobody in");
    }

    #[test]
    fn a_short_password_is_none() {
        assert_eq!(Hash::of("123456789"), Err(PasswordError::TooShort));
        assert_eq!(Hash::of(&"x".repeat(LONGEST + 1)), Err(PasswordError::TooLong));
    }

    #[test]
    fn a_hash_that_would_stop_the_receiver_is_refused() {
        let dear = "$argon2id$v=19$m=4000000,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$TvxIB44dwY+x4MKTrqj8cA";
        let other = "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$TvxIB44dwY+x4MKTrqj8cA";
        assert!(Hash::read(dear).is_none() && Hash::read(other).is_none() && Hash::read("plain").is_none());
    }
}
