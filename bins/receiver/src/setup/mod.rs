//! Writes the folder of a new receiver: configuration, keys, tokens, directory, certificate, and a journal that knows its devices.

mod tls;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use keng_dc09::AccountName;
use keng_dispatch::directory::sign;
use keng_protocol::message::{Enrolment, Role};
use keng_protocol::{DeviceId, Message, Sign as _, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::config::{Config, Language};
use crate::enroll::{Authority, admit};
use crate::failure::Failure;
use crate::{clock, hex, secret};

/// What a new receiver is to be.
pub(crate) struct Setup {
    /// The language of what people read.
    pub(crate) language: Language,
    /// Where it listens; ports 0 are written as they are.
    pub(crate) listen: keng_station::Listen,
    /// The text of `directory.toml`.
    pub(crate) directory: String,
    /// Who may speak from the start. Desks get a token of the API too.
    pub(crate) devices: Vec<Device>,
    /// DC-09 accounts.
    pub(crate) accounts: Vec<Account>,
}

/// A device that is enrolled from the start. Its private key is written for whoever installs it.
pub(crate) struct Device {
    /// The name of its files: `keys/<name>.key`, and for a desk `tokens/<name>.token`.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: DeviceId,
    /// What it is.
    pub(crate) role: Role,
    /// Its key.
    pub(crate) key: SigningKey,
}

/// A DC-09 account.
pub(crate) struct Account {
    /// Its name.
    pub(crate) name: AccountName,
    /// The octets of its AES key, 16, 24 or 32; `None` is a panel that speaks in clear.
    pub(crate) key: Option<Vec<u8>>,
}

/// What was written.
pub(crate) struct Written {
    /// The configuration.
    pub(crate) config: PathBuf,
    /// Who can enrol more.
    pub(crate) authority: Authority,
    /// The operator's token, which sees everything.
    pub(crate) operator_token: Zeroizing<String>,
    /// The desks' tokens.
    pub(crate) desk_tokens: Vec<(DeviceId, Zeroizing<String>)>,
}

impl Device {
    /// A device with a new id and a new key.
    pub(crate) fn new(name: &str, role: Role) -> Result<Self, Failure> {
        let id = DeviceId(*secret::random::<8>().map_err(no_random)?);
        let key = secret::new_key().map_err(no_random)?;
        Ok(Self { name: name.to_owned(), id, role, key })
    }
}

/// Writes everything into `folder`, which is made when it is not there.
///
/// # Errors
/// When anything that would be written is there already, nothing is.
pub(crate) fn write(folder: &Path, setup: &Setup) -> Result<Written, Failure> {
    refuse_to_overwrite(folder)?;
    let (station, authority) = (Device::new("station", Role::Station)?, Device::new("authority", Role::Authority)?);
    let webhook = secret::new_key().map_err(no_random)?;
    let operator_token = new_token()?;
    let desks = setup.devices.iter().filter(|device| device.role == Role::Desk);
    let desk_tokens = desks.map(|desk| Ok((desk, new_token()?))).collect::<Result<Vec<_>, Failure>>()?;

    let write = Files { folder };
    for name in ["", "keys", "tokens", "tls", "data"] {
        write.folder(name)?;
    }
    for device in setup.devices.iter().chain([&station, &authority]) {
        write.key(&format!("keys/{}.key", device.name), &device.key)?;
    }
    write.key("keys/webhook.key", &webhook)?;
    for account in &setup.accounts {
        if let Some(key) = &account.key {
            write.secret(&account_file(&account.name), &format!("{}\n", *Zeroizing::new(hex::encode(key))))?;
        }
    }
    write.secret("tokens/operator.token", &operator_token)?;
    for (desk, token) in &desk_tokens {
        write.secret(&format!("tokens/{}.token", desk.name), token)?;
    }
    let localhost = tls::self_signed()?;
    write.text("tls/certificate.pem", &localhost.certificate)?;
    write.secret("tls/key.pem", &localhost.key)?;
    write.text("directory.toml", &setup.directory)?;
    write.text("directory.toml.sig", &signature(setup.directory.as_bytes(), &authority.key))?;

    let mut tokens = token_section("all = true", &operator_token, "The operator of the receiver sees everything.");
    for (desk, token) in &desk_tokens {
        tokens += &token_section(&format!("desk = \"{}\"", desk.id), token, &desk.name);
    }
    let text = include_str!("keng.toml")
        .replace("@station@", &station.id.to_string())
        .replace("@language@", setup.language.code())
        .replace("@listen@", &listen_lines(&setup.listen))
        .replace("@webhook@", &hex::encode(&webhook.public_key().to_bytes()))
        .replace("@authority@", &authority.id.to_string())
        .replace("@authority_key@", &hex::encode(&authority.key.public_key().to_bytes()))
        .replace("@tokens@", &tokens)
        .replace("@accounts@", &account_sections(&setup.accounts));
    write.text("keng.toml", &text)?;

    let written = Written {
        config: folder.join("keng.toml"),
        authority: Authority { id: authority.id, number: 0, key: authority.key },
        operator_token,
        desk_tokens: desk_tokens.into_iter().map(|(desk, token)| (desk.id, token)).collect(),
    };
    enroll_all(&written, &setup.devices)?;
    Ok(written)
}

/// The text of a directory's signature file.
pub(crate) fn signature(directory: &[u8], key: &SigningKey) -> String {
    format!("{}\n", hex::encode(&sign(directory, key)))
}

/// The devices' keys go into the journal, as the authority's signed word like any later one.
fn enroll_all(written: &Written, devices: &[Device]) -> Result<(), Failure> {
    let now = clock::now();
    let statement = |(index, device): (usize, &Device)| {
        let key = device.key.public_key().to_bytes();
        let said = Enrolment { device: device.id, role: device.role, number: 0, key, from: now, to: None };
        // Each a millisecond after the other, as the time is the statement's number.
        let at = Timestamp::from_millis(now.millis() + u64::try_from(index).unwrap_or_default());
        written.authority.sign(at, &Message::from(said))
    };
    let frames = devices.iter().enumerate().map(statement).collect::<Result<Vec<_>, _>>()?;
    admit(&Config::read(&written.config)?, &frames).map(drop)
}

fn refuse_to_overwrite(folder: &Path) -> Result<(), Failure> {
    let there = ["keng.toml", "directory.toml", "directory.toml.sig", "keys", "tokens", "tls", "data"]
        .into_iter()
        .find(|name| folder.join(name).symlink_metadata().is_ok());
    match there {
        None => Ok(()),
        Some(name) => Err(Failure::job(format!(
            "{} is there already, and nothing is written over: choose another folder",
            folder.join(name).display()
        ))),
    }
}

/// A token of 32 random octets.
fn new_token() -> Result<Zeroizing<String>, Failure> {
    let octets = secret::random::<32>().map_err(no_random)?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(*octets)))
}

