//! A panel over sockets: drives `keng_protocol::panel::Panel` for apps, simulations and the demo. One task for the machine, one for each
//! way out; a way that hangs holds up no other.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_protocol::envelope::{self, CellReader};
use keng_protocol::message::Power;
use keng_protocol::panel::{self, Indication, Input, Misconfigured, Output, Record};
use keng_protocol::{Message, Timestamp};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::clock::Clock;

/// How many frames may wait for a way that does not keep up; more are dropped, and the panel sends them again.
const WAITING: usize = 64;
/// How long a way may take to connect or to take a frame.
const WITHIN: Duration = Duration::from_secs(5);
/// How long to wait before a broken way is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// The largest datagram that is read.
const MAX_DATAGRAM: usize = 2048;

/// A way out of the panel, in the order of their numbers.
#[derive(Clone)]
pub enum Way {
    /// TLS over TCP. The caller chooses the crypto provider and whom to trust.
    Tls {
        /// Where.
        address: SocketAddr,
        /// The name in the station's certificate.
        name: ServerName<'static>,
        /// How.
        config: Arc<rustls::ClientConfig>,
    },
    /// TCP in clear.
    Tcp(SocketAddr),
    /// UDP.
    Udp(SocketAddr),
}

/// A running panel. Dropping it ends it.
pub struct Panel {
    say: mpsc::Sender<Said>,
    shown: mpsc::Receiver<Indication>,
    _tasks: JoinSet<()>,
}

enum Said {
    Message(Message),
    Power(Power),
    Tamper(bool),
}

/// What a way tells the machine.
enum Heard {
    Up(u8),
    Down(u8),
    Frame(u8, Vec<u8>),
}

impl Panel {
    /// Starts a panel from the records that its store kept; `store` is called with each new one, in order.
    ///
    /// # Errors
    /// [`Misconfigured`] says which rule the configuration breaks. Must be called within a tokio runtime.
    pub fn start(
        config: panel::Config,
        key: SigningKey,
        ways: Vec<Way>,
        records: Vec<Record>,
        store: impl FnMut(Record) + Send + 'static,
    ) -> Result<Self, Misconfigured> {
        let mut clock = Clock::start(Timestamp::default());
        let machine = panel::Panel::new(config, key, clock.now(), records)?;
        let (say, said) = mpsc::channel(WAITING);
        let (show, shown) = mpsc::channel(1024);
        let (tell, heard) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        let mut out = Vec::new();
        for (number, way) in (0u8..).zip(ways) {
            let (send, to_send) = mpsc::channel(WAITING);
            out.push(send);
            tasks.spawn(keep(way, number, to_send, tell.clone()));
        }
        let driver = Driver { clock, machine, out, show, store };
        tasks.spawn(driver.run(said, heard));
        Ok(Self { say, shown, _tasks: tasks })
    }

    /// Says something: an alarm, a suspicion, a test…
    pub async fn say(&self, message: impl Into<Message>) {
        self.say.send(Said::Message(message.into())).await.unwrap_or_default();
    }

    /// What feeds the panel.
    pub async fn set_power(&self, power: Power) {
        self.say.send(Said::Power(power)).await.unwrap_or_default();
    }

    /// Whether the case is open.
    pub async fn set_tamper(&self, open: bool) {
        self.say.send(Said::Tamper(open)).await.unwrap_or_default();
    }

    /// The next thing that the site is shown; `None` when the panel has ended.
    pub async fn shown(&mut self) -> Option<Indication> {
        self.shown.recv().await
    }
}

struct Driver<F> {
    clock: Clock,
    machine: panel::Panel<SigningKey>,
    out: Vec<mpsc::Sender<Vec<u8>>>,
    show: mpsc::Sender<Indication>,
    store: F,
}

impl<F: FnMut(Record)> Driver<F> {
    async fn run(mut self, mut said: mpsc::Receiver<Said>, mut heard: mpsc::Receiver<Heard>) {
        loop {
            let due = self.drain();
            let timer = tokio::time::sleep_until(self.clock.instant(due).into());
            tokio::select! {
                biased;
                said = said.recv() => match said {
                    Some(Said::Message(message)) => self.take(Input::Say(message)),
                    Some(Said::Power(power)) => self.take(Input::Power(power)),
                    Some(Said::Tamper(open)) => self.take(Input::Tamper(open)),
                    None => return,
                },
                Some(heard) = heard.recv() => match heard {
                    Heard::Up(path) => self.take(Input::PathUp { path }),
                    Heard::Down(path) => self.take(Input::PathDown { path }),
                    Heard::Frame(path, octets) => self.take(Input::Frame { path, octets: &octets }),
                },
                () = timer => self.take(Input::Tick),
            }
        }
    }

