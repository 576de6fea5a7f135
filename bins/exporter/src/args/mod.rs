//! What may be typed. Nothing is opened here: each command builds what it needs from these.

mod work;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use work::{
    AddArgs, CheckpointArgs, CosignArgs, CoverageArgs, DemoArgs, EraseArgs, ExpiringArgs, ExportArgs, ForecastArgs,
    Format, ImportArgs, InitArgs, KeygenArgs, OnArgs, ProveArgs, Reason, RequestArgs, RequestFor, RetractArgs,
    ScorerArgs, StatusArgs, VerifyArgs, View,
};

use crate::words::Lang;

/// Says who may stand guard where and when, and proves that it was not written afterwards.
#[derive(Debug, Parser)]
#[command(name = "keng-exporter", version, arg_required_else_help = true, max_term_width = 110, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The folder of the store
    #[arg(
        long,
        global = true,
        default_value = "keng-guards",
        env = "KENG_STORE",
        hide_env_values = true,
        value_name = "FOLDER"
    )]
    pub(crate) store: PathBuf,
    /// Vietnamese or English; without it, what the variable LANG says
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// One JSON value on standard output instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

const AFTER_HELP: &str = "\
Examples:
  keng-exporter demo                                  invented guards of 21 places, in every format, in one folder
  keng-exporter init --origin bank.example/guards     a store in ./keng-guards, with its keys
  keng-exporter import guards.xlsx --map people.toml  what would be imported, and an error file; --commit does it
  keng-exporter status NV-0012 --at 2026-11-25T16:30
  keng-exporter coverage --from 2026-12-01 --to 2026-12-07
  keng-exporter export --view police --format all --out for-police

Exit codes:
  0   done; the answer is yes
  1   done; the answer is no: not qualified, not covered, not verified, rows refused
  2   the arguments are wrong
  65  a file that was read is not as it must be
  70  something inside failed that should not
  74  a file could not be read or written, or another process holds the store";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a store: keys, rules, an empty ledger
    Init(InitArgs),
    /// Read records from XLSX or CSV; without --commit nothing is written
    Import(ImportArgs),
    /// Add records, one JSON object a line; each is acknowledged with its index when it is on the disk
    Add(AddArgs),
    /// Mark a record as wrong; it stays in the ledger and counts no longer
    Retract(RetractArgs),
    /// Delete everything about a person; every other proof still verifies
    Erase(EraseArgs),
    /// Who is qualified for what, under which rule, and why not
    Status(StatusArgs),
    /// Which shifts are covered, which are not, and who could be trained soonest
    Coverage(CoverageArgs),
    /// What ends soon
    Expiring(ExpiringArgs),
    /// From which day on a post has too few people
    Forecast(ForecastArgs),
    /// Every hand-out of a support tool and what is wrong with it
    Tools(OnArgs),
    /// Drills, how long their phases took, and what of their lessons is overdue
    Drills(OnArgs),
    /// Which records need not be kept any longer, and why others are
    Retention(OnArgs),
    /// Write files for the police, an auditor, an analyst or one person
    Export(ExportArgs),
    /// The list that Decree 149/2024 wants with a request for certificates
    #[command(name = "request-149")]
    Request149(RequestArgs),
    /// Sign what the ledger now holds, or take in a checkpoint that others have cosigned
    Checkpoint(CheckpointArgs),
    /// For police or auditors: sign a bank's checkpoint after seeing that its log only grew
    Cosign(CosignArgs),
    /// Make a key pair for somebody who cosigns
    Keygen(KeygenArgs),
    /// Write the proof that one record is in the ledger
    Prove(ProveArgs),
    /// Verify a proof, a log, a badge, a manifest: with nothing but files and keys
    Verify(VerifyArgs),
    /// Coverage of each site, without names, as input of keng-scorer
    ScorerInput(ScorerArgs),
    /// Invented guards of the 21 places of Kinh Môn, in every format, in one folder
    Demo(DemoArgs),
}

impl ValueEnum for Lang {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Vi, Self::En]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::Vi => clap::builder::PossibleValue::new("vi").help("Vietnamese"),
            Self::En => clap::builder::PossibleValue::new("en").help("English"),
        })
    }
}
