//! A snapshot out of what is shared.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Progress;
use crate::cache::DetailCache;
use crate::explorer::diagnosis::TimeShares;
use crate::explorer::handle::EngineOptions;
use crate::explorer::live::Live;
use crate::explorer::opened::Opened;
use crate::explorer::{DocumentInfo, IndexOrigin, Monitor, ScanProgress, Snapshot};
use crate::lang::LanguageId;
use crate::limits::SAMPLE_INTERVAL_MS;
use crate::scan::DriverMonitor;

/// How everything is now, but for what only [`Shared`](super::Shared) knows.
pub(super) fn picture(
    path: &std::path::Path,
    options: &EngineOptions,
    cache: &DetailCache,
    opened: &Opened,
    progress: &Progress,
    driver: Option<DriverMonitor>,
    live: Option<&Arc<Live>>,
) -> Snapshot {
    let (mut totals, chunk_bytes, index_bytes) = match opened.index.read() {
        Ok(index) => (index.totals().clone(), index.chunk_bytes(), index.memory_bytes()),
        Err(_) => (crate::scan::Summary::default(), options.chunk_bytes as u64, 0),
    };
    let findings = opened.findings.load();
    let is_json = opened.language == LanguageId::Json;
    if let (true, Some(findings)) = (is_json, findings.as_ref()) {
        // No pass but the one that gathers them knows of them.
        totals.patterns = findings.counts();
    }
    let monitor = driver.or_else(|| live.map(|live| live.monitor())).unwrap_or_default();
    let first_byte = opened.first_byte();
    let elapsed = progress.elapsed.unwrap_or_else(|| progress.begun.elapsed());
    Snapshot {
        generation: progress.generation,
        document: DocumentInfo {
            path: path.to_owned(),
            bytes: opened.end_now(),
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
            number: progress.scan_number,
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
        // JSON's outline needs nothing gathered.
        gathered_part: findings.as_ref().filter(|_| !is_json).and_then(|it| it.part()),
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
        stream: live.map(|live| live.status(first_byte)),
        followed: false,
        compare: None,
        tune: None,
        first_byte,
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
