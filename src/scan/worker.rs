//! What the workers of a scan share, and what each of them does: take a batch, guess, scan, hand over, tell what is in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::buffer::Buffer;
use super::counters::{DriverMonitor, Slot, add};
use super::doubt::Doubt;
use super::speculate::{self, Speculator};
use super::stitch::{Batch, Stitcher};
use super::{Run, ScanEvent, ScanJob, Scanned, State};
use crate::error::Error;
use crate::lang::code::{Piece, Stops};
use crate::limits::{CHUNKS_PER_BATCH, THREADS_MAX};
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// All that the workers of one scan know of together.
pub(super) struct Shared<S> {
    source: Arc<dyn ReadAt>,
    job: ScanJob,
    /// Where the first batch begins, and the state before it.
    from: (ByteOffset, State),
    batches: u64,
    speculator: Speculator,
    order: Mutex<Order<S>>,
    /// Locked by the worker that said in [`Order`] that it tells.
    teller: Mutex<Teller<S>>,
    /// Told when batches were handed on, so that workers that are too far ahead go on.
    handed_on: Condvar,
    slots: Vec<Slot>,
    threads: AtomicUsize,
    /// Rises when the pool changes: workers of an older pool end after their batch.
    pool_number: AtomicUsize,
    cancelled: AtomicBool,
    queue_depth: AtomicUsize,
    hits: AtomicU64,
    misses: AtomicU64,
    rescanned_bytes: AtomicU64,
    buffer_bytes: AtomicU64,
    /// Buffers that wait to be used again.
    buffers: Mutex<Vec<Buffer>>,
}

/// Who does what next. Locked for moments only.
struct Order<S> {
    /// The next batch to be taken.
    next: u64,
    /// Batches handed on.
    done: u64,
    doubt: Doubt,
    /// Batches that nobody has looked at yet.
    arrived: Vec<Batch<Buffer, S>>,
    /// A worker tells what is in order. Others leave their batches to it and scan on, so that what it scans again
    /// stops nobody.
    telling: bool,
    /// The first batch in document order that cannot be had, so far, and why.
    failed: Option<(u64, Error)>,
    ended: bool,
}

/// Puts batches in order and tells of them.
struct Teller<S> {
    stitcher: Stitcher<Buffer, S>,
    sink: Box<dyn FnMut(ScanEvent<S>) + Send>,
}

impl<S> std::fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("job", &self.job).finish_non_exhaustive()
    }
}

/// What a worker hands over: a batch with its buffer, or why there is none.
type Handed<S> = Result<Batch<Buffer, S>, Error>;

/// How long a worker that is too far ahead sleeps before it looks again whether it is wanted.
const AHEAD_SLEEP: Duration = Duration::from_millis(20);

impl<S> Shared<S> {
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.handed_on.notify_all();
    }
}

impl<S: Scanned> Shared<S> {
    /// Nothing has been taken yet. For the rest see [`super::Driver::go_on`].
    pub(super) fn new(
        source: Arc<dyn ReadAt>,
        job: ScanJob,
        from: (ByteOffset, State),
        sink: Box<dyn FnMut(ScanEvent<S>) + Send>,
    ) -> Self {
        let threads = job.threads.clamp(1, THREADS_MAX);
        let teller = Teller { stitcher: Stitcher::new(from.1.clone()), sink };
        let batch_bytes = job.batch_bytes();
        let batches = job.bytes_total.div_ceil(batch_bytes).saturating_sub(from.0 / batch_bytes);
        Shared {
            source,
            batches,
            speculator: Speculator::new(job.kernel, job.language),
            from,
            job,
            order: Mutex::new(Order {
                next: 0,
                done: 0,
                doubt: Doubt::default(),
                arrived: Vec::new(),
                telling: false,
                failed: None,
                ended: false,
            }),
            teller: Mutex::new(teller),
            handed_on: Condvar::new(),
            slots: std::iter::repeat_with(Slot::default).take(THREADS_MAX).collect(),
            threads: AtomicUsize::new(threads),
            pool_number: AtomicUsize::new(0),
            cancelled: AtomicBool::new(false),
            queue_depth: AtomicUsize::new(0),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            rescanned_bytes: AtomicU64::new(0),
            buffer_bytes: AtomicU64::new(0),
            buffers: Mutex::new(Vec::new()),
        }
    }

