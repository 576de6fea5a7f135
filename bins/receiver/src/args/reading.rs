//! The arguments about the journal and the incidents in it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use keng_protocol::IncidentId;

use crate::config::Language;

/// `journal`.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Print the last entries
    Tail(TailArgs),
    /// Prove that no entry was changed, removed or inserted
    Verify(VerifyArgs),
    /// Write entries as JSON lines
    Export(ExportArgs),
    /// Copy the journal into one new file while the receiver runs, and prove the copy
    Backup(BackupArgs),
    /// Put a copy where the configuration has the journal, after it is proven
    Restore(RestoreArgs),
}

/// `incident`.
#[derive(Debug, Subcommand)]
pub(crate) enum IncidentCommand {
    /// One line for each incident
    List(ListArgs),
    /// Everything about one incident: who was told, who answered what
    Show(ShowArgs),
    /// One incident step by step, with times, from the journal alone
    Replay(ReplayArgs),
}

/// Which journal.
#[derive(Clone, Debug, Args)]
pub(crate) struct JournalArg {
    /// The configuration, which says where the journal is and whose keys are trusted [default: keng.toml]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A journal file itself, such as a copy (of a running receiver: with its -wal); --config then says only whose keys are trusted
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The copy has everything that was stored when it began, and is verified entry by entry. The head that is printed proves later that the copy is the
one: keep it elsewhere. Keys, directory and keng.toml are files that only you change: copy them with your own means, the keys apart from the journal.

Examples:
  keng-receiver journal backup /mnt/backup/journal-2026-11-24.db
  keng-receiver journal backup --json copy.db > copy.head.json

Exit codes: 0 copied and proven, 1 not.")]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// The new file; nothing is written over
    pub(crate) to: PathBuf,
    /// Print the proof as JSON, as `journal verify --json` does
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Refuses where a journal is: move it away first. Never restore under a receiver that runs. Panels send again what they have no receipt for; what the
copy does not know and was receipted since is in the journal that was lost, and nowhere else.

Examples:
  keng-receiver journal restore copy.db --verify                          prove it, and change nothing
  keng-receiver journal restore copy.db --head copy.head.json --config /etc/keng/keng.toml

Exit codes: 0 done, 1 the copy is not as it was written, or a journal is there already.")]
pub(crate) struct RestoreArgs {
    /// The copy
    pub(crate) from: PathBuf,
    /// The configuration, which says where the journal is
    #[arg(short, long, value_name = "FILE", default_value = "keng.toml")]
    pub(crate) config: PathBuf,
    /// A head that was kept elsewhere, as `journal backup --json` prints it; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// Only prove the copy
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-receiver journal tail -n 20
  keng-receiver journal tail --follow --json | jq 'select(.name == \"refused\")'")]
pub(crate) struct TailArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// How many entries
    #[arg(short = 'n', long, default_value_t = 10)]
    pub(crate) lines: u64,
    /// Go on with each new entry, until Ctrl-C
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// Print JSON lines, as `journal export` writes them
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every entry's hash must follow from its content and from the hash before. Who can write the file can still cut off its end or compute all hashes anew: keep the head that this prints at another place, and give it back with --head. While a receiver runs, its newest entries are in journal.db-wal: a copy without that file ends early, and is whole up to there.

Examples:
  keng-receiver journal verify --json > head.json             keep this elsewhere
  keng-receiver journal verify --head head.json
  keng-receiver journal verify --journal copy/journal.db

Exit codes: 0 nothing was changed, 1 something was (its position is printed).")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// A head that was printed before (- is standard input): it must still be in the journal
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// Print JSON: {"ok": ..., "entries": ..., "position": ..., "hash": ...}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
One JSON object a line, described in bins/receiver/EXPORT.md: what an entry says, and its octets and hash to prove it. It holds personal data: plates, operators, notes.

Examples:
  keng-receiver journal export --output - | gzip > journal.jsonl.gz
  keng-receiver journal export --from 1000 --to 2000 --output part.jsonl")]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// The first position
    #[arg(long, value_name = "POSITION", default_value_t = 1)]
    pub(crate) from: u64,
    /// The last position; the journal's last when absent
    #[arg(long, value_name = "POSITION")]
    pub(crate) to: Option<u64>,
    /// Where to; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-receiver incident list
  keng-receiver incident list --open --json | jq -r '.[].id'")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// Only those that nobody has closed
    #[arg(long)]
    pub(crate) open: bool,
    /// The language; the configuration's when absent
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
    /// Print JSON: an array of incidents
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Holds personal data: plates, operators, notes.

Example:
  keng-receiver incident show 3fa94c")]
pub(crate) struct ShowArgs {
    /// The incident's id, or its first digits
    #[arg(value_name = "ID")]
    pub(crate) id: IncidentPrefix,
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// The language; the configuration's when absent
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Anybody with the journal gets the same steps: they are what the receiver decided, not what it would decide today.

Examples:
  keng-receiver incident replay 3fa94c --lang en
  keng-receiver incident replay 3fa94c --journal copy/journal.db --json")]
pub(crate) struct ReplayArgs {
    /// The incident's id, or its first digits
    #[arg(value_name = "ID")]
    pub(crate) id: IncidentPrefix,
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// The language; the configuration's when absent
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
    /// Print JSON lines, one for each step
    #[arg(long)]
    pub(crate) json: bool,
}

/// The first digits of an incident's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IncidentPrefix(String);

impl IncidentPrefix {
    /// Whether it begins this id.
    pub(crate) fn matches(&self, id: IncidentId) -> bool {
        id.to_string().starts_with(&self.0)
    }
}

impl std::fmt::Display for IncidentPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for IncidentPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_prefix = (4..=32).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_prefix {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err("an incident's id has 32 hexadecimal digits, of which 4 or more must be given")
        }
    }
}
