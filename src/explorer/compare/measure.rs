//! A side by itself: its counts, its first problem, and how long it takes to find them. It is what `scan` does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::side::FromStart;
use super::{How, Measured, Side};
use crate::error::Error;
use crate::limits::BLOCK_BYTES;
use crate::scan::{Account, Accountant, ScanJob, Surveyed, account_of};
use crate::source::ReadAt;
use crate::stream::{Block, Feed};
use crate::units::ByteOffset;

/// Where a measurement stands, and whether it shall go on.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Bytes gone over.
    pub(super) bytes_done: AtomicU64,
    /// Whether to stop.
    pub(super) stopped: AtomicBool,
}

/// Time in which short scans are repeated.
const REPEAT_TIME: Duration = Duration::from_millis(60);

/// Runs of a short scan.
const RUNS_MAX: usize = 7;

/// Measures both sides, by turns, so that the machine's drift hits both alike. None where it was stopped.
pub(super) fn measure(
    sides: &[Side; 2],
    watch: &Arc<Watch>,
) -> Result<[Option<Measured>; 2], Error> {
    let begin = Instant::now();
    let mut measured: [Option<Measured>; 2] = [None, None];
    for run in 1..=RUNS_MAX {
        for (side, measured) in sides.iter().zip(&mut measured) {
            let began = Instant::now();
            let account = match account(side, watch) {
                _ if watch.stopped.load(Ordering::Relaxed) => return Ok([None, None]),
                account => account?,
            };
            let elapsed = began.elapsed();
            let fastest = measured.as_ref().map_or(elapsed, |before| before.elapsed.min(elapsed));
            *measured = Some(Measured { account, elapsed: fastest, runs: run });
        }
        if begin.elapsed() > REPEAT_TIME {
            break;
        }
    }
    Ok(measured)
}

/// All counts of a side, in one pass.
fn account(side: &Side, watch: &Arc<Watch>) -> Result<Account, Error> {
    let watched = Watched { source: Arc::clone(&side.source), watch: Arc::clone(watch) };
    let source: Arc<dyn ReadAt> = Arc::new(watched);
    let (threads, chunk_bytes) = match side.scanner.how {
        How::Stream { block_bytes } => return streamed(side, source, block_bytes, watch),
        How::Whole { chunk_bytes } => (1, chunk_bytes),
        How::Threads { threads, chunk_bytes } => (threads, chunk_bytes),
    };
    let told = Arc::clone(watch);
    let tell = move |n| {
        told.bytes_done.fetch_add(n, Ordering::Relaxed);
    };
    account_of(&source, &job(side, threads, chunk_bytes), tell)
}

fn job(side: &Side, threads: usize, chunk_bytes: usize) -> ScanJob {
    let super::SideScanner { language, kernel, .. } = side.scanner;
    ScanJob { language, kernel, threads, chunk_bytes, bytes_total: side.bytes, give_way: None }
}

/// All counts of a side that is cut into blocks. Small ones are read several at a time: it is the cut that counts.
fn streamed(
    side: &Side,
    source: Arc<dyn ReadAt>,
    block_bytes: usize,
    watch: &Watch,
) -> Result<Account, Error> {
    let cut = block_bytes.max(1);
    let mut reader = FromStart { source, at: 0, end: side.bytes };
    let mut block = Block::new(cut * BLOCK_BYTES.div_ceil(cut));
    let mut feed = Feed::new(side.scanner.kernel, side.scanner.language);
    let mut accountant = Accountant::new(&job(side, 1, cut));
    loop {
        let at = feed.at();
        let n = block.fill(&mut reader).map_err(|reason| Error::read(at, reason))?;
        feed.take(&mut block, n == 0, cut as u64, |found: Surveyed, end, bytes| {
            let Ok(()) = accountant.take(&found, end, || Ok::<_, std::convert::Infallible>(bytes));
        });
        watch.bytes_done.fetch_add(n as u64, Ordering::Relaxed);
        if n == 0 {
            return Ok(accountant.finish());
        }
    }
}

/// A source that refuses to be read once it shall stop: that ends a scan wherever it runs.
#[derive(Debug)]
struct Watched {
    source: Arc<dyn ReadAt>,
    watch: Arc<Watch>,
}

impl ReadAt for Watched {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.watch.stopped.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        self.source.read_at(offset, buffer)
    }

    fn bytes(&self) -> u64 {
        self.source.bytes()
    }
}
