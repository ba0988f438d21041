//! The places of the bits that are set in eight lanes, written one after the other.
//!
//! A block's places are squeezed out of 0, 1, ... 63 by its mask, widened and written, more of them than there are, which
//! the next block's overwrite: no loop over bits, and hardly a branch. Stores are what it is short of (one of 512 bits takes
//! two cycles on Zen 4, and one in two crosses cache lines), so where no block of a group has more than eight
//! places, half a register is written for each.

use std::arch::x86_64::*;

use super::lanes::Lanes512;
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Lanes};

/// Places in a register.
const AT_ONCE: usize = 16;

/// 0, 1, 2, ... 63.
static COUNT_UP: [u8; 64] = {
    let mut places = [0; 64];
    let mut at = 0;
    while at < 64 {
        places[at] = at as u8;
        at += 1;
    }
    places
};

/// As [`Lanes::positions`].
#[inline(always)]
pub(super) fn append(lanes: Lanes512, base: u32, out: &mut Vec<u32>) {
    let mut masks = [0; GROUP_BLOCKS_MAX];
    lanes.store(&mut masks);
    out.reserve(GROUP_BLOCKS_MAX * BLOCK_BYTES + AT_ONCE);
    let mut end = out.len();
    // SAFETY: `Lanes512` prove the features. A block has at most 64 places, which `reserve` made room for, and each store
    // goes at most one register beyond what is counted; whatever `set_len` takes in has been written.
    unsafe {
        let every_byte = _mm512_loadu_si512(COUNT_UP.as_ptr().cast());
        let to = out.as_mut_ptr();
        let n = _mm512_popcnt_epi64(lanes.0);
        let few = _mm512_cmpgt_epi64_mask(n, _mm512_set1_epi64(AT_ONCE as i64 / 2)) == 0;
        for (block, mask) in masks.into_iter().enumerate() {
            let n = mask.count_ones() as usize;
            let squeezed = _mm512_maskz_compress_epi8(mask, every_byte);
            let first = _mm512_castsi512_si128(squeezed);
            let base = (base + (block * BLOCK_BYTES) as u32).cast_signed();
            if few {
                let places = _mm256_add_epi32(_mm256_cvtepu8_epi32(first), _mm256_set1_epi32(base));
                _mm256_storeu_si256(to.add(end).cast(), places);
            } else {
                write(to.add(end), first, base);
                if n > AT_ONCE {
                    let part = _mm512_extracti32x4_epi32::<1>(squeezed);
                    write(to.add(end + AT_ONCE), part, base);
                    let part = _mm512_extracti32x4_epi32::<2>(squeezed);
                    write(to.add(end + 2 * AT_ONCE), part, base);
                    let part = _mm512_extracti32x4_epi32::<3>(squeezed);
                    write(to.add(end + 3 * AT_ONCE), part, base);
                }
            }
            end += n;
        }
        out.set_len(end);
    }
}

/// Writes sixteen places, `base` being the place of 0.
///
/// # Safety
/// The processor must have AVX-512F, and `to` room for sixteen.
#[inline(always)]
unsafe fn write(to: *mut u32, places: __m128i, base: i32) {
    // SAFETY: the caller has both.
    unsafe {
        let places = _mm512_add_epi32(_mm512_cvtepu8_epi32(places), _mm512_set1_epi32(base));
        _mm512_storeu_si512(to.cast(), places);
    }
}
