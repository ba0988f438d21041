//! A whole source at once, for those who have nothing to show meanwhile: `scan`, `tune`, tests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;

use super::{
    Checker, Driver, DriverMonitor, LineCounter, LineKinds, ScanEvent, ScanJob, Scanned, State,
    Summary, Surveyed, WorkerCounters,
};
use crate::error::Error;
use crate::lang::ProblemKind;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::limits::INLINE_BYTES_MAX;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// What a scan of a whole source found.
#[derive(Clone, Debug)]
pub struct ScanOutcome {
    /// The sums.
    pub summary: Summary,
    /// The state after the last byte.
    pub end: State,
    /// Batches whose guessed state was right.
    pub speculation_hits: u64,
    /// Batches whose guessed state was wrong.
    pub speculation_misses: u64,
    /// Bytes scanned again after a wrong guess.
    pub rescanned_bytes: u64,
    /// What each worker's time went into; none where no pool was needed.
    pub workers: Vec<WorkerCounters>,
    /// How long it took, reading included.
    pub elapsed: Duration,
}

/// All counts of a source: the sums, the lines by kind, and the first problem.
#[derive(Debug)]
pub struct Account {
    /// The sums.
    pub summary: Summary,
    /// The lines.
    pub lines: LineKinds,
    /// The first thing that is wrong.
    pub problem: Option<(ByteOffset, ProblemKind)>,
    /// Threads that scanned some of it.
    pub threads: usize,
}

/// Scans `source` as `job` says. A small source, or a job of one thread, is scanned on the calling thread.
///
/// # Errors
/// If the source cannot be read or ends early, or threads cannot be started.
pub fn scan_source(source: &Arc<dyn ReadAt>, job: &ScanJob) -> Result<ScanOutcome, Error> {
    scan_source_from(source, State::default(), job)
}

/// The same of a source that is a part of another one, with the state that this one has before it.
///
/// # Errors
/// As [`scan_source`].
pub fn scan_source_from(
    source: &Arc<dyn ReadAt>,
    state: State,
    job: &ScanJob,
) -> Result<ScanOutcome, Error> {
    let begin = Instant::now();
    let nothing = ScanOutcome {
        summary: Summary::default(),
        end: State::default(),
        speculation_hits: 0,
        speculation_misses: 0,
        rescanned_bytes: 0,
        workers: Vec::new(),
        elapsed: Duration::ZERO,
    };
    let fold = |outcome: &mut ScanOutcome, summary: Summary, end: State| {
        outcome.summary.append(&summary);
        outcome.end = end;
        Ok(())
    };
    let (mut outcome, counts) = fold_source(source, state, job, nothing, fold)?;
    outcome.speculation_hits = counts.speculation_hits;
    outcome.speculation_misses = counts.speculation_misses;
    outcome.rescanned_bytes = counts.rescanned_bytes;
    outcome.workers = counts.workers;
    outcome.elapsed = begin.elapsed();
    Ok(outcome)
}

/// Scans `source` as `job` says for all that is counted, in one pass. `tell` is told the bytes of each chunk.
///
/// # Errors
/// As [`scan_source`].
pub fn account_of(
    source: &Arc<dyn ReadAt>,
    job: &ScanJob,
    tell: impl Fn(u64) + Send + 'static,
) -> Result<Account, Error> {
    let nothing = Accountant::new(job);
    let reader = Arc::clone(source);
    let fold = move |accountant: &mut Accountant, scanned: Surveyed, end: State| {
        let (at, n) = (accountant.sum.bytes, scanned.summary.bytes);
        accountant.take(&scanned, &end, || read(&*reader, at, n))?;
        tell(n);
        Ok(())
    };
    let (accountant, counts) = fold_source(source, State::default(), job, nothing, fold)?;
    let at_work = counts.workers.iter().filter(|worker| worker.bytes > 0).count();
    Ok(Account { threads: at_work.max(1), ..accountant.finish() })
}

/// Puts surveys in order.
#[derive(Debug)]
pub struct Accountant {
    sum: Summary,
    lines: LineCounter,
    checker: Checker,
}

impl Accountant {
    /// Before the first byte.
    #[must_use]
    pub fn new(job: &ScanJob) -> Self {
        let checker = Checker::new(job.kernel, job.language);
        Accountant { sum: Summary::default(), lines: LineCounter::default(), checker }
    }

    /// Takes the next chunk, scanned from the state that is true before it. `bytes` is asked for its bytes if something
    /// may be wrong in it: hardly ever before the first problem, and never after it.
    ///
    /// # Errors
    /// What `bytes` gives.
    pub fn take<E, B: AsRef<[u8]>>(
        &mut self,
        scanned: &Surveyed,
        end: &State,
        bytes: impl FnOnce() -> Result<B, E>,
    ) -> Result<(), E> {
        let n = scanned.summary.bytes;
        self.sum.append(&scanned.summary);
        self.lines = self.lines.then(&scanned.survey.lines);
        if !self.checker.go_on(&scanned.survey, end, n) {
            self.checker.look(bytes()?.as_ref());
        }
        Ok(())
    }

