//! What the engine's threads share, and how a snapshot comes to be.
//!
//! An opened document is one [`Opened`]: file, index, reader. A rescan makes a new one and swaps it in; threads that still
//! work for the old one find their `era` over and stop.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use crossbeam_channel::Sender;

use super::boundaries::{Guess, VerifyProgress};
use super::chunk_view::ChunkReader;
use super::compare::Compared;
use super::diagnosis::TimeShares;
use super::findings::Findings;
use super::handle::EngineOptions;
use super::live::Live;
use super::tune::TuneJob;
use super::{
    Answer, DocumentInfo, IndexOrigin, Monitor, Phase, Problem, ScanProgress, SearchProgress,
    Snapshot, SourceChange, WorkerStat,
};
use crate::cache::DetailCache;
use crate::index::StructuralIndex;
use crate::index::store::Guesses;
use crate::lang::LanguageId;
use crate::limits::{
    CHECKPOINTS_MAX, MISSES_TOLD, SAMPLE_INTERVAL_MS, STREAM_CHECKPOINTS_MAX, THROUGHPUT_SAMPLES,
    WORKER_SAMPLES,
};
use crate::scan::{Driver, DriverMonitor, GiveWay, WorkerCounters};
use crate::simd::KernelId;
use crate::source::{FileSource, ReadAt};
use crate::units::ByteOffset;

/// A document as it was opened or scanned again last.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) era: u64,
    /// Where bytes come from.
    pub(super) source: Arc<dyn ReadAt>,
    /// The file, if it is one.
    pub(super) file: Option<Arc<FileSource>>,
    pub(super) language: LanguageId,
    pub(super) reader: ChunkReader,
    pub(super) index: RwLock<StructuralIndex>,
    /// What is defined and found in code, once it is gathered.
    pub(super) findings: ArcSwapOption<Findings>,
    /// How often that was done: what flows is gathered again and again.
    pub(super) gathered: AtomicU64,
    /// How the guesses of the scan went.
    pub(super) guesses: Mutex<Guesses>,
}

impl Opened {
    /// What `source` holds, with an empty index.
    pub(super) fn new(
        era: u64,
        source: Arc<dyn ReadAt>,
        file: Option<Arc<FileSource>>,
        language: LanguageId,
        options: &EngineOptions,
        cache: &Arc<DetailCache>,
    ) -> Opened {
        // A stream may go on for days: its index stops growing early.
        let chunks_max = if file.is_some() { CHECKPOINTS_MAX } else { STREAM_CHECKPOINTS_MAX };
        let index = StructuralIndex::with_limit(options.chunk_bytes as u64, chunks_max);
        let reader =
            ChunkReader::new(Arc::clone(&source), language, options.kernel, Arc::clone(cache));
        let (index, findings) = (RwLock::new(index), ArcSwapOption::empty());
        let (gathered, guesses) = (AtomicU64::new(0), Mutex::default());
        Opened { era, source, file, language, reader, index, findings, gathered, guesses }
    }

    /// Takes what was gathered.
    pub(super) fn gather(&self, findings: Findings) {
        self.findings.store(Some(Arc::new(findings)));
        self.gathered.fetch_add(1, Ordering::Relaxed);
    }

    /// The last few wrong guesses.
    fn misses_told(&self) -> Arc<[(ByteOffset, u64)]> {
        let Ok(guesses) = self.guesses.lock() else { return Arc::default() };
        let wrong = &guesses.wrong;
        wrong[wrong.len().saturating_sub(MISSES_TOLD)..].into()
    }

    /// How the guess of the state at `at` went, if a batch began there.
    pub(super) fn guess_at(&self, at: ByteOffset) -> Option<Guess> {
        let guesses = self.guesses.lock().ok()?;
        let begins = guesses.batch_bytes > 0 && at.is_multiple_of(guesses.batch_bytes);
        let wrong = guesses.wrong.binary_search_by_key(&at, |(at, _)| *at);
        begins.then(|| wrong.map_or(Guess::Right, |i| Guess::Wrong(guesses.wrong[i].1)))
    }

    /// Bytes of the document, as far as known now.
    pub(super) fn bytes(&self) -> u64 {
        self.source.bytes()
    }

