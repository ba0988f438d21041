//! JSON's counts, a run of eight groups at a time, in stages; a language's masks are not asked for.
//!
//! ```text
//! look    bytes -> bit planes of codes; quotes, and the parity of quotes block by block
//! escape  only groups where a quote may be escaped: their parities again
//! count   parities -> strings -> brackets and separators in code, counted; masks of brackets
//! moves   those -> for each block, which of its brackets close: a byte
//! depth   those bytes -> how depth moves over all 64 blocks at once (`turns`)
//! touched blocks where it is lowest: commas and closers counted there, of most when all else is done (`touched`)
//! ```
//! Each stage goes over all groups of the run: one group's chain of instructions is longer than the processor looks ahead.
//! A stage is short enough to keep what it needs in registers, and stores no more than the next one cannot work out again: on
//! Zen 4 a store of 64 bytes takes two cycles.
//!
//! Bits stand in reverse order: bit 63 is about a block's first byte. The matrix product leaves them so, and no one here minds
//! but the rare paths: four shuffles a group are saved. Figures, and what bounds it:
//! `docs/decisions/0005-avx512-codes-and-put-off-walks.md`.

use std::arch::x86_64::*;
use std::hint::black_box;
use std::mem::MaybeUninit;

use super::super::tally::{Json, Quoted, Tally};
use super::super::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, Lanes};
use super::touched::Touched;
use super::turns::Turns;
use super::{Avx512, Lanes512, REVERSE_QWORDS, coded};

/// Groups in a run: with eight, a register has a byte for each block.
pub(super) const RUN_GROUPS: usize = 8;

/// Blocks in a run.
pub(super) const RUN_BLOCKS: usize = RUN_GROUPS * GROUP_BLOCKS_MAX;

pub(super) type GroupBytes = [u8; GROUP_BLOCKS_MAX * BLOCK_BYTES];

/// One word for each block of a group, bits in reverse.
pub(super) type Words = [u64; GROUP_BLOCKS_MAX];

/// The three operands of a ternary operation, of which its number is made by the same operation.
pub(super) const A: i32 = 0xF0;
pub(super) const B: i32 = 0xCC;
pub(super) const C: i32 = 0xAA;

/// Adds the runs that `bytes` begin with to `tally`, up to the first one that is not plain; returns how many bytes.
pub(super) fn tally(kernel: Avx512, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    // SAFETY: an `Avx512` proves every one of these features.
    unsafe { runs(kernel, bytes, quoted, tally) }
}

/// # Safety
/// The processor must have the features that an [`Avx512`] proves. So for all functions below.
#[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
#[target_feature(enable = "avx512vbmi2,avx512vpopcntdq,gfni,vpclmulqdq")]
unsafe fn runs(kernel: Avx512, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
    let mut run = Run::new();
    let mut totals = Totals::none();
    let before = *quoted;
    let mut carried = Carried {
        in_string: 0u8.wrapping_sub(u8::from(quoted.in_string)),
        escaped: quoted.escaped,
        doubt: _mm512_setzero_si512(),
    };
    let mut touched = Touched::none();
    let mut done = 0;
    let (blocks, _) = bytes.as_chunks();
    let (groups, _) = bytes.as_chunks();
    for groups in groups.as_chunks::<RUN_GROUPS>().0 {
        // SAFETY: the features are on; a run that was added has all planes and brackets.
        unsafe {
            match run.add(kernel, groups, &mut carried, &mut totals) {
                Added::Not => break,
                // All of it is as deep.
                Added::WithoutBrackets { commas } => {
                    let depth = &mut tally.depth;
                    depth.commas_at_lowest += if depth.depth == depth.lowest { commas } else { 0 };
                }
                Added::WithBrackets => {
                    let planes = run.planes.assume_init_ref();
                    run.turns.follow(planes, &mut tally.depth, done, &mut touched);
                }
            }
        }
        done += RUN_BLOCKS;
        if touched.is_full() {
            touched.count(blocks, before, &mut tally.depth);
        }
    }
    touched.count(blocks, before, &mut tally.depth);
    *quoted = Quoted { in_string: carried.in_string != 0, escaped: carried.escaped };
    totals.sum_up(before.in_string, tally);
    done * BLOCK_BYTES
}

/// What is found in a run, group by group.
#[repr(align(64))]
struct Run {
    /// Not made zero: that would cost a chunk of 64 KiB one part in twenty. The first stage writes them, the others read them.
    planes: MaybeUninit<[Planes; RUN_GROUPS]>,
    /// The parity of each block's quotes, as one bit a block.
    odd: [u8; RUN_GROUPS],
    /// The blocks where a quote may be escaped.
    escaping: [u8; RUN_GROUPS],
    turns: Turns,
}

