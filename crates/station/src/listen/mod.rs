//! The listeners: sockets to frames and back. Each link is a task of its own; none can hold up another.

mod datagram;
mod stream;

pub(crate) use datagram::{Datagrams, serve_datagrams};
pub(crate) use stream::{Stream, serve_streams};

use std::time::Duration;

/// How long a stranger may take to say something authentic.
const PROVE_WITHIN: Duration = Duration::from_secs(15);
/// How long a link may be quiet: longer than any heartbeat.
const QUIET_AT_MOST: Duration = Duration::from_secs(20 * 60);
/// How long the other side may take to read an answer.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
/// After how many refusals in a row a link is closed.
const REFUSALS: u32 = 16;

/// The language that is spoken on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Our own frames in cells.
    Keng,
    /// SIA DC-09.
    Dc09,
}
