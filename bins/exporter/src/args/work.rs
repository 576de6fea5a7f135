//! The arguments of each command.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, ValueEnum};

use crate::moment;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter init --origin bank.example/kinh-mon/guards")]
pub(crate) struct InitArgs {
    /// The log's name in every checkpoint: public, without spaces
    #[arg(long, default_value = "keng.example/guards")]
    pub(crate) origin: String,
    /// A rule file to start with, instead of that of Viet Nam
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct ImportArgs {
    /// An .xlsx or .csv file
    pub(crate) file: PathBuf,
    /// Which column is which field: a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) map: PathBuf,
    /// Write the good rows; without it they are only checked
    #[arg(long)]
    pub(crate) commit: bool,
    /// Where the error file goes
    #[arg(long, value_name = "FILE", default_value = "import-errors.csv")]
    pub(crate) errors: PathBuf,
    /// Put what stands in a wrong cell into the error file as well
    #[arg(long)]
    pub(crate) with_content: bool,
}

const IMPORT_HELP: &str = "\
Examples:
  keng-exporter import guards.xlsx --map people.toml             what would happen
  keng-exporter import guards.xlsx --map people.toml --commit    do it; run twice, nothing is there twice

A map:
  record = \"person\"            # or certificate, suspension, site, post, shift, tool, issue, return
  sheet = \"Nhân viên\"          # an .xlsx's sheet; without it the only one
  header = 2                   # the row with the headings; 1 without it
  [columns]                    # heading = field
  \"Mã NV\" = \"id\"
  \"Họ và tên\" = \"name\"
  [constants]                  # the same in every row
  site = \"KM-01\"
  [values.position]            # what stands there = what is meant
  \"BV\" = \"bảo vệ\"";

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  echo '{\"record\":\"site\",\"id\":\"KM-01\",\"name\":\"...\",\"ward\":\"Kinh Môn\"}' | keng-exporter add -"
)]
pub(crate) struct AddArgs {
    /// A file with one JSON object a line; `-` is standard input
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter retract 17 --why \"number mistyped\"")]
pub(crate) struct RetractArgs {
    /// The index of the record in the ledger
    pub(crate) index: u64,
    /// Why, without names
    #[arg(long)]
    pub(crate) why: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter erase NV-0012 --reason asked --yes")]
pub(crate) struct EraseArgs {
    /// The person's number
    pub(crate) person: String,
    /// Why
    #[arg(long, value_enum, default_value_t = Reason::Asked)]
    pub(crate) reason: Reason,
    /// Really; without it, what would be erased is only counted
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// The person asked for it
    Asked,
    /// The time it had to be kept is over
    Retention,
    /// An authority ordered it
    Ordered,
}

/// The moment that a command answers for.
#[derive(Debug, Args)]
pub(crate) struct OnArgs {
    /// As of this moment or day instead of now, such as 2026-11-25T16:30 or 2026-11-25
    #[arg(long, value_parser = moment::parse, value_name = "MOMENT")]
    pub(crate) at: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  keng-exporter status\n  keng-exporter status NV-0012 --skill tool-use:electric-baton --site KM-01 --at 2026-11-25T16:30"
)]
pub(crate) struct StatusArgs {
    /// The person's number; everybody without it
    pub(crate) person: Option<String>,
    /// One skill; without it every skill of the rule file
    #[arg(long)]
    pub(crate) skill: Option<String>,
    /// The site, for certificates that count at one site only
    #[arg(long)]
    pub(crate) site: Option<String>,
    /// Names as well
    #[arg(long)]
    pub(crate) names: bool,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter coverage --from 2026-12-01 --to 2026-12-07")]
pub(crate) struct CoverageArgs {
    /// The first day
    #[arg(long)]
    pub(crate) from: NaiveDate,
    /// The last day
    #[arg(long)]
    pub(crate) to: NaiveDate,
    /// One site only
    #[arg(long)]
    pub(crate) site: Option<String>,
    /// Only the shifts that are blocked or warned about
    #[arg(long)]
    pub(crate) gaps: bool,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter expiring --within 60")]
pub(crate) struct ExpiringArgs {
    /// Within so many days
    #[arg(long, default_value_t = 90, value_name = "DAYS")]
    pub(crate) within: u32,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Names, numbers, certificates and what they are worth
    Police,
    /// Every entry of the ledger, without names, and a copy of the log to verify
    Auditor,
    /// No person can be told from fewer than k others
    Analyst,
    /// Everything about one person, and why it is kept
    Person,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated text that Excel opens with its diacritics
    Csv,
    /// Excel
    Xlsx,
    /// Parquet
    Parquet,
    /// JSON
    Json,
    /// Open Badges 3.0, one file for each valid certificate
    Badge,
    /// A calendar of what is to be renewed
    Ics,
    /// PDF/A
    Pdf,
    /// One page for a browser
    Html,
    /// All that the view has
    All,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  keng-exporter export --view police --format xlsx --format pdf --out for-police\n  keng-exporter export --view analyst --k 10 --format all --out for-analyst"
)]
pub(crate) struct ExportArgs {
    /// For whom
    #[arg(long, value_enum)]
    pub(crate) view: View,
    /// In which format; may be given several times
    #[arg(long, value_enum, required = true)]
    pub(crate) format: Vec<Format>,
    /// The folder that the files go to
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// For --view person: whose
    #[arg(long, required_if_eq("view", "person"), value_name = "NUMBER")]
    pub(crate) person: Option<String>,
    /// For --view analyst: nobody stands out among fewer than this many
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) k: u32,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RequestFor {
    /// Certificates of use
    Use,
    /// Certificates of store-keeping
    Store,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter request-149 --for use --tool electric-baton --out request")]
pub(crate) struct RequestArgs {
    /// Use or store-keeping
    #[arg(long = "for", value_enum)]
    pub(crate) what: RequestFor,
    /// The type of tool
    #[arg(long)]
    pub(crate) tool: String,
    /// Only these people; without it, everybody at a post that needs it and without it
    #[arg(long, value_name = "NUMBER")]
    pub(crate) person: Vec<String>,
    /// The folder that letter and list go to
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keng-exporter checkpoint\n  keng-exporter checkpoint --accept cosigned")]
pub(crate) struct CheckpointArgs {
    /// A checkpoint of this log that others have cosigned, to be kept in the place of ours
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  keng-exporter cosign --log copy-of-log --log-key log.pub --key police.key --seen bank.checkpoint --out cosigned"
)]
pub(crate) struct CosignArgs {
    /// A copy of the log's folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) log: PathBuf,
    /// The log's public key, from another source than that folder
    #[arg(long, value_name = "FILE")]
    pub(crate) log_key: PathBuf,
    /// The secret key to cosign with
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// What was cosigned last; it is replaced. Keep it: it is what makes a fork visible
    #[arg(long, value_name = "FILE")]
    pub(crate) seen: PathBuf,
    /// Where the cosigned checkpoint goes
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter keygen --name police.example/kinh-mon --out police")]
pub(crate) struct KeygenArgs {
    /// The public name that stands before its signatures, without spaces
    #[arg(long)]
    pub(crate) name: String,
    /// Where it goes: FILE.key is secret, FILE.pub is handed out
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  keng-exporter prove 17 --out proof    writes proof.json (the record) and proof.tlog-proof"
)]
pub(crate) struct ProveArgs {
    /// The index of the record in the ledger
    pub(crate) index: u64,
    /// Where it goes, without an ending
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-exporter verify proof.tlog-proof --record proof.json --log-key log.pub
  keng-exporter verify proof.tlog-proof --record proof.json --log-key log.pub --cosigner police.pub --quorum 1
  keng-exporter verify copy-of-log --log-key log.pub
  keng-exporter verify export/manifest.json --issuer did:key:z6Mk...
  keng-exporter verify badge.json --issuer did:key:z6Mk...
  keng-exporter verify                                   the store itself")]
pub(crate) struct VerifyArgs {
    /// A .tlog-proof, a log's folder, a manifest or a badge; without it, the store
    pub(crate) path: Option<PathBuf>,
    /// The record that a proof is about
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// The log's public key
    #[arg(long, value_name = "FILE")]
    pub(crate) log_key: Option<PathBuf>,
    /// The public key of somebody who cosigns; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) cosigner: Vec<PathBuf>,
    /// How many of them must have cosigned
    #[arg(long, default_value_t = 0)]
    pub(crate) quorum: usize,
    /// An earlier checkpoint that the log must still contain
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    /// For badges and manifests: who must have signed, as did:key
    #[arg(long, value_name = "DID")]
    pub(crate) issuer: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter scorer-input --from 2026-11-01 --to 2026-11-30 > coverage.csv")]
pub(crate) struct ScorerArgs {
    /// The first day
    #[arg(long)]
    pub(crate) from: NaiveDate,
    /// The last day
    #[arg(long)]
    pub(crate) to: NaiveDate,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  keng-exporter demo --out demo --lang en")]
pub(crate) struct DemoArgs {
    /// The folder that the demo's store and files go to; it must not exist
    #[arg(long, value_name = "FOLDER", default_value = "keng-exporter-demo")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) on: OnArgs,
}
