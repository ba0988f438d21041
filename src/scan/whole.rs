//! A whole source at once, for those who have nothing to show meanwhile: `scan`, `tune`, tests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;

use super::{Driver, ScanEvent, ScanJob, State, Summary, summarize};
use crate::error::Error;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::limits::INLINE_BYTES_MAX;
use crate::source::ReadAt;

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
    /// How long it took, reading included.
    pub elapsed: Duration,
}

/// Scans `source` as `job` says. A small source, or a job of one thread, is scanned on the calling thread.
///
/// # Errors
/// If the source cannot be read or ends early, or threads cannot be started.
pub fn scan_source(source: &Arc<dyn ReadAt>, job: &ScanJob) -> Result<ScanOutcome, Error> {
    let begin = Instant::now();
    let mut outcome = if job.threads == 1 || job.bytes_total <= INLINE_BYTES_MAX {
        on_this_thread(&**source, job)?
    } else {
        on_a_pool(source, job)?
    };
    outcome.elapsed = begin.elapsed();
    Ok(outcome)
}

fn nothing() -> ScanOutcome {
    ScanOutcome {
        summary: Summary::default(),
        end: State::default(),
        speculation_hits: 0,
        speculation_misses: 0,
        rescanned_bytes: 0,
        elapsed: Duration::ZERO,
    }
}

fn on_this_thread(source: &dyn ReadAt, job: &ScanJob) -> Result<ScanOutcome, Error> {
    let mut outcome = nothing();
    let mut scan = |chunk: Piece<'_>| {
        let (summary, end) = summarize(job.kernel, job.language, &outcome.end, chunk);
        outcome.summary = outcome.summary.then(&summary);
        outcome.end = end;
    };
    if let Some(all) = source.in_memory() {
        let n = usize::try_from(job.bytes_total).unwrap_or(usize::MAX).min(all.len());
        Piece::whole(&all[..n]).chunks(job.chunk_bytes).for_each(&mut scan);
        return Ok(outcome);
    }
    // In front of each chunk stand the last bytes of the one before it, to look back on.
    let mut buffer = vec![0; LOOK_BACK_MAX + job.chunk_bytes.min(job.bytes_total as usize)];
    let (mut at, mut from) = (0, 0);
    while at < job.bytes_total {
        let want = (job.bytes_total - at).min(job.chunk_bytes as u64) as usize;
        let n = source
            .read_at(at, &mut buffer[from..from + want])
            .map_err(|reason| Error::Read { at, reason })?;
        if n < want {
            return Err(Error::Truncated { at: at + n as u64, expected: job.bytes_total });
        }
        let to = from + n;
        let last = at + n as u64 == job.bytes_total;
        scan(Piece { text: &buffer[..to], from, to, at, last });
        at += n as u64;
        buffer.copy_within(to.saturating_sub(LOOK_BACK_MAX)..to, 0);
        from = to.min(LOOK_BACK_MAX);
    }
    Ok(outcome)
}

fn on_a_pool(source: &Arc<dyn ReadAt>, job: &ScanJob) -> Result<ScanOutcome, Error> {
    let mut outcome = nothing();
    // One answer comes, at the end.
    let (send, receive) = bounded(1);
    let (mut sum, mut state) = (Summary::default(), State::default());
    let sink = move |event: ScanEvent| match event {
        ScanEvent::Chunks { chunks, .. } => {
            for (summary, end) in chunks {
                sum = sum.then(&summary);
                state = end;
            }
        }
        ScanEvent::Done => {
            let _ = send.send(Ok((sum.clone(), state.clone())));
        }
        ScanEvent::Failed(error) => {
            let _ = send.send(Err(error));
        }
    };
    let driver = Driver::start(Arc::clone(source), job.clone(), Box::new(sink))?;
    let gone = || Error::WorkerPanic { at: 0, message: "the stitcher ended early".to_owned() };
    (outcome.summary, outcome.end) = receive.recv().map_err(|_| gone())??;
    let monitor = driver.monitor();
    outcome.speculation_hits = monitor.speculation_hits;
    outcome.speculation_misses = monitor.speculation_misses;
    outcome.rescanned_bytes = monitor.rescanned_bytes;
    Ok(outcome)
}
