//! The runner: goes through a plan, round by round, and tells after every run how far it is.

use std::sync::Arc;
use std::time::Duration;

use super::reading::{read_file, read_memory};
use super::{Plan, RUN_TIME_MIN, ReadFrom, Subject, TuneProgress, Tuned};
use crate::error::Error;
use crate::explorer::TimeShares;
use crate::scan::{DriverMonitor, ScanJob, scan_source_from};
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// Measures what is planned. `tell` is told after every run, with what all whole rounds gave; it says whether to go on. What
/// comes back has whole rounds only.
///
/// # Errors
/// If the source cannot be read or is shorter than it was, or threads cannot be started.
pub fn measure(
    subject: &Subject,
    plan: &Plan,
    cores: usize,
    mut tell: impl FnMut(TuneProgress, &Tuned) -> bool,
) -> Result<Tuned, Error> {
    let bytes = subject.range.end - subject.range.start;
    let mut tuned = Tuned::nothing(plan, subject.language, bytes, cores);
    let mut progress = TuneProgress { done: 0, total: plan.runs(), round: 0, rounds: plan.rounds };
    if !tell(progress, &tuned) {
        return Ok(tuned);
    }
    let sources = Sources::of(subject)?;
    for round in 0..=plan.rounds {
        progress.round = round;
        let mut now = tuned.clone();
        for i in 0..now.limits.len() {
            let limit = &mut now.limits[i];
            let from_memory = read_memory(&sources.memory, limit.threads);
            let from_file = read_file(&sources.window, bytes, limit.threads)?;
            limit.memory = limit.memory.max(from_memory);
            limit.file = limit.file.max(from_file);
            progress.done += 1;
            if !tell(progress, &tuned) {
                return Ok(tuned);
            }
        }
        for i in 0..now.runs.len() {
            let run = &mut now.runs[i];
            let job = ScanJob {
                language: subject.language,
                kernel: run.tuning.kernel,
                threads: run.tuning.threads,
                chunk_bytes: run.tuning.chunk_bytes,
                bytes_total: bytes,
                give_way: None,
            };
            let (mut scanned, mut elapsed) = (0, Duration::ZERO);
            let outcome = loop {
                let source = sources.get(run.from);
                let outcome = scan_source_from(source, subject.state.clone(), &job)?;
                scanned += bytes;
                elapsed += outcome.elapsed;
                if elapsed >= RUN_TIME_MIN {
                    break outcome;
                }
            };
            run.rates.push(scanned as f64 / elapsed.as_secs_f64());
            run.misses = outcome.speculation_misses;
            run.rescanned_bytes = outcome.rescanned_bytes;
            let monitor = DriverMonitor { workers: outcome.workers, ..DriverMonitor::default() };
            run.times = TimeShares::of(&monitor, outcome.elapsed);
            progress.done += 1;
            if i + 1 < now.runs.len() && !tell(progress, &tuned) {
                return Ok(tuned);
            }
        }
        // The first round warmed up.
        if round > 0 {
            tuned = now;
            tuned.rounds = round;
        }
        if !tell(progress, &tuned) {
            break;
        }
    }
    Ok(tuned)
}

/// The bytes, in memory and in the file.
struct Sources {
    memory: Arc<Vec<u8>>,
    in_memory: Arc<dyn ReadAt>,
    window: Window,
    in_file: Arc<dyn ReadAt>,
}

impl Sources {
    fn of(subject: &Subject) -> Result<Sources, Error> {
        let (at, end) = (subject.range.start, subject.range.end);
        let window = Window { source: Arc::clone(&subject.source), at, end };
        let mut memory = vec![0; usize::try_from(window.bytes()).unwrap_or(usize::MAX)];
        let n = subject.source.read_at(at, &mut memory);
        let n = n.map_err(|reason| Error::read(at, reason))?;
        if n < memory.len() {
            return Err(Error::Truncated { at: at + n as u64, expected: end });
        }
        let memory = Arc::new(memory);
        let (in_memory, in_file) = (Arc::clone(&memory) as _, Arc::new(window.clone()) as _);
        Ok(Sources { memory, in_memory, window, in_file })
    }

    fn get(&self, from: ReadFrom) -> &Arc<dyn ReadAt> {
        match from {
            ReadFrom::Memory => &self.in_memory,
            ReadFrom::File => &self.in_file,
        }
    }
}

/// A part of a source as a source of its own. What was read of it is wanted again: it is not told when a pass has done with
/// bytes.
#[derive(Clone, Debug)]
struct Window {
    source: Arc<dyn ReadAt>,
    at: ByteOffset,
    end: ByteOffset,
}

