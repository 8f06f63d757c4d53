//! How often someone may ask: per address, phone hash or token.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::failure::Failure;

/// How many keys one limiter remembers before strangers begin to share.
const MOST_KEYS: usize = 50_000;
/// How many shares there are then.
const SHARES: u64 = 4_096;
/// How often the keys that have their requests back are forgotten.
const SWEEP: Duration = Duration::from_secs(10);

/// So many requests in a period for each key, all at once or spread out. Memory is bounded: past 50,000 keys in use,
/// new ones share 4,096 places, which may refuse a stranger early but never lets one through unlimited.
pub struct Limiter {
    keys: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    shares: RandomState,
    swept: Mutex<Option<Instant>>,
}

impl Limiter {
    /// `times` requests per `period` for each key.
    ///
    /// # Panics
    /// When `times` or `period` is zero.
    pub fn new(times: u32, period: Duration) -> Limiter {
        let burst = NonZeroU32::new(times).expect("a limit allows at least one request");
        let quota = Quota::with_period(period / times).expect("a period is longer than nothing").allow_burst(burst);
        Limiter {
            keys: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            shares: RandomState::new(),
            swept: Mutex::default(),
        }
    }

    /// Counts one request for `key`.
    ///
    /// # Errors
    /// 429 with the time to wait, when the key has used its requests up.
    pub fn check(&self, key: &str) -> Result<(), Failure> {
        let key = self.bounded(key);
        self.keys.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Failure::too_many(wait)
        })
    }

    fn bounded(&self, key: &str) -> String {
        if self.keys.len() >= MOST_KEYS && self.may_sweep() {
            self.keys.retain_recent();
        }
        if self.keys.len() >= MOST_KEYS {
            return format!("share {}", self.shares.hash_one(key) % SHARES);
        }
        key.to_owned()
    }

    /// A sweep walks all keys, so a flood of new ones must not cause one for each.
    fn may_sweep(&self) -> bool {
        let mut swept = self.swept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = swept.is_none_or(|at| at.elapsed() >= SWEEP);
        if due {
            #[expect(
                clippy::disallowed_methods,
                reason = "governor keeps its own time too; limits are no decision of the product"
            )]
            let now = Instant::now();
            *swept = Some(now);
        }
        due
    }
}

/// The key of an address: the address itself, or the /64 network of an IPv6 one, because one person holds a whole /64.
pub fn address_key(ip: Option<IpAddr>) -> String {
    match ip {
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
        Some(ip) => ip.to_canonical().to_string(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn each_key_has_its_own_count_and_is_told_how_long_to_wait() {
        let limiter = Limiter::new(2, Duration::from_secs(3600));
        assert!(limiter.check("a").is_ok());
        assert!(limiter.check("a").is_ok());
        let refused = limiter.check("a").unwrap_err();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        let wait = refused.retry_after.unwrap();
        assert!(wait > Duration::from_secs(1700) && wait <= Duration::from_secs(1800), "{wait:?}");
        assert!(limiter.check("b").is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(1, Duration::from_secs(3600));
        for n in 0..MOST_KEYS + 10_000 {
            let _ = limiter.check(&n.to_string());
        }
        assert!(limiter.keys.len() <= MOST_KEYS + usize::try_from(SHARES).unwrap());
    }

    #[test]
    fn an_address_is_one_person_also_in_ipv6() {
        let key = |text: &str| address_key(Some(text.parse().unwrap()));
        assert_eq!(key("10.0.0.1"), "10.0.0.1");
        assert_eq!(key("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_eq!(address_key(None), "unknown");
    }
}
