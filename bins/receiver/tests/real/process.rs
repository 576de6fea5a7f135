//! `keng-receiver` as a process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_keng-receiver");
/// What takes longer never ends.
pub(crate) const NEVER: Duration = Duration::from_secs(60);
/// The ports that are given out: under those that the kernel gives to connections, so that none takes a listener's while it is restarted.
const PORTS: std::ops::Range<u16> = 10_000..32_000;

/// Runs the program to its end; it must succeed. What it printed.
pub(crate) fn run(arguments: &[&str]) -> String {
    let out = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Waits until there is what is asked for.
pub(crate) fn until<T>(what: &str, mut asked: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = asked() {
            return found;
        }
        assert!(since.elapsed() < NEVER, "never: {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Takes all the descriptors that this process may have.
pub(crate) fn raise_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// A number that the environment sets, so that the same test can be run for longer.
pub(crate) fn setting(name: &str, absent: usize) -> usize {
    std::env::var(name).map_or(absent, |set| set.parse().expect("a number"))
}

/// Whether a test can be run for which something else is needed. When nobody insists it is skipped, with a word why.
pub(crate) fn can(needed: &str, try_it: &mut Command) -> bool {
    let tried = try_it.stdin(Stdio::null()).output();
    let can = tried.as_ref().is_ok_and(|out| out.status.success());
    assert!(can || std::env::var_os("KENG_REQUIRE").is_none(), "{needed}: {tried:?}");
    if !can {
        eprintln!("SKIPPED: {needed} is not to be had here");
    }
    can
}

/// A folder that `init` wrote, with a free port for each listener, and `directory` in place of the one it wrote.
pub(crate) fn init(name: &str, directory: impl Fn(&str) -> String, accounts: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    run(&["init", folder.to_str().unwrap()]);
    let file = folder.join("keng.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<_> = text.lines().map(|line| listen_line(line).unwrap_or_else(|| line.to_owned())).collect();
    std::fs::write(&file, format!("{}\n{accounts}", lines.join("\n"))).unwrap();
    let file = folder.join("directory.toml");
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, directory(&written)).unwrap();
    let key = folder.join("keys/authority.key");
    run(&["sign-directory", "--authority-key", key.to_str().unwrap(), file.to_str().unwrap()]);
    folder
}

/// A listener's line with a port that is free now, so that it is the same after a restart.
fn listen_line(line: &str) -> Option<String> {
    let (name, _) = line.trim_start_matches("# ").split_once(" = ")?;
    let listeners = ["tls", "tcp", "udp", "dc09_tcp", "dc09_udp", "http"];
    let named = listeners.contains(&name.trim()).then(|| name.trim())?;
    Some(format!("{named} = \"127.0.0.1:{}\"", free_port()))
}

/// A port that nobody listens on. Other processes look for theirs from another place.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let places = PORTS.end - PORTS.start;
    let start = u16::try_from(std::process::id() * 97 % u32::from(places)).unwrap();
    let free = |port: &u16| {
        std::net::TcpListener::bind(("0.0.0.0", *port)).is_ok() && std::net::UdpSocket::bind(("0.0.0.0", *port)).is_ok()
    };
    std::iter::repeat_with(|| PORTS.start + (start + NEXT.fetch_add(1, Ordering::Relaxed) % places) % places)
        .find(free)
        .unwrap()
}

/// How it is started.
#[derive(Default)]
pub(crate) struct Launch {
    /// Another program that becomes it, with its arguments.
    pub(crate) by: Vec<String>,
    /// What is added to its environment.
    pub(crate) env: Vec<(&'static str, String)>,
}

/// A running `serve`.
pub(crate) struct Serve {
    child: Child,
    /// Where it listens: by what its log calls the listener.
    pub(crate) at: BTreeMap<String, SocketAddr>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Serve {
    /// Starts it and waits until the API, the last of the listeners, is open.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::launch(folder, Launch::default()).expect("it starts")
    }

    /// The same by other means; how it ended and what it said, when it has ended before it was ready.
    pub(crate) fn launch(folder: &Path, launch: Launch) -> Result<Self, (ExitStatus, String)> {
        let config = folder.join("keng.toml");
        let words = [launch.by, [PROGRAM, "serve", "--config", config.to_str().unwrap()].map(str::to_owned).to_vec()];
        let words = words.concat();
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            // One thread does all that the network needs, so that the calls of a run come in one order.
            .env("TOKIO_WORKER_THREADS", "1")
            .env("RUST_LOG", "info")
            .envs(launch.env)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let (mut at, mut said) = (BTreeMap::new(), Vec::new());
        while !at.contains_key("the API") {
            let Some(line) = lines.next() else { return Err((child.wait().unwrap(), said.join("\n"))) };
            if let Some((_, listening)) = line.split_once("listening for ") {
                let (what, address) = listening.trim().split_once(" address=").unwrap();
                at.insert(what.to_owned(), address.parse().unwrap());
            }
            said.push(line);
        }
        let log = Arc::new(Mutex::new(said));
        let kept = Arc::clone(&log);
        // The log is read on, so that the process never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(|line| kept.lock().unwrap().push(line)));
        Ok(Self { child, at, log })
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How many lines of its log have these words.
    pub(crate) fn said(&self, words: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.contains(words)).count()
    }

    /// What the kernel says of it, in `/proc/PID/status`: the number of a line.
    pub(crate) fn status(&self, name: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// SIGKILL, as a power cut of the process.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; it must end well.
    pub(crate) fn stop(mut self) {
        let ended = self.terminate();
        assert!(ended.success(), "{ended:?}: {}", self.log.lock().unwrap().join("\n"));
    }

    /// SIGTERM; whether a SIGKILL came before it had ended well.
    pub(crate) fn is_killed_stopping(&mut self) -> bool {
        let ended = self.terminate();
        assert!(ended.success() || ended.signal() == Some(9), "{ended:?}");
        !ended.success()
    }

    fn terminate(&mut self) -> ExitStatus {
        // It may be dead already; until it is waited for, its number is nobody else's.
        Command::new("kill").arg(self.pid().to_string()).stderr(Stdio::null()).status().unwrap();
        until("the end of a process that was asked to stop", || self.child.try_wait().unwrap())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
