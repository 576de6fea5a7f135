//! The commands, each from its arguments to what it says.

mod check;
mod demo;
mod diff;
mod explain;
mod fit;
mod near_repeat;
pub(crate) mod plan;
mod schema;
mod score;
mod validate;
mod what_if;

pub(crate) use explain::SHOWN;

use crate::args::Command;
use crate::failure::Failure;

pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Score(args) => score::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::WhatIf(args) => what_if::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Fit(args) => fit::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::NearRepeat(args) => near_repeat::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Demo(args) => demo::run(&args),
    }
}
