//! The feed: scans the blocks of a stream one after the other, with the state carried.

use super::{Ahead, Block};
use crate::lang::LanguageId;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::scan::{Scanned, State};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Bytes from `at` to the next multiple of `cut`.
pub(super) fn to_cut(at: ByteOffset, cut: u64) -> usize {
    usize::try_from(cut - at % cut).unwrap_or(usize::MAX)
}

/// A scanner of blocks in order.
#[derive(Debug)]
pub struct Feed {
    kernel: KernelId,
    language: LanguageId,
    state: State,
    at: ByteOffset,
    /// The last bytes before the next block, if the language looks back.
    behind: Vec<u8>,
    looks_back: bool,
}

impl Feed {
    /// A feed before a stream's first byte.
    #[must_use]
    pub fn new(kernel: KernelId, language: LanguageId) -> Feed {
        Feed::from(kernel, language, 0, State::default(), Vec::new())
    }

    /// A feed that goes on at `at` from `state`, with the bytes before to look back on (the last [`LOOK_BACK_MAX`] of them
    /// are enough).
    #[must_use]
    pub fn from(
        kernel: KernelId,
        language: LanguageId,
        at: ByteOffset,
        state: State,
        behind: Vec<u8>,
    ) -> Feed {
        let looks_back = language.info().scanner.is_some();
        Feed { kernel, language, state, at, behind, looks_back }
    }

    /// Where the next block begins.
    #[must_use]
    pub fn at(&self) -> ByteOffset {
        self.at
    }

    /// The state carried to the next block.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Scans the next block, cut where the stream's bytes reach a multiple of `cut`, and tells `each` what was found, the
    /// state after it, and the piece's bytes. `last`: the stream ends with it; a last block may be empty.
    pub fn take<S: Scanned>(
        &mut self,
        block: &mut Block,
        last: bool,
        cut: u64,
        each: impl FnMut(S, &State, &[u8]),
    ) {
        self.take_scanned(block, None, last, cut, each);
    }

    /// As [`Feed::take`], of a block that has been scanned `ahead` with the same `cut`. What was found there holds if its start was
    /// guessed right; if not, the block is scanned again.
    pub fn take_scanned<S: Scanned>(
        &mut self,
        block: &mut Block,
        ahead: Option<Ahead<S>>,
        last: bool,
        cut: u64,
        mut each: impl FnMut(S, &State, &[u8]),
    ) {
        let ahead = ahead.filter(|ahead| ahead.start == self.state);
        let mut scanned = ahead.map(|ahead| ahead.pieces).unwrap_or_default().into_iter();
        block.put_before(&self.behind);
        let before = self.behind.len();
        let text = block.with_before(before);
        let base = self.at - before as u64;
        let mut from = before;
        loop {
            let to = from.saturating_add(to_cut(self.at, cut)).min(text.len());
            let is_end = to == text.len();
            if is_end && from == to && !last {
                break;
            }
            let piece =
                Piece { last: last && is_end, ..Piece::of(&text[..to], base, from..to, false) };
            let (found, end) = scanned
                .next()
                .unwrap_or_else(|| S::scan(self.kernel, self.language, &self.state, piece));
            self.at += (to - from) as u64;
            self.state = end;
            each(found, &self.state, &text[from..to]);
            from = to;
            if is_end {
                break;
            }
        }
        if self.looks_back {
            let keep = text.len().saturating_sub(LOOK_BACK_MAX);
            let behind = text[keep..].to_vec();
            self.behind = behind;
        }
    }
}
