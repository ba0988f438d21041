//! Workers give way: while somebody waits for an answer they pause, so that threads that wake up find a free core.
//!
//! A thread that is woken beside busy workers waits for the scheduler, up to a tick of several milliseconds, and a key
//! wakes four of them in a row. A pause ends when the waiting is said to be over, and after [`PAUSE_MAX_MS`] anyway, so
//! that no screen can hold up a scan. Who scans calls [`GiveWay::pass`] where it holds no lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::limits::PAUSE_MAX_MS;

/// Tells whether something has come that nobody has taken yet.
type Probe = Box<dyn Fn() -> bool + Send + Sync>;

/// Where workers learn that somebody waits.
#[derive(Default)]
pub struct GiveWay {
    waits: AtomicBool,
    /// Held only around the change of `waits` that ends a pause, so that no paused worker misses it.
    pausing: Mutex<()>,
    over: Condvar,
    probe: OnceLock<Probe>,
}

impl std::fmt::Debug for GiveWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GiveWay").field("waits", &self.waits).finish_non_exhaustive()
    }
}

impl GiveWay {
    /// Lets workers look by themselves whether something has come, once a batch: the thread that would tell them needs a
    /// core first. The first probe stays.
    pub fn watch(&self, probe: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.probe.set(Box::new(probe));
    }

    /// Somebody waits from now on.
    pub fn ask(&self) {
        self.waits.store(true, Ordering::Release);
    }

    /// Nobody waits any more: paused workers go on.
    pub fn over(&self) {
        if self.waits.load(Ordering::Acquire) {
            let guard = self.pausing.lock().unwrap_or_else(PoisonError::into_inner);
            self.waits.store(false, Ordering::Release);
            drop(guard);
            self.over.notify_all();
        }
    }

    /// Pauses while somebody waits. Costs one load if nobody does.
    pub fn pass(&self) {
        if self.waits.load(Ordering::Acquire) {
            self.pause();
        }
    }

    /// Looks whether something has come, then as [`GiveWay::pass`]. Costs what the probe does.
    pub fn look_and_pass(&self) {
        if self.probe.get().is_some_and(|probe| probe()) {
            self.ask();
        }
        self.pass();
    }

    #[cold]
    fn pause(&self) {
        let guard = self.pausing.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = Duration::from_millis(PAUSE_MAX_MS);
        let waits = |_: &mut ()| self.waits.load(Ordering::Acquire);
        let ended = self.over.wait_timeout_while(guard, longest, waits);
        if ended.is_ok_and(|(_, timeout)| timeout.timed_out()) {
            self.waits.store(false, Ordering::Release);
            self.over.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_pause_ends_when_the_waiting_does() {
        let gate = Arc::new(GiveWay::default());
        gate.ask();
        let worker = std::thread::spawn({
            let gate = Arc::clone(&gate);
            move || gate.pass()
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
        gate.pass();
        assert!(begin.elapsed() >= Duration::from_millis(PAUSE_MAX_MS));
        assert!(!gate.waits.load(Ordering::Acquire), "the next worker would pause again");
    }

    #[test]
    fn workers_see_by_themselves_that_something_has_come() {
        let gate = GiveWay::default();
        gate.watch(|| true);
        let begin = Instant::now();
        gate.pass();
        assert!(
            begin.elapsed() < Duration::from_millis(PAUSE_MAX_MS),
            "it looks only when told to"
        );
        gate.look_and_pass();
        assert!(begin.elapsed() >= Duration::from_millis(PAUSE_MAX_MS));
    }
}
