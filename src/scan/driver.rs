//! The driver: scans a source in the background on a pool of its own, and hands over chunks in document order.
//!
//! One coordinator thread gives out batches to a rayon pool and stitches what comes back; a worker reads its batch with
//! one positioned read into a buffer that is used again, guesses the start state, and scans chunk by chunk while the
//! bytes are in the cache. The number of batches under way is bounded, and so is memory. Nothing waits for a worker that
//! hangs in a read: dropping the [`Driver`] tells everyone to stop and returns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::stitch::{Batch, Stitcher};
use super::{State, Summary, speculate, summarize};
use crate::error::Error;
use crate::lang::LanguageId;
use crate::limits::{BATCHES_PER_WORKER, CHUNKS_PER_BATCH, THREADS_MAX};
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
}

/// What the driver tells, in document order, from its coordinator thread.
#[derive(Debug)]
pub enum ScanEvent {
    /// The next chunks.
    Chunks {
        /// Where the first one begins.
        first: ByteOffset,
        /// The state before the first one.
        start: State,
        /// Each one's summary, and the state after it.
        chunks: Vec<(Summary, State)>,
    },
    /// Everything was told.
    Done,
    /// The scan ended early; what was told before stays true.
    Failed(Error),
}

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
    /// Bytes scanned.
    pub bytes: u64,
    /// The chunk at work, if one is.
    pub chunk: Option<u64>,
}

/// A scan under way. Dropping it cancels the scan and waits for nothing.
#[derive(Debug)]
pub struct Driver {
    shared: Arc<Shared>,
    control: Sender<Control>,
}

#[derive(Debug)]
enum Control {
    SetThreads(usize),
    Cancel,
}

#[derive(Debug, Default)]
struct Slot {
    busy_ns: AtomicU64,
    bytes: AtomicU64,
    /// The chunk at work plus one; 0 for none.
    chunk: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    slots: Vec<Slot>,
    threads: AtomicUsize,
    cancelled: AtomicBool,
    queue_depth: AtomicUsize,
    hits: AtomicU64,
    misses: AtomicU64,
    rescanned_bytes: AtomicU64,
    buffer_bytes: AtomicU64,
    /// Buffers that wait to be used again.
    buffers: Mutex<Vec<Buffer>>,
}

/// A read buffer whose bytes begin on a cache line.
#[derive(Debug, Default)]
struct Buffer {
    memory: Vec<u8>,
    start: usize,
    n: usize,
}

impl Buffer {
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        const LINE: usize = 64;
        if self.memory.len() < bytes + LINE {
            self.memory = vec![0; bytes + LINE];
            self.start = self.memory.as_ptr().align_offset(LINE).min(LINE);
        }
        &mut self.memory[self.start..self.start + bytes]
    }

    fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.n]
    }
}

/// What a worker hands over: a batch with its buffer, or why there is none.
type Handed = Result<Batch<Buffer>, Error>;

