//! How many failed logins there may be: by account and by address, in tables of fixed size.
//!
//! A table is an array of buckets, and a key's place in it is a keyed hash, so that nobody can choose to share a bucket with somebody else,
//! and no flood of names or addresses makes it grow or throws anybody out. Two keys share a bucket once in [`PLACES`].

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many buckets a table has.
const PLACES: usize = 4096;
/// How many failures of one account at once, and after how long one more.
const ACCOUNT: (u32, Duration) = (8, Duration::from_secs(30));
/// The same for one address.
const ADDRESS: (u32, Duration) = (20, Duration::from_secs(10));

/// Counts failed logins.
pub(crate) struct Throttle {
    accounts: Table,
    addresses: Table,
}

/// A login that is being tried. An address from which the account has logged in before has a bucket of its own with that account, so that
/// strangers who fail on purpose do not lock its officer out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try<'a> {
    pub(crate) name: &'a str,
    pub(crate) address: IpAddr,
    pub(crate) is_known_there: bool,
}

struct Table {
    keys: RandomState,
    limit: (u32, Duration),
    buckets: Vec<Bucket>,
}

#[derive(Clone, Copy)]
struct Bucket {
    failures: u32,
    since: Instant,
}

impl Throttle {
    pub(crate) fn new(now: Instant) -> Self {
        Self { accounts: Table::new(ACCOUNT, now), addresses: Table::new(ADDRESS, now) }
    }

    /// How long this login has to wait before it may be tried; `None` is not at all.
    pub(crate) fn wait(&self, tried: Try<'_>, now: Instant) -> Option<Duration> {
        let account = self.accounts.wait(&tried.account(), now);
        account.max(self.addresses.wait(&network(tried.address), now)).filter(|wait| !wait.is_zero())
    }

    /// It has failed.
    pub(crate) fn failed(&mut self, tried: Try<'_>, now: Instant) {
        self.accounts.add(&tried.account(), now);
        self.addresses.add(&network(tried.address), now);
    }
}

impl Try<'_> {
    fn account(&self) -> (String, Option<IpAddr>) {
        (self.name.to_owned(), self.is_known_there.then_some(self.address))
    }
}

impl Table {
    fn new(limit: (u32, Duration), now: Instant) -> Self {
        Self { keys: RandomState::new(), limit, buckets: vec![Bucket { failures: 0, since: now }; PLACES] }
    }

    fn wait(&self, key: &impl std::hash::Hash, now: Instant) -> Option<Duration> {
        let (most, every) = self.limit;
        let bucket = self.buckets.get(self.place(key))?.at(now, every);
        (bucket.failures >= most).then(|| every.saturating_sub(now.saturating_duration_since(bucket.since)))
    }

    fn add(&mut self, key: &impl std::hash::Hash, now: Instant) {
        let (place, (most, every)) = (self.place(key), self.limit);
        if let Some(bucket) = self.buckets.get_mut(place) {
            *bucket = bucket.at(now, every);
            bucket.failures = (bucket.failures + 1).min(most);
        }
    }

    fn place(&self, key: &impl std::hash::Hash) -> usize {
        usize::try_from(self.keys.hash_one(key) % PLACES as u64).unwrap_or_default()
    }
}

impl Bucket {
    /// What is left of it now: one failure is forgiven at each `every`.
    fn at(self, now: Instant, every: Duration) -> Self {
        let passed = now.saturating_duration_since(self.since);
        let forgiven = u32::try_from(passed.as_nanos() / every.as_nanos().max(1)).unwrap_or(u32::MAX);
        match self.failures.saturating_sub(forgiven) {
            0 => Self { failures: 0, since: now },
            failures => Self { failures, since: self.since + every.saturating_mul(forgiven) },
        }
    }
}

/// Who an address belongs to: an IPv6 network of 64 bits is one customer's.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => {
            long.to_ipv4_mapped().map_or_else(|| IpAddr::V6((u128::from(long) >> 64 << 64).into()), IpAddr::V4)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    fn at(name: &str, address: IpAddr) -> Try<'_> {
        Try { name, address, is_known_there: false }
    }

    fn elsewhere(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn an_account_waits_after_its_failures_from_wherever_they_came_and_only_for_a_while() {
        let now = Instant::now();
        let mut throttle = Throttle::new(now);
        for from in 0..8 {
            assert_eq!(throttle.wait(at("lan", elsewhere(from)), now), None);
            throttle.failed(at("lan", elsewhere(from)), now);
        }
        assert_eq!(throttle.wait(at("lan", HERE), now), Some(Duration::from_secs(30)));
        assert_eq!(throttle.wait(at("lan", HERE), now + Duration::from_secs(31)), None);
    }

    #[test]
    fn an_officer_at_his_usual_desk_is_not_locked_out_by_strangers() {
        let now = Instant::now();
        let mut throttle = Throttle::new(now);
        (0..100).for_each(|from| throttle.failed(at("lan", elsewhere(from)), now));
        assert_eq!(throttle.wait(Try { is_known_there: true, ..at("lan", HERE) }, now), None);
    }

    #[test]
    fn one_address_cannot_try_every_account() {
        let now = Instant::now();
        let mut throttle = Throttle::new(now);
        (0..20).for_each(|number| throttle.failed(at(&number.to_string(), HERE), now));
        assert!(throttle.wait(at("another", HERE), now).is_some());
        let [one, neighbour] = ["2001:db8::1", "2001:db8::2"].map(|text| text.parse().unwrap());
        (0..20).for_each(|number| throttle.failed(at(&number.to_string(), one), now));
        assert!(throttle.wait(at("another", neighbour), now).is_some(), "the same network");
    }
}
