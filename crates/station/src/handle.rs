//! What may be asked of a running station: by its API, by a console, by the process that owns it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use keng_dispatch::SiteId;
use keng_dispatch::answer::AnswerError;
use keng_dispatch::directory::Directory;
use keng_dispatch::record::Record;
use keng_dispatch::view::IncidentView;
use keng_journal::{Entry, Health, Priority, ReadError, Writer};
use keng_protocol::entry::Path;
use keng_protocol::message::{Notice, Receipt};
use keng_protocol::receiver::Origin;
use keng_protocol::{DeviceId, Frame, FrameId, IncidentId, Message, NoticeId, PublicKey, Refusal, Timestamp, Verified};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, oneshot};

use crate::acts::{Act, Acts};
use crate::audit::Audit;
use crate::clock::Clock;
use crate::entries;
use crate::feed::{Caller, Feed, Scope, Subscription};
use crate::inlet::{Ask, Command, Inlet, Taken, Turn};
use crate::link::{Guard, Links, Outbox};
use crate::metrics::Metrics;
use crate::past::Past;
use crate::readings::{Reading, Readings};

/// How long a submitted frame is waited for until it is stored.
const STORED_WITHIN: Duration = Duration::from_secs(10);
/// How many frames may be handed in at once.
pub(crate) const SUBMISSIONS: usize = 512;
/// How many panels a notice goes to before the next alarm has its turn.
const AT_ONCE: usize = 256;
/// How long the driver may take to answer before it counts as stuck.
const LIVE_WITHIN: Duration = Duration::from_secs(5);

/// A handle on a running station. Cloning is cheap.
#[derive(Clone)]
pub struct Handle {
    pub(crate) inlet: Inlet,
    pub(crate) links: Links,
    pub(crate) feed: Arc<Feed>,
    pub(crate) writer: Arc<Writer>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tokens: Arc<RwLock<HashMap<[u8; 32], Scope>>>,
    pub(crate) station: PublicKey,
    /// How many frames may be on their way by this handle; one more waits.
    pub(crate) submissions: Arc<Semaphore>,
    /// Who was let in besides those with a token, by [`Handle::admit`].
    pub(crate) sessions: Arc<RwLock<HashMap<[u8; 32], Scope>>>,
    pub(crate) directory: Arc<RwLock<Arc<Directory>>>,
    pub(crate) acts: Arc<Mutex<Acts>>,
    pub(crate) past: Past,
    pub(crate) readings: Readings,
    pub(crate) audit: Audit,
    /// Whether something before the API serves the situation map, so that webhooks name it.
    pub(crate) has_map: Arc<AtomicBool>,
    pub(crate) clock: Arc<Mutex<Clock>>,
}

/// Why an operator's act is not in the journal.
#[derive(Debug, thiserror::Error)]
#[error("the journal does not take what an operator did")]
pub struct NotWritten;

/// What became of a frame that was handed to [`Handle::submit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// It is in the journal.
    Stored {
        /// Which frame.
        frame: FrameId,
        /// Where in the journal.
        position: u64,
        /// The station's signed receipt, in Base64.
        receipt: String,
        /// For a desk's answer that is stored but cannot be acted on: why.
        objection: Option<AnswerError>,
    },
    /// It was authentic and has been told, but is not stored yet.
    Taken,
    /// It was refused.
    Refused(Refusal),
    /// The station is stopping.
    Stopped,
}

/// A notice that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotice {
    /// Its id, for [`Handle::readings`].
    pub id: NoticeId,
    /// The sites of which a panel had a link.
    pub reached: Vec<SiteId>,
}

impl Handle {
    /// Hands in one signed frame, from whomever; it goes the same road as one that comes by a socket.
    pub async fn submit(&self, octets: Vec<u8>) -> Submission {
        let Ok(_place) = self.submissions.acquire().await else { return Submission::Stopped };
        let (number, mut outbox) = self.links.open_inside();
        let guard = Guard { links: self.links.clone(), number };
        let frame = FrameId::of(&octets);
        let (origin, turn) = (Origin { path: Path::Http, link: number }, Turn::of(&octets));
        let taken = match self.inlet.frame(origin, octets, turn).await {
            Some(taken) => taken.await.ok(),
            None => None,
        };
        let submission = match taken {
            None => Submission::Stopped,
            Some(Taken::Refused(reason)) => Submission::Refused(reason),
            Some(Taken::RefusedDialect) => Submission::Stopped,
            Some(Taken::Authentic) => self.stored(frame, &mut outbox, None).await,
            Some(Taken::Objected(error)) => self.stored(frame, &mut outbox, Some(error)).await,
        };
        drop(guard);
        self.inlet.closed(number).await;
        submission
    }

    /// The incidents that `scope` may see, as JSON; `None` when the station has stopped.
    pub async fn incidents(&self, scope: Scope) -> Option<Value> {
        self.views(scope).await.map(|views| json!(views))
    }

