//! A stream as a document: scanned, kept and indexed while it flows, on the pump's thread.
//!
//! What has come is in the spool before the index knows of it, so that whoever asks the index finds the bytes. The index
//! grows under the screen: each block ends in a state that is carried to the next, whether it ends at a chunk's end or not.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::opened::Opened;
use super::shared::Shared;
use super::snapshot::StreamStatus;
use super::{Phase, gather, jobs};
use crate::error::Error;
use crate::lang::{LanguageId, detect, detect_early};
use crate::limits::{BLOCK_BYTES, HEAD_BYTES, SAMPLE_INTERVAL_MS};
use crate::scan::{Checker, DriverMonitor, State, Surveyed, WorkerCounters};
use crate::source::{ByteStream, ReadAt};
use crate::stream::{Block, Feed, Flow, Pump, PumpEvent, Spool};
use crate::units::ByteOffset;

/// A stream that is or was read.
#[derive(Debug)]
pub(super) struct Live {
    kind: &'static str,
    bytes_total: Arc<OnceLock<u64>>,
    spool: Arc<Spool>,
    /// Why there is no temporary file.
    trouble: Option<String>,
    pump: OnceLock<Pump>,
    scan: Mutex<Scan>,
    busy_ns: AtomicU64,
    began: Instant,
    /// When bytes came last and when the screen was told last: milliseconds since it began.
    came_ms: AtomicU64,
    /// When the bytes came that were gathered last.
    gathered_ms: AtomicU64,
    told_ms: AtomicU64,
}

/// How far the scan has come.
#[derive(Debug)]
struct Scan {
    opened: Arc<Opened>,
    feed: Feed,
    checker: Option<Checker>,
    problem_told: bool,
    /// What has come, as long as it does not tell the language and none was asked for. It is shown as text meanwhile.
    head: Option<Vec<u8>>,
}

impl Scan {
    fn new(shared: &Shared, opened: Arc<Opened>) -> Scan {
        let (kernel, language) = (shared.options().kernel, opened.language);
        let checker = Some(Checker::new(kernel, language));
        let feed = Feed::new(kernel, language);
        Scan { feed, opened, checker, problem_told: false, head: None }
    }

    /// Scans a block and tells the index.
    fn take(&mut self, shared: &Shared, block: &mut Block, last: bool) {
        let mut summaries = Vec::new();
        let checker = &mut self.checker;
        let cut = shared.options().chunk_bytes as u64;
        self.feed.take(block, last, cut, |found: Surveyed, end: &State, bytes| {
            if let Some(checker) = checker
                && !checker.go_on(&found.survey, end, bytes.len() as u64)
            {
                checker.look(bytes);
            }
            summaries.push((found.summary, end.clone()));
        });
        let reader = &self.opened.reader;
        let mut has_larger_parts = false;
        if let Ok(mut index) = self.opened.index.write() {
            let before = reader.part_bytes(&index);
            summaries.into_iter().for_each(|(summary, end)| index.append(&summary, end));
            has_larger_parts = reader.part_bytes(&index) > before;
        }
        if has_larger_parts {
            // Nobody will ask for the smaller ones again.
            reader.forget();
            shared.cache.clear();
        }
        let Some(checker) = &self.checker else { return };
        shared.set_checked(!last, self.feed.at(), checker.depth_max());
        if checker.found().is_some() && !self.problem_told {
            self.problem_told = true;
            jobs::note_problem(shared, &self.opened, checker.found());
        }
    }
}

/// A document of what has come so far: nothing.
pub(super) fn opened(
    stream: &ByteStream,
    spool: &Arc<Spool>,
    language: Option<LanguageId>,
    options: &super::EngineOptions,
    cache: &Arc<crate::cache::DetailCache>,
) -> Opened {
    let language = language.unwrap_or_else(|| detect(&stream.name, b""));
    Opened::new(0, Arc::clone(spool) as _, None, language, options, cache)
}

