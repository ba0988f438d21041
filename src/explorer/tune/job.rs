//! A measurement behind the screen, on a thread of its own. A newer one ends it, and so does a new scan of the document.
//!
//! It waits until the document is scanned, because two that take turns on a core tell nothing of either. While it runs the
//! screen is told between runs only, and not often: a frame drawn during a run would be measured along with it. Its threads
//! have a low priority, as workers have, so that keys are answered as ever; beside other busy programs it shows less
//! throughput than `warp-tui tune` for it.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Plan, Subject, TuneProgress, Tuned, Tuning, Unfit, measure};
use crate::error::Error;
use crate::explorer::opened::Opened;
use crate::explorer::shared::Shared;
use crate::limits::TUNED_WINDOW_BYTES;
use crate::scan::{State, take_low_priority};
use crate::units::ByteOffset;

/// How a measurement stands.
#[derive(Clone, Debug)]
pub struct TuneStatus {
    /// Its number: a newer one has a higher.
    pub number: u64,
    /// The bytes that are measured on; empty before that is known.
    pub range: Range<ByteOffset>,
    /// How far it has come; nothing to do while it waits for the document to be scanned.
    pub progress: TuneProgress,
    /// What all whole rounds gave; none before there is anything to measure on. The same `Arc` as long as it has not changed.
    pub tuned: Option<Arc<Tuned>>,
    /// Whether it is over, and how; or why it could not be made, as a sentence.
    pub outcome: Option<Result<TuneEnd, String>>,
}

/// How a measurement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TuneEnd {
    /// All rounds were run.
    Whole,
    /// It was stopped.
    Stopped,
    /// The document is scanned anew.
    Rescanned,
}

/// A measurement under way or over.
#[derive(Debug)]
pub(in crate::explorer) struct TuneJob {
    number: u64,
    stopped: AtomicBool,
    state: Mutex<TuneStatus>,
}

/// Between two looks at whether the document is scanned.
const WAIT: Duration = Duration::from_millis(20);

/// Between two pictures for the screen within a round.
const TELL_INTERVAL: Duration = Duration::from_millis(250);

impl TuneJob {
    fn state(&self) -> MutexGuard<'_, TuneStatus> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands.
    pub(in crate::explorer) fn status(&self) -> TuneStatus {
        self.state().clone()
    }

    fn goes_on(&self, shared: &Shared, era: u64) -> bool {
        let is_newest = shared.tune_number.load(Ordering::Relaxed) == self.number;
        shared.wanted(era) && is_newest && !self.stopped.load(Ordering::Relaxed)
    }
}

/// Begins a measurement on the bytes around a place; one under way ends.
pub(in crate::explorer) fn begin(shared: &Arc<Shared>, around: ByteOffset) {
    let number = shared.tune_number.fetch_add(1, Ordering::SeqCst) + 1;
    let status = TuneStatus {
        number,
        range: 0..0,
        progress: TuneProgress::default(),
        tuned: None,
        outcome: None,
    };
    let job = Arc::new(TuneJob { number, stopped: AtomicBool::new(false), state: status.into() });
    shared.tuned.store(Some(Arc::clone(&job)));
    shared.publish();
    let era = shared.opened.load().era;
    let thread = std::thread::Builder::new().name("warp-tune".to_owned());
    let spawned = thread.spawn({
        let (shared, job) = (Arc::clone(shared), Arc::clone(&job));
        move || {
            take_low_priority();
            let done = work(&shared, &job, around, era);
            tracing::info!(?done, "tuned");
            job.state().outcome = Some(done.map_err(|why| why.to_string()));
            shared.publish();
        }
    });
    if let Err(error) = spawned {
        job.state().outcome = Some(Err(error.to_string()));
        shared.publish();
    }
}

/// Stops the measurement, if one runs; what it has found stays.
pub(in crate::explorer) fn stop(shared: &Shared) {
    if let Some(job) = &*shared.tuned.load() {
        job.stopped.store(true, Ordering::Relaxed);
    }
}

/// Ends the measurement and forgets it.
pub(in crate::explorer) fn end(shared: &Shared) {
    shared.tune_number.fetch_add(1, Ordering::SeqCst);
    shared.tuned.store(None);
    shared.publish();
}

/// Why a measurement could not be made.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the document is not scanned to its end: there is nothing sure to measure on")]
    NotScanned,
    #[error(transparent)]
    Engine(#[from] Error),
}

fn work(shared: &Shared, job: &TuneJob, around: ByteOffset, era: u64) -> Result<TuneEnd, Failed> {
    let opened = shared.opened.load_full();
    if shared.live.get().is_some() {
        return Err(Unfit::Stream.into());
    }
    Unfit::look(opened.language, opened.bytes(), ":lang NAME")?;
    while shared.is_busy() && job.goes_on(shared, era) {
        std::thread::sleep(WAIT);
    }
    let how = |_| match shared.wanted(era) {
        true if job.stopped.load(Ordering::Relaxed) => TuneEnd::Stopped,
        true => TuneEnd::Whole,
        false => TuneEnd::Rescanned,
    };
    if !job.goes_on(shared, era) {
        return Ok(how(()));
    }
    let subject = subject(&opened, around)?;
    job.state().range = subject.range.clone();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let options = shared.options();
    let in_use = Tuning {
        kernel: options.kernel,
        threads: shared.threads(),
        chunk_bytes: options.chunk_bytes,
    };
    let plan = Plan::everything(cores).with(in_use);
    let (mut told, mut rounds) = (None::<Instant>, None);
    let tuned = measure(&subject, &plan, cores, |progress, tuned| {
        shared.give_way.look_and_pass();
        let mut state = job.state();
        state.progress = progress;
        let is_news = rounds != Some(tuned.rounds);
        if is_news {
            rounds = Some(tuned.rounds);
            state.tuned = Some(Arc::new(tuned.clone()));
        }
        drop(state);
        if is_news || told.is_none_or(|told| told.elapsed() > TELL_INTERVAL) {
            told = Some(Instant::now());
            shared.publish();
        }
        job.goes_on(shared, era)
    })?;
    let is_whole = tuned.rounds == plan.rounds;
    Ok(if is_whole { TuneEnd::Whole } else { how(()) })
}

/// The document, or so much of it around a place as is measured on, with the state that the index knows before it.
fn subject(opened: &Opened, around: ByteOffset) -> Result<Subject, Failed> {
    let (source, language) = (Arc::clone(&opened.source), opened.language);
    let total = opened.bytes();
    if total <= TUNED_WINDOW_BYTES {
        return Ok(Subject { source, range: 0..total, state: State::default(), language });
    }
    let index = opened.index.read().unwrap_or_else(PoisonError::into_inner);
    let wished = around.saturating_sub(TUNED_WINDOW_BYTES / 2).min(total - TUNED_WINDOW_BYTES);
    let chunk = index.chunk_of(wished).ok_or(Failed::NotScanned)?;
    let checkpoint = index.checkpoint(chunk).ok_or(Failed::NotScanned)?;
    let start = index.range(chunk).start;
    let range = start..(start + TUNED_WINDOW_BYTES).min(total);
    Ok(Subject { source, range, state: checkpoint.state, language })
}
