//! What a run wrote, by `strace`: every call that changes a file or flushes one, in order.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use crate::run::{FOLDER, PLAN, Plan, TOLD};

/// One thing that a run did to its folder. Files go by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A file was opened which may be made by that.
    Opened(String),
    Wrote {
        file: String,
        offset: usize,
        octets: Vec<u8>,
    },
    Cut {
        file: String,
        length: usize,
    },
    Removed(String),
    Flushed(String),
    FlushedFolder,
    /// The run's own words.
    Told(String),
}

/// The calls of which one may change a file. Those that are not known to every processor have a question mark.
const CALLS: &str = "trace=?open,openat,?openat2,?creat,close,?dup,?dup2,dup3,mmap,write,pwrite64,writev,pwritev,pwritev2,lseek,\
    fsync,fdatasync,sync,syncfs,sync_file_range,msync,ftruncate,truncate,fallocate,copy_file_range,sendfile,\
    ?unlink,unlinkat,?rename,?renameat,renameat2,?link,linkat";

/// Why nothing can be recorded here.
pub(crate) fn hindrance() -> Option<String> {
    match Command::new("strace").args(["-o", "/dev/null", "true"]).output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("strace does not work: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Some(format!("strace cannot be started: {error}")),
    }
}

/// Runs a plan in a folder and returns what it did there.
pub(crate) fn record(folder: &Path, plan: &Plan) -> Vec<Event> {
    let traces = folder.with_extension("traces");
    std::fs::create_dir_all(&traces).unwrap();
    // One file for each thread: so no line is broken by another thread's.
    let output = Command::new("strace")
        .args(["-ff", "-xx", "-s", "1000000", "-e", CALLS, "-o"])
        .arg(traces.join("trace"))
        .arg(std::env::current_exe().unwrap())
        .args(["run::the_recorded_run_keeps_to_its_plan", "--exact", "--test-threads=1"])
        .envs([(FOLDER, folder.as_os_str()), (PLAN, plan.to_environment().as_ref())])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    let threads =
        std::fs::read_dir(&traces).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let mut of_threads: Vec<_> = threads.map(|text| parse(&text, folder)).filter(|events| !events.is_empty()).collect();
    std::fs::remove_dir_all(&traces).unwrap();
    assert_eq!(of_threads.len(), 1, "one thread writes, or their order is not known");
    of_threads.remove(0)
}

fn parse(text: &str, folder: &Path) -> Vec<Event> {
    let mut open = HashMap::new();
    let folder = folder.to_str().unwrap();
    text.lines().filter_map(Call::parse).filter_map(|call| call.event(folder, &mut open)).collect()
}

/// One call that did not fail.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    result: usize,
}

impl<'a> Call<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (call, result) = line.rsplit_once(" = ")?;
        let (name, arguments) = call.trim_end().strip_suffix(')')?.split_once('(')?;
        assert!(!line.contains("unfinished") && !line.contains("\"..."), "a line is not whole: {name}");
        let result = result.split(' ').next()?;
        // A failed call is -1; what `mmap` returns is an address.
        let result = if result.starts_with("0x") { 0 } else { result.parse().ok()? };
        Some(Self { name, arguments: arguments.split(", ").collect(), result })
    }

    /// What the call did to the folder, if anything. A call that is not foreseen must not go by unseen.
    fn event(&self, folder: &str, open: &mut HashMap<usize, String>) -> Option<Event> {
        let file =
            |index: usize| self.arguments[index].parse().ok().and_then(|number: usize| open.get(&number).cloned());
        match self.name {
            "open" | "openat" => {
                let from = usize::from(self.name == "openat");
                let name = inside(self.arguments[from], folder)?;
                open.insert(self.result, name.clone());
                assert!(!self.arguments[from + 1].contains("O_TRUNC") || name == TOLD, "{name} was emptied");
                (self.arguments[from + 1].contains("O_CREAT") && name != TOLD).then_some(Event::Opened(name))
            }
            "close" => {
                open.remove(&self.arguments[0].parse().ok()?);
                None
            }
            "write" | "pwrite64" => {
                let (name, octets) = (file(0)?, octets(self.arguments[1]));
                assert_eq!(octets.len(), self.result, "a write of {name} was not whole");
                if name == TOLD {
                    return Some(Event::Told(String::from_utf8(octets).unwrap()));
                }
                assert_eq!(self.name, "pwrite64", "{name}: where this went is not known");
                Some(Event::Wrote { file: name, offset: self.arguments[3].parse().unwrap(), octets })
            }
            "ftruncate" => Some(Event::Cut { file: file(0)?, length: self.arguments[1].parse().unwrap() }),
            "fsync" | "fdatasync" => Some(match file(0)? {
                name if name.is_empty() => Event::FlushedFolder,
                name => Event::Flushed(name),
            }),
            "unlink" => inside(self.arguments[0], folder).map(Event::Removed),
            "unlinkat" => inside(self.arguments[1], folder).map(Event::Removed),
            "mmap" => {
                let name = file(4)?;
                let is_written = self.arguments[2].contains("PROT_WRITE") && self.arguments[3].contains("MAP_SHARED");
                // The log's index is all that SQLite maps, and it makes that anew after a crash.
                assert!(!is_written || name.ends_with("-shm"), "{name} is written where no trace shows it");
                None
            }
            "lseek" => None,
            name => {
                let is_ours = (0..self.arguments.len())
                    .any(|index| file(index).is_some() || inside(self.arguments[index], folder).is_some());
                assert!(!is_ours, "{name} is not foreseen");
                None
            }
        }
    }
}

/// The name of a file in the folder; nothing for the folder itself.
fn inside(quoted: &str, folder: &str) -> Option<String> {
    let path = String::from_utf8(quoted.starts_with('"').then(|| octets(quoted))?).ok()?;
    let rest = path.strip_prefix(folder)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
}

/// The octets of a quoted string that is all in hexadecimal, `\x6b\x65`.
fn octets(quoted: &str) -> Vec<u8> {
    let digits = quoted.trim_matches('"').split("\\x").skip(1);
    digits.map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect()
}
