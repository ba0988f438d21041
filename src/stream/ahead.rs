//! Blocks scanned before their turn, from a state that is guessed: where it is the true one, nothing is left to do in turn but to
//! add what was found to what stands before.

use super::feed::to_cut;
use crate::lang::LanguageId;
use crate::lang::code::Piece;
use crate::scan::speculate::Speculator;
use crate::scan::{Scanned, State};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// What a block holds if it begins in this state, cut as a [`Feed`](super::Feed) cuts it.
#[derive(Debug)]
pub struct Ahead<S> {
    pub(super) start: State,
    pub(super) pieces: Vec<(S, State)>,
}

/// Scans blocks ahead. JSON and text only: the other languages look back over a seam, on bytes that another thread has.
#[derive(Debug)]
pub struct Scout {
    kernel: KernelId,
    language: LanguageId,
    speculator: Speculator,
}

impl Scout {
    /// A scout for streams of a language, if there is one.
    #[must_use]
    pub fn new(kernel: KernelId, language: LanguageId) -> Option<Self> {
        let speculator = Speculator::new(kernel, language);
        language.info().scanner.is_none().then_some(Scout { kernel, language, speculator })
    }

    /// Scans a block that begins at `at` of the stream and is not its end, cut at multiples of `cut`.
    #[must_use]
    pub fn scan<S: Scanned>(&self, bytes: &[u8], at: ByteOffset, cut: u64) -> Ahead<S> {
        let start = self.speculator.guess(bytes);
        let (mut state, mut pieces, mut from) = (start.clone(), Vec::new(), 0);
        while from < bytes.len() {
            let to = from.saturating_add(to_cut(at + from as u64, cut)).min(bytes.len());
            let piece = Piece::of(&bytes[..to], at, from..to, false);
            let (found, end) = S::scan(self.kernel, self.language, &state, piece);
            state = end.clone();
            pieces.push((found, end));
            from = to;
        }
        Ahead { start, pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Summary;
    use crate::simd;
    use crate::stream::{Block, Feed};

    /// Pieces of a stream whose blocks were scanned ahead, and of the same stream scanned in turn.
    fn both(text: &[u8], block_bytes: usize, cut: u64) -> [Vec<(Summary, State, Vec<u8>)>; 2] {
        let scout = Scout::new(simd::best(), LanguageId::Json).expect("JSON looks back on nothing");
        [false, true].map(|ahead| {
            let mut feed = Feed::new(simd::best(), LanguageId::Json);
            let (mut rest, mut found) = (text, Vec::new());
            loop {
                let mut block = Block::new(block_bytes);
                let n = block.fill(&mut rest).expect("there is no error");
                let scanned = (ahead && n > 0).then(|| scout.scan(block.bytes(), feed.at(), cut));
                feed.take_scanned(&mut block, scanned, n == 0, cut, |one: Summary, end, bytes| {
                    found.push((one, end.clone(), bytes.to_vec()));
                });
                if n == 0 {
                    return found;
                }
            }
        })
    }

    #[test]
    fn what_was_scanned_ahead_is_what_is_found_in_turn() {
        let texts: [&[u8]; 4] = [
            br#"{"a": ["b\"", "c\\", "[]{}", 1, "\u0022,"], "d": "e"} "#,
            // Guessed wrongly at most seams.
            b"\"a,\" : \": \" , \",\" /* \" */ ",
            b"[1, /* \"a\": [ */ 2] // \" b\n",
            b"\"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\",
        ];
        for text in texts {
            let text = text.repeat(9);
            for block_bytes in [1, 2, 7, 64, 100, 1000] {
                for cut in [1, 3, 64, 99, u64::MAX] {
                    let [in_turn, ahead] = both(&text, block_bytes, cut);
                    assert_eq!(in_turn, ahead, "blocks of {block_bytes}, cut at {cut}");
                }
            }
        }
    }
}
