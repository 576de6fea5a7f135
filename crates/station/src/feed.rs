//! What desks read: a bounded stream of numbered events for each desk, which can be taken up again where it broke off.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use keng_dispatch::record::Record;
use keng_dispatch::view::IncidentView;
use keng_protocol::{DeviceId, IncidentId};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc;

/// How many events are kept for desks that come back. One that was away for longer gets a snapshot instead.
const KEPT: usize = 16 * 1024;
/// How many events may wait for one stream. A stream that is further behind is cut off; its desk comes back and takes up again.
const WAITING: usize = 1024;
/// How many streams may be open at once.
const STREAMS: usize = 1024;
/// How many of them with one token. For one more its oldest is cut off: a desk whose line broke often is not kept out by its own dead streams,
/// nor another desk by it.
const OF_ONE_TOKEN: usize = 32;

/// Room for the JSON of a telling, so that it seldom has to grow.
const JSON_OCTETS: usize = 4096;

/// One event, as it stands on a desk's stream.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Grows with every event; `Last-Event-ID` names it.
    pub(crate) number: u64,
    /// The desks that may see it.
    pub(crate) audience: Arc<[DeviceId]>,
    /// The telling that this event delivers, and to which desk.
    pub(crate) delivers: Option<(u64, DeviceId)>,
    /// What has happened.
    pub(crate) what: What,
    /// The same as JSON. The first who reads the event makes it, for all, so that the driver does not wait for that.
    pub(crate) json: Arc<OnceLock<String>>,
}

/// What has happened, as it stands in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum What {
    /// A record of an incident, or of none.
    Record {
        /// The record.
        record: Arc<Record>,
    },
    /// An authority is told, with the incident as it is.
    Told {
        /// The record.
        record: Arc<Record>,
        /// The incident.
        incident: Arc<IncidentView>,
    },
    /// Octets were refused: for the operator of the receiver.
    Refused(Arc<Value>),
}

impl What {
    /// The event's name on the stream.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Record { .. } => "record",
            Self::Told { .. } => "told",
            Self::Refused(_) => "refused",
        }
    }
}

/// Whose events a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of one desk.
    Desk(DeviceId),
    /// All of them, at a desk that is told like any other: a province's command centre.
    Command(DeviceId),
    /// All: for the operator of the receiver.
    All,
}

/// Who uses the API: the SHA-256 of the token, and what it may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The SHA-256 of what was shown.
    pub token: [u8; 32],
    /// What it may see.
    pub scope: Scope,
}

impl Scope {
    /// Whether everything may be seen.
    pub const fn is_all(self) -> bool {
        matches!(self, Self::All | Self::Command(_))
    }

    /// The desk that it is, if it is one.
    pub const fn desk(self) -> Option<DeviceId> {
        match self {
            Self::Desk(desk) | Self::Command(desk) => Some(desk),
            Self::All => None,
        }
    }
}

/// A stream that a desk has open.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Whose.
    pub(crate) scope: Scope,
    /// What the desk missed and can still be had, in order.
    pub(crate) missed: Vec<Event>,
    /// True when what was missed cannot be told: send a snapshot first.
    pub(crate) gap: bool,
    /// The number of the newest event when the stream was opened.
    pub(crate) newest: u64,
    /// What comes.
    pub(crate) coming: mpsc::Receiver<Event>,
}

/// All events and all streams.
#[derive(Debug, Default)]
pub(crate) struct Feed(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    kept: VecDeque<Event>,
    newest: u64,
    next: u64,
    /// The oldest first.
    streams: BTreeMap<u64, (Caller, mpsc::Sender<Event>)>,
}

impl Event {
    /// An event that is not told to anybody in particular.
    pub(crate) fn new(number: u64, audience: Arc<[DeviceId]>, what: What) -> Self {
        Self { number, audience, delivers: None, what, json: Arc::default() }
    }

    /// The event's data on the stream.
    pub(crate) fn json(&self) -> &str {
        self.json.get_or_init(|| {
            let mut json = Vec::with_capacity(JSON_OCTETS);
            // Plain values into octets cannot fail, and are UTF-8.
            serde_json::to_writer(&mut json, &self.what).unwrap_or_default();
            String::from_utf8(json).unwrap_or_default()
        })
    }

