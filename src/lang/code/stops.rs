//! Stops: places in a chunk at which a scan from a guessed state has been, kept so that where the guess was wrong only as much
//! of the chunk is scanned again as the mistake reaches.
//!
//! A scanner that is asked to stops between two tokens, with nothing in hand but its state, the cursor and the sink; when it goes
//! on it does what it would have done without. So it makes no difference to what is told whether there are stops, and where. A
//! scan from the true state that comes by a stop in a like state ([`Likeness`](super::Likeness)) would tell from there on what
//! the other one told, up to where that one closes a body whose surroundings were guessed, or tells a problem. From the last
//! stop before, the true scan goes on.
//!
//! ```text
//! guess  start ────── stop ────── stop ──x─── stop ────── stop ────── end
//! truth  start ···carried over··· stop ─scan─ stop ···carried over··· end
//! ```

use std::any::Any;
use std::fmt::Debug;

use super::cursor::Place;
use super::erased::{CodeState, carried_over, erased, likeness, typed};
use super::run::{LOOK_BACK_MAX, cursor_over, end_piece};
use super::{Carried, CodeLanguage, Comment, Counts, Piece};
use crate::lang::ProblemKind;
use crate::limits::STOPS_PER_CHUNK;
use crate::scan::Summary;
use crate::simd::{BLOCK_BYTES, KernelId};
use crate::units::ByteOffset;

/// The stops of one scan of a chunk. None in a language whose scanner does not stop.
#[derive(Debug, Default)]
pub struct Stops(Option<Box<dyn Any + Send>>);

/// The stops of a scanner whose state is `T`.
#[derive(Debug)]
struct StopsOf<T> {
    stops: Vec<Stop<T>>,
    /// The first problem behind the last stop.
    problem: Option<(ByteOffset, ProblemKind)>,
    /// The comments of the whole chunk, if they are asked for.
    comments: Vec<Comment>,
}

#[derive(Debug)]
struct Stop<T> {
    place: Place,
    carried: Carried<T>,
    /// What was counted in the chunk so far; of problems the first one behind the stop before.
    counts: Summary,
    n_comments: usize,
}

/// A chunk as it was scanned from a guessed state.
#[derive(Clone, Copy, Debug)]
pub struct Guessed<'a> {
    /// The state that was guessed; `None` is that of a document's first byte.
    pub start: Option<&'a CodeState>,
    /// The state that the scan ended in.
    pub end: &'a CodeState,
    /// What it counted.
    pub summary: &'a Summary,
    /// Where it has been.
    pub stops: &'a Stops,
}

/// Scans `piece` from a guessed state, with stops.
pub(super) fn scan_in_stops<L: CodeLanguage + 'static + Debug>(
    kernel: KernelId,
    start: Option<&CodeState>,
    piece: &Piece<'_>,
    counts: &mut Counts,
) -> (CodeState, Stops) {
    let (mut carried, mut stops) = (typed::<L>(start), Vec::new());
    let mut cursor = cursor_over::<L>(kernel, carried.pending, piece);
    loop {
        cursor.stop_at(next_stop(piece, cursor.at));
        L::scan(&mut carried.state, &mut cursor, counts);
        if !cursor.has_stopped() {
            break;
        }
        if stops.is_empty() {
            stops.reserve_exact(STOPS_PER_CHUNK);
        }
        let n_comments = counts.comments.as_ref().map_or(0, Vec::len);
        let carried = Carried { state: carried.state.clone(), pending: 0 };
        let summary = counts.summary.clone();
        stops.push(Stop { place: cursor.place(), carried, counts: summary, n_comments });
        counts.summary.problem = None;
    }
    end_piece::<L, _>(&mut carried, &cursor, piece, counts);
    if stops.is_empty() {
        return (erased::<L>(carried), Stops::default());
    }
    let problem = counts.summary.problem;
    let problems = stops.iter().filter_map(|stop| stop.counts.problem).chain(problem);
    counts.summary.problem = problems.min_by_key(|(at, _)| *at);
    let comments = counts.comments.clone().unwrap_or_default();
    let stops = StopsOf { stops, problem, comments };
    (erased::<L>(carried), Stops(Some(Box::new(stops))))
}

/// Tells what a scan of `piece` from `truth` tells, and the state after it; also how many bytes were scanned for that.
pub(super) fn scan_again<L: CodeLanguage + 'static + Debug>(
    kernel: KernelId,
    truth: Option<&CodeState>,
    piece: &Piece<'_>,
    guessed: &Guessed<'_>,
    counts: &mut Counts,
) -> (CodeState, u64) {
    let (mut carried, mut n_bytes) = (typed::<L>(truth), 0);
    let mut cursor = cursor_over::<L>(kernel, carried.pending, piece);
    let track = Track::<L>::of(guessed, piece);
    // The stop at which the scan stands, if it is one of the other scan: 0 is the chunk's start.
    let mut here = track.as_ref().map(|_| 0);
    loop {
        if let (Some(track), Some(i)) = (&track, here)
            && let Some((n, there)) = track.carry_over(i, &carried, &counts.summary)
        {
            track.tell(i, n, counts);
            carried = there;
            match track.stop(n) {
                Some(stop) => cursor.go_on_at(&stop.place),
                None => return (erased::<L>(carried), n_bytes),
            }
        }
        let from = cursor.at.max(piece.at);
        cursor.stop_at(next_stop(piece, cursor.at));
        L::scan(&mut carried.state, &mut cursor, counts);
        if !cursor.has_stopped() {
            end_piece::<L, _>(&mut carried, &cursor, piece, counts);
            return (erased::<L>(carried), n_bytes + (cursor.end() - from));
        }
        carried.pending = 0;
        n_bytes += cursor.at.saturating_sub(from);
        here = track.as_ref().and_then(|track| track.stop_at(&cursor.place()));
    }
}

