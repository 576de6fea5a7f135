//! What can happen in a world, and when it is decided that it will.

use core::time::Duration;

use keng_dispatch::SiteId;
use keng_protocol::IncidentId;
use keng_protocol::message::{
    Alarm, AlarmKind, Cancel, CancelCode, Descriptors, Drill, Message, OpenClose, Suspicion, Test, Update, Weapon,
};

use crate::dice::Dice;

/// Something that happens at a time.
#[derive(Clone)]
pub(super) enum Happening {
    Say {
        panel: usize,
        message: Message,
    },
    PowerOff {
        panel: usize,
    },
    PowerOn {
        panel: usize,
    },
    SetClock {
        panel: usize,
        ahead: i64,
    },
    ToStation {
        line: usize,
        link: Option<u64>,
        octets: Vec<u8>,
    },
    ToPanel {
        line: usize,
        link: Option<u64>,
        octets: Vec<u8>,
    },
    Cut {
        line: usize,
        to_station: bool,
        to_panel: bool,
    },
    /// A connection breaks; the panel may not notice.
    Reset {
        line: usize,
        noticed: bool,
    },
    Connect {
        line: usize,
    },
    Crash,
    Start,
    WallClock {
        ahead: i64,
    },
    DiskFull(bool),
    DiskBreaks,
    /// A channel has taken a telling, or has not.
    Told {
        notice: u64,
        arrived: bool,
    },
    Sees {
        desk: usize,
        incident: IncidentId,
        asked: bool,
    },
    Acts {
        desk: usize,
        incident: IncidentId,
    },
    Submits {
        desk: usize,
    },
    FromDesk {
        desk: usize,
        octets: Vec<u8>,
    },
    Open {
        desk: usize,
        open: bool,
    },
    OnTest {
        site: SiteId,
        span: Duration,
    },
    Attack,
    /// Everything that was recorded is sent again, by every link.
    ReplayAll,
    /// Nothing new happens any more, and nothing breaks.
    Calm,
}

/// What a panel may have to say.
pub(super) fn something(dice: &mut Dice, paths: u8) -> Message {
    match dice.below(20) {
        0..=8 => alarm(dice, AlarmKind::HoldUp, false),
        9 => alarm(dice, AlarmKind::Duress, false),
        10 => alarm(dice, AlarmKind::ConfirmedHoldUp, false),
        11 | 12 => alarm(dice, AlarmKind::HoldUp, true),
        13 => alarm(dice, AlarmKind::Intrusion, false),
        14 => alarm(dice, AlarmKind::Tamper, false),
        15 => alarm(dice, AlarmKind::Fire, false),
        16 => suspicion(dice).into(),
        17 => Update { about: None, seen: seen(), hostages: Some(1), injured: None }.into(),
        18 => cancel(dice).into(),
        _ => by_the_way(dice, paths),
    }
}

fn alarm(dice: &mut Dice, kind: AlarmKind, drill: bool) -> Message {
    let zone = u16::try_from(dice.between(1, 3)).ok();
    Alarm { zone, drill, ..Alarm::silent(kind) }.into()
}

fn suspicion(dice: &mut Dice) -> Suspicion {
    Suspicion { mark: None, drill: dice.chance(200), seen: seen() }
}

fn seen() -> Descriptors {
    Descriptors { offenders: Some(2), weapon: Some(Weapon::Gun), ..Descriptors::default() }
}

fn cancel(dice: &mut Dice) -> Cancel {
    Cancel { code: if dice.chance(500) { CancelCode::Duress } else { CancelCode::AllClear }, user: Some(3) }
}

fn by_the_way(dice: &mut Dice, paths: u8) -> Message {
    match dice.below(3) {
        0 => OpenClose { opened: dice.chance(500), user: None }.into(),
        1 => Drill { begins: dice.chance(500) }.into(),
        _ => Test { path: u8::try_from(dice.below(paths.into())).unwrap_or(0) }.into(),
    }
}
