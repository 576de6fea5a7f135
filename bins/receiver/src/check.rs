//! `check`: everything that `serve` would refuse, before it is run.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use keng_journal::sqlite::{OpenError, Reader};
use serde_json::json;

use crate::args::CheckArgs;
use crate::clock;
use crate::config::{Config, Problem, Problems};
use crate::failure::Failure;
use crate::material::Material;

/// Says that all is well, or lists every problem.
pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let found = look(&args.config.config);
    let mut out = std::io::stdout().lock();
    if args.json {
        let problems: Vec<_> =
            found.as_ref().err().into_iter().flat_map(|found| &found.0).map(Problem::to_json).collect();
        let notes = found.as_deref().unwrap_or_default();
        writeln!(out, "{}", json!({ "ok": found.is_ok(), "problems": problems, "notes": notes }))?;
    } else if let Ok(notes) = &found {
        for note in notes {
            writeln!(out, "note: {note}")?;
        }
        writeln!(out, "ok: {}", args.config.config.display())?;
    }
    found.map(drop).map_err(Failure::from)
}

/// Everything that a station is made of, when nothing is wrong with any of it.
pub(crate) fn material(config: &Config) -> Result<Material, Problems> {
    let mut notes = Vec::new();
    let mut problems = environment(config, &mut notes);
    let loaded = Material::load(config, clock::now()).map_err(|found| problems.0.extend(found.0));
    let mut material = problems.or(loaded.ok())?;
    material.notes.append(&mut notes);
    Ok(material)
}

/// The notes, when nothing is wrong.
fn look(file: &Path) -> Result<Vec<String>, Problems> {
    Ok(material(&Config::read(file)?)?.notes)
}

/// What the files cannot say: whether the data folder can be written, and whether what is in it is a journal. A full disk
/// stops nobody: a receiver that can be started tells people, and stores as soon as there is room.
fn environment(config: &Config, notes: &mut Vec<String>) -> Problems {
    let (data, mut problems) = (&config.station.data, Problems::default());
    let folder = data.value.as_path();
    let written = writable(folder);
    if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::StorageFull) {
        notes.push(format!("{} is on a full disk: alarms are told and cannot be stored", folder.display()));
    } else if let Err(error) = written {
        let wrong = format!("{} cannot be written: {error}", folder.display());
        problems.0.push(data.problem(&config.file, wrong, "a folder that is there, and that this user may write"));
    }
    let journal = config.journal();
    if journal.exists()
        && let Err(error) = Reader::open(&journal)
    {
        let wrong = format!("{} cannot be opened: {}", journal.display(), chain(&error));
        problems.0.push(data.problem(&config.file, wrong, "the folder of a journal, or an empty one"));
    }
    problems
}

/// Writes a file and takes it away again. On a full disk a file can be made, and nothing can be written into it.
fn writable(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".keng-check-{}", std::process::id()));
    let mut opened = OpenOptions::new().write(true).create_new(true).open(&file)?;
    let written = opened.write_all(&[0; 4096]).and_then(|()| opened.sync_all());
    std::fs::remove_file(file)?;
    written
}

fn chain(error: &OpenError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
