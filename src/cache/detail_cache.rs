//! The detail cache: least recently used goes first, by entries and by bytes; old entries expire.
//!
//! The key is what a detail depends on and nothing else: the language, the content, the state it was scanned from. So
//! an edited chunk misses, and an identical one hits wherever it stands. The clock is passed in: tests own it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use xxhash_rust::xxh3::xxh3_128;

use super::history::History;
use super::{CacheEntry, CacheListing, CacheSort, CacheStats};
use crate::lang::LanguageId;
use crate::lang::code::Piece;
use crate::limits::{CACHE_BYTES, CACHE_ENTRIES, CACHE_ROWS_MAX, CACHE_TTL_SECONDS};
use crate::scan::{Detail, State};
use crate::units::ByteOffset;

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// Whether anything is kept.
    pub enabled: bool,
    /// The most entries; 0 keeps nothing.
    pub entries: usize,
    /// The most bytes that the kept details take. A detail that is larger by itself is not kept.
    pub bytes: usize,
    /// How long an entry lives after it was made.
    pub ttl: Duration,
}

impl Default for CacheLimits {
    fn default() -> Self {
        let ttl = Duration::from_secs(CACHE_TTL_SECONDS);
        CacheLimits { enabled: true, entries: CACHE_ENTRIES, bytes: CACHE_BYTES, ttl }
    }
}

/// A cache of details that threads share.
#[derive(Debug)]
pub struct DetailCache {
    inner: Mutex<Inner>,
}

/// What a detail depends on. The length stands beside the hash, so that a collision needs equal lengths too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    language: LanguageId,
    content: u128,
    bytes: usize,
    /// Where in the bytes the piece begins and ends, and whether the document ends with it, or with what follows it.
    edges: (usize, usize, bool, bool),
    state: State,
}

/// A detail as the cache gives it out. Whoever keeps it and uses it again says so: [`DetailCache::used_again`].
#[derive(Clone, Debug)]
pub struct Cached {
    /// The detail.
    pub detail: Arc<Detail>,
    uses: Arc<Uses>,
}

/// What is counted of an entry, also while it is elsewhere.
#[derive(Debug)]
struct Uses {
    id: u64,
    cost_ns: u64,
    hits: AtomicU64,
}

#[derive(Debug)]
struct Entry {
    cached: Cached,
    /// Where its bytes stood when it was made.
    at: ByteOffset,
    made: Instant,
    memory_bytes: usize,
}

#[derive(Debug)]
struct Inner {
    limits: CacheLimits,
    /// Bounded by us, not by itself, because bytes count too.
    entries: LruCache<Key, Entry>,
    bytes: usize,
    hits: u64,
    misses: u64,
    evictions: u64,
    expiries: u64,
    saved_ns: u64,
    history: History,
    /// Entries made so far.
    made: u64,
}

