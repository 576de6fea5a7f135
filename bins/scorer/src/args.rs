//! What may be typed. Nothing is opened here: each command builds what it needs from these.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::words::Lang;

/// Which branches first, why, and what to do about it: scores sites for the risk of robbery, explains each score exactly, and plans a budget.
#[derive(Debug, Parser)]
#[command(name = "keng-scorer", version, arg_required_else_help = true, max_term_width = 110, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  keng-scorer demo                                           21 invented places, scored, planned, in one HTML report
  keng-scorer check sites.csv                                is the input as it must be?
  keng-scorer score sites.xlsx --posts posts.csv             a ranking on the terminal
  keng-scorer score sites.csv --report report.html           a report for a meeting
  keng-scorer explain B07 sites.csv                          why, what helps most, what to find out next
  keng-scorer plan sites.csv --budget 2000                   the best use of 2,000 million VND a year

Exit codes:
  0   done
  1   done, and the answer is no: a score above --fail-above, a site that is not there
  2   the arguments are wrong
  65  an input is refused; every problem is listed with file, row and column
  70  a mistake of the program's
  74  a file cannot be read or written";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score sites: a ranking, a file, or a report
    Score(ScoreArgs),
    /// Say why a site has its score, what would lower it most, and what to find out next
    Explain(ExplainArgs),
    /// Score a site as if something were different
    WhatIf(WhatIfArgs),
    /// Find the best use of a budget across all sites
    Plan(PlanArgs),
    /// Learn effects and the base rate from incidents, into a new model file
    Fit(FitArgs),
    /// Say how well scores foretold incidents, beside prior counts alone
    Validate(ValidateArgs),
    /// Test whether incidents cluster in space and time (Knox)
    NearRepeat(NearRepeatArgs),
    /// Print the JSON schema of a row of the input, or the default model file
    Schema(SchemaArgs),
    /// Find everything in an input that `score` would refuse
    Check(CheckArgs),
    /// Say what changed between two inputs
    Diff(DiffArgs),
    /// Score 21 invented places inside the real area of Kinh Môn, and write the report
    Demo(DemoArgs),
}

/// Where sites come from, and what belongs to them.
#[derive(Clone, Debug, Args)]
pub(crate) struct SitesArgs {
    /// The sites: .csv, .xlsx, .parquet, .geojson; - is standard input
    #[arg(value_name = "INPUT", required_unless_present = "sites_from")]
    pub(crate) input: Option<PathBuf>,
    /// The format, where the name does not say it
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<InputFormat>,
    /// Take the sites from somewhere else: the banks of the extract given with --roads
    #[arg(long, value_enum, requires = "roads", conflicts_with = "input")]
    pub(crate) sites_from: Option<From>,
    /// Police posts: a file with name, lat, lon, in the formats of the input
    #[arg(long, value_name = "FILE", conflicts_with = "posts_from")]
    pub(crate) posts: Option<PathBuf>,
    /// Take the posts from somewhere else: the police posts of the extract given with --roads
    #[arg(long, value_enum, requires = "roads")]
    pub(crate) posts_from: Option<From>,
    /// Roads: an OpenStreetMap extract (.osm.pbf); without it, travel is straight lines times a detour
    #[arg(long, value_name = "FILE")]
    pub(crate) roads: Option<PathBuf>,
    /// What drives: a name of the table of vehicles
    #[arg(long, value_name = "NAME", default_value = "car")]
    pub(crate) vehicle: String,
    /// A table of vehicles with their speeds (TOML); the shipped one when absent
    #[arg(long, value_name = "FILE")]
    pub(crate) vehicles: Option<PathBuf>,
    /// Recent incidents: a file with lat, lon, days_ago; they raise the frequency near by
    #[arg(long, value_name = "FILE")]
    pub(crate) incidents: Option<PathBuf>,
    /// Guards' coverage as the exporter writes it: a file with site (or id) and the share of guards whose training is valid
    #[arg(long, value_name = "FILE")]
    pub(crate) coverage: Option<PathBuf>,
    /// The model file; the default model when absent
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Leave out rows with problems, say which, and keep every other row
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The language; from LANG when absent
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// On how many threads; the result is the same on any number
    #[arg(long, value_name = "COUNT")]
    pub(crate) threads: Option<usize>,
}

/// How ranges are made.
#[derive(Clone, Debug, Args)]
pub(crate) struct DrawArgs {
    /// Draws of the model's numbers and of what is missing, for ranges; 0 makes none. By default 1000, or as many as fit in memory
    #[arg(long, value_name = "COUNT")]
    pub(crate) draws: Option<usize>,
    /// The seed of the draws
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// P(in the worst ...): how many are the worst
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub(crate) worst: usize,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer score sites.csv --posts posts.csv
  keng-scorer score sites.parquet --to parquet --output scores.parquet
  keng-scorer score sites.csv --share --to csv                coarse places, bands, no reasons: for handing out
  keng-scorer score sites.csv --fail-above 3000               exit code 1 if a score is above 3,000 points")]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    #[command(flatten)]
    pub(crate) draws: DrawArgs,
    /// What to write
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) to: OutputFormat,
    /// Where to; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Write the HTML report to a file as well
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// A budget for the report's plan, in million VND a year
    #[arg(long, value_name = "MVND")]
    pub(crate) budget: Option<f64>,
    /// Boundaries for the maps: GeoJSON with the property `name`
    #[arg(long, value_name = "FILE")]
    pub(crate) boundaries: Option<PathBuf>,
    /// Show only the first so many in a table
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) top: usize,
    /// Coarse places and bands, no names and no reasons
    #[arg(long)]
    pub(crate) share: bool,
    /// Exit code 1 if any score is above so many points
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    pub(crate) fail_above: Option<i32>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer explain B07 sites.csv
  keng-scorer explain B07 sites.csv --posts posts.csv --json")]
