//! The receiver's binary: arguments, configuration, signals, exit code. What it drives is in `keng-station` and below.

mod args;
mod certificate;
mod check;
mod clock;
mod config;
mod demo;
mod enroll;
mod failure;
mod hex;
mod incident;
mod init;
mod journal;
mod keygen;
mod manual;
mod material;
mod operator;
mod progress;
mod route;
mod secret;
mod serve;
mod service;
mod setup;
mod sign_directory;
mod test;

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    // Libraries take no crypto of their own: whatever asks for the process's gets this one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.code()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Keygen(args) => keygen::run(&args),
        Command::Enroll(args) => enroll::enroll(&args),
        Command::Rotate(args) => enroll::rotate(&args),
        Command::Revoke(args) => enroll::revoke(&args),
        Command::SignDirectory(args) => sign_directory::run(&args),
        Command::Route(command) => route::run(&command),
        Command::Manual(args) => manual::run(&args),
        Command::Operator(command) => operator::run(&command),
        Command::Journal(command) => journal::run(&command),
        Command::Incident(command) => incident::run(&command),
    }
}

/// Says on standard error what went wrong, and under it why. If even that cannot be written, the exit code still says it.
fn report(failure: &Failure) {
    if matches!(failure, Failure::OutputClosed) {
        return;
    }
    let mut text = format!("keng-receiver: {failure}\n");
    let mut cause = failure.source();
    while let Some(error) = cause {
        text += &format!("    because: {error}\n");
        cause = error.source();
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}
