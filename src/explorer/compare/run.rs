//! A comparison from beginning to end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};

use super::matcher::Matcher;
use super::measure::{Watch, measure};
use super::side::{Item, Reading, tells};
use super::tally::Tally;
use super::{CompareProgress, Comparison, Differences, Side, SideOutcome, What};
use crate::error::Error;
use crate::lang::code::LOOK_BACK_MAX;
use crate::limits::{PROBLEMS_MAX, UNMATCHED_MAX};
use crate::units::ByteOffset;

/// Time between two looks whether a measurement shall stop.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Compares what the two sides tell. `go_on` is told how far it has come, and gives the differences so far when it asks for
/// them; it stops the comparison with false.
///
/// # Errors
/// If a side cannot be read or ends early, or threads cannot be started.
pub fn compare(
    sides: [Side; 2],
    mut go_on: impl FnMut(CompareProgress, &dyn Fn() -> Differences) -> bool,
) -> Result<Comparison, Error> {
    let once = sides[0].bytes.saturating_add(sides[1].bytes);
    let bytes_total = once.saturating_mul(2);
    let mut stopped = false;
    let differences = find(&sides, |bytes_done, tally| {
        stopped = !go_on(CompareProgress { bytes_done, bytes_total }, &|| tally.differences());
        !stopped
    })?;
    let mut measured = [None, None];
    if !stopped {
        let differences = || differences.clone();
        let goes = |counted: u64| {
            // Short scans are repeated, and are no more work for that.
            let bytes_done = (once + counted).min(bytes_total);
            go_on(CompareProgress { bytes_done, bytes_total }, &differences)
        };
        (measured, stopped) = measure_watched(&sides, goes)?;
    }
    let [left, right] = sides;
    let [left_measured, right_measured] = measured;
    let outcome = |side: Side, measured| {
        let Side { bytes, scanner, .. } = side;
        SideOutcome { bytes, scanner, measured }
    };
    let sides = [outcome(left, left_measured), outcome(right, right_measured)];
    Ok(Comparison { differences, sides, stopped })
}

/// The differences; `go_on` is told the bytes gone over by both.
fn find(
    sides: &[Side; 2],
    mut go_on: impl FnMut(u64, &Tally) -> bool,
) -> Result<Differences, Error> {
    let common = sides[0].bytes.min(sides[1].bytes);
    let compared = |what: &What| sides.iter().all(|side| tells(side.scanner.language, *what));
    let compared = What::ALL.map(|what| compared(&what));
    // What is never closed is told at the document's end, wherever it began.
    let waiting_max = |what| if what == What::Problem { PROBLEMS_MAX } else { UNMATCHED_MAX };
    let mut matchers = What::ALL.map(|what| Matcher::new(waiting_max(what)));
    let mut tally = Tally::default();
    let mut readings = [Reading::new(&sides[0])?, Reading::new(&sides[1])?];
    while readings.iter().any(|reading| !reading.has_ended()) {
        let [left, right] = &readings;
        let behind = match (left.has_ended(), right.has_ended()) {
            (true, _) => 1,
            (_, true) => 0,
            _ => usize::from(right.at() < left.at()),
        };
        readings[behind].advance(|item: Item| {
            let what = item.kind.what() as usize;
            if !compared[what] {
                return;
            }
            // At the end of the shorter one stand the problems of its end, which the longer one cannot have.
            if item.end > common || item.start >= common && sides[0].bytes != sides[1].bytes {
                tally.beyond[behind] += 1;
                return;
            }
            matchers[what].push(behind, item);
        })?;
        let told = |reading: &Reading| match reading.has_ended() {
            true => ByteOffset::MAX,
            false => reading.at().saturating_sub(LOOK_BACK_MAX as u64),
        };
        let horizon = told(&readings[0]).min(told(&readings[1]));
        for matcher in &mut matchers {
            matcher.advance(horizon, &mut tally);
        }
        if !go_on(readings[0].at() + readings[1].at(), &tally) {
            // One side is ahead: what it alone has told is no difference yet.
            return Ok(tally.differences());
        }
    }
    for matcher in &mut matchers {
        matcher.finish(&mut tally);
    }
    Ok(tally.differences())
}

/// Measures on a thread of its own, so that it can be stopped: the measurements, and whether it was.
#[allow(clippy::type_complexity, reason = "two values that part ways in the next line")]
fn measure_watched(
    sides: &[Side; 2],
    mut go_on: impl FnMut(u64) -> bool,
) -> Result<([Option<super::Measured>; 2], bool), Error> {
    let watch = Arc::new(Watch::default());
    let (send, ended) = bounded(1);
    std::thread::scope(|scope| {
        let watched = &watch;
        scope.spawn(move || {
            // Both ends are here.
            let _ = send.send(measure(sides, watched));
        });
        loop {
            match ended.recv_timeout(LOOK_EVERY) {
                Ok(measured) => return Ok((measured?, watch.stopped.load(Ordering::Relaxed))),
                Err(RecvTimeoutError::Timeout) => {}
                // It panicked, and does so here too when the scope ends.
                Err(RecvTimeoutError::Disconnected) => return Ok(([None, None], true)),
            }
            if !go_on(watch.bytes_done.load(Ordering::Relaxed)) {
                watch.stopped.store(true, Ordering::Relaxed);
            }
        }
    })
}
