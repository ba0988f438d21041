//! The entries of the cache, as a list to look at.

use std::cmp::Reverse;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::CacheSecond;
use crate::lang::LanguageId;
use crate::units::ByteOffset;

/// An entry of the detail cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheEntry {
    /// Its number, which no other entry ever has.
    pub id: u64,
    /// The language it was scanned as.
    pub language: LanguageId,
    /// Where its bytes stood when it was made. Equal bytes elsewhere share it.
    pub range: Range<ByteOffset>,
    /// Bytes of memory that it takes.
    pub bytes: usize,
    /// How often it was found.
    pub hits: u64,
    /// When it was made.
    pub made: Instant,
    /// How long it took to make.
    pub cost: Duration,
    /// When it comes of age.
    pub ends: Instant,
}

/// What entries are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheSort {
    /// Used last first.
    #[default]
    Used,
    /// Most hits first.
    Hits,
    /// Largest first.
    Bytes,
    /// Youngest first.
    Age,
    /// By where they stand.
    Place,
}

impl CacheSort {
    /// All of them.
    pub const ALL: [CacheSort; 5] =
        [CacheSort::Used, CacheSort::Hits, CacheSort::Bytes, CacheSort::Age, CacheSort::Place];

    /// The next one, round and round.
    #[must_use]
    pub fn next(self) -> CacheSort {
        let at = CacheSort::ALL.iter().position(|sort| *sort == self).unwrap_or(0);
        CacheSort::ALL[(at + 1) % CacheSort::ALL.len()]
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CacheSort::Used => "last used",
            CacheSort::Hits => "hits",
            CacheSort::Bytes => "bytes",
            CacheSort::Age => "age",
            CacheSort::Place => "place",
        }
    }

    /// Sorts entries that come in the order of their last use.
    pub(super) fn sort(self, entries: &mut [CacheEntry]) {
        match self {
            CacheSort::Used => {}
            CacheSort::Hits => entries.sort_by_key(|entry| Reverse(entry.hits)),
            CacheSort::Bytes => entries.sort_by_key(|entry| Reverse(entry.bytes)),
            CacheSort::Age => entries.sort_by_key(|entry| Reverse(entry.made)),
            CacheSort::Place => entries.sort_by_key(|entry| entry.range.start),
        }
    }
}

/// A window of the entries, and what happened lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheListing {
    /// What they are sorted by.
    pub sort: CacheSort,
    /// The place of the first one in `items`.
    pub first: usize,
    /// How many there are in all.
    pub total: usize,
    /// The entries.
    pub items: Vec<CacheEntry>,
    /// The last seconds, oldest first, [`crate::limits::CACHE_HISTORY_SECONDS`] at most.
    pub history: Vec<CacheSecond>,
}
