//! The AVX2 kernel: one block at a time, two registers of 32 bytes. JSON's counts have a pass of their own, `tally`.

use super::kernel::WHITE;
use super::lanes::one_lane;
use super::{
    Alphabet, BLOCK_BYTES, DepthRun, Group, Kernel, Lanes, Parities, Quoted, SETS_MAX, SetTable,
    Tally, Task,
};

mod bytes;
pub(super) mod depth;
mod tally;
mod touched;
mod utf8;

#[cfg(not(miri))]
use std::arch::asm;
use std::arch::x86_64::{
    __m256i, _MM_HINT_T0, _mm_clmulepi64_si128, _mm_cvtsi32_si128, _mm_cvtsi64_si128,
    _mm_cvtsi128_si64, _mm_loadu_si128, _mm_prefetch, _mm_set1_epi8, _mm256_add_epi8,
    _mm256_and_si256, _mm256_blendv_epi8, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_shuffle_epi8,
    _mm256_sll_epi16, _mm256_slli_epi16, _pdep_u64, _pext_u64,
};
use std::sync::LazyLock;

/// Proof that the processor has AVX2, PCLMULQDQ, BMI1, BMI2, LZCNT and POPCNT.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

/// The one lane of a group of one block. Made by [`Avx2`] only.
#[derive(Clone, Copy, Debug)]
pub struct Lane(u64);

impl Avx2 {
    /// The kernel, if this processor can run it.
    #[must_use]
    pub fn detect() -> Option<Self> {
        static FOUND: LazyLock<Option<Avx2>> = LazyLock::new(Avx2::look);
        *FOUND
    }

    fn look() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        has.then_some(Avx2(()))
    }

    /// Does `task` with these instructions switched on.
    pub(super) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
        fn enter<T: Task>(kernel: Avx2, task: T) -> T::Output {
            task.run(kernel)
        }
        // SAFETY: `self` exists, so `detect` found every one of these features.
        unsafe { enter(self, task) }
    }
}

/// The bytes of a block. Made by [`Avx2`] only.
#[derive(Clone, Copy, Debug)]
pub struct Block(__m256i, __m256i);

impl Kernel for Avx2 {
    type Lanes = Lane;
    type Group = Block;
    type Coded<A: Alphabet> = Block;
    type Utf8 = utf8::LookUp;
    const TALLIES: bool = true;

    #[inline(always)]
    fn load(self, bytes: &[u8]) -> Block {
        let block = &bytes[..BLOCK_BYTES];
        // SAFETY: `self` proves AVX2; the slice has 64 bytes, and the loads need no alignment.
        unsafe {
            Block(
                _mm256_loadu_si256(block.as_ptr().cast()),
                _mm256_loadu_si256(block.as_ptr().add(32).cast()),
            )
        }
    }

    #[inline(always)]
    fn ink(self, bytes: &[u8]) -> Lane {
        let Block(low, high) = self.load(bytes);
        // SAFETY: `self` proves AVX2; the table has 16 bytes, and the load needs no alignment.
        let white = unsafe {
            let white = _mm256_broadcastsi128_si256(_mm_loadu_si128(WHITE.as_ptr().cast()));
            let white_of = |half| {
                let found = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(white, half), half);
                u64::from(_mm256_movemask_epi8(found).cast_unsigned())
            };
            white_of(low) | white_of(high) << 32
        };
        Lane(!white)
    }

    #[inline(always)]
    fn load_coded<A: Alphabet>(self, bytes: &[u8]) -> Block {
        self.load(bytes)
    }

    #[inline(always)]
    fn splat(self, value: u64) -> Lane {
        Lane(value)
    }

    #[inline(always)]
    fn squeeze(self, bits: u64, mask: u64) -> u64 {
        squeeze(bits, mask)
    }

    #[inline(always)]
    fn spread(self, bits: u64, mask: u64) -> u64 {
        spread(bits, mask)
    }

    #[inline(always)]
    fn tally(self, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
        tally::tally(self, bytes, quoted, tally)
    }

    #[inline(always)]
    fn in_sets(self, block: &[u8; BLOCK_BYTES], sets: &SetTable, masks: &mut [u64; SETS_MAX]) {
        // SAFETY: a prefetch never faults, wherever it points.
        unsafe {
            let ahead = block.as_ptr().wrapping_add(SETS_PREFETCH_BYTES);
            _mm_prefetch::<_MM_HINT_T0>(ahead.cast());
        }
        let Block(low, high) = self.load(block);
        // SAFETY: `self` proves AVX2.
        let (mut low, mut high) = unsafe { (members(low, sets), members(high, sets)) };
        // The sign of each byte is its bit for the set with the highest number; the others follow it there.
        for mask in masks.iter_mut().rev() {
            // SAFETY: `self` proves AVX2.
            unsafe {
                let low_mask = _mm256_movemask_epi8(low).cast_unsigned();
                let high_mask = _mm256_movemask_epi8(high).cast_unsigned();
                *mask = u64::from(low_mask) | u64::from(high_mask) << 32;
                (low, high) = (_mm256_add_epi8(low, low), _mm256_add_epi8(high, high));
            }
        }
    }
}

/// How far ahead memory is asked for while masks by set are made. They are made a page at a time, and the processor does not
/// look beyond a page by itself: code is scanned 8 % faster for it.
pub(super) const SETS_PREFETCH_BYTES: usize = 4 * 1024;

