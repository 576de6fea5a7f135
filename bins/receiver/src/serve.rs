//! `serve`: runs the station until a signal ends it.

use std::io::{IsTerminal as _, stderr};
use std::path::Path;

use keng_console::Console;
use keng_dispatch::directory::Directory;
use keng_station::{Addresses, Handle, StartError, Station};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::args::ServeArgs;
use crate::config::{Config, Problem, Problems};
use crate::failure::Failure;
use crate::material::{self, Material};
use crate::service::Watchdog;
use crate::{check, clock, service};

/// Starts, tells where it listens, and returns when all that was taken is stored.
pub(crate) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let config = Config::read(&args.config.config)?;
    let material = check::material(&config)?;
    let _flushed_at_the_end = log();
    for note in &material.notes {
        tracing::warn!("{note}");
    }
    let runtime = Station::runtime();
    let runtime = runtime.map_err(Failure::because("cannot start the runtime"))?;
    runtime.block_on(until_stopped(config, material))
}

async fn until_stopped(config: Config, material: Material) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    raise_descriptors();
    let mut directory = material.directory.clone();
    let (station, console) = start(material, &config).await.map_err(|error| not_started(&config, error))?;
    tracing::info!(journal = %config.journal().display(), "started");
    announce(&station.addresses());
    service::ready();
    let mut watchdog = Watchdog::new();
    loop {
        tokio::select! {
            ask = signals.next() => match ask {
                Ask::Reload => {
                    service::reloading();
                    reload(&config.file, &mut directory, station.handle(), console.as_ref()).await;
                    service::ready();
                }
                Ask::Stop => break,
            },
            () = watchdog.beat(station.handle()) => {}
            // Nobody has asked for it: whoever watches over this process must start it again.
            () = station.handle().stopped() => return Err(Failure::job("the receiver has failed: see the log; start it again")),
        }
    }
    service::stopping();
    tracing::info!("stopping: no new links; what was taken is being stored");
    station.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Starts the station, and before its API the operators' page, when there is one.
pub(crate) async fn start(mut material: Material, config: &Config) -> Result<(Station, Option<Console>), StartError> {
    let wanted = material.console.take();
    let mut console = None;
    let station = Station::start_behind(material.into_station(config), |handle, api| match wanted {
        None => api,
        Some(wanted) => console.insert(Console::new(handle.clone(), wanted)).router(api),
    });
    let station = station.await?;
    Ok((station, console))
}

/// Takes all the file descriptors that the operating system allows: each link needs one, and the usual limit is for programs with few.
fn raise_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of file descriptors cannot be raised");
    }
}

/// How many lines wait for whoever reads the log. Beyond it lines are lost.
const LOG_LINES: usize = 16 * 1024;

/// The log, on standard error; `RUST_LOG` says how much. A thread of its own writes it, so that no alarm waits for a full pipe.
fn log() -> WorkerGuard {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = stderr().is_terminal();
    // Somebody else's subscriber is in use already only in a test.
    let (lines, guard) = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(LOG_LINES).finish(stderr());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).with_ansi(colours).try_init();
    guard
}

fn not_started(config: &Config, error: StartError) -> Failure {
    Failure::because(format!("the receiver of {} does not start", config.file.display()))(error)
}

fn announce(at: &Addresses) {
    let listeners = [
        ("panels by TLS", at.tls),
        ("panels by TCP in clear", at.tcp),
        ("panels by UDP", at.udp),
        ("DC-09 by TCP", at.dc09_tcp),
        ("DC-09 by UDP", at.dc09_udp),
        ("the API", at.http),
    ];
    for (what, address) in listeners.into_iter().filter_map(|(what, address)| Some((what, address?))) {
        tracing::info!(%address, "listening for {what}");
    }
}

/// Reads the files anew. Everything is read and checked before anything is changed, and links stay open. A file with a problem changes
/// nothing.
async fn reload(file: &Path, in_use: &mut Directory, handle: &Handle, console: Option<&Console>) {
    let read = Config::read(file).and_then(|config| {
        let directory = material::directory(&config, clock::now())?;
        follows(&config, in_use, &directory)?;
        let operators = material::operators(&config)?;
        Ok((config, directory, operators))
    });
    match read {
        Err(problems) => refuse(&problems),
        Ok((config, directory, operators)) => {
            if directory != *in_use {
                if !handle.adopt(directory.clone()).await {
                    tracing::error!("not read anew: the receiver has not taken the directory");
                    return;
                }
                *in_use = directory;
            }
            handle.set_tokens(config.tokens.iter().copied());
            if let Some(console) = console {
                console.set_operators(operators);
            }
            let (directory, tokens) = (in_use.version, config.tokens.len());
            tracing::info!(directory, tokens, "read anew: the directory, the tokens and the operators");
            tracing::info!("whatever else was changed in {} takes effect at the next start", file.display());
        }
    }
}

/// Refuses a directory that does not come after the one in use: somebody may have put an old one back, whose signature is still true; and
/// what was decided by a version must be found in one file only.
fn follows(config: &Config, in_use: &Directory, new: &Directory) -> Result<(), Problems> {
    if new == in_use || new.version > in_use.version {
        return Ok(());
    }
    let wrong = format!("is another directory with version {}, and version {} is in use", new.version, in_use.version);
    let instead = format!("version = {} or higher, signed again", in_use.version.saturating_add(1));
    Err(Problems(vec![Problem::of_file(&config.station.directory.value, wrong, instead)]))
}

fn refuse(problems: &Problems) {
    tracing::error!(problems = problems.0.len(), "not read anew: what was in use stays in use");
    for problem in &problems.0 {
        tracing::error!("{problem}");
    }
}

/// What the operating system asks.
enum Ask {
    Stop,
    Reload,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let of = |kind| signal(kind).map_err(Failure::because("cannot listen for signals"));
        Ok(Self {
            terminate: of(SignalKind::terminate())?,
            interrupt: of(SignalKind::interrupt())?,
            hang_up: of(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Ask {
        tokio::select! {
            _ = self.terminate.recv() => Ask::Stop,
            _ = self.interrupt.recv() => Ask::Stop,
            _ = self.hang_up.recv() => Ask::Reload,
        }
    }
}