impl ReadAt for Window {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> std::io::Result<usize> {
        let at = self.at.saturating_add(offset).min(self.end);
        let room = usize::try_from(self.end - at).unwrap_or(usize::MAX).min(buffer.len());
        self.source.read_at(at, &mut buffer[..room])
    }

    fn bytes(&self) -> u64 {
        self.end - self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::tune::Tuning;
    use crate::lang::LanguageId;
    use crate::scan::{State, scan_source};
    use crate::simd::KernelId;

    fn subject(bytes: usize) -> Subject {
        let text = b"{\"key\": [1, 2, \"three\"]}\n".iter().copied().cycle().take(bytes);
        let source: Arc<dyn ReadAt> = Arc::new(text.collect::<Vec<u8>>());
        let range = 0..source.bytes();
        Subject { source, range, state: State::default(), language: LanguageId::Json }
    }

    fn plan(rounds: usize) -> Plan {
        let kernels = vec![KernelId::Scalar];
        Plan { kernels, threads: vec![1, 2], chunks: vec![4096, 65536], rounds }
    }

    #[test]
    fn every_setting_has_a_rate_for_every_round_and_the_first_round_is_not_counted() {
        let (mut seen, mut rounds) = (Vec::new(), Vec::new());
        let tuned = measure(&subject(100_000), &plan(2), 2, |progress, tuned| {
            seen.push(progress);
            rounds.push(tuned.rounds);
            true
        })
        .expect("it is readable");
        assert!(tuned.runs.iter().all(|run| run.rates.len() == 2 && run.median() > 0.0));
        assert_eq!((tuned.runs.len(), tuned.rounds, tuned.bytes), (8, 2, 100_000));
        assert!(tuned.limits.iter().all(|limit| limit.memory > 0.0 && limit.file > 0.0));
        assert!(rounds.is_sorted() && rounds.last() == Some(&2));
        let last = seen.last().expect("it told");
        assert_eq!((last.done, last.total, last.round), (last.total, plan(2).runs(), 2));
    }

    #[test]
    fn what_a_pool_scans_tells_what_its_time_went_into() {
        let large = subject(3 << 20);
        let plan = Plan { chunks: vec![65536], ..plan(1) };
        let tuned = measure(&large, &plan, 2, |_, _| true).expect("it is readable");
        for run in &tuned.runs {
            assert_eq!(run.times.is_some(), run.tuning.threads > 1, "{run:?}");
            assert!(tuned.scaled(run).is_some());
        }
    }

    #[test]
    fn who_stops_it_keeps_whole_rounds() {
        let all = plan(5).runs();
        for stop in [0, 1, all / 2, all / 2 + 1, all - 1] {
            let tuned = measure(&subject(5000), &plan(5), 2, |now, _| now.done < stop);
            let tuned = tuned.expect("it is readable");
            assert!(tuned.rounds < 5, "{stop}");
            assert!(tuned.runs.iter().all(|run| run.rates.len() == tuned.rounds), "{stop}");
        }
    }

    #[test]
    fn a_window_is_scanned_as_it_stands_in_the_document() {
        let whole = subject(200_000);
        // From inside of a string on.
        let window = Window { source: Arc::clone(&whole.source), at: 50_003, end: 150_000 };
        let job = |bytes_total| ScanJob {
            language: LanguageId::Json,
            kernel: KernelId::Scalar,
            threads: 1,
            chunk_bytes: 4096,
            bytes_total,
            give_way: None,
        };
        let before = scan_source(&whole.source, &job(50_003)).expect("it is readable");
        let upto = scan_source(&whole.source, &job(150_000)).expect("it is readable");
        assert_ne!(before.end, State::default());
        let bytes = window.bytes();
        let source: Arc<dyn ReadAt> = Arc::new(window);
        let inside = scan_source_from(&source, before.end, &job(bytes)).expect("it is readable");
        assert_eq!(before.summary.classes[0] + inside.summary.classes[0], upto.summary.classes[0]);
        assert_eq!(inside.end, upto.end);
    }

    #[test]
    fn what_became_shorter_is_told() {
        let mut cut = subject(5000);
        cut.range.end = 6000;
        let tuned = measure(&cut, &plan(1), 2, |_, _| true);
        assert!(matches!(tuned, Err(Error::Truncated { at: 5000, expected: 6000 })));
        let tuning = Tuning { kernel: KernelId::Scalar, threads: 1, chunk_bytes: 4096 };
        assert!(plan(1).settings().iter().any(|(it, _)| *it == tuning));
    }
}
