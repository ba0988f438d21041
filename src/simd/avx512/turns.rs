//! Depth over a run of 64 blocks: how far it falls and rises in each, exactly, from a byte that says which brackets close.
//!
//! That byte is looked up half by half, all 64 at once; sums from the run's start fit 16 bits. Blocks with more than eight
//! brackets are looked at one by one before. What is counted where depth is lowest is a matter of its own (`touched`).
//!
//! Bits stand in reverse order, so the bytes tell how depth moves from a block's *end*: where it is highest before its end it has
//! fallen least from the start, and so on (`Moves::of_few`).

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::super::avx2::depth::{moves_of_many, unpack};
use super::super::{DepthRun, GROUP_BLOCKS_MAX};
use super::tally::{Planes, RUN_BLOCKS, RUN_GROUPS, Words};
use super::touched::{self, MANY, Touched};

/// Brackets that fit the byte.
const FEW: i8 = 8;

/// What is known of a run.
pub(super) struct Turns {
    /// The brackets in code, bits in reverse. Written before all else is.
    brackets: MaybeUninit<[Words; RUN_GROUPS]>,
    /// The blocks whose parity of quotes says the opposite of whether a byte is in a string.
    pub(super) flips: [u8; RUN_GROUPS],
    /// Of each block's brackets, the last one first, up to eight: which close.
    closers: [[u8; GROUP_BLOCKS_MAX]; RUN_GROUPS],
    /// How many brackets each block has.
    numbers: __m512i,
}

impl Turns {
    /// Of a run of which nothing is known yet.
    #[target_feature(enable = "avx512f")]
    pub(super) fn new() -> Self {
        Turns {
            brackets: MaybeUninit::uninit(),
            flips: [0; RUN_GROUPS],
            closers: [[0; GROUP_BLOCKS_MAX]; RUN_GROUPS],
            numbers: _mm512_setzero_si512(),
        }
    }

    /// Where a group's brackets are put.
    #[inline(always)]
    pub(super) fn brackets_mut(&mut self, i: usize) -> *mut Words {
        assert!(i < RUN_GROUPS);
        // SAFETY: there are so many.
        unsafe { self.brackets.as_mut_ptr().cast::<Words>().add(i) }
    }

    /// A group's brackets.
    ///
    /// # Safety
    /// They must have been written.
    #[inline(always)]
    unsafe fn brackets(&self, i: usize) -> &Words {
        assert!(i < RUN_GROUPS);
        // SAFETY: there are so many, and the caller has written this one.
        unsafe { &*self.brackets.as_ptr().cast::<Words>().add(i) }
    }

    /// How many brackets each block has: byte `7 - g` of qword `b` is about block `b` of group `g`.
    ///
    /// # Safety
    /// The processor must have the features that [`super::Avx512`] proves. So for all functions below.
    #[inline(always)]
    pub(super) unsafe fn set_numbers(&mut self, numbers: __m512i) {
        // SAFETY: the caller has the features; the table has 64 bytes.
        unsafe {
            let order = _mm512_loadu_si512(BLOCKS_IN_ORDER.as_ptr().cast());
            self.numbers = _mm512_permutexvar_epi8(order, numbers);
        }
    }

    /// Says which brackets of group `i`, which are written, close; `closing` may have other bits set besides.
    #[inline(always)]
    pub(super) unsafe fn set_closers(&mut self, i: usize, closing: &Words) {
        // SAFETY: the caller has written the brackets.
        let brackets = *unsafe { self.brackets(i) };
        for (block, closers) in self.closers[i].iter_mut().enumerate() {
            // SAFETY: the caller has BMI2.
            *closers = unsafe { _pext_u64(closing[block], brackets[block]) } as u8;
        }
    }

