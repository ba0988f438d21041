//! The blocks where depth is the lowest it has come to: commas and closers are counted there.
//!
//! Where a run has few of them they are noted, and counted when all runs have been gone over. To count them at once costs a
//! branch or two that nobody can foretell, and all that the processor has begun on the next run hangs on them: a sixth of
//! the time of the whole pass. What a lower depth makes void is never counted.
//!
//! Where a run has many (lines of JSON, arrays of numbers) they are counted at once, eight in a register. From a block's lowest
//! depth on, depth is told by two bits as long as it stays below four. The lower one changes at each bracket: it is the parity of
//! brackets, as a string is the parity of quotes. The upper one changes at an opener where the lower one is set and at a
//! closer where it is clear: a parity again.
//!
//! Figures: `docs/decisions/0005-avx512-codes-and-put-off-walks.md`.

use std::arch::x86_64::*;

use super::super::lanes::escaped_in_block;
use super::super::tally::Quoted;
use super::super::{BLOCK_BYTES, DepthRun, avx2};
use super::tally::{A, B, C, Planes, RUN_GROUPS, Words, load};

type BlockBytes = [u8; BLOCK_BYTES];

/// Blocks that are many in a run: from here on all of its blocks are sooner counted than these are one by one.
pub(super) const MANY: u32 = 8;

/// Runs noted before they are counted.
const NOTES_MAX: usize = 16;

/// A run with blocks that touch the lowest depth: a bit for each block, in order.
#[derive(Clone, Copy)]
struct Note {
    touching: u64,
    /// The blocks that begin in a string.
    in_string: u64,
    /// The run's first block, from the first of the stretch.
    first: usize,
}

/// What is noted: all of it touches the same depth.
pub(super) struct Touched {
    notes: [Note; NOTES_MAX],
    n: usize,
}

impl Touched {
    pub(super) fn none() -> Self {
        let note = Note { touching: 0, in_string: 0, first: 0 };
        Touched { notes: [note; NOTES_MAX], n: 0 }
    }

    /// Depth has come lower.
    pub(super) fn forget(&mut self) {
        self.n = 0;
    }

    /// Whether what is noted is to be counted before more is.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.n == NOTES_MAX
    }

    /// Notes those of the run that begins with block `first`, if there are any.
    #[inline(always)]
    pub(super) fn note(&mut self, first: usize, touching: u64, in_string: u64) {
        self.notes[self.n % NOTES_MAX] = Note { touching, in_string, first };
        // Not a branch: nobody can foretell it.
        self.n += usize::from(touching != 0);
    }

    /// Counts in all that is noted, and forgets it. `blocks` are those of the stretch, which `before` is the begin of.
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw")]
    pub(super) fn count(&mut self, blocks: &[BlockBytes], before: Quoted, run: &mut DepthRun) {
        for note in &self.notes[..self.n] {
            let mut left = note.touching;
            while left != 0 {
                let i = left.trailing_zeros();
                left &= left - 1;
                let in_string = note.in_string >> i & 1 == 1;
                let found = in_block(blocks, note.first + i as usize, in_string, before);
                run.commas_at_lowest += found.commas_at_lowest;
                run.closes_at_lowest += found.closes_at_lowest;
            }
        }
        self.n = 0;
    }
}

