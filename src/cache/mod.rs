//! The detail cache: what was scanned on demand, kept for a while, with statistics.

mod detail_cache;
mod history;
mod listing;

pub use detail_cache::{CacheLimits, Cached, DetailCache};
pub use history::CacheSecond;
pub use listing::{CacheEntry, CacheListing, CacheSort};

/// Counts of the detail cache since the document was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CacheStats {
    /// Whether anything is kept (`--cache off`: nothing is).
    pub enabled: bool,
    /// Entries now.
    pub entries: usize,
    /// The most entries kept.
    pub entries_max: usize,
    /// Bytes that the entries take now.
    pub bytes: usize,
    /// The most bytes kept.
    pub bytes_max: usize,
    /// Seconds that an entry lives.
    pub ttl_seconds: u64,
    /// Look-ups that found their detail.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
    /// Entries that made room for others.
    pub evictions: u64,
    /// Entries that came of age.
    pub expiries: u64,
    /// Scanning time that hits saved, by what the same entry cost when it was made, in nanoseconds.
    pub saved_ns: u64,
}

impl CacheStats {
    /// Hits among all look-ups, 0 to 1; 0 before the first one.
    #[must_use]
    pub fn hit_rate(&self) -> f64 {
        let lookups = self.hits + self.misses;
        if lookups == 0 { 0.0 } else { self.hits as f64 / lookups as f64 }
    }
}