/// Begins to read the stream.
pub(super) fn begin(
    shared: &Arc<Shared>,
    stream: ByteStream,
    asked_for: Option<LanguageId>,
    spool: Arc<Spool>,
    trouble: Option<String>,
) -> Result<(), Error> {
    shared.begin();
    let head = asked_for.is_none().then(Vec::new);
    let scan = Mutex::new(Scan { head, ..Scan::new(shared, shared.opened.load_full()) });
    let live = Arc::new(Live {
        kind: stream.kind,
        bytes_total: stream.bytes_total,
        spool,
        trouble,
        pump: OnceLock::new(),
        scan,
        busy_ns: AtomicU64::new(0),
        began: Instant::now(),
        came_ms: AtomicU64::new(NEVER),
        gathered_ms: AtomicU64::new(NEVER),
        told_ms: AtomicU64::new(0),
    });
    let _ = shared.live.set(Arc::clone(&live));
    shared.publish();
    let (consumer, told) = (Arc::clone(&live), Arc::clone(shared));
    let (block_bytes, reader) = (shared.options().block_bytes, stream.reader);
    let pump = Pump::start(reader, block_bytes, move |event| consumer.take(&told, event))?;
    let _ = live.pump.set(pump);
    Ok(())
}

impl Live {
    /// A panic under the lock leaves the scan as far as it came.
    fn scan(&self) -> MutexGuard<'_, Scan> {
        self.scan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn take(&self, shared: &Arc<Shared>, event: PumpEvent<'_>) {
        if shared.closed.load(Ordering::Relaxed) {
            return;
        }
        let phase = match event {
            PumpEvent::Bytes(block) => return self.take_block(shared, block),
            PumpEvent::End => Phase::Done,
            PumpEvent::Failed(reason) => {
                Phase::Failed(Error::read(self.spool.bytes(), reason).to_string())
            }
        };
        self.finish(shared, &mut self.scan(), phase);
    }

    fn take_block(&self, shared: &Arc<Shared>, block: &mut Block) {
        let begin = Instant::now();
        let mut scan = self.scan();
        self.recognise(shared, &mut scan, block.bytes(), false);
        self.spool.append(block.bytes());
        scan.take(shared, block, false);
        drop(scan);
        let busy = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.busy_ns.fetch_add(busy, Ordering::Relaxed);
        let (now, was_quiet) = (self.now_ms(), !self.is_moving());
        self.came_ms.store(now, Ordering::Relaxed);
        if was_quiet || now.saturating_sub(self.told_ms.load(Ordering::Relaxed)) >= TELL_MS {
            self.told_ms.store(now, Ordering::Relaxed);
            shared.publish();
        }
        if was_quiet {
            let _ = shared.moving.try_send(());
        }
    }

    /// Once the stream has gone quiet: gathers what is in it so far. True if that was begun.
    pub(super) fn gather_if_quiet(&self, shared: &Arc<Shared>) -> bool {
        let came = self.came_ms.load(Ordering::Relaxed);
        if came == NEVER
            || self.is_moving()
            || self.gathered_ms.swap(came, Ordering::Relaxed) == came
        {
            return false;
        }
        let opened = shared.opened.load_full();
        let is_wanted = opened.language.info().scanner.is_some() && !self.spool.is_complete();
        if is_wanted {
            gather::gather_behind(shared, &opened);
        }
        is_wanted
    }

    /// The first bytes tell the language: those that came before and `more`, once they decide or nothing else comes.
    fn recognise(&self, shared: &Shared, scan: &mut Scan, more: &[u8], is_end: bool) {
        let Some(mut head) = scan.head.take() else { return };
        let before = head.len();
        head.extend(more.iter().take(HEAD_BYTES as usize - before));
        let told = match is_end {
            true => Some(detect(&shared.path, &head)),
            false => detect_early(&shared.path, &head),
        };
        let Some(language) = told else {
            scan.head = Some(head);
            return;
        };
        if language == scan.opened.language {
            return;
        }
        self.replace(shared, scan, language, scan.opened.era);
        // What was taken for text is scanned anew.
        let mut begun = Block::new(before);
        if begun.fill(&mut &head[..before]).is_ok_and(|n| n > 0) {
            scan.take(shared, &mut begun, false);
        }
    }

    /// Begins anew with an empty index.
    fn replace(&self, shared: &Shared, scan: &mut Scan, language: LanguageId, era: u64) {
        let source = Arc::clone(&self.spool) as Arc<dyn ReadAt>;
        let opened = Opened::new(era, source, None, language, &shared.options(), &shared.cache);
        shared.opened.store(Arc::new(opened));
        shared.begin_anew();
        *scan = Scan::new(shared, shared.opened.load_full());
    }

