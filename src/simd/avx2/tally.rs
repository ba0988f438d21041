//! JSON's counts by AVX2: a run of 64 blocks at a time, in passes over the run, each of them short.
//!
//! ```text
//! quotes    bytes -> masks of quotes; line breaks counted; which blocks have a slash or a backslash
//! escapes   of those blocks only, the escaped quotes taken out
//! strings   quotes -> prefix parity -> masks of strings
//! classes   bytes less those in strings -> separators and braces counted in byte lanes; masks of openers and closers
//! moves     those masks -> how depth moves over each block
//! depth     moves -> lowest and highest depth of the run; the few blocks that touch the lowest are walked over
//! ```
//! A mask costs two moves to general registers and two stores for each block; a count in byte lanes costs a comparison
//! and a subtraction for each half. So only quotes and brackets become masks. Bytes in strings are made zero, by spreading
//! the mask of strings back to bytes, so that no class needs its own exclusion.
//!
//! A run with a slash or a backslash outside strings (a comment, or an error) is given back untouched.

use std::arch::x86_64::{
    __m128i, __m256i, _MM_HINT_T0, _mm_clmulepi64_si128, _mm_cmpgt_epi64, _mm_cvtsi64_si128,
    _mm_cvtsi128_si64, _mm_prefetch, _mm_set1_epi8, _mm_set1_epi64x, _mm_setzero_si128,
    _mm_xor_si128, _mm256_and_si256, _mm256_andnot_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi8,
    _mm256_cmpeq_epi32, _mm256_extract_epi64, _mm256_loadu_si256, _mm256_movemask_epi8,
    _mm256_movemask_ps, _mm256_or_si256, _mm256_sad_epu8, _mm256_set1_epi8, _mm256_set1_epi64x,
    _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_sub_epi8,
};

use super::super::lanes::escaped_in_block;
use super::super::tally::{Quoted, Tally};
use super::super::{BLOCK_BYTES, DepthRun};
use super::depth::{self, Lows};
use super::{Avx2, walk};

/// Blocks of a run: one bit of a word for each. A byte lane counts two bytes a block, so 127 would be the most.
pub(super) const RUN_BLOCKS: usize = 64;

/// How far ahead memory is asked for.
const PREFETCH_BYTES: usize = 4 * 1024;

type BlockBytes = [u8; BLOCK_BYTES];

/// A mask in halves, as it comes from the registers: two stores are fewer instructions than a shift, an or and a store.
type Halves = [u32; 2];

/// What is found in a run, by block.
struct Run {
    /// Quotes that nothing escapes.
    quotes: [Halves; RUN_BLOCKS],
    /// Whether a slash or a backslash is in the block: not 0.
    slashed: [u32; RUN_BLOCKS],
    /// In a string, its opening quote included, its closing quote not.
    covered: [u64; RUN_BLOCKS],
    /// Openers and closers outside strings.
    open: [Halves; RUN_BLOCKS],
    close: [Halves; RUN_BLOCKS],
    /// How depth moves. Blocks beyond the text have zeros.
    moves: [u32; RUN_BLOCKS],
    lows: Lows,
}

