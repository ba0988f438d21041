//! What is tried: every combination of these.

use super::{ReadFrom, Tuning};
use crate::limits::{CHUNK_BYTES, TUNE_ROUNDS};
use crate::simd::{self, KernelId};

/// Chunk sizes that are tried if nobody says.
pub const CHUNK_SIZES: [usize; 3] = [CHUNK_BYTES / 4, CHUNK_BYTES, CHUNK_BYTES * 4];

/// Thread counts up to this one are tried one by one, then only doubled.
const EACH_COUNT_UP_TO: usize = 4;

/// What is tried, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Kernels, the fastest first.
    pub kernels: Vec<KernelId>,
    /// Thread counts, ascending.
    pub threads: Vec<usize>,
    /// Chunk sizes, ascending.
    pub chunks: Vec<usize>,
    /// Rounds that count; one more before them warms up.
    pub rounds: usize,
}

impl Plan {
    /// All that this machine has to offer.
    #[must_use]
    pub fn everything(cores: usize) -> Plan {
        Plan {
            kernels: simd::available(),
            threads: thread_counts(cores),
            chunks: CHUNK_SIZES.to_vec(),
            rounds: TUNE_ROUNDS,
        }
    }

    /// The same with the setting that is in use among what is tried.
    #[must_use]
    pub fn with(mut self, tuning: Tuning) -> Plan {
        let add = |values: &mut Vec<usize>, value| {
            if let Err(at) = values.binary_search(&value) {
                values.insert(at, value);
            }
        };
        add(&mut self.threads, tuning.threads);
        add(&mut self.chunks, tuning.chunk_bytes);
        if !self.kernels.contains(&tuning.kernel) {
            self.kernels.push(tuning.kernel);
        }
        self
    }

    /// Every setting, from memory and from the file.
    #[must_use]
    pub fn settings(&self) -> Vec<(Tuning, ReadFrom)> {
        let mut settings = Vec::new();
        for kernel in self.kernels.iter().copied() {
            for threads in self.threads.iter().copied() {
                for chunk_bytes in self.chunks.iter().copied() {
                    let tuning = Tuning { kernel, threads, chunk_bytes };
                    settings.extend(ReadFrom::ALL.map(|from| (tuning, from)));
                }
            }
        }
        settings
    }

    /// Thread counts for which plain reading is measured: one, and those that are tried.
    #[must_use]
    pub fn reading_threads(&self) -> Vec<usize> {
        let others = self.threads.iter().copied().filter(|n| *n != 1);
        std::iter::once(1).chain(others).collect()
    }

    /// Runs in all, plain reading and the round that warms up included.
    #[must_use]
    pub fn runs(&self) -> usize {
        (self.settings().len() + self.reading_threads().len()) * (self.rounds + 1)
    }
}

/// 1, 2, 3, 4, 8, 16, ... and the number of cores.
#[must_use]
pub fn thread_counts(cores: usize) -> Vec<usize> {
    let next = |n: &usize| Some(if *n < EACH_COUNT_UP_TO { n + 1 } else { n * 2 });
    let mut counts: Vec<usize> =
        std::iter::successors(Some(1), next).take_while(|n| *n < cores).collect();
    counts.push(cores.max(1));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thread_counts_reach_from_one_to_the_cores() {
        assert_eq!(thread_counts(0), [1]);
        assert_eq!(thread_counts(1), [1]);
        assert_eq!(thread_counts(2), [1, 2]);
        assert_eq!(thread_counts(6), [1, 2, 3, 4, 6]);
        assert_eq!(thread_counts(64), [1, 2, 3, 4, 8, 16, 32, 64]);
    }

    #[test]
    fn the_setting_in_use_is_among_what_is_tried_once() {
        let tuning = Tuning { kernel: KernelId::Scalar, threads: 7, chunk_bytes: 4096 };
        let plan = Plan::everything(2).with(tuning).with(tuning);
        assert_eq!(plan.threads, [1, 2, 7]);
        assert_eq!(plan.chunks, [4096, 16 << 10, 64 << 10, 256 << 10]);
        let settings = plan.settings();
        assert_eq!(settings.iter().filter(|(it, _)| *it == tuning).count(), 2);
        assert_eq!(settings.len(), plan.kernels.len() * 3 * 4 * 2);
    }

    #[test]
    fn one_thread_reads_even_where_it_is_not_tried() {
        let plan = Plan { threads: vec![3], ..Plan::everything(2) };
        assert_eq!(plan.reading_threads(), [1, 3]);
        let once = plan.kernels.len() * 3 * 2 + 2;
        assert_eq!(plan.runs(), once * (plan.rounds + 1));
    }
}
