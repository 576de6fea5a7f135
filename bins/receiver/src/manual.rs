//! `manual`: manual pages and completions, made from the arguments themselves.

use std::fs::create_dir_all;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::{Cli, ManualArgs};
use crate::failure::Failure;

/// Writes them.
pub(crate) fn run(args: &ManualArgs) -> Result<(), Failure> {
    let cannot = |what| Failure::because(format!("cannot write {what} to {}", args.folder.display()));
    let (pages, completions) = (args.folder.join("man1"), args.folder.join("completions"));
    for folder in [&pages, &completions] {
        create_dir_all(folder).map_err(cannot("the folder"))?;
    }
    clap_mangen::generate_to(Cli::command(), &pages).map_err(cannot("a manual page"))?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut Cli::command(), "keng-receiver", &completions)
            .map_err(cannot("completions"))?;
    }
    Ok(())
}
