//! `strace`, which makes the system calls of a process fail, or kills it at one of them.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::process::{Launch, Serve, can, until};

/// A tracer that was attached to a process that runs.
pub(crate) struct Tracer(Child);

/// Whether it can be used here.
pub(crate) fn there_is() -> bool {
    can("strace", Command::new("strace").args(["-f", "-o", "/dev/null", "true"]))
}

/// Starts the program under it from its first call on, as a process of its own.
pub(crate) fn from_the_start(calls: &str, what: &str) -> Launch {
    let words = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e"].map(str::to_owned).to_vec();
    let by = [words, vec![format!("trace={calls}"), format!("--inject={calls}:{what}")]].concat();
    Launch { by, ..Launch::default() }
}

impl Tracer {
    /// Begins in the middle. Each thread's calls are counted from here on; what was called is written to `log`.
    pub(crate) fn attach(serve: &Serve, calls: &str, what: &str, log: &Path) -> Self {
        let pid = serve.pid().to_string();
        let tracer = Command::new("strace")
            .args(["-f", "-qq", "-o", log.to_str().unwrap(), "-p", &pid, "-e", &format!("trace={calls}")])
            .arg(format!("--inject={calls}:{what}"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let tasks = format!("/proc/{pid}/task");
        let is_traced = |task: std::io::Result<std::fs::DirEntry>| {
            let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap_or_default();
            !status.contains("TracerPid:\t0\n")
        };
        until("every thread is traced", || std::fs::read_dir(&tasks).ok()?.all(is_traced).then_some(()));
        Self(tracer)
    }

    /// Waits until the process it traces has ended.
    pub(crate) fn end(mut self) {
        until("the tracer's end", || self.0.try_wait().unwrap());
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
