//! `route test`: who would be told of an alarm, how and when. The dispatcher itself answers, with the directory in use and a clock of its own;
//! nobody is told anything.

use std::io::Write as _;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_dispatch::text::{Lang, Words as _};
use keng_dispatch::{Dispatcher, Input, Limits, Output, Telling};
use keng_protocol::entry::Path;
use keng_protocol::message::{Alarm, AlarmKind, Role, Suspicion};
use keng_protocol::receiver::{Accepted, Labels};
use keng_protocol::{DeviceId, Frame, Header, Message, Sign as _, Timestamp, seal};
use serde_json::{Value, json};

use crate::args::{Kind, RouteCommand, RouteTestArgs};
use crate::config::Config;
use crate::failure::Failure;
use crate::incident::{name, say};
use crate::{clock, material};

/// So many tellings are shown at most.
const TELLINGS: usize = 10_000;

/// Runs the command.
pub(crate) fn run(command: &RouteCommand) -> Result<(), Failure> {
    let RouteCommand::Test(args) = command;
    let config = Config::read(&args.config.config)?;
    let at = args.at.unwrap_or_else(clock::now);
    let directory = material::directory(&config, at)?;
    let lang = args.lang.unwrap_or(config.station.language).into();
    let device = device(args, &directory)?;
    let told = tellings(args, directory.clone(), &accepted(args.kind, device, at)?);
    print(args, &directory, at, lang, &told)?;
    if told.is_empty() {
        Err(Failure::job("nobody is told: see what the directory's authorities and policies say"))
    } else {
        Ok(())
    }
}

fn device(args: &RouteTestArgs, directory: &Directory) -> Result<DeviceId, Failure> {
    let site = directory.sites.get(&args.site).ok_or_else(|| {
        let known: Vec<_> = directory.sites.keys().take(8).map(ToString::to_string).collect();
        Failure::job(format!("the directory has no site {}; it has {}", args.site, known.join(", ")))
    })?;
    let accounts = site.accounts.iter().map(|account| account.device);
    let first = site.devices.keys().copied().chain(accounts).next();
    first.ok_or_else(|| {
        Failure::job(format!(
            "the site {} has neither a device nor an account: nothing can be pressed there",
            args.site
        ))
    })
}

/// A message as the receiver would have verified it. The key is nobody's: nothing leaves this process.
fn accepted(kind: Kind, sender: DeviceId, at: Timestamp) -> Result<Accepted, Failure> {
    let (key, message) = (SigningKey::from_bytes(&[1; 32]), message(kind));
    let header = Header { kind: message.kind(), sender, key: 0, epoch: 1, sequence: 1, time: at };
    let octets = seal(&header, &message, &key).map_err(Failure::because("cannot write the alarm"))?;
    let said = Frame::decode(&octets).map_err(Failure::because("cannot read the alarm"))?;
    let said = said.verify(&key.public_key()).map_err(Failure::because("cannot verify the alarm"))?;
    Ok(Accepted { said, role: Role::Panel, received: at, path: Path::Tls, labels: Labels::default() })
}

fn message(kind: Kind) -> Message {
    let silent = |kind| Alarm::silent(kind).into();
    match kind {
        Kind::HoldUp => silent(AlarmKind::HoldUp),
        Kind::Duress => silent(AlarmKind::Duress),
        Kind::Panic => silent(AlarmKind::Panic),
        Kind::Intrusion => silent(AlarmKind::Intrusion),
        Kind::Tamper => silent(AlarmKind::Tamper),
        Kind::LineFault => silent(AlarmKind::LineFault),
        Kind::PowerFault => silent(AlarmKind::PowerFault),
        Kind::Suspicion => Suspicion::default().into(),
        Kind::Drill => Alarm { drill: true, ..Alarm::silent(AlarmKind::HoldUp) }.into(),
    }
}

/// Every telling until the time is over in which nobody answers.
fn tellings(args: &RouteTestArgs, directory: Directory, accepted: &Accepted) -> Vec<Telling> {
    let mut dispatcher = Dispatcher::new(keng_dispatch::Config { run: 0, limits: Limits::default() }, directory);
    let end = accepted.received + Duration::from_secs(args.within);
    let (mut now, mut told, mut failed) = (accepted.received, Vec::new(), Vec::new());
    dispatcher.handle_input(now, Input::Accepted(accepted));
    while told.len() < TELLINGS {
        match dispatcher.poll_output() {
            Output::Notify(telling) => {
                failed.extend(args.undelivered.then_some(telling.notice));
                told.push(*telling);
            }
            Output::Timeout(due) => match failed.pop() {
                Some(notice) => dispatcher.handle_input(now, Input::Undelivered { notice, code: 1 }),
                None if due > end => break,
                None => {
                    now = due;
                    dispatcher.handle_input(now, Input::Tick);
                }
            },
            _ => {}
        }
    }
    told
}

fn print(
    args: &RouteTestArgs,
    directory: &Directory,
    at: Timestamp,
    lang: Lang,
    told: &[Telling],
) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if args.json {
        let lines: Vec<_> = told.iter().map(|telling| as_json(telling, at)).collect();
        let text = serde_json::to_string_pretty(&lines).map_err(Failure::because("cannot write JSON"))?;
        return Ok(writeln!(out, "{text}")?);
    }
    for telling in told {
        let authority = directory.authorities.get(&telling.authority);
        let name = authority.map_or_else(|| telling.authority.to_string(), |known| name(&known.names, lang).to_owned());
        let after = telling.at.since(at).as_secs();
        let about = telling.about.map(|level| format!(" ({} {level})", say(lang, "cấp", "level"))).unwrap_or_default();
        let (level, way, why) = (level(telling.level, lang), way(telling, lang), telling.why.words(lang));
        writeln!(out, "+{after:>4} s  {level:<10}  {name}  {way}  {why}{about}")?;
    }
    Ok(())
}

fn as_json(telling: &Telling, at: Timestamp) -> Value {
    let desk = telling.to.desk().map(|device| device.to_string());
    json!({
        "after_s": telling.at.since(at).as_secs(),
        "level": telling.level,
        "authority": telling.authority.to_string(),
        "channel": telling.channel + 1,
        "desk": desk,
        "why": telling.why,
        "about_level": telling.about,
        "urgency": telling.urgency,
    })
}

fn level(level: u8, lang: Lang) -> String {
    match level {
        0 => say(lang, "ngân hàng", "bank").to_owned(),
        level => format!("{} {level}", say(lang, "cấp", "level")),
    }
}

/// By which of its authority's channels, counted from 1; not its address, which may hold a secret.
fn way(telling: &Telling, lang: Lang) -> String {
    let number = telling.channel + 1;
    match telling.to.desk() {
        Some(device) => format!("[{number}: {} {device}]", say(lang, "bàn trực", "desk")),
        None => format!("[{number}: {}]", say(lang, "một chiều", "one-way")),
    }
}
