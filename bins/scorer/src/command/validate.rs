//! `validate`.

use crate::args::ValidateArgs;
use crate::failure::Failure;

pub(crate) fn run(_args: &ValidateArgs) -> Result<(), Failure> {
    Err(Failure::Inside("not there yet".to_owned()))
}