    /// Moves `run` over the blocks, the first of which is block `first` of the stretch. Commas and closers at the lowest depth are
    /// counted, or noted in `touched`.
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
    #[target_feature(enable = "avx512vpopcntdq,vpclmulqdq")]
    pub(super) unsafe fn follow(
        &self,
        planes: &[Planes; RUN_GROUPS],
        run: &mut DepthRun,
        first: usize,
        touched: &mut Touched,
    ) {
        // SAFETY: the features are on; there are 64 bytes of closers, and all brackets are written.
        unsafe {
            let closers = _mm512_loadu_si512(self.closers.as_ptr().cast());
            let mut moves = Moves::of_few(closers, self.numbers);
            let dense = _mm512_cmpgt_epi8_mask(self.numbers, _mm512_set1_epi8(FEW));
            if dense != 0 {
                self.look_at_dense(dense, planes, &mut moves);
            }
            let front = Depths::after(_mm512_setzero_si512(), moves.front());
            let last = _mm512_permutexvar_epi16(_mm512_set1_epi16(31), front.after);
            let back = Depths::after(last, moves.back());
            let start = run.depth;
            let end = _mm512_extracti32x4_epi32::<3>(back.after);
            run.depth = start + i64::from(_mm_extract_epi16::<7>(end) as i16);
            // A run changes depth by 4096 at most.
            let mut floor = _mm512_set1_epi16((run.lowest - start).clamp(-8192, 8192) as i16);
            let ceiling = _mm512_set1_epi16((run.highest - start).clamp(-8192, 8192) as i16);
            let highest = _mm512_max_epi16(front.high, back.high);
            if _mm512_cmpgt_epi16_mask(highest, ceiling) != 0 {
                run.highest = start + i64::from(greatest(highest));
            }
            let lowest = _mm512_min_epi16(front.low, back.low);
            if _mm512_cmplt_epi16_mask(lowest, floor) != 0 {
                let lowest = -greatest(_mm512_sub_epi16(_mm512_setzero_si512(), lowest));
                floor = _mm512_set1_epi16(lowest);
                run.lowest = start + i64::from(lowest);
                (run.commas_at_lowest, run.closes_at_lowest) = (0, 0);
                touched.forget();
            }
            let mut touching = joined(
                _mm512_cmpeq_epi16_mask(front.low, floor),
                _mm512_cmpeq_epi16_mask(back.low, floor),
            );
            if touching.count_ones() >= MANY {
                let low = moves.low();
                let brackets = self.brackets.assume_init_ref();
                touched::count_many(
                    planes,
                    brackets,
                    &self.flips,
                    touching & low,
                    moves.falls,
                    run,
                );
                touching &= !low;
            }
            touched.note(first, touching, u64::from_le_bytes(self.flips));
        }
    }

    /// Looks at the blocks with many brackets.
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
    unsafe fn look_at_dense(&self, dense: u64, planes: &[Planes; RUN_GROUPS], moves: &mut Moves) {
        let mut left = dense;
        while left != 0 {
            let i = left.trailing_zeros() as usize;
            let this = left & left.wrapping_neg();
            left ^= this;
            let (group, block) = (i / GROUP_BLOCKS_MAX, i % GROUP_BLOCKS_MAX);
            // SAFETY: all brackets are written.
            let brackets = unsafe { self.brackets(group) }[block];
            let closing = planes[group].codes[1][block];
            let moved = moves_of_many(brackets & !closing, brackets & closing);
            let (low, high, change) = unpack(moved);
            moves.falls = _mm512_mask_set1_epi8(moves.falls, this, (change - high) as i8);
            moves.rises = _mm512_mask_set1_epi8(moves.rises, this, (change - low) as i8);
            moves.changes = _mm512_mask_set1_epi8(moves.changes, this, change as i8);
        }
    }
}

/// A bit for each block, of those for each half of a run.
#[inline(always)]
fn joined(front: __mmask32, back: __mmask32) -> u64 {
    u64::from(front) | u64::from(back) << 32
}

/// How depth moves over each block of a run: signed bytes.
#[derive(Clone, Copy)]
struct Moves {
    /// The lowest in the block from its start: 0 or less.
    falls: __m512i,
    /// The highest: 0 or more.
    rises: __m512i,
    changes: __m512i,
}

