//! Datagrams: UDP, our own cells or DC-09. One socket is one task; what a panel sends too fast for it the kernel drops, and the panel
//! sends again, by its other path too.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use keng_protocol::entry::Path;
use keng_protocol::envelope;
use keng_protocol::receiver::Origin;
use tokio::net::UdpSocket;

use super::Speech;
use crate::inlet::{Inlet, Turn};

/// How many peers can be answered: those who spoke last. A peer costs one address, so this is no bound on panels, only on how late an
/// answer may come after others have spoken.
const PEERS: usize = 64 * 1024;
/// The largest datagram that is read; a longer one is cut and refused as malformed.
const MAX_DATAGRAM: usize = 8 * 1024;

/// A socket, and who has spoken on it.
#[derive(Debug)]
pub(crate) struct Datagrams {
    socket: UdpSocket,
    speech: Speech,
    peers: Mutex<Peers>,
}

/// A ring of the last [`PEERS`] addresses. A link's number is the count of datagrams at which it spoke.
#[derive(Debug, Default)]
struct Peers {
    spoke: u32,
    ring: Vec<SocketAddr>,
}

impl Datagrams {
    pub(crate) fn new(socket: UdpSocket, speech: Speech) -> Self {
        Self { socket, speech, peers: Mutex::default() }
    }

    /// Answers the peer that spoke as `number`; false when it is forgotten or the socket is full.
    pub(crate) fn send(&self, number: u32, octets: &[u8]) -> bool {
        let Some(peer) = self.peers().find(number) else { return false };
        let sent = match self.speech {
            Speech::Keng => self.socket.try_send_to(&envelope::cell(octets).unwrap_or_default(), peer),
            Speech::Dc09 => self.socket.try_send_to(octets, peer),
        };
        sent.is_ok()
    }

    fn peers(&self) -> std::sync::MutexGuard<'_, Peers> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Peers {
    fn remember(&mut self, peer: SocketAddr) -> u32 {
        let number = self.spoke;
        self.spoke = self.spoke.wrapping_add(1);
        match self.ring.get_mut(slot(number)) {
            Some(place) => *place = peer,
            None => self.ring.push(peer),
        }
        number
    }

    fn find(&self, number: u32) -> Option<SocketAddr> {
        let age = self.spoke.wrapping_sub(number);
        (1..=PEERS).contains(&usize::try_from(age).ok()?).then(|| self.ring.get(slot(number)).copied())?
    }
}

/// [`PEERS`] divides 2^32, so the slots go on without a break when the count wraps.
fn slot(number: u32) -> usize {
    usize::try_from(number).unwrap_or_default() % PEERS
}

/// Reads for ever. `base` is what the registry of links adds to the socket's own numbers.
pub(crate) async fn serve_datagrams(datagrams: Arc<Datagrams>, base: u64, inlet: Inlet) {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        // An error here is an earlier answer that found nobody; the socket is as good as before.
        let Ok((count, peer)) = datagrams.socket.recv_from(&mut buffer).await else { continue };
        let link = base | u64::from(datagrams.peers().remember(peer));
        let origin = Origin { path: Path::Udp, link };
        for octets in datagrams.speech.frames(buffer.get(..count).unwrap_or_default()) {
            let taken = match datagrams.speech {
                Speech::Keng => {
                    let turn = Turn::of(&octets);
                    inlet.frame(origin, octets, turn).await
                }
                Speech::Dc09 => inlet.dc09(origin, octets, Turn::First).await,
            };
            let Some(taken) = taken else { return };
            if taken.await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_speakers_can_be_answered_and_no_others() {
        let mut peers = Peers::default();
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let first = peers.remember(address(1));
        assert_eq!(peers.find(first), Some(address(1)));
        assert_eq!(peers.find(first + 1), None, "nobody spoke yet");
        for _ in 0..PEERS {
            peers.remember(address(2));
        }
        assert_eq!(peers.find(first), None, "forgotten");
        assert_eq!(peers.find(first + 1), Some(address(2)));
    }
}
