//! Words that wake a scanner, found by their first two bytes.

use crate::simd::SETS_MAX;

/// Words to be found by their first two bytes: the places that are in set `first`, are followed by a byte of set `second`
/// and do not follow a byte of set `word` are added to the masks of set `into`. Some more may be added where a window of
/// masks begins or ends, so whoever is woken looks at the whole word.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// Number of the set of first bytes.
    pub first: usize,
    /// Number of the set of second bytes.
    pub second: usize,
    /// Number of the set of the bytes that words are made of.
    pub word: usize,
    /// Number of that set with the marks behind which a word is none to be found, but where two of them stand (`..end`);
    /// `word` again where there are no such marks.
    pub bound: usize,
    /// Number of a set whose bytes stand before heads though words are made of them: beyond ASCII may be white space, and
    /// whoever is woken sees whether it is.
    pub odd: Option<usize>,
    /// Number of the set that the heads are added to.
    pub into: usize,
}

impl Heads {
    /// Adds the heads to the masks of neighbouring blocks.
    pub(super) fn add(self, masks: &mut [[u64; SETS_MAX]]) {
        let has_marks = self.bound != self.word;
        let (odd, odds) = self.odd.map_or((self.word, 0), |odd| (odd, !0));
        let (mut word_before, mut mark_before) = (0, 0);
        for i in 0..masks.len() {
            // What follows the last block is not known here.
            let second_after = masks.get(i + 1).map_or(1, |next| next[self.second] & 1);
            let block = &mut masks[i];
            let second = block[self.second] >> 1 | second_after << 63;
            let word = block[self.word] & !(block[odd] & odds);
            let mut inside = word << 1 | word_before;
            word_before = word >> 63;
            if has_marks {
                let mark = block[self.bound] & !word;
                // Behind one mark, but not behind two.
                inside |= (mark << 1 | mark_before >> 63) & !(mark << 2 | mark_before >> 62);
                mark_before = mark;
            }
            block[self.into] |= block[self.first] & second & !inside;
        }
    }
}