/// The bit planes of a group's codes, and the parity of quotes from each block's begin.
pub(super) struct Planes {
    pub(super) codes: [Words; 4],
    pub(super) parity: Words,
}

/// What goes on from run to run.
#[derive(Clone, Copy)]
struct Carried {
    /// All ones in a string.
    in_string: u8,
    /// Whether the next byte is escaped.
    escaped: bool,
    /// As [`Lanes::escaped`] leaves it.
    doubt: __m512i,
}

/// What came of a run.
enum Added {
    /// It is not plain, and was not added.
    Not,
    /// So many commas, and no bracket.
    WithoutBrackets { commas: u64 },
    /// How depth moves in it is to be followed.
    WithBrackets,
}

/// Counts, a lane for each block of a group.
#[derive(Clone, Copy)]
struct Totals {
    line_breaks: __m512i,
    quotes: __m512i,
    brackets: __m512i,
    braces: __m512i,
    open_braces: __m512i,
    separators: __m512i,
    commas: __m512i,
}

impl Totals {
    #[target_feature(enable = "avx512f")]
    fn none() -> Self {
        let zero = _mm512_setzero_si512();
        Totals {
            line_breaks: zero,
            quotes: zero,
            brackets: zero,
            braces: zero,
            open_braces: zero,
            separators: zero,
            commas: zero,
        }
    }

    /// Adds the counts to `tally`, whose depth is known.
    #[target_feature(enable = "avx512f")]
    fn sum_up(&self, was_in_string: bool, tally: &mut Tally) {
        let (commas, open_braces) = (sum(self.commas), sum(self.open_braces));
        // Quotes open and close strings in turn.
        tally.strings += (sum(self.quotes) + u64::from(!was_in_string)) / 2;
        tally.line_breaks += sum(self.line_breaks);
        tally.commas += commas;
        tally.colons += sum(self.separators) - commas;
        // Openers less closers is what depth has changed by.
        tally.opens += sum(self.brackets).wrapping_add_signed(tally.depth.depth) / 2;
        tally.open_braces += open_braces;
        tally.close_braces += sum(self.braces) - open_braces;
    }
}

impl Run {
    #[target_feature(enable = "avx512f")]
    fn new() -> Self {
        let (odd, escaping) = ([0; RUN_GROUPS], [0; RUN_GROUPS]);
        Run { planes: MaybeUninit::uninit(), odd, escaping, turns: Turns::new() }
    }

    /// Where a group's planes are put.
    #[inline(always)]
    fn planes_mut(&mut self, i: usize) -> *mut Planes {
        assert!(i < RUN_GROUPS);
        // SAFETY: there are so many.
        unsafe { self.planes.as_mut_ptr().cast::<Planes>().add(i) }
    }

    /// Adds a run to `totals` and moves `carried` over it, or does neither and says so.
    #[inline(always)]
    unsafe fn add(
        &mut self,
        kernel: Avx512,
        groups: &[GroupBytes; RUN_GROUPS],
        carried: &mut Carried,
        totals: &mut Totals,
    ) -> Added {
        let (mut all, mut carry) = (*totals, *carried);
        // A number that the compiler cannot know, or it unrolls the stages and keeps in memory what belongs in registers.
        let n = black_box(RUN_GROUPS);
        // SAFETY: the caller has the features.
        unsafe {
            for (i, group) in groups[..n].iter().enumerate() {
                kernel.prefetch(group);
                self.look(kernel, i, group, &mut all);
            }
            if u64::from_le_bytes(self.escaping) != 0 || carry.escaped {
                self.escape(&mut carry, &mut all.quotes);
            }
            let mut reasons = _mm512_and_si512(carry.doubt, _mm512_set1_epi64(i64::MIN));
            let mut n_brackets = _mm512_setzero_si512();
            for i in 0..n {
                let covered = self.covered(i, &mut carry.in_string);
                let counted = self.count(i, covered, &mut all, &mut reasons);
                n_brackets = _mm512_or_si512(_mm512_slli_epi64::<8>(n_brackets), counted);
            }
            if _mm512_test_epi64_mask(reasons, reasons) != 0 {
                return Added::Not;
            }
            if _mm512_test_epi64_mask(n_brackets, n_brackets) == 0 {
                let commas = sum(_mm512_sub_epi64(all.commas, totals.commas));
                (*totals, *carried) = (all, carry);
                return Added::WithoutBrackets { commas };
            }
            let in_groups = _mm512_sad_epu8(n_brackets, _mm512_setzero_si512());
            all.brackets = _mm512_add_epi64(all.brackets, in_groups);
            self.turns.set_numbers(n_brackets);
            for i in 0..n {
                self.turns.set_closers(i, &known(&self.planes, i).codes[1]);
            }
        }
        (*totals, *carried) = (all, carry);
        Added::WithBrackets
    }

