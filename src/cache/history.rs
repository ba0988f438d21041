//! What the cache did in each of the last seconds, in a ring of fixed size.

use std::collections::VecDeque;
use std::time::Instant;

use crate::limits::CACHE_HISTORY_SECONDS;

/// What happened in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheSecond {
    /// Look-ups that found their detail.
    pub hits: u32,
    /// Look-ups that did not.
    pub misses: u32,
    /// Entries that made room for others.
    pub evictions: u32,
    /// Entries that came of age.
    pub expiries: u32,
    /// Scanning time that hits saved, in nanoseconds.
    pub saved_ns: u64,
}

impl CacheSecond {
    /// Hits among the look-ups, 0 to 1; none if there were no look-ups.
    #[must_use]
    pub fn hit_rate(&self) -> Option<f64> {
        let lookups = f64::from(self.hits) + f64::from(self.misses);
        (lookups > 0.0).then(|| f64::from(self.hits) / lookups)
    }
}

/// The last [`CACHE_HISTORY_SECONDS`], with those in which nothing happened.
#[derive(Debug, Default)]
pub(super) struct History {
    began: Option<Instant>,
    /// The number of the second that the last one is.
    newest: u64,
    seconds: VecDeque<CacheSecond>,
}

impl History {
    /// The second that `now` lies in, to be added to. A time before the newest second counts as that.
    pub(super) fn at(&mut self, now: Instant) -> &mut CacheSecond {
        let began = *self.began.get_or_insert(now);
        let second = now.saturating_duration_since(began).as_secs();
        // After a long rest all that was there has gone by.
        let passed = second.saturating_sub(self.newest).min(CACHE_HISTORY_SECONDS as u64);
        for _ in 0..passed {
            self.seconds.push_back(CacheSecond::default());
        }
        self.newest = self.newest.max(second);
        if self.seconds.is_empty() {
            self.seconds.push_back(CacheSecond::default());
        }
        while self.seconds.len() > CACHE_HISTORY_SECONDS {
            self.seconds.pop_front();
        }
        let last = self.seconds.len() - 1;
        &mut self.seconds[last]
    }

    /// The seconds up to `now`, oldest first.
    pub(super) fn until(&mut self, now: Instant) -> Vec<CacheSecond> {
        self.at(now);
        self.seconds.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn seconds_without_an_event_are_there_and_old_ones_go() {
        let (mut history, start) = (History::default(), Instant::now());
        history.at(start).hits += 2;
        history.at(start + Duration::from_millis(900)).misses += 1;
        history.at(start + Duration::from_secs(3)).hits += 1;
        // Clocks of several threads may be read in any order.
        history.at(start + Duration::from_secs(2)).hits += 1;
        let hits: Vec<u32> = history.until(start).iter().map(|second| second.hits).collect();
        assert_eq!(hits, [2, 0, 0, 2]);
        assert_eq!(history.until(start)[0].hit_rate(), Some(2.0 / 3.0));
        assert_eq!(history.until(start)[1].hit_rate(), None);
        let later = history.until(start + Duration::from_secs(1_000_000));
        assert_eq!(later, vec![CacheSecond::default(); CACHE_HISTORY_SECONDS]);
    }
}
