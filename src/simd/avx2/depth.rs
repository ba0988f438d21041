//! Depth over a run of blocks: exact bounds of each block from a table, then all blocks at once.
//!
//! The brackets of a block, squeezed together, are a number that says how far depth falls and rises in it. From there on
//! eight blocks share a register. Commas and closers are counted only where a block touches the lowest depth of all, and
//! that is known before the first of them is looked at.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi32,
    _mm256_extract_epi32, _mm256_loadu_si256, _mm256_max_epi32, _mm256_min_epi32,
    _mm256_movemask_ps, _mm256_permute2x128_si256, _mm256_permutevar8x32_epi32, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi32, _mm256_slli_si256, _mm256_srai_epi32,
    _mm256_srli_epi32, _mm256_storeu_si256, _mm256_sub_epi32, _pext_u64,
};

use super::super::DepthRun;
use super::tally::RUN_BLOCKS;

/// Brackets that the table knows. With one more its 2 KiB would be four.
const BRACKETS_AT_ONCE: u32 = 8;

/// How depth moves over each sequence of up to eight brackets (bit set: opens), a one standing after the last.
static MOVES: [u32; 1 << (BRACKETS_AT_ONCE + 1)] = {
    let mut table = [0; 1 << (BRACKETS_AT_ONCE + 1)];
    let mut sequence = 1usize;
    while sequence < table.len() {
        let (mut depth, mut lowest, mut highest, mut k) = (0i32, 0i32, 0i32, 0);
        while k < sequence.ilog2() {
            depth += if sequence >> k & 1 == 1 { 1 } else { -1 };
            lowest = if depth < lowest { depth } else { lowest };
            highest = if depth > highest { depth } else { highest };
            k += 1;
        }
        table[sequence] = pack(lowest, highest, depth);
        sequence += 1;
    }
    table
};

/// How far depth falls (0 or less), rises and changes, in one word: rise, how far below the start, none, change.
const fn pack(lowest: i32, highest: i32, change: i32) -> u32 {
    (highest | -lowest << 8 | change << 24).cast_unsigned()
}

/// What [`pack`] packed.
pub(in super::super) const fn unpack(moves: u32) -> (i32, i32, i32) {
    (-((moves >> 8 & 0xFF).cast_signed()), (moves & 0xFF).cast_signed(), moves.cast_signed() >> 24)
}

/// How depth moves over a block with these openers and closers, unless there are too many for the table, and whether there
/// are. Not a branch: in text with dense stretches nobody can predict it.
#[inline]
#[target_feature(enable = "bmi1,bmi2,popcnt")]
pub(super) fn moves(open: u64, close: u64) -> (u32, bool) {
    // A sum, since the compiler makes two instructions on vectors of a union.
    let brackets = open.wrapping_add(close);
    let n = brackets.count_ones();
    let index = _pext_u64(open, brackets) as u32 | 1u32.wrapping_shl(n);
    (MOVES[index as usize % MOVES.len()], n > BRACKETS_AT_ONCE)
}

/// As [`moves`], over any number of brackets.
#[target_feature(enable = "bmi1,bmi2,popcnt")]
pub(in super::super) fn moves_of_many(open: u64, close: u64) -> u32 {
    let brackets = open | close;
    let mut sequence = _pext_u64(open, brackets);
    let mut n = brackets.count_ones();
    let (mut lowest, mut highest, mut depth) = (0, 0, 0);
    while n > 0 {
        let now = n.min(BRACKETS_AT_ONCE);
        let index = sequence & ((1 << now) - 1) | 1 << now;
        let (low, high, change) = unpack(MOVES[index as usize]);
        lowest = lowest.min(depth + low);
        highest = highest.max(depth + high);
        depth += change;
        sequence >>= now;
        n -= now;
    }
    pack(lowest, highest, depth)
}

/// The lowest depth in each block of a run, from the run's start.
pub(super) struct Lows([i32; RUN_BLOCKS]);

impl Lows {
    pub(super) fn none() -> Self {
        Lows([0; RUN_BLOCKS])
    }

