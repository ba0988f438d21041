//! A run of chunks, scanned one after the other from one state: what becomes of it when that one was guessed and the true one is
//! known.

use super::{Guess, Scanned, State, Summary};
use crate::lang::code::{LOOK_BACK_MAX, Stops};
use crate::units::ByteOffset;

/// Chunks scanned one after the other.
#[derive(Debug)]
pub struct Run<S = Summary> {
    /// Where the first one begins.
    at: ByteOffset,
    /// The state that was guessed before it, until it is settled what is true.
    guessed: Option<State>,
    /// For each chunk what scanning it gave, and the state after it.
    pub chunks: Vec<(S, State)>,
    /// For each chunk where the scan has been in it, if it was one from a guess.
    stops: Vec<Stops>,
    /// Whether the guess was right, if there was one and that is settled.
    was_right: Option<bool>,
    rescanned_bytes: u64,
}

impl<S: Scanned> Run<S> {
    /// No chunk yet; the first one begins at `at`. `guessed`: the state before it, if that is a guess.
    #[must_use]
    pub fn new(at: ByteOffset, guessed: Option<State>) -> Self {
        let (chunks, stops) = (Vec::new(), Vec::new());
        Run { at, guessed, chunks, stops, was_right: None, rescanned_bytes: 0 }
    }

    /// Adds the next chunk; `stops` if it was scanned from what was guessed.
    pub fn push(&mut self, scanned: S, end: State, stops: Stops) {
        self.chunks.push((scanned, end));
        self.stops.push(stops);
    }

    /// The state that was guessed before the first chunk, if it is not settled what is true.
    #[must_use]
    pub fn guessed(&self) -> Option<&State> {
        self.guessed.as_ref()
    }

    /// The state after the last chunk.
    #[must_use]
    pub fn end(&self) -> Option<&State> {
        self.chunks.last().map(|(_, end)| end)
    }

    /// Whether the guess was right as far as it was followed, if there was one and that is settled.
    #[must_use]
    pub fn was_right(&self) -> Option<bool> {
        self.was_right
    }

    /// Bytes scanned again.
    #[must_use]
    pub fn rescanned_bytes(&self) -> u64 {
        self.rescanned_bytes
    }

    /// Makes of the chunks scanned so far from a guess what a scan from `truth` gives. `is_last`: the document ends with them.
    /// `scan_again` tells of chunk `i` what a scan from a state gives, and how many bytes were scanned for that; it is called only
    /// after a wrong guess, and only until a chunk ends in the state that was seen before, or in one like it.
    pub fn settle(
        &mut self,
        truth: &State,
        is_last: bool,
        mut scan_again: impl FnMut(usize, &State, &Guess<'_, S>) -> (S, State, u64),
    ) {
        let Some(mut guessed) = self.guessed.take() else { return };
        let (mut state, mut at, mut i) = (truth.clone(), self.at, 0);
        loop {
            let rest = &mut self.chunks[i..];
            let n = carry_over(at, &guessed, &state, rest, is_last);
            if n == rest.len() {
                break;
            }
            at += rest[..n].iter().map(|(scanned, _)| scanned.bytes()).sum::<u64>();
            if let Some((_, before)) = n.checked_sub(1).map(|last| &rest[last]) {
                state.clone_from(before);
            }
            i += n;
            let ((scanned, end), stops) = (&self.chunks[i], &self.stops[i]);
            let guess = Guess { start: &guessed, scanned, end, stops };
            let (scanned, end, n_bytes) = scan_again(i, &state, &guess);
            self.rescanned_bytes += n_bytes;
            at += scanned.bytes();
            state.clone_from(&end);
            guessed = std::mem::replace(&mut self.chunks[i], (scanned, end)).1;
            i += 1;
        }
        self.was_right = Some(i == 0);
        self.stops = Vec::new();
    }
}

/// Of `rest`, which begins at `at` and was scanned from `guessed`, as many chunks as tell what a scan from `state` does. The states
/// after them become those of that scan.
fn carry_over<S: Scanned>(
    at: ByteOffset,
    guessed: &State,
    state: &State,
    rest: &mut [(S, State)],
    is_last: bool,
) -> usize {
    if guessed == state {
        return rest.len();
    }
    let near = at.saturating_sub(LOOK_BACK_MAX as u64);
    let (Some(guessed), Some(state)) = (&guessed.code, &state.code) else { return 0 };
    let Some(likeness) = guessed.likeness(state, near) else { return 0 };
    // A mistake may be none, or mean something else, where other things are open.
    let unsure = if likeness.is_whole() { near } else { ByteOffset::MAX };
    // What is open where the document ends is told there.
    let n_ends = usize::from(is_last && !likeness.is_whole());
    let may_be = rest.len().saturating_sub(n_ends);
    for (i, (scanned, end)) in rest[..may_be].iter_mut().enumerate() {
        let carried = end.code.as_ref().and_then(|end| end.carried_over(&likeness));
        match carried.filter(|_| !scanned.tells_before(unsure)) {
            Some(carried) => *end = State::from(carried),
            None => return i,
        }
    }
    may_be
}
