//! The open links: where the driver sends what the machines say, bounded for each link and for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::listen::Datagrams;

/// How many messages may wait for one link. Beyond it they are dropped: a panel that does not read asks again by sending again.
const OUTBOX: usize = 256;

/// How many strangers are closed at once when there is no descriptor left.
const MANY: usize = 64;
/// How long each of them has been open at least: a panel that took the last descriptor comes to say who it is.
const HEARD_OUT: Duration = Duration::from_secs(1);

/// Links whose number has this bit are peers of a datagram socket; the next 31 bits say of which.
const DATAGRAM: u64 = 1 << 63;

/// What a link sends: one frame, or the answer of another dialect, as the link's task knows.
pub(crate) type Outbox = mpsc::Receiver<Vec<u8>>;

/// All links that are open, by their numbers.
///
/// When `most` are open and one more comes, the oldest that has not yet said anything authentic is closed for it; when all have,
/// the new one is turned away. So a crowd of idle strangers keeps no panel out.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    most: usize,
    state: Arc<Mutex<State>>,
    sockets: Arc<Mutex<Vec<Arc<Datagrams>>>>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Link>,
    unproven: BTreeSet<u64>,
    /// Those of frames that are handed in by the API: whoever holds a token is no stranger, and takes no panel's place.
    inside: BTreeMap<u64, mpsc::Sender<Vec<u8>>>,
}

#[derive(Debug)]
struct Link {
    out: mpsc::Sender<Vec<u8>>,
    task: Option<AbortHandle>,
    since: Instant,
}

impl Links {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, state: Arc::default(), sockets: Arc::default() }
    }

    /// Opens a link, or `None` when there is no room for a stranger.
    pub(crate) fn open(&self) -> Option<(u64, Outbox)> {
        let mut state = self.state();
        if state.open.len() >= self.most {
            state.turn_away(1, Duration::ZERO).then_some(())?;
        }
        let number = state.number();
        let (out, outbox) = mpsc::channel(OUTBOX);
        state.open.insert(number, Link { out, task: None, since: Instant::now() });
        state.unproven.insert(number);
        Some((number, outbox))
    }

    /// Opens a link of the API.
    pub(crate) fn open_inside(&self) -> (u64, Outbox) {
        let mut state = self.state();
        let number = state.number();
        let (out, outbox) = mpsc::channel(OUTBOX);
        state.inside.insert(number, out);
        (number, outbox)
    }

    /// Closes some strangers, the oldest first, when the operating system has no descriptor left.
    pub(crate) fn make_room(&self) {
        self.state().turn_away(MANY, HEARD_OUT);
    }

    /// Names the task that serves a link, so that it can be ended.
    pub(crate) fn served_by(&self, number: u64, task: AbortHandle) {
        match self.state().open.get_mut(&number) {
            Some(link) => link.task = Some(task),
            None => task.abort(),
        }
    }

    /// The link has said something authentic.
    pub(crate) fn prove(&self, number: u64) {
        self.state().unproven.remove(&number);
    }

    /// Adds a datagram socket; its peers' numbers are the returned base and the socket's own.
    pub(crate) fn add_socket(&self, socket: Arc<Datagrams>) -> u64 {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.push(socket);
        DATAGRAM | ((sockets.len() as u64 - 1) << 32)
    }

    /// Hands octets to a link; false when it is gone or does not keep up.
    pub(crate) fn send(&self, number: u64, octets: Vec<u8>) -> bool {
        if number & DATAGRAM != 0 {
            return self.socket_of(number).is_some_and(|socket| socket.send(peer(number), &octets));
        }
        let state = self.state();
        let out = state.open.get(&number).map(|link| &link.out).or_else(|| state.inside.get(&number));
        out.is_some_and(|out| out.try_send(octets).is_ok())
    }

    pub(crate) fn close(&self, number: u64) {
        let mut state = self.state();
        state.unproven.remove(&number);
        state.open.remove(&number);
        state.inside.remove(&number);
    }

    pub(crate) fn count(&self) -> usize {
        self.state().open.len()
    }

    fn socket_of(&self, number: u64) -> Option<Arc<Datagrams>> {
        let index = usize::try_from((number & !DATAGRAM) >> 32).ok()?;
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).get(index).cloned()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Closes strangers that have been open for so long, the oldest first; false when there is none.
    fn turn_away(&mut self, most: usize, open_for: Duration) -> bool {
        let is_old = |number: &&u64| self.open.get(number).is_none_or(|link| link.since.elapsed() >= open_for);
        let oldest: Vec<u64> = self.unproven.iter().take_while(is_old).take(most).copied().collect();
        for number in &oldest {
            self.unproven.remove(number);
            if let Some(task) = self.open.remove(number).and_then(|link| link.task) {
                task.abort();
            }
        }
        !oldest.is_empty()
    }
}

/// The socket's own number of a peer: the low 32 bits.
fn peer(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default()
}

/// Closes its link when the task that holds it ends, however it ends.
pub(crate) struct Guard {
    pub(crate) links: Links,
    pub(crate) number: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.links.close(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_of_strangers_keeps_no_panel_out() {
        let links = Links::new(2);
        let (panel, _panel) = links.open().unwrap();
        links.prove(panel);
        let (stranger, _stranger) = links.open().unwrap();
        let (late, _late) = links.open().unwrap();
        assert!(!links.send(stranger, vec![1]), "the oldest stranger gave way");
        assert!(links.send(panel, vec![1]) && links.send(late, vec![1]));
        links.prove(late);
        assert!(links.open().is_none(), "the proven are not closed for a stranger");
    }

    #[test]
    fn a_frame_by_the_api_takes_no_panels_place_and_needs_none() {
        let links = Links::new(1);
        let (panel, _panel) = links.open().unwrap();
        links.prove(panel);
        let (desk, mut outbox) = links.open_inside();
        assert!(links.send(desk, vec![7]) && links.send(panel, vec![1]));
        assert_eq!(outbox.try_recv().unwrap(), [7]);
        links.close(desk);
        assert!(!links.send(desk, vec![7]));
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_give_way_when_there_is_no_descriptor_left() {
        let links = Links::new(8);
        let (panel, _panel) = links.open().unwrap();
        links.prove(panel);
        let (stranger, _stranger) = links.open().unwrap();
        tokio::time::advance(HEARD_OUT).await;
        let (fresh, _fresh) = links.open().unwrap();
        links.make_room();
        assert!(links.send(panel, vec![1]) && !links.send(stranger, vec![1]));
        assert!(links.send(fresh, vec![1]), "who has just come is heard out");
    }

    #[test]
    fn a_link_that_does_not_read_is_not_waited_for() {
        let links = Links::new(1);
        let (number, _outbox) = links.open().unwrap();
        assert_eq!((0..OUTBOX + 5).filter(|_| links.send(number, vec![0])).count(), OUTBOX);
    }
}