    /// One incident as JSON, null when `scope` may not see it or there is none; `None` when the station has stopped.
    pub async fn incident(&self, scope: Scope, id: IncidentId) -> Option<Value> {
        self.ask(|reply| Ask::Incident { scope, id, reply }).await.map(|view| json!(view))
    }

    /// One incident; `None` when `scope` may not see it or there is none.
    pub async fn view(&self, scope: Scope, id: IncidentId) -> Option<IncidentView> {
        self.ask(|reply| Ask::Incident { scope, id, reply }).await.flatten()
    }

    /// The incidents that `scope` may see; `None` when the station has stopped.
    pub async fn views(&self, scope: Scope) -> Option<Vec<IncidentView>> {
        self.ask(|reply| Ask::Incidents { scope, reply }).await
    }

    /// Everything that was decided about an incident, from the journal's file; `None` when `scope` may not see it or there is none.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read; the alarms' own way does not pass here.
    pub async fn records(&self, scope: Scope, id: IncidentId) -> Option<Result<Vec<Record>, ReadError>> {
        let view = self.view(scope, id).await?;
        Some(self.past.records(&view).await)
    }

    /// Writes down what an operator did besides answering; `json` is one object. Returns when it is on disk.
    ///
    /// # Errors
    /// [`NotWritten`] when the journal does not take it within 10 s; it may still come.
    pub async fn write_down(&self, json: Vec<u8>) -> Result<(), NotWritten> {
        let at = self.now();
        let entry = Entry { kind: entries::ACT, at_ms: at.millis(), payload: json.clone() };
        let (done, stored) = oneshot::channel();
        let taken = self
            .writer
            .submit(vec![entry], Priority::Ordinary, move |result| done.send(result.is_ok()).unwrap_or_default());
        taken.map_err(|_| NotWritten)?;
        let is_stored = tokio::time::timeout(STORED_WITHIN, stored).await.is_ok_and(|stored| stored.unwrap_or(false));
        self.acts.lock().unwrap_or_else(PoisonError::into_inner).add(at, &json);
        if is_stored { Ok(()) } else { Err(NotWritten) }
    }

