//! The signed alarm protocol: bytes to verified messages, and the panel's and receiver's session machines.

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
pub use id::{DeviceId, FrameId, IncidentId, ParseIdError};
pub use key::{PublicKey, Sign};
pub use message::{Kind, Message};
pub use time::Timestamp;
