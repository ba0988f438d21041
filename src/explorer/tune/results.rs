//! What a measurement gave, and what follows from it.

use super::{Plan, ReadFrom, Tuning};
use crate::explorer::{Scaled, TimeShares};
use crate::lang::LanguageId;
use crate::scan::chunks_per_batch;

/// The spread of a figure over rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Lowest.
    pub min: f64,
    /// Middle.
    pub median: f64,
    /// Highest.
    pub max: f64,
}

impl Spread {
    /// Of some values; zeros for none.
    #[must_use]
    pub fn of(values: &[f64]) -> Spread {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let at = |i: usize| values.get(i).copied().unwrap_or(0.0);
        Spread { min: at(0), median: at(values.len() / 2), max: at(values.len().saturating_sub(1)) }
    }
}

/// What so many threads plainly read at most, in bytes a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReadLimit {
    /// Threads.
    pub threads: usize,
    /// From memory.
    pub memory: f64,
    /// From the file.
    pub file: f64,
}

/// One setting measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The setting.
    pub tuning: Tuning,
    /// Where the bytes came from.
    pub from: ReadFrom,
    /// Bytes a second, one for each round.
    pub rates: Vec<f64>,
    /// Wrong guesses in the last round.
    pub misses: u64,
    /// Bytes scanned again for them.
    pub rescanned_bytes: u64,
    /// What the workers' time went into in the last round; none where no pool was needed.
    pub times: Option<TimeShares>,
}

impl Run {
    /// Bytes a second.
    #[must_use]
    pub fn spread(&self) -> Spread {
        Spread::of(&self.rates)
    }

    /// The middle one of its rates.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.spread().median
    }
}

/// All that was measured so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuned {
    /// Scanned as what.
    pub language: LanguageId,
    /// Bytes of a run.
    pub bytes: u64,
    /// Cores of the machine.
    pub cores: usize,
    /// Rounds that are counted in it.
    pub rounds: usize,
    /// What the machine reads, by thread count, one thread first.
    pub limits: Vec<ReadLimit>,
    /// The settings, in the plan's order.
    pub runs: Vec<Run>,
}

impl Tuned {
    /// Nothing measured yet of what is planned.
    #[must_use]
    pub fn nothing(plan: &Plan, language: LanguageId, bytes: u64, cores: usize) -> Tuned {
        let limit = |threads| ReadLimit { threads, ..ReadLimit::default() };
        let run = |(tuning, from)| Run {
            tuning,
            from,
            rates: Vec::with_capacity(plan.rounds),
            misses: 0,
            rescanned_bytes: 0,
            times: None,
        };
        Tuned {
            language,
            bytes,
            cores,
            rounds: 0,
            limits: plan.reading_threads().into_iter().map(limit).collect(),
            runs: plan.settings().into_iter().map(run).collect(),
        }
    }

    /// The run of a setting.
    #[must_use]
    pub fn run(&self, tuning: Tuning, from: ReadFrom) -> Option<&Run> {
        self.runs.iter().find(|run| run.tuning == tuning && run.from == from)
    }

    /// Runs from there, the fastest first.
    #[must_use]
    pub fn ranked(&self, from: ReadFrom) -> Vec<&Run> {
        let mut runs: Vec<&Run> = self.runs.iter().filter(|run| run.from == from).collect();
        // The sort is stable: what is as fast stays in the plan's order.
        runs.sort_by(|a, b| b.median().total_cmp(&a.median()));
        runs
    }

    /// The fastest setting from there; none before anything is measured.
    #[must_use]
    pub fn best(&self, from: ReadFrom) -> Option<&Run> {
        self.ranked(from).into_iter().find(|run| !run.rates.is_empty())
    }

    /// What so many threads, or fewer of them, read from there at most: of little it is one that reads fastest.
    #[must_use]
    pub fn limit(&self, threads: usize, from: ReadFrom) -> f64 {
        let limits = self.limits.iter().filter(|limit| limit.threads <= threads);
        let rates = limits.map(|limit| match from {
            ReadFrom::Memory => limit.memory,
            ReadFrom::File => limit.file,
        });
        rates.fold(0.0, f64::max)
    }

    /// A run's rate by what as many threads can plainly read.
    #[must_use]
    pub fn of_limit(&self, run: &Run) -> f64 {
        run.median() / self.limit(run.tuning.threads, run.from).max(1.0)
    }

