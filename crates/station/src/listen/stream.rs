//! Streams: TCP in clear or under TLS, our own cells or DC-09.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use keng_protocol::entry::Path;
use keng_protocol::envelope::{CellReader, cell};
use keng_protocol::receiver::Origin;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsAcceptor;

use super::{Door, LINGER, PROVE_WITHIN, QUIET_AT_MOST, REFUSALS, Speech, WRITE_WITHIN};
use crate::inlet::{Inlet, Taken, Turn};
use crate::link::{Guard, Links, Outbox};

/// How much is read at once.
const CHUNK: usize = 4 * 1024;
/// The most that is gathered to be written in one piece.
const PIECE: usize = 16 * 1024;
/// How many frames of a link are within its pace at once, and how long until one more is.
const FIRST_AT_ONCE: u32 = 128;
/// How long a link waits at most until what it said is taken, or beyond its pace is on the disk, before it hands over the next.
const PATIENCE: Duration = Duration::from_millis(5);
const FIRST_EVERY: Duration = Duration::from_millis(50);

/// What a stream listener serves.
#[derive(Clone)]
pub(crate) struct Stream {
    pub(crate) speech: Speech,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) links: Links,
    pub(crate) inlet: Inlet,
}

/// Serves whoever comes, for ever.
pub(crate) async fn serve_streams(mut door: Door, stream: Stream) {
    loop {
        let (socket, _) = door.next().await;
        stream.welcome(socket);
    }
}

impl Stream {
    fn welcome(&self, socket: TcpStream) {
        let Some((number, outbox)) = self.links.open() else { return };
        let (stream, guard) = (self.clone(), Guard { links: self.links.clone(), number });
        let task = tokio::spawn(async move {
            if let Err(error) = stream.serve(socket, number, outbox).await {
                tracing::debug!(link = number, kind = ?error.kind(), "a link ended");
            }
            drop(guard);
            stream.inlet.closed(number).await;
        });
        self.links.served_by(number, task.abort_handle());
    }

    async fn serve(&self, socket: TcpStream, number: u64, outbox: Outbox) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let by = Instant::now() + PROVE_WITHIN;
        let path = if self.tls.is_some() { Path::Tls } else { Path::Tcp };
        let mut link = Link {
            stream: self,
            origin: Origin { path, link: number },
            by,
            proven: false,
            refused: 0,
            pace: Pace::default(),
            taken: None,
        };
        let ended = match &self.tls {
            None => link.talk(socket, outbox).await,
            // In boxes, as most links are idle most of the time: a handshake's state goes when it is over, and the session's is moved about as a pointer.
            Some(tls) => {
                let socket = Box::new(timeout_at(by, Box::pin(tls.accept(socket))).await??);
                link.talk(socket, outbox).await
            }
        };
        // The driver hears of the end after the last frame.
        ended.and(link.settle().await)
    }
}

struct Link<'a> {
    stream: &'a Stream,
    origin: Origin,
    by: Instant,
    /// Whether it has said something authentic.
    proven: bool,
    /// How many of its frames were refused in a row.
    refused: u32,
    pace: Pace,
    /// What the driver has yet to say of its last frame.
    taken: Option<oneshot::Receiver<Taken>>,
}