    /// The incident that it is about, if it is about one.
    pub(crate) fn incident(&self) -> Option<IncidentId> {
        match &self.what {
            What::Record { record } | What::Told { record, .. } => record.incident,
            What::Refused(_) => None,
        }
    }

    fn is_for(&self, scope: Scope) -> bool {
        match scope {
            Scope::All | Scope::Command(_) => true,
            Scope::Desk(desk) => self.audience.contains(&desk),
        }
    }

    /// The telling that is delivered when a stream of `scope` takes this event. Others may see it; only the desk's own stream delivers it.
    pub(crate) fn delivered_by(&self, scope: Scope) -> Option<u64> {
        self.delivers.filter(|(_, desk)| scope.desk() == Some(*desk)).map(|(notice, _)| notice)
    }
}

impl Feed {
    /// A feed whose events so far went up to `newest`, in an earlier run.
    pub(crate) fn starting_after(newest: u64) -> Self {
        Self(Mutex::new(State { newest, ..State::default() }))
    }

    /// Puts an event on the streams of its audience; says how many of the desk that it is meant to reach have it in hand.
    pub(crate) fn publish(&self, event: &Event) -> usize {
        let mut state = self.state();
        state.newest = event.number;
        if state.kept.len() == KEPT {
            state.kept.pop_front();
        }
        state.kept.push_back(event.clone());
        let mut reached = 0;
        state.streams.retain(|_, (caller, out)| {
            if !event.is_for(caller.scope) {
                return true;
            }
            let kept_up = out.try_send(event.clone()).is_ok();
            reached += usize::from(kept_up && event.delivered_by(caller.scope).is_some());
            kept_up
        });
        reached
    }

    /// Shows something on the open streams of the receiver's operator. It has no number and is not kept: it can be asked for. A stream that is
    /// half full goes without, so that a flood of noise cuts no operator off from the alarms.
    pub(crate) fn pass(&self, what: &What) {
        let state = self.state();
        let event = Event::new(state.newest, Arc::default(), what.clone());
        let all = state.streams.values().filter(|(caller, _)| caller.scope.is_all());
        for (_, out) in all.filter(|(_, out)| out.capacity() > WAITING / 2) {
            drop(out.try_send(event.clone()));
        }
    }

    /// Opens a stream from the event after `last`, or from now. `None` when too many are open.
    pub(crate) fn subscribe(&self, caller: Caller, last: Option<u64>) -> Option<Subscription> {
        let scope = caller.scope;
        let mut state = self.state();
        state.make_room(caller.token);
        if state.streams.len() >= STREAMS {
            return None;
        }
        let (out, coming) = mpsc::channel(WAITING);
        let number = state.next;
        state.next += 1;
        state.streams.insert(number, (caller, out));
        let oldest = state.kept.front().map_or(state.newest.saturating_add(1), |event| event.number);
        // A number that is still to come is of another journal, or of events that a crash took back.
        let kept = |last: u64| last == state.newest || last < state.newest && last.saturating_add(1) >= oldest;
        let gap = !last.is_some_and(kept);
        let after = |event: &&Event| !gap && last.is_some_and(|last| event.number > last) && event.is_for(scope);
        let missed = state.kept.iter().filter(after).cloned().collect();
        Some(Subscription { scope, missed, gap, newest: state.newest, coming })
    }

    /// Whether a stream with this token is open.
    pub(crate) fn is_open(&self, token: &[u8; 32]) -> bool {
        self.state().streams.values().any(|(caller, out)| caller.token == *token && !out.is_closed())
    }