    /// Classes, and parities as if no quote were escaped.
    #[inline(always)]
    unsafe fn look(&mut self, kernel: Avx512, i: usize, group: &GroupBytes, all: &mut Totals) {
        // SAFETY: the caller has the features.
        unsafe {
            let planes = coded::load::<Json, true>(kernel, group).planes;
            let stored = self.planes_mut(i);
            store(&raw mut (*stored).codes[0], planes[0]);
            store(&raw mut (*stored).codes[1], planes[1]);
            store(&raw mut (*stored).codes[2], planes[2]);
            store(&raw mut (*stored).codes[3], planes[3]);
            let [p0, p1, p2, p3] = planes;
            let line_breaks = _mm512_ternarylogic_epi64::<{ !A & !B & C & 0xFF }>(p3, p2, p1);
            add(&mut all.line_breaks, line_breaks);
            let (quotes, backslashes) = quotes_and_backslashes(p0, p1, p2, p3);
            add(&mut all.quotes, quotes);
            self.set_parity(i, quotes);
            // A quote behind a backslash, or a backslash that ends a block: all others escape no quote.
            let before = _mm512_add_epi64(quotes, quotes);
            let last = _mm512_and_si512(backslashes, _mm512_set1_epi64(1));
            let escaping = _mm512_ternarylogic_epi64::<{ A | (B & C) }>(last, backslashes, before);
            // Noted, not branched on: such a branch cost a tenth of this stage where it was never taken.
            self.escaping[i] = _mm512_test_epi64_mask(escaping, escaping);
        }
    }

    #[inline(always)]
    unsafe fn set_parity(&mut self, i: usize, quotes: __m512i) {
        // SAFETY: the caller has the features.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let even = _mm512_clmulepi64_epi128::<0x00>(quotes, ones);
            let odd = _mm512_clmulepi64_epi128::<0x01>(quotes, ones);
            // The upper half of a product has at each bit the parity of the bits above, which stand for the bytes before; the
            // lower half's top bit has that of all.
            let before = _mm512_unpackhi_epi64(even, odd);
            store(&raw mut (*self.planes_mut(i)).parity, _mm512_xor_si512(before, quotes));
            self.odd[i] = _mm512_movepi64_mask(_mm512_unpacklo_epi64(even, odd));
        }
    }

    /// Takes escaped quotes out of `quotes` and of the parities.
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
    #[target_feature(enable = "avx512vbmi2,avx512vpopcntdq,gfni,vpclmulqdq")]
    unsafe fn escape(&mut self, carry: &mut Carried, quotes: &mut __m512i) {
        for i in 0..RUN_GROUPS {
            if self.escaping[i] == 0 && !carry.escaped {
                continue;
            }
            // SAFETY: the features are on.
            unsafe {
                let [p0, p1, p2, p3] = &known(&self.planes, i).codes;
                let (met, backslashes) =
                    quotes_and_backslashes(load(p0), load(p1), load(p2), load(p3));
                let mut escape = Lanes512(_mm512_set1_epi64(i64::from(carry.escaped)));
                let mut doubt = Lanes512(carry.doubt);
                let escaped = Lanes512(reversed(backslashes)).escaped(&mut escape, &mut doubt);
                carry.escaped = escape.last() == 1;
                carry.doubt = doubt.0;
                let escaped = _mm512_and_si512(reversed(escaped.0), met);
                *quotes = _mm512_sub_epi64(*quotes, _mm512_popcnt_epi64(escaped));
                self.set_parity(i, _mm512_xor_si512(met, escaped));
            }
        }
    }

    /// In a string, its opening quote included, its closing quote not. Moves `in_string` over the group.
    #[inline(always)]
    unsafe fn covered(&mut self, i: usize, in_string: &mut u8) -> __m512i {
        let odd = ODD_TO[usize::from(self.odd[i])] ^ *in_string;
        let flips = odd << 1 | *in_string & 1;
        *in_string = (odd.cast_signed() >> 7).cast_unsigned();
        self.turns.flips[i] = flips;
        // SAFETY: the caller has the features.
        unsafe {
            let parity = load(&known(&self.planes, i).parity);
            _mm512_mask_xor_epi64(parity, flips, parity, _mm512_set1_epi64(-1))
        }
    }

    /// Counts what stands in code. Returns the number of brackets in each block; `reasons` not to rely on all this are added.
    #[inline(always)]
    unsafe fn count(
        &mut self,
        i: usize,
        covered: __m512i,
        all: &mut Totals,
        reasons: &mut __m512i,
    ) -> __m512i {
        // SAFETY: the caller has the features.
        unsafe {
            let [p0, p1, p2, p3] = &known(&self.planes, i).codes;
            let (p0, p1, p2, p3) = (load(p0), load(p1), load(p2), load(p3));
            let slashes = _mm512_ternarylogic_epi64::<{ !A & B & C & 0xFF }>(p3, p2, p1);
            *reasons = _mm512_ternarylogic_epi64::<{ A | (B & !C) }>(*reasons, slashes, covered);
            let brackets = _mm512_ternarylogic_epi64::<{ A & !B & !C & 0xFF }>(p3, p2, covered);
            let separators = _mm512_ternarylogic_epi64::<{ A & B & !C & 0xFF }>(p3, p2, covered);
            store(self.turns.brackets_mut(i), brackets);
            add(&mut all.separators, separators);
            add(&mut all.commas, _mm512_andnot_si512(p1, separators));
            add(&mut all.braces, _mm512_and_si512(brackets, p0));
            let open_braces = _mm512_ternarylogic_epi64::<{ A & !B & C & 0xFF }>(brackets, p1, p0);
            add(&mut all.open_braces, open_braces);
            _mm512_popcnt_epi64(brackets)
        }
    }
}

