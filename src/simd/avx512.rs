//! The AVX-512 kernel: eight blocks at a time, bit-sliced.
//!
//! ```text
//! 8 x 64 bytes --reverse, matrix product--> 8 registers: in each qword, byte p holds bit p of the qword's 8 bytes
//!              --3 rounds of shuffles-----> 8 registers: register p holds bit p of all 512 bytes, block by block
//! ```
//! 40 instructions for 512 bytes. A class is then one or two ternary logic operations for each half byte, and most
//! halves are shared. Figures: `docs/performance.md`.

use std::arch::x86_64::*;
use std::sync::LazyLock;

use super::kernel::WHITE;
use super::{
    Alphabet, BLOCK_BYTES, DepthRun, GROUP_BLOCKS_MAX, Group, Kernel, Lanes, Parities, Quoted,
    SETS_MAX, SetTable, Tally, Task, avx2,
};

mod coded;
mod depth;
mod tally;
mod turns;

pub(super) use coded::CodePlanes;

/// Proof that the processor has AVX-512 (F, BW, DQ, VL, VBMI, VBMI2, BITALG, VPOPCNTDQ), GFNI, VPCLMULQDQ and all of AVX2's.
#[derive(Clone, Copy, Debug)]
pub struct Avx512 {
    /// Whether memory is asked ahead for what will be wanted.
    asks_ahead: bool,
}

/// Eight lanes. Made by [`Avx512`] only.
#[derive(Clone, Copy, Debug)]
pub struct Lanes512(__m512i);

/// The eight bit planes of 512 bytes. Made by [`Avx512`] only.
#[derive(Clone, Copy, Debug)]
pub struct Planes([__m512i; 8]);

/// A count of bits: `odd` has weight 1 for each bit set, `pairs` sums the rest in its eight lanes with weight 2.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    odd: __m512i,
    pairs: __m512i,
}

impl Default for Counter {
    #[inline(always)]
    fn default() -> Self {
        // SAFETY: a counter is of use only with `Lanes512`, which prove the features; all bits zero is a valid value.
        unsafe { std::mem::zeroed() }
    }
}

impl Avx512 {
    /// The kernel, if this processor can run it.
    #[must_use]
    pub fn detect() -> Option<Self> {
        let has = avx2::Avx2::detect().is_some()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("avx512bitalg")
            && is_x86_feature_detected!("avx512vpopcntdq")
            && is_x86_feature_detected!("gfni")
            && is_x86_feature_detected!("vpclmulqdq");
        has.then(|| Avx512 { asks_ahead: *ASKS_AHEAD })
    }

    /// Does `task` with these instructions switched on.
    pub(super) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2,lzcnt,popcnt")]
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg")]
        #[target_feature(enable = "avx512vbmi2,avx512vpopcntdq,gfni,vpclmulqdq")]
        fn enter<T: Task>(kernel: Avx512, task: T) -> T::Output {
            task.run(kernel)
        }
        // SAFETY: `self` exists, so `detect` found every one of these features.
        unsafe { enter(self, task) }
    }
}

/// Where the first round of shuffles takes its bytes from: four planes of two blocks (two apart), the blocks in the
/// halves, the planes in the qwords of a half. `first_plane` is 0 or 4; in the index, bit 6 says which block.
const fn gather_planes(first_plane: u8) -> [u8; 64] {
    let mut index = [0; 64];
    let mut at = 0;
    while at < 64 {
        let (block, plane, qword) = (at / 32, at / 8 % 4, at % 8);
        index[at as usize] = block * 64 + qword * 8 + plane + first_plane;
        at += 1;
    }
    index
}

static GATHER_LOW: [u8; 64] = gather_planes(0);
static GATHER_HIGH: [u8; 64] = gather_planes(4);

/// Places that one store writes.
const POSITIONS_AT_ONCE: usize = 16;

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

/// The ternary operation "an odd number of the three".
const ODD: i32 = 0x96;

/// The ternary operation "two or all of the three".
const MAJORITY: i32 = 0xE8;

/// How far ahead memory is asked for.
const PREFETCH_BYTES: usize = 12 * 1024;

/// AMD's Zen 5 is half as fast again if memory is asked ahead, in its order; Zen 4 loses a quarter by it, and does best when
/// left alone (`docs/decisions/0005-avx512-codes-and-put-off-walks.md`). Others have not been measured and are left alone.
static ASKS_AHEAD: LazyLock<bool> = LazyLock::new(|| {
    const ZEN_5: u32 = 0x1A;
    // The family: what four bits cannot say is added by eight more.
    let version = __cpuid(1).eax;
    let family = (version >> 8 & 0xF) + (version >> 20 & 0xFF);
    let vendor = __cpuid(0);
    let amd = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).as_flattened()
        == b"AuthenticAMD";
    amd && family >= ZEN_5
});