impl Link<'_> {
    async fn talk(&mut self, mut socket: impl AsyncRead + AsyncWrite + Unpin, mut outbox: Outbox) -> io::Result<()> {
        let mut reader = Reader::new(self.stream.speech);
        loop {
            let deadline = if self.proven { Instant::now() + QUIET_AT_MOST } else { self.by };
            tokio::select! {
                read = timeout_at(deadline, reader.read(&mut socket)) => {
                    let Some((frames, whole)) = read.unwrap_or(Ok(None))? else {
                        return self.end(&mut reader, socket, outbox).await;
                    };
                    for octets in frames {
                        self.hand_over(octets).await?;
                    }
                    if !whole {
                        return Err(io::ErrorKind::InvalidData.into());
                    }
                }
                octets = outbox.recv() => {
                    let Some(octets) = octets else { return Ok(()) };
                    self.write(&mut socket, octets, &mut outbox).await?;
                }
            }
        }
    }

    /// The other side says no more, or has been quiet for too long. What is held is all there will be: a dialler may leave out its last CR. And the
    /// answers that wait for the disk still go out: it may close its half of the connection as soon as it has spoken.
    async fn end(
        &mut self,
        reader: &mut Reader,
        mut socket: impl AsyncWrite + Unpin,
        mut outbox: Outbox,
    ) -> io::Result<()> {
        for octets in reader.finish() {
            self.hand_over(octets).await?;
        }
        self.settle().await?;
        let until = Instant::now() + LINGER;
        while self.proven
            && let Ok(Some(octets)) = timeout_at(until, outbox.recv()).await
        {
            self.write(&mut socket, octets, &mut outbox).await?;
        }
        Ok(())
    }

    async fn write(
        &self,
        socket: &mut (impl AsyncWrite + Unpin),
        octets: Vec<u8>,
        outbox: &mut Outbox,
    ) -> io::Result<()> {
        let octets = self.gather(octets, outbox);
        timeout(WRITE_WITHIN, socket.write_all(&octets)).await??;
        timeout(WRITE_WITHIN, socket.flush()).await?
    }

    /// Hands the driver a frame when it has taken the one before. Who was not refused is not waited for until the next one.
    async fn hand_over(&mut self, octets: Vec<u8>) -> io::Result<()> {
        self.settle().await?;
        // Nothing overtakes what the same link said before: the lane of those that wait is in order.
        let turn = if self.taken.is_some() { Turn::Patient } else { self.turn(&octets) };
        let inlet = &self.stream.inlet;
        let taken = match self.stream.speech {
            Speech::Keng => inlet.frame(self.origin, octets, turn).await,
            Speech::Dc09 => inlet.dc09(self.origin, octets, turn).await,
        };
        self.taken = Some(taken.ok_or(io::ErrorKind::BrokenPipe)?);
        if self.proven && self.refused == 0 { Ok(()) } else { self.settle().await }
    }

    fn turn(&mut self, octets: &[u8]) -> Turn {
        match (self.pace.allows(Instant::now()), self.stream.speech) {
            (true, Speech::Keng) => Turn::of(octets),
            // What it says is known only when it is read.
            (true, Speech::Dc09) => Turn::First,
            (false, _) if self.proven => Turn::Patient,
            (false, _) => Turn::Ordinary,
        }
    }

    /// Hears what became of the last frame; an error when too many were refused.
    async fn settle(&mut self) -> io::Result<()> {
        let Some(mut taken) = self.taken.take() else { return Ok(()) };
        // A stranger is waited for. A disk is not for long: a hold-up may stand behind what it does not take.
        let patience = if self.proven { PATIENCE } else { PROVE_WITHIN };
        let Ok(verdict) = timeout(patience, &mut taken).await else {
            self.taken = Some(taken);
            return Ok(());
        };
        let verdict = verdict.map_err(|_| io::ErrorKind::BrokenPipe)?;
        self.proven |= !matches!(verdict, Taken::Refused(_) | Taken::RefusedDialect);
        self.refused = if verdict == Taken::Authentic { 0 } else { self.refused + 1 };
        if self.refused < REFUSALS { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }

    /// Everything that waits for this link, in one piece.
    fn gather(&self, first: Vec<u8>, outbox: &mut Outbox) -> Vec<u8> {
        let mut all = self.wrap(first);
        while all.len() < PIECE
            && let Ok(next) = outbox.try_recv()
        {
            all.extend(self.wrap(next));
        }
        all
    }

    fn wrap(&self, octets: Vec<u8>) -> Vec<u8> {
        match self.stream.speech {
            // What the machines sign is never empty and never longer than a frame may be.
            Speech::Keng => cell(&octets).unwrap_or_default(),
            Speech::Dc09 => octets,
        }
    }
}

/// How much a link says before its frames wait behind those of others: a hundred buttons behind one line may be pressed at once, but a flood of one
/// of them holds up nobody else. Nothing else becomes of what is beyond it.
#[derive(Default)]
struct Pace {
    /// Until when it has used its share.
    until: Option<Instant>,
}

impl Pace {
    fn allows(&mut self, now: Instant) -> bool {
        let until = self.until.map_or(now, |until| until.max(now));
        let allows = until < now + FIRST_EVERY * FIRST_AT_ONCE;
        if allows {
            self.until = Some(until + FIRST_EVERY);
        }
        allows
    }
}

