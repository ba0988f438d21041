//! What the engine shows of itself: immutable pictures that the screen reads without waiting.
//!
//! Everything here is plain data. The engine makes a new [`Snapshot`] and swaps it in; whoever holds an old one keeps
//! a consistent picture of its moment.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::diagnosis::TimeShares;
use super::needle::Needle;
use crate::cache::CacheStats;
use crate::lang::LanguageId;
use crate::scan::Summary;
use crate::simd::KernelId;
use crate::source::Change;
use crate::stream::{Flow, SpillState};
use crate::units::{ByteOffset, LineNumber};

/// One consistent picture of an opened document.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Rises by one with each snapshot of the same document.
    pub generation: u64,
    /// What is opened.
    pub document: DocumentInfo,
    /// How far the background pass has come.
    pub scan: ScanProgress,
    /// Where the index came from.
    pub origin: IndexOrigin,
    /// How long it took to store the index on disk, and the bytes of the entry, once that is done.
    pub stored: Option<(Duration, u64)>,
    /// Sums over everything scanned so far; final when [`ScanProgress::phase`] is [`Phase::Done`]. Patterns of JSON are those that were
    /// gathered.
    pub totals: Summary,
    /// Highest depth seen so far, in levels.
    pub depth_max: i64,
    /// The first thing that is wrong with the input, once the checking pass has come upon it.
    pub first_problem: Option<Problem>,
    /// How far the checking pass has come, in bytes; it follows the scan.
    pub checked_bytes: u64,
    /// How often the definitions and patterns were gathered, which follows the scan; 0 for documents that have none.
    pub gathered: u64,
    /// The part of code whose definitions and patterns are there because there are too many; none if all are.
    pub gathered_part: Option<Range<ByteOffset>>,
    /// Workers, queue, speculation, memory, throughput.
    pub monitor: Monitor,
    /// The detail cache.
    pub cache: CacheStats,
    /// The search that runs or has ended, if there was one.
    pub search: Option<SearchProgress>,
    /// What happened to the file under us, if anything did.
    pub source_change: Option<SourceChange>,
    /// The comparison of the cut with the whole that runs or has ended, if there was one.
    pub verify: Option<super::VerifyProgress>,
    /// The comparison of two scanners that runs or has ended, if there is one.
    pub compare: Option<super::compare::CompareStatus>,
    /// The measurement of settings that runs or has ended, if there is one.
    pub tune: Option<super::tune::TuneStatus>,
    /// How the stream fares, if it is one.
    pub stream: Option<StreamStatus>,
    /// Whether a file is followed while it grows.
    pub followed: bool,
    /// The first byte that can be gone to: 0, but for a window over a stream.
    pub first_byte: ByteOffset,
}

impl Snapshot {
    /// Whether this is a stream that may still come and of which nothing has: what it holds is not known, not even that it is
    /// empty.
    #[must_use]
    pub fn awaits_bytes(&self) -> bool {
        let flows = self.stream.as_ref().is_some_and(|stream| stream.flow != Flow::Ended);
        flows && self.document.bytes == 0 && self.scan.phase == Phase::Running
    }
}

/// Where an index came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndexOrigin {
    /// A pass over the document made it.
    #[default]
    Scan,
    /// An earlier run had stored it.
    Disk {
        /// From the look for it until it was there.
        took: Duration,
        /// Bytes of the entry.
        entry_bytes: u64,
    },
    /// An earlier run had stored it, the document has grown since, and a pass over the rest made it whole.
    Extended {
        /// From the look for it until it was there.
        took: Duration,
        /// Bytes of the entry.
        entry_bytes: u64,
        /// Bytes of the document that needed no pass.
        known_bytes: u64,
    },
}

/// How a stream fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamStatus {
    /// What it is: "standard input", "named pipe", ...
    pub kind: &'static str,
    /// Whether it flows.
    pub flow: Flow,
    /// Bytes it will have, if that is known.
    pub bytes_total: Option<u64>,
    /// What of it can still be gone back to.
    pub kept: std::ops::Range<ByteOffset>,
    /// The temporary file.
    pub spill: SpillState,
    /// Why less is kept than was asked for.
    pub trouble: Option<String>,
    /// How long the reader waited for bytes.
    pub waited_for_source: Duration,
    /// How long the reader was held back because the scan, or the disk, was slower.
    pub held_back: Duration,
}

/// What is opened.
#[derive(Clone, Debug)]
pub struct DocumentInfo {
    /// The path as given, not yet made safe for a terminal.
    pub path: std::path::PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// The language it is scanned as.
    pub language: LanguageId,
    /// The kernel that scans it.
    pub kernel: KernelId,
    /// Worker threads now.
    pub threads: usize,
    /// Bytes in a chunk of the index now.
    pub chunk_bytes: u64,
    /// Bytes of a block: of the stream, or of what a file is read in.
    pub block_bytes: u64,
}

