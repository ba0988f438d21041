//! Groups of codes: as the bit planes of bytes, but four of them instead of eight.
//!
//! ```text
//! 8 x 64 bytes --look up codes, two blocks into the halves of a byte--> 4 registers
//!              --reverse, matrix product--> in each qword, byte p holds bit p of the qword's 8 bytes, two blocks at once
//!              --2 rounds of shuffles-----> 4 registers: register p holds bit p of all 512 codes, block by block
//! ```
//! 32 instructions for 512 bytes, and a class of an alphabet with well chosen codes is one ternary operation.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::super::alphabet::{CodePattern, code_pattern};
use super::super::{Alphabet, BLOCK_BYTES, GROUP_BLOCKS_MAX, Group};
use super::{Avx512, Lanes512, REVERSE_QWORDS};

/// The four bit planes of 512 codes. Made by [`Avx512`] only.
#[derive(Clone, Copy, Debug)]
pub struct CodePlanes<A> {
    pub(super) planes: [__m512i; 4],
    alphabet: PhantomData<A>,
}

/// Each code in both halves of its byte.
struct Table<A>(PhantomData<A>);

impl<A: Alphabet> Table<A> {
    const CODES: [u8; 128] = {
        let mut codes = A::CODES;
        let mut byte = 0;
        while byte < 128 {
            assert!(codes[byte] < 16, "a code has four bits");
            codes[byte] |= codes[byte] << 4;
            byte += 1;
        }
        codes
    };
}

/// Where the first round of shuffles takes its bytes from: of four blocks, two in each of two registers, the planes
/// `first_plane` (0 or 2) in even and the next in odd qwords. In the index, bit 6 says which register. Where the bits of a byte
/// are in reverse, its bytes are to be as well, so that all of a block's are.
const fn gather_planes(first_plane: u8, reversed: bool) -> [u8; 64] {
    let mut index = [0; 64];
    let mut at = 0;
    while at < 64 {
        let (block, plane, qword) = (at / 16, at / 8 % 2, at % 8);
        let qword = if reversed { 7 - qword } else { qword };
        index[at as usize] = block / 2 * 64 + qword * 8 + block % 2 * 4 + plane + first_plane;
        at += 1;
    }
    index
}

/// The second is for reversed planes. So in [`GATHER_HIGH`].
static GATHER_LOW: [[u8; 64]; 2] = [gather_planes(0, false), gather_planes(0, true)];
static GATHER_HIGH: [[u8; 64]; 2] = [gather_planes(2, false), gather_planes(2, true)];

/// The ternary operation "from the third where the first has ones, else from the second".
const SELECT: i32 = 0xAC;

/// The codes of the group that `bytes` begin with; if `REVERSED`, bit 63 of each lane is about the block's first byte, which saves
/// a shuffle for two blocks.
#[inline(always)]
pub(super) fn load<A: Alphabet, const REVERSED: bool>(
    _proof: Avx512,
    bytes: &[u8],
) -> CodePlanes<A> {
    let group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES] =
        bytes.first_chunk().expect("a group has 512 bytes");
    // SAFETY: an `Avx512` proves the features; the tables have 64 bytes, and the loads need no alignment.
    unsafe {
        let low = _mm512_loadu_si512(GATHER_LOW[REVERSED as usize].as_ptr().cast());
        let high = _mm512_loadu_si512(GATHER_HIGH[REVERSED as usize].as_ptr().cast());
        // Even blocks and odd ones, so that the second round is an unpack, which runs on all four pipes.
        let a = planes_of_qwords::<A, 0, 2, REVERSED>(group);
        let b = planes_of_qwords::<A, 4, 6, REVERSED>(group);
        let c = planes_of_qwords::<A, 1, 3, REVERSED>(group);
        let d = planes_of_qwords::<A, 5, 7, REVERSED>(group);
        let even_low = _mm512_permutex2var_epi8(a, low, b);
        let even_high = _mm512_permutex2var_epi8(a, high, b);
        let odd_low = _mm512_permutex2var_epi8(c, low, d);
        let odd_high = _mm512_permutex2var_epi8(c, high, d);
        let planes = [
            _mm512_unpacklo_epi64(even_low, odd_low),
            _mm512_unpackhi_epi64(even_low, odd_low),
            _mm512_unpacklo_epi64(even_high, odd_high),
            _mm512_unpackhi_epi64(even_high, odd_high),
        ];
        CodePlanes { planes, alphabet: PhantomData }
    }
}

/// The blocks `LOW` and `HIGH` of a group as codes, in each qword byte `p` holding bit `p` of `LOW`'s eight codes and
/// byte `4 + p` those of `HIGH`'s.
///
/// # Safety
/// The processor must have AVX-512VBMI and GFNI.
#[inline(always)]
unsafe fn planes_of_qwords<
    A: Alphabet,
    const LOW: usize,
    const HIGH: usize,
    const REVERSED: bool,
>(
    group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES],
) -> __m512i {
    // SAFETY: the caller has the features.
    unsafe {
        let reverse = _mm512_broadcast_i32x4(_mm_loadu_si128(REVERSE_QWORDS.as_ptr().cast()));
        let identity = _mm512_set1_epi64(0x8040_2010_0804_0201u64.cast_signed());
        let codes = _mm512_ternarylogic_epi64::<SELECT>(
            _mm512_set1_epi8(0xF0u8.cast_signed()),
            codes::<A, LOW>(group),
            codes::<A, HIGH>(group),
        );
        // The product takes the matrix's rows from the last byte to the first, hence the reversal.
        let codes = if REVERSED { codes } else { _mm512_shuffle_epi8(codes, reverse) };
        _mm512_gf2p8affine_epi64_epi8::<0>(identity, codes)
    }
}

/// The codes of block `BLOCK`, each twice.
///
/// # Safety
/// The processor must have AVX-512VBMI.
#[inline(always)]
unsafe fn codes<A: Alphabet, const BLOCK: usize>(
    group: &[u8; GROUP_BLOCKS_MAX * BLOCK_BYTES],
) -> __m512i {
    // SAFETY: the caller has the features; the group has eight blocks and the table 128 bytes.
    unsafe {
        let table = const { &Table::<A>::CODES }.as_ptr();
        let first = _mm512_loadu_si512(table.cast());
        let second = _mm512_loadu_si512(table.add(64).cast());
        let block = group.as_ptr().add(BLOCK * BLOCK_BYTES);
        // The look-up ignores the top bit. DEL stands for all bytes beyond ASCII.
        let ascii = _mm512_min_epu8(_mm512_loadu_si512(block.cast()), _mm512_set1_epi8(0x7F));
        _mm512_permutex2var_epi8(first, ascii, second)
    }
}

impl<A: Alphabet> Group for CodePlanes<A> {
    type Lanes = Lanes512;

    #[inline(always)]
    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Lanes512 {
        let pattern: CodePattern = const { code_pattern::<A>(VALUE, CARE) };
        // SAFETY: `CodePlanes` are made by `Avx512` only, which proves the features.
        unsafe {
            let mut all = _mm512_set1_epi64(-1);
            for (bit, plane) in self.planes.into_iter().enumerate() {
                all = match (pattern.care >> bit & 1, pattern.value >> bit & 1) {
                    (0, _) => all,
                    (_, 0) => _mm512_andnot_si512(plane, all),
                    _ => _mm512_and_si512(all, plane),
                };
            }
            Lanes512(all)
        }
    }
}
