//! The signed alarm protocol: bytes to verified messages, and the panel's and receiver's session machines.
//!
//! `SPEC.md` beside this crate says what travels, `vectors/` holds it to that. Nothing here has a clock, a socket, a thread, a file or a
//! random source: time, octets and what is on disk come in as arguments.
//!
//! - [`frame`] reads, verifies and signs one frame; [`message`] is what it can say; [`envelope`] pads it for encrypted paths.
//! - [`panel::Panel`] and [`receiver::Receiver`] are the two ends of a session; [`entry`] is what the receiver stores.
//!
//! One press, from the button to the receipt:
//!
//! ```
//! use std::time::Duration;
//!
//! use ed25519_dalek::SigningKey;
//! use keng_protocol::entry::Path;
//! use keng_protocol::message::{Alarm, AlarmKind, Durability, Enrolment, Role};
//! use keng_protocol::panel::{self, Backoff, Indication, Panel, Station};
//! use keng_protocol::receiver::{self, Limits, Origin, Receiver};
//! use keng_protocol::{DeviceId, Header, Kind, Sign, Timestamp, seal};
//!
//! let [authority, station, button] = [1, 2, 3].map(|seed| SigningKey::from_bytes(&[seed; 32])); // never use such keys
//! let [root, home, counter] = [*b"root-001", *b"station1", *b"counter1"].map(DeviceId);
//! let now = Timestamp::from_millis(1_795_334_700_000);
//!
//! let config = receiver::Config {
//!     id: home,
//!     key: 0,
//!     run: 1,
//!     authorities: vec![(root, 0, authority.public_key())],
//!     silence: Duration::from_secs(90),
//!     clock_tolerance: Duration::from_secs(60),
//!     heartbeat_mark: Duration::from_secs(3600),
//!     limits: Limits { devices: 100, pending: 1000 },
//! };
//! let mut receiver = Receiver::new(config, station.clone(), now);
//! let config = panel::Config {
//!     id: counter,
//!     key: 0,
//!     stations: vec![Station { id: home, key: 0, public: station.public_key() }],
//!     paths: 1,
//!     heartbeat: Duration::from_secs(30),
//!     not_received_after: Duration::from_secs(20),
//!     retry: Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60) },
//!     jitter_seed: 7,
//!     outbox: 64,
//! };
//! let mut panel = Panel::new(config, button.clone(), now, [])?;
//!
//! // The authority says whose key it is. Whatever the receiver asks to store is stored at once here.
//! let header = Header { kind: Kind::Enrolment, sender: root, key: 0, epoch: 1, sequence: 1, time: now };
//! let key = button.public_key().to_bytes();
//! let enrolment = Enrolment { device: counter, role: Role::Panel, number: 0, key, from: now, to: None };
//! let mut way_there = vec![seal(&header, &enrolment.into(), &authority)?];
//!
//! // Somebody presses.
//! while !matches!(panel.poll_output(), panel::Output::Timeout(_)) {}
//! panel.handle_input(now, panel::Input::Say(Alarm::silent(AlarmKind::HoldUp).into()));
//! loop {
//!     match panel.poll_output() {
//!         panel::Output::Send { octets, .. } => way_there.push(octets),
//!         panel::Output::Timeout(_) => break,
//!         _ => {}
//!     }
//! }
//!
//! let (mut told, mut way_back) = (0, Vec::new());
//! for octets in &way_there {
//!     let origin = Origin { path: Path::Udp, link: 1 };
//!     let mut tickets = Vec::new();
//!     receiver.handle_input(now, receiver::Input::Frame { origin, octets });
//!     loop {
//!         match receiver.poll_output() {
//!             receiver::Output::Accepted(_) => told += 1, // the desks hear of it now
//!             receiver::Output::Persist { ticket, .. } => tickets.push(ticket),
//!             receiver::Output::Timeout(_) => break,
//!             _ => {}
//!         }
//!     }
//!     for (position, ticket) in (1..).zip(tickets) {
//!         receiver.handle_input(now, receiver::Input::Persisted { ticket, position, durability: Durability::DISK });
//!         loop {
//!             match receiver.poll_output() {
//!                 receiver::Output::Send { octets, .. } => way_back.push(octets), // only now there is a receipt
//!                 receiver::Output::Timeout(_) => break,
//!                 _ => {}
//!             }
//!         }
//!     }
//! }
//! assert_eq!(told, 2); // the enrolment and the alarm
//!
//! let mut received = false;
//! for octets in &way_back {
//!     panel.handle_input(now, panel::Input::Frame { path: 0, octets });
//!     loop {
//!         match panel.poll_output() {
//!             panel::Output::Show { what: Indication::Received { .. }, .. } => received = true,
//!             panel::Output::Timeout(_) => break,
//!             _ => {}
//!         }
//!     }
//! }
//! assert!(received);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod code;
pub mod entry;
pub mod envelope;
mod error;
mod fields;
pub mod frame;
mod id;
mod key;
mod keyring;
pub mod message;
pub mod panel;
pub mod receiver;
mod time;

pub use error::{Malformed, Refusal, WeakKey};
pub use fields::MAX_DEPTH;
pub use frame::{Frame, Header, MAX_FRAME, Verified, seal};
pub use id::{DeviceId, FrameId, IdHasher, IdMap, IncidentId, NoticeId, ParseIdError};
pub use key::{PublicKey, Sign};
pub use message::{Kind, Message};
pub use time::Timestamp;
