//! What `warp-tui cache` reports: the indexes that are kept on disk.

use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct StoreReport {
    /// The directory; none if nothing is kept.
    pub directory: Option<String>,
    /// How many indexes there are.
    pub entries: u64,
    /// Of these, how many are of no use any more.
    pub stale: u64,
    /// Bytes of all.
    pub bytes: u64,
    /// Bytes that all may take.
    pub bytes_max: u64,
    /// Most indexes that are kept.
    pub entries_max: u64,
    /// Bytes of the smallest file whose index is kept.
    pub file_bytes_min: u64,
    /// Used last first.
    pub list: Vec<StoredReport>,
}

/// One index.
#[derive(Clone, Debug, Serialize)]
pub struct StoredReport {
    /// The path of its document; none if the entry is not believed.
    pub path: Option<String>,
    /// The language it was scanned as.
    pub language: Option<String>,
    /// Bytes of the document when it was scanned.
    pub bytes: Option<u64>,
    /// Bytes of a chunk that the scan began with.
    pub chunk: Option<u64>,
    /// The entry's file.
    pub file: String,
    /// Bytes of the entry.
    pub entry_bytes: u64,
    /// Seconds since it was stored.
    pub age_seconds: Option<u64>,
    /// Seconds since it was stored or used last.
    pub unused_seconds: u64,
    /// `fresh`, `grown`, `changed`, `gone` or `refused`.
    pub state: &'static str,
    /// Why it is refused.
    pub why: Option<String>,
    /// Whether it is of no use any more.
    pub stale: bool,
}

/// What was cleared.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClearedReport {
    /// How many indexes.
    pub cleared: u64,
    /// Their bytes.
    pub bytes: u64,
}
