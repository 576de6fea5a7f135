//! When what will happen: all of it is decided at the beginning.

use core::time::Duration;

use keng_protocol::message::{Alarm, AlarmKind, Message, OpenClose};

use super::happening::{Happening, something};
use super::{Mode, World};
use crate::climate::Climate;
use crate::desk::Temper;
use crate::dice::Dice;

impl World {
    /// Decides when what will happen.
    pub(super) fn plan(&mut self, mode: Mode) {
        let climate = self.climate.clone();
        let end = self.now + climate.span;
        self.plan_panels(&climate);
        self.plan_network(&climate);
        self.plan_station(&climate);
        for _ in 0..climate.attacks {
            let what = if self.dice.chance(150) { Happening::ReplayAll } else { Happening::Attack };
            self.some_time(what);
        }
        let desk = |world: &mut Self| world.dice.index(world.ways.desks.len());
        for _ in 0..climate.desk_outages {
            let desk = desk(self);
            let at = self.now + self.dice.up_to(climate.span);
            self.at(at, Happening::Open { desk, open: false });
            let back = at + self.dice.secs(5, 120);
            self.at(back, Happening::Open { desk, open: true });
        }
        if mode == Mode::Liveness {
            self.at(end, Happening::Calm);
        }
    }

    fn plan_panels(&mut self, climate: &Climate) {
        for _ in 0..climate.presses {
            let panel = self.dice.index(self.posts.len());
            let message = self.something(panel);
            self.some_time(Happening::Say { panel, message });
        }
        for _ in 0..climate.floods {
            let panel = self.dice.index(self.posts.len());
            let begins = self.now + self.dice.up_to(climate.span);
            let message = self.something(panel);
            for _ in 0..self.dice.between(15, 60) {
                let at = begins + self.dice.up_to(Duration::from_secs(5));
                self.at(at, Happening::Say { panel, message: message.clone() });
            }
        }
        if climate.deluge > 0 {
            self.plan_deluge(climate);
        }
        for _ in 0..climate.power_losses {
            let panel = self.dice.index(self.posts.len());
            let at = self.now + self.dice.up_to(climate.span);
            self.at(at, Happening::PowerOff { panel });
            let back = at + self.dice.secs(0, 60);
            self.at(back, Happening::PowerOn { panel });
        }
        for _ in 0..climate.clock_jumps {
            let ahead = self.leap();
            let panel = self.dice.index(self.posts.len());
            self.some_time(Happening::SetClock { panel, ahead });
        }
    }

    /// A hold-up, then so much of the same panel that the station forgets it, then the hold-up again, from somebody who recorded it.
    fn plan_deluge(&mut self, climate: &Climate) {
        let panel = self.dice.index(self.posts.len());
        let message = Alarm::silent(AlarmKind::HoldUp).into();
        self.at(self.now + Duration::from_secs(1), Happening::Say { panel, message });
        for _ in 0..climate.deluge {
            let at = self.now + Duration::from_secs(2) + self.dice.up_to(climate.span * 3 / 4);
            let message = OpenClose { opened: true, user: None }.into();
            self.at(at, Happening::Say { panel, message });
        }
        self.at(self.now + climate.span * 9 / 10, Happening::ReplayAll);
    }

    fn plan_network(&mut self, climate: &Climate) {
        for _ in 0..climate.partitions {
            let line = self.dice.index(self.lines.len());
            let at = self.now + self.dice.up_to(climate.span);
            let (to_station, to_panel) =
                [(true, true), (true, false), (false, true)].get(self.dice.index(3)).copied().unwrap_or((true, true));
            self.at(at, Happening::Cut { line, to_station, to_panel });
            let back = at + self.dice.secs(1, 150);
            self.at(back, Happening::Cut { line, to_station: false, to_panel: false });
        }
        for _ in 0..climate.resets {
            let line = self.dice.index(self.lines.len());
            let noticed = self.dice.chance(600);
            self.some_time(Happening::Reset { line, noticed });
        }
    }

    fn plan_station(&mut self, climate: &Climate) {
        for _ in 0..climate.crashes {
            self.some_time(Happening::Crash);
        }
        for _ in 0..climate.full_disks {
            let at = self.now + self.dice.up_to(climate.span);
            self.at(at, Happening::DiskFull(true));
            let back = at + self.dice.secs(1, 90);
            self.at(back, Happening::DiskFull(false));
        }
        for _ in 0..climate.broken_disks {
            self.some_time(Happening::DiskBreaks);
        }
        if climate.crashes > 0 && self.dice.chance(300) {
            let ahead = self.leap();
            self.some_time(Happening::WallClock { ahead });
        }
        for _ in 0..climate.tests {
            let site = self.dice.pick(&self.city.sites).map(|site| site.id.clone());
            let span = self.dice.secs(10, 300);
            site.into_iter().for_each(|site| self.some_time(Happening::OnTest { site, span }));
        }
    }

    fn some_time(&mut self, happening: Happening) {
        let at = self.now + self.dice.up_to(self.climate.span);
        self.at(at, happening);
    }

    fn something(&mut self, panel: usize) -> Message {
        let paths = self.posts.get(panel).map_or(1, |post| post.paths);
        something(&mut self.dice, paths)
    }

    /// By how much a wrong clock is wrong: seconds, hours, or years.
    fn leap(&mut self) -> i64 {
        let most = [90_000, 7_200_000, 40_000_000_000].get(self.dice.index(3)).copied().unwrap_or(0);
        let by = i64::try_from(self.dice.below(most)).unwrap_or(0);
        if self.dice.chance(500) { by } else { -by }
    }
}

/// How the person at a desk is.
pub(super) fn temper(climate: &Climate, dice: &mut Dice) -> Temper {
    if dice.chance(climate.absent) {
        Temper::Never
    } else if dice.chance(climate.slow) {
        Temper::Late
    } else {
        Temper::Prompt
    }
}
