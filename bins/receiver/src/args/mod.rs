//! What may be typed. Nothing is opened here: each command builds what it needs from these.

mod keys;
mod operator;
mod reading;
mod route;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use keng_protocol::DeviceId;

use crate::config::Language;
use crate::demo::DemoArgs;

pub(crate) use keys::{EnrollArgs, Hand, KeygenArgs, RevokeArgs, RotateArgs};
pub(crate) use operator::{AddArgs, OperatorCommand, OperatorsArgs, RemoveArgs};
pub(crate) use reading::{
    BackupArgs, ExportArgs, IncidentCommand, IncidentPrefix, JournalArg, JournalCommand, ListArgs, ReplayArgs,
    RestoreArgs, ShowArgs, TailArgs, VerifyArgs,
};
pub(crate) use route::{Kind, RouteCommand, RouteTestArgs};

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
    /// Send a test or a drill as a panel would, and show the receipt: does a new receiver work?
    Test(TestArgs),
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
    /// Ask who would be told
    #[command(subcommand)]
    Route(RouteCommand),
    /// Say who may log in at the duty desk's page
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Read, prove and export the journal
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Read incidents from the journal, while the receiver runs or not
    #[command(subcommand)]
    Incident(IncidentCommand),
    /// Write the manual pages and the shells' completions, for a package
    #[command(hide = true)]
    Manual(ManualArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes man1/*.1 and completions for bash, zsh and fish.

Example:
  keng-receiver manual target/manual")]
pub(crate) struct ManualArgs {
    /// Where; made when it is not there
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
It goes the way of a real panel: by TLS when the receiver listens for it, signed with the panel's key, until the signed receipt is there. A test
is only written down; a drill is shown at the desks, marked as one.

Take a key that no panel uses yet, such as the keys/panel-1.key that `init` made: the numbers of a panel at work would not fit.

Examples:
  keng-receiver test --config keng.toml --key keys/panel-1.key --device 00112233aabbccdd
  keng-receiver test --config keng.toml --key keys/panel-1.key --device 00112233aabbccdd --drill")]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// The file with the panel's private key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The panel's id, 16 hexadecimal digits, as it stands in the directory
    #[arg(long, value_name = "ID")]
    pub(crate) device: DeviceId,
    /// The key's number at the panel
    #[arg(long, default_value_t = 0)]
    pub(crate) number: u8,
    /// Send a silent hold-up that is marked as a drill
    #[arg(long)]
    pub(crate) drill: bool,
    /// Where the receiver is, when it is not the listener of the configuration on this machine: its address for panels
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) address: Option<SocketAddr>,
    /// The name in the receiver's certificate
    #[arg(long, default_value = "localhost")]
    pub(crate) name: String,
}

/// Which configuration.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConfigArg {
    /// The configuration
    #[arg(short, long, value_name = "FILE", default_value = "keng.toml")]
    pub(crate) config: PathBuf,
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