    /// Where there is nothing to scan, tells so.
    pub(super) fn end_if_empty(&self) {
        if self.batches == 0 {
            self.order().ended = true;
            (self.teller().sink)(ScanEvent::Done);
        }
    }

    /// The job that was given, but for the number of threads.
    pub(super) fn job(&self) -> &ScanJob {
        &self.job
    }

    /// The number of the pool that is next to work, unless there are as many `threads` already.
    pub(super) fn next_pool(&self, threads: usize) -> Option<usize> {
        let more = threads != self.threads.load(Ordering::Relaxed);
        more.then(|| self.pool_number.load(Ordering::Relaxed) + 1)
    }

    /// From now on pool `number` works, with so many threads; those of older ones end after their batch.
    pub(super) fn take_over(&self, number: usize, threads: usize) {
        self.pool_number.store(number, Ordering::Relaxed);
        self.threads.store(threads, Ordering::Relaxed);
        self.handed_on.notify_all();
    }

    /// The counters now.
    pub(super) fn monitor(&self) -> DriverMonitor {
        let threads = self.threads.load(Ordering::Relaxed);
        DriverMonitor {
            workers: self.slots.iter().take(threads).map(Slot::counters).collect(),
            queue_depth: self.queue_depth.load(Ordering::Relaxed),
            queue_capacity: self.job.batches_max(threads),
            speculation_hits: self.hits.load(Ordering::Relaxed),
            speculation_misses: self.misses.load(Ordering::Relaxed),
            rescanned_bytes: self.rescanned_bytes.load(Ordering::Relaxed),
            buffer_bytes: self.buffer_bytes.load(Ordering::Relaxed),
        }
    }

    /// A panic under the lock can only come from a sink; what is in order stays so.
    fn order(&self) -> MutexGuard<'_, Order<S>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn teller(&self) -> MutexGuard<'_, Teller<S>> {
        self.teller.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self, number: usize) -> bool {
        // A pool is announced after its first worker may have begun.
        !self.cancelled.load(Ordering::Relaxed)
            && self.pool_number.load(Ordering::Relaxed) <= number
    }

    /// Works until there is nothing left, or a pool with a higher number has taken over.
    pub(super) fn work(&self, number: usize) {
        while let Some((sequence, is_due)) = self.take(number) {
            let scan = || {
                self.give_way();
                self.scan_batch(sequence, is_due)
            };
            let result = caught(self.at(sequence), scan);
            let begin = Instant::now();
            self.hand_on(sequence, result);
            add(&self.slot().order_ns, begin);
        }
    }

    /// Lets whoever waits for the screen go first.
    fn give_way(&self) {
        if let Some(give_way) = &self.job.give_way {
            give_way.look_and_pass();
        }
    }

    /// The counters of the calling worker.
    fn slot(&self) -> &Slot {
        &self.slots[rayon::current_thread_index().unwrap_or(0)]
    }

    /// Where batch `sequence` begins: the first one where the scan does, those after it at multiples of a batch's bytes. The
    /// last one ends with the document.
    fn at(&self, sequence: u64) -> ByteOffset {
        let (from, batch_bytes) = (self.from.0, self.job.batch_bytes());
        let at = (from / batch_bytes + sequence) * batch_bytes;
        at.clamp(from, self.job.bytes_total.max(from))
    }

    /// The next batch to be scanned, and whether all before it are handed on; waits while too many are under way. `None`:
    /// nothing more to do.
    fn take(&self, number: usize) -> Option<(u64, bool)> {
        let mut order = self.order();
        loop {
            let over = order.failed.is_some() || order.next == self.batches;
            if over || !self.wanted(number) {
                return None;
            }
            let ahead_max = if order.doubt.is_alone(order.next) {
                1
            } else {
                self.job.batches_max(self.threads.load(Ordering::Relaxed)) as u64
            };
            let ahead = order.next - order.done;
            if ahead < ahead_max {
                order.next += 1;
                self.queue_depth.store(ahead as usize + 1, Ordering::Relaxed);
                return Some((order.next - 1, ahead == 0));
            }
            let begin = Instant::now();
            order = self
                .handed_on
                .wait_timeout(order, AHEAD_SLEEP)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            add(&self.slot().ahead_ns, begin);
        }
    }