/// Depth over block `i`, from its own start.
#[inline]
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw")]
fn in_block(blocks: &[BlockBytes], i: usize, in_string: bool, before: Quoted) -> DepthRun {
    let mut run = DepthRun::default();
    let Some(block) = blocks.get(i) else { return run };
    // SAFETY: a block has 64 bytes, and the load needs no alignment.
    let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
    let quotes = equal(bytes, b'"');
    let carried = match i.checked_sub(1).map(|last| blocks[last][BLOCK_BYTES - 1]) {
        Some(b'\\') if quotes != 0 => is_escaped_behind(&blocks[..i]),
        Some(_) => false,
        None => before.escaped,
    };
    let (escaped, _) = escaped_in_block(equal(bytes, b'\\'), u64::from(carried));
    let covered = avx2::prefix_parity(quotes & !escaped) ^ 0u64.wrapping_sub(u64::from(in_string));
    // Braces and brackets differ in one bit only.
    let either = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    let (open, close) = (equal(either, b'{'), equal(either, b'}'));
    avx2::walk(&mut run, open & !covered, close & !covered, equal(bytes, b',') & !covered);
    run
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn equal(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
}

/// Whether the byte behind `blocks` is escaped: whether an odd row of backslashes ends there. One from before the stretch does not get so far,
/// for a block of nothing but backslashes that begins escaped is in doubt, and in no run. No row is looked at twice: it is only
/// before a block with a quote.
#[cold]
fn is_escaped_behind(blocks: &[BlockBytes]) -> bool {
    let bytes = blocks.as_flattened();
    bytes.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Counts in the blocks `touching` of a run, whose `falls` say how deep below their start their lowest depth is: 0 to -3.
///
/// # Safety
/// The processor must have the features that [`super::Avx512`] proves.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vpopcntdq,vpclmulqdq")]
pub(super) unsafe fn count_many(
    planes: &[Planes; RUN_GROUPS],
    brackets: &[Words; RUN_GROUPS],
    flips: &[u8; RUN_GROUPS],
    touching: u64,
    falls: __m512i,
    run: &mut DepthRun,
) {
    let heights = _mm512_sub_epi8(_mm512_setzero_si512(), falls);
    let starts_odd = _mm512_test_epi8_mask(heights, _mm512_set1_epi8(1)).to_le_bytes();
    let starts_high = _mm512_test_epi8_mask(heights, _mm512_set1_epi8(2)).to_le_bytes();
    let touching = touching.to_le_bytes();
    let (mut commas, mut closes) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    for i in 0..RUN_GROUPS {
        let Planes { codes: [_, p1, p2, p3], parity } = &planes[i];
        // SAFETY: the features are on.
        let [p1, p2, p3, parity, brackets] =
            unsafe { [load(p1), load(p2), load(p3), load(parity), load(&brackets[i])] };
        let covered = flipped(parity, flips[i]);
        let separators = _mm512_ternarylogic_epi64::<{ A & B & !C & 0xFF }>(p3, p2, covered);
        let lower = flipped(parity_before(brackets), starts_odd[i]);
        let turns = _mm512_ternarylogic_epi64::<{ A & (B ^ C) }>(brackets, lower, p1);
        let upper = flipped(parity_before(turns), starts_high[i]);
        let higher = _mm512_or_si512(lower, upper);
        let at_lowest = _mm512_ternarylogic_epi64::<{ A & !B & !C & 0xFF }>(separators, p1, higher);
        let closing = _mm512_and_si512(brackets, p1);
        let to_lowest = _mm512_ternarylogic_epi64::<{ A & B & !C & 0xFF }>(closing, lower, upper);
        let (n_commas, n_closes) = (_mm512_popcnt_epi64(at_lowest), _mm512_popcnt_epi64(to_lowest));
        commas = _mm512_mask_add_epi64(commas, touching[i], commas, n_commas);
        closes = _mm512_mask_add_epi64(closes, touching[i], closes, n_closes);
    }
    run.commas_at_lowest += _mm512_reduce_add_epi64(commas).cast_unsigned();
    run.closes_at_lowest += _mm512_reduce_add_epi64(closes).cast_unsigned();
}

/// The lanes of `which` turned round.
#[inline]
#[target_feature(enable = "avx512f")]
fn flipped(lanes: __m512i, which: u8) -> __m512i {
    _mm512_mask_xor_epi64(lanes, which, lanes, _mm512_set1_epi64(-1))
}

/// For each bit the parity of those before it in its lane. Bits are in reverse: the upper half of a product has at each bit the
/// parity of the bits above.
#[inline]
#[target_feature(enable = "avx512f,vpclmulqdq")]
fn parity_before(bits: __m512i) -> __m512i {
    let ones = _mm512_set1_epi64(-1);
    let even = _mm512_clmulepi64_epi128::<0x00>(bits, ones);
    let odd = _mm512_clmulepi64_epi128::<0x01>(bits, ones);
    _mm512_unpackhi_epi64(even, odd)
}
