//! Which authorities are told, what they answered, and what happens when they do not: the incident machine.
//!
//! [`Dispatcher`] takes what the receiver has verified ([`Input`]) and says what to write down, whom to tell and what to show on site
//! ([`Output`]). It has no clock, socket or file: the same inputs give the same outputs, and the records alone give the same state.
//!
//! ```
//! use keng_dispatch::directory::Directory;
//! use keng_dispatch::text::{Lang, Words};
//! use keng_dispatch::{Config, Dispatcher, Input, Limits, Output};
//! # use ed25519_dalek::SigningKey;
//! # use keng_protocol::{Frame, Header, Sign, Timestamp, message::{Alarm, AlarmKind, Kind, Role}, entry::Path, receiver::{Accepted, Labels}, seal};
//! # let key = SigningKey::from_bytes(&[7; 32]);
//! # let now = Timestamp::from_millis(1_795_500_000_000);
//! # let sender = "0100000000000001".parse()?;
//! # let header = Header { kind: Kind::Alarm, sender, key: 0, epoch: 1, sequence: 1, time: now };
//! # let octets = seal(&header, &Alarm::silent(AlarmKind::HoldUp).into(), &key)?;
//! # let said = Frame::decode(&octets)?.verify(&key.public_key())?;
//! # let accepted = Accepted { said, role: Role::Panel, received: now, path: Path::Tls, labels: Labels::default() };
//! let directory = Directory::read(
//!     r#"
//!     version = 1
//!     [[level]]
//!     number = 1
//!     vi = "Công an phường"
//!     en = "ward police"
//!     [[area]]
//!     code = "10675"
//!     vi = "phường Kinh Môn"
//!     en = "Kinh Môn ward"
//!     [[authority]]
//!     id = "ca-kinh-mon"
//!     kind = "police"
//!     level = 1
//!     vi = "Công an phường Kinh Môn"
//!     en = "police of Kinh Môn ward"
//!     areas = ["10675"]
//!     channels = [{ desk = "d000000000010675" }]
//!     [[site]]
//!     id = "tiem-vang"
//!     kind = "gold"
//!     vi = "Tiệm vàng"
//!     en = "gold shop"
//!     position = [20.98, 106.55]
//!     area = "10675"
//!     address = "chợ Kinh Môn"
//!     devices = [{ id = "0100000000000001" }]
//!     "#,
//! )?;
//! assert!(directory.check(now).is_empty());
//!
//! let mut dispatcher = Dispatcher::new(Config { run: 1, limits: Limits::default() }, directory);
//! dispatcher.handle_input(now, Input::Accepted(&accepted)); // from the receiver
//! let timeout = loop {
//!     match dispatcher.poll_output() {
//!         Output::Record(record) => println!("to the journal: {} octets", record.encode().len()),
//!         Output::Notify(telling) => println!("{}: {}", telling.authority, telling.facts.cause.words(Lang::Vi)),
//!         Output::Timeout(at) => break at, // the next input, at the latest then
//!         _ => {}
//!     }
//! };
//! assert_eq!(timeout.since(now).as_secs(), 15); // told again if nobody answers
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod answer;
pub mod directory;
mod dispatcher;
mod form;
pub mod incident;
mod name;
pub mod policy;
pub mod record;
mod tagged;
pub mod text;
pub mod view;

pub use dispatcher::{Config, Dispatcher, External, Input, Limits, Output, Telling};
pub use name::{AreaCode, AuthorityId, Names, Private, SiteId};
