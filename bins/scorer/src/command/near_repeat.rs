//! `near_repeat`.

use crate::args::NearRepeatArgs;
use crate::failure::Failure;

pub(crate) fn run(_args: &NearRepeatArgs) -> Result<(), Failure> {
    Err(Failure::Inside("not there yet".to_owned()))
}
