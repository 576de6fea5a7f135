//! One-time codes (TOTP, RFC 6238): six digits from a secret and the time.

use totp_rs::{Builder, Secret, Totp};

/// The shortest secret, in octets (RFC 4226, section 4).
const SHORTEST: usize = 16;

/// The codes of one secret.
pub struct Codes(Totp);

impl Codes {
    /// The codes of a secret in Base32; `None` when it is none, or too short.
    pub fn of(secret: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(secret).ok().filter(|secret| secret.as_bytes().len() >= SHORTEST)?;
        Builder::new().with_secret(secret).build().ok().map(Self)
    }

    /// A new secret of 20 octets, in Base32; `None` when the operating system gives no randomness.
    pub fn new_secret() -> Option<String> {
        let mut octets = [0; 20];
        getrandom::fill(&mut octets).ok()?;
        Some(Secret::from(octets).to_base32())
    }

    /// The step of 30 s that a code belongs to, when it is right now, or was within the last step, or will be in the next.
    pub(crate) fn step(&self, code: &str, unix_s: u64) -> Option<u64> {
        let is_code = code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
        is_code.then(|| self.0.check(code, unix_s)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret "12345678901234567890", SHA-1, of whose eight digits the last six are ours.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let codes = Codes::of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(codes.step("287082", 59), Some(1));
        assert_eq!(codes.step("081804", 1_111_111_109), Some(37_037_036));
        assert_eq!(codes.step("287082", 59 + 90), None);
        assert_eq!(codes.step("28 082", 59), None);
    }

    #[test]
    fn a_short_secret_is_none() {
        assert!(Codes::of("GEZDGNBVGY3TQOJQ").is_none() && Codes::of("no base32!").is_none());
        assert!(Codes::of(&Codes::new_secret().unwrap()).is_some());
    }
}
