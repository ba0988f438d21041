//! What a scan spends its workers' time on, from their counters, and what bounds it, in one plain sentence.

use std::time::Duration;

use crate::scan::DriverMonitor;

/// Shares of all workers' time since the scan began, 0 to 1; together 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeShares {
    /// Reading the source.
    pub reading: f64,
    /// Scanning what was read.
    pub scanning: f64,
    /// Putting results in order, scanning again what was guessed wrong, and waiting for others that did.
    pub ordering: f64,
    /// Waiting for slower workers.
    pub ahead: f64,
    /// The rest: given to keys, to other programs, to the start and the end.
    pub idle: f64,
}

impl TimeShares {
    /// Of a scan that has taken so long; none before there is anything to tell.
    #[must_use]
    pub fn of(monitor: &DriverMonitor, elapsed: Duration) -> Option<TimeShares> {
        let sum = |time: fn(&crate::scan::WorkerCounters) -> u64| {
            monitor.workers.iter().map(time).sum::<u64>() as f64
        };
        let (busy, reading) = (sum(|it| it.busy_ns), sum(|it| it.read_ns));
        let (ordering, ahead) = (sum(|it| it.order_ns), sum(|it| it.ahead_ns));
        let known = busy + ordering + ahead;
        if known == 0.0 {
            return None;
        }
        // The number of workers may have changed on the way.
        let all = (elapsed.as_nanos() as f64 * monitor.workers.len() as f64).max(known);
        Some(TimeShares {
            reading: reading / all,
            scanning: (busy - reading).max(0.0) / all,
            ordering: ordering / all,
            ahead: ahead / all,
            idle: (all - known) / all,
        })
    }
}

/// What bounds a scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// The source gives bytes no faster.
    Reading,
    /// The scanners themselves: more workers or a wider kernel would help.
    Scanning,
    /// So many wrong guesses that this share of all bytes was scanned again.
    WrongGuesses(f64),
    /// Results wait for their turn.
    Order,
    /// The workers are held back: by keys, by other programs, or for there is too little to do.
    HeldBack,
    /// The stream gives bytes no faster than they come.
    Stream,
}

/// A share of bytes scanned again from which on guesses are what bounds a scan.
const RESCANNED_SHARE: f64 = 0.1;

/// A share of idle time from which on nothing else explains it.
const IDLE_SHARE: f64 = 0.4;

impl Bound {
    /// What bounds a scan of `bytes` so far, of which `rescanned_bytes` were scanned again.
    #[must_use]
    pub fn of(shares: &TimeShares, bytes: u64, rescanned_bytes: u64) -> Bound {
        let rescanned = rescanned_bytes as f64 / bytes.max(1) as f64;
        let waiting = shares.ordering + shares.ahead;
        if rescanned >= RESCANNED_SHARE {
            Bound::WrongGuesses(rescanned)
        } else if shares.idle >= IDLE_SHARE {
            Bound::HeldBack
        } else if waiting > shares.reading && waiting > shares.scanning {
            Bound::Order
        } else if shares.reading > shares.scanning {
            Bound::Reading
        } else {
            Bound::Scanning
        }
    }

    /// The same of a stream, which is waited for if its reader waited longer for bytes than it was held back.
    #[must_use]
    pub fn of_stream(self, waited_for_source: Duration, held_back: Duration) -> Bound {
        match self {
            Bound::HeldBack if waited_for_source > held_back => Bound::Stream,
            bound => bound,
        }
    }

    /// It in plain words.
    #[must_use]
    pub fn sentence(self, shares: &TimeShares) -> String {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        match self {
            Bound::Reading => {
                format!("bound by reading: {} of the workers' time", percent(shares.reading))
            }
            Bound::Scanning => {
                format!("bound by scanning: {} of the workers' time", percent(shares.scanning))
            }
            Bound::WrongGuesses(share) => {
                format!("wrong guesses: {} of the bytes were scanned again", percent(share))
            }
            Bound::Order => {
                let waiting = shares.ordering + shares.ahead;
                format!("results wait for their turn: {} of the time", percent(waiting))
            }
            Bound::HeldBack => {
                format!("workers are held back: idle {} of the time", percent(shares.idle))
            }
            Bound::Stream => {
                format!("waits for the stream: idle {} of the time", percent(shares.idle))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::WorkerCounters;

    fn shares(busy: u64, read: u64, order: u64, ahead: u64, elapsed: u64) -> TimeShares {
        let worker = WorkerCounters {
            busy_ns: busy,
            read_ns: read,
            ahead_ns: ahead,
            order_ns: order,
            ..WorkerCounters::default()
        };
        let monitor = DriverMonitor { workers: vec![worker; 2], ..DriverMonitor::default() };
        TimeShares::of(&monitor, Duration::from_nanos(elapsed)).expect("something was counted")
    }

    #[test]
    fn shares_are_parts_of_all_workers_time() {
        let shares = shares(700, 200, 50, 50, 1000);
        let expected =
            TimeShares { reading: 0.2, scanning: 0.5, ordering: 0.05, ahead: 0.05, idle: 0.2 };
        assert_eq!(shares, expected);
        assert_eq!(TimeShares::of(&DriverMonitor::default(), Duration::from_secs(1)), None);
    }

    #[test]
    fn what_takes_most_is_what_bounds() {
        let bound = |shares: &TimeShares, again| Bound::of(shares, 1000, again);
        assert_eq!(bound(&shares(900, 200, 10, 10, 1000), 0), Bound::Scanning);
        assert_eq!(bound(&shares(900, 600, 10, 10, 1000), 0), Bound::Reading);
        assert_eq!(bound(&shares(300, 100, 300, 300, 1000), 0), Bound::Order);
        assert_eq!(bound(&shares(300, 100, 10, 10, 1000), 0), Bound::HeldBack);
        assert_eq!(bound(&shares(900, 200, 10, 10, 1000), 300), Bound::WrongGuesses(0.3));
        let (short, long) = (Duration::from_millis(1), Duration::from_millis(2));
        assert_eq!(Bound::HeldBack.of_stream(long, short), Bound::Stream);
        assert_eq!(Bound::HeldBack.of_stream(short, long), Bound::HeldBack);
        assert_eq!(Bound::Scanning.of_stream(long, short), Bound::Scanning);
        let shares = shares(900, 600, 10, 10, 1000);
        let said = Bound::Reading.sentence(&shares);
        assert_eq!(said, "bound by reading: 60 % of the workers' time");
    }
}
