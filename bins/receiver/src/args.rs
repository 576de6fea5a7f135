//! What may be typed. Nothing is opened here: each command builds what it needs from these.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use clap::{Args, Parser, Subcommand, ValueEnum};
use keng_protocol::message::{RevocationReason, Role};
use keng_protocol::{DeviceId, IncidentId, Timestamp};

use crate::config::Language;
use crate::demo::DemoArgs;
use crate::hex;

/// Receives alarms from bank branches and gold shops, stores them, tells several levels of police at once, and follows up until a person answers.
#[derive(Debug, Parser)]
#[command(name = "keng-receiver", version, arg_required_else_help = true, max_term_width = 110, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  keng-receiver demo --lang en                    see the whole story, in about a minute
  keng-receiver init keng                         a folder with keys and a commented keng.toml
  keng-receiver check --config keng/keng.toml     is everything as it must be?
  keng-receiver serve --config keng/keng.toml     run, until SIGTERM or Ctrl-C
  keng-receiver incident list --config keng/keng.toml

Exit codes:
  0   done
  1   the job failed, or what was checked is not as it should be
  2   the arguments are wrong
  78  the configuration is refused; every problem is listed with file and line";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the whole story with simulated panels and desks, and print its timeline
    Demo(DemoArgs),
    /// Write a new folder: configuration, keys, tokens, directory, certificate
    Init(InitArgs),
    /// Run the receiver
    Serve(ServeArgs),
    /// Find everything that `serve` would refuse
    Check(CheckArgs),
    /// Make a key pair for a panel, a desk or a station
    Keygen(KeygenArgs),
    /// Let a key speak for a device
    Enroll(EnrollArgs),
    /// Let a new key follow a device's old one
    Rotate(RotateArgs),
    /// End a device's key at once: what it signs from now on is refused and shown
    Revoke(RevokeArgs),
    /// Sign a directory file after a change
    SignDirectory(SignDirectoryArgs),
    /// Read, prove and export the journal
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Read incidents from the journal, while the receiver runs or not
    #[command(subcommand)]
    Incident(IncidentCommand),
}

/// `journal`.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Print the last entries
    Tail(TailArgs),
    /// Prove that no entry was changed, removed or inserted
    Verify(VerifyArgs),
    /// Write entries as JSON lines
    Export(ExportArgs),
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

/// Which configuration.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConfigArg {
    /// The configuration
    #[arg(short, long, value_name = "FILE", default_value = "keng.toml")]
    pub(crate) config: PathBuf,
}