/// A group's planes.
///
/// # Safety
/// The group must have been looked at.
#[inline(always)]
unsafe fn known(planes: &MaybeUninit<[Planes; RUN_GROUPS]>, i: usize) -> &Planes {
    assert!(i < RUN_GROUPS);
    // SAFETY: there are so many, and the look has written all of this one.
    unsafe { &*planes.as_ptr().cast::<Planes>().add(i) }
}

/// Of the planes of codes, which [`Json`] tells.
#[inline(always)]
unsafe fn quotes_and_backslashes(
    p0: __m512i,
    p1: __m512i,
    p2: __m512i,
    p3: __m512i,
) -> (__m512i, __m512i) {
    // SAFETY: the caller has the features.
    unsafe {
        let quotes = _mm512_ternarylogic_epi64::<{ !A & B & !C & 0xFF }>(p3, p2, p1);
        let slashes = _mm512_ternarylogic_epi64::<{ !A & B & C & 0xFF }>(p3, p2, p1);
        (quotes, _mm512_andnot_si512(p0, slashes))
    }
}

/// Each lane's bits in reverse.
#[inline(always)]
unsafe fn reversed(lanes: __m512i) -> __m512i {
    // SAFETY: the caller has the features; the table has 16 bytes.
    unsafe {
        let bytes = _mm512_broadcast_i32x4(_mm_loadu_si128(REVERSE_QWORDS.as_ptr().cast()));
        let bits = _mm512_set1_epi64(0x8040_2010_0804_0201u64.cast_signed());
        _mm512_gf2p8affine_epi64_epi8::<0>(_mm512_shuffle_epi8(lanes, bytes), bits)
    }
}

#[inline(always)]
unsafe fn add(total: &mut __m512i, mask: __m512i) {
    // SAFETY: the caller has the features.
    unsafe { *total = _mm512_add_epi64(*total, _mm512_popcnt_epi64(mask)) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sum(lanes: __m512i) -> u64 {
    _mm512_reduce_add_epi64(lanes).cast_unsigned()
}

#[inline(always)]
pub(super) unsafe fn load(words: &Words) -> __m512i {
    // SAFETY: the caller has AVX-512F; eight words are 64 bytes.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[inline(always)]
unsafe fn store(words: *mut Words, lanes: __m512i) {
    // SAFETY: the caller has AVX-512F, and says where there is room; eight words are 64 bytes.
    unsafe { _mm512_storeu_si512(words.cast(), lanes) }
}

/// Bit `i` is the parity of bits 0 to `i`.
static ODD_TO: [u8; 256] = {
    let mut table = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        let mut odd = bits as u8;
        odd ^= odd << 1;
        odd ^= odd << 2;
        odd ^= odd << 4;
        table[bits] = odd;
        bits += 1;
    }
    table
};
