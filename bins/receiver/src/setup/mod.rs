//! Writes the folder of a new receiver: configuration, keys, tokens, directory, certificate, and a journal that knows its devices.

mod tls;

use std::fs::DirBuilder;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use keng_console::Operators;
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
    let station = Device::new("station", Role::Station)?;
    let authority = Device::new("authority", Role::Authority)?;
    let webhook = secret::new_key().map_err(no_random)?;
    let operator_token = new_token()?;
    let desks = setup.devices.iter().filter(|device| device.role == Role::Desk);
    let desk_tokens = desks.map(|desk| Ok((desk, new_token()?))).collect::<Result<Vec<_>, Failure>>()?;

    let files = Files { folder };
    files.folders()?;
    files.keys(setup, [&station, &authority], &webhook)?;
    files.tokens(&operator_token, &desk_tokens)?;
    files.certificate()?;
    files.secret("operators.toml", &Operators::default().write())?;
    files.directory(&setup.directory, &authority.key)?;
    let sections = [
        token_sections(&operator_token, &desk_tokens),
        account_sections(&setup.accounts),
        desk_sections(&setup.devices),
    ]
    .concat();
    files.text("keng.toml", &configuration(setup, &station, &authority, &webhook, &sections))?;

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

/// The text of `keng.toml`.
fn configuration(setup: &Setup, station: &Device, authority: &Device, webhook: &SigningKey, sections: &str) -> String {
    let public = |key: &SigningKey| hex::encode(&key.public_key().to_bytes());
    include_str!("keng.toml")
        .replace("@station@", &station.id.to_string())
        .replace("@station_key@", &public(&station.key))
        .replace("@language@", setup.language.code())
        .replace("@listen@", &listen_lines(&setup.listen))
        .replace("@webhook@", &public(webhook))
        .replace("@authority@", &authority.id.to_string())
        .replace("@authority_key@", &public(&authority.key))
        .replace("@sections@", sections)
}

fn refuse_to_overwrite(folder: &Path) -> Result<(), Failure> {
    let there =
        ["keng.toml", "directory.toml", "directory.toml.sig", "operators.toml", "keys", "tokens", "tls", "data"]
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
        ("tls", listen.tls, "0.0.0.0:7410", "Panels that sign, by TLS 1.3."),
        ("tcp", listen.tcp, "127.0.0.1:7412", "The same by TCP in clear, for lines that are protected otherwise."),
        ("udp", listen.udp, "0.0.0.0:7411", "The same by UDP."),
        ("dc09_tcp", listen.dc09_tcp, "0.0.0.0:7420", "Panels that speak SIA DC-09, by TCP."),
        ("dc09_udp", listen.dc09_udp, "0.0.0.0:7420", "The same by UDP."),
        ("http", listen.http, "127.0.0.1:7480", "The API of desks and operators."),
    ];
    let line = |(name, address, usual, comment): &(&str, Option<SocketAddr>, &str, &str)| match address {
        Some(address) => format!("# {comment}\n{name} = \"{address}\"\n"),
        None => format!("# {comment}\n# {name} = \"{usual}\"\n"),
    };
    let listeners: String = lines.iter().map(line).collect();
    let comment = "Whether the API speaks TLS, too. Without it, let only this machine or a proxy reach it.";
    format!("{listeners}# {comment}\nhttp_tls = {}\n", listen.http_tls)
}

fn token_sections(operator: &str, desks: &[(&Device, Zeroizing<String>)]) -> String {
    let section = |whose: &str, token: &str, comment: &str| {
        let digest = hex::encode(&Sha256::digest(token.as_bytes()));
        format!("\n# {comment}\n[[token]]\nsha256 = \"{digest}\"\n{whose}\n")
    };
    let of_desk = |(desk, token): &(&Device, Zeroizing<String>)| {
        section(&format!("desk = \"{}\"", desk.id), token, &format!("{} sees what is told to it.", desk.name))
    };
    let operator = section("all = true", operator, "The operator of the receiver sees everything.");
    operator + &desks.iter().map(of_desk).collect::<String>()
}

/// The desks whose operators use the page.
fn desk_sections(devices: &[Device]) -> String {
    let desks = devices.iter().filter(|device| device.role == Role::Desk);
    let section = |desk: &Device| format!("\n[[desk]]\nid = \"{}\"\nkey = \"keys/{}.key\"\n", desk.id, desk.name);
    desks.map(section).collect()
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
    /// The folder, and those in it, which only their owner can look into.
    fn folders(&self) -> Result<(), Failure> {
        self.done("", std::fs::create_dir_all(self.folder))?;
        for name in ["keys", "tokens", "tls", "data"] {
            self.done(name, DirBuilder::new().mode(0o700).create(self.folder.join(name)))?;
        }
        Ok(())
    }

    fn keys(&self, setup: &Setup, own: [&Device; 2], webhook: &SigningKey) -> Result<(), Failure> {
        for device in setup.devices.iter().chain(own) {
            self.key(&format!("keys/{}.key", device.name), &device.key)?;
        }
        for account in &setup.accounts {
            if let Some(key) = &account.key {
                self.secret(&account_file(&account.name), &Zeroizing::new(hex::encode(key) + "\n"))?;
            }
        }
        self.key("keys/webhook.key", webhook)
    }

    fn tokens(&self, operator: &str, desks: &[(&Device, Zeroizing<String>)]) -> Result<(), Failure> {
        for (desk, token) in desks {
            self.secret(&format!("tokens/{}.token", desk.name), token)?;
        }
        self.secret("tokens/operator.token", operator)
    }

    fn certificate(&self) -> Result<(), Failure> {
        let localhost = tls::self_signed()?;
        self.text("tls/certificate.pem", &localhost.certificate)?;
        self.secret("tls/key.pem", &localhost.key)
    }

    fn directory(&self, text: &str, authority: &SigningKey) -> Result<(), Failure> {
        self.text("directory.toml", text)?;
        self.text("directory.toml.sig", &signature(text.as_bytes(), authority))
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
