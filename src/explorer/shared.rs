//! What the engine's threads share, and how a snapshot comes to be.
//!
//! An opened document is one [`Opened`]. A rescan makes a new one and swaps it in; threads that still
//! work for the old one find their `era` over and stop.

mod picture;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use crossbeam_channel::Sender;

use super::boundaries::VerifyProgress;
use super::compare::Compared;
use super::handle::EngineOptions;
use super::live::Live;
use super::opened::Opened;
use super::tune::TuneJob;
use super::{
    Answer, IndexOrigin, Phase, Problem, SearchProgress, Snapshot, SourceChange, WorkerStat,
};
use crate::cache::DetailCache;
use crate::limits::{THROUGHPUT_SAMPLES, WORKER_SAMPLES};
use crate::scan::{Driver, GiveWay, WorkerCounters};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// What the engine's threads share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) path: PathBuf,
    /// How documents are worked on. What is under way goes on as it began; a scan that begins takes it as it is then.
    options: ArcSwap<EngineOptions>,
    pub(super) cache: Arc<DetailCache>,
    pub(super) opened: ArcSwap<Opened>,
    pub(super) era: AtomicU64,
    pub(super) closed: AtomicBool,
    pub(super) search_number: AtomicU64,
    pub(super) verify_number: AtomicU64,
    /// The comparison of two scanners, if there is one.
    pub(super) compared: ArcSwapOption<Compared>,
    pub(super) compare_number: AtomicU64,
    /// The measurement of settings, if there is one.
    pub(super) tuned: ArcSwapOption<TuneJob>,
    pub(super) tune_number: AtomicU64,
    pub(super) driver: Mutex<Option<Driver>>,
    /// The stream, if the document is one.
    pub(super) live: OnceLock<Arc<Live>>,
    /// Whether the file is followed while it grows.
    pub(super) followed: AtomicBool,
    pub(super) answers: Sender<Answer>,
    /// Where those who work in the background learn that somebody waits.
    pub(super) give_way: Arc<GiveWay>,
    progress: Mutex<Progress>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    wake: Sender<()>,
    /// Wakes the sampler when something begins to move.
    pub(super) moving: Sender<()>,
}

/// What snapshots are made of, as it changes.
#[derive(Debug)]
struct Progress {
    generation: u64,
    /// Rises with each scan that begins anew.
    scan_number: u64,
    threads: usize,
    phase: Phase,
    begun: Instant,
    elapsed: Option<Duration>,
    checked_bytes: u64,
    checking: bool,
    depth_max: i64,
    first_problem: Option<Problem>,
    search: Option<SearchProgress>,
    source_change: Option<SourceChange>,
    verify: Option<VerifyProgress>,
    origin: IndexOrigin,
    stored: Option<(Duration, u64)>,
    sampled: Sampled,
}

/// The sampler's memory.
#[derive(Debug)]
struct Sampled {
    at: Instant,
    workers: Vec<WorkerCounters>,
    stats: Vec<WorkerStat>,
    bytes: VecDeque<(Instant, u64)>,
    throughput: VecDeque<f64>,
}

impl Sampled {
    fn new() -> Self {
        Sampled {
            at: Instant::now(),
            workers: Vec::new(),
            stats: Vec::new(),
            bytes: VecDeque::new(),
            throughput: VecDeque::new(),
        }
    }
}

/// The rate shown is that of the last half second.
const RATE_WINDOW: Duration = Duration::from_millis(500);

impl Shared {
    #[allow(clippy::too_many_arguments, reason = "called once, with what each thread will need")]
    pub(super) fn new(
        path: PathBuf,
        options: EngineOptions,
        cache: Arc<DetailCache>,
        opened: Opened,
        answers: Sender<Answer>,
        wake: Sender<()>,
        moving: Sender<()>,
    ) -> Self {
        let progress = Progress {
            generation: 0,
            scan_number: 0,
            threads: options.threads,
            phase: Phase::Running,
            begun: Instant::now(),
            elapsed: None,
            checked_bytes: 0,
            checking: false,
            depth_max: 0,
            first_problem: None,
            search: None,
            source_change: None,
            verify: None,
            origin: IndexOrigin::Scan,
            stored: None,
            sampled: Sampled::new(),
        };
        let first = picture::picture(&path, &options, &cache, &opened, &progress, None, None);
        Shared {
            path,
            options: ArcSwap::from_pointee(options),
            cache,
            era: AtomicU64::new(opened.era),
            opened: ArcSwap::from_pointee(opened),
            closed: AtomicBool::new(false),
            search_number: AtomicU64::new(0),
            verify_number: AtomicU64::new(0),
            compared: ArcSwapOption::empty(),
            compare_number: AtomicU64::new(0),
            tuned: ArcSwapOption::empty(),
            tune_number: AtomicU64::new(0),
            driver: Mutex::new(None),
            live: OnceLock::new(),
            followed: AtomicBool::new(false),
            answers,
            give_way: Arc::default(),
            progress: Mutex::new(progress),
            snapshot: Arc::new(ArcSwap::from_pointee(first)),
            wake,
            moving,
        }
    }

