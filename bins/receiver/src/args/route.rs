//! The arguments of `route`.

use chrono::{Local, NaiveDateTime, TimeZone as _};
use clap::{Args, Subcommand, ValueEnum};
use keng_dispatch::SiteId;
use keng_protocol::Timestamp;

use super::ConfigArg;
use crate::config::Language;

/// `route`.
#[derive(Debug, Subcommand)]
pub(crate) enum RouteCommand {
    /// Who would be told of an alarm at a site, how, when, and what happens if nobody answers; nobody is told anything by it
    Test(RouteTestArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The answer comes from the same code that tells people, turned with the directory in use and a clock of its own.

Examples:
  keng-receiver route test --site pgd-01
  keng-receiver route test --site pgd-01 --kind suspicion --within 600
  keng-receiver route test --site pgd-01 --at 2026-11-29T02:00 --undelivered
  keng-receiver route test --site pgd-01 --json | jq '.[].authority'

Exit codes: 0 somebody is told, 1 nobody is told or there is no such site, 78 the configuration is refused.")]
pub(crate) struct RouteTestArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// The site's id in the directory
    #[arg(long, value_name = "ID")]
    pub(crate) site: SiteId,
    /// What is said there
    #[arg(long, value_enum, default_value = "hold-up")]
    pub(crate) kind: Kind,
    /// When, on this machine's clock, such as 2026-11-29T02:00: authorities come and go by their dates [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<Timestamp>,
    /// For how many seconds nobody answers
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) within: u64,
    /// As if no channel delivered anything
    #[arg(long)]
    pub(crate) undelivered: bool,
    /// Print JSON: one object for each telling
    #[arg(long)]
    pub(crate) json: bool,
    /// The language, when it is not the configuration's
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
}

/// What is said at the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A silent hold-up
    HoldUp,
    /// Somebody was made to open or to cancel
    Duress,
    /// Somebody is in danger
    Panic,
    /// A break-in
    Intrusion,
    /// A detector or its case was opened
    Tamper,
    /// The line is down
    LineFault,
    /// Mains or battery
    PowerFault,
    /// Suspicious people
    Suspicion,
    /// A hold-up drill
    Drill,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let parsed =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let instant = parsed.and_then(|local| Local.from_local_datetime(&local).earliest());
    let millis = instant.and_then(|instant| u64::try_from(instant.timestamp_millis()).ok());
    millis.map(Timestamp::from_millis).ok_or_else(|| "write date and time, such as 2026-11-29T02:00".to_owned())
}