    /// The account of everything, scanned by one thread.
    #[must_use]
    pub fn finish(self) -> Account {
        let Accountant { sum, lines, checker } = self;
        // A code language's scanner tells problems itself; the checker knows the characters.
        let problems = [sum.problem, checker.finish()];
        let problem = problems.into_iter().flatten().min_by_key(|(at, _)| *at);
        Account { summary: sum, lines: lines.finish(), problem, threads: 1 }
    }
}

fn read(source: &dyn ReadAt, at: u64, n: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; usize::try_from(n).unwrap_or(usize::MAX)];
    let got = source.read_at(at, &mut bytes).map_err(|reason| Error::read(at, reason))?;
    if got < bytes.len() {
        return Err(Error::Truncated { at: at + got as u64, expected: at + n });
    }
    Ok(bytes)
}

/// Scans `source`, before which stands `state`, and folds what each chunk gives, in order, into `folded`. The counters tell
/// nothing where no pool was needed.
fn fold_source<S, F>(
    source: &Arc<dyn ReadAt>,
    state: State,
    job: &ScanJob,
    folded: F,
    fold: impl FnMut(&mut F, S, State) -> Result<(), Error> + Send + 'static,
) -> Result<(F, DriverMonitor), Error>
where
    S: Scanned,
    F: Send + 'static,
{
    if job.threads == 1 || job.bytes_total <= INLINE_BYTES_MAX {
        Ok((on_this_thread(&**source, state, job, folded, fold)?, DriverMonitor::default()))
    } else {
        on_a_pool(source, state, job, folded, fold)
    }
}

fn on_this_thread<S: Scanned, F>(
    source: &dyn ReadAt,
    mut state: State,
    job: &ScanJob,
    mut folded: F,
    mut fold: impl FnMut(&mut F, S, State) -> Result<(), Error>,
) -> Result<F, Error> {
    let mut scan = |chunk: Piece<'_>| {
        let (scanned, end) = S::scan(job.kernel, job.language, &state, chunk);
        state = end.clone();
        fold(&mut folded, scanned, end)
    };
    if let Some(all) = source.in_memory() {
        let n = usize::try_from(job.bytes_total).unwrap_or(usize::MAX).min(all.len());
        Piece::whole(&all[..n]).chunks(job.chunk_bytes).try_for_each(&mut scan)?;
        return Ok(folded);
    }
    // In front of each chunk stand the last bytes of the one before it, to look back on.
    let mut buffer = vec![0; LOOK_BACK_MAX + job.chunk_bytes.min(job.bytes_total as usize)];
    let (mut at, mut from) = (0, 0);
    while at < job.bytes_total {
        let want = (job.bytes_total - at).min(job.chunk_bytes as u64) as usize;
        let n = source
            .read_at(at, &mut buffer[from..from + want])
            .map_err(|reason| Error::read(at, reason))?;
        if n < want {
            return Err(Error::Truncated { at: at + n as u64, expected: job.bytes_total });
        }
        let to = from + n;
        let last = at + n as u64 == job.bytes_total;
        scan(Piece { text: &buffer[..to], from, to, at, last, text_ends: last })?;
        at += n as u64;
        buffer.copy_within(to.saturating_sub(LOOK_BACK_MAX)..to, 0);
        from = to.min(LOOK_BACK_MAX);
    }
    Ok(folded)
}

fn on_a_pool<S: Scanned, F: Send + 'static>(
    source: &Arc<dyn ReadAt>,
    state: State,
    job: &ScanJob,
    folded: F,
    mut fold: impl FnMut(&mut F, S, State) -> Result<(), Error> + Send + 'static,
) -> Result<(F, DriverMonitor), Error> {
    // One answer comes, at the end or at the first error.
    let (send, receive) = bounded(1);
    let mut folded = Some(folded);
    let sink = move |event: ScanEvent<S>| match event {
        ScanEvent::Chunks { chunks, .. } => {
            let Some(into) = &mut folded else { return };
            let done = chunks.into_iter().try_for_each(|(scanned, end)| fold(into, scanned, end));
            if let Err(error) = done {
                folded = None;
                let _ = send.send(Err(error));
            }
        }
        ScanEvent::Done => {
            if let Some(folded) = folded.take() {
                let _ = send.send(Ok(folded));
            }
        }
        ScanEvent::Failed(error) => {
            if folded.take().is_some() {
                let _ = send.send(Err(error));
            }
        }
    };
    let driver = Driver::go_on(Arc::clone(source), job.clone(), (0, state), Box::new(sink))?;
    let gone = || Error::WorkerPanic { at: 0, message: "the stitcher ended early".to_owned() };
    let folded = receive.recv().map_err(|_| gone())??;
    Ok((folded, driver.monitor()))
}
