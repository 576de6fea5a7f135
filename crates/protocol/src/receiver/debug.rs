//! What the machine's parts print: numbers and kinds, never octets or messages, which may name people and cars, and no key.

use core::fmt;

use super::{Input, Output, Receiver};

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame { origin, octets } => {
                f.debug_struct("Frame").field("origin", origin).field("octets", &octets.len()).finish()
            }
            Self::Persisted { ticket, position, durability } => f
                .debug_struct("Persisted")
                .field("ticket", ticket)
                .field("position", position)
                .field("durability", durability)
                .finish(),
            Self::NotPersisted { ticket } => f.debug_struct("NotPersisted").field("ticket", ticket).finish(),
            Self::Say { to, message } => {
                f.debug_struct("Say").field("to", to).field("message", &message.kind()).finish()
            }
            Self::LinkClosed { link } => f.debug_struct("LinkClosed").field("link", link).finish(),
            Self::Tick => f.write_str("Tick"),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Persist { ticket, at, urgent, entry } => f
                .debug_struct("Persist")
                .field("ticket", ticket)
                .field("at", at)
                .field("urgent", urgent)
                .field("entry", entry)
                .finish(),
            Self::Accepted(accepted) => f.debug_tuple("Accepted").field(accepted).finish(),
            Self::Again { frame, path } => f.debug_struct("Again").field("frame", frame).field("path", path).finish(),
            Self::Send { to, octets } => f.debug_struct("Send").field("to", to).field("octets", &octets.len()).finish(),
            Self::Stored { frame, position } => {
                f.debug_struct("Stored").field("frame", frame).field("position", position).finish()
            }
            Self::Refused { origin, claimed, reason } => f
                .debug_struct("Refused")
                .field("origin", origin)
                .field("claimed", claimed)
                .field("reason", reason)
                .finish(),
            Self::Supervision { device, event } => {
                f.debug_struct("Supervision").field("device", device).field("event", event).finish()
            }
            Self::Timeout(at) => f.debug_tuple("Timeout").field(at).finish(),
        }
    }
}

impl<S> fmt::Debug for Receiver<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("start", &self.start).finish_non_exhaustive()
    }
}