/// Within each half register, every qword's bytes in reverse.
static REVERSE_QWORDS: [u8; 16] = [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8];

/// Byte `8 p + q` is byte `p` of qword `q`.
static BYTES_OF_QWORDS: [u8; 64] = {
    let mut order = [0; 64];
    let mut i = 0;
    while i < 64 {
        order[i] = (i % 8 * 8 + i / 8) as u8;
        i += 1;
    }
    order
};

impl Kernel for Avx512 {
    type Lanes = Lanes512;
    type Group = Planes;
    type Coded<A: Alphabet> = CodePlanes<A>;
    const TALLIES: bool = true;

    #[inline(always)]
    fn tally(self, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
        tally::tally(self, bytes, quoted, tally)
    }

    #[inline(always)]
    fn load(self, bytes: &[u8]) -> Planes {
        let group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES] =
            bytes.first_chunk().expect("a group has 512 bytes");
        // SAFETY: `self` proves the features; the tables have 64 bytes, and the loads need no alignment.
        unsafe {
            let low = _mm512_loadu_si512(GATHER_LOW.as_ptr().cast());
            let high = _mm512_loadu_si512(GATHER_HIGH.as_ptr().cast());
            // Round 1 brings together blocks two apart, round 2 neighbours, round 3 blocks four apart. In this order
            // round 2 is an unpack, which runs on all four pipes where other shuffles have two.
            let a = (planes_of_qwords::<0>(group), planes_of_qwords::<2>(group));
            let b = (planes_of_qwords::<1>(group), planes_of_qwords::<3>(group));
            let c = (planes_of_qwords::<4>(group), planes_of_qwords::<6>(group));
            let d = (planes_of_qwords::<5>(group), planes_of_qwords::<7>(group));
            let [p0, p1, p2, p3] = collect([
                _mm512_permutex2var_epi8(a.0, low, a.1),
                _mm512_permutex2var_epi8(b.0, low, b.1),
                _mm512_permutex2var_epi8(c.0, low, c.1),
                _mm512_permutex2var_epi8(d.0, low, d.1),
            ]);
            let [p4, p5, p6, p7] = collect([
                _mm512_permutex2var_epi8(a.0, high, a.1),
                _mm512_permutex2var_epi8(b.0, high, b.1),
                _mm512_permutex2var_epi8(c.0, high, c.1),
                _mm512_permutex2var_epi8(d.0, high, d.1),
            ]);
            Planes([p0, p1, p2, p3, p4, p5, p6, p7])
        }
    }

    #[inline(always)]
    fn ink(self, bytes: &[u8]) -> Lanes512 {
        let group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES] =
            bytes.first_chunk().expect("a group has 512 bytes");
        let mut ink = [0; GROUP_BLOCKS_MAX];
        // SAFETY: `self` proves the features; each block has 64 bytes, the table 16, and the loads need no alignment.
        unsafe {
            let white = _mm512_broadcast_i32x4(_mm_loadu_si128(WHITE.as_ptr().cast()));
            for (ink, block) in ink.iter_mut().zip(group.as_chunks::<BLOCK_BYTES>().0) {
                let block = _mm512_loadu_si512(block.as_ptr().cast());
                *ink = _mm512_cmpneq_epi8_mask(_mm512_shuffle_epi8(white, block), block);
            }
            Lanes512(_mm512_loadu_si512(ink.as_ptr().cast()))
        }
    }

    #[inline(always)]
    fn load_coded<A: Alphabet>(self, bytes: &[u8]) -> CodePlanes<A> {
        coded::load::<A, false>(self, bytes)
    }

    #[inline(always)]
    fn splat(self, value: u64) -> Lanes512 {
        // SAFETY: `self` proves the features.
        Lanes512(unsafe { _mm512_set1_epi64(value.cast_signed()) })
    }

    #[inline(always)]
    fn prefetch(self, group: &[u8]) {
        if !self.asks_ahead {
            return;
        }
        // In order: asked for in another, lines come a tenth slower. What is read once need not stay in the second-level
        // cache.
        for block in 0..GROUP_BLOCKS_MAX {
            let line = group.as_ptr().wrapping_add(PREFETCH_BYTES + block * BLOCK_BYTES);
            // SAFETY: a prefetch never faults, wherever it points.
            unsafe { _mm_prefetch::<_MM_HINT_NTA>(line.cast()) };
        }
    }

    /// One look-up in a table of 128 gives the sets that each byte is in; a matrix product and a shuffle turn that into a
    /// mask for each set.
    #[inline(always)]
    fn in_sets(self, block: &[u8; BLOCK_BYTES], sets: &SetTable, masks: &mut [u64; SETS_MAX]) {
        let table = sets.by_byte().as_ptr();
        // SAFETY: `self` proves the features; the block and `masks` have 64 bytes, the table 128; a prefetch never faults.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(
                block.as_ptr().wrapping_add(avx2::SETS_PREFETCH_BYTES).cast(),
            );
            let bytes = _mm512_loadu_si512(block.as_ptr().cast());
            let (front, back) =
                (_mm512_loadu_si512(table.cast()), _mm512_loadu_si512(table.add(64).cast()));
            let members = _mm512_permutex2var_epi8(front, bytes, back);
            let beyond = _mm512_set1_epi8(sets.beyond_ascii().cast_signed());
            let members = _mm512_mask_mov_epi8(members, _mm512_movepi8_mask(bytes), beyond);
            let reverse = _mm512_broadcast_i32x4(_mm_loadu_si128(REVERSE_QWORDS.as_ptr().cast()));
            let identity = _mm512_set1_epi64(0x8040_2010_0804_0201u64.cast_signed());
            let reversed = _mm512_shuffle_epi8(members, reverse);
            let turned = _mm512_gf2p8affine_epi64_epi8::<0>(identity, reversed);
            let gather = _mm512_loadu_si512(BYTES_OF_QWORDS.as_ptr().cast());
            let turned = _mm512_permutexvar_epi8(gather, turned);
            _mm512_storeu_si512(masks.as_mut_ptr().cast(), turned);
        }
    }
}