/// Adds the runs that `bytes` begin with to `tally`, up to the first one that is not plain; returns how many bytes.
pub(super) fn tally(_proof: Avx2, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    // SAFETY: an `Avx2` proves every one of these features.
    unsafe { runs(bytes, quoted, tally) }
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
fn runs(bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    let none = [[0; 2]; RUN_BLOCKS];
    let mut run = Run {
        quotes: none,
        slashed: [0; RUN_BLOCKS],
        covered: [0; RUN_BLOCKS],
        open: none,
        close: none,
        moves: [0; RUN_BLOCKS],
        lows: Lows::none(),
    };
    let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
    let mut done = 0;
    for blocks in blocks.chunks(RUN_BLOCKS) {
        if !run.add(blocks, quoted, tally) {
            break;
        }
        done += blocks.len() * BLOCK_BYTES;
    }
    done
}

impl Run {
    /// Adds a run to `tally` and moves `quoted` over it, or does neither and says so.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    fn add(&mut self, blocks: &[BlockBytes], quoted: &mut Quoted, tally: &mut Tally) -> bool {
        let line_breaks = self.quotes(blocks);
        let slashed = self.slashed(blocks.len());
        let escaped = self.escapes(blocks, slashed, quoted.escaped);
        let (n_quotes, in_string) = self.strings(blocks.len(), quoted.in_string);
        if !self.all_in_strings(blocks, slashed) {
            return false;
        }
        tally.line_breaks += line_breaks;
        // Quotes open and close strings in turn.
        tally.strings += (n_quotes + u64::from(!quoted.in_string)) / 2;
        *quoted = Quoted { in_string, escaped };
        self.classes(blocks, tally);
        tally.opens += self.moves(blocks.len());
        let start = tally.depth.depth;
        let touching = self.lows.follow(&self.moves, &mut tally.depth);
        self.walk(blocks, touching, start, &mut tally.depth);
        true
    }

    /// Finds all quotes and the blocks with slashes. Returns the number of line breaks.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn quotes(&mut self, blocks: &[BlockBytes]) -> u64 {
        let mut line_breaks = _mm256_setzero_si256();
        let found = self.quotes.iter_mut().zip(&mut self.slashed);
        for (block, (quotes, slashed)) in blocks.iter().zip(found) {
            _mm_prefetch::<_MM_HINT_T0>(block.as_ptr().wrapping_add(PREFETCH_BYTES).cast());
            let (low, high) = load(block);
            *quotes = halves(equal(low, b'"'), equal(high, b'"'));
            *slashed = signs(_mm256_or_si256(slashes(low), slashes(high)));
            line_breaks = _mm256_sub_epi8(line_breaks, equal(low, b'\n'));
            line_breaks = _mm256_sub_epi8(line_breaks, equal(high, b'\n'));
        }
        sum(line_breaks)
    }

    /// Which of the `n` blocks have slashes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn slashed(&self, n: usize) -> u64 {
        let mut without = 0;
        for (i, slashed) in self.slashed.as_chunks::<8>().0.iter().enumerate() {
            // SAFETY: eight words; no alignment is needed.
            let slashed = unsafe { _mm256_loadu_si256(slashed.as_ptr().cast()) };
            let none = _mm256_cmpeq_epi32(slashed, _mm256_setzero_si256());
            let none = _mm256_movemask_ps(_mm256_castsi256_ps(none)).cast_unsigned();
            without |= u64::from(none) << (8 * i);
        }
        // Beyond the text stands what an earlier run left.
        !without & !0 >> (RUN_BLOCKS - n)
    }

    /// Takes the escaped quotes out. Returns whether the byte after the run is escaped.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn escapes(&mut self, blocks: &[BlockBytes], slashed: u64, escaped: bool) -> bool {
        let mut left = slashed | u64::from(escaped);
        // The block whose first byte is escaped.
        let mut carried = if escaped { 0 } else { usize::MAX };
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(block) = blocks.get(i) else { break };
            let (low, high) = load(block);
            let backslashes = mask(equal(low, b'\\'), equal(high, b'\\'));
            let (escaped, out) = escaped_in_block(backslashes, u64::from(carried == i));
            let quotes = whole(self.quotes[i]) & !escaped;
            self.quotes[i] = [quotes as u32, (quotes >> 32) as u32];
            left |= out << i << 1;
            carried = if out == 1 { i + 1 } else { usize::MAX };
        }
        carried == blocks.len()
    }

    /// Covers the strings of `n` blocks. Returns the number of quotes, and whether the byte after the run is in a string.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
    fn strings(&mut self, n: usize, in_string: bool) -> (u64, bool) {
        let mut carry = _mm_set1_epi64x(-i64::from(in_string));
        let mut n_quotes = 0;
        for (quotes, covered) in self.quotes[..n].iter().zip(&mut self.covered) {
            let quotes = whole(*quotes);
            n_quotes += u64::from(quotes.count_ones());
            let quotes = _mm_cvtsi64_si128(quotes.cast_signed());
            let parity = _mm_clmulepi64_si128::<0>(quotes, _mm_set1_epi8(-1));
            *covered = _mm_cvtsi128_si64(_mm_xor_si128(parity, carry)).cast_unsigned();
            // The sign before the carry is put in: one instruction, not two, is what each block waits for.
            carry = _mm_xor_si128(carry, _mm_cmpgt_epi64(_mm_setzero_si128(), parity));
        }
        (n_quotes, _mm_cvtsi128_si64(carry) != 0)
    }

    /// Whether all slashes and backslashes stand in strings.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn all_in_strings(&self, blocks: &[BlockBytes], slashed: u64) -> bool {
        let mut left = slashed;
        let mut outside = 0;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let (low, high) = load(&blocks[i]);
            outside |= mask(slashes(low), slashes(high)) & !self.covered[i];
        }
        outside == 0
    }

    /// Counts separators and braces outside strings and finds the brackets.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn classes(&mut self, blocks: &[BlockBytes], tally: &mut Tally) {
        let zero = _mm256_setzero_si256();
        let (mut commas, mut colons) = (zero, zero);
        let (mut open_braces, mut close_braces) = (zero, zero);
        let masks = self.covered.iter().zip(&mut self.open).zip(&mut self.close);
        for (block, ((covered, open), close)) in blocks.iter().zip(masks) {
            let covered = _mm256_set1_epi64x(covered.cast_signed());
            let (low, high) = load(block);
            let low = _mm256_andnot_si256(spread::<0>(covered), low);
            let high = _mm256_andnot_si256(spread::<1>(covered), high);
            for half in [low, high] {
                commas = _mm256_sub_epi8(commas, equal(half, b','));
                colons = _mm256_sub_epi8(colons, equal(half, b':'));
                open_braces = _mm256_sub_epi8(open_braces, equal(half, b'{'));
                close_braces = _mm256_sub_epi8(close_braces, equal(half, b'}'));
            }
            // Braces and brackets differ in this bit only.
            let bit = _mm256_set1_epi8(0x20);
            let (low, high) = (_mm256_or_si256(low, bit), _mm256_or_si256(high, bit));
            *open = halves(equal(low, b'{'), equal(high, b'{'));
            *close = halves(equal(low, b'}'), equal(high, b'}'));
        }
        tally.commas += sum(commas);
        tally.colons += sum(colons);
        tally.open_braces += sum(open_braces);
        tally.close_braces += sum(close_braces);
    }

    /// How depth moves over each of the `n` blocks. Returns the number of openers.
    #[inline]
    #[target_feature(enable = "bmi1,bmi2,popcnt")]
    fn moves(&mut self, n: usize) -> u64 {
        let mut opens = 0;
        let (moves, beyond) = self.moves.split_at_mut(n);
        for (moves, (open, close)) in moves.iter_mut().zip(self.open.iter().zip(&self.close)) {
            let (open, close) = (whole(*open), whole(*close));
            opens += u64::from(open.count_ones());
            *moves = depth::moves(open, close);
        }
        beyond.fill(0);
        opens
    }

    /// Counts in the blocks that touch the lowest depth, `start` being depth before the run.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    fn walk(&self, blocks: &[BlockBytes], touching: u64, start: i64, run: &mut DepthRun) {
        let after = run.depth;
        let mut left = touching;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(block) = blocks.get(i) else { break };
            let (low, high) = load(block);
            let commas = mask(equal(low, b','), equal(high, b',')) & !self.covered[i];
            run.depth = start + self.lows.before(i, &self.moves);
            walk(run, whole(self.open[i]), whole(self.close[i]), commas);
        }
        run.depth = after;
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(block: &BlockBytes) -> (__m256i, __m256i) {
    // SAFETY: a block has 64 bytes, and the loads need no alignment.
    unsafe {
        let low = _mm256_loadu_si256(block.as_ptr().cast());
        (low, _mm256_loadu_si256(block.as_ptr().add(32).cast()))
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
}

/// The slashes and backslashes: a table says for the lower half of a byte which byte is looked for.
#[inline]
#[target_feature(enable = "avx2")]
fn slashes(bytes: __m256i) -> __m256i {
    // No byte ends in 1 and equals 0.
    let looked_for = _mm256_setr_epi64x(1, SLASHES, 1, SLASHES);
    _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(looked_for, bytes))
}