    /// The cell that the screen reads.
    pub(super) fn cell(&self) -> Arc<ArcSwap<Snapshot>> {
        Arc::clone(&self.snapshot)
    }

    /// How documents are worked on, as it is now.
    pub(super) fn options(&self) -> Arc<EngineOptions> {
        self.options.load_full()
    }

    /// Another kernel and chunk size for what is scanned from now on; true if that changes anything.
    pub(super) fn set_scanner(&self, kernel: KernelId, chunk_bytes: usize) -> bool {
        let old = self.options();
        let new = EngineOptions { kernel, chunk_bytes, ..EngineOptions::clone(&old) };
        let is_change = new != *old;
        self.options.store(Arc::new(new));
        is_change
    }

    /// Whether work for `era` is still wanted.
    pub(super) fn wanted(&self, era: u64) -> bool {
        !self.closed.load(Ordering::Relaxed) && self.era.load(Ordering::Relaxed) == era
    }

    /// A panic under the lock leaves at worst an old number to be shown.
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn driver(&self) -> MutexGuard<'_, Option<Driver>> {
        self.driver.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new document, or the same scanned again, begins.
    pub(super) fn begin(&self) {
        tracing::info!(bytes = self.opened.load().bytes(), "scan begins");
        let mut progress = self.progress();
        progress.scan_number += 1;
        progress.phase = Phase::Running;
        progress.begun = Instant::now();
        progress.elapsed = None;
        progress.checked_bytes = 0;
        progress.depth_max = 0;
        progress.first_problem = None;
        progress.source_change = None;
        progress.verify = None;
        progress.origin = IndexOrigin::Scan;
        progress.stored = None;
        progress.sampled = Sampled::new();
        drop(progress);
        let _ = self.moving.try_send(());
    }

    /// What was found so far counts no longer: what flows is scanned anew, in the time of the scan that goes on.
    pub(super) fn begin_anew(&self) {
        let mut progress = self.progress();
        progress.scan_number += 1;
        (progress.checked_bytes, progress.depth_max, progress.first_problem) = (0, 0, None);
    }

    pub(super) fn end(&self, phase: Phase) {
        let mut progress = self.progress();
        let elapsed = progress.begun.elapsed();
        progress.elapsed = Some(elapsed);
        progress.phase = phase.clone();
        for worker in &mut progress.sampled.stats {
            *worker = WorkerStat { bytes_total: worker.bytes_total, ..WorkerStat::default() };
        }
        drop(progress);
        self.log_end(&phase, elapsed);
        self.publish();
    }

    fn log_end(&self, phase: &Phase, elapsed: Duration) {
        let bytes = self.opened.load().bytes();
        let seconds = elapsed.as_secs_f64();
        match phase {
            Phase::Failed(why) => tracing::error!(bytes, seconds, why, "scan failed"),
            _ => {
                let bytes_per_second = bytes as f64 / seconds.max(1e-9);
                let monitor = self.driver().as_ref().map(Driver::monitor).unwrap_or_default();
                let (hits, misses) = (monitor.speculation_hits, monitor.speculation_misses);
                tracing::info!(bytes, seconds, bytes_per_second, hits, misses, "scan ended");
            }
        }
    }

    pub(super) fn set_threads(&self, threads: usize) {
        self.progress().threads = threads;
        if let Some(driver) = &*self.driver() {
            driver.set_threads(threads);
        }
        self.publish();
    }

    pub(super) fn threads(&self) -> usize {
        self.progress().threads
    }

    pub(super) fn set_search(&self, search: Option<SearchProgress>) {
        self.progress().search = search;
    }

    pub(super) fn set_verify(&self, verify: VerifyProgress) {
        self.progress().verify = Some(verify);
    }

    pub(super) fn set_checked(&self, checking: bool, bytes: u64, depth_max: i64) {
        let mut progress = self.progress();
        progress.checking = checking;
        progress.checked_bytes = bytes;
        progress.depth_max = depth_max;
    }

    /// How far the check came, the highest depth it saw, and the first problem.
    pub(super) fn checked(&self) -> (u64, i64, Option<Problem>) {
        let progress = self.progress();
        (progress.checked_bytes, progress.depth_max, progress.first_problem.clone())
    }

    pub(super) fn set_origin(&self, origin: IndexOrigin) {
        self.progress().origin = origin;
    }

    pub(super) fn set_stored(&self, took: Duration, entry_bytes: u64) {
        self.progress().stored = Some((took, entry_bytes));
    }

    /// Time since the scan began, or the look for its index on disk.
    pub(super) fn age(&self) -> Duration {
        self.progress().begun.elapsed()
    }

    pub(super) fn set_problem(&self, problem: Option<Problem>) {
        self.progress().first_problem = problem;
    }

    /// The document goes on where it ended before: what was wrong because it ended there, or with the last word, may be so no longer.
    pub(super) fn forgive_end(&self, end: ByteOffset) {
        const WORD_BYTES: u64 = 16;
        let is_over = |problem: &mut Problem| {
            problem.kind.is_of_end() || problem.at.saturating_add(WORD_BYTES) >= end
        };
        self.progress().first_problem.take_if(is_over);
    }