/// Block `BLOCK` of a group, in each qword byte `p` holding bit `p` of the qword's eight bytes.
///
/// All helpers here are functions, not closures: a closure cannot be told to be inlined always, and one that is not is
/// compiled without the instructions.
///
/// # Safety
/// The processor must have AVX-512BW and GFNI.
#[inline(always)]
unsafe fn planes_of_qwords<const BLOCK: usize>(
    group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES],
) -> __m512i {
    // SAFETY: the caller has the features; the group has eight blocks; a prefetch never faults, wherever it points.
    unsafe {
        let block = group.as_ptr().add(BLOCK * BLOCK_BYTES);
        // Whoever asks for all planes does little with them: on Zen 4 too memory is the bound, and a sixth is gained.
        _mm_prefetch::<_MM_HINT_T0>(block.wrapping_add(PREFETCH_BYTES).cast());
        let reverse = _mm512_broadcast_i32x4(_mm_loadu_si128(REVERSE_QWORDS.as_ptr().cast()));
        let identity = _mm512_set1_epi64(0x8040_2010_0804_0201u64.cast_signed());
        // The product takes the matrix's rows from the last byte to the first, hence the reversal.
        let reversed = _mm512_shuffle_epi8(_mm512_loadu_si512(block.cast()), reverse);
        _mm512_gf2p8affine_epi64_epi8::<0>(identity, reversed)
    }
}

/// Rounds 2 and 3 for four planes: each of `rows` has two blocks of them, in the order that `load` made.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn collect(rows: [__m512i; 4]) -> [__m512i; 4] {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let even_front = _mm512_unpacklo_epi64(rows[0], rows[1]);
        let odd_front = _mm512_unpackhi_epi64(rows[0], rows[1]);
        let even_back = _mm512_unpacklo_epi64(rows[2], rows[3]);
        let odd_back = _mm512_unpackhi_epi64(rows[2], rows[3]);
        [
            _mm512_shuffle_i64x2::<0x88>(even_front, even_back),
            _mm512_shuffle_i64x2::<0x88>(odd_front, odd_back),
            _mm512_shuffle_i64x2::<0xDD>(even_front, even_back),
            _mm512_shuffle_i64x2::<0xDD>(odd_front, odd_back),
        ]
    }
}

impl Group for Planes {
    type Lanes = Lanes512;

    #[inline(always)]
    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Lanes512 {
        // The halves are built by themselves so that classes share them; the compiler folds three terms into one
        // ternary operation.
        // SAFETY: `Planes` are made by `Avx512` only, which proves the features.
        unsafe {
            let mut high = _mm512_set1_epi64(-1);
            let mut low = _mm512_set1_epi64(-1);
            for bit in 4..8 {
                high = narrow::<VALUE, CARE>(high, self.0[bit], bit);
            }
            for bit in 0..4 {
                low = narrow::<VALUE, CARE>(low, self.0[bit], bit);
            }
            Lanes512(_mm512_and_si512(high, low))
        }
    }
}

