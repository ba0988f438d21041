//! Tells when a document is scanned anew, so that panes drop what they know of it.

use std::time::Duration;

use crate::explorer::{Phase, ScanProgress};

/// Remembers a scan well enough to know another one.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ui) struct ScanWatch {
    /// How far the scan had come at the last snapshot.
    pub(in crate::ui) bytes_done: u64,
    elapsed: Duration,
    number: Option<u64>,
    has_ended: bool,
}

impl ScanWatch {
    /// Takes notice of a scan's progress; true if it is not the scan of the last time. Within one scan bytes and time only
    /// grow, and stand still once it has ended: a short scan that began and ended between two snapshots shows by its time. What
    /// flows is scanned anew in the same time, and told by its number.
    pub(in crate::ui) fn is_new(&mut self, scan: &ScanProgress) -> bool {
        let number = self.number.replace(scan.number);
        let is_new = number.is_some_and(|number| number != scan.number)
            || scan.bytes_done < self.bytes_done
            || scan.elapsed < self.elapsed
            || (self.has_ended && scan.elapsed != self.elapsed);
        self.bytes_done = scan.bytes_done;
        self.elapsed = scan.elapsed;
        self.has_ended = scan.phase != Phase::Running;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::testing;

    #[test]
    fn a_scan_that_ended_between_two_snapshots_is_noticed() {
        let mut watch = ScanWatch::default();
        let mut scan = testing::snapshot(b"[1]").scan;
        assert!(!watch.is_new(&scan));
        assert!(!watch.is_new(&scan));
        scan.elapsed += Duration::from_micros(3);
        assert!(watch.is_new(&scan));
    }

    #[test]
    fn a_scan_that_goes_on_is_the_same_one() {
        let mut watch = ScanWatch::default();
        let mut scan = testing::busy_snapshot(1).scan;
        for step in 0..5 {
            scan.bytes_done += step;
            scan.elapsed += Duration::from_millis(step);
            assert!(!watch.is_new(&scan));
        }
        scan.phase = Phase::Done;
        scan.elapsed += Duration::from_millis(1);
        assert!(!watch.is_new(&scan));
    }
}
