//! What desks read: a bounded stream of numbered events for each desk, which can be taken up again where it broke off.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keng_dispatch::record::Record;
use keng_dispatch::view::IncidentView;
use keng_protocol::DeviceId;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How many events are kept for desks that come back. One that was away for longer gets a snapshot instead.
const KEPT: usize = 16 * 1024;
/// How many events may wait for one stream. A stream that is further behind is cut off; its desk comes back and takes up again.
const WAITING: usize = 1024;
/// How many streams may be open at once.
const STREAMS: usize = 1024;

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
}

/// What has happened; it becomes JSON where it is read, so that the driver does not wait for that.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A record of an incident, or of none.
    Record(Arc<Record>),
    /// An authority is told, with the incident as it is.
    Told(Arc<Record>, Arc<IncidentView>),
    /// Octets were refused: for the operator of the receiver.
    Refused(Arc<Value>),
}

impl What {
    /// The event's name on the stream.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Told(..) => "told",
            Self::Refused(_) => "refused",
        }
    }

    /// The event's data on the stream.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Record(record) => json!({ "record": **record }),
            Self::Told(record, incident) => json!({ "record": **record, "incident": **incident }),
            Self::Refused(refusal) => (**refusal).clone(),
        }
    }
}

/// Whose events a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of one desk.
    Desk(DeviceId),
    /// All: for the operator of the receiver.
    All,
}

/// A stream that a desk has open.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// What the desk missed and can still be had, in order.
    pub(crate) missed: Vec<Event>,
    /// True when more was missed than is kept: send a snapshot first.
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
    streams: BTreeMap<u64, (Scope, mpsc::Sender<Event>)>,
}

impl Event {
    fn is_for(&self, scope: Scope) -> bool {
        match scope {
            Scope::All => true,
            Scope::Desk(desk) => self.audience.contains(&desk),
        }
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
        let reach = event.delivers.map(|(_, desk)| Scope::Desk(desk));
        let mut reached = 0;
        state.streams.retain(|_, (scope, out)| {
            if !event.is_for(*scope) {
                return true;
            }
            let kept_up = out.try_send(event.clone()).is_ok();
            reached += usize::from(kept_up && Some(*scope) == reach);
            kept_up
        });
        reached
    }

    /// Shows something on the open streams of the receiver's operator. It has no number and is not kept: it can be asked for.
    pub(crate) fn pass(&self, what: &What) {
        let mut state = self.state();
        let event = Event { number: state.newest, audience: Arc::default(), delivers: None, what: what.clone() };
        state.streams.retain(|_, (scope, out)| *scope != Scope::All || out.try_send(event.clone()).is_ok());
    }

    /// Opens a stream from the event after `last`, or from now. `None` when too many are open.
    pub(crate) fn subscribe(&self, scope: Scope, last: Option<u64>) -> Option<Subscription> {
        let mut state = self.state();
        state.streams.retain(|_, (_, out)| !out.is_closed());
        if state.streams.len() >= STREAMS {
            return None;
        }
        let (out, coming) = mpsc::channel(WAITING);
        let number = state.next;
        state.next += 1;
        state.streams.insert(number, (scope, out));
        let oldest = state.kept.front().map_or(state.newest + 1, |event| event.number);
        let gap = last.is_none_or(|last| last + 1 < oldest && last < state.newest);
        let after = |event: &&Event| !gap && last.is_some_and(|last| event.number > last) && event.is_for(scope);
        let missed = state.kept.iter().filter(after).cloned().collect();
        Some(Subscription { missed, gap, newest: state.newest, coming })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: DeviceId = DeviceId([1; 8]);
    const OTHER: DeviceId = DeviceId([2; 8]);

    fn event(number: u64, desk: DeviceId) -> Event {
        let what = What::Refused(Arc::new(Value::Null));
        Event { number, audience: [desk].into(), delivers: Some((number, desk)), what }
    }

    #[test]
    fn a_desk_takes_up_where_it_broke_off_and_sees_only_its_own() {
        let feed = Feed::default();
        for number in 1..=6 {
            feed.publish(&event(number, if number % 2 == 0 { DESK } else { OTHER }));
        }
        let stream = feed.subscribe(Scope::Desk(DESK), Some(2)).unwrap();
        assert!(!stream.gap);
        assert_eq!(stream.missed.iter().map(|event| event.number).collect::<Vec<_>>(), [4, 6]);
    }

    #[test]
    fn a_desk_that_was_away_too_long_is_told_that_there_is_a_gap() {
        let feed = Feed::starting_after(100);
        for number in 101..=101 + KEPT as u64 {
            feed.publish(&event(number, DESK));
        }
        assert!(feed.subscribe(Scope::Desk(DESK), Some(100)).unwrap().gap);
        assert!(feed.subscribe(Scope::Desk(DESK), None).unwrap().gap);
        assert!(!feed.subscribe(Scope::Desk(DESK), Some(101)).unwrap().gap);
    }

    #[test]
    fn a_stream_that_does_not_read_is_cut_off_and_holds_up_nobody() {
        let feed = Feed::default();
        let slow = feed.subscribe(Scope::Desk(DESK), Some(0)).unwrap();
        let mut quick = feed.subscribe(Scope::Desk(DESK), Some(0)).unwrap();
        for number in 1..=WAITING as u64 + 1 {
            feed.publish(&event(number, DESK));
            assert_eq!(quick.coming.try_recv().unwrap().number, number);
        }
        assert!(slow.coming.is_closed() && !quick.coming.is_closed());
    }
}
