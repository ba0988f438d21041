//! Whether bytes are UTF-8, by three look-ups of half bytes: the first byte of each pair by both its halves, the second by its
//! upper one. Each table says which mistakes a half leaves open, one bit a mistake; what all three leave open is one.
//! (Keiser, Lemire: "Validating UTF-8 in less than one instruction per byte", 2021.) Masks, as `utf8.rs` has them, cost twice
//! as much here: each takes four instructions and moves.

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_alignr_epi8, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_or_si256, _mm256_permute2x128_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_subs_epu8, _mm256_testz_si256, _mm256_xor_si256,
};

use super::{Avx2, Block};
use crate::simd::Kernel;
use crate::simd::utf8::CheckGroup;

/// A mistake: the halves of a first byte, upper and lower, and the upper halves of the second, as bits by their values.
struct Mistake {
    first_upper: u16,
    first_lower: u16,
    second_upper: u16,
}

/// The bits of the values from `from` to `to`.
const fn values(from: u32, to: u32) -> u16 {
    let mut bits = 0;
    let mut value = from;
    while value <= to {
        bits |= 1 << value;
        value += 1;
    }
    bits
}

const ANY: u16 = values(0, 15);
const ASCII: u16 = values(0, 7);
const GOES_ON: u16 = values(8, 11);
const LEADS: u16 = values(12, 15);

const fn mistake(first_upper: u16, first_lower: u16, second_upper: u16) -> Mistake {
    Mistake { first_upper, first_lower, second_upper }
}

/// All that two bytes can tell. The last one is none by itself: it is what the third and fourth byte of a sequence must have.
const MISTAKES: [Mistake; 8] = [
    mistake(LEADS, ANY, !GOES_ON),
    mistake(ASCII, ANY, GOES_ON),
    // What fewer bytes could say: C0 and C1, E0 before A0, F0 before 90; and beyond F4 8F, F4 too before 90.
    mistake(values(12, 12), values(0, 1), GOES_ON),
    mistake(values(14, 14), values(0, 0), values(8, 9)),
    mistake(values(15, 15), values(0, 0) | values(5, 15), values(8, 8)),
    mistake(values(15, 15), values(4, 15), values(9, 11)),
    // Surrogates.
    mistake(values(14, 14), values(13, 13), values(10, 11)),
    mistake(GOES_ON, ANY, GOES_ON),
];

/// For each value of a half the mistakes that it leaves open: of the first byte's upper half, its lower one, the second's upper.
static TABLES: [[u8; 16]; 3] = {
    let mut tables = [[0; 16]; 3];
    let mut i = 0;
    while i < 8 {
        let of = &MISTAKES[i];
        let mut half = 0;
        while half < 16 {
            tables[0][half] |= ((of.first_upper >> half & 1) as u8) << i;
            tables[1][half] |= ((of.first_lower >> half & 1) as u8) << i;
            tables[2][half] |= ((of.second_upper >> half & 1) as u8) << i;
            half += 1;
        }
        i += 1;
    }
    tables
};

/// What goes on from group to group.
#[derive(Clone, Copy)]
pub struct LookUp {
    /// The last 32 bytes.
    before: __m256i,
    /// Not zero where a mistake was.
    mistakes: __m256i,
}

impl CheckGroup<Avx2> for LookUp {
    #[inline(always)]
    fn new(_kernel: Avx2) -> Self {
        // SAFETY: an `Avx2` proves the feature.
        let none = unsafe { _mm256_setzero_si256() };
        LookUp { before: none, mistakes: none }
    }

    #[inline(always)]
    fn group(&mut self, kernel: Avx2, bytes: &[u8]) {
        let Block(low, high) = kernel.load(bytes);
        // SAFETY: an `Avx2` proves the feature.
        unsafe {
            let found = _mm256_or_si256(mistakes(self.before, low), mistakes(low, high));
            self.mistakes = _mm256_or_si256(self.mistakes, found);
        }
        self.before = high;
    }

    #[inline(always)]
    fn is_valid(&self) -> bool {
        // SAFETY: a `LookUp` is made with an `Avx2` only.
        unsafe { _mm256_testz_si256(self.mistakes, self.mistakes) == 1 }
    }
}

/// Not zero at those bytes of `now` that do not fit what stands before them; `before` are the 32 bytes before.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn mistakes(before: __m256i, now: __m256i) -> __m256i {
    // SAFETY: the caller has AVX2.
    unsafe {
        let halves = _mm256_permute2x128_si256::<0x21>(before, now);
        let first = _mm256_alignr_epi8::<15>(now, halves);
        let two_before = _mm256_alignr_epi8::<14>(now, halves);
        let three_before = _mm256_alignr_epi8::<13>(now, halves);
        let by_both = _mm256_and_si256(
            look_up(&TABLES[0], upper(first)),
            look_up(&TABLES[1], _mm256_and_si256(first, _mm256_set1_epi8(0x0F))),
        );
        let found = _mm256_and_si256(by_both, look_up(&TABLES[2], upper(now)));
        // The top bit where E0 or more stands two before, or F0 or more three before: less 60 and 70, that is 80 or more.
        let third = _mm256_subs_epu8(two_before, _mm256_set1_epi8(0x60));
        let fourth = _mm256_subs_epu8(three_before, _mm256_set1_epi8(0x70));
        let top = _mm256_set1_epi8(0x80u8.cast_signed());
        let must_go_on = _mm256_and_si256(_mm256_or_si256(third, fourth), top);
        _mm256_xor_si256(found, must_go_on)
    }
}

/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn upper(bytes: __m256i) -> __m256i {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0F)) }
}

/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn look_up(table: &[u8; 16], halves: __m256i) -> __m256i {
    // SAFETY: the caller has AVX2; the table has 16 bytes, and the load needs no alignment.
    unsafe {
        let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()));
        _mm256_shuffle_epi8(table, halves)
    }
}
