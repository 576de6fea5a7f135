//! Drives the machines and a journal over tokio: listeners, timers, channels.
//!
//! [`Station::start`] opens the journal, puts the machines back as it says, and listens. What is said over HTTP is in `API.md` beside this crate,
//! what stands in the journal in `JOURNAL.md`.

//!
//! ```
//! use ed25519_dalek::SigningKey;
//! use keng_dispatch::directory::Directory;
//! use keng_protocol::message::{Alarm, AlarmKind, Enrolment, Role};
//! use keng_protocol::{DeviceId, Header, Kind, Message, Sign as _, Timestamp, seal};
//! use keng_station::{Config, Listen, Scope, Station, Submission, Timing};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("keng-station-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let key = |octet| SigningKey::from_bytes(&[octet; 32]);
//! let (authority, panel) = (DeviceId(*b"authorit"), DeviceId(*b"panel-01"));
//! let station = Station::start(Config {
//!     id: DeviceId(*b"station1"),
//!     key_number: 1,
//!     key: key(1),
//!     authorities: vec![(authority, 1, key(2).public_key())],
//!     journal: folder.join("journal.db"),
//!     directory: Directory::default(), // nobody to tell: a real one is read from a file
//!     listen: Listen::default(),       // no sockets: frames come by the handle
//!     tls: None,
//!     accounts: Vec::new(),
//!     tokens: Vec::new(),
//!     webhook_key: key(3),
//!     timing: Timing::default(),
//!     links: 16,
//!     devices: 16,
//! })
//! .await?;
//!
//! let header = |sender, sequence| {
//!     Header { kind: Kind::Alarm, sender, key: 1, epoch: 1, sequence, time: Timestamp::from_millis(1_795_334_700_000) }
//! };
//! let enrolment = Enrolment {
//!     device: panel,
//!     role: Role::Panel,
//!     number: 1,
//!     key: key(4).public_key().to_bytes(),
//!     from: Timestamp::from_millis(0),
//!     to: None,
//! };
//! station.handle().submit(seal(&header(authority, 1), &enrolment.into(), &key(2))?).await;
//!
//! let press = Message::from(Alarm::silent(AlarmKind::HoldUp));
//! let submission = station.handle().submit(seal(&header(panel, 1), &press, &key(4))?).await;
//! assert!(matches!(submission, Submission::Stored { .. }), "on disk, and only then receipted");
//! assert!(station.handle().incidents(Scope::All).await.is_some());
//! station.stop().await;
//! # std::fs::remove_dir_all(folder)?;
//! # Ok(())
//! # }
//! ```

mod acts;
mod audit;
mod call;
mod clock;
mod config;
mod dialect;
mod driver;
pub mod entries;
mod feed;
mod handle;
mod http;
mod inlet;
mod link;
mod listen;
mod metrics;
pub mod panel;
mod past;
mod readings;
mod station;
mod webhook;
mod words;

pub use acts::Act;
pub use call::{Call, Operation};
pub use config::{Config, Listen, Timing};
pub use feed::{Caller, Scope};
pub use handle::{Handle, NotWritten, SentNotice, Submission};
pub use http::{calls, router};
pub use readings::Reading;
pub use station::{Addresses, StartError, Station};
