//! The exporter's binary: arguments, exit code, and one module for each command. What it decides with is in keng-training, keng-ledger and keng-export.

mod args;
mod commands;
mod failure;
mod moment;
mod progress;
mod report;
mod store;
mod views;
mod words;

use std::error::Error as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::commands::{Context, answers, demo, export, import, log, records, request, scorer, verify};
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&Context::new(cli.common), &cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.code()
        }
    }
}

fn run(context: &Context, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Init(args) => records::init(context, args),
        Command::Import(args) => import::run(context, args),
        Command::Add(args) => records::add(context, args),
        Command::Retract(args) => records::retract(context, args),
        Command::Erase(args) => records::erase(context, args),
        Command::Status(args) => answers::status_of(context, args),
        Command::Coverage(args) => answers::coverage(context, args),
        Command::Expiring(args) => answers::expiring(context, args),
        Command::Forecast(args) => answers::forecast(context, args),
        Command::Tools(args) => answers::tools(context, args),
        Command::Drills(args) => answers::drills(context, args),
        Command::Retention(args) => answers::retention(context, args),
        Command::Export(args) => export::run(context, args),
        Command::Request149(args) => request::run(context, args),
        Command::Checkpoint(args) => log::checkpoint(context, args),
        Command::Cosign(args) => log::cosign(context, args),
        Command::Keygen(args) => log::keygen(context, args),
        Command::Prove(args) => log::prove(context, args),
        Command::Verify(args) => verify::run(context, args),
        Command::ScorerInput(args) => scorer::run(context, args),
        Command::Demo(args) => demo::run(context, args),
    }
}

/// Says on standard error what went wrong, and under it why. If even that cannot be written, the exit code still says it.
fn report(failure: &Failure) {
    if failure.is_silent() {
        return;
    }
    let mut text = format!("keng-exporter: {failure}\n");
    let mut cause = failure.source();
    while let Some(error) = cause {
        text += &format!("    because: {error}\n");
        cause = error.source();
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}
