//! `operator`: who may log in at the page.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use keng_console::{Codes, Hash, Operator, Operators};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::args::{AddArgs, OperatorCommand, OperatorsArgs, RemoveArgs};
use crate::config::Config;
use crate::failure::Failure;
use crate::{hex, material, secret};

pub(crate) fn run(command: &OperatorCommand) -> Result<(), Failure> {
    match command {
        OperatorCommand::Add(args) => add(args),
        OperatorCommand::List(args) => list(args),
        OperatorCommand::Remove(args) => remove(args),
    }
}

fn add(args: &AddArgs) -> Result<(), Failure> {
    let (file, mut operators) = open(&args.config.config)?;
    let password = Hash::of(&password()?).map_err(|error| Failure::job(error.to_string()))?;
    let totp = args
        .totp
        .then(|| Codes::new_secret().ok_or_else(|| Failure::job("the operating system gives no random octets")));
    let totp = totp.transpose()?;
    let is_new = operators.named(&args.name).is_none();
    let operator =
        Operator { name: args.name.clone(), desk: args.desk, role: args.role.into(), password, totp: totp.clone() };
    operators
        .put(operator)
        .map_err(|_| Failure::Usage("a login has 1 to 32 letters, digits, '.', '-' or '_'".to_owned()))?;
    replace(&file, &operators)?;
    let mut out = stdout().lock();
    writeln!(out, "{}: {} in {}", args.name, if is_new { "added" } else { "changed" }, file.display())?;
    if let Some(secret) = totp {
        writeln!(out, "secret for the app: {secret}\notpauth://totp/Keng:{}?secret={secret}&issuer=Keng", args.name)?;
    }
    Ok(writeln!(out, "A running receiver takes it when it gets SIGHUP.")?)
}

fn list(args: &OperatorsArgs) -> Result<(), Failure> {
    let (_, operators) = open(&args.config.config)?;
    let mut out = stdout().lock();
    for operator in operators.iter() {
        let code = if operator.totp.is_some() { "password and code" } else { "password" };
        let role = format!("{:?}", operator.role).to_lowercase();
        writeln!(out, "{:<32}  {}  {role:<8}  {code}", operator.name, operator.desk)?;
    }
    Ok(())
}

fn remove(args: &RemoveArgs) -> Result<(), Failure> {
    let (file, mut operators) = open(&args.config.config)?;
    if !operators.remove(&args.name) {
        return Err(Failure::job(format!("{} has no such operator", file.display())));
    }
    replace(&file, &operators)?;
    Ok(writeln!(stdout().lock(), "{}: removed. A running receiver ends its sessions when it gets SIGHUP.", args.name)?)
}

/// The file of operators, and who is in it; one that is not there yet has nobody.
fn open(config: &Path) -> Result<(PathBuf, Operators), Failure> {
    let config = Config::read(config)?;
    let Some(file) = &config.operators else {
        let what = format!("{} has no [console]: add it, with operators = \"operators.toml\"", config.file.display());
        return Err(Failure::job(what));
    };
    let operators = if file.value.exists() { material::operators(&config)? } else { Operators::default() };
    Ok((file.value.clone(), operators))
}

/// Writes the file whole or not at all, readable by its owner only.
pub(crate) fn replace(file: &Path, operators: &Operators) -> Result<(), Failure> {
    let failed = || Failure::because::<io::Error>(format!("cannot write {}", file.display()));
    let unique = secret::random::<8>().map_err(failed())?;
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}", hex::encode(&*unique)));
    let beside = PathBuf::from(beside);
    secret::write_text(&beside, &operators.write()).map_err(failed())?;
    std::fs::rename(&beside, file).map_err(failed())
}

/// The password: from the terminal, twice and unseen; else the first line of standard input.
fn password() -> Result<Zeroizing<String>, Failure> {
    if !stdin().is_terminal() {
        return line();
    }
    let first = unseen("Password: ")?;
    if *first != *unseen("Again: ")? {
        return Err(Failure::job("the two passwords are not the same: nothing is changed"));
    }
    Ok(first)
}

fn unseen(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let failed = || Failure::because::<io::Error>("cannot ask for the password");
    let usual = tcgetattr(stdin()).map_err(|error| failed()(error.into()))?;
    let mut quiet = usual.clone();
    quiet.local_modes.remove(LocalModes::ECHO);
    write!(stderr(), "{prompt}").map_err(failed())?;
    tcsetattr(stdin(), OptionalActions::Flush, &quiet).map_err(|error| failed()(error.into()))?;
    let typed = line();
    let restored = tcsetattr(stdin(), OptionalActions::Flush, &usual);
    writeln!(stderr()).map_err(failed())?;
    restored.map_err(|error| failed()(error.into()))?;
    typed
}

fn line() -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    stdin().lock().read_line(&mut line).map_err(Failure::because("cannot read the password"))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
