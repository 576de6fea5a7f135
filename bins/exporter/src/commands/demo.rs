//! `demo`: placeholder until its world is written.

use super::Context;
use crate::args::DemoArgs;
use crate::failure::Failure;

pub(crate) fn run(_context: &Context, _args: &DemoArgs) -> Result<(), Failure> {
    Err(Failure::usage("not yet"))
}
