//! What `tune` reports: throughput by kernel, threads and chunk size, beside what the machine can read at all.

use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct TuneReport {
    /// The path as given.
    pub file: String,
    /// The language's name.
    pub language: &'static str,
    /// Bytes measured on.
    pub bytes: u64,
    /// Cores of the machine.
    pub cores: usize,
    /// What the machine can read.
    pub read_bytes_per_second: ReadLimits,
    /// One for each setting.
    pub runs: Vec<TuneRun>,
    /// The setting with the highest median from a file.
    pub best: Best,
    /// Why the fastest kernel stops scaling, from memory and from the file.
    pub scaling: Vec<Scaling>,
}

/// Why more threads are no faster.
#[derive(Clone, Debug, Serialize)]
pub struct Scaling {
    /// `memory` or `file`.
    pub from: &'static str,
    /// The most threads that were tried.
    pub threads: usize,
    /// What stops it, with its figures, for a person.
    pub why: String,
}

/// What the machine reads at most, in bytes a second.
#[derive(Clone, Debug, Serialize)]
pub struct ReadLimits {
    /// One thread from memory, summing it up.
    pub memory: f64,
    /// One thread from the file, into one small buffer.
    pub file: f64,
    /// The same by several threads, each with a part of its own.
    pub by_threads: Vec<ReadLimitReport>,
}

/// What so many threads read at most, in bytes a second.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ReadLimitReport {
    /// Threads.
    pub threads: usize,
    /// From memory.
    pub memory: f64,
    /// From the file.
    pub file: f64,
}

impl ReadLimits {
    /// Of limits by thread count, one thread among them.
    #[must_use]
    pub fn of(by_threads: Vec<ReadLimitReport>) -> Self {
        let one = by_threads.iter().find(|limit| limit.threads == 1).copied().unwrap_or_default();
        ReadLimits { memory: one.memory, file: one.file, by_threads }
    }
}

/// One setting measured.
#[derive(Clone, Debug, Serialize)]
pub struct TuneRun {
    /// The kernel's name.
    pub kernel: &'static str,
    /// Worker threads.
    pub threads: usize,
    /// Bytes in a chunk.
    pub chunk: usize,
    /// `memory` or `file`.
    pub from: &'static str,
    /// How many times it was run.
    pub runs: usize,
    /// Throughput.
    pub bytes_per_second: SpreadReport,
    /// Wrong guesses in the last run.
    pub speculation_misses: u64,
    /// Bytes scanned again for them.
    pub rescanned_bytes: u64,
    /// The median by that of one thread with the same kernel, chunk and source, divided by the threads; none if one thread was
    /// not tried.
    pub efficiency: Option<f64>,
    /// The median by what as many threads can plainly read.
    pub of_limit: f64,
}

/// The spread of a figure over runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SpreadReport {
    /// Lowest.
    pub min: f64,
    /// Middle.
    pub median: f64,
    /// Highest.
    pub max: f64,
}

/// The setting to take.
#[derive(Clone, Debug, Serialize)]
pub struct Best {
    /// The kernel's name.
    pub kernel: &'static str,
    /// Worker threads.
    pub threads: usize,
    /// Bytes in a chunk.
    pub chunk: usize,
}
