//! Who is logged in: bounded, forgotten at a restart, and ended by time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::operators::Operator;

/// After how long a session ends whatever happens: a shift of 12 hours and the handover.
pub(crate) const LONGEST: Duration = Duration::from_secs(13 * 3600);
/// After how long without any sign of life of the page. An open stream is one.
pub(crate) const QUIET: Duration = Duration::from_secs(15 * 60);
/// How many sessions there may be, and how many of one operator. For one more the oldest goes.
const SESSIONS: usize = 1024;
const OF_ONE_OPERATOR: usize = 16;

/// What names a session: the SHA-256 of its cookie.
pub(crate) type Key = [u8; 32];

/// One session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) key: Key,
    pub(crate) operator: Arc<Operator>,
    /// What a call that changes something must show besides the cookie.
    pub(crate) csrf: String,
    pub(crate) began: Instant,
    seen: Instant,
}

/// All sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions(HashMap<Key, Session>);

/// A new cookie: nobody else has it, and nothing here keeps it.
pub(crate) struct Cookie(pub(crate) String);

impl Cookie {
    /// A new one; `None` when the operating system gives no randomness.
    pub(crate) fn new() -> Option<Self> {
        random().map(Self)
    }

    /// What names the session of a cookie.
    pub(crate) fn key(&self) -> Key {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl Sessions {
    /// Begins one; the sessions that had to go for it are returned.
    pub(crate) fn begin(&mut self, key: Key, csrf: String, operator: Arc<Operator>, now: Instant) -> Vec<Session> {
        let mut gone = Vec::new();
        let own = |session: &&Session| session.operator.name == operator.name;
        if self.0.values().filter(own).count() >= OF_ONE_OPERATOR {
            gone.extend(self.oldest(own).and_then(|key| self.0.remove(&key)));
        }
        if self.0.len() >= SESSIONS {
            gone.extend(self.oldest(|_| true).and_then(|key| self.0.remove(&key)));
        }
        self.0.insert(key, Session { key, operator, csrf, began: now, seen: now });
        gone
    }

    /// The session of a cookie, which has shown a sign of life.
    pub(crate) fn of(&mut self, key: &Key, now: Instant) -> Option<Session> {
        let session = self.0.get_mut(key)?;
        session.seen = now;
        Some(session.clone())
    }

    /// Ends one.
    pub(crate) fn end(&mut self, key: &Key) -> Option<Session> {
        self.0.remove(key)
    }

    /// Ends those whose time is over, and those whose operator is another by now; `is_listening` says whose page still reads the stream.
    pub(crate) fn sweep(
        &mut self,
        now: Instant,
        is_listening: impl Fn(&Key) -> bool,
        is_still: impl Fn(&Operator) -> bool,
    ) -> Vec<Session> {
        for session in self.0.values_mut().filter(|session| is_listening(&session.key)) {
            session.seen = now;
        }
        let over = |session: &Session| {
            let since = |then| now.saturating_duration_since(then);
            since(session.began) >= LONGEST || since(session.seen) >= QUIET || !is_still(&session.operator)
        };
        let keys: Vec<Key> = self.0.values().filter(|session| over(session)).map(|session| session.key).collect();
        keys.iter().filter_map(|key| self.0.remove(key)).collect()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session> {
        self.0.values()
    }

    fn oldest(&self, of: impl Fn(&&Session) -> bool) -> Option<Key> {
        self.0.values().filter(of).min_by_key(|session| session.began).map(|session| session.key)
    }
}

/// 256 random bits in hexadecimal.
pub(crate) fn random() -> Option<String> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).ok()?;
    Some(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use keng_protocol::DeviceId;

    use super::*;
    use crate::operators::Role;
    use crate::password::Hash;

    fn operator(name: &str) -> Arc<Operator> {
        let hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$TvxIB44dwY+x4MKTrqj8cA";
        let password = Hash::read(hash).unwrap();
        Arc::new(Operator { name: name.to_owned(), desk: DeviceId([1; 8]), role: Role::Duty, password, totp: None })
    }

    fn begun(now: Instant) -> Sessions {
        let mut sessions = Sessions::default();
        sessions.begin([1; 32], "csrf".to_owned(), operator("lan"), now);
        sessions
    }

    #[test]
    fn a_page_that_shows_no_life_is_logged_out_and_one_that_listens_is_not() {
        let now = Instant::now();
        let mut sessions = begun(now);
        assert!(sessions.sweep(now + QUIET, |_| true, |_| true).is_empty());
        assert!(sessions.sweep(now + 2 * QUIET - Duration::from_secs(1), |_| false, |_| true).is_empty());
        assert_eq!(sessions.sweep(now + 2 * QUIET, |_| false, |_| true).len(), 1);
    }

    #[test]
    fn a_session_ends_with_its_shift_and_with_its_operator() {
        let now = Instant::now();
        assert_eq!(begun(now).sweep(now + LONGEST, |_| true, |_| true).len(), 1);
        assert_eq!(begun(now).sweep(now, |_| true, |_| false).len(), 1);
    }

    #[test]
    fn the_oldest_session_of_an_operator_gives_way_to_his_newest() {
        let now = Instant::now();
        let mut sessions = begun(now);
        for number in 2..=16 {
            let later = now + Duration::from_secs(u64::from(number));
            assert!(sessions.begin([number; 32], String::new(), operator("lan"), later).is_empty());
        }
        let later = now + Duration::from_secs(60);
        assert!(sessions.begin([99; 32], String::new(), operator("hoa"), later).is_empty(), "another's are another's");
        let gone = sessions.begin([17; 32], String::new(), operator("lan"), later);
        assert_eq!(gone.iter().map(|session| session.key).collect::<Vec<_>>(), [[1; 32]]);
    }
}
