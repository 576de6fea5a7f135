//! `fit`.

use crate::args::FitArgs;
use crate::failure::Failure;

pub(crate) fn run(_args: &FitArgs) -> Result<(), Failure> {
    Err(Failure::Inside("not there yet".to_owned()))
}