pub(crate) struct ExplainArgs {
    /// The site's id
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    #[command(flatten)]
    pub(crate) draws: DrawArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer what-if B07 sites.csv --set guards=2
  keng-scorer what-if B07 sites.csv --set guards=2 --set time_lock=true --json")]
pub(crate) struct WhatIfArgs {
    /// The site's id
    #[arg(value_name = "SITE")]
    pub(crate) site: String,
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// A field and its value; may be given many times; an empty value makes it missing
    #[arg(long, value_name = "FIELD=VALUE", required = true)]
    pub(crate) set: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer plan sites.csv --budget 2000
  keng-scorer plan sites.csv --budget 2000 --json")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// What may be spent in a year, in million VND
    #[arg(long, value_name = "MVND")]
    pub(crate) budget: f64,
    /// With how many draws of the model's numbers to plan again, to see what of the plan stays
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) draws: usize,
    /// The seed of the draws
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The input's rows are sites over so many years; the column given with --outcome counts the robberies of each. Effects of the model are the
priors of the Bayesian fit.

Examples:
  keng-scorer fit sites.csv --outcome robberies --years 3 --output fitted.toml
  keng-scorer fit sites.csv --outcome robberies --years 3 --method card")]
pub(crate) struct FitArgs {
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// The column with the number of robberies
    #[arg(long, value_name = "COLUMN", default_value = "robberies")]
    pub(crate) outcome: String,
    /// Over how many years they were counted
    #[arg(long, default_value_t = 1.0)]
    pub(crate) years: f64,
    /// How
    #[arg(long, value_enum, default_value = "bayes")]
    pub(crate) method: Method,
    /// At most so many factors of a card
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub(crate) most: usize,
    /// Where the new model file goes; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer validate sites.csv --outcome robberies_after
  keng-scorer validate sites.csv --outcome robberies_after --json")]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// The column with the number of robberies after what the other columns say
    #[arg(long, value_name = "COLUMN", default_value = "robberies_after")]
    pub(crate) outcome: String,
    /// The share of sites that are watched, for PAI and PEI*
    #[arg(long, default_value_t = 0.1)]
    pub(crate) area: f64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Bins are half-open: --space 0,500,1000 means [0, 500) and [500, 1000).

Examples:
  keng-scorer near-repeat incidents.csv --space 0,500,1000,2000 --time 0,14,28,56
  keng-scorer near-repeat incidents.csv --space 0,500,1000 --time 0,30 --metric manhattan --json")]
pub(crate) struct NearRepeatArgs {
    /// Incidents: a file with lat, lon (degrees) or x_m, y_m (metres), and days
    #[arg(value_name = "INPUT")]
    pub(crate) input: PathBuf,
    /// Edges of the bins of distance, in metres
    #[arg(long, value_delimiter = ',', default_value = "0,500,1000,2000,5000")]
    pub(crate) space: Vec<f64>,
    /// Edges of the bins of time, in days
    #[arg(long, value_delimiter = ',', default_value = "0,14,28,60")]
    pub(crate) time: Vec<f64>,
    /// How distance is measured
    #[arg(long, value_enum, default_value = "euclidean")]
    pub(crate) metric: MetricArg,
    /// How many permutations
    #[arg(long, default_value_t = 999)]
    pub(crate) permutations: u32,
    /// The seed of the permutations
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer schema > site.schema.json
  keng-scorer schema --model-file > my-model.toml             the default model, to be changed
  keng-scorer schema --header                                 the first line of an input in CSV")]
pub(crate) struct SchemaArgs {
    /// The model file whose fields are described; the default model when absent
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Print the default model file instead
    #[arg(long, conflicts_with_all = ["model", "header"])]
    pub(crate) model_file: bool,
    /// Print the header of a CSV input instead
    #[arg(long)]
    pub(crate) header: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer check sites.csv
  keng-scorer check sites.csv --json                          one object for each problem")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-scorer diff last-year.csv this-year.csv
  keng-scorer diff last-year.csv this-year.csv --posts posts.csv --json")]
pub(crate) struct DiffArgs {
    /// The sites before
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    #[command(flatten)]
    pub(crate) sites: SitesArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  keng-scorer demo --lang en --output demo")]
pub(crate) struct DemoArgs {
    /// The folder that the input and the report are written to
    #[arg(short, long, value_name = "FOLDER", default_value = "keng-scorer-demo")]
    pub(crate) output: PathBuf,
    /// The budget of the plan, in million VND a year
    #[arg(long, value_name = "MVND", default_value_t = 800.0)]
    pub(crate) budget: f64,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// Comma-separated values with a header
    Csv,
    /// The first sheet of a workbook
    Xlsx,
    /// Apache Parquet
    Parquet,
    /// Points with properties
    Geojson,
}

/// A format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Table,
    /// Comma-separated values
    Csv,
    /// One object with the model and an array of sites
    Json,
    /// Apache Parquet
    Parquet,
    /// Points with properties
    Geojson,
    /// The report
    Html,
}

/// Where else sites or posts can be taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// The OpenStreetMap extract given with --roads
    Osm,
}

/// How a model is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Poisson, with the model's effects as priors
    Bayes,
    /// Firth's penalised logistic regression, without priors
    Firth,
    /// An integer point card
    Card,
}

/// How distance is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MetricArg {
    /// Straight
    Euclidean,
    /// Along two axes
    Manhattan,
}
