//! A running station: its start, its addresses, its end.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use axum::Router;
use keng_dispatch::Dispatcher;
use keng_journal::sqlite::{OpenError, Sqlite};
use keng_journal::{Engine, Limits, ReadError, Writer};
use keng_protocol::Sign as _;
use keng_protocol::receiver::{self, Receiver};
use tokio::net::UdpSocket;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::{Config, Listen};
use crate::dialect::Dialect;
use crate::driver::{Driver, Machines, Ways, last_run};
use crate::entries::Entry;
use crate::feed::Feed;
use crate::handle::{Handle, SUBMISSIONS};
use crate::http::router;
use crate::inlet::{Command, Inlet, inlet};
use crate::link::Links;
use crate::listen::{Datagrams, Door, Speech, Stream, serve_datagrams, serve_http, serve_streams};
use crate::metrics::Metrics;
use crate::past::Past;
use crate::webhook::Webhooks;

/// Entries that the receiver has on their way to the journal at most.
const PENDING: usize = 16 * 1024;

/// Why a station does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The journal cannot be opened.
    #[error("the journal cannot be opened")]
    Open(#[source] OpenError),
    /// The journal cannot be read.
    #[error("the journal cannot be read")]
    Read(#[source] ReadError),
    /// A thread cannot be started.
    #[error("a thread cannot be started")]
    Thread(#[source] io::Error),
    /// An address cannot be listened on.
    #[error("cannot listen on {address} for {what}")]
    Listen {
        /// For what.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// TLS is wanted and there is no certificate.
    #[error("TLS is wanted for {what}, and there is no certificate")]
    NoCertificate {
        /// For what.
        what: &'static str,
    },
    /// The client for webhooks cannot be made: no crypto provider is installed, or the system has no root certificates.
    #[error("the client for webhooks cannot be made")]
    Webhook(#[source] reqwest::Error),
}

/// Where a station listens, with the ports that it got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Native panels by TLS.
    pub tls: Option<SocketAddr>,
    /// Native panels by TCP in clear.
    pub tcp: Option<SocketAddr>,
    /// Native panels by UDP.
    pub udp: Option<SocketAddr>,
    /// DC-09 by TCP.
    pub dc09_tcp: Option<SocketAddr>,
    /// DC-09 by UDP.
    pub dc09_udp: Option<SocketAddr>,
    /// The API.
    pub http: Option<SocketAddr>,
}

/// A running station. Dropping it ends its listeners; [`Station::stop`] also waits until all that was taken is stored.
pub struct Station {
    handle: Handle,
    addresses: Addresses,
    driver: JoinHandle<()>,
    listeners: JoinSet<()>,
}

impl Station {
    /// Opens the journal, puts the machines back as it says, and listens. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] says what is in the way; nothing is left running.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_behind(config, |_, api| api).await
    }

    /// The same, with something before the API on its listener: `page` gets the station's handle and its API, and says what is served.
    ///
    /// # Errors
    /// As [`Station::start`].
    pub async fn start_behind(
        config: Config,
        page: impl FnOnce(&Handle, Router) -> Router,
    ) -> Result<Self, StartError> {
        let engine = Sqlite::open(&config.journal).map_err(StartError::Open)?;
        let file = Some(config.journal.clone());
        Self::assemble((engine, file), config, page).await
    }

    /// The same on a journal of the caller's; [`Config::journal`] is not looked at.
    ///
    /// # Errors
    /// As [`Station::start`].
    pub async fn start_on(engine: impl Engine + 'static, config: Config) -> Result<Self, StartError> {
        Self::assemble((engine, None), config, |_, api| api).await
    }

    async fn assemble(
        (engine, file): (impl Engine + 'static, Option<PathBuf>),
        mut config: Config,
        page: impl FnOnce(&Handle, Router) -> Router,
    ) -> Result<Self, StartError> {
        let (inlet, arrivals) = inlet();
        let links = Links::new(config.links);
        let prepared = Prepared { file, ..Prepared::from(engine)? };
        let (handle, driver) = prepared.assemble(&mut config, &inlet, &links)?;
        let served = page(&handle, router(handle.clone()));
        let (listeners, addresses) = listen(&config, &handle, served).await?;
        // A thread of its own: whatever the links and desks do, handshakes above all, an alarm waits for no turn among them.
        let runtime = Builder::new_current_thread().enable_time().build().map_err(StartError::Thread)?;
        let thread = std::thread::Builder::new().name("driver".to_owned());
        let driver = thread.spawn(move || runtime.block_on(driver.run(arrivals))).map_err(StartError::Thread)?;
        Ok(Self { handle, addresses, driver, listeners })
    }

    /// The runtime that a station is made for: a thread for each core but one, which is left to the journal's thread. One more would only keep
    /// waking the others.
    ///
    /// # Errors
    /// The operating system has no thread to give.
    pub fn runtime() -> io::Result<Runtime> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let workers = cores.saturating_sub(1).max(1);
        Builder::new_multi_thread().worker_threads(workers).enable_all().build()
    }

    /// What may be asked of it.
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Where it listens.
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Ends the listeners, waits until all that was taken is stored and receipted, and closes the journal.
    pub async fn stop(mut self) {
        let (done, stopped) = oneshot::channel();
        self.handle.inlet.command(Command::Stop { done }).await;
        stopped.await.unwrap_or_default();
        self.listeners.shutdown().await;
        tokio::task::spawn_blocking(|| self.driver.join().unwrap_or_default()).await.unwrap_or_default();
        self.handle.writer.close();
    }
}

/// What is there before anything runs.
struct Prepared<E> {
    engine: E,
    /// Where the journal is, when it is a file.
    file: Option<PathBuf>,
    run: u32,
    clock: Clock,
    /// That this run has begun, when the engine did not take it.
    unstored: Option<keng_journal::Entry>,
}

impl<E: Engine + 'static> Prepared<E> {
    /// The run is in the journal before anybody hears a number of it: else a crash would give its numbers twice, and a desk would take new
    /// events for known ones. Only a full disk makes it come later.
    fn from(mut engine: E) -> Result<Self, StartError> {
        let (last_run, last) = last_run(&engine).map_err(StartError::Read)?;
        let (run, mut clock) = (last_run.saturating_add(1), Clock::start(last));
        let (kind, payload) = Entry::Started { run }.encode();
        let started = keng_journal::Entry { kind, at_ms: clock.now().millis(), payload };
        let unstored = engine.append(std::slice::from_ref(&started)).err().map(|error| {
            tracing::error!(%error, "the journal does not take the start");
            started
        });
        Ok(Self { engine, file: None, run, clock, unstored })
    }

    /// The machines as the journal left them, and everything around them.
    fn assemble(mut self, config: &mut Config, inlet: &Inlet, links: &Links) -> Result<(Handle, Driver), StartError> {
        let mut receiver = Receiver::new(self.receiver_config(config), config.key.clone(), self.clock.now());
        let dispatch = keng_dispatch::Config { run: self.run, limits: keng_dispatch::Limits::default() };
        let mut dispatcher = Dispatcher::new(dispatch, config.directory.clone());
        let mut dialect = Dialect::new(std::mem::take(&mut config.accounts), &config.directory, self.clock.now());
        let mut machines = Machines { receiver: &mut receiver, dispatcher: &mut dispatcher, dialect: &mut dialect };
        let mut restored = machines.restore(&self.engine).map_err(StartError::Read)?;
        if restored.unreadable > 0 {
            tracing::warn!(entries = restored.unreadable, "the journal has entries that this version cannot read");
        }
        let handle = Handle {
            inlet: inlet.clone(),
            links: links.clone(),
            feed: Arc::new(Feed::starting_after(restored.last_record)),
            writer: Arc::new(Writer::start(self.engine, Limits::default()).map_err(StartError::Thread)?),
            metrics: Arc::new(Metrics::new()),
            tokens: Arc::new(RwLock::new(config.tokens.iter().copied().collect())),
            station: config.key.public_key(),
            submissions: Arc::new(Semaphore::new(SUBMISSIONS)),
            sessions: Arc::default(),
            directory: Arc::new(RwLock::new(Arc::new(config.directory.clone()))),
            acts: Arc::new(Mutex::new(std::mem::take(&mut restored.acts))),
            past: Past::of(&config.journal),
            readings: restored.readings.clone(),
            has_map: Arc::default(),
            audit: self.file.map_or_else(Audit::default, |file| Audit::over(file, self.clock.clone())),
            clock: Arc::new(Mutex::new(self.clock.clone())),
        };
        let mut webhooks = Webhooks::new(config.webhook_key.clone(), inlet.clone(), Arc::clone(&handle.has_map));
        webhooks.prepare(&config.directory).map_err(StartError::Webhook)?;
        let (done, stored) = mpsc::unbounded_channel();
        let ways = Ways {
            links: links.clone(),
            feed: Arc::clone(&handle.feed),
            webhooks,
            writer: Arc::clone(&handle.writer),
            done,
            metrics: Arc::clone(&handle.metrics),
            readings: handle.readings.clone(),
        };
        let driver = Driver::new(self.clock, (receiver, dispatcher, dialect), ways, stored, (self.unstored, restored));
        Ok((handle, driver))
    }

    fn receiver_config(&self, config: &Config) -> receiver::Config {
        receiver::Config {
            id: config.id,
            key: config.key_number,
            run: self.run,
            authorities: config.authorities.clone(),
            silence: config.timing.silence,
            clock_tolerance: config.timing.clock_tolerance,
            heartbeat_mark: config.timing.heartbeat_mark,
            limits: receiver::Limits { devices: config.devices, pending: PENDING },
        }
    }
}

/// Opens every listener, or none.
async fn listen(config: &Config, handle: &Handle, served: Router) -> Result<(JoinSet<()>, Addresses), StartError> {
    let Listen { tls, tcp, udp, dc09_tcp, dc09_udp, http, http_tls } = config.listen;
    let acceptor = |what| {
        let certified = config.tls.clone().ok_or(StartError::NoCertificate { what })?;
        Ok(TlsAcceptor::from(certified))
    };
    let stream = |speech, tls| Stream { speech, tls, links: handle.links.clone(), inlet: handle.inlet.clone() };
    let (mut tasks, mut at) = (JoinSet::new(), Addresses::default());
    if let Some(address) = tls {
        let (door, bound) = open("panels by TLS", address, handle)?;
        tasks.spawn(serve_streams(door, stream(Speech::Keng, Some(acceptor("panels")?))));
        at.tls = Some(bound);
    }
    for (address, speech, bound) in [(tcp, Speech::Keng, &mut at.tcp), (dc09_tcp, Speech::Dc09, &mut at.dc09_tcp)] {
        let Some(address) = address else { continue };
        let (door, got) = open("panels by TCP", address, handle)?;
        tasks.spawn(serve_streams(door, stream(speech, None)));
        *bound = Some(got);
    }
    for (address, speech, bound) in [(udp, Speech::Keng, &mut at.udp), (dc09_udp, Speech::Dc09, &mut at.dc09_udp)] {
        let Some(address) = address else { continue };
        let failed = |error| StartError::Listen { what: "panels by UDP", address, error };
        let socket = UdpSocket::bind(address).await.map_err(failed)?;
        *bound = Some(socket.local_addr().map_err(failed)?);
        let socket = Arc::new(Datagrams::new(socket, speech));
        let base = handle.links.add_socket(Arc::clone(&socket));
        tasks.spawn(serve_datagrams(socket, base, handle.inlet.clone()));
    }
    if let Some(address) = http {
        let (door, bound) = open("the API", address, handle)?;
        let tls = if http_tls { Some(acceptor("the API")?) } else { None };
        tasks.spawn(serve_http(door, tls, served));
        at.http = Some(bound);
    }
    Ok((tasks, at))
}

fn open(what: &'static str, address: SocketAddr, handle: &Handle) -> Result<(Door, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { what, address, error };
    let door = Door::open(address, handle.links.clone()).map_err(failed)?;
    let bound = door.address().map_err(failed)?;
    Ok((door, bound))
}

#[cfg(test)]
mod tests {
    use keng_journal::{Fault, Memory};

    use super::*;

    #[test]
    fn a_run_is_in_the_journal_before_anything_has_a_number_of_it() {
        let journal = Memory::default();
        for run in 1..=2 {
            let prepared = Prepared::from(journal.clone()).unwrap();
            assert_eq!((prepared.run, prepared.unstored), (run, None));
            assert_eq!(last_run(&journal).unwrap().0, run);
        }
        journal.set_fault(Some(Fault::Full));
        assert!(Prepared::from(journal).unwrap().unstored.is_some(), "a full disk stops no start");
    }
}
