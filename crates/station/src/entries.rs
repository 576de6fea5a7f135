//! The station's own entries in the journal, beside those of the protocol (1 to 31) and of the dispatcher (32); documented in `JOURNAL.md`.

use keng_dc09::{AccountName, EventKey};

/// The kind of the dispatcher's records.
pub const RECORD: u16 = 32;
/// The kind of [`Entry::Started`].
pub const STARTED: u16 = 64;
/// The kind of [`Entry::Dc09`].
pub const DC09: u16 = 65;
/// The kind of [`Entry::Dc09Refused`].
pub const DC09_REFUSED: u16 = 66;

/// The kind of [`Entry::Act`].
pub const ACT: u16 = 67;

/// The kind of [`Entry::Notice`].
pub const NOTICE: u16 = 68;

/// How many octets of a refused DC-09 frame are kept.
pub const MAX_EVIDENCE: usize = 256;

/// An entry of the station's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Kind 64: the receiver has started; how often, this start included. Payload: the number, 4 octets, big-endian.
    Started {
        /// How often.
        run: u32,
    },
    /// Kind 65: a DC-09 frame that was accepted. Payload: its event key, 32 octets; the length of the account, 1 octet; the account; the frame
    /// as it came, from the checksum up to the CR.
    Dc09 {
        /// Names the event for as long as the repeat window lasts.
        key: EventKey,
        /// Whose.
        account: AccountName,
        /// The frame.
        octets: Vec<u8>,
    },
    /// Kind 66: DC-09 octets that were refused. Payload: the first [`MAX_EVIDENCE`] octets.
    Dc09Refused {
        /// The octets.
        octets: Vec<u8>,
    },
    /// Kind 67: what an operator of the console did besides answering: a login, a tick, a note. Payload: a JSON object, which the console
    /// documents.
    Act {
        /// The JSON.
        json: Vec<u8>,
    },
    /// Kind 68: a notice that went to panels. Payload: the frame that the station signed.
    Notice {
        /// The frame.
        octets: Vec<u8>,
    },
}

impl Entry {
    /// The kind, and the payload as documented at each variant.
    pub fn encode(&self) -> (u16, Vec<u8>) {
        match self {
            Self::Started { run } => (STARTED, run.to_be_bytes().to_vec()),
            Self::Dc09 { key, account, octets } => {
                let name = account.as_str().as_bytes();
                // An account has at most 16 digits.
                let length = u8::try_from(name.len()).unwrap_or_default();
                (DC09, [&key.0[..], &[length], name, octets].concat())
            }
            Self::Act { json } => (ACT, json.clone()),
            Self::Notice { octets } => (NOTICE, octets.clone()),
            Self::Dc09Refused { octets } => {
                (DC09_REFUSED, octets.get(..MAX_EVIDENCE.min(octets.len())).unwrap_or_default().to_vec())
            }
        }
    }

    /// Reads back what [`Entry::encode`] wrote; `None` for another kind or a payload that does not fit its kind.
    pub fn read(kind: u16, payload: &[u8]) -> Option<Self> {
        match kind {
            STARTED => Some(Self::Started { run: u32::from_be_bytes(payload.try_into().ok()?) }),
            DC09 => {
                let (key, rest) = payload.split_first_chunk::<32>()?;
                let (&length, rest) = rest.split_first()?;
                let (account, octets) = rest.split_at_checked(usize::from(length))?;
                let account = std::str::from_utf8(account).ok()?.parse().ok()?;
                Some(Self::Dc09 { key: EventKey(*key), account, octets: octets.to_vec() })
            }
            DC09_REFUSED => Some(Self::Dc09Refused { octets: payload.to_vec() }),
            ACT => Some(Self::Act { json: payload.to_vec() }),
            NOTICE => Some(Self::Notice { octets: payload.to_vec() }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_back_what_it_wrote() {
        let account = "12AB".parse().unwrap();
        let entries = [
            Entry::Started { run: 7 },
            Entry::Dc09 { key: EventKey([3; 32]), account, octets: b"frame".to_vec() },
            Entry::Dc09Refused { octets: b"noise".to_vec() },
            Entry::Act { json: b"{}".to_vec() },
            Entry::Notice { octets: b"frame".to_vec() },
        ];
        for entry in entries {
            let (kind, payload) = entry.encode();
            assert_eq!(Entry::read(kind, &payload), Some(entry));
        }
        assert_eq!(Entry::read(DC09, &[0; 33]), None);
        assert_eq!(Entry::read(STARTED, &[0; 3]), None);
    }
}
