//! The kinds of value that stand in `keng.toml`. Each reader says what a wrong value is not; none repeats it, as it may be a secret
//! that was pasted into the wrong place.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use keng_dc09::AccountName;
use keng_protocol::{DeviceId, PublicKey};
use toml::de::DeValue;

use super::Language;
use crate::hex;

pub(crate) fn text(value: &DeValue<'_>) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| not(value, "a text in double quotes"))
}

/// A path; a text that can only be a key is refused, so that it is never repeated in an error about a missing file.
pub(crate) fn path(value: &DeValue<'_>) -> Result<PathBuf, String> {
    match text(value)? {
        text if text.is_empty() => Err("is empty".to_owned()),
        text if hex::decode(&text).is_some_and(|octets| octets.len() >= 16) => {
            Err("is a key itself, and must be the name of a file with the key".to_owned())
        }
        text => Ok(PathBuf::from(text)),
    }
}

pub(crate) fn flag(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| not(value, "true or false"))
}

/// What must be `true` to be there at all.
pub(crate) fn set(value: &DeValue<'_>) -> Result<bool, String> {
    match flag(value)? {
        true => Ok(true),
        false => Err("is false, and says nothing then: leave it out".to_owned()),
    }
}

pub(crate) fn octet(value: &DeValue<'_>) -> Result<u8, String> {
    number(value).and_then(|number| u8::try_from(number).ok()).ok_or_else(|| not(value, "a number from 0 to 255"))
}

/// From 1 up, and bounded so that a slip of the finger does not take all memory.
pub(crate) fn count(value: &DeValue<'_>) -> Result<usize, String> {
    let count = number(value).filter(|number| (1..=1_000_000).contains(number));
    count.and_then(|count| usize::try_from(count).ok()).ok_or_else(|| not(value, "a number from 1 to 1000000"))
}

/// Seconds, from 1 to a day.
pub(crate) fn seconds(value: &DeValue<'_>) -> Result<Duration, String> {
    let seconds = number(value).filter(|number| (1..=86_400).contains(number));
    seconds.map(Duration::from_secs).ok_or_else(|| not(value, "a number of seconds from 1 to 86400"))
}

pub(crate) fn address(value: &DeValue<'_>) -> Result<SocketAddr, String> {
    let address = value.as_str().and_then(|text| text.parse().ok());
    address.ok_or_else(|| not(value, "an address with a port"))
}

pub(crate) fn device(value: &DeValue<'_>) -> Result<DeviceId, String> {
    let device = value.as_str().and_then(|text| text.parse().ok());
    device.ok_or_else(|| not(value, "16 hexadecimal digits in double quotes"))
}

pub(crate) fn digest(value: &DeValue<'_>) -> Result<[u8; 32], String> {
    let digest = value.as_str().and_then(hex::decode_exact);
    digest.ok_or_else(|| not(value, "64 hexadecimal digits in double quotes"))
}

pub(crate) fn public_key(value: &DeValue<'_>) -> Result<PublicKey, String> {
    PublicKey::new(&digest(value)?).map_err(|error| format!("cannot be trusted: {error}"))
}

pub(crate) fn account(value: &DeValue<'_>) -> Result<AccountName, String> {
    let account = value.as_str().and_then(|text| text.parse().ok());
    account.ok_or_else(|| not(value, "3 to 16 hexadecimal digits in double quotes"))
}

pub(crate) fn language(value: &DeValue<'_>) -> Result<Language, String> {
    match value.as_str() {
        Some("vi") => Ok(Language::Vietnamese),
        Some("en") => Ok(Language::English),
        _ => Err(not(value, "\"vi\" or \"en\"")),
    }
}

fn number(value: &DeValue<'_>) -> Option<u64> {
    value.as_integer().and_then(|integer| u64::from_str_radix(integer.as_str(), integer.radix()).ok())
}

fn not(value: &DeValue<'_>, expected: &str) -> String {
    match value {
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Boolean(_) => format!("is not {expected}"),
        other => format!("is a TOML {}, not {expected}", other.type_str()),
    }
}
