//! The sampler: takes a sample and publishes a snapshot at a steady beat while something moves, and looks after the file
//! twice a second always. With nothing moving and the file as it was, nothing is published and the screen sleeps.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::SourceChange;
use super::shared::Shared;
use crate::limits::SAMPLE_INTERVAL_MS;

const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// Beats until the handle is dropped.
pub(super) fn serve(shared: &Arc<Shared>, moving: &Receiver<()>) {
    let beat = Duration::from_millis(SAMPLE_INTERVAL_MS);
    let mut watched = Instant::now();
    while !shared.closed.load(Ordering::Relaxed) {
        let wait = if shared.is_moving() { beat } else { WATCH_INTERVAL };
        match moving.recv_timeout(wait) {
            Ok(()) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if watched.elapsed() >= WATCH_INTERVAL {
            watched = Instant::now();
            if watch(shared) {
                shared.publish();
            }
        }
        if let Some(live) = shared.live.get() {
            live.gather_if_quiet(shared);
        }
        if shared.is_moving() {
            shared.sample();
            shared.publish();
        }
    }
}

/// Looks after the file; true if there is news.
fn watch(shared: &Shared) -> bool {
    // Who follows a file looks after it more often.
    let is_followed = shared.followed.load(Ordering::Relaxed);
    let file = shared.opened.load().file.clone().filter(|_| !is_followed);
    let Some(file) = file else { return false };
    let change = SourceChange::of(file.check());
    let is_news = shared.set_source_change(change.clone());
    match change {
        Some(change) if is_news => tracing::warn!(?change, "the file is not as it was"),
        None if is_news => tracing::info!("the file is as it was again"),
        _ => {}
    }
    is_news
}
