//! The arguments about keys.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use clap::{Args, ValueEnum};
use keng_protocol::message::{RevocationReason, Role};
use keng_protocol::{DeviceId, Timestamp};

use crate::hex;

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
  keng-receiver enroll --config keng.toml --token-file tokens/operator.token --frame desk.frame     and where it runs")]
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
    /// The id of the authority that signs; found in the configuration by its key when absent
    #[arg(long, value_name = "ID")]
    pub(crate) authority: Option<DeviceId>,
    /// The number of the authority's key, with --authority
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "authority")]
    pub(crate) authority_number: u8,
    /// The configuration of the receiver that is told
    #[arg(short, long, value_name = "FILE", default_value = "keng.toml")]
    pub(crate) config: PathBuf,
    /// The file with a token of the receiver's API; needed while it runs
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