/// Which journal.
#[derive(Clone, Debug, Args)]
pub(crate) struct JournalArg {
    /// The configuration, which says where the journal is and whose keys are trusted [default: keng.toml]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A journal file itself, such as a copy; --config then says only whose keys are trusted
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes keng.toml, directory.toml with its signature, keys/, tokens/, tls/ and data/. Secret files get mode 0600. Nothing that is there is written over.

Example:
  keng-receiver init /etc/keng --lang vi

The authority's key (keys/authority.key) decides who may speak. Move it to another machine when the first devices are enrolled.")]
pub(crate) struct InitArgs {
    /// Where; made when it is not there
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The language of what the receiver says
    #[arg(long, value_enum, default_value = "vi")]
    pub(crate) lang: Language,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Signals:
  SIGTERM, SIGINT   stop: no new links, what was taken is stored, then exit code 0
  SIGHUP            read the directory and the tokens anew; a file with a problem is refused, said so, and the old one stays in use

The log goes to standard error; RUST_LOG=debug says more. No name, plate, phone number or key is ever in it.

Example:
  keng-receiver serve --config /etc/keng/keng.toml")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Checks keng.toml, the files that it names and who can read them, the directory and its signature, the certificate and its dates, and whether the data folder can be written.

Examples:
  keng-receiver check --config /etc/keng/keng.toml
  keng-receiver check --json | jq .problems

Exit codes: 0 all is well, 78 there are problems.")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// Print JSON: {"ok": ..., "problems": [...], "notes": [...]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The private key is written to a file that only you can read. What is printed is no secret: give it to the authority, who enrolls it.

Example:
  keng-receiver keygen --out counter-1.key")]
pub(crate) struct KeygenArgs {
    /// The new file for the private key
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The device's id, 16 hexadecimal digits; a new one when absent
    #[arg(long, value_name = "ID")]
    pub(crate) device: Option<DeviceId>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The statement is signed with the authority's key and handed to the running receiver, or written to its journal when none runs.

Examples:
  keng-receiver enroll --config keng.toml --authority-key authority.key --token-file tokens/operator.token \\
      --device 00112233aabbccdd --role panel --key 6e7a...
  keng-receiver enroll --authority 8899aabbccddeeff --authority-key authority.key \\
      --device 00112233aabbccdd --role desk --key 6e7a... --out desk.frame      on a machine without network
  keng-receiver enroll --config keng.toml --frame desk.frame                    and where the receiver is")]
pub(crate) struct EnrollArgs {
    /// The device's id, 16 hexadecimal digits
    #[arg(long, value_name = "ID", required_unless_present = "frame")]
    pub(crate) device: Option<DeviceId>,
    /// What the device is
    #[arg(long, value_enum, required_unless_present = "frame")]
    pub(crate) role: Option<RoleArg>,
    /// The device's public key, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = key, required_unless_present = "frame")]
    pub(crate) key: Option<[u8; 32]>,
    /// The key's number at the device
    #[arg(long, default_value_t = 0)]
    pub(crate) number: u8,
    /// From when the key may sign: RFC 3339, or a day; now when absent
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<Timestamp>,
    /// Until when; without end when absent
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) hand: Hand,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  keng-receiver rotate --config keng.toml --authority-key authority.key --token-file tokens/operator.token \\
      --device 00112233aabbccdd --old 0 --number 1 --key 9c41... --old-until 2027-01-31")]
pub(crate) struct RotateArgs {
    /// The device's id, 16 hexadecimal digits
    #[arg(long, value_name = "ID", required_unless_present = "frame")]
    pub(crate) device: Option<DeviceId>,
    /// The number of the key that ends
    #[arg(long, value_name = "NUMBER", required_unless_present = "frame")]
    pub(crate) old: Option<u8>,
    /// Until when the old key may still sign: RFC 3339, or a day
    #[arg(long, value_name = "TIME", value_parser = time, required_unless_present = "frame")]
    pub(crate) old_until: Option<Timestamp>,
    /// The new key's number
    #[arg(long, required_unless_present = "frame")]
    pub(crate) number: Option<u8>,
    /// The new public key, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = key, required_unless_present = "frame")]
    pub(crate) key: Option<[u8; 32]>,
    /// From when the new key may sign; now when absent
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) hand: Hand,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  keng-receiver revoke --config keng.toml --authority-key authority.key --token-file tokens/operator.token \\
      --device 00112233aabbccdd --reason lost")]
pub(crate) struct RevokeArgs {
    /// The device's id, 16 hexadecimal digits
    #[arg(long, value_name = "ID", required_unless_present = "frame")]
    pub(crate) device: Option<DeviceId>,
    /// Which key; all of the device when absent
    #[arg(long)]
    pub(crate) number: Option<u8>,
    /// Why
    #[arg(long, value_enum, required_unless_present = "frame")]
    pub(crate) reason: Option<ReasonArg>,
    #[command(flatten)]
    pub(crate) hand: Hand,
}

/// Who signs a statement about keys, and where it goes.
#[derive(Debug, Args)]
pub(crate) struct Hand {
    /// The file with the authority's private key
    #[arg(long, value_name = "FILE", required_unless_present = "frame")]
    pub(crate) authority_key: Option<PathBuf>,
    /// The authority's id; found in the configuration by its key when absent
    #[arg(long, value_name = "ID")]
    pub(crate) authority: Option<DeviceId>,
    /// The number of the authority's key, with --authority
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "authority")]
    pub(crate) authority_number: u8,
    /// The configuration of the receiver that is told
    #[arg(short, long, value_name = "FILE", default_value = "keng.toml")]
    pub(crate) config: PathBuf,
    /// The file with a token of the receiver's API
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The receiver's API, when it is not the address in the configuration
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Write the signed statement to a file (- is standard output) and tell nobody
    #[arg(long, value_name = "FILE", conflicts_with_all = ["token_file", "url", "frame"])]
    pub(crate) out: Option<PathBuf>,
    /// Hand over a statement that was written with --out (- is standard input)
    #[arg(long, value_name = "FILE")]
    pub(crate) frame: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes FILE.sig beside the file. A running receiver takes the new version when it gets SIGHUP.

Example:
  keng-receiver sign-directory --authority-key authority.key directory.toml")]
pub(crate) struct SignDirectoryArgs {
    /// The directory
    #[arg(value_name = "FILE", default_value = "directory.toml")]
    pub(crate) file: PathBuf,
    /// The file with the authority's private key
    #[arg(long, value_name = "FILE")]
    pub(crate) authority_key: PathBuf,
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
Every entry's hash must follow from its content and from the hash before. Who can write the file can still cut off its end or compute all hashes anew: keep the head that this prints at another place, and give it back with --head.

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

/// What a device may be enrolled as.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    /// An alarm panel or app
    Panel,
    /// A police desk or a security centre
    Desk,
    /// Another receiver
    Station,
}

/// Why a key ends.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReasonArg {
    /// Others may know the key
    Compromised,
    /// The device is lost or stolen
    Lost,
    /// The device is out of service
    Retired,
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

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Panel => Self::Panel,
            RoleArg::Desk => Self::Desk,
            RoleArg::Station => Self::Station,
        }
    }
}

impl From<ReasonArg> for RevocationReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::Compromised => Self::Compromised,
            ReasonArg::Lost => Self::Lost,
            ReasonArg::Retired => Self::Retired,
        }
    }
}

fn key(digits: &str) -> Result<[u8; 32], &'static str> {
    hex::decode_exact(digits).ok_or("a public key has 64 hexadecimal digits")
}

/// RFC 3339, or a day, which begins at midnight UTC.
fn time(text: &str) -> Result<Timestamp, &'static str> {
    let day = |text: &str| Some(text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc());
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).ok().or_else(|| day(text));
    let millis = at.and_then(|at| u64::try_from(at.timestamp_millis()).ok());
    millis
        .map(Timestamp::from_millis)
        .ok_or("a time is written 2027-01-31T08:00:00+07:00, or 2027-01-31 for a day (UTC)")
}
