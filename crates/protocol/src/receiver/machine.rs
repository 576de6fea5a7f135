//! The machine: its inputs, its outputs, and what becomes of an entry when the journal has it.

use core::time::Duration;
use std::collections::VecDeque;

use super::device::{Device, State};
use super::pending::{Allowance, Pending, Rank, Then};
use super::supervision::Watch;
use super::voice::Voice;
use super::{Config, Input, Origin, Output, Supervision, Ticket};
use crate::entry::{Entry, Path};
use crate::error::Malformed;
use crate::id::{DeviceId, FrameId, IdMap};
use crate::key::Sign;
use crate::keyring::Keyring;
use crate::message::{Durability, Message, Notice, Role, Vouched};
use crate::time::Timestamp;

/// The receiver's session machine; its contract stands at the [module](super).
pub struct Receiver<S> {
    pub(super) keyring: Keyring,
    pub(super) watch: Watch,
    /// When this run began.
    pub(super) start: Timestamp,
    /// While the journal is read: whose event a frame is. Empty from the first input on.
    pub(super) read: IdMap<FrameId, usize>,
    voice: Voice<S>,
    devices: Vec<Device>,
    pub(super) pending: Pending,
    /// Refusals of who is enrolled, and of strangers: no flood of strangers uses up what the others need.
    pub(super) allowances: (Allowance, Allowance),
    /// Open links, with how many devices were last heard on each.
    pub(super) links: IdMap<u64, u32>,
    pub(super) clock_tolerance: Duration,
    pub(super) heartbeat_mark: Duration,
    pub(super) outputs: VecDeque<Output>,
}

impl<S: Sign> Receiver<S> {
    /// A receiver that knows nobody but the authorities and itself. Its journal goes to [`Receiver::restore`] before the first input.
    pub fn new(config: Config, signer: S, now: Timestamp) -> Self {
        let mut keyring = Keyring::new(config.limits.devices);
        keyring.configure(config.id, Role::Station, config.key, signer.public_key());
        for &(authority, number, key) in &config.authorities {
            keyring.configure(authority, Role::Authority, number, key);
        }
        Self {
            keyring,
            watch: Watch::new(config.silence, now),
            start: now,
            read: IdMap::default(),
            voice: Voice::new(&config, signer),
            devices: Vec::new(),
            pending: Pending::new(config.limits.pending),
            allowances: (Allowance::new(now), Allowance::new(now)),
            links: IdMap::default(),
            clock_tolerance: config.clock_tolerance,
            heartbeat_mark: config.heartbeat_mark,
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input at `now`. Drain [`Receiver::poll_output`] to [`Output::Timeout`] before the next.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.read = IdMap::default();
        match input {
            Input::Frame { origin, octets } => self.frame(now, origin, octets),
            Input::Persisted { ticket, position, durability } => self.persisted(ticket, position, durability),
            Input::NotPersisted { ticket } => self.not_persisted(ticket),
            Input::Say { to, message } => self.say(now, to, &message),
            Input::LinkClosed { link } => drop(self.links.remove(&link)),
            Input::Tick => {}
        }
        self.supervise(now);
    }

    /// The next thing to do; [`Output::Timeout`] when there is nothing else.
    pub fn poll_output(&mut self) -> Output {
        let next = || Output::Timeout(self.watch.next().unwrap_or(Timestamp::MAX));
        self.outputs.pop_front().unwrap_or_else(next)
    }

    /// Signs an alarm that came in another dialect and takes it in like any other frame, by [`Path::Own`]. When it is in the journal
    /// [`Output::Stored`] names it; before that it must not be acknowledged. An input like those of [`Receiver::handle_input`].
    ///
    /// Each call is another frame, so a repeat in the other dialect must not come here again. If the journal could not take it, give
    /// its octets, as they stood in [`Output::Persist`], to [`Input::Frame`] by [`Path::Own`] again: that is the same alarm.
    pub fn vouch(&mut self, now: Timestamp, vouched: Vouched) -> FrameId {
        // All fields of a vouched alarm together are far below the longest frame; were they not, no octets would be refused and shown.
        let octets = self.voice.vouch(now, vouched).unwrap_or_default();
        self.handle_input(now, Input::Frame { origin: Origin { path: Path::Own, link: 0 }, octets: &octets });
        FrameId::of(&octets)
    }

    /// Signs a notice, once for all the panels that it goes to: its frame id names it to all of them. It goes out by [`Receiver::pass`].
    pub fn notice(&mut self, now: Timestamp, notice: Notice) -> Vec<u8> {
        // All fields of a notice together are far below the longest frame; were they not, no octets would be sent to nobody's harm.
        self.voice.say(now, &notice.into()).unwrap_or_default()
    }

    /// Sends a notice that [`Receiver::notice`] has signed to those of these devices that have an open link, and says which they were. An input
    /// like those of [`Receiver::handle_input`]; give it as many devices at once as may be told before the next alarm.
    pub fn pass(&mut self, to: &[DeviceId], notice: &[u8]) -> Vec<DeviceId> {
        let mut reached = Vec::with_capacity(to.len());
        for device in to {
            let Some(link) = self.keyring.slot(*device).and_then(|slot| self.open_link(slot)) else { continue };
            self.outputs.push_back(Output::Send { to: link, octets: notice.to_vec() });
            reached.push(*device);
        }
        reached
    }

    /// The highest epoch that a device has said an event or a heartbeat in; `None` when it has said none, or is not enrolled.
    pub fn epoch(&self, device: DeviceId) -> Option<u32> {
        self.keyring.slot(device).and_then(|slot| self.devices.get(slot)).and_then(Device::latest_epoch)
    }

    /// Whether a key speaks for this device; true for authorities and the station itself.
    pub fn is_enrolled(&self, device: DeviceId) -> bool {
        self.keyring.slot(device).is_some()
    }

    /// What a device is, if a key speaks for it.
    pub fn role(&self, device: DeviceId) -> Option<Role> {
        self.keyring.slot(device).and_then(|slot| self.keyring.role(slot))
    }

    /// How many devices are enrolled, those whose keys were all revoked included.
    pub const fn devices(&self) -> usize {
        self.keyring.enrolled()
    }

    /// How many panels are silent.
    pub const fn silent(&self) -> usize {
        self.watch.silent()
    }

    /// How many entries are on their way to the journal.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    fn persisted(&mut self, ticket: Ticket, position: u64, durability: Durability) {
        if let Some(Then::Receipt { slot, frame, at, waiting }) = self.pending.settle(ticket) {
            self.set_state(slot, &frame, State::Stored { position, durability });
            for origin in waiting {
                self.receipt(origin, at, frame, position, durability);
            }
        }
    }

