//! What becomes of what happens.

use core::time::Duration;

use keng_protocol::entry::Path;
use keng_protocol::message::Message;
use keng_protocol::panel::{Input, Output, Record};
use keng_protocol::receiver::Origin;

use super::happening::Happening;
use super::{Peer, World};
use crate::station::{InHand, Setting, Station};
use crate::witness::Violation;

/// How often a desk sends an answer that is not receipted.
const SUBMIT_AGAIN: Duration = Duration::from_secs(5);

impl World {
    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Say { panel, message } if !self.calm => self.say(panel, message),
            Happening::PowerOff { panel } if !self.calm => self.power_off(panel),
            Happening::PowerOn { panel } => self.power_on(panel),
            Happening::SetClock { panel, ahead } if !self.calm => {
                self.note(|| format!("panel {panel}: clock {ahead} ms ahead"));
                self.posts.get_mut(panel).into_iter().for_each(|post| post.set_clock(ahead));
            }
            Happening::ToStation { line, link, octets } => self.arrives_at_station(line, link, &octets),
            Happening::ToPanel { line, link, octets } => self.arrives_at_panel(line, link, &octets),
            Happening::Cut { line, to_station, to_panel } => {
                self.note(|| format!("line {line}: cut {to_station} {to_panel}"));
                let cut = !self.calm;
                self.lines.get_mut(line).into_iter().for_each(|line| line.cut(cut && to_station, cut && to_panel));
            }
            Happening::Reset { line, noticed } if !self.calm => self.reset(line, noticed),
            Happening::Connect { line } => self.connect(line),
            Happening::Crash if !self.calm || self.station.as_ref().is_some_and(|station| station.broken) => {
                self.crash()
            }
            Happening::Start => self.start(),
            Happening::WallClock { ahead } if !self.calm => {
                self.note(|| format!("wall clock {ahead} ms ahead"));
                self.wall_ahead = ahead;
            }
            Happening::DiskFull(full) => {
                self.note(|| format!("disk full: {full}"));
                self.ways.disk.set_full(full && !self.calm);
            }
            Happening::DiskBreaks if !self.calm => {
                self.note(|| "disk breaks".to_owned());
                self.ways.disk.break_next();
            }
            other => self.happens_at_a_desk(other),
        }
    }

    fn happens_at_a_desk(&mut self, happening: Happening) {
        match happening {
            Happening::Told { notice, arrived } => {
                if let Some(station) = &mut self.station {
                    station.told(self.now, notice, arrived, &mut self.ways);
                    self.carry_out();
                }
            }
            Happening::Sees { desk, incident, asked } => {
                let after = self.ways.desks.get_mut(desk).and_then(|desk| desk.sees(incident, asked));
                after.into_iter().for_each(|after| self.at(self.now + after, Happening::Acts { desk, incident }));
            }
            Happening::Acts { desk, incident } => self.act(desk, incident),
            Happening::Submits { desk } => self.submit(desk),
            Happening::FromDesk { desk, octets } => {
                let link = self.open_link(Peer::Desk(desk));
                self.station_hears(Origin { path: Path::Http, link }, &octets);
            }
            Happening::Open { desk, open } => self.open_desk(desk, open || self.calm),
            Happening::OnTest { site, span } => {
                if let Some(station) = &mut self.station {
                    station.test(self.now, site, span, &mut self.ways);
                    self.carry_out();
                }
            }
            Happening::Attack if !self.calm => self.attack(),
            Happening::ReplayAll if !self.calm => self.replay_all(),
            Happening::Calm => self.calm_down(),
            _ => {}
        }
    }

    fn say(&mut self, panel: usize, message: Message) {
        let Some(post) = self.posts.get_mut(panel) else { return };
        if !post.has_power() {
            return;
        }
        let id = post.id;
        let outputs = post.input(self.now, Input::Say(message.clone()));
        self.ways.witness.report.said += 1;
        for output in &outputs {
            if let Output::Persist(Record::Queued(octets)) = output {
                self.ways.witness.signs(octets, id, message.clone());
                let frame = keng_protocol::FrameId::of(octets);
                self.note(|| format!("panel {panel}: says {message:?}, frame {frame}"));
            }
        }
        self.does(panel, outputs);
    }

    fn power_off(&mut self, panel: usize) {
        self.note(|| format!("panel {panel}: power off"));
        self.ways.witness.report.power_losses += 1;
        let lost = self.posts.get_mut(panel).map(|post| post.power_off(self.now)).unwrap_or_default();
        lost.into_iter().for_each(|frame| self.ways.witness.excuses(frame));
        for line in self.streams_of(panel) {
            self.hang_up(line);
        }
    }

    pub(super) fn power_on(&mut self, panel: usize) {
        let Some(post) = self.posts.get_mut(panel).filter(|post| !post.has_power()) else { return };
        let outputs = post.power_on(self.now);
        self.note(|| format!("panel {panel}: power on"));
        self.does(panel, outputs);
        for line in self.streams_of(panel) {
            self.connect(line);
        }
    }

    fn streams_of(&self, panel: usize) -> Vec<usize> {
        let lines = self.lines.iter().enumerate().filter(|(_, line)| line.panel == panel && line.is_stream());
        lines.map(|(index, _)| index).collect()
    }

    fn arrives_at_station(&mut self, line: usize, link: Option<u64>, octets: &[u8]) {
        let Some(found) = self.lines.get(line) else { return };
        // What was on its way on a connection that is gone is gone with it.
        if let Some(now) = found.link.filter(|now| !found.is_stream() || Some(*now) == link) {
            self.station_hears(Origin { path: found.kind, link: now }, octets);
        }
    }

    fn arrives_at_panel(&mut self, line: usize, link: Option<u64>, octets: &[u8]) {
        let Some(found) = self.lines.get(line) else { return };
        if found.is_stream() && found.link != link {
            return;
        }
        let (panel, path) = (found.panel, found.number);
        let outputs = self.posts.get_mut(panel).map(|post| post.input(self.now, Input::Frame { path, octets }));
        self.does(panel, outputs.unwrap_or_default());
    }

    /// A connection breaks. Who does not notice is told by nobody, and connects again only after a while.
    fn reset(&mut self, line: usize, noticed: bool) {
        let Some(found) = self.lines.get(line).filter(|line| line.is_stream()) else { return };
        let (panel, path) = (found.panel, found.number);
        self.note(|| format!("line {line}: reset, noticed {noticed}"));
        self.hang_up(line);
        if noticed {
            let outputs = self.posts.get_mut(panel).map(|post| post.input(self.now, Input::PathDown { path }));
            self.does(panel, outputs.unwrap_or_default());
        }
        let after = if noticed { self.dice.secs(1, 5) } else { self.dice.secs(10, 60) };
        self.at(self.now + after, Happening::Connect { line });
    }

    fn hang_up(&mut self, line: usize) {
        let link = self.lines.get_mut(line).and_then(|line| line.link.take());
        if let (Some(link), Some(station)) = (link, &mut self.station) {
            self.links.remove(&link);
            station.closed(self.now, link, &mut self.ways);
            self.carry_out();
        }
    }

    pub(super) fn connect(&mut self, line: usize) {
        let Some(found) = self.lines.get(line).filter(|line| line.link.is_none()) else { return };
        let (panel, path, stream) = (found.panel, found.number, found.is_stream());
        let powered = self.posts.get(panel).is_some_and(|post| post.has_power());
        if self.station.is_none() || !powered {
            return;
        }
        let link = self.open_link(Peer::Line(line));
        self.lines.get_mut(line).into_iter().for_each(|line| line.link = Some(link));
        if stream {
            let outputs = self.posts.get_mut(panel).map(|post| post.input(self.now, Input::PathUp { path }));
            self.does(panel, outputs.unwrap_or_default());
        }
    }

    /// The station is gone. What the disk does not have is lost.
    fn crash(&mut self) {
        let Some(station) = self.station.take() else { return };
        self.note(|| "station: crash".to_owned());
        if station.is_settled() {
            self.ways.witness.compares(station.dispatcher(), &self.ways.disk.store);
        }
        self.ways.disk.crash();
        self.ways.sent.clear();
        self.ways.in_hand.clear();
        self.links.clear();
        self.lines.iter_mut().for_each(|line| line.link = None);
        self.ways.witness.crashes(&self.ways.disk.store, self.head);
        let down = self.dice.up_to(self.climate.longest_down);
        self.at(self.now + down, Happening::Start);
    }

    /// The station starts on what the disk has; datagrams reach it at once, connections are made anew.
    pub(super) fn start(&mut self) {
        if self.station.is_some() {
            return;
        }
        let setting = Setting {
            directory: &self.city.directory,
            pending: self.climate.pending,
            flaw: self.flaw,
            wall_ahead: self.wall_ahead,
        };
        match Station::start(self.now, setting, &mut self.ways) {
            Ok(station) => self.station = Some(station),
            Err(_) => self.ways.witness.object(Violation::JournalUnreadable),
        }
        self.note(|| "station: start".to_owned());
        for line in 0..self.lines.len() {
            if self.lines.get(line).is_some_and(|line| !line.is_stream()) {
                let link = self.open_link(Peer::Line(line));
                self.lines.get_mut(line).into_iter().for_each(|line| line.link = Some(link));
            } else {
                let after = self.dice.up_to(Duration::from_secs(4));
                self.at(self.now + after, Happening::Connect { line });
            }
        }
        self.carry_out();
        self.notice_replays();
    }

    fn act(&mut self, desk: usize, incident: keng_protocol::IncidentId) {
        let Some(person) = self.ways.desks.get_mut(desk) else { return };
        let Some((answer, octets, next)) = person.acts(self.now, incident) else { return };
        let id = person.id;
        let act = answer.act;
        self.note(|| format!("desk {desk}: {act} on {incident}"));
        self.ways.witness.signs(&octets, id, answer.into());
        next.into_iter().for_each(|next| self.at(self.now + next, Happening::Acts { desk, incident }));
        self.submit(desk);
    }

    /// Hands in what is not receipted yet, and comes again.
    fn submit(&mut self, desk: usize) {
        let Some(found) = self.ways.desks.get(desk) else { return };
        let waiting: Vec<Vec<u8>> = found.outbox().take(4).cloned().collect();
        if waiting.is_empty() {
            return;
        }
        for octets in waiting {
            if !self.dice.chance(self.climate.lost) {
                let at = self.now + self.dice.up_to(Duration::from_millis(300));
                self.adversary.overhears(&octets, &mut self.dice);
                self.at(at, Happening::FromDesk { desk, octets });
            }
        }
        let again = self.queue.values().any(|one| matches!(one, Happening::Submits { desk: of } if *of == desk));
        if !again {
            self.at(self.now + SUBMIT_AGAIN, Happening::Submits { desk });
        }
    }

    pub(super) fn open_desk(&mut self, desk: usize, open: bool) {
        let Some(found) = self.ways.desks.get_mut(desk) else { return };
        let missed = if open { found.opens() } else { Vec::new() };
        found.open = open;
        self.note(|| format!("desk {desk}: open {open}"));
        for InHand { notice, incident, asks: asked, .. } in missed {
            let at = self.now + self.dice.up_to(Duration::from_secs(1));
            self.at(at, Happening::Told { notice, arrived: true });
            self.at(at, Happening::Sees { desk, incident, asked });
        }
    }
}
