//! The panel's side, as far as a simulation needs it: frames out, answers in.

use keng_protocol::Timestamp;

use crate::account::AccountName;
use crate::body::Body;
use crate::frame::{Content, Frame, Token};
use crate::key::Key;
use crate::seal::{framed, sealed};

/// Writes the frames of one panel. For tests, demonstrations and benchmarks: its padding is constant and it keeps no queue.
#[derive(Debug)]
pub struct Dialler {
    account: AccountName,
    key: Option<Key>,
    sequence: u16,
}

/// What a receiver answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Stored. The frame may be let go.
    Ack,
    /// Not accepted; set the clock to this time and send again.
    Nak(Option<Timestamp>),
    /// Not understood; do not send it again.
    Duh,
}

impl Dialler {
    /// A panel that sends in clear, or seals with `key`.
    pub const fn new(account: AccountName, key: Option<Key>) -> Self {
        Self { account, key, sequence: 0 }
    }

    /// A frame of SIA-DCS events, such as `Nri1/HA003`, with the next sequence number.
    pub fn sia(&mut self, now: Timestamp, events: &str) -> Vec<u8> {
        self.event(now, &Token::SiaDcs, events)
    }

    /// A frame of one Contact ID event, such as `1122 01 003`, with the next sequence number.
    pub fn contact_id(&mut self, now: Timestamp, event: &str) -> Vec<u8> {
        self.event(now, &Token::AdmCid, event)
    }

    /// A link test.
    pub fn link_test(&self, now: Timestamp) -> Vec<u8> {
        self.frame(now, &Token::Null, 0, "]")
    }

    /// Reads an answer to the last event or link test; `None` when it is no answer to it.
    pub fn reply(&self, bytes: &[u8]) -> Option<Reply> {
        let frame = Frame::parse(bytes).ok()?;
        let time = match (&frame.content, &self.key) {
            (Content::Clear(body), _) => body.time,
            (Content::Sealed(content), Some(key)) => Body::unseal(content, key).ok()?.time,
            (Content::Sealed(_), None) => return None,
        };
        let ours = frame.account.as_deref() == Some(self.account.as_str());
        match frame.token {
            Token::Ack if ours && frame.is_sealed() == self.key.is_some() => Some(Reply::Ack),
            Token::Nak => Some(Reply::Nak(time)),
            Token::Duh if ours => Some(Reply::Duh),
            _ => None,
        }
    }

    fn event(&mut self, now: Timestamp, token: &Token, data: &str) -> Vec<u8> {
        self.sequence = self.sequence % 9999 + 1;
        self.frame(now, token, self.sequence, &format!("#{}|{data}]", self.account))
    }

    fn frame(&self, now: Timestamp, token: &Token, sequence: u16, inner: &str) -> Vec<u8> {
        let account = &self.account;
        match &self.key {
            None => {
                framed(&format!("\"{token}\"{sequence:04}L0#{account}[{inner}_{}", crate::clock::write(now)), false)
            }
            Some(key) => framed(&format!("\"*{token}\"{sequence:04}L0#{account}[{}", sealed(inner, now, key)), false),
        }
    }
}