    /// Notes what happened to the file; true if that is news.
    pub(super) fn set_source_change(&self, change: Option<SourceChange>) -> bool {
        let mut progress = self.progress();
        let news = progress.source_change != change;
        progress.source_change = change;
        news
    }

    /// Whatever was wrong with the file is over. That it was begun anew stays said.
    pub(super) fn forgive_source(&self) {
        let mut progress = self.progress();
        let change = progress.source_change.take();
        progress.source_change =
            change.filter(|change| matches!(change, SourceChange::StartedOver(_)));
    }

    /// Whether snapshots change by themselves now.
    pub(super) fn is_moving(&self) -> bool {
        let progress = self.progress();
        let searching = progress
            .search
            .as_ref()
            .is_some_and(|search| search.outcome == super::SearchOutcome::Running);
        let verifying = progress.verify.as_ref().is_some_and(|verify| verify.outcome.is_none());
        let comparing = self.compared.load().as_ref().is_some_and(|it| it.is_moving());
        let searching = searching || verifying || comparing;
        // A stream that is quiet shows nothing new; what comes next begins to move it again.
        match self.live.get() {
            Some(live) => progress.phase == Phase::Running && live.is_moving() || searching,
            None => progress.phase == Phase::Running || progress.checking || searching,
        }
    }

    /// Whether the document is scanned or checked now.
    pub(super) fn is_busy(&self) -> bool {
        let progress = self.progress();
        progress.phase == Phase::Running || progress.checking
    }

    /// The phase of the scan.
    pub(super) fn phase(&self) -> Phase {
        self.progress().phase.clone()
    }

    /// Takes one sample of the workers' counters.
    pub(super) fn sample(&self) {
        let opened = self.opened.load();
        let done = opened.index.read().map(|index| index.bytes()).unwrap_or(0);
        let monitor = self.driver().as_ref().map(Driver::monitor);
        let monitor = monitor.or_else(|| self.live.get().map(|live| live.monitor()));
        let mut progress = self.progress();
        let running = progress.phase == Phase::Running;
        let sampled = &mut progress.sampled;
        let now = Instant::now();
        let passed = now.duration_since(sampled.at).max(Duration::from_millis(1));
        sampled.at = now;
        let Some(monitor) = monitor.filter(|_| running) else { return };
        let before = |i: usize| sampled.workers.get(i).copied().unwrap_or_default();
        sampled.stats = monitor
            .workers
            .iter()
            .enumerate()
            .map(|(i, worker)| {
                let busy_ns = worker.busy_ns.saturating_sub(before(i).busy_ns);
                let busy = (busy_ns as f64 / passed.as_nanos() as f64).min(1.0);
                let bytes = worker.bytes.saturating_sub(before(i).bytes);
                let old = sampled.stats.get(i).map_or(&[][..], |stat| &stat.history);
                let kept = &old[old.len().saturating_sub(WORKER_SAMPLES - 1)..];
                WorkerStat {
                    busy,
                    bytes_per_second: bytes as f64 / passed.as_secs_f64(),
                    bytes_total: worker.bytes,
                    chunk: worker.chunk,
                    history: kept.iter().copied().chain([busy as f32]).collect(),
                }
            })
            .collect();
        sampled.workers = monitor.workers;
        sampled.bytes.push_back((now, done));
        while sampled.bytes.front().is_some_and(|(at, _)| now.duration_since(*at) > RATE_WINDOW) {
            sampled.bytes.pop_front();
        }
        let rate: f64 = sampled.stats.iter().map(|worker| worker.bytes_per_second).sum();
        sampled.throughput.push_back(rate);
        while sampled.throughput.len() > THROUGHPUT_SAMPLES {
            sampled.throughput.pop_front();
        }
    }

    /// Makes a snapshot and wakes the screen.
    pub(super) fn publish(&self) {
        let opened = self.opened.load();
        let driver = self.driver();
        let mut progress = self.progress();
        progress.generation += 1;
        let picture = picture::picture(
            &self.path,
            &self.options(),
            &self.cache,
            &opened,
            &progress,
            driver.as_ref().map(Driver::monitor),
            self.live.get(),
        );
        drop(driver);
        let compare = self.compared.load().as_ref().map(|compared| compared.status());
        let tune = self.tuned.load().as_ref().map(|tuned| tuned.status());
        let followed = self.followed.load(Ordering::Relaxed);
        let picture = Snapshot { followed, compare, tune, ..picture };
        self.snapshot.store(Arc::new(picture));
        drop(progress);
        self.wake();
    }

    /// Wakes the screen; if it is awake already that is enough.
    pub(super) fn wake(&self) {
        let _ = self.wake.try_send(());
    }

    /// Sends an answer and wakes the screen. A screen that does not take its answers gets no more.
    pub(super) fn answer(&self, answer: Answer) {
        let _ = self.answers.try_send(answer);
        self.wake();
    }
}
