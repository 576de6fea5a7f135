//! `init`: the folder of a new receiver, with an invented directory to fill in.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use keng_protocol::message::Role;

use crate::args::InitArgs;
use crate::failure::Failure;
use crate::setup::{self, Device, Setup};

/// Writes the folder, and says what is in it and what comes next.
pub(crate) fn run(args: &InitArgs) -> Result<(), Failure> {
    let devices = vec![
        Device::new("desk-ward", Role::Desk)?,
        Device::new("desk-city", Role::Desk)?,
        Device::new("desk-bank", Role::Desk)?,
        Device::new("panel-1", Role::Panel)?,
    ];
    let ward = devices.first().map(|ward| ward.id.to_string()).unwrap_or_default();
    let mut directory = include_str!("setup/directory.toml").to_owned();
    for (device, mark) in devices.iter().zip(["@ward@", "@city@", "@bank@", "@panel@"]) {
        directory = directory.replace(mark, &device.id.to_string());
    }
    let setup = Setup { language: args.lang, listen: listen(), directory, devices, accounts: Vec::new() };
    let written = setup::write(&args.folder, &setup)?;
    let (folder, config) = (args.folder.display(), written.config.display());
    writeln!(
        std::io::stdout().lock(),
        "Written to {folder}:
  keng.toml                  the configuration, with comments
  directory.toml, .sig       who is told: an invented example, signed; fill in your own and sign it again
  keys/authority.key         decides who may speak: move it to another machine when all devices are enrolled
  keys/station.key           signs receipts; its public key, for the panels, is in keng.toml
  keys/webhook.key           signs what is posted to webhooks; its public key is in keng.toml too
  keys/desk-*.key            sign the answers of the three desks: the receiver signs for operators of the page
  operators.toml             who may log in at the page: nobody yet
  keys/panel-1.key           signs the alarms of the panel of the example
  tokens/                    the API's tokens: operator.token sees everything, desk-*.token what is told to that desk
  tls/                       a certificate for localhost, signed by itself, for 825 days
  data/                      the journal, in which the desks and the panel are enrolled

Next:
  keng-receiver operator add NAME --desk {ward} --config {config}
  keng-receiver check --config {config}
  keng-receiver serve --config {config}"
    )?;
    Ok(())
}

/// Panels from everywhere; the API from this machine only.
fn listen() -> keng_station::Listen {
    let everywhere = |port| Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port));
    let here = |port| Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    keng_station::Listen {
        tls: everywhere(7410),
        tcp: None,
        udp: everywhere(7411),
        dc09_tcp: everywhere(7420),
        dc09_udp: everywhere(7420),
        http: here(7480),
        http_tls: false,
    }
}
