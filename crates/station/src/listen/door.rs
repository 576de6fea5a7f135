//! Accepting connections for ever, also when the operating system has no descriptor left.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::Instant;

use crate::link::Links;

/// How many connections may wait to be accepted: after a restart all panels come at once.
const BACKLOG: u32 = 4096;
/// `EMFILE` and `ENFILE` of Unix: the process, or the machine, has no descriptor left.
const NO_DESCRIPTOR: [i32; 2] = [24, 23];
/// How long to wait when the operating system has no descriptor left for one more connection.
const BREATHE: Duration = Duration::from_millis(50);
/// How often the log says so at most.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// A listener.
pub(crate) struct Door {
    listener: TcpListener,
    links: Links,
    /// When the log said last that nobody could be let in.
    said: Option<Instant>,
}

impl Door {
    /// Listens on an address; strangers among `links` give way when no descriptor is left.
    pub(crate) fn open(address: SocketAddr, links: Links) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // As every server on Unix: a restart does not wait for connections of the run before.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self { listener: socket.listen(BACKLOG)?, links, said: None })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The next who comes. An error (no descriptor left, a peer that is gone) is waited out: the connections that are open go on.
    pub(crate) async fn next(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let error = match self.listener.accept().await {
                Ok(come) => return come,
                Err(error) => error,
            };
            if self.said.is_none_or(|said| said.elapsed() >= SAID_EVERY) {
                self.said = Some(Instant::now());
                tracing::warn!(kind = ?error.kind(), "a connection could not be accepted; said once a minute");
            }
            if error.raw_os_error().is_some_and(|code| NO_DESCRIPTOR.contains(&code)) {
                self.links.make_room();
            }
            tokio::time::sleep(BREATHE).await;
        }
    }
}
