//! What the machine's parts print: numbers, kinds and ids, never octets or messages, which may name people and cars, and no key.

use core::fmt;

use super::{Input, Output, Panel, Record};
use crate::id::FrameId;

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say(message) => f.debug_tuple("Say").field(&message.kind()).finish(),
            Self::Frame { path, octets } => {
                f.debug_struct("Frame").field("path", path).field("octets", &octets.len()).finish()
            }
            Self::PathUp { path } => f.debug_struct("PathUp").field("path", path).finish(),
            Self::PathDown { path } => f.debug_struct("PathDown").field("path", path).finish(),
            Self::Power(power) => f.debug_tuple("Power").field(power).finish(),
            Self::Tamper(open) => f.debug_tuple("Tamper").field(open).finish(),
            Self::Tick => f.write_str("Tick"),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { path, octets } => {
                f.debug_struct("Send").field("path", path).field("frame", &FrameId::of(octets)).finish()
            }
            Self::Persist(record) => f.debug_tuple("Persist").field(record).finish(),
            Self::Show { discreet, what } => {
                f.debug_struct("Show").field("discreet", discreet).field("what", what).finish()
            }
            Self::Refused { path, reason } => {
                f.debug_struct("Refused").field("path", path).field("reason", reason).finish()
            }
            Self::Timeout(at) => f.debug_tuple("Timeout").field(at).finish(),
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch(epoch) => f.debug_tuple("Epoch").field(epoch).finish(),
            Self::Queued(octets) => f.debug_tuple("Queued").field(&FrameId::of(octets)).finish(),
            Self::Settled(frame) => f.debug_tuple("Settled").field(frame).finish(),
            Self::Heard { station, epoch, sequence } => f
                .debug_struct("Heard")
                .field("station", station)
                .field("epoch", epoch)
                .field("sequence", sequence)
                .finish(),
        }
    }
}

impl<S> fmt::Debug for Panel<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
