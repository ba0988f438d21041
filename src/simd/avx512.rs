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
use super::utf8::ByMasks;
use super::{
    Alphabet, BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, Quoted, SETS_MAX, SetTable, Tally,
    Task, avx2,
};

mod ahead;
mod by_set;
mod coded;
mod depth;
mod lanes;
mod positions;
mod tally;
mod touched;
mod turns;

use ahead::Ahead;
pub(super) use coded::CodePlanes;
use lanes::*;

/// Proof that the processor has AVX-512 (F, BW, DQ, VL, VBMI, VBMI2, BITALG, VPOPCNTDQ), GFNI, VPCLMULQDQ and all of AVX2's.
#[derive(Clone, Copy, Debug)]
pub struct Avx512 {
    ahead: Ahead,
}

/// The eight bit planes of 512 bytes. Made by [`Avx512`] only.
#[derive(Clone, Copy, Debug)]
pub struct Planes([__m512i; 8]);

impl Avx512 {
    /// The kernel, if this processor can run it.
    #[must_use]
    pub fn detect() -> Option<Self> {
        // It is asked for each window of a scanner, and twenty questions take as long as a window's masks of a KiB.
        static FOUND: LazyLock<Option<Avx512>> = LazyLock::new(Avx512::look);
        *FOUND
    }

    fn look() -> Option<Self> {
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
        has.then(|| Avx512 { ahead: Ahead::of_this_processor() })
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
    type Utf8 = ByMasks<Lanes512>;
    const TALLIES: bool = true;

    #[inline(always)]
    fn squeeze(self, bits: u64, mask: u64) -> u64 {
        avx2::squeeze(bits, mask)
    }

    #[inline(always)]
    fn spread(self, bits: u64, mask: u64) -> u64 {
        avx2::spread(bits, mask)
    }

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
    fn is_ascii(self, bytes: &[u8]) -> bool {
        let group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES] =
            bytes.first_chunk().expect("a group has 512 bytes");
        // SAFETY: `self` proves the features; each block has 64 bytes, and the loads need no alignment.
        unsafe {
            let mut all = _mm512_setzero_si512();
            for block in group.as_chunks::<BLOCK_BYTES>().0 {
                all = _mm512_or_si512(all, _mm512_loadu_si512(block.as_ptr().cast()));
            }
            _mm512_movepi8_mask(all) == 0
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
        self.ahead.ask(group);
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

    #[inline(always)]
    fn by_set(self, masks: &[[u64; SETS_MAX]]) -> [Lanes512; SETS_MAX] {
        by_set::by_set(self, masks.first_chunk().expect("a group has eight blocks"))
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
    // SAFETY: the caller has the features; the group has eight blocks.
    unsafe {
        let block = group.as_ptr().add(BLOCK * BLOCK_BYTES);
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
