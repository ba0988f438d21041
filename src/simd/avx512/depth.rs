//! Depth, batch by batch of four groups: bounds for every 8 bytes, and a walk over the blocks where the bounds fail.
//!
//! Within a block, counts of brackets fit bytes: byte `j` of qword `b` is about the stretch of bytes `8 j` to `8 j + 7` of
//! block `b`. From the batch's start they fit 16 bits, so that the 32 blocks of a batch share a register: word `g` of
//! qword `b` is about block `b` of group `g`.
//!
//! Blocks to be walked over are put off until there are some: one by one, each costs a branch that nobody can predict.
//! Meanwhile the lowest and the highest depth are those of the last walk; that may make a block suspected, never cleared.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::super::{DepthRun, GROUP_BLOCKS_MAX, avx2};
use super::Lanes512;

/// Batches put off at most. Their masks take 7 KiB of the first-level cache's 32 or more.
const BATCHES_MAX: usize = 8;

/// Suspected blocks that make a walk worth its while. Where depth falls at a chunk's start nearly all blocks are suspected
/// until the lowest depth is known.
const SUSPECTS_MIN: u32 = 16;

/// Depth over a stretch of bytes, and the batches that are put off.
#[derive(Clone, Copy)]
pub struct Depth {
    /// The first `n_batches` are there. The others hold nothing.
    batches: [MaybeUninit<PutOff>; BATCHES_MAX],
    n_batches: usize,
    n_suspects: u32,
    depth: i64,
    /// All but `depth` as of the last walk.
    run: DepthRun,
}

/// A batch whose suspected blocks are to be walked over.
#[derive(Clone, Copy)]
struct PutOff {
    open: [Lanes512; 4],
    close: [Lanes512; 4],
    commas: [Lanes512; 4],
    /// Depth before each block, from the batch's start: word `g` of qword `b` is about block `b` of group `g`.
    before: Lanes512,
    /// One bit for each block, in order.
    suspects: u32,
    /// Depth before the batch.
    start: i64,
}

/// One group's stretches, relative to their block's start.
#[derive(Clone, Copy)]
struct Stretches {
    /// Depth after each stretch.
    after: __m512i,
    /// Bounds of depth in each stretch: all closers first, all openers first.
    low: __m512i,
    high: __m512i,
    /// The stretches with a closer or a comma. In others nothing is counted, however low they are.
    counted: __mmask64,
}

impl Default for Depth {
    #[inline(always)]
    fn default() -> Self {
        let batches = [MaybeUninit::uninit(); BATCHES_MAX];
        Depth { batches, n_batches: 0, n_suspects: 0, depth: 0, run: DepthRun::default() }
    }
}

/// Follows depth over a batch.
///
/// # Safety
/// The processor must have the features that [`super::Avx512`] proves.
#[inline(always)]
pub(super) unsafe fn follow(
    open: &[Lanes512; 4],
    close: &[Lanes512; 4],
    commas: &[Lanes512; 4],
    all: &mut Depth,
) {
    // SAFETY: the caller has the features.
    unsafe {
        let a = stretches(open[0].0, close[0].0, commas[0].0);
        let b = stretches(open[1].0, close[1].0, commas[1].0);
        let c = stretches(open[2].0, close[2].0, commas[2].0);
        let d = stretches(open[3].0, close[3].0, commas[3].0);
        let change = changes([a.after, b.after, c.after, d.after]);
        let after = sum_up(change);
        let before = _mm512_sub_epi16(after, change);
        let above_floor = room(all.run.lowest + 1 - all.depth, before);
        let ceiling = room(all.run.highest - all.depth, before);
        let suspects = [
            suspects::<0>(a, above_floor, ceiling),
            suspects::<1>(b, above_floor, ceiling),
            suspects::<2>(c, above_floor, ceiling),
            suspects::<3>(d, above_floor, ceiling),
        ];
        let suspects = u32::from_le_bytes(suspects);
        let batch = PutOff {
            open: *open,
            close: *close,
            commas: *commas,
            before: Lanes512(before),
            suspects,
            start: all.depth,
        };
        all.batches[all.n_batches % BATCHES_MAX].write(batch);
        all.depth += i64::from((super::lanes::last(after) >> 48) as i16);
        all.n_batches += 1;
        all.n_suspects += suspects.count_ones();
        if all.n_batches == BATCHES_MAX || all.n_suspects >= SUSPECTS_MIN {
            walk(all);
        }
    }
}

