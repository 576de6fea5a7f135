//! `keng.toml`: what stands in it, as plain values. Nothing else is opened here; [`crate::material`] reads the files it names.

mod problem;
mod read;
mod section;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keng_dc09::AccountName;
use keng_protocol::{DeviceId, PublicKey};
use toml::de::DeTable;

pub(crate) use problem::{Problem, Problems};
pub(crate) use section::At;
use section::{Section, Source};

/// The sections, in the order in which `init` writes them.
const SECTIONS: &[&str] =
    &["station", "listen", "tls", "authority", "token", "dc09", "webhook", "timing", "limits", "console", "desk"];

/// The largest configuration that is read, in octets.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// What `keng.toml` says. Paths are relative to its folder no longer: they were joined with it.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The file itself, for messages.
    pub(crate) file: PathBuf,
    /// `[station]`
    pub(crate) station: Station,
    /// `[listen]`
    pub(crate) listen: keng_station::Listen,
    /// `[tls]`
    pub(crate) tls: Option<Tls>,
    /// `[[authority]]`
    pub(crate) authorities: Vec<(DeviceId, u8, PublicKey)>,
    /// `[[token]]`
    pub(crate) tokens: Vec<([u8; 32], keng_station::Scope)>,
    /// `[[dc09]]`
    pub(crate) accounts: Vec<Account>,
    /// `[webhook] key`
    pub(crate) webhook_key: At<PathBuf>,
    /// `[timing]`
    pub(crate) timing: keng_station::Timing,
    /// `[limits]`
    pub(crate) limits: Limits,
    /// `[console] operators`: the file of those who may log in; without it there is no page.
    pub(crate) operators: Option<At<PathBuf>>,
    /// `[console] boundaries`: GeoJSON for the map, and the property that names an area in it.
    pub(crate) boundaries: Option<(At<PathBuf>, String)>,
    /// `[console] roads`: an OpenStreetMap extract, or what the scorer has made of one.
    pub(crate) roads: Option<At<PathBuf>>,
    /// `[[desk]]`
    pub(crate) desks: Vec<Desk>,
}

/// A desk whose operators use the page: the receiver signs for it.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    /// Its id.
    pub(crate) id: DeviceId,
    /// The number of its key.
    pub(crate) number: u8,
    /// The file of its key.
    pub(crate) key: At<PathBuf>,
}

/// Who the station is.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    /// Its id.
    pub(crate) id: DeviceId,
    /// The file of its key.
    pub(crate) key: At<PathBuf>,
    /// The number of its key.
    pub(crate) key_number: u8,
    /// The folder of its journal.
    pub(crate) data: At<PathBuf>,
    /// The directory; its signature stands beside it.
    pub(crate) directory: At<PathBuf>,
    /// What the program's own words are in.
    pub(crate) language: Language,
}

/// The certificate and its key, both PEM.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    /// The chain, the station's own first.
    pub(crate) certificate: At<PathBuf>,
    /// The private key.
    pub(crate) key: At<PathBuf>,
}

/// A DC-09 account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// Its name.
    pub(crate) name: AccountName,
    /// The file of its AES key; without one, a panel that speaks in clear.
    pub(crate) key: Option<At<PathBuf>>,
    /// After how long without a word it is silent; `None` is never, for a panel that does not poll.
    pub(crate) silence: Option<Duration>,
}

/// How much there may be at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Open links.
    pub(crate) links: usize,
    /// Enrolled devices.
    pub(crate) devices: usize,
}

/// What people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Tiếng Việt.
    #[value(name = "vi")]
    Vietnamese,
    /// English.
    #[value(name = "en")]
    English,
}

impl Language {
    /// Its code, as it stands in files and arguments.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }
}

impl From<Language> for keng_dispatch::text::Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Vietnamese => Self::Vi,
            Language::English => Self::En,
        }
    }
}

impl Config {
    /// Reads a file and says everything that is wrong with it.
    pub(crate) fn read(file: &Path) -> Result<Self, Problems> {
        let refuse = |wrong: String, instead: &str| Problems(vec![Problem::of_file(file, wrong, instead)]);
        let size = std::fs::metadata(file).map_err(|error| {
            refuse(format!("cannot be read: {error}"), "--config FILE; `keng-receiver init` writes a new one")
        })?;
        if size.len() > MAX_FILE {
            return Err(refuse(format!("is over {MAX_FILE} octets"), "a file that `keng-receiver init` wrote"));
        }
        let text = std::fs::read_to_string(file)
            .map_err(|error| refuse(format!("cannot be read: {error}"), "a text file in UTF-8"))?;
        Self::parse(file, &text)
    }

    /// The journal's file.
    pub(crate) fn journal(&self) -> PathBuf {
        self.station.data.value.join("journal.db")
    }

    fn parse(file: &Path, text: &str) -> Result<Self, Problems> {
        let (source, mut problems) = (Source::new(file, text), Problems::default());
        let document = source.parse(&mut problems);
        if !problems.0.is_empty() {
            return problems.or(None); // What stands beside a line that cannot be read is guesswork.
        }
        let config = Self::assemble(&source, document.get_ref(), &mut problems);
        problems.or(config)
    }

