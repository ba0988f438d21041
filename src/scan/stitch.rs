//! The stitcher: takes batches that were scanned from guessed states, in any order, and gives back chunks in document
//! order with their true states. Pure: no threads, no input.

use std::collections::BTreeMap;

use super::{Scanned, State, Summary};
use crate::lang::code::LOOK_BACK_MAX;
use crate::units::ByteOffset;

/// A run of chunks scanned one after the other from a guessed state.
#[derive(Debug)]
pub struct Batch<B, S = Summary> {
    /// Its place in the document: 0, 1, 2, ...
    pub sequence: u64,
    /// Where it begins.
    pub at: ByteOffset,
    /// Whether the document ends with it.
    pub is_last: bool,
    /// The state that was guessed before its first byte; none if it was scanned from the one that is true.
    pub guessed: Option<State>,
    /// For each chunk what scanning it gave, and the state after it.
    pub chunks: Vec<(S, State)>,
    /// The bytes, or what is needed to scan them again.
    pub bytes: B,
}

/// A batch whose turn has come, with the state before it.
pub type InOrder<B, S> = (State, Batch<B, S>);

/// Puts batches in order.
#[derive(Debug)]
pub struct Stitcher<B, S = Summary> {
    next: u64,
    state: State,
    waiting: BTreeMap<u64, Batch<B, S>>,
    /// Batches whose guess was right.
    pub hits: u64,
    /// Batches whose guess was wrong.
    pub misses: u64,
    /// Bytes scanned again.
    pub rescanned_bytes: u64,
}

impl<B, S: Scanned> Stitcher<B, S> {
    /// A stitcher for a document that begins in `state`.
    #[must_use]
    pub fn new(state: State) -> Self {
        let waiting = BTreeMap::new();
        Stitcher { next: 0, state, waiting, hits: 0, misses: 0, rescanned_bytes: 0 }
    }

    /// The place in the document of the batch whose turn is next.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.next
    }

    /// The state before that batch.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether that batch is here.
    #[must_use]
    pub fn is_next_here(&self) -> bool {
        self.waiting.contains_key(&self.next)
    }

    /// Takes a batch, in any order.
    pub fn push(&mut self, batch: Batch<B, S>) {
        self.waiting.insert(batch.sequence, batch);
    }

    /// Batches that came before their turn.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The next batch in document order, if it is here, with its true states. `scan_again` scans chunk `i` of the batch
    /// from a state; it is called only after a wrong guess, and only until a chunk ends in the state that was seen before.
    ///
    /// # Errors
    /// What `scan_again` gives.
    pub fn pop<E>(
        &mut self,
        mut scan_again: impl FnMut(&B, usize, &State) -> Result<(S, State), E>,
    ) -> Result<Option<InOrder<B, S>>, E> {
        let Some(mut batch) = self.waiting.remove(&self.next) else { return Ok(None) };
        self.next += 1;
        let start = self.state.clone();
        if let Some(mut guessed) = batch.guessed.take() {
            let (mut state, mut at, mut i, mut was_right) = (start.clone(), batch.at, 0, true);
            loop {
                let rest = &mut batch.chunks[i..];
                let n = carry_over(at, &guessed, &state, rest, batch.is_last);
                if n == rest.len() {
                    break;
                }
                at += rest[..n].iter().map(|(scanned, _)| scanned.bytes()).sum::<u64>();
                i += n;
                if let Some(before) = i.checked_sub(1) {
                    state.clone_from(&batch.chunks[before].1);
                }
                was_right = false;
                let again = scan_again(&batch.bytes, i, &state)?;
                self.rescanned_bytes += again.0.bytes();
                at += again.0.bytes();
                state.clone_from(&again.1);
                guessed = std::mem::replace(&mut batch.chunks[i], again).1;
                i += 1;
            }
            *if was_right { &mut self.hits } else { &mut self.misses } += 1;
        }
        if let Some((_, end)) = batch.chunks.last() {
            self.state = end.clone();
        }
        Ok(Some((start, batch)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LanguageId::Json;
    use crate::scan::speculate::Speculator;
    use crate::scan::{Mode, summarize};
    use crate::simd::best;

    /// Whatever the guesses and the order of arrival, the result is that of one pass.
    #[test]
    fn wrong_guesses_and_any_order_change_nothing() {
        let text = br#"{"a b":["\"c\\",{"d":"e,}{"}],/* " */ "f":"\\\"g"} // "
            ["x"]"#
            .repeat(40);
        for guess in [Mode::Code, Mode::String, Mode::BlockComment, Mode::StringAfterEscape] {
            for batch_bytes in [1, 7, 64, 100, 1000] {
                let found = stitched(&text, batch_bytes, guess);
                let (whole, end) = summarize(best(), Json, &State::default(), &text);
                assert_eq!(found, (whole, end), "{guess:?} {batch_bytes}");
            }
        }
    }

    fn stitched(text: &[u8], batch_bytes: usize, guess: Mode) -> (Summary, State) {
        let scan = |state: &State, bytes: &[u8]| summarize(best(), Json, state, bytes);
        let mut stitcher = Stitcher::new(State::default());
        let mut batches: Vec<&[u8]> = text.chunks(batch_bytes).collect();
        let n = batches.len() as u64;
        batches.reverse();
        let (mut sum, mut end) = (Summary::default(), State::default());
        for (i, bytes) in batches.into_iter().enumerate() {
            let guessed = State::of(guess);
            let mut state = guessed.clone();
            let mut chunks = Vec::new();
            for piece in bytes.chunks(13) {
                let (summary, after) = scan(&state, piece);
                chunks.push((summary, after.clone()));
                state = after;
            }
            let sequence = n - 1 - i as u64;
            let (at, is_last) = (sequence * batch_bytes as u64, i == 0);
            stitcher.push(Batch { sequence, at, is_last, guessed: Some(guessed), chunks, bytes });
            while let Ok(Some((_, batch))) = stitcher.pop(|bytes: &&[u8], i, state| {
                let piece = bytes.chunks(13).nth(i).unwrap_or_default();
                Ok::<_, ()>(scan(state, piece))
            }) {
                for (summary, state) in batch.chunks {
                    sum = sum.then(&summary);
                    end = state;
                }
            }
        }
        assert_eq!(stitcher.waiting(), 0);
        (sum, end)
    }

    #[test]
    fn a_cut_inside_a_string_is_guessed() {
        let guess = |text: &[u8]| Speculator::new(best(), Json).guess(text).mode;
        assert_eq!(guess(b"lo, world\",\"b\":1}"), Mode::String);
        assert_eq!(guess(b" \"a\":1,\"b\":2}"), Mode::Code);
        assert_eq!(guess(b"12,\"a\":\"b\"}"), Mode::Code);
        assert_eq!(guess(b"x\\\"y\", \"z\"]"), Mode::String);
    }
}