/// The sets that each byte is in: bit `n` for set number `n`.
///
/// A shuffle looks up the low nibbles in one of the eight rows of ASCII, whichever the high nibbles are; these then choose among the
/// eight answers, a bit at a time: eight shuffles and seven blends for all sets together, where a set by itself takes five.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn members(bytes: __m256i, sets: &SetTable) -> __m256i {
    // SAFETY: the caller has AVX2.
    unsafe {
        let bits = (
            _mm256_slli_epi16::<3>(bytes),
            _mm256_slli_epi16::<2>(bytes),
            _mm256_slli_epi16::<1>(bytes),
        );
        let front = (two_rows::<0>(bytes, sets, bits.0), two_rows::<2>(bytes, sets, bits.0));
        let back = (two_rows::<4>(bytes, sets, bits.0), two_rows::<6>(bytes, sets, bits.0));
        let front = _mm256_blendv_epi8(front.0, front.1, bits.1);
        let back = _mm256_blendv_epi8(back.0, back.1, bits.1);
        // A shuffle index with its top bit set gives 0: bytes beyond ASCII are in no row.
        let ascii = _mm256_blendv_epi8(front, back, bits.2);
        let beyond = _mm256_set1_epi8(sets.beyond_ascii().cast_signed());
        _mm256_blendv_epi8(ascii, beyond, bytes)
    }
}

/// What rows `ROW` and `ROW + 1` say of the low nibbles, by the sign of `odd`.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn two_rows<const ROW: usize>(bytes: __m256i, sets: &SetTable, odd: __m256i) -> __m256i {
    let (rows, _) = sets.by_byte().as_chunks::<16>();
    // SAFETY: the caller has AVX2; each row has 16 bytes.
    unsafe {
        let even_row = _mm256_broadcastsi128_si256(_mm_loadu_si128(rows[ROW].as_ptr().cast()));
        let odd_row = _mm256_broadcastsi128_si256(_mm_loadu_si128(rows[ROW + 1].as_ptr().cast()));
        _mm256_blendv_epi8(
            _mm256_shuffle_epi8(even_row, bytes),
            _mm256_shuffle_epi8(odd_row, bytes),
            odd,
        )
    }
}

impl Group for Block {
    type Lanes = Lane;

    #[inline(always)]
    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Lane {
        // SAFETY: a `Block` is made by `Avx2::load` only, and an `Avx2` proves the feature.
        unsafe { Lane(half::<VALUE, CARE>(self.0) | half::<VALUE, CARE>(self.1) << 32) }
    }

    #[inline(always)]
    fn digits(&self) -> Lane {
        const DIGITS: [u8; 16] = by_low_bits(b"0123456789");
        // SAFETY: as in `matching`.
        unsafe { Lane(found_in_half(self.0, &DIGITS) | found_in_half(self.1, &DIGITS) << 32) }
    }
}

/// Bytes of which no two have the same low four bits, where a look-up by these finds them; elsewhere what no byte with
/// such bits equals.
const fn by_low_bits(bytes: &[u8]) -> [u8; 16] {
    let mut table = [0; 16];
    table[0] = 1;
    let mut i = 0;
    while i < bytes.len() {
        table[(bytes[i] & 15) as usize] = bytes[i];
        i += 1;
    }
    table
}

/// The bytes of half a block that the table of [`by_low_bits`] has.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn found_in_half(bytes: __m256i, table: &[u8; 16]) -> u64 {
    // SAFETY: the caller has AVX2; the table has 16 bytes, and the load needs no alignment.
    unsafe {
        let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()));
        let found = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes), bytes);
        signs(found)
    }
}

/// The signs of 32 bytes.
///
/// The compiler is kept from seeing through it: it knows comparisons as vectors of single bits, unites those of many questions before
/// it makes masks of them, and then takes the bits out one by one.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn signs(bytes: __m256i) -> u64 {
    // SAFETY: the caller has AVX2; the assembly is a comment.
    unsafe {
        #[cfg_attr(miri, allow(unused_mut))]
        let mut signs = _mm256_movemask_epi8(bytes).cast_unsigned();
        #[cfg(not(miri))]
        asm!("/* {0:e} */", inout(reg) signs, options(pure, nomem, nostack, preserves_flags));
        u64::from(signs)
    }
}

/// As [`Group::matching`], for half a block.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn half<const VALUE: u8, const CARE: u8>(bytes: __m256i) -> u64 {
    // SAFETY: the caller has AVX2.
    unsafe {
        if VALUE == CARE && CARE.is_power_of_two() {
            // One bit is asked for: moved up to the sign, it needs no comparison.
            let places = _mm_cvtsi32_si128(CARE.leading_zeros().cast_signed());
            let moved = _mm256_sll_epi16(bytes, places);
            return signs(moved);
        }
        let cared = if CARE == 0xFF {
            bytes
        } else {
            _mm256_and_si256(bytes, _mm256_set1_epi8(CARE.cast_signed()))
        };
        let equal = _mm256_cmpeq_epi8(cared, _mm256_set1_epi8(VALUE.cast_signed()));
        signs(equal)
    }
}

#[inline(always)]
pub(super) fn prefix_parity(bits: u64) -> u64 {
    // SAFETY: called by `Lane`s only; they are made by `Avx2`, which proves PCLMULQDQ.
    unsafe {
        let product =
            _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product).cast_unsigned()
    }
}

#[inline(always)]
pub(super) fn walk(run: &mut DepthRun, open: u64, close: u64, commas: u64) {
    run.walk_by_eight(open, close, commas, squeeze, spread, prefix_parity);
}

#[inline(always)]
pub(super) fn squeeze(bits: u64, mask: u64) -> u64 {
    // SAFETY: called by `Avx2`, `Avx512` and their lanes only; both prove BMI2.
    unsafe { _pext_u64(bits, mask) }
}

#[inline(always)]
pub(super) fn spread(bits: u64, mask: u64) -> u64 {
    // SAFETY: as in `squeeze`.
    unsafe { _pdep_u64(bits, mask) }
}

one_lane!(Lane, prefix_parity, walk);
