//! The listeners: sockets to frames and back. Each link is a task of its own; none can hold up another.

mod datagram;
mod door;
mod http;
mod stream;

pub(crate) use datagram::{Datagrams, serve_datagrams};
pub(crate) use door::Door;
pub(crate) use http::serve_http;
pub(crate) use stream::{Stream, serve_streams};

use std::time::Duration;

use keng_protocol::envelope;

/// How long a stranger may take to say something authentic.
const PROVE_WITHIN: Duration = Duration::from_secs(15);
/// How long a link may be quiet: longer than any heartbeat.
const QUIET_AT_MOST: Duration = Duration::from_secs(20 * 60);
/// How long the other side may take to read an answer.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
/// How long answers still go out when the other side says no more.
const LINGER: Duration = Duration::from_secs(2);
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

impl Speech {
    /// The frames of one datagram. Octets that are no cell are handed on whole, so that they are refused, journaled and counted.
    fn frames(self, datagram: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Keng => vec![envelope::open(datagram).unwrap_or(datagram).to_vec()],
            Self::Dc09 => pieces(keng_dc09::Splitter::datagram(datagram)),
        }
    }
}

/// The frames among pieces. A frame that is too long is handed on as no octets: it is refused like every other, and answered.
fn pieces(pieces: Vec<keng_dc09::Piece>) -> Vec<Vec<u8>> {
    let frame = |piece| match piece {
        keng_dc09::Piece::Frame(octets) => Some(octets),
        keng_dc09::Piece::TooLong => Some(Vec::new()),
        keng_dc09::Piece::Garbage(_) => None,
    };
    pieces.into_iter().filter_map(frame).collect()
}
