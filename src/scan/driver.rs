//! The driver: scans a source in the background on a pool of its own, and hands over chunks in document order.
//!
//! Each worker of a rayon pool takes the next batch in order, reads it with one positioned read into a buffer that is used
//! again, guesses the start state, and scans chunk by chunk while the bytes are in the cache. Then it puts the result into
//! the stitcher and hands on what is in order by now: there is no thread in between that would have to be woken for each
//! batch. A worker may be only so many batches ahead of what was handed on; that bounds memory. Nothing waits for a worker
//! that hangs in a read: dropping the [`Driver`] tells everyone to stop and returns.

use std::sync::{Arc, Mutex};

use super::counters::DriverMonitor;
use super::worker::Shared;
use super::{GiveWay, Scanned, State, Summary};
use crate::error::Error;
use crate::lang::LanguageId;
use crate::limits::{
    BATCHES_PER_WORKER, CHUNKS_PER_BATCH, CHUNKS_PER_LARGE_BATCH, LARGE_CODE_BYTES, THREADS_MAX,
};
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// What to scan, and how.
#[derive(Clone, Debug)]
pub struct ScanJob {
    /// The language.
    pub language: LanguageId,
    /// The kernel.
    pub kernel: KernelId,
    /// Worker threads, 1 to [`THREADS_MAX`].
    pub threads: usize,
    /// Bytes in a chunk.
    pub chunk_bytes: usize,
    /// Bytes of the source to scan.
    pub bytes_total: u64,
    /// Where the workers learn that somebody waits, if they shall give way: to a screen, which must answer keys at once.
    /// They take a low priority then, too.
    pub give_way: Option<Arc<GiveWay>>,
}

/// Chunks in one unit of parallel work over a document of so many bytes; the last one may have fewer.
#[must_use]
pub fn chunks_per_batch(language: LanguageId, bytes_total: u64) -> usize {
    let is_code = language.info().scanner.is_some();
    if is_code && bytes_total >= LARGE_CODE_BYTES {
        CHUNKS_PER_LARGE_BATCH
    } else {
        CHUNKS_PER_BATCH
    }
}

impl ScanJob {
    fn chunks_per_batch(&self) -> usize {
        chunks_per_batch(self.language, self.bytes_total)
    }

    /// Bytes in one unit of parallel work; the last one may have fewer.
    #[must_use]
    pub fn batch_bytes(&self) -> u64 {
        (self.chunk_bytes * self.chunks_per_batch()) as u64
    }

    /// Batches that so many workers may have under way.
    pub(super) fn batches_max(&self, threads: usize) -> usize {
        threads * BATCHES_PER_WORKER * CHUNKS_PER_BATCH / self.chunks_per_batch()
    }
}

/// What the driver tells, in document order, from whichever worker completes the order.
#[derive(Debug)]
pub enum ScanEvent<S = Summary> {
    /// The next chunks.
    Chunks {
        /// Where the first one begins.
        first: ByteOffset,
        /// The state before the first one.
        start: State,
        /// What scanning each one gave, and the state after it.
        chunks: Vec<(S, State)>,
        /// Bytes scanned again because the state before the first one was guessed wrong; 0 if it was right.
        rescanned_bytes: u64,
    },
    /// Everything was told.
    Done,
    /// The scan ended early; what was told before stays true.
    Failed(Error),
}

/// A scan under way. Dropping it cancels the scan and waits for nothing.
#[derive(Debug)]
pub struct Driver<S = Summary> {
    shared: Arc<Shared<S>>,
    pool: Mutex<rayon::ThreadPool>,
}

impl<S: Scanned> Driver<S> {
    /// Begins to scan `source`. `sink` is called from worker threads, one call at a time, in document order, and ends with
    /// [`ScanEvent::Done`] or [`ScanEvent::Failed`], unless the scan is cancelled.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub fn start(
        source: Arc<dyn ReadAt>,
        job: ScanJob,
        sink: Box<dyn FnMut(ScanEvent<S>) + Send>,
    ) -> Result<Driver<S>, Error> {
        Driver::go_on(source, job, (0, State::default()), sink)
    }

    /// As [`Driver::start`], from the start of a chunk on and the state before it. Batches end where they would if all were
    /// scanned.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub fn go_on(
        source: Arc<dyn ReadAt>,
        job: ScanJob,
        from: (ByteOffset, State),
        sink: Box<dyn FnMut(ScanEvent<S>) + Send>,
    ) -> Result<Driver<S>, Error> {
        let threads = job.threads.clamp(1, THREADS_MAX);
        let shared = Arc::new(Shared::new(source, job, from, sink));
        shared.end_if_empty();
        let pool = Mutex::new(pool(threads, &shared, 0)?);
        Ok(Driver { shared, pool })
    }

    /// Changes the number of worker threads; batches under way are finished by the old ones. If the threads cannot be
    /// started the old ones go on.
    pub fn set_threads(&self, threads: usize) {
        let threads = threads.clamp(1, THREADS_MAX);
        let Some(number) = self.shared.next_pool(threads) else { return };
        let Ok(new) = pool(threads, &self.shared, number) else { return };
        self.shared.take_over(number, threads);
        if let Ok(mut pool) = self.pool.lock() {
            *pool = new;
        }
    }

    /// Ends the scan soon, without an event.
    pub fn cancel(&self) {
        self.shared.cancel();
    }

    /// The counters now.
    #[must_use]
    pub fn monitor(&self) -> DriverMonitor {
        self.shared.monitor()
    }
}

impl<S> Drop for Driver<S> {
    fn drop(&mut self) {
        self.shared.cancel();
    }
}

/// A pool each of whose threads works until there is nothing left, or a newer pool has taken over.
fn pool<S: Scanned>(
    threads: usize,
    shared: &Arc<Shared<S>>,
    number: usize,
) -> Result<rayon::ThreadPool, Error> {
    let background = shared.job().give_way.is_some();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| {
            if background {
                take_low_priority();
            }
        })
        .thread_name(|i| format!("warp-scan-{i}"))
        .build()
        .map_err(|error| Error::Pool { threads, reason: error.to_string() })?;
    for _ in 0..threads {
        let shared = Arc::clone(shared);
        pool.spawn(move || shared.work(number));
    }
    Ok(pool)
}

/// With this niceness a thread gets a tenth of the time of one with none, where both want to run.
const WORKER_NICENESS: i32 = 10;

/// Gives the calling thread, and those that it starts from now on, the priority of workers, so that keys are answered first.
pub(crate) fn take_low_priority() {
    // On Linux this is the calling thread's own. Refused, everything works, only less smoothly.
    let _ = rustix::process::setpriority_process(None, WORKER_NICENESS);
}