    /// Cuts off the streams of callers who may not read any more.
    pub(crate) fn keep(&self, may: impl Fn(&Caller) -> bool) {
        self.state().streams.retain(|_, (caller, _)| may(caller));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets the streams that have ended, and the oldest of a token that has too many.
    fn make_room(&mut self, token: [u8; 32]) {
        self.streams.retain(|_, (_, out)| !out.is_closed());
        let own = self.streams.iter().filter(|(_, (caller, _))| caller.token == token).map(|(number, _)| *number);
        let own: Vec<u64> = own.collect();
        for number in own.iter().take((own.len() + 1).saturating_sub(OF_ONE_TOKEN)) {
            self.streams.remove(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: DeviceId = DeviceId([1; 8]);
    const OTHER: DeviceId = DeviceId([2; 8]);

    fn caller(desk: DeviceId) -> Caller {
        Caller { token: [desk.0[0]; 32], scope: Scope::Desk(desk) }
    }

    fn event(number: u64, desk: DeviceId) -> Event {
        let what = What::Refused(Arc::new(Value::Null));
        Event { delivers: Some((number, desk)), ..Event::new(number, [desk].into(), what) }
    }

    #[test]
    fn a_desk_takes_up_where_it_broke_off_and_sees_only_its_own() {
        let feed = Feed::default();
        for number in 1..=6 {
            feed.publish(&event(number, if number % 2 == 0 { DESK } else { OTHER }));
        }
        let stream = feed.subscribe(caller(DESK), Some(2)).unwrap();
        assert!(!stream.gap);
        assert_eq!(stream.missed.iter().map(|event| event.number).collect::<Vec<_>>(), [4, 6]);
    }

    #[test]
    fn a_desk_that_was_away_too_long_is_told_that_there_is_a_gap() {
        let feed = Feed::starting_after(100);
        for number in 101..=101 + KEPT as u64 {
            feed.publish(&event(number, DESK));
        }
        assert!(feed.subscribe(caller(DESK), Some(100)).unwrap().gap);
        assert!(feed.subscribe(caller(DESK), None).unwrap().gap);
        assert!(!feed.subscribe(caller(DESK), Some(101)).unwrap().gap);
    }

    #[test]
    fn a_desk_that_names_an_event_still_to_come_gets_a_snapshot() {
        let feed = Feed::starting_after(100);
        assert!(!feed.subscribe(caller(DESK), Some(100)).unwrap().gap);
        assert!(feed.subscribe(caller(DESK), Some(101)).unwrap().gap);
        assert!(feed.subscribe(caller(DESK), Some(u64::MAX)).unwrap().gap);
    }

    #[test]
    fn only_the_desks_own_stream_delivers_its_telling() {
        let feed = Feed::default();
        let other = feed.subscribe(caller(OTHER), Some(0)).unwrap();
        let owner = feed.subscribe(Caller { token: [0; 32], scope: Scope::All }, Some(0)).unwrap();
        let event = Event { audience: [DESK, OTHER].into(), ..event(7, DESK) };
        assert_eq!(feed.publish(&event), 0, "nobody has the desk's stream open");
        let delivered = |scope| event.delivered_by(scope);
        assert_eq!(
            (delivered(other.scope), delivered(owner.scope), delivered(Scope::Desk(DESK))),
            (None, None, Some(7))
        );
    }

    #[test]
    fn a_desks_own_dead_streams_keep_neither_it_nor_another_desk_out() {
        let feed = Feed::default();
        let streams: Vec<_> = (0..STREAMS + 1).map(|_| feed.subscribe(caller(DESK), None).unwrap()).collect();
        assert!(feed.subscribe(caller(OTHER), None).is_some());
        assert_eq!(streams.iter().filter(|stream| !stream.coming.is_closed()).count(), OF_ONE_TOKEN);
    }

    #[test]
    fn a_flood_of_refusals_cuts_no_operator_off() {
        let feed = Feed::default();
        let mut owner = feed.subscribe(Caller { token: [0; 32], scope: Scope::All }, Some(0)).unwrap();
        (0..10 * WAITING).for_each(|_| feed.pass(&What::Refused(Arc::new(Value::Null))));
        feed.publish(&event(1, DESK));
        let mut last = 0;
        while let Ok(event) = owner.coming.try_recv() {
            last = event.number;
        }
        assert_eq!((last, owner.coming.is_closed()), (1, false));
    }

    #[test]
    fn a_stream_that_does_not_read_is_cut_off_and_holds_up_nobody() {
        let feed = Feed::default();
        let slow = feed.subscribe(caller(DESK), Some(0)).unwrap();
        let mut quick = feed.subscribe(caller(DESK), Some(0)).unwrap();
        for number in 1..=WAITING as u64 + 1 {
            feed.publish(&event(number, DESK));
            assert_eq!(quick.coming.try_recv().unwrap().number, number);
        }
        assert!(slow.coming.is_closed() && !quick.coming.is_closed());
    }
}