impl Moves {
    /// Of blocks with up to eight brackets, of which the bits of `closers` say from the last to the first whether they close.
    #[inline(always)]
    unsafe fn of_few(closers: __m512i, numbers: __m512i) -> Self {
        // SAFETY: the caller has the features.
        unsafe {
            let change = _mm512_popcnt_epi8(closers);
            let change = _mm512_sub_epi8(numbers, _mm512_add_epi8(change, change));
            // Beyond the block's brackets nothing may lower, then nothing raise.
            let none = _mm512_shuffle_epi8(table(&BEYOND), numbers);
            let low = [table(&LOWEST), table(&CHANGE)];
            let low = _mm512_min_epi8(first_half(low, closers), both_halves(low, closers));
            let closers = _mm512_or_si512(closers, none);
            let high = [table(&HIGHEST), table(&CHANGE)];
            let high = _mm512_max_epi8(first_half(high, closers), both_halves(high, closers));
            // These are the extremes of depth's change from somewhere to the end; what the start has is the rest.
            Moves {
                falls: _mm512_sub_epi8(change, high),
                rises: _mm512_sub_epi8(change, low),
                changes: change,
            }
        }
    }

    /// The blocks in which depth stays below four, from their lowest on.
    #[inline(always)]
    unsafe fn low(self) -> u64 {
        // SAFETY: the caller has the features. Both numbers are 64 at most, so the difference is told right or as negative.
        unsafe {
            let range = _mm512_sub_epi8(self.rises, self.falls);
            _mm512_cmplt_epu8_mask(range, _mm512_set1_epi8(4))
        }
    }

    /// Falls, rises and changes of the first 32 blocks.
    #[inline(always)]
    unsafe fn front(self) -> [__m256i; 3] {
        // SAFETY: the caller has the features.
        unsafe {
            [
                _mm512_castsi512_si256(self.falls),
                _mm512_castsi512_si256(self.rises),
                _mm512_castsi512_si256(self.changes),
            ]
        }
    }

    /// The same of the last 32.
    #[inline(always)]
    unsafe fn back(self) -> [__m256i; 3] {
        // SAFETY: the caller has the features.
        unsafe {
            [
                _mm512_extracti64x4_epi64::<1>(self.falls),
                _mm512_extracti64x4_epi64::<1>(self.rises),
                _mm512_extracti64x4_epi64::<1>(self.changes),
            ]
        }
    }
}

/// The extreme of the first four of eight brackets, whose table and that of changes are given.
#[inline(always)]
unsafe fn first_half([extremes, _]: [__m512i; 2], closers: __m512i) -> __m512i {
    // SAFETY: the caller has the features.
    unsafe { _mm512_shuffle_epi8(extremes, _mm512_and_si512(closers, _mm512_set1_epi8(0x0F))) }
}

/// The extreme of the next four, from the start of the first four.
#[inline(always)]
unsafe fn both_halves([extremes, changes]: [__m512i; 2], closers: __m512i) -> __m512i {
    // SAFETY: the caller has the features.
    unsafe {
        let nibble = _mm512_set1_epi8(0x0F);
        let later = _mm512_and_si512(_mm512_srli_epi16::<4>(closers), nibble);
        let change = _mm512_shuffle_epi8(changes, _mm512_and_si512(closers, nibble));
        _mm512_add_epi8(_mm512_shuffle_epi8(extremes, later), change)
    }
}

/// Depths of 32 blocks from the run's start: signed words.
#[derive(Clone, Copy)]
struct Depths {
    low: __m512i,
    high: __m512i,
    after: __m512i,
}

