//! The console: its parts, and how it stands before the station's API.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use keng_dispatch::AuthorityId;
use keng_dispatch::directory::{CENTRE, Channel, Directory};
use keng_geo::Boundaries;
use keng_protocol::DeviceId;
use keng_station::{Caller, Handle};
use tokio::sync::Semaphore;

use crate::deed::{Deed, End, What};
use crate::operators::{Operator, Operators};
use crate::roads::{Roads, Searches};
use crate::session::{Session, Sessions};
use crate::signer::{DeskKey, Signer};
use crate::throttle::Throttle;
use crate::{calls, guard};

/// The largest body of a call to the console itself, in octets.
const MAX_BODY: usize = 16 * 1024;
/// How many passwords are checked at once; each takes a processor and 19 MiB, and strangers who log in must leave one to the alarms.
const HASHING: usize = 1;
/// How many pairs of login and address are remembered as good; the oldest goes.
const KNOWN: usize = 4096;
/// How often ended sessions are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// What a console needs besides a station.
#[derive(Debug, Default)]
pub struct Config {
    /// Who may log in.
    pub operators: Operators,
    /// The desks at which operators may answer.
    pub desks: Vec<DeskKey>,
    /// The boundaries that the map shows; none is no boundaries.
    pub boundaries: Boundaries,
    /// The roads by which the map knows how soon posts are there; none is straight lines.
    pub roads: Option<Roads>,
    /// Whether the listener speaks TLS: then the cookie is sent by nothing else.
    pub secure: bool,
}

/// The operators' page and its API over one station. Cloning is cheap.
#[derive(Clone)]
pub struct Console(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) handle: Handle,
    pub(crate) secure: bool,
    pub(crate) boundaries: Boundaries,
    pub(crate) searches: Searches,
    pub(crate) hashing: Semaphore,
    signers: HashMap<DeviceId, Signer>,
    operators: RwLock<Arc<Operators>>,
    sessions: Mutex<Sessions>,
    throttle: Mutex<Throttle>,
    known: Mutex<VecDeque<(String, IpAddr)>>,
    /// The last one-time code's step of each operator: a code opens once.
    steps: Mutex<HashMap<String, u64>>,
}

impl Console {
    /// A console over a running station. Must be called within a tokio runtime.
    pub fn new(handle: Handle, config: Config) -> Self {
        let signers = config.desks.into_iter().map(|key| (key.desk, Signer::new(key)));
        handle.offer_map();
        let parts = Arc::new(Parts {
            handle,
            secure: config.secure,
            boundaries: config.boundaries,
            searches: Searches::over(config.roads),
            hashing: Semaphore::new(HASHING),
            signers: signers.collect(),
            operators: RwLock::new(Arc::new(config.operators)),
            sessions: Mutex::default(),
            throttle: Mutex::new(Throttle::new(Instant::now())),
            known: Mutex::default(),
            steps: Mutex::default(),
        });
        tokio::spawn(sweep_for_ever(Arc::downgrade(&parts)));
        Self(parts)
    }

    /// The page, the console's own calls, and behind its guard the station's API.
    pub fn router(&self, api: Router) -> Router {
        let own = calls::all().into_iter().fold(Router::new(), |router, call| router.route(call.path, call.route));
        let own = own.layer(DefaultBodyLimit::max(MAX_BODY)).with_state(self.clone());
        api.merge(own).layer(from_fn_with_state(self.clone(), guard::guard))
    }

    /// Takes other operators. Sessions of those who are gone or changed end at once.
    pub fn set_operators(&self, operators: Operators) {
        *self.0.operators.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(operators);
        self.0.sweep();
    }
}

impl Parts {
    pub(crate) fn operators(&self) -> Arc<Operators> {
        Arc::clone(&self.operators.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who signs for a desk; `None` when its key is not here.
    pub(crate) fn signer(&self, desk: DeviceId) -> Option<&Signer> {
        self.signers.get(&desk)
    }

    pub(crate) fn is_known(&self, name: &str, address: IpAddr) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().any(|(known, from)| known == name && *from == address)
    }

    pub(crate) fn remember(&self, name: &str, address: IpAddr) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(known, from)| known != name || *from != address);
        if known.len() == KNOWN {
            known.pop_front();
        }
        known.push_back((name.to_owned(), address));
    }

    /// Uses up the step of a one-time code; false when it, or a later one, was used before.
    pub(crate) fn use_up(&self, name: &str, step: u64) -> bool {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let last = steps.entry(name.to_owned()).or_default();
        let is_new = step > *last;
        *last = step.max(*last);
        is_new
    }

    /// Lets a new session in, and those out that had to go for it.
    pub(crate) fn begin(&self, key: [u8; 32], csrf: String, operator: Arc<Operator>) {
        let scope = operator.role.scope(operator.desk);
        let gone = self.sessions().begin(key, csrf, operator, Instant::now());
        self.handle.admit(Caller { token: key, scope });
        gone.iter().for_each(|session| self.dismiss(session, End::Room));
    }

    /// Ends a session's streams, and writes down that it ended.
    pub(crate) fn dismiss(&self, session: &Session, why: End) {
        self.handle.dismiss(&session.key);
        let operator = &session.operator;
        Deed::of(&operator.name, operator.desk, What::Logout { why }).write_beside(self.handle.clone());
    }

    /// The authorities of a desk.
    pub(crate) fn authorities(&self, directory: &Directory, desk: DeviceId) -> Vec<AuthorityId> {
        let is_its = |channel: &Channel| channel.desk() == Some(desk);
        let its = directory.authorities.iter().filter(|(_, authority)| authority.channels.iter().any(is_its));
        its.map(|(id, _)| id.clone()).collect()
    }

    /// Whether a desk is one of the police: not a bank's own centre.
    pub(crate) fn is_police(&self, desk: DeviceId) -> bool {
        let directory = self.handle.directory();
        let its = self.authorities(&directory, desk);
        its.iter().any(|id| directory.authorities.get(id).is_some_and(|authority| authority.level != CENTRE))
    }

    fn sweep(&self) {
        let operators = self.operators();
        let is_still = |operator: &Operator| operators.named(&operator.name) == Some(operator);
        let gone = self.sessions().sweep(Instant::now(), |key| self.handle.is_listening(key), is_still);
        gone.iter().for_each(|session| self.dismiss(session, End::Ended));
    }
}

async fn sweep_for_ever(parts: Weak<Parts>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        match parts.upgrade() {
            Some(parts) => parts.sweep(),
            None => return,
        }
    }
}