impl Driver {
    /// Begins to scan `source`. `sink` is called from the coordinator thread, in document order, and ends with
    /// [`ScanEvent::Done`] or [`ScanEvent::Failed`], unless the scan is cancelled.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub fn start(
        source: Arc<dyn ReadAt>,
        job: ScanJob,
        sink: Box<dyn FnMut(ScanEvent) + Send>,
    ) -> Result<Driver, Error> {
        let threads = job.threads.clamp(1, THREADS_MAX);
        let shared = Arc::new(Shared {
            slots: std::iter::repeat_with(Slot::default).take(THREADS_MAX).collect(),
            threads: AtomicUsize::new(threads),
            cancelled: AtomicBool::new(false),
            queue_depth: AtomicUsize::new(0),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            rescanned_bytes: AtomicU64::new(0),
            buffer_bytes: AtomicU64::new(0),
            buffers: Mutex::new(Vec::new()),
        });
        // Commands are rare; a full queue means that the coordinator is gone.
        let (control, commands) = bounded(16);
        let pool = pool(threads)?;
        let coordinator = Coordinator { source, job, shared: Arc::clone(&shared), pool, commands };
        std::thread::Builder::new()
            .name("warp-stitch".to_owned())
            .spawn(move || coordinator.run(sink))
            .map_err(|error| Error::Pool { threads, reason: error.to_string() })?;
        Ok(Driver { shared, control })
    }

    /// Changes the number of worker threads; batches under way are finished by the old ones.
    pub fn set_threads(&self, threads: usize) {
        let _ = self.control.try_send(Control::SetThreads(threads.clamp(1, THREADS_MAX)));
    }

    /// Ends the scan soon, without an event.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
        let _ = self.control.try_send(Control::Cancel);
    }

    /// The counters now.
    #[must_use]
    pub fn monitor(&self) -> DriverMonitor {
        let shared = &self.shared;
        let threads = shared.threads.load(Ordering::Relaxed);
        let worker = |slot: &Slot| WorkerCounters {
            busy_ns: slot.busy_ns.load(Ordering::Relaxed),
            bytes: slot.bytes.load(Ordering::Relaxed),
            chunk: slot.chunk.load(Ordering::Relaxed).checked_sub(1),
        };
        DriverMonitor {
            workers: shared.slots.iter().take(threads).map(worker).collect(),
            queue_depth: shared.queue_depth.load(Ordering::Relaxed),
            queue_capacity: threads * BATCHES_PER_WORKER,
            speculation_hits: shared.hits.load(Ordering::Relaxed),
            speculation_misses: shared.misses.load(Ordering::Relaxed),
            rescanned_bytes: shared.rescanned_bytes.load(Ordering::Relaxed),
            buffer_bytes: shared.buffer_bytes.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("warp-scan-{i}"))
        .build()
        .map_err(|error| Error::Pool { threads, reason: error.to_string() })
}

struct Coordinator {
    source: Arc<dyn ReadAt>,
    job: ScanJob,
    shared: Arc<Shared>,
    pool: rayon::ThreadPool,
    commands: Receiver<Control>,
}

impl Coordinator {
    fn run(mut self, mut sink: Box<dyn FnMut(ScanEvent) + Send>) {
        match self.stitch_all(&mut sink) {
            Ok(true) => sink(ScanEvent::Done),
            Ok(false) => {}
            Err(error) => sink(ScanEvent::Failed(error)),
        }
        // A pool that is dropped waits for its threads; one of them may hang in a read.
        self.shared.cancelled.store(true, Ordering::Relaxed);
        let pool = self.pool;
        let _ = std::thread::Builder::new().spawn(move || drop(pool));
    }

    /// Scans everything; false if cancelled.
    fn stitch_all(&mut self, sink: &mut dyn FnMut(ScanEvent)) -> Result<bool, Error> {
        let batch_bytes = (self.job.chunk_bytes * CHUNKS_PER_BATCH) as u64;
        let batches = self.job.bytes_total.div_ceil(batch_bytes);
        // Every batch under way may hand over at once.
        let (hand, handed) = bounded::<Handed>(THREADS_MAX * BATCHES_PER_WORKER);
        let mut stitcher = Stitcher::new(State::default());
        let (mut given, mut done) = (0, 0);
        while done < batches {
            let threads = self.shared.threads.load(Ordering::Relaxed);
            while given < batches && given - done < (threads * BATCHES_PER_WORKER) as u64 {
                self.give(given, batch_bytes, hand.clone());
                given += 1;
            }
            self.shared.queue_depth.store((given - done) as usize, Ordering::Relaxed);
            select! {
                recv(self.commands) -> command => match command {
                    Ok(Control::SetThreads(threads)) => self.set_threads(threads)?,
                    Ok(Control::Cancel) | Err(_) => return Ok(false),
                },
                recv(handed) -> batch => match batch {
                    Ok(batch) => stitcher.push(batch?),
                    Err(_) => return Ok(false),
                },
            }
            if self.shared.cancelled.load(Ordering::Relaxed) {
                return Ok(false);
            }
            done += self.pop_all(&mut stitcher, batch_bytes, sink);
        }
        self.shared.queue_depth.store(0, Ordering::Relaxed);
        Ok(true)
    }

