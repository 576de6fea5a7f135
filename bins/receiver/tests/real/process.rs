//! `keng-receiver` as a process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_keng-receiver");

/// Runs the program to its end; it must succeed. What it printed.
pub(crate) fn run(arguments: &[&str]) -> String {
    let out = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
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
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Some(format!("{named} = \"{free}\""))
}

/// A running `serve`.
pub(crate) struct Serve {
    child: Child,
    /// Where it listens: by what its log calls the listener.
    pub(crate) at: BTreeMap<String, SocketAddr>,
}

impl Serve {
    /// Starts it and waits until the API, the last of the listeners, is open.
    pub(crate) fn start(folder: &Path) -> Self {
        let config = folder.join("keng.toml");
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--config", config.to_str().unwrap()])
            .env("RUST_LOG", "info")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let (mut at, mut said) = (BTreeMap::new(), String::new());
        while !at.contains_key("the API") {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "serve has ended: {said}");
            if let Some((_, listening)) = line.split_once("listening for ") {
                let (what, address) = listening.trim().split_once(" address=").unwrap();
                at.insert(what.to_owned(), address.parse().unwrap());
            }
            said.push_str(&line);
        }
        // The log is read on, so that the process never waits for a full pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, at }
    }

    /// SIGKILL, as a power cut of the process.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; it must end well.
    pub(crate) fn stop(mut self) {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}
