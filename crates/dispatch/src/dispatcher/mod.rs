//! The incident machine: what happens, in; records, tellings and progress, out.

mod alarms;
mod answers;
mod faults;
mod flood;
mod state;
mod tell;
mod testing;
mod timers;

use core::time::Duration;
use std::collections::{BTreeSet, VecDeque};

use keng_protocol::entry::Path;
use keng_protocol::message::{AlarmKind, Notice, Progress};
use keng_protocol::receiver::{Accepted, Supervision};
use keng_protocol::{DeviceId, FrameId, IncidentId, Timestamp};

use crate::answer::AnswerError;
use crate::directory::{Channel, Directory, Index};
use crate::incident::{Facts, Incident, Step};
use crate::name::{AuthorityId, SiteId};
use crate::record::{Record, Source, What, Why};
use state::State;
use testing::TestsDue;
use timers::Timers;

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
    /// Devices and classes whose rate is remembered; those that have earned all back go, or else the eighth that was quiet longest.
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

/// Steps back of the caller's clock that are no step.
const CLOCK_JITTER: Duration = Duration::from_secs(1);

/// Tells every level at once, and goes on telling until a person answers.
///
/// The contract: drain [`Dispatcher::poll_output`] to [`Output::Timeout`] before the next input; hand in a time with each; journal every
/// [`Output::Record`] of one input in one batch. The state is nothing but the records applied in order, so [`Dispatcher::restore`] of what
/// was journaled puts it back, and an escalation that fell due meanwhile happens at the first input.
/// Every frame that came as [`Input::Accepted`] leaves a record with its id, so a stored frame without one, or whose record `restore` could
/// not apply, was never handled.
///
/// A clock that is put forward makes timers fall due early. One that is put back starts them anew from the new time and ends all test modes,
/// with a record, so that no escalation waits for the hour that was taken away.
#[derive(Debug)]
pub struct Dispatcher {
    config: Config,
    directory: Directory,
    index: Index,
    state: State,
    /// The time of the last input.
    now: Timestamp,
    /// How many records this run has made.
    records: u64,
    /// When each open incident does something by itself; brought up to date for what was touched since.
    timers: Timers<IncidentId>,
    touched: BTreeSet<IncidentId>,
    tests_due: TestsDue,
    out: VecDeque<Output>,
}

impl Dispatcher {
    /// A dispatcher with no incident.
    pub fn new(config: Config, directory: Directory) -> Self {
        Self {
            config,
            index: Index::of(&directory),
            directory,
            state: State::default(),
            now: Timestamp::default(),
            records: 0,
            timers: Timers::default(),
            touched: BTreeSet::new(),
            tests_due: TestsDue::default(),
            out: VecDeque::new(),
        }
    }

    /// Applies a record that was journaled; before the first input, in the order of the journal. Nothing is told by it.
    ///
    /// Says whether the record found what it belongs to. One that does not has lost its incident, as on a disk that was full when the
    /// incident was raised and had room again for a press that joined it: its frame counts as never handled, and has to come anew as
    /// [`Input::Accepted`] after the last record, or the press would be gone.
    pub fn restore(&mut self, record: &Record) -> bool {
        self.now = self.now.max(record.at);
        let applied = self.state.has_place_for(record);
        if applied {
            self.touched.extend(self.state.apply(record, &self.config.limits));
        }
        applied
    }

    /// What happened, and when.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.set_clock(now);
        match input {
            Input::Accepted(accepted) => self.accepted(accepted),
            Input::Again { frame, path } => self.again(frame, path),
            Input::Supervision { device, event } => self.supervision(device, event),
            Input::External { device, event } => self.external(device, event),
            Input::Delivered { notice } => self.reported(notice, What::Delivered { notice }),
            Input::Undelivered { notice, code } => self.reported(notice, What::Undelivered { notice, code }),
            Input::Directory(directory) => self.adopt(*directory),
            Input::TestMode { site, until } => self.test_mode(site, until),
            Input::Tick => {}
        }
        self.settle();
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Output {
        match self.out.pop_front() {
            Some(output) => output,
            None => Output::Timeout(self.next_due()),
        }
    }

    /// The directory in use.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// How many records of kinds from a newer version were restored.
    pub const fn unknown_records(&self) -> u64 {
        self.state.unknown
    }

    pub(crate) fn open_and_closed(&self) -> impl Iterator<Item = &Incident> {
        self.state.incidents.values()
    }

    pub(crate) fn remembered(&self, id: IncidentId) -> Option<&Incident> {
        self.state.incidents.get(&id)
    }

    /// When a channel last delivered, and when it last failed.
    pub(crate) fn proven(&self, authority: &AuthorityId, channel: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        self.state.channels.get(&(authority.clone(), channel)).copied().unwrap_or_default()
    }

    /// What an incident does next by itself.
    pub(crate) fn next_of(&self, incident: &Incident) -> Option<Step> {
        let audience = self.index.audience(&self.directory, incident.facts.site.as_ref(), self.now);
        incident.next(&audience, &self.directory.policies)
    }

    /// Takes the time of an input. Steps back of less than a second are the jitter of concurrent callers: the later time stands.
    fn set_clock(&mut self, now: Timestamp) {
        if now + CLOCK_JITTER < self.now {
            self.now = now;
            self.log(What::ClockBack);
            self.tests_due = TestsDue::default();
            self.touched.extend(self.state.incidents.keys());
        }
        self.now = self.now.max(now);
    }

    fn adopt(&mut self, directory: Directory) {
        self.log(What::Adopted { version: directory.version });
        self.index = Index::of(&directory);
        self.state.channels.retain(|(authority, _), _| directory.authorities.contains_key(authority));
        self.directory = directory;
        self.tests_due = TestsDue::default();
        // Whoever is new to an open incident is told of it.
        self.touched.extend(self.state.incidents.keys());
    }

    /// A record of no incident.
    fn log(&mut self, what: What) {
        self.record(Record { number: 0, at: self.now, incident: None, frame: None, source: None, what });
    }

    /// A record of an incident.
    fn log_of(&mut self, incident: IncidentId, what: What) {
        self.record(Record { number: 0, at: self.now, incident: Some(incident), frame: None, source: None, what });
    }

    /// A record with all that caused it.
    fn log_from(&mut self, incident: Option<IncidentId>, frame: Option<FrameId>, source: Option<Source>, what: What) {
        self.record(Record { number: 0, at: self.now, incident, frame, source, what });
    }

    /// Numbers a record, applies it and hands it out. There is no other way to change the state.
    fn record(&mut self, mut record: Record) -> u64 {
        self.records += 1;
        record.number = (u64::from(self.config.run) << 32).saturating_add(self.records);
        self.touched.extend(self.state.apply(&record, &self.config.limits));
        let number = record.number;
        self.out.push_back(Output::Record(record));
        number
    }
}
