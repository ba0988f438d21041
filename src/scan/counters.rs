//! What a running scan counts of itself, and the picture of it that others see.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Counters of a running scan. Reading them costs the scan nothing.
#[derive(Clone, Debug, Default)]
pub struct DriverMonitor {
    /// One for each worker thread.
    pub workers: Vec<WorkerCounters>,
    /// Batches given out and not yet stitched.
    pub queue_depth: usize,
    /// The most batches that may be.
    pub queue_capacity: usize,
    /// Batches whose guessed state was right.
    pub speculation_hits: u64,
    /// Batches whose guessed state was wrong.
    pub speculation_misses: u64,
    /// Bytes scanned again after a wrong guess.
    pub rescanned_bytes: u64,
    /// Bytes that read buffers take.
    pub buffer_bytes: u64,
}

/// Counters of one worker thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkerCounters {
    /// Nanoseconds spent reading and scanning.
    pub busy_ns: u64,
    /// Those of them spent reading.
    pub read_ns: u64,
    /// Nanoseconds spent waiting for slower workers, because it was too far ahead of what is in order.
    pub ahead_ns: u64,
    /// Nanoseconds spent putting batches in order, and waiting for others that did.
    pub order_ns: u64,
    /// Bytes scanned.
    pub bytes: u64,
    /// The chunk at work, if one is.
    pub chunk: Option<u64>,
}

/// The counters of one worker, where it counts.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) busy_ns: AtomicU64,
    pub(super) read_ns: AtomicU64,
    pub(super) ahead_ns: AtomicU64,
    pub(super) order_ns: AtomicU64,
    pub(super) bytes: AtomicU64,
    /// The chunk at work plus one; 0 for none.
    pub(super) chunk: AtomicU64,
}

impl Slot {
    /// What it has counted.
    pub(super) fn counters(&self) -> WorkerCounters {
        WorkerCounters {
            busy_ns: self.busy_ns.load(Ordering::Relaxed),
            read_ns: self.read_ns.load(Ordering::Relaxed),
            ahead_ns: self.ahead_ns.load(Ordering::Relaxed),
            order_ns: self.order_ns.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            chunk: self.chunk.load(Ordering::Relaxed).checked_sub(1),
        }
    }
}

/// Adds the nanoseconds since `begin`.
pub(super) fn add(counter: &AtomicU64, begin: Instant) {
    let ns = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
    counter.fetch_add(ns, Ordering::Relaxed);
}