fn no_random(error: io::Error) -> Failure {
    Failure::because("the operating system gives no random octets")(error)
}

fn listen_lines(listen: &keng_station::Listen) -> String {
    let lines = [
        ("tls", listen.tls, "Panels that sign, by TLS 1.3."),
        ("tcp", listen.tcp, "The same by TCP in clear, for lines that are protected otherwise."),
        ("udp", listen.udp, "The same by UDP."),
        ("dc09_tcp", listen.dc09_tcp, "Panels that speak SIA DC-09, by TCP."),
        ("dc09_udp", listen.dc09_udp, "The same by UDP."),
        ("http", listen.http, "The API of desks and operators."),
    ];
    let mut text = String::new();
    for (name, address, comment) in lines {
        let line =
            address.map_or_else(|| format!("# {name} = \"0.0.0.0:7400\""), |address| format!("{name} = \"{address}\""));
        let _ = writeln!(text, "# {comment}\n{line}");
    }
    let _ = writeln!(
        text,
        "# Whether the API speaks TLS, too. Without it, let only this machine or a proxy reach it.\nhttp_tls = {}",
        listen.http_tls
    );
    text
}

fn token_section(whose: &str, token: &str, comment: &str) -> String {
    let digest = hex::encode(&Sha256::digest(token.trim().as_bytes()));
    format!("\n# {comment}\n[[token]]\nsha256 = \"{digest}\"\n{whose}\n")
}

fn account_sections(accounts: &[Account]) -> String {
    let section = |account: &Account| {
        let speaks = match &account.key {
            Some(_) => format!("key_file = \"{}\"", account_file(&account.name)),
            None => "clear = true".to_owned(),
        };
        format!("\n[[dc09]]\naccount = \"{}\"\n{speaks}\n", account.name)
    };
    accounts.iter().map(section).collect()
}

fn account_file(name: &AccountName) -> String {
    format!("keys/dc09-{name}.key")
}

/// Writes files of one folder.
struct Files<'a> {
    folder: &'a Path,
}

impl Files<'_> {
    /// A folder that only its owner can look into.
    fn folder(&self, name: &str) -> Result<(), Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        if !name.is_empty() {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        }
        self.done(name, builder.create(self.folder.join(name)))
    }

    fn key(&self, name: &str, key: &SigningKey) -> Result<(), Failure> {
        self.done(name, secret::write_key(&self.folder.join(name), key))
    }

    fn secret(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.done(name, secret::write_text(&self.folder.join(name), text))
    }

    fn text(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.done(name, std::fs::write(self.folder.join(name), text))
    }

    fn done(&self, name: &str, result: io::Result<()>) -> Result<(), Failure> {
        result.map_err(Failure::because(format!("cannot write {}", self.folder.join(name).display())))
    }
}
