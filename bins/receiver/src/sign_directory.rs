//! `sign-directory`: the authority's word that this is the directory.

use std::io::Write as _;

use keng_dispatch::directory::Directory;

use crate::args::SignDirectoryArgs;
use crate::config::{Problem, Problems};
use crate::failure::Failure;
use crate::material::signature_file;
use crate::{clock, secret, setup};

/// Refuses to sign what a receiver would refuse; then writes the signature beside the file.
pub(crate) fn run(args: &SignDirectoryArgs) -> Result<(), Failure> {
    let shown = args.file.display();
    let key = secret::read_key(&args.authority_key)?;
    let text = std::fs::read_to_string(&args.file).map_err(Failure::because(format!("cannot read {shown}")))?;
    let of_file = |problem| Problem::of_directory(&args.file, problem);
    let directory = Directory::read(&text).map_err(|found| Problems(found.0.into_iter().map(of_file).collect()))?;
    Problems(directory.check(clock::now()).into_iter().map(of_file).collect()).or(Some(()))?;
    let beside = signature_file(&args.file);
    std::fs::write(&beside, setup::signature(text.as_bytes(), &key))
        .map_err(Failure::because(format!("cannot write {}", beside.display())))?;
    writeln!(std::io::stdout(), "signed: {}", beside.display())?;
    Ok(())
}
