//! Progress of a long scan, told on standard error where a person can see it: never in a file, never for a short scan.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Scans that end sooner show nothing: a line that comes and goes tells nobody anything.
const SILENT: Duration = Duration::from_millis(500);

/// Time between two lines.
const INTERVAL: Duration = Duration::from_millis(100);

/// One line that is written over and over until it is dropped. Any thread may add to it.
pub(super) struct Progress<W: Write> {
    bytes_done: AtomicU64,
    bytes_total: AtomicU64,
    line: Mutex<Line<W>>,
}

struct Line<W> {
    /// Where it is shown; `None` where nobody would see it.
    out: Option<W>,
    next: Instant,
    shown: bool,
}

impl Progress<std::io::Stderr> {
    /// On standard error, if that is a terminal.
    pub(super) fn on_stderr() -> Self {
        let stderr = std::io::stderr();
        let out = stderr.is_terminal().then_some(stderr);
        Progress::new(out, Instant::now())
    }
}

impl<W: Write> Progress<W> {
    fn new(out: Option<W>, now: Instant) -> Self {
        let line = Line { out, next: now + SILENT, shown: false };
        let (bytes_done, bytes_total) = (AtomicU64::new(0), AtomicU64::new(0));
        Progress { bytes_done, bytes_total, line: Mutex::new(line) }
    }

    /// There are so many bytes more to do.
    pub(super) fn expect(&self, bytes: u64) {
        self.bytes_total.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes are done.
    pub(super) fn add(&self, bytes: u64) {
        self.add_at(bytes, Instant::now());
    }

    /// Takes the line back, so that a report can stand in its place; nothing is shown any more.
    pub(super) fn end(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(mut out), true) = (line.out.take(), line.shown) {
            let _ = write!(out, "\r\x1b[K");
            let _ = out.flush();
        }
    }

    fn add_at(&self, bytes: u64, now: Instant) {
        let done = self.bytes_done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Whoever finds the line taken has nothing newer to tell.
        let Ok(mut line) = self.line.try_lock() else { return };
        let Line { out: Some(out), next, shown } = &mut *line else { return };
        if now < *next {
            return;
        }
        *next = now + INTERVAL;
        *shown = true;
        let total = self.bytes_total.load(Ordering::Relaxed).max(1);
        let percent = done.min(total) as f64 / total as f64 * 100.0;
        let (done, total) = (done as f64 / 1e6, total as f64 / 1e6);
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(out, "\r\x1b[K{percent:.0} %  {done:.0} of {total:.0} MB");
        let _ = out.flush();
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_scan_shows_nothing() {
        let (mut shown, now) = (Vec::new(), Instant::now());
        let progress = Progress::new(Some(&mut shown), now);
        progress.expect(100);
        progress.add_at(100, now + SILENT / 2);
        drop(progress);
        assert_eq!(shown, b"");
    }

    #[test]
    fn a_long_scan_shows_one_line_and_takes_it_back() {
        let (mut shown, now) = (Vec::new(), Instant::now());
        let progress = Progress::new(Some(&mut shown), now);
        progress.expect(8_000_000);
        progress.add_at(1_000_000, now);
        progress.add_at(1_000_000, now + SILENT);
        progress.add_at(1_000_000, now + SILENT + INTERVAL / 2);
        progress.add_at(1_000_000, now + SILENT + INTERVAL);
        drop(progress);
        let text = String::from_utf8(shown).expect("it is text");
        assert_eq!(text, "\r\x1b[K25 %  2 of 8 MB\r\x1b[K50 %  4 of 8 MB\r\x1b[K");
    }

    #[test]
    fn nothing_is_shown_where_nobody_sees_it() {
        let now = Instant::now();
        let progress: Progress<Vec<u8>> = Progress::new(None, now);
        progress.add_at(1, now + SILENT * 2);
        assert!(!progress.line.lock().expect("nobody else holds it").shown);
    }
}