/// Depth over all batches.
#[inline(always)]
pub(super) fn total(all: &mut Depth) -> DepthRun {
    // SAFETY: batches have been put off by `Lanes512` only, which prove the features.
    unsafe { walk(all) };
    DepthRun { depth: all.depth, ..all.run }
}

/// Counts and bounds for each stretch of a group.
///
/// # Safety
/// The processor must have AVX-512BW, DQ and BITALG.
#[inline(always)]
unsafe fn stretches(open: __m512i, close: __m512i, commas: __m512i) -> Stretches {
    // SAFETY: the caller has the features.
    unsafe {
        let opens = _mm512_popcnt_epi8(open);
        let closes = _mm512_popcnt_epi8(close);
        // A product with a one in every byte sums up bytes; the sums are 64 at most, so none runs into the next.
        let ones = _mm512_set1_epi8(1);
        let after =
            _mm512_sub_epi8(_mm512_mullo_epi64(opens, ones), _mm512_mullo_epi64(closes, ones));
        let before = _mm512_slli_epi64::<8>(after);
        let counted = _mm512_or_si512(close, commas);
        let until_close = _mm512_andnot_si512(close, _mm512_sub_epi8(close, ones));
        let opens_first = _mm512_popcnt_epi8(_mm512_and_si512(open, until_close));
        let open_later = _mm512_andnot_si512(until_close, open);
        let until_later = _mm512_andnot_si512(open_later, _mm512_sub_epi8(open_later, ones));
        let closes_before = _mm512_popcnt_epi8(_mm512_and_si512(close, until_later));
        let fall = _mm512_sub_epi8(opens_first, closes);
        let fall = _mm512_min_epi8(fall, _mm512_setzero_si512());
        let rise = _mm512_max_epi8(opens_first, _mm512_sub_epi8(opens, closes_before));
        Stretches {
            after,
            low: _mm512_add_epi8(before, fall),
            high: _mm512_add_epi8(before, rise),
            counted: _mm512_test_epi8_mask(counted, counted),
        }
    }
}

/// What each block of a batch changes: the last byte of each qword of each group, made words.
///
/// # Safety
/// The processor must have AVX-512BW.
#[inline(always)]
unsafe fn changes(after: [__m512i; 4]) -> __m512i {
    // SAFETY: the caller has AVX-512BW.
    unsafe {
        let [a, b, c, d] = after;
        let words = _mm512_srli_epi64::<48>(a);
        let words = _mm512_mask_blend_epi16(0x2222_2222, words, _mm512_srli_epi64::<32>(b));
        let words = _mm512_mask_blend_epi16(0x4444_4444, words, _mm512_srli_epi64::<16>(c));
        let words = _mm512_mask_blend_epi16(0x8888_8888, words, d);
        _mm512_srai_epi16::<8>(words)
    }
}

/// For each block the sum of all blocks of the batch up to it and of itself.
///
/// # Safety
/// The processor must have AVX-512BW.
#[inline(always)]
unsafe fn sum_up(change: __m512i) -> __m512i {
    // SAFETY: the caller has AVX-512BW.
    unsafe {
        let zero = _mm512_setzero_si512();
        let sum = _mm512_add_epi16(change, _mm512_alignr_epi64::<7>(change, zero));
        let sum = _mm512_add_epi16(sum, _mm512_alignr_epi64::<6>(sum, zero));
        let sum = _mm512_add_epi16(sum, _mm512_alignr_epi64::<4>(sum, zero));
        // And the groups before: the last qword has the sum of each.
        let groups = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), sum);
        let groups = _mm512_slli_epi64::<16>(groups);
        let groups = _mm512_add_epi16(groups, _mm512_slli_epi64::<16>(groups));
        let groups = _mm512_add_epi16(groups, _mm512_slli_epi64::<32>(groups));
        _mm512_add_epi16(sum, groups)
    }
}