    /// What operators did last, the oldest first; those of earlier runs too.
    pub fn acts(&self) -> Vec<Act> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner).all()
    }

    /// What stands before the API serves the situation map at `/api/v1/incidents/{id}/map.svg`: from now on webhooks name it.
    pub fn offer_map(&self) {
        self.has_map.store(true, Ordering::Relaxed);
    }

    /// The directory in use.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets somebody in besides those with a token, until [`Handle::dismiss`]: who has shown a password to whatever stands before the API.
    pub fn admit(&self, caller: Caller) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).insert(caller.token, caller.scope);
    }

    /// Ends what [`Handle::admit`] began, and its streams.
    pub fn dismiss(&self, token: &[u8; 32]) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(token);
        self.feed.keep(|caller| caller.token != *token);
    }

    /// Whether a stream of this caller is open.
    pub fn is_listening(&self, token: &[u8; 32]) -> bool {
        self.feed.is_open(token)
    }

    /// The station's time, which does not follow a jump of the wall clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).now()
    }

    /// How the station is, as JSON.
    pub async fn health(&self) -> Option<Value> {
        let mut health = self.ask(|reply| Ask::Health { reply }).await?;
        self.audit.add_to(&mut health);
        Some(health)
    }

    /// The latest refusals, newest first, as JSON: when, by what path, who it claimed to be, why, and a plain sentence.
    pub async fn refusals(&self) -> Option<Value> {
        let refusals = self.ask(|reply| Ask::Refusals { reply }).await?;
        Some(refusals.iter().map(|refusal| (**refusal).clone()).collect())
    }

    /// Takes a new version of the directory. Who is told from now on is told by it. False when its number is lower than that of the one in use,
    /// which stays: whoever can put an old signed file in its place must not so take an authority out.
    pub async fn adopt(&self, directory: Directory) -> bool {
        let (adopted, answer) = oneshot::channel();
        let known = Arc::new(directory.clone());
        self.inlet.command(Command::Adopt { directory: Box::new(directory), adopted }).await;
        let adopted = answer.await.unwrap_or(false);
        if adopted {
            *self.directory.write().unwrap_or_else(PoisonError::into_inner) = known;
        }
        adopted
    }

    /// Returns when the station has stopped. When nobody has stopped it, it has failed: start the process again.
    pub async fn stopped(&self) {
        self.inlet.ended().await;
    }

    /// Puts a site on test until `until`; it ends by itself. A hold-up is told all the same.
    pub async fn put_on_test(&self, site: SiteId, until: Timestamp) {
        self.inlet.command(Command::Test { site, until }).await;
    }

    /// Sends a notice to the panels of sites; `None` when the station has stopped. The alarms that come meanwhile go between two parts of the
    /// panels.
    pub async fn notify(&self, sites: &[SiteId], notice: Notice) -> Option<SentNotice> {
        let directory = self.directory();
        let of = |site: &SiteId| directory.sites.get(site).into_iter().flat_map(|site| site.devices.keys().copied());
        let devices: Vec<DeviceId> = sites.iter().flat_map(of).collect();
        let octets = self.ask(|reply| Ask::Notice { notice, reply }).await?;
        let mut reached = HashSet::new();
        for some in devices.chunks(AT_ONCE) {
            let (devices, octets) = (some.to_vec(), octets.clone());
            reached.extend(self.ask(|reply| Ask::Pass { devices, octets, reply }).await?);
        }
        let has_link = |site: &&SiteId| of(site).any(|device| reached.contains(&device));
        let reached = sites.iter().filter(has_link).cloned().collect();
        Some(SentNotice { id: FrameId::of(&octets).notice(), reached })
    }

    /// Which panels say that a notice was read on their site, the first first; `None` when it is none of the latest 1,024.
    pub fn readings(&self, notice: NoticeId) -> Option<Vec<Reading>> {
        self.readings.of(notice)
    }

    /// The highest epoch in which a device has said something; `None` when it has said nothing yet, or the station has stopped.
    pub async fn epoch(&self, device: DeviceId) -> Option<u32> {
        self.ask(|reply| Ask::Epoch { device, reply }).await.flatten()
    }

    /// Replaces the API's tokens, and cuts off the streams that were opened with one that is gone.
    pub fn set_tokens(&self, tokens: impl IntoIterator<Item = ([u8; 32], Scope)>) {
        let mut held = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        *held = tokens.into_iter().collect();
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        self.feed
            .keep(|caller| [&held, &*sessions].iter().any(|known| known.get(&caller.token) == Some(&caller.scope)));
    }

    /// Whose a token is. It is looked up by its hash, so the time taken says nothing about the token.
    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        let token: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let scope = self.tokens.read().unwrap_or_else(PoisonError::into_inner).get(&token).copied()?;
        Some(Caller { token, scope })
    }

    /// Opens a stream; `None` when too many are open, or the token was taken away meanwhile.
    pub(crate) fn subscribe(&self, caller: Caller, last: Option<u64>) -> Option<Subscription> {
        let held = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let is_known = [&*held, &*sessions].iter().any(|known| known.get(&caller.token) == Some(&caller.scope));
        is_known.then(|| self.feed.subscribe(caller, last))?
    }

    /// A desk's stream has taken a telling.
    pub(crate) async fn delivered(&self, notices: impl Iterator<Item = u64>) {
        self.inlet.told(notices.map(|notice| (notice, Ok(()))).collect()).await;
    }

    pub(crate) async fn is_live(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.inlet.command(Command::Ask(Ask::Live { reply })).await;
            answer.await.is_ok()
        };
        tokio::time::timeout(LIVE_WITHIN, asked).await.unwrap_or(false)
    }

    /// Whether an alarm would get through now: the driver answers, and the journal's thread passes what is handed to it or has said why it cannot.
    /// A full or broken disk is no reason to say no: people are told, and a new start would tell them no better. For a watchdog.
    pub async fn moves(&self) -> bool {
        self.is_live().await && (self.passes().await || self.journal_fault().is_some())
    }

    /// Whether the journal's thread comes to a batch of nothing, behind all that was handed in before.
    async fn passes(&self) -> bool {
        let (done, passed) = oneshot::channel();
        let taken = self
            .writer
            .submit(Vec::new(), Priority::Urgent, move |result| done.send(result.is_ok()).unwrap_or_default());
        taken.is_ok() && tokio::time::timeout(LIVE_WITHIN, passed).await.is_ok_and(|passed| passed.unwrap_or(false))
    }

    /// Why nothing can be stored now, in a sentence; `None` when all is well.
    pub fn journal_fault(&self) -> Option<String> {
        match self.writer.health() {
            Health::Healthy => None,
            Health::Waiting { error, .. } | Health::Broken(error) => Some(error.to_string()),
        }
    }

    /// The metrics as OpenMetrics text.
    pub fn metrics_text(&self) -> String {
        self.metrics.text()
    }

    /// Waits for the receipt that the station signs when the frame is stored.
    async fn stored(&self, frame: FrameId, outbox: &mut Outbox, objection: Option<AnswerError>) -> Submission {
        let waited = tokio::time::timeout(STORED_WITHIN, outbox.recv()).await;
        let Ok(Some(octets)) = waited else { return Submission::Taken };
        let receipt = Frame::decode(&octets).map_err(Refusal::from).and_then(|receipt| receipt.verify(&self.station));
        match receipt.as_ref().map(Verified::message) {
            Ok(Message::Receipt(Receipt { position, .. })) => {
                Submission::Stored { frame, position: *position, receipt: STANDARD.encode(&octets), objection }
            }
            _ => Submission::Taken,
        }
    }

    async fn ask<T>(&self, what: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.inlet.command(Command::Ask(what(reply))).await;
        answer.await.ok()
    }
}