    fn finish(&self, shared: &Arc<Shared>, scan: &mut Scan, phase: Phase) {
        self.recognise(shared, scan, b"", true);
        scan.take(shared, &mut Block::new(1), true);
        self.spool.complete();
        // The last chunk is the document's end only now.
        scan.opened.reader.forget();
        let problem = scan.checker.take().and_then(Checker::finish);
        jobs::note_problem(shared, &scan.opened, problem);
        shared.end(phase);
        gather::gather_behind(shared, &scan.opened);
    }

    /// Scans what is kept as another language, on the calling thread; what comes meanwhile waits.
    pub(super) fn rescan(
        &self,
        shared: &Arc<Shared>,
        language: Option<LanguageId>,
    ) -> Result<(), Error> {
        let mut scan = self.scan();
        let kept = self.spool.kept();
        if kept.start > 0 {
            let reason = format!("what came before byte {} is no longer kept", kept.start);
            return Err(Error::Read { at: 0, reason: std::io::Error::other(reason) });
        }
        let era = shared.era.fetch_add(1, Ordering::Relaxed) + 1;
        let undecided = if language.is_none() { scan.head.take() } else { None };
        let language = language.unwrap_or(scan.opened.language);
        let has_ended = scan.checker.is_none();
        self.replace(shared, &mut scan, language, era);
        scan.head = undecided;
        if has_ended {
            shared.begin();
        }
        let mut reader = Kept { spool: &self.spool, at: 0, end: kept.end };
        let mut block = Block::new(BLOCK_BYTES);
        while block.fill(&mut reader).map_err(|reason| Error::read(scan.feed.at(), reason))? > 0 {
            if !shared.wanted(era) {
                return Ok(());
            }
            scan.take(shared, &mut block, false);
        }
        if has_ended {
            self.finish(shared, &mut scan, Phase::Done);
        }
        shared.publish();
        Ok(())
    }

    /// Pauses the reading, or goes on with it.
    pub(super) fn pause(&self, paused: bool) {
        if let Some(pump) = self.pump.get() {
            pump.pause(paused);
        }
    }

    /// Ends the reading; what has come stays.
    pub(super) fn end(&self) {
        if let Some(pump) = self.pump.get() {
            pump.end();
        }
    }

    /// Whether bytes came a moment ago.
    pub(super) fn is_moving(&self) -> bool {
        let came = self.came_ms.load(Ordering::Relaxed);
        came != NEVER && self.now_ms().saturating_sub(came) < QUIET_MS
    }

    /// The counters, as those of a pool with one worker.
    pub(super) fn monitor(&self) -> DriverMonitor {
        let pump = self.pump.get().map(Pump::monitor).unwrap_or_default();
        let worker = WorkerCounters {
            busy_ns: self.busy_ns.load(Ordering::Relaxed),
            bytes: self.spool.bytes(),
            ..WorkerCounters::default()
        };
        DriverMonitor {
            workers: vec![worker],
            queue_depth: pump.waiting,
            queue_capacity: pump.waiting_max,
            ..DriverMonitor::default()
        }
    }

    /// How it fares, for the screen; what comes before `first_byte` can no longer be gone to.
    pub(super) fn status(&self, first_byte: ByteOffset) -> StreamStatus {
        let pump = self.pump.get().map(Pump::monitor).unwrap_or_default();
        let ended = self.spool.is_complete();
        let spill = self.spool.spill_state();
        StreamStatus {
            kind: self.kind,
            flow: if ended { Flow::Ended } else { pump.flow },
            bytes_total: self.bytes_total.get().copied(),
            kept: first_byte..self.spool.kept().end.max(first_byte),
            trouble: self.trouble.clone().or(spill.trouble.clone()),
            spill,
            waited_for_source: Duration::from_nanos(pump.source_wait_ns),
            held_back: Duration::from_nanos(pump.pressure_ns),
        }
    }
}

/// No byte has come yet.
const NEVER: u64 = u64::MAX;

/// Milliseconds without a byte after which a stream counts as quiet, and nothing is drawn for it.
const QUIET_MS: u64 = 1000;

/// Milliseconds between two pictures told from here; the sampler's come besides.
const TELL_MS: u64 = SAMPLE_INTERVAL_MS / 3;

/// What is kept of a stream, read from its start.
struct Kept<'s> {
    spool: &'s Spool,
    at: u64,
    end: u64,
}

impl Read for Kept<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = buffer.len().min((self.end - self.at) as usize);
        let n = self.spool.read_at(self.at, &mut buffer[..n])?;
        self.at += n as u64;
        Ok(n)
    }
}
