//! The masks of eight blocks, turned from block by block to set by set: 8 by 8 numbers of 64 bits, 24 shuffles.

use std::arch::x86_64::*;

use super::{Avx512, GROUP_BLOCKS_MAX, Lanes512, SETS_MAX};

/// Lane `b` of set `s` is mask `s` of block `b`.
#[inline(always)]
pub(super) fn by_set(
    _proof: Avx512,
    blocks: &[[u64; SETS_MAX]; GROUP_BLOCKS_MAX],
) -> [Lanes512; SETS_MAX] {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = blocks;
    // SAFETY: an `Avx512` proves the features; each block has eight masks, and the loads need no alignment.
    unsafe {
        let (b0, b1) =
            (_mm512_loadu_si512(b0.as_ptr().cast()), _mm512_loadu_si512(b1.as_ptr().cast()));
        let (b2, b3) =
            (_mm512_loadu_si512(b2.as_ptr().cast()), _mm512_loadu_si512(b3.as_ptr().cast()));
        let (b4, b5) =
            (_mm512_loadu_si512(b4.as_ptr().cast()), _mm512_loadu_si512(b5.as_ptr().cast()));
        let (b6, b7) =
            (_mm512_loadu_si512(b6.as_ptr().cast()), _mm512_loadu_si512(b7.as_ptr().cast()));
        let [s0, s2, s4, s6] = join([
            _mm512_unpacklo_epi64(b0, b1),
            _mm512_unpacklo_epi64(b2, b3),
            _mm512_unpacklo_epi64(b4, b5),
            _mm512_unpacklo_epi64(b6, b7),
        ]);
        let [s1, s3, s5, s7] = join([
            _mm512_unpackhi_epi64(b0, b1),
            _mm512_unpackhi_epi64(b2, b3),
            _mm512_unpackhi_epi64(b4, b5),
            _mm512_unpackhi_epi64(b6, b7),
        ]);
        [s0, s1, s2, s3, s4, s5, s6, s7]
    }
}

/// Of four registers, each with a quarter of two blocks for one of four sets: a register for each set.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn join(pairs: [__m512i; 4]) -> [Lanes512; 4] {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let front = _mm512_shuffle_i64x2::<0x44>(pairs[0], pairs[1]);
        let front_too = _mm512_shuffle_i64x2::<0x44>(pairs[2], pairs[3]);
        let back = _mm512_shuffle_i64x2::<0xEE>(pairs[0], pairs[1]);
        let back_too = _mm512_shuffle_i64x2::<0xEE>(pairs[2], pairs[3]);
        [
            Lanes512(_mm512_shuffle_i64x2::<0x88>(front, front_too)),
            Lanes512(_mm512_shuffle_i64x2::<0xDD>(front, front_too)),
            Lanes512(_mm512_shuffle_i64x2::<0x88>(back, back_too)),
            Lanes512(_mm512_shuffle_i64x2::<0xDD>(back, back_too)),
        ]
    }
}
