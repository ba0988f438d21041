//! Search over the whole document, in windows that overlap by what a match may take. The newest search wins: one that is running
//! stops when its number is no longer the last one given out.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::Receiver;

use super::needle::Needle;
use super::opened::Opened;
use super::shared::Shared;
use super::{Answer, Direction, SearchOutcome, SearchProgress};
use crate::error::Error;
use crate::limits::SEARCH_PATTERN_BYTES_MAX;
use crate::units::ByteOffset;

/// A search to be done.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) number: u64,
    pub(super) id: u64,
    pub(super) pattern: Vec<u8>,
    pub(super) from: ByteOffset,
    pub(super) past: bool,
    pub(super) direction: Direction,
}

/// Bytes looked at in one go, and for an expression, which may need the square of them.
const WINDOW_BYTES: u64 = 1 << 20;
const EXPRESSION_WINDOW_BYTES: u64 = 1 << 16;

/// Serves searches until the handle is dropped.
pub(super) fn serve(shared: &Arc<Shared>, searches: &Receiver<Search>) {
    while let Ok(mut search) = searches.recv() {
        if let Some(newer) = searches.try_iter().last() {
            search = newer;
        }
        run(shared, search);
    }
}

fn run(shared: &Shared, search: Search) {
    let opened = shared.opened.load_full();
    let mut pattern = search.pattern;
    pattern.truncate(SEARCH_PATTERN_BYTES_MAX);
    let (needle, trouble) = match Needle::new(&pattern) {
        Ok(needle) => (needle, None),
        Err(why) => (Needle::default(), Some(why)),
    };
    let mut progress = SearchProgress {
        needle,
        bytes_done: 0,
        bytes_total: opened.bytes(),
        outcome: SearchOutcome::Running,
        wrapped: false,
    };
    if let Some(why) = trouble {
        progress.outcome = SearchOutcome::Failed(why);
    } else if progress.needle.is_empty() || opened.bytes() == 0 {
        progress.outcome = SearchOutcome::NotFound;
    } else {
        shared.set_search(Some(progress.clone()));
        let _ = shared.moving.try_send(());
        let wanted = || {
            shared.search_number.load(Ordering::Relaxed) == search.number
                && shared.wanted(opened.era)
        };
        let from = search.from.min(opened.bytes());
        let found = match search.past && search.direction == Direction::Forward {
            true => past(&opened, &progress.needle, from),
            false => Ok(from),
        };
        let found = found
            .and_then(|from| find(&opened, shared, &mut progress, from, search.direction, &wanted));
        progress.outcome = found.unwrap_or_else(|error| SearchOutcome::Failed(error.to_string()));
    }
    let (outcome, bytes) = (progress.outcome.clone(), progress.bytes_done);
    shared.set_search(Some(progress));
    shared.publish();
    tracing::debug!(bytes, ?outcome, "search ended");
    shared.answer(Answer::Searched { id: search.id, outcome });
}

/// Behind the match that begins at `from`, or the byte there.
fn past(opened: &Opened, needle: &Needle, from: ByteOffset) -> Result<ByteOffset, Error> {
    if from >= opened.bytes() {
        return Ok(from);
    }
    let (behind, reach) = needle.surroundings();
    let start = from.saturating_sub(behind as u64).max(opened.first_byte()).min(from);
    let end = (from + 1).saturating_add(reach as u64).min(opened.bytes());
    let bytes = opened.reader.bytes(start..end)?;
    Ok(start + needle.behind(&bytes, (from - start) as usize) as u64)
}

fn find(
    opened: &Opened,
    shared: &Shared,
    progress: &mut SearchProgress,
    from: ByteOffset,
    direction: Direction,
    wanted: &dyn Fn() -> bool,
) -> Result<SearchOutcome, Error> {
    let needle = progress.needle.clone();
    let (behind, reach) = needle.surroundings();
    let window_bytes = if needle.is_expression() { EXPRESSION_WINDOW_BYTES } else { WINDOW_BYTES };
    let (first, end) = (opened.first_byte().min(from), opened.bytes().max(from));
    // Matches that begin in each part; together they are all of the document.
    let parts = match direction {
        Direction::Forward => [from..end, first..from],
        Direction::Backward => [first..from, from..end],
    };
    for (i, part) in parts.into_iter().enumerate() {
        progress.wrapped = i == 1;
        let mut left = part;
        while left.start < left.end {
            if !wanted() {
                return Ok(SearchOutcome::Cancelled);
            }
            shared.give_way.look_and_pass();
            let window = take_window(&mut left, window_bytes, direction);
            let start = window.start.saturating_sub(behind as u64).max(opened.first_byte());
            let end = (window.end + reach as u64).min(opened.bytes());
            let bytes = opened.reader.bytes(start..end)?;
            let inside = (window.start - start) as usize..(window.end - start) as usize;
            let at = match direction {
                Direction::Forward => needle.first(&bytes, inside),
                Direction::Backward => needle.last(&bytes, inside),
            };
            if let Some(at) = at {
                return Ok(SearchOutcome::Found(start + at as u64));
            }
            opened.source.done_with(window.start, window.end - window.start);
            progress.bytes_done += window.end - window.start;
            shared.set_search(Some(progress.clone()));
        }
    }
    Ok(SearchOutcome::NotFound)
}

/// Cuts the next window off what is left.
fn take_window(
    left: &mut Range<ByteOffset>,
    bytes: u64,
    direction: Direction,
) -> Range<ByteOffset> {
    match direction {
        Direction::Forward => {
            let end = (left.start + bytes).min(left.end);
            let window = left.start..end;
            left.start = end;
            window
        }
        Direction::Backward => {
            let start = left.end.saturating_sub(bytes).max(left.start);
            let window = start..left.end;
            left.end = start;
            window
        }
    }
}