impl DetailCache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: CacheLimits) -> Self {
        let inner = Inner {
            limits,
            entries: LruCache::unbounded(),
            bytes: 0,
            hits: 0,
            misses: 0,
            evictions: 0,
            expiries: 0,
            saved_ns: 0,
            history: History::default(),
            made: 0,
        };
        DetailCache { inner: Mutex::new(inner) }
    }

    /// The detail of `piece` scanned from `state`: the kept one, or what `make` gives, which is then kept. The lock is
    /// not held while `make` runs, so two threads may make the same detail at once; both get a right one.
    pub fn get_or_insert_with(
        &self,
        language: LanguageId,
        piece: &Piece<'_>,
        state: &State,
        now: Instant,
        make: impl FnOnce() -> Detail,
    ) -> Cached {
        let enabled = self.lock().limits.enabled;
        let content = if enabled { xxh3_128(piece.text) } else { 0 };
        let edges = (piece.from, piece.to, piece.last, piece.text_ends);
        let bytes = piece.text.len();
        let key = Key { language, content, bytes, edges, state: state.clone() };
        if let Some(cached) = self.lock().get(&key, now) {
            return cached;
        }
        let begin = Instant::now();
        let detail = Arc::new(make());
        let cost_ns = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let mut inner = self.lock();
        inner.made += 1;
        let uses = Arc::new(Uses { id: inner.made, cost_ns, hits: AtomicU64::new(0) });
        let memory_bytes = detail.memory_bytes();
        let cached = Cached { detail, uses };
        let entry = Entry { cached: cached.clone(), at: piece.at, made: now, memory_bytes };
        inner.insert(key, entry, now);
        cached
    }

    /// A detail that is not to be kept: of bytes that will be more the next time.
    pub fn pass_by(&self, now: Instant, make: impl FnOnce() -> Detail) -> Cached {
        let mut inner = self.lock();
        inner.misses += 1;
        inner.history.at(now).misses += 1;
        drop(inner);
        let uses = Arc::new(Uses { id: 0, cost_ns: 0, hits: AtomicU64::new(0) });
        Cached { detail: Arc::new(make()), uses }
    }

    /// Counts a look-up that whoever kept `cached` has answered with it.
    pub fn used_again(&self, cached: &Cached, now: Instant) {
        let mut inner = self.lock();
        if inner.limits.enabled {
            inner.count_hit(&cached.uses, now);
        }
    }

    /// Drops the entry of this number, if it is still there; whether it was.
    pub fn drop_entry(&self, id: u64) -> bool {
        let mut inner = self.lock();
        let key = inner.entries.iter().find(|(_, entry)| entry.cached.uses.id == id);
        let key = key.map(|(key, _)| key.clone());
        let dropped = key.and_then(|key| inner.entries.pop(&key));
        inner.bytes -= dropped.as_ref().map_or(0, |entry| entry.memory_bytes);
        dropped.is_some()
    }

    /// Entries from number `first` on, [`CACHE_ROWS_MAX`] at most, and what happened in the last seconds.
    #[must_use]
    pub fn listing(&self, sort: CacheSort, first: usize, now: Instant) -> CacheListing {
        let mut inner = self.lock();
        inner.expire(now);
        let ttl = inner.limits.ttl;
        let entry = |(key, entry): (&Key, &Entry)| CacheEntry {
            id: entry.cached.uses.id,
            language: key.language,
            range: entry.at..entry.at + (key.edges.1 - key.edges.0) as u64,
            bytes: entry.memory_bytes,
            hits: entry.cached.uses.hits.load(Ordering::Relaxed),
            made: entry.made,
            cost: Duration::from_nanos(entry.cached.uses.cost_ns),
            ends: entry.made + ttl,
        };
        let mut items: Vec<CacheEntry> = inner.entries.iter().map(entry).collect();
        sort.sort(&mut items);
        let total = items.len();
        let items = items.into_iter().skip(first).take(CACHE_ROWS_MAX).collect();
        CacheListing { sort, first, total, items, history: inner.history.until(now) }
    }

    /// Drops every entry. The counts stay.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.entries.clear();
        inner.bytes = 0;
    }

    /// The limits now.
    #[must_use]
    pub fn limits(&self) -> CacheLimits {
        self.lock().limits
    }

    /// Sets new limits; what does not fit any more is evicted.
    pub fn resize(&self, limits: CacheLimits) {
        let mut inner = self.lock();
        inner.limits = if limits.enabled { limits } else { CacheLimits { entries: 0, ..limits } };
        inner.make_fit(Instant::now());
        inner.limits = limits;
    }

    /// The counts, with the entries that are of age by `now` taken away first.
    #[must_use]
    pub fn stats(&self, now: Instant) -> CacheStats {
        let mut inner = self.lock();
        inner.expire(now);
        CacheStats {
            enabled: inner.limits.enabled,
            entries: inner.entries.len(),
            entries_max: inner.limits.entries,
            bytes: inner.bytes,
            bytes_max: inner.limits.bytes,
            ttl_seconds: inner.limits.ttl.as_secs(),
            hits: inner.hits,
            misses: inner.misses,
            evictions: inner.evictions,
            expiries: inner.expiries,
            saved_ns: inner.saved_ns,
        }
    }

    /// A panic elsewhere while the lock was held can at worst leave counts that are off by one.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn get(&mut self, key: &Key, now: Instant) -> Option<Cached> {
        let of_age = self.entries.peek(key).is_some_and(|entry| self.is_of_age(entry, now));
        if of_age && let Some(entry) = self.entries.pop(key) {
            self.count_expiry(&entry, now);
        }
        let Some(entry) = self.entries.get(key) else {
            self.misses += 1;
            self.history.at(now).misses += 1;
            return None;
        };
        let cached = entry.cached.clone();
        self.count_hit(&cached.uses, now);
        Some(cached)
    }

    fn count_hit(&mut self, uses: &Uses, now: Instant) {
        uses.hits.fetch_add(1, Ordering::Relaxed);
        self.hits += 1;
        self.saved_ns = self.saved_ns.saturating_add(uses.cost_ns);
        let second = self.history.at(now);
        second.hits += 1;
        second.saved_ns = second.saved_ns.saturating_add(uses.cost_ns);
    }

    fn count_expiry(&mut self, entry: &Entry, now: Instant) {
        self.bytes -= entry.memory_bytes;
        self.expiries += 1;
        self.history.at(now).expiries += 1;
    }

    fn insert(&mut self, key: Key, entry: Entry, now: Instant) {
        let limits = self.limits;
        // The limits may have been changed while the detail was made.
        if !limits.enabled || limits.entries == 0 || entry.memory_bytes > limits.bytes {
            return;
        }
        self.bytes += entry.memory_bytes;
        if let Some(same) = self.entries.put(key, entry) {
            self.bytes -= same.memory_bytes;
        }
        self.make_fit(now);
    }

    /// Evicts the least recently used until the limits hold.
    fn make_fit(&mut self, now: Instant) {
        while self.entries.len() > self.limits.entries || self.bytes > self.limits.bytes {
            let Some((_, entry)) = self.entries.pop_lru() else { return };
            self.bytes -= entry.memory_bytes;
            self.evictions += 1;
            self.history.at(now).evictions += 1;
        }
    }

    fn expire(&mut self, now: Instant) {
        let ttl = self.limits.ttl;
        let of_age = |entry: &Entry| now.saturating_duration_since(entry.made) >= ttl;
        let gone: Vec<Key> =
            self.entries.iter().filter(|(_, e)| of_age(e)).map(|(key, _)| key.clone()).collect();
        for key in gone {
            if let Some(entry) = self.entries.pop(&key) {
                self.count_expiry(&entry, now);
            }
        }
    }

    fn is_of_age(&self, entry: &Entry, now: Instant) -> bool {
        now.saturating_duration_since(entry.made) >= self.limits.ttl
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scan::Mode;

    fn made(n: usize) -> Detail {
        Detail { structurals: vec![0; n], ..Detail::empty(1, State::default()) }
    }

    fn limits(entries: usize, bytes: usize, ttl_seconds: u64) -> CacheLimits {
        CacheLimits { enabled: true, entries, bytes, ttl: Duration::from_secs(ttl_seconds) }
    }

    fn get(cache: &DetailCache, bytes: &[u8], now: Instant) {
        let state = State::default();
        let detail = cache
            .get_or_insert_with(LanguageId::Json, &bytes.into(), &state, now, || made(bytes.len()));
        assert_eq!(*detail.detail, made(bytes.len()));
    }

    #[test]
    fn equal_bytes_hit_and_another_state_or_language_misses() {
        let (cache, now) = (DetailCache::new(CacheLimits::default()), Instant::now());
        let string = State::of(Mode::String);
        for (language, bytes, state) in [
            (LanguageId::Json, "[]", State::default()),
            (LanguageId::Json, "[]", State::default()),
            (LanguageId::Json, "[]", string),
            (LanguageId::Text, "[]", State::default()),
            (LanguageId::Json, "[ ", State::default()),
        ] {
            let piece = bytes.as_bytes().into();
            let _ = cache.get_or_insert_with(language, &piece, &state, now, || made(1));
        }
        let stats = cache.stats(now);
        assert_eq!((stats.hits, stats.misses, stats.entries), (1, 4, 4));
    }

    #[test]
    fn a_cache_that_is_off_keeps_nothing() {
        let cache = DetailCache::new(CacheLimits { enabled: false, ..CacheLimits::default() });
        let now = Instant::now();
        get(&cache, b"[]", now);
        get(&cache, b"[]", now);
        let stats = cache.stats(now);
        assert_eq!((stats.hits, stats.misses, stats.entries, stats.bytes), (0, 2, 0, 0));
        assert!(!stats.enabled);
    }

    #[test]
    fn a_detail_larger_than_the_limit_is_handed_out_and_not_kept() {
        let (cache, now) = (DetailCache::new(limits(10, 64, 300)), Instant::now());
        get(&cache, &[b'['; 1000], now);
        assert_eq!(cache.stats(now).entries, 0);
    }

    #[test]
    fn switching_off_empties_the_cache_and_clearing_keeps_the_counts() {
        let (cache, now) = (DetailCache::new(CacheLimits::default()), Instant::now());
        get(&cache, b"a", now);
        get(&cache, b"b", now);
        cache.resize(CacheLimits { enabled: false, ..CacheLimits::default() });
        assert_eq!((cache.stats(now).entries, cache.stats(now).evictions), (0, 2));
        cache.resize(CacheLimits::default());
        get(&cache, b"a", now);
        cache.clear();
        let stats = cache.stats(now);
        assert_eq!((stats.entries, stats.bytes, stats.misses), (0, 0, 3));
    }

    #[test]
    fn a_hit_saves_what_the_entry_cost() {
        let (cache, now) = (DetailCache::new(CacheLimits::default()), Instant::now());
        get(&cache, b"a", now);
        assert_eq!(cache.stats(now).saved_ns, 0);
        let cost =
            cache.lock().entries.iter().next().map_or(0, |(_, entry)| entry.cached.uses.cost_ns);
        get(&cache, b"a", now);
        get(&cache, b"a", now);
        assert_eq!(cache.stats(now).saved_ns, 2 * cost);
    }

    /// The same cache, without any cleverness: a list, newest use last, of (content, made at second, bytes).
    #[derive(Default)]
    struct Naive {
        list: Vec<(u8, u64, usize)>,
        counts: [u64; 4],
    }

    impl Naive {
        fn get(&mut self, content: u8, second: u64, limits: &CacheLimits) {
            let found = self.list.iter().position(|entry| entry.0 == content);
            let found = found.map(|idx| self.list.remove(idx));
            match found {
                Some(entry) if second - entry.1 < limits.ttl.as_secs() => {
                    self.list.push(entry);
                    self.counts[0] += 1;
                    return;
                }
                Some(_) => self.counts[3] += 1,
                None => {}
            }
            self.counts[1] += 1;
            let bytes = made(usize::from(content)).memory_bytes();
            if limits.entries == 0 || bytes > limits.bytes {
                return;
            }
            self.list.push((content, second, bytes));
            while self.list.len() > limits.entries || self.bytes() > limits.bytes {
                self.list.remove(0);
                self.counts[2] += 1;
            }
        }

        fn bytes(&self) -> usize {
            self.list.iter().map(|entry| entry.2).sum()
        }
    }

    proptest! {
        #[test]
        fn the_cache_does_what_a_plain_list_does(
            uses in prop::collection::vec((0u8..12, 0u64..4), 0..200),
            entries in 0usize..6,
            bytes in 100usize..900,
            ttl in 0u64..20,
        ) {
            let limits = limits(entries, bytes, ttl);
            let (cache, mut naive) = (DetailCache::new(limits), Naive::default());
            let begin = Instant::now();
            let mut second = 0;
            for (content, pause) in uses {
                second += pause;
                let now = begin + Duration::from_secs(second);
                get(&cache, &vec![content; usize::from(content)], now);
                naive.get(content, second, &limits);
                let inner = cache.lock();
                prop_assert_eq!(
                    [inner.hits, inner.misses, inner.evictions, inner.expiries],
                    naive.counts
                );
                prop_assert_eq!((inner.entries.len(), inner.bytes), (naive.list.len(), naive.bytes()));
            }
        }
    }
}
