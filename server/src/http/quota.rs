//! How much is taken of each key and of each client address in a minute.
//!
//! A quota is a bucket (GCRA): as much as a minute's worth at once, and then as it flows in again. State is kept for a bounded number of
//! keys and addresses; beyond, those that have not come for long are forgotten, which can only be to their advantage.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::Data;
use governor::clock::{Clock, MonotonicClock};
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use super::door::Door;
use super::error::ApiError;
use super::peer::Peer;
use crate::app::App;

/// Keys and addresses that state is kept for, of each kind: some 10 MB.
const KEPT: usize = 100_000;

/// What may come in a minute; 0: whatever comes.
#[derive(Debug, Clone, Copy, Default)]
pub struct PerMinute {
    /// Requests.
    pub requests: u32,
    /// Events.
    pub events: u32,
}

/// Who has a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A public key.
    WriteKey,
    /// A secret key.
    SecretKey,
    /// A client address: of IPv6, the network of 64 bits that one household has.
    Address,
}

/// All quotas, with what is left of each.
#[derive(Default)]
pub struct Quotas {
    write_key: Pair,
    secret_key: Pair,
    address: Pair,
    hasher: RandomState,
}

#[derive(Default)]
struct Pair {
    requests: Limit,
    events: Limit,
}

#[derive(Default)]
struct Limit(Option<(RateLimiter<u64, Bounded, MonotonicClock>, NonZeroU32)>);

impl Quotas {
    /// With these bounds.
    pub fn new(write_key: PerMinute, secret_key: PerMinute, address: PerMinute) -> Quotas {
        let pair = |per_minute: PerMinute| Pair { requests: Limit::new(per_minute.requests), events: Limit::new(per_minute.events) };
        Quotas { write_key: pair(write_key), secret_key: pair(secret_key), address: pair(address), hasher: RandomState::new() }
    }

    /// Takes a request, or the seconds after which there is room for one.
    pub fn request(&self, who: Who, name: &[u8]) -> Result<(), u64> {
        self.pair(who).requests.take(|| self.hasher.hash_one(name), 1)
    }

    /// Takes so many events, or the seconds after which there is room for them.
    pub fn events(&self, who: Who, name: &[u8], count: usize) -> Result<(), u64> {
        self.pair(who).events.take(|| self.hasher.hash_one(name), count)
    }

    fn pair(&self, who: Who) -> &Pair {
        match who {
            Who::WriteKey => &self.write_key,
            Who::SecretKey => &self.secret_key,
            Who::Address => &self.address,
        }
    }
}

impl Limit {
    fn new(per_minute: u32) -> Limit {
        Limit(NonZeroU32::new(per_minute).map(|most| (RateLimiter::new(Quota::per_minute(most), Bounded::default(), MonotonicClock), most)))
    }

    fn take(&self, key: impl FnOnce() -> u64, count: usize) -> Result<(), u64> {
        let Some((limiter, most)) = &self.0 else { return Ok(()) };
        let Some(count) = NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX)) else { return Ok(()) };
        // A batch of more than a minute's worth has the whole minute for itself.
        match limiter.check_key_n(&key(), count.min(*most)) {
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(MonotonicClock.now());
                // Whole seconds, as RFC 9110, section 10.2.3, has it; rounded up, so that nobody comes too early.
                Err(wait.as_secs() + 1)
            }
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }
}

/// State of a bounded number of keys.
struct Bounded(Cache<u64, Arc<InMemoryState>>);

impl Default for Bounded {
    fn default() -> Bounded {
        Bounded(Cache::new(KEPT))
    }
}

impl StateStore for Bounded {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let state = match self.0.get(key) {
            Some(state) => state,
            None => {
                let made = || Ok::<_, std::convert::Infallible>(Arc::default());
                self.0.get_or_insert_with(key, made).unwrap_or_default()
            }
        };
        state.measure_and_replace(&NotKeyed::NonKey, f)
    }
}

/// Takes a request of a client address.
pub fn address(request: &HttpRequest) -> Result<(), ApiError> {
    check(request, |quotas, name| quotas.request(Who::Address, name))
}

/// Takes so many events of a client address.
pub fn address_events(request: &HttpRequest, count: usize) -> Result<(), ApiError> {
    check(request, |quotas, name| quotas.events(Who::Address, name, count))
}

/// Takes a request with so many events of a key.
pub fn key(request: &HttpRequest, key: &str, is_secret: bool, count: usize) -> Result<(), ApiError> {
    let Some(door) = request.app_data::<Data<Door>>() else { return Ok(()) };
    let (who, label) = if is_secret { (Who::SecretKey, "secret_key") } else { (Who::WriteKey, "write_key") };
    let taken = door.quotas.request(who, key.as_bytes()).and_then(|()| door.quotas.events(who, key.as_bytes(), count));
    taken.map_err(|seconds| limited(request, label, seconds))
}

fn check(request: &HttpRequest, take: impl Fn(&Quotas, &[u8]) -> Result<(), u64>) -> Result<(), ApiError> {
    let Some(door) = request.app_data::<Data<Door>>() else { return Ok(()) };
    // From this machine itself come its own jobs, or all clients of a proxy that nobody named.
    let Some(ip) = Peer::of(request).ip.filter(|ip| !ip.is_loopback()) else { return Ok(()) };
    let taken = match ip {
        IpAddr::V4(ip) => take(&door.quotas, &ip.octets()),
        IpAddr::V6(ip) => take(&door.quotas, &ip.octets()[..8]),
    };
    taken.map_err(|seconds| limited(request, "address", seconds))
}

fn limited(request: &HttpRequest, by: &'static str, seconds: u64) -> ApiError {
    if let Some(app) = request.app_data::<Data<App>>() {
        app.outcomes.count_limited(by);
    }
    ApiError::RateLimited(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_and_a_large_batch_passes_alone() {
        let few = PerMinute { requests: 2, events: 10 };
        let quotas = Quotas::new(few, PerMinute::default(), few);
        assert_eq!([0, 1].map(|_| quotas.request(Who::WriteKey, b"a")), [Ok(()), Ok(())]);
        let wait = quotas.request(Who::WriteKey, b"a").unwrap_err();
        assert!((1..=31).contains(&wait), "{wait}");
        assert_eq!(quotas.request(Who::WriteKey, b"b"), Ok(()));
        assert_eq!(quotas.request(Who::Address, b"a"), Ok(()));
        assert!((0..100).all(|_| quotas.request(Who::SecretKey, b"a").is_ok()), "no bound");
        assert_eq!(quotas.events(Who::WriteKey, b"a", 0), Ok(()));
        assert_eq!(quotas.events(Who::WriteKey, b"a", 2_500), Ok(()));
        assert!((55..=61).contains(&quotas.events(Who::WriteKey, b"a", 2_500).unwrap_err()));
        assert_eq!(quotas.events(Who::WriteKey, b"b", 4), Ok(()));
        assert_eq!(quotas.events(Who::WriteKey, b"b", 6), Ok(()));
        assert!(quotas.events(Who::WriteKey, b"b", 1).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let store = Bounded(Cache::new(100));
        for key in 0..10_000 {
            let _: Result<(), ()> = store.measure_and_replace(&key, |_| Ok(((), Nanos::new(1))));
        }
        assert!(store.0.len() <= 100, "{}", store.0.len());
    }
}
