//! Who may log in: the arguments of `operator`.

use clap::{Args, Subcommand, ValueEnum};
use keng_protocol::DeviceId;

use super::ConfigArg;

#[derive(Debug, Subcommand)]
pub(crate) enum OperatorCommand {
    /// Add an operator, or give one a new password
    Add(AddArgs),
    /// Show who may log in
    List(OperatorsArgs),
    /// Take an operator away
    Remove(RemoveArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The password is asked for on the terminal, twice, and not shown; without a terminal it is the first line of standard input. There is no default password.
A running receiver takes the change when it gets SIGHUP. An operator that is there already gets the new password, desk and role.

Roles:
  duty      sees what its desk was told of, and answers for its desk
  command   sees everything, as a province does; answers where its own authority was told
  reader    sees what its desk was told of, and changes nothing

Examples:
  keng-receiver operator add lan --desk d000000000010675
  pass show keng/hoa | keng-receiver operator add hoa --desk d000000000000113 --role command --totp")]
pub(crate) struct AddArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// The login: 1 to 32 letters, digits, '.', '-' or '_'
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The id of the desk, as it stands in the directory
    #[arg(long, value_name = "ID")]
    pub(crate) desk: DeviceId,
    /// What the operator may see and do
    #[arg(long, value_enum, default_value = "duty")]
    pub(crate) role: RoleArg,
    /// Ask for a one-time code, too, and print the secret for the operator's app
    #[arg(long)]
    pub(crate) totp: bool,
}

/// What an operator may see and do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    /// Its desk's incidents.
    Duty,
    /// Everything.
    Command,
    /// Looks on.
    Reader,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  keng-receiver operator list --config /etc/keng/keng.toml
  keng-receiver operator list")]
pub(crate) struct OperatorsArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A running receiver ends the operator's sessions when it gets SIGHUP.

Examples:
  keng-receiver operator remove lan
  keng-receiver operator remove lan --config /etc/keng/keng.toml")]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArg,
    /// The login
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

impl From<RoleArg> for keng_console::Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Duty => Self::Duty,
            RoleArg::Command => Self::Command,
            RoleArg::Reader => Self::Reader,
        }
    }
}