    /// A run's rate by that of one thread with the same kernel, chunk and source, divided by the threads; none if one thread
    /// was not tried.
    #[must_use]
    pub fn efficiency(&self, run: &Run) -> Option<f64> {
        let one = self.run(Tuning { threads: 1, ..run.tuning }, run.from)?;
        Some(run.median() / one.median().max(1.0) / run.tuning.threads as f64)
    }

    /// How a run stands to one thread, for why it is no faster; none if one thread was not tried.
    #[must_use]
    pub fn scaled(&self, run: &Run) -> Option<Scaled> {
        let batch_chunks = chunks_per_batch(self.language, self.bytes);
        let batches = self.bytes as f64 / (run.tuning.chunk_bytes * batch_chunks) as f64;
        Some(Scaled {
            threads: run.tuning.threads,
            cores: self.cores,
            efficiency: self.efficiency(run)?,
            of_limit: self.of_limit(run),
            batches_per_thread: batches / run.tuning.threads as f64,
            rescanned: run.rescanned_bytes as f64 / self.bytes.max(1) as f64,
            times: run.times,
        })
    }

    /// The most threads that were tried.
    #[must_use]
    pub fn threads_max(&self) -> usize {
        self.runs.iter().map(|run| run.tuning.threads).max().unwrap_or(1)
    }

    /// The fastest run with the most threads from there: the one to ask why it is no faster.
    #[must_use]
    pub fn with_most_threads(&self, from: ReadFrom) -> Option<&Run> {
        let most = self.threads_max();
        self.ranked(from).into_iter().find(|run| run.tuning.threads == most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::Limit;
    use crate::simd::KernelId;

    fn tuning(threads: usize) -> Tuning {
        Tuning { kernel: KernelId::Scalar, threads, chunk_bytes: 65536 }
    }

    /// One kernel, one chunk size, one and two threads: 5 and 8 GB/s from the file, 8 and 10 from memory.
    fn tuned() -> Tuned {
        let plan = Plan {
            kernels: vec![KernelId::Scalar],
            threads: vec![1, 2],
            chunks: vec![65536],
            rounds: 3,
        };
        let mut tuned = Tuned::nothing(&plan, LanguageId::Json, 64 << 20, 2);
        for run in &mut tuned.runs {
            let median = match (run.tuning.threads, run.from) {
                (1, ReadFrom::File) => 5e9,
                (_, ReadFrom::File) => 8e9,
                (1, ReadFrom::Memory) => 8e9,
                (_, ReadFrom::Memory) => 10e9,
            };
            run.rates = vec![median + 1e9, median - 1e9, median];
        }
        tuned.limits[0] = ReadLimit { threads: 1, memory: 11e9, file: 10e9 };
        tuned.limits[1] = ReadLimit { threads: 2, memory: 12e9, file: 16e9 };
        tuned
    }

    #[test]
    fn a_spread_needs_no_order_and_no_values() {
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Spread { min: 1.0, median: 2.0, max: 3.0 });
        assert_eq!(Spread::of(&[]), Spread::default());
    }

    #[test]
    fn the_best_is_the_fastest_of_its_source() {
        let tuned = tuned();
        assert_eq!(tuned.best(ReadFrom::File).map(|run| run.tuning), Some(tuning(2)));
        let ranked: Vec<usize> =
            tuned.ranked(ReadFrom::Memory).iter().map(|run| run.tuning.threads).collect();
        assert_eq!(ranked, [2, 1]);
        let plan = Plan::everything(2);
        let nothing = Tuned::nothing(&plan, LanguageId::Json, 1, 2);
        assert_eq!(nothing.best(ReadFrom::File), None);
    }

    #[test]
    fn runs_are_held_against_one_thread_and_against_reading() {
        let tuned = tuned();
        let two = tuned.run(tuning(2), ReadFrom::File).expect("it was tried");
        assert_eq!(tuned.efficiency(two), Some(0.8));
        assert_eq!(tuned.of_limit(two), 0.5);
        let most = tuned.with_most_threads(ReadFrom::Memory).expect("there is one");
        let scaled = tuned.scaled(most).expect("one thread was tried");
        assert_eq!(scaled.limit(), Limit::Reading);
        let little = Tuned {
            limits: vec![tuned.limits[0], ReadLimit { threads: 2, memory: 1e9, file: 1e9 }],
            ..tuned
        };
        assert_eq!(little.limit(2, ReadFrom::File), 10e9);
    }
}
