//! `journal export`: entries as JSON lines.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use keng_journal::{Position, entries};

use super::content::Exported;
use super::keys::Keys;
use super::{Opened, unreadable};
use crate::args::ExportArgs;
use crate::failure::Failure;
use crate::progress::Progress;

/// Writes the entries from one position to another, both included.
pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    if args.to.is_some_and(|to| to < args.from) {
        return Err(Failure::Usage("--to must not be below --from".to_owned()));
    }
    let opened = Opened::by(&args.journal)?;
    let from = Position(args.from.max(1));
    let to = Position(args.to.unwrap_or(u64::MAX).min(opened.end()?));
    if args.output == Path::new("-") {
        return write(&opened, from, to, &mut BufWriter::new(io::stdout().lock()), &Progress::none());
    }
    let what = format!("cannot write {}", args.output.display());
    // It holds personal data: for its owner only, who may then give it to others.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&args.output);
    let file = file.map_err(Failure::because(what))?;
    let progress = Progress::over(to.0.saturating_sub(from.0 - 1));
    write(&opened, from, to, &mut BufWriter::new(file), &progress)
}

fn write(
    opened: &Opened,
    from: Position,
    to: Position,
    out: &mut impl Write,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut keys = Keys::before(opened, from)?;
    for stored in entries(&opened.reader, from) {
        let stored = stored.map_err(unreadable)?;
        if stored.position > to {
            break;
        }
        Exported::of(&stored, &mut keys).write(out)?;
        progress.at(stored.position.0 - from.0);
    }
    out.flush()?;
    Ok(())
}
