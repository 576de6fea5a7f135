//! The scorer's binary: arguments, files, exit code. What it computes is in `keng-risk` and `keng-geo`.

mod args;
mod command;
mod failure;
mod input;
mod load;
mod output;
mod progress;
mod report;
mod roads;
mod sites;
mod words;

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::failure::Failure;

fn main() -> ExitCode {
    match command::run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.code()
        }
    }
}

/// Says on standard error what went wrong, and under it why. If even that cannot be written, the exit code still says it.
fn report(failure: &Failure) {
    if matches!(failure, Failure::OutputClosed) {
        return;
    }
    let mut text = format!("keng-scorer: {failure}\n");
    let mut cause = failure.source();
    while let Some(error) = cause {
        text += &format!("    because: {error}\n");
        cause = error.source();
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}
