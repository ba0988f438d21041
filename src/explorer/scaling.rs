//! Why more threads stop making a scan faster, from what was measured of it.

use super::TimeShares;
use crate::units::counted;

/// What was measured with so many threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    /// Worker threads.
    pub threads: usize,
    /// Cores of the machine.
    pub cores: usize,
    /// Throughput by that of one thread, divided by the threads: 1 is perfect.
    pub efficiency: f64,
    /// Throughput by what as many threads can plainly read.
    pub of_limit: f64,
    /// Batches that each thread has to do.
    pub batches_per_thread: f64,
    /// Bytes scanned again after wrong guesses, by all bytes.
    pub rescanned: f64,
    /// What the workers' time went into, if they were counted.
    pub times: Option<TimeShares>,
}

/// Why it stops there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// One thread: there is nothing to scale.
    OneThread,
    /// It scales.
    None,
    /// More threads than cores.
    Cores,
    /// Too few batches for so many threads.
    TooLittle,
    /// Wrong guesses.
    Guesses,
    /// As fast as so many threads can read at all.
    Reading,
    /// Workers find nothing to do: they wait for slower ones, whose results are to come first, or to hand theirs over.
    Starved,
    /// None of these: the machine gives so many threads no more, or other programs take it.
    Machine,
}

/// An efficiency from which on nothing is wrong.
const GOOD_EFFICIENCY: f64 = 0.9;

/// Batches a thread should have, so that the end, when some have none left, does not count.
const BATCHES_MIN: f64 = 8.0;

/// A share of the workers' time spent waiting for each other from which on that is what stops it.
const WAITING_SHARE: f64 = 0.15;

/// A share of the limit from which on it is the limit.
const NEAR_LIMIT: f64 = 0.7;

impl Scaled {
    /// What stops it.
    #[must_use]
    pub fn limit(&self) -> Limit {
        if self.threads <= 1 {
            Limit::OneThread
        } else if self.batches_per_thread < 1.0 {
            Limit::TooLittle
        } else if self.efficiency >= GOOD_EFFICIENCY {
            Limit::None
        } else if self.threads > self.cores {
            Limit::Cores
        } else if self.batches_per_thread < BATCHES_MIN {
            Limit::TooLittle
        } else if self.rescanned >= 1.0 - GOOD_EFFICIENCY {
            Limit::Guesses
        } else if self.of_limit >= NEAR_LIMIT {
            Limit::Reading
        } else if self.waiting() >= WAITING_SHARE {
            Limit::Starved
        } else {
            Limit::Machine
        }
    }

    /// The share of the workers' time that they waited for each other.
    fn waiting(&self) -> f64 {
        self.times.map_or(0.0, |times| times.ordering + times.ahead)
    }

    /// It in plain words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        let Scaled { threads, cores, .. } = *self;
        let each = format!("each of {threads} threads does {}", percent(self.efficiency));
        match self.limit() {
            Limit::OneThread => "one thread: there is nothing to scale".to_owned(),
            Limit::None => format!("scales well: {each} of what one alone does"),
            Limit::Cores => {
                format!("more threads than cores: {each} on {}", counted(cores as u64, "core"))
            }
            Limit::TooLittle => {
                format!("too few chunks: {each}, with {:.1} batches each", self.batches_per_thread)
            }
            Limit::Guesses => {
                format!("wrong guesses: {each}, {} was scanned again", percent(self.rescanned))
            }
            Limit::Reading => {
                let share = percent(self.of_limit);
                format!("bound by reading: {each}; {share} of what they can plainly read")
            }
            Limit::Starved => {
                let share = percent(self.waiting());
                format!("queue starved: {each}; {share} of their time they wait for each other")
            }
            Limit::Machine => {
                let share = percent(self.of_limit);
                format!("bound by the machine: {each}, {share} of plain reading, without waiting")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_told_by_its_own_measure() {
        let well = Scaled {
            threads: 4,
            cores: 4,
            efficiency: 0.95,
            of_limit: 0.5,
            batches_per_thread: 100.0,
            rescanned: 0.0,
            times: None,
        };
        assert_eq!(well.limit(), Limit::None);
        assert_eq!(Scaled { threads: 1, ..well }.limit(), Limit::OneThread);
        assert_eq!(Scaled { batches_per_thread: 0.5, ..well }.limit(), Limit::TooLittle);
        let badly = Scaled { efficiency: 0.6, ..well };
        assert_eq!(badly.limit(), Limit::Machine);
        let times = TimeShares { ordering: 0.1, ahead: 0.2, ..TimeShares::default() };
        let starved = Scaled { times: Some(times), ..badly };
        let said = "queue starved: each of 4 threads does 60 %; 30 % of their time they wait for each other";
        assert_eq!((starved.limit(), starved.sentence().as_str()), (Limit::Starved, said));
        let few = Scaled { cores: 1, ..badly };
        assert_eq!(few.limit(), Limit::Cores);
        assert!(few.sentence().ends_with(" on 1 core"), "{}", few.sentence());
        assert_eq!(Scaled { batches_per_thread: 2.0, ..badly }.limit(), Limit::TooLittle);
        assert_eq!(Scaled { rescanned: 0.3, ..badly }.limit(), Limit::Guesses);
        let reading = Scaled { of_limit: 0.9, ..badly };
        let said =
            "bound by reading: each of 4 threads does 60 %; 90 % of what they can plainly read";
        assert_eq!((reading.limit(), reading.sentence().as_str()), (Limit::Reading, said));
    }
}
