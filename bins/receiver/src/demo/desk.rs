//! A police desk or security centre: its screen, and a person who answers with the desk's key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use ed25519_dalek::SigningKey;
use keng_dispatch::AuthorityId;
use keng_dispatch::record::Record;
use keng_protocol::message::Answer;
use keng_protocol::{DeviceId, FrameId, Header, Kind, seal};
use serde_json::Value;
use tokio::task::JoinSet;

use super::client::Client;
use super::seen::{Observed, Refused, Seen, Telling};
use crate::clock;

/// A desk.
pub(crate) struct Desk {
    id: DeviceId,
    key: SigningKey,
    client: Client,
    epoch: u32,
    said: AtomicU32,
    deaf: Arc<AtomicBool>,
    seen: Arc<Seen>,
}

/// Who a desk is.
pub(crate) struct Own {
    /// Its id.
    pub(crate) id: DeviceId,
    /// Its key.
    pub(crate) key: SigningKey,
    /// The authorities whose desk it is; one, in a good directory.
    pub(crate) speaks_for: Vec<AuthorityId>,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Stored, and done.
    Done,
    /// Stored, and not acted on: why.
    Objected(String),
    /// Not taken.
    Failed,
}

impl Desk {
    /// A desk whose stream is read from now on, in a task of `tasks`.
    pub(crate) fn open(own: Own, client: Client, seen: &Arc<Seen>, tasks: &mut JoinSet<()>) -> Self {
        let Own { id, key, speaks_for } = own;
        let deaf = Arc::new(AtomicBool::new(false));
        let (screen, on_screen, ears) = (client.clone(), Arc::clone(seen), Arc::clone(&deaf));
        tasks.spawn(async move {
            screen.follow(&ears, |name, data| show(&on_screen, id, &speaks_for, name, data)).await;
        });
        let epoch = u32::try_from(clock::now().millis() / 1000).unwrap_or(u32::MAX);
        Self { id, key, client, epoch, said: AtomicU32::new(0), deaf, seen: Arc::clone(seen) }
    }

    /// From now on nobody looks at the screen, and the program behind it hangs: the stream stays open.
    pub(crate) fn hang(&self) {
        self.deaf.store(true, Ordering::Relaxed);
    }

    /// Signs and sends a person's answer.
    pub(crate) async fn answer(&self, answer: Answer) -> Reply {
        let sequence = self.said.fetch_add(1, Ordering::Relaxed) + 1;
        let header =
            Header { kind: Kind::Answer, sender: self.id, key: 0, epoch: self.epoch, sequence, time: clock::now() };
        let Ok(octets) = seal(&header, &answer.into(), &self.key) else { return Reply::Failed };
        let frame = FrameId::of(&octets);
        let Some((status, body)) = self.client.post(octets).await else { return Reply::Failed };
        if let Some(position) = body.get("position").and_then(Value::as_u64) {
            self.seen.add(Observed::Receipted(frame, position));
        }
        match (status, body.get("error").and_then(Value::as_str)) {
            (200, None) => Reply::Done,
            (409, Some(error)) => Reply::Objected(error.to_owned()),
            _ => Reply::Failed,
        }
    }
}

/// A desk sees the tellings of others, too, once it knows of an incident; only its own count as told.
fn show(seen: &Seen, desk: DeviceId, speaks_for: &[AuthorityId], name: &str, data: &Value) {
    match name {
        "snapshot" => seen.add(Observed::Open(desk)),
        "told" => {
            let own = |telling: &Telling| speaks_for.iter().any(|own| own.as_str() == telling.authority);
            if let Some(telling) = Telling::read(data).filter(own) {
                seen.add(Observed::Desk(telling));
            }
        }
        _ => {}
    }
}

/// Reads the operator's stream, which shows all decisions and refusals, in a task of `tasks`. It is seen as the desk `id`.
pub(crate) fn watch_all(id: DeviceId, client: Client, seen: &Arc<Seen>, tasks: &mut JoinSet<()>) {
    let seen = Arc::clone(seen);
    tasks.spawn(async move {
        let never = AtomicBool::new(false);
        client.follow(&never, |name, data| note(&seen, id, name, data)).await;
    });
}

fn note(seen: &Seen, id: DeviceId, name: &str, data: &Value) {
    match name {
        "snapshot" => seen.add(Observed::Open(id)),
        "told" | "record" => {
            let record = data.get("record").and_then(|record| serde_json::from_value::<Record>(record.clone()).ok());
            if let Some(record) = record {
                seen.add(Observed::Record(Box::new(record)));
            }
        }
        "refused" => {
            if let Some(refused) = Refused::read(data) {
                seen.add(Observed::Refused(refused));
            }
        }
        _ => {}
    }
}
