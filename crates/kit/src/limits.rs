//! How often someone may ask: per address, phone hash or token.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    /// After how long one request is forgotten.
    each: Duration,
    /// After how long as many as are allowed at once are.
    all: Duration,
    shares: RandomState,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// When the last request of each key will be forgotten (the generic cell rate algorithm).
    forgotten: HashMap<String, Instant>,
    swept: Option<Instant>,
}

/// A request that was counted.
pub struct Counted<'a> {
    limiter: &'a Limiter,
    key: String,
}

impl Counted<'_> {
    /// Takes the count back, because what was asked for turned out to be right: only what fails adds up.
    pub fn give_back(self) {
        self.limiter.give_back(&self.key);
    }
}

impl Limiter {
    /// `times` requests per `period` for each key.
    ///
    /// # Panics
    /// When `times` or `period` is zero.
    pub fn new(times: u32, period: Duration) -> Limiter {
        assert!(times > 0, "a limit allows at least one request");
        let each = period / times;
        assert!(!each.is_zero(), "a period is longer than nothing");
        Limiter { each, all: each * times, shares: RandomState::new(), kept: Mutex::default() }
    }

    /// Counts one request for `key`.
    ///
    /// # Errors
    /// 429 with the time to wait, when the key has used its requests up.
    pub fn check(&self, key: &str) -> Result<Counted<'_>, Failure> {
        let now = now();
        let mut kept = self.kept();
        let key = self.bounded(&mut kept, key, now);
        let from = kept.forgotten.get(&key).copied().unwrap_or(now).max(now);
        let until = from + self.each;
        let wait = until.duration_since(now).saturating_sub(self.all);
        if !wait.is_zero() {
            return Err(Failure::too_many(wait));
        }
        kept.forgotten.insert(key.clone(), until);
        Ok(Counted { limiter: self, key })
    }

    /// Forgets one request of `key` at once, such as one that another, later one has shown to be right.
    pub fn give_back(&self, key: &str) {
        if let Some(until) = self.kept().forgotten.get_mut(key) {
            *until = until.checked_sub(self.each).unwrap_or(*until);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bounded(&self, kept: &mut Kept, key: &str, now: Instant) -> String {
        if kept.forgotten.len() >= MOST_KEYS && !kept.forgotten.contains_key(key) {
            // A sweep walks all keys, so a flood of new ones must not cause one for each.
            if kept.swept.is_none_or(|at| now.duration_since(at) >= SWEEP) {
                kept.forgotten.retain(|_, until| *until > now);
                kept.swept = Some(now);
            }
            if kept.forgotten.len() >= MOST_KEYS {
                return format!("share {}", self.shares.hash_one(key) % SHARES);
            }
        }
        key.to_owned()
    }
}

#[expect(clippy::disallowed_methods, reason = "limits are no decision of the product: nobody asks about another day's")]
fn now() -> Instant {
    Instant::now()
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
        let refused = limiter.check("a").err().unwrap();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        let wait = refused.retry_after.unwrap();
        assert!(wait > Duration::from_secs(1700) && wait <= Duration::from_secs(1800), "{wait:?}");
        assert!(limiter.check("b").is_ok());
    }

    #[test]
    fn what_was_right_does_not_add_up_and_what_failed_does() {
        let limiter = Limiter::new(2, Duration::from_secs(3600));
        for _ in 0..60 {
            limiter.check("office").unwrap().give_back();
        }
        assert!(limiter.check("office").is_ok());
        limiter.check("office").unwrap().give_back();
        assert!(limiter.check("office").is_ok());
        assert!(limiter.check("office").is_err(), "two that failed are two");
        limiter.give_back("nobody");
        limiter.give_back("office");
        assert!(limiter.check("office").is_ok());
        assert!(limiter.check("office").is_err());
    }

    #[test]
    fn nobody_saves_up_by_giving_back() {
        let limiter = Limiter::new(1, Duration::from_secs(3600));
        limiter.check("a").unwrap().give_back();
        for _ in 0..5 {
            limiter.give_back("a");
        }
        assert!(limiter.check("a").is_ok());
        assert!(limiter.check("a").is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(1, Duration::from_secs(3600));
        for n in 0..MOST_KEYS + 10_000 {
            let _ = limiter.check(&n.to_string());
        }
        assert!(limiter.kept().forgotten.len() <= MOST_KEYS + usize::try_from(SHARES).unwrap());
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
