//! The incident machine: what happens, in; records, tellings and progress, out.

use core::time::Duration;
use std::collections::VecDeque;

use keng_protocol::entry::Path;
use keng_protocol::message::{AlarmKind, Notice, Progress};
use keng_protocol::receiver::{Accepted, Supervision};
use keng_protocol::{DeviceId, FrameId, IncidentId, Timestamp};

use crate::answer::AnswerError;
use crate::directory::{Channel, Directory};
use crate::incident::Facts;
use crate::name::{AuthorityId, SiteId};
use crate::record::{Record, Why};
use crate::view::{ChannelView, IncidentView};

/// What a dispatcher is.
#[derive(Clone, Debug)]
pub struct Config {
    /// How often this station has started, this start included: the high 32 bits of every record's number.
    pub run: u32,
    /// The bounds.
    pub limits: Limits,
}

/// The named bounds of a dispatcher, and what happens at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open incidents. Beyond it the oldest that is no attack is dropped from memory, with a record, after it was told; drills go first.
    /// An attack always gets in: there is at most one open for a site, and one drill.
    pub open: usize,
    /// Closed incidents that are remembered; the oldest goes.
    pub closed: usize,
    /// Frames that are remembered, so that one which is told again after a failed write raises nothing new; the oldest goes.
    pub frames: usize,
    /// Tellings that can still be reported as delivered; the oldest goes.
    pub notices: usize,
    /// Tellings of one authority that an incident keeps for its view; the oldest goes.
    pub tellings: usize,
    /// Acts that an incident keeps for its view; the oldest goes.
    pub acts: usize,
    /// Pieces of path evidence that an incident keeps; the first stay.
    pub evidence: usize,
    /// Devices and classes whose rate is remembered; the one that was quiet longest goes.
    pub sources: usize,
    /// How many messages of one class a device may send at once before it floods.
    pub burst: u32,
    /// How long until it may send one more.
    pub refill: Duration,
    /// How often a flood that goes on is counted in a record.
    pub flood_mark: Duration,
    /// After how long without excess a flood is over.
    pub flood_quiet: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open: 4096,
            closed: 512,
            frames: 16_384,
            notices: 32_768,
            tellings: 16,
            acts: 64,
            evidence: 16,
            sources: 8192,
            burst: 10,
            refill: Duration::from_secs(6),
            flood_mark: Duration::from_secs(60),
            flood_quiet: Duration::from_secs(60),
        }
    }
}

/// What happens to a dispatcher.
#[derive(Debug)]
pub enum Input<'a> {
    /// An authentic message; heartbeats need not come.
    Accepted(&'a Accepted),
    /// A frame that was accepted before came again by another path.
    Again {
        /// Which frame.
        frame: FrameId,
        /// By what path.
        path: Path,
    },
    /// A panel's state changed, or it stopped talking.
    Supervision {
        /// Which panel.
        device: DeviceId,
        /// What changed.
        event: Supervision,
    },
    /// A panel of another dialect said something that is no alarm.
    External {
        /// The device that the directory knows its account by.
        device: DeviceId,
        /// What it said.
        event: External<'a>,
    },
    /// A telling reached its channel: a desk took it, a web server said yes.
    Delivered {
        /// [`Telling::notice`].
        notice: u64,
    },
    /// A telling could not be delivered: its authority is told by its next channel at once.
    Undelivered {
        /// [`Telling::notice`].
        notice: u64,
        /// The driver's own number of the reason.
        code: u16,
    },
    /// A new version of the directory. Incidents keep the version that they were raised with in their record; whoever is told from here on is
    /// told by the new one, and who is new to an open incident is told of it at once.
    Directory(Box<Directory>),
    /// A site is on test until a time, at most [`Policies::longest_test`](crate::policy::Policies::longest_test) from now; a time that is past ends it.
    TestMode {
        /// Which site.
        site: SiteId,
        /// Until when.
        until: Timestamp,
    },
    /// The time has come that [`Output::Timeout`] named.
    Tick,
}