    /// Hands over a batch, and tells what is in order by now unless another worker is at it. A batch that failed ends the
    /// scan when its turn comes, so that the error told is the first in the document, whichever worker was quicker.
    fn hand_on(&self, sequence: u64, result: Handed<S>) {
        let mut guard = self.order();
        let mut order = &mut *guard;
        match result {
            Ok(batch) => order.arrived.push(batch),
            Err(error) => {
                if order.failed.as_ref().is_none_or(|(first, _)| sequence < *first) {
                    order.failed = Some((sequence, error));
                }
            }
        }
        if std::mem::replace(&mut order.telling, true) {
            return;
        }
        let mut teller = self.teller();
        loop {
            if order.ended || self.cancelled.load(Ordering::Relaxed) {
                break;
            }
            if let Some((_, error)) = order.failed.take_if(|(first, _)| *first == order.done) {
                order.ended = true;
                self.cancelled.store(true, Ordering::Relaxed);
                (teller.sink)(ScanEvent::Failed(error));
                break;
            }
            if order.done == self.batches {
                order.ended = true;
                (teller.sink)(ScanEvent::Done);
                break;
            }
            order.arrived.drain(..).for_each(|batch| teller.stitcher.push(batch));
            if !teller.stitcher.is_next_here() {
                break;
            }
            drop(guard);
            let hits = teller.stitcher.hits;
            let told = self.tell_next(&mut teller);
            guard = self.order();
            order = &mut *guard;
            let again = match told {
                Ok(again) => again,
                Err(error) => {
                    order.failed = Some((order.done, error));
                    continue;
                }
            };
            order.done += 1;
            if teller.stitcher.hits > hits {
                order.doubt.was_right();
            } else if again > self.job.batch_bytes() / 2 {
                order.doubt.was_useless(order.next);
            }
            self.queue_depth.store((order.next - order.done) as usize, Ordering::Relaxed);
            self.handed_on.notify_all();
        }
        order.telling = false;
    }

    /// Tells of the next batch in order, which is here. Returns how many bytes of it were scanned again.
    ///
    /// # Errors
    /// If that ended in a panic.
    fn tell_next(&self, teller: &mut Teller<S>) -> Result<u64, Error> {
        let Teller { stitcher, sink } = teller;
        let sequence = stitcher.next_sequence();
        let at = self.at(sequence);
        let popped = stitcher.pop(|batch, truth| {
            let piece = self.piece(sequence, &batch.bytes);
            caught(at, || {
                self.settle(&mut batch.run, truth, batch.is_last, &piece);
                Ok(())
            })
        })?;
        let Some((start, Batch { run, bytes, .. })) = popped else { return Ok(0) };
        if let Ok(mut buffers) = self.buffers.lock() {
            buffers.push(bytes);
        }
        self.hits.store(stitcher.hits, Ordering::Relaxed);
        self.misses.store(stitcher.misses, Ordering::Relaxed);
        self.rescanned_bytes.store(stitcher.rescanned_bytes, Ordering::Relaxed);
        if let Some(end) = run.end() {
            self.speculator.pass(end);
        }
        let rescanned_bytes = run.rescanned_bytes();
        sink(ScanEvent::Chunks { first: at, start, chunks: run.chunks, rescanned_bytes });
        Ok(rescanned_bytes)
    }

    /// Makes of a guessed run what a scan from `truth` gives, and learns from it. `piece`: the whole batch.
    fn settle(&self, run: &mut Run<S>, truth: &State, is_last: bool, piece: &Piece<'_>) {
        if run.guessed().is_none() {
            return;
        }
        run.settle(truth, is_last, |i, state, guess| {
            if i == 0 {
                self.speculator.learn(truth, piece);
            }
            let chunk = piece.chunk(i, self.job.chunk_bytes);
            S::scan_again(self.job.kernel, self.job.language, state, chunk, guess)
        });
        if let Some(was_right) = run.was_right() {
            self.speculator.turned_out(was_right);
        }
    }

    /// The state before batch `sequence`, if all before it are told.
    fn truth_before(&self, sequence: u64) -> Option<State> {
        let is_due = self.order().done == sequence;
        is_due.then(|| self.teller().stitcher.state().clone())
    }

