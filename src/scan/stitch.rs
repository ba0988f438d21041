//! The stitcher: takes batches that were scanned from guessed states, in any order, and gives back chunks in document
//! order with their true states. Pure: no threads, no input.

use std::collections::BTreeMap;

use super::{Run, Scanned, State, Summary};

/// A unit of parallel work.
#[derive(Debug)]
pub struct Batch<B, S = Summary> {
    /// Its place in the document: 0, 1, 2, ...
    pub sequence: u64,
    /// Whether the document ends with it.
    pub is_last: bool,
    /// Its chunks.
    pub run: Run<S>,
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

    /// The next batch in document order, if it is here, with its true states. `settle` makes of its run what a scan from a state
    /// gives.
    ///
    /// # Errors
    /// What `settle` gives.
    pub fn pop<E>(
        &mut self,
        settle: impl FnOnce(&mut Batch<B, S>, &State) -> Result<(), E>,
    ) -> Result<Option<InOrder<B, S>>, E> {
        let Some(mut batch) = self.waiting.remove(&self.next) else { return Ok(None) };
        self.next += 1;
        let start = self.state.clone();
        settle(&mut batch, &start)?;
        let run = &batch.run;
        match run.was_right() {
            Some(true) => self.hits += 1,
            Some(false) => self.misses += 1,
            None => {}
        }
        self.rescanned_bytes += run.rescanned_bytes();
        if let Some(end) = run.end() {
            self.state = end.clone();
        }
        Ok(Some((start, batch)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LanguageId::Json;
    use crate::lang::code::Stops;
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
            let mut state = State::of(guess);
            let sequence = n - 1 - i as u64;
            let (at, is_last) = (sequence * batch_bytes as u64, i == 0);
            let mut run = Run::new(at, Some(state.clone()));
            for piece in bytes.chunks(13) {
                let (summary, after) = scan(&state, piece);
                run.push(summary, after.clone(), Stops::default());
                state = after;
            }
            stitcher.push(Batch { sequence, is_last, run, bytes });
            while let Ok(Some((_, batch))) =
                stitcher.pop(|Batch { run, bytes, is_last, .. }, truth| {
                    run.settle(truth, *is_last, |i, state, _| {
                        let piece = bytes.chunks(13).nth(i).unwrap_or_default();
                        let (summary, end) = scan(state, piece);
                        (summary, end, piece.len() as u64)
                    });
                    Ok::<_, ()>(())
                })
            {
                for (summary, state) in batch.run.chunks {
                    sum.append(&summary);
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
