//! Eight lanes in a register.

use std::arch::x86_64::*;

use super::{depth, positions};
use crate::simd::{DepthRun, GROUP_BLOCKS_MAX, Lanes, Parities};

/// Eight lanes. Made by [`super::Avx512`] only.
#[derive(Clone, Copy, Debug)]
pub struct Lanes512(pub(super) __m512i);

/// A count of bits: `odd` has weight 1 for each bit set, `pairs` sums the rest in its eight lanes with weight 2.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    odd: __m512i,
    pairs: __m512i,
}

impl Default for Counter {
    #[inline(always)]
    fn default() -> Self {
        // SAFETY: a counter is of use only with `Lanes512`, which prove the features; all bits zero is a valid value.
        unsafe { std::mem::zeroed() }
    }
}

/// The ternary operation "an odd number of the three".
const ODD: i32 = 0x96;

/// The ternary operation "two or all of the three".
const MAJORITY: i32 = 0xE8;

impl Lanes for Lanes512 {
    const COUNT: usize = 8;
    type Counter = Counter;
    type Depth = depth::Depth;

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: `Lanes512` are made by `Avx512` only, which proves the features. So below.
        Lanes512(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe { _mm512_andnot_si512(other.0, self.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: as in `and`.
        unsafe { _mm512_test_epi64_mask(self.0, self.0) != 0 }
    }

    #[inline(always)]
    fn count(masks: [Self; 4], counter: &mut Counter) {
        // A full adder takes three bits of weight 1 into one of weight 1 and one of weight 2, in two instructions, on
        // all bits at once (Harley-Seal). Two of them halve the population counts, which have two pipes of four.
        // SAFETY: as in `and`.
        unsafe {
            let [a, b, c, d] = masks;
            let first = _mm512_ternarylogic_epi64::<MAJORITY>(counter.odd, a.0, b.0);
            let odd = _mm512_ternarylogic_epi64::<ODD>(counter.odd, a.0, b.0);
            let second = _mm512_ternarylogic_epi64::<MAJORITY>(odd, c.0, d.0);
            counter.odd = _mm512_ternarylogic_epi64::<ODD>(odd, c.0, d.0);
            counter.pairs = _mm512_add_epi64(counter.pairs, _mm512_popcnt_epi64(first));
            counter.pairs = _mm512_add_epi64(counter.pairs, _mm512_popcnt_epi64(second));
        }
    }

    #[inline(always)]
    fn total(counter: Counter) -> u64 {
        // SAFETY: a counter is counted up by `Lanes512` only.
        unsafe {
            let odd = _mm512_reduce_add_epi64(_mm512_popcnt_epi64(counter.odd));
            (odd + 2 * _mm512_reduce_add_epi64(counter.pairs)).cast_unsigned()
        }
    }

    #[inline(always)]
    fn escaped(self, carry: &mut Self, doubt: &mut Self) -> Self {
        // As `escaped_in_block`, twice: first without carries, to learn which blocks end by escaping the next one's
        // first byte. A carry into a block changes the carry out of it only if the block is nothing but backslashes;
        // then the two disagree in bit 63.
        // SAFETY: as in `and`.
        unsafe {
            let alone = run_ends(self.0);
            let out = _mm512_srli_epi64::<63>(_mm512_and_si512(alone, self.0));
            let carried = _mm512_alignr_epi64::<7>(out, carry.0);
            *carry = Lanes512(out);
            let ends = run_ends(_mm512_andnot_si512(carried, self.0));
            let differ = _mm512_and_si512(_mm512_xor_si512(alone, ends), self.0);
            *doubt = doubt.or(Lanes512(differ));
            Lanes512(_mm512_xor_si512(ends, _mm512_or_si512(self.0, carried)))
        }
    }

    #[inline(always)]
    fn last(self) -> u64 {
        // SAFETY: as in `and`.
        unsafe { last(self.0) }
    }

    #[inline(always)]
    fn advance<const N: u32>(self, before: Self) -> Self {
        // SAFETY: as in `and`.
        unsafe {
            let lane_before = _mm512_alignr_epi64::<7>(self.0, before.0);
            // The instruction wants its count as a constant of another type; a variable shift costs the same.
            let on = _mm512_sllv_epi64(self.0, _mm512_set1_epi64(i64::from(N)));
            let in_front = _mm512_srlv_epi64(lane_before, _mm512_set1_epi64(64 - i64::from(N)));
            Lanes512(_mm512_or_si512(on, in_front))
        }
    }

    #[inline(always)]
    fn retreat(self, after: u64) -> Self {
        // SAFETY: as in `and`.
        unsafe {
            let after = _mm512_set1_epi64(after.cast_signed());
            let lane_after = _mm512_alignr_epi64::<1>(after, self.0);
            Lanes512(_mm512_shrdi_epi64::<1>(self.0, lane_after))
        }
    }

    #[inline(always)]
    fn prefix_parity(self) -> (Self, Parities) {
        // SAFETY: as in `and`.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let even = _mm512_clmulepi64_epi128::<0x00>(self.0, ones);
            let odd = _mm512_clmulepi64_epi128::<0x01>(self.0, ones);
            let parity = _mm512_unpacklo_epi64(even, odd);
            (Lanes512(parity), Parities::from(_mm512_movepi64_mask(parity)))
        }
    }

    #[inline(always)]
    fn odd_before(parities: &[Parities; 4], carry: &mut bool) -> [Parities; 4] {
        let [a, b, c, d] = *parities;
        let mut odd = (a & 0xFF) | (b & 0xFF) << 8 | (c & 0xFF) << 16 | d << 24;
        for shift in [1, 2, 4, 8, 16] {
            odd ^= odd << shift;
        }
        let before = odd << 1 ^ 0u32.wrapping_sub(u32::from(*carry));
        *carry ^= odd >> 31 == 1;
        [before, before >> 8, before >> 16, before >> 24]
    }

    #[inline(always)]
    fn flip(self, lanes: Parities) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe {
            _mm512_mask_xor_epi64(self.0, lanes as u8, self.0, _mm512_set1_epi64(-1))
        })
    }

    #[inline(always)]
    fn depth(open: &[Self; 4], close: &[Self; 4], commas: &[Self; 4], depth: &mut depth::Depth) {
        // SAFETY: as in `and`.
        unsafe { depth::follow(open, close, commas, depth) }
    }

    #[inline(always)]
    fn depth_run(depth: &mut depth::Depth) -> DepthRun {
        depth::total(depth)
    }

    #[inline(always)]
    fn positions(self, base: u32, out: &mut Vec<u32>) {
        positions::append(self, base, out);
    }

    #[inline(always)]
    fn store(self, out: &mut [u64; GROUP_BLOCKS_MAX]) {
        // SAFETY: as in `and`; `out` has 64 bytes.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn restore(self, values: &[u64; GROUP_BLOCKS_MAX]) -> Self {
        // SAFETY: as in `and`; `values` has 64 bytes.
        Lanes512(unsafe { _mm512_loadu_si512(values.as_ptr().cast()) })
    }
}

/// The odd-length ends of runs of backslashes, as in `escaped_in_block`, in each lane by itself.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn run_ends(escaping: __m512i) -> __m512i {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let odd = _mm512_set1_epi8(0xAAu8.cast_signed());
        let after = _mm512_or_si512(_mm512_add_epi64(escaping, escaping), odd);
        _mm512_xor_si512(_mm512_sub_epi64(after, escaping), odd)
    }
}

/// The last lane.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
pub(super) unsafe fn last(lanes: __m512i) -> u64 {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let pair = _mm512_extracti64x2_epi64::<3>(lanes);
        _mm_cvtsi128_si64(_mm_unpackhi_epi64(pair, pair)).cast_unsigned()
    }
}
