//! A line on the terminal for what takes long; nothing when nobody looks.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Says what goes on, and how far a count has come.
pub(crate) struct Progress(ProgressBar);

/// The count is shown only so often, as showing it costs more than most steps.
const STRIDE: u64 = 4096;

impl Progress {
    /// A line on standard error when that is a terminal.
    pub(crate) fn new() -> Self {
        if !stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(match ProgressStyle::with_template("{spinner} {msg} {human_pos} {elapsed}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// What goes on from now.
    pub(crate) fn say(&self, what: &str) {
        self.0.set_position(0);
        self.0.set_message(what.to_owned());
    }

    /// So many steps of it are done.
    pub(crate) fn at(&self, done: u64) {
        if done.is_multiple_of(STRIDE) {
            self.0.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
