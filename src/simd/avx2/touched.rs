//! The blocks of a run where depth is the lowest it has come to: commas and closers are counted there, four blocks at a time.
//!
//! From a block's lowest depth on, depth is told by two bits as long as it stays below four, each the parity of what turns it
//! ([`DepthRun::count_low`]). Four blocks share a register, so that parities are shifts instead of carry-less products, and ones
//! are counted in byte lanes that are summed up at the end.

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_add_epi8, _mm256_and_si256, _mm256_andnot_si256,
    _mm256_cmpgt_epi64, _mm256_cvtepu32_epi64, _mm256_loadu_si256, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_slli_epi64, _mm256_srli_epi16, _mm256_xor_si256,
};

use super::super::DepthRun;
use super::bytes::sum;
use super::tally::RUN_BLOCKS;

/// Blocks that are many in a run: fewer are sooner counted one by one.
pub(super) const MANY: u32 = 6;

/// Blocks that touch the lowest depth.
pub(super) struct Touched {
    n: usize,
    open: [u64; RUN_BLOCKS],
    close: [u64; RUN_BLOCKS],
    commas: [u64; RUN_BLOCKS],
    /// How far below its start a block's lowest depth is: 0 to 3.
    heights: [u32; RUN_BLOCKS],
}

impl Touched {
    pub(super) fn none() -> Self {
        let words = [0; RUN_BLOCKS];
        Touched { n: 0, open: words, close: words, commas: words, heights: [0; RUN_BLOCKS] }
    }

    /// One more block, whose lowest depth is `fall` (0 to -3) from its start, if it stays less than four above that.
    #[inline(always)]
    pub(super) fn push(&mut self, open: u64, close: u64, commas: u64, fall: i32, is_low: bool) {
        let i = self.n % RUN_BLOCKS;
        (self.open[i], self.close[i], self.commas[i]) = (open, close, commas);
        self.heights[i] = fall.unsigned_abs();
        self.n += usize::from(is_low);
    }

    /// Counts what they have at the lowest depth, and forgets them.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn count(&mut self, run: &mut DepthRun) {
        let n = self.n.min(RUN_BLOCKS);
        let rounded = n.next_multiple_of(4);
        for words in [&mut self.open, &mut self.close, &mut self.commas] {
            words[n..rounded].fill(0);
        }
        let (mut n_commas, mut n_closes) = (_mm256_setzero_si256(), _mm256_setzero_si256());
        for i in (0..rounded).step_by(4) {
            let (open, close) = (four(&self.open, i), four(&self.close, i));
            let (starts_odd, starts_high) = starts(&self.heights, i);
            let brackets = _mm256_or_si256(open, close);
            let lower = _mm256_xor_si256(parity_before(brackets), starts_odd);
            let opened = _mm256_and_si256(open, lower);
            let turns = _mm256_or_si256(opened, _mm256_andnot_si256(lower, close));
            let upper = _mm256_xor_si256(parity_before(turns), starts_high);
            let higher = _mm256_or_si256(lower, upper);
            let at_lowest = _mm256_andnot_si256(higher, four(&self.commas, i));
            let to_lowest = _mm256_andnot_si256(upper, _mm256_and_si256(close, lower));
            // A byte has eight bits, and there are 16 rounds at most: no lane runs over.
            n_commas = _mm256_add_epi8(n_commas, ones(at_lowest));
            n_closes = _mm256_add_epi8(n_closes, ones(to_lowest));
        }
        run.commas_at_lowest += sum(n_commas);
        run.closes_at_lowest += sum(n_closes);
        self.n = 0;
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn four(words: &[u64; RUN_BLOCKS], i: usize) -> __m256i {
    let four: &[u64; 4] = words[i..].first_chunk().unwrap_or(&[0; 4]);
    // SAFETY: four qwords; no alignment is needed.
    unsafe { _mm256_loadu_si256(four.as_ptr().cast()) }
}

/// All ones where a block starts at an odd height above its lowest depth, and where it starts at two or three.
#[inline]
#[target_feature(enable = "avx2")]
fn starts(heights: &[u32; RUN_BLOCKS], i: usize) -> (__m256i, __m256i) {
    let four: &[u32; 4] = heights[i..].first_chunk().unwrap_or(&[0; 4]);
    // SAFETY: four words of 32 bits; no alignment is needed.
    let heights = unsafe { _mm256_cvtepu32_epi64(_mm_loadu_si128(four.as_ptr().cast())) };
    let none = _mm256_setzero_si256();
    let odd = _mm256_cmpgt_epi64(none, _mm256_slli_epi64::<63>(heights));
    (odd, _mm256_cmpgt_epi64(none, _mm256_slli_epi64::<62>(heights)))
}

/// For each bit the parity of those before it in its lane.
#[inline]
#[target_feature(enable = "avx2")]
fn parity_before(bits: __m256i) -> __m256i {
    let parity = _mm256_slli_epi64::<1>(bits);
    let parity = _mm256_xor_si256(parity, _mm256_slli_epi64::<1>(parity));
    let parity = _mm256_xor_si256(parity, _mm256_slli_epi64::<2>(parity));
    let parity = _mm256_xor_si256(parity, _mm256_slli_epi64::<4>(parity));
    let parity = _mm256_xor_si256(parity, _mm256_slli_epi64::<8>(parity));
    let parity = _mm256_xor_si256(parity, _mm256_slli_epi64::<16>(parity));
    _mm256_xor_si256(parity, _mm256_slli_epi64::<32>(parity))
}

/// How many bits each byte has, by a look-up of its halves (Muła, Kurz, Lemire: Faster population counts using AVX2, 2018).
#[inline]
#[target_feature(enable = "avx2")]
fn ones(bits: __m256i) -> __m256i {
    let of_half = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3,
        3, 4,
    );
    let half = _mm256_set1_epi8(0x0F);
    let low = _mm256_shuffle_epi8(of_half, _mm256_and_si256(bits, half));
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bits), half);
    _mm256_add_epi8(low, _mm256_shuffle_epi8(of_half, high))
}
