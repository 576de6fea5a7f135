//! A site's panel: the protocol's own machine over real sockets, and a hand on its button.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use keng_protocol::panel::{Backoff, Config, Indication, Record, Station};
use keng_protocol::{DeviceId, FrameId, IncidentId, Message};
use keng_station::panel::{self, Way};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::seen::{Observed, Seen};

/// How often a panel says that it lives.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(3);

/// A panel of a site.
pub(crate) struct Panel {
    /// Its id.
    pub(crate) device: DeviceId,
    /// Its key, which a thief may have, too.
    pub(crate) key: SigningKey,
    station: Station,
    ways: Vec<Way>,
    seen: Arc<Seen>,
    /// What its memory keeps when it is switched off.
    memory: Arc<Mutex<Vec<Record>>>,
    running: Mutex<Option<(mpsc::Sender<Message>, JoinHandle<()>)>>,
}

/// A button was pressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Press {
    /// When.
    pub(crate) at: Instant,
    /// On which panel.
    pub(crate) device: DeviceId,
    /// The frame that it became.
    pub(crate) frame: FrameId,
}

impl Press {
    /// The incident that it raises.
    pub(crate) fn incident(&self) -> IncidentId {
        self.frame.incident()
    }
}

impl Panel {
    /// A panel that is switched off.
    pub(crate) fn new(device: DeviceId, key: SigningKey, station: Station, ways: Vec<Way>, seen: &Arc<Seen>) -> Self {
        let seen = Arc::clone(seen);
        Self { device, key, station, ways, seen, memory: Arc::default(), running: Mutex::default() }
    }

    /// Switches it on, with what its memory kept.
    pub(crate) fn switch_on(&self) {
        let memory = Arc::clone(&self.memory);
        let (seen, device) = (Arc::clone(&self.seen), self.device);
        let kept = lock(&memory).clone();
        let store = move |record: Record| {
            if let Record::Queued(octets) = &record {
                seen.add(Observed::Signed(octets.clone()));
            }
            lock(&memory).push(record);
        };
        let started = panel::Panel::start(self.config(), self.key.clone(), self.ways.clone(), kept, store);
        let Ok(machine) = started else { return };
        let (say, said) = mpsc::channel(16);
        let task = tokio::spawn(drive(machine, said, device, Arc::clone(&self.seen)));
        *lock(&self.running) = Some((say, task));
    }

    /// Cuts its power: it says nothing more.
    pub(crate) fn switch_off(&self) {
        if let Some((_, task)) = lock(&self.running).take() {
            task.abort();
        }
    }

    /// Whether it is on.
    pub(crate) fn is_on(&self) -> bool {
        lock(&self.running).is_some()
    }

    /// Presses a button or says something else, and returns as soon as the panel has signed it.
    pub(crate) async fn press(&self, message: impl Into<Message>) -> Press {
        let (at, device, message) = (Instant::now(), self.device, message.into());
        let kind = message.kind();
        let say = lock(&self.running).as_ref().map(|(say, _)| say.clone());
        if let Some(say) = say {
            say.send(message).await.unwrap_or_default();
        }
        let frame = self.seen.first(|sight| match &sight.what {
            Observed::Shown(on, Indication::Sending { frame, kind: sent }) if sight.at >= at && *on == device => {
                (*sent == kind).then_some(*frame)
            }
            _ => None,
        });
        let press = Press { at, device, frame: frame.await };
        self.seen.add(Observed::Pressed(press, kind));
        press
    }

    fn config(&self) -> Config {
        let [.., seed] = self.device.0;
        Config {
            id: self.device,
            key: 0,
            stations: vec![self.station],
            paths: u8::try_from(self.ways.len()).unwrap_or(u8::MAX),
            heartbeat: HEARTBEAT,
            not_received_after: Duration::from_secs(10),
            retry: Backoff { first: Duration::from_secs(1), most: Duration::from_secs(10) },
            jitter_seed: u64::from_be_bytes(self.device.0) ^ u64::from(seed),
            outbox: 64,
        }
    }
}

async fn drive(mut machine: panel::Panel, mut said: mpsc::Receiver<Message>, device: DeviceId, seen: Arc<Seen>) {
    loop {
        tokio::select! {
            message = said.recv() => match message {
                Some(message) => machine.say(message).await,
                None => return,
            },
            shown = machine.shown() => match shown {
                Some(what) => {
                    if let Indication::Received { frame, position, .. } = what {
                        seen.add(Observed::Receipted(frame, position));
                    }
                    seen.add(Observed::Shown(device, what));
                }
                None => return,
            },
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
