//! What wakes a scanner by more than one byte: words, by their first two bytes, and marks, by what stands before them. For a
//! group of blocks at once.

use std::marker::PhantomData;

use super::CodeLanguage;
use crate::simd::{GROUP_BLOCKS_MAX, Kernel, KernelId, Lanes, SETS_MAX, Task, run};

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
    /// The heads in a group of blocks, whose masks by set these are. `second_after`: whether what follows the group is in set
    /// `second`.
    #[inline(always)]
    fn find<K: Kernel>(
        self,
        sets: &[K::Lanes; SETS_MAX],
        before: &mut HeadsBefore<K::Lanes>,
        second_after: u64,
    ) -> K::Lanes {
        let word = match self.odd {
            Some(odd) => sets[self.word].and_not(sets[odd]),
            None => sets[self.word],
        };
        let mut inside = word.advance::<1>(before.word);
        before.word = word;
        if self.bound != self.word {
            let mark = sets[self.bound].and_not(word);
            // Behind one mark, but not behind two.
            let behind_two = mark.advance::<2>(before.mark);
            inside = inside.or(mark.advance::<1>(before.mark).and_not(behind_two));
            before.mark = mark;
        }
        sets[self.first].and(sets[self.second].retreat(second_after)).and_not(inside)
    }
}

/// Of the group before one: the bytes of words, and the marks.
struct HeadsBefore<L> {
    word: L,
    mark: L,
}

/// Marks that wake a scanner by what stands before them: a byte that is in both sets `mark`, and stands behind one of set
/// `ends` or of set `into`, or behind one blank that stands behind one of those or a blank, or behind a line break, is added
/// to the masks of set `into`. Some more may be added where a window of masks begins, so whoever is woken looks back itself.
#[derive(Clone, Copy, Debug)]
pub struct Tails {
    /// Numbers of the sets of marks.
    pub mark: [usize; 2],
    /// Number of the set of last bytes.
    pub ends: usize,
    /// Number of the set of blanks.
    pub blank: usize,
    /// Number of a set whose blanks are the line breaks.
    pub line_end: usize,
    /// Number of the set that the marks are added to, and whose bytes are last bytes too.
    pub into: usize,
}

impl Tails {
    /// The marks in a group of blocks, whose masks by set these are, the set that they are added to with what was added.
    #[inline(always)]
    fn find<K: Kernel>(
        self,
        sets: &[K::Lanes; SETS_MAX],
        before: &mut TailsBefore<K::Lanes>,
    ) -> K::Lanes {
        let blank = sets[self.blank];
        let last = sets[self.ends].or(sets[self.into]).or(blank);
        let last_blank = blank.and_not(sets[self.line_end]);
        // Behind one blank it takes one more byte to tell.
        let certain = last.and_not(last_blank).advance::<1>(before.certain);
        let behind_two = last.advance::<2>(before.last);
        let behind = last.advance::<1>(before.last);
        *before = TailsBefore { last, certain: last.and_not(last_blank) };
        sets[self.mark[0]].and(sets[self.mark[1]]).and(certain.or(behind.and(behind_two)))
    }
}

/// Of the group before one: last bytes, and those of them that are no blanks but line breaks.
struct TailsBefore<L> {
    last: L,
    certain: L,
}

/// What wakes a scanner by more than one byte.
pub(super) trait Wakes {
    const HEADS: Option<Heads>;
    const TAILS: Option<Tails>;
}

impl<L: CodeLanguage> Wakes for L {
    const HEADS: Option<Heads> = L::HEADS;
    const TAILS: Option<Tails> = L::TAILS;
}

/// Blocks of which masks were made, whole groups of them and one more.
pub(super) struct Blocks<'a> {
    pub(super) masks: &'a mut [[u64; SETS_MAX]],
    /// How many of them hold text.
    pub(super) n_blocks: usize,
    /// How many bytes of the last one of these do; 0 if it is full.
    pub(super) n_last: usize,
}

/// Adds to the masks of `blocks` what wakes a scanner by more than one byte. Behind the text they mean nothing afterwards.
pub(super) fn add<W: Wakes>(kernel: KernelId, blocks: Blocks<'_>) {
    run(kernel, Add::<W> { blocks, wakes: PhantomData });
}

struct Add<'a, W> {
    blocks: Blocks<'a>,
    wakes: PhantomData<W>,
}