/// Where the background pass stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanProgress {
    /// Another one with each scan that begins anew.
    pub number: u64,
    /// Running, done, failed.
    pub phase: Phase,
    /// Bytes whose summary stands in the index, from the document's start without a gap.
    pub bytes_done: u64,
    /// Bytes of the whole document.
    pub bytes_total: u64,
    /// Time since the scan began; stops when it ends.
    pub elapsed: Duration,
    /// Bytes a second over the last half second while running, over the whole pass once done.
    pub bytes_per_second: f64,
}

/// The phase of a background pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Under way.
    Running,
    /// The whole document is indexed.
    Done,
    /// Ended early; the text says what, where and what to do. What was indexed stays usable.
    Failed(String),
}

/// Something wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it was seen.
    pub at: ByteOffset,
    /// The line, if the index knew it.
    pub line: Option<LineNumber>,
    /// What it is.
    pub kind: crate::lang::ProblemKind,
}

/// The engine at work.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    /// One for each worker thread of the pool, by its number.
    pub workers: Vec<WorkerStat>,
    /// Batches handed out and not yet stitched.
    pub queue_depth: usize,
    /// The bound of that queue.
    pub queue_capacity: usize,
    /// Batches whose guessed start state was right.
    pub speculation_hits: u64,
    /// Batches whose guessed start state was wrong.
    pub speculation_misses: u64,
    /// Bytes scanned again because of a wrong guess.
    pub rescanned_bytes: u64,
    /// Total throughput, bytes a second, one value each [`crate::limits::SAMPLE_INTERVAL_MS`], oldest first.
    pub throughput: Arc<[f64]>,
    /// What the structural index takes, in bytes.
    pub index_bytes: u64,
    /// What the read buffers of the workers take, in bytes.
    pub buffer_bytes: u64,
    /// Resident set of the process in bytes, 0 where it is not known.
    pub resident_bytes: u64,
    /// What the workers' time went into; none without a pool.
    pub times: Option<TimeShares>,
    /// Where guesses were wrong, and how many bytes were scanned again: the last few, ascending.
    pub missed: Arc<[(ByteOffset, u64)]>,
}

/// One worker thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkerStat {
    /// Share of the last sampling interval that it was busy, 0 to 1.
    pub busy: f64,
    /// Bytes a second over the last sampling interval.
    pub bytes_per_second: f64,
    /// Bytes scanned since the document was opened.
    pub bytes_total: u64,
    /// The chunk at work now.
    pub chunk: Option<u64>,
    /// Its busy shares so far, one for each [`crate::limits::SAMPLE_INTERVAL_MS`], oldest first; of the last
    /// [`crate::limits::WORKER_SAMPLES`].
    pub history: Arc<[f32]>,
}

/// A search over the whole document.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchProgress {
    /// What is searched for.
    pub needle: Needle,
    /// Bytes looked at so far, the part before the start after wrapping included.
    pub bytes_done: u64,
    /// Bytes to look at in all.
    pub bytes_total: u64,
    /// Running, found, none, cancelled.
    pub outcome: SearchOutcome,
    /// Whether it went over the document's end (or start) and on from the other side.
    pub wrapped: bool,
}

/// How a search stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchOutcome {
    /// Still looking.
    Running,
    /// Found: the first byte of the match.
    Found(ByteOffset),
    /// Nowhere in the document.
    NotFound,
    /// Ended by the person.
    Cancelled,
    /// Could not go on; the text says why.
    Failed(String),
}

/// What happened to the file since it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceChange {
    /// It is longer now; what was indexed is still true.
    Grown {
        /// The size now.
        bytes: u64,
    },
    /// It is shorter now; the index no longer tells the truth.
    Truncated {
        /// The size now.
        bytes: u64,
    },
    /// It was written over.
    Rewritten,
    /// Another file stands under its name.
    Replaced,
    /// Nothing stands under its name any more; the open file is still readable.
    Removed,
    /// Parts could not be read; the text says where and why.
    Unreadable(String),
    /// A file that is followed was begun anew, for this reason.
    StartedOver(&'static str),
}

impl SourceChange {
    /// What the source's own check says, for the screen; `None` if nothing happened.
    #[must_use]
    pub fn of(change: Change) -> Option<SourceChange> {
        match change {
            Change::Unchanged => None,
            Change::Grown { bytes } => Some(SourceChange::Grown { bytes }),
            Change::Truncated { bytes } => Some(SourceChange::Truncated { bytes }),
            Change::Rewritten => Some(SourceChange::Rewritten),
            Change::Replaced => Some(SourceChange::Replaced),
            Change::Removed => Some(SourceChange::Removed),
        }
    }
}
