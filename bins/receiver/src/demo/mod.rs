//! `demo`: the whole story on real sockets. It makes a folder with keys and a directory, starts the receiver, lets panels, desks, a flood and
//! a forger at it, prints what happens, and ends with what was proven. Exit code 0 only if all of it has happened.

mod afterwards;
mod client;
mod desk;
mod hook;
mod measure;
mod page;
mod proof;
mod scenes;
mod seen;
mod site;
mod stage;
mod stranger;
mod timeline;
mod words;
mod world;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::Duration;

use keng_station::Station;
use tokio::time::{timeout, timeout_at};

use self::site::Panel;
use self::timeline::Tone;
use self::words::Word;
use self::world::{SILENCE, World};
use crate::config::Language;
use crate::failure::Failure;
use crate::{certificate, hex, secret};

/// How long making the folder and starting everything may take.
const START_WITHIN: Duration = Duration::from_secs(15);
/// How long the story may take. What has not happened by then has not happened.
const STORY_WITHIN: Duration = Duration::from_secs(66);
/// How long each of the last questions may take.
const END_WITHIN: Duration = Duration::from_secs(3);

/// What `demo` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// The language of the timeline
    #[arg(long, value_enum, default_value = "vi")]
    pub(crate) lang: Language,
    /// Leave the receiver running at the end, until Ctrl-C
    #[arg(long)]
    pub(crate) keep_running: bool,
    /// Where to write keys, configuration and journal, which stay there [default: a new temporary folder, removed at the end unless --keep-running]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
}

/// Runs the demo.
pub(crate) fn run(args: &DemoArgs) -> Result<(), Failure> {
    // Webhooks and clients take the process's provider; that one is installed already does no harm.
    let _ = certificate::provider().as_ref().clone().install_default();
    let folder = Folder::new(args)?;
    let runtime = Station::runtime();
    let runtime = runtime.map_err(Failure::because("cannot start the runtime"))?;
    let done = runtime.block_on(tell(args, &folder.path));
    runtime.shutdown_timeout(END_WITHIN);
    done
}

async fn tell(args: &DemoArgs, folder: &Path) -> Result<(), Failure> {
    let started = unless_interrupted(timeout(START_WITHIN, World::start(folder, args.lang))).await?;
    let (world, station) = started.map_err(Failure::because("the receiver and its desks did not start in time"))??;
    print(&world.introduction(SILENCE.as_secs()))?;
    if args.keep_running {
        print(&format!("{}\n", page::invitation(&world, &url(&world))))?;
    }
    let printing = tokio::spawn(world.timeline.clone().run());
    let deadline = world.timeline.start() + STORY_WITHIN;
    // Late is no failure of its own: what has not happened by then is missing below.
    let _ = unless_interrupted(timeout_at(deadline.into(), scenes::play(&world))).await?;
    let _ = timeout(END_WITHIN, measure::conclude(&world)).await;
    printing.abort();
    world.timeline.flush();
    if args.keep_running {
        afterwards::check(&world);
        let done = print(&summary(&world)).and_then(|()| verdict(&world));
        print(&invitation(&world, folder))?;
        tokio::signal::ctrl_c().await.map_err(Failure::because("cannot wait for Ctrl-C"))?;
        stop(&world, station).await;
        return done;
    }
    stop(&world, station).await;
    afterwards::check(&world);
    print(&summary(&world))?;
    verdict(&world)
}

async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        done = work => Ok(done),
        _ = tokio::signal::ctrl_c() => Err(Failure::job("stopped by Ctrl-C before the story ended")),
    }
}

async fn stop(world: &World, station: Station) {
    world.panels.values().for_each(Panel::switch_off);
    let _ = timeout(END_WITHIN, station.stop()).await;
}

/// What was proven, and what was refused.
fn summary(world: &World) -> String {
    let proof = world.proof.lock().unwrap_or_else(PoisonError::into_inner);
    let heading = |word| world.timeline.tinted(Tone::Scene, &format!("── {}", world.say(word, &[])));
    let mut text = format!("\n{}\n{}", heading(Word::Proven), proof.table(world.lang, &world.timeline));
    let _ = writeln!(text, "\n{}", heading(Word::RefusedWhy));
    for (sentence, count) in measure::refusals(world) {
        let _ = writeln!(text, " {count:>3} × {sentence}");
    }
    let missing = proof.missing().len();
    let end = match missing {
        0 => world.timeline.tinted(Tone::Good, &world.say(Word::AllHeld, &[])),
        missing => world.timeline.tinted(Tone::Alarm, &world.say(Word::SomeMissing, &[&missing])),
    };
    format!("{text}\n{end}\n")
}

fn verdict(world: &World) -> Result<(), Failure> {
    let missing = world.proof.lock().unwrap_or_else(PoisonError::into_inner).missing();
    if missing.is_empty() { Ok(()) } else { Err(Failure::job(format!("not everything happened: {missing:?}"))) }
}

/// What can be tried while the receiver is left running.
fn invitation(world: &World, folder: &Path) -> String {
    let (folder, config) = (folder.display(), world.config.display());
    let token = format!("{folder}/tokens/operator.token");
    let url = url(world);
    let mut text = format!("\n{}\n", world.say(Word::StillRunning, &[]));
    let at = [
        ("TLS", world.at.tls),
        ("UDP", world.at.udp),
        ("DC-09 TCP", world.at.dc09_tcp),
        ("DC-09 UDP", world.at.dc09_udp),
        ("HTTP", world.at.http),
    ];
    for (name, at) in at.into_iter().filter_map(|(name, at)| Some((name, at?))) {
        let _ = writeln!(text, "  {name:<10} {at}");
    }
    let _ =
        writeln!(text, "  {}: {folder}\n  {}: {token}", world.say(Word::FolderIs, &[]), world.say(Word::TokenIs, &[]));
    text += &page::invitation(world, &url);
    let _ = writeln!(text, "{}", world.say(Word::TryThis, &[]));
    for path in ["incidents", "refusals", "health", "stream"] {
        let _ = writeln!(text, "  curl -N -H \"Authorization: Bearer $(cat {token})\" {url}/api/v1/{path}");
    }
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("keng-receiver"));
    for command in ["incident list", "journal verify"] {
        let _ = writeln!(text, "  {} {command} --config {config}", program.display());
    }
    text
}

fn url(world: &World) -> String {
    world.at.http.map(|at| format!("http://{at}")).unwrap_or_default()
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    // A closed output is no success here: nobody has read what was proven.
    written.map_err(Failure::because("cannot print the story"))
}

/// The folder of the demo; a temporary one is removed at the end.
struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn new(args: &DemoArgs) -> Result<Self, Failure> {
        if let Some(path) = &args.data {
            return Ok(Self { path: path.clone(), temporary: false });
        }
        let unique = secret::random::<8>().map_err(Failure::because("no random octets"))?;
        let path = std::env::temp_dir().join(format!("keng-demo-{}", hex::encode(&*unique)));
        // Made here, so that what is removed at the end is ours.
        std::fs::create_dir(&path).map_err(Failure::because(format!("cannot make {}", path.display())))?;
        Ok(Self { path, temporary: !args.keep_running })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
