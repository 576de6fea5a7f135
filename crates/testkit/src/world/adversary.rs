//! Somebody who hears every line, has no key of ours, and sends what he likes.

use keng_protocol::entry::Path;
use keng_protocol::message::{Alarm, AlarmKind, Durability, Message, Receipt};
use keng_protocol::receiver::Origin;
use keng_protocol::{DeviceId, FrameId, Header, seal};

use super::{Happening, Peer, World};
use crate::dice::Dice;
use crate::line::spoil;
use crate::sample::{STATION, key};

/// How many frames he keeps.
const KEPT: usize = 96;

/// What he has recorded.
#[derive(Default)]
pub(super) struct Adversary {
    heard: Vec<Vec<u8>>,
}

impl Adversary {
    /// Octets are on a line: he keeps them, in the place of others when he has too many.
    pub(super) fn overhears(&mut self, octets: &[u8], dice: &mut Dice) {
        // An alarm, a cancel, a receipt or an answer is worth more to him than the rest.
        let precious = octets.get(1).is_some_and(|kind| matches!(kind, 1 | 8 | 32 | 64));
        if !precious && !dice.chance(100) {
            return;
        }
        if self.heard.len() < KEPT {
            self.heard.push(octets.to_vec());
        } else if let Some(place) = self.heard.get_mut(dice.index(KEPT)) {
            *place = octets.to_vec();
        }
    }
}

impl World {
    /// He sends something: an old frame, an old frame changed, or one of his own making.
    pub(super) fn attack(&mut self) {
        self.ways.witness.report.attacks += 1;
        let Some(mut octets) = self.dice.pick(&self.adversary.heard).cloned() else { return };
        match self.dice.below(5) {
            0 | 1 => {}
            2 => spoil(&mut octets, &mut self.dice),
            3 => octets = self.graft(&octets),
            _ => octets = self.forge(),
        }
        let known = self.ways.witness.knows(&octets);
        self.note(|| format!("adversary: sends {} octets, signed by somebody: {known}", octets.len()));
        if self.dice.chance(250) {
            let line = self.dice.index(self.lines.len());
            let link = self.lines.get(line).and_then(|line| line.link);
            self.at(self.now, Happening::ToPanel { line, link, octets });
        } else {
            self.send(&octets);
        }
    }

    /// He sends everything that he has again, at a bad moment.
    pub(super) fn replay_all(&mut self) {
        self.note(|| "adversary: replays everything".to_owned());
        for octets in self.adversary.heard.clone() {
            self.ways.witness.report.attacks += 1;
            self.send(&octets);
        }
    }

    /// After a restart is a good time to try old frames.
    pub(super) fn notice_replays(&mut self) {
        if self.climate.attacks > 0 && !self.calm && !self.adversary.heard.is_empty() {
            let after = self.dice.secs(0, 5);
            self.at(self.now + after, Happening::ReplayAll);
        }
    }

    /// By a link of his own, or in the middle of somebody's line.
    fn send(&mut self, octets: &[u8]) {
        let line = self.dice.index(self.lines.len() * 2);
        let on = self.lines.get(line).and_then(|line| Some(Origin { path: line.kind, link: line.link? }));
        let origin = match on {
            Some(origin) => origin,
            None => Origin { path: Path::Tcp, link: self.open_link(Peer::Nobody) },
        };
        self.station_hears(origin, octets);
    }

    /// The header of one frame before the rest of another.
    fn graft(&mut self, octets: &[u8]) -> Vec<u8> {
        let other = self.dice.pick(&self.adversary.heard).cloned().unwrap_or_default();
        let at = 25.min(octets.len()).min(other.len());
        [octets.get(..at).unwrap_or_default(), other.get(at..).unwrap_or_default()].concat()
    }

    /// A frame in somebody's name, signed with a key that nobody enrolled.
    fn forge(&mut self) -> Vec<u8> {
        let victim = self.dice.pick(&self.posts).map_or(STATION, |post| post.id);
        let message: Message = if self.dice.chance(300) {
            let frame = self.dice.pick(&self.adversary.heard).map_or(FrameId([0; 32]), |octets| FrameId::of(octets));
            Receipt { frame, position: self.dice.between(1, 50), durability: Durability::DISK }.into()
        } else {
            Alarm::silent(AlarmKind::HoldUp).into()
        };
        let sender = if matches!(message, Message::Receipt(_)) { STATION } else { victim };
        let sequence = u32::try_from(self.dice.between(1, 500)).unwrap_or(1);
        let header = Header { kind: message.kind(), sender, key: 1, epoch: 1, sequence, time: self.now };
        seal(&header, &message, &key(DeviceId(*b"stranger"))).unwrap_or_default()
    }
}