impl<W: Wakes> Task for Add<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Blocks { masks, n_blocks, n_last } = self.blocks;
        if let Some(heads) = W::HEADS {
            // What follows the last byte at hand is not known: it may be the second byte of a head.
            match n_last {
                0 => masks[n_blocks][heads.second] |= 1,
                _ => masks[n_blocks - 1][heads.second] |= 1 << n_last,
            }
        }
        let (none, all) = (kernel.splat(0), kernel.splat(!0));
        let mut heads_before = HeadsBefore { word: none, mark: none };
        // What stands before the first block is not looked at: it may be anything.
        let mut tails_before = TailsBefore { last: all, certain: all };
        for from in (0..n_blocks).step_by(K::Lanes::COUNT) {
            let mut sets = kernel.by_set(&masks[from..]);
            if let Some(heads) = W::HEADS {
                let after = masks[from + K::Lanes::COUNT][heads.second];
                let found = heads.find::<K>(&sets, &mut heads_before, after);
                sets[heads.into] = sets[heads.into].or(found);
                set_all(&mut masks[from..], heads.into, sets[heads.into]);
            }
            if let Some(tails) = W::TAILS {
                let found = tails.find::<K>(&sets, &mut tails_before);
                set_all(&mut masks[from..], tails.into, sets[tails.into].or(found));
            }
        }
    }
}

/// Sets the masks for one set of the blocks of a group.
#[inline(always)]
fn set_all<L: Lanes>(masks: &mut [[u64; SETS_MAX]], set: usize, lanes: L) {
    let mut values = [0; GROUP_BLOCKS_MAX];
    lanes.store(&mut values);
    for (of_block, value) in masks.iter_mut().zip(values).take(L::COUNT) {
        of_block[set] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{BLOCK_BYTES, ByteSet, SetTable, available, masks};
    use proptest::prelude::*;

    const N_BLOCKS: usize = 16;
    const SETS: &[ByteSet] = &[
        ByteSet::of(b"/"),
        ByteSet::of(b"te"),
        ByteSet::of(b"y{"),
        ByteSet::of(b"tey."),
        ByteSet::of(b"tey"),
        ByteSet::of(b" \t\n"),
        ByteSet::of(b"/\n"),
        ByteSet::of(b"{;"),
    ];

    struct Toy;

    impl Wakes for Toy {
        const HEADS: Option<Heads> =
            Some(Heads { first: 1, second: 2, word: 4, bound: 3, odd: None, into: 0 });
        const TAILS: Option<Tails> =
            Some(Tails { mark: [2, 7], ends: 1, blank: 5, line_end: 6, into: 0 });
    }

    /// Whether the byte at `at` wakes, by the bytes around it; `None` where they are not known.
    fn wakes(text: &[u8], at: usize) -> Option<bool> {
        let is = |set: usize, byte: u8| SETS[set].has(byte);
        let behind = |n: usize| at.checked_sub(n).map(|at| text[at]);
        let last = |byte: u8| is(1, byte) || is(0, byte) || is(5, byte);
        if is(0, text[at]) {
            return Some(true);
        }
        if is(1, text[at]) {
            let inside = match behind(1) {
                Some(b'.') => behind(2) != Some(b'.'),
                before => before.is_some_and(|byte| is(4, byte)),
            };
            return if inside { Some(false) } else { Some(is(2, *text.get(at + 1)?)) };
        }
        if is(2, text[at]) && is(7, text[at]) {
            let before = behind(1)?;
            return match before {
                b' ' | b'\t' => Some(last(behind(2)?)),
                _ => Some(last(before)),
            };
        }
        Some(false)
    }

    proptest! {
        #[test]
        fn words_and_marks_wake_as_the_bytes_around_them_tell(
            text in prop::collection::vec(
                prop::sample::select(b"ttey{;. \t\n/x".to_vec()),
                1..=N_BLOCKS * BLOCK_BYTES,
            ),
            stale in any::<u64>(),
        ) {
            let table = SetTable::of(SETS);
            let mut padded = text.clone();
            let n_blocks = text.len().div_ceil(BLOCK_BYTES);
            padded.resize(n_blocks * BLOCK_BYTES, 0);
            for kernel in available() {
                let mut all = [[stale; SETS_MAX]; N_BLOCKS + 1];
                masks(kernel, &padded, &table, &mut all);
                let n_last = text.len() % BLOCK_BYTES;
                add::<Toy>(kernel, Blocks { masks: &mut all, n_blocks, n_last });
                for at in 0..text.len() {
                    let found = all[at / BLOCK_BYTES][0] >> (at % BLOCK_BYTES) & 1 == 1;
                    // What is not known may be what wakes.
                    let expected = wakes(&text, at).unwrap_or(true);
                    prop_assert_eq!(found, expected, "{} at {}", kernel.name(), at);
                }
            }
        }
    }
}
