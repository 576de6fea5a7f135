//! SIA DC-09 frames, as another dialect that yields the same alarms.
//!
//! Panels that exist today speak ANSI/SIA DC-09 over TCP or UDP, in clear or under AES. This crate cuts their streams into frames
//! ([`Splitter`]), parses them ([`Frame`]), opens them ([`Key`], [`Body`]), reads their events in our terms ([`Event`], [`What`]), and judges them
//! account by account ([`Receiver`] to [`Verdict`]). It has no socket, clock or thread, and it acknowledges nothing by itself: an ACK
//! is handed out with the word [`Answer::OnceStored`].
//!
//! DC-09 proves little. In clear it proves nothing; under AES it has no authentication code and a start vector of zero. [`Trust`] says what a
//! frame has shown, and a station that passes its alarm on vouches for it with its own key.
//!
//! ```
//! use keng_dc09::{Account, Answer, Dialler, Key, Piece, Receiver, Splitter, Trust, Verdict, What};
//! use keng_protocol::{Timestamp, message::AlarmKind};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = "0123456789ABCDEF0123456789ABCDEF";
//! let mut receiver = Receiver::new([Account::keyed("1409".parse()?, Key::from_hex(key)?)]);
//! let mut panel = Dialler::new("1409".parse()?, Some(Key::from_hex(key)?));
//!
//! let now = Timestamp::from_millis(1_795_334_700_000);
//! let sent = panel.sia(now, "Nri1/HA003");
//!
//! for piece in Splitter::default().feed(&sent) {
//!     let Piece::Frame(frame) = piece else { continue };
//!     let Verdict::Report(report) = receiver.handle(now, &frame) else { panic!("a hold-up is reported") };
//!     assert_eq!(report.events[0].what, What::Alarm(AlarmKind::HoldUp));
//!     assert_eq!((report.events[0].zone, report.trust), (Some(3), Trust::Fresh));
//!     // Here the caller stores the report. Only then:
//!     let Answer::OnceStored(ack) = report.answer else { panic!("an ACK waits for the disk") };
//!     assert!(ack.starts_with(b"\n") && ack.ends_with(b"\r"));
//! }
//! # Ok(())
//! # }
//! ```

mod account;
mod body;
mod clock;
mod crc;
mod dialler;
mod event;
mod frame;
mod key;
mod position;
mod receiver;
mod repeats;
mod seal;
mod splitter;
mod verdict;
mod wire;

pub use account::{Account, AccountFormat, AccountName, REPEAT_WINDOW};
pub use body::{Body, Extended, WrongKey};
pub use crc::crc16;
pub use dialler::{Dialler, Reply};
pub use event::{Event, Text, What};
pub use frame::{Content, Frame, ParseError, Token};
pub use key::{Key, KeyLength};
pub use receiver::{EARLY_MS, LATE_MS, Receiver};
pub use repeats::{EventKey, REPEAT_SLOTS};
pub use splitter::{MAX_FRAME, Piece, Splitter};
pub use verdict::{Answer, Clock, Refusal, Report, Trust, Verdict};