    fn assemble(source: &Source<'_>, document: &DeTable<'_>, problems: &mut Problems) -> Option<Self> {
        source.refuse_others(document, SECTIONS, problems);
        let folder = source.file.parent().unwrap_or(Path::new(""));
        let tls_section = source.section(document, "tls", problems);
        let tls = tls_section.is_present().then(|| tls(tls_section, folder));
        let station = station(source.section(document, "station", problems), folder);
        let listen = listen(source.section(document, "listen", problems), tls.is_some());
        let webhook_key = webhook(source.section(document, "webhook", problems), folder);
        let timing = timing(source.section(document, "timing", problems));
        let limits = limits(source.section(document, "limits", problems));
        let (operators, boundaries, roads) = console(source.section(document, "console", problems), folder);
        let desks = source.sections(document, "desk", problems, |section| desk(section, folder));
        let desks = distinct(source, desks, problems, |desk| desk.id, "one [[desk]] for each desk");
        let authorities = source.sections(document, "authority", problems, authority);
        let tokens = source.sections(document, "token", problems, token);
        let accounts = source.sections(document, "dc09", problems, |section| account(section, folder));
        let authorities = distinct(
            source,
            authorities,
            problems,
            |(id, number, _)| (*id, *number),
            "another number for the second key",
        );
        let tokens = distinct(source, tokens, problems, |(digest, _)| *digest, "a token of its own for each desk");
        let accounts =
            distinct(source, accounts, problems, |account| account.name.clone(), "one [[dc09]] for each account");
        Some(Self {
            file: source.file.to_owned(),
            station: station?,
            listen,
            tls: match tls {
                Some(tls) => Some(tls?),
                None => None,
            },
            authorities,
            tokens,
            accounts,
            webhook_key: webhook_key?,
            timing,
            limits,
            operators,
            boundaries,
            roads,
            desks,
        })
    }
}

