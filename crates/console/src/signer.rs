//! A desk's key, with which the receiver signs what an operator answers at that desk.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_protocol::message::Answer;
use keng_protocol::{DeviceId, Header, Kind, Timestamp, seal};
use keng_station::Handle;
use tokio::sync::OnceCell;

/// The key of a desk whose operators use the page. Nothing else may sign with it at the same time: the numbers would not fit.
pub struct DeskKey {
    /// Which desk.
    pub desk: DeviceId,
    /// The number of its key.
    pub number: u8,
    /// Its key, enrolled for the desk.
    pub key: SigningKey,
}

/// Signs for one desk.
pub(crate) struct Signer {
    key: DeskKey,
    /// The numbers begin anew with the first answer of a run: an epoch is its second, or the one after the last that the receiver knows of the desk,
    /// whichever is later. So whoever signed for the desk before is behind, even if the clock was ahead then and was put back.
    epoch: OnceCell<u32>,
    said: AtomicU32,
}

impl fmt::Debug for DeskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeskKey({}, number {})", self.desk, self.number)
    }
}

impl Signer {
    pub(crate) fn new(key: DeskKey) -> Self {
        Self { key, epoch: OnceCell::new(), said: AtomicU32::new(0) }
    }

    /// The signed frame of an answer; `None` when a word is longer than an answer may hold.
    pub(crate) async fn sign(&self, station: &Handle, answer: Answer) -> Option<Vec<u8>> {
        let DeskKey { desk, number, key } = &self.key;
        let now = station.now();
        let first = || async {
            let second = u32::try_from(now.millis() / 1000).unwrap_or(u32::MAX);
            second.max(station.epoch(*desk).await.map_or(0, |last| last.saturating_add(1)))
        };
        let epoch = *self.epoch.get_or_init(first).await;
        let sequence = self.said.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let header = Header { kind: Kind::Answer, sender: *desk, key: *number, epoch, sequence, time: now };
        seal(&header, &answer.into(), key).ok()
    }
}

/// The wall's time.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
