//! A benchmark's other process: the same program, started again, which is told what to do by its arguments and talks by lines.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that loses its other half has nothing to measure"
)]

use std::fmt::Display;
use std::io::{BufRead as _, BufReader, Write as _, stdin};
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};

/// Stands before the arguments of a child.
const CHILD: &str = "--child";

/// Another process of this program. Ends with this value.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Child {
    /// Starts it.
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(CHILD).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (to, from) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, to, from }
    }

    /// The next line that it tells.
    ///
    /// # Panics
    /// If it has ended.
    pub fn hear(&mut self) -> String {
        let mut line = String::new();
        let octets = self.from.read_line(&mut line).unwrap();
        assert!(octets > 0, "the other process has ended");
        line.trim().to_owned()
    }

    /// Lets it go on, where it [waits](wait).
    pub fn go(&mut self) {
        self.to.write_all(b"\n").unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
    }
}

/// In the child: its arguments; `None` in the benchmark itself.
pub fn arguments() -> Option<Vec<String>> {
    let mut all = std::env::args().skip(1);
    (all.next()? == CHILD).then(|| all.collect())
}

/// In the child: tells a line.
pub fn tell(line: impl Display) {
    println!("{line}");
}

/// In the child: waits until it may go on; false when there is nobody any more.
pub fn wait() -> bool {
    stdin().read_line(&mut String::new()).is_ok_and(|octets| octets > 0)
}