/// Those of `all` whose bit `bit`, held by `plane`, is as in `VALUE`, if `CARE` has it.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn narrow<const VALUE: u8, const CARE: u8>(
    all: __m512i,
    plane: __m512i,
    bit: usize,
) -> __m512i {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        match (CARE >> bit & 1, VALUE >> bit & 1) {
            (0, _) => all,
            (_, 0) => _mm512_andnot_si512(plane, all),
            _ => _mm512_and_si512(all, plane),
        }
    }
}

impl Lanes for Lanes512 {
    const COUNT: usize = 8;
    type Counter = Counter;
    type Depth = depth::Depth;

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: `Lanes512` are made by `Avx512` only, which proves the features. So below.
        Lanes512(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe { _mm512_or_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe { _mm512_andnot_si512(other.0, self.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: as in `and`.
        unsafe { _mm512_test_epi64_mask(self.0, self.0) != 0 }
    }

    #[inline(always)]
    fn count(masks: [Self; 4], counter: &mut Counter) {
        // A full adder takes three bits of weight 1 into one of weight 1 and one of weight 2, in two instructions, on
        // all bits at once (Harley-Seal). Two of them halve the population counts, which have two pipes of four.
        // SAFETY: as in `and`.
        unsafe {
            let [a, b, c, d] = masks;
            let first = _mm512_ternarylogic_epi64::<MAJORITY>(counter.odd, a.0, b.0);
            let odd = _mm512_ternarylogic_epi64::<ODD>(counter.odd, a.0, b.0);
            let second = _mm512_ternarylogic_epi64::<MAJORITY>(odd, c.0, d.0);
            counter.odd = _mm512_ternarylogic_epi64::<ODD>(odd, c.0, d.0);
            counter.pairs = _mm512_add_epi64(counter.pairs, _mm512_popcnt_epi64(first));
            counter.pairs = _mm512_add_epi64(counter.pairs, _mm512_popcnt_epi64(second));
        }
    }

    #[inline(always)]
    fn total(counter: Counter) -> u64 {
        // SAFETY: a counter is counted up by `Lanes512` only.
        unsafe {
            let odd = _mm512_reduce_add_epi64(_mm512_popcnt_epi64(counter.odd));
            (odd + 2 * _mm512_reduce_add_epi64(counter.pairs)).cast_unsigned()
        }
    }

    #[inline(always)]
    fn escaped(self, carry: &mut Self, doubt: &mut Self) -> Self {
        // As `escaped_in_block`, twice: first without carries, to learn which blocks end by escaping the next one's
        // first byte. A carry into a block changes the carry out of it only if the block is nothing but backslashes;
        // then the two disagree in bit 63.
        // SAFETY: as in `and`.
        unsafe {
            let alone = run_ends(self.0);
            let out = _mm512_srli_epi64::<63>(_mm512_and_si512(alone, self.0));
            let carried = _mm512_alignr_epi64::<7>(out, carry.0);
            *carry = Lanes512(out);
            let ends = run_ends(_mm512_andnot_si512(carried, self.0));
            let differ = _mm512_and_si512(_mm512_xor_si512(alone, ends), self.0);
            *doubt = doubt.or(Lanes512(differ));
            Lanes512(_mm512_xor_si512(ends, _mm512_or_si512(self.0, carried)))
        }
    }

    #[inline(always)]
    fn last(self) -> u64 {
        // SAFETY: as in `and`.
        unsafe { last(self.0) }
    }

    #[inline(always)]
    fn advance<const N: u32>(self, before: Self) -> Self {
        // SAFETY: as in `and`.
        unsafe {
            let lane_before = _mm512_alignr_epi64::<7>(self.0, before.0);
            // The instruction wants its count as a constant of another type; a variable shift costs the same.
            let on = _mm512_sllv_epi64(self.0, _mm512_set1_epi64(i64::from(N)));
            let in_front = _mm512_srlv_epi64(lane_before, _mm512_set1_epi64(64 - i64::from(N)));
            Lanes512(_mm512_or_si512(on, in_front))
        }
    }

    #[inline(always)]
    fn prefix_parity(self) -> (Self, Parities) {
        // SAFETY: as in `and`.
        unsafe {
            let ones = _mm512_set1_epi64(-1);
            let even = _mm512_clmulepi64_epi128::<0x00>(self.0, ones);
            let odd = _mm512_clmulepi64_epi128::<0x01>(self.0, ones);
            let parity = _mm512_unpacklo_epi64(even, odd);
            (Lanes512(parity), Parities::from(_mm512_movepi64_mask(parity)))
        }
    }

    #[inline(always)]
    fn odd_before(parities: &[Parities; 4], carry: &mut bool) -> [Parities; 4] {
        let [a, b, c, d] = *parities;
        let mut odd = (a & 0xFF) | (b & 0xFF) << 8 | (c & 0xFF) << 16 | d << 24;
        for shift in [1, 2, 4, 8, 16] {
            odd ^= odd << shift;
        }
        let before = odd << 1 ^ 0u32.wrapping_sub(u32::from(*carry));
        *carry ^= odd >> 31 == 1;
        [before, before >> 8, before >> 16, before >> 24]
    }

    #[inline(always)]
    fn flip(self, lanes: Parities) -> Self {
        // SAFETY: as in `and`.
        Lanes512(unsafe {
            _mm512_mask_xor_epi64(self.0, lanes as u8, self.0, _mm512_set1_epi64(-1))
        })
    }

    #[inline(always)]
    fn depth(open: &[Self; 4], close: &[Self; 4], commas: &[Self; 4], depth: &mut depth::Depth) {
        // SAFETY: as in `and`.
        unsafe { depth::follow(open, close, commas, depth) }
    }

    #[inline(always)]
    fn depth_run(depth: &mut depth::Depth) -> DepthRun {
        depth::total(depth)
    }

    #[inline(always)]
    fn positions(self, base: u32, out: &mut Vec<u32>) {
        let mut lanes = [0; GROUP_BLOCKS_MAX];
        self.store(&mut lanes);
        out.reserve(GROUP_BLOCKS_MAX * BLOCK_BYTES + POSITIONS_AT_ONCE);
        let mut end = out.len();
        // SAFETY: as in `and`; a block has at most 64 places, which `reserve` made room for, and each store goes at most
        // one register beyond what is counted; whatever `set_len` takes in has been written.
        unsafe {
            let every_byte = _mm512_loadu_si512(COUNT_UP.as_ptr().cast());
            let to = out.as_mut_ptr();
            for (block, mask) in lanes.into_iter().enumerate() {
                let n = mask.count_ones() as usize;
                let squeezed = _mm512_maskz_compress_epi8(mask, every_byte);
                let base = _mm512_set1_epi32((base + (block * BLOCK_BYTES) as u32).cast_signed());
                // Most blocks have up to 16.
                let first = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(squeezed));
                _mm512_storeu_si512(to.add(end).cast(), _mm512_add_epi32(first, base));
                if n > POSITIONS_AT_ONCE {
                    let next = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<1>(squeezed));
                    _mm512_storeu_si512(to.add(end + 16).cast(), _mm512_add_epi32(next, base));
                    let next = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<2>(squeezed));
                    _mm512_storeu_si512(to.add(end + 32).cast(), _mm512_add_epi32(next, base));
                    let next = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32::<3>(squeezed));
                    _mm512_storeu_si512(to.add(end + 48).cast(), _mm512_add_epi32(next, base));
                }
                end += n;
            }
            out.set_len(end);
        }
    }

    #[inline(always)]
    fn store(self, out: &mut [u64; GROUP_BLOCKS_MAX]) {
        // SAFETY: as in `and`; `out` has 64 bytes.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn restore(self, values: &[u64; GROUP_BLOCKS_MAX]) -> Self {
        // SAFETY: as in `and`; `values` has 64 bytes.
        Lanes512(unsafe { _mm512_loadu_si512(values.as_ptr().cast()) })
    }
}

/// The odd-length ends of runs of backslashes, as in `escaped_in_block`, in each lane by itself.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn run_ends(escaping: __m512i) -> __m512i {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let odd = _mm512_set1_epi8(0xAAu8.cast_signed());
        let after = _mm512_or_si512(_mm512_add_epi64(escaping, escaping), odd);
        _mm512_xor_si512(_mm512_sub_epi64(after, escaping), odd)
    }
}

/// The last lane.
///
/// # Safety
/// The processor must have AVX-512F.
#[inline(always)]
unsafe fn last(lanes: __m512i) -> u64 {
    // SAFETY: the caller has AVX-512F.
    unsafe {
        let pair = _mm512_extracti64x2_epi64::<3>(lanes);
        _mm_cvtsi128_si64(_mm_unpackhi_epi64(pair, pair)).cast_unsigned()
    }
}
