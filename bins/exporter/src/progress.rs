//! A bar on the terminal for what takes long; nothing when nobody looks.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how far a job is.
pub(crate) struct Progress(ProgressBar);

/// The bar is moved only so often, as moving it costs more than most steps.
const STRIDE: u64 = 1024;

impl Progress {
    /// A bar over so many steps, on standard error when that is a terminal.
    pub(crate) fn over(steps: u64) -> Self {
        if !stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(steps);
        Self(match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len}, {per_sec}, {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// So many steps are done.
    pub(crate) fn at(&self, done: u64) {
        if done.is_multiple_of(STRIDE) {
            self.0.set_position(done);
        }
    }

    /// One more step is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
