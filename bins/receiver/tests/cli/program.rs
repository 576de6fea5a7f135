//! Runs the program in a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("keng-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// As `init` leaves it, but with listeners on free ports of this machine only.
    pub(crate) fn initialised() -> Self {
        let folder = Self::empty();
        ended(&folder.keng(["init", ".", "--lang", "en"]), 0);
        for port in ["0.0.0.0:7410", "0.0.0.0:7411", "0.0.0.0:7420", "127.0.0.1:7480"] {
            folder.change("keng.toml", port, "127.0.0.1:0");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from}");
        std::fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    /// Runs the program in this folder, to its end.
    pub(crate) fn keng<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The same with something on standard input.
    pub(crate) fn keng_fed<'a>(&self, arguments: impl IntoIterator<Item = &'a str>, octets: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(octets).unwrap();
        child.wait_with_output().unwrap()
    }

    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keng-receiver"));
        command.args(arguments).current_dir(&self.0).env_remove("RUST_LOG").env("TZ", "UTC").stdin(Stdio::null());
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A receiver that runs until the test ends it.
pub(crate) struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
    api: String,
    tls: String,
}

impl Running {
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same with more in its environment.
    pub(crate) fn start_with(folder: &Folder, more: &[(&str, &str)]) -> Self {
        let mut command = folder.command(["serve"]);
        let mut child = command.envs(more.iter().copied()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, log, api: String::new(), tls: String::new() };
        let address = |line: String| line.rsplit_once("address=").unwrap().1.trim().to_owned();
        running.tls = address(running.logged("listening for panels by TLS"));
        running.api = format!("http://{}", address(running.logged("listening for the API")));
        running
    }

    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// Where panels connect by TLS.
    pub(crate) fn tls(&self) -> &str {
        &self.tls
    }

    /// Reads the log up to a line with these words.
    pub(crate) fn logged(&mut self, words: &str) -> String {
        let mut line = String::new();
        while self.log.read_line(&mut line).unwrap() > 0 {
            if line.contains(words) {
                return line;
            }
            line.clear();
        }
        panic!("the log ended without: {words}");
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Its exit code, after a signal that ends it.
    pub(crate) fn code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asserts the exit code, and gives back standard output.
#[track_caller]
pub(crate) fn ended(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Asserts the exit code, and gives back standard error.
#[track_caller]
pub(crate) fn refused(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The permission bits.
pub(crate) fn mode(file: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).unwrap()) & 0o777
}