/// What a panel of another dialect can say that is no alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum External<'a> {
    /// Opened.
    Opened,
    /// Closed.
    Closed,
    /// An alarm condition is over. A fault ends by it; an incident of people or premises does not.
    Restored {
        /// Which kind.
        alarm: AlarmKind,
        /// Which zone.
        zone: Option<u16>,
    },
    /// A user has cancelled an alarm: told, and open until a person at a desk closes it.
    Cancelled,
    /// A test.
    Test,
    /// Trouble: a fault.
    Trouble,
    /// It is over.
    TroubleOver,
    /// A zone was taken out of service.
    Bypassed {
        /// Which.
        zone: Option<u16>,
    },
    /// It was put back.
    Unbypassed {
        /// Which.
        zone: Option<u16>,
    },
    /// Anything else, known or not: for the log, as it came; the first 64 octets are kept.
    Code(&'a str),
}

/// What a dispatcher wants done.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Write this to the journal, in one batch with the frame that caused it. Telling does not wait for it.
    Record(Record),
    /// Tell an authority, now.
    Notify(Box<Telling>),
    /// Tell a panel of the site that a person has acted.
    Progress {
        /// Which panel.
        device: DeviceId,
        /// What to say.
        message: Progress,
    },
    /// Ask panels for vigilance.
    Vigilance {
        /// Which panels.
        devices: Vec<DeviceId>,
        /// What to say.
        notice: Notice,
    },
    /// A desk's answer was refused.
    AnswerRefused {
        /// Which desk.
        desk: DeviceId,
        /// Which frame.
        frame: FrameId,
        /// Why.
        error: AnswerError,
    },
    /// A site cannot be on test: the directory does not know it.
    TestRefused {
        /// Which site.
        site: SiteId,
    },
    /// Nothing more to do before this time; [`Timestamp::MAX`] when there is nothing to wait for.
    Timeout(Timestamp),
}

/// One telling: to one authority, by one channel, why, and what is known; no words, those are made at the edge ([`text`](crate::text)).
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// Its number, to be handed back with [`Input::Delivered`]; the number of its record.
    pub notice: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// Which incident.
    pub incident: IncidentId,
    /// Who is told.
    pub authority: AuthorityId,
    /// Its level; 0 is the bank's own centre.
    pub level: u8,
    /// The index of the channel in the authority's list.
    pub channel: usize,
    /// The channel.
    pub to: Channel,
    /// Why.
    pub why: Why,
    /// The level that is silent or has refused, where that is why.
    pub about: Option<u8>,
    /// How urgent, 0 to 99.
    pub urgency: u8,
    /// What is known.
    pub facts: Facts,
}

/// Tells every level at once, and goes on telling until a person answers.
///
/// The contract: drain [`Dispatcher::poll_output`] to [`Output::Timeout`] before the next input; hand in a time with each; journal every
/// [`Output::Record`] of one input in one batch. The state is nothing but the records applied in order, so [`Dispatcher::restore`] of what
/// was journaled puts it back, and an escalation that fell due meanwhile happens at the first input.
#[derive(Debug)]
pub struct Dispatcher {
    config: Config,
    directory: Directory,
    out: VecDeque<Output>,
}

impl Dispatcher {
    /// A dispatcher with no incident.
    pub fn new(config: Config, directory: Directory) -> Self {
        Self { config, directory, out: VecDeque::new() }
    }

    /// Applies a record that was journaled. Nothing is told by it.
    pub fn restore(&mut self, record: &Record) {
        let _ = record;
    }

    /// What happened, and when.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        let _ = (now, input, &self.config, &self.directory);
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Output {
        self.out.pop_front().unwrap_or(Output::Timeout(Timestamp::MAX))
    }

    /// The directory in use.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// All incidents that are remembered, the most urgent first, then the oldest; closed ones last.
    pub fn incidents(&self) -> Vec<IncidentView> {
        Vec::new()
    }

    /// One incident.
    pub fn incident(&self, id: IncidentId) -> Option<IncidentView> {
        let _ = id;
        None
    }

    /// Every channel of the directory with its last proven delivery.
    pub fn channels(&self) -> Vec<ChannelView> {
        Vec::new()
    }

    /// The sites on test, and until when.
    pub fn on_test(&self) -> Vec<(SiteId, Timestamp)> {
        Vec::new()
    }

    /// How many records of kinds from a newer version were restored.
    pub const fn unknown_records(&self) -> u64 {
        0
    }
}
