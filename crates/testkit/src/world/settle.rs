//! The faults end, and everything must settle.

use core::time::Duration;

use keng_protocol::FrameId;

use super::World;

use super::happening::Happening;
use crate::desk::Temper;
use crate::witness::Violation;

/// How long it may take: several of the longest retries, and a silence that ends.
const MOST: Duration = Duration::from_secs(600);

impl World {
    /// Nothing new happens, nothing breaks, everybody is at work.
    pub(super) fn calm_down(&mut self) {
        self.note(|| "the faults end".to_owned());
        self.calm = true;
        let climate = &mut self.climate;
        (climate.lost, climate.twice, climate.corrupt) = (0, 0, 0);
        climate.slowest_line = climate.slowest_line.min(Duration::from_millis(500));
        self.ways.disk.set_full(false);
        self.ways.disk.quicken();
        self.lines.iter_mut().for_each(|line| line.cut(false, false));
        for panel in 0..self.posts.len() {
            self.power_on(panel);
        }
        for line in 0..self.lines.len() {
            self.at(self.now + Duration::from_secs(60), Happening::Connect { line });
        }
        for desk in 0..self.ways.desks.len() {
            self.ways.desks.get_mut(desk).into_iter().for_each(|desk| desk.temper = Temper::Willing);
            self.open_desk(desk, true);
            let undone = self.ways.desks.get(desk).map(crate::desk::Desk::undone).unwrap_or_default();
            for incident in undone {
                let after = self.dice.secs(1, 20);
                self.at(self.now + after, Happening::Acts { desk, incident });
            }
        }
    }

    /// Lives on until nothing waits any more.
    pub(super) fn settle(&mut self) -> Result<(), Violation> {
        if !self.calm {
            self.now = self.now.max(self.queue.keys().next().map_or(self.now, |(at, _)| *at));
            self.calm_down();
        }
        self.until_nothing_waits(MOST)?;
        // A while more, in which nothing may begin to wait again for longer than the disk and the lines are slow.
        let end = self.now + Duration::from_secs(200);
        while self.next() <= end {
            self.step()?;
        }
        self.until_nothing_waits(Duration::from_secs(60))?;
        let lost = self.ways.witness.lost().find(|frame| !self.may_be_stale(*frame));
        lost.map_or(Ok(()), |frame| Err(Violation::Unsettled(format!("frame {frame} was signed and is nowhere"))))
    }

    fn until_nothing_waits(&mut self, most: Duration) -> Result<(), Violation> {
        let end = self.now + most;
        while let Some(what) = self.waits() {
            if self.next() > end {
                return Err(Violation::Unsettled(what));
            }
            self.step()?;
        }
        Ok(())
    }

    /// What still waits.
    fn waits(&self) -> Option<String> {
        let Some(station) = &self.station else { return Some("the station is down".to_owned()) };
        for (panel, post) in self.posts.iter().enumerate() {
            let mut frames = post.waiting().into_iter().map(|octets| FrameId::of(&octets));
            if let Some(frame) = frames.find(|frame| !self.may_be_stale(*frame)) {
                return Some(format!("panel {panel} waits for the receipt of {frame}"));
            }
        }
        if let Some((desk, _)) = self.ways.desks.iter().enumerate().find(|(_, desk)| desk.outbox().next().is_some()) {
            return Some(format!("desk {desk} waits for a receipt"));
        }
        if let Some((incident, level)) = self.ways.witness.unanswered() {
            return Some(format!("level {level} of incident {incident} is without an answer"));
        }
        if !station.is_settled() {
            return Some("the journal is behind".to_owned());
        }
        (station.silent() > 0).then(|| format!("{} panels are silent", station.silent()))
    }

    /// An ordinary event whose receipt was lost until the station had forgotten it, as it remembers a device's last 256: refused as stale,
    /// whether it was stored or not. People under attack are never.
    fn may_be_stale(&self, frame: FrameId) -> bool {
        self.climate.deluge > 0 && !self.ways.witness.is_urgent(frame)
    }
}