/// `/` for 0xF, backslash for 0xC, nothing for the other places from 8 on.
const SLASHES: i64 = i64::from_le_bytes([0, 0, 0, 0, b'\\', 0, 0, b'/']);

#[inline]
#[target_feature(enable = "avx2")]
fn signs(bytes: __m256i) -> u32 {
    _mm256_movemask_epi8(bytes).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx2")]
fn halves(low: __m256i, high: __m256i) -> Halves {
    [signs(low), signs(high)]
}

#[inline]
fn whole(halves: Halves) -> u64 {
    u64::from(halves[0]) | u64::from(halves[1]) << 32
}

#[inline]
#[target_feature(enable = "avx2")]
fn mask(low: __m256i, high: __m256i) -> u64 {
    whole(halves(low, high))
}

/// Ones in each byte whose bit in half `HALF` of `mask` is set; all four qwords of `mask` are the same.
#[inline]
#[target_feature(enable = "avx2")]
fn spread<const HALF: i64>(mask: __m256i) -> __m256i {
    const EIGHT: i64 = 0x0101_0101_0101_0101;
    let first = 4 * HALF * EIGHT;
    let bytes = _mm256_setr_epi64x(first, first + EIGHT, first + 2 * EIGHT, first + 3 * EIGHT);
    let bits = _mm256_set1_epi64x(0x8040_2010_0804_0201u64.cast_signed());
    _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(mask, bytes), bits), bits)
}

/// The sum of all bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn sum(bytes: __m256i) -> u64 {
    let sums = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
    let sums = [
        _mm256_extract_epi64::<0>(sums),
        _mm256_extract_epi64::<1>(sums),
        _mm256_extract_epi64::<2>(sums),
        _mm256_extract_epi64::<3>(sums),
    ];
    sums.iter().sum::<i64>().cast_unsigned()
}