    /// Hands on all batches whose turn has come; returns how many.
    fn pop_all(
        &self,
        stitcher: &mut Stitcher<Buffer>,
        batch_bytes: u64,
        sink: &mut dyn FnMut(ScanEvent),
    ) -> u64 {
        let mut popped = 0;
        let job = &self.job;
        while let Ok(Some((start, batch))) = stitcher.pop(|buffer: &Buffer, i, state| {
            let chunk = buffer.bytes().chunks(job.chunk_bytes).nth(i).unwrap_or_default();
            Ok::<_, std::convert::Infallible>(summarize(job.kernel, job.language, state, chunk))
        }) {
            self.shared.hits.store(stitcher.hits, Ordering::Relaxed);
            self.shared.misses.store(stitcher.misses, Ordering::Relaxed);
            self.shared.rescanned_bytes.store(stitcher.rescanned_bytes, Ordering::Relaxed);
            let Batch { sequence, chunks, bytes, .. } = batch;
            if let Ok(mut buffers) = self.shared.buffers.lock() {
                buffers.push(bytes);
            }
            sink(ScanEvent::Chunks { first: sequence * batch_bytes, start, chunks });
            popped += 1;
        }
        popped
    }

    fn set_threads(&mut self, threads: usize) -> Result<(), Error> {
        if threads == self.shared.threads.load(Ordering::Relaxed) {
            return Ok(());
        }
        let old = std::mem::replace(&mut self.pool, pool(threads)?);
        self.shared.threads.store(threads, Ordering::Relaxed);
        // What the old pool has under way it finishes; waiting for that is another thread's business.
        let _ = std::thread::Builder::new().spawn(move || drop(old));
        Ok(())
    }

    fn give(&self, sequence: u64, batch_bytes: u64, hand: Sender<Handed>) {
        let (source, job) = (Arc::clone(&self.source), self.job.clone());
        let shared = Arc::clone(&self.shared);
        self.pool.spawn_fifo(move || {
            if shared.cancelled.load(Ordering::Relaxed) {
                return;
            }
            let at = sequence * batch_bytes;
            let bytes = batch_bytes.min(job.bytes_total - at) as usize;
            let work = || scan_batch(&*source, &job, &shared, sequence, at, bytes);
            let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
                Err(Error::WorkerPanic { at, message: panic_message(&*panic) })
            });
            let _ = hand.send(result);
        });
    }
}

fn scan_batch(
    source: &dyn ReadAt,
    job: &ScanJob,
    shared: &Shared,
    sequence: u64,
    at: ByteOffset,
    bytes: usize,
) -> Handed {
    let begin = Instant::now();
    let slot = &shared.slots[rayon::current_thread_index().unwrap_or(0)];
    let first_chunk = at / job.chunk_bytes as u64;
    slot.chunk.store(first_chunk + 1, Ordering::Relaxed);
    let mut buffer = shared.buffers.lock().ok().and_then(|mut all| all.pop()).unwrap_or_default();
    let had = buffer.memory.len();
    let n = source.read_at(at, buffer.room(bytes)).map_err(|reason| Error::Read { at, reason })?;
    buffer.n = n;
    shared.buffer_bytes.fetch_add((buffer.memory.len() - had) as u64, Ordering::Relaxed);
    if n < bytes {
        return Err(Error::Truncated { at: at + n as u64, expected: job.bytes_total });
    }
    let guessed =
        if at == 0 { State::default() } else { speculate::guess(job.language, buffer.bytes()) };
    let mut state = guessed.clone();
    let mut chunks = Vec::with_capacity(CHUNKS_PER_BATCH);
    for chunk in buffer.bytes().chunks(job.chunk_bytes) {
        slot.chunk.store(first_chunk + chunks.len() as u64 + 1, Ordering::Relaxed);
        let (summary, end) = summarize(job.kernel, job.language, &state, chunk);
        chunks.push((summary, end.clone()));
        state = end;
    }
    slot.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    slot.busy_ns.fetch_add(begin.elapsed().as_nanos() as u64, Ordering::Relaxed);
    slot.chunk.store(0, Ordering::Relaxed);
    Ok(Batch { sequence, guessed, chunks, bytes: buffer })
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