    fn not_persisted(&mut self, ticket: Ticket) {
        match self.pending.settle(ticket) {
            Some(Then::Receipt { slot, frame, .. }) => self.set_state(slot, &frame, State::Unstored),
            Some(Then::Mark { slot }) => self.device(slot).marked = None,
            Some(Then::Nothing) | None => {}
        }
    }

    /// Only what a panel did not ask for: nothing but the machine itself can give a receipt.
    fn say(&mut self, now: Timestamp, to: DeviceId, message: &Message) {
        if !matches!(message, Message::Progress(_) | Message::Notice(_)) {
            return;
        }
        let Some(slot) = self.keyring.slot(to) else { return };
        let Some(link) = self.open_link(slot) else { return };
        let octets = self.voice.say(now, message);
        self.send(link, octets);
    }

    /// On which link a device was last heard, if that is still open.
    fn open_link(&mut self, slot: usize) -> Option<Origin> {
        self.device(slot).link.filter(|origin| self.links.contains_key(&origin.link))
    }

    /// Asks the journal for an entry if there is room for its rank.
    pub(super) fn persist(&mut self, at: Timestamp, rank: Rank, entry: Entry, then: Then) -> Option<Ticket> {
        let ticket = self.pending.enter(rank, then)?;
        self.outputs.push_back(Output::Persist { ticket, at, urgent: rank == Rank::Urgent, entry });
        Some(ticket)
    }

    pub(super) fn receipt(&mut self, to: Origin, at: Timestamp, frame: FrameId, position: u64, durability: Durability) {
        if to.path == Path::Own {
            self.outputs.push_back(Output::Stored { frame, position });
        } else {
            self.send(to, self.voice.receipt(at, frame, position, durability));
        }
    }

    pub(super) fn answer(&mut self, now: Timestamp, to: Origin, sequence: u32, frame: FrameId) {
        self.send(to, self.voice.heard(now, sequence, frame));
    }

    /// What cannot be sealed is too long for every reader, so it is not said.
    fn send(&mut self, to: Origin, octets: Result<Vec<u8>, Malformed>) {
        self.outputs.extend(octets.ok().map(|octets| Output::Send { to, octets }));
    }

    pub(super) fn set_state(&mut self, slot: usize, frame: &FrameId, state: State) {
        if let Some(event) = self.device(slot).event(frame) {
            event.state = state;
        }
    }

    fn supervise(&mut self, now: Timestamp) {
        let Self { watch, keyring, outputs, .. } = self;
        watch.advance(now, |slot, since| {
            let told = |device| Output::Supervision { device, event: Supervision::Silent { since } };
            outputs.extend(keyring.device(slot).map(told));
        });
    }

    /// Watches a panel as long as a key speaks for it.
    pub(super) fn follow(&mut self, changed: Option<usize>, now: Timestamp, restored: bool) {
        match changed {
            Some(slot) if self.keyring.role(slot) == Some(Role::Panel) => self.watch.add(slot, now, restored),
            Some(slot) => self.watch.remove(slot),
            None => {}
        }
    }

    pub(super) fn device(&mut self, slot: usize) -> &mut Device {
        if self.devices.len() <= slot {
            self.devices.resize_with(slot + 1, Device::default);
        }
        #[expect(clippy::indexing_slicing, reason = "the table was just made long enough")]
        &mut self.devices[slot]
    }
}
