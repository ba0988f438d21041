//! JSON's counts by AVX2: a run of 64 blocks at a time, in passes over the run, each of them short.
//!
//! ```text
//! quotes    bytes -> masks of quotes -> prefix parity -> masks of strings; line breaks; which blocks have slashes
//! escapes   of those with backslashes only: the parity of escaped quotes, taken out again
//! classes   bytes less those in strings -> separators and braces, counted in byte lanes; masks of brackets
//!           -> how depth moves over each block
//! depth     that -> lowest and highest depth of the run; the blocks that touch the lowest are looked at again, where
//!           they are many by fours (`touched`)
//! ```
//! A mask costs a comparison and a move for each half of a block, and a shift and more for both; a count in byte lanes
//! costs a comparison and a subtraction for each half. So only quotes and brackets become masks. Bytes in strings are made
//! zero, by spreading the mask of strings back to bytes, so that no class needs its own exclusion. What is rare (escapes,
//! dense brackets, the lowest depth) is noted in a word of one bit a block and looked at after the pass: a branch where it
//! is met could not be predicted.
//!
//! A run with a slash or a backslash outside strings (a comment, or an error) is given back untouched. Figures, and what
//! bounds it: `docs/decisions/0006-avx2-tallies.md`.

use std::arch::x86_64::{
    __m128i, _MM_HINT_T1, _mm_clmulepi64_si128, _mm_cmpgt_epi64, _mm_cvtsi64_si128,
    _mm_cvtsi128_si64, _mm_prefetch, _mm_set1_epi8, _mm_set1_epi64x, _mm_setzero_si128,
    _mm_xor_si128, _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_cmpgt_epi64, _mm256_loadu_si256,
    _mm256_movemask_ps, _mm256_or_si256, _mm256_set1_epi8, _mm256_set1_epi64x, _mm256_setr_epi64x,
    _mm256_setzero_si256, _mm256_slli_epi64, _mm256_sllv_epi64, _mm256_storeu_si256,
    _mm256_sub_epi8, _mm256_xor_si256,
};

use super::super::lanes::escaped_in_block;
use super::super::tally::{Quoted, Tally};
use super::super::{BLOCK_BYTES, DepthRun};
use super::bytes::{
    BlockBytes, brackets, code, equal, equal_code, equal_signed, load, mask, signs, slashes, sum,
};
use super::depth::{self, Lows};
use super::touched::{MANY, Touched};
use super::{Avx2, prefix_parity, walk};

/// Blocks of a run: one bit of a word for each. A byte lane counts two bytes a block, so 127 would be the most.
pub(super) const RUN_BLOCKS: usize = 64;

/// How far ahead memory is asked for: half of the lines in each of the passes over bytes, so that there is always a request
/// on its way.
const PREFETCH_BYTES: usize = 8 * 1024;

/// What is found in a run, by block.
struct Run {
    /// Whether a slash or a backslash is in the block: not 0.
    slashed: [u32; RUN_BLOCKS],
    /// In a string, its opening quote included, its closing quote not.
    covered: [u64; RUN_BLOCKS],
    /// How depth moves. Blocks beyond the text have zeros.
    moves: [u32; RUN_BLOCKS],
    lows: Lows,
    touched: Touched,
}

/// Adds the runs that `bytes` begin with to `tally`, up to the first one that is not plain; returns how many bytes.
pub(super) fn tally(_proof: Avx2, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    // SAFETY: an `Avx2` proves every one of these features.
    unsafe { runs(bytes, quoted, tally) }
}

