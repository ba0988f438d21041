//! The 64 bytes of a block in two registers: compared, made masks, taken out of strings, summed.

use std::arch::x86_64::{
    __m256i, _mm256_andnot_si256, _mm256_cmpeq_epi8, _mm256_extract_epi64, _mm256_loadu_si256,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_sad_epu8, _mm256_set1_epi8, _mm256_set1_epi64x,
    _mm256_setr_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_sign_epi8,
};

use super::super::BLOCK_BYTES;

pub(super) type BlockBytes = [u8; BLOCK_BYTES];

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(block: &BlockBytes) -> (__m256i, __m256i) {
    // SAFETY: a block has 64 bytes, and the loads need no alignment.
    unsafe {
        let low = _mm256_loadu_si256(block.as_ptr().cast());
        (low, _mm256_loadu_si256(block.as_ptr().add(32).cast()))
    }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
}

/// The openers and closers. Braces and brackets differ in one bit only.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn brackets(low: __m256i, high: __m256i) -> (u64, u64) {
    let bit = _mm256_set1_epi8(0x20);
    let (low, high) = (_mm256_or_si256(low, bit), _mm256_or_si256(high, bit));
    (mask(equal(low, b'{'), equal(high, b'{')), mask(equal(low, b'}'), equal(high, b'}')))
}

/// The slashes and backslashes: a table says for the lower half of a byte which byte is looked for.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn slashes(bytes: __m256i) -> __m256i {
    // No byte ends in 1 and equals 0.
    let looked_for = _mm256_setr_epi64x(1, SLASHES, 1, SLASHES);
    _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(looked_for, bytes))
}

/// `/` for 0xF, backslash for 0xC, nothing for the other places from 8 on.
const SLASHES: i64 = i64::from_le_bytes([0, 0, 0, 0, b'\\', 0, 0, b'/']);

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn signs(bytes: __m256i) -> u32 {
    _mm256_movemask_epi8(bytes).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn mask(low: __m256i, high: __m256i) -> u64 {
    u64::from(signs(low)) | u64::from(signs(high)) << 32
}

/// Half `HALF` of a block: zero where the bit in `in_strings` is set, all four qwords of which are the same; else the byte
/// itself or, at every eighth place, its negative. [`equal_code`] knows.
///
/// That is what the sign instruction makes of each place's bit: one instruction, where a comparison and a mask are two.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn code<const HALF: i64>(bytes: __m256i, in_strings: __m256i) -> __m256i {
    const EIGHT: i64 = 0x0101_0101_0101_0101;
    let first = 4 * HALF * EIGHT;
    let places = _mm256_setr_epi64x(first, first + EIGHT, first + 2 * EIGHT, first + 3 * EIGHT);
    let bits = _mm256_set1_epi64x(0x8040_2010_0804_0201u64.cast_signed());
    let outside = _mm256_andnot_si256(_mm256_shuffle_epi8(in_strings, places), bits);
    _mm256_sign_epi8(bytes, outside)
}

/// As [`equal`], for what [`code`] makes of bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn equal_code(bytes: __m256i, byte: u8) -> __m256i {
    equal_signed(bytes, byte, byte)
}

/// The places of `same`, and at every eighth place those of the negative of `negated`.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn equal_signed(bytes: __m256i, same: u8, negated: u8) -> __m256i {
    let [a, b] = [same, negated.wrapping_neg()];
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi64x(i64::from_le_bytes([a, a, a, a, a, a, a, b])))
}

/// The sum of all bytes.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn sum(bytes: __m256i) -> u64 {
    let sums = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
    let sums = [
        _mm256_extract_epi64::<0>(sums),
        _mm256_extract_epi64::<1>(sums),
        _mm256_extract_epi64::<2>(sums),
        _mm256_extract_epi64::<3>(sums),
    ];
    sums.iter().sum::<i64>().cast_unsigned()
}