    /// Bytes read before a batch: to guess its start state by, and to look back on.
    fn run_up(&self, sequence: u64) -> usize {
        let most = speculate::run_up_bytes(self.job.language) as u64;
        most.min(self.at(sequence)) as usize
    }

    /// A batch: the bytes of a source in memory as they stand there, else what was read into the buffer, with its run-up.
    fn piece<'a>(&'a self, sequence: u64, buffer: &'a Buffer) -> Piece<'a> {
        let (at, from) = (self.at(sequence), self.run_up(sequence));
        let text = if let Some(all) = self.source.in_memory() {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
            &all[place(at - from as u64)..place(self.at(sequence + 1))]
        } else {
            buffer.bytes()
        };
        let last = sequence + 1 == self.batches;
        Piece { text, from: from.min(text.len()), to: text.len(), at, last, text_ends: last }
    }

    fn scan_batch(&self, sequence: u64, is_due: bool) -> Handed<S> {
        let begin = Instant::now();
        let job = &self.job;
        let slot = self.slot();
        let at = self.at(sequence);
        let bytes = (self.at(sequence + 1) - at) as usize;
        let first_chunk = at / job.chunk_bytes as u64;
        slot.chunk.store(first_chunk + 1, Ordering::Relaxed);
        let spare = self.buffers.lock().ok().and_then(|mut buffers| buffers.pop());
        let mut buffer = spare.unwrap_or_default();
        if self.source.in_memory().is_none() {
            let had = buffer.memory_bytes();
            let run_up = self.run_up(sequence);
            let from = at - run_up as u64;
            let read = self.source.read_at(from, buffer.room(run_up + bytes));
            buffer.n = read.map_err(|reason| Error::read(from, reason))?;
            add(&slot.read_ns, begin);
            let more = buffer.memory_bytes() - had;
            self.buffer_bytes.fetch_add(more as u64, Ordering::Relaxed);
        }
        let piece = self.piece(sequence, &buffer);
        if piece.bytes().len() < bytes {
            let at = at - self.run_up(sequence) as u64 + piece.text.len() as u64;
            return Err(Error::Truncated { at, expected: job.bytes_total });
        }
        // A guess at JSON costs nothing, so what is told of its guesses need not depend on who was quicker.
        let is_code = job.language.info().scanner.is_some();
        let is_known = is_due && (is_code || sequence == 0);
        let (guessed, is_sure) = if is_known {
            (None, true)
        } else {
            let (state, is_sure) = self.speculator.guess_surely(piece);
            (Some(state), is_sure)
        };
        let mut state = guessed.clone().unwrap_or_else(|| self.teller().stitcher.state().clone());
        let mut run = Run::new(at, guessed);
        for chunk in piece.chunks(job.chunk_bytes) {
            let n_before = run.chunks.len();
            if n_before > 0 && n_before.is_multiple_of(CHUNKS_PER_BATCH) {
                self.give_way();
            }
            slot.chunk.store(first_chunk + n_before as u64 + 1, Ordering::Relaxed);
            // What is true may have become known meanwhile. One chunk is scanned all the same, or nothing would come of the guess.
            if run.guessed().is_some()
                && is_code
                && n_before > 0
                && let Some(truth) = self.truth_before(sequence)
            {
                self.settle(&mut run, &truth, false, &piece);
                state = run.end().unwrap_or(&truth).clone();
            }
            let (scanned, end, stops) = if run.guessed().is_some() && !is_sure {
                S::scan_guess(job.kernel, job.language, &state, chunk)
            } else {
                let (scanned, end) = S::scan(job.kernel, job.language, &state, chunk);
                (scanned, end, Stops::default())
            };
            run.push(scanned, end.clone(), stops);
            state = end;
        }
        self.source.done_with(at, bytes as u64);
        slot.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        add(&slot.busy_ns, begin);
        slot.chunk.store(0, Ordering::Relaxed);
        Ok(Batch { sequence, is_last: piece.last, run, bytes: buffer })
    }
}

/// What `work` at a place of the document gives; a panic of it is an error.
fn caught<T>(at: ByteOffset, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Error::WorkerPanic { at, message: panic_message(&*panic) }))
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