    /// The first byte that can be shown with what is around it. Of a window over a stream, which moves on, not the very first.
    pub(super) fn first_byte(&self, chunk_bytes: u64) -> u64 {
        match self.source.kept_from() {
            0 => 0,
            from => (from + WINDOW_MARGIN_BYTES).next_multiple_of(chunk_bytes).min(self.bytes()),
        }
    }
}

/// Bytes at the start of a window over a stream that are as good as gone.
const WINDOW_MARGIN_BYTES: u64 = 1 << 20;

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
        let first = Self::picture(&path, &options, &cache, &opened, &progress, None, None);
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
        let picture = Self::picture(
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

    fn picture(
        path: &std::path::Path,
        options: &EngineOptions,
        cache: &DetailCache,
        opened: &Opened,
        progress: &Progress,
        driver: Option<DriverMonitor>,
        live: Option<&Arc<Live>>,
    ) -> Snapshot {
        let (totals, chunk_bytes, index_bytes) = match opened.index.read() {
            Ok(index) => (index.totals().clone(), index.chunk_bytes(), index.memory_bytes()),
            Err(_) => (crate::scan::Summary::default(), options.chunk_bytes as u64, 0),
        };
        let monitor = driver.or_else(|| live.map(|live| live.monitor())).unwrap_or_default();
        let elapsed = progress.elapsed.unwrap_or_else(|| progress.begun.elapsed());
        Snapshot {
            generation: progress.generation,
            document: DocumentInfo {
                path: path.to_owned(),
                bytes: opened.bytes(),
                language: opened.language,
                kernel: options.kernel,
                threads: progress.threads,
                chunk_bytes,
                block_bytes: match live {
                    Some(_) => options.block_bytes as u64,
                    None => options.chunk_bytes as u64,
                },
            },
            scan: ScanProgress {
                phase: progress.phase.clone(),
                bytes_done: totals.bytes,
                bytes_total: opened.bytes(),
                elapsed,
                bytes_per_second: rate(progress, totals.bytes, elapsed),
            },
            origin: progress.origin,
            stored: progress.stored,
            depth_max: totals.depth_max.max(progress.depth_max),
            totals,
            first_problem: progress.first_problem.clone(),
            checked_bytes: progress.checked_bytes,
            gathered: opened.gathered.load(Ordering::Relaxed),
            gathered_to: opened.findings.load().as_ref().and_then(|it| it.full_at()),
            monitor: Monitor {
                workers: progress.sampled.stats.clone(),
                queue_depth: monitor.queue_depth,
                queue_capacity: monitor.queue_capacity,
                speculation_hits: monitor.speculation_hits,
                speculation_misses: monitor.speculation_misses,
                rescanned_bytes: monitor.rescanned_bytes,
                throughput: progress.sampled.throughput.iter().copied().collect(),
                index_bytes: index_bytes as u64,
                buffer_bytes: monitor.buffer_bytes,
                resident_bytes: resident_bytes(),
                times: TimeShares::of(&monitor, elapsed),
                missed: opened.misses_told(),
            },
            cache: cache.stats(Instant::now()),
            search: progress.search.clone(),
            source_change: progress.source_change.clone(),
            verify: progress.verify.clone(),
            stream: live.map(|live| live.status()),
            followed: false,
            compare: None,
            tune: None,
            first_byte: opened.first_byte(chunk_bytes),
        }
    }
}

fn rate(progress: &Progress, done: u64, elapsed: Duration) -> f64 {
    let over = |bytes: u64, time: Duration| bytes as f64 / time.as_secs_f64().max(1e-9);
    let known_bytes = match progress.origin {
        IndexOrigin::Scan => 0,
        IndexOrigin::Disk { .. } => done,
        IndexOrigin::Extended { known_bytes, .. } => known_bytes,
    };
    let done = done.saturating_sub(known_bytes);
    if progress.elapsed.is_some() {
        return over(done, elapsed);
    }
    match progress.sampled.bytes.front() {
        Some((at, bytes)) if at.elapsed() > Duration::from_millis(SAMPLE_INTERVAL_MS) => {
            over(done.saturating_sub(bytes.saturating_sub(known_bytes)), at.elapsed())
        }
        _ => over(done, elapsed),
    }
}

/// The resident set of this process, 0 where /proc does not tell.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * rustix::param::page_size() as u64
}
