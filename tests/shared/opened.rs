//! An explorer without a screen, as tests use it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use warp_tui::explorer::{Answer, EngineOptions, Explorer, Phase, Request, Snapshot};

/// How long anything may take that is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Opened {
    pub(crate) explorer: Explorer,
    woken: Receiver<()>,
}

impl Opened {
    pub(crate) fn new(path: &Path, options: &EngineOptions) -> Self {
        let (wake, woken) = bounded(1);
        let explorer = Explorer::open(path, None, options, wake).expect("the file opens");
        Opened { explorer, woken }
    }

    /// Waits for a snapshot that is as wanted.
    pub(crate) fn until(&self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let begin = Instant::now();
        loop {
            let snapshot = self.explorer.snapshot();
            if wanted(&snapshot) {
                return snapshot;
            }
            assert!(begin.elapsed() < PATIENCE, "not in time: {snapshot:?}");
            let _ = self.woken.recv_timeout(Duration::from_millis(50));
        }
    }

    pub(crate) fn indexed(&self) -> Arc<Snapshot> {
        self.until(|snapshot| snapshot.scan.phase == Phase::Done)
    }

    /// Asks and waits for an answer that `take` takes.
    pub(crate) fn ask<T>(&self, request: Request, take: impl Fn(Answer) -> Option<T>) -> T {
        assert!(self.explorer.request(request));
        let begin = Instant::now();
        loop {
            while let Some(answer) = self.explorer.try_answer() {
                if let Some(taken) = take(answer) {
                    return taken;
                }
            }
            assert!(begin.elapsed() < PATIENCE, "no answer in time");
            let _ = self.woken.recv_timeout(Duration::from_millis(50));
        }
    }
}