#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
fn runs(bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    let mut run = Run {
        slashed: [0; RUN_BLOCKS],
        covered: [0; RUN_BLOCKS],
        moves: [0; RUN_BLOCKS],
        lows: Lows::none(),
        touched: Touched::none(),
    };
    let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
    let blocks = blocks.as_chunks::<2>().0.as_flattened();
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
        let (line_breaks, mut met) = self.quotes(blocks, quoted.in_string);
        let slashed = self.slashed(blocks.len());
        let backslashed = Self::with_backslashes(blocks, slashed);
        let escaped = self.escapes(blocks, backslashed, quoted.escaped, &mut met);
        if !self.all_in_strings(blocks, slashed) {
            return false;
        }
        let counts = self.classes(blocks);
        // Quotes open and close strings in turn.
        tally.strings += (met.n_quotes + u64::from(!quoted.in_string)) / 2;
        *quoted = Quoted { in_string: met.in_string(), escaped };
        tally.line_breaks += line_breaks;
        tally.commas += counts.commas;
        tally.colons += counts.colons;
        tally.opens += counts.opens;
        tally.open_braces += counts.open_braces;
        tally.close_braces += counts.close_braces;
        if blocks.len() < RUN_BLOCKS {
            // Not for each run: filling nothing is a call, too.
            self.moves[blocks.len()..].fill(0);
        }
        let start = tally.depth.depth;
        let touching = self.lows.follow(&self.moves, &mut tally.depth);
        if counts.opens == 0 && tally.depth.depth == start {
            // Not a bracket: all of it is as deep.
            tally.depth.commas_at_lowest += if touching == 0 { 0 } else { counts.commas };
        } else if touching.count_ones() >= MANY {
            self.count_many(blocks, touching, start, &mut tally.depth);
        } else {
            self.count_touching(blocks, touching, start, &mut tally.depth);
        }
        true
    }

    /// Finds all quotes, covers strings as if none of them were escaped, and finds the blocks with slashes. Returns the
    /// number of line breaks, and what was met of quotes.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
    fn quotes(&mut self, blocks: &[BlockBytes], in_string: bool) -> (u64, Met) {
        let mut line_breaks = _mm256_setzero_si256();
        let mut met = Met::before(in_string);
        let found = pairs(&mut self.covered).iter_mut().zip(pairs(&mut self.slashed));
        for (blocks, (covered, slashed)) in blocks.as_chunks::<2>().0.iter().zip(found) {
            for i in 0..2 {
                let block = &blocks[i];
                if i == 0 {
                    ask_ahead(block);
                }
                let (low, high) = load(block);
                covered[i] = met.cover(mask(equal(low, b'"'), equal(high, b'"')));
                slashed[i] = signs(_mm256_or_si256(slashes(low), slashes(high)));
                line_breaks = _mm256_sub_epi8(line_breaks, equal(low, b'\n'));
                line_breaks = _mm256_sub_epi8(line_breaks, equal(high, b'\n'));
            }
        }
        (sum(line_breaks), met)
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

    /// Which of the blocks with slashes have backslashes. Where addresses are not written with them that is one in four, and
    /// to look for escaped quotes takes twice as long as this.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn with_backslashes(blocks: &[BlockBytes], slashed: u64) -> u64 {
        let mut left = slashed;
        let mut found = 0;
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let (low, high) = load(&blocks[i as usize]);
            let any = signs(_mm256_or_si256(equal(low, b'\\'), equal(high, b'\\')));
            found |= u64::from(any != 0) << i;
        }
        found
    }

    /// Takes the escaped quotes out of what was covered and met. Returns whether the byte after the run is escaped.
    ///
    /// The parity without them is the parity with them flipped by their own.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
    fn escapes(
        &mut self,
        blocks: &[BlockBytes],
        slashed: u64,
        escaped: bool,
        met: &mut Met,
    ) -> bool {
        let mut left = slashed | u64::from(escaped);
        // The block whose first byte is escaped.
        let mut carried = if escaped { 0 } else { usize::MAX };
        let (mut odd, mut n_escaped) = (0, 0);
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(block) = blocks.get(i) else { break };
            let (low, high) = load(block);
            let backslashes = mask(equal(low, b'\\'), equal(high, b'\\'));
            let (escaped, out) = escaped_in_block(backslashes, u64::from(carried == i));
            let quotes = mask(equal(low, b'"'), equal(high, b'"')) & escaped;
            let flips = prefix_parity(quotes);
            n_escaped += u64::from(quotes.count_ones());
            self.covered[i] ^= flips;
            odd |= flips >> 63 << i;
            if out == 1 {
                (left, carried) = carried_on(left, i);
            }
        }
        met.n_quotes -= n_escaped;
        if odd != 0 {
            let odd = prefix_parity(odd);
            self.flip(odd << 1);
            met.odd = _mm_xor_si128(met.odd, _mm_set1_epi64x(odd.cast_signed() >> 63));
        }
        carried == blocks.len()
    }

    /// Uncovers what is covered in these blocks and covers the rest of them.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn flip(&mut self, blocks: u64) {
        // The bit of each block comes to the sign of its lane, from the last four blocks to the first.
        let from_top = _mm256_setr_epi64x(3, 2, 1, 0);
        let mut at_sign = _mm256_sllv_epi64(_mm256_set1_epi64x(blocks.cast_signed()), from_top);
        for covered in self.covered.as_chunks_mut::<4>().0.iter_mut().rev() {
            let flips = _mm256_cmpgt_epi64(_mm256_setzero_si256(), at_sign);
            at_sign = _mm256_slli_epi64::<4>(at_sign);
            // SAFETY: four qwords; no alignment is needed.
            unsafe {
                let old = _mm256_loadu_si256(covered.as_ptr().cast());
                _mm256_storeu_si256(covered.as_mut_ptr().cast(), _mm256_xor_si256(old, flips));
            }
        }
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

    /// Counts separators, braces and openers outside strings, and says how depth moves over each block.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn classes(&mut self, blocks: &[BlockBytes]) -> Tally {
        let zero = _mm256_setzero_si256();
        let (mut commas, mut colons) = (zero, zero);
        let (mut open_braces, mut close_braces) = (zero, zero);
        let (mut opens, mut dense) = (0, 0);
        let found = pairs(&mut self.covered).iter().zip(pairs(&mut self.moves));
        for (blocks, (covered, moves)) in blocks.as_chunks::<2>().0.iter().zip(found) {
            for i in 0..2 {
                if i == 1 {
                    ask_ahead(&blocks[i]);
                }
                let in_strings = _mm256_set1_epi64x(covered[i].cast_signed());
                let (low, high) = load(&blocks[i]);
                let (low, high) = (code::<0>(low, in_strings), code::<1>(high, in_strings));
                for half in [low, high] {
                    commas = _mm256_sub_epi8(commas, equal_code(half, b','));
                    colons = _mm256_sub_epi8(colons, equal_code(half, b':'));
                    open_braces = _mm256_sub_epi8(open_braces, equal_code(half, b'{'));
                    close_braces = _mm256_sub_epi8(close_braces, equal_code(half, b'}'));
                }
                // Braces and brackets differ in this bit only, and so do their negatives; of those, brackets' have it.
                let bit = _mm256_set1_epi8(0x20);
                let (low, high) = (_mm256_or_si256(low, bit), _mm256_or_si256(high, bit));
                let open = mask(equal_signed(low, b'{', b'['), equal_signed(high, b'{', b'['));
                let close = mask(equal_signed(low, b'}', b']'), equal_signed(high, b'}', b']'));
                opens += u64::from(open.count_ones());
                let (of_few, is_dense) = depth::moves(open, close);
                moves[i] = of_few;
                dense = dense << 1 | u64::from(is_dense);
            }
        }
        let tally = Tally {
            commas: sum(commas),
            colons: sum(colons),
            open_braces: sum(open_braces),
            close_braces: sum(close_braces),
            opens,
            ..Tally::default()
        };
        self.dense(blocks, dense.reverse_bits() >> (RUN_BLOCKS - blocks.len()));
        tally
    }

    /// How depth moves over the blocks that have many brackets.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn dense(&mut self, blocks: &[BlockBytes], dense: u64) {
        let mut left = dense;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let (open, close) = self.brackets(&blocks[i], i);
            self.moves[i] = depth::moves_of_many(open, close);
        }
    }

    /// The openers and closers of block `i` that stand in code.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn brackets(&self, block: &BlockBytes, i: usize) -> (u64, u64) {
        let (low, high) = load(block);
        let ((open, close), code) = (brackets(low, high), !self.covered[i]);
        (open & code, close & code)
    }

    /// The commas of block `i` that stand in code.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn commas(&self, block: &BlockBytes, i: usize) -> u64 {
        let (low, high) = load(block);
        mask(equal(low, b','), equal(high, b',')) & !self.covered[i]
    }

    /// As [`Run::count_touching`], four blocks at a time.
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    fn count_many(&mut self, blocks: &[BlockBytes], touching: u64, start: i64, run: &mut DepthRun) {
        let mut left = touching;
        let mut high = 0;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(block) = blocks.get(i) else { break };
            let ((open, close), commas) = (self.brackets(block, i), self.commas(block, i));
            let (lowest, highest, _) = depth::unpack(self.moves[i]);
            let is_low = highest - lowest < 4;
            self.touched.push(open, close, commas, lowest, is_low);
            high |= u64::from(!is_low) << i;
        }
        self.touched.count(run);
        if high != 0 {
            self.count_touching(blocks, high, start, run);
        }
    }

    /// Counts in the blocks that touch the lowest depth, `start` being depth before the run.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    fn count_touching(&self, blocks: &[BlockBytes], touching: u64, start: i64, run: &mut DepthRun) {
        let after = run.depth;
        let mut left = touching;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            left &= left - 1;
            let Some(block) = blocks.get(i) else { break };
            let commas = self.commas(block, i);
            let moves = self.moves[i];
            if moves == 0 {
                run.commas_at_lowest += u64::from(commas.count_ones());
                continue;
            }
            let (open, close) = self.brackets(block, i);
            let (lowest, highest, _) = depth::unpack(moves);
            if highest - lowest < 4 {
                run.count_low(open, close, commas, lowest, prefix_parity);
            } else {
                run.depth = start + self.lows.before(i, &self.moves);
                walk(run, open, close, commas);
            }
        }
        run.depth = after;
    }
}

