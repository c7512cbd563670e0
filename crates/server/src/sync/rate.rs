//! Buckets of tokens: so many requests at once, and so many a second from then on.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many buckets are told apart; whoever comes beyond has to wait until some are full again.
const MOST: usize = 100_000;

/// A bucket for each key.
///
/// Of a bucket it is enough to know when it will be full again; one that is full is not kept.
pub struct Buckets<K> {
    every: Duration,
    burst: u32,
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets of `burst` tokens, into which come `rate` a second.
    pub fn new(rate: NonZeroU32, burst: NonZeroU32) -> Self {
        Self { every: Duration::from_secs(1) / rate.get(), burst: burst.get(), full_at: Mutex::default() }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How long to wait until there is one.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(full_at.get(&key).copied(), now)?;
        if full_at.len() >= MOST && !full_at.contains_key(&key) {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= MOST {
                return Err(self.every);
            }
        }
        let at = full_at.entry(key).or_insert(now);
        *at = (*at).max(now) + self.every;
        Ok(())
    }

    /// Whether a token could be taken.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn look(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(full_at.get(key).copied(), now)
    }

    fn check(&self, full_at: Option<Instant>, now: Instant) -> Result<(), Duration> {
        let owed = full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        match owed.checked_sub(self.every * (self.burst - 1)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn buckets(rate: u32, burst: u32) -> Buckets<u32> {
        Buckets::new(NonZeroU32::new(rate).unwrap(), NonZeroU32::new(burst).unwrap())
    }

    #[test]
    fn so_many_at_once_and_then_by_the_rate() {
        let (buckets, start) = (buckets(10, 3), Instant::now());
        assert_eq!((0..3).map(|_| buckets.take(1, start)).collect::<Vec<_>>(), vec![Ok(()); 3]);
        assert_eq!(buckets.take(1, start), Err(Duration::from_millis(100)));
        assert_eq!(buckets.take(2, start), Ok(()), "another one has a bucket of its own");
        let later = start + Duration::from_millis(100);
        assert_eq!(buckets.look(&1, later), Ok(()));
        assert_eq!(buckets.take(1, later), Ok(()));
        assert_eq!(buckets.take(1, later), Err(Duration::from_millis(100)));
        let rested = start + Duration::from_secs(10);
        assert_eq!(
            (0..4).filter(|_| buckets.take(1, rested).is_ok()).count(),
            3,
            "a bucket holds no more than it holds"
        );
    }

    #[test]
    fn full_buckets_take_no_memory() {
        let (buckets, start) = (buckets(10, 3), Instant::now());
        for key in 0..u32::try_from(MOST).unwrap() {
            assert_eq!(buckets.take(key, start), Ok(()));
        }
        assert!(buckets.take(u32::MAX, start).is_err());
        assert_eq!(buckets.take(u32::MAX, start + Duration::from_secs(1)), Ok(()));
        assert_eq!(buckets.full_at.lock().unwrap().len(), 1);
    }
}