    fn take(&mut self, input: Input<'_>) {
        let now = self.clock.now();
        self.machine.handle_input(now, input);
    }

    fn drain(&mut self) -> Timestamp {
        loop {
            match self.machine.poll_output() {
                Output::Send { path, octets } => {
                    if let Some(way) = self.out.get(usize::from(path)) {
                        drop(way.try_send(octets));
                    }
                }
                Output::Persist(record) => (self.store)(record),
                Output::Show { what, .. } => drop(self.show.try_send(what)),
                Output::Refused { reason, .. } => tracing::debug!(%reason, "a panel has refused octets"),
                Output::Timeout(at) => return at,
            }
        }
    }
}

/// Keeps one way open for ever.
async fn keep(way: Way, number: u8, mut to_send: mpsc::Receiver<Vec<u8>>, tell: mpsc::Sender<Heard>) {
    loop {
        let ended = match &way {
            Way::Udp(address) => datagrams(*address, number, &mut to_send, &tell).await,
            Way::Tcp(address) => match timeout(WITHIN, TcpStream::connect(address)).await {
                Ok(Ok(socket)) => stream(socket, number, &mut to_send, &tell).await,
                _ => Ok(()),
            },
            Way::Tls { address, name, config } => match timeout(WITHIN, secure(*address, name, config)).await {
                Ok(Ok(socket)) => stream(socket, number, &mut to_send, &tell).await,
                _ => Ok(()),
            },
        };
        if ended.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) && tell.is_closed() {
            return;
        }
        if tell.send(Heard::Down(number)).await.is_err() {
            return;
        }
        tokio::time::sleep(AGAIN_AFTER).await;
        // What waited is old; the machine sends again what still matters.
        while to_send.try_recv().is_ok() {}
    }
}

async fn secure(
    address: SocketAddr,
    name: &ServerName<'static>,
    config: &Arc<rustls::ClientConfig>,
) -> io::Result<impl AsyncRead + AsyncWrite + Unpin> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    TlsConnector::from(Arc::clone(config)).connect(name.clone(), socket).await
}

async fn stream(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    number: u8,
    to_send: &mut mpsc::Receiver<Vec<u8>>,
    tell: &mpsc::Sender<Heard>,
) -> io::Result<()> {
    tell.send(Heard::Up(number)).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
    let (mut cells, mut chunk) = (CellReader::default(), vec![0; MAX_DATAGRAM]);
    loop {
        tokio::select! {
            octets = to_send.recv() => {
                let cell = envelope::cell(&octets.ok_or(io::ErrorKind::BrokenPipe)?).map_err(io::Error::other)?;
                timeout(WITHIN, socket.write_all(&cell)).await??;
                timeout(WITHIN, socket.flush()).await??;
            }
            count = socket.read(&mut chunk) => {
                let mut octets = chunk.get(..count?).unwrap_or_default();
                if octets.is_empty() {
                    return Ok(());
                }
                while let Some(frame) = cells.read(&mut octets).map_err(io::Error::other)? {
                    tell.send(Heard::Frame(number, frame.to_vec())).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
                }
            }
        }
    }
}

async fn datagrams(
    address: SocketAddr,
    number: u8,
    to_send: &mut mpsc::Receiver<Vec<u8>>,
    tell: &mpsc::Sender<Heard>,
) -> io::Result<()> {
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(address).await?;
    tell.send(Heard::Up(number)).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
    let mut datagram = vec![0; MAX_DATAGRAM];
    loop {
        tokio::select! {
            octets = to_send.recv() => {
                let cell = envelope::cell(&octets.ok_or(io::ErrorKind::BrokenPipe)?).map_err(io::Error::other)?;
                socket.send(&cell).await?;
            }
            count = socket.recv(&mut datagram) => {
                let octets = datagram.get(..count?).unwrap_or_default();
                if let Ok(frame) = envelope::open(octets) {
                    tell.send(Heard::Frame(number, frame.to_vec())).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
                }
            }
        }
    }
}