#[inline]
fn pairs<T>(all: &mut [T; RUN_BLOCKS]) -> &mut [[T; 2]] {
    all.as_chunks_mut().0
}

/// Quotes met so far.
#[derive(Clone, Copy)]
struct Met {
    n_quotes: u64,
    /// All ones, if an odd number of them opened a string.
    odd: __m128i,
}

impl Met {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn before(in_string: bool) -> Self {
        Met { n_quotes: 0, odd: _mm_set1_epi64x(-i64::from(in_string)) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn in_string(&self) -> bool {
        _mm_cvtsi128_si64(self.odd) != 0
    }

    /// Adds the quotes of a block. Returns the mask of its strings.
    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
    fn cover(&mut self, quotes: u64) -> u64 {
        self.n_quotes += u64::from(quotes.count_ones());
        let quotes = _mm_cvtsi64_si128(quotes.cast_signed());
        let parity = _mm_clmulepi64_si128::<0>(quotes, _mm_set1_epi8(-1));
        let in_strings = _mm_xor_si128(parity, self.odd);
        // The sign before the carry is put in: one instruction, not two, is what each block waits for.
        self.odd = _mm_xor_si128(self.odd, _mm_cmpgt_epi64(_mm_setzero_si128(), parity));
        _mm_cvtsi128_si64(in_strings).cast_unsigned()
    }
}

/// Asks memory for what stands [`PREFETCH_BYTES`] behind a block.
#[inline]
fn ask_ahead(block: &BlockBytes) {
    // SAFETY: every processor with AVX2 has it, and it never faults.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(block.as_ptr().wrapping_add(PREFETCH_BYTES).cast()) }
}

/// Block `i` ends by escaping the next one's first byte: that is to be looked at too. Out of line, so that blocks wait for
/// the one before only where this happens.
#[cold]
#[inline(never)]
fn carried_on(left: u64, i: usize) -> (u64, usize) {
    (left | 1 << i << 1, i + 1)
}