enum Reader {
    /// Holds a cell that came in part, and nothing between cells.
    Keng(Option<Box<CellReader>>),
    Dc09(keng_dc09::Splitter),
}

impl Reader {
    fn new(speech: Speech) -> Self {
        match speech {
            Speech::Keng => Self::Keng(None),
            Speech::Dc09 => Self::Dc09(keng_dc09::Splitter::default()),
        }
    }

    /// Takes what comes next; `None` is the end of the stream. Most links are idle most of the time, so there is a buffer only while octets are
    /// taken out of the socket.
    async fn read(&mut self, socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(Vec<Vec<u8>>, bool)>> {
        poll_fn(|context| {
            let mut chunk = [0; CHUNK];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut *socket).poll_read(context, &mut chunk))?;
            let octets = chunk.filled();
            Poll::Ready(Ok((!octets.is_empty()).then(|| self.feed(octets))))
        })
        .await
    }

    /// What is held when the stream ends.
    fn finish(&mut self) -> Vec<Vec<u8>> {
        match self {
            Self::Dc09(splitter) => super::pieces(splitter.finish()),
            Self::Keng(_) => Vec::new(),
        }
    }

    /// The whole frames that `octets` complete. A stream whose cells are broken cannot be read any further: what broke it is handed on as
    /// a frame, to be refused and counted, and the end of the stream follows.
    fn feed(&mut self, mut octets: &[u8]) -> (Vec<Vec<u8>>, bool) {
        match self {
            Self::Dc09(splitter) => (super::pieces(splitter.feed(octets)), true),
            Self::Keng(part) => {
                let (mut cells, mut frames) = (part.take().unwrap_or_default(), Vec::new());
                loop {
                    match cells.read(&mut octets) {
                        Ok(Some(frame)) => frames.push(frame.to_vec()),
                        Ok(None) => {
                            *part = (!cells.is_empty()).then_some(cells);
                            return (frames, true);
                        }
                        Err(_) => {
                            frames.push(octets.to_vec());
                            return (frames, false);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inlet::{Arrival, inlet};

    /// Kinds of frames, which stand in their second octet.
    const ALARM: u8 = 1;
    const OPENING: u8 = 5;

    fn number(arrival: Option<Arrival>) -> Option<(u8, oneshot::Sender<Taken>)> {
        match arrival {
            Some(Arrival::Frame { octets, taken, .. }) => Some((octets[0], taken)),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_overtakes_what_the_same_link_said_before() {
        let (inlet, mut arrivals) = inlet();
        let stream = Stream { speech: Speech::Keng, tls: None, links: Links::new(1), inlet };
        let origin = Origin { path: Path::Tcp, link: 1 };
        let (by, pace) = (Instant::now() + PROVE_WITHIN, Pace::default());
        let mut link = Link { stream: &stream, origin, by, proven: true, refused: 0, pace, taken: None };
        // The driver is busy: it takes neither of them in time.
        link.hand_over(vec![1, OPENING]).await.unwrap();
        link.hand_over(vec![2, ALARM]).await.unwrap();
        assert!(arrivals.urgent.is_empty(), "it stands behind the opening");
        for expected in [1, 2] {
            let (number, taken) = number(arrivals.ordinary.try_recv().ok()).unwrap();
            taken.send(Taken::Authentic).unwrap_or_default();
            assert_eq!(number, expected);
        }
        link.hand_over(vec![3, ALARM]).await.unwrap();
        assert_eq!(number(arrivals.urgent.try_recv().ok()).map(|(number, _)| number), Some(3));
    }

    #[test]
    fn a_flood_on_one_link_goes_first_for_a_while_and_then_at_its_pace() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let allowed = |pace: &mut Pace, now| (0..1000).filter(|_| pace.allows(now)).count();
        assert_eq!(allowed(&mut pace, start), FIRST_AT_ONCE as usize);
        assert_eq!(allowed(&mut pace, start + 8 * FIRST_EVERY), 8);
        assert_eq!(
            allowed(&mut pace, start + 10_000 * FIRST_EVERY),
            FIRST_AT_ONCE as usize,
            "who was quiet has all of it"
        );
    }
}
