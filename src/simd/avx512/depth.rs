//! Depth over a batch of four groups, 32 blocks: bounds for every 8 bytes of them, and a walk where the bounds fail.
//!
//! Within a block, counts of brackets fit bytes: byte `j` of qword `b` is about the stretch of bytes `8 j` to `8 j + 7` of
//! block `b`. From the batch's start they fit 16 bits, so that the 32 blocks of a batch share a register: word `g` of
//! qword `b` is about block `b` of group `g`.

use std::arch::x86_64::*;

use super::super::{DepthRun, GROUP_BLOCKS_MAX, avx2};
use super::Lanes512;

/// The masks of a batch.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) open: &'a [Lanes512; 4],
    pub(super) close: &'a [Lanes512; 4],
    pub(super) commas: &'a [Lanes512; 4],
}

/// One group's stretches, relative to their block's start.
#[derive(Clone, Copy)]
struct Stretches {
    /// Depth after each stretch.
    after: __m512i,
    /// Bounds of depth in each stretch: all closers first, all openers first.
    low: __m512i,
    high: __m512i,
}

/// Follows depth over a batch.
///
/// # Safety
/// The processor must have the features that [`super::Avx512`] proves.
#[inline(always)]
pub(super) unsafe fn follow(batch: Batch, run: &mut DepthRun) {
    // SAFETY: the caller has the features.
    unsafe {
        let a = stretches(batch.open[0].0, batch.close[0].0);
        let b = stretches(batch.open[1].0, batch.close[1].0);
        let c = stretches(batch.open[2].0, batch.close[2].0);
        let d = stretches(batch.open[3].0, batch.close[3].0);
        let change = changes([a.after, b.after, c.after, d.after]);
        let after = sum_up(change);
        let before = _mm512_sub_epi16(after, change);
        let floor = room(run.lowest - run.depth, before);
        let ceiling = room(run.highest - run.depth, before);
        let turns = [
            turns::<0>(a, floor, ceiling),
            turns::<1>(b, floor, ceiling),
            turns::<2>(c, floor, ceiling),
            turns::<3>(d, floor, ceiling),
        ];
        if turns[0] | turns[1] | turns[2] | turns[3] != 0 {
            walk(batch, before, &turns, run);
        }
        run.depth += i64::from((super::last(after) >> 48) as i16);
    }
}

/// Counts and bounds for each stretch of a group.
///
/// # Safety
/// The processor must have AVX-512BW, DQ and BITALG.
#[inline(always)]
unsafe fn stretches(open: __m512i, close: __m512i) -> Stretches {
    // SAFETY: the caller has the features.
    unsafe {
        let opens = _mm512_popcnt_epi8(open);
        let closes = _mm512_popcnt_epi8(close);
        // A product with a one in every byte sums up bytes; the sums are 64 at most, so none runs into the next.
        let ones = _mm512_set1_epi8(1);
        let after = _mm512_sub_epi8(
            _mm512_mullo_epi64(opens, ones),
            _mm512_mullo_epi64(closes, ones),
        );
        let before = _mm512_slli_epi64::<8>(after);
        let until_close = _mm512_andnot_si512(close, _mm512_sub_epi8(close, ones));
        let opens_first = _mm512_popcnt_epi8(_mm512_and_si512(open, until_close));
        let open_later = _mm512_andnot_si512(until_close, open);
        let until_later = _mm512_andnot_si512(open_later, _mm512_sub_epi8(open_later, ones));
        let closes_before = _mm512_popcnt_epi8(_mm512_and_si512(close, until_later));
        let rise = _mm512_max_epi8(opens_first, _mm512_sub_epi8(opens, closes_before));
        Stretches {
            after,
            low: _mm512_sub_epi8(before, closes),
            high: _mm512_add_epi8(before, rise),
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

/// How far from the start of each block `depth` is, if that is `depth` from the batch's start. Cut to what fits a byte:
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
        let room = _mm512_max_epi16(room, _mm512_set1_epi16(i16::from(i8::MIN)));
        _mm512_min_epi16(room, _mm512_set1_epi16(i16::from(i8::MAX)))
    }
}

/// The stretches of group `GROUP` in which depth may come down to the floor or pass the ceiling.
///
/// # Safety
/// The processor must have AVX-512BW.
#[inline(always)]
unsafe fn turns<const GROUP: usize>(
    stretches: Stretches,
    floor: __m512i,
    ceiling: __m512i,
) -> u64 {
    // SAFETY: the caller has AVX-512BW; the table has 64 bytes.
    unsafe {
        let spread = _mm512_loadu_si512(const { &spread_word(GROUP as u8) }.as_ptr().cast());
        let floor = _mm512_shuffle_epi8(floor, spread);
        let ceiling = _mm512_shuffle_epi8(ceiling, spread);
        _mm512_cmple_epi8_mask(stretches.low, floor)
            | _mm512_cmpgt_epi8_mask(stretches.high, ceiling)
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

/// Follows depth bracket by bracket in the blocks that have `turns`. `before` is depth before each block, from the
/// batch's start.
///
/// # Safety
/// The processor must have the features that [`super::Avx512`] proves.
#[inline(never)]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
unsafe fn walk(batch: Batch, before: __m512i, turns: &[u64; 4], run: &mut DepthRun) {
    let mut words = [0i16; 4 * GROUP_BLOCKS_MAX];
    // SAFETY: `words` has 64 bytes.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), before) };
    let start = run.depth;
    for (group, turns) in turns.iter().enumerate() {
        let mut left = *turns;
        while left != 0 {
            let block = left.trailing_zeros() as usize / 8;
            left &= !(0xFF << (8 * block));
            run.depth = start + i64::from(words[4 * block + group]);
            let lane = |lanes: &[Lanes512; 4]| lane(&lanes[group], block);
            avx2::walk(run, lane(batch.open), lane(batch.close), lane(batch.commas));
        }
    }
    run.depth = start;
}

/// One lane, read from memory.
#[inline(always)]
fn lane(lanes: &Lanes512, block: usize) -> u64 {
    assert!(block < GROUP_BLOCKS_MAX);
    // SAFETY: a register has eight qwords.
    unsafe { *std::ptr::from_ref(lanes).cast::<u64>().add(block) }
}