/// How far from the start of each block `depth` is, if that is `depth` from the batch's start. Cut to 64 either way:
/// within a block depth does not go farther.
///
/// # Safety
/// The processor must have AVX-512BW.
#[inline(always)]
unsafe fn room(depth: i64, before: __m512i) -> __m512i {
    // A batch changes depth by 2048 at most.
    let depth = depth.clamp(-4096, 4096) as i16;
    // SAFETY: the caller has AVX-512BW.
    unsafe {
        let room = _mm512_sub_epi16(_mm512_set1_epi16(depth), before);
        let room = _mm512_max_epi16(room, _mm512_set1_epi16(-64));
        _mm512_min_epi16(room, _mm512_set1_epi16(63))
    }
}

/// The blocks of group `GROUP` in which depth may come below `above_floor` where something is counted, or pass the ceiling.
///
/// # Safety
/// The processor must have AVX-512BW.
#[inline(always)]
unsafe fn suspects<const GROUP: usize>(
    stretches: Stretches,
    above_floor: __m512i,
    ceiling: __m512i,
) -> u8 {
    // SAFETY: the caller has AVX-512BW; the table has 64 bytes.
    unsafe {
        let spread = _mm512_loadu_si512(const { &spread_word(GROUP as u8) }.as_ptr().cast());
        let above_floor = _mm512_shuffle_epi8(above_floor, spread);
        let ceiling = _mm512_shuffle_epi8(ceiling, spread);
        // Differences of numbers from -64 to 64 fit a byte: the sign tells which is the greater.
        let under = _mm512_maskz_sub_epi8(stretches.counted, stretches.low, above_floor);
        let over = _mm512_sub_epi8(ceiling, stretches.high);
        let signs = _mm512_set1_epi8(i8::MIN);
        _mm512_test_epi64_mask(_mm512_or_si512(under, over), signs)
    }
}

/// Byte `i` of the result is the low byte of word `word` of the same qword.
const fn spread_word(word: u8) -> [u8; 64] {
    let mut index = [0; 64];
    let mut at = 0;
    while at < 64 {
        index[at] = (at as u8 & 8) + 2 * word;
        at += 1;
    }
    index
}

/// Follows depth bracket by bracket in the suspected blocks of the batches put off.
///
/// # Safety
/// The processor must have the features that [`super::Avx512`] proves.
#[inline(never)]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
unsafe fn walk(all: &mut Depth) {
    let mut run = all.run;
    for batch in &all.batches[..all.n_batches] {
        // SAFETY: the first `n_batches` have been written.
        let batch = unsafe { batch.assume_init_ref() };
        let mut left = batch.suspects;
        while left != 0 {
            let block = left.trailing_zeros() as usize;
            left &= left - 1;
            let (group, lane) = (block / GROUP_BLOCKS_MAX, block % GROUP_BLOCKS_MAX);
            let before = qword(std::slice::from_ref(&batch.before), lane) >> (16 * group);
            run.depth = batch.start + i64::from(before as i16);
            avx2::walk(
                &mut run,
                qword(&batch.open, block),
                qword(&batch.close, block),
                qword(&batch.commas, block),
            );
        }
    }
    all.run = run;
    all.n_batches = 0;
    all.n_suspects = 0;
}

/// One qword of registers in memory.
#[inline(always)]
fn qword(lanes: &[Lanes512], at: usize) -> u64 {
    assert!(at < lanes.len() * GROUP_BLOCKS_MAX);
    // SAFETY: a register has eight qwords.
    unsafe { *lanes.as_ptr().cast::<u64>().add(at) }
}