/// What the scan from the guess tells of the true one.
struct Track<'a, L: CodeLanguage> {
    start: Option<Carried<L::State>>,
    stops: &'a StopsOf<L::State>,
    end: Carried<L::State>,
    summary: &'a Summary,
    /// Places before it are far.
    near: ByteOffset,
    /// The document ends with the chunk.
    is_last: bool,
}

impl<'a, L: CodeLanguage + 'static + Debug> Track<'a, L> {
    fn of(guessed: &Guessed<'a>, piece: &Piece<'_>) -> Option<Self> {
        let Guessed { start, end, summary, stops } = *guessed;
        Some(Track {
            start: start.map(|start| typed::<L>(Some(start))),
            stops: stops.0.as_ref()?.downcast_ref()?,
            end: typed::<L>(Some(end)),
            summary,
            near: piece.at.saturating_sub(LOOK_BACK_MAX as u64),
            is_last: piece.last,
        })
    }

    /// Stop number `i` from 1 on.
    fn stop(&self, i: usize) -> Option<&'a Stop<L::State>> {
        self.stops.stops.get(i.checked_sub(1)?)
    }

    /// The number of the stop at `place`.
    fn stop_at(&self, place: &Place) -> Option<usize> {
        self.stops.stops.iter().position(|stop| stop.place == *place).map(|i| i + 1)
    }

    /// From stop `i` on, where the true scan stands in `truth` and has counted `counts`: the last stop up to which the guessed scan
    /// tells what the true one does, and the true state there. Behind the last stop comes the chunk's end.
    fn carry_over(
        &self,
        i: usize,
        truth: &Carried<L::State>,
        counts: &Summary,
    ) -> Option<(usize, Carried<L::State>)> {
        let guessed = match self.stop(i) {
            // A scanner may ask the sink for the depth that it has told of.
            Some(stop) if !stop.counts.moves_depth_as(counts) => return None,
            Some(stop) => &stop.carried,
            None => self.start.as_ref()?,
        };
        let end = self.stops.stops.len() + 1;
        if guessed == truth {
            return Some((end, self.end.clone()));
        }
        let likeness = likeness::<L>(guessed, truth, self.near)?;
        // As with whole chunks: a mistake may be none among other surroundings, and of those that are open the document's end tells.
        let unsure = if likeness.is_whole() { self.near } else { ByteOffset::MAX };
        let is_sure = |n: &usize| self.problem(*n).is_none_or(|(at, _)| at >= unsure);
        let n_sure = (i + 1..=end).take_while(is_sure).count();
        let ends = usize::from(self.is_last && !likeness.is_whole() && i + n_sure == end);
        let carried = |n| {
            let guessed = self.stop(n).map_or(&self.end, |stop| &stop.carried);
            carried_over::<L>(guessed, &likeness).map(|carried| (n, carried))
        };
        // What was closed at one stop is closed at all that follow.
        let (mut low, mut high) = (i, i + n_sure - ends);
        let mut found = if high > low { carried(high) } else { None };
        while found.as_ref().is_none_or(|(n, _)| *n < high) && high > low + 1 {
            let middle = usize::midpoint(low, high);
            match carried(middle) {
                Some(more) => (low, found) = (middle, Some(more)),
                None => high = middle,
            }
        }
        found
    }

    /// The first problem between stop `n` and the one before.
    fn problem(&self, n: usize) -> Option<(ByteOffset, ProblemKind)> {
        self.stop(n).map_or(self.stops.problem, |stop| stop.counts.problem)
    }

    /// Tells what was told from stop `i` to stop `n`.
    fn tell(&self, i: usize, n: usize, told: &mut Counts) {
        let nothing = Summary::default();
        let before = self.stop(i).map_or(&nothing, |stop| &stop.counts);
        let after = self.stop(n).map_or(self.summary, |stop| &stop.counts);
        let problems = (i + 1..=n).filter_map(|n| self.problem(n));
        let counts = &mut told.summary;
        counts.problem = counts.problem.into_iter().chain(problems).min_by_key(|(at, _)| *at);
        counts.go_on_as(before, after);
        let (from, all) = (self.stop(i).map_or(0, |stop| stop.n_comments), &self.stops.comments);
        let to = self.stop(n).map_or(all.len(), |stop| stop.n_comments);
        if let (Some(comments), Some(more)) = (&mut told.comments, all.get(from..to)) {
            comments.extend_from_slice(more);
        }
    }
}

/// The next stop of a scanner that stands at `at`.
fn next_stop(piece: &Piece<'_>, at: ByteOffset) -> ByteOffset {
    let length = piece.bytes().len() as u64;
    let step = (length / STOPS_PER_CHUNK as u64).max(BLOCK_BYTES as u64);
    let n = (at.saturating_sub(piece.at) + BLOCK_BYTES as u64) / step + 1;
    if n * step < length { piece.at + n * step } else { ByteOffset::MAX }
}
