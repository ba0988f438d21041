//! Workers give way: while somebody waits for an answer they offer their core to whoever is woken.
//!
//! A thread that is woken beside busy workers waits for the scheduler, up to a tick of several milliseconds, and a key
//! wakes four of them in a row. A worker that gives way does nothing but yield: it does not sleep, because a program of
//! which nothing runs has to queue up for a core again behind other busy programs. It ends when the waiting is said to be
//! over, and after [`PAUSE_MAX_MS`] anyway, so that no screen can hold up a scan. Who scans calls
//! [`GiveWay::look_and_pass`] where it holds no lock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::limits::PAUSE_MAX_MS;

/// Tells whether something has come that nobody has taken yet.
type Probe = Box<dyn Fn() -> bool + Send + Sync>;

/// Where workers learn that somebody waits.
#[derive(Default)]
pub struct GiveWay {
    waits: AtomicBool,
    probe: OnceLock<Probe>,
}

impl std::fmt::Debug for GiveWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GiveWay").field("waits", &self.waits).finish_non_exhaustive()
    }
}

impl GiveWay {
    /// Lets workers look by themselves whether something has come: the thread that would tell them needs a core first. The
    /// first probe stays.
    pub fn watch(&self, probe: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.probe.set(Box::new(probe));
    }

    /// Somebody waits from now on.
    pub fn ask(&self) {
        self.waits.store(true, Ordering::Release);
    }

    /// Nobody waits any more: workers go on.
    pub fn over(&self) {
        self.waits.store(false, Ordering::Release);
    }

    /// Looks whether something has come, and gives way while somebody waits. Costs what the probe does if nobody does.
    pub fn look_and_pass(&self) {
        if self.probe.get().is_some_and(|probe| probe()) {
            self.ask();
        }
        if self.waits.load(Ordering::Acquire) {
            self.pause();
        }
    }

    #[cold]
    fn pause(&self) {
        let deadline = Instant::now() + Duration::from_millis(PAUSE_MAX_MS);
        while self.waits.load(Ordering::Acquire) {
            if Instant::now() >= deadline {
                return self.over();
            }
            std::thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_pause_ends_when_the_waiting_does() {
        let gate = Arc::new(GiveWay::default());
        gate.ask();
        let worker = std::thread::spawn({
            let gate = Arc::clone(&gate);
            move || gate.look_and_pass()
        });
        gate.over();
        worker.join().expect("it does not panic");
        assert!(!gate.waits.load(Ordering::Acquire));
    }

    #[test]
    fn who_waits_for_ever_holds_nobody_up() {
        let gate = GiveWay::default();
        gate.ask();
        let begin = Instant::now();
        gate.look_and_pass();
        assert!(begin.elapsed() >= Duration::from_millis(PAUSE_MAX_MS));
        assert!(!gate.waits.load(Ordering::Acquire), "the next worker would pause again");
    }

    #[test]
    fn workers_see_by_themselves_that_something_has_come() {
        let gate = GiveWay::default();
        gate.watch(|| true);
        let begin = Instant::now();
        gate.look_and_pass();
        assert!(begin.elapsed() >= Duration::from_millis(PAUSE_MAX_MS));
    }
}
