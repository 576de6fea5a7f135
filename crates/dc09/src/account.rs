//! Accounts are data: what the operator wrote down about each panel.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::key::Key;

/// How long the same sequence and content on an account are one event, unless the account says otherwise.
///
/// Diallers send again after 5 to 30 s, by both of their paths; the next true event has another sequence. Too short only raises one event
/// twice, too long would hide the second press of a panel that never counts, so it is kept short.
pub const REPEAT_WINDOW: Duration = Duration::from_secs(120);

/// An account: 3 to 16 hex digits (DC-09 5.5.1.6), held in upper case. Other letters are taken too: some panels are sold with them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(String);

/// The text is not an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account is 3 to 16 hex digits, or letters")]
pub struct AccountFormat;

/// What the receiver knows about one account.
#[derive(Debug)]
pub struct Account {
    /// Its name.
    pub name: AccountName,
    /// Its key. With a key, frames in clear are refused; without, sealed ones cannot be read.
    pub key: Option<Key>,
    /// How long the same sequence and content are one event.
    pub repeat_window: Duration,
}

impl Account {
    /// An account that sends in clear, with the usual repeat window.
    pub const fn clear(name: AccountName) -> Self {
        Self { name, key: None, repeat_window: REPEAT_WINDOW }
    }

    /// An account that must seal its frames with `key`, with the usual repeat window.
    pub const fn keyed(name: AccountName, key: Key) -> Self {
        Self { name, key: Some(key), repeat_window: REPEAT_WINDOW }
    }
}

impl AccountName {
    /// The digits, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = AccountFormat;

    fn from_str(digits: &str) -> Result<Self, AccountFormat> {
        let fits = (3..=16).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
        if fits { Ok(Self(digits.to_ascii_uppercase())) } else { Err(AccountFormat) }
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
