//! Details kept by what they were made of: the same bytes scanned from the same state are found again in any chunk of any
//! document, and bytes that changed are not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use xxhash_rust::xxh3::xxh3_128;

use super::CacheStats;
use crate::lang::LanguageId;
use crate::scan::{Detail, State};

/// Bounds of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// Whether anything is kept.
    pub enabled: bool,
    /// The most entries.
    pub entries_max: usize,
    /// The most bytes, over all entries.
    pub bytes_max: usize,
    /// How long an entry lives.
    pub ttl: Duration,
}

/// What a detail is made of. The length beside the hash makes a collision no likelier than one of 128 bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    language: LanguageId,
    hash: u128,
    bytes: usize,
    state: State,
}

#[derive(Debug)]
struct Entry {
    detail: Arc<Detail>,
    bytes: usize,
    made: Instant,
    cost: Duration,
}

/// The cache. Any thread may ask; the screen reads [`DetailCache::stats`] by way of snapshots only.
#[derive(Debug)]
pub struct DetailCache {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    limits: CacheLimits,
    /// Unbounded for the crate: the bounds are ours, since it counts entries only.
    entries: LruCache<Key, Entry>,
    stats: CacheStats,
}

impl DetailCache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: CacheLimits) -> Self {
        let (entries, stats) = (LruCache::unbounded(), CacheStats::default());
        DetailCache { inner: Mutex::new(Inner { limits, entries, stats }) }
    }

    /// The detail of `bytes` scanned from `state`: the one kept, or a new one by `make`, which is kept.
    pub fn get_or_insert_with(
        &self,
        language: LanguageId,
        bytes: &[u8],
        state: &State,
        now: Instant,
        make: impl FnOnce() -> Detail,
    ) -> Arc<Detail> {
        if !self.lock().limits.enabled {
            return Arc::new(make());
        }
        let (hash, n) = (xxh3_128(bytes), bytes.len());
        let key = Key { language, hash, bytes: n, state: state.clone() };
        if let Some(found) = self.lock().look_up(&key, now) {
            return found;
        }
        // Not under the lock: others may look up meanwhile, and at worst the same detail is made twice.
        let begin = Instant::now();
        let detail = Arc::new(make());
        self.lock().insert(key, Arc::clone(&detail), now, begin.elapsed());
        detail
    }

    /// Drops all entries; the counts stay.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.entries.clear();
        inner.stats.bytes = 0;
    }

    /// Changes the bounds; what no longer fits is evicted.
    pub fn resize(&self, limits: CacheLimits) {
        let mut inner = self.lock();
        inner.limits = limits;
        inner.make_room();
    }

    /// The counts now.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let inner = self.lock();
        CacheStats {
            enabled: inner.limits.enabled,
            entries: inner.entries.len(),
            entries_max: inner.limits.entries_max,
            bytes_max: inner.limits.bytes_max,
            ttl_seconds: inner.limits.ttl.as_secs(),
            ..inner.stats
        }
    }

    /// A panic under the lock leaves at worst a count that is off: the cache goes on.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn look_up(&mut self, key: &Key, now: Instant) -> Option<Arc<Detail>> {
        let ttl = self.limits.ttl;
        let expired = |entry: &Entry| now.saturating_duration_since(entry.made) >= ttl;
        if self.entries.peek(key).is_some_and(expired)
            && let Some(entry) = self.entries.pop(key)
        {
            self.stats.bytes -= entry.bytes;
            self.stats.expiries += 1;
        }
        let Some(entry) = self.entries.get(key) else {
            self.stats.misses += 1;
            return None;
        };
        self.stats.hits += 1;
        self.stats.saved_ns += entry.cost.as_nanos() as u64;
        Some(Arc::clone(&entry.detail))
    }

    fn insert(&mut self, key: Key, detail: Arc<Detail>, now: Instant, cost: Duration) {
        let bytes = detail.memory_bytes() + size_of::<Key>() + size_of::<Entry>();
        let entry = Entry { detail, bytes, made: now, cost };
        if let Some(old) = self.entries.put(key, entry) {
            self.stats.bytes -= old.bytes;
        }
        self.stats.bytes += bytes;
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.entries.len() > self.limits.entries_max
            || self.stats.bytes > self.limits.bytes_max
        {
            let Some((_, evicted)) = self.entries.pop_lru() else { return };
            self.stats.bytes -= evicted.bytes;
            self.stats.evictions += 1;
        }
    }
}