    /// Depth before block `i`, from the run's start.
    #[inline]
    pub(super) fn before(&self, i: usize, moves: &[u32; RUN_BLOCKS]) -> i64 {
        i64::from(self.0[i] - unpack(moves[i]).0)
    }

    /// Moves `run` over a run of blocks, but for what is counted at the lowest depth. Returns the blocks that touch it, of
    /// all [`RUN_BLOCKS`]; those beyond the text have no moves.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn follow(&mut self, moves: &[u32; RUN_BLOCKS], run: &mut DepthRun) -> u64 {
        let byte = _mm256_set1_epi32(0xFF);
        let last = _mm256_set1_epi32(7);
        let mut depth = _mm256_setzero_si256();
        let (mut lowest, mut highest) = (depth, depth);
        for (moves, lows) in moves.as_chunks::<8>().0.iter().zip(self.0.as_chunks_mut::<8>().0) {
            // SAFETY: eight words each; no alignment is needed.
            let moves = unsafe { _mm256_loadu_si256(moves.as_ptr().cast()) };
            let change = _mm256_srai_epi32::<24>(moves);
            let fall = _mm256_and_si256(_mm256_srli_epi32::<8>(moves), byte);
            let rise = _mm256_and_si256(moves, byte);
            let sums = sum_up(change);
            let after = _mm256_add_epi32(depth, sums);
            let before = _mm256_sub_epi32(after, change);
            let low = _mm256_sub_epi32(before, fall);
            lowest = _mm256_min_epi32(lowest, low);
            highest = _mm256_max_epi32(highest, _mm256_add_epi32(before, rise));
            depth = _mm256_add_epi32(depth, _mm256_permutevar8x32_epi32(sums, last));
            // SAFETY: as above.
            unsafe { _mm256_storeu_si256(lows.as_mut_ptr().cast(), low) };
        }
        let lowest = least(lowest);
        let highest = -least(_mm256_sub_epi32(_mm256_setzero_si256(), highest));
        let low = run.depth + i64::from(lowest);
        run.highest = run.highest.max(run.depth + i64::from(highest));
        run.depth += i64::from(_mm256_extract_epi32::<0>(depth));
        if low > run.lowest {
            return 0;
        }
        if low < run.lowest {
            run.lowest = low;
            run.commas_at_lowest = 0;
            run.closes_at_lowest = 0;
        }
        self.equal_to(lowest)
    }

    /// The blocks whose lowest depth is `lowest`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal_to(&self, lowest: i32) -> u64 {
        let lowest = _mm256_set1_epi32(lowest);
        let mut blocks = 0;
        for (i, lows) in self.0.as_chunks::<8>().0.iter().enumerate() {
            // SAFETY: eight words; no alignment is needed.
            let lows = unsafe { _mm256_loadu_si256(lows.as_ptr().cast()) };
            let touching = _mm256_castsi256_ps(_mm256_cmpeq_epi32(lows, lowest));
            blocks |= u64::from(_mm256_movemask_ps(touching).cast_unsigned()) << (8 * i);
        }
        blocks
    }
}

/// For each word the sum of all words up to it and of itself.
#[inline]
#[target_feature(enable = "avx2")]
fn sum_up(words: __m256i) -> __m256i {
    let sums = _mm256_add_epi32(words, _mm256_slli_si256::<4>(words));
    let sums = _mm256_add_epi32(sums, _mm256_slli_si256::<8>(sums));
    // The lower half's last word, in all words of the upper half.
    let lower = _mm256_permute2x128_si256::<0x08>(sums, sums);
    _mm256_add_epi32(sums, _mm256_shuffle_epi32::<0xFF>(lower))
}

/// The least of all words.
#[inline]
#[target_feature(enable = "avx2")]
fn least(words: __m256i) -> i32 {
    let words = _mm256_min_epi32(words, _mm256_permute2x128_si256::<0x01>(words, words));
    let words = _mm256_min_epi32(words, _mm256_shuffle_epi32::<0x4E>(words));
    let words = _mm256_min_epi32(words, _mm256_shuffle_epi32::<0xB1>(words));
    _mm256_extract_epi32::<0>(words)
}