impl Depths {
    /// Of blocks with these falls, rises and changes, `start` being depth before the first.
    #[inline(always)]
    unsafe fn after(start: __m512i, [falls, rises, changes]: [__m256i; 3]) -> Self {
        // SAFETY: the caller has the features; the tables have 64 bytes.
        unsafe {
            let change = _mm512_cvtepi8_epi16(changes);
            let sum = _mm512_add_epi16(change, _mm512_bslli_epi128::<2>(change));
            let sum = _mm512_add_epi16(sum, _mm512_bslli_epi128::<4>(sum));
            let sum = _mm512_add_epi16(sum, _mm512_bslli_epi128::<8>(sum));
            // A quarter of the register gets the sum of the one before, then that of the two before that.
            let before = _mm512_loadu_si512(QUARTER_BEFORE.as_ptr().cast());
            let before = _mm512_maskz_permutexvar_epi16(0xFFFF_FF00, before, sum);
            let sum = _mm512_add_epi16(sum, before);
            let before = _mm512_loadu_si512(TWO_QUARTERS_BEFORE.as_ptr().cast());
            let before = _mm512_maskz_permutexvar_epi16(0xFFFF_0000, before, sum);
            let after = _mm512_add_epi16(_mm512_add_epi16(sum, before), start);
            let before = _mm512_sub_epi16(after, change);
            Depths {
                low: _mm512_add_epi16(before, _mm512_cvtepi8_epi16(falls)),
                high: _mm512_add_epi16(before, _mm512_cvtepi8_epi16(rises)),
                after,
            }
        }
    }
}

#[inline(always)]
unsafe fn table(entries: &'static [i8; 16]) -> __m512i {
    // SAFETY: the caller has the features; there are 16 bytes.
    unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(entries.as_ptr().cast())) }
}

/// The greatest of all words.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx2")]
fn greatest(words: __m512i) -> i16 {
    let (low, high) = (_mm512_castsi512_si256(words), _mm512_extracti64x4_epi64::<1>(words));
    _mm512_reduce_max_epi32(_mm512_cvtepi16_epi32(_mm256_max_epi16(low, high))) as i16
}

/// Depth over each sequence of four brackets (bit set: closes): lowest, highest, last, from the start.
const fn of_four() -> [[i8; 16]; 3] {
    let mut tables = [[0; 16]; 3];
    let mut sequence = 0;
    while sequence < 16 {
        let (mut depth, mut low, mut high, mut k) = (0i8, 0i8, 0i8, 0);
        while k < 4 {
            depth += if sequence >> k & 1 == 1 { -1 } else { 1 };
            low = if depth < low { depth } else { low };
            high = if depth > high { depth } else { high };
            k += 1;
        }
        tables[0][sequence] = low;
        tables[1][sequence] = high;
        tables[2][sequence] = depth;
        sequence += 1;
    }
    tables
}

static LOWEST: [i8; 16] = of_four()[0];
static HIGHEST: [i8; 16] = of_four()[1];
static CHANGE: [i8; 16] = of_four()[2];

/// Of a block with so many brackets, the bits beyond them.
static BEYOND: [i8; 16] = {
    let mut table = [0; 16];
    let mut n = 0;
    while n < FEW as usize {
        table[n] = (0xFFu8 << n).cast_signed();
        n += 1;
    }
    table
};

/// Byte `8 g + b` is byte `7 - g` of qword `b`.
static BLOCKS_IN_ORDER: [u8; RUN_BLOCKS] = {
    let mut index = [0; RUN_BLOCKS];
    let mut i = 0;
    while i < RUN_BLOCKS {
        index[i] = (i % GROUP_BLOCKS_MAX * 8 + 7 - i / GROUP_BLOCKS_MAX) as u8;
        i += 1;
    }
    index
};

/// For each word, the last word of so many quarters of a register before.
const fn last_of_quarters_before(quarters: usize) -> [u16; 32] {
    let mut index = [0; 32];
    let mut i = 8 * quarters;
    while i < 32 {
        index[i] = ((i / 8 - quarters) * 8 + 7) as u16;
        i += 1;
    }
    index
}

static QUARTER_BEFORE: [u16; 32] = last_of_quarters_before(1);
static TWO_QUARTERS_BEFORE: [u16; 32] = last_of_quarters_before(2);