fn station(mut from: Section<'_>, folder: &Path) -> Option<Station> {
    let id = from.need("id", r#"id = "00112233aabbccdd" (16 hexadecimal digits)"#, read::device);
    let key = from.need("key", r#"key = "keys/station.key""#, read::path);
    let key_number = from.or("key_number", 0, "key_number = 0", read::octet);
    let data = from.need("data", r#"data = "data""#, read::path);
    let directory = from.need("directory", r#"directory = "directory.toml""#, read::path);
    let language = from.or("language", Language::Vietnamese, r#"language = "vi""#, read::language);
    from.close();
    Some(Station {
        id: id?.value,
        key: within(folder, key?),
        key_number,
        data: within(folder, data?),
        directory: within(folder, directory?),
        language,
    })
}

fn listen(mut from: Section<'_>, has_tls: bool) -> keng_station::Listen {
    let mut on = |key, example: &str| from.maybe(key, example, read::address).map(|found| found.value);
    let listen = keng_station::Listen {
        tls: on("tls", r#"tls = "0.0.0.0:7410""#),
        tcp: on("tcp", r#"tcp = "127.0.0.1:7412""#),
        udp: on("udp", r#"udp = "0.0.0.0:7411""#),
        dc09_tcp: on("dc09_tcp", r#"dc09_tcp = "0.0.0.0:7420""#),
        dc09_udp: on("dc09_udp", r#"dc09_udp = "0.0.0.0:7420""#),
        http: on("http", r#"http = "127.0.0.1:7480""#),
        http_tls: from.or("http_tls", false, "http_tls = true", read::flag),
    };
    if (listen.tls.is_some() || listen.http_tls) && !has_tls {
        from.refuse(
            "TLS is asked for, and there is no [tls]",
            "add [tls] with certificate and key, or take tls and http_tls away",
        );
    }
    if let Some([one, other]) = same_address(&listen) {
        from.refuse(&format!("{one} and {other} have the same address"), "another port for one of them");
    }
    from.close();
    listen
}

/// Two listeners of one transport at one address; port 0 takes a free one each time.
fn same_address(listen: &keng_station::Listen) -> Option<[&'static str; 2]> {
    type Named = (&'static str, Option<SocketAddr>);
    let tcp: &[Named] =
        &[("tls", listen.tls), ("tcp", listen.tcp), ("dc09_tcp", listen.dc09_tcp), ("http", listen.http)];
    let udp: &[Named] = &[("udp", listen.udp), ("dc09_udp", listen.dc09_udp)];
    [tcp, udp].into_iter().find_map(|listeners| {
        let mut taken: Vec<(&str, SocketAddr)> = Vec::new();
        for (name, address) in listeners.iter().filter_map(|(name, address)| Some((*name, (*address)?))) {
            if let Some((other, _)) = taken.iter().find(|(_, other)| *other == address && address.port() != 0) {
                return Some([*other, name]);
            }
            taken.push((name, address));
        }
        None
    })
}

fn tls(mut from: Section<'_>, folder: &Path) -> Option<Tls> {
    let certificate = from.need("certificate", r#"certificate = "tls/certificate.pem""#, read::path);
    let key = from.need("key", r#"key = "tls/key.pem""#, read::path);
    from.close();
    Some(Tls { certificate: within(folder, certificate?), key: within(folder, key?) })
}

fn authority(mut from: Section<'_>) -> Option<(DeviceId, u8, PublicKey)> {
    let id = from.need("id", r#"id = "00112233aabbccdd" (16 hexadecimal digits)"#, read::device);
    let number = from.or("number", 0, "number = 0", read::octet);
    let key = from.need("public_key", "public_key = \"...\" (64 hexadecimal digits)", read::public_key);
    from.close();
    Some((id?.value, number, key?.value))
}

fn token(mut from: Section<'_>) -> Option<([u8; 32], keng_station::Scope)> {
    let digest = from.need("sha256", "sha256 = \"...\" (the 64 digits of `sha256sum` over the token)", read::digest);
    let desk = from.maybe("desk", r#"desk = "00112233aabbccdd" (the desk's id)"#, read::device);
    let all = from.maybe("all", "all = true", read::set);
    if desk.is_some() == all.is_some() {
        from.refuse("must say whose it is, once", "either desk = \"...\" for one desk, or all = true for the operator");
    }
    from.close();
    let scope = desk.map_or(keng_station::Scope::All, |desk| keng_station::Scope::Desk(desk.value));
    Some((digest?.value, scope))
}

fn account(mut from: Section<'_>, folder: &Path) -> Option<Account> {
    let name = from.need("account", r#"account = "1234""#, read::account);
    let key = from.maybe("key_file", r#"key_file = "keys/dc09-1234.key""#, read::path);
    let clear = from.maybe("clear", "clear = true", read::set);
    if key.is_some() == clear.is_some() {
        from.refuse(
            "must say how the panel speaks, once",
            "either key_file = \"...\" for AES, or clear = true for a panel that cannot encrypt",
        );
    }
    let silence = from.maybe("silence_s", "silence_s = 180", read::seconds);
    from.close();
    Some(Account {
        name: name?.value,
        key: key.map(|key| within(folder, key)),
        silence: silence.map(|found| found.value),
    })
}

type Page = (Option<At<PathBuf>>, Option<(At<PathBuf>, String)>, Option<At<PathBuf>>);

fn console(mut from: Section<'_>, folder: &Path) -> Page {
    let is_wanted = from.is_present();
    let example = r#"operators = "operators.toml""#;
    let operators = if is_wanted { from.need("operators", example, read::path) } else { None };
    let boundaries = from.maybe("boundaries", r#"boundaries = "wards.geojson""#, read::path);
    let name = from.or("boundary_name", "name".to_owned(), r#"boundary_name = "name""#, read::text);
    let roads = from.maybe("roads", r#"roads = "vietnam-latest.osm.pbf""#, read::path);
    from.close();
    let boundaries = boundaries.map(|file| (within(folder, file), name));
    (operators.map(|file| within(folder, file)), boundaries, roads.map(|file| within(folder, file)))
}

fn desk(mut from: Section<'_>, folder: &Path) -> Option<Desk> {
    let id = from.need("id", r#"id = "00112233aabbccdd" (the desk's id)"#, read::device);
    let number = from.or("number", 0, "number = 0", read::octet);
    let key = from.need("key", r#"key = "keys/desk-ward.key""#, read::path);
    from.close();
    Some(Desk { id: id?.value, number, key: within(folder, key?) })
}

fn webhook(mut from: Section<'_>, folder: &Path) -> Option<At<PathBuf>> {
    let key = from.need("key", r#"key = "keys/webhook.key" under [webhook]"#, read::path);
    from.close();
    Some(within(folder, key?))
}

fn timing(mut from: Section<'_>) -> keng_station::Timing {
    let usual = keng_station::Timing::default();
    let mut time = |key, absent: Duration, example: &str| from.or(key, absent, example, read::seconds);
    let timing = keng_station::Timing {
        silence: time("silence_s", usual.silence, "silence_s = 180"),
        clock_tolerance: time("clock_tolerance_s", usual.clock_tolerance, "clock_tolerance_s = 30"),
        heartbeat_mark: time("heartbeat_mark_s", usual.heartbeat_mark, "heartbeat_mark_s = 600"),
    };
    from.close();
    timing
}

fn limits(mut from: Section<'_>) -> Limits {
    let limits = Limits {
        links: from.or("links", 4096, "links = 4096", read::count),
        devices: from.or("devices", 65_536, "devices = 65536", read::count),
    };
    from.close();
    limits
}

/// Takes what stands in the sections of one name, and refuses what stands there twice.
fn distinct<T, K: Ord>(
    source: &Source<'_>,
    found: Vec<At<T>>,
    problems: &mut Problems,
    key: impl Fn(&T) -> K,
    instead: &str,
) -> Vec<T> {
    let mut seen = BTreeMap::new();
    for item in &found {
        if let Some(first) = seen.insert(key(&item.value), item.line) {
            problems.0.push(item.problem(source.file, format!("is the same as in line {first}"), instead));
        }
    }
    found.into_iter().map(|item| item.value).collect()
}

fn within(folder: &Path, path: At<PathBuf>) -> At<PathBuf> {
    At { value: folder.join(path.value), ..path }
}
